"""The door, as each role and at both widths: log in, land on the start page, press each entry of each menu, come back.

script/test tests/whole/test_door_browser.py -s    # prints how many entries were pressed, and how long it took
"""

import re
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from office import ADDON, SLOW, Office
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import expect

from devkit.roles import ROLES

pytestmark = pytest.mark.usefixtures('server')

HOME = '.o_outreach_today'
STAFF = [role.login for role in ROLES if not role.portal]
# Everything that may stand on a page below the bar: a view, or a client action of ours.
CONTENT = '.o_action_manager > .o_action, .o_action_manager > .o_outreach_page'
ASSETS = "SELECT count(*) FROM ir_attachment WHERE url LIKE '/web/assets/%'"
TZ = ZoneInfo('Europe/Berlin')


class Visitor:
    """Somebody who finds the way by the menus alone."""

    def __init__(self, page, login, phone):
        self.page, self.login, self.phone = page, login, phone
        page.set_default_timeout(SLOW)

    def land(self):
        page = self.page
        page.log_in(self.login)
        page.locator(HOME).wait_for()
        assert page.url.endswith('/odoo/heute'), page.url
        self.look('home')

    def look(self, where):
        """There is something to see, nothing failed, and nothing has to be pushed to and fro."""
        page = self.page
        expect(page.locator('.o_loading_indicator')).to_have_count(0)
        try:
            page.wait_for_function("""() => {
                const content = document.querySelector('.o_action_manager .o_content');
                return content && (content.innerText.trim() || content.querySelector('svg, canvas, input, img'));
            }""")
        except PlaywrightTimeoutError:
            pytest.fail(f'{self.login}, {where}: a blank page')
        assert not page.errors, f'{self.login}, {where}: {page.errors}'
        assert not page.locator('.o_error_dialog, .o_dialog .modal').count(), f'{self.login}, {where}: a dialog'
        assert not page.locator('.o_outreach_today .alert').count(), f'{self.login}, {where}: a block failed'
        width = page.evaluate('document.documentElement.scrollWidth')
        assert width <= page.viewport_size['width'], f'{self.login}, {where}: {width} px wide'

    def entries(self):
        """[(xml id, path)] of what the menus of the app lead to, as the client has them."""
        return self.page.evaluate("""() => {
            const menus = odoo.__WOWL_DEBUG__.root.env.services.menu;
            const leaves = (menu) => menu.childrenTree.length ? menu.childrenTree.flatMap(leaves) : [menu];
            return leaves(menus.getMenuAsTree(menus.getCurrentApp().id)).map(
                (menu) => [menu.xmlid, menu.actionPath || `action-${menu.actionID}`]);
        }""")

    def press(self, xmlid):
        """Open the menu where the entry is, and press it."""
        page = self.page
        if self.phone:
            page.locator('.o_menu_toggle').click()
            page.locator(f'.o_app_menu_sidebar [data-menu-xmlid="{xmlid}"]').click()
            return
        entry = page.locator(f'.o_main_navbar [data-menu-xmlid="{xmlid}"], .o-dropdown--menu [data-menu-xmlid="{xmlid}"]')
        if not entry.count():
            section = page.evaluate(
                """xmlid => {
                const menus = odoo.__WOWL_DEBUG__.root.env.services.menu;
                const has = (menu) => menu.xmlid === xmlid || menu.childrenTree.some(has);
                return menus.getMenuAsTree(menus.getCurrentApp().id).childrenTree.find(has).xmlid;
            }""",
                xmlid,
            )
            page.locator(f'.o_menu_sections button[data-menu-xmlid="{section}"]').click()
        entry.click()

    def walk(self, known):
        """Press each entry; from those that no role before came back from, by the browser's own Back."""
        page, entries = self.page, self.entries()
        assert entries[0] == [f'{ADDON}.outreach_today_menu', 'heute']
        for xmlid, path in entries[1:]:
            self.press(xmlid)
            page.wait_for_url(re.compile(rf'/odoo/{path}(/new)?(\?|$)'))
            page.locator(HOME).wait_for(state='detached')
            page.locator(CONTENT).first.wait_for()
            self.look(xmlid)
            title = page.locator('.o_last_breadcrumb_item').first.inner_text()
            assert not re.search(r'NewId|\w\.\w+,', title), f'{self.login}, {xmlid}: called {title}'
            assert title != 'Neu' or page.url.endswith('/new'), f'{self.login}, {xmlid}: called {title}'
            if xmlid not in known:
                known.add(xmlid)
                before = page.url
                page.go_back()
                page.wait_for_function('before => location.href !== before', arg=before)
                page.locator(f'{CONTENT}, {HOME}').first.wait_for()
                self.look(f'back from {xmlid}')
        self.press(f'{ADDON}.outreach_today_menu')
        page.locator(HOME).wait_for()
        self.look('home again')
        return len(entries)


@pytest.fixture(scope='module')
def today(server):
    """A day with something in each block, for the officers."""
    now = datetime.now(TZ)
    soon = now + timedelta(minutes=40)
    # today's appointment goes on already where there is no time left for one to come
    begin = (soon if soon.date() == now.date() else now - timedelta(minutes=5)).astimezone(UTC)
    server.shell(f"""
from datetime import timedelta
from odoo import fields
from odoo.fields import Command
ref = lambda name: env.ref('{ADDON}.' + name)
wifoe, jobcenter = ref('user_wifoe_demo'), ref('user_jobcenter_demo')
today = fields.Date.to_date('{now.date()}')
companies = env['res.partner'].create([{{
    'name': f'Probehof {{place}} Muster GmbH', 'is_company': True, 'outreach_company': True, 'zip': '49324', 'city': 'Melle',
    'street': 'Musterweg 1', 'phone': '+49 5422 000000'}} for place in ('Fernblick', 'Weitblick', 'Ausblick', 'Einblick')])
Visit = env['outreach.visit'].with_user(wifoe).with_context(tz='Europe/Berlin')
kind = ref('visit_kind_first').id
begin = fields.Datetime.to_datetime('{begin:%Y-%m-%d %H:%M:%S}')
for company, start, team in (
        (companies[0], begin, wifoe | jobcenter), (companies[1], begin + timedelta(days=1), wifoe),
        (companies[2], begin - timedelta(days=3), wifoe)):
    Visit.create({{'partner_id': company.id, 'kind_id': kind, 'start': start, 'stop': start + timedelta(minutes=30),
                  'member_ids': [Command.create({{'user_id': user.id}}) for user in team]}})
env['outreach.responsibility'].create({{
    'partner_id': companies[3].id, 'agency_id': wifoe._get_outreach_agency().id, 'user_id': wifoe.id}})
for name, days, side in (('Schichtplan mit Buszeiten abgleichen', -10, 'company'), ('Infoblatt schicken', 0, 'agency')):
    env['outreach.promise'].with_user(wifoe).create({{
        'name': name, 'side': side, 'partner_id': companies[0].id, 'date_deadline': today + timedelta(days=days)}})
env.cr.commit()
""")


@pytest.mark.parametrize('phone', [False, True], ids=['desktop', 'phone'])
def test_every_role_through_every_menu(new_page, server, phone, capsys):
    def assets():
        return server.odoo.postgres.sql(ASSETS, server.database)

    began, before = time.monotonic(), assets()
    pressed, known = {}, set()
    for login in STAFF:
        visitor = Visitor(new_page(phone, language='de-DE'), login, phone)
        visitor.land()
        if not phone:
            assert not visitor.page.locator('.o_menu_sections_more').count(), f'{login}: entries are hidden behind "+"'
        pressed[login] = visitor.walk(known)
        visitor.page.leave()
    assert pressed['wifoe'] > 20
    assert pressed['helfer'] == 3
    assert assets() == before, 'style sheets and scripts are made when the database is'
    with capsys.disabled():
        print(f'\n{"phone" if phone else "desktop"}: {sum(pressed.values())} entries in {time.monotonic() - began:.0f} s')


@pytest.fixture
def officer(today, new_page):
    """`officer(phone)`: an officer of the economic development on the start page, with that day."""

    def log_in(phone):
        office = Office(new_page(phone, language='de-DE'), 'wifoe')
        office.page.locator(HOME).wait_for()
        return office

    return log_in


def row(page, text, block='to_do'):
    return page.locator(f'[data-block="{block}"] .o_outreach_today_row', has_text=text)


@pytest.mark.parametrize('phone', [False, True], ids=['desktop', 'phone'])
def test_there_and_back(officer, phone, shoot):
    """A record, a list and a dialog; back by breadcrumb, by the browser's own Back, and by closing."""
    page = officer(phone).page
    expect(page.locator('.o_outreach_today_sentence')).to_contain_text('1 Termin heute')
    card = page.locator('.o_outreach_today_next')
    expect(card).to_contain_text('Probehof Fernblick Muster GmbH')
    expect(card).to_contain_text('Schichtplan mit Buszeiten abgleichen')
    assert card.locator('a[href^="tel:"]').get_attribute('href') == 'tel:+495422000000'
    assert 'Musterweg' in card.locator('a[href^="https://www.openstreetmap.org"]').get_attribute('href')
    shoot(page, 'today-phone' if phone else 'today', None if phone else 1100)

    # a record, and back both ways
    for back in ('breadcrumb', 'browser'):
        row(page, 'Schichtplan mit Buszeiten').locator('.o_outreach_today_name').click()
        page.locator('.o_form_view .o_form_sheet').wait_for()
        if back == 'browser':
            page.go_back()
        elif phone:
            page.locator('.o_back_button').first.click()
        else:
            page.locator('.o_breadcrumb a', has_text='Heute').click()
        page.locator(HOME).wait_for()
        assert page.url.endswith('/odoo/heute')

    # a number opens its list, and Back comes here
    link = page.locator('[data-block="to_do"] [data-list=promises]')
    count = int(re.search(r'\d+', link.inner_text())[0])
    link.click()
    records = '.o_kanban_record:not(.o_kanban_ghost)' if phone else '.o_list_view .o_data_row'
    expect(page.locator(records)).to_have_count(count)
    page.go_back()
    page.locator(HOME).wait_for()

    # a record that was opened here stays after the page is loaded anew, and knows the way back
    row(page, 'Probehof Weitblick', 'appointments').locator('.o_outreach_today_name').click()
    page.locator('.o_form_view .o_form_sheet').wait_for()
    page.reload()
    page.locator('.o_form_view .o_form_sheet').wait_for()
    page.go_back()
    page.locator(HOME).wait_for()

    # a dialog stands over the page, and leaves it as it was
    page.locator('[data-action=contact]').click()
    page.locator('.modal .o_field_widget[name=partner_ids]').wait_for()
    page.locator('.modal button[special=cancel]:visible').first.click()
    page.locator('.modal').wait_for(state='detached')
    expect(page.locator(HOME)).to_be_visible()
    assert not page.errors


@pytest.mark.parametrize('phone', [False, True], ids=['desktop', 'phone'])
def test_settle_and_take_back(officer, phone):
    """What is done folds, and can be taken back; nothing else moves."""
    page = officer(phone).page
    promise = row(page, 'Infoblatt schicken')
    promise.locator('button').click()
    expect(page.locator('.modal .modal-title')).to_have_text('Zusage erledigen')
    page.locator('.modal .o_field_widget[name=outcome] input').fill('Ist geschickt')
    page.locator('.modal button[name=action_close]:visible').first.click()
    settled = page.locator('[data-block="to_do"] .o_outreach_today_settled', has_text='Infoblatt schicken')
    settled.wait_for()
    expect(promise).to_have_count(0)
    settled.locator('a').click()
    promise.wait_for()
    expect(settled).to_have_count(0)
    assert not page.errors


def test_log_a_contact(officer):
    """Logged from the page, where it was opened; from the list of visits likewise."""
    office = officer(False)
    page = office.page
    row(page, 'Schichtplan mit Buszeiten').locator('button').click()
    expect(page.locator('.modal .o_field_widget[name=note] input')).to_have_value('Schichtplan mit Buszeiten abgleichen')
    expect(page.locator('.modal .o_field_widget[name=partner_ids]')).to_contain_text('Probehof Fernblick Muster GmbH')
    page.locator('.modal .o_field_widget[name=result] input[data-value=informed]').check()
    page.locator('.modal button[name=action_log]:visible').first.click()
    expect(page.locator('.o_notification').first).to_contain_text('Probehof Fernblick')
    page.locator('.modal').wait_for(state='detached')
    expect(page.locator(HOME)).to_be_visible()
    office.open('/odoo/outreach-visits', 'kanban')
    page.locator('.o_control_panel button', has_text='Kontakt erfassen').first.click()
    page.locator('.modal .o_field_widget[name=partner_ids]').wait_for()
    page.locator('.modal button[special=cancel]:visible').first.click()
    page.locator('.modal').wait_for(state='detached')
    expect(page.locator('.o_kanban_view')).to_be_visible()
    assert not page.errors


def test_by_keyboard_alone(officer):
    """Search with Ctrl+K, a row by its link; the buttons of a row follow its title."""
    page = officer(False).page
    page.keyboard.press('Control+k')
    page.locator('.o_command_palette_search input').fill('!Probehof Aus')
    page.locator('.o_command', has_text='Probehof Ausblick').first.wait_for()
    page.keyboard.press('Enter')
    page.locator('.o_form_view .o_form_sheet').wait_for()
    expect(page.locator('.o_breadcrumb, .o_form_sheet').first).to_be_visible()
    page.go_back()
    page.locator(HOME).wait_for()
    title = row(page, 'Schichtplan mit Buszeiten').locator('.o_outreach_today_name')
    title.focus()
    page.keyboard.press('Tab')
    assert page.evaluate("document.activeElement.closest('.o_outreach_today_row').innerText.includes('Schichtplan')")
    title.focus()
    page.keyboard.press('Enter')
    page.locator('.o_form_view .o_form_sheet').wait_for()
    assert not page.errors


def test_records_beside_the_commands(new_page):
    """Ctrl+K finds records without a sign in front, as people type them, on any page; pseudonyms for those who may."""
    for login, may_see in (('jobcenter', True), ('wifoe', False)):
        page = new_page(language='de-DE')
        page.set_default_timeout(SLOW)
        page.log_in(login)
        page.follow('/odoo/outreach-demands')
        page.locator('.o_list_view').wait_for()
        page.keyboard.press('Control+k')
        entry = page.locator('.o_command_palette_search input')
        entry.fill('hasetal molkerei')
        page.locator('.o_command', has_text='Molkerei Hasetal Muster eG').filter(has_text='Unternehmen').first.wait_for()
        entry.fill('K-')
        page.wait_for_function("() => !document.querySelector('.o_command_palette .fa-spin')")
        people = page.locator('.o_command', has_text='Arbeitsuchende')
        expect(people.first).to_be_visible() if may_see else expect(people).to_have_count(0)
        entry.fill('hasetal molkerei')
        page.locator('.o_command', has_text='Molkerei Hasetal').first.click()
        page.locator('.o_form_view .o_form_sheet').wait_for()
        expect(page.locator('.o_breadcrumb')).to_contain_text('Molkerei Hasetal')
        assert not page.errors


def test_manager_and_others_for_the_guide(new_page, shoot):
    for login, picture in (('leitung', 'today-manager'), ('abh', 'today-requests')):
        page = new_page(language='de-DE')
        page.set_default_timeout(SLOW)
        page.log_in(login)
        page.locator(f'{HOME} [data-block]').first.wait_for()
        shoot(page, picture)
        assert not page.errors
