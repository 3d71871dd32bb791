"""The page of a company: what the offices do with it comes first, at the desk and on a phone."""

import pytest
from office import Office
from playwright.sync_api import expect

COMPANY = 'partner_kunststoff_demo'


@pytest.fixture
def company(new_page):
    office = Office(new_page(), 'wifoe')
    __, number = office.rpc('ir.model.data', 'check_object_reference', 'maßarbeit_outreach', COMPANY)
    return number


def timeline(page):
    return page.locator('.o_outreach_timeline li[data-key]')


def test_at_the_desk(new_page, company):
    page = new_page(language='de-DE')
    page.set_viewport_size({'width': 1366, 'height': 768})
    office = Office(page, 'wifoe')
    office.open(f'/odoo/outreach-companies/{company}')
    expect(timeline(page).first).to_be_visible()
    page.screenshot_to('company-page')
    page.set_viewport_size({'width': 1366, 'height': 1900})
    page.screenshot_to('company-page-full')
    page.set_viewport_size({'width': 1366, 'height': 768})
    # the keyboard: within five presses of Tab from opening the page
    for __ in range(5):
        page.keyboard.press('Tab')
        if page.evaluate('document.activeElement.name') == 'action_plan_outreach_visit':
            break
    assert page.evaluate('document.activeElement.name') == 'action_plan_outreach_visit'
    # one kind only, and all of them again
    chip = page.locator('.o_outreach_timeline_chips [data-kind=visit]')
    number = int(chip.inner_text().split()[-1])
    chip.click()
    expect(timeline(page)).to_have_count(number)
    expect(chip).to_have_attribute('aria-pressed', 'true')
    # what is typed stays, and is saved by a button of the page
    office.fill('outreach_wish_note', 'Nur dienstags')
    before = page.url
    page.locator('[data-section=promises] .o_outreach_dossier_head a').click()
    page.wait_for_function('before => location.href !== before', arg=before)
    page.locator('.o_list_view, .o_kanban_view').first.wait_for()
    page.settle()
    page.go_back()
    expect(page.locator('[data-notice=wish]')).to_contain_text('Nur dienstags')
    assert page.evaluate("document.querySelector('.o_content').scrollWidth") <= 1366
    assert not page.errors


def test_a_visit_that_moves(new_page, company):
    office = Office(new_page(language='de-DE'), 'wifoe')
    page = office.page
    office.open(f'/odoo/outreach-companies/{company}')
    before = page.url
    office.button('action_plan_outreach_visit').click()
    expect(office.field('partner_id').locator('input')).not_to_have_value('')
    page.wait_for_function('before => location.href !== before', arg=before)
    page.go_back()
    expect(timeline(page).first).to_be_visible()
    timeline(page).first.locator('a').click()
    page.locator('.o_form_view .o_form_renderer:not(.o_outreach_company)').wait_for()
    assert not page.errors


def test_on_a_phone(new_page, company):
    page = new_page(phone=True, language='de-DE')
    office = Office(page, 'jobcenter')
    office.open(f'/odoo/outreach-companies/{company}')
    expect(timeline(page).first).to_be_visible()
    page.screenshot_to('company-page-phone')
    page.set_viewport_size({'width': 390, 'height': 2600})
    page.screenshot_to('company-page-phone-full')
    page.set_viewport_size({'width': 390, 'height': 844})
    assert page.evaluate("document.querySelector('.o_form_view .o_content').scrollWidth") <= page.viewport_size['width']
    who = page.locator('.o_outreach_company_who').bounding_box()
    assert who['y'] < page.locator('.o_outreach_timeline').bounding_box()['y']
    page.locator('.o_outreach_timeline select').select_option('visit')
    expect(timeline(page).locator('.fa-phone')).to_have_count(0)
    assert not page.errors


def test_a_new_company(new_page):
    page = new_page(language='de-DE')
    office = Office(page, 'wifoe')
    (number,) = office.rpc(
        'res.partner', 'create', [{'name': 'Neugründung Muster GmbH', 'is_company': True, 'outreach_company': True, 'zip': '49565'}]
    )
    office.open(f'/odoo/outreach-companies/{number}')
    expect(page.locator('.o_outreach_timeline_empty strong')).to_be_visible()
    page.screenshot_to('company-page-empty')
    # core's form of the same company leads here, other contacts keep it
    office.more('action_open_outreach_contact').click()
    page.locator('.o_form_view .o_notebook').wait_for()
    office.button('action_open_outreach_company').click()
    expect(page.locator('.o_outreach_timeline_empty')).to_be_visible()
    assert not page.errors
