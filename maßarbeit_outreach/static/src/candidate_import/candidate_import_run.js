import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { CompanyImportRun } from "../company_import/company_import_run";

/** The import button of a candidate import, and its progress: as for companies, with its own question before it starts. */
export class CandidateImportRun extends CompanyImportRun {
    get question() {
        const data = this.props.record.data;
        const counts = { new: data.new_count, changed: data.changed_count, left: data.leave_count };
        return {
            title: _t("Import candidates"),
            body: data.is_complete
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

registry.category("view_widgets").add("outreach_candidate_import_run", {
    component: CandidateImportRun,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "is_complete", type: "boolean" },
        { name: "todo_count", type: "integer" },
        { name: "new_count", type: "integer" },
        { name: "changed_count", type: "integer" },
        { name: "leave_count", type: "integer" },
    ],
});
