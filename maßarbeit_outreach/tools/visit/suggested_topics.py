"""What to talk about at the next visit, from what is known of a company.

The rules are a table, most urgent first: what we owe, what somebody heard, what the company asked for, then what
its people, its sector and its size suggest. A topic comes up once, for the most urgent reason. Nothing is learnt or
weighed: officers read the reason beside each topic and may think otherwise.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

# An open position is "long open" after so many days, and a visit "long ago".
LONG_OPEN_DAYS = 90
LONG_AGO_DAYS = 365

# Divisions of WZ 2008 in which one topic matters more than elsewhere.
MANUFACTURING = frozenset(f'{division:02d}' for division in range(10, 34))
CONSTRUCTION = frozenset(('41', '42', '43'))
LOGISTICS = frozenset(('49', '50', '51', '52', '53'))
CARE = ('86', '87', '881')  # 88.9 is day care of children and the like


class Facts(NamedTuple):
    """What the rules look at.

    ``days_since_visit`` is None when nobody was there yet. ``division`` holds the first two digits of the WZ 2008
    code and ``group`` the first three, or they are empty. ``placed`` is 0 as well when whoever asks must not know.
    """

    overdue_promises: int = 0
    warnings: Collection[str] = frozenset()
    long_open_positions: int = 0
    open_positions: int = 0
    demands_open_to_newcomers: int = 0
    days_since_visit: int | None = 0
    placed: int = 0
    languages: int = 0
    mentor: bool = False
    training_company: bool = False
    size_class: str = ''
    division: str = ''
    group: str = ''


class Suggestion(NamedTuple):
    """A topic, the rule that brought it up, and the number that belongs into its words (0: none)."""

    topic: str
    reason: str
    value: int = 0


# Topics are the catalogue's external ids without `topic_`, but for "promises", "changes", "acquaintance" and
# "retention", which are no subjects of a visit in its statistics.
RULES: tuple[tuple[str, str, Callable[[Facts], int | bool]], ...] = (
    ('promises', 'overdue', lambda facts: facts.overdue_promises),
    ('staff_qualification', 'layoffs', lambda facts: 'layoffs' in facts.warnings),
    ('staff_qualification', 'closure', lambda facts: 'closure' in facts.warnings),
    ('succession', 'succession', lambda facts: 'succession' in facts.warnings),
    ('site', 'expansion', lambda facts: 'expansion' in facts.warnings),
    ('skilled_workers', 'long_open', lambda facts: facts.long_open_positions),
    ('newcomers', 'open_to_newcomers', lambda facts: facts.demands_open_to_newcomers),
    ('acquaintance', 'never_visited', lambda facts: facts.days_since_visit is None),
    ('changes', 'long_ago', lambda facts: facts.days_since_visit // 30 if (facts.days_since_visit or 0) >= LONG_AGO_DAYS else 0),
    ('skilled_workers', 'open', lambda facts: facts.open_positions),
    ('retention', 'placed', lambda facts: facts.placed),
    ('funding', 'expansion_funding', lambda facts: 'expansion' in facts.warnings),
    ('newcomers', 'mentor', lambda facts: facts.mentor),
    ('newcomers', 'languages', lambda facts: facts.languages),
    ('newcomers', 'care', lambda facts: facts.division in CARE or facts.group in CARE),
    ('training', 'trains', lambda facts: facts.training_company),
    ('training', 'construction', lambda facts: facts.division in CONSTRUCTION),
    ('staff_qualification', 'logistics', lambda facts: facts.division in LOGISTICS),
    ('digitalisation', 'manufacturing', lambda facts: facts.division in MANUFACTURING),
    ('training', 'could_train', lambda facts: facts.size_class not in ('', '1_9')),
)


def suggest(facts: Facts, planned: Collection[str] = (), limit: int = 5) -> list[Suggestion]:
    """At most ``limit`` topics that are not ``planned`` already, most urgent first, each with its reason.

    >>> suggest(Facts(days_since_visit=None))
    [Suggestion(topic='acquaintance', reason='never_visited', value=0)]
    >>> facts = Facts(overdue_promises=2, warnings={'expansion'}, open_positions=3, days_since_visit=400, mentor=True)
    >>> [(topic, reason, value) for topic, reason, value in suggest(facts)]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('promises', 'overdue', 2), ('site', 'expansion', 0), ('changes', 'long_ago', 13), ('skilled_workers', 'open', 3),
     ('funding', 'expansion_funding', 0)]

    A topic that is planned does not come up for another reason; one that has two reasons tells the more urgent one:

    >>> suggest(Facts(mentor=True, languages=4, training_company=True), planned={'training'})
    [Suggestion(topic='newcomers', reason='mentor', value=0)]
    >>> suggest(Facts())
    []
    """
    found: dict[str, Suggestion] = {}
    for topic, reason, holds in RULES:
        value = holds(facts)
        if value and topic not in found and topic not in planned:
            found[topic] = Suggestion(topic, reason, 0 if value is True else value)
    return list(found.values())[:limit]
