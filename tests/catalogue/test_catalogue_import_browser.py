"""The catalogue import as a manager does it, at the desk and on a phone."""

import zipfile

import pytest
from office import SLOW, Office

from devkit.paths import ADDON_DIR

pytestmark = pytest.mark.usefixtures('server')
DATA = ADDON_DIR / 'tests/data/catalogue'
RUN = '.o_outreach_catalogue_import_run'


@pytest.fixture
def download(tmp_path):
    """A function that makes the zip of an invented ESCO, with changes: `download(name, old=new)`."""

    def make(name='ESCO dataset - v1.2.0 - classification - de - csv.zip', changes=()):
        path = tmp_path / name
        with zipfile.ZipFile(path, 'w') as archive:
            for file in sorted(DATA.glob('*_de.csv')):
                text = file.read_text('utf-8')
                for old, new in changes:
                    text = text.replace(old, new)
                archive.writestr(file.name, text)
        return path

    return make


def upload(page, *paths):
    page.follow('/odoo/outreach-catalogue-import/new')
    page.wait_for_selector('.o_form_view .o_field_many2many_binary input[type=file]', state='attached')
    page.set_input_files('.o_field_many2many_binary input[type=file]', [str(path) for path in paths])
    page.locator('.o_attachment', has_text=paths[-1].stem[:8]).first.wait_for()


def count(page, table, column):
    """A number of the preview; the page may be in any language, the tables are named by their order."""
    return page.locator('.o_outreach_catalogue_counts .o_data_row').nth(table).locator(f'[name={column}]').inner_text()


def test_upload_to_result(desktop_page, download):
    page = desktop_page
    office = Office(page, 'leitung')
    upload(page, download())
    page.click(f'{RUN} button[name=preview]')
    page.wait_for_selector('.o_outreach_catalogue_counts .o_data_row')
    assert [count(page, line, 'new_count') for line in range(3)] == ['4', '6', '12']
    page.screenshot_to('catalogue-preview')
    assert not office.read('outreach.occupation', [('scheme', '=', 'esco')], ['name'])

    page.click(f'{RUN} button[name=import]')
    page.wait_for_selector('.modal')
    assert '54' in page.locator('.modal-body').inner_text()
    page.click('.modal .btn-primary')
    page.wait_for_selector('.o_outreach_catalogue_done:visible')
    assert 'ESCO' in page.locator('[name=attribution]').inner_text()
    page.screenshot_to('catalogue-result')
    found = office.read('outreach.occupation', [('scheme', '=', 'esco')], ['name'])
    assert len(found) == 4

    # the next version, and a demand that it touches
    wolke = next(entry for entry in found if 'Wolkenschieber' in entry['name'])
    company = office.read('res.partner', [('outreach_company', '=', True)], ['name'])[0]
    demand = office.rpc(
        'outreach.demand', 'create', [{'name': 'Jemand für die Wolken', 'partner_id': company['id'], 'occupation_id': wolke['id']}]
    )[0]
    upload(page, download('ESCO dataset - v1.3.0.zip', [('Zirrusfahrer",,released', 'Zirrusfahrer",,obsolete')]))
    page.click(f'{RUN} button[name=preview]')
    line = page.locator('[name=demand_ids] .o_data_row', has_text='Jemand für die Wolken')
    line.wait_for()
    assert count(page, 0, 'obsolete_count') == '1'
    page.screenshot_to('catalogue-demands')
    line.locator('button[name=action_open]').click()
    page.locator('.o_form_view [name=occupation_id]').first.wait_for()
    page.go_back()
    page.wait_for_selector(f'{RUN} button[name=import]')

    page.follow('/odoo/outreach-catalogue-import')
    page.locator('.o_data_row').nth(1).wait_for()
    assert '1.2.0' in page.locator('.o_list_view').inner_text()
    assert office.read('outreach.demand', [('id', '=', demand)], ['occupation_id'])[0]['occupation_id'][0] == wolke['id']
    assert not page.errors


def test_broken_file_says_where(desktop_page, tmp_path):
    page = desktop_page
    Office(page, 'leitung')
    path = tmp_path / 'occupations_de.csv'
    path.write_text((DATA / 'occupations_de.csv').read_text('utf-8').replace(',8111,', ',oben,'), 'utf-8')
    upload(page, path)
    page.click(f'{RUN} button[name=preview]')
    page.wait_for_selector('.alert-danger:has-text("iscoGroup")')
    assert '6' in page.locator('.alert-danger').inner_text()
    page.screenshot_to('catalogue-problem')
    assert not page.errors


def test_on_a_phone(phone_page, download):
    page = phone_page
    Office(page, 'leitung')
    upload(page, download(), DATA / 'wz2025.csv')
    page.click(f'{RUN} button[name=preview]')
    page.wait_for_selector('.o_outreach_catalogue_counts .o_kanban_record:not(.o_kanban_ghost)')
    assert page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), 'no sideways scrolling'
    page.screenshot_to('catalogue-preview-phone')
    page.click(f'{RUN} button[name=import]')
    page.click('.modal .btn-primary')
    page.wait_for_selector('.o_outreach_catalogue_done:visible', timeout=SLOW)
    page.screenshot_to('catalogue-result-phone')
    assert page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), 'no sideways scrolling'
    assert not page.errors


def test_progress_is_seen_by_who_comes_later(desktop_page, server, download):
    """A page that is opened while another request does the work shows how far it is, and the result when it is there."""
    page = desktop_page
    office = Office(page, 'leitung')
    upload(page, download('ESCO dataset - v1.4.0.zip', [('Wolken leise schieben', 'Wolken sacht schieben')]))
    page.click(f'{RUN} button[name=preview]')
    page.wait_for_selector('.o_outreach_catalogue_counts .o_data_row')
    job = office.read('outreach.catalogue.import', [], ['id'])[0]['id']
    report = f"env['outreach.catalogue.import.progress']._report({job}, %r, 42, 'skills_de.csv')"
    server.shell(report % 'reading')
    page.follow(f'/odoo/outreach-catalogue-import/{job}')
    page.wait_for_selector(f'{RUN} .progress-bar[style*="42%"]')
    assert 'skills_de.csv' in page.locator(RUN).inner_text()
    assert page.locator(f'{RUN} button').count() == 0, 'nothing is started twice'
    server.shell(report % 'done')
    page.wait_for_selector(f'{RUN} button[name=import]')
    assert not page.errors
