"""The main job in a real browser: from the company register to the manager's pipeline.

The companies come from a small file of made-up ones, whatever data is there: the pictures show them. Everything
is clicked as the roles of the demo data would; what they must not see is looked for as well. Also here: a report on
a phone, and the pages of the other roles.

    script/test tests/whole/test_main_job.py                        # screenshots to .odoo/screenshots
    script/test tests/whole/test_main_job.py --screenshots=docs/images    # the user guide's pictures, anew

Elements are found by technical names, so that the test does not depend on the language of the labels.
"""

import csv
import html
import re
from pathlib import Path

import pytest
from office import ADDON, SLOW, Office
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
REGISTER = ROOT / 'tests/data/companies_made_up.csv'

MELLE = '03459024'
FAIR = '#JobsForYou Melle'
POOL = 'Lager und Logistik, Nordkreis'
POOL_HEADS = '62'
CONTACT = 'Carla Kontakt'
CONTACT_MAIL = 'carla.kontakt@moebel.example'
PASSWORD = 'ein-Satz-fuer-die-Messe'
FAVOURITE = 'Melle: gemeinsam besucht, offene Stellen'
DEMAND = 'Leute für Lager und Versand'
PROMISE = 'Infoblatt zur Förderung schicken'
ANSWERS = {'staff_need': '3_5', 'minimum_german': '2_a2', 'site_plan': 'expand', 'lead_agency': 'job_centre'}
REPORT = 'Betrieb wächst, Einarbeitung durch Paten möglich. Anfahrt mit dem Bus geht nicht zur Frühschicht.'

expect.set_options(timeout=30_000)


@pytest.fixture
def company():
    """The name of the company in the register that is visited."""
    with REGISTER.open(encoding='utf-8', newline='') as file:
        return next(row['name'] for row in csv.DictReader(file) if row['ags'] == MELLE)


def import_companies(office, shoot):
    page = office.page
    office.open('/odoo/outreach-import/new')
    office.field('file').locator('input[type=file]').set_input_files(REGISTER)
    office.button('action_preview').click()
    office.stage('preview')
    expect(office.field('new_count')).to_be_visible()
    shoot(page, 'import-preview')
    page.click('.o_outreach_import_run button')
    page.click('.modal-footer .btn-primary')
    office.stage('done')
    shoot(page, 'import-done')
    kinds = ('new_count', 'changed_count', 'unchanged_count', 'duplicate_count', 'rejected_count')
    done = office.read('outreach.company.import', [], [*kinds, 'row_count', 'created_count'])[0]
    assert done['created_count'] == done['new_count'] > 0
    assert done['row_count'] == sum(done[kind] for kind in kinds)


def open_company(office, name, shoot):
    """Find the imported company in the list, and add a contact person to it."""
    page = office.page
    office.open('/odoo/outreach-companies', 'list')
    shoot(page, 'company-list')
    office.search_default(name)
    row = page.locator('.o_data_row', has_text=name)
    expect(row).to_have_count(1)
    expect(row).to_contain_text('Melle')
    row.locator('td[name=complete_name]').click()
    page.locator('.o_form_view').wait_for()
    office.field('outreach_contact_ids').locator('.o-kanban-button-new').first.click()
    office.fill('name', CONTACT, inside='.modal')
    office.fill('email', CONTACT_MAIL, inside='.modal')
    page.locator('.modal .o_form_button_save').first.click()
    page.locator('.modal').wait_for(state='detached')
    office.save()
    expect(office.field('outreach_municipality_id')).to_be_visible()
    shoot(page, 'company', height=1050)


def plan_joint_visit(office, name, shoot):
    page = office.page
    office.button('action_plan_outreach_visit').click()
    expect(office.field('partner_id').locator('input')).to_have_value(name)
    expect(office.field('kind_id').locator('input')).to_have_value(office.name_of('visit_kind_first'))
    office.choose_time('09:00', '10:30', days=1)
    office.choose('contact_ids', CONTACT)
    office.choose('topic_ids', office.name_of('topic_skilled_workers'))
    office.add_line('member_ids')
    office.choose('user_id', 'Wilma Wirtschaft', inside='.o_selected_row')
    office.save()
    expect(page.locator('.o_form_view .oe_title .badge')).to_be_visible()
    shoot(page, 'visit-planned')
    office.button('action_confirm').click()
    office.stage('confirmed')
    return int(re.search(r'(\d+)$', page.url.partition('?')[0])[1])


def write_report(office, visit, shoot):
    page = office.page
    office.open(f'/odoo/outreach-visits/{visit}')
    office.choose_time('09:00', '10:30')  # they went a day earlier
    office.tab('demands')
    office.add_line('demand_ids')
    office.fill('name', DEMAND, inside='.o_selected_row')
    office.fill('positions', '4', inside='.o_selected_row')
    shoot(page, 'visit-demand')
    office.tab('report')
    office.field('result').locator('input[data-value=demand_recorded]').check()
    questions = office.field('report_properties')
    for question, answer in ANSWERS.items():
        questions.locator(f'[property-name="{question}"] select').select_option(answer)
    office.fill('report_text', REPORT)
    office.add_line('promise_ids')
    office.fill('name', PROMISE, inside='.o_selected_row')
    office.save()
    office.button('action_done').click()
    office.stage('done')
    office.tab('report')
    expect(office.field('promise_ids').locator('.o_data_row')).to_contain_text(PROMISE)
    shoot(page, 'visit-report', height=1120)


def link_demand(office, demand, company, shoot):
    """Complete the demand, give it a pool, and show it at a stand of the coming fair."""
    page = office.page
    office.open(f'/odoo/outreach-demands/{demand}')
    office.choose('occupation_id', office.name_of('occupation_51311'), typed='51311')
    office.tab('conditions')
    office.fill('accepted_note', 'A2, wenn ein Kurs nebenher läuft')
    office.tab('pools')
    office.add_line('pool_ids')
    page.locator('.modal .o_data_row', has_text=POOL).locator('td.o_data_cell').first.click()
    page.locator('.modal').wait_for(state='detached')
    expect(office.field('pool_ids').locator('td[name=candidate_count]')).to_have_text(POOL_HEADS)
    office.save()
    office.button('action_check').click()
    office.stage('checked')
    shoot(page, 'demand-pool')

    office.open('/odoo/outreach-stands/new')
    office.fill('name', 'Stand 7')
    office.choose('event_id', FAIR)
    office.field('booth_category_id').locator('input').click()
    page.locator('.o-autocomplete--dropdown-item').first.click()
    office.choose('partner_id', company)
    office.add_line('demand_ids')
    page.locator('.modal .o_data_row', has_text=DEMAND).locator('td.o_data_cell').first.click()
    page.locator('.modal').wait_for(state='detached')
    office.save()
    office.stage('requested')
    office.button('action_confirm_participation').click()
    office.stage('confirmed')
    shoot(page, 'fair-stand')


def invite_contact(office, shoot):
    """Invite the contact person to the portal."""
    page = office.page
    contact = office.read('res.partner', [['name', '=', CONTACT]], ['id'])[0]['id']
    office.open(f'/odoo/res.partner/{contact}')
    office.button('action_invite_outreach_employer').click()
    page.locator('.modal-footer .btn-primary').click()
    page.locator('.o_notification').first.wait_for()
    shoot(page, 'portal-invitation')


def accept_invitation(page, server, company, shoot):
    """Choose a password as the invitation asks for, and see visit, demand and stand of the own company."""
    ((link,),) = server.odoo.postgres.sql(
        """SELECT substring(body_html FROM '/web/signup[^"]+') FROM mail_mail
            WHERE body_html LIKE '%/web/signup?%' ORDER BY id DESC LIMIT 1""",
        server.database,
    )
    page.set_default_timeout(SLOW)
    page.goto(html.unescape(link))
    page.fill('input[name=password]', PASSWORD)
    page.fill('input[name=confirm_password]', PASSWORD)
    page.click('.oe_signup_form button[type=submit]')
    page.wait_for_url(re.compile(r'/my|/odoo'))
    page.goto('/my/outreach')
    content = page.locator('#wrap')
    expect(content).to_contain_text(company)
    for text in (DEMAND, FAIR):
        expect(content).to_contain_text(text)
    for secret in (REPORT, PROMISE, POOL):
        expect(content).not_to_contain_text(secret)
    shoot(page, 'portal-overview')


def look_for_foreign_records(page, visit, demand, company):
    """What belongs to another company does not exist for an employer."""
    page.set_default_timeout(SLOW)
    page.log_in('betrieb')
    for path in ('/my/outreach', '/my/outreach/visits', '/my/outreach/demands', '/my/outreach/stands'):
        page.goto(path)
        expect(page.locator('#wrap')).not_to_contain_text(company)
        expect(page.locator('#wrap')).not_to_contain_text(DEMAND)
    for path in (f'/my/outreach/visits/{visit}', f'/my/outreach/demands/{demand}'):
        foreign, missing = page.goto(path), page.goto(re.sub(r'\d+$', '987654321', path))
        assert foreign.status == missing.status == 404


def look_as_colleague(office, visit, demand, shoot):
    """Economic development sees report and demand, of the pool a rounded figure only, and no import."""
    page = office.page
    # a night goes by: what was counted by hand today is published with it
    page.server.shell(
        "env['outreach.figure'].search([]).unlink()\nenv['outreach.figure.table'].search([]).unlink()\n"
        "env['outreach.figure']._publish()\nenv.cr.commit()"
    )
    office.open(f'/odoo/outreach-visits/{visit}')
    office.tab('report')
    expect(office.field('report_text').locator('textarea')).to_have_value(REPORT)
    office.open(f'/odoo/outreach-demands/{demand}')
    office.tab('pools')
    row = office.field('pool_ids').locator('.o_data_row', has_text=POOL)
    row.locator('button[name=action_ask]').click()
    expect(row.locator('td[name=published_count]')).to_contain_text('60')
    expect(row.locator('td[name=candidate_count]')).to_have_count(0)
    expect(row).not_to_contain_text(POOL_HEADS)
    shoot(page, 'demand-economic-development')
    office.open('/odoo/outreach-companies', 'list')
    page.click(f'[data-menu-xmlid="{ADDON}.outreach_company_menu"]')
    page.locator(f'[data-menu-xmlid="{ADDON}.outreach_company_menu_all"]').wait_for()
    expect(page.locator(f'[data-menu-xmlid="{ADDON}.outreach_company_import_menu"]')).to_have_count(0)


def filter_pipeline(office, company, shoot):
    """Filter the CRM's own pipeline and that of the outreach, save the filter, and find the one lead by it after a reload."""
    page = office.page
    labels = office.search_labels('crm.lead')
    cards = page.locator('.o_kanban_record:not(.o_kanban_ghost)')
    for path in ('action-crm.action_your_pipeline', 'outreach-pipeline'):
        office.open(f'/odoo/{path}', 'kanban')
        while page.locator('.o_facet_remove').count():
            count = page.locator('.o_searchview_facet').count()
            page.locator('.o_facet_remove').first.click()
            expect(page.locator('.o_searchview_facet')).to_have_count(count - 1)
        office.toggle_filter(labels['outreach_joint'])
        office.toggle_filter(labels['outreach_open_positions'])
        page.keyboard.press('Escape')
        office.search(labels['outreach_municipality_id'], 'Melle')
        office.search(labels['stage_id'], office.name_of('crm_stage_demand_recorded'))
        expect(cards.filter(has_text=company)).to_have_count(1)
        expect(cards).to_have_count(1)

    page.click('.o_searchview_dropdown_toggler')
    page.click('.o_add_favorite')
    page.fill('.o_accordion_values input[type=text]', FAVOURITE)
    page.click('.o_save_favorite')
    page.locator('.o_searchview_facet', has_text=FAVOURITE).wait_for()
    page.reload()
    page.locator('.o_kanban_view .o_kanban_renderer').wait_for()
    page.click('.o_searchview_dropdown_toggler')
    favourite = page.locator('.o_favorite_item', has_text=FAVOURITE)
    if 'selected' not in favourite.get_attribute('class').split():
        favourite.click()
    page.locator('.o_searchview_facet', has_text=FAVOURITE).wait_for()
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text(company)
    shoot(page, 'pipeline-filter')
    page.keyboard.press('Escape')
    cards.scroll_into_view_if_needed()
    shoot(page, 'pipeline-found')
    cards.click()
    office.tab('outreach')
    expect(office.field('outreach_demand_ids')).to_contain_text(DEMAND)
    expect(office.field('outreach_visit_ids').locator('.o_data_row')).to_have_count(1)
    shoot(page, 'pipeline-lead')


def test_main_job(new_page, server, company, shoot):
    officer = Office(new_page(language='de-DE'), 'jobcenter')
    import_companies(officer, shoot)
    open_company(officer, company, shoot)
    visit = plan_joint_visit(officer, company, shoot)
    write_report(officer, visit, shoot)
    (demand,) = officer.read('outreach.demand', [['visit_id', '=', visit]], ['positions_open'])
    assert demand['positions_open'] == 4
    link_demand(officer, demand['id'], company, shoot)
    invite_contact(officer, shoot)

    employer, stranger = new_page(language='de-DE'), new_page(language='de-DE')
    accept_invitation(employer, server, company, shoot)
    look_for_foreign_records(stranger, visit, demand['id'], company)

    colleague = Office(new_page(language='de-DE'), 'wifoe')
    look_as_colleague(colleague, visit, demand['id'], shoot)
    manager = Office(new_page(language='de-DE'), 'leitung')
    filter_pipeline(manager, company, shoot)

    for page in (officer.page, employer, colleague.page, manager.page):
        assert not page.errors


def test_report_on_a_phone(new_page, shoot):
    """In the car park: a visit that just took place, its report and one demand, on a screen of 390 pixels."""
    office = Office(new_page(phone=True, language='de-DE'), 'jobcenter')
    page = office.page
    office.open('/odoo/outreach-visits/new')
    office.pick_on_phone('partner_id', 'Autohaus Wiehengebirge Muster GmbH')
    office.choose_time('14:00', '15:00')
    shoot(page, 'phone-visit', show=page.locator('.o_form_sheet'))
    office.tab('demands')
    office.field('demand_ids').locator('.o-kanban-button-new').first.click()
    office.fill('name', 'Mechatroniker, auch ohne Gesellenbrief', inside='.modal')
    office.fill('positions', '2', inside='.modal')
    shoot(page, 'phone-demand')
    page.locator('.modal .o_form_button_save').first.click()
    page.locator('.modal').wait_for(state='detached')
    office.tab('report')
    office.field('result').locator('input[data-value=demand_recorded]').check()
    office.fill('report_text', 'Werkstatt sucht dringend, nimmt auch Quereinsteiger.')
    office.save()
    shoot(page, 'phone-report', show=page.locator('.o_notebook'))
    width = page.evaluate("document.querySelector('.o_form_view .o_content').scrollWidth")
    assert width <= page.viewport_size['width'], 'the form has to be pushed to and fro'
    visit = int(re.search(r'(\d+)$', page.url.partition('?')[0])[1])
    office.press_in_menu('action_done')
    office.stage('done')
    (done,) = office.read('outreach.visit', [['id', '=', visit]], ['stage', 'demand_count'])
    assert (done['stage'], done['demand_count']) == ('done', 1)
    assert not page.errors


@pytest.mark.parametrize(
    ('login', 'path', 'selector', 'name'),
    [
        ('helfer', '/odoo/outreach-stands', '.o_list_view .o_data_row', 'helper-stands'),
        ('leitung', '/odoo/outreach-visit-analysis', '.o_pivot table td', 'manager-visit-analysis'),
        ('betrieb', '/my/outreach/demands/new', '.o_outreach_demand_form', 'portal-demand-form'),
        ('datenschutz', '/odoo/outreach-privacy-check', '.o_kanban_record, .o_data_row', 'privacy-check'),
    ],
)
def test_page_of_role(new_page, shoot, login, path, selector, name):
    page = new_page(language='de-DE')
    page.set_default_timeout(SLOW)
    page.log_in(login)
    page.goto(path)
    page.locator(selector).first.wait_for()
    shoot(page, name)
    assert not page.errors
