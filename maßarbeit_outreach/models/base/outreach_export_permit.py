from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.base.reason import is_reason
from .groups import PERSON_EXPORT

VALID = timedelta(hours=1)
LEAST_REASON = 10  # letters: a word is no reason


class OutreachExportPermit(models.Model):
    """Why somebody exported what is known of persons, and until when that reason holds; for the data protection officer.

    Whoever has the right still says why, each time anew: § 67c SGB X asks for a purpose, and a file leaves the house for good. What
    was exported stands in `outreach.access.log`.
    """

    _name = 'outreach.export.permit'
    _description = "Reason for an Export of Persons"
    _order = 'date_from desc, id desc'
    _rec_name = 'login'
    _log_access = False

    user_id = fields.Many2one('res.users', readonly=True, index='btree_not_null', ondelete='set null')
    login = fields.Char(readonly=True, required=True, help="As it was: it stays when the user is deleted")
    reason = fields.Text(readonly=True, required=True)
    date_from = fields.Datetime("Given on", readonly=True, required=True)
    date_until = fields.Datetime("Until", readonly=True, required=True)
    company_id = fields.Many2one('res.company', "Organisation", required=True, readonly=True, ondelete='cascade')

    @api.model
    def _give_reason(self, reason):
        """Let the user of this environment export persons for a while.

        :raise AccessError: without the right
        :raise UserError: without a reason
        """
        if not self.env.user.has_group(PERSON_EXPORT):
            raise self._make_export_error()
        reason = (reason or '').strip()
        if not is_reason(reason, LEAST_REASON):
            raise UserError(self.env._("Please say in a few words what the export is needed for."))
        now = fields.Datetime.now()
        return self.sudo().create(
            {
                'user_id': self.env.uid,
                'login': self.env.user.login,
                'reason': reason,
                'date_from': now,
                'date_until': now + VALID,
                'company_id': self.env.company.id,
            }
        )

    @api.model
    def _check(self):
        """Raise UserError unless the user of this environment may export persons, and has said why of late."""
        if self.env.su:
            return
        if not self.env.user.has_group(PERSON_EXPORT):
            raise self._make_export_error()
        now = fields.Datetime.now()
        known = self.env.cr.cache.setdefault('outreach_export_permit', {})  # rows of rows are exported one by one
        if known.get(self.env.uid, now) <= now:
            permit = self.sudo().search([('user_id', '=', self.env.uid), ('date_until', '>', now)], limit=1)
            if not permit:
                raise UserError(
                    self.env._(
                        "Persons are exported with a reason. Please give it first: in the list of jobseekers, Actions → Give Reason for"
                        " Export. It holds for an hour."
                    )
                )
            known[self.env.uid] = permit.date_until

    def _make_export_error(self):
        return AccessError(
            self.env._(
                "What is known of persons is exported by whom that right was given to by itself. Leave these fields out, or ask an"
                " administrator."
            )
        )

    @api.autovacuum
    def _gc_permits(self):
        """As long as what was exported with them is known."""
        self.search([('date_from', '<', fields.Datetime.to_datetime(self.env['outreach.access.log']._get_oldest_day()))]).unlink()
