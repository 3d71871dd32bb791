"""In which order to drive to several companies in one day, and when to be where.

Places are the centroids of municipalities, so all figures are estimates for planning a day, not for a
travel expense claim. Assumed: roads are `DETOUR` times as long as the straight line, `SPEED_KMH` on
average over country roads, villages and town centres, and never less than `LOCAL_MINUTES` from door to
door, because two companies of one municipality share a centroid and are still not neighbours.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from ..base.municipality import EARTH_RADIUS_KM

# latitude and longitude in degrees
Place = tuple[float, float]

# Roads in rural Germany are about 1.3 times as long as the straight line between places.
DETOUR = 1.3
SPEED_KMH = 50
LOCAL_MINUTES = 10
# Times of appointments are round: travel is rounded up to so many minutes.
ROUND_TO_MINUTES = 5
# 9 stops take some ten milliseconds to solve exactly; every stop more doubles that.
EXACT_UP_TO = 9


class Stop(NamedTuple):
    """A visit of the day: ``key``, ``place`` (None if unknown), ``minutes``, and ``fixed``, its start if agreed."""

    key: object
    place: Place | None
    minutes: int
    fixed: datetime | None = None


class Visit(NamedTuple):
    """``key`` of the stop, ``start``, ``stop``, and ``late``: minutes that one arrives after an agreed start."""

    key: object
    start: datetime
    stop: datetime
    late: int


def road_km(here: Place | None, there: Place | None) -> float:
    """Estimated kilometres by road. An unknown place counts as next door.

    >>> round(road_km((52.4086, 7.9724), (52.2030, 8.3370)), 1)  # Bramsche, Melle
    43.8
    >>> road_km(None, (52.2, 8.3)), road_km((52.2, 8.3), (52.2, 8.3))
    (0.0, 0.0)
    """
    if here is None or there is None:
        return 0.0
    (lat1, lon1), (lat2, lon2) = (map(math.radians, place) for place in (here, there))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return DETOUR * 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def travel_minutes(km: float) -> int:
    """Estimated minutes from door to door.

    >>> travel_minutes(0), travel_minutes(12.5), travel_minutes(43.9)
    (10, 15, 55)
    """
    minutes = max(LOCAL_MINUTES, km / SPEED_KMH * 60)
    return math.ceil(round(minutes / ROUND_TO_MINUTES, 6)) * ROUND_TO_MINUTES


def legs(start: Place | None, places: Sequence[Place | None]) -> list[float]:
    """Kilometres of each leg of the trip: to the first stop, between the stops, and home again.

    Without a start the trip begins at the first stop and ends at the last one, with legs of 0 km.

    >>> [round(km) for km in legs((52.4, 8.0), [(52.4, 8.1), (52.4, 8.2)])]
    [9, 9, 18]
    >>> [round(km) for km in legs(None, [(52.4, 8.1), (52.4, 8.2)])]
    [0, 9, 0]
    >>> legs((52.4, 8.0), [])
    []
    """
    if not places:
        return []
    return [road_km(here, there) for here, there in pairwise([start, *places, start])]


def suggest_order(start: Place | None, places: Sequence[Place | None]) -> list[int]:
    """The shortest way through all places, as their positions.

    The best of all orders for up to `EXACT_UP_TO` places; beyond, nearest neighbour and the given order, both
    improved by 2-opt. Never longer than the given order, which stays where nothing is gained.

    :param start: where the trip begins and ends; None: it begins and ends anywhere

    >>> suggest_order((52.4, 8.0), [(52.4, 8.3), (52.4, 8.1), (52.4, 8.2)])
    [1, 2, 0]
    >>> suggest_order(None, [(52.4, 8.3), (52.4, 8.1), (52.4, 8.2)])
    [1, 2, 0]
    >>> suggest_order((52.4, 8.0), [(52.4, 8.1), (52.4, 8.2)])
    [0, 1]
    """
    given = list(range(len(places)))
    km = [[road_km(here, there) for there in places] for here in places]
    home = [road_km(start, place) for place in places]

    def length(order):
        return home[order[0]] + sum(km[here][there] for here, there in pairwise(order)) + home[order[-1]]

    if len(given) < 2:
        return given
    if len(given) <= EXACT_UP_TO:
        found = [_shortest(home, km)]
    else:
        found = [_untangle(order, length) for order in (_nearest_neighbour(home, km), given)]
    best = min(found, key=length)
    return best if length(best) < length(given) - 1e-6 else given


def _shortest(home, km):
    """Held and Karp: the best way to have visited a set of places and to be at one of them, set by set."""
    everywhere = range(len(home))
    best = {(1 << place, place): (home[place], None) for place in everywhere}
    for visited in range(1, 1 << len(home)):
        for here in everywhere:
            if (visited, here) not in best:
                continue
            so_far = best[visited, here][0]
            for there in everywhere:
                if not visited >> there & 1:
                    reached = (visited | 1 << there, there)
                    length = so_far + km[here][there]
                    if reached not in best or length < best[reached][0]:
                        best[reached] = (length, here)
    visited = (1 << len(home)) - 1
    here = min(everywhere, key=lambda place: best[visited, place][0] + home[place])
    order = []
    while here is not None:
        order.append(here)
        visited, here = visited & ~(1 << here), best[visited, here][1]
    return order[::-1]


def _nearest_neighbour(home, km):
    left = set(range(len(home)))
    order = [min(left, key=lambda place: (home[place], place))]
    while left := left - {order[-1]}:
        order.append(min(left, key=lambda place: (km[order[-1]][place], place)))
    return order


def _untangle(order, length):
    """2-opt: turn a part of the way round wherever that makes it shorter, until nothing does."""
    improved = True
    while improved:
        improved = False
        for first in range(len(order) - 1):
            for last in range(first + 1, len(order)):
                turned = order[:first] + order[first : last + 1][::-1] + order[last + 1 :]
                if length(turned) < length(order) - 1e-9:
                    order, improved = turned, True
    return order


def set_times(
    begin: datetime, start: Place | None, stops: Sequence[Stop], break_from: datetime | None = None, break_minutes: int = 0
) -> list[Visit]:
    """When to be where, in the order of the stops.

    Agreed times stay: a visit that would not end early enough to reach the next agreed one comes after it. Visits
    with an agreed time come in the order of those times, wherever they stand in `stops`.

    :param begin: start of the first visit, if its time is not agreed. One leaves home before.
    :param break_from: the first pause between two visits that ends at this time or later is longer by `break_minutes`

    >>> nine = datetime(2026, 3, 2, 9)
    >>> def show(visits):
    ...     for visit in visits:
    ...         print(f"{visit.key} {visit.start:%H:%M}-{visit.stop:%H:%M} {visit.late or ''}".strip())
    >>> here, near, far = (52.4, 8.0), (52.4, 8.1), (52.4, 8.3)
    >>> show(set_times(nine, here, [Stop('a', here, 60), Stop('b', near, 45), Stop('c', near, 60)]))
    a 09:00-10:00
    b 10:15-11:00
    c 11:10-12:10

    With a break of half an hour from 11 on:

    >>> show(set_times(nine, here, [Stop('a', here, 60), Stop('b', near, 45), Stop('c', near, 60)],
    ...                nine.replace(hour=11), 30))
    a 09:00-10:00
    b 10:15-11:00
    c 11:40-12:40

    An agreed time stays, and what does not fit before it comes after it:

    >>> show(set_times(nine, here, [Stop('a', here, 60), Stop('b', near, 45), Stop('c', near, 60, nine.replace(hour=10))]))
    c 10:00-11:00
    a 11:15-12:15
    b 12:30-13:15

    Two agreed times that are too near to each other are told, not changed:

    >>> show(set_times(nine, here, [Stop('b', far, 60, nine.replace(minute=50)), Stop('a', here, 60, nine)]))
    a 09:00-10:00
    b 09:50-10:50 45
    """
    agreed = sorted((stop for stop in stops if stop.fixed), key=lambda stop: stop.fixed)
    flexible = [stop for stop in stops if not stop.fixed]
    visits: list[Visit] = []
    place, free = start, None  # where one is, and since when
    pause = timedelta(minutes=break_minutes)

    def arrival(since, here, there):
        """When one can be there, and whether the break was on the way."""
        if since is None:
            return begin, False
        there_at = since + timedelta(minutes=travel_minutes(road_km(here, there)))
        paused = bool(pause) and break_from is not None and there_at >= break_from
        return (there_at + pause if paused else there_at), paused

    while agreed or flexible:
        stop = (flexible or agreed)[0]
        at, paused = arrival(free, place, stop.place)
        if agreed and stop is not agreed[0]:
            end = at + timedelta(minutes=stop.minutes)
            if arrival(end, stop.place, agreed[0].place)[0] > agreed[0].fixed:
                stop = agreed[0]
                at, paused = arrival(free, place, stop.place)
        if stop.fixed:
            agreed.pop(0)
            late = 0 if free is None else max(0, math.ceil((at - stop.fixed) / timedelta(minutes=1)))
            at = stop.fixed
        else:
            flexible.pop(0)
            late = 0
        if paused:
            pause = timedelta()
        visits.append(Visit(stop.key, at, at + timedelta(minutes=stop.minutes), late))
        place, free = stop.place, max(free or visits[-1].stop, visits[-1].stop)
    return visits
