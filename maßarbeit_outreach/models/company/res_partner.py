from contextlib import suppress

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from ...tools.base import municipality as municipality_rule
from ...tools.company import betriebsnummer as betriebsnummer_rule
from ...tools.company import register_entry as register_rule
from ..base.groups import MANAGER, OUTREACH
from ..base.selections import REGISTER_KINDS, SIZE_CLASSES
from ..base.visible_fields import VisibleOne2many

CONSENT = [('unknown', "Not asked"), ('granted', "Agreed"), ('refused', "Refused")]

REGISTER_FIELDS = ('outreach_register_court', 'outreach_register_kind', 'outreach_register_number')


class ResPartner(models.Model):
    """A company of the county, as the offices that visit it see it."""

    _name = 'res.partner'
    _inherit = ['res.partner', 'outreach.conflict.mixin', 'outreach.kept.mixin']

    outreach_company = fields.Boolean(
        "In Employer Outreach", help="Set by an import, or as soon as a visit, demand or stand names the company.", groups=OUTREACH
    )

    # never undone, so that no change of a contact makes that it can be deleted
    outreach_was_company = fields.Boolean(compute='_compute_outreach_was_company', store=True, groups='.', export_string_translation=False)

    # place
    outreach_ags = fields.Char("AGS of the Seat", size=8, help="Official municipality key, 8 digits, as registers give it", groups=OUTREACH)
    outreach_municipality_id = fields.Many2one(
        'outreach.municipality',
        "Municipality",
        compute='_compute_outreach_municipality',
        store=True,
        readonly=False,
        index='btree_not_null',
        ondelete='restrict',
        help="Found from AGS, postcode and place when they leave no doubt; otherwise choose it.",
        groups=OUTREACH,
    )
    outreach_municipality_status = fields.Selection(
        [('assigned', "Assigned"), ('to_assign', "To be assigned"), ('outside', "Outside the county")],
        "Municipality Status",
        compute='_compute_outreach_municipality_status',
        store=True,
        groups=OUTREACH,
    )

    # what kind of company it is
    outreach_industry_id = fields.Many2one(
        'outreach.industry', "Industry (WZ)", index='btree_not_null', ondelete='restrict', tracking=True, groups=OUTREACH
    )
    outreach_section_id = fields.Many2one(related='outreach_industry_id.section_id', string="Industry Section", groups=OUTREACH)
    outreach_industry_2025_ids = fields.Many2many(
        'outreach.industry',
        string="In WZ 2025",
        compute='_compute_outreach_industry_2025_ids',
        groups=OUTREACH,
        help="What the industry of WZ 2008 is called in WZ 2025",
    )
    outreach_size_class = fields.Selection(SIZE_CLASSES, "Size Class", groups=OUTREACH)
    outreach_register_court = fields.Char("Register Court", help="Place of the court, e.g. Osnabrück", groups=OUTREACH)
    outreach_register_kind = fields.Selection(REGISTER_KINDS, "Register", groups=OUTREACH)
    outreach_register_number = fields.Char("Register Number", groups=OUTREACH)
    outreach_register_twin_id = fields.Many2one(
        'res.partner', "Company with the Same Register Entry", compute='_compute_outreach_register_twin_id', groups=OUTREACH
    )
    outreach_betriebsnummer = fields.Char("Betriebsnummer", help="8 digits, given by the Federal Employment Agency", groups=OUTREACH)
    # the ids of what was merged into it: figures count people where they were first counted, see `outreach.figure.table`
    outreach_merged_numbers = fields.Json(readonly=True, copy=False, groups='.', export_string_translation=False)
    outreach_training_company = fields.Boolean("Training Company", groups=OUTREACH)
    outreach_collective_agreement = fields.Boolean("Collective Agreement", groups=OUTREACH)
    outreach_works_council = fields.Boolean("Works Council", groups=OUTREACH)
    outreach_bus_stop = fields.Char("Bus Line and Stop", groups=OUTREACH)
    outreach_language_ids = fields.Many2many('outreach.language', string="Languages in the Team", groups=OUTREACH)
    outreach_mentor = fields.Boolean("Mentor Available", groups=OUTREACH)
    outreach_childcare_help = fields.Boolean("Help with Childcare", groups=OUTREACH)
    outreach_transport_help = fields.Boolean("Help with Transport", groups=OUTREACH)
    outreach_accessible = fields.Boolean("Accessible Site", groups=OUTREACH)

    # how we deal with it
    outreach_vetting = fields.Selection(
        [('new', "New"), ('checked', "Checked"), ('blocked', "Blocked")],
        "Vetting",
        default='new',
        tracking=True,
        help="Blocked companies get no new visit, demand or stand.",
        groups=OUTREACH,
    )
    outreach_consent_phone = fields.Selection(CONSENT, "Consent: Phone", default='unknown', groups=OUTREACH)
    outreach_consent_email = fields.Selection(CONSENT, "Consent: E-Mail", default='unknown', groups=OUTREACH)
    outreach_consent_visit = fields.Selection(CONSENT, "Consent: Visit", default='unknown', groups=OUTREACH)
    outreach_blocked_until = fields.Date("No Contact Until", help="The company asked to be left alone until that day.", groups=OUTREACH)
    outreach_max_contacts = fields.Integer(
        "Contacts a Month at Most", help="The company's wish, over all agencies. 0: no limit.", groups=OUTREACH
    )
    # counted up by whoever does what only one may do at a time, see _take_outreach_turn
    outreach_planning_turn = fields.Integer(copy=False, export_string_translation=False, groups='base.group_system')
    outreach_wish_note = fields.Char("What the Company Asked For", groups=OUTREACH)
    outreach_responsibility_ids = VisibleOne2many('outreach.responsibility', 'partner_id', "Agencies", groups=OUTREACH)

    _outreach_max_contacts_check = models.Constraint('CHECK(outreach_max_contacts >= 0)', "A number of contacts cannot be negative.")
    # not unique: merging two records of one company passes through a state with both
    _outreach_register_idx = models.Index(
        '(outreach_register_number, outreach_register_kind, outreach_register_court) WHERE outreach_register_number IS NOT NULL'
    )
    _outreach_to_assign_idx = models.Index("(id) WHERE outreach_municipality_status = 'to_assign'")

    @api.depends('zip', 'city', 'outreach_ags', 'is_company')
    def _compute_outreach_municipality(self):
        """A postcode is no key: 49577 serves three municipalities. See `tools/base/municipality.py` for the rule."""
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

    def _filter_outreach_municipality_chosen(self):
        """Those whose municipality a person chose: their address does not say it."""
        directory = self.env['outreach.municipality']._get_directory()
        return self.filtered(
            lambda partner: (
                partner.outreach_municipality_id
                and partner._resolve_outreach_municipality(directory).key != partner.outreach_municipality_id.id
            )
        )

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

    @api.depends('outreach_industry_id')
    def _compute_outreach_industry_2025_ids(self):
        counterparts = self.outreach_industry_id.filtered(lambda industry: industry.version == '2008')._get_counterparts()
        for partner in self:
            partner.outreach_industry_2025_ids = counterparts.get(partner.outreach_industry_id, False)

    @api.depends('outreach_register_court', 'outreach_register_kind', 'outreach_register_number')
    def _compute_outreach_register_twin_id(self):
        self.outreach_register_twin_id = False
        for partner in self.filtered('outreach_register_number'):
            court = register_rule.court_key(partner.outreach_register_court or '')
            partner.outreach_register_twin_id = (
                self.sudo()
                .with_context(active_test=False)
                .search(
                    [
                        ('outreach_register_number', '=', partner.outreach_register_number),
                        ('outreach_register_kind', '=', partner.outreach_register_kind),
                        ('company_id', 'in', [False, partner.company_id.id]),
                        ('id', '!=', partner._origin.id),
                    ]
                )
                .filtered(lambda twin, court=court: register_rule.court_key(twin.outreach_register_court or '') == court)[:1]
            )

    def _get_outreach_counters(self):
        """Each counter once, as `{field: (model, domain, aggregate)}`: it feeds the number and the list behind it,
        so that the two cannot disagree. The rooms that have something to count add to it."""
        return {}

    @api.depends_context('uid')  # each counts what they may see
    def _compute_outreach_counts(self):
        for name, (model, domain, aggregate) in self._get_outreach_counters().items():
            allowed = self.env[model].has_access('read')
            counts = dict(self.env[model]._read_group(domain, ['partner_id'], [aggregate])) if allowed else {}
            for partner in self:
                partner[name] = counts.get(partner._origin, 0)

    @api.constrains('outreach_betriebsnummer')
    def _check_outreach_betriebsnummer(self):
        for partner in self.filtered('outreach_betriebsnummer'):
            try:
                betriebsnummer_rule.check_betriebsnummer(partner.outreach_betriebsnummer)
            except betriebsnummer_rule.InvalidBetriebsnummer as error:
                raise ValidationError(
                    self.env._(
                        "“%(number)s” is not a Betriebsnummer. It has 8 digits; please check it for typing errors.",
                        number=partner.outreach_betriebsnummer,
                    )
                ) from error

    @api.constrains(*REGISTER_FIELDS)
    def _check_outreach_register(self):
        for partner in self.filtered(lambda partner: any(partner[fname] for fname in REGISTER_FIELDS)):
            try:
                register_rule.normalise_register(*(partner[fname] or '' for fname in REGISTER_FIELDS))
            except register_rule.InvalidRegisterEntry as error:
                raise ValidationError(
                    self.env._(
                        "The register entry of %(company)s is not complete or not correct."
                        " It needs the place of the court, the register and a number, e.g. Osnabrück, HRB, 1234.",
                        company=partner.name,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get('outreach_vetting', 'new') != 'new' for vals in vals_list):
            self._check_may_vet()
        return super().create([self._normalise_outreach_vals(vals) for vals in vals_list])

    def write(self, vals):
        if 'outreach_vetting' in vals and self.sudo().filtered(lambda partner: partner.outreach_vetting != vals['outreach_vetting']):
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

    @api.depends('is_company', 'outreach_company')
    def _compute_outreach_was_company(self):
        for partner in self:
            partner.outreach_was_company = partner.outreach_was_company or partner.is_company or partner.outreach_company

    @api.model
    def _check_may_vet(self):
        """Raise AccessError unless a manager acts: vetting decides which companies the offices work with."""
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers of employer outreach vet companies. Please ask one of them."))

    def _take_outreach_turn(self):
        """Let one transaction at a time do for a company what depends on what is there: plan a contact, enter a demand.

        A write, not a lock alone: the other transaction may have its snapshot already, and would not see what was made
        meanwhile; a write makes it fail and start anew.
        """
        self.env.cr.execute(
            SQL("UPDATE res_partner SET outreach_planning_turn = coalesce(outreach_planning_turn, 0) + 1 WHERE id = ANY(%s)", self.ids)
        )

    def _mark_outreach_company(self):
        """Remember that the offices deal with these companies. Never undone by itself."""
        self.sudo().filtered(lambda partner: not partner.outreach_company).outreach_company = True

    def _check_kept(self):
        """What is or ever was a company; contact persons are deleted as ever. Administrators may: a company may be one person."""
        if self.env.user._is_system():
            return None
        return super(ResPartner, self.sudo().filtered('outreach_was_company').sudo(self.env.su))._check_kept()

    def _check_outreach_is_company(self):
        """Raise ValidationError when one of these is a person, or an address of a company."""
        if wrong := self.filtered(lambda partner: partner != partner.commercial_partner_id):
            raise ValidationError(
                self.env._(
                    "%(names)s: please choose the company itself and add the person under contact persons.",
                    names=', '.join(wrong.mapped('name')),
                )
            )

    def _check_outreach_kept(self):
        """Raise ValidationError where one of these could be deleted; what refers to persons names none such."""
        self._check_outreach_is_company()
        if wrong := self.filtered(lambda partner: not partner.sudo().outreach_was_company):
            raise ValidationError(
                self.env._(
                    "%(names)s: please choose the company itself. A person who is a company is marked as “Company” in the contact.",
                    names=', '.join(wrong.mapped('name')),
                )
            )

    def _check_outreach_not_blocked(self):
        """Raise ValidationError when vetting blocked one of these companies."""
        if blocked := self.sudo().filtered(lambda partner: partner.outreach_vetting == 'blocked'):
            raise ValidationError(
                self.env._(
                    "%(companies)s: blocked by vetting, so no visit, demand or stand can be added."
                    " A manager can change the vetting on the company's outreach page.",
                    companies=', '.join(blocked.mapped('name')),
                )
            )

    def _get_outreach_officer(self, agency=None):
        """The officer responsible for this company: of that agency if given, else the first one named in the current
        organisation, else nobody."""
        self.ensure_one()
        lines = self.sudo().outreach_responsibility_ids.filtered(
            lambda line: line.user_id and (line.agency_id == agency if agency else line.company_id == self.env.company)
        )
        return lines[:1].user_id

    def _action_open_outreach_counter(self, counter, xmlid):
        __, domain, __ = self._get_outreach_counters()[counter]
        action = self.env['ir.actions.act_window']._for_xml_id(xmlid)
        return action | {'domain': list(domain), 'context': {'default_partner_id': self.id if len(self) == 1 else False}}
