"""Which companies are due for a contact, why, and in which order.

A company is due for at least one of these reasons, the most urgent first:

* ``warning``: somebody noted an early warning that is not settled;
* ``demand``: open demands that nobody contacted the company about for `WAITING_DAYS` or longer;
* ``probation``: placements whose probation ends within `PROBATION_DAYS`, so that help still comes in time;
* ``never``: nobody was ever there, on site;
* ``overdue``: the last joint visit is longer ago than the cadence of the company's size class. A company that was
  visited, but never jointly, counts from its last visit.

The rank adds up the points of all reasons:

===========  =============================================================================================
warning      per kind that is open: see `WARNING_POINTS`
demand       50, and one for each day of the longest wait, up to 50
probation    40
never        20, and one for each month that the cadence is shorter than 24: large companies first
overdue      20, and one for each 30 days, up to 30
===========  =============================================================================================

Companies with a planned contact come after all others (`PLANNED_POINTS`). What was planned stays in the list,
because a planned phone call does not settle a closure.

`models/demand/outreach_due.py` says the same in SQL, so that the list can be sorted and filtered; a test holds both to one
result on random records.
"""

from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

WARNING_POINTS = {'closure': 100, 'layoffs': 80, 'succession': 40, 'expansion': 30}
WAITING_DAYS = 7
PROBATION_DAYS = 42
DEMAND_POINTS, DEMAND_MOST = 50, 50
PROBATION_POINTS = 40
NEVER_POINTS, NEVER_MONTHS = 20, 24
OVERDUE_POINTS, OVERDUE_DAYS, OVERDUE_MOST = 20, 30, 30
PLANNED_POINTS = -1000

REASONS = ('warning', 'demand', 'probation', 'never', 'overdue')


class Facts(NamedTuple):
    """What is known of a company today. Counts and days are 0 where there is nothing."""

    warnings: frozenset = frozenset()  # kinds of open early warnings
    waiting_demands: int = 0  # open demands that wait for `WAITING_DAYS` or longer
    days_waiting: int = 0  # of the one that waits longest
    probation_count: int = 0
    last_visit: date | None = None  # on site
    last_joint_visit: date | None = None
    cadence_months: int = 0  # 0: none for its size class
    planned: bool = False


def days_overdue(facts: Facts, today: date) -> int:
    """Days since the next joint visit was due; 0 on that day itself, before it, and without visit or cadence.

    >>> visited = Facts(last_visit=date(2026, 11, 1), last_joint_visit=date(2025, 5, 22), cadence_months=18)
    >>> days_overdue(visited, date(2026, 11, 22)), days_overdue(visited, date(2026, 11, 25))
    (0, 3)
    >>> days_overdue(visited._replace(last_joint_visit=None), date(2026, 11, 25))
    0
    >>> days_overdue(visited._replace(cadence_months=0), date(2030, 1, 1))
    0
    """
    last = facts.last_joint_visit or facts.last_visit
    if not last or not facts.cadence_months:
        return 0
    return max((today - (last + relativedelta(months=facts.cadence_months))).days, 0)


def waits(recorded: date, contacted: bool, today: date) -> bool:
    """Whether an open demand waits too long: recorded long enough ago, and no contact since.

    >>> today = date(2026, 11, 22)
    >>> waits(date(2026, 11, 15), False, today), waits(date(2026, 11, 16), False, today), waits(date(2026, 1, 1), True, today)
    (True, False, False)
    """
    return not contacted and recorded <= today - timedelta(days=WAITING_DAYS)


def reasons(facts: Facts, today: date) -> dict[str, int]:
    """`{reason: points}` in the order of `REASONS`; empty when the company is not due.

    >>> today = date(2026, 11, 22)
    >>> reasons(Facts(last_visit=today), today)
    {}
    >>> reasons(Facts(frozenset({'layoffs', 'succession'}), 2, 40, cadence_months=6), today)
    {'warning': 120, 'demand': 90, 'never': 38}
    >>> reasons(Facts(waiting_demands=1, days_waiting=400, probation_count=3, last_visit=date(2020, 1, 1),
    ...               cadence_months=24), today)
    {'demand': 100, 'probation': 40, 'overdue': 50}
    >>> reasons(Facts(last_visit=date(2025, 10, 20), cadence_months=12), today)
    {'overdue': 21}
    >>> reasons(Facts(), today), reasons(Facts(cadence_months=36), today)
    ({'never': 20}, {'never': 20})
    """
    overdue = days_overdue(facts, today)
    points = {
        'warning': sum(WARNING_POINTS[kind] for kind in facts.warnings),
        'demand': facts.waiting_demands and DEMAND_POINTS + min(facts.days_waiting, DEMAND_MOST),
        'probation': facts.probation_count and PROBATION_POINTS,
        'never': not facts.last_visit and NEVER_POINTS + max(NEVER_MONTHS - (facts.cadence_months or NEVER_MONTHS), 0),
        'overdue': overdue and OVERDUE_POINTS + min(overdue // OVERDUE_DAYS, OVERDUE_MOST),
    }
    return {reason: points[reason] for reason in REASONS if points[reason]}


def rank(facts: Facts, today: date) -> int:
    """The number to sort by, the highest first; negative with a planned contact.

    >>> today = date(2026, 11, 22)
    >>> rank(Facts(frozenset({'closure'})), today), rank(Facts(frozenset({'closure'}), planned=True), today)
    (120, -880)

    However much speaks for it, a company with a planned contact comes last:

    >>> everything = Facts(frozenset(WARNING_POINTS), 9, 999, 9, cadence_months=1)
    >>> rank(everything, today) < -PLANNED_POINTS
    True
    """
    return sum(reasons(facts, today).values()) + (PLANNED_POINTS if facts.planned else 0)
