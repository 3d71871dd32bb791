from odoo import models


class ResUsers(models.Model):
    _inherit = 'res.users'

    # What is theirs stays theirs until somebody hands it over, so somebody has to know.
    def write(self, vals):
        before = self._get_outreach_agencies_of() if not vals.get('active', True) or 'outreach_agency_ids' in vals else {}
        res = super().write(vals)
        self.env['outreach.holding']._tell_of_leavers(
            {user: agency for user, agency in before.items() if not user.active or user._get_outreach_agency() != agency}
        )
        return res

    def _get_outreach_agencies_of(self):
        """``{user: agency}`` of those who are here and belong to one."""
        return {user: agency for user in self if user.active and (agency := user._get_outreach_agency())}

    def _get_outreach_own_contacts(self):
        """An office of a municipality has to do with the companies there, and with their people and sites."""
        contacts = super()._get_outreach_own_contacts()
        if self._is_outreach_local():
            contacts |= self._get_outreach_place_domain('commercial_partner_id.outreach_municipality_id')
        return contacts
