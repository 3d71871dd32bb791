from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.people.facts import DATED_PERMISSIONS


class OutreachPermitAnswer(models.TransientModel):
    """Asks the office for its answer; the request itself checks who answers."""

    _name = 'outreach.permit.answer'
    _description = "Answer a Work Permission Request"

    request_id = fields.Many2one('outreach.permit.request', required=True, ondelete='cascade')
    answer = fields.Selection(
        [
            ('free', "Free"),
            ('with_permit', "With permit of the immigration office"),
            ('free_from', "Free from a date"),
            ('blocked_until', "Blocked until a date"),
            ('forbidden', "Forbidden"),
        ],
        required=True,
    )
    date = fields.Date("From")
    until = fields.Date("Valid Until")
    note = fields.Char("Condition", help="e.g. “only at this company”")

    @api.onchange('answer')
    def _onchange_answer(self):
        if self.answer not in DATED_PERMISSIONS:
            self.date = False

    def action_answer(self):
        self.ensure_one()
        if self.answer in DATED_PERMISSIONS and not self.date:
            raise UserError(self.env._("Say from when work is permitted, or until when it is blocked."))
        if self.until and self.date and self.until < self.date:
            raise UserError(self.env._("The permission would end before it begins."))
        dated = self.date if self.answer in DATED_PERMISSIONS else False
        self.request_id._answer(self.answer, dated, self.until, self.note)
        return {'type': 'ir.actions.act_window_close'}
