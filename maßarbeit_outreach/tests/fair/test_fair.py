from datetime import timedelta

import psycopg2
from lxml import etree

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tests import users
from odoo.tools import mute_logger

from ..common import OutreachCommon

STATES = ('requested', 'confirmed', 'waiting', 'cancelled', 'came', 'no_show')
TAKEN = ('confirmed', 'came', 'no_show')
STEPS = {  # which states each step leaves from, and where it leads
    'action_confirm_participation': (('requested', 'waiting', 'cancelled'), 'confirmed'),
    'action_waiting_list': (('requested', 'confirmed'), 'waiting'),
    'action_cancel_participation': (('requested', 'waiting', 'confirmed'), 'cancelled'),
    'action_came': (('confirmed', 'no_show'), 'came'),
    'action_no_show': (('confirmed', 'came'), 'no_show'),
}


class TestFair(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fair = cls.create_fair(today=True)

    @users('test_econ', 'test_job')
    def test_every_step_from_every_state(self):
        for step, (sources, target) in STEPS.items():
            for source in STATES:
                with self.subTest(step=step, source=source):
                    stand = self.create_stand(self.fair, user=self.env.user, participation_state=source)
                    self.assertEqual(stand.state, 'unavailable' if source in TAKEN else 'available')
                    if source in sources:
                        getattr(stand, step)()
                        self.assertEqual(stand.participation_state, target)
                        self.assertEqual(stand.state, 'unavailable' if target in TAKEN else 'available')
                    else:
                        with self.assertRaises(UserError):
                            getattr(stand, step)()
                        self.assertEqual(stand.participation_state, source)

    def test_request_and_core_button(self):
        stand = self.create_stand(self.fair, company=False)
        self.assertEqual((stand.participation_state, stand.state), (False, 'available'))
        stand.partner_id = self.company
        self.assertEqual((stand.participation_state, stand.state), ('requested', 'available'))
        stand.action_confirm()
        self.assertEqual((stand.participation_state, stand.state), ('confirmed', 'unavailable'))
        self.assertEqual(self.create_stand(self.fair, state='unavailable').participation_state, 'confirmed')
        self.assertEqual(self.fair.event_booth_count_available, 0)

    def test_company_goes(self):
        stand = self.create_stand(self.fair, participation_state='confirmed')
        stand.partner_id = False
        self.assertEqual((stand.participation_state, stand.state), (False, 'available'), "free for another company")
        stand.partner_id = self.company
        stand.action_cancel_participation()
        stand.partner_id = self.other_company
        self.assertEqual((stand.participation_state, stand.state), ('requested', 'available'), "they have not cancelled")
        self.assertTrue(self.other_company.outreach_company)
        stand.action_confirm_participation()
        stand.partner_id = self.company
        self.assertEqual((stand.participation_state, stand.state), ('confirmed', 'unavailable'))

    def test_other_events_are_left_alone(self):
        event = self.create_fair(is_job_fair=False)
        booth = self.create_stand(event, user=self.env.ref('base.user_admin'), state='unavailable')
        self.assertEqual((booth.participation_state, booth.state), (False, 'unavailable'))
        booth.partner_id = False
        self.assertEqual(booth.state, 'unavailable')
        self.assertFalse(self.company.outreach_company)
        booth.partner_id = self.company
        event.is_job_fair = True
        self.assertEqual((booth.participation_state, booth.state), ('confirmed', 'unavailable'))
        event.is_job_fair = False
        self.assertEqual((booth.participation_state, booth.state), (False, 'unavailable'))

    @users('test_manager')
    def test_counters(self):
        mine, theirs = self.create_demand(), self.create_demand(self.other_company)
        self.create_stand(self.fair, demand_ids=[Command.link(mine.id)])
        self.create_stand(self.fair, demand_ids=[Command.link(mine.id)], participation_state='cancelled')
        self.create_stand(self.fair, self.other_company, demand_ids=[Command.link(theirs.id)])
        self.create_stand(self.fair, company=False)
        self.create_stand(self.create_fair())
        fair = self.fair.with_user(self.env.user)
        for name, expected, opener in (('stand_count', 3, 'action_view_stands'), ('stand_demand_count', 2, 'action_view_stand_demands')):
            action = getattr(fair, opener)()
            self.assertEqual(fair[name], expected)
            self.assertEqual(self.env[action['res_model']].with_context(**action['context']).search_count(action['domain']), expected)
        self.assertEqual(mine.stand_ids.event_id, self.fair)

    def test_copy_of_a_fair(self):
        self.create_stand(self.fair, demand_ids=[Command.link(self.create_demand().id)], participation_state='came')
        copy = self.fair.copy()
        self.assertTrue(copy.is_job_fair)
        self.assertFalse(copy.event_booth_ids.filtered('participation_state'), "nobody has asked for a stand there yet")

    def test_jobseekers(self):
        self.fair.write({'expected_jobseekers': 150, 'actual_jobseekers': 130})
        with self.assertRaises(psycopg2.IntegrityError), mute_logger('odoo.sql_db'):
            self.fair.actual_jobseekers = -1
            self.env.flush_all()

    def test_demands_of_the_company_only(self):
        stand = self.create_stand(self.fair, demand_ids=[Command.link(self.create_demand().id)])
        with self.assertRaisesRegex(ValidationError, "cannot be shown"):
            stand.partner_id = self.other_company


class TestAttendance(OutreachCommon):
    """Who came is noted on the day: before it by nobody and on no path, after it by officers."""

    def stand(self, days):
        begin = fields.Datetime.now() + timedelta(days=days)
        fair = self.create_fair(date_begin=begin, date_end=begin + timedelta(minutes=1))
        return self.create_stand(fair, participation_state='confirmed')

    def test_helper_only_on_the_day(self):
        for days, possible, words in ((-1, False, "the fair is over"), (0, True, ''), (1, False, "on the day of the fair")):
            for step in ('action_came', 'action_no_show'):
                with self.subTest(days=days, step=step):
                    stand = self.stand(days).with_user(self.user_helper)
                    self.assertEqual(stand.can_note_attendance, possible)
                    if possible:
                        getattr(stand, step)()
                        self.assertNotEqual(stand.participation_state, 'confirmed')
                    else:
                        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                            getattr(stand, step)()
                            self.env.flush_all()
                        self.assertEqual(stand.participation_state, 'confirmed')

    @users('test_econ', 'test_job', 'test_manager')
    def test_officers_put_it_right_afterwards(self):
        past, ahead = self.stand(-20).with_user(self.env.user), self.stand(20).with_user(self.env.user)
        self.assertTrue(past.can_note_attendance)
        past.action_came()
        self.assertFalse(ahead.can_note_attendance)
        for attempt in (
            ahead.action_came,
            lambda: ahead.write({'participation_state': 'no_show'}),
            lambda: past.write({'event_id': ahead.event_id.id}),
            lambda: self.create_stand(ahead.event_id, user=self.env.user, participation_state='came'),
        ):
            with self.assertRaisesRegex(ValidationError, "on the day of the fair"), self.env.cr.savepoint():
                attempt()
        self.assertEqual((past.participation_state, ahead.participation_state), ('came', 'confirmed'))

    @users('test_helper')
    def test_today_comes_first(self):
        later, today, past = (
            self.create_fair(
                name=f"Test {n}",
                date_begin=fields.Datetime.now() + timedelta(days=n),
                date_end=fields.Datetime.now() + timedelta(days=n, minutes=1),
            )
            for n in (3, 0, -3)
        )
        arch = etree.fromstring(self.env['event.event'].get_view(self.env.ref('maßarbeit_outreach.event_event_fair_view_list').id)['arch'])
        upcoming = Domain('date_end', '>=', 'today') & Domain('id', 'in', (later | today | past).ids)
        found = self.env['event.event'].search(upcoming, order=arch.get('default_order'))
        self.assertEqual(found.ids, [today.id, later.id])
        stands = [self.create_stand(fair) for fair in (later, today)]
        order = etree.fromstring(
            self.env['event.booth'].get_view(self.env.ref('maßarbeit_outreach.event_booth_stand_view_list').id)['arch']
        ).get('default_order')
        found = self.env['event.booth'].search([('id', 'in', [stand.id for stand in stands])], order=order)
        self.assertEqual(found.ids, [stand.id for stand in reversed(stands)])
