"""How well the label of a catalogue entry fits what somebody typed.

SPECIFICATION
 1. Both texts are read as words (`german_words.words`), as trigrams of these words, and as units: the stems of the parts
    of compounds. "Analyst für Netzwerksicherheit" and "Netzwerksicherheitsanalyst" have the same units.
 2. What was typed is read as a whole and without what stands in brackets. The better reading counts.
 3. Rare features tell more than common ones: a feature weighs the square of its inverse document frequency.
 4. *Form*: the share of the typed trigrams that the label has, over the root of the label's length. Forgives typos.
 5. *Content*: each unit looks for the one most like it on the other side: the same, one that means the same
    (`german_synonyms`), or one that looks alike. How much is found of what was typed, and of the label; geometric mean.
 6. Content counts as far as the typed units are known to the catalogue: of a misspelt word there are none.
 7. A label that merely looks like what was typed is offered where none has anything of it (`Typed.means`): "Schweisser" is
    not to find the pigsty. And only where it is near (`Typed.is_near`), as after a typing error: in a small catalogue the
    likest one may be far, and nothing is a better answer than the bookseller for the singer.
 8. What is typed as far as the beginning of a label or of its words, or is the label, comes first.

The retrieval only has to find the labels worth ranking, by the features in `Reading.features`; it needs no weight of a
label but its number of trigrams. Nothing is stored that depends on other labels, except how compounds were split.
"""

import math
import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from .german_synonyms import FAMILY_NUMBERS, VOCABULARY
from .german_words import parts, pieces, stem, uninflected, words

SYNONYM = 0.5
LOOKS_ALIKE = 0.8
ALIKE_FROM = 0.25
# From this likeness on a unit is another form of the other one, not another word: 'schweiss' is 0.53 like 'schwein'.
SAME_WORD_FROM = 0.6
# From this share of letters in the same order on one word is the other one misspelt.
NEAR_FROM = 0.77
WITHOUT_BRACKETS = 0.95
LONGEST_TEXT = 200
# Longer than any word of a catalogue; the number of pieces grows with its square.
LONGEST_WORD = 40

_BRACKETS = re.compile(r'\([^()]*\)?|\[[^\[\]]*\]?')
_ELLIPSIS_BEHIND = re.compile(r'(\w+)-(\s*(?:,|/|und|oder|bzw\.?|sowie|&)\s*(?:\w+-\s*(?:,|/|und|oder|bzw\.?|sowie|&)\s*)*)(\w+)')
_ELLIPSIS_BEFORE = re.compile(r'(\w+)(\s*(?:,|/|und|oder|bzw\.?|sowie|&)\s*)-(\w+)')


class Reading(NamedTuple):
    """One way to read a text: its words, its units, and its trigrams as numbers."""

    words: tuple
    units: tuple
    grams: frozenset


def number(kind, text):
    """A feature as a 32-bit signed number, as PostgreSQL keeps it.

    >>> number('u', 'schweiss') == number('u', 'schweiss') != number('g', 'schweiss')
    True
    """
    return crc32(f'{kind}{text}'.encode()) - 2**31


@lru_cache(maxsize=50000)
def _trigrams(word):
    framed = f'^{word}$'
    return frozenset(framed[start : start + 3] for start in range(len(framed) - 2))


@lru_cache(maxsize=50000)
def _gram_numbers(word):
    return frozenset(number('g', gram) for gram in _trigrams(word))


@lru_cache(maxsize=50000)
def unit_number(unit):
    return number('u', unit)


@lru_cache(maxsize=1000)
def meaning_number(family):
    return number('f', family)


@lru_cache(maxsize=50000)
def vocabulary_number(word):
    return number('v', word)


def grams_of_words(text_words):
    return frozenset().union(*map(_gram_numbers, text_words))


def grams_of(text):
    """The trigrams of what was typed, before it is read."""
    return grams_of_words(words(text[:LONGEST_TEXT]))


def vocabulary_of(text_words):
    """What a label adds to the vocabulary: its uninflected words, long enough to be a part of a compound."""
    return {uninflected(word) for word in text_words if len(word) > 3}


def read(text_words, known):
    """Read words that :func:`german_words.words` returned.

    :param known: container of uninflected words, beside the general ones, with which compounds are split

    >>> read(('zaunbauer',), {'zaun'}).units
    ('zaun', 'bauer')
    """
    vocabulary = _Vocabulary(known)
    units = dict.fromkeys(stem(part) for word in text_words for part in parts(word, vocabulary))
    return Reading(tuple(text_words), tuple(units), grams_of_words(text_words))


class _Vocabulary:
    def __init__(self, known):
        self.known = known

    def __contains__(self, word):
        return word in VOCABULARY or word in self.known


def spell_out(text, known=()):
    """Give the parts that German leaves out back to compounds.

    >>> spell_out("Textil-, Faserindustrie", {'faser', 'industri'})
    'Textilindustrie, Faserindustrie'
    >>> spell_out("Ernährungsphysiologie, -wissenschaft", {'nahrung', 'physiologi'})
    'Ernährungsphysiologie, Ernährungswissenschaft'
    """
    vocabulary = _Vocabulary(known)

    def last_part(word):
        found = words(word)
        return parts(found[0], vocabulary)[-1] if found else ''

    def first_letters(word):
        found = words(word)
        split = parts(found[0], vocabulary) if found else []
        # the letters as typed: folding keeps their number but for "ß" and spelt umlauts
        return word[: len(split[0])] if len(split) > 1 else ''

    def behind(match):
        head = last_part(match[3])
        return f'{match[1]}{head if head not in words(match[3]) else ""}{match[2]}{match[3]}'

    text = _ELLIPSIS_BEFORE.sub(lambda match: f'{match[1]}{match[2]}{first_letters(match[1])}{match[3]}', text)
    return _ELLIPSIS_BEHIND.sub(behind, text)


def wanted_pieces(text):
    """All that :func:`read_typed` may ask its vocabulary."""
    return {piece for word in words(text[:LONGEST_TEXT]) for piece in pieces(word[:LONGEST_WORD])} - VOCABULARY


def read_typed(text, known=()):
    """All readings of what was typed, with the factor each counts by; the whole comes first.

    >>> [(reading.words, factor) for reading, factor in read_typed("Phlebologie (ärztlich)")]
    [(('flebologie', 'arztlich'), 1.0), (('flebologie',), 0.95)]
    """
    text = spell_out(text[:LONGEST_TEXT], known)
    bare = _BRACKETS.sub(' ', text)
    ways = [(tuple(words(text)), 1.0), (tuple(words(bare)), WITHOUT_BRACKETS)]
    readings = {}
    for found, factor in ways:
        if found and found not in readings:
            readings[found] = read(found, known), factor
    return list(readings.values())


def families(unit):
    return FAMILY_NUMBERS.get(unit, ())


def features(reading):
    """The numbers by which a label is found: its trigrams, its units, and the families of their meaning."""
    meanings = {meaning_number(family) for unit in reading.units for family in families(unit)}
    return reading.grams | set(map(unit_number, reading.units)) | meanings


@lru_cache(maxsize=200000)
def likeness(one, other):
    """How much one unit stands for another: 1 for itself, 0 for nothing in common.

    >>> likeness('fahr', 'fahr'), likeness('fahr', 'chauffeur'), likeness('fahr', 'backer')
    (1.0, 0.5, 0.0)
    """
    if one == other:
        return 1.0
    ones, others = _trigrams(one), _trigrams(other)
    alike = 2 * len(ones & others) / (len(ones) + len(others))
    alike = LOOKS_ALIKE * alike if alike > ALIKE_FROM else 0.0
    if alike < SYNONYM and not set(families(one)).isdisjoint(families(other)):
        return SYNONYM
    return alike


class Weights:
    """Weights of features in a catalogue of `total` labels.

    :param dict frequencies: number of a feature -> how many labels have it

    >>> weights = Weights(100, {1: 1, 2: 50})
    >>> weights.of(1) > weights.of(2) > 1, weights.of(3) > weights.of(1), weights.knows(3)
    (True, True, False)
    """

    def __init__(self, total, frequencies):
        self.total = total
        self.frequencies = frequencies
        self._weights = {}

    def of(self, feature):
        weight = self._weights.get(feature)
        if weight is None:
            frequency = self.frequencies.get(feature, 0)
            weight = self._weights[feature] = (math.log((1 + self.total) / (1 + frequency)) + 1) ** 2
        return weight

    def knows(self, feature):
        return bool(self.frequencies.get(feature))


class Typed:
    """What was typed, ready to be compared with many labels."""

    def __init__(self, readings, weights):
        self.weights = weights
        self._ways = []
        for reading, factor in readings:
            units = {unit: weights.of(unit_number(unit)) for unit in reading.units}
            total = sum(units.values()) or 1
            known = sum(weight for unit, weight in units.items() if weights.knows(unit_number(unit))) / total
            grams = {gram: weights.of(gram) for gram in reading.grams}
            self._ways.append((reading, factor, units, total, known, grams, sum(grams.values()) or 1))

    def score(self, label):
        """How well a label fits, from 0; more than 1 for the same words.

        :param Reading label: its `grams` may be any container with a length
        """
        return max((self._score(label, *way) for way in self._ways), default=0.0)

    def means(self, label):
        """Whether a label has something of what was typed, and does not merely look like it: a word or a part of one, another form
        of it, one that means the same, or one that begins with what is typed last.

        >>> typed = Typed(read_typed("Schweisser"), Weights(10, {}))
        >>> [typed.means(read(tuple(words(text)), ())) for text in (
        ...     "Schweißfachmann", "Schweißerin", "Schweineställe reinigen", "Schweizer Käse")]
        [True, True, False, False]
        >>> Typed(read_typed("Schwei"), Weights(10, {})).means(read(('schweissfachmann',), ()))
        True
        """
        return any(self._begun(reading.words, label.words) or self._shares(units, label.units) for reading, __, units, *__ in self._ways)

    def is_near(self, label):
        """Whether a word of the label, or its beginning, is a word that was typed but for a typing error.

        >>> typed = Typed(read_typed("Schwiesser"), Weights(10, {}))
        >>> [typed.is_near(read(tuple(words(text)), ())) for text in ("Schweißer", "WIG-Schweißerin", "Schweinestallhelfer", "Gießer")]
        [True, True, False, False]
        >>> far = {"Jurist": "Lagerist", "Model": "Handel", "Winzer": "Einzelhandel", "Sänger": "Sanitärinstallateur"}
        >>> [Typed(read_typed(one), Weights(10, {})).is_near(read(tuple(words(other)), ())) for one, other in far.items()]
        [False, False, False, False]
        """
        return any(
            SequenceMatcher(None, one, part, autojunk=False).ratio() >= NEAR_FROM
            for reading, *__ in self._ways
            for one in reading.words
            for other in label.words
            for part in {other, other[: len(one)]}
        )

    @staticmethod
    def _shares(units, label_units):
        return any(
            likeness(unit, other) >= SAME_WORD_FROM
            or (min(len(unit), len(other)) > 4 and (unit.startswith(other) or other.startswith(unit)))
            or not set(families(unit)).isdisjoint(families(other))
            for unit in units
            for other in label_units
        )

    def _score(self, label, reading, factor, units, total, known, grams, gram_total):
        common = reading.grams & label.grams
        form = 0.0
        if common:
            form = sum(map(grams.__getitem__, common)) / gram_total * math.sqrt(len(reading.grams) / len(label.grams))
        content = self._content(units, total, label.units) if known else 0.0
        score = (min(form, 1.0) + known * content) / 2
        if label.words == reading.words:
            score += 0.5
        elif set(label.words) == set(reading.words):
            score += 0.4
        else:
            score += 0.3 * self._begun(reading.words, label.words)
        return factor * score

    def _content(self, units, total, label_units):
        found = 0.0
        best = dict.fromkeys(label_units, 0.0)
        for unit, weight in units.items():
            most = 0.0
            for other in label_units:
                like = likeness(unit, other)
                if like > most:
                    most = like
                if like > best[other]:
                    best[other] = like
            found += weight * most
        covered = whole = 0.0
        for other, like in best.items():
            weight = self.weights.of(unit_number(other))
            whole += weight
            covered += weight * like
        return math.sqrt(found / total * (covered / whole)) if whole else 0.0

    @staticmethod
    def _begun(typed, label):
        """How far the label is typed, if the last word is the beginning of one of its words and the others are there."""
        *complete, last = typed
        if len(last) < 3 or not all(word in label for word in complete):
            return 0.0
        lengths = [len(last) / len(word) for word in label if word.startswith(last)]
        if not lengths:
            return 0.0
        # typed from the first word on
        first = label[0].startswith(typed[0])
        return max(lengths) * (1.0 if first else 0.7) * math.sqrt(len(typed) / len(label))
