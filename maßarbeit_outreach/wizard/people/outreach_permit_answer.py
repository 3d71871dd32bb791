from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.base.outreach_personal_words import warn_of_personal_words
from ...models.people.outreach_permit_request import ANSWERS
from ...tools.people import work_permit

# Of these the day does not matter.
UNDATED = ('refused_job', 'refused', 'documents')


class OutreachPermitAnswer(models.TransientModel):
    """Asks the office for its answer; the request itself checks who answers."""

    _name = 'outreach.permit.answer'
    _description = "Answer a Work Permission Request"

    request_id = fields.Many2one('outreach.permit.request', required=True, ondelete='cascade')
    # what it is that is answered
    foreign_reference = fields.Char(related='request_id.foreign_reference')
    partner_id = fields.Many2one(related='request_id.partner_id')
    occupation_id = fields.Many2one(related='request_id.occupation_id')
    answer = fields.Selection(ANSWERS, required=True)
    date = fields.Date("From")
    until = fields.Date("Valid Until")
    note = fields.Char("Condition", help="e.g. “only at this company”")

    is_dated = fields.Boolean(compute='_compute_is_dated', export_string_translation=False)

    _onchange_note_words = warn_of_personal_words('note')

    @api.depends('answer')
    def _compute_is_dated(self):
        for wizard in self:
            wizard.is_dated = wizard.answer and wizard.answer not in UNDATED

    def action_answer(self):
        self.ensure_one()
        date = self.date if self.answer not in UNDATED else False
        until = self.until if self.answer in (*work_permit.GRANTED, 'free') else False
        if self.answer == 'waiting' and not date:
            raise UserError(self.env._("Say until when the waiting time lasts."))
        if self.answer in work_permit.INTERIM and date and date > fields.Date.context_today(self):
            raise UserError(self.env._("What was asked for was asked for by today."))
        if until and date and until < date:
            raise UserError(self.env._("The permission would end before it begins."))
        self.request_id._answer(self.answer, date, until, self.note)
        return {'type': 'ir.actions.act_window_close'}
