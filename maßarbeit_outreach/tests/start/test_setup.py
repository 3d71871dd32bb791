import base64

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import users
from odoo.tools import file_open

from ...models.base.outreach_privacy_check import NO_ADDRESS
from ...models.base.res_partner import AUTOCOMPLETE_ENDPOINT
from ..common import MODULE
from ..company import municipality_files as files
from ..company.test_municipality_import import MunicipalityImportCommon

STEPS = ['privacy', 'organisation', 'agencies', 'municipalities', 'register', 'catalogues']


class TestSetup(MunicipalityImportCommon):
    @classmethod
    def setUpClass(cls):
        """An organisation of its own, in which nothing is set up yet."""
        super().setUpClass()
        cls.house = cls.env['res.company'].create({'name': "My Company"})
        cls.admin = cls.create_user('setup_admin', 'base.group_system')
        (cls.admin | cls.user_manager).write({'company_ids': [Command.link(cls.house.id)], 'company_id': cls.house.id})
        cls.Setup = cls.env['outreach.setup'].with_user(cls.admin).with_company(cls.house)
        cls.env['ir.config_parameter'].set_param(AUTOCOMPLETE_ENDPOINT, NO_ADDRESS)

    def step(self, key, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        setup = self.Setup.with_user(user or self.admin).with_context(allowed_company_ids=self.house.ids).get_setup()
        self.assertEqual([step['key'] for step in setup['steps']], STEPS)
        return next(step for step in setup['steps'] if step['key'] == key)

    def test_organisation(self):
        self.assertEqual(self.step('organisation')['state'], "Missing: name, address, logo")
        self.house.write({'name': "County of Tests", 'street': "Teststr. 1", 'zip': '01990', 'city': "Musterstadt"})
        self.assertEqual(self.step('organisation')['state'], "Missing: logo")
        with file_open(f'{MODULE}/static/description/icon.png', 'rb') as logo:
            self.house.logo = base64.b64encode(logo.read())
        step = self.step('organisation')
        self.assertEqual((step['state'], step['is_done']), ("County of Tests", True))
        [button] = step['buttons']
        self.assertEqual((button['action']['res_model'], button['action']['res_id']), ('res.company', self.house.id))

    def test_no_name_is_typed_before_the_privacy_check(self):
        """Core looks up on the internet what is typed as a name, so what has names in it waits."""
        if 'partner_autocomplete' not in self.env.registry._init_modules:
            self.skipTest("partner_autocomplete is not installed, so nothing is looked up")
        self.env['ir.config_parameter'].set_param(AUTOCOMPLETE_ENDPOINT, False)
        self.assertTrue(self.step('privacy')['buttons'])
        for key in ('organisation', 'agencies'):
            step = self.step(key)
            self.assertFalse(step['buttons'])
            self.assertIn("After the privacy check", step['hint'])
        self.env['ir.config_parameter'].set_param(AUTOCOMPLETE_ENDPOINT, NO_ADDRESS)
        self.assertTrue(self.step('organisation')['buttons'])

    def test_agencies(self):
        self.assertEqual(
            self.step('agencies')['state'], "No agency with the role “Economic development”; no agency with the role “Job centre”"
        )
        agencies = (
            self.env['outreach.agency']
            .with_company(self.house)
            .create(
                [
                    {
                        'name': f"House {role}",
                        'role': role,
                        'company_id': self.house.id,
                        'partner_id': self.env['res.partner'].create({'name': role, 'is_company': True}).id,
                    }
                    for role in ('economic_development', 'job_centre')
                ]
            )
        )
        self.assertIn("nobody in an agency with the role “Job centre”", self.step('agencies')['state'])
        for agency, group in zip(agencies, ('economic_development', 'job_centre'), strict=True):
            agency.user_ids = self.env['res.users'].create(
                {
                    'name': f"Officer {group}",
                    'login': f'officer_{group}',
                    'company_id': self.house.id,
                    'company_ids': [Command.set(self.house.ids)],
                    'group_ids': [Command.set(self.env.ref(f'{MODULE}.group_{group}').ids)],
                }
            )
        self.assertTrue(self.step('agencies')['is_done'], self.step('agencies')['state'])
        agencies[1].user_ids = [Command.clear()]
        self.assertEqual(
            self.step('agencies')['state'], "Nobody in an agency with the role “Job centre”; officers without an agency: Officer job_centre"
        )

    def test_municipalities(self):
        self.Municipality.search([]).active = False
        step = self.step('municipalities')
        self.assertFalse(step['is_done'])
        self.assertEqual([button['name'] for button in step['buttons']], ["Import municipalities"])
        self.run_import(files.fixed(files.musterland()), user=self.admin)
        step = self.step('municipalities')
        self.assertEqual(
            (step['is_done'], step['state']), (True, "4 municipalities: Musterland; without coordinates and so not on the map: 4")
        )
        self.run_import(files.spreadsheet(files.musterland()), user=self.admin)
        self.assertEqual(self.step('municipalities')['state'], "4 municipalities: Musterland")

    def test_privacy(self):
        checks = self.env['outreach.privacy.check'].search([])
        self.patch(
            type(checks), '_compute_state', lambda records: records.update({'state': 'open', 'obstacle': False, 'can_set_back': False})
        )
        self.assertIn(f"{len(checks)} of {len(checks)} still open: {checks[0].name}, ", self.step('privacy')['state'])
        self.patch(
            type(checks), '_compute_state', lambda records: records.update({'state': 'ok', 'obstacle': False, 'can_set_back': False})
        )
        self.assertTrue(self.step('privacy')['is_done'])

    def test_register(self):
        self.env['res.partner'].search([('outreach_company', '=', True)]).outreach_company = False
        self.assertEqual((self.step('register')['is_done'], self.step('register')['state']), (False, "None yet"))
        self.company.outreach_company = True
        self.assertEqual((self.step('register')['is_done'], self.step('register')['state']), (True, "1 companies"))
        self.company.company_id = self.env.company
        self.assertFalse(self.step('register')['is_done'], "it is another organisation's")

    def test_catalogues(self):
        self.env['outreach.catalogue.import'].search([('state', '=', 'done')]).state = 'preview'
        self.assertEqual(self.step('catalogues')['state'], "Only the starter set")
        self.env['outreach.catalogue.import'].create({'state': 'done', 'sources': 'esco wz'})
        self.assertEqual(self.step('catalogues')['state'], "Imported: ESCO, WZ 2008 and WZ 2025")

    def test_each_has_the_buttons_of_what_they_may_do(self):
        """Every button leads to what the user may open; where there is none, it says who does it."""
        for user in (self.admin, self.user_manager):
            for key in STEPS:
                step = self.step(key, user)
                with self.subTest(user=user.login, step=key):
                    self.assertEqual(bool(step['hint']), not step['buttons'])
                    for button in step['buttons']:
                        action = button['action']
                        if isinstance(action, str):
                            action = self.env['ir.actions.actions'].with_user(user)._for_xml_id(action)
                        self.assertTrue(self.env[action['res_model']].with_user(user).has_access('read'), action['res_model'])
        for key in ('organisation', 'privacy'):
            self.assertEqual(self.step(key, self.user_manager)['hint'], "An administrator does this.")
        self.assertEqual([button['name'] for button in self.step('agencies', self.user_manager)['buttons']], ["Agencies"])
        for key in ('municipalities', 'register', 'catalogues'):
            self.assertTrue(self.step(key, self.user_manager)['buttons'])

    def test_put_away_and_back(self):
        manager = self.Setup.with_user(self.user_manager)
        self.assertTrue(manager.get_setup()['is_shown'])
        manager.action_dismiss()
        setup = manager.get_setup()
        self.assertEqual((setup['is_shown'], setup['is_dismissed']), (False, True))
        with self.assertRaises(AccessError):
            self.env['res.config.settings'].with_user(self.user_manager).create({'outreach_setup_dismissed': False})
        settings = self.env['res.config.settings'].with_user(self.admin).create({})
        self.assertTrue(settings.outreach_setup_dismissed)
        settings.outreach_setup_dismissed = False
        settings.execute()
        self.assertTrue(manager.get_setup()['is_shown'])

    def test_each_organisation_puts_it_away_for_itself(self):
        other = self.env['res.company'].create({'name': "Test County Elsewhere"})
        stranger = self.create_user('elsewhere', f'{MODULE}.group_outreach_manager')
        stranger.write({'company_ids': [Command.set(other.ids)], 'company_id': other.id})
        menu = self.env.ref(f'{MODULE}.outreach_setup_menu')
        Menu = self.env['ir.ui.menu'].with_user(stranger)
        self.env['outreach.setup'].with_user(stranger).action_dismiss()
        self.assertTrue(self.env['outreach.setup'].with_user(stranger).get_setup()['is_dismissed'])
        self.assertTrue(self.Setup.get_setup()['is_shown'])
        self.assertNotIn(menu.id, Menu._load_menus_blacklist(), "one entry for all organisations")
        self.env['res.company'].search([]).outreach_setup_dismissed = True
        self.assertIn(menu.id, Menu._load_menus_blacklist())

    def test_gone_when_all_is_done(self):
        setup = type(self.env['outreach.setup'])
        for key in ('organisation', 'agency', 'municipality', 'privacy', 'register', 'catalogue'):
            self.patch(setup, f'_get_{key}_step', lambda model, key=key: model._get_step(key, key, '', '', True, []))
        self.assertEqual((self.Setup.get_setup()['done'], self.Setup.get_setup()['is_shown']), (6, False))

    @users('test_econ', 'test_job', 'test_migration', 'test_immigration', 'test_helper', 'test_dpo', 'test_internal', 'test_portal')
    def test_not_for(self):
        for method in ('get_setup', 'action_dismiss'):
            with self.assertRaises(AccessError):
                getattr(self.env['outreach.setup'], method)()

    def test_queries(self):
        """As many for a full house as for an empty one."""

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Setup.with_context(allowed_company_ids=self.house.ids).get_setup()
            return self.cr.sql_log_count - before

        def fill(number):
            self.env['res.partner'].create(
                [{'name': f"Company {index}", 'is_company': True, 'outreach_company': True} for index in range(number)]
            )
            self.env['outreach.catalogue.import'].create([{'state': 'done', 'sources': 'esco'} for __ in range(number)])
            self.env['outreach.agency'].create(
                [
                    {'name': f"Agency {index}", 'role': 'job_centre', 'company_id': self.house.id, 'partner_id': self.house.partner_id.id}
                    for index in range(number)
                ]
            )

        fill(1)
        count()
        before = count()
        fill(50)
        count()  # another agency means other rules, which are read once
        self.assertEqual(count(), before)
        self.assertLess(before, 60)
