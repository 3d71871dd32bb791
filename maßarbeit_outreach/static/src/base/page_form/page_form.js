import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** A form that is a page of its own, such as an import: before it is saved it is called as the menu that led to it, not "New". */
export class PageFormController extends FormController {
    displayName() {
        return (!this.model.root.isNew && super.displayName()) || this.env.config.actionName || super.displayName();
    }
}

registry.category("views").add("outreach_page_form", { ...formView, Controller: PageFormController });
