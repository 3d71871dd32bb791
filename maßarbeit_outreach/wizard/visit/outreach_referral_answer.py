from odoo import fields, models


class OutreachReferralAnswer(models.TransientModel):
    """Asks for the reason or the outcome of referrals; they themselves check who answers."""

    _name = 'outreach.referral.answer'
    _description = "Answer Referrals"

    referral_ids = fields.Many2many('outreach.referral', required=True)
    state = fields.Selection([('declined', "Declined"), ('done', "Settled")], required=True)
    text = fields.Char(required=True)

    def action_answer(self):
        self.ensure_one()
        self.referral_ids._answer({'state': self.state, 'reason' if self.state == 'declined' else 'outcome': self.text})
        return {'type': 'ir.actions.act_window_close'}
