"""A cell of a file out of the case system: from its text to a value, or ValueError, KeyError, TypeError.

A date or year of birth becomes an age band here and is gone.
"""

import re
from datetime import date
from typing import NamedTuple

from ..files.record_columns import word

MAX_REFERENCE = 40
_BANDS = ((18, '15_17'), (25, '18_24'), (35, '25_34'), (50, '35_49'), (60, '50_59'), (121, '60_plus'))


def _vocabulary(words: dict) -> dict:
    """{word: value} of {value: words}, the words in the normal form of `word`."""
    return {text: value for value, texts in words.items() for text in texts.split()}


BOOLEANS = _vocabulary({True: 'ja j yes y x wahr true 1', False: 'nein n no falsch false 0'})
LEVELS = _vocabulary(
    {
        '0_none': 'keine kein none 0 a0',
        '1_a1': 'a1',
        '2_a2': 'a2',
        '3_b1': 'b1',
        '4_b2': 'b2',
        '5_c1': 'c1',
        '6_c2': 'c2',
        '7_native': 'muttersprache muttersprachlich muttersprachler muttersprachlerin native nativespeaker mothertongue',
    }
)
# What a certificate says around its level. By some of it there was a test.
_CERTIFICATES = frozenset(
    ['telc', 'goethe', 'goetheinstitut', 'goethezertifikat', 'oesd', 'osd', 'dtz', 'testdaf', 'zertifikat', 'zertifiziert', 'certificate']
)
_AROUND_LEVELS = _CERTIFICATES | {
    'niveau',
    'sprachniveau',
    'stufe',
    'level',
    'ger',
    'gers',
    'cefr',
    'deutsch',
    'german',
    'kenntnisse',
    'deutschkenntnisse',
    'nach',
}
# "Verkäufer:in" is one word.
_GENDER_COLON = re.compile(r':(?=in(?:nen)?\b)')
AGE_BANDS = _vocabulary(
    {
        '15_17': '1517 unter18 u18 under18',
        '18_24': '1824',
        '15_24': '1524 unter25 u25 bis24 under25',
        '25_34': '2534',
        '35_49': '3549',
        '50_59': '5059',
        '60_plus': '60 60undaelter 60plus ab60 60andover',
    }
)
PERMISSIONS = _vocabulary(
    {
        'free': 'free frei gestattet erlaubt unrestricted uneingeschraenkt uneingeschraenkterwerbstaetigkeiterlaubt',
        'with_permit': 'withpermit mitgenehmigung mitgenehmigungderauslaenderbehoerde mitzustimmung zustimmungspflichtig'
        ' withpermitoftheimmigrationoffice beschaeftigungserlaubniserforderlich',
        'free_from': 'freefrom freeab freiab freiabdatum freeafromadate freefromadate unrestrictedfromadate uneingeschraenktab',
        'blocked_until': 'blockeduntil gesperrtbis blockeduntiladate gesperrtbisdatum wartezeit wartezeitbis beschaeftigungsverbotbis',
        'forbidden': 'forbidden verboten nichtgestattet erwerbstaetigkeitnichtgestattet',
        'unclear': 'unclear unklar ungeklaert',
    }
)
REGIMES = _vocabulary(
    {
        'sgb2': 'sgbii sgb2',
        'sgb3': 'sgbiii sgb3',
        'asylblg': 'asylblg',
        'sgb12': 'sgbxii sgb12',
        'none': 'none keiner kein',
        'unknown': 'unknown unbekannt',
    }
)
STATUSES = _vocabulary(
    {
        'available': 'available verfuegbar aktiv active',
        'paused': 'paused pausiert pause',
        'proposed': 'proposed invorschlag vorgeschlagen inproposal vorauswahl invorauswahl',
        'placed': 'placed vermittelt integriert',
        'left': 'left signedoff abgemeldet beendet ausgeschieden abgang',
    }
)
RECOGNITIONS = _vocabulary(
    {
        'german': 'germanqualification deutscherabschluss deutsch',
        'not_needed': 'notneeded nichtnoetig nichterforderlich',
        'not_applied': 'notapplied nichtbeantragt notappliedfor',
        'advice': 'advice inadvice inberatung beratung anerkennungsberatung inanerkennungsberatung',
        'applied': 'applied beantragt appliedfor laeuft',
        'full': 'full voll vollanerkannt anerkannt',
        'partial': 'partial teilweise teilanerkannt teilweisegleichwertig',
        'none': 'none keine abgelehnt notequivalent keinegleichwertigkeit',
    }
)
SKILL_LEVELS = _vocabulary(
    {
        '1': '1 basic basics grundkenntnisse grundlagen',
        '2': '2 independent selbststaendig gut gutekenntnisse routine',
        '3': '3 advanced sehrgut fortgeschritten erweitertekenntnisse',
        '4': '4 expert expertlevel experte expertin expertenkenntnisse profi',
    }
)


class Item(NamedTuple):
    """One entry of a cell with several: ``key`` as written (code, address or label), and what follows it."""

    key: str
    details: tuple = ()


def is_reference(text):
    """Whether a text may be the number of a case file: it has a digit, no longer words, and is no date.

    >>> [is_reference(text) for text in ('BG-12345//0012', '4711', 'Müller, Hans', 'Mueller1', '01.02.1990', '')]
    [True, True, False, False, False, False]
    """
    return bool(
        text
        and len(text) <= MAX_REFERENCE
        and re.fullmatch(r'[A-Za-z0-9][A-Za-z0-9 ./_:-]*', text)
        and re.search(r'[0-9]', text)
        and not re.search(r'[A-Za-z]{5}', text)
        and not re.fullmatch(r'[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}', text)
    )


def parse_number(text):
    """The number of a household, under the same rule as that of a person."""
    if not is_reference(text):
        raise ValueError
    return text


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
    ('35_49', '18_24', '25_34')
    """
    if re.fullmatch(r'[0-9]{4}', text):
        born = date(int(text), 7, 1)
    else:
        born = parse_date(text)
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if not 14 <= age <= 120:
        raise ValueError
    return next(band for limit, band in _BANDS if age < limit)


def parse_age_band(text):
    """An age band from its key, its label, or an age in years.

    >>> parse_age_band('25–34'), parse_age_band('35'), parse_age_band('unter 25'), parse_age_band('35 Jahre')
    ('25_34', '35_49', '15_24', '35_49')
    """
    if band := AGE_BANDS.get(word(text)):
        return band
    age = int(re.fullmatch(r'([0-9]{2,3})(?: (?:Jahre?|J\.|years?))?', text)[1])
    if not 14 <= age <= 120:
        raise ValueError
    return next(band for limit, band in _BANDS if age < limit)


def items(text):
    """The entries of a cell, separated by semicolon, bar or line; details behind a colon, but not within an address.

    >>> items('Schweißen: 3 | http://data.europa.eu/esco/skill/1a:2')
    [Item(key='Schweißen', details=('3',)), Item(key='http://data.europa.eu/esco/skill/1a', details=('2',))]
    >>> items('Maler:in: 4')
    [Item(key='Maler:in', details=('4',))]
    """
    found = []
    for part in re.split(r'[;|\n]', text):
        scheme, mark, rest = part.strip().rpartition('://')
        key, *details = (piece.strip().replace('\0', ':') for piece in _GENDER_COLON.sub('\0', rest).split(':'))
        if key:
            found.append(Item(scheme + mark + key, tuple(details)))
    return found


def spellings(key):
    """A name of an occupation as it is written, and without the ending for women.

    >>> spellings('Maler:in'), spellings('Maler/-innen'), spellings('24422')
    (('maler:in', 'maler'), ('maler/-innen', 'maler'), ('24422',))
    """
    key = key.lower()
    return tuple(dict.fromkeys((key, re.sub(r'[:*_/]-?in(?:nen)?$', '', key))))


class Level(NamedTuple):
    """A level of a language, and whether the cell names a certificate of it."""

    level: str
    is_tested: bool = False


def parse_level(text):
    """A level as people and certificates write it; what may be two levels, or is still being learnt, is none.

    >>> [parse_level(text) for text in ('B1', 'C1 (Goethe)', 'telc B1', 'B1.2', 'B1+', 'Muttersprachler')]
    ... # doctest: +NORMALIZE_WHITESPACE
    [Level(level='3_b1', is_tested=False), Level(level='5_c1', is_tested=True), Level(level='3_b1', is_tested=True),
     Level(level='3_b1', is_tested=False), Level(level='3_b1', is_tested=False), Level(level='7_native', is_tested=False)]
    >>> parse_level('keine Deutschkenntnisse').level, parse_level('mother tongue').level
    ('0_none', '7_native')
    >>> def understood(text):
    ...     try:
    ...         return bool(parse_level(text))
    ...     except (ValueError, KeyError):
    ...         return False
    >>> [understood(text) for text in ('A2/B1', 'A2-B1', 'B1.1', 'B1-Kurs', 'kein B1', 'B1 mündlich', 'B1 (B2 telc)', 'gut', 'B3')]
    [False, False, False, False, False, False, False, False, False]
    """
    if known := LEVELS.get(word(text)):
        return Level(known)
    words = [word(part) for part in re.split(r'[\s()\[\],;:/-]+', re.sub(r'(?i)\b([abc][12])(?:\.2|\+)(?=\W|$)', r'\1', text))]
    words = [part for part in words if part]
    if len(words) > 1 and words[0] in ('kein', 'keine', 'ohne') and set(words[1:]) <= {'deutsch', 'kenntnisse', 'deutschkenntnisse'}:
        return Level('0_none')
    levels = [part for part in words if part in LEVELS and part[0].isalpha() and LEVELS[part] != '0_none']
    if len(levels) != 1 or not set(words) - {levels[0]} <= _AROUND_LEVELS:
        raise ValueError
    return Level(LEVELS[levels[0]], bool(_CERTIFICATES & set(words)))


def one_of(words):
    """A parser of one word of a vocabulary."""

    def parse(text):
        return words[word(text)]

    return parse


def parse_reach(text):
    """Kilometres, up to 500.

    >>> parse_reach('30 km')
    30
    """
    value = int(re.fullmatch(r'([0-9]{1,3}) ?(?:km)?', text.lower())[1])
    if value > 500:
        raise ValueError
    return value


def parse_short(text):
    """A text of up to 60 characters: a longer one is a remark that slipped into the column."""
    if len(text) > 60:
        raise ValueError
    return text
