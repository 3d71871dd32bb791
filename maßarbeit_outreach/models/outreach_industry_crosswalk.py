"""From WZ 2008 to WZ 2025 and back, and the sections as a dimension of companies."""
from odoo import api, fields, models
from odoo.tools import SQL

OUTREACH = 'maßarbeit_outreach.group_outreach_user'


class OutreachIndustry(models.Model):
    _inherit = 'outreach.industry'  # pylint: disable=consider-merging-classes-inherited

    division_id = fields.Many2one(
        'outreach.industry', compute='_compute_division_id', store=True, recursive=True, index='btree_not_null',
        help="The two digits below the section")
    to_2025_ids = fields.One2many('outreach.industry.crosswalk', 'wz2008_id', "Continued in WZ 2025 As")
    to_2008_ids = fields.One2many('outreach.industry.crosswalk', 'wz2025_id', "In WZ 2008")
    company_count = fields.Integer("Companies", compute='_compute_company_count', help="With those of all industries below it")

    @api.depends('code', 'parent_id.division_id')
    def _compute_division_id(self):
        for industry in self:
            industry.division_id = industry if len(industry.code or '') == 2 else industry.parent_id.division_id

    @api.depends_context('uid')
    def _compute_company_count(self):
        counts = self._sum_up(self.env['res.partner']._read_group(
            [('outreach_industry_id', '!=', False), ('is_company', '=', True)], ['outreach_industry_id'], ['__count']))
        for industry in self:
            industry.company_count = counts[industry._origin.id]

    def action_open_companies(self):
        """The companies that `company_count` counts."""
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.res_partner_action')
        return action | {'domain': [('outreach_industry_id', 'child_of', self.ids), ('is_company', '=', True)]}

    def _get_counterparts(self):
        """What these industries are called in the other version, as `{industry: industries}`.

        The crosswalk of the Federal Statistical Office joins the lowest level. A division, say, has those divisions as
        counterparts into which its subclasses go: its own level, since a code must not claim to know more than before.
        """
        self.env['outreach.industry'].flush_model(['code', 'parent_path'])
        self.env['outreach.industry.crosswalk'].flush_model()
        found = dict(self.env.execute_query(SQL(
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
            """, self._origin.ids)))
        return {industry: self.browse(found.get(industry._origin.id, ())) for industry in self}


class ResPartner(models.Model):
    _inherit = 'res.partner'  # pylint: disable=consider-merging-classes-inherited

    outreach_industry_id = fields.Many2one(tracking=True)
    outreach_section_id = fields.Many2one(related='outreach_industry_id.section_id', string="Industry Section")
    outreach_industry_2025_ids = fields.Many2many(
        'outreach.industry', string="In WZ 2025", compute='_compute_outreach_industry_2025_ids', groups=OUTREACH,
        help="What the industry of WZ 2008 is called in WZ 2025")

    @api.depends('outreach_industry_id')
    def _compute_outreach_industry_2025_ids(self):
        counterparts = self.outreach_industry_id.filtered(lambda industry: industry.version == '2008')._get_counterparts()
        for partner in self:
            partner.outreach_industry_2025_ids = counterparts.get(partner.outreach_industry_id, False)


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    outreach_section_id = fields.Many2one(related='outreach_industry_id.section_id', string="Industry Section")


class OutreachDue(models.Model):
    _inherit = 'outreach.due'  # pylint: disable=consider-merging-classes-inherited

    section_id = fields.Many2one(related='industry_id.section_id', string="Industry Section")
