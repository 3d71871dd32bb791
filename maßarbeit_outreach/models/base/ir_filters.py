"""A shared filter is everybody's: its text is read by all, and as a default it decides what they see."""

from odoo import api, models
from odoo.exceptions import AccessError


class IrFilters(models.Model):
    _inherit = 'ir.filters'

    # OVERRIDE so that who shares is told why not; the record rules decide. Remove when core offers the choice to those who have it.
    @api.model
    def create_filter(self, vals):
        if not vals.get('user_ids') and not self.env.user._may_share_filters():
            raise AccessError(self.env._("Filters for everybody are saved by managers and administrators. Save it for yourself."))
        return super().create_filter(vals)
