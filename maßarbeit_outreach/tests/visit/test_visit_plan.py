from datetime import date, datetime, timedelta
from itertools import pairwise
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, users
from odoo.tools import mute_logger

from .test_visit_day import VisitDayCommon


class TestVisitPlan(VisitDayCommon):
    def open(self, companies=None, user=None, **values):
        action = (self.companies if companies is None else companies).with_user(user or self.user_econ).action_open_outreach_plan()
        plan = self.env[action['res_model']].with_user(user or self.user_econ).browse(action['res_id'])
        plan.write({'kind_id': self.kind.id, 'start': datetime(2027, 6, 16, 7), 'start_municipality_id': self.bramsche.id, **values})
        return plan

    def line(self, plan, company):
        return plan.line_ids.filtered(lambda line: line.partner_id == company)

    @users('test_econ')
    def test_three_companies_in_a_day(self):
        plan = self.open(user=self.env.user, topic_ids=[Command.link(self.env['outreach.topic'].search([], limit=1).id)])
        self.assertTrue(plan.as_day)
        self.assertEqual(plan.user_ids, self.env.user)
        self.assertEqual(plan.line_ids.mapped('decision'), ['plan'] * 3)
        starts = plan.line_ids.mapped('start')
        self.assertEqual(starts[0], datetime(2027, 6, 16, 7))
        self.assertTrue(all(later - earlier >= timedelta(minutes=70) for earlier, later in pairwise(starts)))
        action = plan.action_plan()
        self.assertEqual(action['res_id'], plan.id)
        visits = plan.line_ids.visit_id
        self.assertEqual(visits.mapped('start'), starts)
        self.assertEqual(visits.partner_id, self.companies)
        self.assertEqual(visits.topic_ids, plan.topic_ids)
        self.assertEqual(visits.user_ids, self.env.user)
        day = visits.day_id
        self.assertEqual((day.date, day.start_time, day.user_ids, day.visit_count), (self.date, 9, self.env.user, 3))
        self.assertEqual(day._get_stops().mapped('start'), starts)
        self.assertTrue(all(result.startswith("Planned") for result in plan.line_ids.mapped('result')))
        self.assertEqual(plan.action_open_visits()['res_id'], day.id)
        with self.assertRaisesRegex(UserError, "Add the companies"):
            plan.action_plan()  # pressed again: nothing is planned twice
        self.assertEqual(len(self.companies.outreach_visit_ids), 3)

    def test_one_each_working_day(self):
        plan = self.open(user=self.user_job, as_day=False, start=datetime(2027, 6, 17, 7))
        self.assertEqual(
            [start.date() for start in plan.line_ids.mapped('start')], [date(2027, 6, 17), date(2027, 6, 18), date(2027, 6, 21)]
        )
        self.assertEqual({start.time() for start in plan.line_ids.mapped('start')}, {datetime(2027, 6, 17, 7).time()})
        plan.line_ids[0].start = datetime(2027, 6, 22, 9)
        plan.action_plan()
        self.assertEqual(plan.line_ids[0].visit_id.start, datetime(2027, 6, 22, 9))
        self.assertFalse(plan.line_ids.visit_id.day_id)
        self.assertEqual(plan.action_open_visits()['res_model'], 'outreach.visit')

    def take_day_off(self, first, last=None, **values):
        """The organisation's working calendar has these days off."""
        Visit = self.env['outreach.visit'].with_context(tz='Europe/Berlin')
        return self.env['resource.calendar.leaves'].create(
            {
                'name': "Test Holiday",
                'calendar_id': self.env.company.resource_calendar_id.id,
                'company_id': self.env.company.id,
                'date_from': Visit._to_utc(first),
                'date_to': Visit._to_utc((last or first) + timedelta(days=1)) - timedelta(seconds=1),
                **values,
            }
        )

    def get_days(self, plan):
        return [fields.Datetime.context_timestamp(plan, line.start).date() for line in plan.line_ids]

    def test_only_working_days(self):
        """Public holidays of the working calendar are left out, also where the first visit would be on one, and weekends."""
        christmas = date(2026, 12, 25)
        self.take_day_off(christmas, date(2026, 12, 26))
        self.take_day_off(date(2027, 1, 1))
        for start, days in {
            datetime(2026, 12, 24, 8): [date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 29)],
            datetime(2026, 12, 25, 8): [date(2026, 12, 28), date(2026, 12, 29), date(2026, 12, 30)],
            datetime(2026, 12, 30, 8): [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 4)],
            datetime(2026, 12, 26, 8): [date(2026, 12, 28), date(2026, 12, 29), date(2026, 12, 30)],
        }.items():
            with self.subTest(start=start):
                plan = self.open(as_day=False, start=start)
                self.assertEqual(self.get_days(plan), days)
                self.assertEqual({line.start.time() for line in plan.line_ids}, {start.time()})
                self.assertEqual(set(plan.line_ids.mapped('severity')), {'none'})

    def test_first_morning(self):
        """What is offered is a working day."""
        self.take_day_off(date(2026, 12, 25), date(2027, 1, 3))
        Visit = self.env['outreach.visit'].with_user(self.user_econ)
        with freeze_time('2026-12-24 10:00:00'):
            self.assertEqual(Visit._get_next_morning(), datetime(2027, 1, 4, 8))
            self.assertEqual(self.open(as_day=False, start=Visit._get_next_morning()).start, datetime(2027, 1, 4, 8))
            action = self.company.with_user(self.user_econ).action_plan_outreach_visit()
            self.assertEqual(action['context']['default_start'], '2027-01-04 08:00:00')
        with freeze_time('2026-12-18 10:00:00'):
            self.assertEqual(Visit._get_next_morning(), datetime(2026, 12, 21, 8), "after the weekend")
        self.env.company.resource_calendar_id.attendance_ids.unlink()
        with freeze_time('2026-12-24 10:00:00'):
            self.assertEqual(Visit._get_next_morning(), datetime(2026, 12, 25, 8), "nobody keeps working hours: from Monday to Friday")

    def test_day_off_chosen_by_hand(self):
        """In one day, or a time that somebody types: asked for a reason, and left out without one."""
        self.take_day_off(date(2026, 12, 25))
        plan = self.open(start=datetime(2026, 12, 25, 8))
        self.assertTrue(plan.as_day)
        self.assertEqual(set(plan.line_ids.mapped('severity')), {'decide'})
        self.assertEqual(set(plan.line_ids.mapped('decision')), {'leave'})
        self.assertIn("not a working day", plan.line_ids[0].reasons)
        plan.line_ids[0].write({'decision': 'anyway', 'anyway_reason': "Open day"})
        plan.action_plan()
        self.assertEqual(plan.line_ids.mapped('outcome'), ['done', 'left', 'left'])
        by_hand = self.open(as_day=False, start=datetime(2026, 12, 22, 8))
        self.assertNotIn('decide', by_hand.line_ids.mapped('severity'))
        by_hand.line_ids[1].start = datetime(2026, 12, 25, 9)
        self.assertEqual([line.severity == 'decide' for line in by_hand.line_ids], [False, True, False])

    def test_absence_of_the_team(self):
        """Left out and pointed out, whether it is in the calendar or kept as days off of a person; never what it is."""
        team = self.user_econ | self.user_job
        plan = self.open(as_day=False, start=datetime(2027, 6, 14, 7), user_ids=[Command.set(team.ids)])
        self.assertEqual(set(plan.line_ids.mapped('severity')), {'none'})
        self.env['calendar.event'].create(
            {
                'name': "Secret journey",
                'allday': True,
                'start_date': date(2027, 6, 14),
                'stop_date': date(2027, 6, 14),
                'start': datetime(2027, 6, 14, 8),
                'stop': datetime(2027, 6, 14, 18),
                'show_as': 'busy',
                'partner_ids': [Command.set(self.user_job.partner_id.ids)],
            }
        )
        resource = self.env['resource.resource'].create({'name': "Test Econ", 'user_id': self.user_econ.id, 'resource_type': 'user'})
        self.take_day_off(date(2027, 6, 15), resource_id=resource.id)
        plan = self.open(as_day=False, start=datetime(2027, 6, 14, 7), user_ids=[Command.set(team.ids)])
        self.assertEqual(self.get_days(plan), [date(2027, 6, 14), date(2027, 6, 15), date(2027, 6, 16)])
        self.assertEqual(plan.line_ids.mapped('severity'), ['warn', 'warn', 'none'])
        self.assertEqual(plan.line_ids.mapped('decision'), ['leave', 'leave', 'plan'], "what is warned of is not chosen")
        self.assertIn(self.user_job.name, plan.line_ids[0].reasons)
        self.assertNotIn(self.user_econ.name, plan.line_ids[0].reasons)
        self.assertIn(self.user_econ.name, plan.line_ids[1].reasons)
        self.assertNotIn("Secret", ' '.join(filter(None, plan.line_ids.mapped('reasons'))))
        slots = self.env['outreach.visit'].with_user(self.user_econ)._find_free_slots(team, date(2027, 6, 14), date(2027, 6, 16), 60)
        self.assertEqual({start.date() for start, __ in slots}, {date(2027, 6, 16)})
        plan.line_ids[0].decision = 'plan'  # on purpose, which needs no reason
        plan.action_plan()
        self.assertEqual(plan.line_ids.mapped('outcome'), ['done', 'left', 'done'])
        self.assertIn(self.user_econ.name, plan.line_ids[1].result)

    def test_next_free_time_is_proposed(self):
        """Of a new visit and of several, on every way: not a time at which the officer is booked."""
        self.env['calendar.event'].create(
            {
                'name': "Booked",
                'start': datetime(2027, 6, 14, 7),
                'stop': datetime(2027, 6, 14, 8, 15),
                'partner_ids': [Command.set(self.user_econ.partner_id.ids)],
            }
        )
        with freeze_time('2027-06-11 10:00:00'):
            for user, start in ((self.user_job, '2027-06-14 07:00:00'), (self.user_econ, '2027-06-14 08:30:00')):
                with self.subTest(user=user.login):
                    action = self.company.with_user(user).action_plan_outreach_visit()
                    self.assertEqual(action['context']['default_start'], start)
                    plan = self.env['outreach.visit.plan'].with_user(user).with_context(default_partner_ids=self.company.ids).create({})
                    self.assertEqual(fields.Datetime.to_string(plan.start), start)
                    self.assertEqual(plan.line_ids.mapped('severity'), ['none'])
            leaves = self.take_day_off(date(2027, 6, 15), date(2027, 7, 20))
            self.assertTrue(leaves)
            self.env['calendar.event'].search([('name', '=', "Booked")]).write({'stop': datetime(2027, 6, 14, 16)})
            start = self.env['outreach.visit'].with_user(self.user_econ)._propose_start(self.user_econ)
            self.assertEqual(start, datetime(2027, 6, 14, 7), "never free: nine o'clock, with what speaks against it")

    def test_other_organisations_days_off(self):
        """What another organisation of the database has off is no day off here."""
        elsewhere = self.env['res.company'].create({'name': "Test County Elsewhere"})
        off = self.take_day_off(date(2027, 6, 17), calendar_id=False)
        off.company_id = elsewhere
        self.assertFalse(off.calendar_id)
        plan = self.open(as_day=False, start=datetime(2027, 6, 16, 7))
        self.assertEqual(self.get_days(plan), [date(2027, 6, 16), date(2027, 6, 17), date(2027, 6, 18)])

    def test_join_leave_and_anyway(self):
        """One conflict never blocks the others, and each is settled in its own way."""
        blocked = self.other_company
        joined = self.create_visit(self.companies[0], team=self.user_job, user=self.user_job, start=datetime(2027, 6, 18, 8))
        self.create_visit(self.companies[1], team=self.user_job, user=self.user_job, start=datetime(2027, 6, 20, 8))
        blocked.outreach_vetting = 'blocked'
        plan = self.open(self.companies | blocked)
        to_join, contested, free, closed = (self.line(plan, company) for company in (*self.companies, blocked))
        self.assertEqual((to_join.decision, to_join.join_visit_id), ('join', joined))
        self.assertIn("Test Job Centre", to_join.reasons)
        self.assertEqual((free.decision, free.severity, free.reasons), ('plan', 'none', False))
        self.assertEqual((closed.decision, closed.severity), ('leave', 'stop'))
        contested.decision = 'anyway'
        with self.assertRaisesRegex(UserError, "Say why"):
            plan.action_plan()
        contested.anyway_reason = "They asked for us"
        plan.action_plan()
        self.assertEqual(plan.line_ids.filtered(lambda line: line.outcome == 'left'), closed)
        self.assertIn("blocked", closed.result)
        self.assertEqual(joined.user_ids, self.user_job | self.user_econ)
        self.assertTrue(joined.is_joint)
        self.assertEqual(to_join.visit_id, joined)
        self.assertEqual(contested.visit_id.decision_ids.mapped('reason'), ["They asked for us"])
        self.assertFalse(free.visit_id.decision_ids)
        self.assertEqual(plan.day_id.visit_ids, (contested | free).visit_id)
        self.assertFalse(blocked.outreach_visit_ids)

    def test_conflict_comes_up_between_preview_and_planning(self):
        plan = self.open()
        lines = plan.line_ids
        self.assertEqual(lines.mapped('severity'), ['none'] * 3)
        self.create_visit(self.companies[0], team=self.user_job, user=self.user_job, start=datetime(2027, 6, 17, 8))
        plan.action_plan()
        late = self.line(plan, self.companies[0])
        self.assertEqual((late.outcome, late.severity), ('left', 'decide'))
        self.assertIn("Test Job Centre", late.result)
        self.assertEqual((lines - late).mapped('outcome'), ['done'] * 2)
        self.assertEqual(plan.day_id.visit_ids, (lines - late).visit_id)
        self.assertTrue(plan.can_reopen)
        plan.action_reopen()
        self.assertEqual(late.decision, 'join')
        plan.action_plan()
        self.assertEqual(late.visit_id.user_ids, self.user_job | self.user_econ)

    def test_all_left_out_leaves_no_day(self):
        self.companies.outreach_blocked_until = self.date + timedelta(days=1)
        plan = self.open(self.companies[:2])
        self.assertTrue(plan.as_day)
        days = self.env['outreach.visit.day'].search_count([])
        plan.line_ids.write({'decision': 'plan'})  # the preview can be overruled, the guard cannot
        plan.action_plan()
        self.assertEqual(plan.line_ids.mapped('outcome'), ['left'] * 2)
        self.assertEqual(self.env['outreach.visit.day'].search_count([]), days)

    def test_form(self):
        """Times and reasons follow while one types."""
        self.create_visit(self.companies[0], team=self.user_job, user=self.user_job, start=datetime(2027, 6, 18, 8))
        Plan = self.env['outreach.visit.plan'].with_user(self.user_econ).with_context(default_partner_ids=self.companies.ids)
        form = Form(Plan)
        form.kind_id = self.kind
        form.start = datetime(2027, 6, 16, 7)
        with form.line_ids.edit(0) as line:
            first = line.partner_id
            self.assertEqual(line.start, datetime(2027, 6, 16, 7))
        form.start = datetime(2027, 9, 15, 7)
        with form.line_ids.edit(0) as line:
            self.assertEqual((line.partner_id, line.start), (first, datetime(2027, 9, 15, 7)))
            self.assertEqual(line.severity, 'none')
        form.start = datetime(2027, 6, 16, 7)
        plan = form.save()
        self.assertEqual(self.line(plan, self.companies[0]).severity, 'decide')
        plan.action_plan()
        self.assertEqual(set(plan.line_ids.mapped('outcome')), {'done'})

    def test_nothing_of_the_context_leaks(self):
        """The list's `default_partner_ids` would make the companies recipients of messages."""
        Plan = self.env['outreach.visit.plan'].with_user(self.user_econ).with_context(default_partner_ids=self.companies.ids)
        plan = Plan.create({'start': datetime(2027, 6, 16, 7)})
        plan.action_plan()
        messages = plan.line_ids.visit_id.message_ids | self.companies.message_ids
        self.assertTrue(messages)
        self.assertFalse(messages.partner_ids & self.companies)

    def test_which_companies(self):
        def companies(**context):
            return self.env['res.partner'].with_user(self.user_econ).with_context(**context)._get_outreach_context_companies()

        self.assertEqual(companies(default_partner_ids=(self.contact | self.company).ids), self.company, "people stand for their company")
        self.assertEqual(companies(active_model='res.partner', active_ids=self.other_company.ids), self.other_company)
        self.assertFalse(companies(active_model='crm.lead', active_ids=self.other_company.ids))
        self.assertFalse(companies())
        many = self.env['res.partner'].create([{'name': f"Test {n}", 'is_company': True} for n in range(51)])
        with self.assertRaisesRegex(UserError, "at most 50"):
            self.open(many)

    def test_bad_input(self):
        plan = self.open(user_ids=[Command.set(self.user_manager.ids)])
        with self.assertRaisesRegex(UserError, "not in any agency"):
            plan.action_plan()
        with self.assertRaisesRegex(UserError, "Add the companies"):
            self.open(self.env['res.partner']).action_plan()

    def test_on_an_existing_day(self):
        day = self.create_day(self.create_stops()[:1])
        action = day.action_plan()
        plan = self.env[action['res_model']].with_user(self.user_econ).browse(action['res_id'])
        self.assertEqual((plan.day_id, plan.as_day, plan.user_ids), (day, True, self.user_econ))
        self.assertGreaterEqual(plan.start, day.visit_ids.stop)
        plan.line_ids = [Command.create({'partner_id': self.companies[1].id})]
        plan.action_plan()
        self.assertEqual(day.visit_count, 2)

    def test_find_a_time(self):
        plan = self.open(start=fields.Datetime.now() + timedelta(days=1))
        action = plan.action_find_time()
        dialog = self.env[action['res_model']].with_user(self.user_econ).browse(action['res_id'])
        self.assertGreaterEqual(dialog.minutes, 200, "long enough for the whole trip")
        dialog.minutes = 60
        dialog.action_search()
        back = dialog.line_ids[0].action_take()
        self.assertEqual((back['res_model'], back['res_id']), (plan._name, plan.id))
        self.assertEqual(plan.start, dialog.line_ids[0].start)

    @users('test_migration', 'test_immigration', 'test_helper', 'test_dpo', 'test_internal')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_closed_to_others(self):
        with self.assertRaises(AccessError):
            self.companies.with_user(self.env.user).action_open_outreach_plan()

    @mute_logger('odoo.addons.base.models.ir_rule')
    def test_own_only(self):
        plan = self.open()
        for record in (plan, plan.line_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.user_job).read(['create_uid'])

    def test_queries(self):
        """The guard is asked once for all companies, and the preview costs few queries per company."""
        companies = self.env['res.partner'].create(
            [{'name': f"Test {n}", 'is_company': True, 'zip': '49565', 'city': "Bramsche"} for n in range(40)]
        )
        self.env.flush_all()

        def preview(companies):
            Visit = self.env.registry['outreach.visit']
            with patch.object(Visit, '_get_guard_reasons', autospec=True, side_effect=Visit._get_guard_reasons) as guard:
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                self.env['outreach.visit.plan'].with_user(self.user_econ).with_context(default_partner_ids=companies.ids).create({})
                self.env.flush_all()
                return guard.call_count, self.cr.sql_log_count - before

        preview(companies)
        few, many = preview(companies[:4]), preview(companies)
        self.assertEqual(many[0], 1)
        self.assertLessEqual(many[1] - few[1], 4, (few, many))
