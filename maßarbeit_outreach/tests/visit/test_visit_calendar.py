from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import Form, users
from odoo.tools import SQL
from odoo.tools.misc import file_path

from odoo.addons.mail.tests.common import MailCase

from ..common import OutreachCommon


class TestVisitCalendar(OutreachCommon, MailCase):
    def test_one_owner_of_time(self):
        visit = self.create_visit()
        event = visit.event_id
        self.assertEqual((event.start, event.stop), (visit.start, visit.stop))
        later = visit.start + timedelta(days=1)
        visit.write({'start': later, 'stop': later + timedelta(hours=2)})
        self.assertEqual((event.start, event.stop, visit.event_id), (later, later + timedelta(hours=2), event))
        event.with_user(self.user_econ).write({'start': later + timedelta(hours=3), 'stop': later + timedelta(hours=4)})
        self.assertEqual((visit.start, visit.stop), (later + timedelta(hours=3), later + timedelta(hours=4)))
        self.env.flush_all()
        self.assertEqual(visit.search([('start', '=', later + timedelta(hours=3)), ('id', '=', visit.id)]), visit)

    @users('test_internal')
    def test_what_everybody_reads(self):
        """The calendar is open to the house: who goes where and when, and nothing else."""
        visit = self.create_visit(
            team=self.user_econ | self.user_job,
            contact_ids=[Command.link(self.contact.id)],
            report_text="Secret report",
            promise_ids=[Command.create({'name': "Secret promise"})],
            demand_ids=[Command.create({'name': "Secret demand", 'partner_id': self.company.id})],
            topic_ids=[Command.link(self.env['outreach.topic'].sudo().create({'name': "Secret topic"}).id)],
        )
        event = visit.event_id.with_user(self.env.user)
        self.assertEqual(event.name, "Test Visit: Probewerk Bramsche GmbH")
        self.assertEqual(event.location, "Musterweg 1, 49565 Bramsche")
        self.assertEqual(event.partner_ids, (self.user_econ | self.user_job).partner_id)
        self.assertFalse(event.description or event.notes)
        self.assertNotIn("Secret", str(visit.event_id.sudo().read()))
        self.assertNotIn("Secret", str(event.sudo().message_ids.mapped('body')))

    def test_team_is_who_attends(self):
        visit = self.create_visit()
        event = visit.event_id
        visit.member_ids = [Command.create({'user_id': self.user_job.id})]
        self.assertEqual(event.partner_ids, (self.user_econ | self.user_job).partner_id)
        self.assertIn(self.user_job.partner_id, visit.message_partner_ids)
        visit.member_ids.filtered(lambda member: member.user_id == self.user_econ).unlink()
        self.assertEqual(event.partner_ids, self.user_job.partner_id)
        visit.write({'location': "Gate 2", 'kind_id': self.kind_call.id})
        self.assertEqual((event.location, event.name), ("Gate 2", "Test Call: Probewerk Bramsche GmbH"))

    def test_planned_for_others(self):
        """Whoever types a visit in is not in the team for that."""
        visit = self.create_visit(team=self.user_job, user=self.user_econ)
        self.assertEqual(visit.event_id.partner_ids, self.user_job.partner_id)
        self.assertEqual(visit.message_partner_ids, self.user_job.partner_id)

    def test_event_goes(self):
        for how in (lambda event: event.unlink(), lambda event: event.action_archive()):
            visit = self.create_visit()
            start = visit.start
            how(visit.event_id.with_user(self.user_econ))
            self.env.flush_all()
            self.assertEqual(visit.stage, 'cancelled')
            self.assertIn("calendar", visit.cancel_reason)
            self.assertEqual(visit.start, start, "it keeps the time that it was planned for")
            visit.action_reset()
            self.assertEqual((visit.stage, visit.event_id.active, visit.event_id.start), ('planned', True, start))
        done = self.create_visit(stage='done')
        done.event_id.with_user(self.user_econ).unlink()
        self.assertEqual((done.stage, bool(done.start)), ('done', True))

    def test_visit_goes(self):
        cancelled, deleted = self.create_visit(), self.create_visit()
        events = cancelled.event_id, deleted.event_id
        cancelled._cancel("ill")
        deleted.with_user(self.user_manager).unlink()
        self.assertFalse(events[0].active)
        self.assertFalse(events[1].exists())

    def test_contact_changes_company(self):
        """They leave the visits to come and their appointments; what took place stays."""
        values = {'contact_ids': [Command.link(self.contact.id)], 'invite_contacts': True}
        coming, done = self.create_visit(**values), self.create_visit(stage='done', **values)
        self.assertIn(self.contact, coming.event_id.partner_ids)
        self.assertIn(coming.event_id, self.env['calendar.event'].with_user(self.user_portal).search([]))
        self.assertEqual(self.mails(lambda: self.contact.with_user(self.user_econ).write({'parent_id': self.other_company.id})), [])
        self.assertFalse(coming.contact_ids)
        self.assertNotIn(self.contact, coming.event_id.partner_ids)
        self.assertIn(self.contact.name, coming.sudo().message_ids[0].body)
        self.assertNotIn(coming.event_id, self.env['calendar.event'].with_user(self.user_portal).search([]))
        self.assertEqual(done.contact_ids, self.contact)
        self.contact.parent_id = self.company
        self.assertFalse(coming.contact_ids)

    def test_no_series(self):
        """A visit is one appointment: no way makes it a series, on its own weekday or on another."""
        visit = self.create_visit()
        event, start = visit.event_id.with_user(self.user_econ), visit.start
        day, other_day = (['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'][(start.weekday() + plus) % 7] for plus in (0, 1))
        weekly = {'recurrency': True, 'rrule_type': 'weekly', 'interval': 1, 'end_type': 'count', 'count': 3}
        alone = event.copy({'start': start, 'stop': visit.stop})
        alone.write({**weekly, day: True})
        Recurrence = self.env['calendar.recurrence'].with_user(self.user_econ)
        rule = {'rrule_type': 'weekly', 'interval': 1, 'end_type': 'count', 'count': 2, day: True}

        def by_form():
            with Form(event) as form:
                form.recurrency = True

        for what, attempt in {
            'form': by_form,
            'same weekday': lambda: event.write({**weekly, day: True}),
            'other weekday': lambda: event.write({**weekly, other_day: True}),
            'daily': lambda: event.write({**weekly, 'rrule_type': 'daily'}),
            'rule': lambda: event.write({'recurrency': True, 'rrule': 'FREQ=WEEKLY;COUNT=3'}),
            'this and following': lambda: event.write({**weekly, day: True, 'recurrence_update': 'future_events'}),
            'all': lambda: event.write({**weekly, day: True, 'recurrence_update': 'all_events'}),
            'a series of others': lambda: event.write({'recurrence_id': alone.recurrence_id.id}),
            'a new series': lambda: Recurrence.create({**rule, 'base_event_id': event.id, 'calendar_event_ids': [Command.link(event.id)]}),
            'visit at a series': lambda: visit.write({'event_id': alone.id}),
            'new visit at a series': lambda: self.create_visit(event_id=alone.id, anyway_reason="test"),
            'done': lambda: self.create_visit(stage='done').event_id.with_user(self.user_econ).write({**weekly, day: True}),
        }.items():
            with self.subTest(what=what):
                with self.assertRaisesRegex(ValidationError, "is one appointment"), self.env.cr.savepoint():
                    attempt()
                    self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual((visit.stage, visit.start, visit.event_id.start), ('planned', start, start))
                self.assertFalse(event.recurrence_id)
        event.write({'start': start + timedelta(days=1), 'stop': visit.stop + timedelta(days=1), 'recurrence_update': 'all_events'})
        self.assertEqual((visit.stage, visit.start), ('planned', start + timedelta(days=1)), "what the calendar sends besides")
        alone.write({'start': start + timedelta(days=1), 'stop': visit.stop, 'recurrence_update': 'all_events'})  # others as ever

    def test_series_of_former_versions(self):
        """Such an appointment stands alone after the update, and what others planned with it stays."""
        visits = self.create_visit() | self.create_visit(self.other_company)
        start = visits[0].start
        copies = [visit.event_id.copy({'start': start, 'stop': start + timedelta(hours=1)}) for visit in visits]
        copies[0].write(
            {
                'recurrency': True,
                'rrule_type': 'weekly',
                'end_type': 'count',
                'count': 3,
                **dict.fromkeys(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'][start.weekday()].split(), True),
            }
        )
        copies[1].write({'recurrency': True, 'rrule_type': 'daily', 'end_type': 'count', 'count': 1})
        series = [copy.recurrence_id for copy in copies]
        others = series[0].calendar_event_ids - copies[0]
        self.env.flush_all()
        for visit, copy in zip(visits, copies, strict=True):
            self.env.cr.execute(SQL("UPDATE outreach_visit SET event_id = %s WHERE id = %s", copy.id, visit.id))
        path = file_path('maßarbeit_outreach/migrations/19.0.1.4.0/post-series.py')
        load_script(path, 'post_series').migrate(self.env.cr, '19.0.1.3.0')
        self.env.invalidate_all()
        for visit, copy in zip(visits, copies, strict=True):
            self.assertEqual((visit.event_id, copy.recurrence_id.id, copy.recurrency), (copy, False, False))
        self.assertEqual([one.exists() for one in series], [series[0], series[1].browse()])
        self.assertEqual((len(others), series[0].calendar_event_ids, series[0].base_event_id), (2, others, others.sorted('start')[0]))
        copies[0].write({'start': start + timedelta(days=1), 'recurrence_update': 'all_events'})
        self.assertEqual((visits[0].stage, visits[0].start), ('planned', start + timedelta(days=1)))

    def test_moved_into_quiet_period(self):
        """By whichever of its times the calendar moves an appointment."""
        visit = self.create_visit()
        self.company.outreach_blocked_until = visit.start.date() + timedelta(days=60)
        event = visit.event_id.with_user(self.user_econ)
        later = visit.start + timedelta(days=7)
        for what, values in {
            'start': {'start': later, 'stop': later + timedelta(hours=1)},
            'setting': {'start': later, 'stop': later + timedelta(hours=1), 'recurrence_update': 'all_events'},
            'whole day': {'allday': True, 'start_date': later.date(), 'stop_date': later.date()},
        }.items():
            with self.subTest(what=what), self.assertRaisesRegex(UserError, "no contact until"), self.env.cr.savepoint():
                event.write(values)
                self.env.flush_all()
        self.assertEqual(visit.stage, 'planned')

    def mails(self, action):
        """Addresses of the e-mails that `action` makes Odoo send."""
        with self.mock_mail_gateway():
            action()
            self.settle()
        written = self._new_mails.mapped('recipient_ids.email') + [mail.email_to for mail in self._new_mails if mail.email_to]
        return sorted({address for address in written if address})

    def test_nobody_gets_mail(self):
        """Not for planning, moving, changing the team, cancelling, planning again, deleting the appointment or the visit."""
        (self.company | self.contact).message_subscribe(partner_ids=self.contact.ids)
        self.company.message_subscribe(partner_ids=self.contact.ids)
        made = []
        visit = lambda: made[-1]  # noqa: E731
        for what, action in {
            'plan': lambda: made.append(
                self.create_visit(team=self.user_econ | self.user_job, contact_ids=[Command.link(self.contact.id)])
            ),
            'move': lambda: visit().write({'start': visit().start + timedelta(days=1)}),
            'move in the calendar': lambda: (
                visit()
                .event_id.with_user(self.user_econ)
                .write({'start': visit().start + timedelta(days=1), 'stop': visit().stop + timedelta(days=1)})
            ),
            'team': lambda: visit().write({'member_ids': [Command.create({'user_id': self.user_migration.id})]}),
            'place': lambda: visit().write({'location': "Gate 2"}),
            'cancel': lambda: visit()._cancel("ill"),
            'again': lambda: visit().action_reset(),
            'company': lambda: visit().write({'partner_id': self.other_company.id, 'contact_ids': [Command.clear()]}),
            'confirm': lambda: visit().action_confirm(),
            'delete appointment': lambda: visit().event_id.with_user(self.user_econ).unlink(),
            'delete': lambda: visit().with_user(self.user_manager).unlink(),
        }.items():
            with self.subTest(what=what):
                self.assertEqual(self.mails(action), [])

    def test_contacts_when_asked_for(self):
        """Only they, and only when the officer says so: on asking and whenever the time changes."""
        visit = self.create_visit(team=self.user_econ | self.user_job, contact_ids=[Command.link(self.contact.id)])
        self.assertNotIn(self.contact, visit.event_id.partner_ids)
        self.assertEqual(self.mails(lambda: visit.write({'invite_contacts': True})), [self.contact.email])
        self.assertIn(self.contact, visit.event_id.partner_ids)
        self.assertEqual(self.mails(lambda: visit.write({'start': visit.start + timedelta(days=1)})), [self.contact.email])
        self.assertEqual(self.mails(lambda: visit.write({'member_ids': [Command.create({'user_id': self.user_migration.id})]})), [])
        later = fields.Datetime.now().replace(minute=0, second=0) + timedelta(days=9)
        self.assertEqual(
            self.mails(lambda: visit.event_id.with_user(self.user_job).write({'start': later, 'stop': later + timedelta(hours=1)})),
            [self.contact.email],
        )
        self.assertEqual(self.mails(lambda: visit.write({'invite_contacts': False})), [])
        self.assertNotIn(self.contact, visit.event_id.partner_ids)
        made = []
        self.assertEqual(
            self.mails(lambda: made.append(self.create_visit(contact_ids=[Command.link(self.contact.id)], invite_contacts=True))),
            [self.contact.email],
        )
        self.assertIn(self.contact, made[0].event_id.partner_ids)
