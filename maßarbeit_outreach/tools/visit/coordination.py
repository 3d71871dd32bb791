"""Whether a contact with a company should be planned, when several offices deal with it.

Companies complain that several organisations visit them without knowing of each other. So before a
contact is planned, this rule looks at what others did and will do there, at what is still open, and
at what the company itself asked for. It gives reasons, each with a severity:

* ``stop``: not at all. Vetting blocked the company, or a mailing meets a wish of the company.
* ``decide``: join the others, hand the topic over, or go anyway and say why.
* ``note``: good to know before one goes.

Two contacts are too close when the days between them are within the windows of *both* kinds: a
phone call with a short window does not bar a visit for a month, and it does not matter which of the
two was planned first. Another agency's contact counts whether planned or done. One's own agency may
follow up on itself; there only a *planned* contact of other colleagues counts, so that no office
visits a company twice by mistake.
"""

import re
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date

# What a contact is about and its day, at the end of the line that tells of it: "… (Follow-up visit, 21.02.2026)."
_WHAT = re.compile(r' \((?P<what>(?:[^()]|\([^()]*\))*), (?P<day>[^(),]*\d[^(),]*)\)(?=[.,])')

SEVERITIES = ('stop', 'decide', 'note')


@dataclass(frozen=True)
class Contact:
    """A contact, planned or done, as far as the rule looks at it.

    ``back`` and ``ahead`` are the windows of its kind in days; ``agencies`` and ``people`` are
    empty when nobody is named, and then it is nobody's own.
    """

    day: date
    agencies: frozenset = frozenset()
    people: frozenset = frozenset()
    back: int = 30
    ahead: int = 30
    channel: str = 'visit'
    is_mass: bool = False
    is_done: bool = False
    key: Hashable = None


@dataclass(frozen=True)
class Commitment:
    """An open promise to the company or an open referral (``kind``) that ``agency`` has to see to."""

    key: Hashable
    kind: str
    agency: Hashable
    until: date


@dataclass(frozen=True)
class Wishes:
    """What the company asked for, whether vetting blocked it, and of which channels nobody has asked it."""

    quiet_until: date | None = None
    max_per_month: int = 0
    refused_channels: frozenset = frozenset()
    is_blocked: bool = False
    unasked_channels: frozenset = frozenset()


@dataclass(frozen=True)
class Reason:
    """One thing that speaks against the plan, or should be known.

    ``key`` tells the same reason again later, so that what was decided once is not asked twice.
    ``days`` counts from the plan to the contact, negative for one before it. ``about`` is the
    contact or commitment, None for a wish.
    """

    code: str
    severity: str
    key: Hashable
    days: int = 0
    about: Contact | Commitment | None = field(default=None, repr=False)


def days_too_close(plan: Contact, other: Contact) -> bool:
    """Whether two contacts are within the windows of both kinds.

    >>> visit, call = Contact(date(2026, 3, 10)), Contact(date(2026, 3, 2), back=7, ahead=7)
    >>> days_too_close(visit, call), days_too_close(visit, Contact(date(2026, 3, 2)))
    (False, True)

    A window of 0 days switches the rule off, also for two contacts of one day:

    >>> days_too_close(visit, Contact(date(2026, 3, 10), ahead=0, back=0))
    False
    """
    gap = (other.day - plan.day).days
    if gap == 0:
        return max(plan.back, plan.ahead) > 0 and max(other.back, other.ahead) > 0
    return abs(gap) <= (min(plan.ahead, other.back) if gap > 0 else min(plan.back, other.ahead))


def check_contact(
    plan: Contact, contacts: Iterable[Contact], wishes: Wishes, today: date, commitments: Iterable[Commitment] = ()
) -> list[Reason]:
    """What is to be known before ``plan`` is made, the weightiest and nearest first.

    >>> today = date(2026, 3, 2)
    >>> econ = Contact(date(2026, 2, 21), frozenset({'econ'}), frozenset({'Eva'}), is_done=True, key='visit:1')
    >>> job = Contact(date(2026, 3, 14), frozenset({'job'}), frozenset({'Jan'}), key='visit:2')
    >>> plan = Contact(date(2026, 3, 9), frozenset({'econ'}), frozenset({'Eva'}))
    >>> [(reason.code, reason.severity, reason.days) for reason in check_contact(plan, [econ, job], Wishes(), today)]
    [('other_planned', 'decide', 5), ('own_done', 'note', -16)]

    Going together is no conflict, and neither is a date far enough away:

    >>> both = Contact(date(2026, 3, 9), frozenset({'econ', 'job'}), frozenset({'Eva', 'Jan'}))
    >>> [reason.severity for reason in check_contact(both, [job], Wishes(), today)]
    ['note']
    >>> check_contact(Contact(date(2026, 5, 4), frozenset({'econ'})), [job], Wishes(), today)
    []

    A colleague of one's own office who has an appointment there, today or later:

    >>> colleague = Contact(date(2026, 3, 12), frozenset({'econ'}), frozenset({'Ute'}), key='visit:3')
    >>> [reason.code for reason in check_contact(plan, [colleague], Wishes(), today)]
    ['colleague_planned']

    The company's wishes are decided upon by a person, and never overridden by a mailing:

    >>> wishes = Wishes(date(2026, 3, 31), 1, frozenset({'email'}))
    >>> [(reason.code, reason.severity) for reason in check_contact(plan, [], wishes, today)]
    [('quiet', 'decide')]
    >>> mailing = Contact(date(2026, 3, 20), frozenset({'econ'}), channel='email', is_mass=True, back=14, ahead=14)
    >>> [(reason.code, reason.severity) for reason in check_contact(mailing, [job], wishes, today)]
    [('quiet', 'stop'), ('quota', 'stop'), ('refused', 'stop'), ('other_planned', 'decide')]

    Not asked is not agreed, where one writes to many:

    >>> unasked = Wishes(unasked_channels=frozenset({'email'}))
    >>> [(reason.code, reason.severity) for reason in check_contact(mailing, [], unasked, today)]
    [('unasked', 'stop')]
    >>> check_contact(Contact(date(2026, 3, 20), channel='email'), [], unasked, today)
    []

    What other agencies have still to do there is only noted:

    >>> promise = Commitment('promise:7', 'promise', 'job', date(2026, 3, 5))
    >>> [(reason.code, reason.severity) for reason in check_contact(plan, [], Wishes(), today, [promise])]
    [('promise', 'note')]

    What is past can no longer be prevented:

    >>> check_contact(Contact(date(2026, 3, 1)), [job], wishes, today)
    []
    """
    if wishes.is_blocked:
        return [Reason('blocked', 'stop', 'blocked')]
    if plan.day < today:
        return []
    contacts = [contact for contact in contacts if contact.key is None or contact.key != plan.key]
    reasons = [
        *_check_wishes(plan, contacts, wishes),
        *(reason for contact in contacts if (reason := _check_pair(plan, contact, today))),
        *(
            Reason(commitment.kind, 'note', commitment.key, (commitment.until - plan.day).days, commitment)
            for commitment in commitments
            if commitment.agency not in plan.agencies
        ),
    ]
    return sorted(reasons, key=lambda reason: (SEVERITIES.index(reason.severity), abs(reason.days), str(reason.key)))


def _check_wishes(plan, contacts, wishes):
    severity = 'stop' if plan.is_mass else 'decide'
    month = (plan.day.year, plan.day.month)
    if wishes.quiet_until and plan.day <= wishes.quiet_until:
        yield Reason('quiet', severity, f'quiet:{wishes.quiet_until}')
    if wishes.max_per_month and wishes.max_per_month <= sum((contact.day.year, contact.day.month) == month for contact in contacts):
        yield Reason('quota', severity, f'quota:{plan.day:%Y-%m}')
    if plan.channel in wishes.refused_channels:
        yield Reason('refused', severity, f'refused:{plan.channel}')
    if plan.is_mass and plan.channel in wishes.unasked_channels:
        yield Reason('unasked', 'stop', f'unasked:{plan.channel}')


def _check_pair(plan, contact, today):
    if not days_too_close(plan, contact):
        return None
    state = 'done' if contact.is_done else 'planned'
    if not plan.agencies & contact.agencies:
        owner, severity = 'other', 'decide'
    elif contact.is_done or contact.day < today or plan.people & contact.people:
        owner, severity = 'own', 'note'
    else:
        owner, severity = 'colleague', 'decide'
    return Reason(f'{owner}_{state}', severity, contact.key, (contact.day - plan.day).days, contact)


def undecided(reasons: Iterable[Reason], decided_keys: Collection[Hashable] = ()) -> list[Reason]:
    """The reasons that keep a contact from being planned: all stops, and what nobody decided upon yet.

    >>> stop, known, new, note = (Reason('', severity, key) for severity, key in
    ...                           [('stop', 1), ('decide', 1), ('decide', 2), ('note', 3)])
    >>> undecided([stop, known, new, note], {1, 3}) == [stop, new]
    True
    """
    return [reason for reason in reasons if reason.severity == 'stop' or (reason.severity == 'decide' and reason.key not in decided_keys)]


def hide_what(line: str) -> str:
    """A line that tells of a contact, without what it is about: who and when stays.

    >>> hide_what("• Job centre (Petra Probe): appointment in 3 days (Crisis talk, 21.02.2026).")
    '• Job centre (Petra Probe): appointment in 3 days (21.02.2026).'
    >>> hide_what("• Job centre was there 9 days ago (Talk (about staff, and wages), 2/21/2026), the report is missing.")
    '• Job centre was there 9 days ago (2/21/2026), the report is missing.'
    >>> hide_what("• Job centre was there 9 days ago (21.02.2026).")
    '• Job centre was there 9 days ago (21.02.2026).'
    """
    return _WHAT.sub(lambda found: f" ({found['day']})", line)
