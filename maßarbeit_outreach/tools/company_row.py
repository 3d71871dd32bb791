"""One row of a company file: from cells as they come to clean values, or to named problems.

Pure rules, no Odoo. What is wrong is a value (:class:`Problem`), so that one bad cell does not stop a file.
Two kinds: a problem that makes the row *rejected* (the company could not be recognised again, or would be
wrong), and a *remark*: the cell is left out, the row goes in (a register export with "c/o" in its postcode
column is still a register export).
"""

import re
from typing import NamedTuple

from . import betriebsnummer, register_entry

MAX_NAME = 250
MAX_TEXT = 500

ARCHIVED = frozenset(
    [
        'removed',
        'geloescht',
        'deleted',
        'erloschen',
        'inactive',
        'inaktiv',
        'archived',
        'archiviert',
        'dissolved',
        'aufgeloest',
        'abgemeldet',
        'amtsgeloescht',
        'beendet',
        'closed',
        'geschlossen',
    ]
)
ACTIVE = frozenset(
    [
        'currentlyregistered',
        'registered',
        'active',
        'aktiv',
        'eingetragen',
        'bestehend',
        'bestehtfort',
        'open',
        'aktuell',
        'true',
        'ja',
        'yes',
        '1',
    ]
)
SIZE_CLASSES = ('1_9', '10_49', '50_249', '250_plus')

_UMLAUTS = str.maketrans({'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'ß': 'ss'})
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-\u00a1-\uffff]+@[\w\-]+(?:\.[\w\-]+)+")
_CONTROL = re.compile(r'[\x00-\x1f\x7f\u2028\u2029\ufeff\u200b]')
# "Gewerbepark 18, Haus 5, 49143 Bissendorf." in one cell
_FULL_ADDRESS = re.compile(
    r'(?P<street>.+?),\s*(?:D-)?(?P<zip>\d{5})\s+(?P<city>[^\W\d][^,\d]*?)\.?\s*', re.DOTALL
)


class Problem(NamedTuple):
    """What is wrong with a cell. ``code`` names it, ``target`` is the column's target (see company_columns),
    ``value`` the cell as it came. ``rejects`` tells whether the row is out or only the cell."""

    code: str
    target: str
    value: str
    rejects: bool = True


class Company(NamedTuple):
    """Clean values by field name of ``res.partner`` (plus ``industry`` and ``wz_version``, resolved by the
    caller); only what the row says is in it, so an empty cell never erases anything."""

    values: dict
    problems: list


def clean(text):
    """A cell on one line, without control characters and outer or double blanks.

    >>> clean(' Am\\xa0Markt\\n 1 ')
    'Am Markt 1'
    """
    if text.isascii() and text.isprintable() and '  ' not in text:
        return text.strip()
    return ' '.join(_CONTROL.sub(' ', text).split())


def parse(cells, wz_version=None):
    """Turn the cells of one row into a :class:`Company`.

    :param dict cells: target -> cell text
    :param str wz_version: WZ version that the industry column names, if any

    >>> parse({'name': '"Schmidt Holding GmbH"', 'status': 'removed', 'zip': 'c/o', 'city': 'Melle'})
    ... # doctest: +NORMALIZE_WHITESPACE
    Company(values={'name': 'Schmidt Holding GmbH', 'city': 'Melle', 'active': False},
            problems=[Problem(code='zip', target='zip', value='c/o', rejects=False)])
    """
    values, problems = {}, []
    cells = {target: clean(text) for target, text in cells.items()}
    for target, text in cells.items():
        if '\ufffd' in text:
            problems.append(Problem('undecodable', target, text))
            return Company({}, problems)
    _parse_name(cells, values, problems)
    _parse_place(cells, values, problems)
    _parse_register(cells, values, problems)
    for target, parser in _PARSERS.items():
        text = cells.get(target)
        if not text:
            continue
        try:
            value = parser(text)
        except ValueError:
            problems.append(Problem(target, target, text, target in _REJECTING))
        else:
            if value is not None:
                values[_FIELDS.get(target, target)] = value
    if wz_version and 'industry' in values:
        values['wz_version'] = wz_version
    return Company(values, problems)


def _parse_name(cells, values, problems):
    text = cells.get('name', '')
    name = register_entry.undo_quoting(text)
    if not re.search(r'\w', name):
        problems.append(Problem('name_missing', 'name', text))
    elif len(name) > MAX_NAME:
        problems.append(Problem('name_long', 'name', text))
    else:
        values['name'] = name


def _parse_place(cells, values, problems):
    street, postcode, city = cells.get('street', ''), cells.get('zip', ''), cells.get('city', '')
    if (match := _FULL_ADDRESS.fullmatch(street)) and not re.fullmatch(r'\d{5}', postcode):
        street, postcode, city = match['street'], match['zip'], city or match['city']
    elif (number := cells.get('house_number')) and street:
        street = street if street.endswith(' ' + number) else f"{street} {number}"
    for target, text in (('street', street), ('city', city)):
        if len(text) > MAX_TEXT:
            problems.append(Problem('too_long', target, text[:50] + '…', False))
        elif text:
            values[target] = text
    if postcode:
        match = re.fullmatch(r'(?:D[E]?[- ]?)?(\d{5})', postcode)
        if match:
            values['zip'] = match[1]
        elif re.fullmatch(r'[A-Z]{1,2}[- ]?\d{4,6}', postcode):
            values['zip'] = postcode  # a foreign one, with its country
        else:
            problems.append(Problem('zip', 'zip', postcode, False))


def _parse_register(cells, values, problems):
    """Court, kind and number in three columns, or the whole entry in one."""
    court, kind, number = (cells.get(target, '') for target in ('court', 'kind', 'number'))
    entry_text = cells.get('register', '')
    try:
        if number:
            entry = register_entry.normalise_register(court, kind, number)
        elif entry_text:
            try:
                entry = register_entry.parse_register_entry(entry_text)
            except register_entry.InvalidRegisterEntry:
                entry = register_entry.normalise_register(court, kind, entry_text)
        else:
            # a court alone, as the same value in every row, says nothing; a kind alone is a lost number
            if kind:
                problems.append(Problem('register_number', 'number', number))
            return
    except register_entry.InvalidRegisterEntry as error:
        reason = error.reason if error.reason in ('court', 'kind', 'number', 'kind_mismatch') else 'format'
        target = {'court': 'court', 'kind': 'kind'}.get(reason, 'number' if number else 'register')
        problems.append(Problem(f'register_{reason}', target, cells.get(target, '')))
        return
    values['outreach_register_court'] = entry.court
    values['outreach_register_kind'] = entry.kind
    values['outreach_register_number'] = entry.number


def parse_status(text):
    """False for a company that the register removed, True for one that it keeps.

    >>> parse_status('removed'), parse_status('Currently registered'), parse_status('gelöscht')
    (False, True, False)
    """
    key = re.sub(r'[^a-z0-9]', '', text.lower().translate(_UMLAUTS))
    if key in ARCHIVED:
        return False
    if key in ACTIVE:
        return True
    raise ValueError(text)


def parse_ags(text):
    """Eight digits; a spreadsheet's lost leading zero is put back, a regional key (12 digits) is shortened.

    >>> parse_ags('3459024'), parse_ags('034595402029')
    ('03459024', '03459029')
    """
    digits = re.sub(r'[\s.]', '', text)
    if len(digits) in (7, 11):
        digits = '0' + digits
    if len(digits) == 12:
        digits = digits[:5] + digits[9:]
    if not re.fullmatch(r'(0[1-9]|1[0-6])\d{6}', digits):
        raise ValueError(text)
    return digits


def parse_vat(text):
    """A VAT number with its country; the check digit of a German one is verified (ISO 7064, MOD 11,10).

    >>> parse_vat('DE 136 695 976')
    'DE136695976'
    >>> parse_vat('DE136695978')
    Traceback (most recent call last):
    ...
    ValueError: DE136695978
    """
    number = re.sub(r'[\s.\-/]', '', text).upper()
    if re.fullmatch(r'\d{9}', number):
        number = 'DE' + number
    if not re.fullmatch(r'[A-Z]{2}[0-9A-Z+*]{2,13}', number) or not any(c.isdigit() for c in number):
        raise ValueError(text)
    if number.startswith('DE'):
        if not re.fullmatch(r'DE[1-9]\d{8}', number):
            raise ValueError(text)
        product = 10
        for digit in number[2:10]:
            total = (int(digit) + product) % 10 or 10
            product = 2 * total % 11
        if (11 - product) % 10 != int(number[10]):
            raise ValueError(text)
    return number


def parse_email(text):
    """
    >>> parse_email('Info@Firma.de')
    'Info@Firma.de'
    """
    address = text.removeprefix('mailto:').strip(' <>;,')
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise ValueError(text)
    return address


def parse_phone(text):
    """
    >>> parse_phone("'+49 (5422) 12-3 ")
    '+49 (5422) 12-3'
    """
    number = text.strip("' ")
    if len(number) > 40 or not 3 <= sum(c.isdigit() for c in number) <= 20:
        raise ValueError(text)
    return number


def parse_website(text):
    """
    >>> parse_website('www.firma.de')
    'http://www.firma.de'
    """
    address = text if re.match(r'https?://', text, re.IGNORECASE) else 'http://' + text
    if not re.fullmatch(r'https?://[^\s/?#@<>"]+\.[^\s/?#@<>"]{2,}([/?#][^\s<>"]*)?', address, re.IGNORECASE):
        raise ValueError(text)
    return address


def parse_industry(text):
    """The code of a WZ entry, with or without its title behind it.

    >>> parse_industry('C'), parse_industry('25.1'), parse_industry('25.11.0 Herstellung von …')
    ('C', '25.1', '25.11.0')
    """
    match = re.match(r'(?:WZ\s*)?([A-V]|\d{2}(?:\.\d{1,2}(?:\.\d)?)?)(?![\w.])', text)
    if not match:
        raise ValueError(text)
    return match[1]


def parse_size_class(text):
    """A size class from its key, its label, or a number of employees.

    >>> [parse_size_class(text) for text in ('10–49', '250+', '7', '1.200 Mitarbeiter', '50_249')]
    ['10_49', '250_plus', '1_9', '250_plus', '50_249']
    """
    key = text.lower()
    match = re.match(r'(\d{1,3}(?:\.\d{3})+|\d+)', re.sub(r'^\D+', '', key))
    if not match:
        raise ValueError(text)
    lower = int(match[1].replace('.', ''))
    if re.search(r'[-–_]|bis|to', key):
        known = {1: '1_9', 10: '10_49', 50: '50_249', 250: '250_plus'}
        if lower not in known:
            raise ValueError(text)
        return known[lower]
    if lower < 1:
        raise ValueError(text)
    return '1_9' if lower < 10 else '10_49' if lower < 50 else '50_249' if lower < 250 else '250_plus'


_PARSERS = {
    'status': parse_status,
    'ags': parse_ags,
    'vat': parse_vat,
    'betriebsnummer': betriebsnummer.check_betriebsnummer,
    'phone': parse_phone,
    'email': parse_email,
    'website': parse_website,
    'industry': parse_industry,
    'size_class': parse_size_class,
}
_FIELDS = {
    'status': 'active',
    'ags': 'outreach_ags',
    'betriebsnummer': 'outreach_betriebsnummer',
    'size_class': 'outreach_size_class',
}
# By these a company is recognised or counted: a wrong one is not dropped silently.
_REJECTING = frozenset({'status', 'ags', 'vat', 'betriebsnummer', 'size_class'})
