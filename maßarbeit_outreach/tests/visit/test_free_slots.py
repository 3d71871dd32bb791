from datetime import date, datetime, timedelta
from itertools import pairwise

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, users
from odoo.tools import mute_logger

from ..common import OutreachCommon


@freeze_time('2027-03-22 05:00:00')
class TestFreeSlots(OutreachCommon):
    """A Monday, before the clocks change on Sunday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.monday = date(2027, 3, 22)
        cls.calendar = cls.env['resource.calendar'].create(
            {
                'name': "Test Office Hours",
                'tz': 'Europe/Berlin',
                'company_id': cls.env.company.id,
                'attendance_ids': [Command.clear()]
                + [
                    Command.create({'name': str(day), 'dayofweek': str(day), 'hour_from': begin, 'hour_to': end, 'day_period': period})
                    for day in range(5)
                    for begin, end, period in ((8, 12, 'morning'), (13, 16, 'afternoon'))
                ],
            }
        )
        cls.env.company.resource_calendar_id = cls.calendar

    def block(self, user, start, stop, **values):
        return (
            self.env['calendar.event']
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    'name': "Secret",
                    'start': start,
                    'stop': stop,
                    'partner_ids': [Command.set(user.partner_id.ids)],
                    'user_id': user.id,
                    **values,
                }
            )
        )

    def find(self, users, first=None, last=None, minutes=60, user=None, **kwargs):
        first = first or self.monday
        Visit = self.env['outreach.visit'].with_user(user or self.user_econ)
        return Visit._find_free_slots(users.with_user(user or self.user_econ), first, last or first, minutes, **kwargs)

    def starts(self, slots):
        return [f'{start:%H:%M}' for start, __ in slots]

    def test_all_are_free(self):
        """Local working hours, without what anybody of the team has."""
        both = self.user_econ | self.user_job
        self.assertEqual(self.starts(self.find(both, minutes=180)), ['07:00', '07:30', '08:00', '12:00'])
        self.block(self.user_econ, datetime(2027, 3, 22, 7, 45), datetime(2027, 3, 22, 8, 15))
        self.block(self.user_job, datetime(2027, 3, 22, 12), datetime(2027, 3, 22, 14, 30))
        self.assertEqual(self.starts(self.find(both)), ['08:30', '09:00', '09:30', '10:00'])
        self.assertEqual(self.starts(self.find(self.user_econ, minutes=150)), ['08:30', '12:00', '12:30'])

    def test_long_trips_go_over_the_lunch_hour(self):
        self.assertEqual(self.starts(self.find(self.user_econ, minutes=240)), ['07:00'])
        self.assertEqual(self.starts(self.find(self.user_econ, minutes=420)), ['07:00', '07:30', '08:00'])
        self.assertFalse(self.find(self.user_econ, minutes=500))

    def test_what_does_not_block(self):
        start, stop = datetime(2027, 3, 22, 7), datetime(2027, 3, 22, 15)
        free = self.find(self.user_econ)
        self.block(self.user_econ, start, stop, show_as='free')
        self.block(self.user_job, start, stop)
        self.block(self.user_econ, start, stop).active = False
        declined = self.block(self.user_econ, start, stop)
        declined.attendee_ids.do_decline()
        mine = self.block(self.user_econ, start, stop)
        self.assertFalse(self.find(self.user_econ))
        self.assertEqual(self.find(self.user_econ, ignored_events=mine.ids), free)

    def test_all_day(self):
        """A day off is off from midnight to midnight, not during the hours that Odoo writes for it."""
        self.block(
            self.user_econ,
            datetime(2027, 3, 22),
            datetime(2027, 3, 23),
            allday=True,
            start_date=self.monday,
            stop_date=self.monday + timedelta(days=1),
        )
        days = {start.date() for start, __ in self.find(self.user_econ, last=self.monday + timedelta(days=3))}
        self.assertEqual(days, {date(2027, 3, 24), date(2027, 3, 25)})

    def test_clocks_change(self):
        friday, monday = self.find(self.user_econ, date(2027, 3, 26)), self.find(self.user_econ, date(2027, 3, 29))
        self.assertEqual(friday[0][0], datetime(2027, 3, 26, 7))
        self.assertEqual(monday[0][0], datetime(2027, 3, 29, 6))
        self.assertEqual(len(friday), len(monday))
        Visit = self.env['outreach.visit'].with_context(tz='Europe/Berlin')
        self.assertEqual(Visit._to_utc(date(2027, 3, 29)) - Visit._to_utc(date(2027, 3, 28)), timedelta(hours=23))
        self.assertEqual(Visit._to_utc(date(2027, 11, 1)) - Visit._to_utc(date(2027, 10, 31)), timedelta(hours=25))

    def test_not_in_the_past_nor_on_holidays(self):
        self.env['resource.calendar.leaves'].create(
            {
                'name': "Test Holiday",
                'calendar_id': self.calendar.id,
                'company_id': self.env.company.id,
                'date_from': datetime(2027, 3, 22, 23),
                'date_to': datetime(2027, 3, 23, 22),
            }
        )
        with freeze_time('2027-03-22 12:10:00'):
            found = self.find(self.user_econ, self.monday - timedelta(days=3), self.monday + timedelta(days=1))
        self.assertEqual(self.starts(found), ['12:30', '13:00', '13:30', '14:00'])

    @mute_logger('odoo.addons.base.models.ir_rule')
    def test_only_colleagues(self):
        """Nobody's calendar is read through this door but that of staff of the own organisation."""
        elsewhere = self.env['res.company'].create({'name': "Test County Elsewhere"})
        stranger = self.create_user('stranger', 'maßarbeit_outreach.group_job_centre')
        stranger.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})
        self.env['outreach.agency'].create(
            {
                'name': "Elsewhere",
                'role': 'job_centre',
                'company_id': elsewhere.id,
                'user_ids': [Command.link(stranger.id)],
                'partner_id': self.env['res.partner'].create({'name': "Elsewhere"}).id,
            }
        )
        for user in (self.user_internal, self.user_manager, stranger):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.find(self.user_econ.with_user(self.user_econ) | user)
        with self.assertRaisesRegex(UserError, "who is to come along"):
            self.find(self.env['res.users'])
        for bad in (
            {'minutes': 0},
            {'minutes': 601},
            {'last': self.monday - timedelta(days=1)},
            {'last': self.monday + timedelta(days=93)},
        ):
            with self.subTest(bad=bad), self.assertRaises(UserError):
                self.find(self.user_econ, **bad)

    @users('test_migration', 'test_immigration', 'test_helper', 'test_internal', 'test_portal')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_closed_to_others(self):
        with self.assertRaises(AccessError):
            self.env['outreach.visit.slot'].create({'user_ids': [Command.set(self.user_econ.ids)]})

    def test_dialog(self):
        visit = self.create_visit(team=self.user_econ | self.user_job, start=datetime(2027, 3, 22, 7))
        action = visit.action_find_time()
        dialog = self.env[action['res_model']].browse(action['res_id']).with_user(self.user_econ)
        self.assertEqual(dialog.user_ids, self.user_econ | self.user_job)
        starts = dialog.line_ids.mapped('start')
        self.assertIn(datetime(2027, 3, 22, 7), starts, "the visit is not in its own way")
        self.assertEqual(len(starts), 40)
        self.assertTrue(all(later - earlier >= timedelta(hours=1) for earlier, later in pairwise(starts)))
        line = dialog.line_ids[5]
        self.assertIn(f'{line.start + timedelta(hours=1):%H:%M}', line.label)
        line.action_take()
        self.assertEqual((visit.start, visit.stop), (line.start, line.stop))
        self.assertEqual(visit.event_id.start, line.start)
        dialog.write({'minutes': 240, 'date_to': dialog.date_from})
        dialog.action_search()
        self.assertEqual(dialog.line_ids.mapped('start'), [datetime(2027, 3, 22, 7)])
        visit.stage = 'confirmed'
        with self.assertRaisesRegex(UserError, "Only a visit that is planned"):
            dialog.line_ids.action_take()
        self.assertFalse(dialog.with_user(self.user_job).search([('id', '=', dialog.id)]), "nobody else's dialog")

    def test_queries(self):
        """As many queries for five people with a hundred appointments as for one person with one."""
        team = self.env['res.users'].concat(*(self.create_user(f'team{n}', 'maßarbeit_outreach.group_job_centre') for n in range(5)))
        self.agency_job.user_ids += team

        def count(users, days):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.find(users, last=self.monday + timedelta(days=days))
            return self.cr.sql_log_count - before

        self.block(team[0], datetime(2027, 3, 22, 7), datetime(2027, 3, 22, 8))
        self.env.flush_all()
        count(team, 30)
        few = count(team[0], 1)
        for user in team:
            for n in range(20):
                self.block(user, datetime(2027, 3, 22, 7) + timedelta(days=n), datetime(2027, 3, 22, 8) + timedelta(days=n))
        self.env.flush_all()
        count(team[0], 1)  # making appointments empties caches
        self.assertLessEqual(count(team, 30), few)
