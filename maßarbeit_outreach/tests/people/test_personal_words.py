"""No files on what is known of a person, on any path; and notes that tell who somebody is are pointed out, never refused."""

import base64
from contextlib import suppress

from markupsafe import Markup

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import MODULE, AsciiCookieMixin, OutreachCommon

NOTE = "Herr Muster, Tel. 0541 501-2000"


class PersonFilesCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.candidate = (
            cls.env['outreach.candidate']
            .with_user(cls.user_job)
            .create({'adviser_id': cls.user_migration.id, 'barrier_ids': [Command.create({'kind': 'mobility'})]})
        )
        cls.barrier = cls.candidate.barrier_ids
        cls.env.flush_all()

    def files_of(self, record):
        return self.env['ir.attachment'].sudo().search([('res_model', '=', record._name), ('res_id', '=', record.id)])


class TestPersonFiles(PersonFilesCommon):
    def refuse(self, call):
        with self.assertRaisesRegex(UserError, "No files"), self.cr.savepoint():
            call()

    def test_attachment(self):
        """As each who reads the person, as administrator and as the server itself."""
        admin = self.create_user('system', f'base.group_system,{MODULE}.group_job_centre')
        for env in (self.env, *(self.env(user=user) for user in (self.user_job, self.user_migration, admin))):
            Attachment = env['ir.attachment']
            loose = Attachment.create({'name': "x", 'raw': b'x'})
            for record in (self.candidate, self.barrier, self.candidate.skill_ids.browse(1)):
                vals = {'name': "x", 'res_model': record._name, 'res_id': record.id}
                with self.subTest(user=env.user.login, su=env.su, model=record._name):
                    self.refuse(lambda vals=vals, A=Attachment: A.create({**vals, 'raw': b'x'}))
                    defaults = {f'default_{name}': value for name, value in vals.items()}
                    self.refuse(lambda defaults=defaults, A=Attachment: A.with_context(**defaults).create({'name': "x", 'raw': b'x'}))
                    self.refuse(lambda vals=vals, A=Attachment: A.create({**vals, 'type': 'url', 'url': 'https://example.org'}))
                    self.refuse(lambda record=record, loose=loose: loose.write({'res_model': record._name, 'res_id': record.id}))
                    self.refuse(lambda record=record, loose=loose: loose.copy({'res_model': record._name, 'res_id': record.id}))

    def test_message_on_what_has_no_chatter(self):
        loose = self.env['ir.attachment'].create({'name': "x", 'raw': b'x'})
        vals = {'model': 'outreach.candidate.skill', 'res_id': 1, 'attachment_ids': [Command.link(loose.id)]}
        self.refuse(lambda: self.env['mail.message'].create(vals))

    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model')
    def test_others_learn_nothing(self):
        """The same answer, whether there is such a person or not."""
        for user in (self.user_econ, self.user_manager, self.user_dpo, self.user_internal):
            for number in (self.candidate.id, 999_999_999):
                with self.subTest(user=user.login, number=number), self.assertRaises(AccessError):
                    self.env['ir.attachment'].with_user(user).create(
                        {'name': "x", 'raw': b'x', 'res_model': 'outreach.candidate', 'res_id': number}
                    )

    def test_message(self):
        loose = self.env['ir.attachment'].with_user(self.user_job).create({'name': "x", 'raw': b'x', 'res_model': 'mail.compose.message'})
        image = base64.b64encode(b'not really a picture').decode()
        for record in (self.candidate.with_user(self.user_job), self.barrier.with_user(self.user_job)):
            message = record.message_post(body="Test", subtype_xmlid='mail.mt_note')
            to_do = record.activity_schedule(summary="Test", user_id=self.user_job.id)
            for call in (
                lambda record=record: record.message_post(body="x", attachments=[("x.txt", b'x')]),
                lambda record=record: record.message_post(body="x", attachment_ids=loose.ids),
                lambda record=record: record.message_post(
                    body=Markup('<img src="data:image/png;base64,%s" data-filename="x.png"/>') % image
                ),
                lambda message=message: message.sudo().write({'attachment_ids': [Command.link(loose.id)]}),
                lambda message=message: message.copy({'attachment_ids': [Command.link(loose.id)]}),
                lambda to_do=to_do: to_do.action_feedback("x", attachment_ids=loose.ids),
                lambda to_do=to_do: to_do.write({'attachment_ids': [Command.link(loose.id)]}),
                lambda to_do=to_do: loose.write({'res_model': 'mail.activity', 'res_id': to_do.id}),
                lambda message=message: loose.sudo().write({'res_model': 'mail.message', 'res_id': message.id}),
            ):
                with self.subTest(model=record._name):
                    self.refuse(call)
        self.assertFalse(self.files_of(self.candidate))

    def test_elsewhere_as_before(self):
        visit = self.create_visit()
        visit.message_post(body="Test", attachments=[("x.txt", b'x')])
        self.assertTrue(self.files_of(visit))
        self.candidate.with_user(self.user_job).message_post(body="Test")

    @mute_logger('odoo.addons.mail.models.mail_thread')
    def test_incoming_mail(self):
        """An answer to a message on a person arrives nowhere, with its file."""
        self.env['ir.config_parameter'].set_param('mail.catchall.domain', 'outreach.example')
        message = self.candidate.message_post(body="Test", subtype_xmlid='mail.mt_note')
        mail = (
            f"From: test_job@outreach.example\nTo: catchall@outreach.example\nSubject: x\nIn-Reply-To: {message.message_id}\n"
            f"References: {message.message_id}\nMessage-Id: <x@outreach.example>\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nx\n--b\nContent-Type: text/plain\n'
            'Content-Disposition: attachment; filename="cv.txt"\n\nx\n--b--\n'
        )
        count = len(self.candidate.message_ids)
        with suppress(ValueError):  # no route
            self.env['mail.thread'].message_process(False, mail)
        self.assertEqual(len(self.candidate.message_ids), count)
        self.assertFalse(self.env['ir.attachment'].sudo().search([('name', '=', 'cv.txt')]))


@tagged('post_install', '-at_install')
class TestPersonFilesHttp(AsciiCookieMixin, PersonFilesCommon, HttpCase):
    @mute_logger('odoo.http')
    def test_upload(self):
        self.authenticate('test_job', 'test_job')
        for record in (self.candidate, self.barrier):
            for pending in ('', 'true'):
                answer = self.url_open(
                    '/mail/attachment/upload',
                    data={
                        'csrf_token': Request.csrf_token(self),
                        'thread_id': record.id,
                        'thread_model': record._name,
                        'is_pending': pending,
                    },
                    files={'ufile': ("x.txt", b'x', 'text/plain')},
                )
                with self.subTest(model=record._name, pending=pending):
                    if not pending:
                        self.assertNotEqual(answer.status_code, 200)
                    else:  # it hangs nowhere yet, and on no person later
                        self.assertEqual(answer.status_code, 200)
                        with self.assertRaises(UserError):
                            record.with_user(self.user_job).message_post(body="x", attachment_ids=[answer.json()['data']['attachment_id']])
            self.assertFalse(self.files_of(record))


class TestPersonalWords(OutreachCommon):
    def warn(self, model, name, text, user=None, **values):
        result = self.env[model].with_user(user or self.user_job).onchange({**values, name: text}, [name], {name: {}})
        return result.get('warning')

    def test_every_note(self):
        """In each note about persons and companies, quietly, in words; and what is harmless goes without."""
        for model, name, user in (
            ('outreach.barrier', 'note', None),
            ('outreach.job.permit', 'note', None),
            ('outreach.permit.request', 'question', None),
            ('outreach.permit.answer', 'note', self.user_immigration),
            ('outreach.pool', 'name', None),
            ('outreach.pool', 'purpose', None),
            ('outreach.pool', 'note', None),
            ('outreach.visit', 'report_text', None),
            ('outreach.contact.log', 'note', None),
            ('outreach.promise', 'name', None),
            ('outreach.early.warning', 'note', None),
            ('outreach.demand', 'description', None),
            ('outreach.demand', 'accepted_note', None),
            ('outreach.measure', 'note', None),
        ):
            with self.subTest(model=model, field=name):
                warning = self.warn(model, name, NOTE, user)
                self.assertEqual(warning['type'], 'notification')
                self.assertIn("a name, a phone number", warning['message'])
                self.assertFalse(self.warn(model, name, "Bus fährt nicht zur Frühschicht", user))

    def test_it_is_saved_all_the_same(self):
        visit = self.create_visit(stage='done', report_text=NOTE)
        self.assertEqual(visit.report_text, NOTE)
