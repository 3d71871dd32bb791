import { patch } from "@web/core/utils/patch";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";

// Cards that are grouped by a record show no help where nothing is found, since one could add a column. Where one cannot,
// the page stays blank: on a phone, lists that begin with such groups. Remove when core asks whether columns can be added.
patch(KanbanRenderer.prototype, {
    get showNoContentHelper() {
        const { isGrouped, groups } = this.props.list;
        return super.showNoContentHelper || (isGrouped && !groups.length && !this.canCreateGroup());
    },
});
