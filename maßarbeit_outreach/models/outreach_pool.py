from odoo import api, fields, models

from ..tools.disclosure import published_count
from .selections import CEFR_LEVELS

# Who may know how many people a pool really holds; everybody else gets the published figure.
HEAD_COUNT_GROUPS = 'maßarbeit_outreach.group_job_centre,maßarbeit_outreach.group_migration_centre'


class OutreachPool(models.Model):
    """Candidates that an agency keeps in view for certain work; for now a head count kept by hand.

    The count itself is for the job centre and the migration centre. Others see a figure that is suppressed below a
    floor and rounded, see `tools/disclosure.py`.
    """

    _name = 'outreach.pool'
    _description = "Candidate Pool"
    _inherit = ['mail.thread']
    _order = 'name'
    _check_company_auto = True

    name = fields.Char(required=True, index='trigram')
    active = fields.Boolean(default=True)
    user_id = fields.Many2one('res.users', "Responsible Officer", default=lambda self: self.env.user, index='btree_not_null')
    occupation_id = fields.Many2one('outreach.occupation', index='btree_not_null', ondelete='restrict')
    municipality_ids = fields.Many2many('outreach.municipality', string="Area")
    language_level = fields.Selection(CEFR_LEVELS, "German at Least")
    head_count = fields.Integer(groups=HEAD_COUNT_GROUPS, aggregator=None)
    head_count_date = fields.Date("Counted On", compute='_compute_head_count_date', store=True)
    published_count = fields.Char("Candidates", compute='_compute_published_count')
    demand_ids = fields.Many2many('outreach.demand', 'outreach_pool_demand_rel', 'pool_id', 'demand_id', string="Demands")
    note = fields.Text(groups=HEAD_COUNT_GROUPS)
    company_id = fields.Many2one('res.company', "Organisation", required=True, default=lambda self: self.env.company)

    _head_count_check = models.Constraint('CHECK(head_count >= 0)', "A head count cannot be negative.")

    @api.depends('head_count')
    def _compute_head_count_date(self):
        self.head_count_date = fields.Date.context_today(self)

    @api.depends('head_count')
    def _compute_published_count(self):
        for pool in self:
            figure = published_count(pool.sudo().head_count)
            pool.published_count = self.env._("about %(figure)s", figure=figure) if figure else self.env._("too few to tell")
