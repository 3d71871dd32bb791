from odoo import api, fields, models
from odoo.fields import Domain

from .selections import CEFR_LEVELS


class OutreachDemand(models.Model):
    """A need for workers or skills, from a vague signal to filled positions."""

    _name = 'outreach.demand'
    _description = "Skill Demand"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'outreach.portal.mixin']
    _order = 'date desc, id desc'
    _rec_names_search = ['name', 'partner_id.name', 'occupation_id']
    _check_company_auto = True
    _portal_fields = frozenset({
        'id', 'display_name', 'name', 'partner_id', 'stage', 'positions', 'positions_open', 'start_date', 'description',
        'occupation_id', 'date', 'active',  # without `active` core cannot search
    })

    OPEN_STAGES = ('signal', 'recorded', 'checked', 'in_placement', 'partly_filled', 'paused')

    # who needs it
    name = fields.Char("Title", required=True, tracking=True, index='trigram',
                       help="In the employer's words, e.g. “Welder TIG” or “somebody for the warehouse”")
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        'res.partner', "Company", required=True, index=True, ondelete='restrict', tracking=True, check_company=True,
        compute='_compute_partner_id', store=True, readonly=False, precompute=True,
        domain="[('is_company', '=', True), ('outreach_vetting', '!=', 'blocked')]")
    contact_id = fields.Many2one('res.partner', "Contact Person", index='btree_not_null',
                                 domain="[('commercial_partner_id', '=', partner_id), ('is_company', '=', False)]")
    visit_id = fields.Many2one('outreach.visit', "Originating Visit", index='btree_not_null', ondelete='set null',
                               domain="[('partner_id', '=', partner_id)]", copy=False)
    lead_id = fields.Many2one('crm.lead', index='btree_not_null', ondelete='set null', copy=False)
    user_id = fields.Many2one('res.users', "Officer", default=lambda self: self.env.user if not self.env.user.share else False,
                              tracking=True, index='btree_not_null', domain="[('outreach_agency_ids', '!=', False)]")
    agency_id = fields.Many2one(
        'outreach.agency', compute='_compute_agency_id', store=True, readonly=False, precompute=True,
        index='btree_not_null', check_company=True)
    source = fields.Selection([
        ('officer', "Agency"),
        ('portal', "Employer portal"),
    ], default='officer', required=True, readonly=True, copy=False)
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    # what is needed
    date = fields.Date("Recorded On", required=True, default=fields.Date.context_today, copy=False, index=True)
    occupation_id = fields.Many2one('outreach.occupation', index='btree_not_null', ondelete='restrict', tracking=True)
    description = fields.Text()
    skill_ids = fields.One2many('outreach.demand.skill', 'demand_id', "Skills", copy=True)
    positions = fields.Integer(default=1, required=True, tracking=True, aggregator='sum')
    positions_filled = fields.Integer("Filled", tracking=True, copy=False, aggregator='sum')
    positions_open = fields.Integer("Open Positions", compute='_compute_positions_open', store=True, aggregator='sum')
    start_date = fields.Date("To Be Filled From")
    kind = fields.Selection([  # keys: offer kinds of the Federal Employment Agency
        ('1', "Work"),
        ('2', "Self-employment"),
        ('4', "Apprenticeship or dual study"),
        ('34', "Internship or trainee"),
    ], default='1', required=True)
    term = fields.Selection([('1', "Fixed term"), ('2', "Permanent")])
    working_time = fields.Selection([
        ('vz', "Full time"),
        ('tz', "Part time"),
        ('snw', "Shift, night or weekend"),
        ('ho', "Home office"),
        ('mj', "Mini-job"),
    ])
    currency_id = fields.Many2one(related='company_id.currency_id')
    wage_from = fields.Monetary(aggregator=None)
    wage_to = fields.Monetary(aggregator=None)
    wage_unit = fields.Selection([('hour', "per hour"), ('month', "per month"), ('year', "per year")], default='hour')
    workplace = fields.Char("Place of Work", compute='_compute_workplace', store=True, readonly=False, precompute=True)
    municipality_id = fields.Many2one(
        'outreach.municipality', compute='_compute_company_values', store=True, readonly=False, index='btree_not_null')
    industry_id = fields.Many2one(
        'outreach.industry', "Industry (WZ)", compute='_compute_company_values', store=True, index='btree_not_null')

    # conditions, and what the employer would accept
    language_level = fields.Selection(CEFR_LEVELS, "German at Least")
    accepted_language_level = fields.Selection(
        CEFR_LEVELS, "Would Accept", help="With the help named beside it, e.g. A2 if a course runs alongside")
    accepted_note = fields.Char("Under the Condition", help="e.g. “A2 if a course runs alongside”")
    permit_condition = fields.Selection([
        ('free', "Unrestricted work permission only"),
        ('wait', "Would wait for the immigration office"),
    ], "Work Permission")
    driving_licence = fields.Char(help="Class, e.g. B or CE; forklift licences belong to the skills")
    is_temp_agency = fields.Boolean("Temporary Agency Work")
    suits_disabled = fields.Boolean("Suitable for People with Disabilities")
    suits_career_changers = fields.Boolean("Career Changers Welcome")
    trains_on_the_job = fields.Boolean("Training on the Job")

    # course
    stage = fields.Selection([
        ('signal', "Signal"),
        ('recorded', "Recorded"),
        ('checked', "Checked"),
        ('in_placement', "In placement"),
        ('partly_filled', "Partly filled"),
        ('filled', "Filled"),
        ('paused', "Paused"),
        ('closed', "Closed"),
    ], required=True, default='recorded', index=True, tracking=True, copy=False, group_expand=True)
    closed_reason = fields.Selection([
        ('filled_by_us', "Filled by us"),
        ('filled_otherwise', "Filled otherwise"),
        ('need_gone', "Need gone"),
        ('no_people', "No suitable people"),
        ('conditions', "Conditions unsuitable (pay, hours, place)"),
        ('no_response', "No response"),
        ('blocked', "Company blocked"),
    ], copy=False, tracking=True)
    external_supplier = fields.Char("Supplier", copy=False, help="Who gave the posting its id, e.g. a job board")
    external_posting = fields.Char("Posting ID", copy=False)

    # links
    pool_ids = fields.Many2many('outreach.pool', 'outreach_pool_demand_rel', 'demand_id', 'pool_id', string="Candidate Pools")
    stand_ids = fields.Many2many('event.booth', 'outreach_booth_demand_rel', 'demand_id', 'booth_id', string="Fair Stands", copy=False,
                                 domain="[('partner_id', '=', partner_id), ('event_id.is_job_fair', '=', True)]")

    _positions_check = models.Constraint('CHECK(positions >= 1)', "A demand is for at least one position.")
    _filled_check = models.Constraint(
        'CHECK(positions_filled BETWEEN 0 AND positions)', "Not more positions can be filled than there are.")
    _wage_check = models.Constraint(
        'CHECK(wage_from >= 0 AND wage_to >= 0 AND (wage_to = 0 OR wage_to >= wage_from))',
        "The upper wage must not be below the lower one.")
    _closed_check = models.Constraint(
        "CHECK(stage != 'closed' OR closed_reason IS NOT NULL)", "Choose why the demand is closed.")
    _external_uniq = models.UniqueIndex(
        '(company_id, external_supplier, external_posting) WHERE external_posting IS NOT NULL',
        "A demand with this posting id of this supplier exists already.")
    _partner_stage_idx = models.Index('(partner_id, stage)')

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends('visit_id')
    def _compute_partner_id(self):
        for demand in self:
            demand.partner_id = demand.visit_id.partner_id or demand.partner_id

    @api.depends('user_id')  # trigger only: a later change of agency must not rewrite history
    def _compute_agency_id(self):
        for demand in self:
            demand.agency_id = demand.user_id._get_outreach_agency() or demand.agency_id

    @api.depends('partner_id')
    def _compute_workplace(self):
        for demand in self:
            demand.workplace = demand.partner_id.city

    @api.depends('partner_id.outreach_municipality_id', 'partner_id.outreach_industry_id')
    def _compute_company_values(self):
        """Follow the company while the demand is open; then the figures stay as they were."""
        for demand in self:
            settled = demand.stage in ('filled', 'closed')
            if not (settled and demand.municipality_id):
                demand.municipality_id = demand.partner_id.outreach_municipality_id
            if not (settled and demand.industry_id):
                demand.industry_id = demand.partner_id.outreach_industry_id

    @api.depends('positions', 'positions_filled', 'stage', 'active')
    def _compute_positions_open(self):
        for demand in self:
            is_open = demand.active and demand.stage in self.OPEN_STAGES
            demand.positions_open = max(demand.positions - demand.positions_filled, 0) if is_open else 0

    @api.model
    def _get_open_domain(self):
        """What "open" means wherever open demands or positions are counted."""
        return Domain('stage', 'in', self.OPEN_STAGES)

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains('partner_id')
    def _check_partner_is_company(self):
        self.partner_id._check_outreach_is_company()

    @api.constrains('partner_id', 'stand_ids')
    def _check_stands_of_company(self):
        self.sudo().stand_ids._check_demands_of_company()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        demands = super().create(vals_list)
        demands.partner_id._check_outreach_not_blocked()
        demands.partner_id._mark_outreach_company()
        demands._link_lead()
        demands._advance_lead()
        for demand, vals in zip(demands, vals_list, strict=True):
            if vals.get('positions_filled') and 'stage' not in vals:
                demand._follow_filled_positions()
        return demands

    def write(self, vals):
        if vals.get('stage', 'closed') != 'closed':
            vals = {'closed_reason': False, **vals}
        res = super().write(vals)
        if 'partner_id' in vals:
            self.partner_id._check_outreach_not_blocked()
            self.partner_id._mark_outreach_company()
            self._link_lead()
        if {'positions', 'positions_filled'} & vals.keys() and 'stage' not in vals:
            self._follow_filled_positions()
        if 'stage' in vals:
            self._advance_lead()
        return res

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_check(self):
        """An officer has looked at the demand, wherever it came from."""
        self.filtered(lambda demand: demand.stage in ('signal', 'recorded')).stage = 'checked'

    def action_start_placement(self):
        self.filtered(lambda demand: demand.stage in ('recorded', 'checked', 'paused')).stage = 'in_placement'

    def action_pause(self):
        self.filtered(lambda demand: demand.stage in self.OPEN_STAGES).stage = 'paused'

    def action_reopen(self):
        self.filtered(lambda demand: demand.stage in ('closed', 'filled', 'paused')).write(
            {'stage': 'recorded', 'closed_reason': False})
        self._follow_filled_positions()

    def action_open_close(self):
        """Ask why, then close."""
        return {
            'name': self.env._("Close Demand"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.demand.close',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_demand_ids': self.ids},
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _link_lead(self):
        """A demand hangs on the lead of its visit, else on the open lead of its company."""
        for demand in self:
            if demand.visit_id.lead_id and demand.visit_id.partner_id == demand.partner_id:
                demand.lead_id = demand.visit_id.lead_id
        homeless = self.filtered(lambda demand: demand.sudo().lead_id.partner_id.commercial_partner_id != demand.partner_id)
        self.env['crm.lead']._link_outreach_leads(homeless)

    def _advance_lead(self):
        """A signal is a talk, anything from "recorded" on is a demand."""
        self.filtered(lambda demand: demand.stage == 'signal').lead_id._advance_outreach('contacted')
        self.filtered(lambda demand: demand.stage not in ('signal', 'closed')).lead_id._advance_outreach('demand_recorded')

    def _follow_filled_positions(self):
        """The stage follows the count, except where somebody paused or closed the demand."""
        for demand in self.filtered(lambda demand: demand.stage not in ('paused', 'closed')):
            if demand.positions_filled == demand.positions:
                demand.stage = 'filled'
            elif demand.positions_filled:
                demand.stage = 'partly_filled'
            elif demand.stage in ('partly_filled', 'filled'):
                demand.stage = 'in_placement'
