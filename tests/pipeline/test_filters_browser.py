"""Filters and the outreach pipeline in a real browser: what is chosen is what is shown, and no money is."""

import re

import pytest
from office import Office
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures('server')

ROW = '.o_list_view .o_data_row'
CARD = '.o_kanban_record:not(.o_kanban_ghost)'
MONEY = re.compile(r'€|Umsatz|Wahrscheinlichkeit|Erwarteter Abschluss|MRR')
OPEN_BARRIER = ['state', 'in', ['open', 'in_work']]


@pytest.mark.parametrize(
    ('login', 'path', 'model', 'shown', 'name', 'added'),
    [
        (
            'leitung',
            'outreach-pipeline',
            'crm.lead',
            [['team_id.is_outreach', '=', True]],
            'outreach_joint',
            ['outreach_joint_visits', '>', 0],
        ),
        (
            'leitung',
            'outreach-demands',
            'outreach.demand',
            [['stage', 'not in', ['filled', 'closed']]],
            'from_portal',
            ['source', '=', 'portal'],
        ),
        ('leitung', 'outreach-promises', 'outreach.promise', [['state', '=', 'open']], 'overdue', ['date_deadline', '<', 'today']),
        (
            'jobcenter',
            'outreach-my-visits',
            'outreach.visit',
            [['user_ids', 'in', 'uid'], ['stage', 'in', ['planned', 'confirmed']]],
            'joint',
            ['is_joint', '=', True],
        ),
        ('jobcenter', 'outreach-barriers', 'outreach.barrier', [OPEN_BARRIER], 'overdue', ['date_until', '<', 'today']),
        (
            'wifoe',
            'outreach-referrals',
            'outreach.referral',
            [['state', 'in', ['pending', 'accepted']]],
            'pending',
            ['state', '=', 'pending'],
        ),
    ],
)
def test_filter_beside_the_default(new_page, login, path, model, shown, name, added):
    """As the web client joins them: fewer rows than the default shows, and those that both conditions find."""
    office = Office(new_page(language='de-DE'), login)
    page = office.page
    domain = [[field, operator, [office.context['uid']] if value == 'uid' else value] for field, operator, value in shown]
    before, after = (office.rpc(model, 'search_count', wanted) for wanted in (domain, [*domain, added]))
    assert after < before, 'precondition: there is something to see'
    labels = office.search_labels(model)
    page.follow(f'/odoo/{path}')
    page.locator('.o_list_view, .o_kanban_view').first.wait_for()
    if page.locator('.o_kanban_view').count():
        page.click('.o_switch_view.o_list')
    while page.locator('.o_searchview_facet .fa-layer-group, .o_searchview_facet .oi-group').count():
        page.locator('.o_searchview_facet:has(.oi-group) .o_facet_remove').click()
    expect(page.locator(ROW)).to_have_count(before)
    office.toggle_filter(labels[name])
    expect(page.locator(ROW)).to_have_count(after)
    assert not page.errors


def open_pipeline(office):
    office.open('/odoo/outreach-pipeline', 'kanban')
    office.page.locator(CARD).first.wait_for()


def test_pipeline(new_page, shoot):
    """Cards, list and pivot show place, positions, contacts and days instead of money."""
    office = Office(new_page(language='de-DE'), 'leitung')
    page = office.page
    fields = office.rpc('crm.lead', 'fields_get', [], ['string'])
    open_pipeline(office)
    content = page.locator('.o_action_manager')
    expect(content).not_to_contain_text(MONEY)
    expect(page.locator(CARD, has_text=re.compile('Tage in der Phase')).first).to_be_visible()
    shoot(page, 'pipeline')
    page.locator('.o-kanban-button-new').first.click()
    page.locator('.o_kanban_quick_create .o_field_widget[name=commercial_partner_id]').wait_for()
    expect(page.locator('.o_kanban_quick_create')).not_to_contain_text(MONEY)
    assert not page.locator('.o_kanban_quick_create [name=expected_revenue]').count()
    page.keyboard.press('Escape')

    page.click('.o_switch_view.o_list')
    head = page.locator('.o_list_view thead')
    head.wait_for()
    for name in (
        'outreach_municipality_id',
        'outreach_open_positions',
        'outreach_last_contact',
        'outreach_next_contact',
        'outreach_days_in_stage',
    ):
        expect(head.locator(f'th[data-name={name}]')).to_be_visible()
        expect(head.locator(f'th[data-name={name}]')).to_contain_text(fields[name]['string'])
    expect(content).not_to_contain_text(MONEY)
    shoot(page, 'pipeline-list')
    head.locator('th[data-name=outreach_days_in_stage]').click()
    page.wait_for_function('''() => {
        const days = [...document.querySelectorAll('.o_data_row td[name=outreach_days_in_stage]')].map((cell) => +cell.textContent);
        return days[0] < days.at(-1) && days.every((day, place) => !place || days[place - 1] <= day);
    }''')

    page.click('.o_switch_view.o_pivot')
    page.locator('.o_pivot table td').first.wait_for()
    expect(content).not_to_contain_text(MONEY)
    shoot(page, 'pipeline-pivot')
    page.click('.o_pivot_buttons .dropdown-toggle')
    page.locator('.o-dropdown--menu').first.wait_for()
    expect(page.locator('.o-dropdown--menu').first).to_contain_text(fields['outreach_days_in_stage']['string'])
    expect(page.locator('.o-dropdown--menu').first).not_to_contain_text(MONEY)
    shoot(page, 'pipeline-measures')
    page.keyboard.press('Escape')
    for view, drawn in (('graph', 'canvas'), ('calendar', '.fc-event'), ('activity', 'table, .o_view_nocontent')):
        page.click(f'.o_switch_view.o_{view}')
        page.locator(f'.o_{view}_view {drawn}').first.wait_for()
        page.locator('.o_loading_indicator').wait_for(state='detached')
        expect(content).not_to_contain_text(MONEY)
        shoot(page, f'pipeline-{view}')
    assert not page.errors


def test_lead_without_words_of_sales(new_page):
    """The bar of an outreach lead has the stages of outreach alone, in their order; nothing is sold, won or lost."""
    office = Office(new_page(language='de-DE'), 'leitung')
    page = office.page
    stages = office.rpc('crm.stage', 'search_read', [['team_ids.is_outreach', '=', True]], ['name', 'fold'], order='sequence, id')
    lead = office.rpc('crm.lead', 'search', [['team_id.is_outreach', '=', True], ['won_status', '=', 'pending']], limit=1)[0]
    office.open(f'/odoo/outreach-pipeline/{lead}')
    bar = page.locator('.o_field_widget[name=stage_id]')
    bar.locator('button').first.wait_for()
    shown = [text.strip() for text in bar.locator('button.o_arrow_button:visible').all_inner_texts()]
    ours = [stage['name'] for stage in stages]
    shown = [next((name for name in ours if text.startswith(name)), text) for text in shown if text and not text.startswith('...')]
    assert set(shown) <= set(ours)
    assert shown in ([name for name in ours if name in shown], [name for name in reversed(ours) if name in shown]), 'in their order'
    form = page.locator('.o_form_view')
    expect(form).to_contain_text('Nicht weiterverfolgen')
    expect(form).not_to_contain_text(re.compile('Verkauf|Vertrieb|Gewonnen|Verloren|Kampagne|Meeting'))
    expect(form).not_to_contain_text(MONEY)
    page.get_by_role('button', name='Nicht weiterverfolgen').click()
    dialog = page.locator('.modal')
    dialog.locator('button[name=action_lost_reason_apply]').wait_for()
    expect(dialog).not_to_contain_text(re.compile('erloren'))
    assert not page.errors


def test_contact_without_words_of_sales(new_page):
    """Core's form of a company of employer outreach: no sales, no purchase, no chances; hints of this country."""
    office = Office(new_page(language='de-DE'), 'leitung')
    page = office.page
    company = office.rpc('res.partner', 'search', [['outreach_company', '=', True], ['vat', '=', False]], limit=1)[0]
    page.goto(f'/odoo/contacts/{company}')
    page.locator('.o_form_view .o_form_sheet').wait_for()
    if page.locator('.o_outreach_company').count():
        page.goto(f'/odoo/outreach-companies/{company}')
        office.more('action_open_outreach_contact').click()
    form = page.locator('.o_form_view:not(.o_outreach_company)')
    form.wait_for()
    expect(form).not_to_contain_text(re.compile('Verkauf|Einkauf|Vertrieb|Meeting'))
    assert not form.locator('[placeholder*=BE0], [placeholder*=B2B]').count()
    assert not page.errors


def test_pipeline_on_a_phone(new_page, shoot):
    office = Office(new_page(phone=True, language='de-DE'), 'jobcenter')
    page = office.page
    open_pipeline(office)
    expect(page.locator('.o_action_manager')).not_to_contain_text(MONEY)
    shoot(page, 'phone-pipeline')
    page.locator(CARD).first.click()
    page.locator('.o_form_view .o_form_sheet').wait_for()
    expect(page.locator('.o_form_view')).not_to_contain_text(MONEY)
    shoot(page, 'phone-pipeline-lead')
    assert page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), 'no sideways scrolling'
    assert not page.errors
