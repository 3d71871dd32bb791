"""What holds for every row of a file out of the case system."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules import load

rule = load('candidate_row')
columns = load('candidate_columns')
TODAY = date(2026, 11, 23)
NAMES = st.text(string.ascii_letters + 'äöüßÄÖÜ', min_size=5, max_size=20)


@given(st.dictionaries(st.sampled_from([column.target for column in columns.COLUMNS]), st.text(max_size=40)))
def test_any_cells_are_understood_or_named(cells):
    values, problems = rule.parse(cells, TODAY)
    assert 'birth' not in values
    assert all(columns.COLUMNS.get(problem.target) for problem in problems)
    if any(problem.rejects for problem in problems):
        return
    assert rule.is_reference(values['reference'])


@given(NAMES, NAMES)
def test_no_name_is_a_case_file(first, last):
    for text in (f'{first} {last}', f'{last}, {first}', last, f'{last}1'):
        assert not rule.is_reference(text)
        values, problems = rule.parse({'reference': text}, TODAY)
        assert not values
        assert text not in str(problems)


@given(st.dates(date(1926, 1, 1), date(2011, 12, 31)))
def test_birth_becomes_a_band_and_nothing_else(born):
    values, _problems = rule.parse({'reference': 'BG 1', 'birth': born.strftime('%d.%m.%Y')}, TODAY)
    assert set(values) <= {'reference', 'age_band'}
    if 'age_band' in values:
        low = int(values['age_band'][:2])
        age = TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))
        assert age >= low or (low == 15 and age == 14)


@given(st.lists(st.tuples(st.text(string.ascii_letters + ' ', min_size=1, max_size=9), st.sampled_from(['', '1', '4']))))
def test_items_come_back(pairs):
    pairs = [(key.strip(), level) for key, level in pairs if key.strip()]
    text = ' | '.join(f'{key}:{level}' if level else key for key, level in pairs)
    assert [(item.key, ''.join(item.details)) for item in load('candidate_cells').items(text)] == pairs


@pytest.mark.parametrize('header', ['Nachname', 'Vorname', 'Straße', 'E-Mail', 'Telefon', 'Geschlecht', 'Diagnose'])
def test_personal_columns_are_seen(header):
    assert columns.COLUMNS.target_of(header) is None
    assert columns.is_personal(header)
