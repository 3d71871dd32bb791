"""A cell of a company file: from its text to a value, or ValueError."""
import re

from stdnum.de import vat as german_vat

from ..files.record_columns import word

# What a register says of companies that it removed, and of those that it keeps, as `word` writes it.
ARCHIVED = frozenset([
    'removed', 'geloescht', 'deleted', 'erloschen', 'inactive', 'inaktiv', 'archived', 'archiviert', 'dissolved', 'aufgeloest',
    'abgemeldet', 'amtsgeloescht', 'beendet', 'closed', 'geschlossen'])
ACTIVE = frozenset([
    'currentlyregistered', 'registered', 'active', 'aktiv', 'eingetragen', 'bestehend', 'bestehtfort', 'open', 'aktuell', 'true', 'ja',
    'yes', '1'])
# By the least number of employees.
SIZE_CLASSES = {1: '1_9', 10: '10_49', 50: '50_249', 250: '250_plus'}
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-\u00a1-\uffff]+@[\w\-]+(?:\.[\w\-]+)+")


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
        if lower not in SIZE_CLASSES:
            raise ValueError(text)
        return SIZE_CLASSES[lower]
    if lower < 1:
        raise ValueError(text)
    return SIZE_CLASSES[max(least for least in SIZE_CLASSES if least <= lower)]
