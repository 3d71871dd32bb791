import { Component, onWillStart, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** A part of the company's page that the server says as a whole, and says anew whenever the form was read anew. */
class CompanyPart extends Component {
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        onWillStart(() => {
            this.load(this.props.record); // the form need not wait
        });
        onWillUpdateProps(({ record }) => {
            if (record !== this.props.record || record.resId !== this.loaded) {
                this.load(record);
            }
        });
    }

    load(record) {
        this.loaded = record.resId;
        return record.resId ? this.read(record.resId) : this.clear();
    }

    ask(method, ...args) {
        return this.keepLast.add(this.orm.silent.call("outreach.dossier", method, args));
    }

    open({ model, id }) {
        return this.action.doAction({ type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] });
    }

    /** Press a button of the company itself. */
    press(method) {
        return this.pressRow({ model: "res.partner", ids: [this.props.record.resId], method });
    }

    /** What was typed is saved first, as every button of a form does. */
    async pressRow({ model, ids, method }) {
        const record = this.props.record;
        if (await record.save()) {
            await this.action.doActionButton({
                type: "object",
                name: method,
                resModel: model,
                resIds: ids,
                context: user.context,
                onClose: () => record.model.load(),
            });
        }
    }
}

/** Whom to call, who is there next and was there last, what warns, what is open. */
export class Dossier extends CompanyPart {
    static template = "outreach.Dossier";

    setup() {
        this.state = useState({ dossier: null });
        super.setup();
    }

    async read(id) {
        this.state.dossier = await this.ask("get_dossier", id);
    }

    clear() {
        this.state.dossier = null;
    }
}

/** Everything that happened and will, the latest first, in pages; of all kinds or of one. */
export class Timeline extends CompanyPart {
    static template = "outreach.Timeline";

    setup() {
        this.state = useState({ page: null, rows: [], kind: false });
        this.rows = useRef("rows");
        super.setup();
    }

    async read(id) {
        const page = await this.ask("get_timeline", id, this.state.kind, 0);
        Object.assign(this.state, { page, rows: page.rows });
    }

    clear() {
        Object.assign(this.state, { page: null, rows: [], kind: false });
    }

    get left() {
        return this.state.page.total - this.state.rows.length;
    }

    /** Whether the line "today" stands above this row: the first one that is no longer ahead, below some that are. */
    isToday(index) {
        const { rows } = this.state;
        return index > 0 && rows[index - 1].is_ahead && !rows[index].is_ahead;
    }

    async choose(kind) {
        this.state.kind = kind || false;
        await this.read(this.loaded);
    }

    /** The focus goes on to the first of the older rows. */
    async older() {
        const known = this.state.rows.length;
        const page = await this.ask("get_timeline", this.loaded, this.state.kind, known);
        const keys = new Set(this.state.rows.map(({ key }) => key));
        this.state.page = page;
        this.state.rows.push(...page.rows.filter(({ key }) => !keys.has(key)));
        await new Promise((resolve) => requestAnimationFrame(resolve));
        this.rows.el?.querySelectorAll("li[data-key] a")[known]?.focus();
    }
}

registry.category("view_widgets").add("outreach_dossier", { component: Dossier });
registry.category("view_widgets").add("outreach_timeline", { component: Timeline });
