from odoo import api, fields, models
from odoo.tools import SQL

from ..base.groups import JOB_CENTRE
from ..people.outreach_candidate import AVAILABLE

# German in steps that courses and employers know.
GERMAN_BANDS = [('1_below_a2', "Below A2 or Unknown"), ('2_a2_b1', "A2 to B1"), ('3_from_b2', "B2 and above")]


class OutreachSupply(models.Model):
    """Open positions against available candidates, by occupational group and place. Exact and live, so only for those who
    may see candidates: the migration centre counts those whom it advises.

    One line is an open demand or a candidate. Somebody with several occupations counts once, under the one with most
    years of experience, so that groups can be added up. Demands that ask for no German are below A2.
    """

    _name = 'outreach.supply'
    _description = "Supply and Demand"
    _auto = False
    _order = 'occupation_id, municipality_id, id'
    _depends = {
        'outreach.candidate': ['active', 'status', 'municipality_id', 'german_level', 'adviser_id', 'company_id'],
        'outreach.candidate.occupation': ['candidate_id', 'occupation_id', 'years'],
        'outreach.demand': ['active', 'stage', 'positions_open', 'occupation_id', 'municipality_id', 'language_level', 'company_id'],
        'outreach.occupation': ['kldb_group_id', 'kldb_main_group_id'],
        'outreach.municipality': ['association'],
    }

    occupation_id = fields.Many2one('outreach.occupation', "Occupational Group", readonly=True)
    main_group_id = fields.Many2one('outreach.occupation', "Occupational Main Group", readonly=True)
    municipality_id = fields.Many2one('outreach.municipality', readonly=True)
    association = fields.Char(readonly=True)
    german_band = fields.Selection(GERMAN_BANDS, "German", readonly=True)
    company_id = fields.Many2one('res.company', "Organisation", readonly=True)
    demand_id = fields.Many2one('outreach.demand', readonly=True)
    candidate_id = fields.Many2one('outreach.candidate', readonly=True)
    positions = fields.Integer("Open Positions", readonly=True)
    candidates = fields.Integer("Available Candidates", readonly=True)
    ratio = fields.Float("Candidates per Open Position", readonly=True, aggregator='avg', digits=(16, 1))

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT 2 * demand_id AS id, NULL::int AS candidate_id, 0 AS candidates, NULL::float AS ratio, demand.*
              FROM (%(demands)s) demand
             UNION ALL
            SELECT 2 * candidate_id + 1, candidate_id, 1, NULL, NULL, occupation_id, main_group_id, municipality_id, association,
                   german_band, company_id, 0
              FROM (%(candidates)s) person
            """,
            demands=self._select_demands(),
            candidates=self._select_candidates(advised_only=not self.env.user.has_group(JOB_CENTRE)),
        )

    @api.model
    def _select_demands(self, company=None):
        return SQL(
            """
            SELECT d.id AS demand_id, o.kldb_group_id AS occupation_id, o.kldb_main_group_id AS main_group_id,
                   d.municipality_id, m.association, %(band)s AS german_band, d.company_id, d.positions_open AS positions
              FROM outreach_demand d
              LEFT JOIN outreach_occupation o ON o.id = d.occupation_id
              LEFT JOIN outreach_municipality m ON m.id = d.municipality_id
             WHERE d.active AND d.positions_open > 0 AND %(company)s
            """,
            band=self._get_band_sql(SQL("d.language_level")),
            company=SQL("d.company_id = %s", company.id) if company else SQL("TRUE"),
        )

    @api.model
    def _select_candidates(self, company=None, *, advised_only=False):
        return SQL(
            """
            SELECT c.id AS candidate_id, o.kldb_group_id AS occupation_id, o.kldb_main_group_id AS main_group_id,
                   c.municipality_id, m.association, %(band)s AS german_band, c.company_id, main.occupation_id AS own_occupation_id
              FROM outreach_candidate c
              LEFT JOIN (SELECT DISTINCT ON (candidate_id) candidate_id, occupation_id FROM outreach_candidate_occupation
                          ORDER BY candidate_id, years DESC NULLS LAST, id) main ON main.candidate_id = c.id
              LEFT JOIN outreach_occupation o ON o.id = main.occupation_id
              LEFT JOIN outreach_municipality m ON m.id = c.municipality_id
             WHERE c.active AND c.status IN %(available)s AND %(company)s AND %(advised)s
            """,
            band=self._get_band_sql(SQL("c.german_level")),
            available=AVAILABLE,
            company=SQL("c.company_id = %s", company.id) if company else SQL("TRUE"),
            advised=SQL("c.adviser_id IS NOT NULL") if advised_only else SQL("TRUE"),
        )

    def _get_band_sql(self, level):
        return SQL("CASE WHEN %(level)s >= '4' THEN '3_from_b2' WHEN %(level)s >= '2' THEN '2_a2_b1' ELSE '1_below_a2' END", level=level)

    def _read_group_select(self, aggregate_spec, query):
        """The ratio of a group is that of its sums."""
        if aggregate_spec == 'ratio:avg':
            return SQL(
                "%s::float / NULLIF(%s, 0)",
                self._read_group_select('candidates:sum', query),
                self._read_group_select('positions:sum', query),
            )
        return super()._read_group_select(aggregate_spec, query)

    def action_open(self):
        """The demand or the candidate behind the line."""
        self.ensure_one()
        record = self.demand_id or self.candidate_id
        return {'type': 'ir.actions.act_window', 'res_model': record._name, 'res_id': record.id, 'views': [(False, 'form')]}
