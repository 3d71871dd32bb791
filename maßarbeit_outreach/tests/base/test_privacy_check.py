from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users
from odoo.tools import config, mute_logger

from ...models.base.outreach_privacy_check import CHECKS, STRICT_PENDING
from ..common import OutreachCommon


@tagged('post_install', '-at_install')
class TestPrivacyCheck(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_admin = cls.create_user('admin', 'base.group_system')
        cls.Check = cls.env['outreach.privacy.check'].with_user(cls.user_admin)
        # where Odoo ships it, whatever this database has been set to
        for check in CHECKS:
            if cls._get(check.code) and check.can_set_back:
                check.set_back(cls.env)
        cls.env['outreach.privacy.check'].invalidate_model()
        cls.env['ir.mail_server'].create({'name': "Test", 'smtp_host': 'mail.example', 'smtp_authentication': 'login'})
        cls.env['res.users'].search([('email', 'in', [False, ''])]).partner_id.email = 'somebody@outreach.example'

    @classmethod
    def _get(cls, code):
        return cls.env['outreach.privacy.check'].with_user(cls.user_admin).search([('code', '=', code)])

    def test_lists_what_is_installed(self):
        installed = set(self.env['ir.module.module'].search([('state', '=', 'installed')]).mapped('name'))
        self.assertEqual(self.Check.search([]).mapped('code'), [check.code for check in CHECKS if check.module in installed])
        self.assertIn('lead_enrichment', self.Check.search([]).mapped('code'))
        for record in self.Check.search([]):
            with self.subTest(code=record.code):
                self.assertTrue(all([record.name, record.what, record.why, record.affects]))

    def test_not_installed_is_not_listed(self):
        absent = type('Absent', (CHECKS[0].__class__,), {'code': 'absent', 'module': 'no_such_module'})()
        with patch('odoo.addons.maßarbeit_outreach.models.base.outreach_privacy_check.CHECKS', (absent,)):
            self.assertFalse(self.Check.search([]))

    def test_each_check(self):
        """Open as shipped, strict by one button, idempotent, and back."""
        for record in self.Check.search([]):
            check = record._get_check()
            with self.subTest(code=record.code):
                if not check.can_set_back:
                    self.assertEqual(record.state, 'ok', "core ships it strictly")
                    continue
                self.assertEqual(record.state, 'open')
                self.assertFalse(record.can_set_back)
                for __ in range(2):
                    record.action_set_strict()
                    self.assertEqual(record.state, 'ok')
                self.assertTrue(record.can_set_back)
                for __ in range(2):
                    record.action_set_back()
                    self.assertEqual(record.state, 'open')

    def test_what_core_reads(self):
        """The settings are those of core, by core's own words."""
        get_param = self.env['ir.config_parameter'].get_param
        self.Check.action_set_all_strict()
        self.assertEqual(self.env['res.users']._get_signup_invitation_scope(), 'b2b')
        self.assertEqual(get_param('crm.iap.lead.enrich.setting'), 'manual')
        self.assertFalse(self.env.ref('crm_iap_enrich.ir_cron_lead_enrichment').active)
        self.assertEqual(self.user_econ._mfa_type(), 'totp_mail')
        self.assertEqual(self.user_portal._mfa_type(), 'totp_mail')
        self.assertFalse(self.env.ref('mail.ir_cron_module_update_notification').active)
        self.assertFalse(self.env['mail.link.preview']._is_link_preview_enabled())
        self.assertFalse(get_param('digest.default_digest_emails'))
        self.assertTrue(self.env['mail.ice.server']._get_ice_servers())
        self.assertEqual(set(self.Check.search([]).mapped('state')), {'ok'})

    def test_links_out_of_the_house(self):
        """Each has its check; what core reads, or what it shows, says so."""
        get_param = self.env['ir.config_parameter'].get_param
        codes = ('help_links', 'account_link', 'app_store', 'text_messages', 'lead_generation')
        installed = self.Check.search([('code', 'in', codes)]).mapped('code')
        self.assertEqual(installed, list(codes))
        for code in codes:
            self._get(code).action_set_strict()
        self.assertFalse(get_param('sms.endpoint').startswith('http'))
        self.assertFalse(get_param('reveal.endpoint').startswith('http'))
        visible = self.env['ir.ui.menu'].with_user(self.user_admin)._visible_menu_ids()
        for xmlid in ('base.menu_third_party', 'base.menu_theme_store', 'crm_iap_mine.crm_menu_lead_generation'):
            self.assertNotIn(self.env.ref(xmlid).id, visible, xmlid)
        arch = self.env['crm.lead'].get_views([(self.env.ref('crm.crm_case_tree_view_oppor').id, 'list')])['views']['list']['arch']
        self.assertNotIn('action_generate_leads', arch)
        self._get('lead_generation').action_set_back()
        arch = self.env['crm.lead'].get_views([(self.env.ref('crm.crm_case_tree_view_oppor').id, 'list')])['views']['list']['arch']
        self.assertIn('action_generate_leads', arch)

    def test_text_messages_are_not_sent(self):
        self._get('text_messages').action_set_strict()
        self.company.phone = '+49 5461 1234'
        sms = self.env['sms.sms'].create({'number': '+4954611234', 'body': "Test", 'partner_id': self.company.id})
        with patch('requests.Session.send') as send, mute_logger('odoo.addons.iap.tools.iap_tools', 'odoo.addons.sms.models.sms_sms'):
            sms.send(unlink_failed=False, unlink_sent=False, raise_exception=False)
        send.assert_not_called()
        self.assertEqual(sms.state, 'error')

    def test_placeholders_in_templates(self):
        """Off as in old databases: an employee's template reads what its author names; strict: the server refuses it."""
        self.env['ir.config_parameter'].set_param('mail.restrict.template.rendering', False)
        record = self._get('template_rendering')
        record.invalidate_recordset()
        self.assertEqual(record.state, 'open')
        template = {
            'name': "Test",
            'model_id': self.env['ir.model']._get_id('res.partner'),
            'body_html': '<t t-out="object.env[\'res.users\'].sudo().search([]).mapped(\'login\')"/>',
        }
        Template = self.env['mail.template'].with_user(self.user_helper)
        self.assertIn('test_econ', Template.create(template)._render_field('body_html', self.company.ids)[self.company.id])
        record.action_set_strict()
        self.assertEqual(record.state, 'ok')
        with self.assertRaises(AccessError):
            Template.create(template)
        self.assertFalse(self.user_helper.has_group('mail.group_mail_template_editor'))

    def test_keys_of_outside_services(self):
        for code, parameter in (
            ('message_translation', 'mail.google_translate_api_key'),
            ('gif_search', 'discuss.tenor_api_key'),
            ('portal_api_keys', 'portal.allow_api_keys'),
        ):
            with self.subTest(code=code):
                self.env['ir.config_parameter'].set_param(parameter, 'True')
                record = self._get(code)
                record.invalidate_recordset()
                self.assertEqual(record.state, 'open')
                record.action_set_strict()
                self.assertEqual(record.state, 'ok')
                self.assertFalse(self.env['ir.config_parameter'].get_param(parameter))

    def test_company_autocomplete_sends_nothing(self):
        asked = []
        Api = self.env.registry['iap.autocomplete.api']

        def ask(self, action, params, timeout=15):
            asked.append(action)
            return {'data': []}, False

        Partner = self.env['res.partner']
        with (
            patch.object(Api, '_request_partner_autocomplete', ask),
            patch('odoo.addons.partner_autocomplete.models.res_partner.check_vies') as check_vies,
        ):
            Partner.autocomplete_by_name("Probe", 0)
            self.assertEqual(asked, ['search_by_name'], "as shipped it is asked")
            self._get('company_autocomplete').action_set_strict()
            self.assertEqual(Partner.autocomplete_by_name("Probe", 0), [])
            self.assertEqual(Partner.autocomplete_by_vat("DE123456788", 0), [])
            self.assertEqual(Partner.enrich_by_domain("probe.example"), {})
            self.assertEqual(Partner.enrich_by_duns("1"), {})
            self.assertEqual(Partner.enrich_by_gst("1"), {})
            self.assertFalse(self.env.company._enrich())
        self.assertEqual(asked, ['search_by_name'])
        check_vies.assert_not_called()

    def test_second_factor_locks_nobody_out(self):
        record = self._get('two_factor')
        self.assertFalse(record.obstacle)
        self.user_econ.partner_id.email = False
        record.invalidate_recordset()
        self.assertIn(self.user_econ.name, record.obstacle)
        with self.assertRaises(UserError):
            record.action_set_strict()
        self.user_econ.partner_id.email = 'econ@outreach.example'
        self.env['ir.mail_server'].search([]).active = False
        record.invalidate_recordset()
        with patch.dict(config.options, {'smtp_server': 'localhost'}):
            self.assertTrue(record.obstacle)
            self.Check.action_set_all_strict()
            self.assertEqual(record.state, 'open', "what would lock people out stays open")
        others = self.Check.search([]) - record
        self.assertEqual(set(others.mapped('state')), {'ok'})

    @users('test_dpo')
    def test_data_protection_reads_only(self):
        checks = self.env['outreach.privacy.check'].search([])
        self.assertIn('open', checks.mapped('state'))
        self.assertFalse(any(checks.mapped('can_set_back')))
        for attempt in (checks.action_set_strict, checks.action_set_back, checks.action_set_all_strict):
            with self.subTest(attempt=attempt.__name__), self.assertRaises(AccessError):
                attempt()
        self.assertIn('open', checks.mapped('state'))

    @users('test_manager', 'test_econ', 'test_job', 'test_internal', 'test_portal')
    def test_nobody_else(self):
        with self.assertRaises(AccessError):
            self.env['outreach.privacy.check'].search([])
        with self.assertRaises(AccessError):
            self.env['outreach.privacy.check'].action_set_all_strict()
        check = self.env['outreach.privacy.check'].browse(1)
        for attempt in (check.action_set_strict, check.action_set_back):
            with self.subTest(attempt=attempt.__name__), self.assertRaises(AccessError):
                attempt()

    def test_all_strict_while_modules_are_installed(self):
        """What is installed after this addon is set at the end."""
        self.patch(self.env.registry, 'ready', False)
        self.Check.action_set_all_strict()
        self.assertTrue(self.env['ir.config_parameter'].get_param(STRICT_PENDING))
        self._get('open_signup').action_set_back()
        self.env['outreach.privacy.check']._register_hook()
        self.assertEqual(self._get('open_signup').state, 'ok')
        self.assertFalse(self.env['ir.config_parameter'].get_param(STRICT_PENDING))
        self._get('open_signup').action_set_back()
        self.env['outreach.privacy.check']._register_hook()
        self.assertEqual(self._get('open_signup').state, 'open', "nothing is set that nobody asked for")
