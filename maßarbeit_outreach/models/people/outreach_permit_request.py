from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ...tools.people import work_permit
from ...tools.people.facts import DATED_PERMISSIONS
from ..base.groups import CANDIDATE_GROUPS
from ..base.outreach_personal_words import warn_of_personal_words

INSIDERS = ','.join(CANDIDATE_GROUPS)
# What the office may say. “With permit” is what it was offered before there was this list.
ANSWERS = [
    ('granted', "Granted, with conditions and validity"),
    ('granted_ba', "Granted after approval of the Federal Employment Agency"),
    ('approval_free', "Granted, free of approval"),
    ('free', "No permit needed: any work"),
    ('waiting', "Waiting time"),
    ('refused_job', "Refused for this job"),
    ('refused', "Refused altogether"),
    ('documents', "Documents missing"),
    ('approval_asked', "Federal Employment Agency asked for approval"),
]
FORMER_ANSWERS = [('with_permit', "A permit is needed (former answer)")]
ANSWER_FIELDS = (
    'interim',
    'interim_date',
    'interim_note',
    'state',
    'answer',
    'answer_date',
    'answer_until',
    'answer_note',
    'answered_by_id',
    'answered_on',
)


class OutreachPermitRequest(models.Model):
    """A question to the immigration office whether somebody may work, with an answer until a date.

    SPECIFICATION
     * open → answered, withdrawn by the asking agency, or expired after the answer date. Changed by methods only.
     * The immigration office sees the request, not the candidate: the fields of `_partner_fields`, no chatter; open ones, and what it
       has answered of late. It finds the
       person by the number of its own file; neither pseudonym nor case file tell it anything, so it gets neither.
     * An answer about the job becomes a permission, or its refusal, for that job; the person's own permission changes only as far as
       the answer speaks of the person, see `tools/people/work_permit.py`. That papers are missing or that the Federal Employment
       Agency was asked is noted, and the request stays open. The asking person learns of each by an activity.
    """

    _name = 'outreach.permit.request'
    _description = "Work Permission Request"
    _inherit = ['outreach.person.mixin', 'outreach.answer.mixin']
    _person_field = 'candidate_id'
    _order = 'date_answer, id'
    _check_company_auto = True

    _pending_state = 'open'
    _answered_state = 'answered'
    _answered_field = 'answered_on'
    _insider_groups = INSIDERS
    _partner_fields = frozenset(
        {
            'id',
            'display_name',
            'name',
            'foreign_reference',
            'occupation_id',
            'partner_id',
            'start_date',
            'question',
            'from_agency_id',
            'to_agency_id',
            'date_answer',
            'state',
            'answer',
            'interim',
            'interim_date',
            'interim_note',
            'answer_date',
            'answer_until',
            'answer_note',
            'answered_by_id',
            'answered_on',
            'create_date',
            'company_id',
            'can_answer',
            'can_withdraw',
            'activity_ids',
            'activity_state',
            'activity_user_id',
            'activity_date_deadline',
            'my_activity_date_deadline',
        }
    )

    name = fields.Char("Subject", compute='_compute_name', store=True, precompute=True)
    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade', index=True, check_company=True, groups=INSIDERS)
    foreign_reference = fields.Char(
        "File of the Immigration Office", required=True, help="So that the office knows whom the question is about; no name"
    )
    occupation_id = fields.Many2one(
        'outreach.occupation',
        index='btree_not_null',
        ondelete='restrict',
        compute='_compute_from_demand',
        store=True,
        readonly=False,
        precompute=True,
    )
    demand_id = fields.Many2one('outreach.demand', index='btree_not_null', ondelete='set null', check_company=True, groups=INSIDERS)
    partner_id = fields.Many2one(
        'res.partner',
        "Company",
        compute='_compute_from_demand',
        store=True,
        readonly=False,
        precompute=True,
        index='btree_not_null',
        ondelete='restrict',
        domain="[('is_company', '=', True)]",
    )
    start_date = fields.Date("Start of Work", compute='_compute_from_demand', store=True, readonly=False, precompute=True)
    question = fields.Text(help="What the office has to know; nothing that tells who it is")
    from_agency_id = fields.Many2one(
        'outreach.agency',
        "Asked By",
        required=True,
        index=True,
        ondelete='restrict',
        check_company=True,
        default=lambda self: self.env.user._get_outreach_agency(),
    )
    from_user_id = fields.Many2one(
        'res.users', "Person", required=True, index=True, copy=False, default=lambda self: self.env.user, groups=INSIDERS
    )
    to_agency_id = fields.Many2one(
        'outreach.agency',
        "Addressed To",
        required=True,
        index=True,
        ondelete='restrict',
        check_company=True,
        domain="[('role', '=', 'immigration_office')]",
        default=lambda self: self._default_to_agency_id(),
    )
    date_answer = fields.Date("Answer Due", required=True, copy=False, default=lambda self: self._default_date_answer())
    state = fields.Selection(
        [('open', "Open"), ('answered', "Answered"), ('withdrawn', "Withdrawn"), ('expired', "Expired")],
        required=True,
        default='open',
        index=True,
        readonly=True,
        copy=False,
    )
    answer = fields.Selection(ANSWERS + FORMER_ANSWERS, readonly=True, copy=False)
    interim = fields.Selection([pair for pair in ANSWERS if pair[0] in work_permit.INTERIM], "Waits For", readonly=True, copy=False)
    interim_date = fields.Date("Since", readonly=True, copy=False)
    interim_note = fields.Char("What Is Missing", readonly=True, copy=False)
    answer_date = fields.Date("From", readonly=True, copy=False)
    answer_until = fields.Date("Valid Until", readonly=True, copy=False)
    answer_note = fields.Char("Condition", readonly=True, copy=False)
    answered_by_id = fields.Many2one('res.users', readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    can_answer = fields.Boolean(compute='_compute_can', export_string_translation=False)
    can_withdraw = fields.Boolean(compute='_compute_can', export_string_translation=False)
    company_id = fields.Many2one(related='candidate_id.company_id', store=True, precompute=True)

    _answer_check = models.Constraint(
        "CHECK((state = 'answered') = (answer IS NOT NULL))", "An answered request has an answer, any other has none."
    )
    _pending_idx = models.Index("(date_answer) WHERE state = 'open'")

    _onchange_question_words = warn_of_personal_words('question')

    @api.model
    def _default_to_agency_id(self):
        offices = self.env['outreach.agency'].search([('role', '=', 'immigration_office')], limit=2)
        return offices if len(offices) == 1 else False

    @api.depends('foreign_reference', 'occupation_id', 'partner_id')
    def _compute_name(self):
        for request in self.sudo():
            request.name = ' · '.join(filter(None, [request.foreign_reference, request.occupation_id.name, request.partner_id.name])) or '?'

    @api.depends('demand_id')
    def _compute_from_demand(self):
        for request in self:
            for name in ('partner_id', 'occupation_id', 'start_date'):
                request[name] = request.demand_id[name] or request[name]

    @api.depends('state', 'from_agency_id', 'to_agency_id')
    @api.depends_context('uid')
    def _compute_can(self):
        mine = self.env.user._get_outreach_agency()
        for request in self:
            request.can_answer = bool(mine) and request.to_agency_id == mine and request.state == 'open'
            request.can_withdraw = bool(mine) and request.from_agency_id == mine and request.state == 'open'

    @api.constrains('partner_id')
    def _check_partner_is_kept(self):
        self.sudo().partner_id._check_outreach_kept()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            given = self._with_defaults(vals_list, *ANSWER_FIELDS)
            if any(vals.get(name) for vals in given for name in ANSWER_FIELDS if vals.get(name) != 'open'):
                self._refuse_state()
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        requests = super(OutreachPermitRequest, quiet).create(vals_list).with_env(self.env)
        requests._sync_reminders()
        return requests

    def write(self, vals):
        if not self.env.su:
            if vals.keys() & {*ANSWER_FIELDS}:
                self._refuse_state()
            if any(request.state != 'open' for request in self):
                raise UserError(self.env._("This request was answered or is over, so it cannot change any more."))
        res = super().write(vals)
        if (self._reminder_fields | {'foreign_reference', 'occupation_id', 'partner_id'}) & vals.keys():
            self._sync_reminders()
        return res

    def _refuse_state(self):
        raise AccessError(self.env._("A request is answered by the immigration office, with its button."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_answer(self):
        """Ask for the answer."""
        self.ensure_one()
        return {
            'name': self.env._("Answer"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.permit.answer',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_request_id': self.id},
        }

    def action_withdraw(self):
        """Take back what nobody answered yet."""
        self.check_access('read')
        if not all(self.mapped('can_withdraw')):
            raise AccessError(self.env._("Only the agency that asked withdraws a request, and only until it is answered."))
        self.sudo().state = 'withdrawn'

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _answer(self, answer, date, until, note):
        """Answer in the name of the immigration office.

        Two answers at once, or an answer and a withdrawal, collide at the request's row: the server repeats the second one,
        which then finds the request closed.
        """
        self.ensure_one()
        request = self.sudo().exists()
        if request.to_agency_id != self.env.user._get_outreach_agency():
            raise AccessError(self.env._("Only the immigration office that was asked answers a request."))
        if request.state != 'open':  # before it is asked who may read: a withdrawn one is not there any more for the office
            raise UserError(self.env._("This request was answered, withdrawn or has expired in the meantime. Load the page again."))
        self.check_access('read')
        today = fields.Date.context_today(self)
        if answer in work_permit.INTERIM:
            values = {'interim': answer, 'interim_date': date or today, 'interim_note': note}
            if answer == 'approval_asked':
                fiction = values['interim_date'] + relativedelta(days=work_permit.FICTION_DAYS)
                values['date_answer'] = max(request.date_answer, fiction)
            request.write(values)
            request._tell_sender()
            return
        if answer in work_permit.OF_JOB and not (request.partner_id or request.occupation_id):
            raise UserError(self.env._("The request names no job, so none can be granted or refused. “No permit needed” allows any work."))
        request.write(
            {
                'state': 'answered',
                'answer': answer,
                'answer_date': date,
                'answer_until': until,
                'answer_note': note,
                'answered_by_id': self.env.uid,
                'answered_on': fields.Datetime.now(),
            }
        )
        request._apply_answer(work_permit.get_change(answer, request.candidate_id.permission, bool(date and date > today)))
        request._tell_sender()

    def _apply_answer(self, change):
        """Change for the person only what the answer says."""
        if change.job:
            is_refused = change.job == 'refused'
            begin = fields.Date.context_today(self) if is_refused else self.answer_date or fields.Date.context_today(self)
            self.candidate_id.job_permit_ids = [
                Command.create(
                    {
                        'state': change.job,
                        'partner_id': self.partner_id.id,
                        'occupation_id': self.occupation_id.id,
                        'date_from': begin,
                        'date_until': self.answer_until if not is_refused else False,
                        'note': self.answer_note,
                    }
                )
            ]
        if change.person:
            is_dated = change.person in DATED_PERMISSIONS
            self.candidate_id.write(
                {
                    'permission': change.person,
                    'permission_date': is_dated and self.answer_date,
                    'permission_until': change.person in ('free', 'free_from') and self.answer_until,
                }
            )

    def _get_news_summary(self):
        answers = dict(self._fields['answer']._description_selection(self.env))
        said = (self.answer, self.answer_note) if self.answer else (self.interim, self.interim_note)
        return ': '.join(filter(None, [super()._get_news_summary(), answers.get(said[0]), said[1]]))

    def _get_reminder_summary(self):
        return self.env._("May this person work? %(subject)s", subject=self.name)

    def _get_nobody_text(self):
        return self.env._(
            "Nobody at %(agency)s could read the request. Ask the administrator to give its staff the role of the immigration office.",
            agency=self.to_agency_id.name,
        )

    def _tell_sender(self):
        """Only if that person may still read it."""
        readable = self.filtered(
            lambda request: (
                request.with_context(allowed_company_ids=request.from_user_id.company_ids.ids)
                .with_user(request.from_user_id)
                .has_access('read')
            )
        )
        return super(OutreachPermitRequest, readable)._tell_sender()
