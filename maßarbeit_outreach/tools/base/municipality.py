"""Which municipality a company belongs to, from what an address says.

A postcode is no key of a municipality: 49577 serves Ankum, Eggermühlen and Kettenkamp. The official
key (AGS, Amtlicher Gemeindeschlüssel) is one; place names are one only beside a postcode, because
there is more than one Hagen and more than one Neuenkirchen. What is not certain is left for a
person to assign. Nothing here knows a county: names, postcodes and what people add to them come from
the directory.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import NamedTuple

from .letters import UMLAUTS

ASSIGNED = 'assigned'
TO_ASSIGN = 'to_assign'
OUTSIDE = 'outside'

# Mean radius of the earth (IUGG), in km.
EARTH_RADIUS_KM = 6371.0088

_DROP_DOTS = str.maketrans({'ä': 'a', 'ö': 'o', 'ü': 'u', 'ß': 'ss'})
# Between a place and what tells it from others of that name: "Hagen am Teutoburger Wald", "Neustadt a.d.Weinstr."
_PREPOSITIONS = ('am', 'an', 'auf', 'bei', 'im', 'in', 'ob', 'unter', 'vor', 'a', 'b', 'i', 'o', 'u', 'v')
_SUPPLEMENT = re.compile(rf'^(\S.*?) (?=(?:{"|".join(_PREPOSITIONS)}) )(.+)$')
# The same in front of a supplement, glued to it ("aTW") or not, and with an article or not.
_LEAD = rf'(?:(?:{"|".join(_PREPOSITIONS)}) ?)?(?:(?:der|dem|den|d) ?)?'
_LEADING = re.compile(rf'^(?:{"|".join(_PREPOSITIONS)}) (?:(?:der|dem|den|d) )?')
_POSTCODE_BEFORE = re.compile(r'^(?:d )?\d{5} ')
_KIND = re.compile(r'^(?:stadt|gemeinde) | (?:stadt|gemeinde)$')
_NO_WORD = re.compile(r'[\W_]+')
_DISTRICT = re.compile(r'\s*(?:[-–/(,]|\b(?:ot|ortsteil|ortst|bei|b|kr|kreis|lk|lkr|landkreis)\b)')


# Between municipalities that are named together.
_SEVERAL = re.compile(r'[/,;&+\n]| und | u\. ')


class Resolution(NamedTuple):
    """``key`` of the municipality (None unless assigned) and ``status``: assigned, to_assign, outside, or None."""

    key: Hashable | None
    status: str | None


class Directory:
    """The municipalities of the county, indexed once for any number of addresses.

    :param rows: ``(key, name, official_name, ags, postcodes)``, postcodes separated by blanks; several rows may have
        the same key, as those of merged municipalities do
    :param counties: names of the county, or counties, which people add to tell places apart ("b. Osnabrück")
    :param shared: postcodes that serve places outside, too
    :param ambiguous: keys of those whose name other places have, too

    >>> Directory([(1, 'Melle', 'Melle, Stadt', '03459024', '49324 49326')]).by_postcode['49326']
    (1,)
    """

    def __init__(
        self,
        rows: Iterable[tuple[Hashable, str, str, str, str]],
        counties: Iterable[str] = (),
        shared: Iterable[str] = (),
        ambiguous: Iterable[Hashable] = (),
    ):
        self.counties = tuple(sorted({_fold(county.split(',')[0]) for county in counties if county}))
        self.shared = frozenset(shared)
        self.ambiguous = frozenset(ambiguous)
        by_postcode, by_name, by_short_name = defaultdict(dict), defaultdict(dict), defaultdict(dict)
        supplements = defaultdict(dict)
        self.by_ags: dict[str, Hashable] = {}
        regions = defaultdict(set)
        for key, name, official_name, ags, postcodes in rows:
            if ags:
                self.by_ags[ags] = key
            for postcode in (postcodes or '').split():
                by_postcode[postcode][key] = True
                regions[key].add(postcode[:3])
            for full_name in filter(None, (name, (official_name or '').split(',')[0])):
                for folding in (UMLAUTS, _DROP_DOTS):
                    folded = _fold(full_name, folding)
                    form = _official_form(folded, self.counties)
                    by_name[form][key] = True
                    head, supplement = _split_supplement(folded, form)
                    by_short_name[head][key] = True
                    if supplement:
                        supplements[head][key, supplement, '.' in folded] = True
        self.by_postcode = {postcode: tuple(keys) for postcode, keys in by_postcode.items()}
        self.by_name = {form: tuple(keys) for form, keys in by_name.items()}
        self.by_short_name = {form: tuple(keys) for form, keys in by_short_name.items()}
        self._supplements = {head: [(*entry, _shortened(entry[1])) for entry in found] for head, found in supplements.items()}
        self._counties = {ags[:5] for ags in self.by_ags}
        self._regions = dict(regions)

    def resolve(self, postcode: str | None, place: str | None, ags: str | None = None) -> Resolution:
        """See :func:`resolve`."""
        if not self.by_name:
            return Resolution(None, None)
        key = normalise_ags(ags)
        if key in self.by_ags:
            return Resolution(self.by_ags[key], ASSIGNED)
        # "03459000" is the county itself, not a municipality outside it.
        if key and not (key.endswith('000') and key[:5] in self._counties):
            return Resolution(None, OUTSIDE)
        certain, likely = self._named(place)
        code = normalise_postcode(postcode)
        if not code:
            if len(certain) == 1 and (certain[0] not in self.ambiguous or self._names_county(place)):
                return Resolution(certain[0], ASSIGNED)
            return Resolution(None, TO_ASSIGN)
        served = self.by_postcode.get(code, ())
        if not served:
            # Post-office boxes and large recipients have postcodes of their own, near those of the place.
            if any(code[:3] in self._regions.get(key, ()) for key in certain):
                return Resolution(None, TO_ASSIGN)
            return Resolution(None, OUTSIDE)
        named = certain or likely
        if named:
            served = [key for key in served if key in named]
        elif code in self.shared:
            return Resolution(None, TO_ASSIGN)
        return Resolution(served[0], ASSIGNED) if len(served) == 1 else Resolution(None, TO_ASSIGN)

    def _names_county(self, place: str) -> bool:
        return bool(self.counties and _near_county(self.counties).search(_words(_fold(place))))

    def _named(self, place: str | None) -> tuple[tuple, tuple]:
        """Keys that the place names in full, and keys that it names in a short form or by a district."""
        several = {
            key: True for part in _SEVERAL.split(place or '') for key in self.by_name.get(_official_form(_fold(part), self.counties), ())
        }
        if len(several) > 1:
            return tuple(several), ()
        full, before, head = _place_forms(place or '', self.counties)
        certain = self.by_name.get(full) or self._named_shortened(full)
        likely = self.by_short_name.get(full) or self.by_short_name.get(before) or self.by_short_name.get(head, ())
        return certain, likely

    def _named_shortened(self, place: str) -> tuple:
        """Keys of municipalities whose supplement the place shortens: "Hagen a.T.W.", "Hagen atw", "Frankfurt Oder"."""
        words = place.split()
        for count in range(len(words) - 1, 0, -1):
            if found := self._supplements.get(' '.join(words[:count])):
                rest = ' '.join(words[count:])
                # official names are shortened, too: "Weiden i.d.OPf."
                return tuple(
                    dict.fromkeys(
                        key
                        for key, supplement, is_short, pattern in found
                        if pattern.fullmatch(rest) or (is_short and _shortened(_LEADING.sub('', rest)).fullmatch(supplement))
                    )
                )
        return ()


def resolve(postcode: str | None, place: str | None, ags: str | None, directory: Directory) -> Resolution:
    """The municipality of an address, or why there is none.

    1. An AGS decides: of the county → assigned, another valid one → outside. (Seven digits are one
       whose leading zero a spreadsheet dropped; twelve are the ARS, which contains the AGS.)
    2. A postcode of the county together with a place that names one municipality that it serves
       → assigned; that names another one → to assign; that names none → assigned if the postcode
       serves a single municipality and nobody outside, else to assign.
    3. Another valid postcode → outside; but to assign if the place is one of ours and the postcode
       is from the same region, as those of post-office boxes are.
    4. No postcode (or what is none): the full name of one municipality → assigned, else to assign; so is one that other places have, too.
       A short form ("Hagen") or a district ("Melle-Buer") is not enough without a postcode.
    5. As long as no municipality is known, nothing can be said: no status.

    >>> county = Directory([
    ...     ('dissen', 'Dissen am Teutoburger Wald', 'Dissen am Teutoburger Wald, Stadt', '03459015', '49201'),
    ...     ('hagen', 'Hagen am Teutoburger Wald', 'Hagen am Teutoburger Wald', '03459020', '49170'),
    ...     ('melle', 'Melle', 'Melle, Stadt', '03459024', '49324 49326 49328'),
    ...     ('ankum', 'Ankum', 'Ankum', '03459002', '49577'),
    ...     ('eggermuehlen', 'Eggermühlen', 'Eggermühlen', '03459016', '49577'),
    ... ], counties=['Osnabrück'])
    >>> resolve('49328', 'Ankum', '03459024', county), resolve('49324', 'Melle', '03404000', county)
    (Resolution(key='melle', status='assigned'), Resolution(key=None, status='outside'))
    >>> [resolve('49577', place, '', county).key for place in ('Ankum', 'EGGERMUEHLEN', 'Eggermuhlen', 'Kettenkamp', '')]
    ['ankum', 'eggermuehlen', 'eggermuehlen', None, None]
    >>> [resolve(None, place, None, county).key for place in ('Dissen a.T.W.', 'Stadt Melle', 'Melle b. Osnabrück')]
    ['dissen', 'melle', 'melle']
    >>> resolve('49324', 'Melle-Buer', '', county).key, resolve('49170', 'Hagen', '', county).key
    ('melle', 'hagen')
    >>> resolve('', 'Melle-Buer', '', county).status, resolve('', 'Hagen', '', county).status
    ('to_assign', 'to_assign')
    >>> resolve('49324', 'Dissen', '', county).status, resolve('58135', 'Hagen-Haspe', '', county).status
    ('to_assign', 'outside')
    >>> resolve('49304', 'Melle', '', county).status, resolve('49324', 'Buer', '', county).key
    ('to_assign', 'melle')
    >>> resolve('49577', 'Ankum / Eggermühlen', '', county).status, resolve('', 'Melle, Ankum und Dissen', '', county).status
    ('to_assign', 'to_assign')
    >>> resolve('49324', 'Melle/Ankum', '', county).key, resolve('4329', 'Leipzig', '', county).status
    ('melle', 'outside')
    >>> same = Directory([('n', 'Neuenkirchen', 'Neuenkirchen', '03459027', '49586')], counties=['Osnabrück'], ambiguous=['n'])
    >>> [resolve('', place, '', same).status for place in ('Neuenkirchen', 'Gemeinde Neuenkirchen', 'Neuenkirchen b. Osnabrück')]
    ['to_assign', 'to_assign', 'assigned']
    >>> resolve('49586', 'Neuenkirchen', '', same).status
    'assigned'
    >>> border = Directory([('melle', 'Melle', 'Melle, Stadt', '03459024', '49324')], shared=['49324'])
    >>> resolve('49324', 'Buer', '', border).status, resolve('49324', 'Melle', '', border).status
    ('to_assign', 'assigned')
    >>> resolve('49324', 'Melle', '', Directory([]))
    Resolution(key=None, status=None)
    """
    return directory.resolve(postcode, place, ags)


def haversine_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in km between two points in degrees, as the crow flies.

    >>> round(haversine_km(52.201721, 8.335672, 52.40672, 7.97915), 1)  # Melle to Bramsche
    33.3
    >>> haversine_km(52, 8, 52, 8)
    0.0
    """
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    a = math.sin((phi2 - phi1) / 2) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, a)))


def _fold(text: str, folding: dict = UMLAUTS) -> str:
    """Lower case (not case-folded, which would lose ß before the umlaut variants), one spelling of umlauts."""
    return ' '.join(unicodedata.normalize('NFKC', text).lower().translate(folding).split())


def _words(text: str) -> str:
    return _NO_WORD.sub(' ', text).strip()


@lru_cache(maxsize=64)
def _near_county(counties: tuple[str, ...]) -> re.Pattern:
    """What people add to a place of the county: "Belm b. Osnabrück", "Bissendorf (Kr. Osnabrück)"."""
    return re.compile(rf' (?:b|bei|kr|kreis|lk|lkr|landkreis) (?:{"|".join(map(re.escape, map(_words, counties)))})$')


def _official_form(text: str, counties: tuple[str, ...]) -> str:
    """A folded name without what marks its kind or county: "Melle, Stadt", "Gemeinde Belm".

    >>> _official_form('belm b. osnabrueck', ('osnabrueck',)), _official_form('bad iburg, stadt', ())
    ('belm', 'bad iburg')
    """
    words = _POSTCODE_BEFORE.sub('', _words(text))
    words = _KIND.sub('', words)
    return _near_county(counties).sub('', words) if counties else words


def _split_supplement(folded: str, form: str) -> tuple[str, str]:
    """The name alone, and what tells it from others of that name, if anything.

    >>> _split_supplement('hagen am teutoburger wald', 'hagen am teutoburger wald')
    ('hagen', 'teutoburger wald')
    >>> _split_supplement('lingen (ems)', 'lingen ems'), _split_supplement('bad iburg', 'bad iburg')
    (('lingen', 'ems'), ('bad iburg', ''))
    """
    if '(' in folded:
        head, __, supplement = folded.partition('(')
        return _words(head), _words(supplement)
    match = _SUPPLEMENT.match(form)
    return (match[1], _LEADING.sub('', match[2])) if match else (form, '')


@lru_cache(maxsize=8192)
def _shortened(supplement: str) -> re.Pattern:
    """Matches what is left of a supplement when its words lose letters, all but the first.

    >>> pattern = _shortened('teutoburger wald')
    >>> [bool(pattern.fullmatch(text)) for text in ('a t w', 'atw', 'am teutob wald', 'im tw', 'teutoburger', 'a w')]
    [True, True, True, True, False, False]
    >>> bool(_shortened('oberpfalz').fullmatch('i d opf'))
    True
    """
    return re.compile(_LEAD + ' ?'.join(word[0] + ''.join(f'{letter}?' for letter in word[1:]) for word in supplement.split()))


@lru_cache(maxsize=8192)
def _place_forms(place: str, counties: tuple[str, ...]) -> tuple[str, str, str]:
    """The full form of a place; the form without a supplement; the part before a district."""
    folded = _fold(place)
    full = _official_form(folded, counties)
    head = _official_form(_DISTRICT.split(folded, maxsplit=1)[0], counties)
    return full, _split_supplement(folded, full)[0], head


def normalise_postcode(postcode: str | None) -> str:
    """Five digits, or nothing for what is no German postcode (01067 is the lowest one in use). A spreadsheet's lost leading zero is put
    back.

    >>> [normalise_postcode(text) for text in (' D-49324 ', '49324', '4329', 'Lotter', '00000', '7545 AB', None)]
    ['49324', '49324', '04329', '', '', '', '']
    """
    match = re.fullmatch(r'(?:DE?[\s-]*)?([0-9]{5})|([1-9][0-9]{3})', str(postcode or '').strip(), re.IGNORECASE)
    code = (match[1] or match[2].zfill(5)) if match else ''
    return code if code >= '01000' else ''


def split_place(text: str) -> tuple[str, str]:
    """Postcode and place out of one cell, in either order; what is not both of them is a place.

    >>> [split_place(text) for text in ('49324 Melle', 'D-49324, Melle', 'Melle 49324', '4329 Leipzig', 'Melle', '49324')]
    [('49324', 'Melle'), ('49324', 'Melle'), ('49324', 'Melle'), ('04329', 'Leipzig'), ('', 'Melle'), ('49324', '')]
    """
    text = ' '.join(text.split())
    if normalise_postcode(text):
        return normalise_postcode(text), ''
    for pattern in (
        r'(?P<code>(?:DE?[ -]?)?[0-9]{4,5})[ ,/]+(?P<place>[^\W\d].*)',
        r'(?P<place>.*[^\W\d][.)]?)[ ,/]+(?P<code>(?:DE?-)?[0-9]{5})',
    ):
        match = re.fullmatch(pattern, text, re.IGNORECASE)
        if match and (code := normalise_postcode(match['code'])):
            return code, match['place'].strip(' ,/')
    return '', text


def normalise_ags(ags: str | None) -> str:
    """Eight digits that begin with a federal state (01 to 16), or nothing.

    >>> [normalise_ags(text) for text in ('03459024', '3459024', '034590024024', '99999999', 'x', None)]
    ['03459024', '03459024', '03459024', '', '', '']
    """
    text = re.sub(r'\s', '', str(ags or ''))
    if not re.fullmatch(r'[0-9]{7,8}|[0-9]{12}', text):
        return ''
    text = text[:5] + text[9:] if len(text) == 12 else text.rjust(8, '0')
    return text if '01' <= text[:2] <= '16' else ''
