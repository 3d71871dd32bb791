"""Reading the official list of municipalities (Gemeindeverzeichnis) of the Federal Statistical Office.

It comes in two editions, which this module tells apart by their content:

* *GV100AD*, a text of lines of 220 characters (also in the zip in which it is published; in UTF-8, ISO 8859-1 or code
  page 850, by its year). No coordinates. Columns, counted from 1: record type 1–2, date 3–10, state 11–12, district
  13, county 14–15, municipality 16–18, association 19–22, name 23–72, type 123–124, inhabitants 140–150, postcode of
  the town hall 166–170, and ``*****`` in 171–175 if there are more.
* the *spreadsheet* "Alle politisch selbständigen Gemeinden", with coordinates. Its columns are found by their
  headings, which take several rows; its keys are in a cell each, so that a lost leading zero can be given back.

Record types: 10 state, 20 district (Regierungsbezirk), 30 region, 40 county, 50 association, 60 municipality.

Neither edition has all postcodes of a municipality; :func:`read_postcodes` reads a table of them.

A list is taken as a whole or not at all: whatever is wrong is raised as :class:`ListProblem`.
"""

import io
import re
from datetime import date
from typing import NamedTuple

from ..base import municipality
from ..catalogue import catalogue_file
from ..files import company_file
from ..files.open_table import check_size, open_rows
from . import company_columns

RECORD_TYPES = ('10', '20', '30', '40', '50', '60')
_USED = ('40', '50', '60')
_KEYS = {'40': r'[0-9]{5}', '50': r'[0-9]{9}', '60': r'[0-9]{12}'}
STATES = 16
COUNTY_KINDS = {'41': 'kreisfreie Stadt', '42': 'Stadtkreis', '43': 'Kreis', '44': 'Landkreis', '45': 'Regionalverband'}
ASSOCIATION_KINDS = {
    '51': 'amt',
    '52': 'samtgemeinde',
    '53': 'verbandsgemeinde',
    '54': 'verwaltungsgemeinschaft',
    '55': 'kirchspielslandgemeinde',
    '56': 'verwaltungsverband',
    '57': 'verwaltungsgemeinschaft',
    '58': 'erfuellende_gemeinde',
}
KINDS = {'61': 'city', '62': 'city', '63': 'town', '67': 'town', '65': 'unincorporated'}
UNINHABITED = '66'

# Where Germany lies, in degrees; what is outside was mistyped, swapped, or lost its comma.
LATITUDES, LONGITUDES = (47.2, 55.1), (5.8, 15.1)

_GV100AD = re.compile(rf'(?:{"|".join(RECORD_TYPES)})(?:19|20)\d{{2}}[01]\d[0-3]\d\d{{2}}')
_DATE = re.compile(r'(\d{2})\.(\d{2})\.(\d{4})')
# German letters in code page 850, and in ISO 8859-1 or code page 1252.
_CP850_LETTERS = re.compile(rb'[\x81\x84\x8e\x94\x99\x9a\xe1]')
_LATIN_LETTERS = re.compile(rb'[\xc4\xd6\xdc\xdf\xe4\xf6\xfc]')
_HEADINGS = {
    'record': r'satzart',
    'type': r'textkennzeichen',
    'state': r'land',
    'district': r'rb|regierungsbezirk',
    'county': r'kreis',
    'association': r'vb|gemeindeverband',
    'municipality': r'gem|gemeinde',
    'name': r'gemeindename',
    'population': r'insgesamt',
    'postcode': r'postleitzahl\d?|plz',
    'longitude': r'längengrad',
    'latitude': r'breitengrad',
}
_NEEDED = ('record', 'type', 'state', 'district', 'county', 'association', 'municipality', 'name')
_HEADER_ROWS = 30


class ListProblem(company_file.FileProblem):
    """Why a file is no list: ``code`` and ``params`` as in the base class, ``line`` and ``column`` where there are such.

    Codes besides those of the base class: no_list, is_postcodes, is_list, no_postcodes, missing_column, record_type,
    cut_off, dates, bad_value, coordinate, contradiction, no_county, undecodable, bad_cell.
    """

    def __init__(self, code, line=None, column=None, **params):
        super().__init__(code, line=line, column=column, **params)


class County(NamedTuple):
    """``key`` has five digits; ``kind`` is one of the values of :data:`COUNTY_KINDS`."""

    key: str
    name: str
    kind: str


class Place(NamedTuple):
    """A municipality. ``postcode`` is that of the town hall; ``has_more`` postcodes is known from GV100AD only."""

    ags: str
    ars: str
    name: str
    official_name: str
    kind: str
    association: str
    association_kind: str
    county: str
    postcode: str
    has_more: bool
    population: int | None
    latitude: float | None
    longitude: float | None


class MunicipalityList(NamedTuple):
    """``read_as`` says how: encoding or kind of spreadsheet; ``counties`` by their key. Uninhabited areas are left out."""

    read_as: str
    as_of: date | None
    counties: dict
    places: list


class _Record(NamedTuple):
    """A line of either edition; keys have their full length where the record type has them."""

    line: int
    record: str
    type: str
    county: str
    association: str
    municipality: str
    name: str
    population: int | None = None
    postcode: str = ''
    has_more: bool = False
    latitude: float | None = None
    longitude: float | None = None


def read_list(content, file_name=''):
    """Read either edition.

    :param bytes content: of the uploaded file
    :return: :class:`MunicipalityList`
    :raises FileProblem: if anything is wrong
    """
    if _is_zip(content, file_name):
        content = _take_from_zip(content, file_name)
        file_name = ''
    kind, read_as, __, rows = open_rows(io.BytesIO(content), file_name, _is_heading, wanted=lambda name: 'gemeinde' in name.lower())
    if kind != 'csv':
        return _read_table(rows, kind.upper())
    encoding = _detect_encoding(content)
    text = content.decode(encoding, errors='replace').lstrip('\ufeff')
    first = next((line for line in text.splitlines() if line.strip()), '')
    if _GV100AD.match(first):
        return _read_fixed(text, f'GV100AD, {encoding}')
    return _read_table(rows, f'CSV, {read_as}')


def _detect_encoding(content):
    """One umlaut tells: the official list is in no other code page of eight bits.

    >>> [_detect_encoding('Köln'.encode(name)) for name in ('utf-8', 'latin-1', 'cp850')]
    ['utf-8', 'cp1252', 'cp850']
    """
    encoding = company_file.detect_encoding([content])
    if not encoding.startswith('utf') and len(_CP850_LETTERS.findall(content)) > len(_LATIN_LETTERS.findall(content)):
        return 'cp850'
    return encoding


def read_postcodes(content, file_name=''):
    """Read a table with a column for the key (AGS) and one for the postcode, a row for each pair.

    :return: ``{AGS: {postcode, …}}``
    :raises FileProblem: if anything is wrong

    >>> table = read_postcodes(b'ags;ort;plz\\n3459024;Melle;49324\\n03459024;Melle;49326\\n14612000;Dresden;1067')
    >>> sorted(table['03459024']), table['14612000']
    (['49324', '49326'], {'01067'})
    """
    *__, rows = open_rows(io.BytesIO(content), file_name, company_columns.COLUMNS.target_of)
    header = next(rows, None)
    if header is None:
        raise ListProblem('empty')
    targets = {
        target: index for index, cell in reversed(list(enumerate(header.cells))) if (target := company_columns.COLUMNS.target_of(cell))
    }
    if not {'ags', 'zip'} <= targets.keys():
        first = header.cells[0] if header.cells else ''
        raise ListProblem('is_list' if _GV100AD.match(first) or _is_heading(first) else 'no_postcodes')
    found = {}
    for row in rows:
        if row.error:
            raise ListProblem(row.error, row.line, value=row.cells[0] if row.cells else '')
        ags, postcode = (row.cells[targets[name]].strip() if targets[name] < len(row.cells) else '' for name in ('ags', 'zip'))
        key = municipality.normalise_ags(ags)
        if not key:
            raise ListProblem('bad_value', row.line, header.cells[targets['ags']], value=ags)
        if len(postcode) == 4:
            postcode = '0' + postcode
        if not municipality.normalise_postcode(postcode):
            raise ListProblem('bad_value', row.line, header.cells[targets['zip']], value=postcode)
        found.setdefault(key, set()).add(municipality.normalise_postcode(postcode))
    if not found:
        raise ListProblem('no_rows')
    return found


def _is_zip(content, file_name):
    return content.startswith(b'PK') and not (
        file_name.lower().endswith(('.xlsx', '.xlsm', '.ods')) or b'xl/' in content[:4096] or b'mimetype' in content[:64]
    )


def _take_from_zip(content, file_name):
    """The list in the zip in which it is published, beside a description."""
    files = catalogue_file.unpack(file_name or 'zip', lambda: io.BytesIO(content), ('.txt', '.asc', '.csv'))
    for file in files:
        check_size(file.size)
        with file.open() as stream:
            head = stream.read(100)
            if _GV100AD.match(head.decode('latin-1').lstrip('ï»¿\r\n ')):
                return head + stream.read()
    raise ListProblem('no_list')


# -- GV100AD ---------------------------------------------------------------------


def _read_fixed(text, read_as):
    records, as_of = [], None
    for number, line in enumerate(text.split('\n'), start=1):
        line = line.rstrip('\r\x1a')
        if not line.strip():
            continue
        if company_file.REPLACEMENT in line:
            raise ListProblem('undecodable', number)
        if line[:2] not in RECORD_TYPES:
            raise ListProblem('record_type', number, value=line[:12].strip())
        day = _parse_date(line[2:10], number)
        as_of = as_of or day
        if day != as_of:
            raise ListProblem('dates', number, value=f'{day:%d.%m.%Y}', other=f'{as_of:%d.%m.%Y}')
        if record := _read_line(line, number):
            records.append(record)
    return _assemble(records, read_as, as_of)


def _read_line(line, number):
    """A record, or None for the levels that nobody asks for."""
    record, kind, name = line[:2], line[122:124].strip(), line[22:72].strip()
    if record not in _USED:
        return None
    # blanks at the end may be gone
    if len(line) < (170 if record == '60' and kind != UNINHABITED else 124):
        raise ListProblem('cut_off', number)
    if kind == UNINHABITED:
        return _Record(number, record, kind, '', '', '', name)
    county, municipality_key, association = line[10:15], line[15:18].strip(), line[18:22].strip()
    if not re.fullmatch(_KEYS[record], county + municipality_key + association) or not name:
        raise ListProblem('bad_value', number, value=line[10:72].strip())
    if record != '60':
        return _Record(number, record, kind, county, association, '', name)
    population = line[139:150].strip()
    if population and not population.isdecimal():
        raise ListProblem('bad_value', number, value=population)
    return _Record(
        number,
        record,
        kind,
        county,
        association,
        municipality_key,
        name,
        int(population) if population else None,
        _parse_postcode(line[165:170], number),
        line[170:175] == '*****',
    )


def _parse_date(text, number):
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise ListProblem('bad_value', number, value=text.strip()) from None


def _parse_postcode(text, number, column=None):
    text = text.strip()
    if len(text) == 4 and text.isdecimal():
        text = '0' + text
    if text and not municipality.normalise_postcode(text):
        raise ListProblem('bad_value', number, column, value=text)
    return municipality.normalise_postcode(text)


# -- spreadsheet -----------------------------------------------------------------


def _is_heading(text):
    return any(re.fullmatch(pattern, catalogue_file.key(text)) for pattern in _HEADINGS.values())


def _read_table(rows, read_as):
    columns, titles, as_of = {}, {}, None
    for count, row in enumerate(rows):
        first = row.cells[columns['record']].strip() if 'record' in columns and columns['record'] < len(row.cells) else ''
        if first in RECORD_TYPES:
            break
        if count >= _HEADER_ROWS:
            raise _not_a_list(columns, titles)
        for index, cell in enumerate(row.cells):
            for name, pattern in _HEADINGS.items():
                if name not in columns and re.fullmatch(pattern, catalogue_file.key(cell)):
                    columns[name], titles[name] = index, ' '.join(cell.split())
            if (match := _DATE.search(cell)) and ('ebietsstand' in cell or not as_of):
                as_of = _parse_german_date(match, row.line)
            titles.setdefault(index, cell)
    else:
        raise _not_a_list(columns, titles)
    if missing := [name for name in _NEEDED if name not in columns]:
        raise ListProblem('missing_column', names=', '.join(missing))
    records = [record for row in _chain(row, rows) if (record := _read_row(row, columns, titles))]
    return _assemble(records, read_as, as_of)


def _chain(first, rows):
    yield first
    yield from rows


def _not_a_list(columns, titles):
    if columns and 'record' in columns:
        return ListProblem('no_rows')
    targets = {company_columns.COLUMNS.target_of(title) for title in titles.values()}
    return ListProblem('is_postcodes' if {'ags', 'zip'} <= targets else 'no_list')


def _parse_german_date(match, line):
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        raise ListProblem('bad_value', line, value=match[0]) from None


def _read_row(row, columns, titles):
    """A record, or None for notes below the table and for the levels that nobody asks for."""

    def cell(name):
        index = columns.get(name)
        return row.cells[index].strip() if index is not None and index < len(row.cells) else ''

    def bad(name, code='bad_value'):
        return ListProblem(code, row.line, titles.get(name, name), value=cell(name)[:80])

    def part(name, width):
        text = cell(name)
        if not re.fullmatch(rf'[0-9]{{1,{width}}}', text):
            raise bad(name)
        return text.zfill(width)

    if row.error:
        raise ListProblem(row.error, row.line, value=row.cells[0] if row.cells else '')
    if any(company_file.REPLACEMENT in text for text in row.cells):
        raise ListProblem('undecodable', row.line)
    record = cell('record')
    if record not in RECORD_TYPES:
        if cell('name'):
            raise ListProblem('record_type', row.line, titles['record'], value=record)
        return None
    if record not in _USED:
        return None
    if record == '60' and cell('type') == UNINHABITED:  # some have no key
        return _Record(row.line, record, UNINHABITED, '', '', '', cell('name'))
    if not cell('name'):
        raise bad('name')
    county = part('state', 2) + part('district', 1) + part('county', 2)
    latitude, longitude = (
        _parse_coordinate(cell(name), limits, lambda name=name: bad(name, 'coordinate'))
        for name, limits in (('latitude', LATITUDES), ('longitude', LONGITUDES))
    )
    if (latitude is None) != (longitude is None):
        raise bad('latitude' if latitude is None else 'longitude', 'coordinate')
    population = re.sub(r'[.\s]', '', cell('population')).replace('-', '')
    if population and not population.isdecimal():
        raise bad('population')
    return _Record(
        row.line,
        record,
        cell('type'),
        county,
        part('association', 4) if record in ('50', '60') else '',
        part('municipality', 3) if record == '60' else '',
        cell('name'),
        int(population) if population else None,
        _parse_postcode(cell('postcode'), row.line, titles.get('postcode')) if record == '60' else '',
        False,
        latitude,
        longitude,
    )


def _parse_coordinate(text, limits, bad):
    """Degrees with a decimal comma or point, or None."""
    if not text:
        return None
    try:
        value = float(text.replace(',', '.'))
    except ValueError:
        raise bad() from None
    if not limits[0] <= value <= limits[1]:
        raise bad()
    return round(value, 6)


# -- both ------------------------------------------------------------------------


def _assemble(records, read_as, as_of):
    counties = {
        record.county: County(record.county, plain_name(record.name), COUNTY_KINDS.get(record.type, ''))
        for record in records
        if record.record == '40'
    }
    associations = {record.county + record.association: record for record in records if record.record == '50'}
    places, lines = [], {}
    for record in records:
        if record.record != '60' or record.type == UNINHABITED:
            continue
        if record.county not in counties:
            raise ListProblem('no_county', record.line, value=record.county)
        ags = record.county + record.municipality
        if ags in lines:
            raise ListProblem('contradiction', record.line, value=ags, other=lines[ags])
        lines[ags] = record.line
        association = associations.get(record.county + record.association)
        association_kind = ASSOCIATION_KINDS.get(association.type, '') if association else ''
        kind = KINDS.get(record.type, 'municipality')
        places.append(
            Place(
                ags,
                record.county + record.association + record.municipality,
                plain_name(record.name),
                record.name,
                f'member_{kind}' if association_kind and kind in ('town', 'municipality') else kind,
                plain_name(association.name) if association_kind else '',
                association_kind,
                counties[record.county].name,
                record.postcode,
                record.has_more,
                record.population,
                record.latitude,
                record.longitude,
            )
        )
    if not places:
        raise ListProblem('no_rows')
    return MunicipalityList(read_as, as_of, counties, places)


def plain_name(official_name):
    """A name without what it is: everything behind the comma.

    >>> plain_name('Bad Iburg, Stadt'), plain_name('Neustadt a.d.Waldnaab, St'), plain_name('Belm')
    ('Bad Iburg', 'Neustadt a.d.Waldnaab', 'Belm')
    """
    return official_name.split(',')[0].strip()
