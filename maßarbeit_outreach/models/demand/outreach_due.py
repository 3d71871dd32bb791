from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

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

    Each part of the query is a LATERAL join on the company: a list of few companies reads the rows of these only.
    """

    _name = 'outreach.due'
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
        ],
        'outreach.visit': ['partner_id', 'kind_id', 'start', 'stage', 'result', 'is_joint', 'company_id'],
        'outreach.visit.kind': ['is_visit', 'is_mass'],
        'outreach.demand': ['partner_id', 'stage', 'active', 'date', 'visit_id', 'positions_open', 'company_id'],
        'outreach.early.warning': ['partner_id', 'kind', 'date_settled', 'company_id'],
        'outreach.responsibility': ['partner_id', 'agency_id', 'user_id'],
        'outreach.cadence': ['size_class', 'months'],
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
    reason = fields.Char("Why", compute='_compute_reason')

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT p.id AS id, p.id AS partner_id, p.company_id AS company_id,
                   p.outreach_municipality_id AS municipality_id, p.outreach_industry_id AS industry_id,
                   p.outreach_size_class AS size_class, p.outreach_blocked_until AS blocked_until,
                   visit.last_visit, visit.last_joint_visit, visit.last_contact, visit.next_contact,
                   cadence.months AS cadence_months, cadence.days_overdue,
                   demand.open_demands, demand.open_positions, demand.waiting_demands, demand.demand_days_waiting,
                   placement.probation_count, warning.warning_kinds,
                   CASE WHEN points.warning > 0 THEN 'warning'
                        WHEN points.demand > 0 THEN 'demand'
                        WHEN points.probation > 0 THEN 'probation'
                        WHEN points.never > 0 THEN 'never'
                        ELSE 'overdue' END AS main_reason,
                   points.warning + points.demand + points.probation + points.never + points.overdue
                   + CASE WHEN visit.next_contact IS NULL THEN 0 ELSE %(planned_points)s END AS rank
              FROM res_partner p
             CROSS JOIN LATERAL (%(visit)s) AS visit
             CROSS JOIN LATERAL (%(cadence)s) AS cadence
             CROSS JOIN LATERAL (%(demand)s) AS demand
             CROSS JOIN LATERAL (%(placement)s) AS placement
             CROSS JOIN LATERAL (%(warning)s) AS warning
             CROSS JOIN LATERAL (%(points)s) AS points
             WHERE p.active AND p.is_company AND p.outreach_company AND p.outreach_vetting IS DISTINCT FROM 'blocked'
               AND points.warning + points.demand + points.probation + points.never + points.overdue > 0
            """,
            visit=self.env['outreach.visit']._query_contacts(SQL("p.id")),
            cadence=self._query_cadence(),
            demand=self._query_demand(),
            placement=self._query_placement(),
            warning=self._query_warning(),
            points=self._query_points(),
            planned_points=due_rule.PLANNED_POINTS,
        )

    # Each of these is one row for the company `p`.

    def _query_cadence(self):
        """Companies of a size class without cadence take that of the unknown ones."""
        return SQL(
            """
            SELECT c.months, greatest(coalesce(%(today)s - (coalesce(visit.last_joint_visit, visit.last_visit)
                                                            + make_interval(months => c.months))::date, 0), 0) AS days_overdue
              FROM (SELECT coalesce((SELECT months FROM outreach_cadence WHERE size_class = p.outreach_size_class),
                                    (SELECT months FROM outreach_cadence WHERE size_class IS NULL)) AS months) c
            """,
            **self._get_query_values(),
        )

    def _query_demand(self):
        return SQL(
            """
            SELECT count(*) AS open_demands,
                   coalesce(sum(d.positions_open), 0) AS open_positions,
                   count(*) FILTER (WHERE d.waits) AS waiting_demands,
                   coalesce(max(%(today)s - d.date) FILTER (WHERE d.waits), 0) AS demand_days_waiting
              FROM (SELECT d.positions_open, d.date, d.date <= %(today)s - %(waiting_days)s AND NOT EXISTS (
                               SELECT FROM outreach_visit v
                                WHERE v.partner_id = p.id AND %(ours)s AND %(to_one)s AND %(met)s
                                  AND v.id IS DISTINCT FROM d.visit_id
                                  AND v.start >= d.date::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC') AS waits
                      FROM outreach_demand d
                     WHERE d.partner_id = p.id AND d.active AND d.stage IN %(open_stages)s
                       AND d.company_id = ANY (%(companies)s)) d
            """,
            **self._get_query_values(),
        )

    def _query_placement(self):
        """Ends of probation; nothing is known of them here, see the room of placements."""
        return SQL("SELECT 0 AS probation_count")

    def _query_warning(self):
        """Two warnings of one kind count once."""
        return SQL(
            """
            SELECT string_agg(k.kind, ',' ORDER BY k.points DESC) AS warning_kinds, coalesce(sum(k.points), 0) AS points
              FROM (SELECT DISTINCT w.kind
                      FROM outreach_early_warning w
                     WHERE w.partner_id = p.id AND w.date_settled IS NULL AND w.company_id = ANY (%(companies)s)) w
              JOIN (VALUES %(warning_points)s) AS k (kind, points) ON k.kind = w.kind
            """,
            **self._get_query_values(),
        )

    def _query_points(self):
        return SQL(
            """
            SELECT warning.points AS warning,
                   CASE WHEN demand.waiting_demands > 0
                        THEN %(demand_points)s + least(demand.demand_days_waiting, %(demand_most)s) ELSE 0 END AS demand,
                   CASE WHEN placement.probation_count > 0 THEN %(probation_points)s ELSE 0 END AS probation,
                   CASE WHEN visit.last_visit IS NULL
                        THEN %(never_points)s + greatest(%(never_months)s - coalesce(cadence.months, %(never_months)s), 0)
                        ELSE 0 END AS never,
                   CASE WHEN cadence.days_overdue > 0
                        THEN %(overdue_points)s + least(cadence.days_overdue / %(overdue_days)s, %(overdue_most)s)
                        ELSE 0 END AS overdue
            """,
            demand_points=due_rule.DEMAND_POINTS,
            demand_most=due_rule.DEMAND_MOST,
            probation_points=due_rule.PROBATION_POINTS,
            never_points=due_rule.NEVER_POINTS,
            never_months=due_rule.NEVER_MONTHS,
            overdue_points=due_rule.OVERDUE_POINTS,
            overdue_days=due_rule.OVERDUE_DAYS,
            overdue_most=due_rule.OVERDUE_MOST,
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
        )

    @api.depends('warning_kinds', 'waiting_demands', 'last_visit', 'last_joint_visit')
    @api.depends_context('lang', 'tz', 'uid')
    def _compute_reason(self):
        today = fields.Date.context_today(self)
        for due in self:
            facts = due._get_facts()
            due.reason = ' · '.join(due._get_reason_text(reason, facts) for reason in due_rule.reasons(facts, today))

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
            return self.env._("Never visited")
        if not self.last_joint_visit:
            return self.env._("Never visited jointly, last visit more than %(months)s months ago", months=facts.cadence_months)
        return self.env._("Last joint visit more than %(months)s months ago", months=facts.cadence_months)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _get_to_do_domain(self):
        """Nothing is planned, and the company does not want to be left alone: what the list shows at first."""
        return Domain('next_contact', '=', False) & (Domain('blocked_until', '=', False) | Domain('blocked_until', '<=', 'today'))

    def action_open_company(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'res.partner',
            'res_id': self.partner_id.id,
            'views': [(self.env.ref('base.view_partner_form').id, 'form')],
        }

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
