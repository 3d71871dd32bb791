"""What is written about a person goes to nobody's mailbox: those who read mail are told that there is something new."""

from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.mail.tests.common import MailCase

from .test_candidate import CandidateCommon

SECRET = "Secret illness"


class TestPersonMail(CandidateCommon, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.candidate = cls.create_candidate(cls.user_job, reference="BG-7731")
        cls.barrier = cls.env['outreach.barrier'].with_user(cls.user_job).create({'candidate_id': cls.candidate.id, 'kind': 'mobility'})
        cls.placement = cls.env['outreach.placement'].with_user(cls.user_job).create({'partner_id': cls.company.id})
        cls.reader = cls.create_user('reader', 'maßarbeit_outreach.group_job_centre')

    def get_words(self):
        """What nobody's mailbox may hold."""
        return [SECRET, self.candidate.name, "BG-7731", self.placement.display_name]

    def check_mails(self, count=1):
        self.assertEqual(len(self._mails), count)
        for mail in self._mails:
            text = ' '.join(str(mail[key]) for key in ('subject', 'body', 'body_alternative', 'attachments', 'headers', 'references'))
            for word in (*self.get_words(), 'outreach.'):
                self.assertNotIn(word, text)
            self.assertIn("/mail/message/", mail['body'])

    def post(self, record, **values):
        return record.with_user(self.user_job).message_post(
            body=Markup("<p>%s</p>") % SECRET, subject=SECRET, message_type='comment', **values
        )

    def test_who_is_named_and_who_follows(self):
        for record, ways in ((self.candidate, ('named', 'follows')), (self.barrier, ('named',))):  # nobody follows a barrier
            for way in ways:
                with self.subTest(model=record._name, way=way):
                    if way == 'follows':
                        record.message_subscribe(partner_ids=self.reader.partner_id.ids)
                        self.assertIn(self.reader.partner_id, record.sudo().message_partner_ids, "precondition")
                    values = {'partner_ids': self.reader.partner_id.ids} if way == 'named' else {}
                    with self.mock_mail_gateway():
                        message = self.post(record, subtype_xmlid='mail.mt_comment', **values)
                        self.settle()
                    self.check_mails()
                    self.assertEqual(self._mails[0]['email_to'], [self.reader.email_formatted])
                    # in Odoo it is all there
                    self.assertIn(SECRET, message.with_user(self.reader).body)
                    told = message.sudo().notification_ids
                    self.assertEqual(
                        (told.res_partner_id, told.notification_type, told.notification_status), (self.reader.partner_id, 'email', 'sent')
                    )
                    self.assertFalse(self.env['mail.message'].sudo().search([('subject', '=', "Something new in Odoo")]))

    def test_in_odoo_as_before(self):
        self.reader.notification_type = 'inbox'
        with self.mock_mail_gateway():
            message = self.post(self.candidate, partner_ids=self.reader.partner_id.ids, subtype_xmlid='mail.mt_note')
            self.settle()
        self.assertFalse(self._mails)
        self.assertEqual(message.sudo().notification_ids.notification_type, 'inbox')

    def test_what_core_writes_by_itself(self):
        """To-dos, who is made responsible, and tracked changes."""
        mailed = 0
        for act in (
            lambda: self.candidate.activity_schedule('mail.mail_activity_data_todo', summary=SECRET, user_id=self.reader.id),
            lambda: self.candidate.write({'user_id': self.reader.id}),
            lambda: self.candidate.message_notify(body=SECRET, subject=SECRET, partner_ids=self.reader.partner_id.ids),
            lambda: self.env['mail.thread'].message_notify(
                body=SECRET, subject=SECRET, partner_ids=self.reader.partner_id.ids, model=self.candidate._name, res_id=self.candidate.id
            ),
        ):
            with self.mock_mail_gateway():
                act()
                self.settle()
            mailed += len(self._mails)
            self.check_mails(len(self._mails))
        self.assertGreater(mailed, 1)

    def test_no_other_mail(self):
        """To many at once, out of a template, or made by hand."""
        template = self.env['mail.template'].create(
            {
                'name': "Test",
                'model_id': self.env['ir.model']._get_id('outreach.candidate'),
                'subject': SECRET,
                'body_html': SECRET,
                'partner_to': str(self.reader.partner_id.id),
            }
        )
        composer = {
            'composition_mode': 'mass_mail',
            'model': self.candidate._name,
            'res_ids': str(self.candidate.ids),
            'template_id': template.id,
            'partner_ids': [Command.link(self.reader.partner_id.id)],
        }
        for way in (
            lambda: template.send_mail(self.candidate.id),
            lambda: self.env['mail.compose.message'].with_user(self.user_job).create(composer)._action_send_mail(),
            lambda: self.env['mail.mail'].create({'model': self.candidate._name, 'res_id': self.candidate.id, 'body_html': SECRET}),
        ):
            with self.mock_mail_gateway(), self.assertRaises(UserError), self.env.cr.savepoint():
                way()
            self.assertFalse(self._mails)

    def test_push(self):
        message = self.post(self.candidate, subtype_xmlid='mail.mt_note')
        payload = self.candidate._notify_by_web_push_prepare_payload(message)
        for word in self.get_words():
            self.assertNotIn(word, str(payload))

    def test_others_as_before(self):
        visit = self.create_visit()
        with self.mock_mail_gateway():
            visit.message_post(body=SECRET, partner_ids=self.reader.partner_id.ids, subtype_xmlid='mail.mt_comment')
            self.settle()
        self.assertIn(SECRET, self._mails[0]['body'])
