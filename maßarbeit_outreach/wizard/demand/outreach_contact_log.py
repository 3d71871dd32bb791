from odoo import models
from odoo.exceptions import UserError


class OutreachContactLog(models.TransientModel):
    _inherit = 'outreach.contact.log'

    def action_log_and_demand(self):
        """Log the contact with one company, and go on with what it needs."""
        self.ensure_one()
        if len(self.partner_ids.commercial_partner_id) != 1:
            raise UserError(self.env._("Choose one company to log a demand of it."))
        self.result = 'demand_recorded'
        visit, __ = self._log()
        return visit.action_quick_demand()
