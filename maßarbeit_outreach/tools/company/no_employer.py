"""Which entries of a register are presumably no employer, by legal form and name: nobody has to be visited there.

A register lists every company, also those in which nobody works: general partners of limited partnerships
("Muster Verwaltungs GmbH"), companies that hold shares, land or a wind farm, and clubs that people run beside their work.

The rule would rather leave a shell in the list than leave an employer out:

* The words have to be the *purpose* of the company, right before the legal form. What stands beside them with "und" is
  another purpose ("Handels- und Beteiligungs GmbH"), and so is what comes behind the legal form.
* Companies limited by shares, cooperatives and non-profit companies are never left out: their holdings have staff.
* A "Verwaltungs GmbH & Co. KG" is no general partner but a partnership of its own.
* Property management ("Hausverwaltung", "Immobilien-Verwaltung") is a trade.
* A size class or a Betriebsnummer says that people work there, whatever the name is.

It is a presumption; a person decides otherwise by one click.
"""

import re
from itertools import pairwise

from ..base.letters import UMLAUTS

_TOKEN = re.compile(r"\w+|[&+]")
_GENERAL_PARTNER = r'verwaltung|geschaeftsfuehrung|komplementaer'
_HOLDER = (
    r'beteiligung|holding|vermoegensverwaltung|vorrat|besitz|grundbesitz|grundbesitzverwaltung|grundstueck|grundstuecksbesitz'
    r'|grundstuecksverwaltung'
)
_ENDING = r'(?:s|en)?(?:gesellschaft|ges)?'
_IS_GENERAL_PARTNER = re.compile(rf'(?:{_GENERAL_PARTNER}){_ENDING}')
_IS_SHELL = re.compile(rf'(?:{_GENERAL_PARTNER}|{_HOLDER}){_ENDING}')
_IS_FARM = re.compile(r'(?:buerger)?(?:wind|solar)park')
# "Haus- und Immobilien-Verwaltung": who looks after houses has staff.
_PROPERTY = {'haus', 'immobilien', 'wohnungs', 'wohn', 'wohnungseigentums', 'gebaeude', 'liegenschafts', 'objekt'}
_LIMITED = {'gmbh', 'mbh', 'ug', 'haftungsbeschraenkt', 'haftung'}
_PARTNERSHIP = {'kg', 'ohg', 'gbr', 'egbr'}
_NEVER = {'ag', 'se', 'kgaa', 'eg', 'ggmbh', 'aktiengesellschaft', 'genossenschaft', 'gemeinnuetzige', 'stiftung'}
_FORM = _LIMITED | _PARTNERSHIP | {'gesellschaft', 'ges', 'mit', 'beschraenkter', 'co', 'und', 'unternehmergesellschaft', 'm', 'b', 'h'}
# Clubs beside work; sports clubs and welfare associations have staff often enough.
_CLUB = re.compile(
    r'(?:buerger)?schuetzen(?:verein|bruderschaft|gilde|bund|gesellschaft|kreis|korps)|heimatverein|foerder(?:verein|kreis)|freundeskreis'
    r'|buergerinitiative|karnevals?\w*|kleing(?:ae|a)rt\w*|tennis(?:verein|club|gemeinschaft)|reit(?:er)?verein|(?:musik|gesang|angel)verein'
    r'|maennerchor|blaskapelle|(?:spielmanns|musik)zug|sportfischereiverein|rassegefluegelzuchtverein|kegelclub|soldatenkameradschaft'
    r'|partnerschaftsverein|unterstuetzungskasse'
)
_CLUB_PHRASE = re.compile(r'\b(?:reit und fahrverein|verein der freunde|freunde und foerderer)\b')


def find_words(name: str, register_kind: str = '') -> str:
    """The words of a name by which it is presumably no employer; empty when nothing says so.

    :param register_kind: of the register entry, such as `HRB` or `VR`; empty when there is none

    >>> [find_words(name) for name in ('Muster Verwaltungs GmbH', 'Muster & Söhne Verwaltungs- und Beteiligungsgesellschaft mbH')]
    ['Verwaltungs GmbH', 'Verwaltungs und Beteiligungsgesellschaft mbH']
    >>> find_words('Muster Holding GmbH & Co. KG'), find_words('Muster Beteiligungs-UG (haftungsbeschränkt)')
    ('Holding GmbH & Co KG', 'Beteiligungs UG haftungsbeschränkt')
    >>> find_words('Beteiligungsgesellschaft Muster mit beschränkter Haftung')
    'Beteiligungsgesellschaft Muster mit beschränkter Haftung'
    >>> find_words('Zwölfte Windpark Musterfeld GmbH & Co. KG'), find_words('Musterdorfer Grundstücksverwaltung GmbH & Co. KG')
    ('Windpark', 'Grundstücksverwaltung GmbH & Co KG')

    Another purpose beside it, or behind it:

    >>> [find_words(name) for name in (
    ...     'Muster Betriebs- und Beteiligungsgesellschaft mbH', 'Muster Dichtungen und Verwaltungs GmbH',
    ...     'Muster Vermögensverwaltung und Handels GmbH', 'Muster Verwaltungsgesellschaft mbH Steuerberatungsgesellschaft')]
    ['', '', '', '']

    Trades, companies of their own, and those that have staff by their form:

    >>> [find_words(name) for name in (
    ...     'Hausverwaltung Muster KG', 'Muster Immobilien-Verwaltungs GmbH', 'Muster Verwaltungs GmbH & Co. KG',
    ...     'Muster Holding AG', 'Muster Holding gGmbH', 'Kreisverwaltung Musterland', 'Muster Metallbau GmbH', '')]
    ['', '', '', '', '', '', '', '']

    Clubs, by name and form:

    >>> find_words('Schützenverein Musterdorf von 1850 e.V.'), find_words('Reit- und Fahrverein Musterdorf', 'VR')
    ('Schützenverein', 'Reit und Fahrverein')
    >>> [find_words(name, 'VR') for name in ('Deutsches Rotes Kreuz Kreisverband Muster e.V.', 'Turn- und Sportverein Muster e.V.')]
    ['', '']
    >>> find_words('Schützenverein-Bedarf Muster GmbH'), find_words('Karnevalshop Muster GmbH')
    ('', '')
    """
    words = _TOKEN.findall(name or '')
    tokens = ['und' if word in '&+' else word.lower().translate(UMLAUTS) for word in words]
    if register_kind == 'VR' or 'ev' in tokens or ('e', 'v') in pairwise(tokens):
        return _find_club(words, tokens)
    if _NEVER & set(tokens):
        return ''
    return _find_shell(words, tokens)


def is_presumed(name: str, register_kind: str = '', size_class: str = '', betriebsnummer: str = '') -> bool:
    """Whether a company is presumably no employer.

    >>> is_presumed('Muster Holding GmbH'), is_presumed('Muster Holding GmbH', size_class='10_49')
    (True, False)
    >>> is_presumed('Muster Holding GmbH', betriebsnummer='12345678')
    False
    """
    return not size_class and not betriebsnummer and bool(find_words(name, register_kind))


def _find_club(words, tokens):
    for word, token in zip(words, tokens, strict=True):
        if _CLUB.fullmatch(token):
            return word
    if phrase := _CLUB_PHRASE.search(' '.join(tokens)):
        start = ' '.join(tokens)[: phrase.start()].count(' ')
        return ' '.join(words[start : start + phrase.group().count(' ') + 1])
    return ''


def _find_shell(words, tokens):
    is_partnership = 'co' in tokens and bool(_PARTNERSHIP & set(tokens))
    if is_partnership and 'gmbh' in tokens:
        for word, token in zip(words, tokens, strict=True):
            if _IS_FARM.fullmatch(token):
                return word
    # the legal form at the end, then the purpose before it
    stop = len(tokens)
    while stop and tokens[stop - 1] in _FORM:
        stop -= 1
    form = set(tokens[stop:])
    if not form & (_LIMITED | _PARTNERSHIP):
        return ''
    start = stop
    while start and (tokens[start - 1] == 'und' or _IS_SHELL.fullmatch(tokens[start - 1])):
        start -= 1
    purpose = [token for token in tokens[start:stop] if token != 'und']
    if start == stop:
        return _find_leading(words, tokens, stop)
    if not purpose or tokens[start] == 'und' or (start and tokens[start - 1] in _PROPERTY):
        return ''
    if all(_IS_GENERAL_PARTNER.fullmatch(token) for token in purpose) and (is_partnership or not form & _LIMITED):
        return ''
    return ' '.join(words[start:])


def _find_leading(words, tokens, stop):
    """ "Beteiligungsgesellschaft Muster mbH": the purpose first, then a name and nothing but a name."""
    if (
        tokens[0].endswith('gesellschaft')
        and _IS_SHELL.fullmatch(tokens[0])
        and not (_IS_GENERAL_PARTNER.fullmatch(tokens[0]) and 'co' in tokens)
        and not any(token.endswith('gesellschaft') for token in tokens[1:stop])
        and tokens[1] != 'und'
    ):
        return ' '.join(words)
    return ''
