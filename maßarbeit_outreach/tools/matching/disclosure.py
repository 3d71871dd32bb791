"""How a count of people may be shown outside the job centre.

Social data is secret (§ 35 SGB I, §§ 67 ff SGB X); a small count can single a person out. So nobody who may not see
candidates is shown anything that was counted. What they are shown is read from one table, made once a night.

**The table.** It is a made-up county that is close to the real one, in which people come in tens only (in groups of
the floor, which is 10 unless an administrator sets another). Each of its cells is an occupational group, a level of
German and a municipality, and holds 0, 10, 20, … people. `publish_candidates` makes it, `Table` reads it: every figure
shown is a sum of cells, whatever it is about. What a question is about is decided by public facts only.

**Why nobody can learn about a small group from it.** Whoever sees the table, all of it, and every table of every
night, and knows this file, cannot rule out that the table *is* the truth: had the people been just so, night for
night, just these tables would have been published (each of them holds only whole tens, so there is nothing to round,
and between two of them only whole tens come and go). And in that truth every group that can be described by cells,
every difference and every combination of such groups, and every group that came or went, is nobody at all or at least
ten people. So of no group can it be known that it has one to nine. This needs no secret, no limit on the questions,
and holds for all figures together.

**How it is made, the first time.** Cells are the leaves of a tree: part, occupational area, main group, group, German,
municipality. From the top down, each node gets its whole tens; the tens that its parts do not fill are given to those
with the largest rest, where `margins` (a municipality, a level of German, over all occupations) come short, and where a
secret number says so, be there people or not. So of a node the table is less than ten too high or too low, or just ten too
high; that a cell holds ten does not tell that anybody is there.

**From night to night.** What came and went since is counted against what was added and taken away in the table since.
Only where the difference reaches ten, ten are added or taken away. So a node whose size changed by less than ten since the
first night looks as on the first night; and all later tables are made from comings and goings only: even who knew
each of those learned nothing more about those who were there before, but whether anybody is left in a municipality.

**What everybody knows must not contradict the table**, or it could be ruled out as the truth. Hence:

* Labels never move anybody. An occupation stays where it was when it was counted first (`outreach.occupation.published_code`).
  Municipalities that merged are added up, people and basis, and stay one. Associations are sums of municipalities.
* Where nobody lives any more, the table says nobody: what rounding left there is handed to a municipality beside it, so that
  the group keeps its size.

**Two parts** are tables of their own, and figures the sum of both: those whom the migration centre ever advised, and all
others. It enters and changes only the former, all of whom it may see. So nobody can enter people one by one to find where
others, whom they may not see, make a figure move.

**What is shown** (`shown`). A sum of 20 or more (twice the floor) in one of the parts, as "about 20"; else "not shown", which is
no secret but a matter of sense: sums below are mostly rounding. A node of the tree that is shown on the first night truly has
the floor.

What is *not* guaranteed:

* What somebody knows from elsewhere. Who knows nine people that came, and sees the figure change, can tell that others came
  or went besides. Who knows all members of a group but one can tell of that one.
* That a figure is right. It is close; how close is measured by `script/benchmark figures`.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

FLOOR = 10
# Levels of German in a table.
BANDS = ('1_below_a2', '2_a2', '3_b1', '4_from_b2')
# Whom the migration centre ever advised, and all others.
PARTS = ('advised', 'others')
PATH = ('part', 'area', 'main_group', 'group', 'band', 'place')
# So many tens make a figure, and so many one that names a place and something else besides: it is put together from many cells.
SHOWN_FROM, SHOWN_JOINTLY_FROM = 2, 3


class Cell(NamedTuple):
    """``people`` is what the table says, a multiple of the floor; ``basis`` how many there really were when it said so
    first, with all that was added and taken away since; ``last`` how many there really were that night. The latter two are
    never shown to anybody."""

    people: int
    basis: int
    last: int


def _whole(number: int, floor: int) -> int:
    """Whole tens, towards zero."""
    return number // floor if number >= 0 else -(-number // floor)


def publish(
    people: Mapping[tuple, int],
    before: Mapping[tuple, Cell] | None = None,
    floor: int = FLOOR,
    salt: str = '',
    margins: Callable[[tuple], Iterable] = lambda node: (),
    strict: int = 0,
) -> dict[tuple, Cell]:
    """The table of tonight, ``{path: Cell}``, without cells that never had anybody; see the module.

    ``people`` tells how many there are in each cell. A cell is a path from the top of the tree, a tuple of strings, all of
    them of the same length; first parts are trees of their own. Cells that may get people although there are none are there
    with 0. ``before`` is the table of the night before, None for the first one. ``margins`` names, for a node (the
    beginning of a path), groups across the tree that its last part belongs to. ``salt`` is secret. On the first night tens go
    to a part without people as well, but not where the node above has less than ``strict`` parts.

    >>> people = {('all', 'north'): 47, ('all', 'south'): 21, ('all', 'west'): 5}
    >>> first = publish(people)
    >>> {path[-1]: cell.people for path, cell in first.items()}
    {'north': 50, 'south': 20, 'west': 0}

    Nine come, and nothing changes; then it is ten.

    >>> {path[-1]: cell.people for path, cell in publish(people | {('all', 'north'): 56}, first).items()}
    {'north': 50, 'south': 20, 'west': 0}
    >>> {path[-1]: cell.people for path, cell in publish(people | {('all', 'north'): 57}, first).items()}
    {'north': 60, 'south': 20, 'west': 0}

    A table of tens is published as it is.

    >>> tens = {('all', 'north'): 40, ('all', 'south'): 10, ('all', 'west'): 0}
    >>> {path[-1]: cell.people for path, cell in publish(tens).items()}
    {'north': 40, 'south': 10}

    :raises ValueError: for a floor below 1, negative people, or paths of several lengths
    """
    if floor < 1 or min(people.values(), default=0) < 0:
        raise ValueError("neither the floor nor a number of people can be negative")
    nothing = Cell(0, 0, 0)
    cells = sorted(people.keys() | (before or {}).keys())
    if len({len(path) for path in cells}) > 1:
        raise ValueError("all paths must have the same length")
    residual, tens, parts, moved = Counter(), Counter(), defaultdict(list), set()
    for path in cells:
        old = before.get(path, nothing) if before else nothing
        for depth in range(1, len(path) + 1):
            node = path[:depth]
            if node not in tens:
                parts[node[:-1]].append(node)
            tens[node] += old.people // floor
            residual[node] += people.get(path, 0) - old.basis
            # where nobody came or went nothing changes, not even if rests were added up because municipalities merged
            if people.get(path, 0) != old.last:
                moved.add(node)
    change = _spread(parts, residual, tens, moved, floor, salt, margins, strict if before is None else None)
    table = {}
    for path in cells:
        more = change.get(path, 0) * floor
        old = before.get(path, nothing) if before else nothing
        count = people.get(path, 0)
        cell = Cell(old.people + more, count if before is None else old.basis + more, count)
        if cell != nothing:
            table[path] = cell
    return table


def _spread(parts, residual, tens, moved, floor, salt, margins, strict):
    """By how many tens each node of the tree changes, from the top down."""
    missed = Counter()  # by how many people the cells so far fall short in the groups across the tree
    # at the top to the nearest ten at first; nothing is there yet that this could move
    nearest = floor // 2 if strict is not None else 0
    change = {node: max(_whole(residual[node] + nearest, floor), -tens[node]) for node in parts[()]}

    def rank(node):
        chance = int.from_bytes(hashlib.sha256(f'{salt} {node}'.encode()).digest()[:4], 'big') * floor >> 32 if salt else 0
        return rest[node] + chance + sum(missed[group] for group in margins(node))

    waiting = list(reversed(parts[()]))
    while waiting:
        parent = waiting.pop()
        if parent not in parts:
            left = residual[parent] - change[parent] * floor
            if left:
                for depth in range(1, len(parent) + 1):
                    for group in margins(parent[:depth]):
                        missed[group] += left
            continue
        within = parts[parent]
        own = {node: max(_whole(residual[node], floor), -tens[node]) for node in within}
        rest = {node: residual[node] - own[node] * floor for node in within}
        missing = change[parent] - sum(own.values())
        step = 1 if missing > 0 else -1
        anywhere = strict is not None and len(parent) >= strict
        while missing:
            # what has a rest of the other sign would move back on the next night
            able = [node for node in within if step > 0 or tens[node] + own[node] > 0]
            best = [node for node in able if rest[node] * step > 0 or (anywhere and rest[node] == 0)] or able
            for node in sorted(best, key=rank, reverse=step > 0)[: abs(missing)]:
                own[node] += step
                rest[node] -= step * floor
                missing -= step
        change |= own
        waiting += (node for node in reversed(within) if own[node] or node in moved)
    return change


def publish_candidates(
    people: Mapping[tuple, int],
    before: Mapping[tuple, Cell] | None = None,
    merged: Iterable[tuple[str, str]] = (),
    floor: int = FLOOR,
    salt: str = '',
) -> dict[tuple, Cell]:
    """The table of candidates of tonight; paths are those of `PATH`.

    ``people`` are those who are there, their place the number of a municipality, or empty. ``before`` is the table of the night
    before. ``merged`` names pairs of municipalities that are one, or ever were: what was added up stays so. Their cells are named
    by both numbers, as "7+9".

    >>> group = ('others', '8', '81', '813', '3_b1')
    >>> first = publish_candidates({(*group, '7'): 27, (*group, '9'): 13})
    >>> {path[-1]: cell.people for path, cell in first.items() if cell.people}
    {'7': 30, '9': 10}
    >>> merged = publish_candidates({(*group, '7'): 27, (*group, '9'): 13}, first, merged=[('9', '7')])
    >>> {path[-1]: cell for path, cell in merged.items()}
    {'7+9': Cell(people=40, basis=40, last=40)}

    Of 17 who leave, and were 20 in the table, it takes away ten; the other ten are told elsewhere.

    >>> first = publish_candidates({(*group, '7'): 26, (*group, '9'): 17})
    >>> [{path[-1]: cell.people for path, cell in table.items() if cell.people}
    ...  for table in (first, publish_candidates({(*group, '7'): 26}, first))]
    [{'7': 20, '9': 20}, {'7': 30}]
    """
    labels = unite(merged)
    counted, living, occupations = Counter(), defaultdict(set), set()
    for (*path, place), count in people.items():
        if count:
            place = labels.get(place, place)
            counted[(*path, place)] += count
            living[path[0]].add(place)
            occupations.add(tuple(path[:-1]))
    for occupation in occupations:
        for band in BANDS:
            for place in living[occupation[0]]:
                counted.setdefault((*occupation, band, place), 0)
    carried = None if before is None else _carry(before, labels, living)
    return publish(counted, carried, floor, salt, cross, PATH.index('band'))


def unite(merged: Iterable[tuple[str, str]]) -> dict[str, str]:
    """`{municipality: name of the cells that it is in}` of those that are one with others.

    >>> unite([('9', '7'), ('12', '9'), ('1', '2')]) == {'7': '7+9+12', '9': '7+9+12', '12': '7+9+12', '1': '1+2', '2': '1+2'}
    True
    """
    groups = {}
    for pair in merged:
        group = set(pair).union(*(groups.get(place, ()) for place in pair))
        groups |= dict.fromkeys(group, group)
    return {place: '+'.join(sorted(group, key=lambda place: (len(place), place))) for place, group in groups.items()}


def _carry(before, labels, living):
    """The table of the night before as if the places had been then what they are now: what merged is added up, and what is left
    where nobody is goes to the place with the most people beside it."""
    nothing, cells, sizes = Cell(0, 0, 0), {}, Counter()

    def add(path, cell):
        old = cells.get(path, nothing)
        cells[path] = Cell(*map(sum, zip(old, cell, strict=True)))

    for (*path, place), cell in before.items():
        first = place.partition('+')[0]
        add((*path, labels.get(first, first)), cell)
    for path, cell in cells.items():
        sizes[path[0], path[-1]] += cell.people
    left = [path for path in cells if path[-1] not in (living[path[0]] or {''})]
    heirs = {
        (*path, place): (
            *path,
            max(living[path[0]] or {''}, key=lambda other: (cells.get((*path, other), nothing).people, sizes[path[0], other], other)),
        )
        for *path, place in left
    }
    for path in left:
        add(heirs[path], cells.pop(path))
    return cells


def shown(*parts: int, floor: int = FLOOR, jointly: bool = False) -> int | None:
    """The figure for a sum of cells, given for each part of the table, or None if it is not shown.

    >>> shown(20), shown(10), shown(0), shown(30, floor=20), shown(20, jointly=True)
    (20, None, None, None, None)
    >>> shown(10, 10), shown(20, 10), shown(10, 20, jointly=True)
    (None, 30, 30)
    """
    people, most = sum(parts), max(parts, default=0)
    return people if most >= SHOWN_FROM * floor and people >= (SHOWN_JOINTLY_FROM if jointly else SHOWN_FROM) * floor else None


class Table:
    """A published table of candidates, for questions. Paths are those of `PATH`.

    >>> group = ('others', '8', '81', '813')
    >>> table = Table({(*group, '3_b1', '7+8'): 20, (*group, '1_below_a2', '9'): 30})
    >>> table.count(), table.count('813', places={'7', '8'}), table.count('81', bands={'1_below_a2'}), table.count('999')
    (50, 20, 30, 0)

    Places that merged are told together only.

    >>> table.count('813', places={'7', '9'})
    30
    """

    def __init__(self, cells: Mapping[tuple, int], floor: int = FLOOR):
        self.floor = floor
        self._parts = defaultdict(lambda: defaultdict(Counter))
        self._members, self._within = {}, {None: None}
        for (part, *occupations, band, place), people in cells.items():
            self._members[place] = frozenset(place.split('+'))
            for occupation in {None, *filter(None, occupations)}:
                self._parts[part][occupation][place, band] += people

    def count(self, occupation: str | None = None, places: Collection | None = None, bands: Collection | None = None) -> int:
        """The sum of an area, main group or group, in some municipalities, with some levels of German; None: all."""
        return sum(self._count_parts(occupation, places, bands))

    def _count_parts(self, occupation, places, bands):
        wanted = None if places is None else frozenset(places)
        if wanted not in self._within:
            self._within[wanted] = {place for place, members in self._members.items() if members <= wanted}
        within = self._within[wanted]
        return [
            sum(
                people
                for (place, band), people in part.get(occupation, {}).items()
                if (within is None or place in within) and (bands is None or band in bands)
            )
            for part in self._parts.values()
        ]

    def figure(self, *questions: tuple) -> int | None:
        """What is shown of one question, or of several that share nobody, each as for `count`; None too if there is none.

        >>> Table({('others', '8', '81', '813', '3_b1', '7'): 20}).figure(('81', None, None))
        20
        """
        jointly = any(places is not None and (occupation is not None or bands is not None) for occupation, places, bands in questions)
        parts = zip(*(self._count_parts(*question) for question in questions), strict=True)
        return shown(*map(sum, parts), floor=self.floor, jointly=jointly)


def cross(node: tuple) -> tuple:
    """The `margins` of candidates: a level of German and a municipality over all occupations, in the occupational area, and a
    municipality with a level of German; each within its part.

    >>> cross(('others', '8', '81', '813', '3_b1'))
    (('others', 'band', '3_b1'), ('others', 'band', '8', '3_b1'), ('others', 'band', '3_b1', '3_b1'))
    >>> cross(('others', '8'))
    ()
    """
    if len(node) < PATH.index('band') + 1:
        return ()
    part, kind = node[0], PATH[len(node) - 1]
    return (part, kind, node[-1]), (part, kind, node[1], node[-1]), (part, kind, node[4], node[-1])
