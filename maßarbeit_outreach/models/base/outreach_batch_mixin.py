import logging
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import split_every

from ...tools.base import faults
from ...tools.base.log_values import describe_error

_logger = logging.getLogger(__name__)


class DueWork(NamedTuple):
    """What a scheduled action has to do.

    :param model: of the records
    :param domain: which of them are due; None if that is not told
    :param since: the date field that the work goes by; None if there is none
    """

    model: str
    domain: Domain | None
    since: str | None = None


class OutreachBatchMixin(models.AbstractModel):
    """What a scheduled action does to many records, some at a time, without one of them being in the way of the others."""

    _name = 'outreach.batch.mixin'
    _description = "Work in Batches"

    @api.model
    def _get_due_work(self):
        """What the scheduled actions of this model have to do, as ``{method: DueWork}``."""
        return {}

    @api.model
    def _run_batches(self, domain, work, *, size=100, limit=1000, order=None):
        """Do `work(records)` on what the domain finds, in a scheduled action.

        A batch is a transaction. What somebody else has locked, or what the domain no longer finds, waits for the next run, and
        so does what is left when the time is over. Records that cannot be worked on stay as they are, are named in the
        log, by their ids only, and kept in `outreach.job.failure`: what an error says may be about a person. They come again
        with the next run, after all others, so that they never fill it.

        :param domain: of this model; the work has to take the records out of it
        :param int size: records of a batch, worked on together as long as none of them fails
        :param int limit: records of a run
        """
        Cron, Failure = self.env['ir.cron'], self.env['outreach.job.failure'].sudo()
        domain = Domain(domain)
        failed = Failure._get_failed(self._name)
        again = self.search(domain & Domain('id', 'in', failed), limit=limit, order=order).ids if failed else []
        if settled := set(failed) - set(again):
            Failure._forget(self._name, settled)
        ids = self.search(domain & Domain('id', 'not in', again), limit=limit, order=order).ids + again
        Cron._commit_progress(remaining=self.search_count(domain))
        for batch in split_every(size, ids[:limit]):
            self._repeat_on_conflict(lambda batch=batch: self._work_off_batch(batch, domain, work))
            if not Cron._commit_progress(len(batch)):
                break

    @api.model
    def _work_off_batch(self, ids, domain, work):
        records = self.browse(ids).try_lock_for_update().filtered_domain(domain)
        failures = self._work_off(records, work)
        untouched = (records - self.browse(failures)).exists().filtered_domain(domain)
        failures |= dict.fromkeys(untouched.ids, 'still due')
        self.env.flush_all()
        self.env['outreach.job.failure'].sudo()._remember(self._name, records.ids, failures)

    @api.model
    def _repeat_on_conflict(self, function):
        """Call it again when another transaction was in between, as the server does for requests and not for scheduled actions.
        What was committed before stays."""
        for tries_left in reversed(range(MAX_TRIES_ON_CONCURRENCY_FAILURE)):
            try:
                return function()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                if not tries_left:
                    raise
                self.env.cr.rollback()
                self.env.transaction.reset()

    @api.model
    def _work_off(self, records, work):
        """Do `work(records)`; if that fails, record by record. Raises only what a repetition of the transaction can mend.

        :return: ``{id: what kind of error it was}`` of those that failed
        """
        try:
            with self.env.cr.savepoint():
                work(records)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if faults.kind_of(error):
                raise  # not of a record: the others would fail as well
            if len(records) > 1:
                failures = {}
                for record in records:
                    failures |= self._work_off(record, work)
                return failures
            code = self.env['outreach.job.failure']._get_cron_code()
            _logger.error("%s: a scheduled action (%s) fails with %s, and goes on with the others", records, code, type(error).__name__)
            return dict.fromkeys(records.ids, describe_error(error))
        return {}
