/** From one match to the next: by button, or by J, K, S and U, which can be switched off. */
import { Component, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const KEYS_OFF = "outreach_match_keys_off";

export class MatchSteps extends Component {
    static template = "maßarbeit_outreach.MatchSteps";
    static props = {
        record: Object, // the one that is shown
        place: Number, // from 0
        total: Number,
        goToPlace: Function,
        goToId: Function,
        afterChange: { type: Function, optional: true }, // of what is decided on a match, by its id
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ hasKeys: !browser.localStorage.getItem(KEYS_OFF), isBusy: false, last: null });
        const isAvailable = () => this.state.hasKeys;
        useHotkey("j", () => this.step(1), { isAvailable });
        useHotkey("k", () => this.step(-1), { isAvailable });
        useHotkey("s", () => this.canSelect && this.selectAndGoOn(), { isAvailable });
        useHotkey("u", () => this.takeBack(), { isAvailable });
    }

    get placeText() {
        return _t("%(place)s of %(total)s", { place: this.props.place + 1, total: this.props.total });
    }

    /** Others than the job centre do not get the field. */
    get canSelect() {
        const { data } = this.props.record;
        return "proposal_id" in data && !data.proposal_id && data.fit !== "3_not";
    }

    /** For whom the page is read to: what is shown now. */
    get spokenText() {
        const { data, fields } = this.props.record;
        return [data.name, Object.fromEntries(fields.fit.selection || [])[data.fit]].filter(Boolean).join(", ");
    }

    get keysText() {
        return this.state.hasKeys ? _t("Switch the keys J, K, S and U off") : _t("Switch the keys J, K, S and U on");
    }

    switchKeys() {
        this.state.hasKeys = !this.state.hasKeys;
        if (this.state.hasKeys) {
            browser.localStorage.removeItem(KEYS_OFF);
        } else {
            browser.localStorage.setItem(KEYS_OFF, "1");
        }
    }

    async step(by) {
        const place = this.props.place + by;
        if (place >= 0 && place < this.props.total) {
            await this.busy(() => this.props.goToPlace(place));
        }
    }

    async selectAndGoOn() {
        await this.busy(async () => {
            const { record, place, total } = this.props;
            const { resId } = record;
            const { name } = record.data;
            await this.orm.call("outreach.match", "action_select", [[resId]]);
            this.state.last = { resId, text: _t("%s is selected.", name) };
            await this.props.afterChange?.(resId);
            await this.props.goToPlace(Math.min(place + 1, total - 1));
        });
    }

    /** Of the last selection; back to whom it was about. */
    async takeBack() {
        if (!this.state.last) {
            return;
        }
        await this.busy(async () => {
            const { resId } = this.state.last;
            await this.orm.call("outreach.match", "action_withdraw", [[resId]]);
            this.state.last = null;
            await this.props.afterChange?.(resId);
            await this.props.goToId(resId);
        });
    }

    async busy(work) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await work();
        } finally {
            this.state.isBusy = false;
        }
    }
}

/** In a form by itself, through the records from which it was opened; beside a list the list has the steps. */
export class MatchStepsWidget extends Component {
    static template = "maßarbeit_outreach.MatchStepsWidget";
    static components = { MatchSteps };
    static props = { ...standardWidgetProps };

    get place() {
        return this.props.record.resIds.indexOf(this.props.record.resId);
    }

    async goToId(resId) {
        await this.props.record.model.load({ resId });
    }

    async goToPlace(place) {
        await this.goToId(this.props.record.resIds[place]);
    }
}

registry.category("view_widgets").add("outreach_match_steps", {
    component: MatchStepsWidget,
    fieldDependencies: [
        { name: "name", type: "char" },
        { name: "fit", type: "selection" },
    ],
});
