from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError


class OutreachCandidatePause(models.TransientModel):
    _name = 'outreach.candidate.pause'
    _description = "Pause Candidates"

    candidate_ids = fields.Many2many('outreach.candidate', required=True)
    paused_until = fields.Date("Until", required=True, default=lambda self: fields.Date.context_today(self) + timedelta(days=28))

    def action_pause(self):
        self.ensure_one()
        if self.paused_until < fields.Date.context_today(self):
            raise UserError(self.env._("Choose a day that is still to come."))
        self.candidate_ids.write({'status': 'paused', 'paused_until': self.paused_until})
        return {'type': 'ir.actions.act_window_close'}
