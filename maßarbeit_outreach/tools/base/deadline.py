"""How far away a day or an hour is, and how urgent what is due then: the order of a list of things to do.

Which words say it is decided here; the words themselves are the caller's, since they are translated.
"""

from bisect import bisect
from datetime import date, datetime

URGENCIES = ('late', 'today', 'week', 'later')
# Days from today on which each urgency but the first begins. SQL sorts by the same limits.
LIMITS = (0, 1, 8)
# From two hours on people count in hours.
MINUTES_UP_TO = 120


def urgency(day: date, today: date) -> str:
    """One of `URGENCIES`.

    >>> today = date(2026, 11, 30)
    >>> [urgency(date(2026, 11, day), today) for day in (1, 29, 30)]
    ['late', 'late', 'today']
    >>> [urgency(date(2026, 12, day), today) for day in (1, 7, 8)]
    ['week', 'week', 'later']
    """
    return URGENCIES[bisect(LIMITS, (day - today).days)]


def distance(day: date, today: date) -> tuple[str, int]:
    """How one says when that day is: ``('ago', days)``, ``'yesterday'``, ``'today'``, ``'tomorrow'`` or ``('ahead', days)``.

    >>> today = date(2026, 11, 30)
    >>> distance(date(2026, 11, 20), today), distance(date(2026, 12, 4), today)
    (('ago', 10), ('ahead', 4))
    >>> [distance(date(2026, *day), today) for day in ((11, 29), (11, 30), (12, 1))]
    [('yesterday', 1), ('today', 0), ('tomorrow', 1)]
    """
    days = (day - today).days
    word = {-1: 'yesterday', 0: 'today', 1: 'tomorrow'}.get(days, 'ahead' if days > 0 else 'ago')
    return word, abs(days)


def wait(start: datetime, now: datetime) -> tuple[str, int]:
    """How one says how long it is to an appointment: ``'now'`` from its start on, ``('minutes', …)`` or ``('hours', …)``.

    Minutes are rounded up, hours to the nearest one.

    >>> now = datetime(2026, 11, 30, 9, 20)
    >>> wait(datetime(2026, 11, 30, 10), now), wait(datetime(2026, 11, 30, 9, 20, 30), now)
    (('minutes', 40), ('minutes', 1))
    >>> wait(datetime(2026, 11, 30, 11, 20), now), wait(datetime(2026, 11, 30, 15), now)
    (('minutes', 120), ('hours', 6))
    >>> wait(now, now), wait(datetime(2026, 11, 30, 9), now)
    (('now', 0), ('now', 0))
    """
    seconds = (start - now).total_seconds()
    if seconds <= 0:
        return 'now', 0
    minutes = -int(-seconds // 60)
    return ('minutes', minutes) if minutes <= MINUTES_UP_TO else ('hours', round(minutes / 60))
