from odoo import models


class OutreachDemand(models.Model):
    _inherit = 'outreach.demand'

    def action_note_placement(self):
        """Note in a dialog that somebody started on this demand."""
        self.ensure_one()
        return {
            'name': self.env._("Record Placement"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.placement',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_demand_id': self.id, 'default_partner_id': self.partner_id.id},
        }
