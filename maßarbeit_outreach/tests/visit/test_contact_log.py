from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, users
from odoo.tools import mute_logger

from ..common import OutreachCommon


class TestContactLog(OutreachCommon):
    def open(self, companies, user=None, result='informed', **values):
        action = companies.with_user(user or self.env.user).action_open_outreach_log()
        log = self.env[action['res_model']].with_user(user or self.env.user).browse(action['res_id'])
        log.write({'result': result, **values})
        return log

    @users('test_econ', 'test_job')
    def test_one_call(self):
        log = self.open(self.company, result=False)
        self.assertEqual((log.partner_ids, log.kind_id.channel, log.result), (self.company, 'phone', False))
        with self.assertRaisesRegex(UserError, "Choose what came of it"):
            log.action_log()
        log.result = 'no_interest'
        log.write({'note': "Call again in March", 'next_step': "Call"})
        answer = log.action_log()
        visit = self.company.outreach_visit_ids[0]
        self.assertEqual(
            (visit.stage, visit.kind_id, visit.result, visit.report_text, visit.user_ids),
            ('done', log.kind_id, 'no_interest', "Call again in March", self.env.user),
        )
        self.assertLess(abs(visit.start - fields.Datetime.now()), timedelta(minutes=1))
        self.assertEqual(visit.promise_ids.mapped(lambda promise: (promise.name, promise.user_id)), [("Call", self.env.user)])
        self.assertIn(self.company.name, answer['params']['message'])
        self.assertEqual(answer['params']['type'], 'success')
        self.assertIn(self.env.user._get_outreach_agency(), self.company.outreach_responsibility_ids.agency_id)

    @users('test_econ', 'test_job')
    def test_call_back_becomes_a_to_do(self):
        log = self.open(self.company, result='call_back')
        with self.assertRaisesRegex(UserError, "until when you call back"):
            log.action_log()
        log.call_back_date = fields.Date.context_today(log) + timedelta(days=2)
        log.action_log()
        promise = self.company.outreach_visit_ids[0].promise_ids
        self.assertEqual(
            (promise.name, promise.user_id, promise.date_deadline, promise.side),
            ("Call them back", self.env.user, log.call_back_date, 'agency'),
        )
        to_do = promise.activity_ids
        self.assertEqual((to_do.user_id, to_do.date_deadline), (self.env.user, log.call_back_date))

    @users('test_econ')
    def test_names_the_person(self):
        self.open(self.company, contact_id=self.contact.id).action_log()
        self.assertEqual(self.company.outreach_visit_ids.contact_ids, self.contact)
        self.open(self.company | self.other_company, contact_id=self.other_contact.id).action_log()
        self.assertEqual(self.company.outreach_visit_ids.contact_ids, self.contact)
        self.assertEqual(self.other_company.outreach_visit_ids.contact_ids, self.other_contact)
        with self.assertRaisesRegex(UserError, "Otto Muster does not work"):
            self.open(self.company, contact_id=self.other_contact.id).action_log()

    @users('test_econ')
    def test_counted_by_the_guard(self):
        self.open(self.company).action_log()
        with self.assertRaisesRegex(UserError, "Test Economic Development was in contact"):
            self.create_visit(team=self.user_job, user=self.user_job)

    @users('test_econ')
    def test_several_at_once(self):
        blocked = self.env['res.partner'].create({'name': "Test Blocked", 'is_company': True})
        blocked.sudo().outreach_vetting = 'blocked'
        log = self.open(self.company | self.other_company | blocked)
        log.note = "Told them about the fair"
        answer = log.action_log()
        visits = (self.company | self.other_company).outreach_visit_ids
        self.assertEqual(visits.mapped('report_text'), ["Told them about the fair"] * 2)
        self.assertFalse(blocked.outreach_visit_ids)
        self.assertIn("Left out, since blocked by vetting: Test Blocked", answer['params']['message'])
        self.assertEqual(answer['params']['type'], 'warning')
        with self.assertRaisesRegex(UserError, "blocked by vetting"):
            self.open(blocked).action_log()

    @users('test_econ')
    def test_form_from_the_menu(self):
        email = self.env['outreach.visit.kind'].search([('channel', '=', 'email'), ('is_mass', '=', False)], limit=1)
        with Form(self.env['outreach.contact.log']) as form:
            self.assertFalse(form.partner_ids)
            form.partner_ids.add(self.company)
            form.kind_id = email
            form.result = 'informed'
        form.record.action_log()
        visit = self.company.outreach_visit_ids
        self.assertEqual(visit.kind_id, email)
        self.assertFalse(visit.event_id, "an e-mail takes no time in the calendar")
        visit.kind_id = self.kind_call
        self.assertFalse(visit.event_id, "it is over")
        planned = self.create_visit(self.other_company, kind_id=email.id)
        self.assertFalse(planned.event_id)
        planned.kind_id = self.kind
        self.assertEqual(planned.event_id.start, planned.start)

    @users('test_econ')
    def test_bad_input(self):
        log = self.open(self.company)
        log.start = fields.Datetime.now() + timedelta(days=2)
        with self.assertRaisesRegex(ValidationError, "lies in the future"):
            log.action_log()

    def test_without_an_agency(self):
        with self.assertRaisesRegex(UserError, "need an agency"):
            self.open(self.company, self.user_manager, result='call_back', call_back_date='2027-01-05').action_log()
        self.open(self.company, self.user_manager).action_log()
        self.assertEqual(self.company.outreach_visit_ids.stage, 'done')

    @users('test_econ')
    def test_nothing_of_the_context_leaks(self):
        log = self.env['outreach.contact.log'].with_context(default_partner_ids=self.company.ids).create({'result': 'informed'})
        self.assertEqual(log.partner_ids, self.company)
        log.action_log()
        self.assertFalse((self.company.outreach_visit_ids.message_ids | self.company.message_ids).partner_ids & self.company)

    @users('test_migration', 'test_immigration', 'test_helper', 'test_dpo', 'test_internal')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_closed_to_others(self):
        with self.assertRaises(AccessError):
            self.open(self.company)

    @users('test_econ')
    def test_queries(self):
        """Ten times the companies cost no more than ten times the queries."""
        companies = (
            self.env['res.partner']
            .sudo()
            .create([{'name': f"Test {n}", 'is_company': True, 'zip': '49565', 'city': "Bramsche"} for n in range(58)])
        )

        def count(companies):
            log = self.env['outreach.contact.log'].create({'partner_ids': [Command.set(companies.ids)], 'result': 'informed'})
            self.env.flush_all()
            before = self.cr.sql_log_count
            log.action_log()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(companies[:4])
        few, many = count(companies[4:8]), count(companies[8:48])
        self.assertLessEqual(many, few * 10)
        self.assertLessEqual(many / 40, 60)
