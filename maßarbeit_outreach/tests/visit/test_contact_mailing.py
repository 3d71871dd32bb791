from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import users
from odoo.tools import mute_logger

from ..common import MODULE, OutreachCommon


class TestContactMailing(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls.env['res.partner'].create({'name': "Test Third GmbH", 'is_company': True, 'email': 'Post@Third.example'})
        cls.companies = cls.company | cls.other_company | cls.third
        cls.companies.outreach_consent_email = 'granted'

    def open(self, companies=None, user=None, **context):
        action = (
            (self.companies if companies is None else companies)
            .with_user(user or self.user_econ)
            .with_context(**context)
            .action_open_outreach_mailing()
        )
        return self.env[action['res_model']].with_user(user or self.user_econ).browse(action['res_id'])

    def write_text(self, mailing):
        mailing.write({'subject': "New grants", 'body': "<p>There are <b>new</b> grants.</p>"})
        return mailing

    def line(self, mailing, company):
        return mailing.line_ids.filtered(lambda line: line.partner_id == company)

    def mails(self, mailing):
        return (
            self.env['mail.mail']
            .sudo()
            .search([('model', '=', 'outreach.visit'), ('res_id', 'in', mailing.line_ids.visit_id.ids)], order='id')
        )

    @users('test_econ')
    def test_send(self):
        mailing = self.write_text(self.open(user=self.env.user))
        self.assertTrue(mailing.kind_id.is_mass)
        without = self.line(mailing, self.other_company)
        self.assertEqual((without.severity, without.decision, without.reasons), ('stop', 'leave', "There is no e-mail address."))
        self.assertEqual((mailing.send_count, mailing.leave_count, mailing.anyway_count), (2, 1, 0))
        with self.assertRaisesRegex(UserError, "Look at the numbers"):
            mailing.action_send()
        mailing.action_check()
        self.assertEqual(mailing.state, 'confirm')
        self.assertFalse(self.mails(mailing), "nothing goes out before it is confirmed")
        mailing.action_back()
        self.assertEqual(mailing.state, 'draft')
        mailing.action_check()
        mailing.action_send()
        self.assertEqual((mailing.state, mailing.done_count, mailing.leave_count), ('done', 2, 1))
        visits = mailing.line_ids.visit_id
        self.assertEqual(visits.partner_id, self.company | self.third)
        self.assertEqual(visits.mapped('stage'), ['done'] * 2)
        self.assertEqual(visits.mapped('result'), ['informed'] * 2)
        self.assertFalse(visits.event_id, "a mailing does not fill anybody's calendar")
        self.assertEqual(visits.agency_ids, self.env.user._get_outreach_agency())
        mails = self.mails(mailing)
        self.assertEqual(
            mails.mapped('email_to'), ['"Probewerk Bramsche GmbH" <kontakt@probewerk.example>', '"Test Third GmbH" <post@third.example>']
        )
        for mail in mails:
            self.assertEqual((mail.state, mail.subject, mail.email_from), ('outgoing', "New grants", self.env.user.email_formatted))
            self.assertIn("<b>new</b>", mail.body_html)
            self.assertFalse(mail.email_cc or mail.recipient_ids)
        self.assertNotIn("Third", mails[0].email_to + mails[0].body_html)
        self.assertIn(mails[0].mail_message_id, visits.filtered(lambda visit: visit.partner_id == self.company).message_ids)
        with self.assertRaisesRegex(UserError, "Look at the numbers"):
            mailing.action_send()

    def test_refused_and_conflicts(self):
        """Who refused e-mail gets none whatever one chooses; a conflict needs a reason, which is kept."""
        self.company.outreach_consent_email = 'refused'
        self.create_visit(self.third, team=self.user_job, user=self.user_job)
        mailing = self.write_text(self.open())
        refused, contested = self.line(mailing, self.company), self.line(mailing, self.third)
        self.assertEqual((refused.severity, refused.decision), ('stop', 'leave'))
        self.assertEqual((contested.severity, contested.decision), ('decide', 'leave'))
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            mailing.action_check()
        contested.decision = 'anyway'
        with self.assertRaisesRegex(UserError, "Say why"):
            mailing.action_check()
        contested.anyway_reason = "The visit is about something else"
        refused.decision = 'plan'
        mailing.action_check()
        self.assertEqual((mailing.send_count, mailing.anyway_count), (2, 1))
        mailing.action_send()
        self.assertEqual((refused.outcome, contested.outcome), ('left', 'done'))
        self.assertFalse(self.company.outreach_visit_ids)
        self.assertEqual(contested.visit_id.decision_ids.reason, "The visit is about something else")
        self.assertEqual(len(self.mails(mailing)), 1)

    def test_not_asked_is_not_agreed(self):
        """Art. 7 GDPR: nobody is written to with others who was not asked, whatever one chooses; a note of the consent does."""
        self.company.outreach_consent_email = 'unknown'
        mailing = self.write_text(self.open(self.company | self.third))
        line = self.line(mailing, self.company)
        self.assertEqual((line.severity, line.decision), ('stop', 'leave'))
        self.assertIn("was not asked", line.reasons)
        line.write({'decision': 'anyway', 'anyway_reason': "They like us"})
        mailing.action_check()
        mailing.action_send()
        self.assertEqual((line.outcome, len(self.mails(mailing))), ('left', 1))
        self.company.with_user(self.user_econ)._note_outreach_consent('email', 'granted', fields.Date.today(), "Petra", "Yes, please")
        mailing = self.write_text(self.open(self.company))
        mailing.action_check()
        mailing.action_send()
        self.assertEqual(self.mails(mailing).mapped('email_to'), ['"Probewerk Bramsche GmbH" <kontakt@probewerk.example>'])

    def test_conflict_comes_up_before_sending(self):
        mailing = self.write_text(self.open(self.company | self.third))
        mailing.action_check()
        self.create_visit(self.third, team=self.user_job, user=self.user_job)
        mailing.action_send()
        late = self.line(mailing, self.third)
        self.assertEqual(late.outcome, 'left')
        self.assertIn("Test Job Centre", late.result)
        self.assertEqual(self.mails(mailing).mapped('email_to'), ['"Probewerk Bramsche GmbH" <kontakt@probewerk.example>'])

    def test_contact_person(self):
        mailing = self.write_text(self.open(self.other_company))
        line = mailing.line_ids
        line.contact_id = self.other_contact
        self.assertEqual((line.email, line.severity, line.decision), (self.other_contact.email, 'none', 'plan'))
        mailing.action_check()
        mailing.action_send()
        self.assertEqual(line.visit_id.contact_ids, self.other_contact)
        self.assertEqual(self.mails(mailing).email_to, f'"Otto Muster" <{self.other_contact.email}>')
        self.other_contact.email = "no address"
        again = self.open(self.other_company)
        again.line_ids.contact_id = self.other_contact
        self.assertEqual(again.line_ids.severity, 'stop')

    def test_bad_input(self):
        mailing = self.open(self.company)
        for values in ({'subject': " ", 'body': "<p>x</p>"}, {'subject': "x", 'body': "<p><br></p>"}):
            mailing.write(values)
            with self.assertRaisesRegex(UserError, "subject and a text"):
                mailing.action_check()
        self.write_text(mailing)
        self.user_econ.email = False
        with self.assertRaisesRegex(UserError, "your own e-mail address"):
            mailing.action_check()
        mailing.body = '<p onclick="x()">x</p><script>alert(1)</script>'
        self.assertNotIn('script', mailing.body)
        self.assertNotIn('onclick', mailing.body)
        many = self.env['res.partner'].create([{'name': f"Test {n}", 'is_company': True} for n in range(501)])
        with self.assertRaisesRegex(UserError, "at most 500"):
            self.open(many)

    def test_fair_invitation(self):
        fair = self.create_fair(name="Test Fair Bramsche")
        self.create_stand(fair, self.third)
        self.companies._mark_outreach_company()
        action = fair.with_user(self.user_econ).action_invite_companies()
        Partner = self.env['res.partner'].with_user(self.user_econ)
        found = Partner.search(action['domain'])
        self.assertIn(self.company, found)
        self.assertNotIn(self.third, found, "it has a stand")
        self.assertEqual(action['context']['search_default_outreach_municipality_id'], self.bramsche.id)
        mailing = self.open(self.company | self.other_company, **action['context'])
        self.assertEqual((mailing.fair_id, mailing.kind_id), (fair, self.env.ref(f'{MODULE}.visit_kind_fair_invitation')))
        self.assertIn("Test Fair Bramsche", mailing.subject)
        self.assertIn("Test Fair Bramsche", mailing.body)
        mailing.action_check()
        mailing.action_send()
        self.assertEqual(mailing.line_ids.visit_id.fair_id, fair)
        self.assertNotIn(self.company, Partner.search(action['domain']), "it is invited")
        self.assertIn(self.other_company, Partner.search(action['domain']))

    def test_nothing_of_the_context_leaks(self):
        mailing = (
            self.env['outreach.contact.mailing']
            .with_user(self.user_econ)
            .with_context(default_partner_ids=self.companies.ids)
            .create({'subject': "x", 'body': "<p>x</p>"})
        )
        mailing.action_check()
        mailing.action_send()
        mails = self.mails(mailing)
        self.assertEqual(len(mails), 2)
        self.assertFalse(mails.recipient_ids | mails.partner_ids)
        self.assertFalse(mailing.line_ids.visit_id.message_ids.partner_ids)

    @users('test_migration', 'test_immigration', 'test_helper', 'test_dpo', 'test_internal')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_closed_to_others(self):
        with self.assertRaises(AccessError):
            self.companies.with_user(self.env.user).action_open_outreach_mailing()
        with self.assertRaises(AccessError):
            self.env['mail.mail'].create({'subject': "x", 'email_to': 'x@y.example'})

    @mute_logger('odoo.addons.base.models.ir_rule')
    def test_own_only(self):
        mailing = self.open()
        for record in (mailing, mailing.line_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.user_job).read(['create_uid'])

    def test_queries(self):
        companies = self.env['res.partner'].create(
            [
                {'name': f"Test {n}", 'is_company': True, 'email': f'post{n}@test.example', 'outreach_consent_email': 'granted'}
                for n in range(60)
            ]
        )

        def count(companies):
            mailing = self.write_text(self.open(companies))
            mailing.action_check()
            self.env.flush_all()
            before = self.cr.sql_log_count
            mailing.action_send()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(companies[:5])
        few, many = count(companies[5:10]), count(companies[10:60])
        self.assertLessEqual(many, few * 10)
        self.assertLessEqual(many / 50, 100)
