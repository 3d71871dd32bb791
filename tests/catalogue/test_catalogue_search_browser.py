"""What an officer types in the form of a demand, and why the list below says it was found."""

import pytest
from office import Office
from playwright.sync_api import expect

expect.set_options(timeout=30_000)

NAME = 'Schweißer/Schweißerin'


@pytest.fixture
def welder(new_page):
    """An ESCO occupation below the shipped KldB one, with a label; the manager enters it. Returns its id."""
    office = Office(new_page(), 'leitung')
    found = office.read('outreach.occupation', [('code', '=', '7212.3'), ('scheme', '=', 'esco')], ['id'])
    if found:
        return found[0]['id']
    parent = office.read('outreach.occupation', [('code', '=', '24422')], ['id'])[0]['id']
    return office.rpc(
        'outreach.occupation',
        'create',
        {
            'scheme': 'esco',
            'code': '7212.3',
            'uri': 'http://example.org/7212.3',
            'name': NAME,
            'parent_id': parent,
            'label_ids': [(0, 0, {'name': 'Orbital-Schweißerin'})],
        },
    )


def test_typed_and_found(new_page, welder, shoot):
    office = Office(new_page(language='de-DE'), 'wifoe')
    page = office.page
    office.open('/odoo/outreach-demands/new')
    with page.expect_response(lambda answer: '"Schweisser Orbital"' in (answer.request.post_data or '')):
        office.field('occupation_id').locator('input').first.press_sequentially('Schweisser Orbital')
    first = page.locator('.o-autocomplete--dropdown-item').first
    expect(first).to_contain_text(NAME)
    expect(first.locator('.text-muted')).to_contain_text('24422')
    expect(first.locator('.text-muted')).to_contain_text('Orbital-Schweißerin')
    shoot(page, 'search-occupation')
    # with the keyboard alone; the field shows the plain name
    office.field('occupation_id').locator('input').first.press('Enter')
    expect(office.field('occupation_id').locator('input').first).to_have_value(NAME)
    assert not page.errors


def test_on_a_phone(new_page, welder, shoot):
    office = Office(new_page(phone=True, language='de-DE'), 'wifoe')
    page = office.page
    office.open('/odoo/outreach-demands/new')
    office.field('occupation_id').locator('input').first.click()
    page.locator('.modal .o_control_panel button:has(.fa-search)').first.click()
    office.search_default('Schweisser Orbital', inside='.modal')
    card = page.locator('.modal .o_kanban_record', has_text=NAME)
    expect(card).to_have_count(1)
    assert page.evaluate('document.documentElement.scrollWidth') <= 390
    shoot(page, 'phone-search-occupation')
    card.click()
    expect(office.field('occupation_id').locator('input').first).to_have_value(NAME)
    assert not page.errors
