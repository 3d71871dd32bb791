"""German letters in plain ones, for comparing what people and registers write."""

import re

# For `str.translate`, of lower case letters.
UMLAUTS = str.maketrans({'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'ß': 'ss'})
# "ue" for "ü", but not in "Bauer", "Steuer", "Quelle"
_SPELT_UMLAUT = re.compile(r'(?<![aeiouyq])([aou])e')


def without_spelt_umlauts(text: str) -> str:
    """A lower case text in which an umlaut that is spelt as two letters is one, without its dots.

    >>> without_spelt_umlauts('mueller baeckerei bauer quelle')
    'muller backerei bauer quelle'
    """
    return _SPELT_UMLAUT.sub(r'\1', text)
