"""A county starts: a database without demo data, set up by an administrator with the check list, at the desk and on a phone.

Everything is clicked. Two things are there before, as a house has them: an outgoing mail server, without which the
second factor of the privacy check cannot be switched on, and the administrator's own language and e-mail address.
"""

import importlib.util
import re
import zipfile

import pytest
from office import SLOW, Office
from playwright.sync_api import expect

from devkit import databases
from devkit.paths import ADDON_DIR

pytestmark = pytest.mark.usefixtures('server')
CATALOGUE = ADDON_DIR / 'tests/data/catalogue'
STEP = '.o_outreach_setup_step'
PREPARE = """
env.ref('base.user_admin').write({'lang': 'de_DE', 'tz': 'Europe/Berlin', 'email': 'admin@musterland.example'})
env['ir.mail_server'].create({'name': "Mail of the House", 'smtp_host': 'mail.musterland.example'})
env.cr.commit()
"""

_SPEC = importlib.util.spec_from_file_location('municipality_files', ADDON_DIR / 'tests/company/municipality_files.py')
files = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(files)


@pytest.fixture(scope='module', params=['desk', 'phone'])
def width(request):
    return request.param


@pytest.fixture(scope='module')
def addon_database(odoo, scratch, width):
    """A database without demo data; one for each width, since the list is worked off in it."""
    with scratch(f'start_{width}', databases.addon_template(odoo, demo=False).database) as database:
        problems, _output = odoo.shell(database, PREPARE, log='first-start')
        assert not problems
        yield database


@pytest.fixture
def page(new_page, width):
    return new_page(phone=width == 'phone', language='de-DE')


@pytest.fixture
def uploads(tmp_path):
    """What the administrator has downloaded: both editions of the list, postcodes, a register, a catalogue."""
    (tmp_path / 'GV100AD_31122025.txt').write_bytes(files.fixed(files.musterland(), encoding='cp850'))
    (tmp_path / 'AuszugGV4Q.xlsx').write_bytes(files.spreadsheet(files.musterland(), lose_zeros=True))
    (tmp_path / 'AuszugGV4Q_2027.xlsx').write_bytes(files.spreadsheet(files.musterland_later(), day='31.12.2027'))
    (tmp_path / 'kaputt.txt').write_bytes(files.fixed(files.musterland())[:1482])
    (tmp_path / 'plz.csv').write_text('AGS;PLZ\n15099001;01990\n15099001;01991\n', 'utf-8')
    (tmp_path / 'register.csv').write_text(
        'Firma;PLZ;Ort;Registergericht;Registerart;Registernummer\n'
        'Mustermühle GmbH;01991;;Musterstadt;HRB;990001\nProbewerk GmbH;01995;Probedorf;Musterstadt;HRB;990002\n',
        'utf-8',
    )
    with zipfile.ZipFile(tmp_path / 'ESCO dataset - v1.2.0 - classification - de - csv.zip', 'w') as archive:
        for file in sorted(CATALOGUE.glob('*_de.csv')):
            archive.write(file, file.name)
    return tmp_path


class Start:
    """The administrator at work: the check list, and what its buttons open."""

    def __init__(self, page):
        self.page = page
        self.office = Office(page, 'admin')
        self.phone = page.viewport_size['width'] < 768

    def open_list(self):
        self.page.follow('/odoo/outreach-first-steps')
        self.page.wait_for_selector(f'{STEP}, .o_outreach_setup_gone')

    def step(self, key):
        return self.page.locator(f'{STEP}[data-key={key}]')

    def enter(self, key, number=0):
        self.step(key).locator('button').nth(number).click()
        self.page.wait_for_selector('.o_action_manager .o_view_controller')

    def back_to_list(self):
        """By the browser's own Back, on a phone by the arrow, as many pages as the step opened."""
        for _page in range(6):
            if self.page.url.endswith('/outreach-first-steps'):
                break
            url = self.page.url
            if self.phone:
                self.page.click('.o_back_button')
            else:
                self.page.go_back()
            self.page.wait_for_function('url => location.href !== url', arg=url)
        self.page.wait_for_selector(STEP)

    def expect_done(self, key, done=True):
        expect(self.step(key)).to_have_attribute('data-done', 'true' if done else 'false')

    def press(self, name):
        """A button of the form's bar, which a phone may keep in a menu."""
        if self.phone:
            self.office.press_in_menu(name)
        else:
            self.office.button(name).click()

    def select(self, widget, text):
        """Choose in a drop-down list."""
        widget.locator('.o_select_menu_toggler').first.click()
        item = self.page.locator('.o_select_menu_item', has_text=re.compile(rf'^\s*{re.escape(text)}\s*$')).first
        if self.phone:
            self.office.wait_for_sheet()
        item.click()

    def new(self):
        self.page.locator('.o_list_button_add:visible, .o-kanban-button-new:visible').first.click()
        self.page.wait_for_selector('.o_form_view:visible')

    def upload(self, path, selector='.o_form_view input[type=file]'):
        self.page.wait_for_selector(selector, state='attached')
        self.page.set_input_files(selector, str(path))

    def choose_county(self):
        if self.phone:
            self.office.pick_on_phone('county_id', 'Musterland')
        else:
            self.office.choose('county_id', 'Musterland', typed='musterl')

    def no_sideways_scrolling(self):
        assert self.page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')


def test_map_of_any_county(page):
    """Bounds come from the places: a single one stands in the middle, a high county fits, long names are shortened."""
    Office(page, 'admin')
    found = page.evaluate('''async () => {
        const { layoutMap, shortName } = await import(
            '/maßarbeit_outreach/static/src/demand/county_map/county_map_layout.js');
        const place = (id, latitude, longitude) => (
            { id, name: `Ort ${id}`, latitude, longitude, visits: 1, demands: 0 });
        const one = layoutMap([place(1, 48, 9)], 'visits', 500).circles[0];
        const high = layoutMap([place(1, 48, 9), place(2, 49.5, 9.1), place(3, 0, 0)], 'visits', 500);
        const wide = layoutMap([place(1, 54, 8), place(2, 54.1, 10)], 'visits', 500);
        return {
            one: one.x,
            high: high.height, drawn: high.circles.length,
            inside: [...high.circles, ...wide.circles].every(({ x, r }) => x - r >= 0 && x + r <= 500),
            nothing: layoutMap([place(1, 0, 0)], 'visits', 500).circles.length,
            names: ['Hagen am Teutoburger Wald', 'Neustadt an der Weinstraße', 'Lingen (Ems)', 'Bad Essen'].map(shortName),
        };
    }''')
    assert found == {
        'one': 250,
        'high': 800,
        'drawn': 2,
        'inside': True,
        'nothing': 0,
        'names': ['Hagen a.T.W.', 'Neustadt a.d.W.', 'Lingen (Ems)', 'Bad Essen'],
    }


def test_put_away_and_back(page, width):
    """A list that is not worked off can be put away; settings bring it back."""
    start = Start(page)
    start.open_list()
    start.expect_done('organisation', False)
    page.click('button[name=dismiss]')
    page.click('.modal .btn-primary')
    page.wait_for_selector('.o_outreach_setup_gone')
    page.screenshot_to(f'first-steps-away-{width}')
    page.follow('/odoo/outreach-settings')
    box = page.locator('#outreach_setup input[type=checkbox]')
    expect(box).to_be_checked()
    box.uncheck()
    with page.expect_event('load'):  # saved settings reload the page
        page.locator('.o_form_button_save:visible').first.click()
    start.open_list()
    start.expect_done('organisation', False)
    assert not page.errors


def test_every_step_by_clicking(page, uploads, width, shoot):
    """The last one: afterwards, a login takes a second factor."""
    start = Start(page)
    office = start.office
    start.open_list()
    assert page.locator(STEP).evaluate_all('steps => steps.map(step => step.dataset.key)') == [
        'privacy',
        'organisation',
        'agencies',
        'municipalities',
        'register',
        'catalogues',
    ]
    expect(page.locator(f'{STEP}[data-done=true]')).to_have_count(0)
    start.no_sideways_scrolling()
    shoot(page, 'first-steps' if width == 'desk' else 'first-steps-phone')

    start.enter('privacy')
    page.wait_for_selector('.o_kanban_record:not(.o_kanban_ghost)')
    while page.locator('.o_kanban_record button[name=action_set_strict]:visible').count():
        before = page.locator('.o_kanban_record button[name=action_set_strict]:visible').count()
        page.locator('.o_kanban_record button[name=action_set_strict]:visible').first.click()
        page.click('.modal .btn-primary')
        expect(page.locator('.o_kanban_record button[name=action_set_strict]:visible')).to_have_count(before - 1)
    start.back_to_list()
    start.expect_done('privacy')

    start.enter('organisation')
    for name, text in (('name', 'Landkreis Musterland'), ('street', 'Musterallee 1'), ('zip', '01990'), ('city', 'Musterstadt')):
        office.fill(name, text)
    start.upload(ADDON_DIR / 'static/description/icon.png', '.o_field_widget[name=logo] input[type=file]')
    page.wait_for_selector('.o_field_widget[name=logo] img[src^="data:"]')
    office.save()
    start.back_to_list()
    start.expect_done('organisation')

    # a person for each office, then the offices
    for role, person in (('Wirtschaftsförderung', 'Wanda Muster'), ('Jobcenter', 'Jonas Muster')):
        start.enter('agencies', 1)
        start.new()
        office.fill('name', person)
        office.fill('login', f'{person.split()[0].lower()}@musterland.example')
        group = page.locator('.o_inner_group', has=page.locator('.o_horizontal_separator', has_text='Arbeitgeberansprache'))
        label = group.locator('label', has_text=re.compile(rf'^{role}')).get_attribute('for')
        start.select(group.locator('.o_field_widget', has=page.locator(f'#{label}')), 'Arbeitgeberansprache')
        office.save()
        start.back_to_list()
        start.enter('agencies')
        start.new()
        office.fill('name', f'{role} Musterland')
        start.select(office.field('role'), role)
        if start.phone:
            office.pick_on_phone('partner_id', 'Landkreis Musterland')
            office.pick_on_phone('user_ids', person)
        else:
            office.choose('partner_id', 'Landkreis Musterland')
            office.choose('user_ids', person)
        office.save()
        start.back_to_list()
    start.expect_done('agencies')

    # a broken file says where; then GV100AD with a table of postcodes; the spreadsheet brings the coordinates
    start.enter('municipalities')
    start.upload(uploads / 'kaputt.txt')
    start.press('action_read')
    expect(page.locator('.alert-danger')).to_contain_text('Zeile 7')
    page.screenshot_to(f'municipality-import-problem-{width}')
    start.upload(uploads / 'GV100AD_31122025.txt')
    start.press('action_read')
    page.wait_for_selector('.o_field_widget[name=county_id] input:visible')
    start.choose_county()
    start.upload(uploads / 'plz.csv', '.o_field_widget[name=postcode_file] input[type=file]')
    start.press('action_preview')
    expect(page.locator('.o_outreach_municipality_counts')).to_be_visible()
    assert re.findall(r'\d+', page.locator('.o_outreach_municipality_counts').inner_text()) == ['4', '0', '0', '0']
    start.no_sideways_scrolling()
    shoot(page, 'municipality-import' if width == 'desk' else 'municipality-import-phone')
    assert not office.read('outreach.municipality', [], ['name'])
    start.press('action_import')
    page.click('.modal .btn-primary')
    page.wait_for_selector('.alert-success:visible')
    start.back_to_list()
    start.expect_done('municipalities')
    expect(start.step('municipalities')).to_contain_text('Musterland')
    page.follow('/odoo/outreach-county-map')
    page.wait_for_selector('.o_outreach_county_map_gap')
    assert not page.locator('.o_outreach_county_map_place').count()
    expect(page.locator('.o_outreach_county_map_table tbody tr')).to_have_count(4)
    start.open_list()
    start.enter('municipalities')
    start.upload(uploads / 'AuszugGV4Q.xlsx')
    start.press('action_read')
    expect(page.locator('.o_field_widget[name=county_id] input')).to_have_value(re.compile('Musterland'))
    start.press('action_preview')
    expect(page.locator('.o_outreach_municipality_counts')).to_be_visible()
    start.press('action_import')
    page.click('.modal .btn-primary')
    page.wait_for_selector('.alert-success:visible')
    page.follow('/odoo/outreach-county-map')
    expect(page.locator('.o_outreach_county_map_place')).to_have_count(4)
    assert not page.locator('.o_outreach_county_map_gap').count()
    start.no_sideways_scrolling()

    start.open_list()
    start.enter('register')
    start.upload(uploads / 'register.csv')
    start.press('action_preview')
    page.wait_for_selector('.o_outreach_import_counts')
    page.click('.o_outreach_import_run button')
    page.click('.modal .btn-primary')
    office.stage('done')
    companies = office.read('res.partner', [('outreach_company', '=', True)], ['name', 'outreach_municipality_id'])
    assert {company['name']: company['outreach_municipality_id'][1] for company in companies} == {
        'Mustermühle GmbH': 'Musterstadt',
        'Probewerk GmbH': 'Probedorf (Heide)',
    }
    start.back_to_list()
    start.expect_done('register')
    page.screenshot_to(f'first-steps-nearly-{width}')

    start.enter('catalogues')
    start.upload(next(uploads.glob('*.zip')), '.o_field_many2many_binary input[type=file]')
    page.locator('.o_attachment').first.wait_for()
    page.click('.o_outreach_catalogue_import_run button[name=preview]')
    page.click('.o_outreach_catalogue_import_run button[name=import]')
    page.click('.modal .btn-primary')
    page.wait_for_selector('.o_outreach_catalogue_done:visible', timeout=SLOW)
    start.open_list()
    expect(page.locator('.o_outreach_setup_gone')).to_be_visible()
    assert not page.locator(STEP).count()
    page.screenshot_to(f'first-steps-done-{width}')

    # two years later two municipalities have merged, and a company is in one of them
    page.follow('/odoo/outreach-municipalities')
    page.wait_for_selector('.o_list_view')
    if start.phone:
        page.click('.o_control_panel_main_buttons .dropdown-toggle')
        start.office.wait_for_sheet()
    page.locator(':text-is("Verzeichnis importieren"):visible').last.click()
    start.upload(uploads / 'AuszugGV4Q_2027.xlsx')
    start.press('action_read')
    start.press('action_preview')
    gone = page.locator('[name=gone_line_ids]')
    expect(gone).to_contain_text('Probehausen')
    page.screenshot_to(f'municipality-import-gone-{width}', full_page=True)
    start.no_sideways_scrolling()
    if start.phone:
        gone.locator('.o_kanban_record', has_text='Übungshausen').click()
        office.field('is_kept', inside='.modal').locator('input').check()
        page.click('.modal .o_form_button_save')
        page.wait_for_selector('.modal', state='detached')
    else:
        row = gone.locator('.o_data_row', has_text='Übungshausen')
        row.locator('[name=is_kept]').click()
        row.locator('[name=is_kept] input').check()
    start.press('action_import')
    page.click('.modal .btn-primary')
    page.wait_for_selector('.alert-success:visible')
    found = office.read('outreach.municipality', [('ags', '=like', '15099%')], ['name', 'active', 'successor_id'])
    assert {place['name']: (place['active'], place['successor_id'] and place['successor_id'][1]) for place in found} == {
        'Musterstadt': (True, False),
        'Beispielau': (True, False),
        'Probehausen': (True, False),
        'Übungshausen am Großen Wald': (True, False),
        'Probedorf (Heide)': (False, 'Probehausen'),
    }
    page.follow('/odoo/outreach-county-map')
    row = page.locator('.o_outreach_county_map_table tbody tr', has_text='Probehausen')
    expect(row.locator('button[data-measure=companies]')).to_have_text('1')
    row.locator('button[data-measure=companies]').click()
    expect(page.locator('.o_data_row, .o_kanban_record:not(.o_kanban_ghost)')).to_have_count(1)
    assert not page.errors
