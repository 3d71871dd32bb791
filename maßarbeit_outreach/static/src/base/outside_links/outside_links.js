import { registry } from "@web/core/registry";
import { session } from "@web/session";
import "@web/webclient/user_menu/user_menu_items";

// Links that lead out of the house, and which the privacy check leaves out; see `ir.http.session_info`.
const hidden = session.outreach_hidden_links || [];
const ENTRIES = { help: "support", account: "odoo_account" };

for (const link of hidden) {
    if (ENTRIES[link]) {
        registry.category("user_menuitems").remove(ENTRIES[link]);
    }
    document.documentElement.classList.add(`o_outreach_without_${link}`);
}
