from odoo import api, fields, models

from ..base.selections import SKILL_LEVELS


class OutreachDemandSkill(models.Model):
    _name = 'outreach.demand.skill'
    _description = "Skill of a Demand"
    _order = 'demand_id, need, id'
    _rec_name = 'skill_id'

    demand_id = fields.Many2one('outreach.demand', required=True, ondelete='cascade', index=True)
    skill_id = fields.Many2one('outreach.skill', required=True, index=True, ondelete='restrict')
    level = fields.Selection(SKILL_LEVELS, default='2', required=True)
    need = fields.Selection([('must', "Must"), ('nice', "Nice to have")], default='must', required=True)
    is_proposed = fields.Boolean(
        "Proposed", compute='_compute_is_proposed', store=True, readonly=False, help="Came with the occupation, and nobody has changed it"
    )

    _demand_skill_uniq = models.UniqueIndex('(demand_id, skill_id)', "This skill is listed for the demand already.")

    @api.depends('skill_id', 'level', 'need')
    def _compute_is_proposed(self):
        """Whoever changes a proposal makes it their own."""
        self.is_proposed = False

    def _compare(self, proposals):
        """:return: `(lines of one demand that are proposed no longer, values of those that lack)`"""
        stale, missing = self.browse(), dict(proposals)
        for line in self:
            skill = line.skill_id._origin
            if line.is_proposed and missing.get(skill) != line.need:
                stale += line
            else:
                missing.pop(skill, None)
        return stale, [{'skill_id': skill.id, 'need': need, 'is_proposed': True} for skill, need in missing.items()]
