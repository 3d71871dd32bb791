from contextlib import suppress

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ...tools.base import municipality as municipality_rule
from ...tools.company import betriebsnummer as betriebsnummer_rule
from ...tools.company import business_number as business_number_rule
from ...tools.company import no_employer as employer_rule
from ...tools.company import register_entry as register_rule
from ...tools.company import search_key
from ...tools.company.contact_twins import twin_keys
from ..base.groups import MANAGER, OUTREACH
from ..base.outreach_circle_mixin import CIRCLES
from ..base.selections import REGISTER_KINDS, SIZE_CLASSES
from ..base.visible_fields import VisibleOne2many

CONSENT = [('unknown', "Not asked"), ('granted', "Agreed"), ('refused', "Refused contact")]

# What a company may refuse, by the channel of a contact.
CONSENT_FIELDS = {
    'visit': 'outreach_consent_visit',
    'phone': 'outreach_consent_phone',
    'video': 'outreach_consent_phone',
    'email': 'outreach_consent_email',
}

# Where each of these fields is about one channel; a video call goes by the word about phone calls.
CONSENT_CHANNELS = [('visit', "Visit"), ('phone', "Phone"), ('email', "E-mail")]

# A contact of this type is a site of its company (Betriebsstätte).
SITE = 'site'

COMPANY_FORM = 'maßarbeit_outreach.res_partner_view_form_company'

REGISTER_FIELDS = ('outreach_register_court', 'outreach_register_kind', 'outreach_register_number')


class ResPartner(models.Model):
    """A company of the county, as the offices that visit it see it.

    SPECIFICATION of sites
     * A site (Betriebsstätte) is a contact below the company, of an address type of its own, with its own address, Betriebsnummer,
       municipality, industry and size. It is no company: guard, wishes, vetting and coordination are those of the company, so that
       the offices have one face to it.
     * It stays with its company. Who buys a plant gets a new Betriebsnummer for it, and has a site of its own.

    SPECIFICATION of the search
     * Whoever reads employer outreach finds contacts by words in any order, with or without legal form, however umlauts are written,
       by all that core searches, and by register entry, Betriebsnummer and W-IdNr.; a company also by its sites. See
       `tools/company/search_key.py`. Everybody else searches as in core, and finds nothing by what they may not read.
    """

    _name = 'res.partner'
    _inherit = ['res.partner', 'outreach.conflict.mixin', 'outreach.kept.mixin']
    # OVERRIDE so that a site without a name is called one. Remove when core does so for each type.
    _complete_name_displayed_types = ('invoice', 'delivery', 'other', SITE)

    outreach_company = fields.Boolean(
        "In Employer Outreach", help="Set by an import, or as soon as a visit, demand or stand names the company.", groups=OUTREACH
    )

    is_in_outreach = fields.Boolean(compute='_compute_is_in_outreach', export_string_translation=False)

    # never undone, so that no change of a contact makes that it can be deleted
    outreach_was_company = fields.Boolean(compute='_compute_outreach_was_company', store=True, groups='.', export_string_translation=False)

    # sites
    type = fields.Selection(selection_add=[(SITE, "Site")], ondelete={SITE: 'set other'})
    outreach_contact_ids = VisibleOne2many(
        'res.partner', 'parent_id', "Contact Persons", domain=[('type', '=', 'contact'), ('is_company', '=', False)], groups=OUTREACH
    )
    outreach_site_ids = VisibleOne2many('res.partner', 'parent_id', "Sites", domain=[('type', '=', SITE)], groups=OUTREACH)

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
    outreach_employer = fields.Selection(
        [('yes', "Employer"), ('no', "No employer")],
        "Employer?",
        tracking=True,
        copy=False,
        help="Empty: presumed from legal form and name. Who is no employer is left out of the list of those who were never visited.",
        groups=OUTREACH,
    )
    outreach_no_employer = fields.Boolean("Presumably No Employer", compute='_compute_outreach_no_employer', store=True, groups=OUTREACH)
    outreach_register_court = fields.Char("Register Court", help="Place of the court, e.g. Osnabrück", groups=OUTREACH)
    outreach_register_kind = fields.Selection(REGISTER_KINDS, "Register", groups=OUTREACH)
    outreach_register_number = fields.Char("Register Number", groups=OUTREACH)
    outreach_register_twin_id = fields.Many2one(
        'res.partner', "Company with the Same Register Entry", compute='_compute_outreach_register_twin_id', groups=OUTREACH
    )
    outreach_betriebsnummer = fields.Char(
        "Betriebsnummer",
        help="8 digits, given by the Federal Employment Agency; each site has its own",
        groups=OUTREACH,
        index='btree_not_null',
    )
    outreach_business_number = fields.Char(
        "Business Identification Number",
        help="W-IdNr. of the tax authorities: DE and 9 digits, and for each site a hyphen and 5 digits",
        groups=OUTREACH,
    )
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
        [('new', "Not vetted yet"), ('checked', "Checked"), ('blocked', "Blocked")],
        "Vetting",
        default='new',
        tracking=True,
        help="Blocked companies get no new visit, demand or stand.",
        groups=OUTREACH,
    )
    outreach_consent_phone = fields.Selection(CONSENT, "Consent: Phone", default='unknown', copy=False, groups=OUTREACH)
    outreach_consent_email = fields.Selection(CONSENT, "Consent: E-Mail", default='unknown', copy=False, groups=OUTREACH)
    outreach_consent_visit = fields.Selection(CONSENT, "Consent: Visit", default='unknown', copy=False, groups=OUTREACH)
    outreach_consent_ids = VisibleOne2many('outreach.consent', 'partner_id', "What Was Said about Channels", readonly=True, groups=OUTREACH)
    outreach_agreed_circle = fields.Selection(
        CIRCLES,
        "May Be Known To",
        tracking=True,
        help="To whom the company agreed that what it tells may be passed on (§ 67b SGB X). Empty: not asked; each kind of visit"
        " then begins with its own circle.",
        groups=OUTREACH,
    )
    outreach_agreed_date = fields.Date("Agreed On", groups=OUTREACH)
    outreach_agreed_by_id = fields.Many2one(
        'res.users', "Agreement Noted By", readonly=True, copy=False, ondelete='set null', groups=OUTREACH
    )
    outreach_blocked_until = fields.Date("No Contact Until", help="The company asked to be left alone until that day.", groups=OUTREACH)
    outreach_max_contacts = fields.Integer(
        "Contacts a Month at Most", help="The company's wish, over all agencies. 0: no limit.", groups=OUTREACH
    )
    # counted up by whoever does what only one may do at a time, see _take_outreach_turn
    outreach_planning_turn = fields.Integer(copy=False, export_string_translation=False, groups='base.group_system')
    outreach_wish_note = fields.Char("What the Company Asked For", groups=OUTREACH)
    outreach_responsibility_ids = VisibleOne2many('outreach.responsibility', 'partner_id', "Agencies", groups=OUTREACH)

    # contact persons
    outreach_preferred_channel = fields.Selection(
        [('phone', "Phone"), ('email', "E-mail"), ('visit', "Visit"), ('video', "Video call")],
        "Preferred Channel",
        help="How this person likes to be reached; never what the company refuses.",
        groups=OUTREACH,
    )
    outreach_contact_twin_ids = fields.Many2many(
        'res.partner', string="Perhaps the Same Person", compute='_compute_outreach_contact_twin_ids', groups=OUTREACH
    )

    # by which it is found, see `_search_display_name`; nobody asks for it by name
    outreach_search_key = fields.Char(
        compute='_compute_outreach_search_key', store=True, index='trigram', groups='.', export_string_translation=False
    )

    _outreach_max_contacts_check = models.Constraint('CHECK(outreach_max_contacts >= 0)', "A number of contacts cannot be negative.")
    # not unique: merging two records of one company passes through a state with both
    _outreach_register_idx = models.Index(
        '(outreach_register_number, outreach_register_kind, outreach_register_court) WHERE outreach_register_number IS NOT NULL'
    )
    # W-IdNr. of one company have these eleven characters in common
    _outreach_business_number_idx = models.Index('((left(outreach_business_number, 11))) WHERE outreach_business_number IS NOT NULL')
    _outreach_to_assign_idx = models.Index("(id) WHERE outreach_municipality_status = 'to_assign'")

    def _filter_outreach_places(self):
        """Those that are somewhere in the county: companies and sites; of persons the offices keep no municipality."""
        return self.filtered(lambda partner: partner.is_company or partner.type == SITE)

    @api.depends('zip', 'city', 'outreach_ags', 'is_company', 'type')
    def _compute_outreach_municipality(self):
        """A postcode is no key: 49577 serves three municipalities. See `tools/base/municipality.py` for the rule."""
        companies = self._filter_outreach_places()
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

    @api.depends('zip', 'city', 'outreach_ags', 'is_company', 'type', 'outreach_municipality_id')
    def _compute_outreach_municipality_status(self):
        companies = self._filter_outreach_places()
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

    @api.depends(
        'name', 'outreach_company', 'outreach_employer', 'outreach_size_class', 'outreach_betriebsnummer', 'outreach_register_kind'
    )
    def _compute_outreach_no_employer(self):
        """Of the companies that the offices deal with. See `tools/company/no_employer.py` for the rule."""
        for partner in self:
            partner.outreach_no_employer = partner.outreach_company and (
                partner.outreach_employer == 'no'
                or (
                    not partner.outreach_employer
                    and employer_rule.is_presumed(
                        partner.name or '',
                        partner.outreach_register_kind or '',
                        partner.outreach_size_class or '',
                        partner.outreach_betriebsnummer or '',
                    )
                )
            )

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

    @api.depends('name', 'email', 'phone', 'parent_id', 'type', 'is_company')
    def _compute_outreach_contact_twin_ids(self):
        """Contacts of the same company with the same e-mail address, phone or name; pointed out, not forbidden."""
        self.outreach_contact_twin_ids = False
        persons = self.filtered(lambda partner: partner.parent_id and partner._is_outreach_contact())
        if not persons:
            return
        companies = persons.parent_id.commercial_partner_id._origin
        others = self.search(Domain('commercial_partner_id', 'in', companies.ids) & Domain('type', '=', 'contact')).filtered(
            lambda other: other._is_outreach_contact()
        )
        by_company = others.grouped('commercial_partner_id')
        for person in persons:
            keys = twin_keys(person.name, person.email, person.phone)
            colleagues = by_company.get(person.parent_id.commercial_partner_id._origin, others.browse()) - person._origin
            person.outreach_contact_twin_ids = colleagues.filtered(
                lambda other, keys=keys: keys & twin_keys(other.name, other.email, other.phone)
            )

    def _is_outreach_contact(self):
        """Whether this is a person to talk to, and neither a company nor an address of one."""
        return not self.is_company and self.type == 'contact'

    @api.depends(
        'complete_name',
        'email',
        'ref',
        'vat',
        'company_registry',
        *REGISTER_FIELDS,
        'outreach_betriebsnummer',
        'outreach_business_number',
        'child_ids.active',
        'child_ids.type',
        'child_ids.name',
        'child_ids.outreach_betriebsnummer',
        'child_ids.outreach_business_number',
    )
    def _compute_outreach_search_key(self):
        for partner in self:
            sites = partner.child_ids.filtered(lambda child: child.type == SITE)
            partner.outreach_search_key = search_key.make_key(
                [
                    # as core does
                    *(partner[fname] for fname in ('complete_name', 'email', 'ref', 'vat', 'company_registry')),
                    *(partner[fname] for fname in (*REGISTER_FIELDS, 'outreach_betriebsnummer', 'outreach_business_number')),
                    *(site[fname] for site in sites for fname in ('name', 'outreach_betriebsnummer', 'outreach_business_number')),
                ]
            )

    @api.model
    def _fill_outreach_search_keys(self):
        """Give contacts that were there before a key to be found by."""
        field = self._fields['outreach_search_key']
        todo = self.sudo().with_context(active_test=False).search([('outreach_search_key', '=', False)], order='id')
        for ids in split_every(5000, todo.ids):
            partners = todo.browse(ids)
            self.env.add_to_compute(field, partners)
            partners.flush_recordset([field.name])
            self.env.invalidate_all()

    # OVERRIDE for what the class says; core compares the text as it stands with each field, without an index.
    @api.model
    def _search_display_name(self, operator, value):
        words = search_key.typed_words(value) if operator in ('ilike', 'not ilike') and isinstance(value, str) else []
        if not words or not self.env.user.has_group(OUTREACH):
            return super()._search_display_name(operator, value)
        # in sudo, since nobody may read the key itself; which of them the user may see is asked outside
        found = self.sudo()._search(
            Domain.AND(Domain('outreach_search_key', 'ilike', word) for word in words), active_test=False, order='id'
        )
        return Domain('id', 'in' if operator == 'ilike' else 'not in', found)

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

    @api.constrains('outreach_business_number')
    def _check_outreach_business_number(self):
        for partner in self.filtered('outreach_business_number'):
            try:
                business_number_rule.check_business_number(partner.outreach_business_number)
            except business_number_rule.InvalidBusinessNumber as error:
                raise ValidationError(
                    self.env._(
                        "“%(number)s” is not a business identification number. It is DE and 9 digits, the last one a check digit,"
                        " and for a site a hyphen and 5 digits, e.g. DE123456788-00001.",
                        number=partner.outreach_business_number,
                    )
                ) from error

    @api.constrains('type', 'parent_id', 'is_company')
    def _check_outreach_site(self):
        for site in self.filtered(lambda partner: partner.type == SITE):
            company = site.sudo().parent_id
            if site.is_company or not company.is_company:
                raise ValidationError(
                    self.env._(
                        "%(name)s: a site stands directly below its company, and is none itself. Open the company and add it there,"
                        " or choose another type of address.",
                        name=site.display_name,
                    )
                )

    @api.constrains('outreach_preferred_channel', 'parent_id')
    def _check_outreach_preferred_channel(self):
        for person in self.sudo().filtered('outreach_preferred_channel'):
            if person._refuses_outreach_channel(person.outreach_preferred_channel):
                channels = dict(self._fields['outreach_preferred_channel']._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "%(company)s refuses this channel (%(channel)s), so it cannot be the one that %(name)s prefers. Choose another"
                        " one.",
                        company=person.commercial_partner_id.name,
                        channel=channels[person.outreach_preferred_channel],
                        name=person.name,
                    )
                )

    def _check_outreach_site_stays(self, vals):
        """Raise ValidationError where a site that something names would leave its company."""
        if not {'parent_id', 'type'} & vals.keys():
            return
        leaving = self.sudo().filtered(
            lambda partner: (
                partner.type == SITE
                and (vals.get('type', SITE) != SITE or vals.get('parent_id', partner.parent_id.id) != partner.parent_id.id)
            )
        )
        mixin = self.env.registry['outreach.site.mixin']
        for name, model in self.env.registry.items() if leaving else ():
            if model._abstract or model._transient or not issubclass(model, mixin):
                continue
            records = self.env[name].sudo().with_context(active_test=False)
            if named := records.search([('site_id', 'in', leaving.ids)], limit=1).site_id:
                raise ValidationError(
                    self.env._(
                        "%(site)s stays with its company, since visits or demands name it. Archive it, and add a site to the other"
                        " company.",
                        site=named.display_name,
                    )
                )

    def _refuses_outreach_channel(self, channel):
        """Whether the company of this contact said no to being contacted this way."""
        return self.commercial_partner_id[CONSENT_FIELDS[channel]] == 'refused'

    def _check_outreach_mailable(self):
        """Raise UserError for those whose company wants no e-mail, where software writes one at somebody's press."""
        if refused := self.sudo().filtered(lambda partner: partner._refuses_outreach_channel('email')):
            raise UserError(
                self.env._(
                    "%(names)s: the company wants no e-mail, so no invitation goes there. If they asked for it, note that under the"
                    " company's consents first.",
                    names=', '.join(refused.mapped('name')),
                )
            )

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
        if any(vals.get('outreach_vetting', 'new') != 'new' for vals in self._with_defaults(vals_list, 'outreach_vetting')):
            self._check_may_vet()
        partners = super().create([self._normalise_outreach_vals(vals) for vals in vals_list])
        partners._take_outreach_consents_down()
        return partners

    def write(self, vals):
        self._check_outreach_site_stays(vals)
        if 'outreach_vetting' in vals and self.sudo().filtered(lambda partner: partner.outreach_vetting != vals['outreach_vetting']):
            self._check_may_vet()
        consents = [CONSENT_FIELDS[channel] for channel, __ in CONSENT_CHANNELS if CONSENT_FIELDS[channel] in vals]
        before = {partner.id: {fname: partner[fname] for fname in consents} for partner in self.sudo()} if consents else {}
        part = [fname for fname in REGISTER_FIELDS if fname in vals]
        if part and len(part) < len(REGISTER_FIELDS):
            for partner in self:  # complete the entry, so that it can be normalised as a whole
                entry = {fname: partner[fname] for fname in REGISTER_FIELDS}
                super(ResPartner, partner).write(self._normalise_outreach_vals(entry | vals))
        else:
            super().write(self._normalise_outreach_vals(vals))
        if consents:
            self._take_outreach_consents_down(before)
        if refused := [channel for channel, fname in CONSENT_FIELDS.items() if vals.get(fname) == 'refused']:
            self._leave_refused_outreach_channels(refused)
        return True

    def _take_outreach_consents_down(self, before=None):
        """Keep what was said of channels, see `outreach.consent`.

        :param before: ``{id: {field: value}}`` of the fields that are written; None of contacts that are new
        """
        changes = [
            (partner, channel, now)
            for partner in self.sudo()
            for channel, __ in CONSENT_CHANNELS
            if (now := partner[CONSENT_FIELDS[channel]] or 'unknown')
            != ('unknown' if before is None else before[partner.id].get(CONSENT_FIELDS[channel], now) or 'unknown')
        ]
        if changes:
            self.env['outreach.consent']._take_down(changes)

    def _note_outreach_consent(self, channel, state, date, said_by, wording):
        """Note what these companies say about a channel, with what shows it.

        :param str state: `granted`, `refused`, or `unknown` when what was said before is withdrawn
        """
        Consent = self.env['outreach.consent']
        held = Consent._get_open(self, [channel])
        anew = self.filtered(lambda partner: partner[CONSENT_FIELDS[channel]] == state)
        self.write({CONSENT_FIELDS[channel]: state})
        held.filtered(lambda line: line.partner_id in anew)._end()  # another date, other words
        Consent._take_down([(partner, channel, state) for partner in self])
        Consent._get_open(self, [channel]).write({'date': date, 'said_by': said_by, 'wording': wording})
        held.end_note = f'{said_by}: {wording}'[:500]

    def _leave_refused_outreach_channels(self, channels):
        """What a company refuses none of its people prefers any more; the history of each says so."""
        people = (
            self.sudo()
            .with_context(active_test=False)
            .search([('commercial_partner_id', 'in', self.ids), ('outreach_preferred_channel', 'in', channels)])
        )
        if people:
            people.outreach_preferred_channel = False
            note = self.env._("The preferred channel was taken out, since the company refuses it.")
            people._message_log_batch(dict.fromkeys(people.ids, note))

    @api.model
    def _normalise_outreach_vals(self, vals):
        """Spaces out of numbers and "Amtsgericht" out of the court, so that equal entries are equal."""
        vals = dict(vals)
        if not self.env.su:
            vals.pop('outreach_agreed_by_id', None)  # whoever notes it, and nobody in another's name
        if 'outreach_agreed_circle' in vals:
            is_agreed = bool(vals['outreach_agreed_circle'])
            vals.setdefault('outreach_agreed_date', is_agreed and fields.Date.context_today(self))
            vals.setdefault('outreach_agreed_by_id', is_agreed and self.env.uid)
        if vals.get('outreach_betriebsnummer'):
            with suppress(betriebsnummer_rule.InvalidBetriebsnummer):  # the constraint says it in words
                vals['outreach_betriebsnummer'] = betriebsnummer_rule.check_betriebsnummer(vals['outreach_betriebsnummer'])
        if vals.get('outreach_business_number'):
            with suppress(business_number_rule.InvalidBusinessNumber):  # as above
                vals['outreach_business_number'] = business_number_rule.check_business_number(vals['outreach_business_number'])
        if all(vals.get(fname) for fname in REGISTER_FIELDS):
            with suppress(register_rule.InvalidRegisterEntry):  # as above
                entry = register_rule.normalise_register(*(vals[fname] for fname in REGISTER_FIELDS))
                vals.update(zip(REGISTER_FIELDS, entry, strict=True))
        return vals

    # OVERRIDE since a site has no picture of its own. Remove when core asks for one by type.
    def _avatar_get_placeholder_path(self):
        if self.type == SITE:
            return 'base/static/img/company_image.png'
        return super()._avatar_get_placeholder_path()

    @api.depends('commercial_partner_id.outreach_company')
    @api.depends_context('uid')
    def _compute_is_in_outreach(self):
        """Whether this belongs to a company of employer outreach; nobody outside is told."""
        is_told = self.env.user.has_group(OUTREACH)
        for partner in self:
            partner.is_in_outreach = is_told and partner.sudo().commercial_partner_id.outreach_company

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

    # OVERRIDE so that a company of employer outreach opens on the offices' page, wherever its name is pressed; all other contacts
    # keep core's form. Remove when core chooses forms by record.
    def get_formview_id(self, access_uid=None):
        if self._has_outreach_page(self.env.user if access_uid is None else self.env['res.users'].browse(access_uid)):
            return self.env.ref(COMPANY_FORM).id
        return super().get_formview_id(access_uid=access_uid)

    def _has_outreach_page(self, user):
        return len(self) == 1 and self.is_company and self.sudo().outreach_company and user.has_group(OUTREACH)

    def action_open_outreach_company(self):
        """Open what the offices do with this company."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.commercial_partner_id.id,
            'views': [(self.env.ref(COMPANY_FORM).id, 'form')],
        }

    def action_open_outreach_contact(self):
        """Open core's form of this company, with what the offices have no use for: addresses, notes, fields of other modules."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'views': [(self.env.ref('base.view_partner_form').id, 'form')],
        }

    def _action_open_outreach_counter(self, counter, xmlid):
        __, domain, __ = self._get_outreach_counters()[counter]
        action = self.env['ir.actions.act_window']._for_xml_id(xmlid)
        return action | {'domain': list(domain), 'context': {'default_partner_id': self.id if len(self) == 1 else False}}
