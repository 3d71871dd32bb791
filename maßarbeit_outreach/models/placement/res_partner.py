from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _get_outreach_placement_counts(self):
        """`{company: (placed, still there, left)}`, for those too who may not read the placements."""
        Placement = self.env['outreach.placement'].sudo()
        here = Domain('partner_id', 'in', self.ids) & Domain('company_id', 'in', self.env.companies.ids)
        placed, left = (
            dict(Placement._read_group(domain, ['partner_id'], ['__count']))
            for domain in (here, here & Domain('date_end', '<=', fields.Date.context_today(self)))
        )
        return {partner: (placed.get(partner, 0), placed.get(partner, 0) - left.get(partner, 0), left.get(partner, 0)) for partner in self}
