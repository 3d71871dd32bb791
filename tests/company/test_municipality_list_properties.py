"""What reading the official list of municipalities promises for every list, encoding and damage."""

import csv
import importlib.util
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rules import company_file, municipality_changes, municipality_list
from rules import municipality as municipality_rule

_SPEC = importlib.util.spec_from_file_location(
    'municipality_files', Path(__file__).resolve().parents[2] / 'maßarbeit_outreach/tests/company/municipality_files.py'
)
files = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(files)

ENCODINGS = ('utf-8', 'utf-8-sig', 'latin-1', 'cp850')
names = (
    st.text(st.sampled_from('abcdefghijklmnopqrstuvwxyzäöüßÄÖÜ -'), min_size=1, max_size=30)
    .map(str.strip)
    .filter(lambda name: name and '  ' not in name)
)
postcodes = st.integers(1067, 99998).map('{:05}'.format)


@st.composite
def lists(draw):
    """A list of one to three counties, each with some municipalities of which some are in an association."""
    records = []
    for county in draw(st.lists(st.integers(1001, 16077).map('{:05}'.format), min_size=1, max_size=3, unique=True)):
        records.append(files.record('40', draw(st.sampled_from(sorted(municipality_list.COUNTY_KINDS))), county, draw(names)))
        for number in draw(st.lists(st.integers(0, 999), min_size=1, max_size=4, unique=True)):
            association = draw(st.sampled_from(['', '5001', '5002']))
            key = association or f'{number:04}'
            if not any(one['kind'] == '50' and one['county'] == county and one['association'] == key for one in records):
                records.append(files.record('50', '52' if association else '50', county, draw(names), key))
            records.append(
                files.record(
                    '60',
                    draw(st.sampled_from(['60', '63', '64', '65', '67'])),
                    county,
                    draw(names) + draw(st.sampled_from(['', ', Stadt'])),
                    key,
                    f'{number:03}',
                    draw(st.integers(0, 4_000_000)),
                    draw(postcodes),
                    draw(st.booleans()),
                    draw(st.floats(47.3, 55)),
                    draw(st.floats(5.9, 15)),
                )
            )
    return records


def wanted(records):
    return {
        (one['county'] + one['municipality'], one['name'], one['population'], one['postcode'])
        for one in records
        if one['kind'] == '60' and one['type'] != '66'
    }


def read(content, name=''):
    found = municipality_list.read_list(content, name)
    return {(place.ags, place.official_name, place.population, place.postcode) for place in found.places}


@given(lists(), st.sampled_from(ENCODINGS))
def test_fixed_list_is_read_in_every_encoding(records, encoding):
    text = files.fixed(records, encoding=encoding)
    # a few bytes of a code page may happen to be a letter of UTF-8
    assume(encoding.startswith('utf') or text.isascii() or company_file.detect_encoding([text]) != 'utf-8')
    assert read(text) == wanted(records)
    assert municipality_list.read_list(text).as_of == date(2025, 12, 31)


@settings(max_examples=25)
@given(lists(), st.booleans())
def test_spreadsheet_says_the_same_and_gives_lost_zeros_back(records, lose_zeros):
    found = municipality_list.read_list(files.spreadsheet(records, lose_zeros=lose_zeros))
    fixed = municipality_list.read_list(files.fixed(records))
    assert found.as_of == fixed.as_of
    assert found.counties == fixed.counties
    strip = [place._replace(latitude=None, longitude=None, has_more=False) for place in found.places]
    assert strip == [place._replace(has_more=False) for place in fixed.places]
    for place, one in zip(found.places, [one for one in records if one['kind'] == '60'], strict=True):
        assert (place.latitude, place.longitude) == pytest.approx((one['latitude'], one['longitude']), abs=1e-6)


@given(lists())
def test_table_saved_as_csv_is_read(records):
    out = io.StringIO(newline='')
    csv.writer(out, delimiter=';').writerows(files.table(records))
    assert read(out.getvalue().encode(), 'gemeinden.csv') == wanted(records)


@given(lists(), st.data())
def test_cut_off_list_is_refused_or_whole_lines(records, data):
    """Wherever a list is cut off: a problem that names the last line, or all records but those behind the cut."""
    text = files.fixed(records)
    cut = data.draw(st.integers(0, len(text) - 1))
    before = text[:cut].decode(errors='ignore')
    try:
        found = read(text[:cut])
    except company_file.FileProblem as problem:
        if problem.code in ('cut_off', 'bad_value', 'record_type'):
            assert problem.params['line'] == len(before.splitlines())
    else:
        assert found <= wanted(records)
        complete = {row for row in wanted(records) if row[0] in found_keys(before)}
        assert found == complete


def found_keys(text):
    return {line[10:18] for line in text.splitlines() if line[:2] == '60' and len(line) >= 170}


@given(st.binary(max_size=300))
def test_no_bytes_stop_the_reader(content):
    for reader in (municipality_list.read_list, municipality_list.read_postcodes):
        with pytest.raises(company_file.FileProblem):
            reader(content)


def test_published_zip():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w') as archive:
        archive.writestr('Beschreibung.txt', 'Datensatzbeschreibung')
        archive.writestr('GV100AD_31122025.asc', files.fixed(files.musterland(), encoding='latin-1'))
    found = municipality_list.read_list(stream.getvalue(), 'gv100ad.zip')
    assert [place.name for place in found.places][-1] == 'Beispielau', 'the forest is left out'


def test_what_a_place_is():
    found = {place.name: place for place in municipality_list.read_list(files.spreadsheet(files.musterland())).places}
    town, member, market = found['Musterstadt'], found['Probedorf (Heide)'], found['Beispielau']
    assert (town.kind, town.association, town.official_name, town.county) == ('town', '', 'Musterstadt, Stadt', 'Musterland')
    assert (member.kind, member.association, member.association_kind) == ('member_municipality', 'Probeland', 'verbandsgemeinde')
    assert (market.kind, market.ars, market.latitude) == ('municipality', '150990004004', 52.0)


def change(old, new, **options):
    def make():
        text = files.fixed(files.musterland(), **options)
        assert old in text
        return text.replace(old, new, 1)

    return make


def rows(edit):
    def make():
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(files.spreadsheet(files.musterland())))
        edit(book.worksheets[1])
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    return make


def put(cell, value):
    return rows(lambda sheet: sheet.__setitem__(cell, value))


@pytest.mark.parametrize(
    ('make', 'code', 'line', 'column'),
    [
        (lambda: b'', 'empty', None, None),
        (lambda: b'%PDF-1.7', 'wrong_type', None, None),
        (lambda: b'name;ort\nA;B\n', 'no_list', None, None),
        (lambda: b'ags;plz\n15099001;01990\n', 'is_postcodes', None, None),
        (change(b'6020251231150990040004Beispielau, M', b'6020251231150990040004' + b' ' * 13), 'bad_value', 12, None),
        (change(b'60202512311509900', b'60202512311509X00'), 'bad_value', 7, None),
        (change(b'60202512311509900', b'70202512311509900'), 'record_type', 7, None),
        (change(b'60202512311509900', b'60202506301509900'), 'dates', 7, None),
        (change(b'60202512311509900', b'60202513311509900'), 'bad_value', 7, None),
        (change(b'00000020000', b'0000002x000'), 'bad_value', 7, None),
        (change(b'01990', b'ABCDE'), 'bad_value', 7, None),
        (change(b'15099002', b'15099001'), 'contradiction', 9, None),
        (change(b'402025123115099', b'302025123115099'), 'no_county', 7, None),
        (change('Ü'.encode(), b'\xdc'), 'undecodable', 10, None),
        (lambda: files.fixed(files.musterland()[:1]), 'no_rows', None, None),
        (put('A13', '61'), 'record_type', 13, 'Satz-art'),
        (put('F13', None), 'bad_value', 13, 'VB'),
        (put('F13', '50011'), 'bad_value', 13, 'VB'),
        (put('E13', 'x'), 'bad_value', 13, 'Kreis'),
        (put('H13', None), 'bad_value', 13, 'Gemeindename'),
        (put('N13', '123'), 'bad_value', 13, 'Post-leit-zahl3)'),
        (put('J13', 'viele'), 'bad_value', 13, 'insgesamt'),
        (put('O13', '116000'), 'coordinate', 13, 'Längengrad'),
        (put('O13', '52,1'), 'coordinate', 13, 'Längengrad'),
        (put('P13', None), 'coordinate', 13, 'Breitengrad'),
        (put('J13', '#REF!'), 'bad_cell', 13, None),
        (put('H3', 'Name'), 'missing_column', None, None),
        (put('G16', '002'), 'contradiction', 16, None),
    ],
)
def test_broken_lists_say_where(make, code, line, column):
    content = make()
    with pytest.raises(company_file.FileProblem) as caught:
        municipality_list.read_list(content)
    assert (caught.value.code, caught.value.params.get('line'), caught.value.params.get('column')) == (code, line, column)


@pytest.mark.parametrize(
    ('content', 'code', 'line'),
    [
        (b'ort;plz\nA;01990\n', 'no_postcodes', None),
        (b'ags;plz\n15099001;123\n', 'bad_value', 2),
        (b'ags;plz\n\n150;01990\n', 'bad_value', 3),
        (b'ags;plz\n', 'no_rows', None),
        (files.fixed(files.musterland()), 'is_list', None),
    ],
)
def test_broken_tables_of_postcodes_say_where(content, code, line):
    with pytest.raises(company_file.FileProblem) as caught:
        municipality_list.read_postcodes(content)
    assert (caught.value.code, caught.value.params.get('line')) == (code, line)


def test_postcodes_that_leave_the_county():
    places = municipality_list.read_list(files.fixed(files.musterland())).places
    shared = municipality_changes.shared_postcodes
    assert shared(places, files.COUNTY, {}) == {'01997'}
    assert shared(places, files.COUNTY, {'15098001': {'01990'}}) == {'01990', '01997'}
    assert shared(places, files.NEIGHBOUR, {'15099001': {'01991'}}) == {'01997'}


# --- what changes ---


def places_of(records):
    return municipality_list.read_list(files.fixed(records)).places


def apply(known, changes):
    """What is known after the changes were carried out."""
    result = {one.key: one for one in known}
    fresh = max((one.key for one in known), default=0)
    for one in changes:
        if one.place is None:
            result[one.key] = result[one.key]._replace(is_active=False)
            continue
        key = one.key
        if key is None:
            fresh += 1
            key = fresh
        active = result[key].is_active if key in result else True
        result[key] = municipality_changes.Known(key, one.place.ags, one.place.name, frozenset({one.place.postcode}), active)
    return list(result.values())


@given(lists(), lists())
def test_changes_lead_to_the_list_and_lose_nothing(before, after):
    """Nobody who was there is lost, each place of the list is there once, and the same list changes nothing more."""

    def compare(known, places):
        by_key = {one.key: one for one in known}
        return municipality_changes.compare(known, places, lambda key, place: by_key[key].name == place.name)

    known = apply([], compare([], places_of(before)))
    changes = compare(known, places_of(after))
    assert {one.place.ags for one in changes if one.place} == {place.ags for place in places_of(after)}
    keys = [one.key for one in changes if one.key]
    assert len(keys) == len(set(keys))
    assert set(keys) == {one.key for one in known}, 'each that was there is changed, unchanged or gone'
    assert all(one.successor in {'', *(place.ags for place in places_of(after))} for one in changes)
    then = apply(known, changes)
    assert {one.key for one in known} <= {one.key for one in then}
    assert {one.ags for one in then if one.is_active} == {place.ags for place in places_of(after)}
    assert {one.kind for one in compare(then, places_of(after))} == {'unchanged'}


@given(lists())
def test_list_and_addresses_agree(records):
    """Every address with the name, the postcode and the key of a place of the list leads to that place."""
    places = places_of(records)
    directory = municipality_rule.Directory(
        [(place.ags, place.name, place.official_name, place.ags, place.postcode) for place in places],
        counties={place.county for place in places},
        shared=municipality_changes.shared_postcodes(places, places[0].ags[:5], {}),
    )
    for place in places:
        assert municipality_rule.resolve(place.postcode, 'anywhere', place.ags, directory).key == place.ags
        key = municipality_rule.resolve(place.postcode, place.name, '', directory).key
        assert key in {None, *directory.by_name[municipality_rule._official_form(municipality_rule._fold(place.name), directory.counties)]}
