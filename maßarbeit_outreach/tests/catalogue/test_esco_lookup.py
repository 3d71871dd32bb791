"""The look-up in the ESCO web service: from the search to the catalogue."""

import os
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from ...imports.catalogue.outreach_esco_lookup import INNER_VARIABLE
from ...tools.catalogue import esco_service
from ..common import MODULE, OutreachCommon
from .esco_server import ESCO, WELDER, EscoServer, answer_welder, page, result


class EscoCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env['res.lang']._get_data(code='de_DE'):
            cls.env['res.lang']._activate_lang('de_DE')
        cls.startClassPatcher(patch.dict(os.environ, {INNER_VARIABLE: '1'}))  # the service is on this machine

    def serve(self, answers):
        """A server for this test, which the look-up is set to."""
        server = EscoServer(answers)
        self.addCleanup(server.stop)
        self.configure(url=server.url)
        return server

    def configure(self, **settings):
        for name, value in {'enabled': True, 'timeout': 20, **settings}.items():
            self.env['ir.config_parameter'].sudo().set_param(f'outreach.esco_{name}', value)

    def look_up(self, text="Schweißer", user=None, **values):
        return self.env['outreach.esco.lookup'].with_user(user or self.user_manager).create({'text': text, **values})

    def preview(self, **values):
        lookup = self.look_up(**values)
        lookup.action_search()
        lookup.line_ids.is_picked = True
        lookup.action_preview()
        return lookup

    def find(self, uri, model='outreach.skill'):
        return self.env[model].with_context(active_test=False, lang='de_DE').search([('uri', '=', ESCO + uri)])


@tagged('post_install', '-at_install')
class TestEscoSettings(EscoCommon):
    def test_off_by_default(self):
        self.assertFalse(self.env['res.config.settings'].create({}).outreach_esco_enabled)
        self.assertFalse(self.env['outreach.esco.lookup'].create({}).is_enabled)

    def test_off_in_a_neutralized_copy(self):
        self.configure(enabled=True)
        for query in get_neutralization_queries([MODULE]):
            self.env.cr.execute(query)
        self.env['ir.config_parameter'].invalidate_model()
        self.registry.clear_cache()
        self.assertFalse(self.env['outreach.esco.lookup'].create({}).is_enabled)

    def test_bad_values(self):
        Settings = self.env['res.config.settings']
        good = {'outreach_esco_enabled': True}
        Settings.create(good)
        for values in (
            {'url': 'file:///etc/passwd'},
            {'url': 'https://me:secret@ec.europa.eu'},
            {'url': False},
            {'version': 'latest'},
            {'version': 'v1.2&x=1'},
            {'languages': 'German'},
            {'languages': False},
            {'timeout': 0},
            {'timeout': 600},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                Settings.create(good | {f'outreach_esco_{name}': value for name, value in values.items()})

    @users('test_manager', 'test_econ')
    @mute_logger('odoo.addons.base.models.ir_model', 'odoo.models')
    def test_administrators_only(self):
        with self.assertRaises(AccessError):
            self.env['res.config.settings'].create({'outreach_esco_url': 'http://127.0.0.1'})
        with self.assertRaises(AccessError):
            self.env['ir.config_parameter'].set_param('outreach.esco_url', 'http://127.0.0.1')

    def test_saved(self):
        self.env['res.config.settings'].create(
            {'outreach_esco_enabled': True, 'outreach_esco_url': 'https://esco.example/api/', 'outreach_esco_timeout': 7}
        ).execute()
        lookup = self.look_up()
        service = lookup._get_service()
        self.assertEqual(
            (lookup.is_enabled, service.address, service.version, service.languages, service.timeout),
            (True, 'https://esco.example/api', 'v1.2.1', ['de', 'en'], 7.0),
        )


@tagged('post_install', '-at_install')
class TestEscoLookup(EscoCommon):
    def test_own_network(self):
        """Whatever administrators set, the look-up leaves the own network alone unless who runs the server says otherwise."""
        server = self.serve(answer_welder)
        for value in ('', '0'):
            with patch.dict(os.environ, {INNER_VARIABLE: value}), self.assertRaisesRegex(UserError, "into the own network"):
                self.look_up().action_search()
        self.assertFalse(server.requests)
        self.look_up().action_search()
        self.assertTrue(server.requests)

    def test_off_asks_nobody(self):
        """With the switch off no request is made, whatever is called; the addon then needs no network at all."""
        server = self.serve(answer_welder)
        lookup = self.preview()
        self.assertEqual(len(server.requests), 2)
        self.configure(enabled=False)
        lookup.state = 'search'
        for action in (lookup.action_search, lookup.action_more, lookup.action_preview):
            with (
                self.subTest(action=action.__name__),
                patch('requests.Session.send', side_effect=AssertionError),
                self.assertRaisesRegex(UserError, "switched off"),
            ):
                action()
        self.assertEqual(len(server.requests), 2)

    def test_search(self):
        self.serve(answer_welder)
        self.env['outreach.occupation'].create(
            {'scheme': 'esco', 'code': '7221.1', 'uri': f'{ESCO}occupation/smith', 'name': "Schmied", 'active': False}
        )
        lookup = self.look_up()
        lookup.action_search()
        self.assertEqual(lookup.line_ids.mapped('status'), ['new'])
        lookup.action_more()
        self.assertEqual(lookup.line_ids.mapped('status'), ['new', 'archived'])
        self.assertFalse(lookup.next_page)
        lookup.action_more()
        self.assertEqual(len(lookup.line_ids), 2)
        lookup.action_search()
        self.assertEqual(len(lookup.line_ids), 1, "a new search begins anew")

    def test_add_occupation(self):
        server = self.serve(answer_welder)
        own = self.env['outreach.skill'].with_context(lang='de_DE').create({'name': "TEST-schweissen", 'kind': 'licence'})
        lookup = self.preview()
        self.assertIn("Verbindet Metall &lt;b&gt;fest&lt;/b&gt;.", lookup.preview)
        self.assertFalse(self.find('occupation/welder', 'outreach.occupation'), "a preview writes nothing")
        self.assertEqual(len(server.requests), 2, "skills come with their titles")
        lookup.action_add()
        self.assertEqual(len(server.requests), 2, "adding asks nobody")
        welder = self.find('occupation/welder', 'outreach.occupation')
        self.assertEqual(
            (welder.scheme, welder.code, welder.name, welder.is_regulated, welder.parent_id.id),
            ('esco', '7212.3', "Schweißer/Schweißerin", False, False),
        )
        self.assertEqual(welder.with_context(lang='en_US').name, 'welder')
        self.assertEqual(welder.description, "Verbindet Metall <b>fest</b>.")
        self.assertEqual((welder.isco_id.code, welder.isco_id.name), ('7212', "Schweißer und Brennschneider"))
        self.assertEqual(
            {(label.lang, label.name, label.source) for label in welder.label_ids},
            {('de', "Metallschweißer", 'esco'), ('de', "Schweißfachkraft", 'esco'), ('en', 'metal welder', 'esco')},
        )
        self.assertEqual(
            {(line.skill_id.name, line.need) for line in welder.skill_ids},
            {("TEST-schweissen", 'essential'), ("Metallkunde (Test)", 'essential'), ("Test-Lackieren", 'optional')},
        )
        self.assertEqual((own.uri, own.kind), (f'{ESCO}skill/weld', 'licence'), "our own skill became the one of ESCO")
        self.assertEqual(self.find('skill/metals').kind, 'knowledge')
        self.assertEqual(lookup.line_ids.mapped('res_id'), welder.ids)
        self.assertIn(('id', 'in', welder.ids), lookup.action_open_added()['domain'])

    def test_refresh(self):
        self.serve(answer_welder)
        kldb = self.env['outreach.occupation'].create({'code': '98765', 'name': "Test"})
        welder = self.env['outreach.occupation'].create(
            {'scheme': 'esco', 'code': '7212.3', 'uri': WELDER['uri'], 'name': "Old Name", 'active': False, 'is_obsolete': True}
        )
        self.env['outreach.occupation.mapping'].create({'esco_id': welder.id, 'kldb_id': kldb.id, 'relation': '1_exact'})
        self.env['outreach.label'].create(
            [
                {'occupation_id': welder.id, 'name': "Veraltet", 'source': 'esco'},
                {'occupation_id': welder.id, 'name': "Metallschweißer", 'source': 'own'},
                {'occupation_id': welder.id, 'name': "Schwaißer", 'source': 'esco', 'kind': 'hidden'},
            ]
        )
        paint = self.env['outreach.skill'].create({'name': "Painting", 'uri': f'{ESCO}skill/paint', 'active': False})
        by_hand = self.env['outreach.skill'].create({'name': "By Hand"})
        self.env['outreach.occupation.skill'].create(
            [{'occupation_id': welder.id, 'skill_id': paint.id, 'need': 'essential'}, {'occupation_id': welder.id, 'skill_id': by_hand.id}]
        )
        for __ in range(2):
            lookup = self.preview()
            self.assertIn("stays archived", lookup.preview)
            lookup.action_add()
            self.assertEqual(
                (welder.with_context(lang='de_DE').name, welder.active, welder.is_obsolete, welder.parent_id),
                ("Schweißer/Schweißerin", False, True, kldb),
            )
            self.assertEqual(
                {(label.name, label.source) for label in welder.label_ids},
                {("Metallschweißer", 'own'), ("Schweißfachkraft", 'esco'), ("Schwaißer", 'esco'), ('metal welder', 'esco')},
            )
            needs = {line.skill_id: line.need for line in welder.with_context(active_test=False).skill_ids}
            self.assertEqual((needs[paint], needs[by_hand], len(needs)), ('optional', 'essential', 4))
            self.assertFalse(paint.active)

    def test_add_skill(self):
        knowledge = {
            'uri': f'{ESCO}skill/metals',
            'preferredLabel': "Metallkunde (Test)",
            'alternativeLabel': ["Werkstoffkunde"],
            '_links': {
                'hasSkillType': [{'uri': f'{ESCO}skill-type/knowledge'}],
                'hasReuseLevel': {'uri': f'{ESCO}skill-reuse-level/cross-sector'},
            },
        }
        self.serve(lambda path, query: knowledge if '/resource/skill' in path else page(result('metals', "Metallkunde (Test)", 'skill')))
        lookup = self.preview(kind='skill')
        lookup.action_add()
        skill = self.find('skill/metals')
        self.assertEqual(
            (skill.name, skill.kind, skill.reuse_level, skill.label_text),
            ("Metallkunde (Test)", 'knowledge', 'cross-sector', "Werkstoffkunde"),
        )

    def test_titles_that_are_missing(self):
        """One request for each, up to a limit; the others are left out and the preview says so."""
        bare = [{'uri': f'{ESCO}skill/bare{number}'} for number in range(25)]

        def answers(path, query):
            if path.endswith('/search'):
                return page(result('welder', "Schweißer"))
            if '/resource/skill' in path:
                return {'uri': query['uri'], 'title': f"Test {query['uri'].rpartition('/')[2]}"}
            return WELDER | {'_links': {'hasEssentialSkill': bare}}

        server = self.serve(answers)
        lookup = self.preview()
        self.assertEqual(len(server.requests), 2 + 20)
        self.assertIn("they are left out", lookup.preview)
        lookup.action_add()
        welder = self.find('occupation/welder', 'outreach.occupation')
        self.assertEqual((len(welder.skill_ids), welder.isco_id.code), (20, '7212'))

    def test_failing_service(self):
        """What goes wrong is said in words, and nothing is written."""
        for answer, text in (
            ((500, {}, b''), "answers with an error"),
            ((404, {}, b''), "does not know this"),
            (b'<html>', "not what is expected"),
            ((301, {'Location': '/x'}, b''), "not what is expected"),
        ):
            with self.subTest(text=text), patch.object(esco_service, 'PAUSE', 0):
                self.serve(lambda path, query, answer=answer: answer if 'resource' in path else page(result('welder', "Schweißer")))
                lookup = self.look_up()
                lookup.action_search()
                lookup.line_ids.is_picked = True
                with self.assertRaisesRegex(UserError, text):
                    lookup.action_preview()
                self.assertEqual(lookup.state, 'search')
                with self.assertRaisesRegex(UserError, "preview first"):
                    lookup.action_add()
        self.assertFalse(self.find('occupation/welder', 'outreach.occupation'))

    def test_bad_address_in_the_parameters(self):
        """Whoever wrote the parameter past the settings is told in words too."""
        self.configure(url='file:///etc/passwd')
        with self.assertRaisesRegex(UserError, "not valid"):
            self.look_up().action_search()

    def test_bad_use(self):
        self.serve(lambda path, query: page(*(result(number, f"Nr. {number}") for number in range(12))))
        with self.assertRaisesRegex(UserError, "What do you want"):
            self.look_up(text="  ").action_search()
        lookup = self.look_up()
        lookup.action_search()
        with self.assertRaisesRegex(UserError, "Pick one"):
            lookup.action_preview()
        lookup.line_ids.is_picked = True
        with self.assertRaisesRegex(UserError, "At most 10"):
            lookup.action_preview()

    def test_nothing_found(self):
        self.serve(lambda path, query: {'total': 0, '_embedded': {}})
        lookup = self.look_up()
        lookup.action_search()
        self.assertEqual((lookup.searched, len(lookup.line_ids), lookup.total), ("Schweißer", 0, 0))

    def test_obsolete(self):
        self.serve(lambda path, query: page(result('welder', "Schweißer")) if 'search' in path else WELDER | {'status': 'obsolete'})
        lookup = self.preview()
        self.assertIn("has dropped", lookup.preview)
        with self.assertRaisesRegex(UserError, "nothing to add"):
            lookup.action_add()

    def test_code_of_another_version(self):
        self.serve(answer_welder)
        self.env['outreach.occupation'].create(
            {'scheme': 'esco', 'code': '7212.3', 'uri': f'{ESCO}occupation/other', 'name': "Somebody Else"}
        )
        lookup = self.preview()
        with self.assertRaisesRegex(UserError, "Somebody Else"):
            lookup.action_add()

    def test_administrator_who_is_no_manager(self):
        self.serve(answer_welder)
        admin = self.create_user('sysadmin', 'base.group_system')
        self.assertFalse(self.env['outreach.occupation'].with_user(admin).has_access('read'))
        lookup = self.preview(user=admin)
        lookup.action_add()
        self.assertTrue(self.find('occupation/welder', 'outreach.occupation'))

    @users('test_econ', 'test_job', 'test_migration', 'test_helper', 'test_dpo', 'test_internal')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_other_roles(self):
        server = self.serve(answer_welder)
        with self.assertRaises(AccessError):
            self.env['outreach.esco.lookup'].create({'text': "x"})
        for action in ('action_search', 'action_more', 'action_preview', 'action_add'):
            lookup = self.look_up()
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(lookup.with_user(self.env.user), action)()
        self.assertFalse(server.requests)

    def test_menu(self):
        menu = self.env.ref(f'{MODULE}.outreach_config_menu_esco_lookup')
        self.assertTrue(menu.with_user(self.user_manager)._filter_visible_menus())
        self.assertFalse(menu.with_user(self.user_econ)._filter_visible_menus())

    def test_batched(self):
        """Forty more skills do not mean more queries."""

        def add(number):
            links = {
                'hasEssentialSkill': [
                    {'uri': f'{ESCO}skill/many{number}-{skill}', 'title': f"Many {number}-{skill}"} for skill in range(number)
                ]
            }
            self.serve(
                lambda path, query: (
                    page(result(f'o{number}', "O"))
                    if 'search' in path
                    else {**WELDER, 'uri': f'{ESCO}occupation/o{number}', 'code': f'7212.{number}', '_links': links}
                )
            )
            lookup = self.preview()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            lookup.action_add()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        add(1)  # warms the caches
        few, many = add(5), add(45)
        self.assertLessEqual(many, few + 2)
