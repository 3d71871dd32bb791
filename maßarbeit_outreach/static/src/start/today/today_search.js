import { browser } from "@web/core/browser/browser";
import { DefaultCommandItem } from "@web/core/commands/command_palette";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/** Records alone, by kind. */
export const SEARCH_NAMESPACE = "!";

const GROUP = "maßarbeit_outreach.group_outreach_user";
const SHORTEST = 2;
const DELAY = 200;

registry.category("command_setup").add(SEARCH_NAMESPACE, {
    debounceDelay: DELAY,
    emptyMessage: _t("No company, demand or visit found. Type at least two letters of its name."),
    name: _t("companies, demands and visits"),
    placeholder: _t("Search for a company, demand or visit…"),
});

const KINDS = {
    companies: _t("Companies"),
    demands: _t("Demands"),
    visits: _t("Visits"),
    candidates: _t("Candidates"),
};
Object.entries(KINDS).forEach(([kind, name], index) => {
    registry
        .category("command_categories")
        .add(`outreach_${kind}`, { namespace: SEARCH_NAMESPACE, name }, { sequence: 10 * (index + 1) });
});

/** A record among the commands: what it is stands beside its name. */
export class RecordCommandItem extends DefaultCommandItem {
    static template = "outreach.RecordCommandItem";
    static props = { ...DefaultCommandItem.props, label: String, kind: String };
}

async function search(env, words) {
    const found = await env.services.orm.silent.call("outreach.today", "search_records", [words]);
    return found.map(({ kind, name, model, id, url }) => ({
        kind,
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
}

registry.category("command_provider").add("outreach_records", {
    namespace: SEARCH_NAMESPACE,
    provide: (env, { searchValue }) => search(env, searchValue),
});

/**
 * The same beside the commands of the page, which is what Ctrl+K opens. Core compares the letters of what was typed with the name of
 * what is found, so that the server's "Müller" for "mueller" would be lost: what was typed is the name, and the record is shown.
 */
let latest = 0;
registry.category("command_provider").add("outreach_records_by_name", {
    async provide(env, { searchValue }) {
        const number = ++latest;
        if (!searchValue || searchValue.trim().length < SHORTEST || !(await user.hasGroup(GROUP))) {
            return [];
        }
        await new Promise((resolve) => browser.setTimeout(resolve, DELAY));
        if (number !== latest) {
            return []; // more was typed meanwhile
        }
        const found = await search(env, searchValue).catch(() => []); // the commands are there without the server
        return found.map((record) => ({
            ...record,
            Component: RecordCommandItem,
            name: searchValue,
            props: { label: record.name, kind: KINDS[record.kind].toString() },
        }));
    },
});
