import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

/**
 * The check list of the first steps, as a block for any page.
 *
 * Its props are what `outreach.setup.get_setup()` answers as `steps`. A page that has the block drawn again when somebody
 * comes back shows the new state: nothing is ticked off here.
 */
export class SetupSteps extends Component {
    static template = "maßarbeit_outreach.SetupSteps";
    static props = {
        steps: {
            type: Array,
            element: {
                type: Object,
                shape: {
                    key: String,
                    name: String,
                    purpose: String,
                    state: String,
                    is_done: Boolean,
                    hint: String,
                    buttons: { type: Array, element: { type: Object, shape: { name: String, action: [String, Object] } } },
                },
            },
        },
    };

    setup() {
        this.action = useService("action");
    }

    /** The first step that is left is the next one to do. */
    get next() {
        return this.props.steps.find((step) => !step.is_done && step.buttons.length)?.key;
    }

    open(button) {
        return this.action.doAction(button.action);
    }
}
