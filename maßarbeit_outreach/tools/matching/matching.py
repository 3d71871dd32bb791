"""How well a person fits a demand, and why. Transparent and without learned weights: a human decides.

Written for the data protection officer as much as for whoever changes it. The rule has two parts.

**Gates.** Each gate asks one question and answers *pass*, *passable* or *fail*:

=============  ======================================  ====================================================
gate           passes when                             passable when
=============  ======================================  ====================================================
vetting        the company is checked                  it is not checked yet (blocked: fails)
permission     the person may work there on the start  the immigration office has to be asked, the permission
               date                                    ends before or begins after the start; but not if the
                                                       employer wants unrestricted permission only
language       the German level is at least the        the employer would accept the level, or somebody sees
               required one                            to it, or the level is not known
licence        every required class is held            somebody sees to it
reach          the workplace is within reach           somebody sees to it; or it is within reach, but shift, night
                                                       or weekend work for somebody who has bus and train only
availability   free on the start date                  free later, or paused until a known date
hours          the working time suits                  somebody sees to it
recognition    the occupation is not regulated, or     a procedure is open, or somebody sees to it
               the qualification is recognised
=============  ======================================  ====================================================

"Somebody sees to it" is a barrier of the kind that the gate names, which is open or in work: it has an owner and a
date, and those are what the person who decides is shown. A barrier that nobody recorded lifts nothing.

The person *fits now* when all gates pass, *fits when …* when none fails and some are passable, else *does not fit*.

**Score.** The share of the required skills that is reached, in per mille. A level counts up to the required one (who
has more does not outrank who has enough); a must weighs three times a nice-to-have; a skill that the classification
relates to the required one counts half. All in whole numbers, so that the database ranks exactly as this file explains.
A demand that names no skill is reached in full.

**Who is compared at all.** People who are available or paused and have something in common with the demand: a part of
one required skill, itself or related, or an occupation or interest of the demand's KldB group. A demand that names
neither skills nor occupation is compared with all of them. Work that was to begin in the past begins today; for work
at home no distance counts. For a regulated occupation the recognition of that occupation counts.

There is no timetable here: within reach is what whoever recorded the person says of the means that the person has. Only
that buses and trains do not run at all hours is certain, so for shift work a lift has to be found. The licence gate is
about driving at work, so it asks for the class and not for a vehicle.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from ..people.facts import DATED_PERMISSIONS

PASS, PASSABLE, FAIL = 'pass', 'passable', 'fail'
FITS_NOW, FITS_WHEN, FITS_NOT = '1_now', '2_when', '3_not'

WEIGHTS = {'must': 3, 'nice': 1}
# Levels are 1 to 4, so every share of a level is a number of twelfths; twice that, for the half of a neighbour.
FULL = 24

# In the order of `GATES` the database has these as numbers; the worst answer of all gates decides how somebody fits.
CODES = (PASS, PASSABLE, FAIL)
FITS = (FITS_NOW, FITS_WHEN, FITS_NOT)
# The most useful first, for somebody with several occupations of the kind that is asked for.
RECOGNITIONS = ('full', 'not_needed', 'partial', 'applied', 'advice', 'not_applied', 'none')
RECOGNISED, IN_RECOGNITION = RECOGNITIONS[:2], RECOGNITIONS[2:5]

# The kinds of barrier that stand behind a gate.
BARRIERS = {
    'permission': ('permit',),
    'language': ('language', 'basic_education'),
    'licence': ('mobility',),
    'reach': ('mobility',),
    'hours': ('hours', 'childcare', 'care'),
    'recognition': ('recognition',),
}
GATES = ('vetting', 'permission', 'language', 'licence', 'reach', 'availability', 'hours', 'recognition')
_BITS = {kind: 1 << number for number, kind in enumerate(dict.fromkeys(kind for kinds in BARRIERS.values() for kind in kinds))}


@dataclass(frozen=True)
class Demand:
    """What a demand asks for. Levels of German are the keys of `CEFR_LEVELS`, which sort by level.

    ``skills`` maps a skill to (need, level 1 to 4); ``neighbours`` maps a required skill to the skills that the
    classification relates to it; ``working_time`` is a key of the demand's field, or None; ``recognition_may_follow``
    and ``has_lift`` are only ever asked as a question, see `match_count.WHAT_IF`.
    """

    start: date
    vetting: str = 'checked'
    free_permission_only: bool = False
    language: str = ''
    accepted_language: str = ''
    licences: frozenset = frozenset()
    working_time: str | None = None
    is_regulated: bool = False
    recognition_may_follow: bool = False
    has_lift: bool = False
    skills: Mapping = field(default_factory=dict)
    neighbours: Mapping = field(default_factory=dict)


class Person(NamedTuple):
    """What is known of a candidate. ``language`` is the level of German, '' where it is not known; ``skills`` maps a skill to its
    level; ``distance`` is in km, to the demand's workplace, None where one of the places is unknown; ``barriers`` are the kinds
    that somebody sees to."""

    available_from: date | None = None
    permission: str = 'unclear'
    permission_from: date | None = None
    permission_until: date | None = None
    language: str = ''
    licences: frozenset = frozenset()
    reach: int = 0
    is_bus_only: bool = False
    distance: int | None = None
    working_times: frozenset = frozenset()
    recognition: str = 'not_applied'
    barriers: frozenset = frozenset()
    skills: Mapping = MappingProxyType({})


class Gate(NamedTuple):
    """The answer of one gate. ``reason`` names what has to happen, for a passable one, or what is in the way."""

    name: str
    answer: str
    reason: str = ''


@dataclass(frozen=True)
class Reached:
    """How far one required skill is reached, in parts of `FULL`. ``by`` is the related skill that counted instead."""

    skill: object
    need: str
    wanted: int
    level: int
    points: int
    by: object = None

    @property
    def state(self):
        """`reached`, `partly` or `missing`."""
        return 'reached' if self.points == FULL else 'partly' if self.points else 'missing'


@dataclass(frozen=True)
class Match:
    """The result with all its reasons; `score` is in per mille."""

    fit: str
    score: int
    gates: tuple
    skills: tuple


def barrier_mask(kinds: Iterable[str]) -> int:
    """Those kinds that stand behind a gate as bits, for a comparison in the database; others are left out.

    >>> barrier_mask({'permit', 'language', 'health'}), barrier_mask(()), barrier_mask(BARRIERS['hours'])
    (3, 0, 112)
    """
    return sum(_BITS.get(kind, 0) for kind in set(kinds))


@functools.cache
def barrier_kinds(mask: int) -> frozenset:
    """The kinds of such bits.

    >>> sorted(barrier_kinds(3)), sorted(barrier_kinds(0))
    (['language', 'permit'], [])
    """
    return frozenset(kind for kind, bit in _BITS.items() if bit & mask)


def lower_level(level: str) -> str:
    """The level of German below; levels are the keys of `CEFR_LEVELS`, and sort by their first character.

    >>> lower_level('3_b1') <= '2_a2' < '3_b1', lower_level(''), lower_level('0_none')
    (True, '', '')
    """
    return str(int(level[0]) - 1) if level and level[0] > '0' else ''


def skill_points(wanted: int, level: int, is_neighbour: bool = False) -> int:
    """How far a level reaches the wanted one, in parts of `FULL`.

    >>> skill_points(3, 0), skill_points(3, 1), skill_points(3, 3), skill_points(3, 4)
    (0, 8, 24, 24)
    >>> skill_points(2, 4, is_neighbour=True)
    12
    """
    return min(level, wanted) * (FULL // wanted) // (2 if is_neighbour else 1)


def reach_skills(demand: Demand, person: Person) -> tuple:
    """Each required skill with what the person has of it, musts first; the better of the skill itself and its best
    neighbour counts, at a tie the skill itself.

    >>> demand = Demand(date(2027, 1, 1), skills={'TIG': ('must', 2), 'MIG': ('nice', 2)}, neighbours={'TIG': {'MIG'}})
    >>> [(r.skill, r.points, r.by) for r in reach_skills(demand, Person(skills={'MIG': 3}))]
    [('TIG', 12, 'MIG'), ('MIG', 24, None)]
    """
    result = []
    for skill, (need, wanted) in demand.skills.items():
        own = person.skills.get(skill, 0)
        best = Reached(skill, need, wanted, own, skill_points(wanted, own))
        for other in sorted(demand.neighbours.get(skill, ()), key=str):
            level = person.skills.get(other, 0)
            points = skill_points(wanted, level, is_neighbour=True)
            if points > best.points:
                best = Reached(skill, need, wanted, level, points, by=other)
        result.append(best)
    return tuple(sorted(result, key=lambda reached: -WEIGHTS[reached.need]))


def score(reached: Iterable[Reached]) -> int:
    """The weighted share of the required skills, in per mille, rounded down.

    >>> score(())
    1000
    >>> score([Reached('TIG', 'must', 2, 2, 24), Reached('MIG', 'nice', 2, 0, 0)])
    750
    """
    reached = list(reached)
    if not reached:
        return 1000
    return share(sum(WEIGHTS[r.need] * r.points for r in reached), ((r.need, r.wanted) for r in reached))


def share(points: int, needs: Iterable[tuple]) -> int:
    """Weighted points as a share of all that could be had for these ``(need, level)``, in per mille.

    >>> share(72, [('must', 2), ('nice', 2)])
    750
    """
    return points * 1000 // (FULL * sum(WEIGHTS[need] for need, __ in needs))


def _answer(name, passes, person, passable=False, reason=''):
    if passes:
        return Gate(name, PASS)
    lifted = next((kind for kind in BARRIERS.get(name, ()) if kind in person.barriers), None)
    if passable:
        return Gate(name, PASSABLE, reason)
    if lifted:
        return Gate(name, PASSABLE, lifted)
    return Gate(name, FAIL, reason)


def ask_permission(demand: Demand, person: Person) -> Gate:
    """May the person work there on the start date?

    >>> start = Demand(date(2027, 1, 1))
    >>> [ask_permission(start, Person(permission=p)).answer for p in ('free', 'with_permit', 'unclear', 'forbidden')]
    ['pass', 'passable', 'passable', 'fail']
    >>> ask_permission(start, Person(permission='free_from', permission_from=date(2027, 2, 1))).reason
    'later'
    >>> strict = Demand(date(2027, 1, 1), free_permission_only=True)
    >>> ask_permission(strict, Person(permission='with_permit')).answer
    'fail'
    """
    kind, begins, ends = person.permission, person.permission_from, person.permission_until
    if kind == 'forbidden':
        return Gate('permission', FAIL, 'forbidden')
    if kind in DATED_PERMISSIONS:
        kind = 'free' if begins and begins <= demand.start else 'later' if begins else 'unclear'
    if kind == 'free':
        if not ends or ends >= demand.start:
            return Gate('permission', PASS)
        kind = 'ends'
    return Gate('permission', FAIL if demand.free_permission_only else PASSABLE, kind)


def ask_vetting(demand: Demand, person: Person | None = None) -> Gate:
    """Is the company checked? The same for everybody.

    >>> [ask_vetting(Demand(date(2027, 1, 1), vetting=vetting)).answer for vetting in ('checked', 'new', 'blocked')]
    ['pass', 'passable', 'fail']
    """
    answer = {'checked': PASS, 'blocked': FAIL}.get(demand.vetting, PASSABLE)
    return Gate('vetting', answer, '' if answer == PASS else demand.vetting)


def ask_language(demand: Demand, person: Person) -> Gate:
    """Is there enough German, or would the employer accept what there is? A level that nobody recorded is not "none".

    >>> demand = Demand(date(2027, 1, 1), language='3_b1')
    >>> [ask_language(demand, Person(language=level)).answer for level in ('3_b1', '0_none', '')]
    ['pass', 'fail', 'passable']
    >>> ask_language(demand, Person()).reason, ask_language(Demand(date(2027, 1, 1)), Person()).answer
    ('unknown', 'pass')
    """
    level = person.language or '0_none'
    accepted = bool(demand.accepted_language) and level >= demand.accepted_language
    return _answer(
        'language',
        level >= demand.language,
        person,
        accepted or not person.language,
        'accepted' if accepted else 'level' if person.language else 'unknown',
    )


def ask_licence(demand: Demand, person: Person) -> Gate:
    """Is every class of driving licence held?"""
    return _answer('licence', demand.licences <= person.licences, person, reason='licence')


def ask_reach(demand: Demand, person: Person) -> Gate:
    """Is the workplace within reach? Buses do not run at all hours.

    >>> near = Person(reach=20, distance=20, is_bus_only=True)
    >>> [ask_reach(Demand(date(2027, 1, 1), working_time=time), near).answer for time in ('vz', 'snw')]
    ['pass', 'passable']
    """
    is_near = person.distance is None or person.distance <= person.reach
    needs_lift = is_near and person.is_bus_only and demand.working_time == 'snw'
    return _answer('reach', demand.has_lift or (is_near and not needs_lift), person, needs_lift, 'bus' if needs_lift else 'distance')


def ask_availability(demand: Demand, person: Person) -> Gate:
    """Is the person free on the start date?"""
    known = person.available_from is not None
    return _answer('availability', known and person.available_from <= demand.start, person, known, 'later' if known else 'unknown')


def ask_hours(demand: Demand, person: Person) -> Gate:
    """Does the working time suit?"""
    return _answer('hours', not demand.working_time or demand.working_time in person.working_times, person, reason='hours')


def ask_recognition(demand: Demand, person: Person) -> Gate:
    """Is the qualification recognised, where the occupation is regulated?"""
    return _answer(
        'recognition',
        not demand.is_regulated or person.recognition in RECOGNISED,
        person,
        person.recognition in IN_RECOGNITION or demand.recognition_may_follow,
        person.recognition,
    )


ASK = dict(
    zip(
        GATES,
        (ask_vetting, ask_permission, ask_language, ask_licence, ask_reach, ask_availability, ask_hours, ask_recognition),
        strict=True,
    )
)


def ask_gates(demand: Demand, person: Person) -> tuple:
    """The answers of all gates, in the order of `GATES`.

    >>> person = Person(date(2026, 1, 1), 'free', language='2_a2', reach=10, distance=20, working_times={'vz'})
    >>> demand = Demand(date(2027, 1, 1), language='3_b1', accepted_language='2_a2', working_time='snw')
    >>> {gate.name: gate.answer for gate in ask_gates(demand, person) if gate.answer != PASS}
    {'language': 'passable', 'reach': 'fail', 'hours': 'fail'}
    """
    return tuple(ask(demand, person) for ask in ASK.values())


def match(demand: Demand, person: Person) -> Match:
    """The whole rule.

    >>> demand = Demand(date(2027, 1, 1), skills={'TIG': ('must', 2)})
    >>> found = match(demand, Person(date(2026, 1, 1), 'with_permit', skills={'TIG': 1}))
    >>> found.fit, found.score, [gate.name for gate in found.gates if gate.answer != PASS], found.skills[0].state
    ('2_when', 500, ['permission'], 'partly')
    """
    gates = ask_gates(demand, person)
    answers = {gate.answer for gate in gates}
    fit = FITS_NOT if FAIL in answers else FITS_WHEN if PASSABLE in answers else FITS_NOW
    skills = reach_skills(demand, person)
    return Match(fit, score(skills), gates, skills)
