"""Which companies of an area need people of one occupational group: the way to a joint measure."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class OutreachDemandBundle(models.Model):
    """Open demands of one occupational group (KldB, three digits) in one place, on three levels of place.

    A company counts once per row, however many demands it has there. That is why each level has rows of its own:
    companies of two places may be the same, so rows must not be added up. Positions may, within one level.

    The id of a row says what it is: organisation, level, place, group.
    """

    _name = 'outreach.demand.bundle'
    _inherit = ['outreach.live.query.mixin']
    _description = "Bundled Demands"
    _auto = False
    _order = 'company_count desc, positions_open desc, id'
    _rec_name = 'occupation_group_id'
    _depends = {
        'outreach.demand': [
            'active',
            'stage',
            'partner_id',
            'occupation_id',
            'municipality_id',
            'positions_open',
            'joins_course',
            'course_partner_id',
            'course_positions',
            'start_date',
            'company_id',
            'measure_ids',
        ],
        'outreach.occupation': ['kldb_group_id', 'kldb_main_group_id', 'kldb_area_id'],
        'outreach.municipality': ['name', 'association', 'ags'],
        'outreach.measure': ['stage', 'active', 'demand_ids'],
    }

    level = fields.Selection([('municipality', "Municipality"), ('area', "Association or town"), ('county', "Whole county")], readonly=True)
    company_id = fields.Many2one('res.company', "Organisation", readonly=True)
    occupation_group_id = fields.Many2one('outreach.occupation', "Occupational Group", readonly=True)
    occupation_main_group_id = fields.Many2one('outreach.occupation', "Occupational Main Group", readonly=True)
    occupation_area_id = fields.Many2one('outreach.occupation', "Occupational Area", readonly=True)
    municipality_id = fields.Many2one('outreach.municipality', readonly=True)
    area = fields.Char("Association or Town", readonly=True)
    area_id = fields.Many2one('outreach.municipality', "First Municipality of the Area", readonly=True)
    place = fields.Char(compute='_compute_place')
    company_count = fields.Integer("Companies", readonly=True, aggregator=None)
    demand_count = fields.Integer("Demands", readonly=True, aggregator=None)
    positions_open = fields.Integer("Open Positions", readonly=True, aggregator=None)
    course_company_count = fields.Integer("Companies Interested in a Course", readonly=True, aggregator=None)
    course_positions = fields.Integer("Positions of These", readonly=True, aggregator=None)
    start_date = fields.Date("Needed From", readonly=True, aggregator=None)
    has_measure = fields.Boolean("Has a Joint Measure", readonly=True)
    demand_ids = fields.Many2many('outreach.demand', string="Which Demands", compute='_compute_demand_ids')
    measure_ids = fields.Many2many('outreach.measure', string="Joint Measures", compute='_compute_measure_ids')

    def _build_rows_for(self, domain):
        """The same whatever is asked for, so that rows and their number are one query."""
        return SQL(
            """
            SELECT ((line.company_id::bigint * 4 + line.level_number) << 40) + (coalesce(line.place_id, 0)::bigint << 20)
                       + coalesce(line.occupation_group_id, 0) AS id,
                   (ARRAY['municipality', 'area', 'county'])[line.level_number] AS level,
                   kldb.kldb_main_group_id AS occupation_main_group_id, kldb.kldb_area_id AS occupation_area_id, line.*
              FROM (SELECT d.company_id, o.kldb_group_id AS occupation_group_id, m.id AS municipality_id, m.area, m.area_id,
                           CASE GROUPING(m.id, m.area) WHEN 0 THEN 1 WHEN 2 THEN 2 ELSE 3 END AS level_number,
                           CASE GROUPING(m.id, m.area) WHEN 0 THEN m.id WHEN 2 THEN m.area_id END AS place_id,
                           count(DISTINCT d.partner_id) AS company_count,
                           count(*) AS demand_count,
                           sum(d.positions_open) AS positions_open,
                           count(DISTINCT d.course_partner_id) AS course_company_count,
                           coalesce(sum(d.course_positions), 0) AS course_positions,
                           min(d.start_date) AS start_date,
                           bool_or(EXISTS (
                               SELECT FROM outreach_measure_demand_rel rel
                                 JOIN outreach_measure measure ON measure.id = rel.measure_id
                                WHERE rel.demand_id = d.id AND measure.active AND measure.stage IN %(measure_stages)s)) AS has_measure
                      FROM outreach_demand d
                      LEFT JOIN outreach_occupation o ON o.id = d.occupation_id
                      LEFT JOIN (%(places)s) m ON m.id = d.municipality_id
                     WHERE d.active AND d.stage IN %(stages)s
                     GROUP BY d.company_id, o.kldb_group_id,
                           GROUPING SETS ((m.id, m.area_id, m.area), (m.area_id, m.area), ())) AS line
              LEFT JOIN outreach_occupation kldb ON kldb.id = line.occupation_group_id
            """,
            places=self._query_places(),
            stages=self.env['outreach.demand'].OPEN_STAGES,
            measure_stages=self.env['outreach.measure'].OPEN_STAGES,
            to_flush=self._get_fields_to_flush(),
        )

    def _query_places(self):
        """Municipalities with what they belong to; an association is known by the first of its members.

        Its name is no key: a town of that name need not be a member, and another county may have one of that name."""
        return SQL(
            """
            SELECT id, coalesce(association, name) AS area,
                   CASE WHEN association IS NULL THEN id ELSE min(id) OVER (PARTITION BY association, left(ags, 5)) END AS area_id
              FROM outreach_municipality
            """
        )

    @api.depends('level', 'municipality_id', 'area')
    def _compute_place(self):
        for bundle in self:
            bundle.place = {'municipality': bundle.municipality_id.name, 'area': bundle.area, 'county': self.env._("Whole county")}[
                bundle.level
            ] or self.env._("Unknown place")

    @api.depends('level', 'municipality_id', 'area_id', 'occupation_group_id')
    def _compute_demand_ids(self):
        for bundle, demands in self._get_open_demands().items():
            bundle.demand_ids = demands

    @api.depends('level', 'municipality_id', 'area_id', 'occupation_group_id')
    def _compute_measure_ids(self):
        """By the demands that have an open measure, which are few: a page of rows is about nearly all open demands."""
        measures = Domain('measure_ids.stage', 'in', self.env['outreach.measure'].OPEN_STAGES)
        for bundle, demands in self._get_open_demands(measures).items():
            bundle.measure_ids = demands.measure_ids.filtered('is_open')

    def _get_open_demands(self, domain=Domain.TRUE):
        """`{bundle: its open demands}`, those of a domain only."""
        Demand = self.env['outreach.demand']
        self.env['outreach.municipality'].flush_model(['name', 'association', 'ags'])
        areas = dict(self.env.execute_query(SQL("SELECT id, area_id FROM (%s) m", self._query_places())))
        domain &= Demand._get_open_domain() & Domain('company_id', 'in', self.company_id.ids)
        if all(bundle.occupation_group_id for bundle in self):
            domain &= Domain('occupation_id.kldb_group_id', 'in', self.occupation_group_id.ids)
        by_row = {}
        for demand in Demand.search(domain):
            municipality = demand.municipality_id.id
            for place in (('municipality', municipality), ('area', areas.get(municipality, False)), ('county', None)):
                by_row.setdefault((demand.company_id, demand.occupation_group_id, *place), []).append(demand.id)

        def find(bundle):
            place = {'municipality': bundle.municipality_id.id, 'area': bundle.area_id.id, 'county': None}[bundle.level]
            return by_row.get((bundle.company_id, bundle.occupation_group_id, bundle.level, place), ())

        return {bundle: Demand.browse(find(bundle)) for bundle in self}

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_demands(self):
        """Open the demands that these rows count."""
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_demand_action')
        return action | {
            'display_name': ', '.join(f"{bundle.occupation_group_id.name or ''} ({bundle.place})" for bundle in self[:3]),
            'domain': [('id', 'in', self.demand_ids.ids)],
            'context': {},
        }

    def action_start_measure(self):
        """Open a new joint measure for the demands of these rows; nothing is saved yet."""
        return self.demand_ids.action_start_measure()
