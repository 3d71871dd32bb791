"""Roles that have to do with some companies only, at their work in a real browser: what they need is there, nothing else."""

import pytest
from office import Office
from playwright.sync_api import expect


def expect_short_form(page):
    """What a closed role is shown of a company: how to reach it, in a form without chatter, notes and numbers."""
    page.locator('.o_form_view .o_field_widget[name=display_name]').first.wait_for()
    expect(page.locator('.o_form_view .o_field_widget[name=comment], .o_form_view .o_notebook, .o-mail-Chatter')).to_have_count(0)
    expect(page.locator('.o_form_view .oe_stat_button')).to_have_count(0)


def test_clerk_and_the_company(new_page):
    clerk = Office(new_page(language='de-DE'), 'abh')
    page = clerk.page
    referral = clerk.read('outreach.referral', [], ['partner_id'])[0]
    page.goto(f'/odoo/res.partner/{referral["partner_id"][0]}')
    expect_short_form(page)
    expect(page.locator('.o_form_view h1')).to_contain_text(referral['partner_id'][1])
    page.screenshot_to('closed-company')
    companies = clerk.read('res.partner', [['is_company', '=', True]], ['name'])
    own = {found['partner_id'][1] for found in clerk.read('outreach.referral', [], ['partner_id'])}
    house = {found['name'] for found in clerk.read('res.company', [], ['name'])}
    assert {found['name'] for found in companies} == own | house
    assert not page.errors


def test_helper_and_the_company(new_page):
    helper = Office(new_page(language='de-DE'), 'helfer')
    page = helper.page
    stand = helper.read('event.booth', [['partner_id', '!=', False]], ['partner_id'])[0]
    helper.open('/odoo/outreach-stands', 'list')
    page.screenshot_to('closed-stands')
    page.goto(f'/odoo/res.partner/{stand["partner_id"][0]}')
    expect_short_form(page)
    assert not page.errors


@pytest.mark.parametrize('login', ['abh', 'helfer', 'datenschutz'])
def test_calendar_and_discuss(new_page, login):
    """An appointment with a colleague, made in the calendar; a message to one; the page of a user."""
    office = Office(new_page(language='de-DE'), login)
    page = office.page
    page.goto('/odoo/calendar')
    page.locator('.o_calendar_renderer .fc-view').first.wait_for()
    assert not office.read('calendar.event', [], ['name']), "nobody else's"
    ((colleague, name),) = [
        (found['partner_id'][0], found['name']) for found in office.read('res.users', [['login', '=', 'wifoe']], ['partner_id', 'name'])
    ]
    partner = office.rpc('res.users', 'read', [office.context['uid']], ['partner_id'])[0]['partner_id'][0]
    event = office.rpc('calendar.event', 'create', {'name': 'Absprache', 'partner_ids': [[6, 0, [partner, colleague]]]})
    page.goto('/odoo/calendar')
    page.locator('.fc-event', has_text='Absprache').first.click()
    page.locator('.o_cw_popover').wait_for()
    page.screenshot_to(f'closed-calendar-{login}')
    office.open(f'/odoo/calendar/{event}')
    expect(office.field('partner_ids')).to_contain_text(name)
    page.goto('/odoo/discuss')
    page.locator('.o-mail-DiscussSidebar, .o-mail-Discuss').first.wait_for()
    page.screenshot_to(f'closed-discuss-{login}')
    assert not page.errors
