"""Sites, contact persons and the search for a company, as an officer has them at the desk and on a phone."""

import pytest
from office import Office
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures('server')
DAIRY = 'Molkerei Hasetal Muster eG'
SITES = '.o_field_widget[name=outreach_site_ids]'


@pytest.fixture(params=['desk', 'phone'])
def office(request, new_page):
    page = new_page(phone=request.param == 'phone', language='de-DE')
    office = Office(page, 'wifoe')
    office.is_phone = request.param == 'phone'
    return office


def open_dairy(office):
    (dairy,) = office.rpc('res.partner', 'name_search', 'hasetal molkerei', [['is_company', '=', True]])
    office.open(f'/odoo/outreach-companies/{dairy[0]}')
    return dairy[0]


def test_sites_of_a_company(office):
    page = office.page
    dairy = open_dairy(office)
    sites = page.locator(SITES)
    rows = '.o_kanban_record:not(.o_kanban_ghost)'
    known = sites.locator(rows).count()
    assert known >= 2
    sites.scroll_into_view_if_needed()
    page.screenshot_to('company-sites-phone' if office.is_phone else 'company-sites')
    sites.locator('.o-kanban-button-new').first.click()
    page.locator('.modal .o_form_view').wait_for()
    name = f'Werk Neu {"P" if office.is_phone else "D"}'
    for field, text in {
        'name': name,
        'street': 'Werkweg 5',
        'zip': '49565',
        'city': 'Bramsche',
        'outreach_betriebsnummer': '297 20 865',
    }.items():
        office.fill(field, text, inside='.modal')
    page.screenshot_to('company-site-phone' if office.is_phone else 'company-site')
    page.locator('.modal .o_form_button_save, .modal button.o_form_button_save').first.click()
    page.locator('.modal').wait_for(state='detached')
    office.save()
    (site,) = office.read(
        'res.partner',
        [['parent_id', '=', dairy], ['name', '=', name]],
        ['type', 'is_company', 'outreach_betriebsnummer', 'outreach_municipality_id'],
    )
    assert (site['type'], site['is_company'], site['outreach_betriebsnummer']) == ('site', False, '29720865')
    assert site['outreach_municipality_id'][1] == 'Bramsche'
    # a visit begun at the site is a visit there
    office.open(f'/odoo/contacts/{site["id"]}')
    office.tab('site')
    page.screenshot_to('site-phone' if office.is_phone else 'site')
    office.button('action_plan_outreach_visit').click()
    expect(office.field('site_id').locator('input')).to_have_value(name)
    expect(office.field('location').locator('input')).to_have_value('Werkweg 5, 49565 Bramsche')
    page.screenshot_to('visit-site-phone' if office.is_phone else 'visit-site')
    assert not page.errors


def test_a_company_is_found_as_people_type(office):
    page = office.page
    office.open('/odoo/outreach-companies', 'kanban' if office.is_phone else 'list')
    if office.is_phone:
        page.locator('.o_control_panel button:has(.fa-search)').first.click()
    office.search_default('eg muster hasetal-molkerei')
    expect(page.locator('.o_kanban_record:not(.o_kanban_ghost), .o_data_row')).to_have_count(1)
    expect(page.locator('.o_kanban_record:not(.o_kanban_ghost), .o_data_row')).to_contain_text(DAIRY)
    assert not page.errors


def test_a_contact_who_is_there_already(office):
    page = office.page
    dairy = open_dairy(office)
    (person,) = office.read('res.partner', [['parent_id', '=', dairy], ['name', '=', 'Paula Beispiel']], ['phone'])
    office.open(f'/odoo/contacts/{person["id"]}')
    expect(office.field('outreach_preferred_channel')).to_be_visible()
    assert not page.locator('.alert', has=page.locator('[name=outreach_contact_twin_ids]')).is_visible()
    twin = office.rpc('res.partner', 'create', [{'name': 'Beispiel, Paula', 'parent_id': dairy}])[0]
    office.open(f'/odoo/contacts/{twin}')
    expect(page.locator('.alert', has=page.locator('[name=outreach_contact_twin_ids]'))).to_contain_text('Paula Beispiel')
    page.screenshot_to('contact-twin-phone' if office.is_phone else 'contact-twin')
    office.rpc('res.partner', 'unlink', [twin])
    assert not page.errors


def test_a_second_plant_is_decided(new_page, tmp_path):
    """The second row of one register entry becomes a site, by a button above the rows."""
    page = new_page(language='de-DE')
    office = Office(page, 'leitung')
    head = 'Firma;Straße;PLZ;Ort;Registergericht;Registerart;Registernummer;Betriebsnummer\n'
    path = tmp_path / 'werke.csv'
    path.write_text(
        head + 'Prüfkette GmbH - Werk Melle;Weg 1;49324;Melle;Osnabrück;HRB;4100001;15027365\n'
        'Prüfkette GmbH - Werk Bramsche;Weg 2;49565;Bramsche;Osnabrück;HRB;4100001;98000006\n',
        'utf-8',
    )
    page.follow('/odoo/outreach-import/new')
    page.wait_for_selector('.o_form_view input[type=file]', state='attached')
    page.set_input_files('.o_form_view input[type=file]', str(path))
    page.click('button[name=action_preview]')
    page.locator('.o_outreach_import_counts button').nth(3).click()
    row = page.locator('.o_list_view .o_data_row')
    expect(row).to_have_count(1)
    row.locator('.o_list_record_selector input').check()
    page.screenshot_to('import-site')
    page.locator('button[name=action_decide_site]:visible').click()
    page.settle()
    page.go_back()
    page.click('.o_outreach_import_run button')
    page.locator('.modal button.btn-primary').click()
    page.locator('.o_statusbar_status button.o_arrow_button_current[data-value="done"]').first.wait_for(state='attached')
    (company,) = office.read('res.partner', [['outreach_register_number', '=', '4100001']], ['outreach_site_ids'])
    (site,) = office.read('res.partner', [['id', 'in', company['outreach_site_ids']]], ['city', 'outreach_betriebsnummer'])
    assert (site['city'], site['outreach_betriebsnummer']) == ('Bramsche', '98000006')
    assert not page.errors
