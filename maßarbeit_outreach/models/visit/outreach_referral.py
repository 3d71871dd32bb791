from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..base.groups import OFFICER


class OutreachReferral(models.Model):
    """A topic of a company handed to a partner agency, with an answer until a date.

    SPECIFICATION
     * pending → accepted, declined with a reason, withdrawn by the sender, or expired after the answer date;
       accepted → done with an outcome. The state changes by the methods below only.
     * Staff of the receiving agency accept, decline and do it; staff of the sending agency withdraw it. Nobody else.
     * The partner sees the company and the topic, nothing else of what the offices know: records by rule (those to their
       agency that are open or were settled of late), fields by the white list `_partner_fields`, no chatter. The company's
       contact data it sees as long as such a referral.
     * People to answer: the receiving agency's officer for the company, else all its staff who may read it. Each gets an
       activity for the day before the answer date, until somebody answered. Sender's person learns by an activity that
       it was declined or has expired. Nobody gets an e-mail.
    """

    _name = 'outreach.referral'
    _description = "Referral"
    _inherit = ['outreach.answer.mixin']
    _order = 'date_answer, id'
    _check_company_auto = True

    _insider_groups = OFFICER
    _answered_state = 'done'
    _answered_field = 'done_on'
    _reminder_fields = frozenset({'state', 'to_agency_id', 'partner_id', 'date_answer', 'name'})
    # what staff of a partner agency may read; the activity fields show them their own activities only
    _partner_fields = frozenset(
        {
            'id',
            'display_name',
            'name',
            'partner_id',
            'partner_address',
            'topic_ids',
            'from_agency_id',
            'to_agency_id',
            'to_user_id',
            'state',
            'date_answer',
            'reason',
            'outcome',
            'done_on',
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

    name = fields.Char("Subject", required=True)
    partner_id = fields.Many2one(
        'res.partner', "Company", required=True, index=True, ondelete='restrict', check_company=True, domain="[('is_company', '=', True)]"
    )
    partner_address = fields.Char("Address", related='partner_id.contact_address_inline')
    topic_ids = fields.Many2many('outreach.topic', string="Topics")
    from_agency_id = fields.Many2one(
        'outreach.agency',
        "Sent By",
        required=True,
        index=True,
        ondelete='restrict',
        check_company=True,
        default=lambda self: self.env.user._get_outreach_agency(),
    )
    from_user_id = fields.Many2one(
        'res.users', "Referred By", required=True, index=True, copy=False, default=lambda self: self.env.user, groups=OFFICER
    )
    to_agency_id = fields.Many2one(
        'outreach.agency',
        "Sent To",
        required=True,
        index=True,
        ondelete='restrict',
        check_company=True,
        domain="[('id', '!=', from_agency_id)]",
    )
    to_user_id = fields.Many2one('res.users', "Answered By", readonly=True, copy=False, index='btree_not_null')
    visit_id = fields.Many2one(
        'outreach.visit', index='btree_not_null', ondelete='set null', groups=OFFICER, domain="[('partner_id', '=', partner_id)]"
    )
    state = fields.Selection(
        [
            ('pending', "Pending"),
            ('accepted', "Accepted"),
            ('declined', "Declined"),
            ('withdrawn', "Withdrawn"),
            ('expired', "Expired"),
            ('done', "Completed"),
        ],
        required=True,
        readonly=True,
        default='pending',
        index=True,
        copy=False,
    )
    date_answer = fields.Date("Answer Due", required=True, copy=False, default=lambda self: self._default_date_answer())
    reason = fields.Char(readonly=True, copy=False, help="Why it was declined")
    outcome = fields.Char(readonly=True, copy=False)
    done_on = fields.Datetime("Settled On", readonly=True, copy=False)
    can_answer = fields.Boolean(compute='_compute_can', export_string_translation=False)
    can_withdraw = fields.Boolean(compute='_compute_can', export_string_translation=False)
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    _other_agency_check = models.Constraint('CHECK(from_agency_id != to_agency_id)', "A referral goes to another agency.")
    _reason_check = models.Constraint("CHECK(state != 'declined' OR reason IS NOT NULL)", "Say why the referral is declined.")
    _outcome_check = models.Constraint("CHECK(state != 'done' OR outcome IS NOT NULL)", "Say what came of the referral.")
    _open_idx = models.Index("(partner_id) WHERE state IN ('pending', 'accepted')")
    _pending_idx = models.Index("(date_answer) WHERE state = 'pending'")

    @api.model
    def _get_place_domain(self, user):
        """Those of the user's municipality, and those to or from their agency, wherever the company is."""
        here = user._get_outreach_place_domain('partner_id.outreach_municipality_id')
        return here | Domain('from_agency_id.user_ids', 'in', user.ids) | Domain('to_agency_id.user_ids', 'in', user.ids)

    @api.depends('state', 'from_agency_id', 'to_agency_id')
    @api.depends_context('uid')
    def _compute_can(self):
        mine = self.env.user._get_outreach_agency()
        for referral in self:
            referral.can_answer = referral.to_agency_id == mine and referral.state in ('pending', 'accepted')
            referral.can_withdraw = referral.from_agency_id == mine and referral.state == 'pending'

    @api.constrains('partner_id')
    def _check_partner_is_company(self):
        self.sudo().partner_id._check_outreach_is_company()

    # ------------------------------------------------------------
    # CRUD AND ACCESS
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals['state'] != 'pending' for vals in self._with_defaults(vals_list, 'state')):
            self._refuse_state()
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        referrals = super(OutreachReferral, quiet).create(vals_list).with_env(self.env)
        referrals.partner_id._mark_outreach_company()
        referrals._sync_reminders()
        return referrals

    def write(self, vals):
        if not self.env.su:
            if {'state', 'reason', 'outcome', 'done_on', 'to_user_id'} & vals.keys():
                self._refuse_state()
            if any(referral.state != 'pending' for referral in self):
                raise UserError(self.env._("This referral was answered or has expired, so it cannot change any more."))
        res = super().write(vals)
        if self._reminder_fields & vals.keys():
            self._sync_reminders()
        return res

    def _refuse_state(self):
        raise AccessError(self.env._("A referral is answered by the agency that received it, with its buttons."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_accept(self):
        self._answer({'state': 'accepted'})

    def action_open_decline(self):
        return self._open_answer('declined', self.env._("Decline Referral"))

    def action_open_done(self):
        return self._open_answer('done', self.env._("Complete Referral"))

    def action_withdraw(self):
        """Take back what nobody answered yet."""
        self.check_access('read')
        if not all(self.mapped('can_withdraw')):
            raise AccessError(self.env._("Only the agency that sent a referral withdraws it, and only until it is answered."))
        self.sudo().state = 'withdrawn'

    def _open_answer(self, state, name):
        return {
            'name': name,
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.referral.answer',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_referral_ids': self.ids, 'default_state': state},
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _get_open_domain(self):
        return Domain('state', 'in', ('pending', 'accepted'))

    def _answer(self, vals):
        """Answer in the name of the receiving agency."""
        if not all(self.sudo().exists().mapped('can_answer')):  # before it is asked who may read: a withdrawn one is not there any more
            raise AccessError(self.env._("Only the agency that received a referral answers it, and only while it is open."))
        self.check_access('read')
        expected = 'accepted' if vals['state'] == 'done' else 'pending'
        if any(referral.state != expected for referral in self):
            raise UserError(self.env._("Somebody answered this referral in the meantime. Please reload the page."))
        self._check_outreach_reason(*(vals[name] for name in ('reason', 'outcome') if name in vals))
        if vals['state'] == 'done':
            vals = dict(vals, done_on=fields.Datetime.now())
        self.sudo().write(dict(vals, to_user_id=self.env.uid))
        if vals['state'] == 'declined':
            self._tell_sender()

    def _get_people_to_answer(self):
        """The receiving agency's officer for the company, else all its staff who may read it."""
        staff = super()._get_people_to_answer()
        return self.partner_id._get_outreach_officer(self.to_agency_id) & staff or staff

    def _get_nobody_text(self):
        return self.env._(
            "Nobody at %(agency)s could read the referral. Ask the administrator to give its staff the role of a partner agency.",
            agency=self.to_agency_id.name,
        )

    def _get_reminder_summary(self):
        return self.env._("Answer the referral: %(subject)s", subject=self.name)

    def _get_news_summary(self):
        return ': '.join(filter(None, [super()._get_news_summary(), self.reason]))
