from odoo import models


class IrRule(models.Model):
    _inherit = 'ir.rule'

    # OVERRIDE so that whoever changes company reads at once as one of the new company, in each process of the server: core
    # keeps per user what a rule says, and its own rules name the user's company. Remove when core looks it up each time.
    def _compute_domain_context_values(self):
        yield from super()._compute_domain_context_values()
        user = self.env.user
        if user.share:
            yield user.partner_id.id
            yield user.partner_id.commercial_partner_id.id
