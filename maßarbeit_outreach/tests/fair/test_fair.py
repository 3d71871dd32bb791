import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
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
        cls.fair = cls.create_fair()

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
