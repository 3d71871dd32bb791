"""What the rules for visit days and free slots promise for every input."""

from datetime import datetime, timedelta
from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st
from rules import free_slots, visit_day

# the county, with room around it
places = st.tuples(st.floats(52, 53), st.floats(7, 9))
maybe_places = st.none() | places
BEGIN = datetime(2026, 3, 2, 8)


def length(start, route):
    return sum(visit_day.legs(start, route))


# --- Order of a visit day ---


@settings(max_examples=60)
@given(maybe_places, st.lists(maybe_places, max_size=13))
def test_an_order_is_a_permutation_and_not_longer(start, route):
    order = visit_day.suggest_order(start, route)
    assert sorted(order) == list(range(len(route)))
    assert length(start, [route[n] for n in order]) <= length(start, route) + 1e-9
    assert order == visit_day.suggest_order(start, route)


@settings(max_examples=60)
@given(places, st.lists(places, min_size=1, max_size=6))
def test_few_stops_are_solved_exactly(start, route):
    found = length(start, [route[n] for n in visit_day.suggest_order(start, route)])
    assert found <= min(length(start, order) for order in permutations(route)) + 1e-5


@given(st.lists(st.floats(0, 500), min_size=2, max_size=2))
def test_a_longer_way_does_not_take_less_time(kilometres):
    nearer, farther = map(visit_day.travel_minutes, sorted(kilometres))
    assert visit_day.LOCAL_MINUTES <= nearer <= farther
    assert nearer % visit_day.ROUND_TO_MINUTES == 0


# --- Times of a visit day ---


@st.composite
def days(draw):
    """Stops, some of them with an agreed time."""
    return [
        visit_day.Stop(
            key, draw(maybe_places), draw(st.integers(15, 120)), BEGIN + timedelta(minutes=minutes) if minutes is not None else None
        )
        for key, minutes in enumerate(draw(st.lists(st.none() | st.integers(0, 600), max_size=9)))
    ]


@given(maybe_places, days(), st.none() | st.integers(0, 600), st.integers(0, 90))
def test_times_of_a_day(start, stops, break_after, break_minutes):
    """Everybody is visited for as long as planned, agreed times stay, and only these can be too near to each other."""
    break_from = None if break_after is None else BEGIN + timedelta(minutes=break_after)
    visits = visit_day.set_times(BEGIN, start, stops, break_from, break_minutes)
    by_key = {stop.key: stop for stop in stops}
    assert sorted(visit.key for visit in visits) == sorted(by_key)
    free = None
    for number, visit in enumerate(visits):
        stop = by_key[visit.key]
        assert visit.stop - visit.start == timedelta(minutes=stop.minutes)
        if stop.fixed:
            assert visit.start == stop.fixed
        if number:
            km = visit_day.road_km(by_key[visits[number - 1].key].place, stop.place)
            there = free + timedelta(minutes=visit_day.travel_minutes(km))
            assert visit.late or there <= visit.start
        assert not visit.late or stop.fixed
        free = max(free or visit.stop, visit.stop)
    in_the_given_order = [stop.key for stop in stops if not stop.fixed]
    assert [visit.key for visit in visits if not by_key[visit.key].fixed] == in_the_given_order


@given(st.lists(st.integers(15, 120), min_size=1, max_size=8), st.integers(1, 90))
def test_a_break_is_taken_once(lengths, break_minutes):
    stops = [visit_day.Stop(key, None, minutes) for key, minutes in enumerate(lengths)]
    without = visit_day.set_times(BEGIN, None, stops)
    with_break = visit_day.set_times(BEGIN, None, stops, BEGIN, break_minutes)
    longer = with_break[-1].stop - without[-1].stop
    assert longer == timedelta(minutes=break_minutes if len(lengths) > 1 else 0)


# --- Free slots ---

quarter = timedelta(minutes=15)
intervals = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 30)).map(lambda pair: (BEGIN + pair[0] * quarter, BEGIN + (pair[0] + pair[1]) * quarter)),
    max_size=12,
)


def overlap(one, other):
    return one[0] < other[1] and other[0] < one[1] and other[0] < other[1]


@given(intervals, intervals, st.integers(1, 300), st.integers(1, 90))
def test_free_is_free(busy, working, minutes, step):
    """No slot touches a busy time, each lies within working hours, and every free one is found."""
    slots = free_slots.find_free(busy, working, minutes, step)
    assert slots == sorted(set(slots))
    candidates = []
    for start, stop in free_slots.merge(working):
        while start + timedelta(minutes=minutes) <= stop:
            candidates.append((start, start + timedelta(minutes=minutes)))
            start += timedelta(minutes=step)
    assert slots == [slot for slot in candidates if not any(overlap(slot, taken) for taken in busy)]


@given(intervals)
def test_merged_times_are_the_same_times(some):
    merged = free_slots.merge(some)
    assert all(stop < start for (__, stop), (start, __) in pairwise(merged))
    for number in range(240):
        moment = (BEGIN + number * quarter, BEGIN + number * quarter + timedelta(seconds=1))
        assert any(overlap(moment, one) for one in some) == any(overlap(moment, one) for one in merged)
