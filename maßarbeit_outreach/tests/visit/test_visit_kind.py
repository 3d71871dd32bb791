import importlib.util
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, users

from ..common import MODULE, OutreachCommon

SCRIPT = Path(__file__).resolve().parents[2] / 'migrations/19.0.1.5.0/post-visit_kind.py'


class TestVisitKind(OutreachCommon):
    """What a visit is for; with whom one goes is another fact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Kind = cls.env['outreach.visit.kind']
        Kind.search([]).active = False  # whatever a house has
        cls.first, cls.follow_up, cls.crisis = Kind.create(
            [
                {'name': "Test First", 'sequence': 1, 'is_first': True},
                {'name': "Test Follow-up", 'sequence': 2},
                {'name': "Test Crisis", 'sequence': 3},
            ]
        )
        cls.tomorrow = fields.Datetime.now().replace(minute=0, second=0) + timedelta(days=1)

    def plan(self, **values):
        return self.env['outreach.visit'].create({'partner_id': self.company.id, 'start': self.tomorrow, 'anyway_reason': "test", **values})

    @users('test_econ')
    def test_first_only_for_the_first_visit(self):
        self.assertEqual(self.plan().kind_id, self.first)
        self.assertEqual(self.plan().kind_id, self.first, "the first one is only planned")
        self.assertEqual(self.plan(partner_id=self.other_company.id).kind_id, self.first)
        self.assertEqual(self.plan(kind_id=self.crisis.id).kind_id, self.crisis)

    @users('test_econ')
    def test_what_makes_a_company_visited(self):
        for values, expected in (
            ({'stage': 'done', 'kind_id': self.kind_call.id}, self.first),  # nobody was there
            ({'stage': 'done', 'kind_id': self.first.id, 'result': 'nobody_met'}, self.first),
            ({'stage': 'done', 'kind_id': self.first.id}, self.follow_up),
        ):
            with self.subTest(values=values):
                self.create_visit(**values)
                self.assertEqual(self.plan().kind_id, expected)
                self.company.outreach_visit_ids.filtered('is_open')._cancel("test")

    @users('test_econ')
    def test_form_follows_the_company(self):
        self.create_visit(stage='done', kind_id=self.first.id)
        form = Form(self.env['outreach.visit'])
        self.assertEqual(form.kind_id, self.first)
        form.partner_id = self.company
        self.assertEqual(form.kind_id, self.follow_up)
        form.partner_id = self.other_company
        self.assertEqual(form.kind_id, self.first)
        form.kind_id = self.crisis
        form.partner_id = self.company
        self.assertEqual(form.kind_id, self.crisis, "chosen on purpose")
        visit = form.save()
        visit.kind_id = self.first
        visit.partner_id = self.other_company
        self.assertEqual(visit.kind_id, self.first, "a visit that exists keeps its kind")

    @users('test_econ')
    def test_planned_for_several_companies(self):
        self.create_visit(stage='done', kind_id=self.first.id)
        action = (self.company | self.other_company).with_user(self.env.user).action_open_outreach_plan()
        plan = self.env[action['res_model']].browse(action['res_id'])
        kinds = {line.partner_id: line.kind_id for line in plan.line_ids}
        self.assertEqual(kinds, {self.company: self.follow_up, self.other_company: self.first})
        plan.kind_id = self.crisis
        self.assertEqual(plan.line_ids.kind_id, self.crisis)
        plan.action_plan()
        self.assertEqual(plan.line_ids.visit_id.kind_id, self.crisis)

    def test_visits_that_were_a_kind_for_being_joint(self):
        """The kind goes; first and later visits are told apart, figures, answers and the calendar stay true."""
        spec = importlib.util.spec_from_file_location('post_visit_kind', SCRIPT)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        Kind, Data = self.env['outreach.visit.kind'], self.env['ir.model.data']
        lead = {'name': 'lead_agency', 'type': 'char', 'string': "Who Leads"}
        need = {'name': 'staff_need', 'type': 'char', 'string': "Staff Needed"}
        joint = Kind.create({'name': "Joint visit", 'report_definition': [need, lead]})
        self.follow_up.report_definition = [dict(need, string="Staff Needed Now")]
        for name, kind in (('visit_kind_joint', joint), ('visit_kind_first', self.first)):
            Data.search([('module', '=', MODULE), ('name', '=', name)]).unlink()
            Data.create({'module': MODULE, 'name': name, 'model': joint._name, 'res_id': kind.id, 'noupdate': True})
        self.first.is_first = False  # as before this version
        both = self.user_econ | self.user_job
        values = {'kind_id': joint.id, 'anyway_reason': "test", 'report_properties': {'lead_agency': "we", 'staff_need': "two"}}
        before = fields.Datetime.now() - timedelta(days=400)
        empty = self.create_visit(team=both, stage='done', start=before, result='nobody_met', **values)
        first = self.create_visit(team=both, stage='done', start=before + timedelta(days=9), **values)
        later = self.create_visit(team=both, stage='done', **values)
        alone = self.create_visit(team=self.user_econ, **values)
        other = self.create_visit(self.other_company, team=both, **values)
        renamed = self.create_visit(self.other_company, kind_id=self.crisis.id, anyway_reason="test")
        favourite = self.env['ir.filters'].create(
            {'name': "Test", 'model_id': 'outreach.visit', 'domain': f'["&", ("kind_id", "=", {joint.id}), ("stage", "=", "done")]'}
        )
        visits = empty | first | later | alone | other
        figures = visits.mapped('is_joint')
        self.env.flush_all()
        script.migrate(self.env.cr, '19.0.1.4.0')
        self.env.invalidate_all()
        self.assertFalse(joint.exists())
        self.assertFalse(self.env.ref(f'{MODULE}.visit_kind_joint', raise_if_not_found=False))
        self.assertTrue(self.first.is_first)
        self.assertEqual(
            [visit.kind_id for visit in visits | renamed], [self.first, self.first, self.follow_up, self.follow_up, self.first, self.crisis]
        )
        self.assertEqual(visits.mapped('is_joint'), figures)
        self.assertEqual(figures, [True, True, True, False, True])
        self.assertEqual(alone.event_id.name, f"Test Follow-up: {self.company.name}")
        self.assertEqual(other.event_id.name, f"Test First: {self.other_company.name}")
        for visit in visits:
            self.assertEqual((visit.report_properties['lead_agency'], visit.report_properties['staff_need']), ("we", "two"))
        self.assertEqual([question['string'] for question in self.follow_up.report_definition], ["Staff Needed Now", "Who Leads"])
        self.assertEqual(favourite.domain, '["&", ("is_joint", "=", True), ("stage", "=", "done")]')
        script.migrate(self.env.cr, '19.0.1.4.0')  # a second time does nothing

    def test_a_kind_that_means_something_else_stays(self):
        spec = importlib.util.spec_from_file_location('post_visit_kind', SCRIPT)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env['ir.model.data'].search([('module', '=', MODULE), ('name', '=', 'visit_kind_joint')]).unlink()
        self.env['ir.model.data'].create(
            {'module': MODULE, 'name': 'visit_kind_joint', 'model': self.crisis._name, 'res_id': self.crisis.id, 'noupdate': True}
        )
        visit = self.create_visit(kind_id=self.crisis.id)
        self.env.flush_all()
        script.migrate(self.env.cr, '19.0.1.4.0')
        self.env.invalidate_all()
        self.assertEqual(visit.kind_id, self.crisis)
        self.assertFalse(self.env.ref(f'{MODULE}.visit_kind_joint', raise_if_not_found=False))


class TestProposedTeam(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tomorrow = fields.Datetime.now().replace(minute=0, second=0) + timedelta(days=1)
        cls.env['outreach.responsibility'].create(
            [
                {'partner_id': cls.company.id, 'agency_id': agency.id, 'user_id': user.id}
                for agency, user in (
                    (cls.agency_econ, cls.user_econ),
                    (cls.agency_job, cls.user_job),
                    (cls.agency_migration, cls.user_migration),
                )
            ]
        )

    def open_form(self, user, company=None):
        context = (self.company if company is None else company).with_user(user).action_plan_outreach_visit()['context']
        return Form(self.env['outreach.visit'].with_user(user).with_context(**context))

    def get_team(self, form):
        return {form.member_ids.edit(number).user_id.login for number in range(len(form.member_ids))}

    def test_other_office_is_proposed(self):
        """Of the two that visit jointly, and nobody for an office that is none of them."""
        for user, team in (
            (self.user_econ, {'test_econ', 'test_job'}),
            (self.user_job, {'test_econ', 'test_job'}),
            (self.user_manager, set()),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self.get_team(self.open_form(user)), team)
        self.assertEqual(self.get_team(self.open_form(self.user_econ, self.other_company)), {'test_econ'}, "nobody is responsible there")
        self.assertTrue(self.open_form(self.user_econ).save().is_joint)

    def test_proposal_is_made_once(self):
        form = self.open_form(self.user_econ)
        form.member_ids.remove(1)
        form.start += timedelta(days=1)
        self.assertEqual(self.get_team(form), {'test_econ'}, "whoever was removed does not come back")
        form.partner_id = self.other_company
        form.partner_id = self.company
        self.assertEqual(self.get_team(form), {'test_econ', 'test_job'})
        form.partner_id = self.other_company
        self.assertEqual(self.get_team(form), {'test_econ'}, "goes with the company")

    @users('test_econ')
    def test_not_for_what_took_place(self):
        """A report from the car park names who was there."""
        with Form(self.env['outreach.visit']) as form:
            form.partner_id = self.company
            form.start = fields.Datetime.now() - timedelta(hours=2)
            self.assertEqual(self.get_team(form), {'test_econ'})

    def test_whoever_left_is_not_asked_along(self):
        self.agency_job.user_ids -= self.user_job
        self.assertEqual(self.get_team(self.open_form(self.user_econ)), {'test_econ'})

    @users('test_econ')
    def test_plan_for_several(self):
        def team(companies):
            action = companies.with_user(self.env.user).action_open_outreach_plan()
            return self.env[action['res_model']].browse(action['res_id']).user_ids

        self.assertEqual(team(self.company), self.user_econ | self.user_job)
        self.assertEqual(team(self.company | self.other_company), self.user_econ, "nobody is responsible for both")


class TestVisitForm(OutreachCommon):
    """Buttons, links and the line that says what was recorded."""

    @users('test_econ', 'test_job')
    def test_over(self):
        now = fields.Datetime.now()
        planned = self.create_visit(user=self.env.user, start=now + timedelta(hours=1))
        over = self.create_visit(user=self.env.user, start=now - timedelta(hours=2), anyway_reason="test")
        running = self.create_visit(user=self.env.user, start=now - timedelta(minutes=30), anyway_reason="test")
        self.assertEqual((planned | over | running).mapped('is_over'), [False, True, False])

    @users('test_econ')
    def test_links(self):
        self.company.sudo().phone = "05461 999-0"
        visit = self.create_visit(contact_ids=[Command.set(self.contact.ids)])
        self.assertIn('href="tel:054619990"', visit.contact_links, "without a number of theirs, that of the company")
        self.contact.sudo().write({'phone': "+49 (0)5461 12-34", 'name': "Petra <b>Probe</b>"})
        visit.invalidate_recordset()
        self.assertIn('href="tel:+4954611234"', visit.contact_links)
        self.assertIn("Petra &lt;b&gt;Probe&lt;/b&gt;", visit.contact_links)
        self.assertNotIn("054619990", visit.contact_links)
        self.assertIn('href="https://www.openstreetmap.org/search?query=Musterweg%201%2C%2049565%20Bramsche"', visit.contact_links)
        self.assertIn('rel="noopener noreferrer"', visit.contact_links)
        self.assertNotIn("Probewerk", visit.contact_links, "the address only")
        visit.kind_id = self.kind_call
        self.assertNotIn("openstreetmap", visit.contact_links, "nobody drives to a call")
        self.assertIn('href="tel:', visit.contact_links)

    def test_links_are_not_for_employers(self):
        visit = self.create_visit()
        self.assertNotIn('contact_links', visit.with_user(self.user_portal).fields_get())
        self.assertNotIn('outcome_text', visit.with_user(self.user_portal).fields_get())

    @users('test_econ')
    def test_outcome(self):
        visit = self.create_visit(user=self.env.user, team=self.env.user, start=fields.Datetime.now() - timedelta(hours=2))
        self.assertFalse(visit.outcome_text)
        visit.result = 'call_back'
        with self.assertRaisesRegex(UserError, "until when you call back"):
            visit.action_done()
        due = fields.Date.context_today(visit) + timedelta(days=3)
        visit.call_back_date = due
        visit.action_done()
        promise = visit.promise_ids
        self.assertEqual((promise.name, promise.date_deadline, promise.user_id), ("Call them back", due, self.env.user))
        self.assertEqual(promise.activity_ids.date_deadline, due)
        for words in ("Call back", "until", "1 promise"):
            self.assertIn(words, visit.outcome_text)
        self.create_demand(user=self.env.user, visit_id=visit.id)
        visit.invalidate_recordset()
        self.assertIn("1 demand", visit.outcome_text)
        self.assertEqual(visit.action_plan_next()['context']['default_partner_id'], self.company.id)

    @users('test_econ')
    def test_call_back_follows_the_result(self):
        due = fields.Date.context_today(self.env['outreach.visit']) + timedelta(days=3)
        visit = self.create_visit(stage='done', call_back_date=due)
        promise = visit.promise_ids
        visit.call_back_date = due + timedelta(days=1)
        self.assertEqual((visit.promise_ids, promise.date_deadline), (promise, due + timedelta(days=1)))
        visit.result = 'no_interest'
        self.assertFalse(visit.promise_ids, "nobody waits for a call any more")
        visit.result = 'call_back'
        self.assertEqual(visit.promise_ids.date_deadline, due + timedelta(days=1))
        visit.promise_ids._close('kept', "called")
        visit.action_reset()
        self.assertEqual(visit.promise_ids.state, 'kept', "what was kept stays")
        visit.action_done()
        self.assertEqual(visit.promise_ids.state, 'kept')
        self.assertFalse(self.create_visit(stage='done', anyway_reason="test").promise_ids, "loaded without a day")

    @users('test_manager')
    def test_call_back_needs_somebody(self):
        visit = self.create_visit(user=self.env.user, member_ids=[], start=fields.Datetime.now() - timedelta(hours=2), result='call_back')
        visit.call_back_date = '2027-01-05'
        with self.assertRaisesRegex(UserError, "who calls back"):
            visit.action_done()
