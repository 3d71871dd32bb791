"""Counting in sets against the rule asked person by person: the same numbers, on made-up people and demands."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules import load

matching, match_count = load('matching'), load('match_count')
DAYS = st.sampled_from([date(2027, 1, 1) + timedelta(days=days) for days in (-30, 0, 1, 30)])
DAY_OR_NONE = st.none() | DAYS
LEVELS = st.sampled_from(['0_none', '1_a1', '2_a2', '3_b1', '4_b2'])
WANTED = st.just('') | LEVELS
CLASSES = st.frozensets(st.sampled_from(['B', 'C', 'CE']), max_size=2)
HOURS = st.sampled_from([(0, 0), (0, 10), (20, 20), (15, 0), (41, 45)])
KINDS = sorted({kind for kinds in matching.BARRIERS.values() for kind in kinds} | {'health'})
SKILLS = st.dictionaries(st.integers(1, 4), st.integers(1, 4), max_size=3)
PLACES = st.none() | st.integers(1, 3)
OCCUPATIONS = st.dictionaries(st.integers(1, 4), st.sampled_from([None, *matching.RECOGNITIONS]), max_size=3)

people = st.lists(
    st.tuples(
        st.integers(1, 2),
        PLACES,
        OCCUPATIONS,
        st.builds(
            matching.Person,
            available_from=DAY_OR_NONE,
            permission=st.sampled_from(['free', 'with_permit', 'free_from', 'blocked_until', 'forbidden', 'unclear']),
            permission_from=DAY_OR_NONE,
            permission_until=DAY_OR_NONE,
            language=st.just('') | LEVELS,
            licences=CLASSES,
            reach=st.sampled_from([0, 10, 30]),
            is_bus_only=st.booleans(),
            licence_kind=st.sampled_from(['', 'eu', 'foreign', 'converting']),
            licence_until=DAY_OR_NONE,
            working_times=st.frozensets(st.sampled_from([*matching.EXTENTS, *matching.TIMES])),
            hours=HOURS,
            age=st.sampled_from(['', 'minor', 'unclear']),
            barriers=st.frozensets(st.sampled_from(KINDS), max_size=2),
            skills=SKILLS,
        ),
    ),
    max_size=8,
)
demands = st.tuples(
    st.dictionaries(st.integers(1, 3), st.sampled_from([0, 10, 20, 40])),
    st.frozensets(st.integers(1, 4), max_size=2),
    st.frozensets(st.integers(1, 4), max_size=2),
    st.dictionaries(st.integers(6, 15), st.sampled_from(['granted', 'refused']), max_size=4),
    st.builds(
        matching.Demand,
        start=DAYS,
        vetting=st.sampled_from(['checked', 'checked', 'new', 'blocked']),
        free_permission_only=st.booleans(),
        language=WANTED,
        accepted_language=WANTED,
        licences=CLASSES,
        extents=st.frozensets(st.sampled_from(matching.EXTENTS), max_size=2),
        times=st.frozensets(st.sampled_from(matching.TIMES), max_size=2),
        hours=HOURS,
        is_hazardous=st.booleans(),
        is_training=st.booleans(),
        wage_exception=st.sampled_from(['', '', *matching.WAGE_EXCEPTIONS]),
        is_regulated=st.booleans(),
        skills=st.dictionaries(st.integers(1, 4), st.tuples(st.sampled_from(['must', 'nice']), st.integers(1, 4)), max_size=3),
        prerequisites=st.frozensets(st.integers(1, 4), max_size=1),
        neighbours=st.dictionaries(st.integers(1, 4), st.frozensets(st.integers(1, 4), max_size=2), max_size=2),
    ),
)


def build(everybody):
    crowd = match_count.Crowd((number, company, place, person) for number, (company, place, __, person) in everybody)
    for skill in range(1, 5):
        crowd.know_skill(
            skill, {level: [number for number, (*__, person) in everybody if person.skills.get(skill) == level] for level in range(1, 5)}
        )
    for occupation in range(1, 5):
        crowd.know_occupation(
            occupation,
            {
                state: [999_999, *(number for number, (__, __, has, __) in everybody if has.get(occupation, '') == state)]
                for state in (None, *matching.RECOGNITIONS)
            },
        )
    assert crowd.lacks({1, 5}, {2, 6}) == ({5}, {6})
    return crowd


def count_one_by_one(everybody, rule, distances, occupations, exact, permits, key=None):
    """Those in the same company who have something in common with the demand, by how they fit."""
    found = {}
    asked = match_count.WHAT_IF[key][1](rule) if key else rule
    for number, (company, place, has, person) in everybody:
        states = [matching.RECOGNITIONS.index(state) for occupation, state in has.items() if occupation in exact and state]
        best = matching.RECOGNITIONS[min(states)] if states else 'not_applied'
        match = matching.match(asked, person._replace(distance=distances.get(place), recognition=best, job_permit=permits.get(number, '')))
        is_common = any(reached.points for reached in match.skills) or occupations & has.keys()
        if company == 1 and (is_common or not (rule.skills or occupations)):
            found[number] = match
    return found


@given(people, st.lists(demands, min_size=1, max_size=3))
def test_sets_count_as_the_rule_does(made, asked):
    everybody = list(enumerate(made, start=7))
    crowd = build(everybody)
    for distances, occupations, exact, permits, rule in asked:
        counted = crowd.count(rule, 1, distances, tuple(occupations), tuple(exact), permits)
        found = count_one_by_one(everybody, rule, distances, occupations, exact, permits)
        fits = {fit: {number for number, match in found.items() if match.fit == fit} for fit in matching.FITS}
        assert counted['fits_now'] == len(fits['1_now'])
        assert counted['fits_when'] == len(fits['2_when'])
        assert counted['has_all_to_learn'] == len(fits['2_zero'])
        assert counted['best_score'] == max((match.score for match in found.values() if match.fit in matching.FITTING), default=0)
        for key, (more, more_now) in counted['what_if'].items():
            changed = count_one_by_one(everybody, rule, distances, occupations, exact, permits, key)
            without = fits['3_not'] | fits['2_zero']
            assert more == sum(changed[number].fit in matching.FITTING for number in without)
            assert more_now == sum(changed[number].fit == '1_now' for number in without | fits['2_when'])


@given(people, demands)
def test_nobody_fits_at_nothing(made, asked):
    """Who is said to fit has a part of what is asked for; who has all to learn has nothing of a must."""
    *__, rule = asked
    for *__, person in made:
        found = matching.match(rule, person)
        decisive = [reached.points for reached in found.skills if reached.need == 'must' or not rule.musts]
        assert found.fit not in matching.FITTING or not rule.skills or any(decisive)
        assert found.fit != '2_zero' or (rule.skills and not any(decisive))


@pytest.mark.parametrize('gate', matching.GATES)
def test_no_question_makes_it_worse(gate):
    """What an employer could do is about one gate, and there is one for each that an employer can open."""
    about = [key for key, (other, __) in match_count.WHAT_IF.items() if other == gate]
    assert bool(about) == (gate not in ('vetting', 'permission', 'availability', 'minor'))
