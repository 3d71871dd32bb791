from odoo import fields, models

from .selections import SKILL_LEVELS


class OutreachDemandSkill(models.Model):
    _name = 'outreach.demand.skill'
    _description = "Skill of a Demand"
    _order = 'demand_id, need, id'
    _rec_name = 'skill_id'

    demand_id = fields.Many2one('outreach.demand', required=True, ondelete='cascade', index=True)
    skill_id = fields.Many2one('outreach.skill', required=True, index=True, ondelete='restrict')
    level = fields.Selection(SKILL_LEVELS, default='2', required=True)
    need = fields.Selection([
        ('must', "Must"),
        ('nice', "Nice to have"),
    ], default='must', required=True)

    _demand_skill_uniq = models.UniqueIndex('(demand_id, skill_id)', "This skill is listed for the demand already.")
