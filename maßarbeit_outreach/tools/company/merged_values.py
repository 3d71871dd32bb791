"""What a company keeps of several records of it that become one.

Each rule takes the values of a field in the records that merge, that of the record which stays first, and gives what it keeps.
Empty (``None``, ``False``, ``0`` or ``''``) means that nobody said anything. What a company asked for is never lost: of two wishes
the stricter one stays. All else is that of the record which stays, where it says anything.
"""

from collections.abc import Callable, Iterable
from typing import Any

Rule = Callable[[Iterable[Any]], Any]


def first(values: Iterable[Any]) -> Any:
    """What the record that stays says, else the first other one that says anything; ``None`` if nobody does.

    >>> first(['', 'HRB', 'HRA']), first([False, 0])
    ('HRB', None)
    """
    return next((value for value in values if value), None)


def latest(values: Iterable[Any]) -> Any:
    """The last day of those that are given.

    >>> latest([None, '2026-03-01', '2026-05-01', False]), latest([False])
    ('2026-05-01', None)
    """
    return max(filter(None, values), default=None)


def lowest_limit(values: Iterable[int | None]) -> int:
    """The lowest of the numbers; 0 is no limit, and given where nobody set one.

    >>> lowest_limit([0, 4, 2]), lowest_limit([0, None])
    (2, 0)
    """
    return min(filter(None, values), default=0)


def all_texts(values: Iterable[str | None]) -> str | None:
    """All that is said, each text once.

    >>> all_texts(["by phone only", '', "not on Mondays", "by phone only "]), all_texts([False])
    ('by phone only · not on Mondays', None)
    """
    return ' · '.join(dict.fromkeys(value.strip() for value in values if value and value.strip())) or None


def strictest(*order: str) -> Rule:
    """A rule for a selection: of these answers, the strictest first, the first one that anybody gave.

    >>> consent = strictest('refused', 'granted', 'unknown')
    >>> consent(['unknown', 'granted']), consent(['granted', 'refused']), consent([False])
    ('granted', 'refused', None)
    """

    def choose(values: Iterable[Any]) -> Any:
        given = set(values)
        return next((answer for answer in order if answer in given), None)

    return choose
