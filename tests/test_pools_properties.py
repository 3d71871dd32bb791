"""What figures beside each other may tell: by trying all small worlds, and on random larger ones.

A *world* says how many people are in which groups. An attacker sees the answers, knows which groups contain which,
and concludes whatever holds in all worlds with these answers.
"""

import itertools
from collections import defaultdict

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rules import disclosure

FLOOR, ROUNDING = 3, 2
# Three and more floors: enough for every case of the rule to occur.
MOST = 10


def transcript(people, asked, **kwargs):
    """What can be seen: the figure of each group, None where it is not shown."""
    found = disclosure.answers(people, asked, FLOOR, ROUNDING, **kwargs)
    return tuple(found[group][0] if group in found else None for group in asked)


def counts(people, condition):
    return sum(count for groups, count in people.items() if condition(groups))


def conclude(worlds, asked, derived, answer=transcript):
    """`{(answers, group): sizes that the group has in the worlds with these answers}`.

    Without groups that are known to be empty, and without answers that still larger worlds give as well.
    """
    possible, at_the_edge = defaultdict(set), set()
    for people, salt in itertools.product(worlds, 'abc'):  # enough for both orders of each pair of letters
        seen = answer(people, asked, salt=salt)
        if max(people.values()) == MOST:
            at_the_edge.add(seen)
        for name, condition in derived.items():
            if any(map(condition, people)):
                possible[seen, name].add(counts(people, condition))
    return {(seen, name): sizes for (seen, name), sizes in possible.items() if seen not in at_the_edge}


def assert_nothing_below_the_floor(possible):
    """A size below the floor is known to nobody: any size up to the floor may be, or one from the floor on."""
    assert possible
    for (seen, name), sizes in possible.items():
        assert max(sizes) >= FLOOR or sizes == set(range(FLOOR)), (seen, name, sizes)


# what can be made of two groups
PAIR = {
    'a': lambda groups: 'a' in groups,
    'b': lambda groups: 'b' in groups,
    'both': lambda groups: {'a', 'b'} <= groups,
    'either': bool,
    'a only': lambda groups: groups == {'a'},
    'b only': lambda groups: groups == {'b'},
}
A, B, AB = frozenset('a'), frozenset('b'), frozenset('ab')
KNOWN = {'one inside the other': (A, AB), 'any two': (A, B, AB), 'disjoint': (A, B)}


def all_worlds(signatures):
    for sizes in itertools.product(range(MOST + 1), repeat=len(signatures)):
        yield dict(zip(signatures, sizes, strict=True))


@pytest.mark.parametrize('signatures', KNOWN.values(), ids=KNOWN)
def test_pair_of_answers(signatures):
    possible = conclude(all_worlds(signatures), 'ab', PAIR)
    assert any(None not in seen for seen, __ in possible), 'both are shown somewhere'
    assert_nothing_below_the_floor(possible)


@pytest.mark.parametrize('first', 'ab')
@pytest.mark.parametrize('signatures', KNOWN.values(), ids=KNOWN)
def test_pair_of_answers_one_after_the_other(signatures, first):
    """A group that is made in the course of the day is held against the one that was asked about before."""
    second = 'b' if first == 'a' else 'a'

    def answer(people, asked, **kwargs):
        alone = {}
        for groups, count in people.items():
            if first in groups:
                alone[A] = alone.get(A, 0) + count
        (figure,) = transcript(alone, 'a', **kwargs)
        seen = transcript(people, second, settled={first: figure is not None}, **kwargs)
        return figure, *seen

    assert_nothing_below_the_floor(conclude(all_worlds(signatures), 'ab', PAIR, answer))


def test_parts_and_total():
    """A total with three parts, all of which are asked about: no part and no two parts together can be had."""
    signatures = [frozenset({'total', part}) for part in 'xyz']
    derived = {part: lambda groups, part=part: part in groups for part in 'xyz'}
    derived |= {f'not {part}': lambda groups, part=part: part not in groups for part in 'xyz'}
    levels = {'total': 0, 'x': 1, 'y': 1, 'z': 1}
    possible = conclude(
        all_worlds(signatures), levels, derived, lambda *args, **kwargs: transcript(*args, levels=levels, **kwargs))
    assert any(sum(figure is not None for figure in seen) == 3 for seen, __ in possible)
    assert_nothing_below_the_floor(possible)


def test_rounding_alone_would_not_do():
    """The test above can fail: figures that are suppressed and rounded each for itself give away the difference."""

    def careless(people, asked, salt):
        return tuple(
            disclosure.published_count(counts(people, lambda groups: group in groups), FLOOR, ROUNDING)  # noqa: B023
            for group in asked)

    with pytest.raises(AssertionError):
        assert_nothing_below_the_floor(conclude(all_worlds(KNOWN['one inside the other']), 'ab', PAIR, careless))


def test_two_days():
    """A figure that is shown on both days and changes tells of a net change of the floor or more."""
    changed = 0
    for old, new in itertools.product(range(30), repeat=2):
        before = disclosure.answers({A: old}, 'a', FLOOR, ROUNDING)
        after = disclosure.answers({A: new}, 'a', FLOOR, ROUNDING, before=before)
        if before and after and before['a'][0] != after['a'][0]:
            assert abs(new - old) >= FLOOR
            changed += 1
        assert bool(after) == (new >= FLOOR), 'never shown below the floor, however small the change'
    assert changed


groups = st.sampled_from('abcdefg')
worlds = st.dictionaries(st.frozensets(groups, min_size=1), st.integers(0, 40), max_size=12)
floors = st.integers(1, 12)


@given(worlds, floors)
def test_what_is_left_of_a_shown_group(people, floor):
    """However many groups inside it are subtracted: none is left, or as many as the floor."""
    shown = disclosure.showable(people, floor)
    for group in shown:
        within = {
            other for other in shown - {group}
            if not counts(people, lambda found: other in found and group not in found)}  # noqa: B023
        assert counts(people, lambda found: group in found) >= floor  # noqa: B023
        for subset in (within, *({other} for other in within)):
            if subset:
                assert counts(people, lambda found: group in found and not found & subset) >= floor  # noqa: B023


@given(worlds, floors)
def test_not_shown_looks_like_empty(people, floor):
    levels = {group: level for level, group in enumerate('abcdefg')}
    shown = disclosure.showable(people, floor, levels=levels)
    emptied = defaultdict(int)
    for found, count in people.items():
        emptied[found & shown] += count
    emptied.pop(frozenset(), None)
    assert disclosure.showable(emptied, floor, levels=levels) == shown


@given(worlds, floors, st.sets(groups))
def test_what_was_answered_stays(people, floor, first):
    """Groups that are asked about later change nothing for those before, and hold to the rule among all."""
    early = disclosure.showable({found & first: count for found, count in people.items()
                                 if found & first and not (found - first)}, floor)
    settled = {group: group in early for group in first}
    shown = disclosure.showable(people, floor, settled)
    assert shown & first == {group for group in early if any(group in found for found in people)}
    for group in shown - first:
        within = {other for other in shown - {group}
                  if not counts(people, lambda found: other in found and group not in found)}  # noqa: B023
        if within:
            assert counts(people, lambda found: group in found and not found & within) >= floor  # noqa: B023


@given(worlds, floors, st.integers(1, 10), st.randoms())
def test_order_of_the_question_does_not_matter(people, floor, rounding, random):
    asked = list('abcdefg')
    once = disclosure.answers(people, asked, floor, rounding)
    shuffled = list(people.items())
    random.shuffle(shuffled)
    random.shuffle(asked)
    assert disclosure.answers(dict(shuffled), asked, floor, rounding) == once
    for group, (figure, count) in once.items():
        assert figure == disclosure.published_count(count, floor, rounding) is not None
        assert count == counts(people, lambda found: group in found)  # noqa: B023


@given(worlds, worlds, floors)
def test_only_large_changes_show(before, after, floor):
    old = disclosure.answers(before, 'abcdefg', floor)
    new = disclosure.answers(after, 'abcdefg', floor, before=old)
    assume(old.keys() & new.keys())
    for group in old.keys() & new.keys():
        change = abs(counts(after, lambda found: group in found) - old[group][1])  # noqa: B023
        assert new[group] == old[group] if change < floor else new[group][1] != old[group][1]
