from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import users

from .common import AGENCIES, ROLES, OutreachCommon


class TestAgency(OutreachCommon):

    def test_fixture(self):
        """The cast is what the other tests take it for: one role each, and nobody is an administrator."""
        for key, (group, agency) in ROLES.items():
            user = getattr(self, f'user_{key}')
            self.assertTrue(user.has_group(f'maßarbeit_outreach.{group}'), key)
            self.assertFalse(user._is_admin() or user._is_superuser(), key)
            self.assertEqual(user._get_outreach_agency(), getattr(self, f'agency_{agency}') if agency else user.outreach_agency_ids[:0])
        self.assertEqual(len({getattr(self, f'agency_{key}').role for key in AGENCIES}), len(AGENCIES))
        self.assertTrue(self.user_portal._is_portal() and self.user_portal_other._is_portal())
        self.assertEqual(self.user_portal.partner_id.commercial_partner_id, self.company)
        self.assertEqual(self.company.outreach_municipality_id, self.bramsche)
        visit = self.create_visit()
        self.assertEqual(visit.env.user, self.user_econ)
        self.assertEqual(visit.agency_ids, self.agency_econ)
