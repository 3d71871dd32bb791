"""What the rule of the coordinated-contact guard promises for every plan, not only for the examples in its doctests."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from rules import coordination

TODAY = date(2026, 3, 2)
days = st.integers(-60, 90).map(lambda number: TODAY + timedelta(days=number))
agencies = st.frozensets(st.sampled_from('EJMT'), max_size=3)
people = st.frozensets(st.sampled_from('abcdef'), max_size=3)
windows = st.integers(0, 40)
contacts = st.builds(
    coordination.Contact,
    days,
    agencies,
    people,
    windows,
    windows,
    st.sampled_from(('visit', 'phone', 'email')),
    st.booleans(),
    st.booleans(),
    st.integers(1, 10**6).map('visit:{}'.format),
)
lists_of_contacts = st.lists(contacts, max_size=6, unique_by=lambda contact: contact.key)
wishes = st.builds(
    coordination.Wishes, st.none() | days, st.integers(0, 3), st.frozensets(st.sampled_from(('visit', 'phone', 'email'))), st.booleans()
)


def decisions(plan, others):
    reasons = coordination.check_contact(plan, others, coordination.Wishes(), TODAY)
    return {reason.key for reason in reasons if reason.severity == 'decide'}


@given(contacts, contacts)
def test_order_of_planning_does_not_matter(one, two):
    """Whichever of two plans comes second needs the decision."""
    one, two = (replace(contact, day=max(contact.day, TODAY), is_done=False, key=key) for contact, key in ((one, 1), (two, 2)))
    assert bool(decisions(one, [two])) == bool(decisions(two, [one]))


@given(contacts, lists_of_contacts, wishes)
def test_every_reason_is_known_once(plan, others, wanted):
    reasons = coordination.check_contact(plan, others, wanted, TODAY)
    assert len({reason.key for reason in reasons}) == len(reasons)
    assert all(reason.severity in coordination.SEVERITIES for reason in reasons)
    assert [coordination.SEVERITIES.index(reason.severity) for reason in reasons] == sorted(
        coordination.SEVERITIES.index(reason.severity) for reason in reasons
    )


@given(contacts, lists_of_contacts, wishes)
def test_never_against_oneself(plan, others, wanted):
    """A contact that is there already does not conflict with itself, and counts for no quota."""
    assert coordination.check_contact(plan, [*others, plan], wanted, TODAY) == coordination.check_contact(
        plan, [other for other in others if other.key != plan.key], wanted, TODAY
    )


@given(contacts, lists_of_contacts, agencies, people)
def test_taking_others_along_settles_conflicts(plan, others, more_agencies, more_people):
    """A team that grows meets no new conflict; this is why the guard need not look at it again."""
    together = replace(plan, agencies=plan.agencies | more_agencies, people=plan.people | more_people)
    # somebody of an agency whose appointment it was may now find a colleague's appointment instead: the same contact
    assert decisions(together, others) <= decisions(plan, others)


@given(contacts, lists_of_contacts)
def test_joining_leaves_nothing_to_decide_with_that_contact(plan, others):
    for other in others:
        joined = replace(plan, agencies=plan.agencies | other.agencies | {'X'}, people=plan.people | other.people | {'x'})
        theirs = replace(other, agencies=other.agencies | {'X'}, people=other.people | {'x'})
        assert other.key not in decisions(joined, [theirs])


@given(contacts, lists_of_contacts, st.integers(1, 20))
def test_wider_windows_find_no_less(plan, others, days_more):
    wider = replace(plan, back=plan.back + days_more, ahead=plan.ahead + days_more)
    assert decisions(plan, others) <= decisions(wider, others)


@given(contacts, lists_of_contacts, wishes)
def test_past_is_past(plan, others, wanted):
    past = replace(plan, day=TODAY - timedelta(days=1))
    assert all(reason.code == 'blocked' for reason in coordination.check_contact(past, others, wanted, TODAY))


@given(contacts, wishes)
def test_mailings_never_override_wishes(plan, wanted):
    reasons = coordination.check_contact(replace(plan, is_mass=True), [], wanted, TODAY)
    assert all(reason.severity == 'stop' for reason in reasons)
    assert coordination.undecided(reasons, {reason.key for reason in reasons}) == reasons


@given(contacts, lists_of_contacts, wishes)
def test_what_is_settled_is_not_asked_again(plan, others, wanted):
    reasons = coordination.check_contact(plan, others, wanted, TODAY)
    left = coordination.undecided(reasons, {reason.key for reason in reasons})
    assert all(reason.severity == 'stop' for reason in left)
