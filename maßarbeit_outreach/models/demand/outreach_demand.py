from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date, format_datetime, formatLang
from odoo.tools.misc import clean_context

from ...tools.base.reason import is_reason
from ...tools.demand import demand_rule, lawful
from ..base.groups import MANAGER
from ..base.outreach_batch_mixin import DueWork
from ..base.outreach_personal_words import warn_of_personal_words
from ..base.selections import REQUIRED_CEFR_LEVELS

# How a demand says how much and when somebody works, by the keys of the matching rule.
DEMAND_TIMES = {
    'vz': 'is_full_time',
    'tz': 'is_part_time',
    'mj': 'is_mini_job',
    'shift': 'is_shift',
    'night': 'is_night',
    'weekend': 'is_weekend',
}
# What is read for forbidden restrictions, and struck there.
TEXTS = ('name', 'description', 'accepted_note')
# Here a demand counts as checked. One that is paused or closed is placed with nobody, and what comes after that is another stage.
CHECKED_STAGES = ('checked', 'in_placement', 'partly_filled', 'filled')
# What decides whether it may: a change of it is looked at again.
LAWFUL_FACTS = (
    'stage',
    'kind',
    'wage_from',
    'wage_to',
    'wage_unit',
    'wage_exception',
    'is_temp_agency',
    'hours_from',
    'hours_to',
    'industry_id',
    'occupation_id',
    'start_date',
    'restriction_reason',
    *TEXTS,
)
QUICK_VIEW = 'maßarbeit_outreach.outreach_demand_view_form_quick'


class OutreachDemand(models.Model):
    """A need for workers or skills, from a vague signal to filled positions.

    SPECIFICATION of the skills that an occupation suggests
     * Essential skills become "must", optional ones "nice to have"; each can be removed or changed.
     * Another occupation takes the suggestions of the former one away, except those that somebody changed, and never
       what somebody added.
     * Who gives skills along with the occupation gets those and nothing else, so a copy stays as it was.
     * A KldB occupation gets the skills listed for itself, not those of the ESCO occupations below it: they are up to
       some hundred skills that mostly do not belong together.

    SPECIFICATION of the same need told twice
     * Two open demands of one company look alike when they name the same occupation, occupations of one KldB group, or
       similar titles (`tools/demand/demand_rule.py`).
     * Nothing is forbidden: the officer sees the other demand, and with one click raises its positions instead.
     * Once per intention: who raises names the number that was on the screen. Where it is another one by now, somebody
       may have been told of the same need, so nothing is added, and the officer hears who was there before. Two at once
       change the same row, so the server repeats the later one, which then sees what the earlier one did. The same
       request that arrives twice (`intention`) counts once, and both are answered alike.
     * Employers in the portal are told nothing of it.

    SPECIFICATION of what the law forbids
     * Pay below the minimum wage and restrictions by sex, origin and the like never keep anybody from entering a demand: they are
       pointed out, and a demand that has them does not become *checked*, nor gets beyond it, by whatever way (§ 36 SGB III).
     * One that is there already is looked at again when its stage, or what the answer depends on, changes (`LAWFUL_FACTS`). That a
       company gets another industry, or there is a new minimum wage, is pointed out and stops nothing by itself.
     * Restrictions are struck, which is kept, or somebody notes why they are indispensable (§§ 8–10 AGG). That note is about the
       words that were found, and goes when they change.

    SPECIFICATION of the same need again
     * "Same as last year" makes a new demand with what was needed, not with what became of it: occupation, skills,
       conditions and positions; a year on. Both know each other (`previous_id`, `next_ids`). Not while it is open.
     * An evergreen demand gets such a successor when it is filled, or closed while the need goes on
       (`REOPEN_REASONS`): at once, or every `reopen_months` after the day on which it was recorded, so that a season
       opens as early as last time, however late it was filled. Its own figures stay as they were.
     * At most one successor of a demand is open, whoever makes it. Asking again shows the one that is there.
     * No longer evergreen, archived or reopened means no successor; nor does a company that is blocked get one, until
       it is not blocked any more.
    """

    _name = 'outreach.demand'
    _description = "Skill Demand"
    _inherit = [
        'mail.thread',
        'mail.activity.mixin',
        'outreach.portal.mixin',
        'outreach.site.mixin',
        'outreach.licence.mixin',
        'outreach.unique.mixin',
        'outreach.conflict.mixin',
        'outreach.batch.mixin',
        'outreach.open.mixin',
        'outreach.kept.mixin',
    ]
    _order = 'date desc, id desc'
    _rec_names_search = ['name', 'partner_id', 'occupation_id']
    _check_company_auto = True
    _portal_fields = frozenset(
        {
            'id',
            'display_name',
            'name',
            'partner_id',
            'stage',
            'positions',
            'positions_open',
            'start_date',
            'description',
            'occupation_id',
            'date',
            'active',  # without `active` core cannot search
        }
    )

    MAX_POSITIONS = 500  # that somebody enters at once
    OPEN_STAGES = ('signal', 'recorded', 'checked', 'in_placement', 'partly_filled', 'paused')
    # closed for one of these, the company still needs people
    REOPEN_REASONS = ('filled_by_us', 'filled_otherwise', 'no_people', 'conditions', 'no_response')
    REOPEN_CHECK_DAYS = 7
    SUGGESTIONS = 5

    # who needs it
    name = fields.Char(
        "Title",
        required=True,
        tracking=True,
        index='trigram',
        help="In the employer's words, e.g. “Welder TIG” or “somebody for the warehouse”",
    )
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        'res.partner',
        "Company",
        required=True,
        index=True,
        ondelete='restrict',
        tracking=True,
        check_company=True,
        compute='_compute_partner_id',
        store=True,
        readonly=False,
        precompute=True,
        domain="[('is_company', '=', True), ('outreach_vetting', '!=', 'blocked')]",
    )
    contact_id = fields.Many2one(
        'res.partner',
        "Contact Person",
        index='btree_not_null',
        domain="[('commercial_partner_id', '=', partner_id), ('is_company', '=', False), ('type', '!=', 'site')]",
    )
    visit_id = fields.Many2one(
        'outreach.visit',
        "Originating Visit",
        index='btree_not_null',
        ondelete='set null',
        domain="[('partner_id', '=', partner_id)]",
        copy=False,
    )
    user_id = fields.Many2one(
        'res.users',
        "Officer",
        default=lambda self: self.env.user if not self.env.user.share else False,
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
    source = fields.Selection(
        [('officer', "Agency"), ('portal', "Employer portal")], default='officer', required=True, readonly=True, copy=False
    )
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    # what is needed
    date = fields.Date("Recorded On", required=True, default=fields.Date.context_today, copy=False, index=True)
    occupation_id = fields.Many2one('outreach.occupation', index='btree_not_null', ondelete='restrict', tracking=True)
    description = fields.Text()
    skill_ids = fields.One2many(
        'outreach.demand.skill', 'demand_id', "Skills", copy=True, compute='_compute_skill_ids', store=True, readonly=False, precompute=True
    )
    suggested_skill_count = fields.Integer("Suggested Skills", compute='_compute_suggested_skill_count')
    positions = fields.Integer(default=1, required=True, tracking=True, aggregator='sum')
    positions_filled = fields.Integer("Filled", tracking=True, copy=False, aggregator='sum')
    positions_open = fields.Integer("Open Positions", compute='_compute_positions_open', store=True, aggregator='sum')
    start_date = fields.Date()
    kind = fields.Selection(
        [  # keys: offer kinds of the Federal Employment Agency
            ('1', "Work"),
            ('2', "Self-employment"),
            ('4', "Apprenticeship or dual study"),
            ('34', "Internship or trainee"),
        ],
        default='1',
        required=True,
    )
    term = fields.Selection([('1', "Fixed term"), ('2', "Permanent")])
    # how much: one of these suffices, none means that nobody has said; keys of the Federal Employment Agency: vz, tz, mj, ho, snw
    is_full_time = fields.Boolean("Full Time")
    is_part_time = fields.Boolean("Part Time")
    is_mini_job = fields.Boolean("Mini-job")
    is_home_office = fields.Boolean("Home Office")
    # when besides: all of them are asked for
    is_shift = fields.Boolean("In Shifts")
    is_night = fields.Boolean("At Night")
    is_weekend = fields.Boolean("On Weekends")
    hours_from = fields.Float("Weekly Hours", digits=(16, 1), aggregator=None, help="0: nobody has said")
    hours_to = fields.Float("Weekly Hours up to", digits=(16, 1), aggregator=None, help="0: nobody has said")
    is_hazardous = fields.Boolean(
        "Dangerous for Minors", help="§ 22 JArbSchG, e.g. great heat, noise, chemicals or machines that may injure"
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    wage_from = fields.Monetary(aggregator=None)
    wage_to = fields.Monetary(aggregator=None)
    wage_unit = fields.Selection([('hour', "per hour"), ('month', "per month"), ('year', "per year")], default='hour')
    wage_exception = fields.Selection(
        [
            ('eq', "Introductory training, § 22 (1) MiLoG"),
            ('internship', "Internship, § 22 (1) MiLoG"),
            ('minor', "Under 18 without training, § 22 (2) MiLoG"),
            ('long_term', "Long-term unemployed, first six months, § 22 (4) MiLoG"),
        ],
        "No Minimum Wage",
        tracking=True,
        help="Apprentices need no entry: what they get at least is in § 17 BBiG, by year of training, e.g. 724, 854, 977 and 1,014 € a"
        " month where they begin in 2026 and no collective agreement says otherwise. For those under 18 without training and for"
        " long-term unemployed people the minimum wages of an industry hold nevertheless.",
    )
    minimum_wage = fields.Float(compute='_compute_minimum_wage', digits=(16, 2), aggregator=None, help="per hour, at the start")
    wage_warning = fields.Char(compute='_compute_minimum_wage')
    restrictions = fields.Char("Forbidden Restrictions", compute='_compute_restrictions')
    restriction_reason = fields.Char(
        "Indispensable Because", tracking=True, copy=False, help="Why the kind of work leaves no choice (§§ 8–10 AGG)"
    )
    struck = fields.Text(readonly=True, copy=False, help="Restrictions that were not passed on")
    workplace = fields.Char("Place of Work", compute='_compute_workplace', store=True, readonly=False, precompute=True)
    municipality_id = fields.Many2one(
        'outreach.municipality', compute='_compute_company_values', store=True, readonly=False, index='btree_not_null'
    )
    industry_id = fields.Many2one(
        'outreach.industry', "Industry (WZ)", compute='_compute_company_values', store=True, index='btree_not_null'
    )

    # conditions, and what the employer would accept
    language_level = fields.Selection(REQUIRED_CEFR_LEVELS, "German at Least")
    accepted_language_level = fields.Selection(
        REQUIRED_CEFR_LEVELS, "Would Accept", help="With the help named beside it, e.g. A2 if a course runs alongside"
    )
    accepted_note = fields.Char("Acceptance Condition", help="e.g. “A2 if a course runs alongside”")
    permit_condition = fields.Selection(
        [('free', "Unrestricted work permission only"), ('wait', "Would wait for the immigration office")], "Work Permission"
    )
    driving_licence = fields.Char(help="Classes, e.g. “B, CE”; forklift licences belong to the skills")
    is_temp_agency = fields.Boolean("Temporary Agency Work")
    proof_ids = fields.Many2many(
        'outreach.proof',
        'outreach_demand_proof_rel',
        'demand_id',
        'proof_id',
        "Proofs Before the First Day",
        compute='_compute_proof_ids',
        store=True,
        readonly=False,
        copy=True,
        help="To be there on the first day. Matches name them; nobody fails to fit because of them.",
    )
    suits_disabled = fields.Boolean("Suitable for People with Disabilities")
    suits_career_changers = fields.Boolean("Career Changers Welcome")
    trains_on_the_job = fields.Boolean("Training on the Job")

    # progress
    stage = fields.Selection(
        [
            ('signal', "Announced"),
            ('recorded', "Recorded"),
            ('checked', "Checked"),
            ('in_placement', "In placement"),
            ('partly_filled', "Partly filled"),
            ('filled', "Filled"),
            ('paused', "Paused"),
            ('closed', "Closed"),
        ],
        required=True,
        default='recorded',
        index=True,
        tracking=True,
        copy=False,
        group_expand=True,
    )
    closed_reason = fields.Selection(
        [
            ('filled_by_us', "Filled by us"),
            ('filled_otherwise', "Filled otherwise"),
            ('need_gone', "Need gone"),
            ('no_people', "No suitable people"),
            ('conditions', "Conditions unsuitable (pay, hours, place)"),
            ('no_response', "No response"),
            ('duplicate', "Entered twice"),
            ('blocked', "Company blocked"),
        ],
        copy=False,
        tracking=True,
    )
    # the last request that raised the positions, so that it does not count twice
    raise_intention = fields.Char(copy=False, readonly=True, groups='base.group_system', export_string_translation=False)
    duplicates = fields.Json("Looks Like", compute='_compute_duplicates')
    external_supplier = fields.Char("Supplier", copy=False, help="Who gave the posting its id, e.g. a job board")
    external_posting = fields.Char("Posting ID", copy=False)

    # again
    previous_id = fields.Many2one('outreach.demand', "Repeats", readonly=True, copy=False, index='btree_not_null', ondelete='set null')
    next_ids = fields.One2many('outreach.demand', 'previous_id', "Successors", readonly=True)
    next_id = fields.Many2one('outreach.demand', "Repeated As", compute='_compute_next_id')
    is_evergreen = fields.Boolean("Evergreen", tracking=True, help="When it is filled, the same demand opens again.")
    reopen_months = fields.Integer(
        "Opens Again After … Months",
        aggregator=None,
        help="0: at once. 12: next year, on the day of the year on which this one was recorded.",
    )
    reopen_date = fields.Date(
        "Opens Again On", compute='_compute_reopen_date', store=True, readonly=False, copy=False, index='btree_not_null'
    )

    # together with others
    joins_course = fields.Boolean(
        "Interested in a Shared Course",
        tracking=True,
        help="The company would send people to a course, or take people from one, together with other companies.",
    )
    # counted as distinct companies, so they are right on every level of a pivot; nothing is counted twice
    course_partner_id = fields.Many2one(
        'res.partner', "Companies for a Shared Course", compute='_compute_course', store=True, index='btree_not_null'
    )
    course_positions = fields.Integer("Positions for a Shared Course", compute='_compute_course', store=True, aggregator='sum')
    occupation_area_id = fields.Many2one(related='occupation_id.kldb_area_id', string="Occupational Area")
    occupation_main_group_id = fields.Many2one(related='occupation_id.kldb_main_group_id', string="Occupational Main Group")
    occupation_group_id = fields.Many2one(related='occupation_id.kldb_group_id', string="Occupational Group")
    requirement_level = fields.Selection(related='occupation_id.requirement_level')
    industry_section_id = fields.Many2one(related='industry_id.section_id', string="Industry Section")
    measure_ids = fields.Many2many(
        'outreach.measure', 'outreach_measure_demand_rel', 'demand_id', 'measure_id', string="Joint Measures", copy=False
    )

    _positions_check = models.Constraint('CHECK(positions >= 1)', "A demand is for at least one position.")
    _filled_check = models.Constraint('CHECK(positions_filled BETWEEN 0 AND positions)', "Not more positions can be filled than there are.")
    _wage_check = models.Constraint(
        'CHECK(wage_from >= 0 AND wage_to >= 0 AND (wage_to = 0 OR wage_to >= wage_from))',
        "The upper wage must not be below the lower one.",
    )
    _hours_check = models.Constraint(
        'CHECK(coalesce(hours_from, 0) >= 0 AND coalesce(hours_to, 0) BETWEEN 0 AND 60'
        ' AND (coalesce(hours_to, 0) = 0 OR hours_to >= coalesce(hours_from, 0)))',
        "Weekly hours go from the lower to the higher number, 60 at most.",
    )
    _closed_check = models.Constraint("CHECK(stage != 'closed' OR closed_reason IS NOT NULL)", "Choose why the demand is closed.")
    _external_uniq = models.UniqueIndex(
        '(company_id, external_supplier, external_posting) WHERE external_posting IS NOT NULL',
        "A demand with this posting id of this supplier exists already.",
    )
    _reopen_months_check = models.Constraint('CHECK(reopen_months BETWEEN 0 AND 60)', "A demand opens again after 0 to 60 months.")
    _successor_uniq = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL AND active AND stage NOT IN ('filled', 'closed')",
        "This demand has been repeated already, and that demand is still open.",
    )
    _partner_stage_idx = models.Index('(partner_id, stage)')

    _onchange_description_words = warn_of_personal_words('description')
    _onchange_accepted_note_words = warn_of_personal_words('accepted_note')

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

    @api.depends('visit_id')
    def _compute_site_id(self):
        """What was heard at a site is needed there, unless somebody says otherwise."""
        for demand in self.filtered(lambda demand: not demand.site_id):
            demand.site_id = demand.visit_id.site_id
        return super()._compute_site_id()

    @api.depends('partner_id', 'site_id')
    def _compute_workplace(self):
        for demand in self:
            demand.workplace = demand._get_site_or_company().city

    @api.depends(
        'partner_id.outreach_municipality_id',
        'partner_id.outreach_industry_id',
        'site_id.outreach_municipality_id',
        'site_id.outreach_industry_id',
    )
    def _compute_company_values(self):
        """Follow the company, and its site, while the demand is open; then the figures stay as they were."""
        for demand in self:
            if demand.is_open or not demand.municipality_id:
                demand.municipality_id = demand._get_site_or_company().outreach_municipality_id
            if demand.is_open or not demand.industry_id:
                demand.industry_id = demand.site_id.outreach_industry_id or demand.partner_id.outreach_industry_id

    @api.depends('positions', 'positions_filled', 'stage', 'active')
    def _compute_positions_open(self):
        for demand in self:
            is_open = demand.active and demand.is_open
            demand.positions_open = max(demand.positions - demand.positions_filled, 0) if is_open else 0

    @api.depends('occupation_id')
    def _compute_skill_ids(self):
        suggestions = self.occupation_id._origin._get_suggested_skills()
        stored = self.filtered(lambda demand: isinstance(demand.id, int))
        for demand in self - stored:
            stale, missing = demand.skill_ids._compare(suggestions[demand.occupation_id._origin])
            demand.skill_ids = [*(Command.delete(line.id) for line in stale), *map(Command.create, missing)]
        if stored:
            stored._replace_suggestions(suggestions)

    @api.depends('occupation_id')
    def _compute_proof_ids(self):
        """Those of the occupation; what somebody added stays until there is another occupation."""
        for occupation, demands in self.grouped('occupation_id').items():
            demands.proof_ids = occupation._get_proofs()  # of all in one go

    @api.depends('skill_ids.is_suggested')
    def _compute_suggested_skill_count(self):
        for demand in self:
            demand.suggested_skill_count = len(demand.skill_ids.filtered('is_suggested'))

    @api.depends('partner_id', 'occupation_id', 'name', 'stage', 'active', 'company_id')
    def _compute_duplicates(self):
        stages = dict(self._fields['stage']._description_selection(self.env))
        for demand, found in self._get_duplicates().items():
            demand.duplicates = [
                {
                    'id': other.id,
                    'name': other.name,
                    'occupation': other.occupation_id.display_name or '',
                    'positions': other.positions,
                    'positions_open': other.positions_open,
                    'stage': stages[other.stage],
                }
                for other in found
            ]

    @api.depends('next_ids')
    def _compute_next_id(self):
        """The latest one; earlier ones were closed."""
        for demand in self:
            demand.next_id = max(demand.next_ids, key=lambda successor: successor.id, default=False)

    @api.depends('is_evergreen', 'reopen_months', 'date', 'stage', 'closed_reason', 'active')
    def _compute_reopen_date(self):
        today = fields.Date.context_today(self)
        for demand in self:
            waits = demand._leaves_need() and not demand.with_context(active_test=False).next_ids
            rhythm = demand.reopen_months and demand_rule.next_start(demand.date, demand.reopen_months, today)
            demand.reopen_date = waits and (rhythm or today)

    @api.depends('joins_course', 'partner_id', 'positions_open')
    def _compute_course(self):
        for demand in self:
            demand.course_partner_id = demand.joins_course and demand.partner_id
            demand.course_positions = demand.positions_open if demand.joins_course else 0

    @api.depends(
        'wage_from',
        'wage_to',
        'wage_unit',
        'wage_exception',
        'is_temp_agency',
        'kind',
        'start_date',
        'industry_id',
        'occupation_id',
        'hours_from',
        'hours_to',
        'name',
        'description',
    )
    @api.depends_context('lang')
    def _compute_minimum_wage(self):
        today = fields.Date.context_today(self)
        wages = self.env['outreach.minimum.wage']._get_wages()
        names = {wage: record for record, wage in wages.items()}
        for demand in self:
            occupation = demand.occupation_id.kldb_id or demand.occupation_id
            found = lawful.minimum(
                wages.values(),
                max(demand.start_date or today, today),
                demand.industry_id.code or '',
                (occupation.code or '') if occupation.scheme == 'kldb' else '',
                'apprentice' if demand.kind == '4' else demand.wage_exception or '',
                is_lent=demand.is_temp_agency,
            )
            pay = lawful.hourly(demand.wage_from or demand.wage_to, demand.wage_unit or 'hour', demand.hours_to or demand.hours_from)
            pay = pay or lawful.named_pay(f"{demand.name} {demand.description or ''}")
            demand.minimum_wage = found.amount if found else 0
            demand.wage_warning = False
            # cents are rounded, so that a monthly pay that was worked out from the hour is not below it
            if found and pay > 0 and demand.kind != '2' and round(pay, 2) < found.amount:
                demand.wage_warning = self.env._(
                    "%(pay)s € per hour are below %(minimum)s € (%(name)s, %(law)s), which bind from the start on.",
                    pay=formatLang(self.env, pay),
                    minimum=formatLang(self.env, found.amount),
                    name=names[found].name,
                    law=names[found].source,
                )

    @api.depends(*TEXTS)
    @api.depends_context('lang')
    def _compute_restrictions(self):
        words = self.env['outreach.restriction.word'].sudo().search([]).mapped('name')
        for demand in self:
            found = [place for name in TEXTS for place in lawful.find_restrictions(demand[name], words)]
            demand.restrictions = self._quote(found) or False

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains('partner_id')
    def _check_partner_is_company(self):
        self.partner_id._check_outreach_is_company()

    def _check_lawful(self):
        """Raise where a demand cannot count as checked: it pays too little, or restricts and nobody said why."""
        for demand in self:
            if demand.wage_warning:
                raise UserError(
                    self.env._(
                        "“%(demand)s” cannot count as checked: %(reason)s Nobody may be placed in it (§ 36 (1) SGB III). Agree on more, or"
                        " note under “No Minimum Wage” why none binds.",
                        demand=demand.name,
                        reason=demand.wage_warning,
                    )
                )
            if demand.restrictions and not is_reason(demand.restriction_reason):
                raise UserError(
                    self.env._(
                        "“%(demand)s” cannot count as checked: it says %(words)s. Strike it, or note why it is indispensable"
                        " (§ 36 (2) SGB III, §§ 8–10 AGG).",
                        demand=demand.name,
                        words=demand.restrictions,
                    )
                )

    def _quote(self, places):
        """Each once, in quotation marks of the language."""
        return ', '.join(self.env._("“%(words)s”", words=place) for place in dict.fromkeys(places))

    def _get_lawful_facts(self):
        return tuple(self[name] for name in LAWFUL_FACTS)

    def _is_excused_before(self, words, reason):
        """Whether its reason was given for other words than it has now."""
        return bool(reason) and self.restriction_reason == reason and self.restrictions != words

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        demands = super().create(vals_list)
        demands._take_company()
        demands.filtered(lambda demand: demand.stage in CHECKED_STAGES)._check_lawful()
        for demand, vals in zip(demands, vals_list, strict=True):
            if vals.get('positions_filled') and 'stage' not in vals:
                demand._follow_filled_positions()
        return demands

    def write(self, vals):
        if vals.get('stage', 'closed') != 'closed':
            vals = {'closed_reason': False, **vals}
        facts, words = {}, {}
        if {*LAWFUL_FACTS, 'partner_id', 'site_id', 'visit_id'} & vals.keys():
            facts = {demand: demand._get_lawful_facts() for demand in self}
        if {*TEXTS} & vals.keys():
            words = {demand: (demand.restrictions, demand.restriction_reason) for demand in self}
        res = super().write(vals)
        if excused := self.filtered(lambda demand: demand in words and demand._is_excused_before(*words[demand])):
            super(OutreachDemand, excused).write({'restriction_reason': False})
        self.filtered(
            lambda demand: demand in facts and demand.stage in CHECKED_STAGES and demand._get_lawful_facts() != facts[demand]
        )._check_lawful()
        if 'partner_id' in vals:
            self._take_company()
        if {'positions', 'positions_filled'} & vals.keys() and 'stage' not in vals:
            self._follow_filled_positions()
        if {'stage', 'closed_reason', 'is_evergreen', 'reopen_months', 'active'} & vals.keys():
            at_once = self.filtered(lambda demand: demand.reopen_date and not demand.reopen_months)
            at_once.filtered_domain(self._get_reopen_domain())._reopen()
        return res

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_check(self):
        """An officer has looked at the demand, wherever it came from."""
        self.filtered(lambda demand: demand.stage in ('signal', 'recorded')).stage = 'checked'

    def action_strike_restrictions(self):
        """Take them out of the texts; what was struck, by whom and when, stays."""
        words = self.env['outreach.restriction.word'].sudo().search([]).mapped('name')
        for demand in self:
            found = {name: lawful.find_restrictions(demand[name], words) for name in TEXTS}
            if not any(found.values()):
                continue
            places = self._quote(place for places in found.values() for place in places)
            note = self.env._(
                "%(date)s, %(person)s: %(words)s",
                date=format_date(self.env, fields.Date.context_today(demand)),
                person=self.env.user.name,
                words=places,
            )
            demand.write(
                {
                    **{name: lawful.strike(demand[name], places) for name, places in found.items() if places},
                    'struck': '\n'.join(filter(None, (demand.struck, note))),
                }
            )
            demand.message_post(body=self.env._("Struck, since the law forbids it: %(words)s", words=places))

    def action_start_placement(self):
        self.filtered(lambda demand: demand.stage in ('recorded', 'checked', 'paused')).stage = 'in_placement'

    def action_pause(self):
        self.filtered('is_open').stage = 'paused'

    def action_reopen(self):
        self.filtered(lambda demand: demand.stage in ('closed', 'filled', 'paused')).write({'stage': 'recorded', 'closed_reason': False})
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

    def action_quick(self):
        """Open the quick entry; `default_*` keys of the context fill it."""
        return {
            'name': self.env._("Log a Demand"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.demand',
            'views': [(self.env.ref(QUICK_VIEW).id, 'form')],
            'target': 'new',
            'context': {key: value for key, value in self.env.context.items() if key.startswith('default_')},
        }

    def action_quick_done(self):
        """The dialog has saved this demand: say what was recorded, and offer what comes next."""
        self.ensure_one()
        positions = self.env._("1 position") if self.positions == 1 else self.env._("%(count)s positions", count=self.positions)
        return {
            'type': 'ir.actions.client',
            'tag': 'outreach_recorded',
            'params': {
                'message': self.env._("Recorded: %(what)s", what=' · '.join((self.name, positions, self.partner_id.name))),
                'steps': self._get_next_steps(),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }

    def _get_next_steps(self):
        """Buttons after a demand was recorded, the likeliest first: dictionaries with `label`, `model`, `id` and `method`."""
        steps = [{'label': self.env._("Show Demand"), 'model': self._name, 'id': self.id, 'method': 'get_formview_action'}]
        if not self.visit_id:
            company = self.partner_id
            steps.append(
                {
                    'label': self.env._("Plan a Visit"),
                    'model': company._name,
                    'id': (self.site_id or company).id,
                    'method': 'action_plan_outreach_visit',
                }
            )
        return steps

    def action_quick_another(self):
        """The dialog has saved this demand; open it again for the next one of the same company."""
        self.ensure_one()
        return self.with_context(default_partner_id=self.partner_id.id, default_visit_id=self.visit_id.id).action_quick()

    def action_suggest_skills(self):
        """Suggest again what was removed."""
        self._replace_suggestions(self.occupation_id._get_suggested_skills())

    def action_remove_optional_suggestions(self):
        self.skill_ids.filtered(lambda line: line.is_suggested and line.need == 'nice').unlink()

    def action_remove_suggestions(self):
        """Leave what somebody added or changed."""
        self.skill_ids.filtered('is_suggested').unlink()

    def action_accept_suggestions(self):
        """These skills are the demand's own from now on, whatever occupation is chosen later."""
        self.skill_ids.filtered('is_suggested').is_suggested = False

    def action_raise(self, positions, seen, words='', instead_of_id=False, intention=False):
        """Raise the positions of this open demand, instead of having a second one for the same need.

        :param int positions: how many more
        :param int seen: for how many positions it is, as far as the caller knows
        :param str words: what the employer said, kept in the chatter
        :param int instead_of_id: the demand that is closed for it, when it was saved already; its open positions count
        :param str intention: names this request; a second call with it changes nothing
        :return: for how many positions it is now
        """
        self.ensure_one()
        self.check_access('write')
        if intention and intention == self.sudo().raise_intention:
            return self.positions
        if not self.is_open or not self.active:
            raise UserError(self.env._("“%(demand)s” is not open any more, so enter a demand of its own.", demand=self.name))
        if seen != self.positions:
            raise UserError(
                self.env._(
                    "“%(demand)s” is for %(positions)s positions by now: %(person)s changed it on %(time)s. Nothing was added. If what the"
                    " employer told you is not in it yet, raise it again.",
                    demand=self.name,
                    positions=self.positions,
                    person=self.sudo().write_uid.name,
                    time=format_datetime(self.env, self.write_date, dt_format='short'),
                )
            )
        other = self.browse(instead_of_id)
        if other:
            if other == self or other.partner_id != self.partner_id:
                raise UserError(self.env._("Only another demand of the same company can be counted here."))
            if not other.is_open or not other.active:
                raise UserError(self.env._("“%(demand)s” was closed meanwhile; nothing was changed.", demand=other.name))
            positions, words = other.positions_open, other.name
            other.write({'stage': 'closed', 'closed_reason': 'duplicate'})
            other.message_post(
                body=self.env._("Counted in the demand “%(demand)s”, which was raised by %(count)s.", demand=self.name, count=positions)
            )
        if not isinstance(positions, int) or not 1 <= positions <= self.MAX_POSITIONS:
            raise UserError(self.env._("The number of positions must be from 1 to %(most)s.", most=self.MAX_POSITIONS))
        self.positions += positions
        self.sudo().raise_intention = intention
        self.message_post(
            body=self.env._("Raised by %(count)s: the employer also asked for “%(words)s”.", count=positions, words=words or self.name)
        )
        return self.positions

    def action_repeat(self):
        """The same need again, a year on. What has an open successor already is not repeated twice."""
        successors = self._get_open_successors()
        former = self - successors.previous_id
        if still_open := former.filtered('is_open'):
            raise UserError(
                self.env._(
                    "Only demands that are filled or closed are repeated. Still open: %(demands)s."
                    " Raise their positions if more people are needed, or close them first.",
                    demands=', '.join(still_open.mapped('name')),
                )
            )
        demands = successors | former._repeat(12)
        if len(demands) == 1:
            return demands.get_formview_action()
        return {
            'name': self.env._("Same as Last Year"),
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'view_mode': 'list,kanban,form',
            'domain': [('id', 'in', demands.ids)],
        }

    def action_start_measure(self):
        """Open a new joint measure for these demands; nothing is saved yet."""
        demands = self.filtered(lambda demand: demand.active and demand.is_open)
        groups = set(demands.mapped(lambda demand: demand.occupation_group_id.id))
        interested = demands.filtered('joins_course') or demands
        return {
            'name': self.env._("New Joint Measure"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.measure',
            'view_mode': 'form',
            'context': {
                'default_demand_ids': [Command.set(demands.ids)],
                'default_occupation_group_id': groups.pop() if len(groups) == 1 else False,
                'default_municipality_ids': [Command.set(demands.municipality_id.ids)],
                'default_seats': sum(interested.mapped('positions_open')),
            },
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _take_company(self):
        """These demands have a company that they did not have before."""
        self.partner_id._check_outreach_not_blocked()
        self.partner_id._mark_outreach_company()

    def _get_checkers(self):
        """Who may be asked to check the demand, the first one first: the officer responsible, then the managers."""
        self.ensure_one()
        managers = (
            self.env.ref(MANAGER)
            .sudo()
            .all_user_ids.filtered(lambda user: self.company_id in user.company_ids and user != self.env.ref('base.user_root'))
        )
        return self.user_id | managers.sorted('id')

    def _get_checker(self):
        return self._get_checkers().filtered(lambda user: user.active and user._is_internal())[:1]

    def _follow_filled_positions(self):
        """The stage follows the count, except where somebody paused or closed the demand."""
        for demand in self.filtered(lambda demand: demand.stage not in ('paused', 'closed')):
            if demand.positions_filled == demand.positions:
                demand.stage = 'filled'
            elif demand.positions_filled:
                demand.stage = 'partly_filled'
            elif demand.stage in ('partly_filled', 'filled'):
                demand.stage = 'in_placement'

    # ------------------------------------------------------------
    # OCCUPATION AND SKILLS
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def suggest_occupations(self, words):
        """What the employer's words may mean, the best first, as `search_by_words` gives it. Nothing is chosen by it.

        A group is better than nothing, an occupation better than its group.
        """
        if not isinstance(words, str) or len(words.strip()) < 2:
            return []
        found = self.env['outreach.occupation'].search_by_words(words, limit=2 * self.SUGGESTIONS)
        return sorted(found, key=lambda entry: entry['scheme'] == 'kldb' and not entry['requirement_level'])[: self.SUGGESTIONS]

    def _replace_suggestions(self, suggestions):
        """As above for demands that are in the database already: all in one go."""
        Line = self.env['outreach.demand.skill']
        all_stale, all_missing = Line, []
        by_demand = Line.search([('demand_id', 'in', self.ids)]).grouped('demand_id')
        for demand in self:
            stale, missing = by_demand.get(demand, Line)._compare(suggestions[demand.occupation_id])
            all_stale += stale
            all_missing += [{**values, 'demand_id': demand.id} for values in missing]
        all_stale.unlink()
        Line.create(all_missing)

    # ------------------------------------------------------------
    # THE SAME NEED TOLD TWICE
    # ------------------------------------------------------------

    def _get_duplicates(self):
        """`{demand: open demands that look like it}`, the surest first. Queries do not depend on how many demands."""
        candidates = self.env['outreach.demand']
        open_ones = self.filtered(lambda demand: demand.active and demand.is_open)
        if open_ones.partner_id:
            candidates = candidates.search(self._get_open_domain() & Domain('partner_id', 'in', open_ones.partner_id._origin.ids))
        by_company = candidates.grouped(lambda demand: (demand.partner_id, demand.company_id))
        found = dict.fromkeys(self, self.browse())
        for demand in open_ones:
            others = by_company.get((demand.partner_id._origin, demand.company_id._origin), candidates) - demand._origin
            ranks = {other: demand._get_likeness(other) for other in others}
            found[demand] = others.filtered(ranks.get).sorted(ranks.get, reverse=True)
        return found

    def _get_likeness(self, other):
        """3: the same occupation, 2: similar titles, 1: the same occupational group, 0: another need."""
        mine, theirs = self.occupation_id._origin, other.occupation_id
        if mine and mine == theirs:
            return 3
        if demand_rule.is_similar(self.name or '', other.name):
            return 2
        return int(bool(mine.kldb_group_id) and mine.kldb_group_id == theirs.kldb_group_id)

    # ------------------------------------------------------------
    # THE SAME NEED AGAIN
    # ------------------------------------------------------------

    def _leaves_need(self):
        """Whether this is evergreen and came to an end that is none for the company's need."""
        self.ensure_one()
        ended = self.stage == 'filled' or (self.stage == 'closed' and self.closed_reason in self.REOPEN_REASONS)
        return self.is_evergreen and self.active and ended

    def _get_open_successors(self):
        return self.search(self._get_open_domain() & Domain('previous_id', 'in', self.ids))

    def _repeat(self, months):
        """Make a successor of each, `months` on, and return them."""
        # `default_*` keys meant for a dialog would land in the successors
        demands = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        return demands.create(
            [{**vals, **demand._prepare_repeat_values(months)} for demand, vals in zip(demands, demands.copy_data(), strict=True)]
        )

    def _prepare_repeat_values(self, months):
        user = self.user_id if self.user_id.active else self.env.user if self.env.user._is_internal() else self.user_id.browse()
        start = demand_rule.next_start(self.start_date or None, months, fields.Date.context_today(self))
        return {
            'previous_id': self.id,
            'start_date': start or False,
            'contact_id': self.contact_id.id if self.contact_id.active else False,
            'user_id': user.id,
            'agency_id': (user._get_outreach_agency() or self.agency_id).id,
        }

    def _reopen(self):
        """Open the successors of these evergreen demands, and ask their officers whether they are right."""
        if not self:
            return
        successors = self.browse()
        alone = self.filtered(lambda demand: not demand.with_context(active_test=False).next_ids)
        for months, demands in alone.grouped('reopen_months').items():
            successors |= demands._repeat(months)
        self.reopen_date = False
        self._outreach_give_to_dos(
            [
                {
                    'res_id': successor.id,
                    'user_id': checker.id,
                    'date_deadline': fields.Date.context_today(self) + relativedelta(days=self.REOPEN_CHECK_DAYS),
                    'summary': successor.with_context(lang=checker.lang or self.env.lang).env._(
                        "Evergreen demand opened again: are number and date right?"
                    ),
                }
                for successor in successors
                if (checker := successor._get_checker())
            ]
        )

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _get_reopen_domain(self):
        return (
            Domain('reopen_date', '<=', 'today')
            & Domain('is_evergreen', '=', True)
            & Domain('partner_id.outreach_vetting', '!=', 'blocked')
            & Domain('partner_id.active', '=', True)
        )

    @api.model
    def _get_due_work(self):
        return super()._get_due_work() | {'_cron_reopen': DueWork(self._name, self._get_reopen_domain(), 'reopen_date')}

    @api.model
    def _cron_reopen(self):
        """Open the successors whose day has come."""
        self._run_batches(self._get_reopen_domain(), lambda batch: batch._reopen(), size=20, order='reopen_date, id')
