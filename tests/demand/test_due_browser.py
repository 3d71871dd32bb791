"""Who is due and the county map in a real browser: at the desk, on a phone, and by keyboard alone."""

import re

import pytest
from office import SLOW, Office
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures('server')

LIST = '.o_list_view .o_data_row'
CARD = '.o_kanban_record:not(.o_kanban_ghost)'


@pytest.fixture
def office(desktop_page):
    return Office(desktop_page, 'wifoe')


def read_map(office, period='12_months'):
    """The numbers of the map by municipality id, as the client gets them."""
    places = office.rpc('outreach.municipality', 'get_county_map', period)['places']
    return {place['id']: place for place in places}


def open_map(page):
    page.follow('/odoo/outreach-county-map')
    page.wait_for_selector('.o_outreach_county_map_place')


def test_plan_from_the_list_in_two_clicks(office):
    page = office.page
    to_do = office.rpc(
        'outreach.due', 'search_count', [('next_contact', '=', False), ('blocked_until', '=', False), ('left_out', '=', False)]
    )
    office.open('/odoo/outreach-due', 'list')
    expect(page.locator(LIST)).to_have_count(to_do)
    row = page.locator(LIST).first
    company = row.locator('[name=partner_id]').inner_text()
    assert row.locator('[name=reason]').inner_text()
    page.screenshot_to('due')

    row.locator('button[name=action_plan]').click()  # one
    expect(office.field('partner_id').locator('input')).to_have_value(company)
    expect(office.field('member_ids').locator('.o_data_row').first).to_contain_text('Wilma Wirtschaft')
    office.save()  # two
    office.open('/odoo/outreach-due', 'list')
    expect(page.locator(LIST)).to_have_count(to_do - 1)
    expect(page.locator(LIST, has_text=company)).to_have_count(0)
    due = office.rpc('outreach.due', 'search_read', [('partner_id.name', '=', company)], ['next_contact', 'rank'])
    assert due[0]['next_contact'] and due[0]['rank'] < 0
    assert not page.errors


def test_row_opens_the_company_and_groups_open(office):
    page = office.page
    office.open('/odoo/outreach-due', 'list')
    labels = office.search_labels('outreach.due')
    company = page.locator(f'{LIST} [name=partner_id]').nth(1).inner_text()
    page.locator(f'{LIST} [name=reason]').nth(1).click()
    page.wait_for_selector('.o_form_view')
    expect(
        page.locator('.o_form_view .o_field_widget[name=name] input, .o_form_view .o_field_widget[name=name] textarea')
        .locator('visible=true')
        .first
    ).to_have_value(company)
    page.go_back()
    page.wait_for_selector(LIST)
    page.click('.o_searchview_dropdown_toggler')
    for name in ('group_officer', 'group_agency', 'group_reason'):
        item = page.locator('.o_group_by_menu .o_menu_item', has_text=re.compile(rf'^{re.escape(labels[name])}$'))
        item.click()
        page.wait_for_selector('.o_group_header')
        item.click()
    assert not page.errors


def test_list_on_a_phone(phone_page):
    office = Office(phone_page, 'jobcenter')
    page = office.page
    office.open('/odoo/outreach-due', 'kanban')
    card = page.locator(CARD).first
    card.wait_for()
    assert page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), 'no sideways scrolling'
    page.screenshot_to('due-phone')
    company = card.locator('.fw-bold').inner_text()
    card.locator('button[name=action_plan]').click()
    expect(office.field('partner_id').locator('input')).to_have_value(company)
    page.go_back()
    page.locator(CARD).first.click(position={'x': 20, 'y': 20})
    page.wait_for_selector('.o_form_view')
    assert not page.errors


def test_reader_plans_nothing(desktop_page):
    office = Office(desktop_page, 'migration')
    office.open('/odoo/outreach-due', 'list')
    desktop_page.locator(LIST).first.wait_for()
    assert not desktop_page.locator('button[name=action_plan]').count()
    assert not desktop_page.errors


def test_circle_opens_the_list_of_its_number(office):
    page = office.page
    numbers = read_map(office)
    place = max((place for place in numbers.values() if place['id']), key=lambda place: place['visits'])
    assert place['visits'] > 1
    open_map(page)
    assert page.locator('.o_outreach_county_map_place').count() == 34
    page.screenshot_to('county-map')
    circle = page.locator(f'.o_outreach_county_map_place[data-id="{place["id"]}"]')
    assert str(place['visits']) in circle.text_content()
    circle.hover()
    expect(page.locator('.o_outreach_county_map_pointed')).to_contain_text(place['name'])
    circle.click()
    expect(page.locator(LIST)).to_have_count(place['visits'])

    # back, with what was chosen
    page.go_back()
    page.locator('[data-measure=due][aria-pressed]').click()
    page.wait_for_selector('[data-measure=due][aria-pressed=true]')
    place = max((place for place in numbers.values() if place['id']), key=lambda place: place['due'])
    page.click(f'.o_outreach_county_map_place[data-id="{place["id"]}"]')
    page.wait_for_selector(LIST)
    place = read_map(office)[place['id']]
    expect(page.locator(LIST)).to_have_count(place['due'])
    page.locator('.o_breadcrumb .o_back_button, .breadcrumb-item a').first.click()
    page.wait_for_selector('[data-measure=due][aria-pressed=true]')
    assert not page.errors


def test_badge_and_table_open_lists(office):
    page = office.page
    numbers = read_map(office)
    open_map(page)
    page.locator('.o_outreach_county_map_table tfoot button[data-measure=demands]').click()
    expect(page.locator(LIST)).to_have_count(sum(place['demands'] for place in numbers.values()))
    page.go_back()
    page.wait_for_selector('.o_outreach_county_map_badge')
    badge = page.locator('g.o_outreach_county_map_badge').first
    wanted = int(badge.text_content())
    badge.click()
    expect(page.locator(LIST)).to_have_count(wanted)
    page.go_back()
    for period, places in (('last_year', read_map(office, 'last_year')), ('all', read_map(office, 'all'))):
        page.select_option('.o_control_panel select', period)
        total = sum(place['visits'] for place in places.values())
        expect(page.locator('.o_outreach_county_map_table tfoot td').first).to_have_text(str(total))
    assert not page.errors


def test_map_by_keyboard(office):
    page = office.page
    open_map(page)
    page.locator('.o_control_panel select').focus()
    page.keyboard.press('Tab')
    focused = page.locator('.o_outreach_county_map_place:focus')
    expect(focused).to_have_count(1)
    name = focused.get_attribute('aria-label')
    expect(page.locator('.o_outreach_county_map_pointed')).to_have_text(name)
    page.keyboard.press('Tab')
    expect(page.locator('.o_outreach_county_map_pointed')).not_to_have_text(name)
    page.keyboard.press('Shift+Tab')
    visits = read_map(office)[int(focused.get_attribute('data-id'))]['visits']
    page.keyboard.press('Enter')
    expect(page.locator(LIST)).to_have_count(visits)
    assert not page.errors


def test_map_on_a_phone(phone_page):
    office = Office(phone_page, 'leitung')
    page = office.page
    open_map(page)
    assert page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), 'no sideways scrolling'
    svg = page.locator('.o_outreach_county_map_canvas > svg').bounding_box()
    assert svg['x'] >= 0 and svg['x'] + svg['width'] <= 390
    page.screenshot_to('county-map-phone')
    table = page.locator('.o_outreach_county_map_table')
    assert table.evaluate('element => element.scrollWidth <= element.clientWidth'), 'the table fits'
    table.scroll_into_view_if_needed()
    page.screenshot_to('county-map-phone-table')
    number = table.locator('tbody button[data-measure=visits]').first
    wanted = int(number.inner_text())
    number.click()
    expect(page.locator(CARD)).to_have_count(wanted)
    assert not page.errors


def test_labels_do_not_cover_each_other(office):
    """Nor the circles' numbers; on a desk every municipality has its label."""
    page = office.page
    open_map(page)
    covered = page.evaluate('''() => {
        const boxes = [...document.querySelectorAll('.o_outreach_county_map_label, .o_outreach_county_map_number')]
            .map((text) => [text.textContent, text.getBoundingClientRect()]);
        const found = [];
        boxes.forEach(([a, one], index) => boxes.slice(index + 1).forEach(([b, other]) => {
            const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
            const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
            if (wide > 2 && high > 5) {
                found.push(`${a} / ${b}`);
            }
        }));
        return found;
    }''')
    assert not covered
    assert page.locator('.o_outreach_county_map_label').count() >= 30


def test_cadence_is_the_managers(desktop_page):
    office = Office(desktop_page, 'leitung')
    page = office.page
    page.set_default_timeout(SLOW)
    office.open('/odoo/outreach-cadence', 'list')
    expect(page.locator(LIST)).to_have_count(5)
    page.locator(LIST).first.locator('[name=months]').click()
    page.locator('.o_selected_row [name=months] input').fill('5')
    page.click('.o_list_button_save:visible')
    page.locator('.o_selected_row').wait_for(state='detached')
    assert office.read('outreach.cadence', [('months', '=', 5)], ['size_class'])[0]['size_class'] == '250_plus'
    assert not page.errors
