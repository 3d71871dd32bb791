"""What leads out of the house stands nowhere once the privacy check is strict, as in the demo data."""

from office import Office
from playwright.sync_api import expect

PARAMETERS = ('outreach.links.help', 'outreach.links.account', 'sms.endpoint')
CODES = ('help_links', 'account_link', 'app_store', 'text_messages', 'lead_generation')


def test_links_of_the_web_client(new_page):
    admin = Office(new_page(), 'admin')
    page = admin.page
    states = {check['code']: check['state'] for check in admin.read('outreach.privacy.check', [['code', 'in', CODES]], ['code', 'state'])}
    assert states == dict.fromkeys(CODES, 'ok'), 'off in the demo'
    # as in the demo, and as Odoo ships it, so that the first look could have failed
    for is_strict in (True, False):
        if not is_strict:
            for parameter in PARAMETERS:
                admin.rpc('ir.config_parameter', 'set_param', parameter, False)
        page.goto('/odoo/outreach-companies')  # what a session may do is read when the client is loaded
        page.locator('.o_list_view, .o_kanban_view').first.wait_for()
        page.click('.o_user_menu button')
        menu = page.locator('.o-dropdown--menu')
        expect(menu.locator('[data-menu=logout]')).to_be_visible()
        for entry in ('support', 'account'):
            expect(menu.locator(f'[data-menu={entry}]')).to_have_count(0 if is_strict else 1)
        for link in ('help', 'sms'):
            marked = page.evaluate(f"document.documentElement.classList.contains('o_outreach_without_{link}')")
            assert marked == is_strict
    assert not page.errors
