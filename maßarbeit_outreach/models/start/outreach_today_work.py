"""Blocks about one's own work with companies: where to be, what to do, who is due, who else goes there."""

from datetime import timedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.base import deadline
from ...tools.base.links import map_link, tel_link
from ..base.groups import IMMIGRATION_OFFICE, JOB_CENTRE, MIGRATION_CENTRE, OFFICER, OUTREACH, PARTNER_AGENCY, VISITORS
from .outreach_today_frame import ListBehind

APPOINTMENTS = 40  # more than anybody has in two days
TO_DO_ROWS = 8  # of each urgency
DUE_ROWS = 4
TRIP_FROM, TRIP_TO = 3, 8  # companies of one area that make a visit day
OTHERS_ROWS = 5
FACTS = 2
# records of core that the offices work with
ACTIVITY_MODELS = ('res.partner', 'crm.lead', 'event.event', 'event.booth', 'calendar.event')


class OutreachTodayWork(models.AbstractModel):
    _name = 'outreach.today.work'
    _inherit = ['outreach.today.frame']
    _description = "Blocks of the start page about own work"

    def _get_lists(self):
        me = [self.env.uid]
        Promise, Referral, Demand, Barrier = (self.env[f'outreach.{name}'] for name in ('promise', 'referral', 'demand', 'barrier'))
        planned = Domain('user_ids', 'in', me) & self.env['outreach.visit']._get_open_domain()
        mine = Domain('user_id', '=', self.env.uid)
        # by its id: partner agencies read no agencies, not even in a condition
        agency = self.env['outreach.agency'].sudo().search([('user_ids', 'in', me)], limit=1).id
        to_us = Domain('to_agency_id', '=', agency)
        asked_by_me = Domain('from_user_id', '=', self.env.uid)
        return super()._get_lists() | {
            'appointments': ListBehind(
                'outreach.visit',
                planned & Domain('stop', '>=', 'now'),
                'outreach_visit_action_my',
                self.env._("My Appointments"),
                view='calendar',
            ),
            'reports': ListBehind(
                'outreach.visit', planned & Domain('stop', '<', 'now'), 'outreach_visit_action', self.env._("My Missing Reports")
            ),
            'promises': ListBehind(
                'outreach.promise', mine & Promise._get_open_domain(), 'outreach_promise_action', self.env._("My Open Promises")
            ),
            'referrals_in': ListBehind(
                'outreach.referral', to_us & Referral._get_open_domain(), 'outreach_referral_action', self.env._("Referrals to My Agency")
            ),
            'referrals_out': ListBehind(
                'outreach.referral',
                asked_by_me & Domain('state', '=', 'pending'),
                'outreach_referral_action',
                self.env._("My Referrals Without an Answer"),
            ),
            'requests_in': ListBehind(
                'outreach.permit.request',
                to_us & Domain('state', '=', 'open'),
                'outreach_permit_request_action_answer',
                self.env._("Requests to My Agency"),
            ),
            'requests_out': ListBehind(
                'outreach.permit.request',
                asked_by_me & Domain('state', '=', 'open'),
                'outreach_permit_request_action',
                self.env._("My Requests Without an Answer"),
            ),
            # whoever is nobody's is everybody's
            'portal': ListBehind(
                'outreach.demand',
                Demand._get_portal_domain() & Domain('user_id', 'in', [*me, False]),
                'outreach_demand_action',
                self.env._("New Demands from the Portal"),
            ),
            'barriers': ListBehind(
                'outreach.barrier',
                mine & Barrier._get_open_domain() & Domain('date_until', '!=', False),
                'outreach_barrier_action',
                self.env._("My Barriers with a Date"),
            ),
            # what the menu of activities shows besides
            'activities': ListBehind(
                'mail.activity',
                mine
                & Domain('outreach_is_listed', '=', False)
                & (Domain('res_model', '=like', 'outreach.%') | Domain('res_model', 'in', [*ACTIVITY_MODELS, False])),
                'outreach_today_activity_action',
                self.env._("My Other To-Dos"),
            ),
            'due': ListBehind(
                'outreach.due',
                Domain('officer_ids', 'in', me) & self.env['outreach.due']._get_to_do_domain(),
                'outreach_due_action',
                self.env._("My Companies That Are Due"),
            ),
            'others': ListBehind(
                'outreach.visit',
                Domain('partner_id.outreach_responsibility_ids', 'any', [('user_id', '=', self.env.uid)])
                & self.env['outreach.visit']._get_open_domain()
                & Domain('start', '>=', 'now')
                & Domain('start', '<=', 'now +7d')
                & Domain('agency_ids', '!=', False)
                & Domain('agency_ids', 'not in', [agency])
                & Domain('user_ids', 'not in', me),
                'outreach_visit_action',
                self.env._("Other Agencies at My Companies"),
            ),
        }

    # ------------------------------------------------------------
    # APPOINTMENTS
    # ------------------------------------------------------------

    def _get_block_appointments(self, lists):
        """The next one with all that is needed at the door, then the rest of today and of tomorrow."""
        today = self._get_day()
        visits = [visit | {'day': self._get_local_day(visit['start'])} for visit in self._read_appointments(lists['appointments'])]
        near = [visit for visit in visits if visit['day'] <= today + timedelta(days=1)]
        is_officer = self.env.user.has_groups(VISITORS)
        if not visits and not is_officer:
            return None
        groups = [
            {'title': title, 'rows': [self._get_appointment_row(visit) for visit in near[1:] if (visit['day'] > today) == tomorrow]}
            for tomorrow, title in ((False, ''), (True, self.env._("Tomorrow, %(day)s", day=self._say_day(today + timedelta(days=1)))))
        ]
        next_one = near and self._get_next_appointment(near[0], near[0]['day'] > today)
        hint = (
            self.env._("The next one is on %(day)s: %(company)s.", day=self._say_day(visits[0]['day']), company=visits[0]['company'])
            if visits
            else ''
        )
        return {
            'title': self.env._("My Appointments"),
            'list': {'name': 'appointments', 'label': self.env._("Calendar")},
            'next': next_one or False,
            'groups': [group for group in groups if group['rows']],
            'empty': {
                'text': self.env._("No appointment is planned today and tomorrow."),
                'hint': hint,
                'button': is_officer
                and self._get_button(self.env._("Find a Free Time"), 'outreach.visit.plan', 'action_find_any_time', []),
            },
            'sentence': self._get_appointment_sentence([visit for visit in visits if visit['day'] <= today]),
        }

    def _get_appointment_sentence(self, visits):
        if not visits:
            return []
        when = self._say_wait(visits[0]['start'])
        text = (
            self.env._("1 appointment today, %(when)s.", when=when)
            if len(visits) == 1
            else self.env._("%(count)s appointments today, the next one %(when)s.", count=len(visits), when=when)
        )
        return [{'text': text, 'block': 'appointments', 'late': False}]

    def _read_appointments(self, behind):
        team = SQL(
            """
            (SELECT json_agg(json_build_object('user', m.user_id, 'name', p.name, 'agency', %s) ORDER BY m.id)
               FROM outreach_visit_member m
               JOIN res_users u ON u.id = m.user_id
               JOIN res_partner p ON p.id = u.partner_id
               JOIN outreach_agency a ON a.id = m.agency_id
              WHERE m.visit_id = outreach_visit.id)
            """,
            self.env['outreach.agency']._field_to_sql('a', 'name'),
        )
        contacts = SQL(
            """
            (SELECT json_agg(json_build_object('name', p.name, 'function', p.function, 'phone', p.phone) ORDER BY p.id)
               FROM outreach_visit_contact_rel r
               JOIN res_partner p ON p.id = r.partner_id
              WHERE r.visit_id = outreach_visit.id)
            """
        )
        before = SQL(
            """
            (SELECT max(v.start)
               FROM outreach_visit v
              WHERE v.partner_id = outreach_visit.partner_id AND v.company_id = outreach_visit.company_id
                AND v.stage = 'done' AND v.start < outreach_visit.start)
            """
        )
        names = {
            'start': 'start',
            'stop': 'stop',
            'is_joint': 'is_joint',
            'location': 'location',
            'partner': 'partner_id',
            'company': 'partner_id.name',
            'phone': 'partner_id.phone',
            'kind': 'kind_id.name',
            'channel': 'kind_id.channel',
            'place': 'municipality_id.name',
            'team': team,
            'contacts': contacts,
            'before': before,
        }
        rows, __ = self._read_rows(behind, names.values(), 'start, id', APPOINTMENTS)
        return [dict(zip(('id', *names), row, strict=True)) for row in rows]

    def _get_appointment_row(self, visit):
        contact = (visit['contacts'] or [{}])[0]
        return self._get_row(
            'outreach.visit',
            visit['id'],
            visit['company'],
            self._join(visit['kind'], visit['place'], self._say_person(contact)),
            when=self._say_time(visit['start']),
            buttons=self._get_way_buttons(visit),
        )

    def _say_person(self, contact):
        return ', '.join(filter(None, [contact.get('name'), contact.get('function')]))

    def _get_way_buttons(self, visit):
        """Call and route, as far as there is a number and one goes there. The address leaves the house by a press only."""
        contacts = [contact for contact in visit['contacts'] or [] if contact['phone']]
        name, phone = (contacts[0]['name'], contacts[0]['phone']) if contacts else (visit['company'], visit['phone'])
        buttons = []
        if call := tel_link(phone):
            buttons.append({'label': self.env._("Call"), 'title': self.env._("Call %(name)s", name=name), 'icon': 'fa-phone', 'href': call})
        if visit['location'] and visit['channel'] in ('visit', 'fair'):
            buttons.append(
                {
                    'label': self.env._("Route"),
                    'title': self.env._("Route to %(place)s", place=visit['location']),
                    'icon': 'fa-map-marker',
                    'href': map_link(visit['location']),
                }
            )
        return buttons

    def _get_next_appointment(self, visit, is_tomorrow):
        others = [member for member in visit['team'] or [] if member['user'] != self.env.uid]
        mine = {member['agency'] for member in visit['team'] or [] if member['user'] == self.env.uid}
        agencies = list(dict.fromkeys(member['agency'] for member in others if member['agency'] not in mine))
        day = visit['before'] and self._get_local_day(visit['before'])
        return self._get_row(
            'outreach.visit',
            visit['id'],
            visit['company'],
            self._join(
                visit['kind'],
                visit['location'],
                others and self.env._("with %(people)s", people=', '.join(member['name'] for member in others)),
            ),
            when=f"{self._say_time(visit['start'])} – {self._say_time(visit['stop'])}",
            wait=self._say_day(visit['day']) if is_tomorrow else self._say_wait(visit['start']),
            joint=visit['is_joint'] and self.env._("Jointly with %(agencies)s", agencies=', '.join(agencies)),
            facts=[
                fact
                for fact in (
                    {
                        'label': self.env._("You talk to"),
                        'lines': [{'title': self._say_person(contact)} for contact in (visit['contacts'] or [])[:FACTS]],
                    },
                    self._get_new_demands(visit['partner'], day),
                    self._get_open_promises(visit['partner']),
                )
                if fact['lines']
            ],
            buttons=[
                self._get_open_button(self.env._("Open Visit")),
                *self._get_way_buttons(visit),
                self._get_button(self.env._("Preparation"), 'outreach.visit', 'action_print_preparation', [visit['id']]),
            ],
        )

    def _get_new_demands(self, partner, day):
        Demand = self.env['outreach.demand']
        domain = Domain('partner_id', '=', partner) & Demand._get_open_domain()
        if day:
            domain &= Domain('date', '>', day)
        demands = Demand.search_fetch(domain, ['name', 'positions_open', 'source'], order='date desc, id desc', limit=FACTS + 1)
        return {
            'label': self.env._("New since %(day)s", day=self._say_short_day(day)) if day else self.env._("Demands"),
            'more': len(demands) > FACTS and self._get_link('res.partner', partner),
            'lines': [
                {
                    **self._get_link('outreach.demand', demand.id),
                    'title': demand.name,
                    'text': self.env._("%(count)s positions, entered in the portal", count=demand.positions_open)
                    if demand.source == 'portal'
                    else self.env._("%(count)s positions", count=demand.positions_open),
                }
                for demand in demands[:FACTS]
            ],
        }

    def _get_open_promises(self, partner):
        Promise = self.env['outreach.promise']
        promises = Promise.search_fetch(
            Domain('partner_id', '=', partner) & Promise._get_open_domain(),
            ['name', 'side', 'date_deadline'],
            order='date_deadline, id',
            limit=FACTS + 1,
        )
        who = {'agency': self.env._("we"), 'company': self.env._("the company")}
        return {
            'label': self.env._("Still open"),
            'more': len(promises) > FACTS and self._get_link('res.partner', partner),
            'lines': [
                {
                    **self._get_link('outreach.promise', promise.id),
                    'title': promise.name,
                    'text': f"{who[promise.side]}, {self._say_deadline(promise.date_deadline)}",
                    'late': promise.date_deadline < self._get_day(),
                }
                for promise in promises[:FACTS]
            ],
        }

    # ------------------------------------------------------------
    # TO DO
    # ------------------------------------------------------------

    def _get_to_do_kinds(self):
        """`{list: (who has it, label of its count)}`"""
        return {
            'reports': (OUTREACH, self.env._("Reports")),
            'promises': (OUTREACH, self.env._("Promises")),
            'requests_in': (IMMIGRATION_OFFICE, self.env._("Requests")),
            'referrals_in': (f'{OFFICER},{PARTNER_AGENCY}', self.env._("Referrals to Us")),
            'referrals_out': (OFFICER, self.env._("Our Referrals")),
            'requests_out': (f'{JOB_CENTRE},{MIGRATION_CENTRE}', self.env._("Our Requests")),
            'portal': (VISITORS, self.env._("Portal")),
            'barriers': (f'{JOB_CENTRE},{MIGRATION_CENTRE}', self.env._("Barriers")),
            'activities': (OUTREACH, self.env._("Other To-Dos")),
        }

    def _get_block_to_do(self, lists):
        """All kinds in one list by urgency, with the one next step each. What is due later than in a week is counted, and
        shown only to those who have nothing but answers to give."""
        user = self.env.user
        labels = {name: label for name, (groups, label) in self._get_to_do_kinds().items() if user.has_groups(groups)}
        answers_only = not user.has_group(OUTREACH)
        rows = self._read_to_do({name: lists[name] for name in labels})
        is_expected = user.has_groups(f'{VISITORS},{PARTNER_AGENCY}')
        if not rows and not is_expected:
            return None
        titles = {'late': self.env._("Overdue"), 'today': self.env._("Today"), 'week': self.env._("In the Next 7 Days")}
        if answers_only:
            titles['later'] = self.env._("Later")
        counts = {row['urgency']: row['urgency_count'] for row in rows}
        shown = [row for row in rows if row['place'] <= TO_DO_ROWS]
        later = [row for row in shown if row['urgency'] not in titles]
        groups = [
            {
                'title': title,
                'late': urgency == 'late',
                'count': counts[urgency],
                'folded': urgency == 'week' and bool({'late', 'today'} & counts.keys()),
                'rows': [self._get_to_do_row(row) for row in shown if row['urgency'] == urgency],
            }
            for urgency, title in titles.items()
            if urgency in counts
        ]
        late = counts.get('late', 0)
        return {
            'title': self.env._("Requests") if answers_only else self.env._("To Do"),
            'count': sum(group['count'] for group in groups),
            'groups': groups,
            'lists': [
                {'name': name, 'label': labels[name], 'count': count}
                for name, count in {row['list']: row['list_count'] for row in rows}.items()
            ],
            'empty': {
                'text': self.env._("No request waits for an answer.") if answers_only else self.env._("Nothing to do."),
                'hint': self.env._(
                    "The next deadline is on %(day)s: %(what)s.",
                    day=self._say_day(later[0]['day']),
                    what=self._get_to_do_row(later[0])['title'],
                )
                if later
                else '',
            },
            'sentence': [
                {
                    'text': self.env._("1 thing is overdue.") if late == 1 else self.env._("%(count)s things are overdue.", count=late),
                    'block': 'to_do',
                    'late': True,
                }
            ]
            if late
            else [],
        }

    def _read_to_do(self, lists):
        """The most urgent rows of these lists with `list_count` and `urgency_count`, in one statement: the first ones of each
        urgency, and at least one of each list for its count."""
        agency = self.env['outreach.agency']._field_to_sql('a', 'name')
        # columns: day, title, text, code, partner
        sources = {
            'reports': SQL(
                """
                SELECT r.id, (r.start AT TIME ZONE 'UTC' AT TIME ZONE %s)::date, NULL, %s, NULL, r.partner_id
                  FROM outreach_visit r JOIN outreach_visit_kind k ON k.id = r.kind_id
                """,
                self.env.tz.zone,
                self.env['outreach.visit.kind']._field_to_sql('k', 'name'),
            ),
            'promises': SQL("SELECT r.id, r.date_deadline, r.name, NULL, r.side, r.partner_id FROM outreach_promise r"),
            'referrals_in': SQL(
                "SELECT r.id, r.date_answer, r.name, %s, r.state, r.partner_id"
                "  FROM outreach_referral r JOIN outreach_agency a ON a.id = r.from_agency_id",
                agency,
            ),
            'referrals_out': SQL(
                "SELECT r.id, r.date_answer, r.name, %s, r.state, r.partner_id"
                "  FROM outreach_referral r JOIN outreach_agency a ON a.id = r.to_agency_id",
                agency,
            ),
            'requests_in': SQL(
                "SELECT r.id, r.date_answer, r.name, %s, NULL, NULL"
                "  FROM outreach_permit_request r JOIN outreach_agency a ON a.id = r.from_agency_id",
                agency,
            ),
            'requests_out': SQL(
                "SELECT r.id, r.date_answer, r.name, %s, NULL, NULL"
                "  FROM outreach_permit_request r JOIN outreach_agency a ON a.id = r.to_agency_id",
                agency,
            ),
            'portal': SQL(
                "SELECT r.id, r.date + %s, r.name, NULL, r.positions_open::varchar, r.partner_id FROM outreach_demand r",
                self.env['outreach.demand'].PORTAL_CHECK_DAYS,
            ),
            'barriers': SQL(
                "SELECT r.id, r.date_until, NULL, c.name, r.kind, NULL"
                "  FROM outreach_barrier r JOIN outreach_candidate c ON c.id = r.candidate_id"
            ),
            'activities': SQL(
                "SELECT r.id, r.date_deadline, coalesce(nullif(r.summary, ''), %s), r.res_name, r.res_model || ',' || r.res_id, NULL"
                "  FROM mail_activity r LEFT JOIN mail_activity_type t ON t.id = r.activity_type_id",
                self.env['mail.activity.type']._field_to_sql('t', 'name'),
            ),
        }
        queries = {name: self.env[behind.model]._search(behind.domain) for name, behind in lists.items()}
        parts = [
            SQL(
                "SELECT %s AS list, id, day, title::varchar, text::varchar, code::varchar, partner_id::int"
                "  FROM (%s WHERE r.id IN %s) x (id, day, title, text, code, partner_id)",
                name,
                sources[name],
                query.subselect(),
            )
            for name, query in queries.items()
            if not query.is_empty()
        ]
        if not parts:
            return []
        rows = self.env.execute_query_dict(
            SQL(
                """
            WITH item AS (
                SELECT part.*, width_bucket(day - %(today)s, %(limits)s) AS urgency FROM (%(parts)s) part),
            counted AS (
                SELECT item.*, count(*) OVER (PARTITION BY list) AS list_count,
                       count(*) OVER (PARTITION BY urgency) AS urgency_count,
                       row_number() OVER (PARTITION BY urgency ORDER BY day, list, id) AS place,
                       row_number() OVER (PARTITION BY list ORDER BY day, id) AS list_place
                  FROM item)
            SELECT counted.*, p.name AS company
              FROM counted LEFT JOIN res_partner p ON p.id = counted.partner_id
             WHERE place <= %(rows)s OR list_place = 1
             ORDER BY day, list, id
            """,
                today=SQL("%s::date", self._get_day()),
                limits=list(deadline.LIMITS),
                rows=TO_DO_ROWS,
                parts=SQL(" UNION ALL ").join(parts),
            )
        )
        return [row | {'urgency': deadline.URGENCIES[row['urgency']]} for row in rows]

    def _get_to_do_row(self, row):
        return getattr(self, f"_get_to_do_{row['list']}")(row)

    def _get_to_do_reports(self, row):
        return self._get_row(
            'outreach.visit',
            row['id'],
            self.env._("%(kind)s on %(day)s", kind=row['text'], day=self._say_day(row['day'])),
            row['company'],
            row['day'],
            kind=self.env._("Report missing"),
            icon='fa-file-text-o',
            page='report',
            buttons=[self._get_open_button(self.env._("Write Report"))],
        )

    def _get_to_do_promises(self, row):
        ours = row['code'] == 'agency'
        return self._get_row(
            'outreach.promise',
            row['id'],
            row['title'],
            row['company'],
            row['day'],
            icon='fa-handshake-o',
            kind=self.env._("Our promise") if ours else self.env._("Promise of the company"),
            buttons=[
                self._get_button(self.env._("Settle"), 'outreach.promise', 'action_open_close', [row['id']], undo='action_reopen')
                if ours
                else self._get_button(self.env._("Follow Up"), 'outreach.promise', 'action_follow_up', [row['id']])
            ],
        )

    def _get_to_do_referrals_in(self, row):
        return self._get_row(
            'outreach.referral',
            row['id'],
            row['title'],
            row['company'],
            row['day'],
            icon='fa-share',
            kind=self.env._("Referral from %(agency)s", agency=row['text']),
            buttons=[
                self._get_open_button(self.env._("Give an Answer"))
                if row['code'] == 'pending'
                else self._get_button(self.env._("Complete Referral"), 'outreach.referral', 'action_open_done', [row['id']])
            ],
        )

    def _get_to_do_referrals_out(self, row):
        return self._get_row(
            'outreach.referral',
            row['id'],
            row['title'],
            row['company'],
            row['day'],
            icon='fa-clock-o',
            kind=self.env._("Answer of %(agency)s", agency=row['text']),
        )

    def _get_to_do_requests_in(self, row):
        return self._get_row(
            'outreach.permit.request',
            row['id'],
            row['title'],
            row['text'],
            row['day'],
            icon='fa-id-card-o',
            url=f"/odoo/outreach-requests-to-answer/{row['id']}",
            kind=self.env._("May this person work?"),
            buttons=[self._get_button(self.env._("Give an Answer"), 'outreach.permit.request', 'action_open_answer', [row['id']])],
        )

    def _get_to_do_requests_out(self, row):
        return self._get_row(
            'outreach.permit.request',
            row['id'],
            row['title'],
            '',
            row['day'],
            icon='fa-clock-o',
            url=f"/odoo/outreach-permission-requests/{row['id']}",
            kind=self.env._("Answer of %(agency)s", agency=row['text']),
        )

    def _get_to_do_portal(self, row):
        return self._get_row(
            'outreach.demand',
            row['id'],
            self.env._("%(title)s, %(count)s positions", title=row['title'], count=row['code']),
            row['company'],
            row['day'],
            kind=self.env._("New from the portal"),
            icon='fa-bullhorn',
            buttons=[self._get_open_button(self.env._("Check"))],
        )

    def _get_to_do_barriers(self, row):
        kinds = dict(self.env['outreach.barrier']._fields['kind']._description_selection(self.env))
        return self._get_row(
            'outreach.barrier',
            row['id'],
            kinds[row['code']],
            row['text'],
            row['day'],
            icon='fa-unlock-alt',
            kind=self.env._("Barrier"),
            buttons=[self._get_button(self.env._("Mark as Lifted"), 'outreach.barrier', 'action_lift', [row['id']], undo='action_reopen')],
        )

    def _get_to_do_activities(self, row):
        model, __, number = (row['code'] or f"mail.activity,{row['id']}").partition(',')
        return self._get_row(
            model,
            int(number),
            row['title'] or self.env._("To-Do"),
            row['text'] or '',
            row['day'],
            key=f"mail.activity,{row['id']}",  # a record may have several
            kind=self.env._("Own to-do"),
            icon='fa-check-square-o',
            buttons=[self._get_button(self.env._("Mark as Done"), 'mail.activity', 'action_done', [row['id']])],
        )

    # ------------------------------------------------------------
    # COMPANIES
    # ------------------------------------------------------------

    def _get_block_due(self, lists):
        """The most urgent of one's own companies, and the area where most of them are."""
        rows = self._read_due(lists['due'])
        if not rows:
            return self._get_due_empty()
        __, __, __, count, (area, there, ids) = rows[0]
        return {
            'title': self.env._("My Companies That Are Due"),
            **self._get_count('due', count, len(rows)),
            'tip': there >= TRIP_FROM
            and {
                'text': self.env._("%(count)s of them are around %(area)s.", count=there, area=area),
                'button': self._get_button(self.env._("Put a Visit Day Together"), 'outreach.due', 'action_plan_together', ids[:TRIP_TO]),
            },
            'groups': [
                {
                    'title': '',
                    'rows': [
                        self._get_row(
                            'res.partner',
                            due.id,
                            company,
                            due.reason,
                            place=place or '',
                            buttons=[self._get_button(self.env._("Plan"), 'outreach.due', 'action_plan_together', [due.id])],
                        )
                        for due, company, place, *__ in rows
                    ],
                }
            ],
        }

    def _read_due(self, behind):
        """`[(line, company, municipality, number of all, (area, how many there, their ids))]` of the most urgent lines.

        The list is worked out once, which is what takes time in a large county.
        """
        Due = self.env['outreach.due']
        columns = [field for field in Due._fields.values() if field.store and field.column_type and Due._has_field_access(field, 'read')]
        query = Due._search(behind.domain)
        rows = (
            []
            if query.is_empty()
            else self.env.execute_query(
                SQL(
                    """
            WITH due AS MATERIALIZED (%(due)s)
            SELECT due.*, p.name, m.name, count(*) OVER (), coalesce((
                       SELECT json_build_array(area, count(*), array_agg(id ORDER BY rank DESC, id))
                         FROM (SELECT due.id, due.rank, coalesce(nullif(m.association, ''), m.name) AS area
                                 FROM due JOIN outreach_municipality m ON m.id = due.municipality_id) place
                        GROUP BY area ORDER BY count(*) DESC, area LIMIT 1), '["", 0, []]')
              FROM due
              JOIN res_partner p ON p.id = due.id
              LEFT JOIN outreach_municipality m ON m.id = due.municipality_id
             ORDER BY due.rank DESC, due.id
             LIMIT %(limit)s
            """,
                    due=query.select(*(SQL.identifier(Due._table, field.name) for field in columns)),
                    limit=DUE_ROWS,
                )
            )
        )
        lines = Due.browse(row[columns.index(Due._fields['id'])] for row in rows)
        for field, values in zip(columns, zip(*rows, strict=True), strict=False):
            if field.name != 'id':
                field._insert_cache(lines, values)
        return [(line, *row[len(columns) :]) for line, row in zip(lines, rows, strict=True)]

    def _get_due_empty(self):
        if not self.env.user.has_groups(VISITORS):
            return None
        has_companies = self.env['outreach.responsibility'].search_count([('user_id', '=', self.env.uid)], limit=1)
        companies = {'action': 'maßarbeit_outreach.res_partner_action'}
        return {
            'title': self.env._("My Companies That Are Due"),
            'groups': [],
            'empty': {
                'text': self.env._("No company is due.") if has_companies else self.env._("You are responsible for no company yet."),
                'hint': '' if has_companies else self.env._("Open a company, and enter yourself under “Who Is Responsible”."),
                'button': {'label': self.env._("Look at Companies") if has_companies else self.env._("Choose a Company"), **companies},
            },
        }

    def _get_block_others(self, lists):
        """Who else goes to one's own companies in the next days; what it is about stays with them."""
        people = SQL(
            """
            (SELECT string_agg(p.name, ', ' ORDER BY m.id)
               FROM outreach_visit_member m
               JOIN res_users u ON u.id = m.user_id
               JOIN res_partner p ON p.id = u.partner_id
              WHERE m.visit_id = outreach_visit.id)
            """
        )
        agencies = SQL(
            """
            (SELECT string_agg(DISTINCT %s, ', ')
               FROM outreach_visit_agency_rel r JOIN outreach_agency a ON a.id = r.agency_id
              WHERE r.visit_id = outreach_visit.id)
            """,
            self.env['outreach.agency']._field_to_sql('a', 'name'),
        )
        __, told = self.env['outreach.visit']._over_circle()
        behind = lists['others']
        behind = behind._replace(domain=behind.domain & told)
        rows, count = self.sudo()._read_rows(
            behind,
            ['start', 'partner_id', 'partner_id.name', 'kind_id.name', 'kind_id.is_visit', agencies, people],
            'start, id',
            OTHERS_ROWS,
        )
        if not rows:
            return None
        known = set(self.env['outreach.visit'].browse(row[0] for row in rows)._filtered_access('read').ids)
        return {
            'title': self.env._("Other Agencies at My Companies"),
            **self._get_count('others', count, len(rows)),
            'groups': [
                {
                    'title': '',
                    'rows': [
                        self._get_row(
                            'outreach.visit',
                            number,
                            company,
                            self._join(
                                agency,
                                person,
                                self.env._(
                                    "%(kind)s at %(time)s",
                                    kind=kind if number in known else self.env._("Appointment"),
                                    time=self._say_time(start),
                                ),
                            ),
                            when=self._say_day(self._get_local_day(start)),
                            buttons=[self._get_button(self.env._("Go Along"), 'outreach.visit', 'action_join', [number])]
                            if on_site and number in known
                            else [],
                        )
                        | ({} if number in known else self._get_link('res.partner', partner))
                        for number, start, partner, company, kind, on_site, agency, person in rows
                    ],
                }
            ],
        }


class OutreachVisit(models.Model):
    _inherit = 'outreach.visit'

    def action_print_preparation(self):
        return self.env.ref('maßarbeit_outreach.outreach_visit_report_preparation').report_action(self)


class OutreachPromise(models.Model):
    _inherit = 'outreach.promise'

    def action_follow_up(self):
        """Log that one asked for it; the promise stays open until it is settled."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_contact_log_action')
        return action | {'context': {'default_partner_ids': self.partner_id.ids, 'default_note': self.name}}
