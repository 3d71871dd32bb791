from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .outreach_batch_mixin import DueWork
from .visible_fields import VisibleOne2many


class OutreachAnswerMixin(models.AbstractModel):
    """A question to another agency with an answer until a date: referrals, requests for work permission.

    The other agency sees what is listed in `_partner_fields`, nothing else: neither other fields nor the chatter, and of the
    activities its own. A field that is added later stays inside until somebody lists it. Its staff are reminded by
    activities, nobody by e-mail. Whoever asks does so in their own name.
    The other agency reads what is open and, so that it can look up what it said, what it answered within `PARTNER_DAYS`: what was
    declined, withdrawn or has expired concerns it no more. Record rules ask `_get_partner_domain`.
    Expects the fields name, state, from_user_id, to_agency_id, date_answer and company_id.
    """

    _name = 'outreach.answer.mixin'
    _description = "Question to another agency"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'outreach.conflict.mixin', 'outreach.batch.mixin']

    ANSWER_DAYS = 5  # working days
    PARTNER_DAYS = 90  # how long an agency reads what it has answered; long enough for a question about it, not for a file
    _accepts_incoming_mail = False  # an answer is given by whoever logs in
    _partner_fields = frozenset()
    _insider_groups = ''  # who may read all fields
    _pending_state = 'pending'
    _answered_state = ''  # what was carried out, and
    _answered_field = ''  # the field that says when
    _reminder_fields = frozenset({'state', 'to_agency_id', 'date_answer', 'name'})  # a change of these is told at once

    # core joins activities without asking who may read them, so that conditions on them read those of other agencies
    activity_ids = VisibleOne2many(bypass_search_access=False)

    @api.model
    def _default_date_answer(self):
        """The end of the fifth working day from tomorrow, by the calendar of the organisation."""
        today = fields.Date.context_today(self)
        zone = pytz.timezone(self.env.company.resource_calendar_id.tz or self.env.user.tz or 'UTC')
        tomorrow = zone.localize(datetime.combine(today + timedelta(days=1), time.min))
        day = self.env.company.sudo().resource_calendar_id.plan_days(self.ANSWER_DAYS, tomorrow, compute_leaves=True)
        return day.date() if day else today + timedelta(days=7)  # no calendar, or one without working hours

    # ------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------

    @api.model
    def _get_open_domain(self):
        """What "open" means wherever open questions are counted."""
        return Domain('state', '=', self._pending_state)

    @api.model
    def _get_partner_domain(self, user):
        """What this user reads as staff of the agency that was asked."""
        answered = Domain('state', '=', self._answered_state) & Domain(self._answered_field, '>=', f'now -{self.PARTNER_DAYS}d')
        return Domain('to_agency_id.user_ids', 'in', user.ids) & (self._get_open_domain() | answered)

    def _has_field_access(self, field, operation):
        if not self.env.su and field.name not in self._partner_fields and not self.env.user.has_groups(self._insider_groups):
            return False
        return super()._has_field_access(field, operation)

    # OVERRIDE since core looks at the activities of everybody here, in groups as well. Remove when it asks who may read them.
    def _search_activity_state(self, operator, value):
        self._check_insider()
        return super()._search_activity_state(operator, value)

    def _read_group_groupby(self, alias, groupby_spec, query):
        if groupby_spec == 'activity_state':
            self._check_insider()
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _check_insider(self):
        if not self.env.su and not self.env.user.has_groups(self._insider_groups):
            raise AccessError(self.env._("Whether something is late is shown to you for your own activities only."))

    @api.model
    def _check_sender(self, vals_list):
        """Raise AccessError if somebody asks, or is to learn of the answer, in the name of another person."""
        if not self.env.su and any(vals.get('from_user_id', self.env.uid) != self.env.uid for vals in vals_list):
            raise AccessError(self.env._("You can ask in your own name only."))

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(['from_user_id'])
        self._check_sender([default | vals for vals in vals_list])
        return super().create(vals_list)

    def write(self, vals):
        self._check_sender([vals])
        return super().write(vals)

    # OVERRIDE so that the chatter follows the right to write, which no partner has; core lets whoever reads a record
    # read what was written on it. Remove when a record can be read without its chatter.
    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        return dict.fromkeys(self, 'write')

    # OVERRIDE so that nobody follows: core subscribes whoever has an activity, and followers get e-mails. Remove when
    # core can leave that out.
    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        return True

    # ------------------------------------------------------------
    # REMINDERS
    # ------------------------------------------------------------

    def _get_people_to_answer(self):
        """Who may answer; raise UserError when nobody of the agency could, since the question would be lost."""
        self.ensure_one()
        here = self.with_context(allowed_company_ids=self.company_id.ids)
        staff = self.to_agency_id.user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids and here.with_user(user).has_access('read')
        )
        if not staff:
            raise UserError(self._get_nobody_text())
        return staff

    def _get_nobody_text(self):
        return self.env._("Nobody at %(agency)s could read it.", agency=self.to_agency_id.name)

    def _get_reminder_summary(self):
        return self.env._("Answer: %(subject)s", subject=self.name)

    def _get_news_summary(self):
        states = dict(self._fields['state']._description_selection(self.env))
        return f"{states[self.state]}: {self.name}"

    def _sync_reminders(self):
        """Remind those who should answer what is pending, on the day before the last one; nobody else."""
        self._outreach_take_to_dos_back()
        today = fields.Date.context_today(self)
        self._outreach_give_to_dos(
            [
                {
                    'res_id': record.id,
                    'summary': record._get_reminder_summary(),
                    'user_id': user.id,
                    'date_deadline': max(today, record.date_answer - timedelta(days=1)),
                }
                for record in self.sudo()
                if record.state == self._pending_state
                for user in record._get_people_to_answer()
            ]
        )

    def _tell_sender(self):
        """The question came back: whoever asked it has to decide what now."""
        self._outreach_give_to_dos(
            [
                {'res_id': record.id, 'summary': record._get_news_summary(), 'user_id': record.from_user_id.id}
                for record in self.sudo()
                if record.from_user_id.active
            ]
        )

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _get_overdue_domain(self):
        return Domain('state', '=', self._pending_state) & Domain('date_answer', '<', 'today')

    @api.model
    def _get_due_work(self):
        return super()._get_due_work() | {'_cron_expire': DueWork(self._name, self._get_overdue_domain(), 'date_answer')}

    @api.model
    def _cron_expire(self):
        """Close what was not answered in time, and give it back to its sender."""
        self._run_batches(self._get_overdue_domain(), lambda batch: batch._expire(), size=20)

    def _expire(self):
        self.state = 'expired'
        self._tell_sender()
