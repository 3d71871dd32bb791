"""How a scheduled action stands: does it run, does it run late, does it fail."""

from datetime import timedelta
from typing import NamedTuple

# For how long an action may be behind its plan before somebody is told: one interval, and never less than this.
LEAST_PATIENCE = timedelta(hours=1)
ALARMS = frozenset({'failing', 'late'})  # somebody has to see to it


class Job(NamedTuple):
    """What is known of a scheduled action. Times are UTC; `last_success` is when it was created where it never ran.

    :param ran: whether it ever ran through

    :param failures: how often it failed as a whole since it last ran through
    :param failed: how many records failed in the last run
    :param failed_days: on how many days the record failed that has failed for the longest
    """

    active: bool
    interval: timedelta
    next_call: object
    last_success: object
    failures: int = 0
    failed: int = 0
    failed_days: int = 0
    ran: bool = True


def judge(job, now):
    """The state of a job: ``'off'``, ``'failing'`` (again and again), ``'late'``, ``'failed'`` (once), ``'unknown'`` (it has not run
    yet) or ``'ok'``.

    What is switched off by a person is no alarm; what was switched off because it failed is.

    >>> from datetime import datetime
    >>> day, now = timedelta(days=1), datetime(2030, 5, 20, 8)
    >>> ran = Job(True, day, now + day, now)
    >>> judge(ran, now), judge(ran._replace(active=False), now)
    ('ok', 'off')

    It failed once; then again, or the same record did on another day; or it is switched off since it failed.

    >>> judge(ran._replace(failures=1), now), judge(ran._replace(failed=3, failed_days=1), now)
    ('failed', 'failed')
    >>> judge(ran._replace(failures=2), now), judge(ran._replace(failed=1, failed_days=2), now)
    ('failing', 'failing')
    >>> judge(ran._replace(active=False, failures=5), now)
    'failing'

    What has not run through yet is not in order, and no alarm before its time:

    >>> judge(ran._replace(ran=False), now), judge(ran._replace(ran=False, failures=1), now)
    ('unknown', 'failed')
    >>> judge(ran._replace(ran=False, next_call=now - 2 * day), now)
    'late'

    It has waited for its turn for longer than its interval, or was not through for twice as long.

    >>> judge(ran._replace(next_call=now - day), now), judge(ran._replace(next_call=now - day - timedelta(minutes=1)), now)
    ('ok', 'late')
    >>> judge(ran._replace(last_success=now - 2 * day - timedelta(minutes=1)), now)
    'late'
    >>> judge(ran._replace(interval=timedelta(minutes=1), next_call=now - timedelta(minutes=30)), now)
    'ok'
    """
    is_failing = job.failures >= 2 or job.failed_days >= 2
    if not job.active:
        return 'failing' if job.failures else 'off'
    if is_failing:
        return 'failing'
    patience = max(job.interval, LEAST_PATIENCE)
    if now - job.next_call > patience or now - job.last_success > 2 * patience:
        return 'late'
    if job.failures or job.failed:
        return 'failed'
    return 'ok' if job.ran else 'unknown'
