import { Component, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { SEARCH_NAMESPACE } from "./today_search";

/**
 * The components of the blocks by the key that the server gives them: `{ Component, side }`. Blocks with `side` stand in
 * the second column, where there is room for two; below each other they stand in the order of the server.
 */
export const blocks = registry.category("outreach_today_blocks");

// Whoever comes back after so many milliseconds sees the page as it is by then.
const STALE = 5 * 60 * 1000;

/** The start page: where to be next, what is late, what comes after. One request tells all, see `outreach.today`. */
export class Today extends Component {
    static template = "outreach.Today";
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Today");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.command = useService("command");
        this.ui = useService("ui");
        this.keepLast = new KeepLast();
        this.root = useRef("root");
        this.state = useState({ page: { blocks: [], sentence: [], actions: [] }, settled: [] });
        // what a block may do
        this.tools = {
            open: this.open.bind(this),
            openList: this.openList.bind(this),
            press: this.press.bind(this),
            undo: this.undo.bind(this),
        };
        useSetupAction({ rootRef: this.root });
        useHotkey("control+k", () => this.search(), {
            bypassEditableProtection: true,
            global: true,
            isAvailable: () => this.state.page.can_search,
        });
        useExternalListener(browser, "focus", () => this.refresh());
        onWillStart(() => this.load());
    }

    async load() {
        this.state.page = await this.keepLast.add(this.orm.call("outreach.today", "get_today", []));
        this.loaded = Date.now();
    }

    async refresh() {
        if (Date.now() - this.loaded > STALE) {
            await this.load();
        }
    }

    /** The two columns of the desktop; `order` keeps the server's order where there is only one. */
    get columns() {
        const known = this.state.page.blocks
            .map((block, order) => ({ block, order, ...blocks.get(block.key, {}) }))
            .filter(({ Component }) => Component);
        const columns = [known.filter(({ side }) => !side), known.filter(({ side }) => side)];
        return columns.filter((column) => column.length);
    }

    settledOf(block) {
        return this.state.settled.filter((entry) => entry.block === block.key);
    }

    search() {
        this.command.openMainPalette({ searchValue: SEARCH_NAMESPACE });
    }

    show(key) {
        const block = this.root.el.querySelector(`[data-block="${key}"]`);
        block?.scrollIntoView({ block: "start" });
        block?.querySelector("h2").focus({ preventScroll: true });
    }

    quickAction(action) {
        return this.action.doAction(action, { onClose: () => this.load() });
    }

    // what blocks do

    /** Open a record, on the page of that name in its notebook where one is given. */
    open({ model, id, view, page }) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: model,
                res_id: id,
                views: [[view || false, "form"]],
            },
            { props: page ? { state: { activeNotebookPages: { 0: page } } } : {} }
        );
    }

    async openList(name, value = null) {
        return this.action.doAction(await this.orm.call("outreach.today", "get_list", [name, value]));
    }

    /** Press the button of a row, or one that stands by itself. */
    async press(button, block, row) {
        if (button.open) {
            return this.open(row);
        }
        if (button.list) {
            return this.openList(button.list, button.value);
        }
        if (button.action) {
            return this.action.doAction(button.action);
        }
        return this.action.doActionButton({
            type: "object",
            name: button.method,
            resModel: button.model,
            resIds: button.ids,
            context: user.context,
            onClose: () => this.afterPress(button, block, row),
        });
    }

    /** The row that was settled folds, and the next one moves up. */
    async afterPress(button, block, row) {
        await this.load();
        const now = this.state.page.blocks.find(({ key }) => key === block.key);
        const rows = (now?.groups || []).flatMap((group) => group.rows);
        if (button.undo && !rows.some(({ key }) => key === row.key)) {
            this.state.settled.push({ block: block.key, key: row.key, title: row.title, button });
        }
    }

    async undo(entry) {
        await this.orm.call(entry.button.model, entry.button.undo, [entry.button.ids]);
        this.state.settled = this.state.settled.filter((other) => other !== entry);
        await this.load();
    }
}

registry.category("actions").add("outreach_today", Today);
