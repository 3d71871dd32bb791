"""Where an employer's lead stands in the outreach pipeline, and when an event moves it on.

What happens (a visit is planned, a demand is recorded) moves the lead forward to the stage of that
milestone: never back, because the best that was reached counts, and never against an officer who
placed it by hand further on, in whatever stage. The order of the stages is the manager's: only
sequences are compared, so stages may be added, renamed, moved and removed.
"""

from collections.abc import Hashable, Iterable

# Milestones of employer outreach in their order.
MILESTONES = ('identified', 'contacted', 'visit_planned', 'visited', 'demand_recorded', 'candidates_proposed', 'placed', 'lasting')
_RANK = {milestone: rank for rank, milestone in enumerate(MILESTONES)}


class UnknownMilestone(ValueError):
    """Not one of `MILESTONES`."""


def advance(current: Hashable | None, reached: str, order: Iterable[tuple[Hashable, int, str | None]]) -> Hashable | None:
    """The stage to move to after a milestone was reached, or None to leave the lead where it is.

    :param current: id of the stage of the lead, None if it has none
    :param reached: the milestone
    :param order: the stages of the pipeline as ``(id, sequence, milestone or None)``; those without
        a milestone are the manager's own

    >>> stages = [(1, 10, 'identified'), (2, 20, 'contacted'), (3, 30, 'visit_planned'),
    ...           (9, 35, None), (4, 40, 'visited'), (5, 50, 'demand_recorded')]
    >>> advance(1, 'visit_planned', stages), advance(None, 'contacted', stages)
    (3, 2)

    Never back, also not from a stage without a milestone:

    >>> advance(5, 'visited', stages), advance(9, 'visit_planned', stages), advance(9, 'visited', stages)
    (None, None, 4)

    A milestone whose stage was removed leads to the last stage before it:

    >>> advance(2, 'placed', stages), advance(5, 'placed', stages)
    (5, None)

    A stage that is not of this pipeline is nobody's to leave:

    >>> advance(77, 'visited', stages) is None
    True
    """
    if reached not in _RANK:
        raise UnknownMilestone(reached)
    stages = list(order)
    # Of two stages of one milestone the first one is the target, as in the pipeline view.
    targets = [
        (_RANK[milestone], -sequence, position)
        for position, (_stage, sequence, milestone) in enumerate(stages)
        if milestone in _RANK and _RANK[milestone] <= _RANK[reached]
    ]
    if not targets:
        return None
    rank, minus_sequence, position = max(targets, key=lambda target: target[:2])
    target = stages[position][0]
    if current is None:
        return target
    for stage, sequence, milestone in stages:
        if stage == current:
            here = (sequence, _RANK.get(milestone, rank))
            return target if here < (-minus_sequence, rank) else None
    return None
