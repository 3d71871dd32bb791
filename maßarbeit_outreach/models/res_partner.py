from contextlib import suppress
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..tools import betriebsnummer as betriebsnummer_rule
from ..tools import coordination as coordination_rule
from ..tools import municipality as municipality_rule
from ..tools import register_entry as register_rule
from .selections import REGISTER_KINDS, SIZE_CLASSES

CONSENT = [
    ('unknown', "Not asked"),
    ('granted', "Agreed"),
    ('refused', "Refused"),
]

# What a company may refuse, by the channel of a contact.
CONSENT_FIELDS = {
    'visit': 'outreach_consent_visit',
    'phone': 'outreach_consent_phone',
    'video': 'outreach_consent_phone',
    'email': 'outreach_consent_email',
}
OUTREACH = 'maßarbeit_outreach.group_outreach_user'  # who reads what a company asked for
REGISTER_FIELDS = ('outreach_register_court', 'outreach_register_kind', 'outreach_register_number')


class ResPartner(models.Model):
    """A company of the county, as the offices that visit it see it."""

    _inherit = 'res.partner'

    outreach_company = fields.Boolean(
        "In Employer Outreach", help="Set by an import, or as soon as a visit, demand or stand names the company.")

    # place
    outreach_ags = fields.Char("AGS of the Seat", size=8, help="Official municipality key, 8 digits, as registers give it")
    outreach_municipality_id = fields.Many2one(
        'outreach.municipality', "Municipality", compute='_compute_outreach_municipality', store=True, readonly=False,
        index='btree_not_null', ondelete='restrict',
        help="Found from AGS, postcode and place when they leave no doubt; otherwise choose it.")
    outreach_municipality_status = fields.Selection([
        ('assigned', "Assigned"),
        ('to_assign', "To be assigned"),
        ('outside', "Outside the county"),
    ], "Municipality Status", compute='_compute_outreach_municipality_status', store=True)

    # what kind of company it is
    outreach_industry_id = fields.Many2one(
        'outreach.industry', "Industry (WZ)", index='btree_not_null', ondelete='restrict')
    outreach_size_class = fields.Selection(SIZE_CLASSES, "Size Class")
    outreach_register_court = fields.Char("Register Court", help="Place of the court, e.g. Osnabrück")
    outreach_register_kind = fields.Selection(REGISTER_KINDS, "Register")
    outreach_register_number = fields.Char("Register Number")
    outreach_register_twin_id = fields.Many2one(
        'res.partner', "Company with the Same Register Entry", compute='_compute_outreach_register_twin_id')
    outreach_betriebsnummer = fields.Char("Betriebsnummer", help="8 digits, given by the Federal Employment Agency")
    outreach_training_company = fields.Boolean("Training Company")
    outreach_collective_agreement = fields.Boolean("Collective Agreement")
    outreach_works_council = fields.Boolean("Works Council")
    outreach_bus_stop = fields.Char("Bus Line and Stop")
    outreach_language_ids = fields.Many2many('outreach.language', string="Languages in the Team")
    outreach_mentor = fields.Boolean("Mentor Available")
    outreach_childcare_help = fields.Boolean("Help with Childcare")
    outreach_transport_help = fields.Boolean("Help with Transport")
    outreach_accessible = fields.Boolean("Accessible Site")

    # how we deal with it
    outreach_vetting = fields.Selection([
        ('new', "New"),
        ('checked', "Checked"),
        ('blocked', "Blocked"),
    ], "Vetting", default='new', tracking=True, help="Blocked companies get no new visit, demand or stand.")
    outreach_consent_phone = fields.Selection(CONSENT, "Consent: Phone", default='unknown', groups=OUTREACH)
    outreach_consent_email = fields.Selection(CONSENT, "Consent: E-Mail", default='unknown', groups=OUTREACH)
    outreach_consent_visit = fields.Selection(CONSENT, "Consent: Visit", default='unknown', groups=OUTREACH)
    outreach_blocked_until = fields.Date(
        "No Contact Until", help="The company asked to be left alone until that day.", groups=OUTREACH)
    outreach_max_contacts = fields.Integer(
        "Contacts a Month at Most", help="The company's wish, over all agencies. 0: no limit.", groups=OUTREACH)
    # counted up by whoever plans a contact, see OutreachVisit._lock_planning
    outreach_planning_turn = fields.Integer(copy=False, export_string_translation=False, groups='base.group_system')
    outreach_wish_note = fields.Char("What the Company Asked For", groups=OUTREACH)
    outreach_promise_ids = fields.One2many('outreach.promise', 'partner_id', "Promises")
    outreach_referral_ids = fields.One2many('outreach.referral', 'partner_id', "Referrals")
    outreach_warning_ids = fields.One2many('outreach.early.warning', 'partner_id', "Early Warnings")
    outreach_responsibility_ids = fields.One2many('outreach.responsibility', 'partner_id', "Agencies")
    outreach_lead_id = fields.Many2one(
        'crm.lead', index='btree_not_null', copy=False,
        help="The lead that visits and demands of this company move forward.")

    # counters; see _get_outreach_counters
    outreach_visit_ids = fields.One2many('outreach.visit', 'partner_id', "Visits")
    outreach_demand_ids = fields.One2many('outreach.demand', 'partner_id', "Demands")
    outreach_stand_ids = fields.One2many('event.booth', 'partner_id', "Fair Stands",
                                         domain=[('participation_state', '!=', False)])
    outreach_visit_count = fields.Integer("Visit Count", compute='_compute_outreach_counts')
    outreach_demand_count = fields.Integer("Demand Count", compute='_compute_outreach_counts')
    outreach_open_positions = fields.Integer("Open Positions", compute='_compute_outreach_counts')
    outreach_stand_count = fields.Integer("Stand Count", compute='_compute_outreach_counts')
    outreach_portal_user_ids = fields.Many2many(
        'res.users', string="Portal Users", compute='_compute_outreach_portal_user_ids',
        search='_search_outreach_portal_user_ids', export_string_translation=False)

    _outreach_max_contacts_check = models.Constraint(
        'CHECK(outreach_max_contacts >= 0)', "A number of contacts cannot be negative.")
    # not unique: merging two records of one company passes through a state with both
    _outreach_register_idx = models.Index(
        '(outreach_register_number, outreach_register_kind, outreach_register_court)'
        ' WHERE outreach_register_number IS NOT NULL')
    _outreach_to_assign_idx = models.Index(
        "(id) WHERE outreach_municipality_status = 'to_assign'")

    @api.depends('zip', 'city', 'outreach_ags', 'is_company')
    def _compute_outreach_municipality(self):
        """A postcode is no key: 49577 serves three municipalities. See `tools/municipality.py` for the rule."""
        companies = self.filtered('is_company')
        (self - companies).outreach_municipality_id = False
        if not companies:
            return
        directory = self.env['outreach.municipality']._get_directory()
        for partner in companies:
            resolution = partner._resolve_outreach_municipality(directory)
            # what a person chose stays where the address does not decide
            if resolution.key or resolution.status == 'outside' or not partner.outreach_municipality_id:
                partner.outreach_municipality_id = resolution.key

    def _resolve_outreach_municipality(self, directory):
        return municipality_rule.resolve(self.zip or '', self.city or '', self.outreach_ags or '', directory)

    @api.depends('zip', 'city', 'outreach_ags', 'is_company', 'outreach_municipality_id')
    def _compute_outreach_municipality_status(self):
        companies = self.filtered('is_company')
        (self - companies).outreach_municipality_status = False
        assigned = companies.filtered('outreach_municipality_id')
        assigned.outreach_municipality_status = 'assigned'
        if companies - assigned:
            directory = self.env['outreach.municipality']._get_directory()
            for partner in companies - assigned:
                status = partner._resolve_outreach_municipality(directory).status
                partner.outreach_municipality_status = 'to_assign' if status == 'assigned' else status

    @api.depends('outreach_register_court', 'outreach_register_kind', 'outreach_register_number')
    def _compute_outreach_register_twin_id(self):
        self.outreach_register_twin_id = False
        for partner in self.filtered('outreach_register_number'):
            partner.outreach_register_twin_id = self.sudo().with_context(active_test=False).search([
                ('outreach_register_number', '=', partner.outreach_register_number),
                ('outreach_register_kind', '=', partner.outreach_register_kind),
                ('outreach_register_court', '=', partner.outreach_register_court),
                ('company_id', 'in', [False, partner.company_id.id]),
                ('id', '!=', partner._origin.id),
            ], limit=1)

    def _get_outreach_counters(self):
        """Each counter once, as `{field: (model, domain, aggregate)}`: it feeds the number and the list behind it,
        so that the two cannot disagree. Demands count while they are open."""
        mine = Domain('partner_id', 'in', self.ids)
        open_demand = self.env['outreach.demand']._get_open_domain()
        return {
            'outreach_visit_count': ('outreach.visit', mine & Domain('stage', '!=', 'cancelled'), '__count'),
            'outreach_demand_count': ('outreach.demand', mine & open_demand, '__count'),
            'outreach_open_positions': ('outreach.demand', mine & open_demand, 'positions_open:sum'),
            'outreach_stand_count': ('event.booth', mine & Domain('participation_state', '!=', False), '__count'),
        }

    @api.depends_context('uid')  # each counts what they may see
    def _compute_outreach_counts(self):
        for name, (model, domain, aggregate) in self._get_outreach_counters().items():
            allowed = self.env[model].has_access('read')
            counts = dict(self.env[model]._read_group(domain, ['partner_id'], [aggregate])) if allowed else {}
            for partner in self:
                partner[name] = counts.get(partner._origin, 0)

    def _compute_outreach_portal_user_ids(self):
        users = self.env['res.users'].sudo().search([
            ('partner_id.commercial_partner_id', 'in', self.commercial_partner_id.ids), ('share', '=', True)])
        by_company = users.grouped(lambda user: user.partner_id.commercial_partner_id)
        for partner in self:
            partner.outreach_portal_user_ids = by_company.get(partner.commercial_partner_id, False)

    def _search_outreach_portal_user_ids(self, operator, value):
        """Companies that these users stand for *now*. Record rules use it with the constant `user.id`: a rule that
        names `user.commercial_partner_id` is cached and lets somebody who changed company read on at the old one."""
        if operator != 'in' or not all(value):
            return NotImplemented
        users = self.env['res.users'].sudo().browse(value).exists()
        return Domain('id', 'in', users.filtered('share').partner_id.commercial_partner_id.ids)

    @api.constrains('outreach_betriebsnummer')
    def _check_outreach_betriebsnummer(self):
        for partner in self.filtered('outreach_betriebsnummer'):
            try:
                betriebsnummer_rule.check_betriebsnummer(partner.outreach_betriebsnummer)
            except betriebsnummer_rule.InvalidBetriebsnummer as error:
                raise ValidationError(self.env._(
                    "“%(number)s” is not a Betriebsnummer. It has 8 digits; please check it for typing errors.",
                    number=partner.outreach_betriebsnummer)) from error

    @api.constrains(*REGISTER_FIELDS)
    def _check_outreach_register(self):
        for partner in self.filtered(lambda partner: any(partner[fname] for fname in REGISTER_FIELDS)):
            try:
                register_rule.normalise_register(*(partner[fname] or '' for fname in REGISTER_FIELDS))
            except register_rule.InvalidRegisterEntry as error:
                raise ValidationError(self.env._(
                    "The register entry of %(company)s is not complete or not correct."
                    " It needs the place of the court, the register and a number, e.g. Osnabrück, HRB, 1234.",
                    company=partner.name)) from error

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get('outreach_vetting', 'new') != 'new' for vals in vals_list):
            self._check_may_vet()
        return super().create([self._normalise_outreach_vals(vals) for vals in vals_list])

    def write(self, vals):
        if 'outreach_vetting' in vals and self.filtered(lambda partner: partner.outreach_vetting != vals['outreach_vetting']):
            self._check_may_vet()
        part = [fname for fname in REGISTER_FIELDS if fname in vals]
        if part and len(part) < len(REGISTER_FIELDS):
            for partner in self:  # complete the entry, so that it can be normalised as a whole
                entry = {fname: partner[fname] for fname in REGISTER_FIELDS}
                super(ResPartner, partner).write(self._normalise_outreach_vals(entry | vals))
            return True
        return super().write(self._normalise_outreach_vals(vals))

    @api.model
    def _normalise_outreach_vals(self, vals):
        """Spaces out of numbers and "Amtsgericht" out of the court, so that equal entries are equal."""
        vals = dict(vals)
        if vals.get('outreach_betriebsnummer'):
            with suppress(betriebsnummer_rule.InvalidBetriebsnummer):  # the constraint says it in words
                vals['outreach_betriebsnummer'] = betriebsnummer_rule.check_betriebsnummer(vals['outreach_betriebsnummer'])
        if all(vals.get(fname) for fname in REGISTER_FIELDS):
            with suppress(register_rule.InvalidRegisterEntry):  # as above
                entry = register_rule.normalise_register(*(vals[fname] for fname in REGISTER_FIELDS))
                vals.update(zip(REGISTER_FIELDS, entry, strict=True))
        return vals

    @api.model
    def _check_may_vet(self):
        """Raise AccessError unless a manager acts: vetting decides which companies the offices work with."""
        if not self.env.su and not self.env.user.has_group('maßarbeit_outreach.group_outreach_manager'):
            raise AccessError(self.env._("Only managers of employer outreach vet companies. Please ask one of them."))

    def _mark_outreach_company(self):
        """Remember that the offices deal with these companies. Never undone by itself."""
        self.filtered(lambda partner: not partner.outreach_company).sudo().outreach_company = True

    def _check_outreach_is_company(self):
        """Raise ValidationError when one of these is a person, or an address of a company."""
        if wrong := self.filtered(lambda partner: partner != partner.commercial_partner_id):
            raise ValidationError(self.env._(
                "%(names)s: please choose the company itself and add the person under contact persons.",
                names=', '.join(wrong.mapped('name'))))

    def _get_outreach_wishes(self):
        """What this company asked for, as the rule in `tools/coordination.py` wants it."""
        self.ensure_one()
        return coordination_rule.Wishes(
            self.outreach_blocked_until or None,
            self.outreach_max_contacts,
            frozenset(channel for channel, fname in CONSENT_FIELDS.items() if self[fname] == 'refused'),
            self.outreach_vetting == 'blocked')

    def _check_outreach_not_blocked(self):
        """Raise ValidationError when vetting blocked one of these companies."""
        if blocked := self.filtered(lambda partner: partner.outreach_vetting == 'blocked'):
            raise ValidationError(self.env._(
                "%(companies)s: blocked by vetting, so no visit, demand or stand can be added."
                " A manager can change the vetting on the company's outreach page.",
                companies=', '.join(blocked.mapped('name'))))

    def _get_outreach_officer(self, agency=None):
        """The officer responsible for this company: of that agency if given, else the first one named, else nobody."""
        self.ensure_one()
        lines = self.sudo().outreach_responsibility_ids.filtered('user_id')
        if agency:
            lines = lines.filtered(lambda line: line.agency_id == agency)
        return lines[:1].user_id

    def _action_open_outreach_counter(self, counter, xmlid):
        __, domain, __ = self._get_outreach_counters()[counter]
        action = self.env['ir.actions.act_window']._for_xml_id(xmlid)
        return action | {
            'domain': list(domain),
            'context': {'default_partner_id': self.id if len(self) == 1 else False},
        }

    def action_view_outreach_visits(self):
        return self._action_open_outreach_counter('outreach_visit_count', 'maßarbeit_outreach.outreach_visit_action')

    def action_view_outreach_demands(self):
        return self._action_open_outreach_counter('outreach_demand_count', 'maßarbeit_outreach.outreach_demand_action')

    def action_view_outreach_open_positions(self):
        return self._action_open_outreach_counter('outreach_open_positions', 'maßarbeit_outreach.outreach_demand_action')

    def action_view_outreach_stands(self):
        return self._action_open_outreach_counter('outreach_stand_count', 'maßarbeit_outreach.event_booth_stand_action')

    def action_plan_outreach_visit(self):
        """Open an empty visit for this company, on the morning of the next working day."""
        self.ensure_one()
        start = self.env['outreach.visit']._get_next_morning()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.visit',
            'view_mode': 'form',
            'context': {
                'default_partner_id': self.commercial_partner_id.id,
                'default_start': fields.Datetime.to_string(start),
                'default_stop': fields.Datetime.to_string(start + timedelta(hours=1)),
            },
        }
