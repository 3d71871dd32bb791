"""Two officers have the same form open: who saves second is told who was first, and nothing of either is lost."""

import pytest
from office import Office
from playwright.sync_api import expect

expect.set_options(timeout=30_000)
DIALOG = '.modal .o_outreach_conflict'


@pytest.fixture
def two(new_page):
    """Economic development and job centre, each in a browser of their own, in German."""
    first, second = Office(new_page(language='de-DE'), 'wifoe'), Office(new_page(language='de-DE'), 'jobcenter')
    second.page.server.expected += ['changed this on', 'während Sie es offen hatten']
    return first, second


@pytest.fixture
def visit(two):
    """A visit of both that took place, with nothing written down yet."""
    first = two[0]
    kind = int(
        first.page.server.shell("""
kind = env['outreach.visit.kind'].create({'name': 'Probe', 'channel': 'visit', 'report_definition': [
    {'name': 'wishes', 'type': 'char', 'string': 'Wünsche'}, {'name': 'next_time', 'type': 'char', 'string': 'Nächstes Mal'}]})
env.cr.commit()
print('KIND', kind.id)
""")
        .partition('KIND ')[2]
        .split()[0]
    )
    company = first.rpc('res.partner', 'create', {'name': 'Doppelt Metallbau GmbH', 'is_company': True})
    return first.rpc(
        'outreach.visit',
        'create',
        {
            'partner_id': company,
            'kind_id': kind,
            'start': '2026-03-02 09:00:00',
            'anyway_reason': 'Test',
            'member_ids': [[0, 0, {'user_id': office.context['uid']}] for office in two],
        },
    )


def report(office, text):
    office.tab('report')
    office.fill('report_text', text)


def read(office, visit, *names):
    return office.rpc('outreach.visit', 'read', [visit], names)[0]


def no_errors(office):
    """No script of the page failed; a refused request is what this is about."""
    assert not [error for error in office.page.errors if '500' not in error and '422' not in error]


def test_both_stay(two, visit, shoot):
    first, second = two
    for office in two:
        office.open(f'/odoo/outreach-visits/{visit}')
    report(first, 'Sucht zwei Schweißer ab Mai.')
    first.save()
    report(second, 'Ausbildung: Frau Beispiel ruft an.')
    second.fill('location', 'Halle 3')
    second.page.click('.o_form_button_save:visible')
    dialog = second.page.locator(DIALOG)
    expect(dialog).to_contain_text(first.rpc('res.users', 'read', [first.context['uid']], ['name'])[0]['name'])
    expect(dialog).to_contain_text('Sucht zwei Schweißer ab Mai.')
    expect(dialog).to_contain_text('Ausbildung: Frau Beispiel ruft an.')
    expect(dialog.locator('.o_outreach_conflict_field')).to_have_count(1)
    shoot(second.page, 'conflict')
    second.page.set_viewport_size({'width': 390, 'height': 844})
    second.page.screenshot_to('conflict-phone')
    second.page.set_viewport_size({'width': 1366, 'height': 768})
    # back to the form: everything typed is there, nothing is saved
    dialog.locator('button[name=stay]').click()
    expect(dialog).to_have_count(0)
    expect(second.field('report_text').locator('textarea')).to_have_value('Ausbildung: Frau Beispiel ruft an.')
    assert read(second, visit, 'report_text')['report_text'] == 'Sucht zwei Schweißer ab Mai.'
    second.page.click('.o_form_button_save:visible')
    dialog.locator('button[name=settle]').click()
    second.page.locator('.o_form_status_indicator_buttons.invisible').wait_for(state='attached')
    both = 'Sucht zwei Schweißer ab Mai.\n\nAusbildung: Frau Beispiel ruft an.'
    expect(second.field('report_text').locator('textarea')).to_have_value(both)
    assert read(second, visit, 'report_text', 'location') == {'id': visit, 'report_text': both, 'location': 'Halle 3'}
    for office in two:
        no_errors(office)


def test_theirs_or_mine(two, visit):
    first, second = two
    for office in two:
        office.open(f'/odoo/outreach-visits/{visit}')
    first.tab('report')
    first.field('result').locator('select, input').first.wait_for()
    first.rpc('outreach.visit', 'write', [visit], {'location': 'Werk 1', 'report_text': 'so war es'})
    report(second, 'so war es nicht')
    second.fill('location', 'Werk 2')
    second.page.click('.o_form_button_save:visible')
    dialog = second.page.locator(DIALOG)
    expect(dialog.locator('.o_outreach_conflict_field')).to_have_count(2)
    dialog.locator('[data-path=location] input[value=theirs]').check()
    dialog.locator('[data-path=report_text] input[value=mine]').check()
    dialog.locator('button[name=settle]').click()
    second.page.locator('.o_form_status_indicator_buttons.invisible').wait_for(state='attached')
    expect(second.field('location').locator('input')).to_have_value('Werk 1')
    assert read(second, visit, 'report_text', 'location') == {'id': visit, 'report_text': 'so war es nicht', 'location': 'Werk 1'}
    # nothing of mine stays: the form shows what is there
    first.rpc('outreach.visit', 'write', [visit], {'location': 'Werk 3'})
    second.fill('location', 'Werk 4')
    second.page.click('.o_form_button_save:visible')
    dialog.locator('[data-path=location] input[value=theirs]').check()
    dialog.locator('button[name=settle]').click()
    expect(second.field('location').locator('input')).to_have_value('Werk 3')
    second.page.locator('.o_form_status_indicator_buttons.invisible').wait_for(state='attached')
    no_errors(second)


def test_side_by_side(two, visit):
    """Different fields and different answers of the questionnaire: nobody is asked anything, and all of it is there."""
    first, second = two
    for office in two:
        office.open(f'/odoo/outreach-visits/{visit}')
        office.tab('report')
    for office, label, text in ((first, 'Wünsche', 'von der Wirtschaftsförderung'), (second, 'Nächstes Mal', 'vom Jobcenter')):
        office.page.locator('.o_property_field', has_text=label).locator('input').fill(text)
        office.page.keyboard.press('Tab')
        office.save()
    answers = {entry['name']: entry.get('value') for entry in read(second, visit, 'report_properties')['report_properties']}
    assert (answers['wishes'], answers['next_time']) == ('von der Wirtschaftsförderung', 'vom Jobcenter')
    report(first, 'Bericht')
    first.save()
    second.fill('location', 'Tor 2')
    second.save()
    assert read(first, visit, 'report_text', 'location') == {'id': visit, 'report_text': 'Bericht', 'location': 'Tor 2'}
    for office in two:
        no_errors(office)


def test_page_is_closed(two, visit):
    """Closing the page saves without asking: what conflicts is in the visit's history."""
    first, second = two
    second.open(f'/odoo/outreach-visits/{visit}')
    report(second, 'noch schnell getippt')
    first.rpc('outreach.visit', 'write', [visit], {'report_text': 'in Ruhe geschrieben'})
    second.page.page.close(run_before_unload=True)

    def history():
        messages = first.read('mail.message', [('model', '=', 'outreach.visit'), ('res_id', '=', visit)], ['body'])
        return ' '.join(message['body'] for message in messages)

    for _attempt in range(100):
        if 'noch schnell getippt' in history():
            break
        first.page.wait_for_timeout(100)
    assert 'noch schnell getippt' in history()
    assert read(first, visit, 'report_text')['report_text'] == 'in Ruhe geschrieben'
