from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class OutreachDueDismiss(models.TransientModel):
    """Put companies aside that are due, with a reason that colleagues read."""

    _name = 'outreach.due.dismiss'
    _description = "Put Companies Aside"

    partner_ids = fields.Many2many('res.partner', string="Companies", required=True)
    reason = fields.Char(required=True)
    date_until = fields.Date("Until", required=True, default=lambda self: self._get_longest())

    @api.model
    def _get_longest(self):
        return fields.Date.context_today(self) + relativedelta(years=1)

    def action_dismiss(self):
        self.ensure_one()
        today = fields.Date.context_today(self)
        if not today < self.date_until <= self._get_longest():
            raise UserError(self.env._("Please choose a day within the next twelve months; then somebody looks at the company again."))
        self.partner_ids._dismiss_outreach(self.reason, self.date_until)
        return {'type': 'ir.actions.act_window_close'}
