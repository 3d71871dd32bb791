"""The report of a typical visit, from the car park: how long it takes, how often one taps, what one types.

    script/test tests/test_phone_report.py -s    # prints the figures

The seconds are the program's own, plus a person's pace for each tap, swipe and character.
"""

import math
import time

import pytest
from office import ADDON, Office
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import expect

COMPANY = 'Probehof Fernblick Muster GmbH'
DEMAND = 'Mechatroniker'
POSITIONS = '2'
# Questions of a first visit, answered by choosing.
ANSWERS = {'staff_need': '1_2', 'minimum_german': '2_a2'}
MAX_TAPS = 20
MAX_SECONDS = 90
# A practised adult on a phone, rounded up: one tap or swipe a second, 36 words of 5 letters a minute.
SECONDS_PER_TAP = 1.0
SECONDS_PER_CHARACTER = 0.33


class Thumb:
    """Taps and types on a phone, counts both, and checks each screen on the way."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.taps, self.swipes, self.steps, self.typed = 0, 0, 0, []
        self.began = time.monotonic()

    def tap(self, locator, **kwargs):
        self.reach(locator)
        locator.tap(**kwargs)
        self.taps += 1

    def reach(self, locator):
        """Count a swipe for each screen that lies between here and there."""
        box, height = locator.bounding_box(), self.page.viewport_size['height']
        beyond = max(box['y'] + box['height'] - height, -box['y'], 0) if box else 0
        self.swipes += math.ceil(beyond / height)

    def choose(self, locator, value):
        """Choose in a list of the phone's own: one tap opens it, one chooses."""
        self.reach(locator)
        locator.select_option(value)
        self.taps += 2

    def type(self, locator, text):
        """Tap into a field and type over what stands there, which Odoo selects."""
        self.tap(locator)
        locator.press('ControlOrMeta+a')
        self.page.keyboard.type(text)
        expect(locator).to_have_value(text)
        self.typed.append(text)

    def look(self):
        """Nothing may need pushing to and fro; a screenshot for whoever wants to see it."""
        page = self.page
        expect(page.locator('.o_loading_indicator')).to_have_count(0)
        self.steps += 1
        page.screenshot_to(f'{self.name}-{self.steps}')
        widths = page.evaluate(
            """[document.documentElement, ...document.querySelectorAll('.o_content, .o_form_sheet, .modal-body')]
                .filter(element => element.offsetParent || element === document.documentElement)
                .map(element => [element.className || element.tagName, element.scrollWidth])"""
        )
        too_wide = [entry for entry in widths if entry[1] > page.evaluate('window.innerWidth')]
        assert not too_wide, f'step {self.steps} has to be pushed to and fro: {too_wide}'

    @property
    def script_seconds(self):
        return time.monotonic() - self.began

    @property
    def seconds(self):
        """What a person needs: the program's own time, and a person's for each tap, swipe and character."""
        thumb = (self.taps + self.swipes) * SECONDS_PER_TAP
        return self.script_seconds + thumb + len(''.join(self.typed)) * SECONDS_PER_CHARACTER


def plan_visit(office):
    """A planned first visit of this hour at a company that nobody else visits."""
    company = office.rpc('res.partner', 'create', [{'name': COMPANY, 'is_company': True, 'city': 'Melle', 'zip': '49324'}])
    _model, kind = office.rpc('ir.model.data', 'check_object_reference', ADDON, 'visit_kind_first')
    (visit,) = office.rpc('outreach.visit', 'create', [{'partner_id': company[0], 'kind_id': kind}])
    (planned,) = office.read('outreach.visit', [['id', '=', visit]], ['stage', 'user_ids'])
    assert planned['stage'] == 'planned'
    assert planned['user_ids']
    return visit


def show(thumb, office, name, tab):
    """Go where a field of the form is; on its own page of a notebook that takes a tap."""
    field = office.field(name)
    if not field.is_visible():
        thumb.tap(thumb.page.locator(f'.o_notebook a.nav-link[name="{tab}"]'))
    field.wait_for()
    return field


def press(thumb, office, name):
    """Press a button of the form's head; most are in a menu on a phone."""
    for _attempt in range(5):
        button = office.button(name, inside='body')
        if not button.count():
            thumb.tap(thumb.page.locator('.o_statusbar_buttons .dropdown-toggle').first)
        try:
            return thumb.tap(button, timeout=6000)
        except PlaywrightTimeoutError:  # a form that was drawn anew closes the menu
            continue
    pytest.fail(f'the button {name} cannot be pressed')


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
