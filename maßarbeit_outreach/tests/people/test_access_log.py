"""Who read, listed or exported what is known of a person is written down, and by nobody's hand. Art. 5 (2), 32 GDPR, § 35 SGB I."""

import itertools
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.sql_db import db_connect
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...models.base import outreach_access_log as access_log
from ...models.base import outreach_person_export_mixin as export_mixin
from ..common import MODULE, ROLES, AsciiCookieMixin, OutreachCommon
from ..whole.test_person_models import LISTS, PERSON

FORBIDDEN = ('odoo.models', 'odoo.orm.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
LOG = access_log.__name__
LIST = {'name': {}, 'status': {}, 'skill_ids': {'fields': {'skill_id': {'fields': {'display_name': {}}}}}, 'open_barrier_count': {}}


class AccessLogCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.skill = cls.env['outreach.skill'].create({'name': "Test Skill"})

    def setUp(self):
        """People whom nobody has read: the log is not rolled back with the test."""
        super().setUp()
        self.candidates = (
            self.env['outreach.candidate']
            .with_user(self.user_job)
            .create(
                [
                    {
                        'adviser_id': self.user_migration.id,
                        'skill_ids': [Command.create({'skill_id': self.skill.id})],
                        'barrier_ids': [Command.create({'kind': 'mobility'})],
                    }
                    for __ in range(3)
                ]
            )
        )
        self.candidate, self.second, self.third = self.candidates
        self.env.flush_all()
        self.before = set()
        for role in ROLES:
            self.before |= self.written(getattr(self, f'user_{role}'))
        self.forget()

    def forget(self):
        """As another request would: nothing in memory, nothing remembered of what was written down."""
        self.env.invalidate_all()
        self.cr.cache.pop('outreach_access', None)

    def written(self, user=None):
        """`{(kind, model, id)}` of what is written down of this user, who is new in this test."""
        with db_connect(self.cr.dbname).cursor() as cr:
            cr.execute('SELECT kind, res_model, res_id FROM outreach_access_log WHERE user_number = %s', [(user or self.user_job).id])
            return set(cr.fetchall()) - self.before

    @contextmanager
    def assertWritten(self, kind, persons, user=None):
        """In the block, and not before, this is written down, and nothing else."""
        self.forget()
        before = self.written(user)
        yield
        wanted = {(kind, persons._name, number) for number in persons.ids or [0]}
        self.assertFalse(wanted & before, "precondition")
        self.assertEqual(self.written(user) - before, wanted)

    def insert(self, user, days_ago=0, **values):
        """A line as the log writes it, in the transaction of the test."""
        row = {
            'user_number': user.id,
            'login': user.login,
            'kind': 'read',
            'res_model': 'outreach.candidate',
            'res_id': self.candidate.id,
            'pseudonym': self.candidate.name,
            'day': fields.Date.today() - timedelta(days=days_ago),
            'first_on': fields.Datetime.now() - timedelta(days=days_ago),
            'company_id': self.env.company.id,
            **values,
        }
        self.cr.execute(
            f"INSERT INTO outreach_access_log ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))}) RETURNING id", list(row.values())
        )
        return self.env['outreach.access.log'].browse(self.cr.fetchone()[0])


class TestAccessLog(AccessLogCommon):
    def as_job(self, records):
        return records.with_user(self.user_job)

    # ------------------------------------------------------------
    # WHAT IS WRITTEN DOWN
    # ------------------------------------------------------------

    def test_form(self):
        """Once a day, whatever of the person is read, and however often."""
        with self.assertWritten('read', self.candidate):
            for __ in range(2):
                self.as_job(self.candidate).web_read({**LIST, 'barrier_ids': {'fields': {'kind': {}, 'note': {}}}})
        before = self.written()
        self.forget()
        self.as_job(self.candidate).read(['reference'])
        self.as_job(self.candidate.barrier_ids).read(['note'])
        self.assertEqual(self.written(), before)
        with db_connect(self.cr.dbname).cursor() as cr:
            cr.execute('SELECT login, pseudonym, day, company_id FROM outreach_access_log WHERE res_id = %s', [self.candidate.id])
            self.assertEqual(cr.fetchall(), [('test_job', self.candidate.name, fields.Date.today(), self.candidate.company_id.id)])

    def test_lines_are_the_person(self):
        with self.assertWritten('read', self.candidate):
            self.as_job(self.candidate.barrier_ids).read(['note'])
        with self.assertWritten('read', self.second):
            self.as_job(self.second.skill_ids).web_read({'level': {}})

    def test_list(self):
        """Those who are shown, and no others."""
        Candidate = self.as_job(self.env['outreach.candidate'])
        shown = self.candidate | self.second
        with self.assertWritten('search', shown):
            Candidate.web_search_read([('id', 'in', shown.ids)], LIST)

    def test_other_ways_to_list(self):
        Candidate = self.as_job(self.env['outreach.candidate'])
        with self.assertWritten('search', self.candidate):
            self.assertTrue(Candidate.search_read([('id', '=', self.candidate.id)], ['name']))
        with self.assertWritten('search', self.second):
            self.assertTrue(Candidate.name_search(self.second.name))
        with self.assertWritten('search', self.third):
            Candidate.web_name_search(self.third.name, {'display_name': {}})

    def test_opened_groups(self):
        user = self.create_user('figures', f'{MODULE}.group_job_centre')
        Candidate = self.env['outreach.candidate'].with_user(user)
        Candidate.web_read_group([('id', '=', self.candidate.id)], ['status'], auto_unfold=True, unfold_read_specification={'name': {}})
        self.assertEqual(self.written(user), {('search', 'outreach.candidate', self.candidate.id), ('group', 'outreach.candidate', 0)})

    def test_figures(self):
        """They name nobody, so that one line says that somebody looked."""
        user = self.create_user('figures', f'{MODULE}.group_job_centre')
        Candidate = self.env['outreach.candidate'].with_user(user)
        with self.assertWritten('group', self.candidate.browse(), user):
            Candidate.formatted_read_group([], ['status'], ['__count'])
            Candidate.formatted_read_grouping_sets([], [['status'], []], ['__count'])

    def test_groups_of_persons(self):
        """A group for each of them is a list, by whatever method, and so is a list of them beside another one."""
        number = itertools.count()
        this = [('id', '=', self.candidate.id)]

        def assert_listed(ask):
            user = self.create_user(f'groups{next(number)}', f'{MODULE}.group_job_centre')
            self.forget()
            ask(self.env(user=user))
            self.assertIn(('search', 'outreach.candidate', self.candidate.id), self.written(user))

        assert_listed(lambda env: env['outreach.candidate'].formatted_read_group(this, ['name', 'status'], ['__count']))
        assert_listed(lambda env: env['outreach.candidate'].formatted_read_group(this, ['status'], ['id:array_agg']))
        assert_listed(lambda env: env['outreach.candidate'].formatted_read_grouping_sets(this, [['reference']], ['__count']))
        assert_listed(lambda env: env['outreach.candidate'].read_group(this, ['status'], ['name']))
        assert_listed(
            lambda env: env['outreach.candidate'].read_progress_bar(this, 'name', {'field': 'status', 'colors': {'available': 'x'}})
        )
        barriers = [('candidate_id', '=', self.candidate.id)]
        assert_listed(lambda env: env['outreach.barrier'].formatted_read_group(barriers, ['candidate_id'], ['__count']))
        assert_listed(lambda env: env['outreach.barrier'].search_panel_select_range('candidate_id', enable_counters=True))

    def test_counting(self):
        """Whether somebody is counted tells what the condition asks for."""
        user = self.create_user('counts', f'{MODULE}.group_job_centre')
        with self.assertWritten('group', self.candidate.browse(), user):
            self.env['outreach.candidate'].with_user(user).search_count([('barrier_ids.kind', '=', 'mobility')])

    def test_searching_by_a_script(self):
        """Numbers, condition by condition, tell what a reading would. What the server looks up for itself tells nobody anything."""
        user = self.create_user('search', f'{MODULE}.group_job_centre')
        Candidate = self.env['outreach.candidate'].with_user(user)
        this = [('barrier_ids.kind', '=', 'mobility'), ('id', '=', self.candidate.id)]
        self.forget()
        Candidate.search(this)
        self.assertFalse(self.written(user))
        asked = SimpleNamespace(
            httprequest=SimpleNamespace(url='http://localhost/web/dataset/call_kw/x'),
            params={'model': 'outreach.candidate', 'method': 'search'},
        )
        for params, wanted in (
            ({'model': 'outreach.candidate', 'method': 'web_read'}, set()),
            ({'model': 'res.partner', 'method': 'search'}, set()),
            (
                {'model': 'outreach.candidate', 'method': 'search'},
                {('search', 'outreach.candidate', self.candidate.id), ('group', 'outreach.candidate', 0)},
            ),
        ):
            asked.params = params
            self.forget()
            with patch.object(export_mixin, 'request', asked):
                Candidate.search(this)
            self.assertEqual(self.written(user), wanted)

    def test_export_in_one_go(self):
        """One line of SQL for all rows, whatever refers to whom, and however many there are."""
        user = self.create_user('export', f'{MODULE}.group_job_centre,base.group_allow_export')
        self.allow_person_export(user)
        people = self.as_job(self.env['outreach.candidate']).create(
            [{'barrier_ids': [Command.create({'kind': 'mobility'}), Command.create({'kind': 'language'})]} for __ in range(20)]
        )
        to_dos = self.env['mail.activity'].union(
            *(person.activity_schedule('mail.mail_activity_data_todo', user_id=user.id) for person in people)
        )
        demands = self.env['outreach.demand'].create([{'partner_id': self.company.id, 'name': f"Test {person.id}"} for person in people])
        self.env['outreach.proposal'].create(
            [
                {'demand_id': demand.id, 'candidate_id': person.id, 'fit': '1_now', 'user_id': user.id, 'company_id': self.env.company.id}
                for demand, person in zip(demands, people, strict=True)
            ]
        )
        self.env.flush_all()
        calls, insert = [], type(self.env['outreach.access.log'])._insert

        def count(log, rows):
            calls.append(len(rows))
            return insert(log, rows)

        with patch.object(type(self.env['outreach.access.log']), '_insert', count):
            for records, columns in (
                (people, ['name', 'barrier_ids/kind', 'barrier_ids/candidate_id/name']),
                (people.barrier_ids, ['kind', 'candidate_id/name']),
                (to_dos, ['summary', 'res_id']),
                (demands, ['name', 'proposal_ids/candidate_id/name']),
            ):
                with self.subTest(model=records._name):
                    self.forget()
                    calls.clear()
                    records.with_user(user).export_data(columns)
                    self.assertEqual(calls, [20])
        self.assertLessEqual({('export', 'outreach.candidate', number) for number in people.ids}, self.written(user))

    def test_copied_values(self):
        with self.assertWritten('read', self.candidate):
            self.as_job(self.candidate).copy_data()

    def test_typing(self):
        with self.assertWritten('read', self.candidate):
            self.as_job(self.candidate).onchange({'reach_km': 30}, ['reach_km'], {'reach_km': {}, 'regime': {}})

    def test_copy(self):
        """Whoever reads a copy has read the person."""
        with self.assertWritten('read', self.candidate):
            self.as_job(self.candidate).copy()

    def test_chatter_and_to_dos(self):
        message = self.candidate.message_post(body="Test", subtype_xmlid='mail.mt_note')
        with self.assertWritten('read', self.candidate):
            self.as_job(self.env['outreach.candidate'])._get_thread_with_access(self.candidate.id)
        self.second.message_post(body="Test", subtype_xmlid='mail.mt_note')
        with self.assertWritten('read', self.second):
            self.as_job(self.second.message_ids[:1]).read(['body'])
        to_do = self.third.activity_schedule(summary="Test", user_id=self.user_job.id)
        with self.assertWritten('read', self.third):
            self.as_job(to_do).read(['summary'])
        self.assertTrue(message)

    def test_matches(self):
        demand = self.create_demand(user=self.user_job)
        self.forget()
        found = self.as_job(self.env['outreach.match']).web_search_read(
            [('demand_id', '=', demand.id), ('candidate_id', 'in', self.candidates.ids)], {'name': {}, 'fit': {}, 'candidate_id': {}}
        )
        self.assertEqual(found['length'], 3)
        self.assertEqual(self.written(), {('search', 'outreach.candidate', number) for number in self.candidates.ids})

    def test_matches_beside_each_other(self):
        """The list in groups lists those whose group is open; the reasons beside it are read."""
        demand = self.create_demand(user=self.user_job)
        domain = [('demand_id', '=', demand.id), ('candidate_id', 'in', self.candidates.ids)]
        Match = self.as_job(self.env['outreach.match'])
        self.forget()
        page = Match.web_read_group(domain, ['fit'], auto_unfold=True, unfold_read_specification={'name': {}, 'main_reason': {}})
        listed = {('search', 'outreach.candidate', number) for number in self.candidates.ids} | {('group', 'outreach.match', 0)}
        self.assertEqual(self.written(), listed)
        shown = Match.browse(page['groups'][0]['__records'][0]['id'])
        shown.web_read({'explanation': {}})
        self.assertEqual(self.written() - listed, {('read', 'outreach.candidate', shown.candidate_id.id)})

    def test_immigration_office(self):
        """What it reads of a request is about the person, whom it does not see."""
        request = (
            self.env['outreach.permit.request']
            .with_user(self.user_job)
            .create(
                {
                    'candidate_id': self.candidate.id,
                    'foreign_reference': "ABH 7",
                    'to_agency_id': self.agency_immigration.id,
                    'partner_id': self.company.id,
                }
            )
        )
        with self.assertWritten('read', self.candidate, self.user_immigration):
            request.with_user(self.user_immigration).read(['name'])

    def test_start_page(self):
        self.forget()
        self.env['outreach.today'].with_user(self.user_migration).get_today()
        self.assertEqual(self.written(self.user_migration), {('search', 'outreach.candidate', number) for number in self.candidates.ids})

    def test_every_model_says_about_whom_it_is(self):
        """A new one either is a person or names the field that leads to one."""
        persons = {self.env[name]._get_accessed_persons()._name for name in {*PERSON, *LISTS} if not self.env[name]._transient}
        self.assertEqual(persons, {'outreach.candidate', 'outreach.placement'})

    def test_the_server_itself(self):
        for env in (self.env, self.env(user=1), self.env(user=self.user_job, su=True)):
            self.forget()
            self.candidates.with_env(env).read(['reference'])
            self.assertFalse(self.written(env.user))

    def test_numbers_alone(self):
        self.forget()
        self.as_job(self.candidates).read(['id'])
        self.assertFalse(self.written())

    @mute_logger(*FORBIDDEN)
    def test_who_is_refused_read_nothing(self):
        for user in (self.user_econ, self.user_manager, self.user_internal):
            self.forget()
            with self.assertRaises(AccessError):
                self.candidate.with_user(user).web_read(LIST)
            with self.assertRaises(AccessError):
                self.env['outreach.candidate'].with_user(user).formatted_read_group([], ['status'])
            self.assertFalse(self.written(user))

    # ------------------------------------------------------------
    # HOW
    # ------------------------------------------------------------

    def test_queries_of_a_page(self):
        """As many for 80 people as for ten, and one line of SQL for all of them."""
        Candidate = self.as_job(self.env['outreach.candidate'])
        people = Candidate.create([{'skill_ids': [Command.create({'skill_id': self.skill.id})]} for __ in range(80)])
        self.env.flush_all()
        counts, calls = [], []
        insert = type(self.env['outreach.access.log'])._insert

        def count(log, rows):
            calls.append(len(rows))
            return insert(log, rows)

        with patch.object(type(self.env['outreach.access.log']), '_insert', count):
            for number in (5, 10, 80):  # the first one warms up
                self.forget()
                before = self.cr.sql_log_count
                found = Candidate.web_search_read([('id', 'in', people[:number].ids)], LIST, limit=100)
                self.assertEqual(len(found['records']), number)
                counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertEqual(calls, [5, 10, 80])

    def test_what_is_rolled_back_was_read(self):
        class Failed(Exception):
            pass

        with self.assertWritten('read', self.candidate), self.assertRaises(Failed), self.cr.savepoint():
            self.as_job(self.candidate).read(['name'])
            raise Failed

    def test_waits_for_nobody(self):
        """Nor for what the own transaction has locked: user, person and organisation."""
        for record in (self.user_job, self.candidate, self.env.company, self.user_job.partner_id):
            self.cr.execute(f'SELECT id FROM {record._table} WHERE id = %s FOR UPDATE', [record.id])
        self.candidate.sudo().reach_km = 21
        with self.assertWritten('read', self.candidate), patch.object(access_log, 'LOCK_TIMEOUT', '1s'):
            self.as_job(self.candidate).read(['name'])

    @mute_logger(LOG, 'odoo.sql_db')
    def test_what_cannot_be_written_down_is_not_shown(self):
        """The table is locked, the database gives no connection, there is no disk."""
        self.forget()
        with db_connect(self.cr.dbname).cursor() as other, patch.object(access_log, 'LOCK_TIMEOUT', '10ms'):
            other.execute('LOCK TABLE outreach_access_log IN ACCESS EXCLUSIVE MODE')
            with self.assertRaisesRegex(UserError, "nothing is shown"):
                self.as_job(self.candidate).read(['name'])
        for error in (psycopg2.OperationalError("no connection"), psycopg2.errors.DiskFull("no space")):
            self.forget()
            with patch.object(access_log, 'db_connect', side_effect=error), self.assertRaisesRegex(UserError, "nothing is shown"):
                self.as_job(self.env['outreach.candidate']).web_search_read([], LIST)
        self.assertFalse(self.written())

    # ------------------------------------------------------------
    # WHO READS IT, AND THAT NOBODY CHANGES IT
    # ------------------------------------------------------------

    def test_data_protection_reads(self):
        line = self.insert(self.user_job)
        Log = self.env['outreach.access.log'].with_user(self.user_dpo)
        [row] = Log.search_read([('id', '=', line.id)], ['user_name', 'model_name', 'pseudonym', 'kind'])
        self.assertEqual(
            (row['user_name'], row['model_name'], row['pseudonym'], row['kind']), ("Test Job", "Candidate", self.candidate.name, 'read')
        )
        for name in ('login', 'pseudonym', 'day:day', 'kind'):
            self.assertTrue(Log.formatted_read_group([('id', '=', line.id)], [name], ['__count']))
        self.assertTrue(Log.get_views([(False, 'list'), (False, 'search')]))

    @mute_logger(*FORBIDDEN)
    def test_nobody_else(self):
        admin = self.create_user('system', 'base.group_system')
        line = self.insert(self.user_job)
        for user in (admin, self.user_portal, *(getattr(self, f'user_{role}') for role in (*ROLES, 'internal') if role != 'dpo')):
            Log = self.env['outreach.access.log'].with_user(user)
            for call in (
                lambda Log=Log: Log.search([]),
                lambda Log=Log: Log.search_count([]),
                lambda Log=Log: Log.formatted_read_group([], ['login'], ['__count']),
                lambda Log=Log: Log.browse(line.id).read(['login']),
                lambda Log=Log: Log.browse(line.id).export_data(['login']),
            ):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    call()

    @mute_logger(*FORBIDDEN)
    def test_by_nobodys_hand(self):
        line = self.insert(self.user_job)
        admin = self.create_user('system', 'base.group_system')
        vals = {'login': 'x', 'user_number': 1, 'kind': 'read', 'res_model': 'x', 'res_id': 1, 'day': '2026-01-01'}
        for env in (self.env, self.env(user=admin), self.env(user=self.user_dpo), self.env(user=self.user_job)):
            log = line.with_env(env)
            for call in (lambda log=log: log.write({'login': 'x'}), log.unlink, log.copy, lambda log=log: log.create(vals)):
                with self.subTest(user=env.user.login, su=env.su), self.assertRaises(UserError):
                    call()

    @mute_logger('odoo.sql_db')
    def test_by_no_sql(self):
        line = self.insert(self.user_job, days_ago=80)
        for statement in (
            "UPDATE outreach_access_log SET login = 'x' WHERE id = %s",
            'DELETE FROM outreach_access_log WHERE id = %s',
            'TRUNCATE outreach_access_log -- %s',
        ):
            with self.subTest(statement), self.assertRaises(psycopg2.errors.InsufficientPrivilege), self.cr.savepoint():
                self.cr.execute(statement, [line.id])

    def run_cron(self):
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref(f'{MODULE}.ir_cron_forget_access').method_direct_trigger()

    def test_kept_for_a_year(self):
        old, recent = self.insert(self.user_job, 370), self.insert(self.user_job, 360)
        self.run_cron()
        self.assertEqual((old | recent).exists(), recent)

    def test_kept_as_the_house_decides_between_six_months_and_two_years(self):
        lines = [self.insert(self.user_job, days) for days in (800, 400, 200, 170)]
        for months, left in (('1200', 3), ('24', 3), ('many', 2), ('6', 1), ('0', 1)):
            self.env['ir.config_parameter'].set_param(access_log.KEEP_PARAMETER, months)
            self.run_cron()
            with self.subTest(months=months):
                self.assertEqual(len([line for line in lines if line.exists()]), left)

    def test_outlives_the_person(self):
        line = self.insert(self.user_job)
        name, number = self.candidate.name, self.candidate.id
        self.candidate.sudo().unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((line.pseudonym, line.res_id), (name, number))

    def test_outlives_the_account(self):
        user = self.create_user('former', f'{MODULE}.group_job_centre')
        line = self.insert(user)
        user.unlink()
        self.assertEqual((line.login, line.user_name), ('test_former', 'test_former'))


@tagged('post_install', '-at_install')
class TestAccessLogHttp(AsciiCookieMixin, AccessLogCommon, HttpCase):
    def call(self, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f'/web/dataset/call_kw/outreach.candidate/{method}',
            {'model': 'outreach.candidate', 'method': method, 'args': args, 'kwargs': kwargs},
        )

    def test_read_only_requests(self):
        self.authenticate('test_job', 'test_job')
        self.call('web_read', self.candidate.ids, specification={'name': {}})
        self.call('web_search_read', [('id', '=', self.second.id)], specification={'name': {}})
        self.assertLessEqual(
            {('read', 'outreach.candidate', self.candidate.id), ('search', 'outreach.candidate', self.second.id)}, self.written()
        )

    def test_chatter_page(self):
        self.candidate.message_post(body="Test", subtype_xmlid='mail.mt_note')
        self.authenticate('test_job', 'test_job')
        self.make_jsonrpc_request('/mail/thread/messages', {'thread_model': 'outreach.candidate', 'thread_id': self.candidate.id})
        self.assertEqual(self.written(), {('read', 'outreach.candidate', self.candidate.id)})

    @mute_logger('odoo.addons.rpc.controllers.xmlrpc')  # deprecated, and there
    def test_numbers_by_a_client(self):
        """By the page, and by each of the doors for scripts."""
        domain = [('id', '=', self.candidate.id)]
        found = {('search', 'outreach.candidate', self.candidate.id), ('group', 'outreach.candidate', 0)}
        self.authenticate('test_job', 'test_job')
        self.assertEqual(self.call('search', domain), self.candidate.ids)
        self.assertEqual(self.written(), found)
        key = (
            self.env['res.users.apikeys'].with_user(self.user_migration)._generate('rpc', "Test", fields.Datetime.now() + timedelta(days=1))
        )
        self.forget()
        self.authenticate(None, None)
        answer = self.url_open(
            '/json/2/outreach.candidate/search', json={'domain': domain}, headers={'Authorization': f'Bearer {key}'}, method='POST'
        )
        self.assertEqual(answer.json(), self.candidate.ids)
        self.assertEqual(self.written(self.user_migration), found)
        self.before |= found
        second = [('id', '=', self.second.id)]
        credentials = (self.cr.dbname, self.user_migration.id, key)
        self.assertEqual(self.xmlrpc_object.execute(*credentials, 'outreach.candidate', 'search', second), self.second.ids)
        self.assertEqual(self.written(self.user_migration), {('search', 'outreach.candidate', self.second.id)})
