import contextlib

import psycopg2

from odoo import api, fields, models

from odoo.addons.base.models.ir_cron import CompletionStatus

from ...tools.base.log_values import describe_error
from .outreach_job_failure import RUN

MODULE = 'maßarbeit_outreach'


class IrCron(models.Model):
    """Keeps when an action of ours last ran through, and why it last did not: core keeps neither."""

    _inherit = 'ir.cron'

    outreach_last_success = fields.Datetime(readonly=True, copy=False, groups='base.group_system', export_string_translation=False)

    @api.model
    def _get_outreach_crons(self):
        """Those of the addon, switched off or not."""
        return self.browse(self.env['ir.model.data'].sudo().search([('module', '=', MODULE), ('model', '=', self._name)]).mapped('res_id'))

    # OVERRIDE to note when it ran through; `lastcall` is when it was last tried. Remove when core keeps both.
    @api.model
    def _update_failure_count(self, job, status):
        result = super()._update_failure_count(job, status)
        if status == CompletionStatus.FULLY_DONE:  # not what is to go on at once
            self.env.cr.execute(
                "UPDATE ir_cron SET outreach_last_success = %s WHERE id = %s", [self.env.cr.now().replace(microsecond=0), job['id']]
            )
            self.env['outreach.job.failure'].sudo().search([('cron_id', '=', job['id']), ('res_id', '=', RUN)]).unlink()
        return result

    # OVERRIDE to keep what kind of error ended it: core writes it into the log only. Remove when core keeps it.
    def _callback(self, cron_name, server_action_id):
        try:
            return super()._callback(cron_name, server_action_id)
        except Exception as error:
            # a database that is gone keeps nothing; what ended the action is told by core all the same
            with contextlib.suppress(psycopg2.Error), self.env.cr.savepoint(flush=False):
                if self in self._get_outreach_crons():
                    self.env['outreach.job.failure'].sudo()._remember(self._name, [RUN], {RUN: describe_error(error)})
            raise
