"""What the rule of who is due promises for every company."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from rules import due

days = st.dates(date(2000, 2, 29), date(2060, 12, 31))
maybe_days = st.one_of(st.none(), days)
facts = st.builds(
    due.Facts,
    st.frozensets(st.sampled_from(sorted(due.WARNING_POINTS))),
    st.integers(0, 50),
    st.integers(0, 4000),
    st.integers(0, 20),
    maybe_days,
    maybe_days,
    st.integers(0, 60),
    st.booleans(),
    st.sampled_from(['', '1_9', '10_49', '50_249', '250_plus']),
    st.integers(0, 100_000),
    st.integers(0, 100_000),
    *[st.booleans()] * 4,
)


@given(facts, days)
def test_planned_contacts_come_last(known, today):
    free, planned = known._replace(planned=False), known._replace(planned=True)
    assert due.reasons(free, today) == due.reasons(planned, today)
    assert 0 <= due.rank(free, today) < -due.PLANNED_POINTS
    assert due.rank(planned, today) < 0


@given(facts, days)
def test_due_is_who_has_a_reason(known, today):
    found = due.reasons(known, today)
    assert list(found) == [reason for reason in due.REASONS if reason in found]
    assert all(points > 0 for points in found.values())
    assert ('never' in found) == (known.last_visit is None)
    assert ('warning' in found) == bool(known.warnings)


@given(facts, days, st.integers(1, 400))
def test_waiting_longer_never_lowers_the_rank(known, today, more):
    assert due.rank(known, today + timedelta(days=more)) >= due.rank(known, today)
    longer = known._replace(days_waiting=known.days_waiting + more)
    assert due.rank(longer, today) >= due.rank(known, today)


@given(facts, days, st.sampled_from(sorted(due.WARNING_POINTS)))
def test_another_warning_never_lowers_the_rank(known, today, kind):
    assert due.rank(known._replace(warnings=known.warnings | {kind}), today) >= due.rank(known, today)


@given(facts, days, st.integers(0, 100_000))
def test_more_demands_nearby_never_lower_the_rank(known, today, more):
    nearer = known._replace(demands_nearby=known.demands_nearby + more)
    assert due.rank(nearer, today) >= due.rank(known, today)


@given(facts, days)
def test_nobody_with_something_to_do_is_left_out_unless_put_aside(known, today):
    left_out = due.left_out(known, today)
    assert (left_out == 'dismissed') == (known.dismissed and not known.renewed)
    if left_out in ('no_employer', 'outside'):
        assert list(due.reasons(known, today)) == ['never']
        assert known.no_employer or known.outside
