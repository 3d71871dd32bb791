import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import licences, matching
from .selections import CEFR_LEVELS, SKILL_LEVELS

JOB_CENTRE = 'maßarbeit_outreach.group_job_centre'
# Nobody else reads a candidate, on any path.
CANDIDATE_GROUPS = (JOB_CENTRE, 'maßarbeit_outreach.group_migration_centre')
# Without letters and digits that are mistaken for each other on paper or on the phone.
PSEUDONYM_ALPHABET = 'ABCDEFGHKLMNPRTUVWXY346789'
AVAILABLE = ('available', 'proposed')

RECOGNITIONS = [
    ('not_needed', "Not needed"),
    ('not_applied', "Not applied for"),
    ('advice', "In advice"),
    ('applied', "Applied for"),
    ('full', "Full"),
    ('partial', "Partial (compensation measure)"),
    ('none', "None"),
]


class OutreachCandidate(models.Model):
    """Somebody who looks for work, with as little data as matching needs: no name, no address, no date of birth.

    Who it is stands in the leading case system only; `reference` leads there, and only the job centre sees it. What is
    shown is a pseudonym drawn at random, so it says nothing about the person. Social data (§ 35 SGB I): read by the job
    centre, and by the migration centre those whom it advises.
    """

    _name = 'outreach.candidate'
    _description = "Candidate"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'name'
    _check_company_auto = True

    name = fields.Char("Pseudonym", required=True, readonly=True, copy=False, index='trigram',
                       default=lambda self: self._draw_pseudonym())
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
                              default=lambda self: self._default_user_id('job_centre'),
                              domain=lambda self: [('all_group_ids', 'in', self.env.ref(JOB_CENTRE).ids)])
    adviser_id = fields.Many2one('res.users', index='btree_not_null', tracking=True,
                                 default=lambda self: self._default_user_id('migration_centre'),
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
    is_bus_only = fields.Boolean("Bus and Train Only")
    driving_licence = fields.Char(help="Classes, e.g. “B, CE”")
    licence_mask = fields.Integer(compute='_compute_licence_mask', store=True, export_string_translation=False)

    # what the person can do
    skill_ids = fields.One2many('outreach.candidate.skill', 'candidate_id', "Skills", copy=True)
    occupation_ids = fields.One2many('outreach.candidate.occupation', 'candidate_id', "Occupations", copy=True)
    interest_ids = fields.Many2many('outreach.occupation', string="Interests")
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

    barrier_ids = fields.One2many('outreach.barrier', 'candidate_id', "Barriers")
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
        """A random one, e.g. ``K-7HF-3QX``; says nothing about the person, and cannot be guessed from the case file."""
        letters = ''.join(secrets.choice(PSEUDONYM_ALPHABET) for __ in range(6))
        return f'K-{letters[:3]}-{letters[3:]}'

    @api.model
    def _default_user_id(self, role):
        return self.env.user if role in self.env.user.outreach_agency_ids.mapped('role') else False

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends('regime_ids.regime', 'regime_ids.date_from')
    def _compute_regime(self):
        today = fields.Date.context_today(self)
        for candidate in self:
            past = candidate.regime_ids.filtered(lambda line: line.date_from and line.date_from <= today)
            candidate.regime = past.sorted('date_from')[-1:].regime

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

    @api.constrains('user_id', 'adviser_id')
    def _check_people_may_read(self):
        for candidate in self:
            for user, group in ((candidate.user_id, CANDIDATE_GROUPS[0]), (candidate.adviser_id, CANDIDATE_GROUPS[1])):
                if user and not user.has_group(group):
                    raise ValidationError(self.env._("%(person)s has no role that may read candidates.", person=user.name))

    # ------------------------------------------------------------
    # MAIL
    # ------------------------------------------------------------

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        self._check_readers(partner_ids)
        return super().message_subscribe(partner_ids, subtype_ids)

    def message_post(self, *, partner_ids=None, **kwargs):
        self._check_readers(partner_ids)
        return super().message_post(partner_ids=partner_ids, **kwargs)

    def message_notify(self, *, partner_ids=None, **kwargs):
        self._check_readers(partner_ids)
        return super().message_notify(partner_ids=partner_ids, **kwargs)

    @api.model
    def _check_readers(self, partner_ids):
        """Whoever follows or is named in a message reads it without asking the record: nobody outside the roles."""
        partners = self.env['res.partner'].sudo().browse(partner_ids or [])
        for partner in partners - self.env.ref('base.partner_root'):
            users = partner.with_context(active_test=False).user_ids
            if not users or not all(any(user.has_group(group) for group in CANDIDATE_GROUPS) for user in users):
                raise UserError(self.env._(
                    "%(person)s may not read candidates, so cannot follow this one or be named in a message on it.",
                    person=partner.name))


class OutreachCandidateSkill(models.Model):
    _name = 'outreach.candidate.skill'
    _description = "Skill of a Candidate"
    _order = 'candidate_id, level desc, id'
    _rec_name = 'skill_id'

    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade')
    skill_id = fields.Many2one('outreach.skill', required=True, ondelete='restrict')
    level = fields.Selection(SKILL_LEVELS, required=True, default='2')

    _candidate_skill_uniq = models.UniqueIndex('(candidate_id, skill_id)', "The candidate has this skill already.")
    # for matching: who has a skill, without a look at the table
    _skill_idx = models.Index('(skill_id, candidate_id, level)')


class OutreachCandidateOccupation(models.Model):
    _name = 'outreach.candidate.occupation'
    _description = "Occupation of a Candidate"
    _order = 'candidate_id, years desc, id'
    _rec_name = 'occupation_id'

    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade')
    occupation_id = fields.Many2one('outreach.occupation', required=True, ondelete='restrict')
    years = fields.Integer("Years of Experience", aggregator=None)
    qualification = fields.Selection([
        ('none', "None"),
        ('school', "School"),
        ('partial', "Partial qualification"),
        ('vocational_de', "Vocational (Germany)"),
        ('vocational_abroad', "Vocational (abroad)"),
        ('degree_de', "Degree (Germany)"),
        ('degree_abroad', "Degree (abroad)"),
    ], default='none', required=True)
    recognition = fields.Selection(RECOGNITIONS, required=True, default='not_needed', help="A procedure takes three to four months")

    _candidate_occupation_uniq = models.UniqueIndex(
        '(candidate_id, occupation_id)', "The candidate has this occupation already.")
    _occupation_idx = models.Index('(occupation_id, candidate_id)')
    _years_check = models.Constraint('CHECK(years BETWEEN 0 AND 60)', "Years of experience are 0 to 60.")


class OutreachCandidateLanguage(models.Model):
    _name = 'outreach.candidate.language'
    _description = "Language of a Candidate"
    _order = 'candidate_id, level desc, id'
    _rec_name = 'language_id'

    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade')
    language_id = fields.Many2one('outreach.language', required=True, ondelete='restrict')
    level = fields.Selection(CEFR_LEVELS, required=True, default='7_native')

    _candidate_language_uniq = models.UniqueIndex('(candidate_id, language_id)', "The candidate has this language already.")


class OutreachCandidateRegime(models.Model):
    """The legal regime (Rechtskreis) that somebody is under from a date on; a change adds a line, so history stays."""

    _name = 'outreach.candidate.regime'
    _description = "Legal Regime of a Candidate"
    _order = 'candidate_id, date_from desc'
    _rec_name = 'regime'

    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade')
    regime = fields.Selection([
        ('sgb2', "SGB II"),
        ('sgb3', "SGB III"),
        ('asylblg', "AsylbLG"),
        ('sgb12', "SGB XII"),
        ('none', "None"),
        ('unknown', "Unknown"),
    ], required=True, default='unknown')
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)

    _day_uniq = models.UniqueIndex('(candidate_id, date_from)', "There is another regime from this day on.")
