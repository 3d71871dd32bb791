import { Component, onWillStart, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { SetupSteps } from "./setup_steps";

/** The check list as a page of its own, under Configuration. */
export class SetupPage extends Component {
    static template = "maßarbeit_outreach.SetupPage";
    static components = { Layout, SetupSteps };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.display = { controlPanel: {} };
        this.state = useState({ setup: null });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.setup = await this.orm.call("outreach.setup", "get_setup", []);
    }

    get heading() {
        const { done, steps } = this.state.setup;
        return _t("%(done)s of %(all)s steps are done", { done, all: steps.length });
    }

    dismiss() {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Put the check list away?"),
            body: _t("It disappears for everybody. An administrator can bring it back in the settings."),
            confirmLabel: _t("Put Away"),
            confirm: async () => {
                await this.orm.call("outreach.setup", "action_dismiss", []);
                await this.load();
            },
            cancel: () => {},
        });
    }
}

registry.category("actions").add("outreach_setup", SetupPage);
