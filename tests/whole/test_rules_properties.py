"""What the pure rules promise for every input, not only for the examples in their doctests."""

import doctest
import string
import time

import pytest
import rules
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rules import betriebsnummer, company_names, municipality, pipeline, register_entry


@pytest.mark.parametrize('name', rules.NAMES)
def test_doctests(name):
    assert doctest.testmod(rules.load(name)).failed == 0


# --- Betriebsnummer ---

seven_digits = st.builds('{:03}{:04}'.format, st.one_of(st.integers(1, 99), st.integers(111, 999)), st.integers(0, 9999))


@given(seven_digits, st.booleans())
def test_betriebsnummer_accepts_both_check_digits(first_seven, second):
    number = first_seven + betriebsnummer.check_digits(first_seven)[second]
    assert betriebsnummer.check_betriebsnummer(f' {number[:3]} {number[3:]}') == number


@given(seven_digits, st.integers(0, 6), st.integers(1, 9))
def test_betriebsnummer_finds_a_mistyped_digit(first_seven, position, shift):
    """One wrong digit is found, unless it moves the sum by 5: the price of two check digits."""
    number = first_seven + betriebsnummer.check_digits(first_seven)[0]
    digit = (int(number[position]) + shift) % 10
    mistyped = f"{number[:position]}{digit}{number[position + 1 :]}"
    assume(betriebsnummer.check_digits(mistyped[:7])[1] != number[7])
    with pytest.raises(betriebsnummer.InvalidBetriebsnummer):
        betriebsnummer.check_betriebsnummer(mistyped)


@given(st.text())
@example('２９７２０８６５')
def test_betriebsnummer_gives_eight_ascii_digits_or_a_reason(text):
    try:
        number = betriebsnummer.check_betriebsnummer(text)
    except betriebsnummer.InvalidBetriebsnummer as error:
        assert error.reason in ('empty', 'characters', 'length', 'range', 'check_digit')
    else:
        assert len(number) == 8 and number.isascii() and number.isdigit()
        assert betriebsnummer.check_betriebsnummer(number) == number


# --- Register entries and quoting ---

numbers = st.builds(
    lambda digits, suffix: f"{digits} {suffix}".strip(),
    st.integers(1, 999999),
    # behind a number, a kind is no suffix
    st.text(string.ascii_uppercase + 'ÄÖÜ', max_size=3).filter(lambda suffix: suffix not in map(str.upper, (*register_entry.KINDS, 'AG'))),
)


@given(st.sampled_from(['Osnabrück', 'Bad Oeynhausen', 'Frankfurt am Main']), st.sampled_from(register_entry.KINDS), numbers)
def test_register_entry_is_stable(court, kind, number):
    entry = register_entry.normalise_register(f"Amtsgericht {court}", kind.lower(), f"00{number}")
    assert entry == (court, kind, number)
    assert register_entry.normalise_register(*entry) == entry
    assert register_entry.parse_register_entry(str(entry)) == entry
    assert register_entry.parse_register_entry(f"{kind} {number}, AG {court}") == entry


@given(st.text(), st.text(), st.text())
def test_register_entry_gives_a_kind_or_a_reason(court, kind, number):
    try:
        entry = register_entry.normalise_register(court, kind, number)
    except register_entry.InvalidRegisterEntry as error:
        assert error.reason in ('court', 'kind', 'number', 'kind_mismatch')
    else:
        assert entry.kind in register_entry.KINDS
        assert register_entry.normalise_register(*entry) == entry


quoted = st.text(st.sampled_from('ab &."„“ \t'), max_size=12)


@given(quoted)
@example('"' * 3)
def test_undo_quoting_is_idempotent_and_changes_quotes_and_blanks_only(name):
    undone = register_entry.undo_quoting(name)
    assert register_entry.undo_quoting(undone) == undone
    letters = [character for character in name if character not in '"„“ \t']
    assert [character for character in undone if character not in '" '] == letters


@given(st.text(st.sampled_from('ab &.'), min_size=1, max_size=12))
def test_undo_quoting_undoes_a_csv_field(name):
    plain = register_entry.undo_quoting(name)
    assume(plain)
    for value in (plain, f'Verein "{plain}" e.V.'):
        field = '"' + value.replace('"', '""') + '"'
        assert register_entry.undo_quoting(field) == value


# --- Municipality ---

ROWS = [
    ('melle', 'Melle', 'Melle, Stadt', '03459024', '49324 49326 49328'),
    ('ankum', 'Ankum', 'Ankum', '03459002', '49577'),
    ('eggermuehlen', 'Eggermühlen', 'Eggermühlen', '03459016', '49577'),
    ('kettenkamp', 'Kettenkamp', 'Kettenkamp', '03459023', '49577'),
    ('hagen', 'Hagen am Teutoburger Wald', 'Hagen am Teutoburger Wald', '03459020', '49170'),
    ('dissen', 'Dissen am Teutoburger Wald', 'Dissen am Teutoburger Wald, Stadt', '03459015', '49201'),
]
DIRECTORY = municipality.Directory(ROWS, counties=['Osnabrück'])
places = st.one_of(
    st.sampled_from([row[1] for row in ROWS] + ['Hagen', 'Hagen a.T.W.', 'Melle-Buer', 'Osnabrück', '']), st.text(max_size=20)
)
postcodes = st.one_of(st.sampled_from(['49577', '49324', '49170', '49074', '', 'Lotter']), st.integers(0, 99999).map('{:05}'.format))


@given(postcodes, places, st.one_of(st.none(), st.sampled_from(['03459024', '03404000', 'x'])))
def test_municipality_has_a_key_exactly_when_assigned(postcode, place, ags):
    key, status = municipality.resolve(postcode, place, ags, DIRECTORY)
    assert status in ('assigned', 'to_assign', 'outside')
    assert (key is not None) == (status == 'assigned')


@given(st.sampled_from(ROWS), postcodes, places)
def test_municipality_ags_decides(row, postcode, place):
    assert municipality.resolve(postcode, place, row[3], DIRECTORY) == (row[0], 'assigned')


SPELLINGS = [
    str,
    str.lower,
    str.upper,
    "  {} ".format,
    "{}, Stadt".format,
    "Gemeinde {}".format,
    "{} b. Osnabrück".format,
    lambda name: name.replace('ü', 'ue'),
    lambda name: name.replace('ü', 'u'),
    lambda name: name.replace('am Teutoburger Wald', 'a. T. W.'),
]


@given(st.sampled_from(ROWS), st.data(), st.sampled_from(SPELLINGS))
def test_municipality_is_found_however_it_is_spelt(row, data, spelling):
    postcode = data.draw(st.sampled_from(row[4].split()))
    assert municipality.resolve(postcode, spelling(row[1]), None, DIRECTORY) == (row[0], 'assigned')
    assert municipality.resolve(None, spelling(row[1]), None, DIRECTORY) == (row[0], 'assigned')


ELSEWHERE = municipality.Directory(
    [
        ('weiden', 'Weiden i.d.OPf.', 'Weiden i.d.OPf.', '09363000', '92637'),
        ('lingen', 'Lingen (Ems)', 'Lingen (Ems), Stadt', '03454032', '49808'),
        ('neustadt', 'Neustadt an der Weinstraße', 'Neustadt an der Weinstraße, kreisfreie Stadt', '07316000', '67433'),
        ('muehlhausen', 'Mühlhausen im Täle', 'Mühlhausen im Täle', '08117037', '73347'),
        ('aisch', 'Uehlfeld', 'Uehlfeld, M', '09575167', '91486'),
    ],
    counties=['Neustadt a.d.Aisch-Bad Windsheim', 'Emsland'],
)


@pytest.mark.parametrize(
    ('place', 'key'),
    [
        ('Weiden in der Oberpfalz', 'weiden'),
        ('Weiden i.d.OPf', 'weiden'),
        ('WEIDEN I. D. OPF.', 'weiden'),
        ('Lingen', None),
        ('Lingen/Ems', 'lingen'),
        ('Lingen a. d. Ems', 'lingen'),
        ('Stadt Lingen (Ems)', 'lingen'),
        ('Lingen a.T.W.', None),
        ('Neustadt a.d.W.', 'neustadt'),
        ('Neustadt an der Weinstr.', 'neustadt'),
        ('Neustadt an der Aisch', None),
        ('Neustadt', None),
        ('Muhlhausen i.T.', 'muehlhausen'),
        ('Mühlhausen', None),
        ('Uehlfeld, Markt', None),
        ('Uehlfeld (Lkr. Neustadt a.d.Aisch-Bad Windsheim)', 'aisch'),
    ],
)
def test_municipality_of_other_counties(place, key):
    """The full name is enough, however its supplement is shortened; the name without it is not."""
    assert municipality.resolve('', place, '', ELSEWHERE).key == key


@given(st.sampled_from(ROWS), places)
def test_municipality_with_a_postcode_of_the_county_is_one_that_it_serves(row, place):
    for postcode in row[4].split():
        key, status = municipality.resolve(postcode, place, None, DIRECTORY)
        assert status != 'outside'
        assert key is None or key in DIRECTORY.by_postcode[postcode]


def test_municipality_is_fast():
    """10,000 rows with 10,000 different places take less than a second of the processor."""
    start = time.process_time()
    for number in range(10_000):
        municipality.resolve('49577', f'Ankum-Ortsteil {number}', '', DIRECTORY)
    assert time.process_time() - start < 1


degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(degrees, degrees)
def test_distance_is_symmetric_and_at_most_half_the_way_round(a, b):
    distance = municipality.haversine_km(*a, *b)
    assert 0 <= distance <= 20_016
    assert distance == pytest.approx(municipality.haversine_km(*b, *a))


# --- Pipeline ---

stages = st.lists(st.tuples(st.integers(0, 50), st.one_of(st.none(), st.sampled_from(pipeline.MILESTONES))), max_size=10).map(
    lambda pairs: [(number, sequence, milestone) for number, (sequence, milestone) in enumerate(pairs)]
)


@given(stages, st.sampled_from(pipeline.MILESTONES), st.data())
def test_pipeline_never_moves_back(order, reached, data):
    current = data.draw(st.sampled_from([None, 'elsewhere', *(stage for stage, _sequence, _milestone in order)]))
    target = pipeline.advance(current, reached, order)
    if target is None:
        return
    sequences = {stage: sequence for stage, sequence, _milestone in order}
    milestones = {stage: milestone for stage, _sequence, milestone in order}
    rank = pipeline.MILESTONES.index
    assert rank(milestones[target]) <= rank(reached)
    assert current is None or sequences[target] >= sequences[current]
    # Reaching it again changes nothing.
    assert pipeline.advance(target, reached, order) is None


@given(st.lists(st.sampled_from(pipeline.MILESTONES)))
def test_pipeline_ends_at_the_furthest_milestone_in_whatever_order_they_come(events):
    order = [(milestone, 10 * position, milestone) for position, milestone in enumerate(pipeline.MILESTONES)]
    current = 'identified'
    for reached in events:
        current = pipeline.advance(current, reached, order) or current
    assert current == max(['identified', *events], key=pipeline.MILESTONES.index)


# --- Company names ---

words = st.sampled_from(['Metallbau', 'Metalbau', 'Schulte', 'Schürmann', 'Müller', 'Mueller', 'Tischlerei', 'Hof', 'GmbH', '& Co. KG'])
names = st.one_of(st.lists(words, max_size=5).map(' '.join), st.text(max_size=20))


@given(names)
def test_match_key_is_stable_under_case_blanks_and_quotes(name):
    key = company_names.match_key(name)
    assert company_names.match_key(f'  "{name}"  ') == key


LEGAL_FORMS = [
    'GmbH',
    'gGmbH',
    'mbH',
    'UG (haftungsbeschränkt)',
    'e.V.',
    'eG',
    'GmbH & Co. KG',
    'AG',
    'OHG',
    'Gesellschaft mit beschränkter Haftung',
]


@given(
    st.lists(words.filter(lambda word: word[0] not in 'G&'), min_size=1, max_size=5).map(' '.join),
    st.lists(st.sampled_from(LEGAL_FORMS), max_size=2),
)
def test_match_key_does_not_depend_on_the_legal_form(name, forms):
    assert company_names.match_key(' '.join([name, *forms])) == company_names.match_key(name)


@given(names, names)
def test_similarity_is_symmetric_and_within_bounds(a, b):
    similarity = company_names.similar(a, b)
    assert 0 <= similarity <= 1
    assert similarity == company_names.similar(b, a)
    if company_names.match_key(a) == company_names.match_key(b) and company_names.trigrams(company_names.match_key(a)):
        assert similarity == 1


@given(st.lists(names, max_size=15), st.lists(names, max_size=5), names, st.sampled_from([0.3, 0.5, 0.7, 0.9, 1.0]))
def test_name_index_misses_nothing(known, added, name, threshold):
    index = company_names.NameIndex([(number, 'Melle', other) for number, other in enumerate(known)], threshold)
    for number, other in enumerate(added, start=len(known)):
        index.add(number, 'Melle', other)
    expected = {number for number, other in enumerate(known + added) if company_names.similar(name, other) >= threshold}
    assert {number for number, _similarity in index.find('Melle', name)} == expected
    assert index.find('Belm', name) == []
