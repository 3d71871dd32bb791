"""What published figures give away: an attacker who knows the rule and reads everything, every night.

Three ways to ask it. By trying every small history: what sizes may a group have, given all that was published? By the
reason why it holds: had the tables been the truth, they would have been published just so. And by a linear programme over
what is shown on random small counties, with bounds that are narrower than the rule promises.
"""

import itertools
from collections import Counter, defaultdict

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import disclosure, figure_question
from scipy.optimize import linprog
from scipy.sparse import coo_array

FLOOR = disclosure.FLOOR
BANDS = tuple(figure_question.BANDS.values())


def people_of(table):
    return {path: cell.people for path, cell in table.items()}


def publish_nights(nights, **kwargs):
    """The tables of these nights, each `{path: people}`."""
    tables, before = [], None
    for people in nights:
        before = disclosure.publish(people, before, **kwargs)
        tables.append(people_of(before))
    return tables


def is_small(sizes, floor=FLOOR):
    """Whether all that a group may be is somebody, and less than the floor."""
    return min(sizes) >= 1 and max(sizes) < floor


# ------------------------------------------------------------
# Every small history
# ------------------------------------------------------------


def conclude(histories, cells, floor, publish):
    """`{(what was published, group): sizes that it has in the histories for which just that is published}`; a group is some
    cells of a night, or who came to some cells between two nights."""
    possible = defaultdict(set)
    groups = [group for size in range(1, len(cells) + 1) for group in itertools.combinations(range(len(cells)), size)]
    for history in histories:
        seen = publish([dict(zip(cells, night, strict=True)) for night in history], floor)
        for group in groups:
            sizes = [sum(night[cell] for cell in group) for night in history]
            for night, size in enumerate(sizes):
                possible[seen, ('size', night, group)].add(size)
            for night, (old, new) in enumerate(itertools.pairwise(sizes)):
                possible[seen, ('came', night, group)].add(new - old)
                possible[seen, ('went', night, group)].add(old - new)
    return possible


def publish_tables(nights, floor):
    """All that the rule publishes, with secrets that make it decide this way and that."""
    return tuple(
        tuple(sorted((path, people) for path, people in table.items() if people)) for table in publish_nights(nights, floor=floor, salt='s')
    )


def publish_each_for_itself(nights, floor):
    """What was usual before: every group that has the floor is shown, rounded."""
    return tuple(
        tuple((count + 1) // 2 * 2 if count >= floor else None for count in (*night.values(), sum(night.values()))) for night in nights
    )


SMALL = [('all', 'a'), ('all', 'b')]
THREE = [('all', 'x', 'a'), ('all', 'x', 'b'), ('all', 'y', 'c')]
HISTORIES = {
    'two nights': (SMALL, 2, 9),
    'three nights': (SMALL, 3, 4),
    'three cells': (THREE, 1, 9),
    'three cells, two nights': (THREE, 2, 4),
}


@pytest.mark.parametrize(('cells', 'nights', 'most'), HISTORIES.values(), ids=HISTORIES)
def test_every_small_history(cells, nights, most):
    """Of no group can it be concluded that it has one or two people where the floor is three; nor of those who came."""
    floor = 3
    histories = itertools.product(itertools.product(range(most + 1), repeat=len(cells)), repeat=nights)
    possible = conclude(histories, cells, floor, publish_tables)
    # a table with more people than were tried could be the truth as well
    checked = 0
    for (seen, group), sizes in possible.items():
        if all(people <= most for table in seen for __, people in table):
            checked += 1
            assert not is_small(sizes, floor), (seen, group, sizes)
    assert checked > 100


def test_what_was_usual_before_does_not_pass():
    histories = itertools.product(itertools.product(range(10), repeat=2), repeat=1)
    possible = conclude(histories, SMALL, 3, publish_each_for_itself)
    assert any(is_small(sizes, 3) for sizes in possible.values())


# ------------------------------------------------------------
# Why it holds
# ------------------------------------------------------------

PLACES = ('1', '2', '3')
PATHS = [
    (part, area, main, group, band, place)
    for part, area, main, group in (('others', '1', '11', '111'), ('others', '2', '21', '211'), ('advised', '1', '11', '111'))
    for band in BANDS
    for place in (*PLACES, '')
]
ADVISED = [path for path in PATHS if path[0] == 'advised']
counts = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 40))
nights = st.lists(st.tuples(*[counts] * len(PATHS)), min_size=1, max_size=5).map(
    lambda rows: [dict(zip(PATHS, row, strict=True)) for row in rows]
)
rules_of_a_table = st.fixed_dictionaries(
    {
        'floor': st.integers(1, 25),
        'salt': st.sampled_from(['', 'a', 'b']),
        'strict': st.integers(0, 8),
        'margins': st.sampled_from([disclosure.cross, lambda node: ()]),
    }
)


@given(nights, rules_of_a_table)
def test_the_tables_could_be_the_truth(history, rule):
    tables = publish_nights(history, **rule)
    assert all(people >= 0 and people % rule['floor'] == 0 for table in tables for people in table.values())
    truth = [{path: table.get(path, 0) for path in PATHS} for table in tables]
    # whatever the secret is
    for salt in ('', 'other'):
        again = publish_nights(truth, **{**rule, 'salt': salt})
        assert [{path: table.get(path, 0) for path in PATHS} for table in again] == truth


@given(nights, rules_of_a_table, st.randoms())
def test_the_order_of_people_does_not_matter(history, rule, random):
    shuffled = [dict(random.sample(list(people.items()), len(people))) for people in history]
    assert publish_nights(shuffled, **rule) == publish_nights(history, **rule)


@given(nights, st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from([1, -1])), max_size=FLOOR - 1))
def test_less_than_the_floor_changes_nothing(history, moves):
    """Nine who come, go or move after the first night change no figure, whoever they are."""
    people = history[0]
    later = Counter(people)
    for path, step in moves:
        later[path] = max(later[path] + step, 0)
    first, second = publish_nights([people, later], salt='a', margins=disclosure.cross, strict=4)
    assert +Counter(first) == +Counter(second)


@given(nights, st.tuples(*[counts] * len(PATHS)))
def test_later_tables_tell_of_comings_and_goings_only(history, others):
    """Other people to begin with, of whom the first table said the same, and the same comings and goings: the same tables."""
    rule = {'salt': 'a', 'margins': disclosure.cross, 'strict': 4}
    first = disclosure.publish(history[0], **rule)
    more = dict(zip(PATHS, others, strict=True))
    same = {
        path: disclosure.Cell(cell.people, cell.basis + more[path], cell.last + more[path])
        for path in PATHS
        for cell in [first.get(path, disclosure.Cell(0, 0, 0))]
    }
    one, other = first, same
    for people in history[1:]:
        one = disclosure.publish(people, one, **rule)
        other = disclosure.publish({path: people[path] + more[path] for path in PATHS}, other, **rule)
        assert {path: people for path, people in people_of(one).items() if people} == {
            path: people for path, people in people_of(other).items() if people
        }


@given(nights, rules_of_a_table)
def test_how_far_off_a_part_of_the_tree_may_be(history, rule):
    floor = rule['floor']
    (table,) = publish_nights(history[:1], **rule)
    really, told = Counter(), Counter()
    for path in PATHS:
        for depth in range(1, len(path) + 1):
            really[path[:depth]] += history[0][path]
            told[path[:depth]] += table.get(path, 0)
    for node, count in really.items():
        assert -floor < told[node] - count <= floor
        if len(node) <= rule['strict']:
            assert abs(told[node] - count) < floor
        if disclosure.shown(told[node], floor=floor) is not None:
            assert count >= floor, 'on the first night a figure of a part of the tree is one of enough people'


@given(nights)
def test_bad_tables(history):
    with pytest.raises(ValueError):
        disclosure.publish(history[0] | {('short',): 1})
    with pytest.raises(ValueError):
        disclosure.publish(history[0] | {PATHS[0]: -1})
    with pytest.raises(ValueError):
        disclosure.publish(history[0], floor=0)


def test_that_somebody_is_there_is_not_told():
    """A cell that holds ten may be empty: where few are, chance decides in which municipality they are told."""
    people = dict.fromkeys(PATHS, 0) | {PATHS[0]: 3, PATHS[5]: 4, PATHS[10]: 4}
    empty = set()
    for salt in 'abcdefghijklmnop':
        (table,) = publish_nights([people], salt=salt, margins=disclosure.cross, strict=4)
        empty |= {path for path, count in table.items() if count and not people[path]}
    assert empty


# ------------------------------------------------------------
# Labels that change, places that become empty, people of one's own
# ------------------------------------------------------------


class County:
    """Nights on which municipalities merge, are deleted or become empty for everybody to see, and catalogues are changed.

    ``events`` holds for each night what happens before it: `('merge', a, b)`, `('close', place)` for one where nobody is from then
    on, deleted or not, `('open', place)`, and `('label',)` for whatever else a manager can do: move or renumber occupations, rename
    or change associations, take municipalities apart again. That does nothing, see `TestLabels` in the addon. On a night on which
    only labels change nobody comes or goes.
    """

    LABELS_ONLY = ('merge', 'label')

    def __init__(self, history, events=None):
        self.events = events or [[] for __ in history]
        self.history = []
        for night, people in enumerate(history):
            if self.is_quiet(night):
                people = self.history[-1]
            self.history.append({path: 0 if path[5] in self.closed(night) else count for path, count in people.items()})
        self._tables = []

    def is_quiet(self, night):
        return night > 0 and bool(self.events[night]) and all(event[0] in self.LABELS_ONLY for event in self.events[night])

    def closed(self, night):
        closed = set()
        for kind, *places in itertools.chain(*self.events[: night + 1]):
            if kind == 'close':
                closed |= set(places)
            elif kind == 'open':
                closed -= set(places)
        return closed

    def merged(self, night):
        pairs = set()
        for kind, *places in itertools.chain(*self.events[: night + 1]):
            if kind == 'merge':
                pairs.add(tuple(places))
        return sorted(pairs)

    def tables(self, history=None, **rule):
        """The tables of these nights, of these people instead of the own ones."""
        before, tables = None, []
        for night, people in enumerate(history or self.history):
            before = disclosure.publish_candidates(people, before, self.merged(night), **rule)
            tables.append(people_of(before))
        if history is None:
            self._tables = tables
        return tables

    def labels(self, night):
        """The names of places that the table of a night has, and of those that it does not have."""
        labels = {path[5] for path in self._tables[night]}
        return labels | {*PLACES, ''} - {place for label in labels for place in label.split('+')}


event = st.one_of(
    st.tuples(st.just('merge'), st.sampled_from(PLACES), st.sampled_from(PLACES)).filter(lambda event: event[1] < event[2]),
    st.tuples(st.sampled_from(['close', 'open']), st.sampled_from(PLACES)),
    st.just(('label',)),
)


def all_events(count):
    return st.lists(st.lists(event, max_size=2), min_size=count, max_size=count)


@given(nights, st.data(), st.sampled_from([1, 3, FLOOR]), st.sampled_from(['', 'a']))
def test_tables_never_contradict_what_everybody_knows(history, data, floor, salt):
    """Nobody is told where nobody is; a change of labels does nothing but add up what merged."""
    county = County(history, data.draw(all_events(len(history))))
    tables = county.tables(floor=floor, salt=salt)
    for night, table in enumerate(tables):
        assert all(people >= 0 and people % floor == 0 for people in table.values())
        for path, people in table.items():
            assert not people or set(path[5].split('+')) - county.closed(night)
        if county.is_quiet(night):
            names = {place: label for label in county.labels(night) for place in label.split('+')}
            summed = Counter()
            for path, people in tables[night - 1].items():
                summed[(*path[:5], names[path[5].partition('+')[0]])] += people
            assert {path: people for path, people in table.items() if people} == +summed


@given(nights, st.data(), st.sampled_from([1, 3, FLOOR]), st.sampled_from(['', 'a']))
def test_with_labels_that_change_the_tables_could_be_the_truth(history, data, floor, salt):
    county = County(history, data.draw(all_events(len(history))))
    tables = county.tables(floor=floor, salt=salt)
    truth = []
    for night, table in enumerate(tables):
        people = dict.fromkeys(PATHS, 0)
        for path, count in table.items():
            if count:
                people[(*path[:5], min(set(path[5].split('+')) - county.closed(night)))] += count
        truth.append(people)
    for other in ('', 'other'):
        again = county.tables(truth, floor=floor, salt=other)
        assert [{path: people for path, people in table.items() if people} for table in again] == [
            {path: people for path, people in table.items() if people} for table in tables
        ]


@given(nights.filter(lambda rows: len(rows) <= 3), st.lists(st.tuples(*[counts] * len(ADVISED)), min_size=3, max_size=3))
def test_own_people_move_no_figure_of_others(history, advised):
    """Whatever the migration centre enters and changes, the part of all others is the same."""
    others = [{path: count for path, count in people.items() if path not in ADVISED} for people in history]
    entered = [people | dict(zip(ADVISED, own, strict=True)) for people, own in zip(others, advised, strict=False)]
    alone, together = County(others).tables(salt='s'), County(entered).tables(salt='s')
    assert [{path: people for path, people in table.items() if path[0] == 'others'} for table in together] == alone


@given(nights, st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from([1, -1])), max_size=FLOOR - 1))
def test_less_than_the_floor_changes_nothing_where_somebody_stays(history, moves):
    people = {path: count + (FLOOR if path[3:5] == ('111', BANDS[0]) else 0) for path, count in history[0].items()}
    later = dict(people)
    for path, step in moves:
        later[path] = max(later[path] + step, 0)
    first, second = County([people, later]).tables(salt='a')
    assert +Counter(first) == +Counter(second)


# ------------------------------------------------------------
# The linear programme
# ------------------------------------------------------------


class Attacker:
    """Somebody who notes each figure with the bounds that it sets, and asks what a group may be.

    A variable is how many people are in a cell on a night. `know` adds what is known of a sum of them.
    """

    def __init__(self, paths, count_of_nights):
        self.places = {key: place for place, key in enumerate(itertools.product(range(count_of_nights), paths))}
        self.rows, self.limits, self.matrix = [], [], None

    def know(self, coefficients, low, high):
        """``coefficients`` is `{(night, path): factor}`; None for high: no limit."""
        if high is not None:
            self.rows.append(coefficients)
            self.limits.append(high)
        if low > 0 or high is None or any(factor < 0 for factor in coefficients.values()):
            self.rows.append({key: -factor for key, factor in coefficients.items()})
            self.limits.append(-low)
        self.matrix = None

    def read(self, night, paths, figure, shown_from, off):
        """A figure, or that it is not shown; at most ``off`` off."""
        group = {(night, path): 1 for path in paths}
        self.know(group, *((0, shown_from - 1 + off) if figure is None else (max(figure - off, 0), figure + off)))

    def bounds(self, coefficients):
        """The least and the largest whole number that it may be."""
        if self.matrix is None:
            entries = [(row, self.places[key], factor) for row, found in enumerate(self.rows) for key, factor in found.items()]
            rows, columns, factors = map(numpy.array, zip(*entries, strict=True))
            self.matrix = coo_array((factors, (rows, columns)), shape=(len(self.rows), len(self.places))).tocsr()
        objective = numpy.zeros(len(self.places))
        for key, factor in coefficients.items():
            objective[self.places[key]] = factor
        found = []
        for sign in (1, -1):
            result = linprog(sign * objective, A_ub=self.matrix, b_ub=self.limits, bounds=(0, None), method='highs')
            assert result.status in (0, 3), result.message  # found, or without a limit
            found.append(sign * result.fun if result.status == 0 else -sign * numpy.inf)
        return found[0] - 1e-6, found[1] + 1e-6

    def learns(self, coefficients):
        """Whether a group is known to be somebody, and less than ten."""
        low, high = self.bounds(coefficients)
        return low >= 1 - 1e-5 and high <= FLOOR - 1 + 1e-5


def questions():
    """Whatever a demand or a pool may ask of the table, and whatever a breakdown is, of any association."""
    occupations = [None, *sorted({part for path in PATHS for part in path[1:4]})]
    places = [None, *map(frozenset, ('1', '2', '3', '23', '12'))]
    bands = [*map(figure_question.at_least, BANDS), *({band} for band in BANDS)]
    return list(itertools.product(occupations, places, bands))


def cells_of(question, labels=(*PLACES, '')):
    """The cells that a question is about, where these are the names of the places in the table."""
    occupation, places, bands = question
    within = {place for label in labels for place in label.split('+') if places is None or set(label.split('+')) <= places}
    return [path for path in PATHS if occupation in (None, *path[1:4]) and path[5] in within and (bands is None or path[4] in bands)]


def read_everything(history, events=None, off=FLOOR - 1):
    """An attacker who takes every figure to be less than ten off, which is more than the rule promises; and the figures."""
    county = County(history, events)
    attacker, found = Attacker(PATHS, len(history)), []
    for night, cells in enumerate(county.tables(salt='s')):
        table = disclosure.Table(cells)
        for question in questions():
            figure = table.figure(question)
            group = cells_of(question, county.labels(night))
            attacker.read(night, group, figure, disclosure.SHOWN_FROM * FLOOR + 1, off)
            if figure is not None:
                found.append((night, frozenset(group)))
        # what everybody knows
        for path in PATHS:
            if path[5] in county.closed(night):
                attacker.know({(night, path): 1}, 0, 0)
            elif county.is_quiet(night):
                attacker.know({(night, path): 1, (night - 1, path): -1}, 0, 0)
    return attacker, list(dict.fromkeys(found))


def interesting_groups(shown, history, random, count=12):
    """Small groups first: cells, differences of shown groups, all − A − B + both, and what came between two nights."""
    groups = [({(night, path): 1}, people[path]) for night, people in enumerate(history) for path in PATHS]

    def size(night, cells):
        return sum(history[night][path] for path in cells)

    for (night, one), (later, other) in itertools.permutations(shown, 2):
        if night == later:
            groups.append(({(night, path): 1 for path in one - other}, size(night, one - other)))
            if one != other:
                rest = set(PATHS) - one - other
                groups.append(({(night, path): 1 for path in rest}, size(night, rest)))
        elif night < later and one == other:
            groups.append(({(later, path): 1 for path in one} | {(night, path): -1 for path in one}, size(later, one) - size(night, one)))
    groups = [(group, count) for group, count in groups if group]
    small = [group for group, count in groups if 1 <= count < FLOOR]
    other = [group for group, count in groups if not 1 <= count < FLOOR]
    return random.sample(small, min(count, len(small))) + random.sample(other, min(count // 3, len(other)))


@settings(max_examples=12, deadline=None)
@given(nights.filter(lambda rows: len(rows) <= 3), st.randoms(use_true_random=False))
def test_linear_programme(history, random):
    attacker, shown = read_everything(history)
    for group in interesting_groups(shown, history, random):
        assert not attacker.learns(group), group


@settings(max_examples=12, deadline=None)
@given(nights.filter(lambda rows: len(rows) <= 3), st.data(), st.randoms(use_true_random=False))
def test_linear_programme_with_labels_that_change(history, data, random):
    """Whoever changes them knows besides on which nights nothing else happened, and which places are empty."""
    events = data.draw(all_events(len(history)))
    attacker, shown = read_everything(history, events)
    history = County(history, events).history
    for group in interesting_groups(shown, history, random):
        assert not attacker.learns(group), group


@pytest.mark.parametrize('more', [4, 9])
def test_linear_programme_finds_what_is_there(more):
    """The same questions about the same people, each counted, none below ten, rounded to five: that tells."""
    people = dict.fromkeys(PATHS, 0) | {PATHS[0]: 13, PATHS[4]: more, PATHS[40]: 41}
    attacker = Attacker(PATHS, 1)
    for question in questions():
        figure = former_figure(sum(people[path] for path in cells_of(question)))
        attacker.know({(0, path): 1 for path in cells_of(question)}, *former_bounds(figure))
    groups = [{(0, path): 1 for path in cells_of(question)} for question in questions()]
    differences = [{key: 1 for key in one if key not in other} for one in groups for other in groups if other.keys() < one.keys()]
    assert any(attacker.learns(group) for group in [*groups, *differences[::7]] if group)


def quiet_nights(first, moves):
    """A county in which hardly anything happens."""
    history = [dict.fromkeys(PATHS, 0) | first]
    for move in moves:
        history.append(Counter(history[-1]) + Counter(move))
    return history


A, B, C = PATHS[0], PATHS[1], PATHS[2]
WORST = {
    'one more in a level of German': quiet_nights({PATHS[0]: 25, PATHS[4]: 1}, []),
    'all but three': quiet_nights({A: 40, B: 40, PATHS[18]: 3}, []),
    'one in each cell': quiet_nights(dict.fromkeys(PATHS, 1), []),
    'nine in each cell': quiet_nights(dict.fromkeys(PATHS, 9), []),
    'twenty and one': quiet_nights({A: 20, B: 1, C: 20}, []),
    'one comes every night': quiet_nights({A: 24, B: 8}, [{A: 1}] * 3),
    'ten come, one by one': quiet_nights({A: 29}, [{A: 1}] * 10)[::5],
    'nobody, then ten': quiet_nights({A: 30}, [{B: 10}]),
    'nobody, then nine': quiet_nights({A: 30}, [{B: 9}]),
}


@pytest.mark.parametrize('history', WORST.values(), ids=WORST)
def test_worst_cases(history):
    attacker, shown = read_everything(history)
    everything = [({(night, path): 1}) for night in range(len(history)) for path in PATHS]
    for (night, one), (later, other) in itertools.permutations(shown[:40], 2):
        if night == later and other < one:
            everything.append({(night, path): 1 for path in one - other})
    checked = {tuple(sorted(group)): group for group in everything}
    for group in list(checked.values())[:60]:
        assert not attacker.learns(group), group


@pytest.mark.parametrize('where', [A, PATHS[6], PATHS[26]], ids=['many', 'few', 'nobody'])
def test_one_comes_and_the_attacker_knows_who(where):
    """Nothing changes, and that is all that can be learned."""
    history = quiet_nights({A: 24, B: 8, PATHS[6]: 3, PATHS[17]: 31}, [{where: 1}])
    attacker, __ = read_everything(history)
    for path in PATHS:
        change = int(path == where)
        attacker.know({(1, path): 1, (0, path): -1}, change, change)
    for path in PATHS:
        assert not attacker.learns({(0, path): 1}), path


# ------------------------------------------------------------
# The attacks that worked
# ------------------------------------------------------------


def former_figure(count):
    """What if was published like this: the number who fit, none below ten, rounded to five."""
    return max((2 * count + 5) // 10 * 5, FLOOR) if count >= FLOOR else None


def former_bounds(figure):
    return (0, FLOOR - 1) if figure is None else (max(figure - 2, FLOOR), figure + 2)


def test_former_demands_that_differ_in_one_skill():
    """Of 14 welders one does not know TIG: two demands told of less than ten people."""
    attacker = Attacker(['with', 'without'], 1)
    attacker.know({(0, 'with'): 1, (0, 'without'): 1}, *former_bounds(former_figure(14)))
    attacker.know({(0, 'with'): 1}, *former_bounds(former_figure(12)))
    assert attacker.learns({(0, 'without'): 1})


def test_former_start_dates():
    """Of 18 people 3 become free within two weeks."""
    attacker = Attacker(['now', 'later'], 1)
    attacker.know({(0, 'now'): 1, (0, 'later'): 1}, *former_bounds(former_figure(18)))
    attacker.know({(0, 'now'): 1}, *former_bounds(former_figure(13)))
    assert attacker.learns({(0, 'later'): 1})


def test_former_label_of_another_demand():
    """A figure stayed with the demand when it was rewritten: 15 welders became 15 nurses, who beside all 20 nurses tell of
    five. That is no matter of bounds: what a figure is about has to be what was counted."""
    attacker = Attacker(['german', 'no german'], 1)
    attacker.know({(0, 'german'): 1, (0, 'no german'): 1}, *former_bounds(former_figure(20)))
    attacker.know({(0, 'german'): 1}, *former_bounds(former_figure(15)))
    assert attacker.learns({(0, 'no german'): 1})


def test_former_figure_after_one_came():
    """One came, and 20 became 25: there were just 22, of whom the stricter demand tells the others."""
    attacker = Attacker(['fit', 'not'], 2)
    for night, figure in enumerate((former_figure(22), former_figure(23))):
        attacker.know({(night, 'fit'): 1, (night, 'not'): 1}, *former_bounds(figure))
    attacker.know({(0, 'fit'): 1}, *former_bounds(former_figure(17)))
    attacker.know({(1, 'fit'): 1, (0, 'fit'): -1}, 1, 1)
    attacker.know({(1, 'not'): 1, (0, 'not'): -1}, 0, 0)
    assert attacker.learns({(0, 'not'): 1})


def test_former_place_that_became_empty():
    """Ten of seventeen went, so ten of twenty stayed where everybody knows that nobody is; beside it they do not tell."""
    here, there = PATHS[0], PATHS[1]
    before, after = {here: 17, there: 30}, {here: 0, there: 30}
    assert people_of(disclosure.publish(after, disclosure.publish(before)))[here] == 10
    first = disclosure.publish_candidates(before)
    assert people_of(first)[here] == 20
    assert people_of(disclosure.publish_candidates(after, first)) == {there: 40}


def test_former_people_of_ones_own():
    """Where all were counted together, the night on which a figure moved told how many others had come; now it does not."""
    for part, same in (('others', False), ('advised', True)):
        nights = []
        for others in (0, 7):
            history = [Counter({PATHS[0]: 30 + others * bool(night)}) + Counter({(part, *PATHS[0][1:]): night}) for night in range(12)]
            nights.append([sum(table.values()) for table in County(history).tables()])
        assert (nights[0] == nights[1]) is same
