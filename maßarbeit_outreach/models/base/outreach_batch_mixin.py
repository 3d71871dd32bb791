import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import split_every

_logger = logging.getLogger(__name__)


class OutreachBatchMixin(models.AbstractModel):
    """What a scheduled action does to many records, some at a time, without one of them being in the way of the others."""

    _name = 'outreach.batch.mixin'
    _description = "Work in Batches"

    @api.model
    def _run_batches(self, domain, work, *, size=100, limit=1000, order=None):
        """Do `work(records)` on what the domain finds, in a scheduled action.

        A batch is a transaction. What somebody else has locked, or what the domain no longer finds, waits for the next run, and
        so does what is left when the time is over. Records that cannot be worked on stay as they are and are named in the
        log, by their ids only: what an error says may be about a person. They come again with the next run.

        :param domain: of this model; the work has to take the records out of it
        :param int size: records of a batch, worked on together as long as none of them fails
        :param int limit: records of a run
        """
        Cron = self.env['ir.cron']
        ids = self.search(domain, limit=limit, order=order).ids
        Cron._commit_progress(remaining=self.search_count(domain))
        for batch in split_every(size, ids):
            records = self.browse(batch).try_lock_for_update().filtered_domain(domain)
            self._work_off(records, work)
            if not Cron._commit_progress(len(batch)):
                break

    @api.model
    def _work_off(self, records, work):
        """Do `work(records)`; if that fails, record by record. Raises only what a repetition of the transaction can mend."""
        try:
            with self.env.cr.savepoint():
                work(records)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(records) > 1:
                for record in records:
                    self._work_off(record, work)
            else:
                _logger.error("%s: a scheduled action fails with %s, and goes on with the others", records, type(error).__name__)
