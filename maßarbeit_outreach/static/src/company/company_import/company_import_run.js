import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { RecordImportRun, makeRecordImportRun } from "../../base/import_run/import_run";

export class CompanyImportRun extends RecordImportRun {
    get question() {
        const { todo_count: total, new_count, changed_count } = this.data;
        return {
            title: _t("Import companies"),
            body: _t(
                "%(total)s rows will be written: %(new)s new and %(changed)s changed companies, and the duplicates that you decided on.",
                { total, new: new_count, changed: changed_count }
            ),
        };
    }
}

registry.category("view_widgets").add("outreach_company_import_run", makeRecordImportRun(CompanyImportRun));
