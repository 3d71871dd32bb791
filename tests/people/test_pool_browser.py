"""Pools and figures at work: the job centre keeps a pool by rule and by hand, economic development sees its figure only."""

import re

from office import Office
from playwright.sync_api import expect

POOL = 'Lager und Produktion, sofort'


def test_job_centre_keeps_a_pool(desktop_page, shoot):
    office = Office(desktop_page, 'jobcenter')
    office.open('/odoo/outreach-pools/new')
    office.fill('name', 'Nachtschicht im Lager')
    office.choose('occupation_ids', 'Lager', typed='513')
    office.field('language_level').locator('select, input').first.wait_for()
    office.save()
    counter = desktop_page.locator('button[name=action_view_candidates] .o_stat_value')
    expect(counter).not_to_have_text('0')
    before = int(counter.inner_text())
    shoot(desktop_page, 'pool-rule')
    # one more by hand, one less
    office.button('action_add_candidates').click()
    outside = desktop_page.locator('.o_list_view .o_data_row:has(button[name=action_add_to_pool])')
    outside.first.wait_for()
    many = outside.count()
    shoot(desktop_page, 'pool-add')
    desktop_page.mouse.move(700, 700)  # away from the heading, whose tooltip covers the row
    outside.first.locator('button[name=action_add_to_pool]').click()
    expect(outside).to_have_count(many - 1)
    desktop_page.go_back()
    expect(counter).to_have_text(str(before + 1))
    counter.click()
    inside = desktop_page.locator('.o_list_view .o_data_row')
    expect(inside).to_have_count(before + 1)
    desktop_page.mouse.move(700, 700)
    inside.first.locator('button[name=action_remove_from_pool]').click()
    expect(inside).to_have_count(before)
    assert not desktop_page.errors


def test_economic_development_sees_the_figure(desktop_page, shoot):
    office = Office(desktop_page, 'wifoe')
    pool = office.read('outreach.pool', [['name', '=', POOL]], ['name'])[0]['id']
    office.open(f'/odoo/outreach-pools/{pool}')
    expect(desktop_page.locator('button[name=action_view_candidates], [name=member_ids], [name=candidate_count]')).to_have_count(0)
    expect(office.field('published_count')).to_be_hidden()
    office.button('action_ask').click()
    expect(office.field('published_count')).to_have_text(re.compile(r'etwa|about|keine Angabe|not shown'))
    shoot(desktop_page, 'pool-figure')
    office.open('/odoo/outreach-pools', 'list')
    shoot(desktop_page, 'pool-list-figures')
    # supply and demand, published
    desktop_page.follow('/odoo/outreach-supply-figures')
    desktop_page.locator('.o_form_view input[type=radio][data-value=occupation]').check()
    desktop_page.locator('.o_form_view button[name=action_show]').click()
    expect(desktop_page.locator('.o_list_view .o_data_row')).not_to_have_count(0)
    shoot(desktop_page, 'supply-figures')
    desktop_page.follow('/odoo/outreach-county-map')
    desktop_page.locator('button[data-measure=supply]').click()
    expect(desktop_page.locator('.o_outreach_county_map_candidates').first).to_be_visible()
    shoot(desktop_page, 'supply-map-figures')
    assert not desktop_page.errors


def test_supply_and_demand(desktop_page, shoot):
    office = Office(desktop_page, 'jobcenter')
    desktop_page.follow('/odoo/outreach-supply')
    expect(desktop_page.locator('.o_pivot table')).to_be_visible()
    shoot(desktop_page, 'supply-pivot')
    desktop_page.locator('.o_switch_view.o_graph').click()
    desktop_page.locator('.o_graph_view canvas').wait_for()
    shoot(desktop_page, 'supply-graph')
    desktop_page.follow('/odoo/outreach-county-map')
    desktop_page.locator('button[data-measure=supply]').click()
    expect(desktop_page.locator('.o_outreach_county_map_candidates').first).to_have_text(re.compile(r'^\d+$'))
    shoot(desktop_page, 'supply-map')
    assert office.rpc('outreach.supply', 'search_count', []) > 0
    assert not desktop_page.errors


def test_on_a_phone(phone_page, shoot):
    office = Office(phone_page, 'jobcenter')
    pool = office.read('outreach.pool', [['name', '=', POOL]], ['name'])[0]['id']
    office.open(f'/odoo/outreach-pools/{pool}')
    shoot(phone_page, 'pool-phone')
    assert phone_page.evaluate('document.documentElement.scrollWidth') <= 390
    phone_page.follow('/odoo/outreach-pools')
    phone_page.locator('.o_kanban_record', has_text=POOL).wait_for()
    shoot(phone_page, 'pools-phone')
    assert not phone_page.errors
