import { onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { CharField, charField } from "@web/views/fields/char/char_field";

/** The employer's words. While they are typed, occupations are suggested below; a tap chooses one, the words stay. */
export class DemandWords extends CharField {
    static template = "outreach.DemandWords";
    static props = { ...CharField.props, showChosen: { type: Boolean, optional: true } };

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.state = useState({ suggestions: [], asked: "" });
        this.suggest = useDebounced(() => this.load(), 200);
        onWillUnmount(() => (this.asked = null));
    }

    get occupation() {
        return this.props.record.data.occupation_id;
    }

    onInput() {
        if (!this.occupation) {
            this.suggest();
        }
    }

    async load() {
        const words = this.input.el ? this.input.el.value.trim() : "";
        this.asked = words;
        const found = words.length > 1 ? await this.orm.silent.call("outreach.demand", "suggest_occupations", [words]) : [];
        if (this.asked === words) {
            // an answer that was overtaken is dropped
            this.state.suggestions = found;
            this.state.asked = words;
        }
    }

    async choose(suggestion) {
        const { id, name } = suggestion;
        await this.props.record.update({ [this.props.name]: this.input.el.value.trim(), occupation_id: { id, display_name: name } });
        this.state.suggestions = [];
        this.input.el?.focus(); // the button that was pressed is gone, and the keyboard would begin at the top of the page
    }

    async forget() {
        await this.props.record.update({ occupation_id: false });
        await this.load();
        this.input.el?.focus();
    }
}

registry.category("fields").add("outreach_demand_words", {
    ...charField,
    component: DemandWords,
    extractProps: (info, dynamicInfo) => ({
        ...charField.extractProps(info, dynamicInfo),
        showChosen: Boolean(info.options.show_chosen), // where the occupation is not shown beside it
    }),
    fieldDependencies: [{ name: "occupation_id", type: "many2one", relation: "outreach.occupation" }],
});
