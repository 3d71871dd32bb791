"""Candidates in a real browser: recorded in a minute, a barrier, and a question to the immigration office with its answer."""

from office import Office
from playwright.sync_api import expect

REFERENCE = 'BG-9001/26'
FILE = 'ABH 2026/9001'


def fits(page):
    return page.evaluate("document.querySelector('.o_form_view .o_content').scrollWidth") <= page.viewport_size['width']


def candidate_of(office):
    (found,) = office.read('outreach.candidate', [['reference', '=', REFERENCE]], ['name', 'permission', 'permission_until', 'status'])
    return found


def test_recorded_in_a_minute(new_page):
    office = Office(new_page(language='de-DE'), 'jobcenter')
    page = office.page
    office.open('/odoo/outreach-candidates', 'list')
    page.screenshot_to('candidates')
    page.click('.o_list_button_add:visible')
    office.fill('reference', REFERENCE)
    office.choose('municipality_id', 'Bramsche')
    office.choose('occupation_tag_ids', 'Schweiß')
    for skill in ('WIG-Schweißen', 'MIG/MAG-Schweißen'):
        office.choose('skill_tag_ids', skill)
    office.fill('driving_licence', 'B')
    page.screenshot_to('candidate-new')
    office.save()
    expect(page.locator('.oe_title .o_field_widget[name=name]')).to_contain_text('K-')
    office.tab('barriers')
    office.add_line('barrier_ids')
    row = page.locator('.o_field_widget[name=barrier_ids] .o_selected_row')
    row.locator('[name=kind] input, [name=kind] select').first.click()
    page.locator('.o_select_menu_item, option', has_text='Mobilität').or_(
        page.locator('.o_select_menu_item', has_text='Mobility')
    ).first.click()
    office.save()
    page.screenshot_to('candidate', full_page=True)
    (barrier,) = office.read('outreach.barrier', [['candidate_id', '=', candidate_of(office)['id']]], ['kind', 'state'])
    assert (barrier['kind'], barrier['state']) == ('mobility', 'open')
    assert not page.errors


def test_permission_is_asked_and_answered(new_page):
    office = Office(new_page(language='de-DE'), 'jobcenter')
    candidate = candidate_of(office)
    office.open(f'/odoo/outreach-candidates/{candidate["id"]}')
    office.button('action_ask_permission').click()
    office.fill('foreign_reference', FILE, inside='.modal')
    office.page.screenshot_to('permission-request-new')
    office.page.locator('.modal .o_form_button_save').first.click()
    office.page.locator('.modal').wait_for(state='detached')

    clerk = Office(new_page(phone=True, language='de-DE'), 'abh')
    clerk.open('/odoo/outreach-requests-to-answer', 'kanban')
    clerk.page.screenshot_to('phone-requests-to-answer')
    clerk.page.locator('.o_kanban_record', has_text=FILE).click()
    clerk.page.locator('.o_form_view .o_form_renderer').wait_for()
    assert candidate['name'] not in clerk.page.content()
    assert REFERENCE not in clerk.page.content()
    for hidden in ('candidate_id', 'demand_id', 'from_user_id'):
        expect(clerk.field(hidden)).to_have_count(0)
    assert fits(clerk.page)
    clerk.page.screenshot_to('phone-request')
    clerk.press_in_menu('action_open_answer')
    free = clerk.page.locator('.modal .o_field_widget[name=answer] input[data-value=free]')
    free.wait_for()
    asked = []
    clerk.page.route('**/call_kw/outreach.permit.answer/onchange*', lambda route: asked.append(route))  # noqa: PLW0108 (no built-in)
    with clerk.page.expect_request('**/call_kw/outreach.permit.answer/onchange*'):
        free.check()
    # typed before a slow server has answered that more is asked for with this answer
    clerk.fill('note', 'Titel liegt vor', inside='.modal')
    asked.pop().continue_()
    clerk.field('until', inside='.modal').wait_for()
    clerk.page.unroute('**/call_kw/outreach.permit.answer/onchange*')
    clerk.page.screenshot_to('phone-request-answer')
    clerk.page.click('.modal button[name=action_answer]')
    clerk.page.locator('.modal').wait_for(state='detached')
    clerk.stage('answered')
    clerk.page.screenshot_to('phone-request-answered')

    office.page.reload()
    office.tab('permit_requests')
    expect(office.field('permit_request_ids')).to_contain_text('Titel liegt vor')
    office.page.screenshot_to('candidate-permission-answered')
    assert candidate_of(office)['permission'] == 'free'
    for page in (office.page, clerk.page):
        assert not page.errors


def test_pause_on_a_phone(new_page):
    office = Office(new_page(phone=True, language='de-DE'), 'jobcenter')
    page = office.page
    office.open('/odoo/outreach-candidates', 'kanban')
    page.screenshot_to('phone-candidates')
    candidate = candidate_of(office)
    office.open(f'/odoo/outreach-candidates/{candidate["id"]}')
    assert fits(page)
    page.screenshot_to('phone-candidate', full_page=True)
    office.press_in_menu('action_open_pause')
    page.click('.modal button[name=action_pause]')
    page.locator('.modal').wait_for(state='detached')
    assert candidate_of(office)['status'] == 'paused'
    office.press_in_menu('action_available')
    page.locator('.ribbon').wait_for(state='detached')
    assert candidate_of(office)['status'] == 'available'
    office.tab('barriers')
    page.screenshot_to('phone-candidate-barriers')
    office.open('/odoo/outreach-my-barriers', 'kanban')
    page.screenshot_to('phone-my-barriers')
    assert not page.errors


def test_import(new_page, tmp_path):
    table = tmp_path / 'export.csv'
    table.write_text(
        'Aktenzeichen;Name;Ort;PLZ;Deutsch\nBG-9001/26;Heimlich;Bramsche;49565;B2\nBG-9002/26;Heimlich;Melle;49324;A2\n;x;Melle;;\n',
        'utf-8',
    )
    office = Office(new_page(language='de-DE'), 'jobcenter2')
    page = office.page
    office.open('/odoo/outreach-candidate-import')
    page.set_input_files('.o_field_widget[name=file] input[type=file]', str(table))
    office.button('action_preview').click()
    page.locator('.o_field_widget[name=new_count]', has_text='1').wait_for()
    page.screenshot_to('candidate-import-preview')
    page.click('.o_outreach_import_run button')
    page.click('.modal .btn-primary')
    page.locator('.o_field_widget[name=created_count]', has_text='1').wait_for()
    page.screenshot_to('candidate-import-done')
    found = office.read('outreach.candidate', [['reference', 'in', ['BG-9001/26', 'BG-9002/26']]], ['german_level'])
    assert sorted(candidate['german_level'] for candidate in found) == ['2_a2', '4_b2']
    assert not page.errors


def test_closed_for_economic_development(new_page):
    page = new_page(language='de-DE')
    page.server.expected.append('outreach.candidate')  # core logs what it refuses
    office = Office(page, 'wifoe')
    expect(page.locator('.o_menu_sections', has_text='Candidates')).to_have_count(0)
    answer = page.request.post(
        f'{page.server.url}/web/dataset/call_kw/outreach.candidate/search_read',
        data={'jsonrpc': '2.0', 'params': {'model': 'outreach.candidate', 'method': 'search_read', 'args': [[], ['name']], 'kwargs': {}}},
    ).json()
    assert answer['error']['data']['name'] == 'odoo.exceptions.AccessError'
    assert office.context['uid']
