from odoo import fields, models


class OutreachReferralAnswer(models.TransientModel):
    """Asks for the reason or the outcome of referrals; they themselves check who answers."""

    _name = 'outreach.referral.answer'
    _description = "Answer Referrals"

    referral_ids = fields.Many2many('outreach.referral', required=True)
    state = fields.Selection([('declined', "Declined"), ('done', "Completed")], required=True)
    text = fields.Char(required=True)

    def action_answer(self):
        self.ensure_one()
        referrals = self.referral_ids  # this field shrinks to what may be read
        referrals._answer({'state': self.state, 'reason' if self.state == 'declined' else 'outcome': self.text})
        if referrals.has_access('read'):
            return {'type': 'ir.actions.act_window_close'}
        # what it declined, an agency reads no more: its list, in place of a page that cannot be shown
        return self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_referral_action') | {'target': 'main'}
