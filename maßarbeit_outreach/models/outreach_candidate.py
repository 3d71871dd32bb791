import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from ..tools import candidate_row, licences, matching
from .selections import CEFR_LEVELS
from .visible_one2many import VisibleOne2many

JOB_CENTRE = 'maßarbeit_outreach.group_job_centre'
# Nobody else reads a candidate, on any path.
CANDIDATE_GROUPS = (JOB_CENTRE, 'maßarbeit_outreach.group_migration_centre')
# Without letters and digits that are mistaken for each other on paper or on the phone.
PSEUDONYM_ALPHABET = 'ABCDEFGHKLMNPRTUVWXY346789'
AVAILABLE = ('available', 'proposed')


class OutreachCandidate(models.Model):
    """Somebody who looks for work, with as little data as matching needs: no name, no address, no date of birth.

    Who it is stands in the leading case system only; `reference` leads there, and only the job centre sees it. What is
    shown is a pseudonym drawn at random, so it says nothing about the person. Social data (§ 35 SGB I): read by the job
    centre, and by the migration centre those whom it advises.
    """

    _name = 'outreach.candidate'
    _description = "Candidate"
    _inherit = ['outreach.person.mixin', 'mail.thread', 'mail.activity.mixin']
    _order = 'name'
    _check_company_auto = True

    name = fields.Char("Pseudonym", required=True, readonly=True, copy=False, index='trigram',
                       help="Drawn at random when the candidate is created")
    reference = fields.Char("Case File", copy=False, groups=JOB_CENTRE,
                            help="The number of the file in the case system; no name")
    active = fields.Boolean(default=True)
    status = fields.Selection([
        ('available', "Available"),
        ('paused', "Paused"),
        ('proposed', "In proposal"),
        ('placed', "Placed"),
        ('left', "Left"),
    ], required=True, default='available', index=True, tracking=True, copy=False)
    paused_until = fields.Date(tracking=True, copy=False)
    user_id = fields.Many2one('res.users', "Officer", index='btree_not_null', tracking=True,
                              default=lambda self: self._default_user_id(CANDIDATE_GROUPS[0]),
                              domain=lambda self: [('all_group_ids', 'in', self.env.ref(JOB_CENTRE).ids)])
    adviser_id = fields.Many2one('res.users', index='btree_not_null', tracking=True,
                                 default=lambda self: self._default_user_id(CANDIDATE_GROUPS[1]),
                                 domain=lambda self: [('all_group_ids', 'in', self.env.ref(CANDIDATE_GROUPS[1]).ids)],
                                 help="Of the migration centre")
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    # the person, coarsely
    age_band = fields.Selection([
        ('15_24', "15–24"),
        ('25_34', "25–34"),
        ('35_49', "35–49"),
        ('50_59', "50–59"),
        ('60_plus', "60 and over"),
    ])
    regime_ids = fields.One2many('outreach.candidate.regime', 'candidate_id', "Legal Regimes")
    regime = fields.Selection(
        selection=lambda self: self.env['outreach.candidate.regime']._fields['regime'].selection, string="Legal Regime",
        compute='_compute_regime', help="As of today")
    residence_title = fields.Char(groups=JOB_CENTRE, help="Optional. What counts is the work permission.")

    # where and how
    municipality_id = fields.Many2one('outreach.municipality', index='btree_not_null', ondelete='restrict')
    reach_km = fields.Integer("Reach (km)", default=20, aggregator=None, help="Distance to work that the person can manage")
    has_vehicle = fields.Boolean("Own Vehicle")
    is_bus_only = fields.Boolean("Bus and Train Only", help="For shift, night and weekend work a lift is then needed.")
    driving_licence = fields.Char(help="Classes, e.g. “B, CE”")
    licence_mask = fields.Integer(compute='_compute_licence_mask', store=True, export_string_translation=False)

    # what the person can do
    skill_ids = fields.One2many('outreach.candidate.skill', 'candidate_id', "Skills", copy=True)
    occupation_ids = fields.One2many('outreach.candidate.occupation', 'candidate_id', "Occupations", copy=True)
    occupation_id = fields.Many2one(
        'outreach.occupation', "Main Occupation", compute='_compute_occupation_id', store=True, index='btree_not_null',
        help="The one with the most years of experience")
    occupation_group_id = fields.Many2one(related='occupation_id.kldb_group_id', store=True, string="Occupational Group",
                                          index='btree_not_null')
    interest_ids = fields.Many2many('outreach.occupation', string="Interests")
    # to note several at once on a new candidate; level, years and recognition follow in the lines
    skill_tag_ids = fields.Many2many('outreach.skill', string="Skills (Quick)", compute='_compute_tags', inverse='_inverse_skill_tags',
                                     export_string_translation=False)
    occupation_tag_ids = fields.Many2many('outreach.occupation', string="Occupations (Quick)", compute='_compute_tags',
                                          inverse='_inverse_occupation_tags', export_string_translation=False)
    german_level = fields.Selection(CEFR_LEVELS, "German", required=True, default='0_none', tracking=True)
    is_german_tested = fields.Boolean("Tested", help="By a certificate; otherwise the level is the person's own estimate")
    german_date = fields.Date("German as Of")
    language_ids = fields.One2many('outreach.candidate.language', 'candidate_id', "Other Languages", copy=True)

    # when
    available_from = fields.Date(default=fields.Date.context_today)
    does_full_time = fields.Boolean("Full Time", default=True)
    does_part_time = fields.Boolean("Part Time", default=True)
    does_shifts = fields.Boolean("Shifts, Nights or Weekends")
    does_mini_job = fields.Boolean("Mini-job")

    # may
    permission = fields.Selection([
        ('free', "Free"),
        ('with_permit', "With permit of the immigration office"),
        ('free_from', "Free from a date"),
        ('blocked_until', "Blocked until a date"),
        ('forbidden', "Forbidden"),
        ('unclear', "Unclear"),
    ], "Work Permission", required=True, default='unclear', tracking=True)
    permission_date = fields.Date("From", help="From when work is permitted, or until when it is blocked")
    permission_until = fields.Date("Valid Until", tracking=True)

    barrier_ids = VisibleOne2many('outreach.barrier', 'candidate_id', "Barriers")
    # which gates somebody sees to, see `tools/matching.py`; of health and debts it says nothing
    barrier_mask = fields.Integer(compute='_compute_barrier_mask', compute_sudo=True, store=True, export_string_translation=False)

    _name_uniq = models.UniqueIndex('(name)', "This pseudonym is taken.")
    _reference_uniq = models.UniqueIndex(
        '(company_id, reference) WHERE reference IS NOT NULL', "There is a candidate with this case file already.")
    _reach_check = models.Constraint('CHECK(reach_km BETWEEN 0 AND 500)', "Reach is a number of kilometres, 500 at most.")
    _paused_check = models.Constraint(
        "CHECK(status != 'paused' OR paused_until IS NOT NULL)", "Say until when the candidate is paused.")
    _permission_check = models.Constraint(
        "CHECK(permission NOT IN ('free_from', 'blocked_until') OR permission_date IS NOT NULL)",
        "Say from when work is permitted, or until when it is blocked.")

    # ------------------------------------------------------------
    # DEFAULTS
    # ------------------------------------------------------------

    @api.model
    def _draw_pseudonym(self):
        """A random one, e.g. ``K-7HF-3RX``; says nothing about the person, and cannot be guessed from the case file."""
        letters = ''.join(secrets.choice(PSEUDONYM_ALPHABET) for __ in range(6))
        return f'K-{letters[:3]}-{letters[3:]}'

    @api.model
    def _draw_pseudonyms(self, count):
        """Random ones that nobody has, archived candidates and other organisations included."""
        names = set()
        while len(names) < count:
            drawn = {self._draw_pseudonym() for __ in range(count - len(names))}
            taken = self.sudo().with_context(active_test=False).search_fetch([('name', 'in', list(drawn))], ['name'])
            names |= drawn - set(taken.mapped('name'))
        return list(names)

    @api.model
    def _default_user_id(self, group):
        return self.env.user if self.env.user.has_group(group) else False

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends('regime_ids.regime', 'regime_ids.date_from')
    def _compute_regime(self):
        today = fields.Date.context_today(self)
        for candidate in self:
            past = candidate.regime_ids.filtered(lambda line: line.date_from and line.date_from <= today)
            candidate.regime = past.sorted('date_from')[-1:].regime

    @api.depends('occupation_ids.occupation_id', 'occupation_ids.years')
    def _compute_occupation_id(self):
        for candidate in self:
            candidate.occupation_id = candidate.occupation_ids.sorted(lambda line: (-line.years, line._origin.id or line.id.origin or 0))[
                :1].occupation_id

    @api.depends('skill_ids.skill_id', 'occupation_ids.occupation_id')
    def _compute_tags(self):
        for candidate in self:
            candidate.skill_tag_ids = candidate.skill_ids.skill_id
            candidate.occupation_tag_ids = candidate.occupation_ids.occupation_id

    def _inverse_skill_tags(self):
        for candidate in self:
            candidate.skill_ids = candidate._get_tag_commands(candidate.skill_ids, 'skill_id', candidate.skill_tag_ids)

    def _inverse_occupation_tags(self):
        for candidate in self:
            candidate.occupation_ids = candidate._get_tag_commands(
                candidate.occupation_ids, 'occupation_id', candidate.occupation_tag_ids)

    def _get_tag_commands(self, lines, fname, tags):
        return [
            *(Command.delete(line.id) for line in lines if line[fname] not in tags),
            *(Command.create({fname: tag.id}) for tag in tags - lines[fname]),
        ]

    @api.depends('driving_licence')
    def _compute_licence_mask(self):
        for candidate in self:
            candidate.licence_mask = licences.mask(licences.held(licences.parse(candidate.driving_licence)))

    @api.depends('barrier_ids.kind', 'barrier_ids.state')
    def _compute_barrier_mask(self):
        for candidate in self:
            live = candidate.barrier_ids.filtered(lambda barrier: barrier.state in ('open', 'in_work'))
            candidate.barrier_mask = matching.barrier_mask(live.mapped('kind'))

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains('driving_licence')
    def _check_driving_licence(self):
        for candidate in self:
            if wrong := licences.unknown(candidate.driving_licence):
                raise ValidationError(self.env._(
                    "“%(word)s” is no class of driving licence. Write classes only, e.g. “B, CE”.", word=wrong[0]))

    @api.constrains('reference')
    def _check_reference(self):
        for candidate in self.filtered('reference'):
            if not candidate_row.is_reference(candidate.reference):
                raise ValidationError(self.env._(
                    "A case file is a number such as “BG-1234/56”, at most %(size)s characters and no name.",
                    size=candidate_row.MAX_REFERENCE))

    @api.constrains('user_id', 'adviser_id')
    def _check_people_may_read(self):
        for candidate in self:
            for user, group in ((candidate.user_id, CANDIDATE_GROUPS[0]), (candidate.adviser_id, CANDIDATE_GROUPS[1])):
                if user and not user.has_group(group):
                    raise ValidationError(self.env._("%(person)s has no role that may read candidates.", person=user.name))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        self._check_pseudonym_kept(vals_list)
        unnamed = [vals for vals in vals_list if not vals.get('name')]
        for vals, name in zip(unnamed, self._draw_pseudonyms(len(unnamed)), strict=True):
            vals['name'] = name
        return super(OutreachCandidate, self.with_context(mail_auto_subscribe_no_notify=True)).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._check_pseudonym_kept([vals])
        return super(OutreachCandidate, self.with_context(mail_auto_subscribe_no_notify=True)).write(vals)

    def _check_pseudonym_kept(self, vals_list):
        """A pseudonym is drawn, never typed: what somebody types there would be a name."""
        if not self.env.su and any('name' in vals for vals in vals_list):
            raise AccessError(self.env._("The pseudonym of a candidate is drawn at random. It cannot be chosen or changed."))

    # ------------------------------------------------------------
    # MAIL
    # ------------------------------------------------------------

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        self.check_access('read')
        self._check_readers(partner_ids)
        return super().message_subscribe(partner_ids, subtype_ids)

    def message_post(self, *, partner_ids=None, **kwargs):
        self.check_access('read')
        self._check_readers(partner_ids)
        return super().message_post(partner_ids=partner_ids, **kwargs)

    # OVERRIDE so that who lost the role gets nothing any more, although still a follower. Remove when core asks the record.
    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        readers = self._filter_readers(self.env['res.partner'].sudo().browse([data['id'] for data in recipients if data['id']]))
        return [data for data in recipients if data['id'] in readers.ids]

    def message_notify(self, *, partner_ids=None, **kwargs):
        self.check_access('read')
        self._check_readers(partner_ids)
        return super().message_notify(partner_ids=partner_ids, **kwargs)

    @api.model
    def _check_readers(self, partner_ids):
        """Whoever follows or is named in a message reads it without asking the record: nobody outside the roles."""
        partners = self.env['res.partner'].sudo().browse(partner_ids or [])
        for partner in partners - self._filter_readers(partners):
            raise UserError(self.env._(
                "%(person)s may not read candidates, so cannot follow this one or be named in a message on it.",
                person=partner.name))

    @api.model
    def _filter_readers(self, partners):
        robot = self.env.ref('base.partner_root') if partners else partners

        def reads(partner):
            users = partner.with_context(active_test=False).user_ids
            return users and all(any(user.has_group(group) for group in CANDIDATE_GROUPS) for user in users)
        return partners.filtered(lambda partner: partner == robot or reads(partner))
