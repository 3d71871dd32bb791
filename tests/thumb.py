"""A thumb on a phone: what it taps and types is counted, and each screen on the way is checked."""

import math
import time

from office import ADDON
from playwright.sync_api import expect

COMPANY = 'Probehof Fernblick Muster GmbH'
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
