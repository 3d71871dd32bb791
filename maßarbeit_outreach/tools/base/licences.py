"""Classes of driving licence (§ 6 (1) FeV), and which ones somebody with a class has as well: those that it includes
(§ 6 (3)) and those that it presupposes (§ 9)."""

import functools
import re

CLASSES = ('AM', 'A1', 'A2', 'A', 'B', 'BE', 'C1', 'C1E', 'C', 'CE', 'D1', 'D1E', 'D', 'DE', 'L', 'T')

# What is written around classes and says nothing, and what says that there are none.
_FILLERS = {
    'KLASSE',
    'KLASSEN',
    'FÜHRERSCHEIN',
    'FÜHRERSCHEINKLASSE',
    'FÜHRERSCHEINKLASSEN',
    'FAHRERLAUBNIS',
    'UND',
    'CLASS',
    'CLASSES',
    'LICENCE',
    'AND',
}
_NOTHING = {'KEIN', 'KEINE', 'KEINER', 'NEIN', 'NONE', 'NO', '-', '–'}
_INCLUDES = {
    'A': {'A2'},
    'A2': {'A1'},
    'A1': {'AM'},
    'B': {'AM', 'L'},
    'T': {'AM', 'L'},
    'C': {'C1'},
    'CE': {'C', 'C1E', 'BE', 'T'},
    'C1E': {'C1', 'BE'},
    'C1': {'B'},
    'D': {'D1'},
    'DE': {'D', 'D1E'},
    'D1E': {'D1', 'BE'},
    'D1': {'B'},
    'BE': {'B'},
}


def parse(text: str | None) -> frozenset:
    """The classes that a text names; other words are passed over.

    >>> sorted(parse('B, ce')), sorted(parse('Klasse B oder C1E')), parse(None)
    (['B', 'CE'], ['B', 'C1E'], frozenset())
    """
    return frozenset(word for word in re.findall(r'[A-Z][A-Z0-9]*', (text or '').upper()) if word in CLASSES)


def normalise(text: str | None) -> str | bool:
    """A list of classes, written as one writes it; False for none.

    :raises ValueError: a word is no class; nothing is guessed, not even what the old classes 1 to 5 include

    >>> normalise('b / ce,B'), normalise('Klasse B und C1E'), normalise('keine'), normalise(None)
    ('B, CE', 'B, C1E', False, False)
    >>> normalise('B oder Staplerschein')
    Traceback (most recent call last):
    ValueError: no class of driving licence
    """
    words = [word for word in re.split(r'[\s,;|/+&.]+', (text or '').upper()) if word and word not in _FILLERS]
    if words and set(words) <= _NOTHING:
        return False
    if not set(words) <= set(CLASSES):
        raise ValueError('no class of driving licence')
    return ', '.join(dict.fromkeys(words)) or False


def held(classes) -> frozenset:
    """The classes with all that they include.

    >>> sorted(held({'CE'}))
    ['AM', 'B', 'BE', 'C', 'C1', 'C1E', 'CE', 'L', 'T']
    >>> held(()) == frozenset()
    True
    """
    found, new = set(), set(classes)
    while new:
        found |= new
        new = set().union(*(_INCLUDES.get(name, ()) for name in new)) - found
    return frozenset(found)


@functools.lru_cache(maxsize=1024)
def held_by(text: str | None) -> frozenset:
    """The classes that a text names, with all that they include; remembered, since few texts stand for many people.

    >>> held_by('be') == held({'BE'}), held_by(None)
    (True, frozenset())
    """
    return held(parse(text))


def mask(classes) -> int:
    """The classes as bits, for a comparison in the database.

    >>> mask({'AM'}), mask({'A1', 'AM'}), mask(())
    (1, 3, 0)
    """
    return sum(1 << CLASSES.index(name) for name in classes)


@functools.cache
def unmask(bits: int) -> frozenset:
    """The classes of such bits.

    >>> sorted(unmask(mask({'B', 'T'}))), unmask(0)
    (['B', 'T'], frozenset())
    """
    return frozenset(name for place, name in enumerate(CLASSES) if bits >> place & 1)
