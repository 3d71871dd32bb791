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
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ hasKeys: !browser.localStorage.getItem(KEYS_OFF), isBusy: false, last: null });
        const isAvailable = () => this.state.hasKeys;
        useHotkey("j", () => this.step(1), { isAvailable });
        useHotkey("k", () => this.step(-1), { isAvailable });
        useHotkey("s", () => this.canSelect && this.selectAndGoOn(), { isAvailable });
        useHotkey("u", () => this.takeBack(), { isAvailable });
    }

    get place() {
        return this.props.record.resIds.indexOf(this.props.record.resId);
    }

    get total() {
        return this.props.record.resIds.length;
    }

    get placeText() {
        return _t("%(place)s of %(total)s", { place: this.place + 1, total: this.total });
    }

    /** Others than the job centre do not get the field. */
    get canSelect() {
        const { data } = this.props.record;
        return "proposal_id" in data && !data.proposal_id && data.fit !== "3_not";
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
        const { model, resIds } = this.props.record;
        const next = resIds[this.place + by];
        if (next && !this.state.isBusy) {
            await this.busy(() => model.load({ resId: next }));
        }
    }

    async selectAndGoOn() {
        if (this.state.isBusy) {
            return;
        }
        const { model, resId, resIds } = this.props.record;
        const { name } = this.props.record.data;
        const next = resIds[this.place + 1] || resId;
        await this.busy(async () => {
            await this.orm.call("outreach.match", "action_select", [[resId]]);
            this.state.last = { resId, text: _t("%s is selected.", name) };
            await model.load({ resId: next });
        });
    }

    /** Of the last selection; back to whom it was about. */
    async takeBack() {
        const { last } = this.state;
        if (!last || this.state.isBusy) {
            return;
        }
        await this.busy(async () => {
            await this.orm.call("outreach.match", "action_withdraw", [[last.resId]]);
            this.state.last = null;
            await this.props.record.model.load({ resId: last.resId });
        });
    }

    async busy(work) {
        this.state.isBusy = true;
        try {
            await work();
        } finally {
            this.state.isBusy = false;
        }
    }
}

registry.category("view_widgets").add("outreach_match_steps", {
    component: MatchSteps,
    fieldDependencies: [
        { name: "name", type: "char" },
        { name: "fit", type: "selection" },
    ],
});
