"""The report of a typical visit, from the car park: how long it takes, how often one taps, what one types.

    script/test tests/visit/test_phone_report.py -s    # prints the figures

The seconds are the program's own, plus a person's pace for each tap, swipe and character.
"""

from office import Office
from playwright.sync_api import expect
from thumb import COMPANY, Thumb, plan_visit

DEMAND = 'Mechatroniker'
POSITIONS = '2'
# Questions of a first visit, answered by choosing.
ANSWERS = {'staff_need': '1_2', 'minimum_german': '2_a2'}
MAX_TAPS = 20
MAX_SECONDS = 90


def show(thumb, office, name, tab):
    """Go where a field of the form is; on its own page of a notebook that takes a tap."""
    field = office.field(name)
    if not field.is_visible():
        thumb.tap(thumb.page.locator(f'.o_notebook a.nav-link[name="{tab}"]'))
    field.wait_for()
    return field


def press(thumb, office, name):
    """Press a button of the form's head; most are in a menu on a phone."""
    button = office.button(name, inside='body')
    if not button.count():
        thumb.tap(office.menu)
        office.wait_for_sheet()
    thumb.tap(button)


def test_report_in_the_car_park(new_page, capsys):
    office = Office(new_page(phone=True, language='de-DE'), 'wifoe')
    page = office.page
    visit = plan_visit(office)
    page.goto('/odoo/outreach-my-visits')  # the first time, Odoo puts its scripts together
    page.locator('.o_kanban_view').wait_for()

    page.goto('/odoo/outreach-my-visits')
    thumb = Thumb(page, 'phone-report')
    card = page.locator('.o_kanban_record', has_text=COMPANY)
    card.wait_for()
    thumb.look()
    thumb.tap(card)
    page.locator('.o_form_view .o_form_sheet').wait_for()
    thumb.look()

    thumb.tap(show(thumb, office, 'demand_ids', 'demands').locator('.o-kanban-button-new').first)
    thumb.type(office.field('name', inside='.modal').locator('input, textarea').first, DEMAND)
    thumb.type(office.field('positions', inside='.modal').locator('input').first, POSITIONS)
    thumb.look()
    thumb.tap(page.locator('.modal .o_form_button_save').first)
    page.locator('.modal').wait_for(state='detached')
    thumb.look()

    result = show(thumb, office, 'result', 'report').locator('input[data-value=demand_recorded]')
    thumb.tap(result)
    expect(result).to_be_checked()
    questions = office.field('report_properties')
    for question, answer in ANSWERS.items():
        thumb.choose(questions.locator(f'[property-name="{question}"] select'), answer)
    thumb.look()
    press(thumb, office, 'action_done')
    office.stage('done')
    seconds, script_seconds = thumb.seconds, thumb.script_seconds
    thumb.look()

    (done,) = office.read('outreach.visit', [['id', '=', visit]], ['stage', 'result', 'report_properties'])
    assert (done['stage'], done['result']) == ('done', 'demand_recorded')
    assert {prop['name']: prop['value'] for prop in done['report_properties'] if prop['name'] in ANSWERS} == ANSWERS
    (demand,) = office.read('outreach.demand', [['visit_id', '=', visit]], ['name', 'positions'])
    assert (demand['name'], demand['positions']) == (DEMAND, int(POSITIONS))
    assert thumb.typed == [DEMAND, POSITIONS]
    with capsys.disabled():
        print(
            f'\nphone report: {thumb.taps} taps, {thumb.swipes} swipes, {len("".join(thumb.typed))} characters, '
            f'{seconds:.0f} s at a person\'s pace, {script_seconds:.0f} s of them the program\'s own'
        )
    assert thumb.taps <= MAX_TAPS
    assert seconds <= MAX_SECONDS
    assert not page.errors
