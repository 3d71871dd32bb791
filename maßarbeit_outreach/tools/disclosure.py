"""How a count of people may be shown outside the job centre.

Social data is secret (§ 35 SGB I, §§ 67 ff SGB X); a small count can single a person out. The
published tables of the statistics of the Bundesagentur für Arbeit suppress small numbers and round;
here the floor is 10 and the rounding 5 unless an administrator sets other values.

Written for the data protection officer as much as for whoever changes it. A *question* is the
number of people in one group (a pool, an occupation group in a municipality, …). All questions of a
day are answered together (`answers`), from the people as they are at that moment, and the answers
stay until the next day: whoever asks before and after somebody joins, reads the same.

**One figure** (`published_count`). None below the floor, zero included: "nobody" about a small group
is a statement about each of them. Else a multiple of the rounding, at most half the rounding off
except where it is lifted to the floor. No random noise, which could be averaged out.

**Figures beside each other** (`showable`). A group lies *inside* another one if all of its people are
in that as well, today. A group is shown only if

1. it has at least the floor,
2. (groups of a breakdown only) every larger group that it lies inside is shown, and
3. in each shown one of those, and in itself, enough is left when all shown groups inside are subtracted: another group that
   has at least the floor, or that many people who are in no group inside. Hence where a part is too small, the
   smallest of the others is not shown either, and what can be subtracted stays open.

A group that is not shown looks the same whatever the reason, too few people or too close to another figure: "not shown".

**From day to day** (`answers`). A figure that was shown yesterday changes only when the group's size has
moved by at least the floor since the count behind the figure.

What is guaranteed (tests/test_pools_properties.py: for all small worlds by trying every one of them,
for larger ones on random data). An attacker knows the rules of all groups, so which of them contain
which, and may ask everything:

* No shown figure, and no shown figure minus any number of shown figures of groups inside it, is about
  fewer people than the floor. So neither parts and total nor two pools, one of which is stricter, give
  away a small group: the difference is either truly at least the floor, or one of both is not shown.
* Nothing distinguishes a group of a breakdown that is not shown from an empty one: all breakdowns of the day
  would be the same if every group that is not shown were empty.
* From a pair of answers of one day nobody can narrow down a small group (either of both, both together, the ones
  in both, the ones in only one): a size from the floor on remains possible, or all sizes below it do. The same
  holds for each part of a total with three parts when all four are asked about.
* A figure that is shown on two days in a row and changes tells of a net change of at least the floor.

What is *not* guaranteed:

* Sums and differences of three and more groups that overlap without one being inside the other.
* What somebody knows from elsewhere: who knows all members but one can tell of that one. The rounding
  makes it hard, the limit on questions slow; nothing makes it impossible.
* A pool that is not shown can be told from an empty one if another group inside it is shown. That says "fewer than
  the floor" about some difference, as the answer to a question about just that would, and no more.
* A pool that is asked about for the first time in the course of the day is counted then, and held against the
  others as they are then.
* Rounded figures of parts need not add up to that of the whole, and must not be made to.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping

FLOOR = 10
ROUNDING = 5


def published_count(n: int, floor: int = FLOOR, rounding: int = ROUNDING) -> int | None:
    """The number to publish for a count of ``n`` people, or None if it is suppressed.

    Halves are rounded up; a number that rounding would take below the floor becomes the first
    multiple from the floor on.

    >>> [published_count(n) for n in (0, 1, 9, 10, 12, 13, 17, 18, 1234)]
    [None, None, None, 10, 10, 15, 15, 20, 1235]
    >>> published_count(12, floor=12), published_count(15, rounding=10), published_count(7, floor=5, rounding=1)
    (15, 20, 7)
    >>> published_count(0, floor=0) is None
    True
    >>> published_count(-1)
    Traceback (most recent call last):
    ...
    ValueError: a count of people is not negative: -1
    """
    if n < 0:
        raise ValueError(f"a count of people is not negative: {n}")
    if floor < 0 or rounding < 1:
        raise ValueError(f"floor {floor} and rounding {rounding} must not be negative, rounding not 0")
    if n < floor or n == 0:
        return None
    nearest = (2 * n + rounding) // (2 * rounding) * rounding
    first_from_floor = -(-max(floor, 1) // rounding) * rounding
    return max(nearest, first_from_floor)


def showable(
    people: Mapping[frozenset, int],
    floor: int = FLOOR,
    settled: Mapping[Hashable, bool] | None = None,
    salt: str = '',
    levels: Mapping[Hashable, int] | None = None,
) -> set:
    """The groups whose figures may be shown beside each other.

    ``people`` tells how many are in exactly these groups and no other, for each combination that occurs.
    ``settled`` are groups that were answered before, and whether they were shown: those stay as they are, and
    the rest is held against them. Larger groups come first, those of one size in an order that only ``salt``
    decides: who knew it could tell from it which of two parts is the larger one. Of two groups of the same people
    the one with the lower of ``levels`` comes first (a county before its towns), else neither is shown: that only
    one is would tell that nobody is in the other alone.

    Parts and total: the smallest part is not shown, else it could be subtracted. Two pools, of which one has
    somebody less: only one is shown. Pools that share nobody do not matter to each other.

    >>> parts = {frozenset({'all', 'north'}): 40, frozenset({'all', 'south'}): 30, frozenset({'all', 'west'}): 12}
    >>> sorted(showable(parts))
    ['all', 'north', 'south']
    >>> sorted(showable({frozenset({'pool', 'stricter'}): 20, frozenset({'pool'}): 1}))
    ['pool']
    >>> sorted(showable({frozenset({'a'}): 20, frozenset({'b'}): 20, frozenset({'c'}): 9}))
    ['a', 'b']
    >>> sorted(showable({frozenset({'pool', 'stricter'}): 20, frozenset({'pool'}): 1}, settled={'stricter': True}))
    ['stricter']
    """
    where = defaultdict(list)
    for groups, count in people.items():
        for group in groups:
            where[group].append((groups, count))
    size = {group: sum(count for __, count in found) for group, found in where.items()}
    inside, around = _nesting(where, size)
    settled = settled or {}
    shown = {group for group, was_shown in settled.items() if was_shown and group in size}
    rests = {group: _Rest(where[group], inside[group], shown, floor) for group in shown}
    levels = levels or {}
    rank = {group: (-size[group], levels.get(group, 0), hashlib.sha256(f'{salt} {group}'.encode()).digest())
            for group in size}
    for group in sorted(size.keys() - settled.keys(), key=rank.get):
        twins = {other for other in inside[group] & around[group] - settled.keys() if levels.get(other) == levels.get(group)
                 or other not in levels or group not in levels}
        if size[group] < max(floor, 1) or twins:
            continue
        larger = {other for other in around[group] if other in settled or rank[other] < rank[group]}
        if group in levels and not larger <= shown:
            continue
        own = _Rest(where[group], inside[group], shown, floor)
        if own.is_enough() and all(rests[other].is_enough(where[group]) for other in larger & shown):
            shown.add(group)
            rests[group] = own
            for other in around[group] & shown:
                rests[other].subtract(where[group])
    return shown


def _nesting(where, size):
    """`{group: those that lie inside it}` and the other way round; two that are the same lie inside each other."""
    inside, around = defaultdict(set), defaultdict(set)
    for group, found in where.items():
        common = Counter()
        for groups, count in found:
            for other in groups:
                common[other] += count
        del common[group]
        for other, count in common.items():
            if size[group] == count:
                inside[other].add(group)
                around[group].add(other)
    return inside, around


class _Rest:
    """What is left of a group when all shown groups inside it are subtracted: how many of it are in each other group
    inside, and in none; see rule 3. Kept up to date, since a county is looked at for each of its parts."""

    def __init__(self, found, inside, shown, floor):
        self.inside, self.floor = inside, floor
        self.parts = dict(found)
        self.left = Counter()
        for groups, count in found:
            self._add(self.left, groups, count)
        self.is_whole = True
        for other in inside & shown:
            self.subtract([(groups, count) for groups, count in found if other in groups])

    def _add(self, counter, groups, count):
        for group in groups & self.inside or {None}:
            counter[group] += count

    def is_enough(self, found=None):
        """Whether enough is left, also without the people ``found``; that nothing was subtracted is always right."""
        if found is None and self.is_whole:
            return True
        less = Counter()
        for groups, __ in found or ():
            if groups in self.parts:
                self._add(less, groups, self.parts[groups])
        return any(count - less[group] >= self.floor for group, count in self.left.items())

    def subtract(self, found):
        self.is_whole = False
        for groups, __ in found:
            if groups in self.parts:
                self._add(self.left, groups, -self.parts.pop(groups))


def answers(
    people: Mapping[frozenset, int],
    asked: Collection,
    floor: int = FLOOR,
    rounding: int = ROUNDING,
    *,
    before: Mapping | None = None,
    settled: Mapping[Hashable, bool] | None = None,
    salt: str = '',
    levels: Mapping[Hashable, int] | None = None,
) -> dict:
    """``{group: (figure, count behind it)}`` for those of the groups ``asked`` that are shown; see the module.

    ``people``, ``settled``, ``salt`` and ``levels`` are those of `showable`; ``before`` is the result of the day before.

    >>> people = {frozenset({'pool'}): 17}
    >>> answers(people, ['pool', 'empty'])
    {'pool': (15, 17)}

    Three join and the figure stays; when it changes, ten or more have come or gone.

    >>> answers({frozenset({'pool'}): 20}, ['pool'], before={'pool': (15, 17)})
    {'pool': (15, 17)}
    >>> answers({frozenset({'pool'}): 27}, ['pool'], before={'pool': (15, 17)})
    {'pool': (25, 27)}
    """
    size = Counter()
    for groups, count in people.items():
        for group in groups:
            size[group] += count
    found = {}
    may_show = showable(people, floor, settled, salt, levels)
    for group in asked:
        if group not in may_show:
            continue
        old = (before or {}).get(group)
        if old and abs(size[group] - old[1]) < floor:
            found[group] = old
        else:
            found[group] = (published_count(size[group], floor, rounding), size[group])
    return found
