from odoo import fields, models


class OutreachDemand(models.Model):
    _inherit = 'outreach.demand'

    pool_ids = fields.Many2many('outreach.pool', 'outreach_pool_demand_rel', 'demand_id', 'pool_id', string="Candidate Pools")

    def _prepare_repeat_values(self, months):
        return super()._prepare_repeat_values(months) | {'pool_ids': []}  # of people who were looking for work then
