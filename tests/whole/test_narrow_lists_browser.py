"""On a usual screen no heading of a list is cut, nor what a row is known by."""

import pytest
from office import Office

pytestmark = pytest.mark.usefixtures('server')
CUT = """() => {
    const name = (element) => element.closest('[data-name], td[name]');
    const shown = [...document.querySelectorAll('.o_list_view thead th[data-name]:not(.o_list_actions_header)')];
    const heads = shown
        .map((head) => head.querySelector('.text-truncate') || head)
        .filter((head) => getComputedStyle(head).overflow === 'hidden' && head.scrollWidth > head.clientWidth)
        .map((head) => head.innerText);
    const cells = [...document.querySelectorAll('.o_list_view tbody tr.o_data_row:nth-child(-n+10) td.o_outreach_wrap')]
        .filter((cell) => cell.scrollWidth > cell.clientWidth + 1)
        .map((cell) => cell.innerText);
    return [...heads, ...cells];
}"""


@pytest.mark.parametrize(
    ('login', 'paths'),
    [
        (
            'leitung',
            [
                'outreach-bundled-demands',
                'outreach-demands',
                'outreach-due',
                'outreach-measures',
                'outreach-promises',
                'outreach-referrals',
                'outreach-stands',
                'outreach-companies',
            ],
        ),
        ('jobcenter', ['outreach-candidates', 'outreach-proposals', 'outreach-placements']),
    ],
)
def test_nothing_is_cut(new_page, login, paths):
    page = Office(new_page(language='de-DE'), login).page
    cut = {}
    for path in paths:
        page.goto(f'/odoo/{path}')
        page.locator('.o_list_view, .o_kanban_view, .o_view_nocontent').first.wait_for()
        if page.locator('.o_switch_view.o_list').count():
            page.click('.o_switch_view.o_list')
        page.locator('.o_list_view').wait_for()
        page.settle()
        cut[path] = page.evaluate(CUT)
    assert not any(cut.values()), cut
    assert not page.errors
