import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { uuid } from "@web/core/utils/strings";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Open demands of the same company that look like this one, and the click that raises one of them instead. */
export class DemandDuplicates extends Component {
    static template = "outreach.DemandDuplicates";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.intention = uuid(); // a click that arrives twice counts once
    }

    get data() {
        return this.props.record.data;
    }

    get duplicates() {
        return this.data.duplicates || [];
    }

    get more() {
        return this.props.record.resId ? this.data.positions_open : this.data.positions;
    }

    label(duplicate) {
        return _t("Raise to %s positions", duplicate.positions + this.more);
    }

    open(duplicate) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "outreach.demand",
            res_id: duplicate.id,
            views: [[false, "form"]],
        });
    }

    async raise(duplicate) {
        const record = this.props.record;
        const saved = record.resId || false;
        if (saved) {
            await record.save();
        }
        let positions;
        try {
            positions = await this.orm.call("outreach.demand", "action_raise", [[duplicate.id]], {
                positions: this.more,
                seen: duplicate.positions,
                words: this.data.name || "",
                instead_of_id: saved,
                intention: `${this.intention} ${saved || ""} ${duplicate.id}`,
            });
        } catch (error) {
            await (saved ? record.load() : record.update({ name: this.data.name })); // show how it is now
            throw error;
        }
        this.notification.add(_t("“%(name)s” is now for %(positions)s positions.", { name: duplicate.name, positions }), { type: "success" });
        if (saved) {
            await record.load();
        } else {
            await record.discard(); // nothing of the draft is needed any more
            if (this.env.inDialog) {
                await this.action.doAction({ type: "ir.actions.act_window_close" });
            } else {
                this.open(duplicate);
            }
        }
    }
}

registry.category("view_widgets").add("outreach_demand_duplicates", {
    component: DemandDuplicates,
    fieldDependencies: [
        { name: "duplicates", type: "json" },
        { name: "name", type: "char" },
        { name: "positions", type: "integer" },
        { name: "positions_open", type: "integer" },
    ],
});
