import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ...tools.base import licences
from ...tools.people import candidate_row, work_permit
from ..base.groups import JOB_CENTRE, MIGRATION_CENTRE
from ..base.outreach_batch_mixin import DueWork
from ..base.selections import CEFR_LEVELS
from ..base.visible_fields import VisibleOne2many

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
    _inherit = [
        'outreach.person.mixin',
        'outreach.licence.mixin',
        'mail.thread',
        'mail.activity.mixin',
        'outreach.conflict.mixin',
        'outreach.batch.mixin',
    ]
    _pseudonym_field = 'name'
    _order = 'name'
    _check_company_auto = True

    REMIND_DAYS = 30

    name = fields.Char(
        "Pseudonym", required=True, readonly=True, copy=False, index='trigram', help="Drawn at random when the candidate is created"
    )
    reference = fields.Char(
        "Customer Number", copy=False, groups=JOB_CENTRE, help="The person's number in the case system (§ 51a SGB II); no name"
    )
    household_number = fields.Char(
        copy=False, groups=JOB_CENTRE, help="Of the whole household (Bedarfsgemeinschaft), so that several people share it"
    )
    active = fields.Boolean(default=True)
    status = fields.Selection(
        [('available', "Available"), ('paused', "Paused"), ('proposed', "In proposal"), ('placed', "Placed"), ('left', "Signed off")],
        required=True,
        default='available',
        index=True,
        tracking=True,
        copy=False,
    )
    paused_until = fields.Date(tracking=True, copy=False)
    user_id = fields.Many2one(
        'res.users',
        "Officer",
        index='btree_not_null',
        tracking=True,
        default=lambda self: self._default_user_id(JOB_CENTRE),
        domain=lambda self: [('all_group_ids', 'in', self.env.ref(JOB_CENTRE).ids)],
    )
    adviser_id = fields.Many2one(
        'res.users',
        index='btree_not_null',
        tracking=True,
        default=lambda self: self._default_user_id(MIGRATION_CENTRE),
        domain=lambda self: [('all_group_ids', 'in', self.env.ref(MIGRATION_CENTRE).ids)],
        help="Of the migration centre",
    )
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    # the person, coarsely
    age_band = fields.Selection(
        [
            ('15_17', "15–17"),
            ('18_24', "18–24"),
            ('15_24', "15–24 (not known whether 18)"),
            ('25_34', "25–34"),
            ('35_49', "35–49"),
            ('50_59', "50–59"),
            ('60_plus', "60 and over"),
        ]
    )
    regime_ids = fields.One2many('outreach.candidate.regime', 'candidate_id', "Legal Regimes")
    regime = fields.Selection(
        selection=lambda self: self.env['outreach.candidate.regime']._fields['regime']._description_selection(self.env),
        string="Legal Regime",
        compute='_compute_regime',
        help="As of today",
    )
    residence_title = fields.Char(groups=JOB_CENTRE, help="Optional. What counts is the work permission.")

    # where and how
    municipality_id = fields.Many2one('outreach.municipality', index='btree_not_null', ondelete='restrict')
    reach_km = fields.Integer("Reach (km)", default=20, aggregator=None, help="Distance to work that the person can manage")
    has_vehicle = fields.Boolean("Own Vehicle")
    is_bus_only = fields.Boolean("Bus and Train Only", help="For shift, night and weekend work a lift is then needed.")
    licence_kind = fields.Selection(
        [('eu', "German or EU"), ('foreign', "Foreign"), ('converting', "Being converted")],
        "Licence From",
        help="A licence of a third country counts for six months after taking residence (§ 29 FeV), for some countries longer",
    )
    licence_until = fields.Date("Licence Counts Until")
    licence_mask = fields.Integer(compute='_compute_licence_mask', store=True, export_string_translation=False)

    # what the person can do
    skill_ids = fields.One2many('outreach.candidate.skill', 'candidate_id', "Skills", copy=True)
    occupation_ids = fields.One2many('outreach.candidate.occupation', 'candidate_id', "Occupations", copy=True)
    occupation_id = fields.Many2one(
        'outreach.occupation',
        "Main Occupation",
        compute='_compute_occupation_id',
        store=True,
        index='btree_not_null',
        help="The one with the most years of experience",
    )
    occupation_group_id = fields.Many2one(
        related='occupation_id.kldb_group_id', store=True, string="Occupational Group", index='btree_not_null'
    )
    interest_ids = fields.Many2many('outreach.occupation', string="Interests")
    # to note several at once on a new candidate; level, years and recognition follow in the lines
    skill_tag_ids = fields.Many2many(
        'outreach.skill', string="Skills (Quick)", compute='_compute_tags', inverse='_inverse_skill_tags', export_string_translation=False
    )
    occupation_tag_ids = fields.Many2many(
        'outreach.occupation',
        string="Occupations (Quick)",
        compute='_compute_tags',
        inverse='_inverse_occupation_tags',
        export_string_translation=False,
    )
    german_level = fields.Selection(CEFR_LEVELS, "German", tracking=True, help="Empty: not known, which is not the same as none")
    is_german_tested = fields.Boolean("Tested", help="By a certificate; otherwise the level is the person's own estimate")
    german_date = fields.Date("German as Of")
    language_ids = fields.One2many('outreach.candidate.language', 'candidate_id', "Other Languages", copy=True)

    # when
    available_from = fields.Date(default=fields.Date.context_today)
    does_full_time = fields.Boolean("Full Time", default=True)
    does_part_time = fields.Boolean("Part Time", default=True)
    does_mini_job = fields.Boolean("Mini-job")
    does_shifts = fields.Boolean("Shifts")
    does_nights = fields.Boolean("Nights")
    does_weekends = fields.Boolean("Weekends")
    hours_from = fields.Float("Weekly Hours", digits=(16, 1), aggregator=None, help="0: any")
    hours_to = fields.Float("Weekly Hours up to", digits=(16, 1), aggregator=None, help="0: any")

    # may
    permission = fields.Selection(
        [
            ('free', "Unrestricted"),
            ('with_permit', "With permit of the immigration office"),
            ('free_from', "Unrestricted from a date"),
            ('blocked_until', "Blocked until a date"),
            ('forbidden', "Forbidden"),
            ('unclear', "Unclear"),
        ],
        "Work Permission",
        required=True,
        default='unclear',
        tracking=True,
    )
    permission_date = fields.Date(
        "From", help="From when work is permitted, or until when it is blocked; after a waiting time each job needs a permit"
    )
    permission_until = fields.Date("Valid Until", tracking=True)
    # the present permission was reminded of; a new one is reminded of anew
    is_permission_reminded = fields.Boolean(copy=False, export_string_translation=False)
    job_permit_ids = fields.One2many('outreach.job.permit', 'candidate_id', "Permissions for a Job")
    permission_remarks = fields.Char("Does Not Go Together", compute='_compute_permission_remarks', groups=JOB_CENTRE)
    permit_request_ids = fields.One2many('outreach.permit.request', 'candidate_id', "Permission Requests")

    barrier_ids = VisibleOne2many('outreach.barrier', 'candidate_id', "Barriers")
    open_barrier_count = fields.Integer("Open Barriers", compute='_compute_open_barrier_count')

    # pools
    member_pool_ids = fields.Many2many(
        'outreach.pool', 'outreach_pool_member_rel', 'candidate_id', 'pool_id', "Added by Hand to", copy=False
    )
    excluded_pool_ids = fields.Many2many(
        'outreach.pool', 'outreach_pool_excluded_rel', 'candidate_id', 'pool_id', "Taken by Hand out of", copy=False
    )
    pool_ids = fields.Many2many('outreach.pool', string="Pools", compute='_compute_pool_ids', search='_search_pool_ids')
    is_in_pool = fields.Boolean("In the Pool", compute='_compute_is_in_pool')

    _name_uniq = models.UniqueIndex('(name)', "This pseudonym is taken.")
    _reference_uniq = models.UniqueIndex(
        '(company_id, reference) WHERE reference IS NOT NULL', "There is a candidate with this customer number already."
    )
    _reach_check = models.Constraint('CHECK(reach_km BETWEEN 0 AND 500)', "Reach is a number of kilometres, 500 at most.")
    _paused_check = models.Constraint("CHECK(status != 'paused' OR paused_until IS NOT NULL)", "Say until when the candidate is paused.")
    _permission_check = models.Constraint(
        "CHECK(permission NOT IN ('free_from', 'blocked_until') OR permission_date IS NOT NULL)",
        "Say from when work is permitted, or until when it is blocked.",
    )
    _hours_check = models.Constraint(
        'CHECK(coalesce(hours_from, 0) >= 0 AND coalesce(hours_to, 0) BETWEEN 0 AND 60'
        ' AND (coalesce(hours_to, 0) = 0 OR hours_to >= coalesce(hours_from, 0)))',
        "Weekly hours go from the lower to the higher number, 60 at most.",
    )
    _paused_idx = models.Index("(paused_until) WHERE status = 'paused'")
    _permission_until_idx = models.Index('(permission_until) WHERE permission_until IS NOT NULL')
    _reminder_idx = models.Index('(permission, permission_until) WHERE is_permission_reminded IS NOT TRUE')

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
                :1
            ].occupation_id

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
            candidate.occupation_ids = candidate._get_tag_commands(candidate.occupation_ids, 'occupation_id', candidate.occupation_tag_ids)

    def _get_tag_commands(self, lines, fname, tags):
        return [
            *(Command.delete(line.id) for line in lines if line[fname] not in tags),
            *(Command.create({fname: tag.id}) for tag in tags - lines[fname]),
        ]

    @api.depends('permission', 'regime_ids.regime', 'regime_ids.date_from', 'residence_title')
    def _compute_permission_remarks(self):
        texts = {
            'sgb2': self.env._(
                "Counts as not able to work (§ 8 (2) SGB II); benefits only as a member of a household (§ 7 (2) SGB II). Please check."
            ),
            'asylblg': self.env._(
                "During the asylum procedure benefits are those of AsylbLG, not of SGB II (§ 7 (1) sentence 2 no. 3 SGB II). Please check."
            ),
            'eu': self.env._("Citizens of the European Union need no work permission (§ 2 (2) FreizügG/EU)."),
            'settled': self.env._("Who is settled may do any work (§ 4a (1), §§ 9, 9a AufenthG)."),
            'asylum': self.env._("During the asylum procedure each job needs a permission (§ 61 AsylG)."),
            'tolerated': self.env._("With a Duldung each job needs a permission (§ 4a (4) AufenthG, § 32 BeschV). Please check."),
        }
        for candidate in self:
            found = work_permit.find_contradictions(candidate.permission or '', candidate.regime or '', candidate.residence_title or '')
            candidate.permission_remarks = ' '.join(texts[key] for key in found) or False

    @api.depends('driving_licence', 'skill_ids.skill_id.driving_licence')
    def _compute_licence_mask(self):
        """A licence is one fact, be it noted as class or as skill."""
        for candidate in self:
            noted = [candidate.driving_licence, *candidate.skill_ids.skill_id.mapped('driving_licence')]
            candidate.licence_mask = licences.mask(licences.held_by(', '.join(sorted({text for text in noted if text}))))

    @api.depends('barrier_ids.state')
    @api.depends_context('uid')
    def _compute_open_barrier_count(self):
        """Of those that this user may read."""
        counts = dict(
            self.env['outreach.barrier']._read_group(
                Domain('candidate_id', 'in', self._origin.ids) & self.env['outreach.barrier']._get_open_domain(),
                ['candidate_id'],
                ['__count'],
            )
        )
        for candidate in self:
            candidate.open_barrier_count = counts.get(candidate._origin, 0)

    @api.depends('member_pool_ids', 'excluded_pool_ids', 'status')
    def _compute_pool_ids(self):
        """One query, whatever the number of candidates and pools."""
        found = {}
        pools = self.env['outreach.pool'].search([('is_hand_counted', '=', False)])
        if self.ids and pools:
            query = pools._get_member_queries(SQL.identifier(self._table, 'id'))
            rows = self.env.execute_query(
                SQL("SELECT id, array_agg(pool_id) FROM (%s) AS member (pool_id, id) WHERE id IN %s GROUP BY id", query, tuple(self.ids))
            )
            found = dict(rows)
        for candidate in self:
            candidate.pool_ids = pools.browse(found.get(candidate._origin.id, ()))

    def _search_pool_ids(self, operator, value):
        if operator != 'in':
            return NotImplemented
        ids = [pool for pool in value if pool]
        domain = Domain.OR(pool._get_candidate_domain() for pool in self.env['outreach.pool'].browse(ids))
        if len(ids) < len(value):  # in no pool
            domain |= ~Domain.OR(pool._get_candidate_domain() for pool in self.env['outreach.pool'].search([]))
        return domain

    @api.depends('pool_ids')
    @api.depends_context('outreach_pool')
    def _compute_is_in_pool(self):
        pool = self.env['outreach.pool'].browse(self.env.context.get('outreach_pool'))
        members = self.filtered('id').search([('id', 'in', self.ids), ('pool_ids', 'in', pool.ids)]) if pool else self.browse()
        for candidate in self:
            candidate.is_in_pool = candidate._origin in members

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains('reference', 'household_number')
    def _check_reference(self):
        for number in filter(None, (*self.mapped('reference'), *self.mapped('household_number'))):
            if not candidate_row.is_reference(number):
                raise ValidationError(
                    self.env._(
                        "A customer number is a number such as “264D123456”, at most %(size)s characters and no name.",
                        size=candidate_row.MAX_REFERENCE,
                    )
                )

    @api.constrains('user_id', 'adviser_id')
    def _check_people_may_read(self):
        for candidate in self:
            for user, group in ((candidate.user_id, JOB_CENTRE), (candidate.adviser_id, MIGRATION_CENTRE)):
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
        if vals.get('status', 'paused') != 'paused':
            vals = dict(vals, paused_until=False)
        if {'permission', 'permission_until'} & vals.keys() and 'is_permission_reminded' not in vals:
            vals = dict(vals, is_permission_reminded=False)
            self._get_permission_reminders().unlink()
        untested = self.browse()
        if 'german_level' in vals and 'is_german_tested' not in vals:
            untested = self.filtered(lambda candidate: candidate.german_level != vals['german_level'])
        result = super(OutreachCandidate, self.with_context(mail_auto_subscribe_no_notify=True)).write(vals)
        if untested:
            untested.write({'is_german_tested': False, 'german_date': vals.get('german_date', False)})
        return result

    @api.onchange('german_level')
    def _onchange_german_level(self):
        """A test is one of a level; `write` sees to it where there is no form."""
        self.is_german_tested = self.german_date = False

    def _check_pseudonym_kept(self, vals_list):
        """A pseudonym is drawn, never typed: what somebody types there would be a name."""
        if not self.env.su and any('name' in vals for vals in vals_list):
            raise AccessError(self.env._("The pseudonym of a candidate is drawn at random. It cannot be chosen or changed."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_pause(self):
        """Ask until when."""
        return {
            'name': self.env._("Pause Until"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.candidate.pause',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_candidate_ids': self.ids},
        }

    def action_available(self):
        """Available again, whatever was; this also undoes a wrong "placed" or "left"."""
        self.filtered(lambda candidate: candidate.status != 'available').status = 'available'

    def action_place(self):
        self.filtered(lambda candidate: candidate.status != 'placed').status = 'placed'

    def action_leave(self):
        self.filtered(lambda candidate: candidate.status != 'left').status = 'left'

    def action_ask_permission(self):
        """Ask the immigration office; what is known already is filled in."""
        self.ensure_one()
        return {
            'name': self.env._("Ask Immigration Office"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.permit.request',
            'views': [(self.env.ref('maßarbeit_outreach.outreach_permit_request_view_form_dialog').id, 'form')],
            'target': 'new',
            'context': {
                'default_candidate_id': self.id,
                'default_occupation_id': self.occupation_id.id,
                'default_start_date': max(self.available_from or fields.Date.context_today(self), fields.Date.context_today(self)),
                'default_foreign_reference': self.permit_request_ids.sorted('id')[-1:].foreign_reference,
            },
        }

    def action_add_to_pool(self):
        """Add these candidates to the pool from which the list was opened."""
        pool = self._get_context_pool()
        pool.excluded_ids -= self
        fitting = self.search([('id', 'in', self.ids), ('pool_ids', 'in', pool.ids)])
        pool.member_ids = [Command.link(candidate.id) for candidate in self - fitting]

    def action_remove_from_pool(self):
        """Take these candidates out of the pool from which the list was opened; whom the rule finds stays out by hand."""
        pool = self._get_context_pool()
        pool.member_ids -= self
        fitting = self.search([('id', 'in', self.ids), ('pool_ids', 'in', pool.ids)])
        pool.excluded_ids = [Command.link(candidate.id) for candidate in fitting]

    def _get_context_pool(self):
        pool = self.env['outreach.pool'].browse(self.env.context.get('outreach_pool')).exists()
        if not pool:
            raise UserError(self.env._("Open the candidates from a pool: then it is clear which one is meant."))
        pool.check_access('write')
        return pool

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

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _get_pause_over_domain(self):
        return Domain('status', '=', 'paused') & Domain('paused_until', '<', 'today')

    @api.model
    def _get_permission_domain(self):
        """Whose permission is unclear, or ends within `REMIND_DAYS` days."""
        return (
            Domain('status', 'in', ('available', 'paused', 'proposed'))
            & Domain('is_permission_reminded', '=', False)
            & (Domain('user_id.active', '=', True) | Domain('adviser_id.active', '=', True))
            & (Domain('permission', '=', 'unclear') | Domain('permission_until', '<=', f'today +{self.REMIND_DAYS}d'))
        )

    @api.model
    def _get_due_work(self):
        return super()._get_due_work() | {
            '_cron_available': DueWork(self._name, self._get_pause_over_domain()),
            '_cron_remind_permission': DueWork(self._name, self._get_permission_domain()),
        }

    @api.model
    def _cron_available(self):
        """Whose pause is over is available again."""
        self._run_batches(self._get_pause_over_domain(), lambda batch: batch.write({'status': 'available'}))

    @api.model
    def _cron_remind_permission(self):
        """Remind whoever is responsible of the permission; once."""
        self._run_batches(self._get_permission_domain(), lambda batch: batch._remind_permission())

    def _remind_permission(self):
        today = fields.Date.context_today(self)
        self._outreach_give_to_dos(
            [
                {
                    'res_id': candidate.id,
                    'user_id': (candidate.user_id.filtered('active') or candidate.adviser_id).id,
                    'summary': self.env._("Ask the immigration office: may this person work?")
                    if candidate.permission == 'unclear'
                    else self.env._("The work permission ends"),
                    'date_deadline': max(today, candidate.permission_until or today),
                }
                for candidate in self
            ],
            'maßarbeit_outreach.mail_activity_type_permission',
        )
        self.sudo().is_permission_reminded = True

    def _get_permission_reminders(self):
        return self.sudo().activity_ids.filtered(
            lambda activity: (
                activity.automated
                and activity.activity_type_id == self.env.ref('maßarbeit_outreach.mail_activity_type_permission', raise_if_not_found=False)
            )
        )
