from odoo import models


class OutreachAgency(models.Model):
    _inherit = 'outreach.agency'

    # see `res.users`
    def write(self, vals):
        before = self.sudo().user_ids._get_outreach_agencies_of() if {'user_ids', 'active'} & vals.keys() else {}
        res = super().write(vals)
        self.env['outreach.holding']._tell_of_leavers(
            {user: agency for user, agency in before.items() if user._get_outreach_agency() != agency}
        )
        return res
