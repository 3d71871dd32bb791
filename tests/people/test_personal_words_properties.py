"""What the rule about notes promises: it finds what has a form, disturbs nobody without a reason, and forgets nothing."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from rules import personal_words

TODAY = date(2026, 12, 1)
texts = st.text(max_size=200)
EVERYDAY = """
der Betrieb sucht zwei Leute für die Frühschicht in Halle 3 ab 14,50 Euro und 20 Stunden mit Bus 610 aus Bramsche 49565 A2 B1
Führerschein CE Kita fehlt Rückruf vereinbart am 03.02.2026 um 9.30 Uhr WZ 25.11 KldB 24422 Betriebsnummer 12345678
"""
words = st.lists(st.sampled_from(EVERYDAY.split()), max_size=30).map(' '.join)
capitalised = st.from_regex(r'[A-ZÄÖÜ][a-zäöü]{1,12}', fullmatch=True)


def find(text):
    return personal_words.find(text, TODAY)


@given(texts)
def test_any_text_has_an_answer(text):
    found = find(text)
    assert list(found) == [kind for kind in personal_words.KINDS if kind in found]


@given(texts, texts)
def test_nothing_is_forgotten_when_more_is_typed(first, second):
    assert set(find(first)) | set(find(second)) <= set(find(f'{first}\n{second}'))


@given(words)
def test_everyday_reports_are_left_alone(text):
    assert find(text) == ()


@given(words, st.sampled_from(["Herr", "Herrn", "Frau", "Frau Dr."]), capitalised)
def test_a_name_with_its_title(text, title, name):
    assert 'name' in find(f'{text} {title} {name} {text}')


@given(words, st.emails())
def test_an_address(text, address):
    local, _, domain = address.partition('@')
    assert ('email' in find(f'{text} {address}')) or not local[-1].isalnum() or '[' in domain


@given(words, st.integers(30, 9999), st.integers(10_000, 99_999_999), st.sampled_from([' ', '/', '-', ' / ', '']))
def test_a_telephone(text, area, number, between):
    assert 'phone' in find(f'{text} 0{area}{between}{number} {text}')
    assert 'phone' in find(f'{text}\n+49 {area}{between}{number}\n{text}')


@given(words, st.dates(date(1930, 1, 1), date(2011, 12, 31)))
def test_a_date_of_birth(text, day):
    for written in (day.isoformat(), f'{day:%d.%m.%Y}', f'{day.day}. {day.month}. {day.year}'):
        assert 'birth_date' in find(f'{text} {written} {text}')


@given(words, st.dates(date(2015, 1, 1), date(2040, 12, 31)))
def test_an_appointment_is_no_birthday(text, day):
    assert find(f'{text} {day:%d.%m.%Y} {text}') == ()


@given(words, st.sampled_from(["Depression", "DEPRESSIVE Phase", "Epilepsie", "psychisch belastet", "GdB 50", "schwanger", "Angststörung"]))
def test_health(text, word):
    assert 'health' in find(f'{text}, {word}, {text}')
