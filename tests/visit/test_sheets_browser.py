"""The sheets from a button to a file, on a running server: none of it may depend on a setting of the database."""

import io
import re

import pytest
from office import ADDON, Office
from playwright.sync_api import expect
from pypdf import PdfReader

COMPANY = 'Molkerei Hasetal Muster eG'


@pytest.fixture
def wrong_address(server):
    """The address of another server in `web.base.url`, as after a start on another port."""
    server.shell("env['ir.config_parameter'].set_param('web.base.url', 'http://127.0.0.1:9'); env.cr.commit()")


def download(page, press):
    with page.expect_download() as waiting:
        press()
    path = waiting.value.path()
    return waiting.value.suggested_filename, PdfReader(io.BytesIO(path.read_bytes())).pages


@pytest.mark.parametrize('phone', [False, True])
@pytest.mark.usefixtures('wrong_address')
def test_preparation_sheet_from_the_visit(new_page, phone):
    office = Office(new_page(phone=phone, language='de-DE'), 'wifoe')
    page = office.page
    visit = office.read('outreach.visit', [['partner_id.name', '=', COMPANY], ['stage', 'in', ['planned', 'confirmed']]], ['id'])[0]['id']
    _model, report = office.rpc('ir.model.data', 'check_object_reference', ADDON, 'outreach_visit_report_preparation')
    office.open(f'/odoo/outreach-visits/{visit}')
    if phone:
        office.open_menu()
    if not phone:
        sheet = new_page(language='de-DE')
        sheet.log_in('wifoe')
        sheet.page.set_viewport_size({'width': 794, 'height': 1123})  # A4
        sheet.goto(f'/report/html/{ADDON}.outreach_preparation_sheet/{visit}')
        sheet.screenshot_to('preparation-sheet')
    name, pages = download(page, office.button(str(report), inside='body').click)
    assert re.fullmatch(rf'.+{COMPANY}\.pdf', name)
    assert len(pages) == 1
    assert COMPANY in ' '.join(pages[0].extract_text().split())
    expect(page.locator('.o_notification')).to_have_count(0)
    assert not page.errors


def test_sheets_of_a_list(new_page):
    """Several visits chosen in the list become one file with a page each."""
    office = Office(new_page(), 'leitung')
    page = office.page
    office.open('/odoo/outreach-visits?view_type=list', 'list')
    for row in range(3):
        page.locator('.o_data_row').nth(row).locator('.o_list_record_selector input').check()
    page.click('.o_cp_action_menus button:has(.fa-print)')
    _name, pages = download(page, page.locator('.o-dropdown--menu .o-dropdown-item').first.click)
    assert len(pages) == 3
    assert not page.errors
