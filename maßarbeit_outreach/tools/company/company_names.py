"""Near-equal company names: one key per name, a cheap similarity, and an index that avoids comparing all with all.

Two names are compared without their legal form, punctuation, case and spelling of umlauts. The
similarity is that of PostgreSQL's `pg_trgm` (Jaccard index of the words' trigrams), so that a query
and this rule agree on what is near.

A near-equal name is a *hint for a person*, never a reason to merge: a limited partnership and its
general partner ("X GmbH & Co. KG", "X GmbH") differ in nothing but the form. Two different entries
in the register are two companies, unless the name is the same and one of the entries may have followed
the other: a sole trader became a GmbH, or a seat moved to another court.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache

from ..base.letters import UMLAUTS

# Names at least this near are shown as possible duplicates. Chosen on the 1,030 entries of a real
# register (7 pairs in their municipalities): at 0.7 word order, plural and typing errors are still found ("Metallbau Schulte" –
# "Metalbau Schulte": 0.84), while names that merely share a trade and a place stay apart.
SIMILAR_FROM = 0.7

_FOLD = UMLAUTS | str.maketrans({'&': ' und ', '+': ' und '})

# Legal forms as they read after folding, punctuation made blanks. Long ones first.
_FORMS = (
    'gemeinnuetzige gesellschaft mit beschraenkter haftung',
    'gesellschaft mit beschraenkter haftung',
    'mit beschraenkter haftung',
    'unternehmergesellschaft',
    'haftungsbeschraenkt',
    'gesellschaft buergerlichen rechts',
    'partnerschaftsgesellschaft',
    'offene handelsgesellschaft',
    'kommanditgesellschaft auf aktien',
    'kommanditgesellschaft',
    'aktiengesellschaft',
    'eingetragener verein',
    'eingetragene genossenschaft',
    'eingetragener kaufmann',
    'eingetragene kauffrau',
    'gesellschaft mbh',
    'ges mbh',
    'g gmbh',
    'ggmbh',
    'gmbh',
    'mbh',
    'und co',
    'kgaa',
    'ohg',
    'egbr',
    'gbr',
    'partgmbb',
    'partg',
    'mbb',
    'e v',
    'e g',
    'e k',
    'e kfm',
    'e kfr',
    'kg',
    'ag',
    'ug',
)
# Too short to be taken for a legal form anywhere but at the end.
_FORMS_AT_END = ('se', 'ev', 'eg', 'ek', 'i l', 'in liquidation', 'ltd', 'limited', 'bv', 'b v', 'co')
_FORM = re.compile(rf"(?<!\S)(?:{'|'.join(_FORMS)})(?!\S)")
_AND_CO = re.compile(r'(?:&|\bund|\bu\.|\+)\s*co\b', re.IGNORECASE)
_FORM_AT_END = re.compile(rf"(?: (?:{'|'.join(_FORMS_AT_END)}))+$")
# "Vertriebsgesellschaft mbH" is "Vertriebs GmbH"; "Bekleidungs-Gesellschaft mbH" is, too.
_COMPANY_BEFORE_FORM = re.compile(r'(?<=\w)[ ]?gesellschaft(?= (?:mbh|mit beschraenkter haftung)(?!\S))')


@lru_cache(maxsize=32768)
def match_key(name: str) -> str:
    """What is left of a name for comparison; equal keys are near-equal names.

    >>> [match_key(name) for name in ('MÖLLN Musterverlag GmbH & Co. KG.', 'Moelln Musterverlag  gGmbH')]
    ['moelln musterverlag', 'moelln musterverlag']
    >>> match_key('"Das Muster", Bekleidungs-Gesellschaft mit beschränkter Haftung'), match_key('Das Muster Bekleidungs GmbH')
    ('das muster bekleidungs', 'das muster bekleidungs')
    >>> match_key('Müller Vertriebsgesellschaft mbH') == match_key('Mueller Vertriebs-GmbH')
    True
    >>> match_key('Schröder UG (haftungsbeschränkt)'), match_key('Musterinitiative "Offenes Ohr" e.V.')
    ('schroeder', 'musterinitiative offenes ohr')
    >>> match_key('Bauer + Söhne OHG') == match_key('Bauer & Söhne AG'), match_key('Hasegenossenschaft eG')
    (True, 'hasegenossenschaft')

    A name that is nothing but legal form is kept:

    >>> match_key('AG GmbH'), match_key('')
    ('ag gmbh', '')
    """
    folded = unicodedata.normalize('NFKC', name or '').lower().translate(_FOLD)
    # Accents of other languages are dropped: "Café" is "Cafe".
    plain = ''.join(c for c in unicodedata.normalize('NFKD', folded) if not unicodedata.combining(c))
    words = ' '.join(re.sub(r'[^\w]|_', ' ', plain.replace("'", '').replace('’', '')).split())
    key = _COMPANY_BEFORE_FORM.sub('', words)
    key = ' '.join(_FORM.sub(' ', key).split())
    # The blank in front keeps a name that consists of a short form only from vanishing.
    key = _FORM_AT_END.sub('', key)
    key = re.sub(r'(?: und)+$', '', key)
    return key or words


@lru_cache(maxsize=32768)
def trigrams(key: str) -> frozenset[str]:
    """Trigrams of the words of a key, each word with two blanks before and one after it, as in `pg_trgm`.

    >>> sorted(trigrams('bau'))
    ['  b', ' ba', 'au ', 'bau']
    """
    return frozenset(padded[i : i + 3] for word in key.split() for padded in (f'  {word} ',) for i in range(len(padded) - 2))


def similar(a: str, b: str) -> float:
    """How near two company names are, from 0 to 1; symmetric, 1 for equal keys.

    >>> similar('Metallbau Schulte GmbH', 'Schulte Metallbau GmbH & Co. KG')
    1.0
    >>> similar('Metallbau Schulte GmbH', 'Metalbau Schulte GmbH') >= SIMILAR_FROM
    True
    >>> similar('Metallbau Schulte GmbH', 'Metallbau Schürmann GmbH') >= SIMILAR_FROM
    False
    >>> similar('', '')
    0.0
    """
    return _jaccard(trigrams(match_key(a)), trigrams(match_key(b)))


def may_follow(a: str, b: str) -> bool:
    """Whether one company may be the other under another legal form, or after a move: the names are the same without the form, and
    are not those of a partnership and its general partner, which exist beside each other.

    >>> may_follow('Tischlerei Muster e.K.', 'Tischlerei Muster GmbH'), may_follow('Muster GmbH', 'Muster GmbH')
    (True, True)
    >>> may_follow('Muster GmbH & Co. KG', 'Muster GmbH'), may_follow('Muster Bau GmbH', 'Muster Holz GmbH')
    (False, False)
    """
    return match_key(a) == match_key(b) and bool(_AND_CO.search(a)) == bool(_AND_CO.search(b))


class NameIndex:
    """Finds near-equal names without comparing all with all.

    Prefix filter (Chaudhuri, Ganti, Kaushik: A Primitive Operator for Similarity Joins, 2006): of two
    sets whose Jaccard index is at least t, each one's rarest ``|x| − ⌈t·|x|⌉ + 1`` elements share at
    least one with those of the other. Only names with such a rare trigram in common are compared, and
    none is missed.

    :param rows: ``(id, bucket, name)``; names are compared within a bucket, such as the municipality
    :param threshold: the least similarity that counts

    >>> index = NameIndex([(1, 'Melle', 'Metallbau Schulte GmbH'), (2, 'Melle', 'Tischlerei Schulte'),
    ...                    (3, 'Belm', 'Metallbau Schulte GmbH')])
    >>> index.find('Melle', 'Metalbau Schulte GmbH & Co. KG')
    [(1, 0.8421052631578947)]
    >>> index.add(4, 'Melle', 'Schulte Metallbau')
    >>> [key for key, _similarity in index.find('Melle', 'Metallbau Schulte')]
    [1, 4]
    """

    def __init__(self, rows: Iterable[tuple[Hashable, Hashable, str]] = (), threshold: float = SIMILAR_FROM):
        self.threshold = threshold
        entries = [(key, bucket, trigrams(match_key(name))) for key, bucket, name in rows]
        # Fixed from here on: the filter needs one order of the trigrams for all names, any one will do.
        self._frequency = Counter(gram for _key, _bucket, grams in entries for gram in grams)
        self._blocks: dict[tuple[Hashable, str], list[int]] = defaultdict(list)
        self._entries: list[tuple[Hashable, frozenset[str]]] = []
        for key, bucket, grams in entries:
            self._add(key, bucket, grams)

    def add(self, key: Hashable, bucket: Hashable, name: str) -> None:
        """Make one more name known, such as a row of the file that is being read."""
        self._add(key, bucket, trigrams(match_key(name)))

    def find(self, bucket: Hashable, name: str) -> list[tuple[Hashable, float]]:
        """Ids of the near-equal names of the bucket with their similarity, the nearest first."""
        grams = trigrams(match_key(name))
        candidates = {position for gram in self._rarest(grams) for position in self._blocks.get((bucket, gram), ())}
        # The Jaccard index is at most the ratio of the sizes.
        least, most = self.threshold * len(grams) - 1e-9, len(grams) / self.threshold + 1e-9
        found = []
        for position in sorted(candidates):
            key, other = self._entries[position]
            if not least <= len(other) <= most:
                continue
            similarity = _jaccard(grams, other)
            if similarity >= self.threshold:
                found.append((key, similarity))
        return sorted(found, key=lambda hit: -hit[1])

    def _add(self, key: Hashable, bucket: Hashable, grams: frozenset[str]) -> None:
        position = len(self._entries)
        self._entries.append((key, grams))
        for gram in self._rarest(grams):
            self._blocks[bucket, gram].append(position)

    def _rarest(self, grams: frozenset[str]) -> Iterator[str]:
        # The small subtraction guards against 0.7 × 10 = 7.000000000000001, which would miss a pair.
        kept = len(grams) - math.ceil(self.threshold * len(grams) - 1e-9) + 1
        return iter(sorted(grams, key=lambda gram: (self._frequency[gram], gram))[:kept])


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    if not a or not b:
        return 0.0
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)
