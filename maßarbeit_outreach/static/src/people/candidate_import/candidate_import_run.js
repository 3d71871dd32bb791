import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { RecordImportRun, makeRecordImportRun } from "../../base/import_run/import_run";

export class CandidateImportRun extends RecordImportRun {
    get question() {
        const { new_count, changed_count, leave_count, is_complete } = this.data;
        const counts = { new: new_count, changed: changed_count, left: leave_count };
        return {
            title: _t("Import candidates"),
            body: is_complete
                ? _t("%(new)s candidates are new, %(changed)s change, and %(left)s who are missing in the file will have left.", counts)
                : _t("%(new)s candidates are new, %(changed)s change.", counts),
        };
    }

    async onClick() {
        // whether the file is complete may have been ticked just now
        if (await this.props.record.save()) {
            return super.onClick();
        }
    }
}

registry
    .category("view_widgets")
    .add("outreach_candidate_import_run", makeRecordImportRun(CandidateImportRun, ["leave_count"], ["is_complete"]));
