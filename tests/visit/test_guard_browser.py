"""One face to the company, in the browser: a plan that meets the other office's appointment, and what one does about it."""

import pytest
from office import Office
from playwright.sync_api import expect

expect.set_options(timeout=30_000)


@pytest.fixture
def theirs(new_page):
    """An appointment of the job centre alone, in the demo data: (id, name of the company)."""
    office = Office(new_page(), 'jobcenter')
    agency = office.rpc('res.users', 'read', [office.context['uid']], ['outreach_agency_ids'])[0]['outreach_agency_ids']
    visits = office.read('outreach.visit', [('stage', '=', 'planned'), ('start', '>', 'today')], ['agency_ids', 'partner_id'])
    alone = next(visit for visit in visits if visit['agency_ids'] == agency)
    return alone['id'], alone['partner_id'][1]


def open_plan(office, company, on_phone=False):
    office.open('/odoo/outreach-visits/new')
    if on_phone:
        office.pick_on_phone('partner_id', company)
    else:
        office.choose('partner_id', company)
    alert = office.page.locator('.o_outreach_visit_guard')
    expect(alert).to_be_visible()
    return alert


def test_conflict_then_join(new_page, theirs, shoot):
    """Economic development plans, is told of the appointment, is refused, and joins it with one click."""
    visit, company = theirs
    office = Office(new_page(language='de-DE'), 'wifoe')
    page = office.page
    alert = open_plan(office, company)
    expect(alert).to_contain_text('Jobcenter')
    shoot(page, 'guard-conflict')
    before = office.rpc('outreach.visit', 'search_count', [])
    page.server.expected.append(company)
    page.click('.o_form_button_save:visible')
    expect(page.locator('.modal-body')).to_contain_text(company)
    shoot(page, 'guard-refused')
    page.click('.modal-footer .btn-primary')
    alert.locator('button[name="guard_join"]').click()
    expect(office.field('member_ids').locator('.o_data_row')).to_have_count(2)
    expect(page.locator('.o_form_view .oe_title .badge')).to_be_visible()
    expect(page.locator('.o_outreach_visit_guard')).to_have_count(0)
    assert page.url.rstrip('/').endswith(f'/{visit}')
    shoot(page, 'guard-joined')
    assert office.rpc('outreach.visit', 'search_count', []) == before, 'the draft is gone'
    joined = office.rpc('outreach.visit', 'read', [visit], ['is_joint', 'event_id'])[0]
    assert joined['is_joint']
    attendees = office.rpc('calendar.event', 'read', [joined['event_id'][0]], ['partner_ids'])[0]['partner_ids']
    assert office.rpc('res.users', 'read', [office.context['uid']], ['partner_id'])[0]['partner_id'][0] in attendees
    assert not [error for error in page.errors if '422' not in error and '500' not in error]


def test_go_anyway_on_a_phone(new_page, shoot):
    """On a phone: the reasons in plain words, a reason of one's own, and the manager finds the decision."""
    office = Office(new_page(phone=True, language='de-DE'), 'migration')
    assert not office.rpc('outreach.visit', 'has_access', [], 'create'), 'advisers read visits'
    office = Office(new_page(phone=True, language='de-DE'), 'jobcenter2')
    page = office.page
    alone = next(
        visit
        for visit in office.read('outreach.visit', [('stage', '=', 'planned'), ('start', '>', 'today')], ['agency_ids', 'partner_id'])
        if len(visit['agency_ids']) == 1
    )
    company = alone['partner_id'][1]
    alert = open_plan(office, company, on_phone=True)
    expect(alert).to_contain_text('Wirtschaftsförderung')
    office.fill('anyway_reason', 'Die Personalleiterin rief uns an')
    assert page.evaluate('document.documentElement.scrollWidth') <= 390
    shoot(page, 'phone-guard')
    office.save()
    expect(alert).to_have_class('o_outreach_visit_guard alert mb-2 alert-info')
    leader = Office(new_page(language='de-DE'), 'leitung')
    leader.open('/odoo/outreach-decisions', 'list')
    row = leader.page.locator('.o_data_row', has_text='Die Personalleiterin rief uns an')
    expect(row).to_contain_text(company)
    shoot(leader.page, 'guard-decisions')
    assert not page.errors + leader.page.errors
