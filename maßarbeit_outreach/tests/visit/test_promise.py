from datetime import timedelta

import psycopg2
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, users
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.mail.tests.common import MailCase

from ..common import OutreachCommon


class TestPromise(OutreachCommon, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.company)

    def create_promise(self, user=None, **values):
        values.setdefault('partner_id', self.company.id)
        return self.env['outreach.promise'].with_user(user or self.user_econ).create({'name': "Send the leaflet", **values})

    def close(self, promises, state, outcome):
        action = promises.action_open_close()
        wizard = Form(self.env[action['res_model']].with_user(promises.env.user).with_context(**action['context']))
        wizard.state, wizard.outcome = state, outcome
        wizard.save().action_close()

    @users('test_econ', 'test_job')
    def test_noted_in_the_report(self):
        visit = self.create_visit(user=self.env.user, stage='done')
        with Form(visit) as form, form.promise_ids.new() as line:
            line.name = "Send the leaflet"
        promise = visit.promise_ids
        self.assertEqual(
            (promise.partner_id, promise.side, promise.user_id, promise.agency_id, promise.date_deadline, promise.state),
            (self.company, 'agency', self.env.user, self.env.user._get_outreach_agency(), self.today + timedelta(days=14), 'open'),
        )
        visit.partner_id = self.other_company
        self.assertEqual(promise.partner_id, self.other_company)

    def test_one_to_do_that_follows(self):
        with self.mock_mail_gateway():
            promise = self.create_promise()
            activity = promise.activity_ids
            self.assertEqual(
                (activity.summary, activity.user_id, activity.date_deadline),
                ("Send the leaflet", self.user_econ, self.today + timedelta(days=14)),
            )
            tomorrow = self.today + timedelta(days=1)
            promise.write({'name': "Send both leaflets", 'user_id': self.user_job.id, 'date_deadline': tomorrow})
            self.settle()
        self.assertEqual(promise.activity_ids, activity)
        self.assertEqual((activity.summary, activity.user_id, activity.date_deadline), ("Send both leaflets", self.user_job, tomorrow))
        self.assertEqual(promise.agency_id, self.agency_job)
        self.assertFalse(self._new_mails)
        promise.side = 'company'
        self.assertFalse(promise.activity_ids, "the company keeps that one")
        promise.side = 'agency'
        self.assertEqual(len(promise.activity_ids), 1)
        own = promise.activity_schedule(summary="Look at it together", user_id=self.user_econ.id, automated=False)
        self.close(promise, 'dropped', "they found it on the web")
        self.assertEqual(promise.activity_ids, own, "what people add themselves stays")

    def test_company_promises(self):
        self.assertFalse(self.create_promise(side='company').activity_ids)

    @users('test_econ', 'test_job', 'test_manager')
    def test_close_and_reopen(self):
        promises = self.create_promise(name="A", user_id=self.user_econ.id) | self.create_promise(name="B", side='company')
        promises = promises.with_user(self.env.user)
        self.close(promises, 'not_kept', "nobody had time")
        self.assertEqual(
            promises.mapped(lambda promise: (promise.state, promise.outcome, promise.date_closed)),
            [('not_kept', "nobody had time", self.today)] * 2,
        )
        self.assertFalse(promises.activity_ids)
        promises.action_reopen()
        self.assertEqual(
            promises.mapped(lambda promise: (promise.state, promise.outcome, promise.date_closed)), [('open', False, False)] * 2
        )
        self.assertEqual(len(promises.activity_ids), 1)

    def test_outcome_is_asked_for(self):
        promise = self.create_promise()
        with self.assertRaises(psycopg2.IntegrityError) as caught, mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            promise.state = 'kept'
            self.env.flush_all()
        self.assertIn("what came of the promise", promise._sql_error_to_message(caught.exception))
        with self.assertRaises(AssertionError, msg="required"):
            Form(self.env['outreach.promise.close'].with_context(default_promise_ids=promise.ids)).save()
        self.close(promise, 'kept', "first")
        self.close(promise, 'not_kept', "second")
        self.assertEqual((promise.state, promise.outcome), ('kept', "first"), "closed is closed")

    def test_to_do_marked_done(self):
        promise = self.create_promise(user_id=self.user_job.id)
        activity = promise.activity_ids.with_user(self.user_job)
        for feedback in (False, "  "):
            with self.assertRaisesRegex(UserError, "what came of it"):
                activity.action_feedback(feedback)
        self.assertTrue(activity.active)
        activity.action_feedback("sent by post")
        self.assertEqual((promise.state, promise.outcome, promise.date_closed), ('kept', "sent by post", self.today))
        self.assertFalse(promise.activity_ids)
        self.assertFalse(activity.active)

    def test_to_do_of_somebody_who_only_reads(self):
        """A promise that the migration centre gave is closed by its to-do, and by nothing else."""
        promise = self.create_promise(user_id=self.user_migration.id)
        self.assertEqual(promise.agency_id, self.agency_migration)
        theirs = promise.with_user(self.user_migration)
        with self.assertRaises(AccessError), mute_logger('odoo.models', 'odoo.addons.base.models.ir_model'):
            theirs.write({'state': 'kept', 'outcome': "advised"})
        theirs.activity_ids.action_feedback("advised")
        self.assertEqual(promise.state, 'kept')
        colleagues = self.create_promise()
        with (
            self.assertRaises(AccessError),
            mute_logger('odoo.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule'),
        ):
            colleagues.activity_ids.with_user(self.user_migration).action_feedback("mine now")
        self.assertEqual(colleagues.state, 'open')

    def test_to_do_thrown_away(self):
        promise = self.create_promise()
        promise.activity_ids.unlink()
        self.assertEqual(promise.state, 'open')

    def test_other_activities_as_before(self):
        activity = self.create_visit().activity_schedule('mail.mail_activity_data_todo', user_id=self.user_econ.id)
        activity.action_feedback()
        self.assertFalse(activity.active)

    def test_bad_input(self):
        for values, words in (
            ({'partner_id': self.contact.id}, "choose the company itself"),
            ({'user_id': self.user_immigration.id}, "could not see the promise"),
            ({'user_id': self.user_internal.id, 'agency_id': self.agency_econ.id}, "could not see the promise"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                self.create_promise(**values)

    @users('test_manager')
    def test_manager_has_no_agency(self):
        self.assertFalse(self.env['outreach.promise'].default_get(['user_id']).get('user_id'))

    def test_goes_with_its_visit(self):
        visit = self.create_visit(promise_ids=[Command.create({'name': "Call"})])
        promise = visit.promise_ids
        activity = promise.activity_ids
        self.assertTrue(activity)
        visit.with_user(self.user_manager).unlink()
        self.assertFalse(promise.exists() or activity.exists())

    def test_filters(self):
        late = self.create_promise(date_deadline=self.today - timedelta(days=1))
        due = self.create_promise(date_deadline=self.today)
        theirs = self.create_promise(user_id=self.user_job.id, side='company')
        kept = self.create_promise(date_deadline=self.today - timedelta(days=9), state='kept', outcome="done")
        arch = self.env['outreach.promise'].with_user(self.user_econ).get_views([(False, 'search')])['views']['search']['arch']
        for name, found in (
            ('mine', late | due | kept),
            ('my_agency', late | due | kept),
            ('overdue', late),
            ('company_side', theirs),
            ('open', late | due | theirs),
        ):
            domain = safe_eval(etree.fromstring(arch).xpath(f"//filter[@name='{name}']")[0].get('domain'), {'uid': self.user_econ.id})
            mine = late | due | theirs | kept
            with self.subTest(filter=name):
                self.assertEqual(mine.search([('id', 'in', mine.ids), *domain]), found.sorted('date_deadline'))
        overdue = self.env['res.partner'].search(
            [('outreach_promise_ids', 'any', [('state', '=', 'open'), ('date_deadline', '<', 'today')]), ('id', '=', self.company.id)]
        )
        self.assertEqual(overdue, self.company)

    @users('test_migration')
    @mute_logger('odoo.addons.base.models.ir_model', 'odoo.models')
    def test_migration_centre_reads(self):
        promise = self.create_promise().with_user(self.env.user)
        self.assertEqual(promise.name, "Send the leaflet")
        self.assertEqual(self.company.with_user(self.env.user).outreach_promise_count, 1)
        for attempt in (
            lambda: self.create_promise(user=self.env.user),
            lambda: promise.write({'name': "x"}),
            lambda: promise.write({'state': 'kept', 'outcome': "x"}),
            lambda: self.env['outreach.promise.close'].create({'promise_ids': promise.ids, 'outcome': "x"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_queries(self):
        """Ten times the promises take no more than ten times the queries, and each few."""
        visits = self.create_visit() | self.create_visit(self.other_company)
        found = []
        for size in (4, 4, 40):
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.env['outreach.promise'].with_user(self.user_econ).create(
                [{'visit_id': visits[number % 2].id, 'name': "Test"} for number in range(size)]
            )
            self.env.flush_all()
            found.append(self.cr.sql_log_count - before)
        self.assertLessEqual(found[2], found[1] * 10)
        self.assertLessEqual(found[2] / 40, 12, found)
