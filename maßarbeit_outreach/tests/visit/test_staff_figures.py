"""§ 67 (1) no. 2 NPersVG: nobody counts what colleagues do by name, unless the organisation says so."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import users
from odoo.tools import mute_logger

from ..common import OutreachCommon
from ..search_view import SearchView

BY_NAME = {
    'outreach.visit': (
        'user_ids',
        'create_uid',
        'write_uid',
        'activity_user_id',
        'member_ids.user_id',
        'agency_ids.user_ids',
        'message_partner_ids',
    ),
    'outreach.visit.member': ('user_id', 'create_uid:month', 'visit_id.create_uid'),
    'outreach.promise': ('user_id', 'visit_id.create_uid'),
    'outreach.contact.decision': ('user_id', 'visit_id.create_uid'),
    'outreach.visit.day': ('user_ids', 'create_uid'),
    'outreach.demand': ('visit_id.create_uid',),
}
OTHER = {
    'outreach.visit': ('agency_ids', 'municipality_id', 'start:month', 'partner_id', 'kind_id'),
    'outreach.promise': ('agency_id', 'state'),
    'outreach.contact.decision': ('agency_id',),
    'outreach.demand': ('user_id', 'create_uid'),  # who is responsible for what is work to be shared, no record of what was done
}


class TestStaffFigures(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.create_visit(team=cls.user_econ | cls.user_job)
        cls.env['outreach.promise'].with_user(cls.user_econ).create(
            {'name': "Send the leaflet", 'partner_id': cls.company.id, 'visit_id': cls.visit.id, 'date_deadline': '2030-01-01'}
        )
        cls.env['outreach.visit.day'].with_user(cls.user_econ).create({'user_ids': [Command.set(cls.user_econ.ids)]})

    @users('test_econ', 'test_job', 'test_manager')
    @mute_logger('odoo.models', 'odoo.orm.models')
    def test_off(self):
        for model, specs in BY_NAME.items():
            for spec in specs:
                for call in (
                    lambda model=model, spec=spec: self.env[model].formatted_read_group([], [spec], ['__count']),
                    lambda model=model, spec=spec: self.env[model].formatted_read_group([], ['create_date:month', spec], ['__count']),
                    lambda model=model, spec=spec: self.env[model].web_read_group([], [spec]),
                    lambda model=model, spec=spec: self.env[model]._read_group([], [spec]),
                ):
                    with self.subTest(model=model, spec=spec), self.assertRaises(AccessError):
                        call()
        for model, specs in OTHER.items():
            for spec in specs:
                with self.subTest(model=model, spec=spec):
                    self.env[model].formatted_read_group([], [spec], ['__count'])

    @users('test_econ', 'test_manager')
    def test_screen(self):
        """What cannot be had is not offered; who was there is found all the same."""
        described = self.env['outreach.visit'].fields_get(attributes=['groupable'])
        self.assertFalse(described['user_ids']['groupable'] or described['create_uid']['groupable'])
        self.assertTrue(described['agency_ids']['groupable'] and described['partner_id']['groupable'])
        groups = SearchView(self.env, 'outreach.visit').group_bys
        self.assertIn('group_agency', groups)
        self.assertNotIn('group_user', groups)
        self.assertIn(self.visit, self.env['outreach.visit'].search([('user_ids', 'in', self.user_job.ids)]))

    def test_switched_on(self):
        """By an administrator, for one organisation, at once for who has the page open."""
        with self.assertRaises(AccessError):
            self.env.company.with_user(self.user_manager).outreach_staff_figures = True
        Visit = self.env['outreach.visit'].with_user(self.user_manager)
        self.assertNotIn('group_user', SearchView(Visit.env, 'outreach.visit').group_bys)
        self.env.company.outreach_staff_figures = True
        groups = dict(Visit._read_group([('id', '=', self.visit.id)], ['user_ids'], ['__count']))
        self.assertEqual(groups, {self.user_econ: 1, self.user_job: 1})
        self.assertTrue(Visit.fields_get(['user_ids'], ['groupable'])['user_ids']['groupable'])
        self.assertIn('group_user', SearchView(Visit.env, 'outreach.visit').group_bys)
