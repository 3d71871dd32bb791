"""What the rules about demands promise for every input, not only for the examples in their doctests."""

from datetime import date

import rules
from hypothesis import given
from hypothesis import strategies as st

rule = rules.load('demand_rule')
titles = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ['Schweißer', 'schweisser', 'Schweißerin', 'WIG', '(m/w/d)', 'für', 'das', 'Lager', 'Koch', 'Köche', '2', '/innen', '-']
        ),
        max_size=5,
    ).map(' '.join),
)


@given(titles, titles)
def test_similarity_is_a_share_and_has_no_order(one, other):
    found = rule.title_similarity(one, other)
    assert 0 <= found <= 1
    assert found == rule.title_similarity(other, one)


@given(titles)
def test_a_title_is_like_itself_unless_it_says_nothing(title):
    assert rule.title_similarity(title, title) == bool(rule.title_words(title))
    assert rule.title_words(title.upper()) == rule.title_words(title.upper().lower())


@given(titles, st.sampled_from(['(m/w/d)', 'gesucht', 'ab sofort', '3', '!']))
def test_fillers_change_nothing(title, filler):
    assert rule.title_words(f'{title} {filler}') == rule.title_words(title)


days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(days, st.integers(0, 60), days)
def test_next_start_is_to_come_and_the_first_one(start, months, today):
    found = rule.next_start(start, months, today)
    if not months:
        assert found == (start if start >= today else None)
        return
    assert found >= today
    assert found > start
    behind = (found.year - start.year) * 12 + found.month - start.month
    assert behind % months == 0
    assert found.day == start.day or (found.day >= 28 and start.day > found.day)
    assert behind == months or rule.relativedelta(found, today).months + 12 * rule.relativedelta(found, today).years <= months
