"""Entries of the public registers that German local courts keep, and company names as registers export them.

Court, kind and number together are the key of a company: numbers start anew at every court and in
every register (§§ 8, 14 HGB, § 13 HRV; § 10 GenG; § 55 BGB; § 4 PartGG; § 707 BGB).
"""

import re
from typing import NamedTuple

from ..base.letters import UMLAUTS

# Kinds as the common register portal of the federal states writes them, and what people write instead.
KINDS = ('HRA', 'HRB', 'GnR', 'VR', 'PR', 'GsR')
_KIND_ALIASES = {
    **{kind.lower(): kind for kind in KINDS},
    'handelsregistera': 'HRA',
    'handelsregisterb': 'HRB',
    'genr': 'GnR',
    'genossenschaftsregister': 'GnR',
    'vereinsregister': 'VR',
    'partr': 'PR',
    'partnerschaftsregister': 'PR',
    'gesellschaftsregister': 'GsR',
}
_SMALL_WORDS = {'Am': 'am', 'An': 'an', 'Der': 'der', 'Im': 'im', 'In': 'in', 'A': 'a', 'B': 'b', 'Ob': 'ob'}
_NO_COURT = re.compile(r'(?<!\w)(?!(?:am|an|der|d|im|in|i|a|b|bei|ob|vor)(?!\w))(?-i:[a-zäöüß]+)(?!\w)|register|gericht', re.IGNORECASE)
# What stands around a court and does not name it.
_COURT_WORDS = re.compile(
    r'(?<!\w)(?:amtsgerichts?|registergerichts?|ag|registernummer|register-?nr|handelsregisters?(?:\s[ab])?|eingetragen(?:\s(?:im|in|beim))?'
    r'|beim|unter|des)(?!\w)[.:]*',
    re.IGNORECASE,
)
# The name of a place, with what tells it from others: "Berlin (Charlottenburg)", "Frankfurt a. M.", "Halle/Saale".
_COURT = re.compile(r"[^\W\d_][^\W\d_ .()/'’-]*(?:[ .()/'’-]+[^\W\d_]+)*[.)]*")
# In groups of three, or in one piece: of "18 42" nobody can tell which number it is.
_DIGITS = r'[0-9]{1,3}(?:[ .][0-9]{3})+|[0-9]+'
_NUMBER = re.compile(rf'({_DIGITS})\s*([A-Za-zÄÖÜäöü]{{0,3}})')
_KIND_PATTERN = r'HR\s?[AB]|GnR|GenR|VR|PartR|PR|GsR|Handelsregister\s+[AB]|[A-Za-z]+register'
_ENTRY = re.compile(
    rf'(?P<before>.*?)(?<!\w)(?P<kind>{_KIND_PATTERN})[\s:.\-]*(?:Nr\.?\s*)?'
    # a suffix is written in capitals or as one letter behind the number: "HRB 1234 Hof" names a court, "HRB 1234 AG Hof" too
    rf'(?P<number>(?:{_DIGITS})(?![0-9])(?:(?-i:[ ]?(?!AG\b)[A-ZÄÖÜ]{{1,3}}|[a-zäöü])(?!\w))?)(?P<after>.*)',
    re.IGNORECASE | re.DOTALL,
)
_COURT_SMALL = {'am', 'an', 'auf', 'bei', 'der', 'd', 'im', 'in', 'i', 'a', 'b', 'ob', 'vor'}
_COURT_SHORT = {'m': 'main', 'o': 'oder', 'rh': 'rhein', 'br': 'breisgau', 's': 'saale', 'brsg': 'breisgau'}
_TYPOGRAPHIC_QUOTES = str.maketrans(dict.fromkeys('„“”‟«»＂', '"'))


class InvalidRegisterEntry(ValueError):
    """Not a register entry; ``reason`` is one of `court`, `kind`, `number`, `kind_mismatch`, `format`."""

    def __init__(self, reason: str, text: str):
        super().__init__(f"{reason}: {text!r}")
        self.reason = reason
        self.text = text


class RegisterEntry(NamedTuple):
    """Equal entries are the same legal person.

    >>> str(RegisterEntry('Osnabrück', 'HRB', '1234'))
    'Osnabrück HRB 1234'
    """

    court: str
    kind: str
    number: str

    def __str__(self) -> str:
        return f"{self.court} {self.kind} {self.number}"

    @property
    def key(self) -> tuple[str, str, str]:
        """Equal for all spellings of one entry."""
        return court_key(self.court), self.kind, self.number


def normalise_court(court: str) -> str:
    """The place of the court, without what every court is called.

    >>> [normalise_court(court) for court in ('Amtsgericht Osnabrück', ' AG  Osnabrück ', 'OSNABRÜCK')]
    ['Osnabrück', 'Osnabrück', 'Osnabrück']
    >>> normalise_court('FRANKFURT AM MAIN'), normalise_court('Registergericht: Berlin (Charlottenburg)')
    ('Frankfurt am Main', 'Berlin (Charlottenburg)')

    What is left over is no court:

    >>> normalise_court('Osnabrück, Zweigstelle 2')  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    InvalidRegisterEntry: court: 'Osnabrück, Zweigstelle 2'
    """
    name = ' '.join(_COURT_WORDS.sub(' ', court or '').split()).strip(' ,;:-')
    name = re.sub(r'\(\s*\)', '', name).strip(' ,;:-')
    if name.isupper() or name.islower():
        words = name.title().split(' ')
        name = ' '.join(words[:1] + [_SMALL_WORDS.get(word, word) for word in words[1:]])
    if not _COURT.fullmatch(name) or _NO_COURT.search(name):
        raise InvalidRegisterEntry('court', court)
    return name


def court_key(court: str) -> str:
    """Equal for all spellings of one court.

    >>> court_key('Osnabrueck') == court_key('Osnabrück'), court_key('Coesfeld') == court_key('Cösfeld')
    (True, True)
    >>> len({court_key(court) for court in ('Berlin (Charlottenburg)', 'Charlottenburg (Berlin)', 'Charlottenburg')})
    1
    >>> len({court_key(court) for court in ('Frankfurt am Main', 'Frankfurt/Main', 'Frankfurt a. M.', 'FRANKFURT (MAIN)')})
    1
    >>> court_key('Frankfurt (Oder)') == court_key('Frankfurt am Main'), court_key('Oldenburg') == court_key('Osnabrück')
    (False, False)
    """
    words = {_COURT_SHORT.get(part, part) for part in re.findall(r'[^\W\d_]+', court.lower().translate(UMLAUTS))} - _COURT_SMALL
    if words <= {'berlin', 'charlottenburg'}:
        words = {'berlin', 'charlottenburg'}
    return ' '.join(sorted(words))


def normalise_register(court: str, kind: str, number: str) -> RegisterEntry:
    """One spelling for a register entry given in three columns.

    The number may carry letters: a court that took over the registers of others keeps their
    numbers apart by them ("HRB 1234 KI"), Berlin puts a B behind all of its own.

    >>> normalise_register('Amtsgericht Osnabrück', 'hrb', ' 001234')
    RegisterEntry(court='Osnabrück', kind='HRB', number='1234')
    >>> normalise_register('Osnabrück', 'GNR', '77'), normalise_register('Osnabrück', '', 'HRA 7618')
    (RegisterEntry(court='Osnabrück', kind='GnR', number='77'), RegisterEntry(court='Osnabrück', kind='HRA', number='7618'))
    >>> [normalise_register('Kiel', 'HRB', number).number for number in ('1234b', '1234 MÖ', '18 423', '18.423')]
    ['1234 B', '1234 MÖ', '18423', '18423']

    >>> def reason(*columns):
    ...     try:
    ...         normalise_register(*columns)
    ...     except InvalidRegisterEntry as error:
    ...         return error.reason
    >>> reason('', 'HRB', '1'), reason('Kiel', 'HRX', '1'), reason('Kiel', 'HRB', '0'), reason('Kiel', 'HRA', 'HRB 1')
    ('court', 'kind', 'number', 'kind_mismatch')

    Whatever is left over means that the number is not understood:

    >>> {reason('Kiel', 'HRB', number) for number in (
    ...     '18 42', '18-423', '18423/2', '18423 HRB', 'DEP3210V.HRB18423', '18423, früher 77', '18423 Kiel')}
    {'number'}
    """
    number_text = ' '.join((number or '').split())
    kind_text = kind or ''
    in_number = re.match(rf'(?:{_KIND_PATTERN})(?![^\W\d_])[\s:.\-]*', number_text, re.IGNORECASE)
    if in_number:
        kind_in_number = _normalise_kind(in_number.group())
        if kind_text.strip() and _normalise_kind(kind_text) != kind_in_number:
            raise InvalidRegisterEntry('kind_mismatch', f"{kind_text} {number_text}")
        kind_text = kind_in_number
        number_text = number_text[in_number.end() :]
    if re.match(r'[A-Z]{2}[A-Z0-9]+\.', number_text):
        # a European identifier (EUID) names the court by a code of its own
        raise InvalidRegisterEntry('number', number)
    found = _NUMBER.fullmatch(number_text)
    court_name, kind_name = normalise_court(court), _normalise_kind(kind_text)
    digits = re.sub(r'[ .]', '', found[1]).lstrip('0') if found else ''
    if not digits or found[2].lower() in _KIND_ALIASES:
        raise InvalidRegisterEntry('number', number)
    return RegisterEntry(court_name, kind_name, f"{digits} {found[2].upper()}".strip())


def parse_register_entry(text: str) -> RegisterEntry:
    """A register entry out of one line, as letterheads and legal notices print it.

    >>> parse_register_entry('Amtsgericht Osnabrück, HRB 1234')
    RegisterEntry(court='Osnabrück', kind='HRB', number='1234')
    >>> parse_register_entry('HRA Nr. 7618 (AG Osnabrück)')
    RegisterEntry(court='Osnabrück', kind='HRA', number='7618')
    >>> str(parse_register_entry('Vereinsregister: 140552, Registergericht Osnabrück'))
    'Osnabrück VR 140552'
    >>> str(parse_register_entry('Handelsregister: Amtsgericht Osnabrück, HRB 18 423')), str(parse_register_entry('HRB 1234 AG Hof'))
    ('Osnabrück HRB 18423', 'Hof HRB 1234')

    An entry is understood as a whole or not at all:

    >>> parse_register_entry('Osnabrück HRB 18423-2')  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    InvalidRegisterEntry: format: 'Osnabrück HRB 18423-2'
    >>> parse_register_entry('eingetragen in Osnabrück')  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    InvalidRegisterEntry: format: 'eingetragen in Osnabrück'
    """
    match = _ENTRY.fullmatch(' '.join((text or '').split()))
    if not match:
        raise InvalidRegisterEntry('format', text)
    before, after = (part.strip(' ,;:') for part in match.group('before', 'after'))
    if after.startswith('(') and after.endswith(')'):
        after = after[1:-1]
    courts = [part for part in (before, after) if _COURT_WORDS.sub('', part).strip(' ,;:-()')]
    if len(courts) > 1:
        raise InvalidRegisterEntry('format', text)
    try:
        return normalise_register(*courts or [''], match['kind'], match['number'])
    except InvalidRegisterEntry as error:
        if error.reason == 'court' and courts:
            raise InvalidRegisterEntry('format', text) from error
        raise


def undo_quoting(name: str) -> str:
    """A company name without the quotes that an export put around it.

    Removed is only what an export adds: a pair of quotes around the whole name and the doubling of
    quotes inside; typographic quotes become straight ones, several blanks one.

    >>> undo_quoting('"Muster Holding GmbH"'), undo_quoting('„MÖLLN  Musterverlag GmbH & Co. KG.“')
    ('Muster Holding GmbH', 'MÖLLN Musterverlag GmbH & Co. KG.')
    >>> undo_quoting('\"\"\"Probe aufs Exempel!\"\" e.V.\"')
    '"Probe aufs Exempel!" e.V.'

    Quotes that belong to the name stay:

    >>> undo_quoting('"Das Muster", Bekleidungs-Gesellschaft mit beschränkter Haftung')
    '"Das Muster", Bekleidungs-Gesellschaft mit beschränkter Haftung'
    >>> undo_quoting('Musterkreis pro "A" für gute Beispiele e.V.')
    'Musterkreis pro "A" für gute Beispiele e.V.'
    >>> undo_quoting('"Alte Mühle" und "Neue Mühle"')
    '"Alte Mühle" und "Neue Mühle"'
    """
    text = (name or '').translate(_TYPOGRAPHIC_QUOTES)
    previous = None
    while text != previous:
        previous = text
        text = ' '.join(text.split())
        if len(text) >= 2 and text[0] == text[-1] == '"':
            inner = text[1:-1]
            # In a quoted export field, every quote of the name itself is doubled.
            if '"' not in inner.replace('""', ''):
                text = inner.replace('""', '"')
                continue
        text = text.replace('""', '"')
    return text


def _normalise_kind(kind: str) -> str:
    name = _KIND_ALIASES.get(re.sub(r'[^a-z]', '', (kind or '').lower()))
    if not name:
        raise InvalidRegisterEntry('kind', kind)
    return name
