from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.pipeline import pipeline
from ..base.groups import OUTREACH
from ..base.visible_fields import VisibleMany2many, VisibleOne2many


class CrmLead(models.Model):
    """The pipeline of employer outreach: one open lead per company, moved forward by visits and demands."""

    _name = 'crm.lead'
    _inherit = ['crm.lead', 'outreach.conflict.mixin']

    is_outreach = fields.Boolean(related='team_id.is_outreach', string="Is Outreach")
    outreach_visit_ids = VisibleOne2many('outreach.visit', 'lead_id', "Visits", groups=OUTREACH)
    outreach_demand_ids = VisibleOne2many('outreach.demand', 'lead_id', "Demands", groups=OUTREACH)
    outreach_visit_count = fields.Integer("Visit Count", compute='_compute_outreach_counts')
    outreach_demand_count = fields.Integer("Demand Count", compute='_compute_outreach_counts')

    # what a manager filters and groups by
    outreach_municipality_id = fields.Many2one(
        'outreach.municipality', "Municipality", compute='_compute_outreach_company_values', store=True, index='btree_not_null'
    )
    outreach_industry_id = fields.Many2one(
        'outreach.industry', "Industry (WZ)", compute='_compute_outreach_company_values', store=True, index='btree_not_null'
    )
    outreach_section_id = fields.Many2one(related='outreach_industry_id.section_id', string="Industry Section")
    outreach_agency_ids = VisibleMany2many(
        'outreach.agency',
        'outreach_lead_agency_rel',
        'lead_id',
        'agency_id',
        string="Agencies",
        compute='_compute_outreach_visit_values',
        store=True,
        groups=OUTREACH,
    )
    outreach_officer_ids = fields.Many2many(
        'res.users',
        'outreach_lead_officer_rel',
        'lead_id',
        'user_id',
        string="Officers",
        compute='_compute_outreach_visit_values',
        store=True,
        groups=OUTREACH,
    )
    outreach_joint_visits = fields.Integer("Joint Visits", compute='_compute_outreach_visit_values', store=True, aggregator='sum')
    outreach_open_positions = fields.Integer("Open Positions", compute='_compute_outreach_open_positions', store=True, aggregator='sum')

    # the same, but another day makes them other values, so they are worked out by SQL: see _field_to_sql
    outreach_last_contact = fields.Date(
        "Last Contact",
        compute='_compute_outreach_days',
        search='_search_outreach_last_contact',
        groups=OUTREACH,
        help="Visit, call or talk with the company, by whichever agency",
    )
    outreach_next_contact = fields.Date(
        "Next Contact",
        compute='_compute_outreach_days',
        search='_search_outreach_next_contact',
        groups=OUTREACH,
        help="The next visit, call or talk that is planned with the company, by whichever agency",
    )
    outreach_days_in_stage = fields.Integer(
        "Days in Stage", compute='_compute_outreach_days', search='_search_outreach_days_in_stage', aggregator='avg'
    )

    # OVERRIDE so that giving the lead to another officer does not carry it out of the outreach pipeline;
    # remove when core keeps a team that was chosen on purpose.
    @api.depends('user_id', 'type')
    def _compute_team_id(self):
        return super(CrmLead, self.filtered(lambda lead: not lead.team_id.is_outreach))._compute_team_id()

    @api.depends(
        'partner_id.commercial_partner_id.outreach_municipality_id', 'partner_id.commercial_partner_id.outreach_industry_id', 'team_id'
    )
    def _compute_outreach_company_values(self):
        for lead in self:
            company = lead.partner_id.commercial_partner_id if lead.team_id.is_outreach else lead.partner_id.browse()
            lead.outreach_municipality_id = company.outreach_municipality_id
            lead.outreach_industry_id = company.outreach_industry_id

    @api.depends('outreach_visit_ids.stage', 'outreach_visit_ids.is_joint', 'outreach_visit_ids.agency_ids', 'outreach_visit_ids.user_ids')
    def _compute_outreach_visit_values(self):
        """One query for all leads and all the visits that they have over the years."""
        found = {}
        if ids := self._origin.ids:
            self.env['outreach.visit'].flush_model(['lead_id', 'stage', 'is_joint'])
            self.env['outreach.visit.member'].flush_model(['visit_id', 'user_id', 'agency_id'])
            found = {
                row[0]: row[1:]
                for row in self.env.execute_query(
                    SQL(
                        """
                        SELECT v.lead_id, array_remove(array_agg(DISTINCT m.agency_id), NULL),
                               array_remove(array_agg(DISTINCT m.user_id), NULL),
                               count(DISTINCT v.id) FILTER (WHERE v.stage = 'done' AND v.is_joint)
                          FROM outreach_visit v
                          LEFT JOIN outreach_visit_member m ON m.visit_id = v.id
                         WHERE v.lead_id IN %s AND v.stage != 'cancelled'
                         GROUP BY v.lead_id
                        """,
                        tuple(ids),
                    )
                )
            }
        for lead in self:
            agencies, officers, joint = found.get(lead._origin.id, ([], [], 0))
            lead.outreach_agency_ids = agencies
            lead.outreach_officer_ids = officers
            lead.outreach_joint_visits = joint

    @api.depends('outreach_demand_ids.positions_open')
    def _compute_outreach_open_positions(self):
        for lead in self:
            lead.outreach_open_positions = sum(lead.outreach_demand_ids.mapped('positions_open'))

    # OVERRIDE so that lists are sorted, filtered and grouped by what changes from day to day; remove when core can say a
    # computed field in SQL.
    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in ('outreach_last_contact', 'outreach_next_contact', 'outreach_days_in_stage'):
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], 'read')
        if field_expr == 'outreach_days_in_stage':
            return SQL("extract(day FROM %s - %s)::int", self.env.cr.now(), self._field_to_sql(alias, 'date_last_stage_update', query))
        company = SQL(
            "(SELECT commercial_partner_id FROM res_partner WHERE id = %s)",
            self._field_to_sql(alias, 'partner_id', query),
            to_flush=self.env['res.partner']._fields['commercial_partner_id'],
        )
        return SQL(
            "(SELECT %s FROM (%s) contact)",
            SQL.identifier(field_expr.removeprefix('outreach_')),
            self.env['outreach.visit']._query_contacts(company),
        )

    @api.depends(
        'date_last_stage_update', 'partner_id', 'outreach_visit_ids.stage', 'outreach_visit_ids.start', 'outreach_visit_ids.result'
    )
    @api.depends_context('tz', 'allowed_company_ids')
    def _compute_outreach_days(self):
        found, lead_sudo = {}, self.sudo()
        if self.ids:
            found = {
                row[0]: row[1:]
                for row in self.env.execute_query(
                    SQL(
                        "SELECT id, %s, %s, %s FROM crm_lead WHERE id IN %s",
                        *(
                            lead_sudo._field_to_sql('crm_lead', name)
                            for name in ('outreach_last_contact', 'outreach_next_contact', 'outreach_days_in_stage')
                        ),
                        tuple(self.ids),
                    )
                )
            }
        for lead in self:
            lead.outreach_last_contact, lead.outreach_next_contact, lead.outreach_days_in_stage = found.get(
                lead._origin.id, (False, False, 0)
            )

    def _search_outreach_last_contact(self, operator, value):
        return self._search_outreach_sql('outreach_last_contact', operator, value)

    def _search_outreach_next_contact(self, operator, value):
        return self._search_outreach_sql('outreach_next_contact', operator, value)

    def _search_outreach_days_in_stage(self, operator, value):
        return self._search_outreach_sql('outreach_days_in_stage', operator, value)

    def _search_outreach_sql(self, name, operator, value):
        return Domain.custom(
            to_sql=lambda model, alias, query: model._fields[name].condition_to_sql(name, operator, value, model, alias, query)
        )

    @api.constrains('company_id', 'team_id')
    def _check_outreach_company(self):
        for lead in self.filtered('is_outreach'):
            if lead.company_id != lead.team_id.company_id:
                raise ValidationError(
                    self.env._("%(lead)s: a lead of employer outreach belongs to the organisation of its team.", lead=lead.name)
                )

    def _get_outreach_counters(self):
        """As on the company: one domain for the number and for the list behind it."""
        return {
            'outreach_visit_count': ('outreach.visit', Domain('lead_id', 'in', self.ids)),
            'outreach_demand_count': ('outreach.demand', Domain('lead_id', 'in', self.ids)),
        }

    @api.depends_context('uid')  # each counts what they may see
    def _compute_outreach_counts(self):
        for name, (model, domain) in self._get_outreach_counters().items():
            allowed = self.env[model].has_access('read')
            counts = dict(self.env[model]._read_group(domain, ['lead_id'], ['__count'])) if allowed else {}
            for lead in self:
                lead[name] = counts.get(lead._origin, 0)

    # OVERRIDE so that a new outreach lead starts in a stage of its own team and not in the CRM's general "New".
    def _stage_find(self, team_id=False, domain=None, order='sequence, id', limit=1):
        teams = self.env['crm.team'].browse(team_id or []) | self.team_id
        if teams and all(teams.mapped('is_outreach')):
            own = super()._stage_find(team_id, list(domain or []) + [('team_ids', 'in', teams.ids)], order, limit)
            if own:
                return own
        return super()._stage_find(team_id, domain, order, limit)

    # OVERRIDE so that no score is learned for companies that the offices deal with; it is shown nowhere. Remove when a team can
    # do without.
    def _pls_get_naive_bayes_probabilities(self, batch_mode=False, is_tooltip=False):
        scored = self if is_tooltip else self.filtered(lambda lead: not lead.team_id.sudo().is_outreach)
        if not scored:
            return {}, {}
        return super(CrmLead, scored)._pls_get_naive_bayes_probabilities(batch_mode=batch_mode, is_tooltip=is_tooltip)

    # OVERRIDE so that the outreach pipeline shows the columns of its team only, and the CRM's own has them behind those of sales.
    @api.model
    def _read_group_stage_ids(self, stages, domain):
        found = super()._read_group_stage_ids(stages, domain)
        team = self.env['crm.team'].browse(self.env.context.get('default_team_id') or [])
        if team.sudo().is_outreach:
            return found.filtered(lambda stage: stage in stages or team in stage.sudo().team_ids)
        outreach = found.filtered(lambda stage: set(stage.sudo().team_ids.mapped('is_outreach')) == {True})
        return found - outreach + outreach

    @api.model
    def _get_or_create_outreach_leads(self, companies):
        """Return `{company: its open outreach lead in the current organisation's team}`, creating the missing ones.

        Each company remembers its lead, one per organisation. That write is what makes two people who start with one company in the same
        second collide, so that PostgreSQL turns one of them back and Odoo repeats it, now finding the lead.
        """
        companies = companies.commercial_partner_id.sudo().with_company(self.env.company)
        team = self.env['crm.team']._get_outreach_team()
        leads = {company: company.outreach_lead_id for company in companies if company.outreach_lead_id._is_open_outreach(company, team)}
        missing = companies.filtered(lambda company: company not in leads)
        if not missing or not team:
            return leads
        by_hand = (
            self.sudo()
            .search(
                [('partner_id.commercial_partner_id', 'in', missing.ids), ('team_id', '=', team.id), ('won_status', '=', 'pending')],
                order='id',
            )
            .grouped(lambda lead: lead.partner_id.commercial_partner_id)
        )
        for company in missing:
            lead = by_hand.get(company, self.sudo())[:1] or self.sudo().with_context(mail_create_nolog=True).create(
                self._prepare_outreach_lead_values(company, team)
            )
            company.outreach_lead_id = leads[company] = lead
        return leads

    def _is_open_outreach(self, company, team):
        """Whether this lead, which the company remembers, is still the one to move forward in this team."""
        return bool(self) and (
            self.active and self.won_status == 'pending' and self.team_id == team and self.partner_id.commercial_partner_id == company
        )

    @api.model
    def _link_outreach_leads(self, records):
        """Hang visits or demands on the open lead of their company, in the pipeline of their organisation.

        Without an outreach team (somebody archived it) there is no pipeline, and no lead.
        """
        for organisation, group in records.grouped('company_id').items():
            leads = self.with_company(organisation)._get_or_create_outreach_leads(group.partner_id)
            for record in group:
                record.lead_id = leads.get(record.partner_id)

    @api.model
    def _prepare_outreach_lead_values(self, company, team):
        officer = company._get_outreach_officer()
        if not officer and self.env.user._is_internal() and not self.env.su and team.company_id in self.env.user.company_ids:
            officer = self.env.user
        values = {
            'name': self.env._("Outreach: %(company)s", company=company.name),
            'type': 'opportunity',
            'partner_id': company.id,
            'team_id': team.id,
            'user_id': officer.id,
            'stage_id': self._stage_find(team_id=team.id).id,
            'company_id': team.company_id.id,
        }
        if 'iap_enrich_done' in self._fields:
            values['iap_enrich_done'] = True  # a public body sends no company data to an enrichment service
        return values

    def _advance_outreach(self, milestone):
        """Move leads forward to the stage of `milestone`; see `tools/pipeline/pipeline.py` for when they stay."""
        for team, leads in self.sudo().filtered('team_id.is_outreach').grouped('team_id').items():
            stages = self.env['crm.stage'].sudo().search_fetch([('team_ids', 'in', team.ids)], ['sequence', 'outreach_milestone'])
            order = [(stage.id, stage.sequence, stage.outreach_milestone or None) for stage in stages]
            for stage, group in leads.grouped('stage_id').items():
                target = pipeline.advance(stage.id or None, milestone, order)
                if target:
                    group.filtered(lambda lead: lead.won_status == 'pending').stage_id = target

    def _is_outreach_record(self):
        return bool(self) and self.sudo().is_outreach

    # OVERRIDE so that merging two leads of a company keeps its visits and demands.
    def _merge_dependences(self, opportunities):
        opportunities.sudo().outreach_visit_ids.lead_id = self
        opportunities.sudo().outreach_demand_ids.lead_id = self
        return super()._merge_dependences(opportunities)

    def _action_open_outreach_counter(self, counter, xmlid):
        __, domain = self._get_outreach_counters()[counter]
        action = self.env['ir.actions.act_window']._for_xml_id(xmlid)
        return action | {
            'domain': list(domain),
            'context': {'default_lead_id': self.id, 'default_partner_id': self.partner_id.commercial_partner_id.id},
        }

    def action_view_outreach_visits(self):
        return self._action_open_outreach_counter('outreach_visit_count', 'maßarbeit_outreach.outreach_visit_action')

    def action_view_outreach_demands(self):
        return self._action_open_outreach_counter('outreach_demand_count', 'maßarbeit_outreach.outreach_demand_action')

    @api.model
    def action_open_outreach_pipeline(self):
        """The pipeline of the organisation's outreach team."""
        team = self.env['crm.team']._get_outreach_team()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.crm_lead_action_pipeline')
        return action | {'path': 'outreach-pipeline', 'context': {'default_type': 'opportunity', 'default_team_id': team.id}}
