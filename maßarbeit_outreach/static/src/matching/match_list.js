/** Matches beside each other: on the left who, in groups; on the right why. On a phone one after the other, as any list and form. */
import { Component, onWillStart, onWillUpdateProps, status, useChildSubEnv, useEffect, useState, useSubEnv } from "@odoo/owl";
import { router } from "@web/core/browser/router";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { pick } from "@web/core/utils/objects";
import { useSetupAction } from "@web/search/action_hook";
import { usePager } from "@web/search/pager_hook";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { getDefaultConfig, View } from "@web/views/view";
import { MatchSteps } from "./match_steps";

/** What a row says, whichever columns are open. */
const EXPORTED = ["name", "fit", "reached", "reasons", "municipality_id", "distance_km", "german_level"];
/** With more of them dots say nothing. */
const MOST_DOTS = 6;

/** One match as its form shows it, without a place of its own in the path. */
export class MatchPane extends Component {
    static template = "maßarbeit_outreach.MatchPane";
    static components = { View };
    static props = { resId: Number, context: Object };

    setup() {
        useChildSubEnv({ config: getDefaultConfig() });
    }

    get viewProps() {
        const { resId, context } = this.props;
        return { type: "form", resModel: "outreach.match", resId, context, display: { controlPanel: false } };
    }
}

/** What is wanted, in one line, where all the matches are of one demand. */
export class MatchDemand extends Component {
    static template = "maßarbeit_outreach.MatchDemand";
    static props = { resId: Number, languages: Array, slots: { type: Object, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ demand: null });
        onWillStart(() => this.load(this.props.resId));
        onWillUpdateProps((next) => next.resId !== this.props.resId && this.load(next.resId));
    }

    async load(resId) {
        const name = { fields: { display_name: {} } };
        const specification = { name: {}, partner_id: name, municipality_id: name, positions_open: {}, start_date: {}, language_level: {} };
        const [demand] = await this.orm.webRead("outreach.demand", [resId], {
            specification: { ...specification, trains_on_the_job: {}, skill_ids: { fields: { need: {} } } },
        });
        this.state.demand = demand;
    }

    get startText() {
        return formatDate(deserializeDate(this.state.demand.start_date));
    }

    get languageText() {
        return Object.fromEntries(this.props.languages)[this.state.demand.language_level];
    }

    get mustCount() {
        return this.state.demand.skill_ids.filter(({ need }) => need === "must").length;
    }
}

export class MatchListRenderer extends ListRenderer {
    static recordRowTemplate = "maßarbeit_outreach.MatchRow";

    setup() {
        super.setup();
        this.matchPane = useState(this.env.matchPane);
    }

    isShown(record) {
        return !this.env.isSmall && record.resId === this.matchPane.resId;
    }

    getRowClass(record) {
        return `${super.getRowClass(record)} ${this.isShown(record) ? "o_outreach_shown" : ""}`;
    }
}

export class MatchListController extends ListController {
    static template = "maßarbeit_outreach.MatchListView";
    static components = { ...ListController.components, MatchDemand, MatchPane, MatchSteps };

    setup() {
        super.setup();
        const { shown } = this.props.state || {};
        this.pane = useState({
            resId: shown?.resId || router.current.match || false,
            version: 0,
            seen: new Set(shown?.seen),
            afterChange: (resId) => this.afterChange(resId),
        });
        useSubEnv({ matchPane: this.pane });
        useSetupAction({ getLocalState: () => ({ shown: { resId: this.pane.resId, seen: [...this.pane.seen] } }) });
        if (!this.env.isSmall) {
            usePager(() => this.shownPager);
        }
        useEffect(
            (resId) => resId && this.see(resId),
            () => [this.shown?.resId]
        );
    }

    /** The match at the right: the one that was chosen, or the first. */
    get shown() {
        if (this.env.isSmall || !this.model.isReady) {
            return undefined;
        }
        const { records } = this.model.root;
        return records.find(({ resId }) => resId === this.pane.resId) || records[0];
    }

    /** Of how many; in groups of those whose group is open. */
    get total() {
        const { root } = this.model;
        return root.isGrouped ? root.records.length : root.count;
    }

    get place() {
        const { root } = this.model;
        return (root.isGrouped ? 0 : root.offset) + root.records.indexOf(this.shown);
    }

    get shownPager() {
        const { root } = this.model;
        if (!this.shown) {
            return { offset: root.offset, limit: root.limit, total: root.count, onUpdate: (page) => root.load(page) };
        }
        return { offset: this.place, limit: 1, total: this.total, onUpdate: ({ offset }) => this.goToPlace(offset) };
    }

    /** How far one has got. */
    get progressText() {
        const { records } = this.model.root;
        const selected = records.filter((record) => record.data.proposal_id).length;
        return _t("%(seen)s of %(total)s seen, %(selected)s selected", { seen: this.pane.seen.size, total: this.total, selected });
    }

    /** The demand that all these are of. */
    get demandId() {
        const { records } = this.model.root;
        const ids = new Set(records.map((record) => record.data.demand_id?.id));
        return ids.size === 1 && (this.props.domain || []).some((condition) => condition[0] === "demand_id") ? [...ids][0] : false;
    }

    see(resId) {
        this.pane.resId = resId;
        this.pane.seen.add(resId);
        router.replaceState({ match: resId }); // a reload, and Back from elsewhere, show the same one
        const row = this.rootRef.el.querySelector(`.o_data_row[data-id="${this.shown.id}"]`);
        row?.scrollIntoView({ block: "nearest" });
        if (document.activeElement === document.body) {
            row?.querySelector(".o_data_cell").focus({ preventScroll: true }); // arrows and Enter work at once, as J and K do
        }
    }

    async goToId(resId) {
        if (resId === this.pane.resId) {
            this.pane.version++; // the same one, but something was decided about it
        }
        this.pane.resId = resId;
    }

    async goToPlace(place) {
        const { root } = this.model;
        if (!root.isGrouped && (place < root.offset || place >= root.offset + root.records.length)) {
            await root.load({ offset: Math.floor(place / root.limit) * root.limit });
        }
        const record = root.records[root.isGrouped ? place : place - root.offset];
        await this.goToId(record ? record.resId : false);
    }

    /** Something was decided about a match: its row is read anew. */
    async afterChange(resId) {
        await this.model.root.records.find((record) => record.resId === resId)?.load();
    }

    async openRecord(record, options = {}) {
        if (this.env.isSmall || options.force || options.newWindow) {
            return super.openRecord(record, options);
        }
        this.pane.resId = record.resId;
    }

    getExportableFields() {
        const shown = EXPORTED.map((name) => this.props.fields[name]);
        return [...new Set([...shown, ...super.getExportableFields()])];
    }
}

registry.category("views").add("outreach_match_list", { ...listView, Controller: MatchListController, Renderer: MatchListRenderer });

/** What its buttons change shows in the list beside it, too. */
export class MatchFormController extends FormController {
    async afterExecuteActionButton(clickParams) {
        await super.afterExecuteActionButton(clickParams);
        if (status(this) === "mounted") {
            await this.env.matchPane?.afterChange(this.model.root.resId);
        }
    }
}

/** From one match to the next the browser's own Back leads to the list, not through all that were looked at. */
function replaceInHistory(updateActionState) {
    let shown;
    return (state) => {
        updateActionState?.(state);
        if (shown && shown !== state.resId) {
            router.replaceState({}); // in place of what was just asked to be pushed
        }
        shown = state.resId;
    };
}

registry.category("views").add("outreach_match_form", {
    ...formView,
    Controller: MatchFormController,
    props: (genericProps, view) => {
        const props = formView.props(genericProps, view);
        return { ...props, updateActionState: replaceInHistory(props.updateActionState) };
    },
});

/** A match in two lines: who, how many of the required skills, the main reason, from where. */
export class MatchRowField extends Component {
    static template = "maßarbeit_outreach.MatchRowField";
    static props = { ...standardFieldProps, about: { type: String, optional: true }, besides: { type: String, optional: true } };

    setup() {
        this.matchPane = useState(this.env.matchPane);
    }

    get title() {
        const { data } = this.props.record;
        return this.props.about ? data[this.props.about].display_name : data[this.props.name];
    }

    get besides() {
        const { data } = this.props.record;
        return this.props.besides && data[this.props.besides].display_name;
    }

    get dots() {
        const musts = this.props.record.data.musts || {};
        const dots = ["reached", "partly", "missing"].flatMap((state) => Array(musts[state] || 0).fill(state));
        return dots.length > MOST_DOTS ? [] : dots;
    }

    /** Dots say which of them in part. */
    get reached() {
        const { dots } = this;
        const reached = dots.filter((dot) => dot !== "missing").length;
        return dots.length ? _t("%(reached)s of %(all)s", { reached, all: dots.length }) : this.props.record.data.reached;
    }

    get reason() {
        const { fit, main_reason: reason } = this.props.record.data;
        return reason || (fit === "1_now" ? _t("All met") : "");
    }

    get place() {
        const { data, fields } = this.props.record;
        const km = data.distance_km === false ? "" : _t("%s km", data.distance_km);
        const place = [data.municipality_id?.display_name, km].filter(Boolean).join(", ");
        return [place, Object.fromEntries(fields.german_level.selection)[data.german_level]].filter(Boolean).join(" · ");
    }

    get isSeen() {
        const { resId } = this.props.record;
        return this.matchPane.seen.has(resId) && this.matchPane.resId !== resId;
    }
}

registry.category("fields").add("outreach_match_row", {
    component: MatchRowField,
    supportedTypes: ["char"],
    extractProps: ({ options }) => ({ about: options.about, besides: options.besides }),
});

/** An explanation as the server words it; its buttons are those of the record. */
export class ExplanationField extends Component {
    static template = "maßarbeit_outreach.ExplanationField";
    static props = { ...standardFieldProps };

    async onClick(ev) {
        const { outreachAction: name, outreachGate } = ev.target.closest("[data-outreach-action]")?.dataset || {};
        if (name) {
            await this.env.onClickViewButton({
                clickParams: { type: "object", name, context: outreachGate ? { outreach_gate: outreachGate } : {} },
                getResParams: () => pick(this.props.record, "context", "evalContext", "resModel", "resId", "resIds"),
            });
        }
    }
}

registry.category("fields").add("outreach_explanation", { component: ExplanationField, supportedTypes: ["html"] });
