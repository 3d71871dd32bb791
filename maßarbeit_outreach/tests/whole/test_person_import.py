"""Core's import takes no file about persons, from nobody; the addon's own does, and keeps none."""

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import MODULE, OutreachCommon
from .test_export import FORBIDDEN, PERSONS

FILE = b"reference,german_level\nBG-7731,B1\n"
OPTIONS = {'quoting': '"', 'separator': ',', 'has_headers': True}


@tagged('post_install', '-at_install')
class TestPersonImport(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = ('group_outreach_manager', 'group_job_centre', 'group_migration_centre')
        cls.user_all = cls.create_user('all', ','.join([*(f'{MODULE}.{group}' for group in groups), 'base.group_system']))

    def call(self, user, model, method, *args):
        with self.env.cr.savepoint():
            return call_kw(self.env[model].with_user(user), method, args, {})

    def begin(self, user, model):
        [number] = self.call(user, 'base_import.import', 'create', [{'res_model': model}])
        return self.env['base_import.import'].with_user(user).browse(number)

    def count(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT count(*) FROM base_import_import WHERE file IS NOT NULL")
        return self.env.cr.fetchone()[0]

    def test_no_file_about_persons_is_taken(self):
        before = self.count()
        for user in (self.user_job, self.user_migration, self.user_all):
            for model in PERSONS:
                with self.subTest(user=user.login, model=model):
                    with self.assertRaises(UserError) as caught:
                        self.begin(user, model)
                    self.assertIn("Jobseekers → Import Candidates", str(caught.exception))
                    job = self.begin(user, 'outreach.topic')
                    with self.assertRaises(UserError):
                        self.call(user, job._name, 'write', job.ids, {'res_model': model})
                    with self.assertRaises(UserError):
                        self.call(user, job._name, 'write', job.ids, {'res_model': model, 'file': FILE})
                    self.assertEqual(job.res_model, 'outreach.topic')
                    with self.assertRaises(UserError):
                        self.call(user, model, 'load', ['display_name'], [["x"]])
        self.assertEqual(self.count(), before)

    def test_what_was_begun_before_is_not_gone_on_with(self):
        """Files that lie there from before the update."""
        job = self.env['base_import.import'].create({'res_model': 'outreach.candidate', 'file': FILE, 'file_type': 'text/csv'})
        self.env.cr.execute("UPDATE base_import_import SET create_uid = %s WHERE id = %s", [self.user_job.id, job.id])
        with self.assertRaises(UserError):
            self.call(self.user_job, job._name, 'parse_preview', job.ids, OPTIONS)
        for dryrun in (True, False):
            columns = ['reference', 'german_level']
            with self.assertRaises(UserError):
                self.call(self.user_job, job._name, 'execute_import', job.ids, columns, columns, OPTIONS, dryrun)
        self.assertFalse(self.env['outreach.candidate'].search([('reference', '=', 'BG-7731')]))

    @mute_logger(*FORBIDDEN)
    def test_nor_through_the_lists_of_others(self):
        person = self.env['outreach.candidate'].with_user(self.user_job).create({'reference': "BG 1"})
        company = str(self.company.id)
        for model, columns, row in (
            ('outreach.pool', ['name', 'purpose', 'member_ids/.id'], ["Test", "Test", str(person.id)]),
            ('outreach.pool', ['name', 'purpose', 'excluded_ids'], ["Test", "Test", person.name]),
            ('outreach.demand', ['name', 'partner_id/.id', 'proposal_ids/candidate_id/.id'], ["Test", company, str(person.id)]),
            (
                'mail.activity',
                ['res_model_id/.id', 'res_id', 'summary', 'user_id/.id'],
                [str(self.env['ir.model']._get_id(person._name)), str(person.id), "BG-7731", str(self.user_job.id)],
            ),
        ):
            for user in (self.user_job, self.user_all):
                with self.subTest(model=model, columns=columns, user=user.login), self.assertRaises(UserError):
                    self.call(user, model, 'load', columns, [row])
        self.assertFalse(person.activity_ids)
        row = [person._name, str(person.id), "BG-7731"]
        self.assertFalse(self.call(self.user_job, 'ir.attachment', 'load', ['res_model', 'res_id', 'name'], [row])['ids'])

    def test_others_are_imported_as_before(self):
        job = self.begin(self.user_manager, 'outreach.topic')
        job.write({'file': b"name\nTest Topic\n", 'file_type': 'text/csv', 'file_name': 'x.csv'})
        self.assertNotIn('error', self.call(self.user_manager, job._name, 'parse_preview', job.ids, OPTIONS))
        answer = self.call(self.user_manager, job._name, 'execute_import', job.ids, ['name'], ['name'], OPTIONS)
        self.assertFalse(answer['messages'])
        self.assertEqual(self.env['outreach.topic'].browse(answer['ids']).name, "Test Topic")
        answer = self.call(self.user_job, 'mail.activity', 'load', ['summary', 'user_id/.id'], [["Test", str(self.user_job.id)]])
        self.assertTrue(answer['ids'], answer['messages'])

    @mute_logger(*FORBIDDEN)
    def test_the_lists_do_not_offer_it(self):
        seen = 0
        for model in PERSONS:
            for user in (self.user_job, self.user_immigration):
                if not self.env[model].with_user(user).has_access('read'):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).get_views([(False, 'list')])
                    continue
                for view in self.env['ir.ui.view'].search(
                    [('model', '=', model), ('type', 'in', ('list', 'kanban')), ('mode', '=', 'primary')]
                ):
                    [found] = self.env[model].with_user(user).get_views([(view.id, view.type)])['views'].values()
                    seen += 1
                    self.assertIn(' import="0"', found['arch'][:300], view.xml_id)
        self.assertGreater(seen, 15)
        self.assertNotIn(' import="0"', self.env['outreach.visit'].get_views([(False, 'list')])['views']['list']['arch'][:300])
