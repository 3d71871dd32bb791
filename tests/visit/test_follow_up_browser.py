"""Follow-ups in a real browser: a promise on a phone, a referral from one agency to another, a warning, a placement."""

from office import Office
from playwright.sync_api import expect

COMPANY = 'Kunststoff Profil'
PROMISE = 'Flyer zur Einarbeitung schicken'
SUBJECT = 'Welche Papiere braucht eine Fachkraft aus dem Ausland?'


def visit_of(office):
    """A visit of the demo data that took place and has a promise."""
    return office.read('outreach.promise', [['visit_id', '!=', False]], ['visit_id'])[0]['visit_id'][0]


def test_promise_on_a_phone(new_page):
    office = Office(new_page(phone=True, language='de-DE'), 'jobcenter')
    page, visit = office.page, visit_of(office)
    office.open(f'/odoo/outreach-visits/{visit}')
    office.tab('report')
    office.field('promise_ids').locator('.o-kanban-button-new').first.click()
    office.fill('name', PROMISE, inside='.modal')
    page.screenshot_to('phone-promise')
    page.locator('.modal .o_form_button_save').first.click()
    page.locator('.modal').wait_for(state='detached')
    office.save()
    expect(office.field('promise_ids')).to_contain_text(PROMISE)
    page.screenshot_to('phone-promises')
    assert page.evaluate("document.querySelector('.o_form_view .o_content').scrollWidth") <= page.viewport_size['width']
    ((state, user),) = [
        (found['state'], found['user_id'][0]) for found in office.read('outreach.promise', [['name', '=', PROMISE]], ['state', 'user_id'])
    ]
    assert (state, user) == ('open', office.context['uid'])
    assert not page.errors


def test_promise_is_closed(new_page):
    office = Office(new_page(language='de-DE'), 'jobcenter')
    page = office.page
    office.open('/odoo/outreach-promises', 'list')
    page.screenshot_to('promises')
    row = page.locator('.o_data_row', has_text=PROMISE)
    expect(page.locator('.o_data_row.text-danger').first).to_be_visible()
    row.locator('button[name=action_open_close]').click()
    office.fill('outcome', 'Flyer ist angekommen', inside='.modal')
    page.click('.modal button[name=action_close]')
    page.locator('.modal').wait_for(state='detached')
    expect(row).to_have_count(0)
    (closed,) = office.read('outreach.promise', [['name', '=', PROMISE]], ['state', 'outcome'])
    assert (closed['state'], closed['outcome']) == ('kept', 'Flyer ist angekommen')
    assert not page.errors


def test_referral(new_page):
    sender = Office(new_page(language='de-DE'), 'jobcenter')
    visit = visit_of(sender)
    sender.open(f'/odoo/outreach-visits/{visit}')
    sender.button('action_refer').click()
    sender.choose('to_agency_id', sender.name_of('agency_immigration_office_demo'), inside='.modal')
    sender.fill('name', SUBJECT, inside='.modal')
    sender.page.screenshot_to('referral-new')
    sender.page.locator('.modal .o_form_button_save').first.click()
    sender.page.locator('.modal').wait_for(state='detached')
    (referral,) = sender.read('outreach.referral', [['name', '=', SUBJECT]], ['state', 'visit_id'])
    assert (referral['state'], referral['visit_id'][0]) == ('pending', visit)

    clerk = Office(new_page(language='de-DE'), 'abh')
    clerk.open('/odoo/outreach-referrals', 'list')
    clerk.page.screenshot_to('referrals')
    clerk.page.locator('.o_data_row', has_text=SUBJECT).locator('td[name=name]').click()
    clerk.page.locator('.o_form_view .o_form_renderer').wait_for()
    for hidden in ('visit_id', 'from_user_id'):
        expect(clerk.field(hidden)).to_have_count(0)
    expect(clerk.page.locator('.o-mail-Chatter')).to_have_count(0)
    clerk.button('action_accept').click()
    clerk.stage('accepted')
    clerk.button('action_open_done').click()
    clerk.fill('text', 'Am Telefon beraten', inside='.modal')
    clerk.page.click('.modal button[name=action_answer]')
    clerk.page.locator('.modal').wait_for(state='detached')
    clerk.stage('done')
    clerk.page.screenshot_to('referral-clerk')
    for page in (sender.page, clerk.page):
        assert not page.errors


def test_clerk_opens_an_activity(new_page):
    """From the clock in the menu bar to the referral: the filters there use fields that a clerk may read."""
    clerk = Office(new_page(language='de-DE'), 'abh')
    page = clerk.page
    page.locator('.o_menu_systray .o-mail-ActivityMenu-counter, .o_menu_systray i.fa-clock-o').first.click()
    page.locator('.o-mail-ActivityGroup').first.click()
    page.locator('.o_list_view, .o_kanban_view').first.wait_for()
    page.screenshot_to('clerk-activities')
    assert not page.errors


def test_warning_and_company_page(new_page):
    office = Office(new_page(language='de-DE'), 'migration')
    page = office.page
    (company,) = office.read('res.partner', [['name', 'ilike', COMPANY], ['is_company', '=', True]], ['name'])
    office.open(f'/odoo/outreach-companies/{company["id"]}')
    office.more('action_note_outreach_warning').click()
    page.locator('.modal .o_field_widget[name=kind] input[data-value=expansion]').check()
    office.fill('note', 'Dritte Spritzgussanlage bestellt', inside='.modal')
    page.locator('.modal .o_form_button_save').first.click()
    page.locator('.modal').wait_for(state='detached')
    expect(page.locator('[data-notice^=warning]', has_text='Dritte Spritzgussanlage')).to_be_visible()
    page.screenshot_to('company-follow-up', full_page=True)
    expect(page.locator('button[name=action_refer_outreach]')).to_have_count(0)
    assert not page.errors


def test_somebody_started(new_page):
    office = Office(new_page(language='de-DE'), 'jobcenter')
    page = office.page
    demand = office.read('outreach.demand', [['stage', '=', 'in_placement']], ['partner_id'])[0]
    office.open(f'/odoo/outreach-demands/{demand["id"]}')
    office.button('action_note_placement').click()
    expect(office.field('probation_end', inside='.modal')).to_be_visible()
    page.screenshot_to('placement')
    page.locator('.modal .o_form_button_save').first.click()
    page.locator('.modal').wait_for(state='detached')
    (placement,) = office.read('outreach.placement', [['demand_id', '=', demand['id']]], ['partner_id'])
    assert placement['partner_id'] == demand['partner_id']
    office.open('/odoo/outreach-placements', 'list')
    assert not page.errors
