"""An employer's way from the landing page to a new demand, by clicking."""

import re

import pytest
from playwright.sync_api import expect

TITLE = 'Schweißerin oder Schweißer im Portal'


@pytest.mark.parametrize('phone', [False, True], ids=['desktop', 'phone'])
def test_a_demand_from_the_landing_page(new_page, phone):
    page = new_page(phone=phone, language='de-DE')
    page.log_in('betrieb')
    page.goto('/my/home')
    card = page.locator("a[href='/my/outreach']")
    expect(card).to_be_visible()  # core shows cards only when they have counted something
    expect(card).to_contain_text(re.compile(r'[1-9]'))
    card.click()
    page.locator("a[href^='/my/outreach/demands/new']").first.click()
    form = page.locator("form.o_outreach_demand_form, form:has(#demand_name)").first
    form.locator('#demand_name').fill(TITLE)
    form.get_by_role('button', name='Senden').click()
    page.wait_for_url(re.compile('message=created'))
    expect(page.locator('#wrap')).to_contain_text(TITLE)
    page.go_back()
    expect(page.locator('#demand_name')).to_be_visible()
