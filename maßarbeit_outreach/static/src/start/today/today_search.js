import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Records have a name space of their own: what the palette finds elsewhere it filters again, letter by letter. */
export const SEARCH_NAMESPACE = "!";

registry.category("command_setup").add(SEARCH_NAMESPACE, {
    debounceDelay: 200,
    emptyMessage: _t("No company, demand or visit found. Type at least two letters of its name."),
    placeholder: _t("Search for a company, demand or visit…"),
});

const KINDS = {
    companies: _t("Companies"),
    demands: _t("Demands"),
    visits: _t("Visits"),
};
Object.entries(KINDS).forEach(([kind, name], index) => {
    registry
        .category("command_categories")
        .add(`outreach_${kind}`, { namespace: SEARCH_NAMESPACE, name }, { sequence: 10 * (index + 1) });
});

registry.category("command_provider").add("outreach_records", {
    namespace: SEARCH_NAMESPACE,
    async provide(env, { searchValue }) {
        const found = await env.services.orm.call("outreach.today", "search_records", [searchValue]);
        return found.map(({ kind, name, model, id, url }) => ({
            name,
            category: `outreach_${kind}`,
            href: url,
            action: () =>
                env.services.action.doAction({
                    type: "ir.actions.act_window",
                    res_model: model,
                    res_id: id,
                    views: [[false, "form"]],
                }),
        }));
    },
});
