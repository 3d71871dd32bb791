"""What the browser tests share: a role at work in Odoo's backend."""

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

ADDON = 'maßarbeit_outreach'
# The first page of a new database makes Odoo put its style sheets and scripts together.
SLOW = 90_000


class Office:
    """A role at work in Odoo's backend: Odoo's widgets by their technical names."""

    def __init__(self, page, login):
        self.page = page
        page.set_default_timeout(SLOW)
        page.log_in(login)
        self.context = {}
        self.context = self.rpc('res.users', 'context_get')

    def open(self, path, view='form'):
        self.page.follow(path)
        self.page.locator(f'.o_{view}_view .o_content, .o_{view}_view .o_{view}_renderer').first.wait_for()

    def rpc(self, model, method, *args, **kwargs):
        """Call a method as the user of this page, by the route that the web client uses."""
        kwargs['context'] = {**self.context, **kwargs.get('context', {})}
        answer = self.page.request.post(
            f'{self.page.server.url}/web/dataset/call_kw/{model}/{method}',
            data={'jsonrpc': '2.0', 'params': {'model': model, 'method': method, 'args': args, 'kwargs': kwargs}},
        ).json()
        assert 'error' not in answer, answer['error']['data']['message']
        return answer['result']

    def read(self, model, domain, fields):
        return self.rpc(model, 'search_read', domain, fields, context={'active_test': False})

    def name_of(self, xml_id):
        """The name of a record of the addon in the language of the user."""
        model, record = self.rpc('ir.model.data', 'check_object_reference', ADDON, xml_id)
        return self.rpc(model, 'read', [record], ['display_name'])[0]['display_name']

    # -- forms --

    def field(self, name, inside='.o_action_manager .o_form_view'):
        return self.page.locator(inside).locator(f'.o_field_widget[name="{name}"]').first

    def fill(self, name, text, **kwargs):
        self.field(name, **kwargs).locator('input, textarea').first.fill(text)

    def choose(self, name, text, typed=None, **kwargs):
        """Choose a record by its name, or by something else that is typed, in a field with suggestions."""
        self.field(name, **kwargs).locator('input').first.fill(typed or text)
        self.pick(text)

    def pick(self, text):
        menu = self.page.locator('.o-autocomplete--dropdown-menu')
        menu.locator('.o-autocomplete--dropdown-item', has_text=text).first.click()
        expect(menu).to_have_count(0)
        self.page.settle()  # what can be chosen next may depend on it

    def choose_time(self, start, stop, days=0):
        """Set start and end of a visit, today or so many days from now; only what is past or today can be done."""
        day = (datetime.now(ZoneInfo('Europe/Berlin')) + timedelta(days=days)).strftime('%d.%m.%Y')
        for name, time in (('start', start), ('stop', stop)):
            self.page.click(f'button[data-field="{name}"]')
            picker = self.page.locator('.o_datetime_picker')
            picker.wait_for()  # before that nobody listens to what is typed
            entry = self.page.locator(f'input[data-field="{name}"]')
            entry.fill(f'{day} {time}')
            entry.dispatch_event('change')  # closes the picker when both times have been typed
            if picker.is_visible():
                self.page.keyboard.press('Escape')
            picker.wait_for(state='detached')
            self.page.settle()  # the server answers, and may move the other one
            expect(self.page.locator(f'button[data-field="{name}"]')).to_contain_text(time)

    def tab(self, name):
        self.page.click(f'.o_notebook a.nav-link[name="{name}"]')

    def button(self, name, inside='.o_action_manager'):
        return self.page.locator(inside).locator(f'button[name="{name}"]:visible').first

    def add_line(self, name):
        """Add a line to a list inside the form, or open the window in which records are chosen for it."""
        self.field(name).locator('.o_field_x2many_list_row_add a').first.click()

    def save(self):
        self.page.click('.o_form_button_save:visible')
        self.page.locator('.o_form_status_indicator_buttons.invisible').wait_for(state='attached')

    def stage(self, value):
        """Wait until the status bar shows that stage."""
        bar = f'.o_statusbar_status button.o_arrow_button_current[data-value="{value}"]'
        self.page.locator(bar).first.wait_for(state='attached')

    def more(self, name):
        """A button of the bar of a company, under "More" where there are many."""
        bar = self.page.locator('.o_outreach_company_actions')
        bar.locator('button').first.wait_for()
        if bar.locator(f'button[name={name}]').count():
            return bar.locator(f'button[name={name}]')
        bar.locator('.dropdown-toggle').click()
        return self.button(name, inside='.o-dropdown--menu, .o_bottom_sheet')

    # -- on a phone --

    def pick_on_phone(self, name, text):
        """Choose a record in the window that a phone opens for it."""
        self.field(name).locator('input').first.click()
        self.page.locator('.modal .o_control_panel button:has(.fa-search)').first.click()
        self.search_default(text, inside='.modal')
        self.page.locator('.modal .o_kanban_record', has_text=text).first.click()
        self.page.locator('.modal').wait_for(state='detached')

    def press_in_menu(self, name):
        """Press a button of the form's bar, which a phone keeps in a menu unless there is room."""
        button = self.button(name, inside='body')
        button.or_(self.menu).first.wait_for()
        if not button.is_visible():
            self.open_menu()
        button.click()

    def open_menu(self):
        """Open the menu of a form's bar on a phone."""
        self.menu.click()
        self.wait_for_sheet()

    @property
    def menu(self):
        return self.page.locator('.o_statusbar_buttons .dropdown-toggle:visible').first

    def wait_for_sheet(self):
        """A phone pushes menus in from below. While one moves, a scroll, with which a click begins, closes it."""
        self.page.locator('.o_bottom_sheet_snapping').wait_for()

    # -- searching --

    def search_labels(self, model):
        """{technical name: label} of the filters and fields in a search view, in the language of the user."""
        views = self.rpc(model, 'get_views', [[False, 'search']])
        fields = self.rpc(model, 'fields_get', [], ['string'])
        labels = {name: field['string'] for name, field in fields.items()}
        for node in ElementTree.fromstring(views['views']['search']['arch']).iter():
            if node.tag in ('filter', 'field') and node.get('string'):
                labels[node.get('name')] = node.get('string')
        return labels

    def search(self, label, text):
        """Search for text in one field."""
        self.page.fill('.o_searchview_input', text)
        entry = self.page.locator('.o_searchview_autocomplete .o-dropdown-item').filter(
            has=self.page.locator('b', has_text=re.compile(rf'^{re.escape(label)}$'))
        )
        entry.filter(has=self.page.locator('b.fst-italic')).first.click()
        self.page.locator('.o_searchview_facet', has_text=text).wait_for()

    def search_default(self, text, inside='.o_action_manager'):
        """Search for text as the Enter key does."""
        box = self.page.locator(inside).locator('.o_searchview_input')
        box.fill(text)
        self.page.locator('.o_searchview_autocomplete .o-dropdown-item').first.wait_for()
        box.press('Enter')
        self.page.locator(inside).locator('.o_searchview_facet').wait_for()

    def toggle_filter(self, label):
        menu = self.page.locator('.o_search_bar_menu')
        if not menu.count():
            self.page.click('.o_searchview_dropdown_toggler')
        menu.locator('.o_filter_menu .o_menu_item', has_text=re.compile(rf'^{re.escape(label)}$')).click()
        self.page.locator('.o_searchview_facet', has_text=label).first.wait_for()
