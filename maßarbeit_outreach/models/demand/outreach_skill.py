from odoo import api, fields, models
from odoo.fields import Domain


class OutreachSkill(models.Model):
    _inherit = 'outreach.skill'

    demand_count = fields.Integer("Open Demands", compute='_compute_demand_count')

    @api.depends_context('uid')
    def _compute_demand_count(self):
        open_demand = self.env['outreach.demand']._get_open_domain()
        counts = dict(
            self.env['outreach.demand.skill']._read_group(
                [('skill_id', 'in', self.ids), ('demand_id', 'any', open_demand)], ['skill_id'], ['__count']
            )
        )
        for skill in self:
            skill.demand_count = counts.get(skill._origin, 0)

    def action_open_demands(self):
        """The demands that `demand_count` counts."""
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_demand_action')
        return action | {
            'domain': list(self.env['outreach.demand']._get_open_domain() & Domain('skill_ids.skill_id', 'in', self.ids)),
            'context': {},
        }
