import { onMounted, useRef } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";
import { StatusBarButtons } from "@web/views/form/status_bar_buttons/status_bar_buttons";

const IN_THE_BAR = 3;

/** What one does with a company: three actions in the bar, the others under "More". The focus begins here. */
export class CompanyActions extends StatusBarButtons {
    static template = "outreach.CompanyActions";
    static components = { Dropdown, DropdownItem };

    setup() {
        super.setup?.();
        this.bar = useRef("bar");
        onMounted(() => {
            // Not on a phone, where a focus may open the keyboard, and only if nobody is anywhere yet.
            if (!this.env.isSmall && !this.env.inDialog && document.activeElement === document.body) {
                this.bar.el.focus({ preventScroll: true });
            }
        });
    }

    get inTheBar() {
        return this.visibleSlotNames.slice(0, IN_THE_BAR);
    }

    get more() {
        return this.visibleSlotNames.slice(IN_THE_BAR);
    }
}

export class CompanyFormRenderer extends FormRenderer {
    static components = { ...FormRenderer.components, StatusBarButtons: CompanyActions };
}

registry.category("views").add("outreach_company_form", { ...formView, Renderer: CompanyFormRenderer });
