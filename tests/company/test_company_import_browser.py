"""The company import as a manager does it, at the desk and on a phone; whatever the language."""

import csv
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures('server')


@pytest.fixture
def register(tmp_path):
    """A small register: 30 rows, one of a removed company, one without name, one with a bad postcode."""
    path = tmp_path / 'register.csv'
    with path.open('w', encoding='cp1252', newline='') as stream:
        writer = csv.writer(stream, delimiter=';')
        writer.writerow(['Firma', 'PLZ', 'Ort', 'Status', 'Registergericht', 'Registerart', 'Registernummer'])
        for number in range(30):
            writer.writerow(
                [
                    '' if number == 7 else f'Prüfwerk {number} GmbH',
                    'c/o' if number == 8 else '49324',
                    'Melle',
                    'gelöscht' if number == 9 else 'aktiv',
                    'Osnabrück',
                    'HRB',
                    4000000 + number,
                ]
            )
    return path


def open_import(page):
    # the first page of a fresh database builds the asset bundles
    page.context.set_default_timeout(90_000)
    page.log_in('leitung')
    page.follow('/odoo/outreach-import/new')
    page.wait_for_selector('.o_form_view input[type=file]', state='attached')


def test_import_from_upload_to_result(desktop_page, register):
    page = desktop_page
    open_import(page)
    page.set_input_files('.o_form_view input[type=file]', str(register))
    page.click('button[name=action_preview]')
    page.wait_for_selector('.o_outreach_import_counts')
    counts = page.locator('.o_outreach_import_counts')
    # new, changed, unchanged, possible duplicates, rejected, with remarks
    assert re.findall(r'\d+', counts.inner_text()) == ['29', '0', '0', '0', '1', '1']
    page.screenshot_to('import-preview')

    counts.locator('button').nth(4).click()
    page.wait_for_selector('.o_list_view .o_data_row')
    assert page.locator('.o_data_row [name=line]').inner_text() == '9'
    page.screenshot_to('import-rejected')
    page.go_back()

    page.click('.o_outreach_import_run button')
    page.wait_for_selector('.modal')
    assert '29' in page.locator('.modal-body').inner_text()
    page.click('.modal .btn-primary')
    page.wait_for_selector('button[name=action_open_companies]:has-text("29")')
    page.screenshot_to('import-result')
    with page.expect_download() as download:
        page.click('button[name=action_download_rejected]')
    assert download.value.suggested_filename == 'register_rejected.csv'
    assert ';9;Firma;' in Path(download.value.path()).read_text(encoding='utf-8-sig')

    page.click('button[name=action_open_companies]')
    page.wait_for_selector('.o_list_view .o_data_row')
    assert not page.errors


def test_unreadable_file_says_why(desktop_page, tmp_path):
    page = desktop_page
    path = tmp_path / 'register.csv'
    path.write_bytes(b'%PDF-1.7')
    open_import(page)
    page.set_input_files('.o_form_view input[type=file]', str(path))
    page.click('button[name=action_preview]')
    page.wait_for_selector('.alert-danger:has-text("PDF")')
    assert not page.errors


def test_import_on_a_phone(phone_page, register):
    page = phone_page
    open_import(page)
    page.set_input_files('.o_form_view input[type=file]', str(register))
    page.click('button[name=action_preview]')
    page.wait_for_selector('.o_outreach_import_counts')
    assert page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), 'no sideways scrolling'
    page.screenshot_to('import-preview-phone')
    page.locator('.o_outreach_import_counts button').nth(4).click()
    page.wait_for_selector('.o_kanban_record:not(.o_kanban_ghost)')
    assert not page.errors
