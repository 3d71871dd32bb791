"""Art. 5 (2), 32 GDPR: who has had which role, since when, by whom; it is written whichever way roles change, and by nobody's hand."""

import io
from datetime import timedelta

from pypdf import PdfReader

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import users
from odoo.tools import mute_logger

from ..common import MODULE, OutreachCommon

FORBIDDEN = ('odoo.models', 'odoo.orm.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')


class TestRoleGrant(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.env.ref(f'{MODULE}.group_outreach_officer')
        cls.job_centre = cls.env.ref(f'{MODULE}.group_job_centre')
        cls.chief = cls.create_user('chief', 'base.group_erp_manager,base.group_partner_manager')

    def grants(self, user, role=None):
        found = self.env['outreach.role.grant'].search([('user_id', '=', user.id)], order='id')
        return found.filtered(lambda grant: grant.role_id == role) if role else found

    def test_given_and_taken(self):
        user = self.create_user('newcomer', 'base.group_user')
        self.assertFalse(self.grants(user))
        user.with_user(self.chief).group_ids = [Command.link(self.job_centre.id)]
        grant = self.grants(user, self.job_centre)
        self.assertEqual((grant.granted_by_id, grant.login, grant.date_until), (self.chief, 'test_newcomer', False))
        self.assertTrue(grant.date_from)
        self.assertTrue(self.grants(user, self.officer), "a role that another one brings along")
        user.with_user(self.chief).group_ids = [Command.unlink(self.job_centre.id)]
        self.assertTrue(grant.date_until)
        self.assertEqual(grant.withdrawn_by_id, self.chief)
        self.assertFalse(self.grants(user).filtered(lambda grant: not grant.date_until))
        user.group_ids = [Command.link(self.job_centre.id)]
        self.assertEqual(len(self.grants(user, self.job_centre)), 2, "what was before stays")

    def test_every_way(self):
        """By the group, by a group above it, by archiving and bringing back, by deleting; a user made with a role."""
        user = self.create_user('newcomer', 'base.group_user')

        def open_roles():
            return self.grants(user).filtered(lambda grant: not grant.date_until).role_id

        self.job_centre.user_ids = [Command.link(user.id)]
        self.assertIn(self.job_centre, open_roles())
        self.job_centre.user_ids = [Command.unlink(user.id)]
        self.assertFalse(open_roles())
        above = self.env['res.groups'].create({'name': "Test Above", 'user_ids': [Command.link(user.id)]})
        above.implied_ids = [Command.link(self.job_centre.id)]
        self.assertIn(self.job_centre, open_roles())
        user.active = False
        self.assertFalse(open_roles())
        user.active = True
        self.assertIn(self.job_centre, open_roles())
        above.implied_ids = [Command.unlink(self.job_centre.id)]
        self.assertFalse(open_roles())
        above.implied_ids = [Command.link(self.job_centre.id)]
        self.assertIn(self.job_centre, open_roles())
        above.unlink()
        self.assertFalse(open_roles())
        self.assertIn(self.job_centre, self.grants(self.create_user('ready', f'{MODULE}.group_job_centre')).role_id)
        former = self.create_user('former', f'{MODULE}.group_job_centre')
        grant = self.grants(former, self.job_centre)
        former.unlink()
        self.assertEqual((grant.login, bool(grant.date_until), grant.user_id), ('test_former', True, self.env['res.users']))

    def test_administrators_and_export(self):
        """Roles of core that get at all of it."""
        user = self.create_user('newcomer', 'base.group_user,base.group_allow_export')
        self.assertEqual(self.grants(user).role_id, self.env.ref('base.group_allow_export'))

    def test_nothing_changes_nothing(self):
        self.env['outreach.role.grant']._write_down()

        def read():
            return self.env['outreach.role.grant'].search_read([], ['date_from', 'date_until'], order='id')

        before = read()
        self.env['outreach.role.grant']._write_down()
        self.user_job.name = "Another Name"
        self.assertEqual(read(), before)

    def test_kept_for_three_years(self):
        user = self.create_user('newcomer', f'{MODULE}.group_job_centre')
        user.active = False
        old, recent = self.grants(user, self.job_centre), self.grants(user, self.officer)
        for grant, days in ((old, 3 * 366), (recent, 3 * 364)):
            grant.date_until = fields.Datetime.now() - timedelta(days=days)
        still_given = self.grants(self.user_job)
        self.env['outreach.role.grant']._gc_ended()
        self.assertFalse(old.exists())
        self.assertEqual((recent | still_given).exists(), recent | still_given)

    def test_what_was_there_before(self):
        self.env.cr.execute('DELETE FROM outreach_role_grant')
        self.env['outreach.role.grant']._write_down()
        grant = self.grants(self.user_job, self.job_centre)
        self.assertEqual((grant.date_from, grant.granted_by_id), (False, self.env['res.users']))

    @users('test_dpo', 'test_chief')
    def test_read_and_printed(self):
        grants = self.env['outreach.role.grant'].search([('role_id', '=', self.job_centre.id), ('date_until', '=', False)])
        self.assertIn(self.user_job, grants.user_id)
        page = self.env['ir.actions.report']._render_qweb_html(f'{MODULE}.outreach_role_grant_sheet', grants.ids)[0].decode()
        self.assertIn(self.user_job.name, page)
        self.assertIn(self.agency_job.name, page)

    def test_paper(self):
        """As text that can be searched, on few bytes, whatever stands in `web.base.url`, and without a warning in the log."""
        self.env['ir.config_parameter'].set_param('web.base.url', 'http://127.0.0.1:9')
        long = self.create_user('with.quite.a.long.login@agency.of.the.invented.county.example', f'{MODULE}.group_job_centre')
        for user in (self.user_dpo, self.chief):
            Report = self.env['ir.actions.report'].with_user(user).with_context(force_report_rendering=True)
            grants = self.env['outreach.role.grant'].with_user(user).search([('role_id', '=', self.job_centre.id)])
            with self.assertNoLogs('odoo', 'WARNING'):
                content, kind = Report._render_qweb_pdf(f'{MODULE}.outreach_role_grant_report', grants.ids)
            self.assertEqual(kind, 'pdf')
            self.assertLess(len(content), 200_000)
            words = ''.join(''.join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)
            for text in (self.job_centre.display_name, self.user_job.name, self.user_job.login, self.agency_job.name, long.login):
                self.assertIn(text.replace(' ', ''), words)

    @users('test_econ', 'test_job', 'test_migration', 'test_manager', 'test_helper', 'test_immigration', 'test_internal', 'test_portal')
    @mute_logger(*FORBIDDEN)
    def test_nobody_else(self):
        Grant = self.env['outreach.role.grant']
        for call in (
            lambda: Grant.search([]),
            lambda: Grant.search_count([]),
            lambda: Grant.formatted_read_group([], ['role_id'], ['__count']),
            lambda: self.env['ir.actions.report']._render_qweb_html(f'{MODULE}.outreach_role_grant_sheet', Grant.sudo().search([]).ids),
        ):
            with self.assertRaises(AccessError):
                call()

    @users('test_dpo', 'test_chief')
    @mute_logger(*FORBIDDEN)
    def test_by_nobodys_hand(self):
        grant = self.env['outreach.role.grant'].search([], limit=1)
        for call in (
            lambda: grant.write({'date_from': '2020-01-01'}),
            grant.unlink,
            grant.copy,
            lambda: grant.create({'login': 'x', 'role_id': self.officer.id}),
        ):
            with self.assertRaises(AccessError):
                call()

    # ------------------------------------------------------------
    # AGENCIES
    # ------------------------------------------------------------

    def stays(self, user):
        return self.grants(user).filtered('agency_name')

    def test_agencies_are_written_down(self):
        """By the agency, by the user, by archiving either and by deleting."""
        user = self.create_user('newcomer', f'{MODULE}.group_job_centre')
        self.assertFalse(self.stays(user))
        self.agency_job.with_user(self.user_manager).user_ids = [Command.link(user.id)]
        stay = self.stays(user)
        self.assertEqual((stay.agency_name, stay.granted_by_id, stay.date_until), ("Test Job Centre", self.user_manager, False))
        self.assertTrue(stay.date_from)
        both = self.create_user('both', f'{MODULE}.group_outreach_manager,base.group_erp_manager')
        user.with_user(both).outreach_agency_ids = [Command.set(self.agency_municipal.ids)]
        self.assertEqual((bool(stay.date_until), stay.withdrawn_by_id), (True, both))

        def there():
            return self.stays(user).filtered(lambda stay: not stay.date_until).mapped('agency_name')

        self.assertEqual(there(), ["Test Town Hall Bramsche"])
        for record in (user, self.agency_municipal):
            record.active = False
            self.assertEqual(there(), [])
            record.active = True
            self.assertEqual(there(), ["Test Town Hall Bramsche"])
        self.agency_municipal.unlink()
        self.assertEqual(there(), [])
        self.assertIn("Test Town Hall Bramsche", self.stays(user).mapped('agency_name'), "what was before stays")
        self.assertFalse(self.grants(user).filtered(lambda grant: bool(grant.role_id) == bool(grant.agency_name)))

    def test_agencies_from_before(self):
        self.env.cr.execute('DELETE FROM outreach_role_grant')
        for __ in range(2):
            self.env['outreach.role.grant']._write_agencies_down(is_dated=False)
            stay = self.stays(self.user_job)
            self.assertEqual((stay.agency_name, stay.date_from, stay.granted_by_id), ("Test Job Centre", False, self.env['res.users']))

    @users('test_dpo', 'test_chief')
    def test_agencies_read_and_printed(self):
        stay = self.env['outreach.role.grant'].search([('agency_name', '=', "Test Job Centre"), ('date_until', '=', False)])
        self.assertIn(self.user_job, stay.user_id)
        self.assertEqual(stay[:1].display_name, "Test Job Centre")
        stay.web_read({name: {} for name in ('held', 'agency_name', 'role_id')})
        page = self.env['ir.actions.report']._render_qweb_html(f'{MODULE}.outreach_role_grant_sheet', stay.ids)[0].decode()
        self.assertIn("Test Job Centre", page)
