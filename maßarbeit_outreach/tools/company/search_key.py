"""How companies are looked up by what people type: in any order of words, with or without legal form, however umlauts are written.

A company has one key of all by which it is found (:func:`make_key`); what is typed becomes words (:func:`typed_words`), each of which
has to be part of the key. Both are plain lower-case ASCII letters and digits as far as the alphabet is Latin, so that the database
compares letters and nothing else, with an index of trigrams.
"""

import re
import unicodedata
from collections.abc import Iterable

from ..base.letters import UMLAUTS, without_spelt_umlauts
from .company_names import match_key

# As PostgreSQL keeps them, and as many words as anybody types.
MAX_KEY = 2000
MAX_WORDS = 10
_LETTERS = str.maketrans({'ß': 'ss', 'æ': 'ae', 'ø': 'o', 'œ': 'oe', 'ł': 'l', '&': ' und ', '+': ' und '})
_AND = 'und'


def _fold(text: str, spelt: bool = False) -> str:
    """Letters and digits, and blanks for all else; with `spelt`, an umlaut is two letters."""
    lowered = unicodedata.normalize('NFKC', text).lower().translate(_LETTERS)
    if spelt:
        lowered = lowered.translate(UMLAUTS)
    plain = ''.join(letter for letter in unicodedata.normalize('NFKD', lowered) if not unicodedata.combining(letter))
    return re.sub(r'[^\w]|_', ' ', plain.replace("'", '').replace('’', ''))


def make_key(texts: Iterable[str | None]) -> str:
    """The key of a company: each word once, and those with a spelt umlaut in both spellings.

    >>> make_key(["Müller & Söhne GmbH", None, "Osnabrück HRB 1234"])
    'muller und sohne gmbh osnabruck hrb 1234'
    >>> make_key(["Baeckerei Goethe", "info@goethe.example"])
    'baeckerei backerei goethe gothe info example'
    >>> make_key([])
    ''
    """
    words = {}
    for text in filter(None, texts):
        plain, spelt = _fold(text).split(), _fold(text, spelt=True).split()
        for ways in zip(plain, map(without_spelt_umlauts, plain), map(without_spelt_umlauts, spelt), strict=True):
            words.update(dict.fromkeys(ways))
    return ' '.join(words)[:MAX_KEY]


def typed_words(text: str) -> list[str]:
    """What the key of a company that is meant contains. Empty if nothing can be looked up.

    >>> typed_words("Müller und Söhne"), typed_words("  Söhne   Mueller "), typed_words("Baeckerei Koester")
    (['muller', 'sohne'], ['sohne', 'muller'], ['backerei', 'koster'])

    The legal form is left out where a name is there, since many registers and people leave it out:

    >>> typed_words("Müller & Söhne GmbH & Co. KG"), typed_words("GmbH"), typed_words("Straßenbau"), typed_words("&")
    (['muller', 'sohne'], ['gmbh'], ['strassenbau'], [])
    >>> typed_words("info@firma.de"), typed_words("HRB 1234"), typed_words("DE 136 695 976")
    (['info', 'firma', 'de'], ['hrb', '1234'], ['de', '136', '695', '976'])
    """
    words = without_spelt_umlauts(_fold(match_key(text[:250]))).split()
    return list(dict.fromkeys(word for word in words if word != _AND))[:MAX_WORDS]
