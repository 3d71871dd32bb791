"""How many people fit, for many demands: the rule of `matching.py`, asked once for all whom a gate cannot tell apart.

A gate looks at few facts of a person, and many demands ask the same of a gate. So the gate answers once for each of
these facts, and its answer is kept as a set of people; a demand only intersects such sets. A set is a whole number with
a bit for each person, which is small, and intersected in no time.
"""

import functools
import itertools
from array import array
from collections import defaultdict
from dataclasses import replace
from operator import attrgetter

from . import matching
from .matching import BARRIERS, CODES, PASS, PASSABLE, RECOGNITIONS, Person

# What each gate looks at, of the demand. Distance and recognition depend on the person as well, see `Crowd`.
OF_DEMAND = {
    'vetting': attrgetter('vetting'),
    'permission': attrgetter('start', 'free_permission_only'),
    'language': attrgetter('language', 'accepted_language'),
    'licence': attrgetter('licences', 'start'),
    'reach': lambda demand: (bool(demand.times), demand.has_lift),
    'availability': attrgetter('start'),
    'hours': attrgetter('extents', 'times', 'hours'),
    'minor': attrgetter('times', 'hours', 'is_hazardous', 'is_training', 'wage_exception'),
    'recognition': attrgetter('is_regulated', 'recognition_may_follow'),
}
# What an employer could do: the gate that it is about, and the demand as it would be then. In the order that is shown.
WHAT_IF = {
    'german_a2': ('language', lambda demand: replace(demand, accepted_language=min(demand.accepted_language or '2_a2', '2_a2'))),
    'german_lower': ('language', lambda demand: replace(demand, language=matching.lower_level(demand.language))),
    'hours': ('hours', lambda demand: replace(demand, extents=frozenset(), times=frozenset(), hours=(0, 0))),
    'lift': ('reach', lambda demand: replace(demand, has_lift=True)),
    'recognition': ('recognition', lambda demand: replace(demand, recognition_may_follow=True)),
    'licence': ('licence', lambda demand: replace(demand, licences=frozenset())),
    'skills': (
        'skills',
        lambda demand: replace(
            demand, skills={skill: ('nice', level) for skill, (__, level) in demand.skills.items()}, prerequisites=frozenset()
        ),
    ),
}
# Gates that look at the same facts of the demand, and answer anew with the one that a change is about.
WITH = {'hours': ('reach', 'minor')}
TOLD_APART = ('permission', 'language', 'licence', 'reach', 'availability', 'hours', 'recognition', 'minor', 'company')
# What sets of who has a skill may take, a quarter of a gigabyte; then they are made again when they are needed.
MOST_BITS = 1 << 31
_ONE = ord('1')
_TRUTH = bytes(code == _ONE for code in range(256))
_MARKS = {answer: bytes(_ONE if code == CODES.index(answer) else ord('0') for code in range(256)) for answer in (PASS, PASSABLE)}


@functools.cache
def _get_lifts(barriers):
    return [barriers.intersection(BARRIERS.get(gate, ())) for gate in TOLD_APART]


def _tell_apart(person, municipality, company):
    """The facts that the gates look at, in the order of `TOLD_APART`: whoever has the same gets the same answer."""
    __, language, licence, reach, __, hours, recognition, __, __ = _get_lifts(person.barriers)
    return (
        (person.permission, person.permission_from, person.permission_until),
        (person.language, language),
        (person.licences, person.licence_kind, person.licence_until, licence),
        (person.reach, person.is_bus_only, reach, municipality),
        person.available_from,
        (person.working_times, person.hours, hours),
        bool(recognition),
        person.age,
        company,
    )


class Crowd:
    """People whom demands are counted against.

    :param people: ``(id, company, municipality, Person)`` of each, in any iterable; it is read once and not kept

    Skills and occupations come after: :meth:`know_skill`, :meth:`know_occupation`.
    """

    def __init__(self, people):
        self._places = {}
        self._keys = {gate: array('L') for gate in TOLD_APART}
        columns = [(keys, {}) for keys in self._keys.values()]
        for number, company, municipality, person in people:
            self._places[number] = len(self._places)
            for (keys, known), fact in zip(columns, _tell_apart(person, municipality, company), strict=True):
                keys.append(known.setdefault(fact, (len(known), person))[0])
        self._facts = {
            gate: [(fact, person) for fact, (__, person) in known.items()] for gate, (__, known) in zip(TOLD_APART, columns, strict=True)
        }
        self._everybody = (1 << len(self._places)) - 1
        self._answers = {}
        self._skills = {}
        self._occupations = {}
        self._common = {}

    def lacks(self, skills, occupations):
        """Which of these skills and of these occupations it was not told about yet."""
        return set(skills) - self._skills.keys(), set(occupations) - self._occupations.keys()

    def know_skill(self, skill, ids):
        """Who has a skill, by level. Who is not in the crowd is passed over."""
        self._skills[skill] = {level: self._find(found) for level, found in ids.items()}

    def know_occupation(self, occupation, ids):
        """Who has an occupation, by recognition; None: who is interested in it."""
        self._occupations[occupation] = {state: self._find(found) for state, found in ids.items()}

    def count(self, demand, company, distances, occupations=(), exact_occupations=(), job_permits=None, *, what_if=True):
        """How many people fit a demand, how many more would, and the best score of those who fit.

        :param demand: a `matching.Demand`
        :param distances: km from the workplace, by municipality
        :param occupations: those that a person needs one of, to have something in common with the demand
        :param exact_occupations: those whose recognition counts
        :param job_permits: what the immigration office said of this job, by person, see `matching.job_answers`
        :param what_if: whether to count how many more would
        :return: ``{'fits_now', 'fits_when', 'has_all_to_learn', 'best_score', 'what_if': {key: [more who fit at all, more who fit
            now]}}``; who has all to learn is not counted among those who fit at all
        """
        common = 0 if demand.skills or occupations else self._everybody
        for skill in demand.skills:
            common |= self._reach(demand, skill)
        for occupation in occupations:
            common |= self._get_common('occupation', occupation, self._occupations)
        common &= self._select('company', company)
        answers = {gate: self.ask(gate, demand, distances, exact_occupations) for gate in matching.GATES}
        if job_permits:
            answers['permission'] = self._ask_job(demand, answers['permission'], job_permits)

        def fit(demand, answers):
            now = open_to = common
            for passes, passable in answers:
                now &= passes
                open_to &= passes | passable
            return now, open_to & self._find_able(demand), open_to

        now, possible, open_to = fit(demand, answers.values())
        more_by_key = {}
        for key, (gate, change) in WHAT_IF.items() if what_if else ():
            other = change(demand)
            changed = {name: self.ask(name, other, distances, exact_occupations) for name in (gate, *WITH.get(gate, ()))}
            more_now, more, __ = fit(other, (answers | changed).values())
            more_by_key[key] = [(more & ~possible).bit_count(), (more_now & ~now).bit_count()]
        return {
            'fits_now': now.bit_count(),
            'fits_when': possible.bit_count() - now.bit_count(),
            'has_all_to_learn': (open_to & ~possible).bit_count(),
            'best_score': self._find_best(demand, possible),
            'what_if': more_by_key,
        }

    def ask(self, gate, demand, distances, exact_occupations):
        """Two sets: who passes the gate, and for whom it is passable."""
        if gate == 'skills':  # hardly two demands ask for the same
            return self._ask_skills(demand)
        question = (
            gate,
            OF_DEMAND[gate](demand),
            tuple(distances.items()) if gate == 'reach' and not demand.has_lift else None,
            exact_occupations if gate == 'recognition' else None,
        )
        if question not in self._answers:
            ask = matching.ASK[gate]
            if gate == 'vetting':
                self._answers[question] = tuple(self._everybody if ask(demand).answer == answer else 0 for answer in (PASS, PASSABLE))
            elif gate == 'recognition':
                self._answers[question] = self._ask_recognition(demand, exact_occupations)
            else:
                people = (
                    person._replace(distance=distances.get(fact[-1])) if gate == 'reach' else person for fact, person in self._facts[gate]
                )
                self._answers[question] = self._make_sets(gate, (ask(demand, person).answer for person in people))
        return self._answers[question]

    def _ask_recognition(self, demand, occupations):
        """The gate looks at the most useful recognition that somebody has for one of the occupations."""
        left, groups = self._everybody, {}
        for state in RECOGNITIONS:
            found = 0
            for occupation in occupations:
                found |= self._make_set(self._occupations[occupation].get(state, ()))
            groups[state] = left & found
            left &= ~found
        groups[Person().recognition] |= left
        lifted = self._select('recognition', True)
        found = {PASS: 0, PASSABLE: 0, matching.FAIL: 0}
        for state, group in groups.items():
            for people, barriers in ((group & lifted, {'recognition'}), (group & ~lifted, ())):
                found[matching.ask_recognition(demand, Person(recognition=state, barriers=frozenset(barriers))).answer] |= people
        return found[PASS], found[PASSABLE]

    def _ask_job(self, demand, answers, job_permits):
        """Those of whom the office said something about this job are asked with it."""
        passes, passable = answers
        for state in set(job_permits.values()):
            said = self._make_set(self._find(number for number, other in job_permits.items() if other == state))
            changed = self._make_sets(
                'permission',
                (matching.ask_permission(demand, person._replace(job_permit=state)).answer for __, person in self._facts['permission']),
            )
            passes, passable = passes & ~said | changed[0] & said, passable & ~said | changed[1] & said
        return passes, passable

    def _reach(self, demand, skill):
        """Who has a part of a skill, itself or related."""
        found = 0
        for source in (skill, *demand.neighbours.get(skill, ())):
            found |= self._get_common('skill', source, self._skills)
        return found

    def _ask_skills(self, demand):
        """See `matching.ask_skills`; sets of who has a part of each skill are all that it takes."""
        reached = {skill: self._reach(demand, skill) for skill in demand.skills}
        passes = functools.reduce(int.__or__, reached.values(), 0) if reached else self._everybody
        possible = self._everybody
        for skill in demand.musts:
            passes &= reached[skill]
            if skill in demand.prerequisites:
                possible &= reached[skill]
        return passes, possible & ~passes

    def _find_best(self, demand, people):
        """The best score of these people."""
        if not people or not demand.skills:
            return 1000 if people else 0
        is_in = f'{people:0{len(self._places)}b}'.encode().translate(_TRUTH)
        total = defaultdict(int)
        for skill, (need, wanted) in demand.skills.items():
            best = {}
            for source in (skill, *demand.neighbours.get(skill, ())):
                for level, places in self._skills[source].items():
                    points = matching.WEIGHTS[need] * matching.skill_points(wanted, level, source != skill)
                    for place in places:
                        if is_in[place] and best.get(place, 0) < points:
                            best[place] = points
            for place, points in best.items():
                total[place] += points
        return matching.share(max(total.values(), default=0), demand.skills.values())

    # ------------------------------------------------------------
    # SETS
    # ------------------------------------------------------------

    def _find_able(self, demand):
        """Who has a part of what decides whether somebody fits, see `matching.Demand.decisive`."""
        if not demand.skills:
            return self._everybody
        return functools.reduce(int.__or__, (self._reach(demand, skill) for skill in demand.decisive))

    def _find(self, ids):
        return array('L', (self._places[number] for number in ids if number in self._places))

    def _make_set(self, places):
        marks = bytearray(b'0') * (len(self._places) or 1)
        for place in places:
            marks[place] = _ONE
        return int(marks, 2)

    def _get_common(self, kind, number, found):
        """Who has a skill, or an occupation, at all."""
        if (kind, number) not in self._common:
            if len(self._common) * len(self._places) > MOST_BITS:
                self._common.clear()
            self._common[kind, number] = self._make_set(itertools.chain.from_iterable(found[number].values()))
        return self._common[kind, number]

    def _make_sets(self, gate, answers):
        """From the answers for each of the facts: who passes, and for whom the gate is passable."""
        codes = bytes(map(CODES.index, answers))
        found = bytes(map(codes.__getitem__, self._keys[gate])) or b'2'
        return tuple(int(found.translate(_MARKS[answer]), 2) for answer in (PASS, PASSABLE))

    def _select(self, gate, wanted):
        """Those of whom a fact is true."""
        if (gate, wanted) not in self._answers:
            self._answers[gate, wanted], __ = self._make_sets(
                gate, (PASS if fact == wanted else matching.FAIL for fact, __ in self._facts[gate])
            )
        return self._answers[gate, wanted]
