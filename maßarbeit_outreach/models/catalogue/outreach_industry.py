from odoo import api, fields, models
from odoo.tools import SQL


class OutreachIndustry(models.Model):
    """Classification of economic activities (WZ). The version belongs to the key: section C means
    another thing in another version."""

    _name = 'outreach.industry'
    _inherit = ['outreach.catalogue.mixin']
    _description = "Industry (WZ)"

    version = fields.Selection([('2008', "WZ 2008"), ('2025', "WZ 2025")], required=True, default='2008')
    code = fields.Char(required=True)
    parent_id = fields.Many2one('outreach.industry', ondelete='restrict', index='btree_not_null', domain="[('version', '=', version)]")
    child_ids = fields.One2many('outreach.industry', 'parent_id')
    section_id = fields.Many2one(
        'outreach.industry',
        compute='_compute_section_id',
        store=True,
        recursive=True,
        index='btree_not_null',
        help="The letter at the top of the hierarchy",
    )
    division_id = fields.Many2one(
        'outreach.industry',
        compute='_compute_division_id',
        store=True,
        recursive=True,
        index='btree_not_null',
        help="The two digits below the section",
    )
    to_2025_ids = fields.One2many('outreach.industry.crosswalk', 'wz2008_id', "Continued in WZ 2025 As")
    to_2008_ids = fields.One2many('outreach.industry.crosswalk', 'wz2025_id', "In WZ 2008")

    _code_uniq = models.UniqueIndex('(version, code)', "There is an industry with this code in this version already.")

    @api.depends('code', 'parent_id.division_id')
    def _compute_division_id(self):
        for industry in self:
            industry.division_id = industry if len(industry.code or '') == 2 else industry.parent_id.division_id

    def _get_counterparts(self):
        """What these industries are called in the other version, as `{industry: industries}`.

        The crosswalk of the Federal Statistical Office joins the lowest level. A division, say, has those divisions as
        counterparts into which its subclasses go: its own level, since a code must not claim to know more than before.
        """
        self.env['outreach.industry'].flush_model(['code', 'parent_path'])
        self.env['outreach.industry.crosswalk'].flush_model()
        found = dict(
            self.env.execute_query(
                SQL(
                    """
            SELECT source.id, array_agg(DISTINCT target.id)
              FROM (SELECT wz2008_id AS origin, wz2025_id AS goal FROM outreach_industry_crosswalk
                     UNION ALL
                    SELECT wz2025_id, wz2008_id FROM outreach_industry_crosswalk) crosswalk
              JOIN outreach_industry origin ON origin.id = crosswalk.origin
              JOIN outreach_industry goal ON goal.id = crosswalk.goal
             CROSS JOIN LATERAL unnest(string_to_array(rtrim(origin.parent_path, '/'), '/')::int[]) WITH ORDINALITY AS above (id, level)
              JOIN outreach_industry source ON source.id = above.id
              JOIN outreach_industry target ON target.id = (string_to_array(rtrim(goal.parent_path, '/'), '/')::int[])[above.level]
                                           AND length(target.code) = length(source.code)
             WHERE source.id = ANY (%s)
             GROUP BY source.id
            """,
                    self._origin.ids,
                )
            )
        )
        return {industry: self.browse(found.get(industry._origin.id, ())) for industry in self}


class OutreachIndustryCrosswalk(models.Model):
    """Which industry of WZ 2025 continues which one of WZ 2008 (Statistisches Bundesamt); many to many."""

    _name = 'outreach.industry.crosswalk'
    _description = "Crosswalk of Industries"
    _order = 'wz2008_id, wz2025_id'
    _rec_name = 'wz2025_id'
    _log_access = False

    wz2008_id = fields.Many2one(
        'outreach.industry', "WZ 2008", required=True, index=True, ondelete='cascade', domain="[('version', '=', '2008')]"
    )
    wz2025_id = fields.Many2one(
        'outreach.industry', "WZ 2025", required=True, index=True, ondelete='cascade', domain="[('version', '=', '2025')]"
    )
    is_partial = fields.Boolean("In Part", help="Only a part of the one goes into the other.")

    _pair_uniq = models.UniqueIndex('(wz2008_id, wz2025_id)', "This pair is listed already.")
