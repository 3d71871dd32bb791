"""Company import over HTTP: what a browser, or somebody with a URL, can do."""

import base64

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import MODULE, ROLES, AsciiCookieMixin
from .test_company_import import CompanyImportCommon

MODEL = 'outreach.company.import'


@tagged('post_install', '-at_install', 'outreach_import')
class TestCompanyImportHttp(AsciiCookieMixin, CompanyImportCommon, HttpCase):
    def log_in(self, role):
        self.authenticate(f'test_{role}', f'test_{role}')

    def call(self, method, *args, **kwargs):
        params = {'model': MODEL, 'method': method, 'args': list(args), 'kwargs': kwargs}
        return self.make_jsonrpc_request(f'/web/dataset/call_kw/{MODEL}/{method}', params)

    def test_import_by_rpc(self):
        """The calls of the web client, one request each."""
        self.log_in('manager')
        content = base64.b64encode(self.generate(25).encode()).decode()
        [job] = self.call('web_save', [], {'file': content, 'file_name': 'a.csv'}, specification={'id': {}})
        self.call('action_preview', [job['id']])
        [values] = self.call('read', [job['id']], ['state', 'new_count', 'todo_count'])
        self.assertEqual((values['state'], values['new_count'], values['todo_count']), ('preview', 25, 25))
        self.call('action_import', [job['id']])
        step = self.call('action_import_step', [job['id']])
        self.assertEqual(step, {'done': 25, 'remaining': 0, 'busy': False})
        [values] = self.call('read', [job['id']], ['state', 'created_count'])
        self.assertEqual((values['state'], values['created_count']), ('done', 25))

    @mute_logger('odoo.http')
    def test_other_roles_by_rpc(self):
        job = self.preview(self.generate(2))
        for role in (*ROLES, 'internal', 'portal'):
            if role == 'manager':
                continue
            self.log_in(role)
            with self.subTest(role):
                for method, args in (
                    ('create', ({'file': 'bmFtZQpB', 'file_name': 'a.csv'},)),
                    ('read', ([job.id], ['file'])),
                    ('action_preview', ([job.id],)),
                    ('action_import', ([job.id],)),
                    ('action_import_step', ([job.id],)),
                    ('action_open_companies', ([job.id],)),
                ):
                    with self.assertRaisesRegex(Exception, 'not allowed|Access|access'):
                        self.call(method, *args)
        self.assertEqual(job.state, 'preview')

    @mute_logger('odoo.http')
    def test_private_methods(self):
        job = self.preview(self.generate(2))
        self.log_in('manager')
        for method in ('_drop_rows', '_set_columns', '_get_rejected_csv'):
            with self.assertRaisesRegex(Exception, 'AccessError'):
                self.call(method, [job.id])

    def test_file_is_private(self):
        job = self.preview('name,zip\nA,1\n,2\n')
        attachment = (
            self.env['ir.attachment'].sudo().search([('res_model', '=', MODEL), ('res_id', '=', job.id), ('res_field', '=', 'file')])
        )
        other = self.create_user('manager_two', f'{MODULE}.group_outreach_manager')
        urls = [f'/web/content/{attachment.id}', f'/web/content/{MODEL}/{job.id}/file', f'/web/content/{MODEL}/{job.id}/rejected_file']
        for role in ('econ', 'internal', 'portal', other.login.removeprefix('test_')):
            self.log_in(role)
            for url in urls:
                self.assertEqual(self.url_open(url).status_code, 404, f'{role}: {url}')
        self.authenticate(None, None)
        for url in urls:
            self.assertEqual(self.url_open(url).status_code, 404, url)
        self.log_in('manager')
        for url in urls:
            self.assertEqual(self.url_open(url).status_code, 200, url)

    def test_rejected_rows_download(self):
        job = self.preview('name,zip\nA,1\n,2\n', name='Größe.csv')
        self.log_in('manager')
        response = self.url_open(job.action_download_rejected()['url'])
        self.assertEqual(response.status_code, 200)
        self.assertIn("Gr%C3%B6%C3%9Fe_rejected.csv", response.headers['Content-Disposition'])
        self.assertIn("attachment", response.headers['Content-Disposition'])
        self.assertEqual(
            response.content.decode('utf-8-sig').splitlines(),
            ['name;zip;Line;Column;Reason', ";2;3;name, zip;The name is missing. “2” is not a postcode."],
        )
