"""Demands in a real browser: logged in under a minute, on a phone too; duplicates, suggestions, bundles and a measure.

script/test tests/demand/test_demand_browser.py -s    # prints taps, characters and seconds
"""

import re

import pytest
from office import Office
from playwright.sync_api import expect
from thumb import Thumb, plan_visit

WORDS = 'jemand fürs Lager'
OCCUPATION = 'Lager – Hilfstätigkeiten'
MAX_TAPS = 7
MAX_SECONDS = 60


@pytest.fixture
def at_work(new_page):
    """A role at work: `at_work(login, phone=False)`."""

    def start(login, phone=False):
        office = Office(new_page(phone=phone, language='de-DE'), login)
        office.page.set_default_timeout(30_000)
        return office

    return start


def demand_of(office, name, *fields):
    (found,) = office.read('outreach.demand', [['name', '=', name]], [*fields, 'id'])
    return found


def record_id(office, xml_id):
    _model, record = office.rpc('ir.model.data', 'check_object_reference', 'maßarbeit_outreach', xml_id)
    return record


def saved(page):
    page.locator('.modal').wait_for(state='detached')
    expect(page.locator('.o_loading_indicator')).to_have_count(0)


def test_quick_entry_in_the_car_park(at_work, capsys):
    """From a visit: words, a tap on the occupation, how many, done."""
    office = at_work('wifoe', phone=True)
    page, visit = office.page, plan_visit(office)
    office.open(f'/odoo/outreach-visits/{visit}')
    office.tab('demands')
    thumb = Thumb(page, 'phone-quick')
    thumb.tap(office.button('action_quick_demand'))
    words = page.locator('.modal .o_field_widget[name=name] input')
    thumb.type(words, WORDS)
    chip = page.locator('.modal button[name=choose_occupation]', has_text=OCCUPATION).first
    chip.wait_for()
    thumb.look()
    assert page.locator('.modal button[name=choose_occupation]').count() <= 5
    thumb.tap(chip)
    expect(page.locator('.modal button[name=forget_occupation]')).to_contain_text(OCCUPATION)
    thumb.type(page.locator('.modal .o_field_widget[name=positions] input'), '4')
    thumb.look()
    thumb.tap(page.locator('.modal button[name=action_quick_done]'))
    saved(page)
    thumb.look()
    seconds = thumb.seconds
    with capsys.disabled():
        print(
            f'\nquick entry on a phone: {thumb.taps} taps, {thumb.swipes} swipes, {len("".join(thumb.typed))} characters,'
            f' {seconds:.0f} s with a person\'s pace, {thumb.script_seconds:.0f} s of them the program'
        )
    assert thumb.taps <= MAX_TAPS
    assert seconds < MAX_SECONDS
    demand = demand_of(office, WORDS, 'occupation_id', 'positions', 'visit_id')
    assert OCCUPATION in demand['occupation_id'][1]
    assert (demand['positions'], demand['visit_id'][0]) == (4, visit)
    expect(office.field('demand_ids')).to_contain_text(WORDS)
    assert not page.errors


def test_quick_entry_from_the_list(at_work):
    """Two in a row, one of which the company has already: its positions are raised instead."""
    office = at_work('jobcenter')
    page = office.page
    before = demand_of(office, 'WIG-Schweißer (m/w/d) für Edelstahl', 'positions', 'partner_id')
    office.open('/odoo/outreach-demands', 'list')
    page.screenshot_to('demand-list')
    office.button('action_quick').click()
    office.choose('partner_id', before['partner_id'][1], inside='.modal')
    office.fill('name', 'Koch (m/w/d) für die Kantine', inside='.modal')
    office.fill('positions', '1', inside='.modal')
    page.locator('.modal button[name=action_quick_another]').click()
    expect(office.field('name', inside='.modal').locator('input')).to_have_value('')
    office.fill('name', 'noch Schweißer', inside='.modal')
    office.fill('positions', '2', inside='.modal')
    page.locator('.modal .o_field_widget[name=positions] input').press('Tab')
    raise_it = page.locator('.modal button[name=raise_duplicate]', has_text=str(before['positions'] + 2))
    expect(raise_it).to_be_visible()
    page.screenshot_to('demand-quick-duplicate')
    raise_it.click()
    saved(page)
    assert demand_of(office, 'WIG-Schweißer (m/w/d) für Edelstahl', 'positions')['positions'] == before['positions'] + 2
    assert not office.read('outreach.demand', [['name', '=', 'noch Schweißer']], [])
    assert demand_of(office, 'Koch (m/w/d) für die Kantine', 'partner_id')['partner_id'] == before['partner_id']
    assert not page.errors


def say(office, words):
    """Type what the employer says; what is suggested is there, so no button moves any more."""
    with office.page.expect_response(lambda response: '/suggest_occupations' in response.url):
        office.fill('name', words, inside='.modal')
    office.page.settle()


def test_from_call_and_company(at_work):
    office = at_work('wifoe')
    page, company = office.page, record_id(office, 'partner_stahlbau_demo')
    office.open(f'/odoo/outreach-companies/{company}')
    page.screenshot_to('demand-company', full_page=True)
    office.button('action_quick_outreach_demand').click()
    say(office, 'Azubi fürs Büro')
    page.locator('.modal button[name=action_quick_done]').click()
    saved(page)
    assert demand_of(office, 'Azubi fürs Büro', 'partner_id')['partner_id'][0] == company
    told = page.locator('.o_notification', has_text='Azubi fürs Büro')
    page.screenshot_to('demand-recorded')
    told.locator('.o_notification_buttons button').last.click()
    page.wait_for_selector('.o_form_view .o_field_widget[name=kind_id]')  # a visit to the company of the demand
    expect(office.field('partner_id').locator('input')).to_have_value(re.compile('Stahlbau Hasetal'))
    page.locator('.o_form_button_cancel').click()  # nobody goes there now
    page.settle()
    page.follow('/odoo/heute')
    page.locator('.o_outreach_today [data-action=contact]').click()
    office.choose('partner_ids', 'Stahlbau Hasetal', inside='.modal')
    page.locator('.modal button[name=action_log_and_demand]').click()
    say(office, 'Fahrer mit CE')
    page.screenshot_to('demand-after-call')
    page.locator('.modal button[name=action_quick_done]').click()
    saved(page)
    assert demand_of(office, 'Fahrer mit CE', 'visit_id')['visit_id']
    assert not page.errors


@pytest.mark.parametrize('phone', [False, True])
def test_suggestions(at_work, phone):
    """Choosing an occupation suggests its skills; one tap removes one."""
    office = at_work('jobcenter', phone)
    page = office.page
    (demand,) = office.rpc(
        'outreach.demand',
        'create',
        [
            {
                'name': 'Schweißer für Proben',
                'partner_id': record_id(office, 'partner_solar_demo'),
                'occupation_id': record_id(office, 'occupation_24422'),
            }
        ],
    )
    office.open(f'/odoo/outreach-demands/{demand}')
    page.screenshot_to(f'demand-form-{"phone" if phone else "desktop"}', full_page=True)
    office.tab('skills')
    lines = office.field('skill_ids').locator('.o_kanban_record:has(.fa-times)' if phone else '.o_data_row')
    expect(lines).to_have_count(6)
    page.screenshot_to(f'demand-skills-{"phone" if phone else "desktop"}')
    remove = '.fa-times' if phone else '.o_list_record_remove button'
    lines.first.locator(remove).first.click()
    expect(lines).to_have_count(5)
    office.button('action_remove_optional_suggestions').click()
    expect(lines).to_have_count(2)
    if phone:
        assert page.evaluate("document.querySelector('.o_form_view .o_content').scrollWidth") <= page.viewport_size['width']
    office.rpc('outreach.demand', 'write', [demand], {'active': False})
    assert not page.errors


def test_same_as_last_year_and_evergreen(at_work):
    office = at_work('jobcenter')
    page = office.page
    office.open(f'/odoo/outreach-demands/{record_id(office, "demand_aushilfe_demo")}')
    office.button('action_repeat').click()
    office.stage('recorded')
    expect(office.field('previous_id')).to_contain_text('Aushilfen')
    page.screenshot_to('demand-repeated', full_page=True)
    office.open(f'/odoo/outreach-demands/{record_id(office, "demand_spargel_demo")}')
    expect(office.field('reopen_date')).to_be_visible()
    page.screenshot_to('demand-evergreen')
    assert not page.errors


def test_from_bundle_to_measure(at_work):
    """Three companies around Bersenbrück need welders: two clicks to a joint measure, and the line shows it."""
    office = at_work('wifoe')
    page = office.page
    office.open('/odoo/outreach-bundled-demands', 'list')
    row = page.locator('.o_data_row', has_text='Schweißtechnik').filter(has_text='Bersenbrück')
    expect(row.locator('td[name=company_count]')).to_have_text('3')
    expect(row.locator('td[name=course_company_count]')).to_have_text('3')
    page.screenshot_to('bundles')
    row.locator('button[name=action_start_measure]').click()
    office.field('demand_ids').wait_for()
    expect(page.locator('.alert-warning:visible')).to_have_count(0)
    office.save()
    page.screenshot_to('measure', full_page=True)
    (measure,) = office.read(
        'outreach.measure', [['occupation_group_id', '=', record_id(office, 'occupation_244')]], ['company_count', 'demand_ids']
    )
    assert (measure['company_count'], len(measure['demand_ids'])) == (3, 4)
    page.locator('.o_breadcrumb .o_back_button').first.click()
    expect(row.locator('td[name=measure_ids] .o_tag')).to_have_count(1)
    page.screenshot_to('bundles-with-measure')

    colleague = at_work('jobcenter')
    colleague.open('/odoo/outreach-bundled-demands', 'list')
    colleague.page.locator('.o_data_row', has_text='Schweißtechnik').filter(has_text='Bersenbrück').locator(
        'button[name=action_start_measure]'
    ).click()
    expect(colleague.page.locator('.alert-warning:visible')).to_have_count(1)
    colleague.page.screenshot_to('measure-twin')
    for other in (page, colleague.page):
        assert not other.errors


def test_bundles_on_a_phone_and_pivot(at_work):
    phone = at_work('leitung', phone=True)
    phone.open('/odoo/outreach-bundled-demands', 'kanban')
    card = phone.page.locator('.o_kanban_record', has_text='Schweißtechnik').first
    expect(card).to_be_visible()
    phone.page.screenshot_to('phone-bundles')
    card.get_by_text('Bersenbrück', exact=True).click()
    phone.page.locator('.o_kanban_record', has_text='Schweißer MAG').first.wait_for()
    phone.page.screenshot_to('phone-bundle-demands')

    office = at_work('leitung')
    office.page.follow('/odoo/outreach-demand-bundles')
    office.page.locator('.o_pivot table').wait_for()
    office.page.screenshot_to('bundle-pivot')
    headers = office.page.locator('.o_pivot_measure_row')
    expect(headers).to_have_count(4)
    total = office.page.locator('.o_pivot tbody tr').first.locator('.o_pivot_cell_value').first.inner_text()
    companies = office.rpc(
        'outreach.demand', 'formatted_read_group', [['stage', 'not in', ['filled', 'closed']]], [], ['partner_id:count_distinct']
    )
    assert int(re.sub(r'\D', '', total)) == companies[0]['partner_id:count_distinct']
    for page in (phone.page, office.page):
        assert not page.errors
