from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.visit.first_sentence import first_sentence
from ..company.outreach_dossier import Source

ROWS = 3
# How far ahead another agency's contact is pointed out: the window of most kinds.
DAYS_AHEAD = 30


class OutreachDossier(models.AbstractModel):
    """Visits, calls, promises, referrals and early warnings."""

    _inherit = 'outreach.dossier'

    # ------------------------------------------------------------
    # CARDS
    # ------------------------------------------------------------

    def _get_cards(self, company):
        """The next and the last contact, see `outreach.visit` for what counts as one; of all agencies, in sudo: that there is one is
        no secret, what it is about is."""
        Visit, told = self.env['outreach.visit']._over_circle()
        ours = Domain('partner_id', '=', company.id) & Domain('kind_id.is_mass', '=', False) & told
        today = Visit._to_utc(self._get_day())
        ahead = Visit.search(ours & Visit._get_open_domain() & Domain('start', '>=', today), order='start, id', limit=1)
        met = Visit.search(ours & Domain('stage', '=', 'done') & Domain('result', '!=', 'nobody_met'), order='start desc, id desc', limit=1)
        return [
            *super()._get_cards(company),
            self._get_card('next', self.env._("Next Contact"), ahead, self.env._("Nothing is planned.")),
            self._get_card('last', self.env._("Last Contact"), met, self.env._("No contact yet.")),
        ]

    def _get_card(self, key, label, visit_sudo, empty):
        visit = visit_sudo.sudo(False)
        if visit and not visit.has_access('read'):
            return self._get_closed_card(key, label, visit_sudo)
        card = {'key': key, 'label': label, 'empty': not visit and empty, 'model': visit._name, 'id': visit.id}
        if not visit:
            return card
        joint = visit.is_joint and self.env._("joint")
        quote = key == 'last' and first_sentence(visit.report_text, 90)
        return card | {
            'when': self._say_contact_time(key, visit),
            'title': self._join(visit.kind_id.name, joint, quote or visit.site_id.sudo().name),
            'text': ', '.join(visit.user_ids.sudo().mapped('name')) or self._join(*visit.agency_ids.mapped('name')),
        }

    def _get_closed_card(self, key, label, visit_sudo):
        """The card of a visit that this reader may not open: when, and which agencies."""
        return {
            'key': key,
            'label': label,
            'empty': False,
            'model': False,
            'id': False,
            'when': self._say_contact_time(key, visit_sudo),
            'title': self.env._("Appointment"),
            'text': self._join(*visit_sudo.agency_ids.mapped('name')),
        }

    def _say_contact_time(self, key, visit):
        start = fields.Datetime.context_timestamp(self, visit.start)
        day, today = start.date(), self._get_day()
        if key == 'last' and day < today:
            days = (today - day).days
            return self.env._("yesterday") if days == 1 else self.env._("%(days)s days ago", days=days)
        return f"{self.env._('today') if day == today else self._say_day(day)}, {self._say_time(visit.start)}"

    # ------------------------------------------------------------
    # NOTICES
    # ------------------------------------------------------------

    def _get_notices(self, company):
        notices = super()._get_notices(company)
        wishes = [notice for notice in notices if notice['level'] == 'wish']
        return [
            *(notice for notice in notices if notice not in wishes),
            *self._get_coordination_notices(company),
            *self._get_warning_notices(company),
            *wishes,
        ]

    def _get_coordination_notices(self, company):
        """What other agencies have planned there without the reader's."""
        agency = self.env.user._get_outreach_agency()
        if not agency or not self._is_officer():
            return []
        Visit, told = self.env['outreach.visit']._over_circle()
        now = fields.Datetime.now()
        visits = Visit.search(
            Domain('partner_id', '=', company.id)
            & Visit._get_open_domain()
            & Domain('start', '>=', now)
            & Domain('start', '<=', now + timedelta(days=DAYS_AHEAD))
            & Domain('kind_id.is_mass', '=', False)
            & Domain('agency_ids', '!=', False)
            & Domain('agency_ids', 'not in', agency.ids)
            & Domain('user_ids', 'not in', self.env.user.ids)
            & told,
            order='start, id',
            limit=2,
        )
        known = visits.sudo(False)._filtered_access('read')
        return [
            self._get_notice(
                f'others,{visit.id}',
                'warning',
                self.env._("To be coordinated:"),
                self.env._(
                    "%(agencies)s goes there on %(day)s (%(people)s).",
                    agencies=', '.join(visit.agency_ids.mapped('name')),
                    day=self._say_day(self._get_local_day(visit.start)),
                    people=', '.join(visit.user_ids.sudo().mapped('name')) or visit._get_public_name(),
                ),
                [self._get_button(self.env._("Go Along"), visit, 'action_join')] if visit in known and visit.kind_id.is_visit else [],
            )
            | ({'model': visit._name, 'id': visit.id} if visit in known else {})
            for visit in visits
        ]

    def _get_warning_notices(self, company):
        warnings = self.env['outreach.early.warning'].search(
            Domain('partner_id', '=', company.id) & self.env['outreach.early.warning']._get_open_domain()
        )
        kinds = dict(warnings._fields['kind']._description_selection(self.env))
        return [
            self._get_notice(
                f'warning,{warning.id}',
                'warning',
                self.env._("Early warning, %(kind)s:", kind=kinds[warning.kind]),
                self.env._(
                    "%(note)s (heard on %(day)s)", note=warning.note or self.env._("no details"), day=self._say_short_day(warning.date)
                ),
                [self._get_button(self.env._("Settle"), warning, 'action_settle')] if self._is_officer() else [],
            )
            for warning in warnings
        ]

    # ------------------------------------------------------------
    # SECTIONS
    # ------------------------------------------------------------

    def _get_sections(self, company):
        Promise = self.env['outreach.promise']
        domain = Domain('partner_id', '=', company.id) & Promise._get_open_domain()
        promises = Promise.search(domain, order='date_deadline, id', limit=ROWS)
        count = Promise.search_count(domain)
        sides = dict(Promise._fields['side']._description_selection(self.env))
        section = {
            'key': 'promises',
            'title': self.env._("Open Promises"),
            'note': '',
            'empty': self.env._("Nothing is promised."),
            'list': count and {'label': self.env._("All %(count)s", count=count), 'method': 'action_view_outreach_promises'},
            'rows': [
                {
                    'key': f'promise,{promise.id}',
                    'model': promise._name,
                    'id': promise.id,
                    'title': promise.name,
                    'badge': '',
                    'late': self._say_deadline(promise.date_deadline) if promise.date_deadline < self._get_day() else '',
                    'text': self._join(
                        promise.date_deadline >= self._get_day() and self._say_deadline(promise.date_deadline),
                        sides[promise.side],
                        promise.user_id.sudo().name,
                    ),
                    'buttons': [self._get_button(self.env._("Settle Promise"), promise, 'action_open_close')]
                    if promise.user_id == self.env.user and self._is_officer()
                    else [],
                }
                for promise in promises
            ],
        }
        return [section, *super()._get_sections(company)]

    # ------------------------------------------------------------
    # TIMELINE
    # ------------------------------------------------------------

    def _get_timeline_sources(self, company):
        ours = Domain('partner_id', '=', company.id)
        on_site = Domain('kind_id.is_visit', '=', True)
        return [
            Source('visit', self.env._("Visits"), 'fa-car', 'outreach.visit', ours & on_site, 'start'),
            Source('call', self.env._("Calls and Letters"), 'fa-phone', 'outreach.visit', ours & ~on_site, 'start'),
            *super()._get_timeline_sources(company),
            Source('promise', self.env._("Promises"), 'fa-handshake-o', 'outreach.promise', ours, 'date_deadline'),
            Source('referral', self.env._("Referrals"), 'fa-share', 'outreach.referral', ours, 'create_date'),
            Source('warning', self.env._("Early Warnings"), 'fa-exclamation-triangle', 'outreach.early.warning', ours, 'date'),
        ]

    def _get_timeline_rows(self, kind, records):
        method = {
            'visit': self._get_visit_rows,
            'call': self._get_visit_rows,
            'promise': self._get_promise_rows,
            'referral': self._get_referral_rows,
            'warning': self._get_warning_rows,
        }.get(kind)
        return method(records) if method else super()._get_timeline_rows(kind, records)

    def _get_visit_rows(self, visits):
        stages = dict(visits._fields['stage']._description_selection(self.env))
        results = dict(visits._fields['result']._description_selection(self.env))
        moved = self._get_times_before(visits)
        return {
            visit.id: {
                'title': f"{visit.kind_id.name}: {stages[visit.stage]}",
                'badge': (visit.is_joint and self.env._("joint")) or '',
                'quote': (visit.stage == 'done' and first_sentence(visit.report_text)) or visit.cancel_reason or '',
                'muted': visit.stage == 'cancelled',
                'text': self._join(
                    visit.id in moved
                    and self.env._(
                        "moved, before: %(day)s, %(time)s",
                        day=self._say_short_day(self._get_local_day(moved[visit.id])),
                        time=self._say_time(moved[visit.id]),
                    ),
                    visit.stage == 'done' and results.get(visit.result),
                    visit.site_id.sudo().name,
                    ', '.join(visit.user_ids.sudo().mapped('name')),
                    ', '.join(visit.agency_ids.mapped('name')),
                    visit.is_open and ', '.join(visit.topic_ids.mapped('name')),
                ),
            }
            for visit in visits
        }

    def _get_times_before(self, visits):
        """`{id: the time before the last move}` of those whose time changed, from what tracking noted of it."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (message.res_id) message.res_id, value.old_value_datetime
                  FROM mail_message message
                  JOIN mail_tracking_value value ON value.mail_message_id = message.id
                 WHERE message.model = %(model)s AND message.res_id IN %(ids)s
                   AND value.field_id = %(field)s AND value.old_value_datetime IS NOT NULL
                 ORDER BY message.res_id, value.id DESC
                """,
                model=visits._name,
                ids=tuple(visits.ids),
                field=self.env['ir.model.fields']._get(visits._name, 'start').id,
                to_flush=self.env['mail.tracking.value']._fields['old_value_datetime'],
            )
        )
        starts = {visit.id: visit.start for visit in visits}
        return {number: before for number, before in rows if before != starts[number]}

    def _get_promise_rows(self, promises):
        sides = dict(promises._fields['side']._description_selection(self.env))
        states = dict(promises._fields['state']._description_selection(self.env))
        today = self._get_day()
        return {
            promise.id: {
                'title': self.env._("Promise: %(name)s", name=promise.name),
                'late': self._say_deadline(promise.date_deadline) if promise.state == 'open' and promise.date_deadline < today else '',
                'quote': promise.outcome or '',
                'text': self._join(
                    promise.state != 'open' and states[promise.state],
                    promise.state == 'open' and promise.date_deadline >= today and self.env._("due then"),
                    sides[promise.side],
                    promise.user_id.sudo().name,
                ),
            }
            for promise in promises
        }

    def _get_referral_rows(self, referrals):
        states = dict(referrals._fields['state']._description_selection(self.env))
        return {
            referral.id: {
                'title': self.env._("Referral: %(name)s", name=referral.name),
                'quote': referral.outcome or referral.reason or '',
                'text': self._join(
                    states[referral.state],
                    self.env._(
                        "%(sender)s to %(receiver)s", sender=referral.from_agency_id.sudo().name, receiver=referral.to_agency_id.sudo().name
                    ),
                ),
            }
            for referral in referrals
        }

    def _get_warning_rows(self, warnings):
        kinds = dict(warnings._fields['kind']._description_selection(self.env))
        return {
            warning.id: {
                'title': self.env._("Early warning, %(kind)s", kind=kinds[warning.kind]),
                'quote': warning.note or '',
                'text': self._join(
                    warning.user_id.sudo().name,
                    warning.date_settled and self.env._("settled on %(day)s", day=self._say_long_day(warning.date_settled)),
                ),
            }
            for warning in warnings
        }
