"""The question mark: on each page of employer outreach the right chapter, in the user's language, and no way out of the house."""

import re

import pytest
from office import Office
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures('server')
MARK = '.o_outreach_help'
FIND = """(action) => odoo.loader.modules.get('@maßarbeit_outreach/start/help/help_chapters').findChapter(action)?.key"""
KEYS = """() => Object.keys(odoo.loader.modules.get('@maßarbeit_outreach/start/help/help_chapters').CHAPTERS)"""


def open_help(page):
    page.locator(MARK).first.click()
    dialog = page.locator('.modal:has(.o_outreach_help_chapter)')
    dialog.wait_for()
    return dialog


@pytest.mark.parametrize('phone', [False, True], ids=['desk', 'phone'])
@pytest.mark.parametrize(
    ('login', 'path', 'title'),
    [
        ('jobcenter', 'heute', 'Die Startseite'),
        ('wifoe', 'outreach-due', 'Fällige Unternehmen'),
        ('wifoe', 'outreach-companies', 'Unternehmen'),
        ('jobcenter', 'outreach-candidates', 'Arbeitsuchende'),
        ('leitung', 'outreach-pipeline', 'Pipeline und Auswertungen'),
        ('helfer', 'outreach-stands', 'Jobmessen'),
        ('abh', 'outreach-requests-to-answer', 'Anfragen an die Ausländerbehörde'),
        ('datenschutz', 'outreach-privacy-check', 'Konfiguration'),
    ],
)
def test_chapter_of_the_page(new_page, shoot, phone, login, path, title):
    page = Office(new_page(phone=phone, language='de-DE'), login).page
    page.goto(f'/odoo/{path}')
    page.locator('.o_action_manager .o_content').first.wait_for()
    dialog = open_help(page)
    expect(dialog.locator('.modal-title')).to_have_text(title)
    expect(dialog.locator('.o_outreach_help_chapter > p')).not_to_have_count(0)
    assert not dialog.locator('a[href]').count(), 'nothing leads out of the house'
    assert page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), 'no sideways scrolling'
    if path == 'heute':
        shoot(page, f'help-{"phone" if phone else "desk"}')
    dialog.locator('button[name=matches]').click()
    expect(dialog.locator('.modal-title')).to_have_text('Abgleich')
    dialog.locator('.modal-footer button, .modal-header .btn-close, .modal-header button').last.click()
    expect(dialog).to_have_count(0)
    assert not page.errors


def test_follows_the_page(new_page):
    """From page to page the chapter changes; on a page of another application there is no question mark."""
    office = Office(new_page(language='de-DE'), 'jobcenter')
    page = office.page
    company = office.rpc('res.partner', 'search', [['outreach_company', '=', True]], limit=1)[0]
    page.goto('/odoo/outreach-demands')
    page.locator('.o_list_view').wait_for()
    expect(open_help(page).locator('.modal-title')).to_have_text('Bedarfe')
    page.keyboard.press('Escape')
    page.locator('.modal').wait_for(state='detached')
    page.goto(f'/odoo/outreach-companies/{company}')
    page.locator('.o_outreach_company').wait_for()
    expect(open_help(page).locator('.modal-title')).to_have_text('Unternehmen')
    page.keyboard.press('Escape')
    page.goto('/odoo/discuss')
    page.locator('.o-mail-Discuss').wait_for()
    expect(page.locator(MARK)).to_have_count(0)
    assert not page.errors


def test_every_page_has_a_chapter(new_page):
    """Each action of the addon leads to a chapter, and each chapter is that of some page; all is German for a German."""
    office = Office(new_page(language='de-DE'), 'admin')
    page = office.page
    page.goto('/odoo/heute')
    page.locator(MARK).wait_for()
    used = set()
    for model, extra in (('ir.actions.act_window', 'res_model'), ('ir.actions.client', 'tag')):
        names = office.rpc('ir.model.data', 'search_read', [['module', '=', 'maßarbeit_outreach'], ['model', '=', model]], ['res_id'])
        actions = office.rpc(model, 'read', [name['res_id'] for name in names], ['name', 'path', extra])
        assert actions
        for action in actions:
            if not action['path']:
                continue  # a window over a page
            key = page.evaluate(FIND, {'path': action['path'], extra: action[extra]})
            assert key, action
            used.add(key)
    used.add(page.evaluate(FIND, {'path': 'outreach-pipeline', 'res_model': 'crm.lead'}))
    assert used == set(page.evaluate(KEYS))
    assert page.evaluate(FIND, {'res_model': 'project.task'}) is None
    dialog = open_help(page)
    for key in used:
        button = dialog.locator(f'button[name={key}]')
        if button.count():
            button.click()
        text = dialog.locator('.o_outreach_help_chapter').inner_text()
        assert not re.search(r'\b(the|and|with|people)\b', text), text
        assert 4 <= dialog.locator('.o_outreach_help_chapter > p').count() <= 6
    assert not page.errors
