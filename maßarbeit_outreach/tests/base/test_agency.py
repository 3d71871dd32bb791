import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import users
from odoo.tools import mute_logger

from ..common import AGENCIES, MODULE, ROLES, OutreachCommon


class TestAgency(OutreachCommon):
    def test_fixture(self):
        """The cast is what the other tests take it for: one role each, and nobody is an administrator."""
        for key, (group, agency) in ROLES.items():
            user = getattr(self, f'user_{key}')
            held = {xmlid for xmlid in user.group_ids.get_external_id().values() if xmlid.startswith(MODULE)}
            self.assertEqual(held, {f'{MODULE}.{group}'})
            self.assertFalse(user._is_admin() or user._is_superuser(), key)
            self.assertEqual(user._get_outreach_agency(), getattr(self, f'agency_{agency}') if agency else user.outreach_agency_ids[:0])
        self.assertEqual(len({getattr(self, f'agency_{key}').role for key in AGENCIES}), len(AGENCIES))
        self.assertTrue(self.user_portal._is_portal() and self.user_portal_other._is_portal())
        self.assertEqual(self.user_portal.partner_id.commercial_partner_id, self.company)
        self.assertEqual(self.company.outreach_municipality_id, self.bramsche)
        visit = self.create_visit()
        self.assertEqual(visit.env.user, self.user_econ)
        self.assertEqual(visit.agency_ids, self.agency_econ)

    def test_one_agency_per_user(self):
        with self.assertRaisesRegex(ValidationError, "Test Econ"):
            self.agency_municipal.user_ids += self.user_econ
        with self.assertRaisesRegex(ValidationError, "Test Econ"):
            self.user_econ.outreach_agency_ids += self.agency_municipal
        self.agency_econ.active = False
        self.agency_municipal.user_ids += self.user_econ
        self.env.invalidate_all()
        for active_test in (True, False):
            self.assertEqual(self.user_econ.with_context(active_test=active_test)._get_outreach_agency(), self.agency_municipal)
        with self.assertRaises(ValidationError):
            self.agency_econ.active = True

    @users('test_manager')
    def test_role_is_frozen_once_used(self):
        agency = self.agency_municipal.with_user(self.env.user)
        agency.role = 'chamber'
        self.agency_municipal.user_ids += self.user_manager
        self.create_visit(team=self.user_manager)
        with self.assertRaises(UserError):
            agency.role = 'job_centre'
        agency.write({'role': 'chamber', 'name': "Chamber of Tests"})  # the role it has is no change
        self.assertEqual((agency.role, agency.name), ('chamber', "Chamber of Tests"))

    @mute_logger('odoo.addons.base.models.ir_rule')
    def test_nobody_adds_themselves(self):
        """An agency reads its circle: whoever may say who belongs to it does so for others only, by whichever field."""
        both = self.create_user('both', f'{MODULE}.group_outreach_manager,base.group_erp_manager')
        hidden = self.env['outreach.agency'].create(
            {'name': "x", 'role': 'chamber', 'partner_id': self.agency_job.partner_id.id, 'active': False, 'user_ids': both.ids}
        )
        ways = {
            'agency': lambda: self.agency_job.with_user(both).write({'user_ids': [Command.link(both.id)]}),
            'agency, set': lambda: self.agency_job.with_user(both).write({'user_ids': [Command.set(both.ids)]}),
            'line of the user': lambda: self.agency_job.with_user(both).write(
                {'user_ids': [Command.update(both.id, {'outreach_agency_ids': [Command.link(self.agency_job.id)]})]}
            ),
            'user': lambda: both.with_user(both).write({'outreach_agency_ids': [Command.link(self.agency_job.id)]}),
            'new agency': lambda: (
                self.env['outreach.agency']
                .with_user(both)
                .create({'name': "y", 'role': 'chamber', 'partner_id': self.agency_job.partner_id.id, 'user_ids': [Command.link(both.id)]})
            ),
            'back from the archive': lambda: hidden.with_user(both).write({'active': True}),
        }
        for what, way in ways.items():
            with self.subTest(what=what), self.assertRaisesRegex(AccessError, "Nobody adds themselves"), self.env.cr.savepoint():
                way()
            self.env.invalidate_all()
            self.assertFalse(both._get_outreach_agency())
        self.agency_job.with_user(self.user_manager).user_ids += both
        self.agency_job.with_user(both).user_ids -= both  # whoever leaves does it by themselves
        administrator = self.create_user('administrator', f'{MODULE}.group_outreach_manager,base.group_system')
        self.agency_job.with_user(administrator).user_ids += administrator

    def test_past_visits_keep_the_agency(self):
        visit = self.create_visit(team=self.user_econ | self.user_job, stage='done')
        self.assertTrue(visit.is_joint)
        self.agency_econ.user_ids -= self.user_econ
        self.agency_job.user_ids += self.user_econ
        self.env.invalidate_all()
        self.assertEqual(self.user_econ._get_outreach_agency(), self.agency_job)
        visit.write({'report_text': "Hall 3 is being built"})
        self.assertTrue(visit.is_joint)
        self.assertEqual(visit.agency_ids, self.agency_econ | self.agency_job)
        # planned from now on, whether anew or as a copy, the person stands for the new agency
        for later in (self.create_visit(team=self.user_econ | self.user_job), visit.copy()):
            self.assertEqual(later.agency_ids, self.agency_job)
            self.assertFalse(later.is_joint)

    @users('test_manager')
    def test_person_without_agency(self):
        """Somebody may plan without being in the team; the team is of agencies."""
        visit = self.env['outreach.visit'].create({'partner_id': self.company.id, 'kind_id': self.kind.id})
        self.assertFalse(visit.member_ids)
        self.assertNotIn('member_ids', visit.default_get(['member_ids']))
        with self.assertRaises(psycopg2.IntegrityError), mute_logger('odoo.sql_db'):
            visit.member_ids = [Command.create({'user_id': self.env.user.id})]
