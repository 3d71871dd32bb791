"""No list cuts off what its rows are about, at the width of a usual desk: every list that a menu leads to, as each role.

script/test tests/whole/test_lists_browser.py -s    # prints how many lists were looked at
"""

import pytest
from office import SLOW, Office

from devkit.roles import ROLES

pytestmark = pytest.mark.usefixtures('server')

STAFF = [role.login for role in ROLES if not role.portal]
ROW = '.o_list_view .o_data_row'

# Menus of the app with a list, as the client has them: [(path, ...)].
LISTS = """async () => {
    const { menu, action } = odoo.__WOWL_DEBUG__.root.env.services;
    const leaves = (entry) => entry.childrenTree.length ? entry.childrenTree.flatMap(leaves) : [entry];
    const paths = [];
    for (const { actionID, actionPath } of leaves(menu.getMenuAsTree(menu.getCurrentApp().id))) {
        const { type, views } = await action.loadAction(actionID);
        if (type === "ir.actions.act_window" && views.some(([, kind]) => kind === "list")) {
            paths.push(actionPath || `action-${actionID}`);
        }
    }
    return [...new Set(paths)];
}"""

# Words that an ellipsis or the edge of their cell hides, or that are broken without a hyphen for want of room.
CUT = """() => {
    const cells = document.querySelectorAll(
        `.o_list_table thead th[data-name], .o_data_row .o_data_cell:not(.o_list_button), .o_list_view .o_group_name`);
    const words = (cell) => {
        const found = [], walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            for (const { 0: text, index } of walker.currentNode.textContent.matchAll(/[^\\s\\-–/.@]+/g)) {
                const range = document.createRange();
                range.setStart(walker.currentNode, index);
                range.setEnd(walker.currentNode, index + text.length);
                found.push([text, [...range.getClientRects()]]);
            }
        }
        return found;
    };
    const fault = (cell) => {
        const hidden = [cell, ...cell.querySelectorAll("*")].find((element) => {
            const { overflowX, display } = getComputedStyle(element);
            const hides = display !== "inline" && overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
            return hides && element.innerText?.trim();
        });
        const edge = cell.getBoundingClientRect().right + 1;
        const word = words(cell).find(([, places]) => places.length > 1 || places.some(({ right }) => right > edge));
        return hidden?.innerText.trim() || word?.[0];
    };
    return [...cells].flatMap((cell) => {
        const found = fault(cell), name = cell.getAttribute("name") || cell.dataset.name || "group";
        return found ? [[`${cell.tagName === "TH" ? "heading " : ""}${name}`, found.slice(0, 60)]] : [];
    });
}"""


def open_groups(page):
    """The first one of a page in groups: its rows are those that are shown."""
    while page.locator('.o_group_header').count() and not page.locator(ROW).count():
        page.locator('.o_group_header:not(.o_group_open)').first.click()
        page.settle()


@pytest.mark.parametrize('login', STAFF)
def test_nothing_is_cut(new_page, login):
    office = Office(new_page(language='de-DE'), login)
    page = office.page
    page.set_default_timeout(SLOW)
    cut, looked = {}, 0
    for path in page.evaluate(LISTS):
        page.goto(f'/odoo/{path}?view_type=list')
        page.locator('.o_list_view .o_list_renderer, .o_list_view .o_view_nocontent').first.wait_for()
        page.settle()
        open_groups(page)
        looked += page.locator(ROW).count() > 0
        for where, text in page.evaluate(CUT):
            cut.setdefault(f'{path}, {where}', text)
    print(f'{login}: {looked} lists with rows')
    assert not cut, '\n'.join(f'{where}: {text}' for where, text in cut.items())
    assert not page.errors
