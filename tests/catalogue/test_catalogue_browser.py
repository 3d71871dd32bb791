"""The catalogues and the look-up in ESCO in a real browser, against a server on this machine that plays ESCO."""

import importlib.util
import re
from pathlib import Path

import pytest
from office import ADDON, Office
from playwright.sync_api import expect

PATH = Path(__file__).resolve().parents[2] / ADDON / 'tests/catalogue/esco_server.py'
spec = importlib.util.spec_from_file_location('esco_server', PATH)
esco_server = importlib.util.module_from_spec(spec)
spec.loader.exec_module(esco_server)

pytestmark = pytest.mark.usefixtures('inner_addresses', 'server')  # in this order
ROW = '.o_list_view .o_data_row'


@pytest.fixture(scope='module')
def inner_addresses():
    """The server may call this machine, where the service is played."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('OUTREACH_ESCO_INNER', '1')
        yield


@pytest.fixture
def esco(server):
    """The look-up, switched on and set to a server of this test."""
    playing = esco_server.EscoServer(esco_server.answer_welder)
    switch(server, f"'enabled': True, 'url': '{playing.url}', 'timeout': 10")
    yield playing
    playing.stop()
    switch(server, "'enabled': False, 'url': False")


def switch(server, settings):
    server.shell(f'''
for name, value in {{{settings}}}.items():
    env['ir.config_parameter'].set_param('outreach.esco_' + name, value)
env.cr.commit()
env.registry.signal_changes()  # the server keeps parameters in its memory
''')


def no_sideways(page):
    return page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')


def search_esco(office):
    page = office.page
    page.follow('/odoo/outreach-esco-lookup')
    office.field('text').locator('input').fill('Schweißer')
    office.button('action_search').click()


def test_look_up_and_add(desktop_page, esco):
    office = Office(desktop_page, 'leitung')
    page = office.page
    search_esco(office)
    rows = office.field('line_ids').locator('.o_data_row')
    expect(rows).to_have_count(1)
    office.button('action_more').click()
    expect(rows).to_have_count(2)
    rows.first.locator('td[name=is_picked]').click()
    expect(rows.first.locator('[name=is_picked] input')).to_be_checked()
    page.screenshot_to('esco-results')
    office.button('action_preview').click()
    preview = office.field('preview')
    expect(preview).to_contain_text('Metallkunde (Test)')
    page.screenshot_to('esco-preview')
    asked = len(esco.requests)
    office.button('action_add').click()
    office.button('action_open_added').click()
    expect(page.locator(ROW)).to_have_count(1)
    assert len(esco.requests) == asked
    page.mouse.move(700, 600)  # away from the heading, whose tooltip covers the row
    page.locator(ROW).locator('[name=name]').click()
    expect(office.field('skill_ids').locator('.o_data_row')).to_have_count(3)
    page.screenshot_to('occupation')
    assert not page.errors


def test_look_up_on_a_phone(phone_page, esco):
    office = Office(phone_page, 'leitung')
    page = office.page
    search_esco(office)
    card = office.field('line_ids').locator('.o_kanban_record:not(.o_kanban_ghost)').first
    card.locator('button[name=action_toggle]').click()
    expect(card.locator('.o_outreach_picked')).to_be_visible()
    assert no_sideways(page)
    page.screenshot_to('esco-results-phone')
    office.press_in_menu('action_preview')
    expect(office.field('preview')).to_contain_text('Metallkunde (Test)')
    assert no_sideways(page)
    page.screenshot_to('esco-preview-phone')
    assert not page.errors


def test_switched_off(desktop_page):
    """The page says so, and has no button to search with."""
    office = Office(desktop_page, 'leitung')
    desktop_page.follow('/odoo/outreach-esco-lookup')
    expect(desktop_page.locator('.o_form_view [name=off]')).to_be_visible()
    expect(office.button('action_search')).to_have_count(0)


def test_settings(desktop_page):
    office = Office(desktop_page, 'admin')
    page = office.page
    page.follow('/odoo/outreach-settings')
    box = page.locator('#outreach_esco')
    box.locator('[name=outreach_esco_enabled] input').check()
    expect(box.locator('[name=outreach_esco_url] input')).to_have_value('https://ec.europa.eu/esco/api')
    page.screenshot_to('esco-settings')
    box.locator('[name=outreach_esco_enabled] input').uncheck()
    assert not page.errors


@pytest.mark.parametrize('path', ['occupations', 'skills', 'industries'])
def test_officer_browses(desktop_page, path):
    """Read-only for officers: list, groups, form."""
    office = Office(desktop_page, 'wifoe')
    page = office.page
    office.open(f'/odoo/outreach-{path}', 'list')
    page.locator(ROW).first.wait_for()
    expect(page.locator('.o_list_button_add')).to_have_count(0)
    page.screenshot_to(f'catalogue-{path}')
    page.locator(ROW).first.locator('[name=name]').click()
    page.wait_for_selector('.o_form_view .o_form_readonly')
    page.screenshot_to(f'catalogue-{path}-form')
    model = {'occupations': 'outreach.occupation', 'skills': 'outreach.skill', 'industries': 'outreach.industry'}[path]
    labels = office.search_labels(model)
    group = {'occupations': 'group_area', 'skills': 'group_kind', 'industries': 'group_section'}[path]
    office.open(f'/odoo/outreach-{path}', 'list')
    page.click('.o_searchview_dropdown_toggler')
    page.locator('.o_group_by_menu .o_menu_item', has_text=re.compile(rf'^{re.escape(labels[group])}$')).click()
    page.wait_for_selector('.o_group_header')
    assert not page.errors


@pytest.mark.parametrize('path', ['occupations', 'skills', 'industries'])
def test_on_a_phone(phone_page, path):
    office = Office(phone_page, 'wifoe')
    page = office.page
    page.follow(f'/odoo/outreach-{path}')
    page.locator('.o_kanban_record:not(.o_kanban_ghost), .o_data_row').first.wait_for()
    assert no_sideways(page)
    page.screenshot_to(f'catalogue-{path}-phone')
    page.locator('.o_kanban_record:not(.o_kanban_ghost), .o_data_row').first.click()
    page.wait_for_selector('.o_form_view')
    assert no_sideways(page)
    page.screenshot_to(f'catalogue-{path}-form-phone')
    assert not page.errors


def test_groups_of_companies(desktop_page):
    """Sections of the classification as groups of companies, of the pipeline and of who is due."""
    office = Office(desktop_page, 'wifoe')
    page = office.page
    for path, model, group in (('outreach-companies', 'res.partner', None), ('outreach-due', 'outreach.due', 'group_section')):
        office.open(f'/odoo/{path}', 'list')
        label = (
            office.search_labels(model)[group]
            if group
            else office.rpc('res.partner', 'fields_get', ['outreach_section_id'], ['string'])['outreach_section_id']['string']
        )
        page.click('.o_searchview_dropdown_toggler')
        page.locator('.o_group_by_menu .o_menu_item', has_text=re.compile(rf'^{re.escape(label)}$')).click()
        page.wait_for_selector('.o_group_header')
    assert not page.errors


def test_change_of_industries(desktop_page):
    office = Office(desktop_page, 'leitung')
    page = office.page
    page.follow('/odoo/outreach-industries')
    page.follow('/odoo/outreach-industry-change')
    expect(page.locator('.o_field_widget[name=unknown_count]').first).to_be_visible()
    page.screenshot_to('industry-change')
    assert not page.errors
