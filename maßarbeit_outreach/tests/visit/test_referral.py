from contextlib import suppress
from datetime import timedelta

import psycopg2
from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, users
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from ..common import MODULE, OutreachCommon

FORBIDDEN = ('odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule', 'odoo.models')
SECRET = "Secret hall three"


class ReferralCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_clerk = cls.create_user('clerk', f'{MODULE}.group_partner_agency')
        cls.agency_municipal.user_ids = cls.user_clerk
        cls.topic = cls.env['outreach.topic'].create({'name': "Test Topic"})
        cls.visit = cls.create_visit(
            topic_ids=[Command.link(cls.topic.id)], report_text=SECRET, promise_ids=[Command.create({'name': SECRET})]
        )
        cls.today = fields.Date.context_today(cls.visit)

    def refer(self, agency=None, user=None, **values):
        return (
            self.env['outreach.referral']
            .with_user(user or self.user_econ)
            .create(
                {
                    'name': "Land for a hall",
                    'partner_id': self.company.id,
                    'visit_id': self.visit.id,
                    'to_agency_id': (agency or self.agency_municipal).id,
                    **values,
                }
            )
        )

    def answer(self, referral, user, state, text):
        method = {'declined': 'action_open_decline', 'done': 'action_open_done'}[state]
        action = getattr(referral.with_user(user), method)()
        wizard = Form(self.env[action['res_model']].with_user(user).with_context(**action['context']))
        wizard.text = text
        wizard.save().action_answer()


class TestReferral(ReferralCommon, MailCase):
    @users('test_econ', 'test_job')
    def test_one_button(self):
        for record, method, visit, topics in (
            (self.visit, 'action_refer', self.visit, self.topic),
            (self.company, 'action_refer_outreach', self.visit.browse(), self.topic.browse()),
            (self.contact, 'action_refer_outreach', self.visit.browse(), self.topic.browse()),
        ):
            action = getattr(record.with_user(self.env.user).with_context(default_to_agency_id=self.agency_municipal.id), method)()
            with Form(self.env[action['res_model']].with_context(**action['context']), view=action['views'][0][0]) as form:
                form.name = "Land for a hall"
            referral = form.record
            self.assertEqual(
                (referral.partner_id, referral.visit_id, referral.topic_ids, referral.state), (self.company, visit, topics, 'pending')
            )
            self.assertEqual(
                (referral.from_agency_id, referral.to_agency_id), (self.env.user._get_outreach_agency(), self.agency_municipal)
            )

    @freeze_time('2026-11-20 15:00:00')  # a Friday
    def test_answer_date(self):
        self.env.company.resource_calendar_id.tz = 'Europe/Berlin'
        Referral = self.env['outreach.referral']
        self.assertEqual(Referral.default_get(['date_answer'])['date_answer'], fields.Date.to_date('2026-11-27'))
        self.env['resource.calendar.leaves'].create(
            {
                'name': "Test Holiday",
                'calendar_id': self.env.company.resource_calendar_id.id,
                'company_id': self.env.company.id,
                'date_from': '2026-11-24 00:00:00',
                'date_to': '2026-11-24 22:59:00',
            }
        )
        self.assertEqual(Referral.default_get(['date_answer'])['date_answer'], fields.Date.to_date('2026-11-30'))
        self.env.company.resource_calendar_id.attendance_ids.unlink()
        self.assertEqual(Referral.default_get(['date_answer'])['date_answer'], fields.Date.to_date('2026-11-27'))

    def test_course(self):
        with self.mock_mail_gateway():
            referral = self.refer()
            reminder = referral.sudo().activity_ids
            self.assertEqual((reminder.user_id, reminder.date_deadline), (self.user_clerk, referral.date_answer - timedelta(days=1)))
            self.assertIn("Land for a hall", reminder.summary)
            theirs = referral.with_user(self.user_clerk)
            theirs.action_accept()
            self.assertEqual((referral.state, referral.to_user_id), ('accepted', self.user_clerk))
            self.assertFalse(referral.sudo().activity_ids)
            self.answer(referral, self.user_clerk, 'done', "plot found")
            self.assertEqual((referral.state, referral.outcome), ('done', "plot found"))
            declined = self.refer()
            self.answer(declined, self.user_clerk, 'declined', "no land")
            self.settle()
        self.assertEqual((declined.state, declined.reason), ('declined', "no land"))
        self.assertEqual(
            (declined.activity_ids.user_id, declined.activity_ids.summary), (self.user_econ, "Declined: Land for a hall: no land")
        )
        withdrawn = self.refer()
        withdrawn.action_withdraw()
        self.assertEqual((withdrawn.state, withdrawn.sudo().activity_ids), ('withdrawn', self.env['mail.activity']))
        self.assertFalse(self._new_mails)
        self.assertFalse(referral.sudo().message_partner_ids, "followers would get mails")

    def test_whom_to_remind(self):
        second = self.create_user('clerk2', f'{MODULE}.group_partner_agency')
        powerless = self.create_user('powerless', 'base.group_user')
        self.agency_municipal.user_ids += second + powerless
        self.assertEqual(self.refer().sudo().activity_ids.user_id, self.user_clerk | second)
        self.env['outreach.responsibility'].create(
            {'partner_id': self.company.id, 'agency_id': self.agency_municipal.id, 'user_id': second.id}
        )
        referral = self.refer(date_answer=self.today)
        self.assertEqual((referral.sudo().activity_ids.user_id, referral.sudo().activity_ids.date_deadline), (second, self.today))
        referral.to_agency_id = self.agency_migration
        self.assertEqual(referral.sudo().activity_ids.user_id, self.user_migration)
        self.agency_municipal.user_ids = powerless
        with self.assertRaisesRegex(UserError, "role of a partner agency"):
            self.refer()

    @mute_logger(*FORBIDDEN)
    def test_nobody_else(self):
        """Each step by each role, on a referral from economic development to the town."""
        steps = {
            'accept': ('pending', 'clerk', lambda referral: referral.action_accept()),
            'decline': ('pending', 'clerk', lambda referral: self.answer(referral, referral.env.user, 'declined', "no")),
            'done': ('accepted', 'clerk', lambda referral: self.answer(referral, referral.env.user, 'done', "yes")),
            'withdraw': ('pending', 'econ', lambda referral: referral.action_withdraw()),
        }
        for step, (state, allowed, act) in steps.items():
            for role in ('econ', 'job', 'migration', 'immigration', 'helper', 'manager', 'dpo', 'internal', 'portal', 'clerk'):
                referral = self.refer()
                referral.sudo().state = state
                with self.subTest(step=step, role=role):
                    theirs = referral.with_user(getattr(self, f'user_{role}'))
                    if role == allowed:
                        act(theirs)
                        self.assertNotEqual(referral.state, state)
                    else:
                        with self.assertRaises(AccessError), self.env.cr.savepoint():
                            act(theirs)
                        self.assertEqual(referral.state, state)

    @mute_logger(*FORBIDDEN)
    def test_state_by_its_buttons_only(self):
        referral = self.refer()
        for user in (self.user_econ, self.user_manager, self.user_clerk):
            for values in ({'state': 'accepted'}, {'outcome': "x"}, {'to_user_id': user.id}, {'reason': "x"}):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    call_kw(referral.browse().with_user(user), 'write', [referral.ids, values], {})
        with self.assertRaises(AccessError):
            self.refer(state='done', outcome="x")
        Referral = referral.with_user(self.user_econ).with_context(default_state='done', default_outcome="x")
        with self.assertRaises(AccessError):
            Referral.create({'partner_id': self.company.id, 'name': "x", 'to_agency_id': self.agency_immigration.id})
        for method in ('_answer', '_sync_reminders', '_cron_expire'):
            with self.assertRaises(AccessError):
                call_kw(referral.with_user(self.user_clerk), method, [referral.ids], {})
        self.assertEqual(referral.state, 'pending')

    @mute_logger(*FORBIDDEN)
    def test_sender_changes_it_until_it_is_answered(self):
        referral = self.refer()
        referral.name = "Land for two halls"
        self.assertIn("two halls", referral.sudo().activity_ids.summary)
        for user in (self.user_job, self.user_clerk):
            with self.assertRaises(AccessError):
                referral.with_user(user).name = "Nothing"
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.refer(from_agency_id=self.agency_job.id)
        referral.with_user(self.user_clerk).action_accept()
        with self.assertRaisesRegex(UserError, "cannot change any more"):
            referral.name = "Something else"

    def test_answered_twice(self):
        referral = self.refer().with_user(self.user_clerk)
        referral.action_accept()
        for attempt in (referral.action_accept, lambda: self.answer(referral, self.user_clerk, 'declined', "no")):
            with self.assertRaisesRegex(UserError, "in the meantime"):
                attempt()
        fresh = self.refer()
        with self.assertRaisesRegex(UserError, "in the meantime"):
            self.answer(fresh, self.user_clerk, 'done', "yes")

    def test_bad_input(self):
        for values, error, words in (
            ({'to_agency_id': self.agency_econ.id}, psycopg2.IntegrityError, "another agency"),
            ({'partner_id': self.contact.id}, ValidationError, "choose the company itself"),
        ):
            with self.assertRaises(error) as caught, mute_logger('odoo.sql_db'), self.env.cr.savepoint():
                self.refer(**values)
                self.env.flush_all()
            said = (
                self.env['outreach.referral']._sql_error_to_message(caught.exception)
                if error is psycopg2.IntegrityError
                else (str(caught.exception))
            )
            self.assertIn(words, said)

    def test_expiry(self):
        late, due, accepted = self.refer(), self.refer(date_answer=self.today), self.refer()
        accepted.with_user(self.user_clerk).action_accept()
        (late | accepted).sudo().write({'date_answer': self.today - timedelta(days=1)})
        with self.enter_registry_test_mode():
            self.env.ref(f'{MODULE}.ir_cron_referral_expire').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((late | due | accepted).mapped('state'), ['expired', 'pending', 'accepted'])
        self.assertEqual((late.activity_ids.user_id, late.activity_ids.summary), (self.user_econ, "Expired: Land for a hall"))
        self.assertEqual(due.sudo().activity_ids.user_id, self.user_clerk)
        with self.assertRaises(AccessError):
            late.with_user(self.user_clerk).action_accept()


# Each way to what a partner must not see, as a function of the environment and a referral's id.
HIDDEN = ('visit_id', 'from_user_id', 'create_uid', 'write_uid', 'message_ids', 'message_follower_ids')
PEEKS = {
    'read': lambda env, record, name: env['outreach.referral'].browse(record).read([name]),
    'web_read': lambda env, record, name: env['outreach.referral'].browse(record).web_read({name: {}}),
    'search_read': lambda env, record, name: env['outreach.referral'].search_read([], [name]),
    'web_search_read': lambda env, record, name: env['outreach.referral'].web_search_read([], {name: {}}),
    'search': lambda env, record, name: env['outreach.referral'].search([(name, 'in', [1])]),
    'search any': lambda env, record, name: env['res.partner'].search([('outreach_referral_ids', 'any', [(name, 'in', [1])])]),
    'search path': lambda env, record, name: env['res.partner'].search([(f'outreach_referral_ids.{name}', 'in', [1])]),
    'count': lambda env, record, name: env['outreach.referral'].search_count([(name, 'in', [1])]),
    'group': lambda env, record, name: env['outreach.referral'].formatted_read_group([], [name], ['__count']),
    'web_read_group': lambda env, record, name: env['outreach.referral'].web_read_group([], [name], ['__count']),
    'aggregate': lambda env, record, name: env['outreach.referral'].formatted_read_group([], [], [f'{name}:count']),
    'export': lambda env, record, name: env['outreach.referral'].browse(record).export_data([f'{name}/id']),
    'export by company': lambda env, record, name: (
        env['outreach.referral'].browse(record).export_data([f'partner_id/outreach_referral_ids/{name}/.id'])
    ),
    'name search': lambda env, record, name: env['outreach.referral'].name_search('', domain=[(name, 'in', [1])]),
}
COLUMNS_ONLY = ('group', 'web_read_group', 'aggregate')


class TestReferralPartner(ReferralCommon):
    """The partner sees the company and the topic, nothing else, on every path."""

    CLERKS = ('clerk', 'immigration')

    def setUp(self):
        super().setUp()
        self.theirs = {'clerk': self.refer(), 'immigration': self.refer(self.agency_immigration)}
        self.other = self.refer(self.agency_migration, name="For others")
        for referral in (*self.theirs.values(), self.other):
            referral.message_post(body=SECRET)
        for role in self.CLERKS:
            getattr(self, f'user_{role}').group_ids += self.env.ref('base.group_allow_export')

    @mute_logger(*FORBIDDEN)
    def test_activities_and_attachments_of_the_sender(self):
        for role in self.CLERKS:
            referral = self.theirs[role]
            referral.sudo().activity_schedule(summary=SECRET, user_id=self.user_econ.id)
            self.env['ir.attachment'].create({'name': SECRET, 'raw': b'x', 'res_model': referral._name, 'res_id': referral.id})
            self.env.flush_all()
            self.env.invalidate_all()
            own = referral.with_user(getattr(self, f'user_{role}'))
            learned = []
            for condition in (
                ('activity_ids.summary', 'ilike', SECRET),
                ('activity_ids', 'any', [('summary', 'ilike', SECRET)]),
                ('activity_user_id', '=', self.user_econ.id),
                ('activity_ids.user_id.name', '=', self.user_econ.name),
                ('activity_summary', 'ilike', SECRET),
                ('activity_state', 'in', ['overdue', 'today', 'planned']),
                ('activity_type_id', '!=', False),
                ('has_message', '=', True),
                ('message_ids.body', 'ilike', SECRET),
            ):
                with suppress(AccessError):
                    learned += [condition] if own.search([condition]) else []
            with self.subTest(role=role):
                self.assertFalse(learned)
                self.assertEqual(own.activity_ids.user_id, own.env.user)
                self.assertFalse(own.env['ir.attachment'].search([('res_model', '=', own._name)]))

    def test_sees(self):
        for role in self.CLERKS:
            with self.subTest(role=role):
                referral = self.theirs[role].with_user(getattr(self, f'user_{role}'))
                referral.sudo().topic_ids = self.topic
                self.env.invalidate_all()
                shown = referral.web_read(
                    {
                        'name': {},
                        'partner_address': {},
                        'date_answer': {},
                        'state': {},
                        'can_answer': {},
                        **{
                            name: {'fields': {'display_name': {}}} for name in ('partner_id', 'topic_ids', 'from_agency_id', 'to_agency_id')
                        },
                    }
                )[0]
                self.assertEqual(shown['partner_id']['display_name'], "Probewerk Bramsche GmbH")
                self.assertIn("Musterweg 1", shown['partner_address'])
                self.assertEqual(shown['topic_ids'][0]['display_name'], "Test Topic")
                self.assertEqual(shown['from_agency_id']['display_name'], "Test Economic Development")
                self.assertTrue(shown['can_answer'])

    @mute_logger(*FORBIDDEN)
    def test_fields(self):
        """Precondition: an officer gets through by each way; a clerk by none."""
        self.user_econ.group_ids += self.env.ref('base.group_allow_export')
        officer = self.env(user=self.user_econ)
        leaks = []
        for role in self.CLERKS:
            clerk, referral = self.env(user=getattr(self, f'user_{role}')), self.theirs[role].id
            for way, peek in PEEKS.items():
                for name in HIDDEN:
                    if not self.theirs[role]._fields[name].column_type and way in COLUMNS_ONLY:
                        continue
                    self.env.invalidate_all()
                    peek(officer, referral, name)
                    self.env.invalidate_all()
                    with suppress(AccessError):
                        leaks.append((role, way, name, peek(clerk, referral, name)))
        self.assertFalse(leaks)
        for role in self.CLERKS:
            referral = self.theirs[role].with_user(getattr(self, f'user_{role}'))
            self.assertEqual(referral.fields_get().keys() - referral._partner_fields, set())
            for kind in ('form', 'list', 'kanban', 'search'):
                arch = etree.fromstring(referral.get_views([(False, kind)])['views'][kind]['arch'])
                self.assertLessEqual({node.get('name') for node in arch.iter('field')}, referral._partner_fields, kind)

    @mute_logger(*FORBIDDEN)
    def test_records(self):
        for role in self.CLERKS:
            user, mine = getattr(self, f'user_{role}'), self.theirs[role]
            env = self.env(user=user)
            Referral = env['outreach.referral']
            with self.subTest(role=role):
                self.assertEqual(Referral.search([]), mine)
                self.assertEqual(Referral.search_count([]), 1)
                self.assertEqual([record for record, __ in Referral.name_search('')], mine.ids)
                self.assertFalse(Referral.name_search("For others"))
                self.assertEqual([group['__count'] for group in Referral.formatted_read_group([], ['partner_id'], ['__count'])], [1])
                with self.assertRaises(AccessError):
                    env['res.partner'].search([('outreach_referral_ids.name', '=', "For others")])
                hidden = self.other.with_env(env)
                for attempt, *arguments in (
                    (hidden.read, ['name']),
                    (hidden.export_data, ['name']),
                    (hidden.action_accept,),
                    (hidden.action_withdraw,),
                    (mine.with_env(env).write, {'name': "x"}),
                    (mine.with_env(env).unlink,),
                    (
                        Referral.create,
                        {
                            'name': "x",
                            'partner_id': self.company.id,
                            'to_agency_id': self.agency_econ.id,
                            'from_agency_id': self.agency_municipal.id,
                        },
                    ),
                ):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        self.env.invalidate_all()
                        attempt(*arguments)
                with self.assertRaises(AccessError):
                    self.assertFalse(hidden.display_name)

    @mute_logger(*FORBIDDEN)
    def test_nothing_behind_it(self):
        for role in self.CLERKS:
            env = self.env(user=getattr(self, f'user_{role}'))
            with self.subTest(role=role):
                for model in (
                    'outreach.visit',
                    'outreach.promise',
                    'outreach.demand',
                    'outreach.early.warning',
                    'outreach.agency',
                    'outreach.visit.member',
                    'outreach.responsibility',
                    'outreach.placement',
                    'outreach.contact.decision',
                ):
                    with self.assertRaises(AccessError, msg=model):
                        env[model].search([])
                messages = env['mail.message'].search([('body', 'ilike', SECRET)])
                self.assertFalse(messages)
                with self.assertRaises(AccessError):
                    self.theirs[role].with_env(env).message_post(body="hello")
                self.assertFalse(env['mail.tracking.value'].has_access('read'))
                activities = env['mail.activity'].search([('res_model', 'in', ('outreach.referral', 'outreach.visit', 'outreach.promise'))])
                self.assertEqual(activities.user_id, env.user)
                self.assertNotIn(SECRET, str(activities.read()))

    @mute_logger(*FORBIDDEN)
    def test_reads_no_longer_than_it_needs(self):
        """Open ones, settled ones for 90 days; with each the company and its contact data."""
        for role in self.CLERKS:
            user = getattr(self, f'user_{role}')
            self.theirs[role].sudo().unlink()
            self.env.invalidate_all()
            states = {}
            for key in ('pending', 'accepted', 'done', 'old', 'declined', 'withdrawn', 'expired'):
                company = self.env['res.partner'].create(
                    {'name': f"Test {key}", 'is_company': True, 'phone': "0541 1", 'email': f'{key}@test.example'}
                )
                referral = self.refer(user.outreach_agency_ids, name=key, partner_id=company.id, visit_id=False)
                referral.sudo().activity_schedule(summary=f"Own {key}", user_id=user.id, automated=False)
                states[key] = referral
                theirs = referral.with_user(user)
                if key in ('accepted', 'done', 'old'):
                    theirs.action_accept()
                if key in ('done', 'old'):
                    self.answer(referral, user, 'done', "settled")
                    self.assertTrue(referral.done_on)
                    referral.sudo().done_on -= timedelta(days=89 if key == 'done' else 91)
                if key == 'declined':
                    self.answer(referral, user, 'declined', "no")
            states['withdrawn'].action_withdraw()
            states['expired'].sudo()._expire()
            self.settle()
            self.env.invalidate_all()
            read = {'pending', 'accepted', 'done'}
            env = self.env(user=user)
            mine = env['outreach.referral'].search([('name', 'in', list(states))])
            self.assertEqual(set(mine.mapped('name')), read, role)
            found = env['res.partner'].search([('name', 'in', [f"Test {key}" for key in states])])
            self.assertEqual(set(found.mapped('name')), {f"Test {key}" for key in read}, role)
            activities = env['mail.activity'].search([('summary', 'like', "Own ")])
            self.assertEqual(set(activities.mapped('summary')), {f"Own {key}" for key in read}, role)
            for key, referral in states.items():
                with self.subTest(role=role, state=key):
                    for record, name in ((referral, 'partner_address'), (referral.partner_id, 'phone'), (referral.partner_id, 'email')):
                        theirs = record.sudo(False).with_env(env)
                        if key in read:
                            self.assertTrue(theirs.read([name]))
                        else:
                            with self.assertRaises(AccessError):
                                theirs.read([name])
                    self.assertTrue(referral.with_user(self.user_job).read(['name']))

    @mute_logger(*FORBIDDEN)
    def test_who_declines_lands_on_the_list(self):
        for state, kind in (('declined', 'ir.actions.act_window'), ('done', 'ir.actions.act_window_close')):
            referral = self.refer().with_user(self.user_clerk)
            if state == 'done':
                referral.action_accept()
            action = getattr(referral, {'declined': 'action_open_decline', 'done': 'action_open_done'}[state])()
            wizard = Form(referral.env[action['res_model']].with_context(**action['context']))
            wizard.text = "x"
            self.assertEqual(wizard.save().action_answer()['type'], kind)

    def test_officers_see_all(self):
        everything = self.other | self.theirs['clerk'] | self.theirs['immigration']
        for user in (self.user_econ, self.user_job, self.user_manager):
            self.assertEqual(everything.with_user(user).search([('id', 'in', everything.ids)]).sorted('id'), everything.sorted('id'))
        self.assertEqual(everything.with_user(self.user_migration).search([]), self.other)
        self.assertFalse(everything.with_user(self.user_migration).browse(self.other.id).fields_get(['visit_id']))

    def test_who_leaves_the_agency(self):
        """The rule follows the staff at once."""
        referral = self.theirs['clerk'].with_user(self.user_clerk)
        self.assertTrue(referral.search([]))
        self.agency_municipal.user_ids -= self.user_clerk
        self.env.flush_all()
        self.assertFalse(referral.search([]))

    def test_by_rpc(self):
        referral = self.theirs['clerk'].with_user(self.user_clerk)
        call_kw(referral.browse(), 'action_accept', [referral.ids], {})
        self.assertEqual(referral.state, 'accepted')
