"""Whoever writes, writes in their own name: on every way that core offers, and without loss of what is honest."""

import json
from contextlib import suppress
from datetime import timedelta
from functools import partial

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw, get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

from ..people.test_candidate import FORBIDDEN, CandidateCommon

FORGED = '"The Head of the County" <head@county.example>'


@tagged('post_install', '-at_install')
class TestMailAuthor(MailCommon, CandidateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = [getattr(cls, f'user_{role}') for role in ('econ', 'manager', 'immigration', 'helper', 'internal')]
        cls.victim = cls.env['res.partner'].create({'name': "The Head of the County", 'email': 'head@county.example'})
        cls.boss = cls.create_user('boss', 'base.group_user')
        cls.channel = cls.env['discuss.channel'].create({'name': "Test", 'channel_type': 'channel', 'group_public_id': False})
        cls.visit = cls.create_visit(start=fields.Datetime.now() + timedelta(days=60))  # nothing that a message to the company meets
        cls.later = fields.Datetime.now() + timedelta(days=1)
        cls.template = cls.env['mail.template'].create(
            {
                'name': "House",
                'model_id': cls.env['ir.model']._get_id('res.partner'),
                'email_from': FORGED,
                'subject': "x",
                'body_html': "x",
                'use_default_to': True,
            }
        )

    def call(self, user, model, method, *args, **kwargs):
        """As by RPC: public methods only."""
        get_public_method(self.env[model].with_user(user), method)
        return call_kw(self.env[model].with_user(user), method, args, kwargs)

    def get_record(self, user):
        """What this user may write on, beside the channel."""
        for record in (self.company, self.visit):
            if record.with_user(user).has_access('write'):
                return record
        return user.partner_id

    def compose(self, user, record, send='action_send_mail', **values):
        composer = (
            self.env['mail.compose.message']
            .with_user(user)
            .create(
                {
                    'model': record._name,
                    'res_ids': str(record.ids),
                    'composition_mode': 'comment',
                    'body': "x",
                    'partner_ids': [Command.set(self.contact.ids)],
                    **values,
                }
            )
        )
        return getattr(composer, send)()

    def get_forgeries(self, user):
        """{way: callable}, for each author and address that is not the user's."""
        record = self.get_record(user)
        message = {'body': "x", 'model': record._name, 'res_id': record.id}
        later = {'model': record._name, 'res_id': record.id, 'body': "x", 'scheduled_date': self.later}
        channel = {**later, 'model': 'discuss.channel', 'res_id': self.channel.id}
        ways = {
            'notify': lambda **values: self.call(
                user, 'mail.thread', 'message_notify', [], body="x", partner_ids=self.contact.ids, **values
            ),
            'notify on a record': lambda **values: self.call(
                user, record._name, 'message_notify', record.ids, body="x", partner_ids=self.contact.ids, **values
            ),
            'post': lambda **values: self.call(user, record._name, 'message_post', record.ids, body="x", message_type='comment', **values),
            'post in a channel': lambda **values: self.call(
                user, 'discuss.channel', 'message_post', self.channel.ids, body="x", message_type='comment', **values
            ),
            'out of office': lambda **values: self.call(
                user, 'discuss.channel', 'message_post', self.channel.ids, body="x", message_type='out_of_office', **values
            ),
            'post from a view': lambda **values: self.call(
                user, record._name, 'message_post_with_source', record.ids, 'mail.message_origin_link', **values
            ),
            'mail from a view': lambda **values: self.call(
                user, record._name, 'message_mail_with_source', record.ids, 'mail.message_origin_link', **values
            ),
            'create': lambda **values: self.call(user, 'mail.message', 'create', [{**message, **values}]),
            'create with defaults': lambda **values: self.call(
                user, 'mail.message', 'create', [message], context={f'default_{name}': value for name, value in values.items()}
            ),
            'write': lambda **values: self.call(
                user, 'mail.message', 'write', self.call(user, 'mail.message', 'create', [message]), values
            ),
            'compose': lambda **values: self.compose(user, record, **values),
            'compose with defaults': lambda **values: (
                self.env['mail.compose.message']
                .with_user(user)
                .with_context(**{f'default_{name}': value for name, value in values.items()})
                .create({'model': record._name, 'res_ids': str(record.ids), 'body': "x"})
                .action_send_mail()
            ),
            'compose in bulk': lambda **values: self.compose(user, record, composition_mode='mass_mail', **values),
            'compose without a model': lambda **values: self.compose(user, self.env['res.partner.category'], **values),
            'compose for later': lambda **values: self.compose(
                user, record, 'action_schedule_message', scheduled_date=str(self.later), **values
            ),
        }
        for target in (later, channel):
            ways[f"later on {target['model']}"] = partial(self.schedule, user, target)
            ways[f"changed later on {target['model']}"] = partial(self.schedule, user, target, in_two_steps=True)
        return ways

    def schedule(self, user, target, in_two_steps=False, **forged):
        own = {**target, 'author_id': user.partner_id.id}
        if 'email_from' in forged:
            forged = {'notification_parameters': json.dumps(forged)}
        if not in_two_steps:
            return self.call(user, 'mail.scheduled.message', 'create', [{**own, **forged}])
        return self.call(user, 'mail.scheduled.message', 'write', self.call(user, 'mail.scheduled.message', 'create', [own]), forged)

    @mute_logger(*FORBIDDEN, 'odoo.addons.mail.models.mail_thread')
    def test_nobody_writes_as_another(self):
        forged = (
            {'author_id': self.boss.partner_id.id},
            {'email_from': FORGED},
            {'email_from': 'head@county.example'},
            {'author_id': self.victim.id, 'email_from': FORGED},
        )
        for user in self.staff:
            own = f'"The Head of the County" <{user.email}>'
            for way, call in self.get_forgeries(user).items():
                for values in (*forged, {'email_from': own}):
                    with self.subTest(user=user.login, way=way, values=values), self.env.cr.savepoint() as savepoint:
                        before = self.env['mail.message'].search([], order='id desc', limit=1).id
                        with suppress(UserError), self.env.cr.savepoint(), self.mock_mail_gateway():
                            call(**values)
                            self.env['mail.scheduled.message'].search([])._post_message()
                        self.env.flush_all()
                        for message in self.env['mail.message'].search([('id', '>', before), ('message_type', '!=', 'notification')]):
                            self.assertEqual(message.author_id, user.partner_id)
                            self.assertEqual(message.email_from, user.email_formatted)
                        self.assertFalse(
                            self.env['mail.message'].search(
                                [('id', '>', before), '|', ('email_from', 'ilike', "county"), ('author_id', '=', self.boss.partner_id.id)]
                            )
                        )
                        savepoint.rollback()

    @mute_logger(*FORBIDDEN)
    def test_honest_ways_work(self):
        for user in self.staff:
            record = self.get_record(user)
            own = user.partner_id
            with self.subTest(user=user.login), self.mock_mail_gateway():
                for values in ({}, {'author_id': own.id}, {'email_from': user.email_formatted}):
                    message = self.channel.with_user(user).message_post(body="x", message_type='comment', **values)
                    self.assertEqual((message.author_id, message.email_from), (own, user.email_formatted))
                if not record.with_user(user).has_access('write'):
                    continue
                self.compose(user, record)
                self.assertEqual(record.message_ids[0].author_id, own)
                self.compose(user, record, 'action_schedule_message', scheduled_date=str(self.later))
                later = self.env['mail.scheduled.message'].search([('res_id', '=', record.id), ('model', '=', record._name)])
                self.assertEqual(later.author_id, own)
                later.with_user(user).write({'body': "y"})
                later._post_message()
                self.assertEqual((record.message_ids[0].author_id, record.message_ids[0].email_from), (own, user.email_formatted))

    def test_the_house_names_another_sender(self):
        """By a template of those who may change all: in one mail, in bulk, and later."""
        user, record = self.user_job, self.company
        record.outreach_consent_email = 'granted'
        values = {'template_id': self.template.id}
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.compose(user, record, **values)
            self.assertEqual(record.message_ids[0].email_from, FORGED)
            self.compose(user, record, composition_mode='mass_mail', **values)
            self.assertEqual(self._new_mails[-1:].email_from, FORGED)
            self.compose(user, record, 'action_schedule_message', scheduled_date=str(self.later), **values)
            self.env['mail.scheduled.message'].search([])._post_message()
            self.assertEqual(record.message_ids[0].email_from, FORGED)
            for forged in ({'email_from': "boss@county.example"}, {'author_id': self.boss.partner_id.id}):
                with self.assertRaises(AccessError):
                    self.compose(user, record, **values, **forged)

    @mute_logger(*FORBIDDEN)
    def test_templates_of_ones_own(self):
        model = self.env['ir.model']._get_id('res.partner')
        Template = self.env['mail.template'].with_user(self.user_job)
        for sender in (FORGED, '{{ object.email }}'):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                Template.create({'name': "x", 'model_id': model, 'email_from': sender})
        template = Template.create({'name': "x", 'model_id': model, 'email_from': self.user_job.email_formatted})
        with self.assertRaises(AccessError):
            template.email_from = FORGED

    @mute_logger(*FORBIDDEN)
    def test_words_of_others(self):
        """What a colleague wrote, or is going to send, is not changed by those who may change the record."""
        message = self.company.with_user(self.user_job).message_post(body="x", message_type='comment')
        later = (
            self.env['mail.scheduled.message']
            .with_user(self.user_job)
            .create(
                {
                    'model': 'res.partner',
                    'res_id': self.company.id,
                    'author_id': self.user_job.partner_id.id,
                    'body': "x",
                    'scheduled_date': self.later,
                }
            )
        )
        for user in (self.user_econ, self.user_manager):
            for record in (message, later):
                for values in ({'body': "y"}, {'subject': "y"}):
                    with self.subTest(user=user.login, model=record._name), self.assertRaises(AccessError), self.env.cr.savepoint():
                        record.with_user(user).write(values)
        message.write({'body': "z"})
        later.write({'body': "z"})

    def test_system_and_administrators(self):
        admin = self.create_user('admin', 'base.group_system')
        for env in (self.env(user=admin), self.env):
            message = self.channel.with_env(env).message_post(body="x", author_id=self.boss.partner_id.id)
            self.assertEqual(message.author_id, self.boss.partner_id)

    def test_away(self):
        """Core answers in the name of those who are away, when a colleague writes to them."""
        self.boss.write(
            {
                'out_of_office_message': "Away",
                'out_of_office_from': fields.Datetime.now() - timedelta(days=1),
                'out_of_office_to': fields.Datetime.now() + timedelta(days=1),
            }
        )
        with self.mock_mail_gateway():
            self.company.with_user(self.user_job).message_post(
                body="x", message_type='comment', subtype_xmlid='mail.mt_comment', partner_ids=self.boss.partner_id.ids
            )
        answer = self.company.message_ids[0]
        self.assertEqual((answer.message_type, answer.author_id), ('out_of_office', self.boss.partner_id))

    def test_no_doors(self):
        doors = {'message_notify', 'message_post_with_source', 'message_mail_with_source'}
        found = 0
        for name in self.env.registry:
            for door in doors:
                if hasattr(self.env[name], door):
                    found += 1
                    with self.subTest(model=name, method=door), self.assertRaises(AccessError):
                        get_public_method(self.env[name], door)
        self.assertGreater(found, 60)
