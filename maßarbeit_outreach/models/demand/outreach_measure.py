from odoo import api, fields, models
from odoo.fields import Domain

from ..base.outreach_personal_words import warn_of_personal_words


class OutreachMeasure(models.Model):
    """What the offices do for several companies at once that need the same people: a course, an event, a qualification.

    It belongs to companies and their demands; who takes part is not kept here.
    """

    _name = 'outreach.measure'
    _description = "Joint Measure"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'outreach.conflict.mixin']
    _order = 'planned_start, id desc'
    _check_company_auto = True

    OPEN_STAGES = ('idea', 'planned', 'running')

    name = fields.Char("Title", required=True, tracking=True, compute='_compute_name', store=True, readonly=False, precompute=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ('course', "Course"),
            ('company_course', "Course of several companies"),
            ('language', "Vocational language course"),
            ('partial_qualification', "Partial qualification"),
            ('event', "Information event"),
            ('other', "Other"),
        ],
        required=True,
        default='course',
        tracking=True,
    )
    occupation_group_id = fields.Many2one(
        'outreach.occupation',
        "Occupational Group",
        index='btree_not_null',
        ondelete='restrict',
        tracking=True,
        domain="[('scheme', '=', 'kldb')]",
    )
    municipality_ids = fields.Many2many('outreach.municipality', string="Municipalities")
    demand_ids = fields.Many2many(
        'outreach.demand', 'outreach_measure_demand_rel', 'measure_id', 'demand_id', string="Demands", check_company=True
    )
    partner_ids = fields.Many2many('res.partner', string="Which Companies", compute='_compute_figures')
    company_count = fields.Integer(compute='_compute_figures')
    positions_open = fields.Integer("Open Positions", compute='_compute_figures')
    course_company_count = fields.Integer("Companies Interested in a Course", compute='_compute_figures')
    twin_ids = fields.Many2many(
        'outreach.measure',
        string="Measures for the Same Need",
        compute='_compute_twin_ids',
        help="Open measures with one of these demands, or for this group in one of these municipalities",
    )
    user_id = fields.Many2one(
        'res.users',
        "Officer",
        default=lambda self: self.env.user,
        tracking=True,
        index='btree_not_null',
        domain="[('outreach_agency_ids', '!=', False)]",
    )
    agency_id = fields.Many2one(
        'outreach.agency',
        compute='_compute_agency_id',
        store=True,
        readonly=False,
        precompute=True,
        index='btree_not_null',
        check_company=True,
    )
    planned_start = fields.Date(tracking=True)
    seats = fields.Integer(tracking=True, aggregator='sum')
    stage = fields.Selection(
        [('idea', "Idea"), ('planned', "Planned"), ('running', "Running"), ('done', "Completed"), ('cancelled', "Cancelled")],
        required=True,
        default='idea',
        index=True,
        tracking=True,
        copy=False,
        group_expand=True,
    )
    is_open = fields.Boolean(compute='_compute_is_open')
    note = fields.Text(help="About the measure, not about people who take part")
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    _seats_check = models.Constraint('CHECK(seats >= 0)', "A number of seats cannot be negative.")

    _onchange_note_words = warn_of_personal_words('note')

    @api.model
    def _get_place_domain(self, user):
        """For an office of a municipality, measures all of whose demands are there."""
        if not user._is_outreach_local():
            return Domain.TRUE
        return Domain('demand_ids', 'not any', ~user._get_outreach_place_domain('partner_id.outreach_municipality_id'))

    @api.depends('occupation_group_id', 'municipality_ids')
    def _compute_name(self):
        """A first title; what somebody wrote stays."""
        for measure in self:
            places = measure.municipality_ids
            where = '' if len(places) > 3 else ', '.join(places.mapped('name'))
            what = measure.occupation_group_id.name
            measure.name = measure.name or (what and ' – '.join(filter(None, [what, where])))

    @api.depends('demand_ids.partner_id', 'demand_ids.positions_open', 'demand_ids.course_partner_id')
    def _compute_figures(self):
        for measure in self:
            demands = measure.demand_ids
            measure.partner_ids = demands.partner_id
            measure.company_count = len(demands.partner_id)
            measure.positions_open = sum(demands.mapped('positions_open'))
            measure.course_company_count = len(demands.course_partner_id)

    @api.depends('stage', 'active')
    def _compute_is_open(self):
        for measure in self:
            measure.is_open = measure.active and measure.stage in self.OPEN_STAGES

    @api.depends('demand_ids', 'occupation_group_id', 'municipality_ids', 'is_open')
    def _compute_twin_ids(self):
        others = self.browse()
        if open_ones := self.filtered('is_open'):
            others = self.search(
                Domain('stage', 'in', self.OPEN_STAGES)
                & (
                    Domain('demand_ids', 'in', open_ones.demand_ids._origin.ids)
                    | Domain('occupation_group_id', 'in', open_ones.occupation_group_id._origin.ids)
                )
            )
        for measure in self:
            measure.twin_ids = measure.is_open and others.filtered(measure._is_twin)

    def _is_twin(self, other):
        """Whether the other one is for the same need; without municipalities a measure is for all."""
        if other == self._origin or other.company_id != self.company_id:
            return False
        places = self.municipality_ids._origin
        same_place = not places or not other.municipality_ids or bool(places & other.municipality_ids)
        return bool(self.demand_ids._origin & other.demand_ids) or (
            bool(self.occupation_group_id) and self.occupation_group_id == other.occupation_group_id and same_place
        )

    @api.depends('user_id')  # trigger only: a later change of agency must not rewrite history
    def _compute_agency_id(self):
        for measure in self:
            measure.agency_id = measure.user_id._get_outreach_agency() or measure.agency_id

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_plan(self):
        self.filtered(lambda measure: measure.stage == 'idea').stage = 'planned'

    def action_start(self):
        self.filtered(lambda measure: measure.stage in ('idea', 'planned')).stage = 'running'

    def action_done(self):
        self.filtered(lambda measure: measure.stage in ('planned', 'running')).stage = 'done'

    def action_cancel(self):
        """Its demands are free for another measure; they stay linked, so that one can look up what was tried."""
        self.filtered('is_open').stage = 'cancelled'

    def action_reset(self):
        self.filtered(lambda measure: measure.stage in ('done', 'cancelled')).stage = 'idea'

    def action_view_demands(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_demand_action')
        return action | {'domain': [('measure_ids', 'in', self.ids)], 'context': {}}
