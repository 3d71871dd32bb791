"""What a demand asks of the published table, and what an employer could do: see `disclosure`.

A question is an occupation (the digits of an area, main group or group of KldB), places, and the lowest level of German; all of that
stands in the demand, for everybody to read. Skills, gates and dates are no part of it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .disclosure import BANDS as ALL_BANDS
from .disclosure import Table

# German as the table has it, by the first level of each band.
BANDS = dict(zip('0234', ALL_BANDS, strict=True))
LOWEST = BANDS['0']
# How far from the workplace people are counted, in km by road.
NEAR_KM = 20


class Question(NamedTuple):
    """None stands for all occupations, and for the whole county."""

    occupation: str | None
    places: frozenset | None
    band: str

    def ask(self, table: Table) -> tuple[int, int | None]:
        """The sum of cells, and the figure if it is shown."""
        question = self.occupation, self.places, at_least(self.band)
        return table.count(*question), table.figure(question)


class Step(NamedTuple):
    """``more`` are those that come in addition, ``figure`` all of them, None if not shown."""

    key: str
    question: Question
    more: int
    figure: int | None


class Answer(NamedTuple):
    question: Question
    figure: int | None
    steps: tuple[Step, ...]


def band_of(level: str | None) -> str:
    """The band of a key of `CEFR_LEVELS`.

    >>> band_of(None), band_of('1_a1'), band_of('3_b1'), band_of('7_native')
    ('1_below_a2', '1_below_a2', '3_b1', '4_from_b2')
    """
    return BANDS[max(first for first in BANDS if first <= (level or '0')[0])]


def at_least(band: str) -> frozenset | None:
    """The bands from this one on; None: all.

    >>> sorted(at_least('3_b1')), at_least('1_below_a2')
    (['3_b1', '4_from_b2'], None)
    """
    return None if band == LOWEST else frozenset(other for other in BANDS.values() if other >= band)


def answer(table: Table, occupations: Sequence[str], near: frozenset | None, band: str) -> Answer:
    """The narrowest question that has a figure, and what would add to it.

    Widened are first the places, then the occupation, ``occupations`` being the demand's own one and those above it. Where no
    question has a figure, steps start from the widest one. Which one it becomes is told by the table alone.

    >>> group = ('others', '8', '81', '813')
    >>> table = Table({(*group, '3_b1', '7'): 30, (*group, '2_a2', '9'): 20})
    >>> found = answer(table, ['813', '81', '8'], frozenset('7'), '3_b1')
    >>> found.figure, [(step.key, step.more, step.figure) for step in found.steps]
    (30, [])
    >>> found = answer(table, ['813'], None, '3_b1')
    >>> found.figure, [(step.key, step.more, step.figure) for step in found.steps]
    (30, [('german_lower', 20, 50)])
    >>> answer(Table({}), [], None, '3_b1').figure is None
    True
    """
    widths = (near, None) if near is not None else (None,)
    above = (*occupations, None)
    for question in (Question(occupation, places, band) for occupation in above for places in widths):
        people, figure = question.ask(table)
        if figure is not None:
            break
    steps = []
    for key, wider in _widen(question, above).items():
        total, wider_figure = wider.ask(table)
        if total > people and wider_figure is not None:
            steps.append(Step(key, wider, total - people, wider_figure))
    return Answer(question, figure, tuple(steps))


def _widen(question, above):
    bands = list(BANDS.values())
    place = bands.index(question.band)
    steps = {}
    if place:
        steps['german_lower'] = question._replace(band=bands[place - 1])
    if question.band > BANDS['3']:
        steps['german_a2'] = question._replace(band=BANDS['2'])
    if question.places is not None:
        steps['lift'] = question._replace(places=None)
    if question.occupation is not None:
        steps['occupation'] = question._replace(occupation=above[above.index(question.occupation) + 1])
    return steps
