"""Managers export what they see, of persons nothing; who else may not, may not by any of core's ways."""

import csv
import functools
import inspect
import io
import json
import logging
from datetime import timedelta
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Datetime
from odoo.http import Request
from odoo.sql_db import db_connect
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from odoo.addons.web.controllers import export

from ...tools.base import log_values
from ..common import MODULE, ROLES, AsciiCookieMixin, OutreachCommon

EXPORT = 'base.group_allow_export'
PERSON_EXPORT = f'{MODULE}.group_person_export'
FORBIDDEN = ('odoo.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
# Models of which each record is about one person.
PERSONS = (
    'outreach.candidate',
    'outreach.candidate.skill',
    'outreach.job.permit',
    'outreach.candidate.occupation',
    'outreach.candidate.language',
    'outreach.candidate.regime',
    'outreach.barrier',
    'outreach.permit.request',
    'outreach.match',
    'outreach.proposal',
    'outreach.placement',
    'outreach.candidate.import',
    'outreach.candidate.import.row',
)
SECRET = "BG-7731"
HEADS = 73421986  # no id or year has these digits


class ExportCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        occupation = cls.env['outreach.occupation'].search([], limit=1)
        cls.skill = cls.env['outreach.skill'].create({'name': "Test Skill"})
        cls.company.outreach_vetting = 'checked'
        cls.visit = cls.create_visit(team=cls.user_econ | cls.user_job, stage='done')
        cls.demand = cls.create_demand(user=cls.user_job, positions=4, skill_ids=[Command.create({'skill_id': cls.skill.id})])
        cls.candidate = (
            cls.env['outreach.candidate']
            .with_user(cls.user_job)
            .create(
                {
                    'german_level': '3_b1',
                    'reference': SECRET,
                    'adviser_id': cls.user_migration.id,
                    'user_id': cls.user_job.id,
                    'municipality_id': cls.bramsche.id,
                    'status': 'available',
                    'skill_ids': [Command.create({'skill_id': cls.skill.id})],
                    'barrier_ids': [Command.create({'kind': 'mobility'})],
                    'occupation_ids': [Command.create({'occupation_id': occupation.id})],
                    'language_ids': [Command.create({'language_id': cls.env['outreach.language'].search([], limit=1).id})],
                    'regime_ids': [Command.create({})],
                    'job_permit_ids': [Command.create({'occupation_id': occupation.id})],
                }
            )
        )
        cls.pool = (
            cls.env['outreach.pool']
            .with_user(cls.user_job)
            .create(
                {
                    'name': "Test Pool",
                    'purpose': "Test",
                    'is_hand_counted': True,
                    'head_count': HEADS,
                    'demand_ids': [Command.link(cls.demand.id)],
                }
            )
        )
        cls.match = (
            cls.env['outreach.match']
            .with_user(cls.user_job)
            .search([('demand_id', '=', cls.demand.id), ('candidate_id', '=', cls.candidate.id)])
        )
        cls.match.action_select()
        cls.placement = (
            cls.env['outreach.placement'].with_user(cls.user_job).create({'partner_id': cls.company.id, 'demand_id': cls.demand.id})
        )
        job = cls.env['outreach.candidate.import'].with_user(cls.user_job).create({'file_name': 'test.csv'})
        cls.env['outreach.candidate.import.row'].create({'import_id': job.id, 'line': 1, 'reference': SECRET})
        cls.request = (
            cls.env['outreach.permit.request']
            .with_user(cls.user_job)
            .create(
                {
                    'candidate_id': cls.candidate.id,
                    'foreign_reference': "ABH 7",
                    'to_agency_id': cls.agency_immigration.id,
                    'partner_id': cls.company.id,
                    'occupation_id': occupation.id,
                }
            )
        )
        cls.user_both = cls.create_user('both', f'{MODULE}.group_outreach_manager,{MODULE}.group_job_centre')
        cls.env.flush_all()


class TestExport(ExportCommon):
    def test_who_has_the_right(self):
        holders = {role for role in (*ROLES, 'internal', 'both') if getattr(self, f'user_{role}').has_group(EXPORT)}
        self.assertEqual(holders, {'manager', 'both'})
        self.assertTrue(self.match, "precondition")

    def test_manager_exports_what_she_sees(self):
        env = self.env(user=self.user_manager)
        lead = self.visit.lead_id.with_env(env)
        columns = [
            'name',
            'outreach_municipality_id',
            'outreach_open_positions',
            'outreach_last_contact',
            'outreach_next_contact',
            'outreach_days_in_stage',
            'outreach_visit_ids/agency_ids/name',
        ]
        [row] = lead.export_data(columns)['datas']
        self.assertEqual(
            row,
            [
                lead.name,
                "Bramsche",
                4,
                Datetime.context_timestamp(self.visit, self.visit.start).date(),
                '',
                0,
                f"{self.agency_econ.name},{self.agency_job.name}",
            ],
        )
        for record in (self.visit, self.demand, self.company, self.pool):
            self.assertEqual(record.with_env(env).export_data(['display_name'])['datas'], [[record.display_name]])

    @mute_logger(*FORBIDDEN)
    def test_persons_stay(self):
        """Neither their own models, nor a path to them, nor a number about them that is not published."""
        for user in (self.user_manager, self.user_both):
            env = self.env(user=user)
            for model in PERSONS:
                records = self.env[model].sudo().search([] if model != 'outreach.match' else [('demand_id', '=', self.demand.id)])
                with self.subTest(user=user.login, model=model):
                    self.assertTrue(records, "precondition")
                    with self.assertRaises(UserError):
                        records.with_env(env).export_data(['display_name'])
            for path in (
                'proposal_ids/candidate_id/name',
                'proposal_ids',
                'proposal_ids/id',
                'proposal_ids/.id',
                'match_count_ids/fits_now' if user == self.user_manager else 'proposal_ids/reasons_text',
            ):
                with self.subTest(user=user.login, path=path), self.assertRaises(UserError):
                    self.demand.with_env(env).export_data(['name', path])
        with self.assertRaises(AccessError):
            self.pool.with_user(self.user_manager).export_data(['head_count'])
        with self.assertRaises(AccessError):
            self.demand.with_user(self.user_manager).export_data(['pool_ids/head_count'])

    @mute_logger(*FORBIDDEN)
    def test_what_refers_to_persons_stays(self):
        """Rows that refer to persons by model and number, and names of persons in one cell."""
        env = self.env(user=self.user_both)
        self.candidate.message_post(body=SECRET, subtype_xmlid='mail.mt_note')
        self.candidate.message_subscribe(partner_ids=self.user_both.partner_id.ids)
        for record in (self.candidate, self.candidate.barrier_ids, self.visit):
            record.sudo().activity_schedule(summary=SECRET, user_id=self.user_both.id)
            self.attach_as_before(record, name=SECRET)
        Pool = self.env['outreach.pool'].with_user(self.user_job)
        pool = Pool.create(
            {'name': "Test Members", 'member_ids': [Command.set(self.candidate.ids)], 'demand_ids': [Command.link(self.demand.id)]}
        ).with_env(env)
        without = Pool.create({'name': "Test Without", 'excluded_ids': [Command.set(self.candidate.ids)]}).with_env(env)
        self.settle()
        persons = ('outreach.candidate', 'outreach.barrier')
        for model, name, fields in (
            ('mail.activity', 'res_model', ['res_name', 'summary']),
            ('ir.attachment', 'res_model', ['name', 'res_name', 'raw']),
            ('mail.followers', 'res_model', ['display_name']),  # messages are exported by administrators only
        ):
            about, rest = (env[model].search([(name, operator, persons)], limit=5) for operator in ('in', 'not in'))
            with self.subTest(model=model):
                self.assertTrue(about and rest, "precondition")
                for rows, columns in ((about, fields), (about | rest, fields), (rest | about, ['id'])):
                    with self.assertRaises(AccessError):
                        rows.export_data(columns)
                self.assertTrue(rest.export_data(fields)['datas'])
        visit = self.visit.with_env(env)
        self.assertTrue(pool.member_ids and without.excluded_ids, "precondition")
        for record, path in (
            (pool, 'member_ids'),
            (pool, 'member_ids/id'),
            (pool, 'member_ids/name'),
            (without, 'excluded_ids'),
            (pool, 'demand_ids/proposal_ids'),
        ):
            for compatible in (True, False) if '/proposal' not in path else (False,):  # there core takes the demand's name only
                with self.subTest(path=path, compatible=compatible), self.assertRaises(AccessError):
                    record.with_context(import_compat=compatible).export_data(['name', path])
        self.assertEqual(pool.export_data(['name', 'demand_ids'])['datas'][0][0], pool.name)
        self.assertEqual(visit.export_data(['activity_ids/summary'])['datas'][0], [SECRET])

    def give_reason(self, user, reason="List for the meeting on nursing courses"):
        return self.env['outreach.export.reason'].with_user(user).create({'reason': reason}).action_give()

    def test_with_right_and_reason(self):
        """An administrator may let somebody of the job centre export persons; who does says why, and it is written down of whom."""
        self.user_job.group_ids += self.env.ref(PERSON_EXPORT)
        candidate, demand = self.candidate.with_user(self.user_job), self.demand.with_user(self.user_job)
        for call in (lambda: candidate.export_data(['reference']), lambda: demand.export_data(['proposal_ids/candidate_id/reference'])):
            with self.assertRaisesRegex(UserError, "with a reason"):
                call()
        self.assertIn("written down", self.give_reason(self.user_job)['params']['message'])
        self.assertEqual(candidate.export_data(['reference'])['datas'], [[SECRET]])
        self.assertTrue(demand.export_data(['proposal_ids/candidate_id/reference'])['datas'])
        with db_connect(self.cr.dbname).cursor() as cr:
            cr.execute("SELECT login, res_id FROM outreach_access_log WHERE kind = 'export' AND user_number = %s", [self.user_job.id])
            self.assertIn(('test_job', self.candidate.id), cr.fetchall())
        permit = self.env['outreach.export.permit'].with_user(self.user_dpo).search([('user_id', '=', self.user_job.id)])
        self.assertEqual((permit.login, permit.reason), ('test_job', "List for the meeting on nursing courses"))

    def test_a_reason_holds_for_an_hour(self):
        self.user_job.group_ids += self.env.ref(PERSON_EXPORT)
        self.give_reason(self.user_job)
        for minutes, holds in ((59, True), (61, False)):
            self.cr.cache.pop('outreach_export_permit', None)
            with freeze_time(Datetime.now() + timedelta(minutes=minutes)):
                if holds:
                    self.candidate.with_user(self.user_job).export_data(['name'])
                else:
                    with self.assertRaisesRegex(UserError, "with a reason"):
                        self.candidate.with_user(self.user_job).export_data(['name'])

    def test_a_reason_is_for_one_user(self):
        self.user_job.group_ids += self.env.ref(PERSON_EXPORT)
        self.give_reason(self.user_job)
        other = self.create_user('other', f'{MODULE}.group_job_centre,{PERSON_EXPORT}')
        with self.assertRaisesRegex(UserError, "with a reason"):
            self.candidate.with_user(other).export_data(['name'])

    def test_no_reason(self):
        self.user_job.group_ids += self.env.ref(PERSON_EXPORT)
        for reason in ("", "   ", "because"):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                self.give_reason(self.user_job, reason or " ")

    @mute_logger(*FORBIDDEN)
    def test_reason_without_the_right(self):
        """Core's right to export is none for persons, nor is a reason, nor is the role of an administrator."""
        self.user_job.group_ids += self.env.ref(EXPORT)
        admin = self.create_user('system', f'base.group_system,{EXPORT}')
        for user in (self.user_job, admin, self.user_dpo, *(getattr(self, f'user_{role}') for role in (*ROLES, 'internal', 'both'))):
            Permit = self.env['outreach.export.permit'].with_user(user)
            vals = {'login': 'x', 'reason': "a reason", 'date_from': '2026-01-01', 'date_until': '2100-01-01', 'company_id': 1}
            for call in (
                lambda user=user: self.give_reason(user),
                lambda Permit=Permit: Permit._give_reason("a reason that is long"),
                lambda Permit=Permit, vals=vals: Permit.create({**vals, 'user_id': Permit.env.uid}),
                lambda user=user: self.candidate.with_user(user).export_data(['name']),
            ):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    call()
            if user != self.user_dpo:
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    Permit.search([])

    def test_reasons_are_kept_as_long_as_the_log(self):
        permits = self.env['outreach.export.permit'].create(
            [
                {
                    'login': 'x',
                    'reason': "test",
                    'date_from': Datetime.now() - timedelta(days=days),
                    'date_until': Datetime.now(),
                    'company_id': self.env.company.id,
                }
                for days in (400, 300)
            ]
        )
        self.env['outreach.export.permit']._gc_permits()
        self.assertEqual(permits.exists(), permits[1])

    def test_queries_of_an_export(self):
        """The right is looked up once, and the log is one statement, however many rows."""
        self.user_job.group_ids += self.env.ref(PERSON_EXPORT)
        self.give_reason(self.user_job)
        people = self.env['outreach.candidate'].with_user(self.user_job).create([{} for __ in range(80)])
        counts, calls = [], []
        insert = type(self.env['outreach.access.log'])._insert
        with patch.object(type(self.env['outreach.access.log']), '_insert', lambda log, rows: calls.append(len(rows)) or insert(log, rows)):
            for number in (5, 10, 80):  # the first one warms up
                self.env.invalidate_all()
                self.cr.cache.clear()
                before = self.cr.sql_log_count
                self.assertEqual(len(people[:number].export_data(['name', 'skill_ids/level'])['datas']), number)
                counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertEqual(calls, [5, 10, 80])

    @mute_logger(*FORBIDDEN)
    def test_no_field_leads_to_a_person(self):
        """All that a manager can choose in core's dialog, two levels deep, on all models of the addon and those it extends."""
        env = self.env(user=self.user_manager)
        secrets = {SECRET, self.candidate.name, str(HEADS)}
        names = {name for name, model in self.env.registry.items() if any(MODULE in field._modules for field in model._fields.values())}
        tried = 0

        @functools.cache
        def get_fields(model):
            """`{name: comodel or None}` of what core's dialog offers."""
            found = env[model].fields_get(attributes=['exportable', 'relation'])
            return {fname: field.get('relation') for fname, field in found.items() if field.get('exportable', True) and fname != 'id'}

        for name in sorted({*names, 'mail.message', 'mail.activity', 'mail.followers', 'calendar.event'}):
            model = env[name]
            if model._transient or model._abstract or not model.has_access('read'):
                continue
            self.env.invalidate_all()
            records = model.search([], limit=4, order='id desc')  # those of this test
            columns = [[fname] for fname in get_fields(name)] + [
                [f'{fname}/{below}' for below in get_fields(relation)]
                for fname, relation in get_fields(name).items()
                if relation in env and env[relation].has_access('read')
            ]
            for column in filter(None, columns):
                try:
                    found = str(records.export_data(column)['datas'])
                except UserError:
                    continue
                tried += 1
                for secret in secrets:
                    with self.subTest(model=name, column=column, secret=secret):
                        self.assertNotIn(secret, found)
        self.assertGreater(tried, 500)


@tagged('post_install', '-at_install')
class TestExportHttp(AsciiCookieMixin, ExportCommon, HttpCase):
    def export(self, kind, model, fields, domain=(), **values):
        return self.url_open(
            f'/web/export/{kind}',
            data={
                'data': json.dumps(
                    {
                        'model': model,
                        'fields': [{'name': name, 'label': name, 'type': 'char'} for name in fields],
                        'ids': False,
                        'domain': list(domain),
                        'import_compat': False,
                        'groupby': [],
                        **values,
                    }
                ),
                'csrf_token': Request.csrf_token(self),
            },
        )

    def log_in(self, role):
        self.authenticate(f'test_{role}', f'test_{role}')

    def test_manager(self):
        self.log_in('manager')
        fields = ['name', 'outreach_municipality_id', 'outreach_open_positions', 'outreach_days_in_stage']
        domain = [('id', '=', self.visit.lead_id.id)]
        answer = self.export('csv', 'crm.lead', fields, domain)
        self.assertEqual(answer.status_code, 200, answer.text)
        rows = list(csv.reader(io.StringIO(answer.content.decode('utf-8-sig'))))
        self.assertEqual(rows, [fields, [self.visit.lead_id.name, "Bramsche", '4', '0']])
        for groups in ([], ['outreach_municipality_id'], ['outreach_last_contact:month', 'stage_id']):
            answer = self.export('xlsx', 'crm.lead', fields, domain, groupby=groups)
            self.assertEqual(answer.status_code, 200, answer.text)
            cells = [cell.value for row in load_workbook(io.BytesIO(answer.content)).active for cell in row]
            self.assertIn(self.visit.lead_id.name, cells)
            self.assertIn("Bramsche", ' '.join(str(cell) for cell in cells))
        for model in ('outreach.visit', 'outreach.demand', 'res.partner', 'outreach.due', 'outreach.promise'):
            self.assertEqual(self.export('xlsx', model, ['display_name']).status_code, 200)

    @mute_logger('odoo.http', 'odoo.addons.web.controllers.export', *FORBIDDEN)
    def test_persons_stay(self):
        for role in ('manager', 'both'):
            self.log_in(role)
            for kind in ('csv', 'xlsx'):
                for model, field, groups in (
                    ('outreach.candidate', 'name', []),
                    ('outreach.candidate', 'reference', ['municipality_id']),
                    ('outreach.barrier', 'kind', []),
                    ('outreach.permit.request', 'name', []),
                    ('outreach.placement', 'date_start', []),
                    ('outreach.proposal', 'reasons_text', []),
                    ('outreach.demand', 'proposal_ids/candidate_id/name', []),
                    ('outreach.demand', 'proposal_ids', []),
                    ('outreach.pool', 'name', ['member_ids']),
                    ('outreach.pool', 'name', ['demand_ids', 'member_ids']),
                ):
                    answer = self.export(kind, model, [field], groupby=groups)
                    with self.subTest(role=role, kind=kind, model=model, field=field):
                        self.assertEqual(answer.status_code, 500)
                        self.assertNotIn(SECRET.encode(), answer.content)
        self.log_in('both')
        self.assertEqual(self.export('xlsx', 'outreach.pool', ['name'], groupby=['demand_ids']).status_code, 200)
        self.log_in('manager')
        with self.assertRaises(JsonRpcException):  # no name of a field
            self.make_jsonrpc_request('/web/export/get_fields', {'model': 'outreach.candidate', 'domain': []})

    @mute_logger('odoo.http', 'odoo.addons.web.controllers.export', *FORBIDDEN)
    def test_others(self):
        for role in (*ROLES, 'internal', 'portal'):
            if role == 'manager':
                continue
            self.log_in(role)
            for kind in ('csv', 'xlsx'):
                for model in ('crm.lead', 'outreach.visit', 'outreach.demand', 'res.partner', 'event.booth'):
                    answer = self.export(kind, model, ['display_name'])
                    with self.subTest(role=role, kind=kind, model=model):
                        self.assertEqual(answer.status_code, 500)
                        self.assertNotIn("Probewerk", answer.text)
            with self.subTest(role=role, route='/json/1'):
                self.env['ir.config_parameter'].set_param('web.json.enabled', 'True')
                self.assertNotEqual(self.url_open('/json/1/outreach-demands').status_code, 200)

    def test_log_says_who_and_what_without_what_was_searched(self):
        """The line is made as core makes it."""
        log_values.install()
        said = "User %d exported %d %r records from %s. Fields: %s. %s: %s"
        logger = logging.getLogger(export.__name__)
        self.assertIn(said, inspect.getsource(export.ExportFormat.base), "precondition")
        self.assertIs(export._logger, logger, "precondition")
        for model, domain in (
            ('outreach.candidate', [['reference', '=', SECRET]]),
            ('outreach.barrier', [['candidate_id', 'any', [['reference', '=', SECRET]]]]),
            ('res.partner', ['|', ['phone', 'ilike', SECRET], ['name', '=', SECRET]]),
        ):
            record = logger.makeRecord(
                logger.name,
                logging.INFO,
                __file__,
                1,
                said,
                (self.user_job.id, 1, model, '127.0.0.1', 'display_name', 'Domain', domain),
                None,
            )
            with self.subTest(model=model):
                self.assertTrue(logger.filter(record))
                line = record.getMessage()
                self.assertNotIn(SECRET, line)
                for kept in (f'User {self.user_job.id} exported 1 ', repr(model), 'display_name', domain[-1][0]):
                    self.assertIn(kept, line)

    @mute_logger('odoo.http', 'odoo.addons.web.controllers.export', *FORBIDDEN)
    def test_persons_with_right_and_reason(self):
        """The whole way: refused, reason, list as file; the same for a pivot."""
        self.user_job.group_ids += self.env.ref(PERSON_EXPORT)
        self.log_in('job')
        pivot = {
            'model': 'outreach.candidate',
            'title': "Test",
            'measure_count': 1,
            'origin_count': 1,
            'origin_headers': [],
            'col_group_headers': [[{'title': "Total", 'width': 1, 'height': 1}]],
            'measure_headers': [{'title': "Count", 'width': 1, 'is_bold': False}],
            'rows': [{'title': "Available", 'indent': 0, 'values': [{'value': 4}]}],
        }

        def load_pivot():
            return self.url_open('/web/pivot/export_xlsx', data={'csrf_token': Request.csrf_token(self), 'data': json.dumps(pivot)})

        self.assertEqual(self.export('xlsx', 'outreach.candidate', ['name']).status_code, 500)
        self.assertNotEqual(load_pivot().status_code, 200)
        self.make_jsonrpc_request(
            '/web/dataset/call_kw/outreach.export.reason/web_save',
            {
                'model': 'outreach.export.reason',
                'method': 'web_save',
                'args': [[], {'reason': "List for the meeting"}],
                'kwargs': {'specification': {}},
            },
        )
        reason = self.env['outreach.export.reason'].search([('create_uid', '=', self.user_job.id)])
        self.make_jsonrpc_request(
            '/web/dataset/call_button/outreach.export.reason/action_give',
            {'model': 'outreach.export.reason', 'method': 'action_give', 'args': [reason.ids], 'kwargs': {}},
        )
        for kind in ('csv', 'xlsx'):
            answer = self.export(kind, 'outreach.candidate', ['name'], [('id', '=', self.candidate.id)])
            self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(load_pivot().status_code, 200)
        with db_connect(self.cr.dbname).cursor() as cr:
            cr.execute("SELECT res_id FROM outreach_access_log WHERE kind = 'export' AND user_number = %s", [self.user_job.id])
            self.assertLessEqual({self.candidate.id, 0}, {number for (number,) in cr.fetchall()})
        for role in ('manager', 'both', 'econ', 'migration'):
            self.log_in(role)
            with self.subTest(role=role):
                self.assertNotEqual(load_pivot().status_code, 200)

    def test_pivot(self):
        """The client sends the cells that it shows, so the right does not matter; what it shows are the pivot's numbers."""
        self.log_in('econ')
        groups = self.make_jsonrpc_request(
            '/web/dataset/call_kw/crm.lead/formatted_read_grouping_sets',
            {
                'model': 'crm.lead',
                'method': 'formatted_read_grouping_sets',
                'args': [],
                'kwargs': {
                    'domain': [['id', '=', self.visit.lead_id.id]],
                    'grouping_sets': [[], ['outreach_municipality_id'], ['outreach_next_contact:month'], ['outreach_last_contact:quarter']],
                    'aggregates': ['__count', 'outreach_open_positions:sum', 'outreach_days_in_stage:avg'],
                },
            },
        )
        for group in groups:
            self.assertEqual(
                [(line['__count'], line['outreach_open_positions:sum'], line['outreach_days_in_stage:avg']) for line in group], [(1, 4, 0)]
            )
        answer = self.url_open(
            '/web/pivot/export_xlsx',
            data={
                'csrf_token': Request.csrf_token(self),
                'data': json.dumps(
                    {
                        'model': 'crm.lead',
                        'title': "Pipeline",
                        'measure_count': 1,
                        'origin_count': 1,
                        'origin_headers': [],
                        'col_group_headers': [[{'title': "Total", 'width': 1, 'height': 1}]],
                        'measure_headers': [{'title': "Open Positions", 'width': 1, 'is_bold': False}],
                        'rows': [{'title': "Bramsche", 'indent': 0, 'values': [{'value': 4}]}],
                    }
                ),
            },
        )
        self.assertEqual(answer.status_code, 200)
        cells = [cell.value for row in load_workbook(io.BytesIO(answer.content)).active for cell in row]
        self.assertIn(4, cells)
