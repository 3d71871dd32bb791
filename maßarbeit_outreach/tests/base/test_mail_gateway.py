"""Core's doors for mail work as superuser: nobody gets through them with a mail, a template or an attachment of their own."""

import xmlrpc.client

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw, get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

from ..common import MODULE, ROLES
from ..people.test_candidate import FORBIDDEN, CandidateCommon

MAIL = """From: Otto Muster <{sender}>
To: {to}
Subject: Otto Muster
Message-Id: <{name}@outreach.example>
{headers}
I would like to work.
"""
GATEWAY = 'odoo.addons.mail.models.mail_thread'


def make_mail(name, to='nobody@outreach.example', sender='otto@musterbau.example', headers=''):
    return MAIL.format(name=name, to=to, sender=sender, headers=headers)


@tagged('post_install', '-at_install')
class TestMailGateway(MailCommon, CandidateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_gateway = cls.create_user('gateway', f'{MODULE}.group_mail_gateway')
        cls.candidate = cls.create_candidate()
        cls.request = cls.env['outreach.permit.request'].create(
            {
                'candidate_id': cls.candidate.id,
                'foreign_reference': "ABH 1",
                'from_agency_id': cls.agency_job.id,
                'from_user_id': cls.user_job.id,
                'to_agency_id': cls.agency_immigration.id,
                'date_answer': '2999-12-01',
            }
        )
        cls.pool = cls.env['outreach.pool'].create({'name': "Test Pool"})
        cls.referral = cls.create_follow_ups()['outreach.referral']
        cls.attackers = [getattr(cls, f'user_{role}') for role in (*ROLES, 'internal', 'portal')]

    def _process(self, user, *args, **kwargs):
        return call_kw(self.env(user=user)['mail.thread'], 'message_process', args, kwargs)

    def _attacks(self):
        """{what: (model, custom_values, thread_id)}: what worked before this door was closed."""
        return {
            'candidate': ('outreach.candidate', {}, None),
            'message': ('outreach.candidate', {}, self.candidate.id),
            'answer': ('outreach.permit.request', {'state': 'answered', 'candidate_id': self.candidate.id}, None),
            'referral': ('outreach.referral', {}, self.referral.id),
            'pool': ('outreach.pool', {'member_ids': [Command.update(self.candidate.id, {'german_level': '6_c2'})]}, None),
            'company': ('res.partner', {}, None),
            'code': (
                'ir.actions.server',
                {'state': 'code', 'model_id': self.env['ir.model']._get_id('res.users'), 'code': "env.user.login = 'taken'"},
                None,
            ),
            'alias only': (False, None, None),
        }

    def _count(self):
        models = (
            'outreach.candidate',
            'outreach.permit.request',
            'outreach.referral',
            'outreach.pool',
            'res.partner',
            'ir.actions.server',
            'mail.message',
            'crm.lead',
        )
        return {model: self.env[model].with_context(active_test=False).search_count([]) for model in models}

    @mute_logger(*FORBIDDEN, GATEWAY)
    def test_nobody_hands_in_a_mail(self):
        before = self._count()
        for user in self.attackers:
            for name, (model, values, thread) in self._attacks().items():
                for via in ('mail.thread', 'outreach.visit'):
                    with self.subTest(user=user.login, attack=name, via=via), self.assertRaises(AccessError):
                        call_kw(
                            self.env(user=user)[via],
                            'message_process',
                            [model, make_mail(name)],
                            {'custom_values': values, 'thread_id': thread},
                        )
        self.assertEqual(self._count(), before)

    @mute_logger(*FORBIDDEN, GATEWAY)
    def test_gateway_has_no_say_in_what_a_mail_becomes(self):
        before = self._count()
        for name, (model, values, thread) in self._attacks().items():
            if model:
                with self.subTest(attack=name), self.assertRaises(AccessError):
                    self._process(self.user_gateway, model, make_mail(name), custom_values=values, thread_id=thread)
        for values in ({'custom_values': {'name': "x"}}, {'thread_id': self.candidate.id}):
            with self.assertRaises(AccessError):
                self._process(self.user_gateway, False, make_mail('say'), **values)
        self.assertEqual(self._count(), before)

    def test_gateway_works(self):
        """As core's odoo-mailgate.py calls it, context and all."""
        alias = self.env['mail.alias'].create(
            {
                'alias_name': 'outreach-test',
                'alias_model_id': self.env['ir.model']._get_id('crm.lead'),
                'alias_domain_id': self.mail_alias_domain.id,
                'alias_contact': 'everyone',
            }
        )
        mail = xmlrpc.client.Binary(make_mail('real', to=alias.alias_full_name).encode())
        lead = self._process(self.user_gateway, False, mail, context={'default_expected_revenue': 1_000_000})
        lead = self.env['crm.lead'].browse(lead)
        self.assertEqual((lead.name, lead.expected_revenue), ("Otto Muster", 0))
        reply = make_mail('reply', headers=f'In-Reply-To: {lead.message_ids[:1].message_id}\n')
        self._process(self.user_gateway, False, reply)
        self.assertIn('<reply@outreach.example>', lead.message_ids.mapped('message_id'))

    def test_administrators_and_fetched_mail(self):
        admin = self.create_user('admin', 'base.group_system')
        for number, env in enumerate((self.env(user=admin), self.env)):
            lead = env['mail.thread'].message_process('crm.lead', make_mail(f'fetched{number}'))
            self.assertEqual(self.env['crm.lead'].browse(lead).name, "Otto Muster")

    @mute_logger(GATEWAY)
    def test_persons_and_answers_take_no_mail(self):
        """Whatever alias an administrator made, and whatever message is answered."""
        before = self._count()
        for record in (self.candidate, self.candidate.barrier_ids, self.request, self.referral, self.pool):
            model = record._name
            alias = self.env['mail.alias'].create(
                {
                    'alias_name': f"test-{model.replace('.', '-')}",
                    'alias_model_id': self.env['ir.model']._get_id(model),
                    'alias_domain_id': self.mail_alias_domain.id,
                    'alias_contact': 'everyone',
                    'alias_defaults': "{'state': 'answered'}" if model == 'outreach.permit.request' else '{}',
                }
            )
            with self.subTest(model=model, way='alias'), self.assertRaises(ValueError):
                self._process(self.user_gateway, False, make_mail(model, to=alias.alias_full_name))
            with self.subTest(model=model, way='fallback'), self.assertRaises(ValueError):
                self.env['mail.thread'].message_process(model, make_mail(model))
            for thread in record[:1]:
                message = thread.message_post(body="x")
                before = self._count()
                reply = make_mail(model, headers=f'In-Reply-To: {message.message_id}\n', sender=self.user_job.email)
                with self.subTest(model=model, way='reply'), self.assertRaises(ValueError):
                    self._process(self.user_gateway, False, reply)
        self.assertEqual(self._count(), before)
        self.assertEqual(self.request.state, 'open')

    def test_every_model_about_persons_or_answers_is_meant(self):
        """A new one shows up here by itself: it carries a mixin that says so."""
        registry = self.env.registry
        mixins = (registry['outreach.person.mixin'], registry['outreach.answer.mixin'])
        refusing = {name for name in registry if not getattr(self.env[name], '_accepts_incoming_mail', True)}
        self.assertLessEqual({name for name in registry if isinstance(self.env[name], mixins)}, refusing)
        self.assertTrue(self.env['crm.lead']._accepts_incoming_mail)

    def test_steps_are_no_doors(self):
        """On no model: core's modules override some of them again."""
        steps = {'message_route', 'message_new', 'message_update', 'send_mail', 'send_mail_batch', 'send_after_commit'}
        found = 0
        for name in self.env.registry:
            if not name.startswith('mail.') and not hasattr(self.env[name], 'message_process'):
                continue
            for step in steps:
                if hasattr(self.env[name], step):
                    found += 1
                    with self.subTest(model=name, method=step), self.assertRaises(AccessError):
                        get_public_method(self.env[name], step)
        self.assertGreater(found, 60)

    @mute_logger(*FORBIDDEN)
    def test_attachments_of_others_do_not_travel(self):
        """Core posts and sends in sudo what somebody names: a file at a candidate, on a message to oneself."""
        secret = self.attach_as_before(self.candidate, name="secret.txt", raw=b'secret')
        res_model = self.env['ir.model']._get_id('res.partner')
        for user in self.attackers:
            if user in (self.user_job, self.user_migration, self.user_portal):
                continue
            env = self.env(user=user)
            own = user.partner_id
            to_do = self.env['mail.activity'].create({'res_model_id': res_model, 'res_id': own.id, 'user_id': user.id})
            composer = {
                'model': 'res.partner',
                'res_ids': str(own.ids),
                'partner_ids': [Command.set(own.ids)],
                'body': "x",
                'attachment_ids': [Command.set(secret.ids)],
            }
            ways = {
                'feedback': lambda env=env, to_do=to_do: call_kw(
                    env['mail.activity'], 'action_feedback', [to_do.ids], {'attachment_ids': secret.ids}
                ),
                'feedback and next': lambda env=env, to_do=to_do: call_kw(
                    env['mail.activity'], 'action_feedback_schedule_next', [to_do.ids], {'attachment_ids': secret.ids}
                ),
                'comment': lambda env=env, composer=composer: (
                    env['mail.compose.message'].create({**composer, 'composition_mode': 'comment'}).action_send_mail()
                ),
                'mailing': lambda env=env, composer=composer: (
                    env['mail.compose.message'].create({**composer, 'composition_mode': 'mass_mail'}).action_send_mail()
                ),
                'template': lambda env=env: env['mail.template'].create(
                    {'name': "x", 'model_id': res_model, 'body_html': "x", 'attachment_ids': [Command.set(secret.ids)]}
                ),
                'later': lambda env=env, own=own: (
                    env['mail.scheduled.message']
                    .create(
                        {
                            'model': 'res.partner',
                            'res_id': own.id,
                            'author_id': own.id,
                            'body': "x",
                            'scheduled_date': '2999-01-01',
                            'attachment_ids': [Command.set(secret.ids)],
                        }
                    )
                    .post_message()
                ),
                'post': lambda env=env, own=own: env['res.partner'].browse(own.id).message_post(body="x", attachment_ids=secret.ids),
            }
            for name, way in ways.items():
                with self.subTest(user=user.login, way=name):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        way()
                        self.env.flush_all()
                    self.assertFalse(self.env['mail.message'].search([('attachment_ids', 'in', secret.ids)]))
