"""From a demand to the people who fit, why, and to the decision: at the desk, and on a phone."""

import re

import pytest
from office import Office
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures('server')

ROW = '.o_list_view .o_data_row'
PANE = '.o_outreach_match_pane'
WHO = f'{ROW} .o_outreach_match_row b'


def demand_of(office):
    return office.rpc('ir.model.data', 'check_object_reference', 'maßarbeit_outreach', 'demand_schweisser_demo')[1]


def open_matches(office):
    """From the demand to the people who fit it; return the demand's id."""
    demand = demand_of(office)
    office.open(f'/odoo/outreach-demands/{demand}')
    office.page.click('button[name=action_view_matches]')
    office.page.wait_for_selector(ROW)
    return demand


def test_select_somebody_for_a_demand(desktop_page):
    office = Office(desktop_page, 'jobcenter')
    page = office.page
    demand = demand_of(office)
    office.open(f'/odoo/outreach-demands/{demand}')
    page.click('a.nav-link[name=what_if]')
    expect(page.locator('.o_outreach_what_if tr[name=lift]')).to_be_visible()
    page.locator('.o_outreach_what_if tr').last.scroll_into_view_if_needed()
    page.screenshot_to('match-what-if')
    page.click('button[name=action_view_matches]')
    page.wait_for_selector(ROW)
    fits = office.rpc(
        'outreach.match', 'search_read', [('demand_id', '=', demand), ('fit', '!=', '3_not')], ['name', 'reasons', 'main_reason', 'fit']
    )
    expect(page.locator(ROW)).to_have_count(len(fits))
    expect(page.locator(f'{ROW} .o_outreach_match_row b')).to_have_text([row['name'] for row in fits])
    for fit in sorted({row['fit'] for row in fits}):
        count = [row['fit'] for row in fits].count(fit)
        expect(page.locator('.o_group_header', has_text=f'({count})').first).to_be_visible()
    expect(page.locator('.o_outreach_match_demand')).to_contain_text(office.name_of('demand_schweisser_demo'))
    expect(page.locator(f'{ROW} .o_outreach_match_what').first).to_contain_text(re.compile(r'[1-9]\d* \w+ \d+'))  # no share in per cent
    pane = page.locator(PANE)
    expect(pane.locator('h1')).to_contain_text(fits[0]['name'])  # nobody has to be chosen first
    page.screenshot_to('match-list')

    waits = next(row for row in fits if row['fit'] == '2_when' and 'A1' in row['reasons'])
    row = page.locator(ROW, has_text=waits['name'])
    expect(row).to_contain_text(waits['main_reason'])
    row.click()
    expect(pane.locator('h1')).to_contain_text(waits['name'])
    expect(row).to_have_attribute('aria-current', 'true')
    expect(pane.locator('.o_outreach_verdict')).to_contain_text(waits['reasons'].split(' · ')[0])
    expect(page.locator('.o_pager_value')).to_have_text(str(fits.index(waits) + 1))
    page.settle()
    page.screenshot_to('match-explanation')
    pane.locator('button[name=select_and_go_on]').click()
    expect(pane.locator('.o_outreach_match_steps')).to_contain_text(waits['name'])
    after = fits[fits.index(waits) + 1]['name']
    expect(pane.locator('h1')).to_contain_text(after)  # the next one, not elsewhere
    expect(row.locator('.badge')).to_be_visible()
    proposal = office.read('outreach.proposal', [('demand_id', '=', demand)], ['state', 'fit', 'reasons_text'])
    assert [found['state'] for found in proposal] == ['planned']
    assert waits['reasons'].split(' · ')[0] in proposal[0]['reasons_text']
    page.settle()
    page.screenshot_to('match-proposal')
    page.keyboard.press('u')
    expect(pane.locator('h1')).to_contain_text(waits['name'])
    expect(row.locator('.badge')).to_have_count(0)
    assert office.read('outreach.proposal', [('demand_id', '=', demand)], ['state'])[0]['state'] == 'withdrawn'
    assert not page.errors


def test_what_has_to_happen(desktop_page):
    """A condition that is not met becomes a question to the immigration office, or a plan."""
    office = Office(desktop_page, 'jobcenter')
    page = office.page
    demand = open_matches(office)
    (waits,) = office.rpc(
        'outreach.match',
        'search_read',
        [('demand_id', '=', demand), ('gate_permission', '=', 'passable'), ('fit', '=', '2_when')],
        ['name', 'candidate_id'],
        limit=1,
    )
    page.locator(ROW, has_text=waits['name']).click()
    page.locator(f'{PANE} [data-outreach-action=action_ask_permission]').click()
    dialog = page.locator('.modal')
    expect(dialog.locator('.o_field_widget[name=demand_id]')).to_be_visible()
    expect(dialog.locator('.o_field_widget[name=candidate_id]')).to_contain_text(waits['name'])
    dialog.locator('.btn-close').click()
    expect(page.locator(f'{PANE} h1')).to_contain_text(waits['name'])
    assert not page.errors


def test_from_match_to_match(desktop_page):
    """By key, button and pager; Back and a reload keep the demand and the person."""
    office = Office(desktop_page, 'jobcenter')
    page = office.page
    demand = open_matches(office)
    names = page.locator(WHO).all_inner_texts()
    title, steps = page.locator(f'{PANE} h1'), page.locator('.o_outreach_match_steps')
    expect(title).to_contain_text(names[0])
    expect(steps.locator('[name=place]')).to_have_text(re.compile(rf'^1 \w+ {len(names)}$'))
    page.keyboard.press('j')
    expect(title).to_contain_text(names[1])
    page.keyboard.press('k')
    expect(title).to_contain_text(names[0])
    expect(steps.locator('button[name=previous]')).to_be_disabled()
    page.keyboard.press('s')
    expect(title).to_contain_text(names[1])
    planned = office.read('outreach.proposal', [('demand_id', '=', demand), ('state', '=', 'planned')], ['candidate_id'])
    assert [row['candidate_id'][1] for row in planned] == [names[0]]
    steps.locator('button[name=keys]').click()
    steps.locator('button[name=next]').click()
    expect(title).to_contain_text(names[2])
    page.keyboard.press('k')  # switched off
    page.settle()
    expect(title).to_contain_text(names[2])
    page.locator('.o_pager_next').click()
    expect(title).to_contain_text(names[3])

    page.settle()  # the path is written right after
    page.reload()
    expect(title).to_contain_text(names[3])
    page.locator(f'{PANE} button[name=action_open_candidate]').click()
    expect(page.locator('.o_form_view .oe_title')).to_contain_text(names[3])
    page.go_back()
    expect(title).to_contain_text(names[3])
    assert page.locator(WHO).all_inner_texts() == names
    page.locator(f'{PANE} button[name=action_open_candidate]').click()
    expect(page.locator('.o_form_view .oe_title')).to_contain_text(names[3])
    page.locator('.o_breadcrumb .o_back_button a, .o_breadcrumb a').last.click()
    expect(title).to_contain_text(names[3])
    page.go_back()  # to the candidate, as the browser has it
    page.locator('.o_form_view .oe_title').wait_for()
    assert not page.errors


def test_back_leads_to_the_demand(desktop_page):
    """Going from person to person leaves no trail: one step back is the demand."""
    office = Office(desktop_page, 'jobcenter')
    page = office.page
    open_matches(office)
    for place in (1, 2):
        page.keyboard.press('j')
        expect(page.locator(ROW).nth(place)).to_have_class(re.compile('o_outreach_shown'))
        page.settle()
    page.go_back()
    expect(page.locator('button[name=action_view_matches]')).to_be_visible()
    assert not page.errors


def test_by_keyboard_alone(desktop_page):
    """From the search into the list, to a person, and to the buttons beside."""
    office = Office(desktop_page, 'jobcenter')
    page = office.page
    open_matches(office)
    names = page.locator(WHO).all_inner_texts()
    expect(page.locator(f'{ROW} td[name=name]').first).to_be_focused()
    while names[2] not in page.evaluate('document.activeElement.textContent'):
        page.keyboard.press('ArrowDown')  # past the headings of groups
    page.keyboard.press('Enter')
    expect(page.locator(f'{PANE} h1')).to_contain_text(names[2])
    page.locator(f'{PANE} button[name=action_open_candidate]').focus()
    page.keyboard.press('Enter')
    expect(page.locator('.o_form_view .oe_title')).to_contain_text(names[2])
    assert not page.errors


def test_select_in_the_list(desktop_page):
    """Several at once, and the list stays."""
    office = Office(desktop_page, 'jobcenter')
    page = office.page
    open_matches(office)
    count = page.locator(ROW).count()
    for row in (1, 2):
        page.locator(ROW).nth(row).locator('.o_list_record_selector input').check()
    page.locator('.o_control_panel button[name=action_select]').click()
    expect(page.locator('.o_notification')).to_contain_text('2')
    expect(page.locator(ROW)).to_have_count(count)
    expect(page.locator('.o_list_record_selector input:checked')).to_have_count(0)
    assert not page.errors


def test_from_pool_and_candidate(desktop_page):
    """From the pool to its matches, from a match to the candidate, and from there to all work for it."""
    office = Office(desktop_page, 'jobcenter')
    page = office.page
    __, pool = office.rpc('ir.model.data', 'check_object_reference', 'maßarbeit_outreach', 'pool_lager_regel_pool_demo')
    office.open(f'/odoo/outreach-pools/{pool}')
    page.click('button[name=action_view_matches]')
    page.wait_for_selector(ROW)
    row = page.locator(ROW).first
    expect(row).to_contain_text(office.name_of('demand_lager_demo'))
    name = page.locator(WHO).first.inner_text()
    page.settle()
    page.screenshot_to('match-pool')
    page.locator(f'{PANE} button[name=action_open_demand]').click()
    expect(office.field('name').locator('input, textarea')).to_have_value(office.name_of('demand_lager_demo'))
    page.click('.o_breadcrumb .o_back_button a')
    expect(page.locator(f'{PANE} h1')).to_contain_text(name)
    page.locator(f'{PANE} button[name=action_open_candidate]').click()
    expect(page.locator('.o_form_view .oe_title')).to_contain_text(name)
    page.click('button[name=action_view_matches]')
    expect(page.locator('.o_breadcrumb')).to_contain_text(name)
    expect(page.locator(ROW, has_text=office.name_of('demand_lager_demo'))).to_be_visible()
    page.settle()
    page.screenshot_to('match-candidate')
    assert not page.errors


def test_own_demands(desktop_page):
    """By demand, closed at first: nobody is read whom nobody asked for."""
    office = Office(desktop_page, 'jobcenter')
    page = office.page
    office.open('/odoo/outreach-matches', 'list')
    page.locator('.o_group_header').first.wait_for()
    expect(page.locator(PANE)).to_have_count(0)
    page.locator('.o_group_header', has_text=office.name_of('demand_lager_demo')).click()
    page.wait_for_selector(ROW)
    expect(page.locator(f'{PANE} h1')).to_contain_text(page.locator(WHO).first.inner_text())
    page.settle()
    page.screenshot_to('match-own')
    page.locator('.o_group_header', has_text=office.name_of('demand_lager_demo')).click()
    expect(page.locator(PANE)).to_have_count(0)
    assert not page.errors


def test_on_a_phone(phone_page):
    """The list, then the reasons, full width; Back leads to the list."""
    office = Office(phone_page, 'jobcenter')
    page = office.page
    office.open(f'/odoo/outreach-demands/{demand_of(office)}')
    office.press_in_menu('action_view_matches')
    page.wait_for_selector(ROW)
    expect(page.locator(PANE)).to_have_count(0)
    assert page.evaluate('document.documentElement.scrollWidth') <= 390
    page.screenshot_to('match-phone')
    page.locator(ROW).first.click()
    page.wait_for_selector('.o_outreach_explanation')
    steps = page.locator('.o_outreach_match_steps')
    expect(steps.locator('button[name=next]')).to_be_in_viewport()
    page.screenshot_to('match-phone-explanation')
    steps.locator('button[name=next]').click()
    expect(steps.locator('[name=place]')).to_contain_text('2 ')
    steps.locator('button[name=next]').click()
    expect(steps.locator('[name=place]')).to_contain_text('3 ')
    page.settle()
    page.screenshot_to('match-phone-step')
    assert page.evaluate('document.documentElement.scrollWidth') <= 390
    page.go_back()
    page.wait_for_selector(ROW)
    page.go_back()
    expect(page.locator('.o_form_view .o_field_widget[name=name]').first).to_be_visible()
    assert not page.errors


def test_in_english(new_page):
    office = Office(new_page(language='en-US'), 'jobcenter')
    office.rpc('res.users', 'write', [office.context['uid']], {'lang': 'en_US'})
    page = office.page
    try:
        page.reload()  # the client speaks the language that it was loaded in
        open_matches(office)
        expect(page.locator(f'{PANE} .o_outreach_verdict')).to_contain_text('Fits')
        page.settle()
        page.screenshot_to('match-english')
    finally:
        office.rpc('res.users', 'write', [office.context['uid']], {'lang': 'de_DE'})
    assert not page.errors


def test_not_for_economic_development(desktop_page):
    office = Office(desktop_page, 'wifoe')
    page = office.page
    office.open(f'/odoo/outreach-demands/{demand_of(office)}')
    expect(page.locator('button[name=action_view_matches]')).to_have_count(0)
    expect(page.locator('a.nav-link[name=proposals]')).to_have_count(0)
    page.click('a.nav-link[name=what_if]')
    published = page.locator('.o_outreach_what_if')
    expect(published.locator('tr').nth(1).locator('td').nth(1)).to_have_text(re.compile(r'^\s*\d+0\s*$'))
    expect(published.locator('tr[name]').first).to_be_visible()
    page.screenshot_to('match-what-if-published')
    assert not page.errors
