from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

# What ESCO says of a skill, and what it becomes for a demand.
NEEDS = {'essential': 'must', 'optional': 'nice'}


class OutreachOccupation(models.Model):
    """What is looked for in an occupation."""

    _inherit = 'outreach.occupation'

    demand_count = fields.Integer("Open Demands", compute='_compute_demand_count', help="With those of all occupations below it")

    @api.model
    def _get_open_demand_domain(self):
        return self.env['outreach.demand']._get_open_domain() & Domain('occupation_id', '!=', False)

    @api.depends_context('uid')
    def _compute_demand_count(self):
        counts = self._sum_up(self.env['outreach.demand']._read_group(self._get_open_demand_domain(), ['occupation_id'], ['__count']))
        for occupation in self:
            occupation.demand_count = counts[occupation._origin.id]

    def action_open_demands(self):
        """The demands that `demand_count` counts."""
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_demand_action')
        return action | {
            'domain': list(self._get_open_demand_domain() & Domain('occupation_id', 'child_of', self.ids)),
            'context': {'default_occupation_id': self[:1].id},
        }

    def _get_suggested_skills(self):
        """`{occupation: {skill: need of a demand}}`, the essential ones first; one query for all occupations."""
        found = defaultdict(dict)
        for line in (
            self.env['outreach.occupation.skill']
            .sudo()
            .search([('occupation_id', 'in', self.ids), ('skill_id.active', '=', True)], order='need, id')
        ):
            found[line.occupation_id][line.skill_id] = NEEDS[line.need]
        return found
