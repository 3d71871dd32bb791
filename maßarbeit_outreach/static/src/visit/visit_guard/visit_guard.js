import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** What is known of other contacts with the company, and what one can do about it without saving the draft. */
export class VisitGuard extends Component {
    static template = "outreach.VisitGuard";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get data() {
        return this.props.record.data;
    }

    get reasons() {
        return this.data.guard_reasons || [];
    }

    get alertClass() {
        return { stop: "alert-danger", decide: "alert-warning" }[this.data.guard_state] || "alert-info";
    }

    canDecide(reason) {
        return reason.severity === "decide" && this.props.record.isInEdition;
    }

    async join(reason) {
        const record = this.props.record;
        const action = await this.orm.call("outreach.visit", "action_join", [[reason.visit_id]], {
            topic_ids: this.data.topic_ids.currentIds,
            instead_of_id: record.resId || false,
        });
        await record.discard(); // the draft is not needed any more, and would not be allowed to be saved
        await this.action.doAction(action, { stackPosition: "replaceCurrentAction" });
    }

    async handOver(reason) {
        const record = this.props.record;
        const action = await this.orm.call("res.partner", "action_refer_outreach", [[this.data.partner_id.id]], {
            context: { default_to_agency_id: reason.agency_ids[0], default_topic_ids: this.data.topic_ids.currentIds },
        });
        this.action.doAction(action, {
            onClose: async (info) => {
                if (info && !info.dismiss && !record.resId) {
                    await record.discard();
                    this.action.restore();
                }
            },
        });
    }
}

registry.category("view_widgets").add("outreach_visit_guard", {
    component: VisitGuard,
    fieldDependencies: [
        { name: "guard_reasons", type: "json" },
        { name: "guard_state", type: "selection" },
        { name: "partner_id", type: "many2one" },
        { name: "topic_ids", type: "many2many" },
    ],
});
