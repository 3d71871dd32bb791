import { Component, onWillUnmount, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const BUSY_MS = 1000;

/** What the buttons of all imports share: a question first, then requests one after the other while the page is open. */
export class ImportRun extends Component {
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({ running: false, waiting: false, percent: 0 });
        this.alive = true;
        onWillUnmount(() => {
            this.alive = false;
        });
    }

    get data() {
        return this.props.record.data;
    }

    /** Title and body of the question before anything is written. */
    get question() {
        throw new Error("An import says what it is going to write.");
    }

    ask(confirm) {
        this.dialog.add(ConfirmationDialog, {
            ...this.question,
            confirmLabel: _t("Import Now"),
            confirm: () => {
                confirm();
            },
            cancel: () => {},
        });
    }

    call(method, options = {}) {
        const { resModel, resId } = this.props.record;
        return this.orm.call(resModel, method, [[resId]], options);
    }

    wait(milliseconds) {
        return new Promise((resolve) => browser.setTimeout(resolve, milliseconds));
    }

    /** Another import may have its turn: tell so, and wait a moment before the next attempt. */
    async giveWay(busy) {
        this.state.waiting = Boolean(busy);
        if (busy) {
            await this.wait(BUSY_MS);
        }
    }

    async reload() {
        if (this.alive) {
            await this.props.record.load();
        }
    }
}

/**
 * The import button of an import of records, and its progress while the import runs.
 *
 * The server works in steps of a few seconds, one transaction each; this widget asks for one after the other. If it
 * is closed, what was written stays, and the button goes on where the import stopped.
 */
export class RecordImportRun extends ImportRun {
    static template = "maßarbeit_outreach.RecordImportRun";

    setup() {
        super.setup();
        Object.assign(this.state, { done: 0, total: 0, stopped: false });
    }

    get todo() {
        return this.data.todo_count;
    }

    get label() {
        return this.data.state === "importing" ? _t("Continue: %s rows left", this.todo) : _t("Import %s rows", this.todo);
    }

    onClick() {
        return this.data.state === "importing" ? this.run() : this.ask(() => this.run());
    }

    async run() {
        Object.assign(this.state, { running: true, stopped: false, done: 0, total: this.todo, percent: 0 });
        try {
            await this.call("action_import");
            let remaining = this.state.total;
            while (remaining && this.alive) {
                const step = await this.call("action_import_step");
                remaining = step.remaining;
                this.state.done += step.done;
                this.state.total = this.state.done + remaining;
                this.state.percent = this.state.total ? Math.floor((100 * this.state.done) / this.state.total) : 0;
                await this.giveWay(step.busy);
            }
        } catch (error) {
            this.state.stopped = true;
            throw error;
        } finally {
            this.state.running = false;
            await this.reload();
        }
    }
}

/** How the widget of an import of records is registered; the counts are those that its question names. */
export function makeRecordImportRun(component, counts = [], flags = []) {
    return {
        component,
        fieldDependencies: [
            { name: "state", type: "selection" },
            ...["todo_count", "new_count", "changed_count", ...counts].map((name) => ({ name, type: "integer" })),
            ...flags.map((name) => ({ name, type: "boolean" })),
        ],
    };
}
