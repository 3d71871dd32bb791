"""What a new list of municipalities changes in a county: new, changed, gone.

The key (AGS) says which is which. Municipalities merge, and get other keys with or without another name; what a list
does not say is into which a municipality merged. So:

1. Same key → changed, or unchanged.
2. Gone under its key while exactly one new one has the same name → the same under a new key: changed.
3. Otherwise gone. A successor is suggested where the list leaves one: the only municipality with one of its
   postcodes, else the only new one. A person decides.
"""

from collections import Counter
from collections.abc import Hashable
from typing import NamedTuple

from .municipality_list import Place

NEW, CHANGED, UNCHANGED, GONE = 'new', 'changed', 'unchanged', 'gone'


class Known(NamedTuple):
    """A municipality that is there: its ``key``, AGS, names, postcodes, and whether it is in use (not archived)."""

    key: Hashable
    ags: str
    name: str
    postcodes: frozenset
    is_active: bool = True


class Change(NamedTuple):
    """``place`` is None if it is ``gone``, ``key`` None if it is ``new``; ``successor`` is an AGS of the list, or ''."""

    kind: str
    place: Place | None
    key: Hashable | None
    successor: str = ''


def compare(known, places, is_same):
    """One change for each place of the list and each known municipality that is no longer in it.

    :param known: iterable of :class:`Known`, of the county and of counties that are no more
    :param places: iterable of :class:`~.municipality_list.Place`, of the county
    :param is_same: callable (key, place) -> bool, whether nothing of it differs

    >>> from .municipality_list import Place
    >>> def place(ags, name, postcode):
    ...     return Place(ags, '', name, name, 'municipality', '', '', 'Musterkreis', postcode, False, None, None, None)
    >>> changes = compare([Known(1, '99001001', 'Alt', frozenset({'99111'})), Known(2, '99001002', 'Umzug', frozenset())],
    ...                   [place('99001009', 'Neu', '99111'), place('99001010', 'Umzug', '99222')], lambda key, place: False)
    >>> [(change.kind, change.place and change.place.name, change.key, change.successor) for change in changes]
    [('new', 'Neu', None, ''), ('changed', 'Umzug', 2, ''), ('gone', None, 1, '99001009')]
    """
    known, places = list(known), list(places)
    by_ags = {one.ags: one for one in known}
    listed = {place.ags for place in places}
    gone = [one for one in known if one.is_active and one.ags not in listed]
    new = [place for place in places if place.ags not in by_ags]
    moved = {}
    for name in {one.name for one in gone}:
        left, come = ([one for one in some if one.name == name] for some in (gone, new))
        if len(left) == len(come) == 1:
            moved[come[0].ags] = left[0]
    changes = []
    for place in places:
        one = by_ags.get(place.ags) or moved.get(place.ags)
        if one is None:
            changes.append(Change(NEW, place, None))
        else:
            same = one.ags == place.ags and is_same(one.key, place)
            changes.append(Change(UNCHANGED if same else CHANGED, place, one.key))
    come = [place for place in new if place.ags not in moved]
    kept = {one.ags for one in moved.values()}
    changes += [Change(GONE, None, one.key, _suggest(one, places, come)) for one in gone if one.ags not in kept]
    return changes


def _suggest(gone, places, new):
    serving = [place for place in places if place.postcode in gone.postcodes]
    for candidates in (serving, new):
        if len(candidates) == 1:
            return candidates[0].ags
    return ''


def shared_names(places):
    """Names that several municipalities of the list have.

    :param places: :class:`Place` of the whole list
    """
    counts = Counter(place.name for place in places)
    return {name for name, count in counts.items() if count > 1}


def shared_postcodes(places, county, table):
    """Postcodes of the county that serve municipalities outside it, too, as far as list and table tell.

    :param places: of the whole list
    :param county: key of five digits
    :param table: ``{AGS: {postcode, …}}``, may be empty
    """
    inside, outside = set(), set()
    for place in places:
        (inside if place.ags[:5] == county else outside).add(place.postcode)
    for ags, postcodes in table.items():
        (inside if ags[:5] == county else outside).update(postcodes)
    return inside & outside - {''}
