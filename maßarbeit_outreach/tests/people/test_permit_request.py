"""Requests to the immigration office: asked, answered, and nothing else of the candidate."""

from contextlib import suppress
from datetime import timedelta

import psycopg2
from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, users
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from ..common import MODULE
from .test_candidate import FORBIDDEN, CandidateCommon


class PermitCommon(CandidateCommon):
    def answer(self, request, user=None, answer='free', **values):
        request = request.with_user(user or self.user_immigration)
        action = request.action_open_answer()
        wizard = request.env[action['res_model']].with_context(**action['context']).create({'answer': answer, **values})
        wizard.action_answer()


class TestPermitRequest(PermitCommon, MailCase):
    @users('test_job', 'test_migration')
    def test_asked_and_answered(self):
        candidate = self.create_candidate(self.env.user)
        demand = self.create_demand(occupation_id=self.welder.id, start_date=self.today + timedelta(days=40))
        self.settle()
        with self.mock_mail_gateway():
            action = candidate.action_ask_permission()
            with Form(self.env[action['res_model']].with_context(**action['context']), view=action['views'][0][0]) as form:
                form.foreign_reference = "ABH 2026/7"
                form.to_agency_id = self.agency_immigration
                form.demand_id = demand
            request = form.record
            self.assertEqual(
                (request.partner_id, request.occupation_id, request.start_date),
                (self.company, self.welder, self.today + timedelta(days=40)),
            )
            self.assertIn("ABH 2026/7", request.name)
            for hidden in filter(None, (candidate.name, candidate.sudo().reference)):
                self.assertNotIn(hidden, request.name)
            self.assertEqual(request.sudo().activity_ids.user_id, self.user_immigration)
            self.assertGreaterEqual(request.date_answer, self.today + timedelta(days=5))
            self.answer(
                request,
                answer='granted',
                date=self.today + timedelta(days=9),
                until=self.today + timedelta(days=99),
                note="only at this company",
            )
            self.settle()
        self.assertEqual((request.state, request.answer, request.answered_by_id), ('answered', 'granted', self.user_immigration))
        self.assertEqual((candidate.permission, candidate.permission_until), ('with_permit', False))
        permit = candidate.job_permit_ids
        self.assertEqual(
            (permit.state, permit.partner_id, permit.occupation_id, permit.date_from, permit.date_until, permit.note),
            ('granted', self.company, self.welder, self.today + timedelta(days=9), self.today + timedelta(days=99), "only at this company"),
        )
        news = request.sudo().activity_ids
        self.assertEqual((news.user_id, news.active), (self.env.user, True))
        self.assertIn("only at this company", news.summary)
        self.assertFalse(self._new_mails)
        self.assertFalse(request.sudo().message_partner_ids)

    @mute_logger(*FORBIDDEN)
    def test_nobody_else(self):
        for role in ('econ', 'job', 'migration', 'helper', 'manager', 'dpo', 'internal', 'portal'):
            request = self.create_request(self.create_candidate())
            with self.subTest(role=role):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.answer(request, getattr(self, f'user_{role}'))
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    request.with_user(getattr(self, f'user_{role}'))._answer('free', False, False, False)
                if role != 'job':
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        request.with_user(getattr(self, f'user_{role}')).action_withdraw()
                self.assertEqual(request.state, 'open')
        with self.assertRaises(AccessError):
            request.with_user(self.user_immigration).action_withdraw()
        request.action_withdraw()
        self.assertEqual((request.state, request.sudo().activity_ids), ('withdrawn', self.env['mail.activity']))

    @mute_logger(*FORBIDDEN)
    def test_the_office_reads_what_its_task_needs(self):
        """Open ones, and what it answered for 90 days; with each its files, to-dos and places in counts."""
        office = self.env(user=self.user_immigration)
        state = dict.fromkeys(('open', 'interim', 'answered', 'old', 'withdrawn', 'expired'))
        for key in state:
            state[key] = request = self.create_request(self.create_candidate())
            request.sudo().with_context(mail_activity_quick_update=True).activity_schedule(
                summary=f"Own {key}", user_id=self.user_immigration.id, automated=False
            )
            self.attach_as_before(request, name=key)
        self.answer(state['interim'], answer='documents')
        self.answer(state['answered'])
        self.answer(state['old'])
        state['withdrawn'].action_withdraw()
        state['expired'].sudo()._expire()
        now = fields.Datetime.now()
        state['answered'].sudo().answered_on = now - timedelta(days=89)
        state['old'].sudo().answered_on = now - timedelta(days=91)
        self.settle()
        self.env.invalidate_all()
        read = {'open', 'interim', 'answered'}
        own = office['outreach.permit.request'].search([])
        self.assertEqual(own, self.env['outreach.permit.request'].browse(state[key].id for key in state if key in read))
        self.assertEqual(office['outreach.permit.request'].search_count([('foreign_reference', '=', "ABH 7")]), 3)
        activities = office['mail.activity'].search([('user_id', '=', self.user_immigration.id), ('summary', 'like', 'Own')])
        self.assertEqual({activity.summary for activity in activities}, {f"Own {key}" for key in read})
        self.assertEqual(office['mail.activity'].search_count([('summary', 'like', 'Own')]), 3)
        for key, request in state.items():
            files = self.env['ir.attachment'].search([('res_model', '=', request._name), ('res_id', '=', request.id)])
            to_do = request.sudo().activity_ids.filtered(lambda activity: activity.summary.startswith('Own')).with_env(office)
            with self.subTest(state=key):
                self.assertTrue(files and to_do, "precondition")
                self.assertTrue(request.with_user(self.user_job).read(['name']))
                for record in (request.with_env(office), to_do):
                    if key in read:
                        self.assertTrue(record.read(['create_date']))
                    else:
                        with self.assertRaises(AccessError):
                            record.read(['create_date'])
                with self.assertRaises(AccessError):
                    files.with_env(office).read(['name'])

    @mute_logger(*FORBIDDEN)
    def test_the_day_is_asked_each_time(self):
        """A rule is kept per user for as long as the server runs."""
        request = self.create_request(self.create_candidate())
        self.answer(request)
        theirs = request.with_user(self.user_immigration)
        self.settle()
        self.assertEqual(theirs.search([]), theirs)
        with freeze_time(fields.Datetime.now() + timedelta(days=91)):
            self.assertFalse(theirs.search([]))

    def test_closed_in_the_meantime(self):
        """The office is told so, though it does not read the request any more."""
        request = self.create_request(self.create_candidate())
        theirs = request.with_user(self.user_immigration)
        action = theirs.action_open_answer()
        wizard = theirs.env[action['res_model']].with_context(**action['context']).create({'answer': 'free'})
        request.action_withdraw()
        with self.assertRaisesRegex(UserError, "in the meantime"):
            wizard.action_answer()

    @mute_logger(*FORBIDDEN)
    def test_state_by_its_buttons_only(self):
        request = self.create_request(self.create_candidate())
        for user in (self.user_job, self.user_immigration):
            for values in ({'state': 'answered', 'answer': 'free'}, {'answer': 'free'}, {'answer_note': "x"}):
                with self.assertRaises(AccessError):
                    call_kw(request.browse().with_user(user), 'write', [request.ids, values], {})
        with self.assertRaises(AccessError):
            self.create_request(self.create_candidate(), state='answered', answer='free')
        Request = self.env['outreach.permit.request'].with_user(self.user_job)
        with self.assertRaises(AccessError):
            Request.with_context(default_state='answered', default_answer='free').create(
                {'candidate_id': self.create_candidate().id, 'partner_id': self.company.id, 'to_agency_id': self.agency_immigration.id}
            )
        for method in ('_answer', '_sync_reminders', '_tell_sender', '_cron_expire'):
            with self.assertRaises(AccessError):
                call_kw(request.browse().with_user(self.user_immigration), method, [request.ids], {})

    def test_4a_aufenthg_an_answer_changes_only_what_it_says(self):
        """Of the person, of the job, or of nothing yet."""
        day, job = self.today + timedelta(days=30), {'partner_id': self.company.id, 'occupation_id': self.welder.id}
        for answer, values, asked, permission, states in (
            ('granted', {'until': day}, job, ('with_permit', False, False), ['granted']),
            ('granted_ba', {}, {'partner_id': self.company.id}, ('with_permit', False, False), ['granted']),
            ('approval_free', {}, {'occupation_id': self.welder.id}, ('with_permit', False, False), ['granted']),
            ('free', {'until': day}, {}, ('free', False, day), []),
            ('free', {'date': day}, job, ('free_from', day, False), []),
            ('waiting', {'date': day}, job, ('blocked_until', day, False), []),
            ('refused_job', {'note': "pay"}, job, ('unclear', False, False), ['refused']),
            ('refused', {}, job, ('forbidden', False, False), []),
        ):
            with self.subTest(answer=answer, asked=asked):
                request = self.create_request(self.create_candidate(), **asked)
                self.answer(request, answer=answer, **values)
                person = request.candidate_id
                self.assertEqual((person.permission, person.permission_date, person.permission_until), permission)
                self.assertEqual(person.job_permit_ids.mapped('state'), states)
        free = self.create_candidate(permission='free', permission_until=day)
        self.answer(self.create_request(free, **job), answer='refused_job')
        self.assertEqual((free.permission, free.permission_until), ('free', day), "one refusal is not one for all jobs")

    def test_39_aufenthg_the_approval_is_asked_for(self):
        """The request stays open, the asking person hears of it, and after two weeks approval counts as given (§ 36 BeschV)."""
        request = self.create_request(self.create_candidate(permission='with_permit'), partner_id=self.company.id)
        self.answer(request, answer='documents', note="declaration of the employer")
        self.assertEqual((request.state, request.interim, request.answer), ('open', 'documents', False))
        self.assertIn("declaration of the employer", ' '.join(request.sudo().activity_ids.mapped('summary')))
        self.answer(request, answer='approval_asked', date=self.today - timedelta(days=2))
        self.assertEqual((request.state, request.interim, request.interim_date), ('open', 'approval_asked', self.today - timedelta(days=2)))
        self.assertEqual(request.date_answer, max(request.date_answer, self.today + timedelta(days=12)))
        self.answer(request, answer='granted_ba')
        self.assertEqual((request.state, request.candidate_id.job_permit_ids.partner_id), ('answered', self.company))

    def test_8_2_sgb_ii_contradictions_are_pointed_out(self):
        person = self.create_candidate(permission='forbidden', regime_ids=[Command.create({'regime': 'sgb2'})])
        self.assertIn("§ 8 (2) SGB II", person.permission_remarks)
        person.write({'permission': 'with_permit', 'residence_title': "Freizügigkeit EU"})
        self.assertIn("FreizügG/EU", person.permission_remarks)
        person.permission = 'free'
        self.assertFalse(person.permission_remarks)
        person.residence_title = "Aufenthaltsgestattung"
        self.assertIn("§ 7 (1) sentence 2 no. 3 SGB II", person.permission_remarks)
        self.assertIn("§ 61 AsylG", person.permission_remarks)
        person.residence_title = "Duldung"
        self.assertIn("§ 32 BeschV", person.permission_remarks)
        with self.assertRaises(AccessError):
            person.with_user(self.user_migration).read(["permission_remarks"])

    def test_answered_twice(self):
        request = self.create_request(self.create_candidate())
        self.answer(request)
        for attempt in (lambda: self.answer(request, answer='refused'), lambda: request.write({'question': "x"})):
            with self.assertRaises(UserError):
                attempt()
        with self.assertRaises(AccessError):
            request.action_withdraw()
        self.assertEqual(request.candidate_id.permission, 'free')

    def test_bad_input(self):
        request = self.create_request(self.create_candidate())
        for values in (
            {'answer': 'waiting'},
            *({'answer': answer} for answer in ('refused_job', 'granted', 'granted_ba', 'approval_free')),
            {'answer': 'approval_asked', 'date': self.today + timedelta(days=1)},
            {'answer': 'free', 'date': self.today, 'until': self.today - timedelta(days=1)},
        ):
            with self.subTest(values=values), self.assertRaises(UserError), self.env.cr.savepoint():
                self.answer(request, **values)
        self.assertEqual((request.state, request.candidate_id.permission), ('open', 'unclear'), "nobody became free")
        with self.assertRaises(psycopg2.IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.create_request(self.create_candidate(), foreign_reference=False)
        self.agency_immigration.user_ids = self.user_internal
        with self.assertRaisesRegex(UserError, "role of the immigration office"):
            self.create_request(self.create_candidate())

    def test_expiry(self):
        late, due = (self.create_request(self.create_candidate()) for __ in range(2))
        late.sudo().date_answer = self.today - timedelta(days=1)
        due.sudo().date_answer = self.today
        with self.enter_registry_test_mode():
            self.env.ref(f'{MODULE}.ir_cron_permit_request_expire').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((late | due).mapped('state'), ['expired', 'open'])
        self.assertEqual(late.sudo().activity_ids.user_id, self.user_job)
        with self.assertRaises(UserError):
            self.answer(late)


# Each way from a request to what the office must not see.
HIDDEN = ('candidate_id', 'demand_id', 'from_user_id', 'create_uid', 'write_uid', 'message_ids', 'message_follower_ids')
R = 'outreach.permit.request'
PEEKS = {
    'read': lambda env, rid, name: env[R].browse(rid).read([name]),
    'web_read': lambda env, rid, name: env[R].browse(rid).web_read({name: {'fields': {'display_name': {}}}}),
    'attribute': lambda env, rid, name: env[R].browse(rid)[name],
    'search_read': lambda env, rid, name: env[R].search_read([], [name]),
    'web_search_read': lambda env, rid, name: env[R].web_search_read([], {name: {}}),
    'search': lambda env, rid, name: env[R].search([(name, 'in', [1])]),
    'order': lambda env, rid, name: env[R].search([], order=f'{name} desc'),
    'count': lambda env, rid, name: env[R].search_count([(name, 'in', [1])]),
    'group': lambda env, rid, name: env[R].formatted_read_group([], [name], ['__count']),
    'aggregate': lambda env, rid, name: env[R].formatted_read_group([], [], [f'{name}:count']),
    'export': lambda env, rid, name: env[R].browse(rid).export_data([name]),
    'export below': lambda env, rid, name: env[R].browse(rid).export_data([f'{name}/.id']),
    'name search': lambda env, rid, name: env[R].name_search('', domain=[(name, 'in', [1])]),
    'mapped': lambda env, rid, name: env[R].browse(rid).mapped(name),
}
COLUMNS_ONLY = ('group', 'aggregate', 'order')


class TestImmigrationOffice(PermitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.candidate = cls.create_candidate(reference="BG 4711", german_level='3_b1', adviser_id=cls.user_migration.id)
        cls.request = cls.create_request(cls.candidate, demand_id=cls.create_demand(occupation_id=cls.welder.id).id, question="May she?")
        cls.request.message_post(body="internal")
        for user in (cls.user_immigration, cls.user_job):
            cls.allow_person_export(user)

    @users('test_immigration')
    def test_sees(self):
        request = self.request.with_user(self.env.user)
        self.env.invalidate_all()
        shown = request.web_read(
            {
                'name': {},
                'foreign_reference': {},
                'question': {},
                'date_answer': {},
                'can_answer': {},
                'start_date': {},
                **{name: {'fields': {'display_name': {}}} for name in ('occupation_id', 'partner_id', 'from_agency_id')},
            }
        )[0]
        self.assertEqual(shown['foreign_reference'], "ABH 7")
        self.assertEqual(shown['partner_id']['display_name'], "Probewerk Bramsche GmbH")
        self.assertIn(self.welder.name, shown['occupation_id']['display_name'] + self.welder.with_context(lang='de_DE').name)
        self.assertTrue(shown['can_answer'])
        for kind in ('form', 'list', 'kanban', 'search'):
            arch = etree.fromstring(request.get_views([(False, kind)])['views'][kind]['arch'])
            self.assertLessEqual({node.get('name') for node in arch.iter('field')}, request._partner_fields, kind)
        self.assertEqual(request.fields_get().keys() - request._partner_fields, set())

    @mute_logger(*FORBIDDEN)
    def test_no_way_to_the_candidate(self):
        job, office = self.env(user=self.user_job), self.env(user=self.user_immigration)
        leaks = []
        for way, peek in PEEKS.items():
            for name in HIDDEN:
                field = self.request._fields[name]
                if (way in COLUMNS_ONLY and not field.column_type) or (way == 'export below' and not field.relational):
                    continue
                self.env.invalidate_all()
                peek(job, self.request.id, name)  # precondition
                self.env.invalidate_all()
                with suppress(AccessError):
                    leaks.append((way, name, peek(office, self.request.id, name)))
        for path in ('candidate_id.name', 'candidate_id.german_level', 'candidate_id.reference', 'candidate_id.barrier_ids.kind'):
            with suppress(AccessError):
                leaks.append((path, office[R].search([(path, '!=', False)])))
        self.assertFalse(leaks)
        everything = str(office[R].browse(self.request.id).read())
        for secret in (self.candidate.name, "BG 4711"):
            self.assertNotIn(secret, everything)
        self.assertFalse(office['mail.message'].search([('model', '=', R), ('res_id', '=', self.request.id)]))
        for activity in office['mail.activity'].search([('res_model', '=', R)]):
            self.assertEqual(activity.user_id, self.user_immigration)
            self.assertNotIn(self.candidate.name, str(activity.read()))

    @mute_logger(*FORBIDDEN)
    def test_requests_to_others(self):
        other = self.env['outreach.agency'].create(
            {
                'name': "Other Office",
                'role': 'immigration_office',
                'partner_id': self.other_company.id,
                'user_ids': self.create_user('other_office', f'{MODULE}.group_immigration_office').ids,
            }
        )
        theirs = self.create_request(self.create_candidate(), to_agency_id=other.id)
        office = theirs.with_user(self.user_immigration)
        self.assertEqual(office.search([]), self.request.with_user(self.user_immigration))
        with self.assertRaises(AccessError):
            office.read(['name'])
        with self.assertRaises(AccessError):
            self.answer(theirs)

    @mute_logger(*FORBIDDEN)
    def test_migration_centre_sees_those_of_whom_it_advises(self):
        other = self.create_request(self.create_candidate())
        mine = (self.request | other).with_user(self.user_migration)
        self.assertEqual(mine.search([('id', 'in', mine.ids)]), self.request.with_user(self.user_migration))

    @mute_logger(*FORBIDDEN)
    def test_activities_of_the_other_side(self):
        """What the job centre has to do about a request stays there: no condition on activities reads further than they show."""
        self.request.activity_schedule(
            'mail.mail_activity_data_todo',
            summary="she owes us money",
            note="she owes us money",
            user_id=self.user_job.id,
            date_deadline=self.today - timedelta(days=9),
        )
        self.settle()
        insider, office = (self.env[R].with_user(user) for user in (self.user_job, self.user_immigration))
        self.assertEqual(insider.search([('activity_ids.summary', 'ilike', "owes us")]), self.request)
        self.assertEqual(insider.search([('activity_state', '=', 'overdue')]), self.request)
        late = self.today - timedelta(days=9)
        learned = []
        for condition in (
            ('activity_ids.summary', 'ilike', "owes us"),
            ('activity_ids.note', 'ilike', "owes us"),
            ('activity_ids', 'any', [('summary', 'ilike', "owes us")]),
            ('activity_ids', 'in', self.request.activity_ids.filtered(lambda activity: activity.user_id == self.user_job).ids),
            ('activity_ids.user_id.name', '=', self.user_job.name),
            ('activity_user_id', '=', self.user_job.id),
            ('activity_user_id.name', '=', self.user_job.name),
            ('activity_summary', 'ilike', "owes us"),
            ('activity_type_id', '!=', False),
            ('activity_type_id.name', '!=', False),
            ('activity_date_deadline', '=', late),
            ('activity_ids.date_deadline', '=', late),
            ('activity_state', '=', 'overdue'),
            ('activity_state', '!=', 'planned'),
            ('activity_exception_decoration', '!=', 'x'),
            ('has_message', '=', True),
            ('message_ids.body', 'ilike', "internal"),
            ('message_partner_ids', '!=', False),
            ('message_is_follower', '=', False),
            ('message_needaction', '=', False),
        ):
            for way, ask in (
                ('search', office.search),
                ('count', office.search_count),
                ('group', lambda domain: office.formatted_read_group(domain, ['state'], ['__count'])),
                (
                    'path',
                    lambda domain: office.env['outreach.permit.answer'].search(
                        [(f'request_id.{name}', operator, value) for name, operator, value in domain]
                    ),
                ),
            ):
                with suppress(AccessError):
                    if ask([condition]):
                        learned.append((way, condition))
        with suppress(AccessError):
            learned += office.formatted_read_group([], ['activity_state'], ['__count'])
        self.assertFalse(learned)
        self.env.invalidate_all()
        own = office.search([('activity_user_id', '=', self.user_immigration.id)])
        self.assertEqual(own, self.request)
        self.assertEqual(own.activity_ids.user_id, self.user_immigration)
        self.assertEqual(office.search([('my_activity_date_deadline', '!=', False)]), self.request)

    @mute_logger(*FORBIDDEN)
    def test_attachments_stay(self):
        attachment = self.attach_as_before(self.request, raw=b'internal')
        self.assertEqual(attachment.with_user(self.user_job).raw, b'internal')
        office = attachment.with_user(self.user_immigration)
        self.assertFalse(office.search([('res_model', '=', R)]))
        with self.assertRaises(AccessError):
            office.read(['name'])


class TestAskedInOnesOwnName(PermitCommon):
    @mute_logger(*FORBIDDEN)
    def test_person(self):
        """Nobody asks in the name of a colleague, who would be told of the answer and named to the office."""
        colleague = self.create_user('colleague', f'{MODULE}.group_job_centre')
        self.agency_job.user_ids += colleague
        for attempt in (
            lambda: self.create_request(self.create_candidate(), from_user_id=colleague.id),
            lambda: self.create_request(self.create_candidate(), user=self.user_migration, from_user_id=self.user_job.id),
            lambda: self.create_request(self.create_candidate()).write({'from_user_id': colleague.id}),
            lambda: self.create_request(self.create_candidate()).copy({'from_user_id': colleague.id}),
            lambda: (
                self.env[R]
                .with_user(self.user_job)
                .with_context(default_from_user_id=colleague.id)
                .create({'candidate_id': self.create_candidate().id, 'foreign_reference': "x", 'to_agency_id': self.agency_immigration.id})
            ),
            lambda: (
                self.env['outreach.referral']
                .with_user(self.user_econ)
                .create(
                    {
                        'name': "x",
                        'partner_id': self.company.id,
                        'to_agency_id': self.agency_immigration.id,
                        'from_user_id': self.user_manager.id,
                    }
                )
            ),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
        request = self.create_request(self.create_candidate(), from_user_id=self.user_job.id)
        self.assertEqual(request.with_user(colleague).copy().from_user_id, colleague)
        request.with_user(colleague).from_user_id = colleague  # who takes it over is told
        self.assertEqual(request.from_user_id, colleague)
