"""When several people are all free, within working hours.

Intervals are half-open: an appointment that ends at ten leaves ten o'clock free. All times are of one
kind, in practice UTC; what a working day is in local time, also when clocks change, is settled by who
gives the working hours.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

Interval = tuple[datetime, datetime]


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same times without overlaps, in order. What has no length takes no time.

    >>> h = [datetime(2026, 3, 2, hour) for hour in range(24)]
    >>> [(a.hour, b.hour) for a, b in merge([(h[12], h[13]), (h[8], h[10]), (h[9], h[11]), (h[11], h[12]), (h[5], h[5])])]
    [(8, 13)]
    """
    merged: list[Interval] = []
    for start, stop in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def find_free(busy: Iterable[Interval], working: Iterable[Interval], minutes: int, step: int = 30) -> list[Interval]:
    """All slots of that length in which nobody is busy and everybody works.

    Slots start with a working interval, and every `step` minutes from then on.

    :param busy: when any of the people is busy
    :param working: when all of them work
    :raise ValueError: a slot or a step without length

    >>> def at(hour, minute=0): return datetime(2026, 3, 2, hour, minute)
    >>> def show(slots): return ' '.join(f'{start:%H:%M}-{stop:%H:%M}' for start, stop in slots)
    >>> show(find_free([(at(9), at(10, 10))], [(at(8), at(12)), (at(13), at(14))], 60))
    '08:00-09:00 10:30-11:30 11:00-12:00 13:00-14:00'
    >>> show(find_free([(at(7), at(23))], [(at(8), at(12))], 60))
    ''
    >>> find_free([], [], 0)
    Traceback (most recent call last):
    ValueError: a slot and a step take at least a minute
    """
    if minutes < 1 or step < 1:
        raise ValueError("a slot and a step take at least a minute")
    length, pace = timedelta(minutes=minutes), timedelta(minutes=step)
    taken = merge(busy)
    slots, first = [], 0
    for opening, closing in merge(working):
        start = opening
        while start + length <= closing:
            while first < len(taken) and taken[first][1] <= start:
                first += 1
            if first == len(taken) or taken[first][0] >= start + length:
                slots.append((start, start + length))
            start += pace
    return slots
