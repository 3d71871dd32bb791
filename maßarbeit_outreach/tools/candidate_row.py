"""One row of a file out of the case system: from cells as they come to clean values, or to named problems.

Pure rules, no Odoo. A problem never carries the cell: when columns have slipped, a cell may hold a name. A date or year of
birth becomes an age band here and is gone.
"""
import re
from datetime import date
from typing import NamedTuple

from . import licences
from .company_row import clean

MAX_REFERENCE = 40

_UMLAUTS = str.maketrans({'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'ß': 'ss'})
_BANDS = ((25, '15_24'), (35, '25_34'), (50, '35_49'), (60, '50_59'), (121, '60_plus'))


def _vocabulary(words: dict) -> dict:
    """{word: value} of {value: words}, the words in the normal form of `word`."""
    return {text: value for value, texts in words.items() for text in texts.split()}


BOOLEANS = _vocabulary({True: 'ja j yes y x wahr true 1', False: 'nein n no falsch false 0'})
LEVELS = _vocabulary({
    '0_none': 'keine kein none 0 a0', '1_a1': 'a1', '2_a2': 'a2', '3_b1': 'b1', '4_b2': 'b2', '5_c1': 'c1', '6_c2': 'c2',
    '7_native': 'muttersprache muttersprachlich native',
})
AGE_BANDS = _vocabulary({
    '15_24': '1524', '25_34': '2534', '35_49': '3549', '50_59': '5059', '60_plus': '60 60undaelter 60plus ab60 60andover',
})
PERMISSIONS = _vocabulary({
    'free': 'free frei gestattet erlaubt uneingeschraenkt',
    'with_permit': 'withpermit mitgenehmigung mitgenehmigungderauslaenderbehoerde mitzustimmung zustimmungspflichtig'
                   ' withpermitoftheimmigrationoffice',
    'free_from': 'freefrom freeab freiab freiabdatum freeafromadate freefromadate',
    'blocked_until': 'blockeduntil gesperrtbis blockeduntiladate gesperrtbisdatum',
    'forbidden': 'forbidden verboten nichtgestattet',
    'unclear': 'unclear unklar ungeklaert',
})
REGIMES = _vocabulary({
    'sgb2': 'sgbii sgb2', 'sgb3': 'sgbiii sgb3', 'asylblg': 'asylblg', 'sgb12': 'sgbxii sgb12', 'none': 'none keiner kein',
    'unknown': 'unknown unbekannt',
})
STATUSES = _vocabulary({
    'available': 'available verfuegbar aktiv active',
    'paused': 'paused pausiert pause',
    'proposed': 'proposed invorschlag vorgeschlagen inproposal',
    'placed': 'placed vermittelt integriert',
    'left': 'left abgemeldet beendet ausgeschieden abgang',
})
RECOGNITIONS = _vocabulary({
    'not_needed': 'notneeded nichtnoetig nichterforderlich',
    'not_applied': 'notapplied nichtbeantragt notappliedfor',
    'advice': 'advice inadvice inberatung beratung',
    'applied': 'applied beantragt appliedfor laeuft',
    'full': 'full voll vollanerkannt anerkannt',
    'partial': 'partial teilweise teilanerkannt',
    'none': 'none keine abgelehnt',
})
SKILL_LEVELS = _vocabulary({
    '1': '1 basic basics grundkenntnisse grundlagen',
    '2': '2 independent selbststaendig gut routine',
    '3': '3 advanced sehrgut fortgeschritten',
    '4': '4 expert experte expertin profi',
})


class Problem(NamedTuple):
    """What is wrong: ``code`` names it, ``target`` is the column's target. ``rejects`` tells whether the row is out, or
    only the cell."""

    code: str
    target: str
    rejects: bool = False


class Item(NamedTuple):
    """One entry of a cell with several: ``key`` as written (code, address or label), and what follows it."""

    key: str
    details: tuple = ()


def word(text):
    """Normal form of a word in a selection.

    >>> word(' SGB II '), word('Geprüft'), word('15–24')
    ('sgbii', 'geprueft', '1524')
    """
    return re.sub(r'[^a-z0-9]', '', text.lower().translate(_UMLAUTS))


def is_reference(text):
    """Whether a text may be the number of a case file: it has a digit, no longer words, and is no date.

    >>> [is_reference(text) for text in ('BG-12345//0012', '4711', 'Müller, Hans', 'Mueller1', '01.02.1990', '')]
    [True, True, False, False, False, False]
    """
    return bool(
        text and len(text) <= MAX_REFERENCE
        and re.fullmatch(r'[A-Za-z0-9][A-Za-z0-9 ./_:-]*', text)
        and re.search(r'[0-9]', text)
        and not re.search(r'[A-Za-z]{5}', text)
        and not re.fullmatch(r'[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}', text))


def parse_date(text):
    """A date as German and ISO files write it.

    >>> parse_date('01.12.2026'), parse_date('2026-12-01'), parse_date('2026-12-01 00:00:00')
    (datetime.date(2026, 12, 1), datetime.date(2026, 12, 1), datetime.date(2026, 12, 1))
    """
    if match := re.fullmatch(r'([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})', text):
        return date(int(match[3]), int(match[2]), int(match[1]))
    return date.fromisoformat(text.partition(' ')[0])


def age_band(text, today):
    """The age band of a year or date of birth; a year counts from its middle on.

    >>> day = date(2026, 11, 23)
    >>> age_band('1990', day), age_band('24.11.2001', day), age_band('23.11.2001', day)
    ('35_49', '15_24', '25_34')
    """
    if re.fullmatch(r'[0-9]{4}', text):
        born = date(int(text), 7, 1)
    else:
        born = parse_date(text)
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if not 14 <= age <= 120:
        raise ValueError
    return next(band for limit, band in _BANDS if age < limit)


def items(text):
    """The entries of a cell, separated by semicolon, bar or line; details behind a colon, but not within an address.

    >>> items('Schweißen: 3 | http://data.europa.eu/esco/skill/1a:2')
    [Item(key='Schweißen', details=('3',)), Item(key='http://data.europa.eu/esco/skill/1a', details=('2',))]
    """
    found = []
    for part in re.split(r'[;|\n]', text):
        scheme, mark, rest = part.strip().rpartition('://')
        key, *details = (piece.strip() for piece in rest.split(':'))
        if key:
            found.append(Item(scheme + mark + key, tuple(details)))
    return found


def _one_of(words):
    def parse(text):
        return words[word(text)]
    return parse


def _reach(text):
    value = int(re.fullmatch(r'([0-9]{1,3}) ?(?:km)?', text.lower())[1])
    if value > 500:
        raise ValueError
    return value


def _licence(text):
    text = re.sub(r'[;|/+ ]+', ', ', text.upper()).replace(',,', ',')
    if word(text) in ('keine', 'kein', 'none', 'nein'):
        return None
    if licences.unknown(text):
        raise ValueError
    return ', '.join(dict.fromkeys(part for part in re.split(r'[, ]+', text) if part))


def _short(text):
    if len(text) > 60:
        raise ValueError
    return text


_PARSERS = {
    'age_band': _one_of(AGE_BANDS),
    'reach_km': _reach,
    'driving_licence': _licence,
    'german_level': _one_of(LEVELS),
    'permission': _one_of(PERMISSIONS),
    'regime': _one_of(REGIMES),
    'status': _one_of(STATUSES),
    'residence_title': _short,
    **dict.fromkeys(
        ('has_vehicle', 'is_bus_only', 'is_german_tested', 'does_full_time', 'does_part_time', 'does_shifts', 'does_mini_job'),
        _one_of(BOOLEANS)),
    **dict.fromkeys(
        ('german_date', 'permission_date', 'permission_until', 'regime_from', 'available_from', 'paused_until'), parse_date),
    **dict.fromkeys(('skills', 'occupations', 'languages', 'interests'), items),
}
_AS_WRITTEN = ('ags', 'zip', 'city', 'officer', 'adviser')


def parse(cells, today):
    """Turn the cells of one row into ``(values by target, problems)``; only what the row says is in the values.

    :param dict cells: target -> cell text
    :param date today: for the age band

    >>> values, problems = parse({'reference': 'BG 12', 'birth': '1990', 'german_level': 'B1', 'reach_km': 'weit'}, date(2026, 11, 23))
    >>> values, problems
    ({'reference': 'BG 12', 'age_band': '35_49', 'german_level': '3_b1'}, [Problem(code='value', target='reach_km', rejects=False)])
    >>> parse({'reference': 'Hans Meyer'}, date(2026, 11, 23))
    ({}, [Problem(code='reference', target='reference', rejects=True)])
    """
    cells = {target: text if target in ('skills', 'occupations', 'languages', 'interests') else clean(text)
             for target, text in cells.items()}
    if '\ufffd' in ''.join(cells.values()):
        return {}, [Problem('undecodable', '', True)]
    reference = cells.get('reference', '')
    if not is_reference(reference):
        return {}, [Problem('reference' if reference else 'reference_missing', 'reference', True)]
    values, problems = {'reference': reference}, []
    if cells.get('birth') and not cells.get('age_band'):
        try:
            values['age_band'] = age_band(cells['birth'], today)
        except ValueError:
            problems.append(Problem('value', 'birth'))
    for target in _AS_WRITTEN:
        if cells.get(target):
            values[target] = cells[target]
    for target, parser in _PARSERS.items():
        if text := cells.get(target, '').strip():
            try:
                values[target] = parser(text)
            except (ValueError, KeyError, TypeError):
                problems.append(Problem('value', target))
    if values.get('permission') in ('free_from', 'blocked_until') and not values.get('permission_date'):
        problems.append(Problem('permission_date_missing', 'permission', True))
    if values.get('status') == 'paused' and not values.get('paused_until'):
        problems.append(Problem('paused_until_missing', 'status', True))
    return values, problems
