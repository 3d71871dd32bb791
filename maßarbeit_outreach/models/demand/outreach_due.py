from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, Query

from ...tools.visit import due as due_rule
from ..base.groups import JOB_CENTRE
from ..base.selections import SIZE_CLASSES
from ..base.visible_fields import VisibleMany2many


class OutreachDue(models.Model):
    """The companies that are due for a contact, with the reasons. See `tools/visit/due.py` for the rule.

    A line is its company: both have the same id. What counts:

     * What a contact is says `outreach.visit`.
     * A demand waits while no contact was on the day it was recorded or later, except the visit that brought it.
     * Ends of probation are shown to the job centre only, as the placements themselves are.

    Which companies are looked at is taken from the domain: its conditions on `COMPANY_FIELDS` that all rows have to meet. So a
    list of few companies reads the rows of these only, and one of the whole county each table once.
    """

    _name = 'outreach.due'
    _inherit = ['outreach.live.query.mixin']
    _description = "Company Due for a Contact"
    _auto = False
    _order = 'rank desc, id'
    _rec_name = 'partner_id'
    _depends = {
        'res.partner': [
            'active',
            'is_company',
            'company_id',
            'outreach_company',
            'outreach_vetting',
            'outreach_municipality_id',
            'outreach_industry_id',
            'outreach_size_class',
            'outreach_blocked_until',
            'outreach_no_employer',
            'outreach_municipality_status',
        ],
        'outreach.visit': ['partner_id', 'kind_id', 'start', 'stage', 'result', 'is_joint', 'company_id'],
        'outreach.visit.kind': ['is_visit', 'is_mass'],
        'outreach.demand': [
            'partner_id',
            'stage',
            'active',
            'date',
            'visit_id',
            'positions_open',
            'company_id',
            'municipality_id',
            'industry_id',
        ],
        'outreach.industry': ['division_id'],
        'outreach.early.warning': ['partner_id', 'kind', 'date_settled', 'company_id', 'circle', 'agency_id', 'user_id'],
        'outreach.due.dismissal': ['partner_id', 'date_until', 'date_undone', 'company_id'],
        'outreach.responsibility': ['partner_id', 'agency_id', 'user_id'],
        'outreach.cadence': ['size_class', 'months'],
    }

    # what is known of a company before anything is counted
    COMPANY_FIELDS = {
        'id',
        'partner_id',
        'company_id',
        'municipality_id',
        'industry_id',
        'section_id',
        'size_class',
        'agency_ids',
        'officer_ids',
        'blocked_until',
    }

    partner_id = fields.Many2one('res.partner', "Company", readonly=True)
    company_id = fields.Many2one('res.company', "Organisation", readonly=True)
    municipality_id = fields.Many2one('outreach.municipality', readonly=True)
    industry_id = fields.Many2one('outreach.industry', "Industry (WZ)", readonly=True)
    section_id = fields.Many2one(related='industry_id.section_id', string="Industry Section")
    size_class = fields.Selection(SIZE_CLASSES, readonly=True)
    agency_ids = VisibleMany2many('outreach.agency', 'outreach_responsibility', 'partner_id', 'agency_id', string="Agencies", readonly=True)
    # no relation, as every organisation reads all users: those of agencies that the reader may see, each once
    officer_ids = fields.Many2many('res.users', string="Responsible", compute='_compute_officer_ids', search='_search_officer_ids')

    last_visit = fields.Date(readonly=True, help="Last time that somebody was there")
    last_joint_visit = fields.Date(readonly=True)
    last_contact = fields.Date(readonly=True, help="Visit, call or talk, by whichever agency")
    next_contact = fields.Date("Planned Contact", readonly=True)
    blocked_until = fields.Date("No Contact Until", readonly=True, help="The company asked to be left alone until that day.")
    cadence_months = fields.Integer("Joint Visit Every … Months", readonly=True, aggregator=None)
    days_overdue = fields.Integer(readonly=True, aggregator='max', help="Days since the next joint visit was due")
    open_demands = fields.Integer(readonly=True)
    open_positions = fields.Integer(readonly=True)
    waiting_demands = fields.Integer("Demands Without Contact", readonly=True)
    demand_days_waiting = fields.Integer("Days Without Contact", readonly=True, aggregator='max')
    probation_count = fields.Integer(
        "Probation Ends", readonly=True, groups=JOB_CENTRE, help="Placements whose probation ends in the next six weeks"
    )
    warning_kinds = fields.Char("Early Warnings", readonly=True, export_string_translation=False)
    main_reason = fields.Selection(
        [
            ('warning', "Early warning"),
            ('demand', "Demand without contact"),
            ('probation', "End of probation"),
            ('never', "Never visited"),
            ('overdue', "Joint visit overdue"),
        ],
        readonly=True,
    )
    rank = fields.Integer(readonly=True, aggregator='max', help="The higher, the more urgent")
    demands_nearby = fields.Integer("Open Demands Nearby", readonly=True, aggregator=None, help="Of all companies of its municipality")
    demands_of_industry = fields.Integer(
        "Open Demands of Its Industry", readonly=True, aggregator=None, help="Of all companies of the same division of WZ"
    )
    left_out = fields.Selection(
        [('dismissed', "Put aside"), ('no_employer', "Presumably no employer"), ('outside', "Outside the county")],
        readonly=True,
        help="Why the company is not in the list at first",
    )
    no_employer = fields.Boolean("Presumably No Employer", readonly=True, export_string_translation=False)
    is_outside = fields.Boolean("Outside the County", readonly=True, export_string_translation=False)
    dismissal_id = fields.Many2one('outreach.due.dismissal', readonly=True)
    is_renewed = fields.Boolean("New Since", readonly=True, export_string_translation=False)
    reason = fields.Char("Why", compute='_compute_reason')

    def _build_rows_for(self, domain):
        narrow = Domain.AND(
            part for part in self._get_conditions(domain) if all(leaf.field_expr in self.COMPANY_FIELDS for leaf in part.iter_conditions())
        ).optimize_full(self)
        if narrow.is_false():
            return None
        companies = Query(self.env, self._table, SQL("(%s)", self._query_companies()))
        if not narrow.is_true():
            companies.add_where(narrow._to_sql(self, self._table, companies))
        # OFFSET 0 keeps the planner from guessing by conditions of the domain that few rows are left
        return SQL(
            """
            WITH company AS MATERIALIZED (%(companies)s),
                 contact AS MATERIALIZED (%(contacts)s),
                 demand AS MATERIALIZED (%(demands)s)
            SELECT p.id, p.partner_id, p.company_id, p.municipality_id, p.industry_id, p.size_class, p.blocked_until,
                   visit.last_visit, visit.last_joint_visit, visit.last_contact, visit.next_contact,
                   cadence.months AS cadence_months, cadence.days_overdue,
                   coalesce(wanted.open_demands, 0) AS open_demands, coalesce(wanted.open_positions, 0) AS open_positions,
                   coalesce(wanted.waiting_demands, 0) AS waiting_demands,
                   coalesce(wanted.demand_days_waiting, 0) AS demand_days_waiting,
                   coalesce(placement.probation_count, 0) AS probation_count, warning.warning_kinds,
                   CASE WHEN points.warning > 0 THEN 'warning'
                        WHEN points.demand > 0 THEN 'demand'
                        WHEN points.probation > 0 THEN 'probation'
                        WHEN points.never > 0 THEN 'never'
                        ELSE 'overdue' END AS main_reason,
                   points.warning + points.demand + points.probation + points.never + points.overdue
                   + CASE WHEN visit.next_contact IS NULL THEN 0 ELSE %(planned_points)s END AS rank,
                   coalesce(nearby.demands, 0) AS demands_nearby, coalesce(branch.demands, 0) AS demands_of_industry,
                   CASE WHEN dismissal.id IS NOT NULL AND NOT news.is_renewed THEN 'dismissed'
                        WHEN points.warning + points.demand + points.probation > 0 OR points.never = 0 THEN NULL
                        WHEN p.no_employer THEN 'no_employer'
                        WHEN p.is_outside THEN 'outside' END AS left_out,
                   p.no_employer, p.is_outside, dismissal.id AS dismissal_id, news.is_renewed
              FROM company p
              LEFT JOIN contact visit ON visit.partner_id = p.id
              LEFT JOIN (%(nearby)s) nearby ON nearby.municipality_id = p.municipality_id
              LEFT JOIN (%(branch)s) branch ON branch.division_id = p.division_id
              LEFT JOIN outreach_cadence own_cadence ON own_cadence.size_class = p.size_class
              LEFT JOIN (%(demand)s) wanted ON wanted.partner_id = p.id
              LEFT JOIN (%(placement)s) placement ON placement.partner_id = p.id
              LEFT JOIN (%(warning)s) warning ON warning.partner_id = p.id
              LEFT JOIN (%(dismissal)s) dismissal ON dismissal.partner_id = p.id
             CROSS JOIN LATERAL (%(cadence)s) cadence
             CROSS JOIN LATERAL (%(points)s) points
             CROSS JOIN LATERAL (%(news)s) news
             WHERE points.warning + points.demand + points.probation + points.never + points.overdue > 0
            OFFSET 0
            """,
            companies=companies.select(SQL("%s.*", SQL.identifier(self._table))),
            contacts=self.env['outreach.visit']._query_all_contacts(SQL.identifier('company')),
            planned_points=due_rule.PLANNED_POINTS,
            demands=self._query_open_demands(),
            nearby=self._query_demands_nearby(),
            branch=self._query_demands_of_industry(),
            demand=self._query_demand(),
            placement=self._query_placement(),
            warning=self._query_warning(),
            dismissal=self._query_dismissal(),
            cadence=self._query_cadence(),
            points=self._query_points(),
            news=self._query_news(),
            to_flush=self._get_fields_to_flush(),
        )

    def _query_companies(self):
        """The companies that may be due, with what is known of each."""
        return SQL(
            """
            SELECT p.id, p.id AS partner_id, p.company_id, p.outreach_municipality_id AS municipality_id,
                   p.outreach_industry_id AS industry_id, industry.division_id, p.outreach_size_class AS size_class,
                   p.outreach_blocked_until AS blocked_until, coalesce(p.outreach_no_employer, FALSE) AS no_employer,
                   coalesce(p.outreach_municipality_status = 'outside', FALSE) AS is_outside
              FROM res_partner p
              LEFT JOIN outreach_industry industry ON industry.id = p.outreach_industry_id
             WHERE p.active AND p.is_company AND p.outreach_company AND p.outreach_vetting IS DISTINCT FROM 'blocked'
            """
        )

    def _query_open_demands(self):
        """All of the county, read once: they are also what ranks companies that have none."""
        return SQL(
            """
            SELECT d.partner_id, d.municipality_id, i.division_id, d.positions_open, d.date, d.visit_id, d.create_date
              FROM outreach_demand d
              LEFT JOIN outreach_industry i ON i.id = d.industry_id
             WHERE d.active AND d.stage IN %(open_stages)s AND d.company_id = ANY (%(companies)s)
            """,
            **self._get_query_values(),
        )

    # Each of these has at most one row for each of the companies.

    def _query_demand(self):
        """The last contact settles most demands; which other one there was matters only if it is the visit that brought the demand."""
        return SQL(
            """
            SELECT d.partner_id, count(*) AS open_demands, sum(d.positions_open) AS open_positions,
                   count(*) FILTER (WHERE d.waits) AS waiting_demands,
                   max(%(today)s - d.date) FILTER (WHERE d.waits) AS demand_days_waiting,
                   max(d.create_date) FILTER (WHERE d.waits) AS noted_at
              FROM (SELECT d.partner_id, d.positions_open, d.date, d.create_date,
                           d.date <= %(today)s - %(waiting_days)s AND CASE
                               WHEN contact.last_contact IS NULL OR contact.last_contact < d.date THEN TRUE
                               WHEN d.visit_id IS NULL THEN FALSE
                               ELSE NOT EXISTS (
                                   SELECT FROM outreach_visit v
                                    WHERE v.partner_id = d.partner_id AND %(ours)s AND %(to_one)s AND %(met)s
                                      AND v.id <> d.visit_id
                                      AND v.start >= d.date::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC') END AS waits
                      FROM company
                      JOIN demand d ON d.partner_id = company.id
                      LEFT JOIN contact ON contact.partner_id = company.id
                    OFFSET 0) d
             GROUP BY d.partner_id
            """,
            **self._get_query_values(),
        )

    def _query_demands_nearby(self):
        return SQL("SELECT municipality_id, count(*) AS demands FROM demand GROUP BY municipality_id")

    def _query_demands_of_industry(self):
        """By division (two digits): the industry of a company is often known no closer."""
        return SQL("SELECT division_id, count(*) AS demands FROM demand GROUP BY division_id")

    def _query_placement(self):
        """Ends of probation; nothing is known of them here, see the room of placements."""
        return SQL("SELECT NULL::int AS partner_id, 0 AS probation_count, NULL::date AS near_since WHERE FALSE")

    def _query_warning(self):
        """Two warnings of one kind count once; of those that a circle keeps, whoever is outside learns nothing."""
        known = self.env['outreach.early.warning']._search(Domain('date_settled', '=', False))
        return SQL(
            """
            SELECT w.partner_id, string_agg(w.kind, ',' ORDER BY k.points DESC) AS warning_kinds, sum(k.points) AS points,
                   max(w.noted_at) AS noted_at
              FROM (SELECT w.partner_id, w.kind, max(w.create_date) AS noted_at
                      FROM outreach_early_warning w
                     WHERE w.partner_id IN (SELECT id FROM company) AND w.id IN %(known)s
                       AND w.date_settled IS NULL AND w.company_id = ANY (%(companies)s)
                     GROUP BY w.partner_id, w.kind) w
              JOIN (VALUES %(warning_points)s) AS k (kind, points) ON k.kind = w.kind
             GROUP BY w.partner_id
            """,
            **self._get_query_values(),
            known=known.subselect(),
        )

    def _query_dismissal(self):
        """That in force; of several organisations at hand, the one that lasts longest."""
        return SQL(
            """
            SELECT DISTINCT ON (partner_id) partner_id, id, create_date
              FROM outreach_due_dismissal
             WHERE date_undone IS NULL AND date_until > %(today)s AND company_id = ANY (%(companies)s)
             ORDER BY partner_id, date_until DESC, id
            """,
            **self._get_query_values(),
        )

    # Each of these is one row for the company `p`.

    def _query_cadence(self):
        """Companies of a size class without cadence take that of the unknown ones."""
        return SQL(
            """
            SELECT c.months, greatest(coalesce(%(today)s - (coalesce(visit.last_joint_visit, visit.last_visit)
                                                            + make_interval(months => c.months))::date, 0), 0) AS days_overdue
              FROM (SELECT coalesce(own_cadence.months,
                                    (SELECT months FROM outreach_cadence WHERE size_class IS NULL)) AS months) c
            """,
            **self._get_query_values(),
        )

    def _query_points(self):
        return SQL(
            """
            SELECT coalesce(warning.points, 0) AS warning,
                   CASE WHEN wanted.waiting_demands > 0
                        THEN %(demand_points)s + least(wanted.demand_days_waiting, %(demand_most)s) ELSE 0 END AS demand,
                   CASE WHEN placement.probation_count > 0 THEN %(probation_points)s ELSE 0 END AS probation,
                   CASE WHEN visit.last_visit IS NULL
                        THEN %(never_points)s + %(size_points)s + %(nearby)s + %(branch)s ELSE 0 END AS never,
                   CASE WHEN cadence.days_overdue > 0
                        THEN %(overdue_points)s + least(cadence.days_overdue / %(overdue_days)s, %(overdue_most)s)
                        ELSE 0 END AS overdue
            """,
            demand_points=due_rule.DEMAND_POINTS,
            demand_most=due_rule.DEMAND_MOST,
            probation_points=due_rule.PROBATION_POINTS,
            never_points=due_rule.NEVER_POINTS,
            size_points=SQL(
                "CASE p.size_class %s ELSE 0 END",
                SQL(' ').join(SQL("WHEN %s THEN %s", size, points) for size, points in due_rule.SIZE_POINTS.items()),
            ),
            nearby=self._build_doublings(SQL("nearby.demands")),
            branch=self._build_doublings(SQL("branch.demands")),
            overdue_points=due_rule.OVERDUE_POINTS,
            overdue_days=due_rule.OVERDUE_DAYS,
            overdue_most=due_rule.OVERDUE_MOST,
        )

    def _build_doublings(self, count):
        """`due_rule.doublings` in whole numbers: how many powers of two the number reaches."""
        return SQL("width_bucket(coalesce(%s, 0)::int, %s)", count, [2**number - 1 for number in range(1, due_rule.DOUBLINGS_MOST + 1)])

    def _query_news(self):
        """Whether something came up since the company was put aside."""
        return SQL(
            """
            SELECT coalesce(warning.noted_at > dismissal.create_date, FALSE)
                   OR coalesce(wanted.noted_at > dismissal.create_date, FALSE)
                   OR coalesce(placement.near_since > dismissal.create_date::date, FALSE) AS is_renewed
            """
        )

    def _get_query_values(self):
        """Values and conditions that the parts share."""
        return self.env['outreach.visit']._get_contact_sql() | {
            'tz': self.env.tz.zone,
            'companies': self.env.companies.ids,
            'open_stages': self.env['outreach.demand'].OPEN_STAGES,
            'waiting_days': due_rule.WAITING_DAYS,
            'probation_days': due_rule.PROBATION_DAYS,
            'warning_points': SQL(', ').join(SQL("%s", pair) for pair in due_rule.WARNING_POINTS.items()),
        }

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends('partner_id')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_officer_ids(self):
        for due in self:
            due.officer_ids = due.partner_id.outreach_responsibility_ids.user_id

    @api.model
    def _search_officer_ids(self, operator, value):
        if operator not in ('in', 'any'):
            return NotImplemented
        if operator == 'any':
            return Domain('id', 'in', self._get_officers([('user_id', 'any', value)], 'partner_id'))
        found = Domain('id', 'in', self._get_officers([('user_id', 'in', [number for number in value if number])], 'partner_id'))
        if False in value:
            found |= Domain('id', 'not in', self._get_officers([], 'partner_id'))
        return found

    # OVERRIDE to group by officers, which are no column.
    def _read_group_groupby(self, alias, groupby_spec, query):
        if groupby_spec != 'officer_ids':
            return super()._read_group_groupby(alias, groupby_spec, query)
        self._check_field_access(self._fields['officer_ids'], 'read')
        officers = query.left_join(alias, 'id', self._get_officers([], 'partner_id', 'user_id'), 'partner_id', 'officer_ids')
        return SQL.identifier(officers, 'user_id')

    def _get_officers(self, domain, *columns):
        """The companies and officers of the agencies that the reader may see, as a subquery of these columns."""
        lines = self.env['outreach.responsibility']
        query = lines._search(Domain(domain) & Domain('user_id', '!=', False))
        return query.subselect(SQL("DISTINCT %s", SQL(', ').join(lines._field_to_sql(lines._table, name, query) for name in columns)))

    def _get_facts(self):
        self.ensure_one()
        return due_rule.Facts(
            warnings=frozenset(filter(None, (self.warning_kinds or '').split(','))),
            waiting_demands=self.waiting_demands,
            days_waiting=self.demand_days_waiting,
            probation_count=self.probation_count if self._has_field_access(self._fields['probation_count'], 'read') else 0,
            last_visit=self.last_visit or None,
            last_joint_visit=self.last_joint_visit or None,
            cadence_months=self.cadence_months,
            planned=bool(self.next_contact),
            size_class=self.size_class or '',
            demands_nearby=self.demands_nearby,
            demands_of_industry=self.demands_of_industry,
            no_employer=self.no_employer,
            outside=self.is_outside,
            dismissed=bool(self.dismissal_id),
            renewed=self.is_renewed,
        )

    # all of `_get_facts`, so that they are read along with the row
    @api.depends(
        'warning_kinds',
        'waiting_demands',
        'demand_days_waiting',
        'probation_count',
        'last_visit',
        'last_joint_visit',
        'cadence_months',
        'next_contact',
        'size_class',
        'demands_nearby',
        'demands_of_industry',
        'no_employer',
        'is_outside',
        'dismissal_id',
        'is_renewed',
        'left_out',
        'municipality_id',
        'partner_id',
    )
    @api.depends_context('lang', 'tz', 'uid')
    def _compute_reason(self):
        today = fields.Date.context_today(self)
        for due in self:
            facts = due._get_facts()
            texts = [due._get_reason_text(reason, facts) for reason in due_rule.reasons(facts, today)]
            if due.left_out:
                texts.insert(0, due._get_left_out_text())
            due.reason = ' · '.join(texts)

    def _get_left_out_text(self):
        if self.left_out == 'dismissed':
            return self.dismissal_id._get_text()
        if self.left_out == 'outside':
            return self.env._("Outside the county")
        return self.partner_id._get_outreach_no_employer_text()

    def _get_reason_text(self, reason, facts):
        if reason == 'warning':
            labels = dict(self.env['outreach.early.warning']._fields['kind']._description_selection(self.env))
            return self.env._("Early warning: %(kinds)s", kinds=', '.join(labels[kind] for kind in self.warning_kinds.split(',')))
        if reason == 'demand':
            if facts.waiting_demands == 1:
                return self.env._("Demand without contact for %(days)s days", days=facts.days_waiting)
            return self.env._(
                "%(count)s demands without contact, the oldest for %(days)s days", count=facts.waiting_demands, days=facts.days_waiting
            )
        if reason == 'probation':
            if facts.probation_count == 1:
                return self.env._("A probation ends within six weeks")
            return self.env._("%(count)s probations end within six weeks", count=facts.probation_count)
        if reason == 'never':
            return self._get_never_text()
        if not self.last_joint_visit:
            return self.env._("Never visited jointly, last visit more than %(months)s months ago", months=facts.cadence_months)
        return self.env._("Last joint visit more than %(months)s months ago", months=facts.cadence_months)

    def _get_never_text(self):
        """What ranks a company that was never visited before others of these."""
        why = []
        if self.size_class:
            why.append(dict(self._fields['size_class']._description_selection(self.env))[self.size_class])
        if self.demands_nearby:
            why.append(
                self.env._("1 open demand in %(place)s", place=self.municipality_id.name)
                if self.demands_nearby == 1
                else self.env._("%(count)s open demands in %(place)s", count=self.demands_nearby, place=self.municipality_id.name)
            )
        if self.demands_of_industry:
            why.append(
                self.env._("1 open demand of its industry")
                if self.demands_of_industry == 1
                else self.env._("%(count)s open demands of its industry", count=self.demands_of_industry)
            )
        return self.env._("Never visited (%(why)s)", why=', '.join(why)) if why else self.env._("Never visited")

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _get_to_do_domain(self):
        """Nothing is planned, the company does not want to be left alone, and it is not left out: what the list shows at first."""
        return (
            Domain('next_contact', '=', False)
            & (Domain('blocked_until', '=', False) | Domain('blocked_until', '<=', 'today'))
            & Domain('left_out', '=', False)
        )

    def action_open_company(self):
        self.ensure_one()
        return self.partner_id.action_open_outreach_company()

    def action_plan(self):
        """Open an empty visit for this company."""
        return self.partner_id.action_plan_outreach_visit()

    def action_plan_together(self):
        """Ask when, then plan a contact with each of these companies."""
        return {
            'name': self.env._("Plan Contacts"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.visit.plan',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_partner_ids': self.partner_id.ids},
        }

    def action_dismiss(self):
        """Ask why, then put these companies aside for a year."""
        return self.partner_id.action_dismiss_outreach()

    def action_undo_dismissal(self):
        """Bring these companies back into the list."""
        return self.partner_id.action_undo_outreach_dismissal()

    def action_confirm_employer(self):
        """The presumption is wrong: people work there."""
        return self.partner_id.action_confirm_outreach_employer()
