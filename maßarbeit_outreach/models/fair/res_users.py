from odoo import models
from odoo.fields import Domain

from ..base.groups import FAIR_HELPER


class ResUsers(models.Model):
    _inherit = 'res.users'

    def _get_outreach_own_contacts(self):
        """A fair helper has to do with the companies at the fairs of the own organisation."""
        contacts = super()._get_outreach_own_contacts()
        if self.has_group(FAIR_HELPER):
            contacts |= Domain(
                'outreach_stand_ids', 'any', [('event_id.is_job_fair', '=', True), ('event_id.company_id', 'in', self.company_ids.ids)]
            )
        return contacts
