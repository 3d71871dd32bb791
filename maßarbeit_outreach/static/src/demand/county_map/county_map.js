import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import {
    SHARE_STEPS,
    SUPPLY_STEPS,
    isOnMap,
    jointShare,
    largestRadius,
    layoutMap,
    radius,
    shareStep,
    sizeOf,
    supplyRatio,
    supplyStep,
} from "./county_map_layout";

const NUMBERS = ["visits", "joint", "demands", "positions", "due", "companies"];

/**
 * The county's municipalities as circles: how often we were there, how often jointly, what is needed, who is due.
 *
 * The numbers and the lists behind them come from the same domains on the server. The table beneath has the same
 * numbers and the same links, for whoever does not see the map.
 */
export class CountyMap extends Component {
    static template = "maßarbeit_outreach.CountyMap";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.canvas = useRef("canvas");
        this.display = { controlPanel: {} };
        this.state = useState({
            period: "12_months",
            measure: "visits",
            ...this.props.state,
            width: 0,
            pointed: null,
            supply: null,
            data: { periods: [], places: [] },
        });
        useSetupAction({
            getLocalState: () => ({ period: this.state.period, measure: this.state.measure }),
        });
        onWillStart(() => this.load());
        useEffect(
            (element) => {
                // the county is higher than wide: on a desk nearly all of it fits the window
                const observer = new ResizeObserver(() => {
                    this.state.width = Math.min(element.clientWidth, Math.max(window.innerHeight - 280, 360));
                });
                observer.observe(element);
                return () => observer.disconnect();
            },
            () => [this.canvas.el]
        );
    }

    async load() {
        this.state.data = await this.keepLast.add(
            this.orm.call("outreach.municipality", "get_county_map", [this.state.period])
        );
        if (this.state.measure === "supply") {
            await this.loadSupply();
        }
    }

    /** Asking for figures counts as a question where candidates may not be seen: only when it is wanted. */
    async loadSupply() {
        this.state.supply ||= await this.orm.call("outreach.municipality", "get_county_supply", []);
        const { exact, candidates } = this.state.supply;
        for (const place of this.state.data.places) {
            place.candidates = candidates[place.id] ?? (exact ? 0 : null);
        }
    }

    async setMeasure(measure) {
        if (measure === "supply") {
            await this.loadSupply();
        }
        this.state.measure = measure;
    }

    get measures() {
        return [
            ["visits", _t("Visits")],
            ["share", _t("Joint share")],
            ["demands", _t("Open demands")],
            ["due", _t("Companies due")],
            ["supply", _t("Candidates per position")],
        ];
    }

    get map() {
        return layoutMap(this.state.data.places, this.state.measure, this.state.width);
    }

    /** Why the map is not whole; empty when it is. */
    get gap() {
        const places = this.state.data.places.filter((place) => place.id);
        const missing = places.filter((place) => !isOnMap(place)).length;
        if (!places.length) {
            return _t("No municipalities are known yet. A manager imports them under Configuration, Municipalities.");
        }
        if (missing === places.length) {
            return _t(
                "No municipality has coordinates, so there is no map; the table has all numbers. The spreadsheet edition of the official list has the coordinates: a manager can import it."
            );
        }
        return missing ? _t("In the table only, for lack of coordinates: %s municipalities", missing) : "";
    }

    /** The rows of the table: the most first, elsewhere last, where there is anything. */
    get rows() {
        const places = this.state.data.places;
        const { measure } = this.state;
        const key = (place) => (measure === "share" ? jointShare(place) ?? -1 : sizeOf(place, measure));
        const rows = places.filter((place) => place.id).sort((a, b) => key(b) - key(a));
        return rows.concat(places.filter((place) => !place.id && NUMBERS.some((name) => place[name])));
    }

    get total() {
        const total = { id: null, name: _t("Total") };
        for (const name of NUMBERS) {
            total[name] = this.state.data.places.reduce((sum, place) => sum + place[name], 0);
        }
        // a sum of figures would say less than the county's own figure, and seem to say more
        total.candidates = this.state.supply?.exact
            ? this.state.data.places.reduce((sum, place) => sum + place.candidates, 0)
            : null;
        return total;
    }

    get legend() {
        return SHARE_STEPS.map((step, index) => ({
            ...step,
            label:
                index === 0
                    ? _t("0 %")
                    : _t("%(from)s–%(to)s %", {
                          from: step.from,
                          to: index + 1 < SHARE_STEPS.length ? SHARE_STEPS[index + 1].from - 1 : 100,
                      }),
        }));
    }

    /** Circles of the legend, for the largest number on the map and a quarter of it. */
    get sizes() {
        const drawn = this.state.data.places.filter((place) => place.id);
        const most = Math.max(0, ...drawn.map((place) => sizeOf(place, this.state.measure)));
        return [...new Set([Math.ceil(most / 4), most])]
            .filter(Boolean)
            .map((value) => ({ value, r: radius(value, most, this.state.width) }));
    }

    get largestRadius() {
        return largestRadius(this.state.width);
    }

    get supplyLegend() {
        return SUPPLY_STEPS.map((step, index) => ({
            ...step,
            label:
                index + 1 < SUPPLY_STEPS.length
                    ? _t("%(from)s to below %(to)s", { from: step.from, to: SUPPLY_STEPS[index + 1].from })
                    : _t("%(from)s and more", { from: step.from }),
        }));
    }

    candidates({ candidates }) {
        if (candidates === null) {
            return _t("not shown");
        }
        return this.state.supply.exact ? String(candidates) : _t("about %s", candidates);
    }

    ratio(place) {
        const ratio = supplyRatio(place);
        return ratio === null ? "–" : ratio.toLocaleString(user.lang, { maximumFractionDigits: 1 });
    }

    fill(circle) {
        if (this.state.measure === "supply") {
            return supplyStep(supplyRatio(circle.place))?.fill || "#ffffff";
        }
        if (!circle.value || !["visits", "share"].includes(this.state.measure)) {
            return circle.value ? "#e3e3e3" : "#ffffff";
        }
        return shareStep(jointShare(circle.place)).fill;
    }

    textFill(circle) {
        if (this.state.measure === "supply") {
            return supplyStep(supplyRatio(circle.place))?.text || "#1b1b1b";
        }
        return ["visits", "share"].includes(this.state.measure) ? shareStep(jointShare(circle.place)).text : "#1b1b1b";
    }

    /** What stands in the circle. */
    number(circle) {
        if (this.state.measure === "supply") {
            return this.ratio(circle.place);
        }
        return this.state.measure === "share" ? this.share(circle.place) : String(circle.value);
    }

    fits(circle) {
        return circle.value && this.number(circle).length * 7 <= circle.r * 2 - 1;
    }

    share(place) {
        const share = jointShare(place);
        return share === null ? "–" : _t("%s %", share);
    }

    describe(place) {
        if (this.state.measure === "supply") {
            return _t("%(name)s: %(positions)s open positions, candidates: %(candidates)s, per position: %(ratio)s", {
                ...place,
                candidates: this.candidates(place),
                ratio: this.ratio(place),
            });
        }
        return _t(
            "%(name)s: %(visits)s visits, %(joint)s of them joint (%(share)s), %(demands)s open demands with %(positions)s positions, %(due)s of %(companies)s companies due",
            { ...place, share: this.share(place) }
        );
    }

    async setPeriod(period) {
        this.state.period = period;
        await this.load();
    }

    async open(measure, place) {
        const action = await this.orm.call("outreach.municipality", "get_county_map_action", [
            { share: "visits", supply: "demands" }[measure] || measure,
            this.state.period,
            place.id,
        ]);
        return this.action.doAction(action);
    }

    onKeydown(ev, place) {
        if (["Enter", " "].includes(ev.key)) {
            ev.preventDefault();
            this.open(this.state.measure, place);
        }
    }
}

registry.category("actions").add("outreach_county_map", CountyMap);
