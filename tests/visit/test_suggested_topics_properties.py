"""What suggesting topics promises for every company, not only for the examples in the doctests."""

from hypothesis import given
from hypothesis import strategies as st
from rules import suggested_topics as rule

counts = st.integers(0, 1000)
facts = st.builds(
    rule.Facts,
    overdue_promises=counts,
    warnings=st.frozensets(st.sampled_from(['closure', 'layoffs', 'expansion', 'succession'])),
    long_open_positions=counts,
    open_positions=counts,
    demands_open_to_newcomers=counts,
    days_since_visit=st.none() | st.integers(0, 10_000),
    placed=counts,
    languages=counts,
    mentor=st.booleans(),
    training_company=st.booleans(),
    size_class=st.sampled_from(['', '1_9', '10_49', '50_249', '250_plus']),
    division=st.integers(0, 99).map('{:02d}'.format) | st.just(''),
)
topics = st.frozensets(st.sampled_from([topic for topic, _reason, _holds in rule.RULES]))
ORDER = [reason for _topic, reason, _holds in rule.RULES]


@given(facts, topics, st.integers(0, 30))
def test_each_topic_once_by_its_most_urgent_reason(known, planned, limit):
    found = rule.suggest(known, planned, limit)
    assert len(found) <= limit
    names = [suggestion.topic for suggestion in found]
    assert len(set(names)) == len(names)
    assert not planned & set(names)
    places = [ORDER.index(suggestion.reason) for suggestion in found]
    assert places == sorted(places)
    for suggestion in found:
        reasons = [reason for topic, reason, holds in rule.RULES if topic == suggestion.topic and holds(known)]
        assert suggestion.reason == reasons[0]


@given(facts, topics)
def test_planning_a_topic_takes_only_that_topic_away(known, planned):
    everything = rule.suggest(known, limit=len(rule.RULES))
    assert rule.suggest(known, planned, limit=len(rule.RULES)) == [
        suggestion for suggestion in everything if suggestion.topic not in planned
    ]


@given(facts)
def test_the_urgent_is_never_crowded_out(known):
    """What we owe and what was heard comes before anything that sector or size suggest."""
    found = rule.suggest(known._replace(overdue_promises=1))
    assert found[0] == ('promises', 'overdue', 1)
    without = rule.suggest(known._replace(training_company=False, size_class='', division='', mentor=False, languages=0))
    urgent = {'overdue', 'layoffs', 'closure', 'succession', 'expansion', 'long_open'}
    assert [s for s in rule.suggest(known) if s.reason in urgent] == [s for s in without if s.reason in urgent]


def test_reasons_are_told_apart():
    assert len(set(ORDER)) == len(ORDER)


def test_day_care_of_children_is_no_care():
    """WZ 88.9 has child care; 88.1, 87 and 86 look for nurses."""
    for group, is_care in (('881', True), ('889', False), ('873', True), ('861', True)):
        found = rule.suggest(rule.Facts(division=group[:2], group=group), limit=len(rule.RULES))
        assert any(suggestion.reason == 'care' for suggestion in found) == is_care, group
    assert not any(s.reason == 'care' for s in rule.suggest(rule.Facts(division='88', group='88'), limit=len(rule.RULES)))
