from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, users
from odoo.tools import mute_logger

from ..common import MODULE, OutreachCommon


class VisitDayCommon(OutreachCommon):
    """A Wednesday in summer: local times are two hours ahead of UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.date = date(2027, 6, 16)
        towns = {ags: cls.env.ref(f'{MODULE}.municipality_{ags}') for ags in ('03459014', '03459024', '03459030')}
        cls.bramsche, cls.melle, cls.quakenbrueck = towns.values()
        cls.companies = cls.env['res.partner'].create(
            [
                {'name': f"Test Stop {municipality.name}", 'is_company': True, 'outreach_municipality_id': municipality.id}
                for municipality in (cls.melle, cls.bramsche, cls.melle)
            ]
        )

    @classmethod
    def create_day(cls, visits=None, user=None, **values):
        return (
            cls.env['outreach.visit.day']
            .with_user(cls.user_econ if user is None else user)
            .create(
                {
                    'date': cls.date,
                    'start_municipality_id': cls.bramsche.id,
                    'visit_ids': [Command.link(visit.id) for visit in visits or ()],
                    **values,
                }
            )
        )

    @classmethod
    def create_stops(cls, **values):
        """A visit to each company, at nine o'clock local time."""
        return cls.env['outreach.visit'].concat(
            *(cls.create_visit(company, start=datetime(2027, 6, 16, 7), **values) for company in cls.companies)
        )

    def local(self, visits):
        return [(visit.start + timedelta(hours=2)).strftime('%H:%M') for visit in visits]


class TestVisitDay(VisitDayCommon):
    @users('test_econ', 'test_job', 'test_manager')
    def test_suggest_order(self):
        visits = self.create_stops()
        day = self.create_day(visits, user=self.env.user)
        self.assertEqual(day.visit_ids.sorted('day_sequence'), visits, "they come in the order in which they were added")
        before = day.km
        action = day.action_suggest_order()
        in_bramsche = visits[1]
        in_melle = visits - in_bramsche
        self.assertEqual(day._get_stops()[0], in_bramsche)
        self.assertLess(day.km, before)
        self.assertIn(f"{day.km} km instead of {before} km", action['params']['message'])
        # an hour in Bramsche, 55 minutes of driving, an hour, break and way within Melle
        self.assertEqual(self.local(day._get_stops())[0], '09:00')
        first, second = self.local(in_melle.sorted('start'))
        self.assertGreater(first, '10:30')
        self.assertLess(first, second)
        self.assertEqual([visit.stop - visit.start for visit in visits], [timedelta(hours=1)] * 3)
        self.assertEqual([visit.event_id.start for visit in visits], visits.mapped('start'), "the calendar follows")
        self.assertEqual(day.action_suggest_order()['params']['message'], f"{day.km} km. The times are set.")

    def test_set_times_keeps_the_order(self):
        visits = self.create_stops()
        day = self.create_day(visits, start_time=8.5, break_minutes=0)
        order = visits[::-1]
        for number, visit in enumerate(order, start=1):
            visit.day_sequence = number
        day.action_set_times()
        self.assertEqual(day._get_stops(), order)
        self.assertEqual(self.local(order)[0], '08:30')
        self.assertEqual(order.mapped('start'), sorted(order.mapped('start')))

    def test_confirmed_visits_keep_their_time(self):
        visits = self.create_stops()
        agreed = visits[0]
        agreed.write({'start': datetime(2027, 6, 16, 8), 'stage': 'confirmed'})
        day = self.create_day(visits)
        for action in (day.action_suggest_order, day.action_set_times):
            action()
            self.assertEqual(agreed.start, datetime(2027, 6, 16, 8))
        self.assertNotEqual(visits[1].start, datetime(2027, 6, 16, 7), "the way from it to the agreed one is too long")
        both = self.create_stops(stage='confirmed')
        tight = self.create_day(both[:2])
        self.assertEqual(tight.action_set_times()['params']['type'], 'warning')
        self.assertIn("minutes late", tight.action_set_times()['params']['message'])

    def test_one_conflict_does_not_stop_the_day(self):
        """A time that the guard refuses is told; the other visits get theirs."""
        visits = self.create_stops()
        day = self.create_day(visits)
        visits[0].start -= timedelta(days=2)
        self.companies[0].outreach_blocked_until = self.date
        result = day.action_suggest_order()['params']
        self.assertEqual(result['type'], 'warning')
        self.assertIn(self.companies[0].name, result['message'])
        self.assertEqual(visits[0].start, datetime(2027, 6, 14, 7))
        self.assertNotEqual(visits[2].start, datetime(2027, 6, 16, 7))

    def test_day_off(self):
        """A day on which the organisation does not work, or somebody of the team is away, says so."""
        self.env['resource.calendar.leaves'].create(
            {
                'name': "Test Holiday",
                'calendar_id': self.env.company.resource_calendar_id.id,
                'company_id': self.env.company.id,
                'date_from': datetime(2027, 6, 16, 22),
                'date_to': datetime(2027, 6, 17, 21, 59),
            }
        )
        self.env['calendar.event'].create(
            {
                'name': "Secret journey",
                'allday': True,
                'start_date': date(2027, 6, 18),
                'stop_date': date(2027, 6, 18),
                'start': datetime(2027, 6, 18, 8),
                'stop': datetime(2027, 6, 18, 18),
                'show_as': 'busy',
                'partner_ids': [Command.set(self.user_econ.partner_id.ids)],
            }
        )
        days = self.env['outreach.visit.day'].union(
            *(self.create_day(date=self.date + timedelta(days=plus), user_ids=[Command.set(self.user_econ.ids)]) for plus in range(4))
        )
        hints = days.with_context(tz='Europe/Berlin').mapped('day_off')
        self.assertFalse(hints[0])
        self.assertIn("not a working day", hints[1])
        self.assertIn(self.user_econ.name, hints[2])
        self.assertNotIn("Secret", hints[2])
        self.assertIn("not a working day", hints[3], "a Saturday")

        def queries(days):
            self.env.invalidate_all()
            days.mapped('user_ids.name'), self.env.company.resource_calendar_id.attendance_ids.mapped('hour_from')
            before = self.cr.sql_log_count
            days.mapped('day_off')
            return self.cr.sql_log_count - before

        queries(days)
        self.assertLessEqual(queries(days), queries(days[1:3]))

    def test_moved_in_the_calendar(self):
        visits = self.create_stops()
        day = self.create_day(visits)
        self.assertFalse(day.hint)
        visits[0].event_id.with_user(self.user_econ).write({'start': datetime(2027, 6, 18, 7), 'stop': datetime(2027, 6, 18, 8)})
        self.assertIn(self.companies[0].name, day.hint)
        self.assertNotIn(self.companies[1].name, day.hint)
        day.action_release_moved()
        self.assertFalse(day.hint)
        self.assertEqual(day.visit_ids, visits[1:])
        # shortly before midnight in Germany is another day in UTC
        visits[1].write({'start': datetime(2027, 6, 15, 22, 30), 'stop': datetime(2027, 6, 15, 23)})
        self.assertFalse(day.hint)
        day.date += timedelta(days=1)
        self.assertEqual(len(day.hint.split('\n')), 2)
        day.action_set_times()
        self.assertFalse(day.hint, "planned visits come along")

    def test_cancelled_and_empty(self):
        visits = self.create_stops()
        day = self.create_day(visits)
        visits[1]._cancel("ill")
        self.assertEqual(day.visit_count, 2)
        self.create_day()
        with self.assertRaisesRegex(UserError, "Add visits"):
            self.create_day().action_suggest_order()
        self.assertEqual((self.create_day().km, self.create_day().travel_minutes), (0, 0))
        without_start = self.create_day(visits[:1], start_municipality_id=False)
        self.assertEqual((without_start.km, without_start.travel_minutes), (0, 0))

    def test_collect_visits(self):
        visits = self.create_stops()
        others = self.create_visit(
            self.companies[0], team=self.user_job, user=self.user_job, start=datetime(2027, 6, 16, 12), anyway_reason="agreed"
        )
        call = self.create_visit(start=datetime(2027, 6, 16, 13), kind_id=self.kind_call.id)
        tomorrow = self.create_visit(start=datetime(2027, 6, 17, 8), kind_id=self.kind.id, anyway_reason="agreed")
        day = self.create_day()
        day.action_collect_visits()
        self.assertEqual(day.visit_ids, visits)
        self.assertEqual(sorted(day.visit_ids.mapped('day_sequence')), [1, 2, 3])
        self.assertFalse((others | call | tomorrow).day_id)

    def test_form(self):
        visits = self.create_stops()
        with Form(self.env['outreach.visit.day'].with_user(self.user_econ)) as form:
            form.date = self.date
            form.start_municipality_id = self.bramsche
        day = form.record
        self.assertEqual(day.user_ids, self.user_econ)
        visits[0].day_id = day
        self.assertEqual(day.visit_count, 1)
        self.assertEqual(self.env['outreach.visit.day'].with_user(self.user_econ)._default_start_municipality_id(), self.bramsche)

    @users('test_migration')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_readers(self):
        day = self.create_day(self.create_stops()).with_user(self.env.user)
        self.assertEqual(day.visit_count, 3)
        for action in (day.action_suggest_order, day.action_set_times, day.action_release_moved, day.action_collect_visits):
            if action == day.action_release_moved:
                day.sudo().visit_ids[0].start += timedelta(days=3)
            if action == day.action_collect_visits:
                self.create_visit(self.other_company, start=datetime(2027, 6, 16, 7))
            with self.assertRaises(AccessError, msg=action.__name__):
                action()

    def test_queries(self):
        """Lists of days cost the same for many as for few."""
        days = self.env['outreach.visit.day'].concat(
            *(
                self.create_day(self.create_visit(company, start=datetime(2027, 6, 16, 7), anyway_reason="test"))
                for company in self.companies[:1]
                for __ in range(12)
            )
        )
        spec = {name: {} for name in ('date', 'name', 'visit_count', 'km', 'travel_minutes', 'hint')}

        def read(records):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(records.web_read(spec)), len(records))
            return self.cr.sql_log_count - before

        read(days)
        self.assertEqual(read(days), read(days[:2]))
