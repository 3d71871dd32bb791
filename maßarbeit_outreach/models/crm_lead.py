from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import pipeline


class CrmLead(models.Model):
    """The pipeline of employer outreach: one open lead per company, moved forward by visits and demands."""

    _inherit = 'crm.lead'

    is_outreach = fields.Boolean(related='team_id.is_outreach', string="Is Outreach")
    outreach_visit_ids = fields.One2many('outreach.visit', 'lead_id', "Visits")
    outreach_demand_ids = fields.One2many('outreach.demand', 'lead_id', "Demands")
    outreach_visit_count = fields.Integer("Visit Count", compute='_compute_outreach_counts')
    outreach_demand_count = fields.Integer("Demand Count", compute='_compute_outreach_counts')

    # what a manager filters and groups by
    outreach_municipality_id = fields.Many2one(
        'outreach.municipality', "Municipality", compute='_compute_outreach_company_values', store=True,
        index='btree_not_null')
    outreach_industry_id = fields.Many2one(
        'outreach.industry', "Industry (WZ)", compute='_compute_outreach_company_values', store=True,
        index='btree_not_null')
    outreach_agency_ids = fields.Many2many(
        'outreach.agency', 'outreach_lead_agency_rel', 'lead_id', 'agency_id', string="Agencies",
        compute='_compute_outreach_visit_values', store=True)
    outreach_officer_ids = fields.Many2many(
        'res.users', 'outreach_lead_officer_rel', 'lead_id', 'user_id', string="Officers",
        compute='_compute_outreach_visit_values', store=True)
    outreach_joint_visits = fields.Integer(
        "Joint Visits", compute='_compute_outreach_visit_values', store=True, aggregator='sum')
    outreach_last_visit = fields.Datetime(
        "Last Visit", compute='_compute_outreach_visit_values', store=True)
    outreach_open_positions = fields.Integer(
        "Open Positions", compute='_compute_outreach_open_positions', store=True, aggregator='sum')

    # OVERRIDE so that giving the lead to another officer does not carry it out of the outreach pipeline;
    # remove when core keeps a team that was chosen on purpose.
    @api.depends('user_id', 'type')
    def _compute_team_id(self):
        return super(CrmLead, self.filtered(lambda lead: not lead.team_id.is_outreach))._compute_team_id()

    @api.depends('partner_id.commercial_partner_id.outreach_municipality_id',
                 'partner_id.commercial_partner_id.outreach_industry_id', 'team_id')
    def _compute_outreach_company_values(self):
        for lead in self:
            company = lead.partner_id.commercial_partner_id if lead.team_id.is_outreach else lead.partner_id.browse()
            lead.outreach_municipality_id = company.outreach_municipality_id
            lead.outreach_industry_id = company.outreach_industry_id

    @api.depends('outreach_visit_ids.stage', 'outreach_visit_ids.is_joint', 'outreach_visit_ids.start',
                 'outreach_visit_ids.agency_ids', 'outreach_visit_ids.user_ids')
    def _compute_outreach_visit_values(self):
        for lead in self:
            visits = lead.outreach_visit_ids.filtered(lambda visit: visit.stage != 'cancelled')
            done = visits.filtered(lambda visit: visit.stage == 'done')
            lead.outreach_agency_ids = visits.agency_ids
            lead.outreach_officer_ids = visits.user_ids
            lead.outreach_joint_visits = len(done.filtered('is_joint'))
            lead.outreach_last_visit = max(done.filtered('start').mapped('start'), default=False)

    @api.depends('outreach_demand_ids.positions_open')
    def _compute_outreach_open_positions(self):
        for lead in self:
            lead.outreach_open_positions = sum(lead.outreach_demand_ids.mapped('positions_open'))

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

    # OVERRIDE so that the outreach pipeline shows the columns of its team only.
    @api.model
    def _read_group_stage_ids(self, stages, domain):
        found = super()._read_group_stage_ids(stages, domain)
        team = self.env['crm.team'].browse(self.env.context.get('default_team_id') or [])
        if team.sudo().is_outreach:
            found = found.filtered(lambda stage: stage in stages or team in stage.sudo().team_ids)
        return found

    @api.model
    def _get_outreach_team(self):
        """The outreach team of the current Odoo company, else the one for all companies."""
        teams = self.env['crm.team'].sudo().search([
            ('is_outreach', '=', True), ('company_id', 'in', [False, self.env.company.id])])
        return teams.filtered('company_id')[:1] or teams[:1]

    @api.model
    def _get_or_create_outreach_leads(self, companies):
        """Return `{company: its open outreach lead in the current organisation's team}`, creating the missing ones.

        Each company remembers its lead. That write is what makes two people who start with one company in the same
        second collide, so that PostgreSQL turns one of them back and Odoo repeats it, now finding the lead.
        """
        companies = companies.commercial_partner_id.sudo()
        team = self._get_outreach_team()
        leads = {company: company.outreach_lead_id for company in companies
                 if company.outreach_lead_id._is_open_outreach(company, team)}
        missing = companies.filtered(lambda company: company not in leads)
        if not missing or not team:
            return leads
        by_hand = self.sudo().search([
            ('partner_id.commercial_partner_id', 'in', missing.ids), ('team_id', '=', team.id),
            ('won_status', '=', 'pending'),
        ], order='id').grouped(lambda lead: lead.partner_id.commercial_partner_id)
        for company in missing:
            lead = by_hand.get(company, self.sudo())[:1] or self.sudo().create(
                self._prepare_outreach_lead_values(company, team))
            company.outreach_lead_id = leads[company] = lead
        return leads

    def _is_open_outreach(self, company, team):
        """Whether this lead, which the company remembers, is still the one to move forward in this team."""
        return bool(self.exists()) and (
            self.active and self.won_status == 'pending' and self.team_id == team
            and self.partner_id.commercial_partner_id == company)

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
        values = {
            'name': self.env._("Outreach: %(company)s", company=company.name),
            'type': 'opportunity',
            'partner_id': company.id,
            'team_id': team.id,
            'user_id': officer.id or (self.env.user.id if self.env.user._is_internal() and not self.env.su else False),
            'stage_id': self._stage_find(team_id=team.id).id,
            'company_id': team.company_id.id or company.company_id.id,
        }
        if 'iap_enrich_done' in self._fields:
            values['iap_enrich_done'] = True  # a public body sends no company data to an enrichment service
        return values

    def _advance_outreach(self, milestone):
        """Move leads forward to the stage of `milestone`; see `tools/pipeline.py` for when they stay."""
        for team, leads in self.sudo().filtered('team_id.is_outreach').grouped('team_id').items():
            stages = self.env['crm.stage'].sudo().search([('team_ids', 'in', team.ids)])
            order = [(stage.id, stage.sequence, stage.outreach_milestone or None) for stage in stages]
            for stage, group in leads.grouped('stage_id').items():
                target = pipeline.advance(stage.id or None, milestone, order)
                if target:
                    group.filtered(lambda lead: lead.won_status == 'pending').stage_id = target

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
        """The standard CRM pipeline, with the team of employer outreach chosen."""
        team = self._get_outreach_team()
        action = self.env['ir.actions.act_window']._for_xml_id('crm.crm_lead_action_pipeline')
        return action | {
            'display_name': self.env._("Outreach Pipeline"),
            'path': 'outreach-pipeline',
            'context': {'default_type': 'opportunity', 'default_team_id': team.id, 'search_default_outreach': 1},
        }
