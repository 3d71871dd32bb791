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
never        20; for the size see `SIZE_POINTS`; for open demands in its municipality, and for those of its industry
             (division of WZ) in the county, one each time that their number doubles, each up to 10
overdue      20, and one for each 30 days, up to 30
===========  =============================================================================================

Companies with a planned contact come after all others (`PLANNED_POINTS`). What was planned stays in the list,
because a planned phone call does not settle a closure.

Left out of the list at first, and shown by a filter of their own, are (`left_out`)

* ``dismissed``: companies that somebody put aside, until that ends or something new comes up: an early warning or a demand
  noted since, a probation that has come near since;
* ``no_employer`` and ``outside``: companies that nothing speaks for but that nobody was ever there, and that are presumably no
  employer (`tools/company/no_employer.py`), or lie outside the county. A place that is not known is not outside.

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
NEVER_POINTS, DOUBLINGS_MOST = 20, 10
SIZE_POINTS = {'10_49': 6, '50_249': 12, '250_plus': 18}
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
    size_class: str = ''  # empty: not known
    demands_nearby: int = 0  # open demands in its municipality
    demands_of_industry: int = 0  # open demands of companies of the same division of WZ
    no_employer: bool = False  # presumably
    outside: bool = False  # of the county
    dismissed: bool = False  # put aside by somebody
    renewed: bool = False  # something new came up since


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


def doublings(count: int) -> int:
    """How often one has to double to get to that number, at most `DOUBLINGS_MOST`: a hundred more mean little where there are a
    thousand, and much where there are ten.

    >>> [doublings(count) for count in (0, 1, 2, 3, 7, 8, 1022, 1023, 10 ** 9)]
    [0, 1, 1, 2, 3, 3, 9, 10, 10]
    """
    return min((count + 1).bit_length() - 1, DOUBLINGS_MOST)


def reasons(facts: Facts, today: date) -> dict[str, int]:
    """`{reason: points}` in the order of `REASONS`; empty when the company is not due.

    >>> today = date(2026, 11, 22)
    >>> reasons(Facts(last_visit=today), today)
    {}
    >>> reasons(Facts(frozenset({'layoffs', 'succession'}), 2, 40, cadence_months=6), today)
    {'warning': 120, 'demand': 90, 'never': 20}
    >>> reasons(Facts(waiting_demands=1, days_waiting=400, probation_count=3, last_visit=date(2020, 1, 1),
    ...               cadence_months=24), today)
    {'demand': 100, 'probation': 40, 'overdue': 50}
    >>> reasons(Facts(last_visit=date(2025, 10, 20), cadence_months=12), today)
    {'overdue': 21}
    >>> [reasons(Facts(size_class=size), today)['never'] for size in ('', '1_9', '10_49', '50_249', '250_plus')]
    [20, 20, 26, 32, 38]
    >>> reasons(Facts(size_class='10_49', demands_nearby=7, demands_of_industry=40), today)
    {'never': 34}
    """
    overdue = days_overdue(facts, today)
    points = {
        'warning': sum(WARNING_POINTS[kind] for kind in facts.warnings),
        'demand': facts.waiting_demands and DEMAND_POINTS + min(facts.days_waiting, DEMAND_MOST),
        'probation': facts.probation_count and PROBATION_POINTS,
        'never': not facts.last_visit
        and NEVER_POINTS + SIZE_POINTS.get(facts.size_class, 0) + doublings(facts.demands_nearby) + doublings(facts.demands_of_industry),
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


def left_out(facts: Facts, today: date) -> str:
    """Why a company that is due is not in the list at first; empty when it is.

    >>> today = date(2026, 11, 22)
    >>> left_out(Facts(no_employer=True, outside=True), today), left_out(Facts(outside=True), today), left_out(Facts(), today)
    ('no_employer', 'outside', '')
    >>> left_out(Facts(no_employer=True, waiting_demands=1, days_waiting=9), today)
    ''
    >>> left_out(Facts(dismissed=True, no_employer=True), today), left_out(Facts(dismissed=True, renewed=True), today)
    ('dismissed', '')
    """
    if facts.dismissed and not facts.renewed:
        return 'dismissed'
    if [*reasons(facts, today)] != ['never']:
        return ''
    return 'no_employer' if facts.no_employer else 'outside' if facts.outside else ''
