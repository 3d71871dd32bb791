import { Component, onWillUnmount, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * The import button of a company import, and its progress while the import runs.
 *
 * The server works in steps of a few seconds, one transaction each; this widget asks for one after the other. If it
 * is closed, what was written stays, and the button goes on where the import stopped.
 */
export class CompanyImportRun extends Component {
    static template = "maßarbeit_outreach.CompanyImportRun";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({ running: false, waiting: false, done: 0, total: 0, stopped: false });
        this.alive = true;
        onWillUnmount(() => {
            this.alive = false;
        });
    }

    get todo() {
        return this.props.record.data.todo_count;
    }

    get percent() {
        return this.state.total ? Math.floor((100 * this.state.done) / this.state.total) : 0;
    }

    get label() {
        return this.props.record.data.state === "importing"
            ? _t("Continue: %s rows left", this.todo)
            : _t("Import %s rows", this.todo);
    }

    get question() {
        const data = this.props.record.data;
        return {
            title: _t("Import companies"),
            body: _t(
                "%(total)s rows will be written: %(new)s new and %(changed)s changed companies, and the duplicates that you decided on.",
                { total: this.todo, new: data.new_count, changed: data.changed_count }
            ),
        };
    }

    onClick() {
        const data = this.props.record.data;
        if (data.state === "importing") {
            return this.run();
        }
        this.dialog.add(ConfirmationDialog, {
            ...this.question,
            confirmLabel: _t("Import"),
            confirm: () => {
                this.run();
            },
            cancel: () => {},
        });
    }

    async run() {
        const { resModel, resId } = this.props.record;
        Object.assign(this.state, { running: true, stopped: false, done: 0, total: this.todo });
        try {
            await this.orm.call(resModel, "action_import", [[resId]]);
            let remaining = this.state.total;
            while (remaining && this.alive) {
                const step = await this.orm.call(resModel, "action_import_step", [[resId]]);
                remaining = step.remaining;
                Object.assign(this.state, { done: this.state.done + step.done, waiting: step.busy });
                this.state.total = this.state.done + remaining;
                if (step.busy) {
                    await new Promise((resolve) => browser.setTimeout(resolve, 1000));
                }
            }
        } catch (error) {
            this.state.stopped = true;
            throw error;
        } finally {
            this.state.running = false;
            if (this.alive) {
                await this.props.record.load();
            }
        }
    }
}

registry.category("view_widgets").add("outreach_company_import_run", {
    component: CompanyImportRun,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "todo_count", type: "integer" },
        { name: "new_count", type: "integer" },
        { name: "changed_count", type: "integer" },
    ],
});
