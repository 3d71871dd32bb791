import { onMounted } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { ImportRun } from "../../base/import_run/import_run";

const POLL_MS = 700;

/**
 * The buttons of a catalogue import, and its progress.
 *
 * Preview and import are one request each, of some seconds; how far it is, another request asks meanwhile. The server
 * goes on if the page is closed, and whoever opens it again sees the progress.
 */
export class CatalogueImportRun extends ImportRun {
    static template = "maßarbeit_outreach.CatalogueImportRun";

    setup() {
        super.setup();
        Object.assign(this.state, { phase: "", detail: "" });
        onMounted(() => this.resume());
    }

    get isFilled() {
        return this.data.attachment_ids.count > 0;
    }

    get isChange() {
        const { new_count, changed_count, obsolete_count, back_count, gone_count } = this.data;
        return new_count + changed_count + obsolete_count + back_count + gone_count > 0;
    }

    /** Follow an import that was started before this page was opened. */
    async resume() {
        if (!this.props.record.resId || this.data.state === "done") {
            return;
        }
        await this.poll();
        if (this.state.running) {
            while (this.alive && this.state.running) {
                await this.wait(POLL_MS);
                await this.poll();
            }
            await this.reload();
        }
    }

    async onPreview() {
        if (await this.props.record.save()) {
            await this.run("action_preview");
        }
    }

    get question() {
        const { new_count, changed_count, obsolete_count, gone_count } = this.data;
        return {
            title: _t("Import catalogues"),
            body: _t("%(new)s new rows, %(changed)s changed, %(obsolete)s become obsolete, %(gone)s are removed.", {
                new: new_count,
                changed: changed_count,
                obsolete: obsolete_count,
                gone: gone_count,
            }),
        };
    }

    onImport() {
        this.ask(() => this.run("action_import"));
    }

    /** Ask for the work; ask for its progress until it is done; try again while another import has its turn. */
    async run(method) {
        Object.assign(this.state, { running: true, waiting: false, phase: "", detail: "", percent: 0 });
        try {
            let answer;
            do {
                let done = false;
                const work = this.call(method, { context: { catalogue_progress: true } }).finally(() => {
                    done = true;
                });
                const polling = this.pollUntil(() => done);
                answer = await work;
                await polling;
                await this.giveWay(answer.busy);
            } while (answer.busy && this.alive);
        } finally {
            this.state.running = false;
            await this.reload();
        }
    }

    async pollUntil(isDone) {
        await this.wait(POLL_MS);
        while (this.alive && !isDone()) {
            await this.poll(true);
            await this.wait(POLL_MS);
        }
    }

    async poll(keep = false) {
        const { resModel, resId } = this.props.record;
        const { running, phase, detail, percent } = await this.orm.silent.call(resModel, "get_progress", [[resId]]);
        if (running) {
            Object.assign(this.state, { running: true, phase, detail, percent });
        } else if (!keep) {
            this.state.running = false;
        }
    }
}

registry.category("view_widgets").add("outreach_catalogue_import_run", {
    component: CatalogueImportRun,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "new_count", type: "integer" },
        { name: "changed_count", type: "integer" },
        { name: "obsolete_count", type: "integer" },
        { name: "back_count", type: "integer" },
        { name: "gone_count", type: "integer" },
    ],
});
