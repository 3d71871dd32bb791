from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = 'res.users'

    # active agencies only: `_check_one_agency_per_user` keeps them to one
    outreach_agency_ids = fields.Many2many(
        'outreach.agency', 'outreach_agency_user_rel', 'user_id', 'agency_id', string="Agency")

    def _get_outreach_agency(self):
        """The agency that this user stands for today, or an empty recordset."""
        return self.sudo().outreach_agency_ids.filtered('active')[:1]

    @api.constrains('outreach_agency_ids')
    def _check_one_agency(self):
        self.outreach_agency_ids._check_one_agency_per_user()
