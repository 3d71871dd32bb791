import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { CHAPTERS, findChapter } from "./help_chapters";

const GROUP = "maßarbeit_outreach.group_outreach_user";

/** One chapter, and the way to the others. */
export class HelpDialog extends Component {
    static template = "outreach.HelpDialog";
    static components = { Dialog };
    static props = { chapter: String, close: Function };

    setup() {
        this.state = useState({ key: this.props.chapter });
    }

    get chapter() {
        return CHAPTERS[this.state.key];
    }

    get others() {
        return Object.keys(CHAPTERS)
            .filter((key) => key !== this.state.key)
            .map((key) => ({ key, title: CHAPTERS[key].title }));
    }
}

/** The question mark in the bar: help for the page that is shown, where it is one of employer outreach. */
export class HelpItem extends Component {
    static template = "outreach.HelpItem";
    static props = {};

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.state = useState({ key: undefined });
        onWillStart(async () => {
            this.isOutreach = await user.hasGroup(GROUP);
            this.follow();
        });
        useBus(this.env.bus, "ACTION_MANAGER:UI-UPDATED", () => this.follow());
    }

    follow() {
        const found = findChapter(this.action.currentController?.action);
        this.state.key = found && (found.isOwn || this.isOutreach) ? found.key : undefined;
    }

    open() {
        this.dialog.add(HelpDialog, { chapter: this.state.key });
    }
}

registry.category("systray").add("maßarbeit_outreach.help", { Component: HelpItem }, { sequence: 1 });
