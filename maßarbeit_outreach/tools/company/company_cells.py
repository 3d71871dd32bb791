"""A cell of a company file: from its text to a value, or ValueError."""

import math
import re
from typing import NamedTuple

from stdnum.de import vat as german_vat

from ..files.record_columns import word

# What a register says of companies that it removed, and of those that it keeps, as `word` writes it.
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
# By the least number of employees.
SIZE_CLASSES = {1: '1_9', 10: '10_49', 50: '50_249', 250: '250_plus'}
_WZ_CODE = re.compile(r'\d{2}(?:\.\d{1,2}|\.\d{2}\.\d)?')
# An edition, a section, a code with or without points, and a title behind it.
_INDUSTRY = re.compile(
    r'(?:(?:WZ|NACE|wz)[\s_-]*(?:(?P<version>(?:20)?(?:08|25))(?![\d.,]|\s*$))?[\s:_-]*)?'
    r'(?:(?:Abschnitt|Section)\s+)?(?P<section>[A-V](?![^\W\d]|\s*[+&]))?[\s.:-]*'
    r'(?P<code>\d{1,2}[.,]\s?\d{1,2}(?:[.,]\s?\d)?|\d{2} \d{2}(?: \d)?|\d{2,5})?'
    # no second code
    r'(?P<title>(?<=[A-V\d])(?:\s*[:–—-]\s+|\s+)\(?[^\W\d](?!.*\d\d[.,]?\d).*)?',
    re.DOTALL,
)
# "1.200", "1,200" and "3 500" are thousands.
_COUNT = r"\d{1,3}(?:[., '’]\d{3})+|\d+"
_ABOVE = frozenset(['über', 'ueber', 'mehr als', 'größer als', '>', 'over', 'more than'])
_FROM = _ABOVE | {'ab', 'mindestens', 'mind.', '>=', '≥', 'from', 'at least'}
_BELOW = frozenset(['unter', 'weniger als', 'kleiner als', '<', 'under', 'less than', 'below'])
_UP_TO = _BELOW | {'bis', 'bis zu', 'höchstens', 'max.', 'maximal', '<=', '≤', 'up to'}
_ABOUT = frozenset(['ca.', 'ca', 'circa', 'etwa', 'rund', '~', 'about', 'approx.'])
_SIZE = re.compile(
    rf"(?:(?P<words>{'|'.join(map(re.escape, sorted(_FROM | _UP_TO | _ABOUT, key=len, reverse=True)))})\s*)?(?P<low>{_COUNT})"
    rf"(?:\s*(?:[-–—_]|bis|to)\s*(?P<high>{_COUNT})|\s*(?P<least>\+|[-_ ]?plus|(?:und|oder|and|or)\s(?:mehr|more|größer)))?"
    r"\s*(?:ma|mitarbeiter(?:innen|:innen|\*innen|/innen|/-innen)?|beschäftigte|angestellte|personen|employees|people|staff)?\.?"
)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-\u00a1-\uffff]+@[\w\-]+(?:\.[\w\-]+)+")


class Industry(NamedTuple):
    """An industry as a cell names it: codes that it may mean, edition and section where it says so, and what stands behind.
    Beside a section alone the title tells whether the letter is one."""

    codes: tuple
    version: str | None = None
    section: str | None = None
    title: str = ''


def is_shortened(text):
    """Whether a number is one in scientific notation, as spreadsheets write large ones.

    >>> is_shortened('4,94055E+11'), is_shortened('1e5'), is_shortened('4 E 5')
    (True, True, False)
    """
    return bool(re.fullmatch(r'[-+]?\d+(?:[.,]\d+)?E[-+]?\d+', text.strip(), re.IGNORECASE))


def parse_status(text):
    """False for a company that the register removed, True for one that it keeps.

    >>> parse_status('removed'), parse_status('Currently registered'), parse_status('gelöscht')
    (False, True, False)
    """
    key = word(text)
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
    """A VAT number with its country; the check digit of a German one is verified.

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
    if number.startswith('DE') and not german_vat.is_valid(number):
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

    A spreadsheet shows large numbers without their last digits:

    >>> parse_phone('4,94055E+11')
    Traceback (most recent call last):
    ...
    ValueError: 4,94055E+11
    """
    number = text.strip("' ")
    if len(number) > 40 or is_shortened(number) or not 3 <= sum(c.isdigit() for c in number) <= 20:
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
    """What a cell says of an industry, see :class:`Industry`; its codes are to be looked up in the catalogue.

    >>> parse_industry('C'), parse_industry('25.11.0 Herstellung von …').codes
    (Industry(codes=('C',), version=None, section=None, title=''), ('25.11.0',))
    >>> parse_industry('WZ08-43210'), parse_industry('C 25.11')
    (Industry(codes=('43.21.0',), version='2008', section=None, title=''), Industry(codes=('25.11',), version=None, section='C', title=''))
    >>> [parse_industry(text).codes for text in ('25,11', '1.11', '43 21 0', '01110', '25')]
    [('25.11',), ('01.11',), ('43.21.0',), ('01.11.0',), ('25',)]

    A spreadsheet takes the zero in front of a number, so that there are two ways to read it:

    >>> parse_industry('8110').codes, parse_industry('721').codes
    (('81.10', '08.11.0'), ('72.1', '07.21'))

    A word that begins with a letter is no section, and a number with something behind it is none:

    >>> def understood(text):
    ...     try:
    ...         return bool(parse_industry(text))
    ...     except ValueError:
    ...         return False
    >>> [understood(text) for text in (
    ...     'E-Commerce', 'A+B Handel', '2026-11-01', '25.11.0.3', '25.11 und 25.12', '432100', '43.2.1', '1', 'Bau')]
    [False, False, False, False, False, False, False, False, False]
    """
    match = _INDUSTRY.fullmatch(text)
    if not match or re.fullmatch(r'WZ\W*(?:08|25)', text, re.IGNORECASE):  # the edition, or a code?
        raise ValueError(text)
    version, section, code, title = (match[name] for name in ('version', 'section', 'code', 'title'))
    version = {None: None, '08': '2008', '25': '2025'}.get(version and version[-2:])
    title = (title or '').strip(' :–—-()')
    if not code and not section:
        raise ValueError(text)
    if not code:
        return Industry((section,), version, None, title)
    parts = re.split(r'[., ]+', code)
    if len(parts) > 1:
        division, *rest = parts
        codes = ['.'.join([division.zfill(2), *rest])]
    else:
        codes = [_dotted(code)] + [_dotted('0' + code)] * (len(code) in (3, 4))
    codes = tuple(code for code in codes if _WZ_CODE.fullmatch(code))
    if not codes:
        raise ValueError(text)
    return Industry(codes, version, section, title)


def _dotted(digits):
    """
    >>> _dotted('43210'), _dotted('251'), _dotted('25')
    ('43.21.0', '25.1', '25')
    """
    return '.'.join(filter(None, (digits[:2], digits[2:4], digits[4:])))


def parse_size_class(text):
    """A size class from its key, its label, a number of employees, or a range that lies within one class.

    >>> [parse_size_class(text) for text in ('10–49', '250+', '7', '1.200 Mitarbeiter', '50_249', 'ca. 30')]
    ['10_49', '250_plus', '1_9', '250_plus', '50_249', '10_49']
    >>> [parse_size_class(text) for text in ('4-9', '20 bis 49', '100-199', '500-999', 'unter 10', '1,200', '3 500', 'mehr als 300')]
    ['1_9', '10_49', '50_249', '250_plus', '1_9', '250_plus', '250_plus', '250_plus']

    What reaches into another class, or says more than that, is not understood:

    >>> def understood(text):
    ...     try:
    ...         return bool(parse_size_class(text))
    ...     except ValueError:
    ...         return False
    >>> [understood(text) for text in ('0', '5-15', 'unter 50', 'ab 50', '12,5', '12 (2024)', '2 x 8', 'viele', '49-20')]
    [False, False, False, False, False, False, False, False, False]
    """
    match = _SIZE.fullmatch(text.lower())
    if not match:
        raise ValueError(text)
    low, high, words = (match[name] for name in ('low', 'high', 'words'))
    low = int(re.sub(r'\D', '', low))
    high = int(re.sub(r'\D', '', high)) if high else low
    if match['least'] or words in _FROM:
        low, high = low + (words in _ABOVE), math.inf
    elif words in _UP_TO:
        low, high = 1, high - (words in _BELOW)
    classes = {max((least for least in SIZE_CLASSES if least <= count), default=0) for count in (low, high)}
    if low > high or len(classes) > 1 or 0 in classes:
        raise ValueError(text)
    return SIZE_CLASSES[classes.pop()]
