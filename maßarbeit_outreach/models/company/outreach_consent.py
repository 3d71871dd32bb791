from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .res_partner import CONSENT, CONSENT_CHANNELS


class OutreachConsent(models.Model):
    """What a company said about a channel: that it agrees or refuses, when, in which words, who said it, and who noted it.

    Art. 7 (1), (3) and 21 GDPR: who relies on a consent has to be able to show it, and it can be withdrawn. The fields of the company
    say what holds today. Whoever changes one, whichever way, adds a line here and ends the one before; nobody writes lines by hand.
    What was noted before the update to 19.0.1.5.0 has neither date nor words.
    """

    _name = 'outreach.consent'
    _description = "Consent or Refusal of a Company"
    _order = 'id desc'
    _rec_name = 'channel'
    _log_access = False

    partner_id = fields.Many2one('res.partner', "Company", required=True, readonly=True, index=True, ondelete='cascade')
    channel = fields.Selection(CONSENT_CHANNELS, required=True, readonly=True)
    state = fields.Selection([pair for pair in CONSENT if pair[0] != 'unknown'], "What Was Said", required=True, readonly=True)
    date = fields.Date("Said on", readonly=True, help="Empty: not known")
    said_by = fields.Char(readonly=True)
    wording = fields.Text(readonly=True)
    noted_by_id = fields.Many2one('res.users', readonly=True, ondelete='set null')
    date_until = fields.Date("Held Until", readonly=True)
    ended_by_id = fields.Many2one('res.users', readonly=True, ondelete='set null')
    end_note = fields.Char("How It Ended", readonly=True)
    company_id = fields.Many2one('res.company', "Organisation", readonly=True, index='btree_not_null', ondelete='cascade')

    @api.constrains('date')
    def _check_date(self):
        if any(line.date and line.date > fields.Date.context_today(line) for line in self):
            raise ValidationError(self.env._("Nobody can have said it on a day that is still to come."))

    @api.model
    def _get_open(self, partners, channels):
        """The lines that hold today; in sudo, as nobody writes them by hand."""
        domain = Domain('partner_id', 'in', partners.ids) & Domain('channel', 'in', channels) & Domain('date_until', '=', False)
        return self.sudo().search(domain)

    def _end(self):
        if self:
            self.write({'date_until': fields.Date.context_today(self), 'ended_by_id': self.env.uid})

    @api.model
    def _take_down(self, changes):
        """Follow the fields of companies.

        :param changes: list of ``(company, channel, what is said now)``; *not asked* only ends what held before
        """
        partners = self.env['res.partner'].union(*(partner for partner, *__ in changes))
        held = self._get_open(partners, [channel for __, channel, __ in changes]).grouped(lambda line: (line.partner_id.id, line.channel))
        nothing, over, vals_list = self.sudo().browse(), self.sudo().browse(), []
        for partner, channel, state in changes:
            lines = held.get((partner.id, channel), nothing)
            same = lines.filtered(lambda line, state=state: line.state == state)[:1]
            over |= lines - same
            if not same and state in ('granted', 'refused'):
                vals_list.append(
                    {
                        'partner_id': partner.id,
                        'channel': channel,
                        'state': state,
                        'date': fields.Date.context_today(self),
                        'noted_by_id': self.env.uid,
                        'company_id': (partner.company_id or self.env.company).id,
                    }
                )
        over._end()
        self.sudo().create(vals_list)
