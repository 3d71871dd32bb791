"""The addon's pages, as each role sees them at the desk and officers on a phone, and those of employers, under the rules of WCAG 2.2 A
and AA that a machine can check (axe-core).

What Odoo's own web client does wrong on every page is listed by rule and place; everything else fails.
"""

import json

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from office import Office

RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

# {rule: places in core}: what Odoo's own web client gets wrong on every page, of its menus, search, tags, avatars, tabs and chatter.
CORE = {
    'aria-allowed-attr': ['.o_tag', '.o_searchview', '.dropdown-toggle', '.o-autocomplete--input'],
    'aria-command-name': ['.o_searchview_facet'],
    'aria-prohibited-attr': ['.o_tag', '.o-mail-Message', '.o_field_daterange'],
    'aria-required-children': ['.o_menu_sections', '.o_menu_systray'],
    'aria-required-parent': ['.o_menu_brand', '.o_notebook', '.o_searchview_facet'],
    'aria-roles': ['.o_searchview_facet'],
    'autocomplete-valid': ['.o_select_menu_input'],
    'button-name': ['.o_optional_columns_dropdown', 'button:has(> .oi-panel-right)'],
    'color-contrast': ['footer', '.o_pivot'],
    'image-alt': ['.o_avatar', '.o-mail-Message', '.o-mail-Avatar'],
    'label': ['.o-checkbox'],
    'meta-viewport': ['meta[name=viewport]'],
    'role-img-alt': ['.o-mail-ActivityButton', '.o_searchview', '.o-mail-Chatter', '.o-mail-Followers'],
    'target-size': ['.o_searchview', '.o_priority', 'button:has(> .fa-cog)'],
}
# And besides, what it draws on a phone only: icons of menu, way back, views and search; the grey of the names of fields.
CORE_ON_PHONE = {
    'button-name': ['.o_back_button', '.o_button_more', '.o_cp_switch_buttons', '.o_control_panel_navigation'],
    'color-contrast': ['.o_form_label'],
    'link-name': ['.o_menu_toggle'],
}

DRAWN = '.o_list_renderer, .o_kanban_renderer, .o_form_renderer, .o_outreach_today, .o_graph_renderer, .o_pivot, .o_calendar_renderer'

# Page, and the model whose first record is opened where the path asks for one.
BACKEND = {
    'jobcenter': [
        ('/odoo/heute', None),
        ('/odoo/outreach-candidates', None),
        ('/odoo/outreach-candidates/{}', (None, 'outreach.candidate')),
        ('/odoo/outreach-matches', None),
        ('/odoo/outreach-demands/{}/outreach-demand-matches', ('demand_schweisser_demo', None)),
        ('/odoo/outreach-pools', None),
        ('/odoo/outreach-barriers', None),
        ('/odoo/outreach-supply', None),
    ],
    'wifoe': [
        ('/odoo/outreach-visits', None),
        ('/odoo/outreach-visits/{}', (None, 'outreach.visit')),
        ('/odoo/outreach-companies/{}', ('partner_stahlbau_demo', None)),
        ('/odoo/outreach-demands', None),
        ('/odoo/outreach-demands/{}', ('demand_schweisser_demo', None)),
        ('/odoo/outreach-due', None),
    ],
    'leitung': [('/odoo/outreach-pipeline', None), ('/odoo/outreach-import/new', None), ('/odoo/outreach-holdings', None)],
    'abh': [('/odoo/heute', None), ('/odoo/outreach-requests-to-answer/{}', (None, 'outreach.permit.request'))],
    'helfer': [('/odoo/outreach-stands', None)],
    'datenschutz': [('/odoo/outreach-privacy-check', None)],
}
# On a phone those pages that are used away from the desk.
PHONE = {
    'wifoe': [
        ('/odoo/heute', None),
        ('/odoo/outreach-visits/{}', (None, 'outreach.visit')),
        ('/odoo/outreach-companies/{}', ('partner_stahlbau_demo', None)),
        ('/odoo/outreach-demands', None),
    ],
    'jobcenter': [('/odoo/outreach-demands/{}/outreach-demand-matches', ('demand_schweisser_demo', None))],
}
PORTAL = ['/my/outreach', '/my/outreach/visits', '/my/outreach/demands', '/my/outreach/demands/new', '/my/outreach/stands']

ASK = """
async ([rules, core]) => {
    const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    const faults = [];
    for (const { id, help, nodes } of violations) {
        for (const { target, html, any, all, none } of nodes) {
            const element = document.querySelector(target[0]);
            if (!(core[id] || []).some((place) => element?.closest(place))) {
                const said = [...any, ...all, ...none].map(({ message }) => message)[0];
                faults.push({ rule: id, help, target: target.join(" "), html: html.slice(0, 250), said });
            }
        }
    }
    return faults;
}
"""


def check(page, where, phone=False):
    """Faults of the page as text."""
    page.locator('.o_loading_indicator').wait_for(state='detached')  # while it fades it has no contrast
    page.evaluate(AXE_SCRIPT)
    core = {rule: CORE.get(rule, []) + (CORE_ON_PHONE.get(rule, []) if phone else []) for rule in {*CORE, *CORE_ON_PHONE}}
    faults = page.evaluate(ASK, [RULES, core])
    return [{'page': where, **fault} for fault in faults]


def record_of(office, which):
    xmlid, model = which
    if xmlid:
        return office.rpc('ir.model.data', 'check_object_reference', 'maßarbeit_outreach', xmlid)[1]
    return office.read(model, [], ['id'])[0]['id']


@pytest.mark.parametrize(
    ('login', 'phone'),
    [*((login, False) for login in BACKEND), *((login, True) for login in PHONE)],
    ids=[*BACKEND, *(f'{login}-phone' for login in PHONE)],
)
def test_backend(new_page, login, phone):
    office = Office(new_page(phone=phone, language='de-DE'), login)
    page, faults = office.page, []
    for path, which in (PHONE if phone else BACKEND)[login]:
        page.follow(path.format(record_of(office, which)) if which else path)
        page.locator(DRAWN).or_(page.locator('.o_action_manager h1')).first.wait_for()
        page.settle()
        faults += check(page, f'{login} {path}', phone)
        assert page.evaluate('document.documentElement.lang').startswith('de'), 'the page says its language'
    assert not faults, json.dumps(faults, ensure_ascii=False, indent=1)


@pytest.mark.parametrize('phone', [False, True], ids=['desk', 'phone'])
def test_portal(new_page, phone):
    page, faults = new_page(phone=phone, language='de-DE'), []
    page.log_in('betrieb')
    for path in PORTAL:
        page.goto(path)
        page.locator('#wrapwrap').wait_for()
        faults += check(page, path)
        assert page.evaluate('document.documentElement.lang').startswith('de'), 'the page says its language'
    assert not faults, json.dumps(faults, ensure_ascii=False, indent=1)
