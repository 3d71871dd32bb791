from odoo import api, fields, models


class OutreachDemand(models.Model):
    _inherit = 'outreach.demand'

    stand_ids = fields.Many2many(
        'event.booth',
        'outreach_booth_demand_rel',
        'demand_id',
        'booth_id',
        string="Fair Stands",
        copy=False,
        domain="[('partner_id', '=', partner_id), ('event_id.is_job_fair', '=', True)]",
    )

    @api.constrains('partner_id', 'stand_ids')
    def _check_stands_of_company(self):
        self.sudo().stand_ids._check_demands_of_company()
