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
    is_prerequisite = fields.Boolean(
        "Needed on Day One", help="Cannot be learnt on the job: who has nothing of it does not fit. Otherwise it has to be learnt."
    )
    is_suggested = fields.Boolean(
        "Suggested", compute='_compute_is_suggested', store=True, readonly=False, help="Came with the occupation, and nobody has changed it"
    )

    _demand_skill_uniq = models.UniqueIndex('(demand_id, skill_id)', "This skill is listed for the demand already.")

    @api.depends('skill_id', 'level', 'need', 'is_prerequisite')
    def _compute_is_suggested(self):
        """Whoever changes a suggestion makes it their own."""
        self.is_suggested = False

    def _compare(self, suggestions):
        """:return: `(lines of one demand that are suggested no longer, values of those that lack)`"""
        stale, missing = self.browse(), dict(suggestions)
        for line in self:
            skill = line.skill_id._origin
            if line.is_suggested and missing.get(skill) != line.need:
                stale += line
            else:
                missing.pop(skill, None)
        return stale, [{'skill_id': skill.id, 'need': need, 'is_suggested': True} for skill, need in missing.items()]
