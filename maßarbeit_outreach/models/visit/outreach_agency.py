from odoo import models
from odoo.exceptions import UserError


class OutreachAgency(models.Model):
    _inherit = 'outreach.agency'

    def write(self, vals):
        """Refuse a change of role once visits count on it: past visits would turn joint, or cease to be."""
        if 'role' in vals:
            changed = self.filtered(lambda agency: agency.role != vals['role'])
            if changed and self.env['outreach.visit.member'].sudo().search_count([('agency_id', 'in', changed.ids)], limit=1):
                raise UserError(
                    self.env._("Visits were made in the name of this agency, so its role cannot change. Archive it and create a new one.")
                )
        return super().write(vals)
