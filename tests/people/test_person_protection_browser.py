"""What protects persons, as those see it who work with it: the log, the reason for an export, the note on a name, a consent."""

import re

from office import Office
from playwright.sync_api import expect


def test_who_read_what(new_page):
    page = new_page()
    page.log_in('jobcenter')
    page.follow('/odoo/outreach-candidates')
    page.locator('.o_data_row, .o_kanban_record:not(.o_kanban_ghost)').first.wait_for()
    page.locator('.o_data_row td[name=name], .o_kanban_record:not(.o_kanban_ghost)').first.click()
    page.locator('.o_form_view .o_field_widget[name=name]').first.wait_for()
    pseudonym = page.locator('.o_form_view .o_field_widget[name=name]').first.inner_text().strip()
    page.screenshot_to('candidate-read')
    assert not page.errors
    page = new_page()
    page.log_in('datenschutz')
    page.follow('/odoo/outreach-access')
    page.locator('.o_data_row').first.wait_for()
    page.screenshot_to('access-log')
    assert page.locator('.o_data_row', has_text=pseudonym).count() >= 1
    page.follow('/odoo/outreach-export-reasons')
    page.locator('.o_view_nocontent').wait_for()
    page.screenshot_to('export-reasons-empty')
    assert not page.errors


def test_export_with_a_reason(server, new_page):
    server.shell(
        "env['res.users'].search([('login', '=', 'jobcenter')]).group_ids += env.ref('maßarbeit_outreach.group_person_export')\n"
        'env.cr.commit(); env.registry.signal_changes()'  # so that the server knows of it
    )
    page = new_page()
    page.log_in('jobcenter')
    page.follow('/odoo/outreach-candidates?view_type=list')
    page.locator('.o_list_view .o_data_row').first.wait_for()
    page.locator('.o_list_view thead .o_list_record_selector input').click()
    page.locator('.o_cp_action_menus .dropdown-toggle, .o_control_panel .o_cp_action_menus button').first.click()
    page.locator('.o-dropdown--menu .o-dropdown-item', has_text=re.compile('Give Reason for Export|Export begründen')).click()
    dialog = page.locator('.modal')
    dialog.locator('.o_field_widget[name=reason] textarea').fill('Liste für die Besprechung der Pflegekurse')
    page.screenshot_to('export-reason')
    dialog.locator('button[name=action_give]').click()
    page.locator('.o_notification').first.wait_for()
    page.screenshot_to('export-reason-given')
    expect(dialog).to_have_count(0)
    assert not page.errors
    page = new_page()
    page.log_in('datenschutz')
    page.follow('/odoo/outreach-export-reasons')
    expect(page.locator('.o_data_row', has_text='Pflegekurse')).to_have_count(1)
    page.screenshot_to('export-reasons')
    assert not page.errors


def test_a_name_is_pointed_out(new_page):
    page = new_page()
    office = Office(page, 'jobcenter')
    page.follow('/odoo/outreach-pools/new')
    office.field('purpose').locator('input, textarea').first.fill('Für Herrn Muster, 0541 501-2000')
    office.field('name').locator('input, textarea').first.click()
    expect(page.locator('.o_notification')).to_be_visible()
    page.screenshot_to('personal-words')
    expect(page.locator('.modal')).to_have_count(0)
    assert not page.errors


def test_consent(server, new_page):
    server.shell("env['res.partner'].create({'name': 'Probewort GmbH', 'is_company': True, 'outreach_company': True}); env.cr.commit()")
    page = new_page()
    office = Office(page, 'wifoe')
    [company] = office.read('res.partner', [('name', '=', 'Probewort GmbH')], ['name'])
    page.follow(f'/odoo/outreach-companies/{company["id"]}')
    page.locator('.o_outreach_company_cooperation').wait_for()
    page.locator('.o_outreach_company_cooperation button.btn-link').first.click()
    dialog = page.locator('.modal')
    dialog.locator('.o_field_widget[name=channel] input[data-value=email]').check()
    dialog.locator('.o_field_widget[name=state] input[data-value=granted]').check()
    dialog.locator('.o_field_widget[name=said_by] input').fill('Petra Muster, Geschäftsführung')
    dialog.locator('.o_field_widget[name=wording] textarea').fill('Über Förderungen dürfen Sie uns mailen')
    page.screenshot_to('consent-note')
    dialog.locator('button[name=action_note]').click()
    expect(dialog).to_have_count(0)
    line = page.locator('.o_field_widget[name=outreach_consent_ids] .o_data_row')
    expect(line).to_have_count(1)
    line.scroll_into_view_if_needed()
    page.screenshot_to('consent')
    line.click()
    expect(page.locator('.modal .o_field_widget[name=wording]')).to_contain_text('Förderungen')
    page.screenshot_to('consent-line')
    assert not page.errors
