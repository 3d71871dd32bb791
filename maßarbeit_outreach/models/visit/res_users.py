from odoo import models
from odoo.fields import Domain

from ..base.groups import PARTNER_AGENCY


class ResUsers(models.Model):
    """What somebody sees by visits and referrals; record rules ask this, and keep the answer per user."""

    _inherit = 'res.users'

    def _get_outreach_own_contacts(self):
        """A partner agency has to do with the companies of its referrals, as long as it reads these."""
        contacts = super()._get_outreach_own_contacts()
        if self.has_group(PARTNER_AGENCY):
            contacts |= Domain('outreach_referral_ids', 'any', self._get_outreach_question_domain('outreach.referral'))
        return contacts

    def _get_outreach_appointment_domain(self, company_ids, path=None):
        """The appointments that this user may see, or what belongs to one of them in the field `path`: those in which they
        take part; of a municipality the visits there; and unless their role is closed, all but visits of other organisations.
        """
        appointments = Domain('user_id', '=', self.id) | Domain('partner_ids', 'in', self.partner_id.ids)
        if self._is_outreach_local():
            appointments |= self._get_outreach_place_domain('outreach_visit_ids.partner_id.outreach_municipality_id')
        elif not self._is_outreach_closed():
            if self.env['res.company'].sudo().search_count([], limit=2) == 1:
                return Domain.TRUE
            appointments |= Domain('outreach_company_id', 'in', [*company_ids, False])
        return Domain(path, 'any', appointments) if path else appointments
