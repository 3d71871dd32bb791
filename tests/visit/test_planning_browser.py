"""Planning in a real browser: several companies become one visit day, a call is logged in few clicks, companies
are written to. At a desk, and at 390 pixels. Elements are found by technical names, as in `test_main_job`.
"""

import re
from itertools import pairwise

import pytest
from office import Office
from playwright.sync_api import expect

TOWNS = {'Melle': '49324', 'Bramsche': '49565', 'Dissen': '49201'}


class Planner(Office):
    """An office with dialogs."""

    @property
    def dialog(self):
        return self.page.locator('.modal:not(.o_inactive_modal)')

    def press(self, name):
        """Press a button of the dialog, and wait until Odoo has answered."""
        with self.page.expect_response(lambda response: '/call_button/' in response.url or f'/{name}' in response.url):
            self.dialog.locator(f'button[name="{name}"]:visible').first.click()
        expect(self.page.locator('.o_loading_indicator')).to_have_count(0)

    def choose_all(self, name, count):
        """Search for companies by name, and mark all that are found."""
        self.search_default(name)
        expect(self.page.locator('.o_list_view .o_data_row')).to_have_count(count)
        self.page.locator('.o_list_view thead .o_list_record_selector input').check()

    def choose_on_phone(self, name, text):
        """Choose a company in the window that a phone opens for it."""
        windows = self.page.locator('.modal').count()
        self.dialog.locator(f'.o_field_widget[name="{name}"] input').first.click()
        expect(self.page.locator('.modal')).to_have_count(windows + 1)
        self.dialog.locator('.o_control_panel button:has(.fa-search)').first.click()
        self.search_default(text, inside='.modal:not(.o_inactive_modal)')
        self.dialog.locator('.o_kanban_record', has_text=text).first.click()
        expect(self.page.locator('.modal')).to_have_count(windows)

    def fits(self):
        """Nothing has to be scrolled sideways."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth <= innerWidth"
            " && [...document.querySelectorAll('.modal-body')].every(body => body.scrollWidth <= body.clientWidth)"
        )


@pytest.fixture(scope='module')
def companies(server):
    """The names of three made-up companies in three towns; there are two more, `Probepost`, to write to."""
    names = {f'Probetour {town} GmbH': code for town, code in TOWNS.items()}
    post = {f'Probepost {town} GmbH': TOWNS[town] for town in ('Melle', 'Bramsche')}
    server.shell(f"""
for name, code in {(names | post)!r}.items():
    env['res.partner'].create({{
        'name': name, 'is_company': True, 'outreach_company': True, 'zip': code, 'city': name.split()[1],
        'email': 'post@' + name.split()[1].lower() + '.example', 'outreach_consent_email': 'granted'}})
env.cr.commit()
""")
    return list(names)


def test_three_companies_become_a_visit_day(new_page, companies):
    page = new_page()
    office = Planner(page, 'wifoe')
    office.open('/odoo/outreach-companies', 'list')
    office.choose_all('Probetour', 3)
    page.locator('button[name=action_open_outreach_plan]').click()
    lines = office.dialog.locator('.o_data_row')
    expect(lines).to_have_count(3)
    page.screenshot_to('planning')
    assert office.fits()
    cut = "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.getAttribute('name'))"
    assert not lines.locator('td[name]').evaluate_all(cut), 'columns that are cut'
    office.press('action_find_time')
    slot = office.dialog.locator('button[name=action_take]').first
    expect(slot).to_be_visible()
    page.screenshot_to('plan-find-time')
    slot.click()
    expect(lines).to_have_count(3)
    office.press('action_plan')
    expect(office.dialog.locator('td[name=result]')).to_have_count(3)
    page.screenshot_to('plan-result')
    office.press('action_open_visits')
    expect(page.locator('.modal')).to_have_count(0)
    expect(office.field('visit_ids').locator('.o_data_row')).to_have_count(3)
    office.button('action_suggest_order').click()
    expect(page.locator('.o_notification').first).to_contain_text('km')
    page.screenshot_to('visit-day', full_page=True)
    visits = office.read('outreach.visit', [['partner_id.name', 'in', companies]], ['start', 'stop', 'day_id', 'stage'])
    assert len(visits) == 3
    assert len({visit['day_id'][0] for visit in visits}) == 1
    by_time = sorted(visits, key=lambda visit: visit['start'])
    assert all(one['stop'] < other['start'] for one, other in pairwise(by_time))
    assert not page.errors

    # the same day in the car park
    phone = new_page(phone=True)
    driver = Planner(phone, 'wifoe')
    driver.open(f"/odoo/outreach-visit-days/{visits[0]['day_id'][0]}")
    expect(driver.field('visit_ids').locator('.o_kanban_record[data-id]')).to_have_count(3)
    phone.screenshot_to('visit-day-phone', full_page=True)
    assert driver.fits()
    assert not phone.errors


@pytest.mark.parametrize('phone', [False, True], ids=['desk', 'phone'])
def test_a_call_is_logged_in_few_clicks(new_page, companies, phone):
    page = new_page(phone=phone)
    office = Planner(page, 'jobcenter')
    company = office.read('res.partner', [['name', '=', companies[phone]]], ['id'])[0]['id']
    office.open(f'/odoo/outreach-companies/{company}')
    office.button('action_open_outreach_log').click()
    note = office.dialog.locator('.o_field_widget[name=note] input')
    note.fill('Call again about the apprentice')
    assert office.dialog.locator('.o_field_widget[name=result] input:checked').count() == 0, 'nothing is logged that nobody chose'
    office.dialog.locator('.o_field_widget[name=result] input[data-value=informed]').check()
    page.screenshot_to('phone-contact-log' if phone else 'contact-log')
    assert office.fits()
    office.dialog.locator('button[name=action_log]:visible').click()
    expect(page.locator('.o_notification').first).to_contain_text(companies[phone])
    expect(page.locator('.modal')).to_have_count(0)
    (contact,) = office.read('outreach.visit', [['partner_id', '=', company], ['stage', '=', 'done']], ['result', 'report_text', 'kind_id'])
    assert contact['report_text'] == 'Call again about the apprentice'
    assert contact['result'] == 'informed'
    assert not page.errors


def test_log_from_the_start_page_of_a_phone(new_page, companies):
    page = new_page(phone=True)
    office = Planner(page, 'wifoe2')
    page.locator('.o_outreach_today [data-action=contact]').click()
    expect(office.dialog.locator('.o_field_widget[name=partner_ids]')).to_be_visible()
    office.choose_on_phone('partner_ids', companies[2])
    office.dialog.locator('.o_field_widget[name=result] input[data-value=informed]').check()
    page.screenshot_to('log-start-phone')
    office.dialog.locator('button[name=action_log]:visible').click()
    expect(page.locator('.o_notification').first).to_contain_text(companies[2])
    assert not page.errors


def test_conflict_and_phone_planning(new_page, companies):
    """On the phone each company is a card that opens: what speaks against it, and what to do."""
    page = new_page(phone=True)
    office = Planner(page, 'wifoe')
    day = office.rpc('outreach.visit.day', 'create', [{'name': 'Probetour'}])[0]
    office.open(f'/odoo/outreach-visit-days/{day}')
    office.press_in_menu('action_plan')
    expect(office.dialog.locator('.o_field_widget[name=line_ids]')).to_be_visible()
    office.dialog.locator('.o_field_widget[name=line_ids] .o-kanban-button-new').click()
    office.dialog.locator('.o_field_widget[name=partner_id] input').wait_for()
    office.choose_on_phone('partner_id', companies[0])
    expect(office.dialog.locator('.o_field_widget[name=reasons]')).to_be_visible()
    page.screenshot_to('plan-line-phone')
    office.dialog.locator('.o_field_widget[name=decision] input[data-value=anyway]').check()
    office.dialog.locator('.o_field_widget[name=anyway_reason] input').fill('Agreed on the phone')
    office.dialog.locator('.o_form_button_save:visible').first.click()
    expect(office.dialog.locator('.o_field_widget[name=line_ids] .o_kanban_record[data-id]')).to_have_count(1)
    page.screenshot_to('plan-phone')
    assert office.fits()
    office.press('action_plan')
    expect(office.dialog.locator('button[name=action_open_visits]')).to_be_visible()
    page.screenshot_to('plan-result-phone')
    assert not page.errors


def test_write_to_companies(new_page, companies):
    page = new_page()
    office = Planner(page, 'jobcenter2')
    office.open('/odoo/outreach-companies', 'list')
    office.choose_all('Probepost', 2)
    page.locator('button[name=action_open_outreach_mailing]').click()
    expect(office.dialog.locator('.o_data_row')).to_have_count(2)
    office.dialog.locator('.o_field_widget[name=subject] input').fill('Neue Förderung')
    body = office.dialog.locator('.o_field_widget[name=body] .odoo-editor-editable')
    body.click()
    page.keyboard.type('Es gibt eine neue Förderung für Betriebe.')
    page.screenshot_to('mailing')
    office.press('action_check')
    expect(office.dialog.locator('.alert-warning')).to_contain_text(re.compile(r'\d'))
    page.screenshot_to('mailing-confirm')
    count = int(office.dialog.locator('.alert-warning [name=send_count]').inner_text())
    office.press('action_send')
    expect(office.dialog.locator('.alert-success [name=done_count]')).to_have_text(str(count))
    page.screenshot_to('mailing-done')
    assert not page.errors
