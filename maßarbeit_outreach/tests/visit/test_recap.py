from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import users

from odoo.addons.mail.tests.common import MailCase

from ..common import OutreachCommon


class TestRecap(OutreachCommon, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_job2 = cls.create_user('job2', 'maßarbeit_outreach.group_job_centre')
        cls.agency_job.user_ids += cls.user_job2

    def interest(self, agency=None, user=None, company=None):
        """Make somebody of that agency the company's officer."""
        self.env['outreach.responsibility'].create(
            {'partner_id': (company or self.company).id, 'agency_id': (agency or self.agency_job).id, 'user_id': (user or self.user_job).id}
        )

    def recaps(self, visits):
        return (
            self.env['mail.activity']
            .sudo()
            .with_context(active_test=False)
            .search([('res_model', '=', 'outreach.visit'), ('res_id', 'in', visits.ids), ('outreach_agency_id', '!=', False)], order='id')
        )

    def test_what_it_says(self):
        self.interest()
        visit = self.create_visit(
            start=fields.Datetime.now() - timedelta(days=1),
            result='handed_over',
            report_text="They may close hall three",
            promise_ids=[
                Command.create({'name': "Send <b>leaflets</b>", 'date_deadline': '2026-12-24'}),
                Command.create({'name': "Name two dates", 'side': 'company', 'user_id': self.user_econ.id}),
            ],
        )
        self.assertFalse(self.recaps(visit))
        self.settle()
        with self.mock_mail_gateway():
            visit.action_done()
            self.settle()
        recap = self.recaps(visit)
        self.assertEqual(
            (recap.user_id, recap.outreach_agency_id, recap.activity_type_id),
            (self.user_job, self.agency_job, self.env.ref('maßarbeit_outreach.mail_activity_type_recap')),
        )
        self.assertEqual(recap.summary, "Probewerk Bramsche GmbH was visited: Handed to a partner")
        for words in (
            "We promised: Send &lt;b&gt;leaflets&lt;/b&gt; – Test Econ (Test Economic Development), until 12/24/2026",
            "The company promised: Name two dates",
        ):
            self.assertIn(words, recap.note)
        self.assertNotIn("hall three", recap.note)
        self.assertFalse(self._new_mails)
        self.assertFalse(visit.sudo().message_ids.notified_partner_ids)
        self.assertNotIn(self.user_job.partner_id, visit.message_partner_ids)
        self.assertEqual(recap.with_user(self.user_job).read(['summary'])[0]['summary'], recap.summary)
        visit.promise_ids[0].name = "Send one leaflet"
        self.assertIn("Send one leaflet", recap.note)
        visit.promise_ids[0]._close('kept', "sent")
        self.assertNotIn("Send one leaflet", recap.note)

    def test_interests(self):
        promise = {'name': "Call", 'partner_id': self.company.id}
        referral = {
            'name': "Advice",
            'partner_id': self.company.id,
            'from_user_id': self.user_job2.id,
            'from_agency_id': self.agency_job.id,
            'to_agency_id': self.agency_migration.id,
        }
        for name, prepare, told in (
            ('nothing', lambda: None, []),
            ('officer', lambda: self.interest(user=self.user_job2), [self.user_job2]),
            (
                'line without officer',
                lambda: self.env['outreach.responsibility'].create({'partner_id': self.company.id, 'agency_id': self.agency_job.id}),
                [],
            ),
            ('promise', lambda: self.env['outreach.promise'].with_user(self.user_job2).create(promise), [self.user_job2]),
            (
                'kept promise',
                lambda: self.env['outreach.promise'].with_user(self.user_job2).create({**promise, 'state': 'kept', 'outcome': "called"}),
                [],
            ),
            (
                'referral',
                lambda: self.env['outreach.referral'].with_user(self.user_job2).create(referral),
                [self.user_migration, self.user_job2],
            ),
            ('done referral', lambda: self.env['outreach.referral'].create({**referral, 'state': 'done', 'outcome': "advised"}), []),
            ('demand', lambda: self.create_demand(user=self.user_job2), [self.user_job2]),
            ('closed demand', lambda: self.create_demand(user=self.user_job2, stage='closed', closed_reason='need_gone'), []),
            ('planned', lambda: self.create_visit(team=self.user_job2), [self.user_job2]),
            ('past', lambda: self.create_visit(team=self.user_job2, start=fields.Datetime.now() - timedelta(days=2)), []),
            ('cancelled', lambda: self.create_visit(team=self.user_job2)._cancel("ill"), []),
            ('at another company', lambda: self.interest(company=self.other_company), []),
            ('of the team', lambda: self.interest(self.agency_econ, self.user_econ), []),
            ('cannot read visits', lambda: self.interest(self.agency_immigration, self.user_immigration), []),
        ):
            with self.subTest(interest=name):
                savepoint = self.env.cr.savepoint()
                prepare()
                visit = self.create_visit(stage='done')
                self.assertEqual(set(self.recaps(visit).user_id), set(self.env['res.users'].concat(*told)))
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_one_person_per_agency(self):
        """The officer comes before those with a promise, and somebody who left the agency gets nothing in its name."""
        self.create_demand(user=self.user_job)
        self.env['outreach.promise'].with_user(self.user_job).create({'name': "Call", 'partner_id': self.company.id})
        self.interest(user=self.user_job2)
        self.assertEqual(self.recaps(self.create_visit(stage='done')).user_id, self.user_job2)
        self.agency_job.user_ids -= self.user_job2
        self.assertEqual(self.recaps(self.create_visit(stage='done')).user_id, self.user_job)

    def test_joint_visit(self):
        self.interest()
        self.assertFalse(self.recaps(self.create_visit(team=self.user_econ | self.user_job2, stage='done')))

    def test_never_twice(self):
        self.interest()
        visit = self.create_visit(stage='done')
        recap = self.recaps(visit)
        self.assertEqual(len(recap), 1)
        visit.action_reset()
        visit.write({'result': 'no_interest'})
        visit.action_done()
        self.assertEqual(self.recaps(visit), recap)
        self.assertIn("No interest", recap.summary)
        recap.with_user(self.user_job).action_done()
        visit.action_reset()
        self.env['outreach.responsibility'].search([('agency_id', '=', self.agency_job.id)]).user_id = self.user_job2
        visit.action_done()
        self.assertEqual(self.recaps(visit), recap, "read is read, whoever is responsible now")

    def test_old_visits_are_no_news(self):
        self.interest()
        for days, count in ((13, 1), (15, 0)):
            visit = self.create_visit(stage='done', start=fields.Datetime.now() - timedelta(days=days))
            self.assertEqual(len(self.recaps(visit)), count, days)

    @users('test_econ')
    def test_not_while_importing(self):
        self.interest()
        answer = self.env['outreach.visit'].load(
            ['id', 'partner_id/.id', 'kind_id/.id', 'start', 'stage', 'result', 'member_ids/user_id/.id'],
            [
                [
                    '__import__.visit',
                    str(self.company.id),
                    str(self.kind.id),
                    fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=1)),
                    'done',
                    'call_back',
                    str(self.env.uid),
                ]
            ],
        )
        self.assertFalse(answer['messages'])
        visit = self.env['outreach.visit'].browse(answer['ids'])
        self.assertEqual(visit.stage, 'done')
        self.assertFalse(self.recaps(visit))

    def test_batch(self):
        """The interests take as many queries for forty visits as for four; what core needs for an activity stays small."""
        companies = self.env['res.partner'].create([{'name': f"Test Company {n}", 'is_company': True} for n in range(40)])
        for company in companies:
            self.interest(company=company)
        visits = (
            self.env['outreach.visit']
            .with_user(self.user_econ)
            .create(
                [
                    {
                        'partner_id': company.id,
                        'kind_id': self.kind.id,
                        'start': fields.Datetime.now() - timedelta(days=1),
                        'result': 'call_back',
                        'member_ids': [Command.create({'user_id': self.user_econ.id})],
                    }
                    for company in companies
                ]
            )
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE outreach_visit SET stage = 'done' WHERE id = ANY(%s)", [visits.ids])

        def count(action):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            action()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(visits[:4].partner_id._get_outreach_interests)
        few, many = (count(visits[:size].partner_id._get_outreach_interests) for size in (4, 40))
        self.assertEqual(few, many)
        count(visits[0]._send_recaps)
        few, many = count(visits[1:5]._send_recaps), count(visits[5:40]._send_recaps)
        self.assertEqual(len(self.recaps(visits)), 40)
        self.assertLessEqual(many, few + 5, (few, many))
