"""How well a person fits a demand, and why. Transparent and without learned weights: a human decides.

Written for the data protection officer as much as for whoever changes it. The rule has two parts.

**Gates.** Each gate asks one question and answers *pass*, *passable* or *fail*:

=============  ======================================  ====================================================
gate           passes when                             passable when
=============  ======================================  ====================================================
vetting        the company is checked                  it is not checked yet (blocked: fails)
permission     the person may work there on the start  the immigration office has to be asked, the permission
               date, in general or at this job         ends before or begins after the start; but not if the
                                                       employer wants unrestricted permission only, or if it was
                                                       refused for this job
language       the German level is at least the        the employer would accept the level, or somebody sees
               required one                            to it, or the level is not known
licence        every required class is held, by a       it is being converted, the end of a foreign one is not
               licence that counts on the start date    known, or somebody sees to it
reach          the workplace is within reach           somebody sees to it; or it is within reach, but shift, night
                                                       or weekend work for somebody who has bus and train only
availability   free on the start date                  free later, or paused until a known date
hours          the working time suits: one of those    somebody sees to it
               offered, all of shifts, nights and
               weekends, and the weekly hours
minor          the person is 18, or nothing forbids    night and weekend work, of which there are exceptions;
               the work below 18 (JArbSchG), and no    dangerous work in training; it is not known whether the person is
               minimum wage is left out (§ 22 MiLoG)   18; for certain people only no minimum wage counts. Other
                                                       dangerous work and more than 40 hours fail
recognition    the occupation is not regulated, or     a procedure is open, or somebody sees to it
               the qualification is German or
               recognised
skills         every must is reached, at least in      what is missing can be learnt on the job, or nothing is a must
               part; of nice-to-haves alone, any one   and none of it is there
=============  ======================================  ====================================================

"Somebody sees to it" is a barrier of the kind that the gate names, which is open or in work: it has an owner and a
date, and those are what the person who decides is shown. A barrier that nobody recorded lifts nothing.

The person *fits now* when all gates pass, *fits when …* when none fails, else *does not fit*. A must is a must: who has
nothing of it has to learn it first, and does not fit where the demand says that it is needed from the first day. Who has
nothing of any must, or of nice-to-haves alone nothing of any, *has all to learn*: no gate fails, but nothing speaks for
the person, so nobody is told that somebody fits.

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
FITS_NOW, FITS_WHEN, HAS_ALL_TO_LEARN, FITS_NOT = '1_now', '2_when', '2_zero', '3_not'

WEIGHTS = {'must': 3, 'nice': 1}
# Levels are 1 to 4, so every share of a level is a number of twelfths; twice that, for the half of a neighbour.
FULL = 24

# The database has these as numbers; the worst answer of all gates decides how somebody fits, and whether anything is there.
CODES = (PASS, PASSABLE, FAIL)
FITS = (FITS_NOW, FITS_WHEN, HAS_ALL_TO_LEARN, FITS_NOT)
# Of whom it may be said that they fit, now or when something is done.
FITTING = (FITS_NOW, FITS_WHEN)
# The most useful first, for somebody with several occupations of the kind that is asked for.
RECOGNITIONS = ('full', 'german', 'partial', 'applied', 'advice', 'not_applied', 'none', 'not_needed')
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
# How much somebody works, and when besides; keys of `Demand.extents` and `Demand.times`, in the order of their bits.
EXTENTS, TIMES = ('vz', 'tz', 'mj'), ('shift', 'night', 'weekend')
MOST_HOURS_OF_MINORS = 40
# Where a demand pays less than the minimum wage because it is for these people only: § 22 (2), (4) MiLoG.
WAGE_EXCEPTIONS = ('minor', 'long_term')
GATES = ('vetting', 'permission', 'language', 'licence', 'reach', 'availability', 'hours', 'recognition', 'skills', 'minor')
_BITS = {kind: 1 << number for number, kind in enumerate(dict.fromkeys(kind for kinds in BARRIERS.values() for kind in kinds))}


@dataclass(frozen=True)
class Demand:
    """What a demand asks for. Levels of German are the keys of `CEFR_LEVELS`, which sort by level.

    ``skills`` maps a skill to (need, level 1 to 4); ``prerequisites`` are those of the musts that cannot be learnt on the job;
    ``neighbours`` maps a required skill to the skills that the classification relates to it; ``extents`` are `EXTENTS`, of which one
    suffices, none: any; ``times`` are `TIMES`, all of which are asked for; ``hours`` are weekly ones from and to, 0: open;
    ``is_training`` is an apprenticeship; ``wage_exception`` is one of `WAGE_EXCEPTIONS` that the pay takes for granted;
    ``recognition_may_follow`` and ``has_lift`` are only ever asked as a question, see `match_count.WHAT_IF`.
    """

    start: date
    vetting: str = 'checked'
    free_permission_only: bool = False
    language: str = ''
    accepted_language: str = ''
    licences: frozenset = frozenset()
    extents: frozenset = frozenset()
    times: frozenset = frozenset()
    hours: tuple = (0, 0)
    is_hazardous: bool = False
    is_training: bool = False
    wage_exception: str = ''
    is_regulated: bool = False
    recognition_may_follow: bool = False
    has_lift: bool = False
    skills: Mapping = field(default_factory=dict)
    prerequisites: frozenset = frozenset()
    neighbours: Mapping = field(default_factory=dict)

    @property
    def musts(self):
        return [skill for skill, (need, __) in self.skills.items() if need == 'must']

    @property
    def decisive(self):
        """The skills of which somebody has to have something, to be said to fit: the musts, or all where nothing is a must."""
        return self.musts or list(self.skills)


class Person(NamedTuple):
    """What is known of a candidate. ``age`` is `minor`, `unclear` where it is not known whether the person is 18, or ''; ``job_permit``
    is `granted`, `conditional` (with a condition in words) or `refused` where the immigration office said so of this demand's job, as
    of its start, see `job_answers`;
    ``language`` is the level of German, '' where it is not known; ``skills`` maps a skill to its level; ``distance`` is in km, to the
    demand's workplace, None where one of the places is unknown; ``barriers`` are the kinds that somebody sees to."""

    available_from: date | None = None
    permission: str = 'unclear'
    permission_from: date | None = None
    permission_until: date | None = None
    job_permit: str = ''
    language: str = ''
    licences: frozenset = frozenset()
    licence_kind: str = ''
    licence_until: date | None = None
    reach: int = 0
    is_bus_only: bool = False
    distance: int | None = None
    working_times: frozenset = frozenset()
    hours: tuple = (0, 0)
    age: str = ''
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

    After a waiting time (§ 61 AsylG) each job needs a permit, and a permit for one job is none for another:

    >>> ask_permission(start, Person(permission='blocked_until', permission_from=date(2026, 12, 1))).reason
    'with_permit'
    >>> [ask_permission(start, Person(permission='with_permit', job_permit=answer)).answer for answer in ('', 'granted', 'refused')]
    ['passable', 'pass', 'fail']
    >>> ask_permission(strict, Person(permission='with_permit', job_permit='conditional'))[1:]
    ('passable', 'condition')
    """
    kind, begins, ends = person.permission, person.permission_from, person.permission_until
    if kind == 'forbidden' or person.job_permit == 'refused':
        return Gate('permission', FAIL, 'forbidden' if kind == 'forbidden' else 'refused')
    if person.job_permit == 'granted':
        return Gate('permission', PASS)
    if kind in DATED_PERMISSIONS:
        after = 'free' if kind == 'free_from' else 'with_permit'
        kind = after if begins and begins <= demand.start else 'later' if begins else 'unclear'
    if kind == 'free':
        if not ends or ends >= demand.start:
            return Gate('permission', PASS)
        kind = 'ends'
    if person.job_permit == 'conditional':  # e.g. “20 hours a week at most”, which somebody has to compare
        return Gate('permission', PASSABLE, 'condition')
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
    """Is every class of driving licence held, and does the licence count on the start date? One of a third country does for six
    months (§ 29 FeV). A licence of which nobody recorded where it is from counts.

    >>> start, later = date(2027, 1, 1), date(2027, 2, 1)
    >>> demand, person = Demand(start, licences={'B'}), Person(licences={'B'})
    >>> foreign = person._replace(licence_kind='foreign')
    >>> [ask_licence(demand, foreign._replace(licence_until=day)).answer for day in (later, None, date(2026, 12, 31))]
    ['pass', 'passable', 'fail']
    >>> ask_licence(demand, person._replace(licence_kind='converting')).answer, ask_licence(demand, person).answer
    ('passable', 'pass')
    """
    held, kind, until = demand.licences <= person.licences, person.licence_kind, person.licence_until
    counts = kind in ('', 'eu') or bool(until and until >= demand.start)
    waits = held and (kind == 'converting' or not until)
    return _answer('licence', not demand.licences or (held and counts), person, waits, (kind or 'licence') if held else 'licence')


def ask_reach(demand: Demand, person: Person) -> Gate:
    """Is the workplace within reach? Buses do not run at all hours.

    >>> near = Person(reach=20, distance=20, is_bus_only=True)
    >>> [ask_reach(Demand(date(2027, 1, 1), times=times), near).answer for times in (frozenset(), {'shift'})]
    ['pass', 'passable']
    """
    is_near = person.distance is None or person.distance <= person.reach
    needs_lift = is_near and person.is_bus_only and bool(demand.times)
    return _answer('reach', demand.has_lift or (is_near and not needs_lift), person, needs_lift, 'bus' if needs_lift else 'distance')


def ask_availability(demand: Demand, person: Person) -> Gate:
    """Is the person free on the start date?"""
    known = person.available_from is not None
    return _answer('availability', known and person.available_from <= demand.start, person, known, 'later' if known else 'unknown')


def ask_hours(demand: Demand, person: Person) -> Gate:
    """Does the working time suit? Full time in shifts suits who works full time and in shifts; full or part time who does either.

    >>> ask = lambda person, **demand: ask_hours(Demand(date(2027, 1, 1), **demand), person).answer
    >>> worker = Person(working_times=frozenset({'vz', 'weekend'}))
    >>> [ask(worker, extents={'vz', 'tz'}), ask(worker, extents={'vz'}, times={'shift'}), ask(worker, times={'weekend'})]
    ['pass', 'fail', 'pass']
    >>> half = Person(working_times=frozenset({'tz', 'mj'}), hours=(15, 25))
    >>> [ask(half, extents={'tz'}, hours=hours) for hours in ((20, 20), (30, 35), (0, 10), (0, 0))]
    ['pass', 'fail', 'fail', 'pass']
    """
    (least, most), (own_least, own_most) = demand.hours, person.hours
    suits = (
        (not demand.extents or not demand.extents.isdisjoint(person.working_times))
        and demand.times <= person.working_times
        and (not most or own_least <= most)
        and (not own_most or least <= own_most)
    )
    return _answer('hours', suits, person, reason='hours')


def age_answer(demand: Demand, age: str) -> Gate:
    """What the law says of this work for somebody of 15 to 17 (`minor`), who may be (`unclear`), or anybody else: the same for all.

    * § 8 JArbSchG: 40 hours a week; § 22: nothing dangerous, in training only under supervision.
    * § 14 JArbSchG: from 6 to 20 o'clock; (2), (3): from 16 on longer in some industries, e.g. restaurants, shifts, bakeries.
    * §§ 16, 17 JArbSchG: Saturdays and Sundays in some industries only.
    * § 22 (2), (4) MiLoG: no minimum wage for those under 18 without training, nor at first for the long-term unemployed. Whether
      somebody is one of them is not known here, so a person confirms it.

    >>> ask = lambda age='minor', **demand: age_answer(Demand(date(2027, 1, 1), **demand), age)[1:]
    >>> ask(times={'night'}), ask(hours=(42, 42)), ask(is_hazardous=True), ask(is_hazardous=True, is_training=True)
    (('passable', 'night'), ('fail', 'hours'), ('fail', 'hazardous'), ('passable', 'hazardous'))
    >>> ask(times={'weekend'}), ask(times={'shift'}), ask(times={'night'}, is_hazardous=True)
    (('passable', 'weekend'), ('pass', ''), ('fail', 'hazardous'))
    >>> [ask('unclear', **demand) for demand in ({'times': {'night'}}, {'is_hazardous': True}, {'times': {'weekend'}})]
    [('passable', 'age'), ('passable', 'age'), ('pass', '')]
    >>> ask('', times={'night'}, is_hazardous=True), ask('', wage_exception='long_term'), ask(wage_exception='minor')
    (('pass', ''), ('passable', 'wage'), ('passable', 'wage'))
    >>> ask(wage_exception='long_term', is_hazardous=True), ask(wage_exception='long_term', times={'night'})
    (('fail', 'hazardous'), ('passable', 'night'))
    """
    otherwise = Gate('minor', PASSABLE, 'wage') if demand.wage_exception else Gate('minor', PASS)
    is_long, is_night = demand.hours[0] > MOST_HOURS_OF_MINORS, 'night' in demand.times
    if age == 'unclear' and (is_long or is_night or demand.is_hazardous):
        return Gate('minor', PASSABLE, 'age')
    if age != 'minor':
        return otherwise
    if is_long:
        return Gate('minor', FAIL, 'hours')
    if demand.is_hazardous:
        return Gate('minor', PASSABLE if demand.is_training else FAIL, 'hazardous')
    if is_night:
        return Gate('minor', PASSABLE, 'night')
    return Gate('minor', PASSABLE, 'weekend') if 'weekend' in demand.times else otherwise


def ask_minor(demand: Demand, person: Person) -> Gate:
    """Is the work allowed at the person's age, and the pay for this person?"""
    return age_answer(demand, person.age)


def ask_recognition(demand: Demand, person: Person) -> Gate:
    """Is the qualification recognised, where the occupation is regulated? That none is needed is no answer there.

    >>> nurse = Demand(date(2027, 1, 1), is_regulated=True)
    >>> [ask_recognition(nurse, Person(recognition=state)).answer for state in ('full', 'german', 'applied', 'not_needed')]
    ['pass', 'pass', 'passable', 'fail']
    """
    return _answer(
        'recognition',
        not demand.is_regulated or person.recognition in RECOGNISED,
        person,
        person.recognition in IN_RECOGNITION or demand.recognition_may_follow,
        person.recognition,
    )


def ask_skills(demand: Demand, person: Person) -> Gate:
    """Is there something of every must, and of nice-to-haves of at least one?

    >>> demand = Demand(date(2027, 1, 1), skills={'TIG': ('must', 2), 'MIG': ('nice', 2)})
    >>> [ask_skills(demand, Person(skills={skill: 1})).answer for skill in ('TIG', 'MIG')]
    ['pass', 'passable']
    >>> strict = Demand(demand.start, skills=demand.skills, prerequisites=frozenset({'TIG'}))
    >>> ask_skills(strict, Person(skills={'MIG': 1})).answer
    'fail'
    >>> ask_skills(Demand(date(2027, 1, 1), skills={'MIG': ('nice', 2)}), Person()).answer
    'passable'
    """
    reached = {found.skill for found in reach_skills(demand, person) if found.points}
    missing = [skill for skill in demand.musts if skill not in reached]
    if demand.prerequisites.intersection(missing):
        return Gate('skills', FAIL, 'prerequisite')
    return Gate('skills', PASSABLE, 'learn') if missing or (demand.skills and not reached) else Gate('skills', PASS)


def job_answers(permits: Iterable[tuple], start: date) -> dict:
    """What the immigration office said of a job, as of the start of work: the latest answer counts.

    :param permits: ``(person, state, from, until)`` of those that name this job or wider ones, the latest last

    >>> day = date(2027, 1, 1)
    >>> job_answers([(1, 'granted', day, None), (2, 'granted', day, day), (1, 'refused', day, None)], date(2027, 2, 1))
    {1: 'refused'}
    """
    return {person: state for person, state, begins, ends in permits if begins <= start and (not ends or ends >= start)}


ASK = dict(
    zip(
        GATES,
        (
            ask_vetting,
            ask_permission,
            ask_language,
            ask_licence,
            ask_reach,
            ask_availability,
            ask_hours,
            ask_recognition,
            ask_skills,
            ask_minor,
        ),
        strict=True,
    )
)


def ask_gates(demand: Demand, person: Person) -> tuple:
    """The answers of all gates, in the order of `GATES`.

    >>> person = Person(date(2026, 1, 1), 'free', language='2_a2', reach=10, distance=20, working_times={'vz'})
    >>> demand = Demand(date(2027, 1, 1), language='3_b1', accepted_language='2_a2', times={'shift'})
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

    Never *fits when …* where all would have to be learnt; what is nice to have makes no difference to that:

    >>> free = Person(date(2026, 1, 1), 'free')
    >>> match(demand, free).fit, match(Demand(date(2027, 1, 1)), free).fit
    ('2_zero', '1_now')
    >>> both = Demand(date(2027, 1, 1), skills={'TIG': ('must', 2), 'MIG': ('must', 2), 'steel': ('nice', 2)})
    >>> [match(both, free._replace(skills={skill: 2})).fit for skill in ('steel', 'MIG')]
    ['2_zero', '2_when']
    """
    gates = ask_gates(demand, person)
    answers = {gate.answer for gate in gates}
    skills = reach_skills(demand, person)
    has_nothing = bool(demand.skills) and not any(reached.points for reached in skills if reached.skill in demand.decisive)
    fit = FITS_NOT if FAIL in answers else HAS_ALL_TO_LEARN if has_nothing else FITS_WHEN if PASSABLE in answers else FITS_NOW
    return Match(fit, score(skills), gates, skills)
