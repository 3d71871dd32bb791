"""An appointment about a person says when, where and who takes part, and only to those who take part."""

from contextlib import suppress
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from ..people.test_candidate import FORBIDDEN, CandidateCommon

SECRET = "Doctor at the clinic"
OUTSIDERS = ('econ', 'manager', 'helper', 'immigration', 'dpo', 'internal')
CLOSED = ('helper', 'immigration', 'dpo')  # they read their own appointments only
WEEKLY = {'recurrency': True, 'rrule_type': 'weekly', 'interval': 1, 'count': 3, 'end_type': 'count', 'mon': True}


class TestPersonAppointment(CandidateCommon, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.candidate = cls.create_candidate(adviser_id=cls.user_migration.id)
        cls.barrier = cls.env['outreach.barrier'].with_user(cls.user_job).create({'candidate_id': cls.candidate.id, 'kind': 'health'})
        cls.request = cls.create_request(cls.candidate)
        cls.start = fields.Datetime.now().replace(hour=9, minute=0, second=0) + timedelta(days=7)
        cls.start += timedelta(days=-cls.start.weekday() % 7)  # a Monday
        cls.Event = cls.env['calendar.event'].with_user(cls.user_job)

    def schedule(self, record=None):
        return (record or self.barrier).with_user(self.user_job).activity_schedule(summary=SECRET, note=SECRET, user_id=self.user_job.id)

    def create_event(self, context=None, **values):
        return self.Event.with_context(**context or {}).create(
            {
                'name': f"Health · {self.candidate.name}",
                'description': SECRET,
                'notes': SECRET,
                'start': self.start,
                'stop': self.start + timedelta(hours=1),
                **values,
            }
        )

    def reschedule(self, record, clean=True):
        """As core's button does it: the action without a context, then its form."""
        page = {} if clean else {'default_res_model': record._name, 'default_res_id': record.id}
        action = self.schedule(record).with_context(**page).action_create_calendar_event()
        with Form(self.Event.with_context(**action['context'])) as form:
            form.start, form.stop = self.start, self.start + timedelta(hours=1)
        return form.record

    def get_ways(self):
        """Each way on which an appointment comes to be about a person."""
        document = {'res_model_id': self.env['ir.model']._get_id('outreach.barrier'), 'res_id': self.barrier.id}
        line = (
            self.env['outreach.candidate.skill']
            .with_user(self.user_job)
            .create({'candidate_id': self.candidate.id, 'skill_id': self.skill.id})
        )
        company = {'res_model_id': self.env['ir.model']._get_id('res.partner'), 'res_id': self.company.id}

        def later(**values):
            event = self.create_event()
            event.write(values)
            return event

        def activity_later(**values):
            event = self.create_event()
            self.schedule().write({'calendar_event_id': event.id, **values})
            return event

        def activity_moves():
            activity = self.company.with_user(self.user_job).activity_schedule(summary="x", user_id=self.user_job.id)
            event = self.create_event(activity_ids=[Command.link(activity.id)])
            activity.write(document)
            return event

        def series_later():
            event = self.create_event(**document)
            event.write(dict(WEEKLY))
            return event.recurrence_id.calendar_event_ids

        def one_of_a_series():
            events = self.create_event(**WEEKLY).recurrence_id.calendar_event_ids
            self.schedule().calendar_event_id = events[1]
            return events

        def rule_of_a_series():
            event = self.create_event()
            self.env['calendar.recurrence'].with_user(self.user_job).create(
                {'base_event_id': event.id, 'calendar_event_ids': [Command.update(event.id, document)]}
            )
            return event

        def rescheduled_again():
            activity = self.schedule()
            self.create_event(activity_ids=[Command.link(activity.id)])
            return self.create_event(context={'orig_activity_ids': activity.ids}, **document)

        def in_a_batch():
            return self.Event.create(
                [
                    {'name': "Ordinary", 'description': "Tea", 'start': self.start, 'stop': self.start + timedelta(hours=1)},
                    {'name': SECRET, 'start': self.start, 'stop': self.start + timedelta(hours=1), **document},
                ]
            )[1]

        def by_a_contact():
            self.contact.with_user(self.user_job).write(
                {
                    'meeting_ids': [
                        Command.create({'name': SECRET, 'start': self.start, 'stop': self.start + timedelta(hours=1), **document})
                    ]
                }
            )
            return self.contact.meeting_ids

        return {
            'document': lambda: self.create_event(**document),
            'document of a line': lambda: self.create_event(res_model_id=self.env['ir.model']._get_id(line._name), res_id=line.id),
            'name of the model': lambda: self.create_event(res_model='outreach.barrier', res_id=self.barrier.id),
            'default model': lambda: self.create_event({'default_res_model': 'outreach.barrier', 'default_res_id': self.barrier.id}),
            'default model id': lambda: self.create_event(
                {'default_res_model_id': document['res_model_id'], 'default_res_id': self.barrier.id}
            ),
            'active model': lambda: self.create_event({'active_model': 'outreach.barrier', 'active_id': self.barrier.id}),
            'reschedule candidate': lambda: self.reschedule(self.candidate),
            'reschedule barrier': lambda: self.reschedule(self.barrier),
            'reschedule request': lambda: self.reschedule(self.request),
            'reschedule from its page': lambda: self.reschedule(self.barrier, clean=False),
            'default activities': lambda: self.create_event({'default_activity_ids': [Command.set(self.schedule().ids)]}),
            'link activity': lambda: self.create_event(activity_ids=[Command.link(self.schedule().id)]),
            'set activities': lambda: self.create_event(activity_ids=[Command.set(self.schedule().ids)]),
            'create activity': lambda: self.create_event(
                activity_ids=[Command.create({**document, 'user_id': self.user_job.id, 'summary': SECRET})]
            ),
            'another document, activity about a person': lambda: self.create_event(
                activity_ids=[Command.link(self.schedule().id)], **company
            ),
            'write document': lambda: later(**document),
            'write name of the model': lambda: later(res_model='outreach.barrier', res_id=self.barrier.id),
            'write activities': lambda: later(activity_ids=[Command.set(self.schedule().ids)]),
            'write and create activity': lambda: later(
                activity_ids=[Command.create({**document, 'user_id': self.user_job.id, 'summary': SECRET})]
            ),
            'link of an activity': activity_later,
            'link of a done activity': lambda: activity_later(active=False),
            'new activity with a link': lambda: (
                self.env['mail.activity']
                .with_user(self.user_job)
                .create({**document, 'user_id': self.user_job.id, 'calendar_event_id': self.create_event().id})
                .calendar_event_id
            ),
            'activity moves': activity_moves,
            'series': lambda: self.create_event(**document, **WEEKLY).recurrence_id.calendar_event_ids,
            'series later': series_later,
            'one of a series': one_of_a_series,
            'rule of a series': rule_of_a_series,
            'rescheduled again': rescheduled_again,
            'copy': lambda: self.create_event(activity_ids=[Command.link(self.schedule().id)]).copy(),
            'copy with a name': lambda: self.create_event(**document).copy({'name': SECRET, 'privacy': 'public'}),
            'in a batch': in_a_batch,
            'by a contact': by_a_contact,
        }

    def assertNeutral(self, events):
        self.assertTrue(events)
        for event in events.sudo():
            self.assertEqual((event.name, event.privacy), ("Appointment", 'private'))
            self.assertFalse(event.notes)
            text = str(event.read([name for name, field in event._fields.items() if field.type in ('char', 'text', 'html')]))
            self.assertNotIn(SECRET, text)
            self.assertNotIn(self.candidate.name, text)

    def test_every_way(self):
        for name, way in self.get_ways().items():
            with self.subTest(way=name), self.env.cr.savepoint() as savepoint:
                self.assertNeutral(way())
                savepoint.rollback()

    def test_others_stay_as_they_are(self):
        event = self.create_event(
            res_model_id=self.env['ir.model']._get_id('res.partner'),
            res_id=self.company.id,
            activity_ids=[
                Command.create(
                    {
                        'res_model_id': self.env['ir.model']._get_id('res.partner'),
                        'res_id': self.company.id,
                        'user_id': self.user_job.id,
                        'summary': "Call",
                    }
                )
            ],
        )
        self.assertEqual((event.name, event.privacy), (f"Health · {self.candidate.name}", False))
        self.assertIn(SECRET, event.description)
        self.assertIn(SECRET, event.notes)
        event.write({'name': "Tea", 'privacy': 'public'})
        self.assertEqual((event.name, event.privacy, event.activity_ids.summary), ("Tea", 'public', "Tea"))
        about = self.reschedule(self.barrier)
        (event | about).write({'name': "Coffee"})
        self.assertEqual((event.name, about.name), ("Coffee", "Appointment"))

    @mute_logger(*FORBIDDEN)
    def test_it_stays_closed(self):
        """Whoever writes what, and when what it was about is gone."""
        changes = {
            'privacy': lambda event: event.write({'privacy': 'public'}),
            'no privacy': lambda event: event.write({'privacy': False}),
            'name': lambda event: event.write({'name': SECRET}),
            'text': lambda event: event.write({'description': SECRET, 'notes': SECRET}),
            'mark': lambda event: event.write({'outreach_about_person': False, 'name': SECRET, 'privacy': 'public'}),
            'document': lambda event: event.write({'res_model_id': False, 'res_id': False, 'name': SECRET, 'privacy': 'public'}),
            'activities': lambda event: event.write({'activity_ids': [Command.clear()], 'name': SECRET, 'privacy': 'public'}),
            'as superuser': lambda event: event.sudo().write({'name': SECRET, 'privacy': 'public'}),
            'done': lambda event: event.activity_ids.action_feedback(feedback=SECRET),
            'activity goes': lambda event: (event.activity_ids.unlink(), event.write({'name': SECRET, 'privacy': 'public'})),
            'summary': lambda event: event.activity_ids.write({'summary': self.candidate.name, 'note': SECRET}),
            'deadline': lambda event: event.activity_ids.write({'date_deadline': self.start + timedelta(days=2)}),
            'series': lambda event: event.write({**WEEKLY, 'name': SECRET}),
            'moved': lambda event: event.write({'start': self.start + timedelta(days=1), 'stop': self.start + timedelta(days=2)}),
            'archived': lambda event: event.action_archive(),
        }
        for name, change in changes.items():
            with self.subTest(change=name), self.env.cr.savepoint() as savepoint:
                event = self.reschedule(self.barrier)
                change(event)
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertNeutral(event.recurrence_id.calendar_event_ids | event)
                savepoint.rollback()
        with self.subTest(change="all of a series"):
            event = self.create_event(activity_ids=[Command.link(self.schedule().id)], **WEEKLY)
            event.write({'recurrence_update': 'all_events', 'name': SECRET, 'privacy': 'public'})
            self.assertEqual(len(event.recurrence_id.calendar_event_ids), 3)
            self.assertNeutral(event.recurrence_id.calendar_event_ids)
            event.write(
                {
                    'recurrence_update': 'future_events',
                    'name': SECRET,
                    'start': self.start + timedelta(hours=2),
                    'stop': self.start + timedelta(hours=3),
                }
            )
            self.assertNeutral(self.env['calendar.event'].with_context(active_test=False).search([('user_id', '=', self.user_job.id)]))

    def test_activity_keeps_its_words(self):
        """The neutral name is that of the appointment, not of the to-do behind it."""
        event = self.reschedule(self.barrier)
        activity = event.activity_ids
        self.assertEqual(activity.summary, SECRET)
        event.write({'name': "Other", 'description': "Other"})
        self.assertEqual(activity.summary, SECRET)
        self.assertIn(SECRET, activity.note)
        day = self.start + timedelta(days=3)
        event.write({'start': day, 'stop': day + timedelta(hours=1)})
        self.assertEqual(activity.date_deadline, day.date(), "the date follows as ever")
        self.assertEqual(event.action_open_calendar_event()['res_id'], self.barrier.id)

    def test_mails(self):
        """Invitations, changes and reminders, to a colleague without the role and to somebody outside."""
        alarm = self.env['calendar.alarm'].create({'name': "x", 'alarm_type': 'email', 'duration': 30, 'interval': 'minutes'})
        guests = self.user_econ.partner_id | self.contact
        with self.mock_mail_gateway(mail_unlink_sent=False):
            event = self.create_event(
                activity_ids=[Command.link(self.schedule().id)],
                alarm_ids=[Command.link(alarm.id)],
                partner_ids=[Command.set((guests | self.user_job.partner_id).ids)],
            )
            self.settle()
            event.write({'start': self.start + timedelta(hours=3), 'stop': self.start + timedelta(hours=4)})
            later = self.create_event()
            later.write(
                {
                    'partner_ids': [Command.set(guests.ids)],
                    'activity_ids': [Command.set(self.schedule().ids)],
                    'name': SECRET,
                    'description': SECRET,
                }
            )
            event.sudo().attendee_ids._notify_attendees(alarm.mail_template_id, notify_author=True)
            self.settle()
        mails = self._new_mails
        self.assertLessEqual(set(guests.ids), set(mails.recipient_ids.ids), "there are mails to look at")
        sent = str(mails.mapped(lambda mail: (mail.subject, mail.body_html, mail.body, mail.record_name))) + str(
            mails.attachment_ids.mapped(lambda attachment: (attachment.name, attachment.raw))
        )
        self.assertIn('BEGIN:VEVENT', sent)
        self.assertIn("Appointment", sent)
        self.assertNotIn(SECRET, sent)
        self.assertNotIn(self.candidate.name, sent)

    def test_video_call(self):
        event = self.create_event(videocall_location=self.Event.get_discuss_videocall_location())
        event.sudo()._create_videocall_channel()
        self.assertIn(self.candidate.name, event.sudo().videocall_channel_id.name)
        self.schedule().calendar_event_id = event
        self.assertEqual(event.sudo().videocall_channel_id.name, "Appointment")
        about = self.reschedule(self.barrier)
        about.sudo()._create_videocall_channel()
        self.assertEqual(about.sudo().videocall_channel_id.name, "Appointment")

    @mute_logger(*FORBIDDEN)
    def test_others_see_that_the_time_is_taken(self):
        event = self.create_event(
            activity_ids=[Command.link(self.schedule().id)],
            location="Room 7 of the clinic",
            res_model_id=self.env['ir.model']._get_id('outreach.barrier'),
            res_id=self.barrier.id,
            partner_ids=[Command.set((self.user_job.partner_id | self.user_migration.partner_id).ids)],
        )
        event.message_post(body=SECRET)
        self.settle()
        ours = [('id', '=', event.id)]
        conditions = [
            [('name', 'ilike', "Appointment")],
            [('display_name', 'ilike', "Appointment")],
            [('location', 'ilike', "clinic")],
            [('location', '!=', False)],
            [('res_model', '=', 'outreach.barrier')],
            [('res_model', '!=', False)],
            [('res_model_id', '!=', False)],
            [('res_id', '=', self.barrier.id)],
            [('outreach_about_person', '=', True)],
            [('message_ids.body', 'ilike', "clinic")],
            [('has_message', '=', True)],
            ['!', ('location', '=', False)],
            [('attendee_ids.event_id.location', 'ilike', "clinic")],
            [('partner_ids.meeting_ids.location', 'ilike', "clinic")],
            [('attendee_ids.partner_id', '=', self.user_migration.partner_id.id)],
        ]
        for user in (self.user_job, self.user_migration):
            found = [condition for condition in conditions if event.with_user(user).search(ours + condition)]
            self.assertEqual(found, conditions, "each is a condition that finds it")
        for role in OUTSIDERS:
            user = getattr(self, f'user_{role}')
            theirs = event.with_user(user)
            self.env.invalidate_all()
            with self.subTest(role=role):
                busy = [('partner_ids', 'in', self.user_job.partner_id.ids), ('show_as', '=', 'busy')]
                if role in CLOSED:
                    self.assertFalse(theirs.search(ours + busy))
                else:
                    self.assertEqual(theirs.read(['name', 'display_name']), [{'id': event.id, 'name': "Busy", 'display_name': "Busy"}])
                    self.assertEqual(theirs.search(ours + busy), theirs)
                for condition in conditions:
                    with suppress(AccessError):
                        self.assertFalse(theirs.search(ours + condition), condition)
                        self.assertFalse(theirs.search_count(ours + condition), condition)
                for order in ('location', 'res_id desc', 'name'):
                    self.assertFalse(theirs.search(ours, order=order), order)
                for path in ('location', 'res_model', 'res_id', 'res_model_id'):
                    self.assertFalse(theirs.formatted_read_group(ours, [path], ['__count']), path)
                for fname in event._fields:
                    self.env.invalidate_all()
                    with suppress(AccessError, UserError):
                        value = str(theirs.read([fname])[0][fname]).casefold()
                        for word in (SECRET, self.candidate.name, "clinic", "barrier", 'Test Migration'):
                            self.assertNotIn(word.casefold(), value, fname)
                Attendee = self.env['calendar.attendee'].with_user(user)
                self.assertFalse(Attendee.search([('event_id', '=', event.id)]))
                with self.assertRaises(AccessError):
                    event.sudo().attendee_ids.with_user(user).read(['common_name'])
                self.assertFalse(
                    self.env['mail.message'].with_user(user).search([('model', '=', 'calendar.event'), ('res_id', '=', event.id)])
                )
                for values in ({'privacy': 'public'}, {'name': "x"}, {'outreach_about_person': False}):
                    with self.assertRaises(AccessError):
                        theirs.write(values)
                with self.assertRaises(AccessError):
                    theirs.copy()

    @mute_logger(*FORBIDDEN, 'odoo.http')
    def test_what_hangs_on_it(self):
        """Files, followers and notifications are for those who take part, on each of core's ways."""
        event = self.create_event(
            res_model_id=self.env['ir.model']._get_id('outreach.barrier'),
            res_id=self.barrier.id,
            partner_ids=[Command.set((self.user_job.partner_id | self.user_migration.partner_id).ids)],
        )
        message = event.message_post(body=SECRET, partner_ids=self.user_migration.partner_id.ids)
        self.settle()
        files = self.attach_as_before(event, name=SECRET, create_uid=self.user_job.id)
        ways = {
            'ir.attachment': files,
            'mail.followers': event.sudo().message_follower_ids,
            'mail.notification': message.sudo().notification_ids,
        }
        for role in (*OUTSIDERS, 'job', 'migration'):
            user = getattr(self, f'user_{role}')
            takes_part = user.partner_id in event.sudo().partner_ids
            for name, records in ways.items():
                self.assertTrue(records)
                theirs = records.with_user(user)
                self.env.invalidate_all()
                with self.subTest(role=role, model=name):
                    self.assertEqual(bool(theirs.search([('id', 'in', records.ids)])), takes_part)
                    self.assertEqual(bool(theirs.search_count([('id', 'in', records.ids)])), takes_part)
                    if takes_part:
                        self.assertTrue(theirs.read(['display_name']))
                        continue
                    for record in theirs:
                        with self.assertRaises(AccessError):
                            record.read(['display_name'])
                    self.assertFalse(theirs.formatted_read_group([('id', 'in', records.ids)], ['id'], ['__count']))
            with self.subTest(role=role, way='thread'):
                self.env.invalidate_all()
                self.assertEqual(bool(self.env['calendar.event'].with_user(user)._get_thread_with_access(event.id)), takes_part)
            if not takes_part:
                with self.assertRaises(AccessError):
                    self.env['ir.attachment'].with_user(user).create({'name': "x", 'res_model': 'calendar.event', 'res_id': event.id})

    def test_no_files(self):
        """Neither on it nor on what is said on it, whoever attaches them and however they are called; and what has files does not become
        one. The invitation that core makes goes out."""
        event = self.create_event(
            res_model_id=self.env['ir.model']._get_id('outreach.barrier'),
            res_id=self.barrier.id,
            partner_ids=[Command.set((self.user_job.partner_id | self.user_migration.partner_id).ids)],
        )
        ics = {'name': "invitation.ics", 'mimetype': 'text/calendar', 'raw': b'BEGIN:VCALENDAR'}
        message = event.message_post(body="x")
        for env in (self.env, self.env(user=self.user_job), self.env(user=self.user_migration)):
            Attachment, own = env['ir.attachment'], event.with_env(env)
            loose = Attachment.create({**ics, 'res_model': 'mail.compose.message'})
            on_it = {'res_model': 'calendar.event', 'res_id': event.id}
            for what, call in {
                'create': lambda A=Attachment, on_it=on_it: A.create({**ics, **on_it}),
                'context': lambda A=Attachment, on_it=on_it: A.with_context(
                    outreach_inviting=True, **{f'default_{name}': value for name, value in on_it.items()}
                ).create(ics),
                'move': lambda loose=loose, on_it=on_it: loose.write(on_it),
                'copy': lambda loose=loose, on_it=on_it: loose.copy(on_it),
                'post': lambda own=own, loose=loose: own.message_post(body="x", attachment_ids=loose.ids),
                'post, new': lambda own=own: own.message_post(body="x", attachments=[("invitation.ics", b'x')]),
                'message': lambda loose=loose: loose.sudo().write({'res_model': 'mail.message', 'res_id': message.id}),
            }.items():
                subtest = self.subTest(user=env.user.login, su=env.su, what=what)
                with subtest, self.assertRaisesRegex(UserError, "No files"), self.cr.savepoint():
                    call()
        with self.mock_mail_gateway():
            event.start += timedelta(days=1)
        self.assertIn("invitation.ics", self._new_mails.attachment_ids.mapped('name'))
        tea = self.create_event(context={'no_mail_to_attendees': True})
        file = self.env['ir.attachment'].with_user(self.user_job).create({'name': "CV", 'res_model': 'calendar.event', 'res_id': tea.id})
        with self.assertRaisesRegex(UserError, "No files"), self.cr.savepoint():
            tea.write({'res_model_id': self.env['ir.model']._get_id('outreach.barrier'), 'res_id': self.barrier.id})
        file.unlink()
        tea.write({'res_model_id': self.env['ir.model']._get_id('outreach.barrier'), 'res_id': self.barrier.id})
        self.assertTrue(tea.sudo().outreach_about_person)

    def test_others_keep_files_and_followers(self):
        event = self.Event.create({'name': "Tea", 'start': self.start, 'stop': self.start + timedelta(hours=1)})
        file = (
            self.env['ir.attachment']
            .with_user(self.user_job)
            .create({'name': "Cake", 'raw': b'x', 'res_model': 'calendar.event', 'res_id': event.id})
        )
        for record in (file, event.message_follower_ids):
            theirs = record.with_user(self.user_econ)
            self.assertEqual(theirs.search([('id', 'in', record.ids)]), theirs)
            self.assertTrue(theirs.read(['display_name']))
        self.assertTrue(self.env['calendar.event'].with_user(self.user_econ)._get_thread_with_access(event.id))

    def test_invitation_of_before_goes(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            event = self.create_event(location="Clinic", partner_ids=[Command.set((self.user_job.partner_id | self.contact).ids)])
            self.settle()
        calendars = [('mimetype', '=', 'text/calendar'), ('id', 'in', self._new_mails.attachment_ids.ids)]
        self.assertTrue(self.env['ir.attachment'].search(calendars), "there is one")
        self.schedule().calendar_event_id = event
        self.assertFalse(self.env['ir.attachment'].search(calendars))

    @mute_logger(*FORBIDDEN)
    def test_invited_colleague_does_not_learn_what_about(self):
        event = self.create_event(
            res_model_id=self.env['ir.model']._get_id('outreach.barrier'),
            res_id=self.barrier.id,
            location="Room 7",
            partner_ids=[Command.set((self.user_job.partner_id | self.user_econ.partner_id).ids)],
        )
        self.settle()
        ours = [('id', '=', event.id)]
        for user, knows in ((self.user_econ, False), (self.user_job, True)):
            theirs = event.with_user(user)
            self.env.invalidate_all()
            with self.subTest(user=user.login):
                self.assertEqual(theirs.location, "Room 7")
                values = theirs.read(['res_model', 'res_id', 'res_model_id'])[0]
                self.assertEqual([bool(values[name]) for name in ('res_model', 'res_id', 'res_model_id')], [knows] * 3)
                for condition in (
                    [('res_model', '=', 'outreach.barrier')],
                    [('res_id', '=', self.barrier.id)],
                    ['!', ('res_model', '=', False)],
                ):
                    self.assertEqual(bool(theirs.search(ours + condition)), knows, condition)
                for name in ('res_model', 'res_id', 'res_model_id'):
                    groups = theirs.formatted_read_group(ours, [name], ['__count'])
                    self.assertEqual(any(group[name] for group in groups), knows, name)
                    count = f'{name}:count_distinct'
                    self.assertEqual(bool(theirs.formatted_read_group(ours, [], [count])[0][count]), knows)
                self.assertTrue(event.sudo().outreach_about_person)

    def test_others_lose_nothing(self):
        """Conditions find ordinary appointments as before, whoever takes part."""
        event = self.Event.create({'name': "Tea", 'location': "Kitchen", 'start': self.start, 'stop': self.start + timedelta(hours=1)})
        for role in ('econ', 'job'):
            theirs = event.with_user(getattr(self, f'user_{role}'))
            self.assertEqual(theirs.search([('location', '=', "Kitchen"), ('id', '=', event.id)], order='location'), theirs)
