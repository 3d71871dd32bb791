"""How a count of people may be shown outside the job centre.

Social data is secret (§ 35 SGB I, §§ 67 ff SGB X); a small count can single a person out. The
published tables of the statistics of the Bundesagentur für Arbeit suppress small numbers and round;
here the floor is 10 and the rounding 5 unless the data protection officer sets other values.

What holds for every count (tested as properties):

* None below the floor, zero included: "nobody" about a small group is a statement about each of them;
* a published number is a multiple of the rounding and never below the floor;
* more people never give a smaller number, and suppression never returns once the floor is reached;
* the error is at most half the rounding, except where a number is lifted to the floor;
* equal counts give equal numbers: no random noise, which could be averaged out by asking again.

What the rule does *not* do: two published numbers may still be subtracted. One person more or less
shows when a count lies at a step, so the queries behind the numbers have to be limited as well.
Rounded parts need not add up to the rounded total, and must not be made to.
"""

FLOOR = 10
ROUNDING = 5


def published_count(n: int, floor: int = FLOOR, rounding: int = ROUNDING) -> int | None:
    """The number to publish for a count of ``n`` people, or None if it is suppressed.

    Halves are rounded up; a number that rounding would take below the floor becomes the first
    multiple from the floor on.

    >>> [published_count(n) for n in (0, 1, 9, 10, 12, 13, 17, 18, 1234)]
    [None, None, None, 10, 10, 15, 15, 20, 1235]
    >>> published_count(12, floor=12), published_count(15, rounding=10), published_count(7, floor=5, rounding=1)
    (15, 20, 7)
    >>> published_count(0, floor=0) is None
    True
    >>> published_count(-1)
    Traceback (most recent call last):
    ...
    ValueError: a count of people is not negative: -1
    """
    if n < 0:
        raise ValueError(f"a count of people is not negative: {n}")
    if floor < 0 or rounding < 1:
        raise ValueError(f"floor {floor} and rounding {rounding} must not be negative, rounding not 0")
    if n < floor or n == 0:
        return None
    nearest = (2 * n + rounding) // (2 * rounding) * rounding
    first_from_floor = -(-max(floor, 1) // rounding) * rounding
    return max(nearest, first_from_floor)
