from odoo import fields, models
from odoo.tools import SQL

RUN = 0  # in the place of a record: the run as a whole


class OutreachJobFailure(models.Model):
    """What a scheduled action could not do, until it can or need not any more: the record by its number, and the kind of error
    by its name, since what an error says may be about a person. Nobody reads it but the page that counts it."""

    _name = 'outreach.job.failure'
    _description = "Failure of a Scheduled Action"
    _order = 'id'
    _rec_name = 'error'
    _log_access = False

    cron_id = fields.Many2one('ir.cron', required=True, readonly=True, ondelete='cascade')
    model = fields.Char(required=True, readonly=True, export_string_translation=False)
    res_id = fields.Integer(required=True, readonly=True, export_string_translation=False)
    error = fields.Char(required=True, readonly=True, export_string_translation=False)
    failed_on = fields.Datetime(required=True, readonly=True, export_string_translation=False)
    days = fields.Integer(required=True, readonly=True, export_string_translation=False)

    _record_uniq = models.UniqueIndex('(cron_id, model, res_id)')

    def _get_cron_id(self):
        """The number of the scheduled action that runs here; None outside of one."""
        return self.env.context.get('cron_id')

    def _get_cron_code(self):
        """What the page of system health and monitoring call it."""
        codes = self.env['ir.cron'].sudo().browse(self._get_cron_id() or ()).get_external_id()
        return ''.join(codes.values()).partition('.')[2] or '?'

    def _get_failed(self, model):
        """The numbers of the records that this action could not work on before."""
        cron = self._get_cron_id()
        return self.search([('cron_id', '=', cron), ('model', '=', model), ('res_id', '!=', RUN)]).mapped('res_id') if cron else []

    def _forget(self, model, ids):
        if cron := self._get_cron_id():
            self.search([('cron_id', '=', cron), ('model', '=', model), ('res_id', 'in', list(ids))]).unlink()

    def _remember(self, model, ids, failures):
        """Keep what failed of these records, and forget what no longer does.

        :param failures: ``{id: kind of error}``
        """
        cron = self._get_cron_id()
        if not cron:
            return
        if done := set(ids) - set(failures):
            self._forget(model, done)
        if failures:
            now = fields.Datetime.now()
            self.env.cr.execute(
                SQL(
                    """
                INSERT INTO outreach_job_failure AS known (cron_id, model, res_id, error, failed_on, days) VALUES %s
                    ON CONFLICT (cron_id, model, res_id) DO UPDATE
                   SET error = EXCLUDED.error, failed_on = EXCLUDED.failed_on,
                       days = known.days + (known.failed_on::date < EXCLUDED.failed_on::date)::int
                """,
                    SQL(', ').join(SQL("%s", (cron, model, number, error[:200], now, 1)) for number, error in failures.items()),
                )
            )
            self.invalidate_model()
