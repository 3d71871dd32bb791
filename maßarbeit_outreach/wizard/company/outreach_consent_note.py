from odoo import fields, models
from odoo.exceptions import UserError

from ...models.company.res_partner import CONSENT_CHANNELS, CONSENT_FIELDS


class OutreachConsentNote(models.TransientModel):
    """Note what a company says about a channel. Whoever withdraws an agreement refuses; whoever withdraws a refusal is asked anew."""

    _name = 'outreach.consent.note'
    _description = "Note Consent or Refusal"

    partner_id = fields.Many2one('res.partner', "Company", required=True, ondelete='cascade')
    channel = fields.Selection(CONSENT_CHANNELS, required=True)
    state = fields.Selection(
        [('granted', "Agrees"), ('refused', "Refuses"), ('withdrawn', "Withdraws what was said")], "What Is Said", required=True
    )
    date = fields.Date("Said on", required=True, default=fields.Date.context_today)
    said_by = fields.Char(required=True)
    wording = fields.Text(required=True, help="As it was said or written, or where the letter is")

    def action_note(self):
        self.ensure_one()
        state = self.state
        if state == 'withdrawn':
            known = self.partner_id[CONSENT_FIELDS[self.channel]]
            if known not in ('granted', 'refused'):
                raise UserError(self.env._("Nothing is noted for this channel that could be withdrawn."))
            state = 'refused' if known == 'granted' else 'unknown'
        self._check_outreach_reason(self.said_by, self.wording)
        self.partner_id._note_outreach_consent(self.channel, state, self.date, self.said_by, self.wording)
        return {'type': 'ir.actions.act_window_close'}
