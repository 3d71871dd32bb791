"""The catalogues are searched by what people type."""

from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import users
from odoo.tools.safe_eval import safe_eval

from ..common import OutreachCommon


class CatalogueSearchCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Occupation = cls.env['outreach.occupation']
        cls.welder = Occupation.search([('code', '=', '24422')]) or Occupation.create({'code': '24422', 'name': "Welder"})
        cls.welder.with_context(lang='en_US').name = "Welding"
        cls.esco_welder, cls.baker, cls.cleaner = Occupation.create(
            [
                {'scheme': 'esco', 'code': code, 'uri': f'http://example.org/{code}', 'name': name}
                for code, name in (
                    ('7212.3', "Schweißer/Schweißerin"),
                    ('7512.1', "Bäcker/Bäckerin"),
                    ('9112.1', "Gebäudereiniger/Gebäudereinigerin"),
                )
            ]
        )
        cls.esco_welder.parent_id = cls.welder
        cls.label = cls.env['outreach.label'].create({'name': "Orbital-Schweißerin", 'occupation_id': cls.esco_welder.id})
        cls.skill = cls.env['outreach.skill'].create({'name': "Metallaktivgasschweißungen durchführen"})
        cls.env['outreach.label'].create({'name': "MAG-Schweißen", 'skill_id': cls.skill.id})

    def find(self, words, model='outreach.occupation', **kwargs):
        """The records that a many2one offers to the officer, in its order."""
        Model = self.env[model].with_user(self.user_econ)
        return Model.browse([res_id for res_id, __ in Model.name_search(words, **kwargs)])


class TestCatalogueSearch(CatalogueSearchCommon):
    def test_what_people_type(self):
        for words in (
            "Schweisser Orbital",
            "Orbital Schweißer (m/w/d)",
            "Orbital-Schweißer/in",
            "schweisserin orbital",
            "orbital-schwei",
            "Orbital Schwiesser",
            "dringend Orbital-Schweißer gesucht",
        ):
            with self.subTest(words=words):
                self.assertEqual(self.find(words)[:1], self.esco_welder)
        self.assertEqual(self.find("baecker")[:1], self.baker)
        self.assertEqual(self.find("MAG Schweißen", 'outreach.skill')[:1], self.skill)
        # a general synonym of a part
        ours = (self.esco_welder | self.baker | self.cleaner).ids
        self.assertEqual(self.find("Putzkraft für Objekte", domain=[('id', 'in', ours)])[:1], self.cleaner)

    def test_what_merely_looks_alike(self):
        """Offered where nothing else fits, as after a typing error."""
        pigs = self.env['outreach.occupation'].create(
            {'scheme': 'esco', 'code': '6121.1', 'uri': 'http://example.org/6121.1', 'name': "Schweinestallhelfer"}
        )
        ours = [('id', 'in', (self.esco_welder | self.baker | self.cleaner | pigs).ids)]
        for words in ("Schweisser", "Schweißerin", "Schweißen", "schweiss"):
            with self.subTest(words=words):
                self.assertEqual(self.find(words, domain=ours), self.esco_welder)
        self.assertEqual(self.find("Schweinestall", domain=ours), pigs)
        self.assertIn(self.esco_welder, self.find("Schwiesser", domain=ours))
        self.assertEqual(self.find("Schwiesser", domain=ours), self.esco_welder, "near words only")
        self.assertEqual(self.find("Bäkker", domain=ours), self.baker)
        for words in ("Astronaut", "Sänger", "Tätowierer", "Jurist"):
            with self.subTest(words=words):
                self.assertFalse(self.find(words, domain=[('scheme', '=', 'kldb')]).mapped('display_name'))

    def test_typing_errors_in_the_starter_set(self):
        """What is meant comes first, and nothing far behind it."""
        for words, found in (("Altenpfleegr", "82102"), ("Verkeufer", "62102"), ("Kocch", "29302")):
            with self.subTest(words=words):
                hits = self.find(words, domain=[('scheme', '=', 'kldb')])
                self.assertTrue(hits)
                self.assertTrue(hits[:1].code.startswith(found[:3]), hits[:1].display_name)

    def test_domain_limit_and_archive(self):
        self.assertEqual(self.find("Schweißer", domain=[('scheme', '=', 'esco')])[:1], self.esco_welder)
        self.assertNotIn(self.esco_welder, self.find("Schweißer", domain=[('scheme', '=', 'kldb')]))
        self.assertLessEqual(len(self.find("Schweißer", limit=1)), 1)
        self.esco_welder.active = False
        self.assertNotIn(self.esco_welder, self.find("Orbital-Schweißer"))
        Archived = self.env['outreach.occupation'].with_user(self.user_econ).with_context(active_test=False)
        self.assertEqual(Archived.name_search("Orbital-Schweißer")[0][0], self.esco_welder.id)

    def test_other_searches_are_as_in_core(self):
        everything = self.env['outreach.occupation'].search([])
        self.assertEqual(self.find("", limit=None), everything)
        self.assertEqual(self.find("24422"), self.welder)
        self.assertIn(self.welder, self.find("2442"))
        self.assertEqual(self.find("Bäcker/Bäckerin", operator='='), self.baker)
        self.assertEqual(self.find("Bäcker", operator='='), self.baker.browse())
        self.assertEqual(self.find("bäcker/b%", operator='=ilike'), self.baker)
        self.assertEqual(self.find(["Bäcker/Bäckerin"], operator='in'), self.baker)
        self.assertEqual(self.find("bäcker", operator='not ilike', limit=None), everything - self.baker)
        self.assertFalse(self.find("qqqq xxxx"))

    def test_list_is_searched_by_label(self):
        Occupation = self.env['outreach.occupation'].with_user(self.user_econ)
        self.assertIn(self.esco_welder, Occupation.search([('display_name', 'ilike', "Schweisser Orbital")]))
        demand = self.create_demand(occupation_id=self.esco_welder.id)
        self.assertIn(demand, self.env['outreach.demand'].search([('occupation_id', 'ilike', "Schweisser Orbital")]))
        self.assertNotIn(demand, self.env['outreach.demand'].search([('occupation_id', 'ilike', "Bäcker")]))
        # as the box above the list asks
        arch = etree.fromstring(self.env['outreach.demand'].get_views([(False, 'search')])['views']['search']['arch'])
        for words, found in (("Schweisser Orbital", True), ("Orbitalschweißerin", True), ("Test Demand", True), ("Bäcker", False)):
            domain = safe_eval(arch.xpath("//field[@name='name']")[0].get('filter_domain'), {'self': words})
            self.assertEqual(demand in self.env['outreach.demand'].with_user(self.user_econ).search(domain), found, words)

    def test_dropdown_says_why(self):
        Occupation = self.env['outreach.occupation'].with_user(self.user_econ)
        found = Occupation.web_name_search("Schweisser Orbital", {'display_name': {}}, limit=8)[0]
        self.assertEqual(found['display_name'], "Schweißer/Schweißerin")
        self.assertEqual(
            found['__formatted_display_name'], "Schweißer/Schweißerin\n--24422 · Skilled worker · found as “Orbital-Schweißerin”--"
        )
        found = Occupation.web_name_search("Bäcker", {'display_name': {}}, limit=8)[0]
        self.assertNotIn("found as", found['__formatted_display_name'])
        # with other fields, or nothing typed, core answers
        self.assertEqual(Occupation.web_name_search("Schweisser Orbital", {'code': {}}, limit=8)[0]['code'], '7212.3')
        self.assertTrue(Occupation.web_name_search("", {'display_name': {}}, limit=1))

    def test_dropdown_shows_labels_as_text(self):
        self.label.name = "Orbital--Schweißer** `x`"
        found = self.env['outreach.occupation'].web_name_search("Orbital Schweißer", {'display_name': {}}, limit=8)[0]
        self.assertEqual(found['__formatted_display_name'].count('--'), 2)
        self.assertNotIn('`', found['__formatted_display_name'])

    def test_index_follows(self):
        self.label.name = "Kesselflicker"
        self.assertEqual(self.find("Kesselflickerin")[:1], self.esco_welder)
        self.assertNotEqual(self.find("Orbital")[:1], self.esco_welder)
        self.label.occupation_id = self.baker
        self.assertEqual(self.find("Kesselflickerin")[:1], self.baker)
        self.label.unlink()
        self.assertNotIn(self.baker, self.find("Kesselflicker"))
        self.baker.name = "Teigakrobat"
        self.assertEqual(self.find("Teigakrobatin")[:1], self.baker)
        self.env['res.lang']._activate_lang('de_DE')
        self.baker.update_field_translations('name', {'de_DE': "Krustenkünstler"})
        self.assertEqual(self.find("Krustenkuenstlerin")[:1], self.baker)
        self.baker.unlink()
        self.assertFalse(self.find("Teigakrobatin", domain=[('name', '=like', "Teig%")]))
        self.skill.unlink()
        self.assertFalse(self.find("MAG-Schweißen", 'outreach.skill').filtered(lambda skill: skill.id == self.skill.id))
        self.assertIndexed()

    def test_reindex_and_refresh(self):
        """Changes by SQL are found by `_refresh`, the same is found whichever way the index was made."""
        Entry = self.env['outreach.search.entry']
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO outreach_label (name, lang, kind, source, occupation_id) VALUES ('Ofenmeister', 'de', 'title', 'own', %s)",
            [self.baker.id],
        )
        self.assertNotEqual(self.find("Ofenmeister")[:1], self.baker)
        Entry._refresh()
        self.assertEqual(self.find("Ofenmeister")[:1], self.baker)
        self.assertIndexed()
        self.patch(type(Entry), 'REBUILD_FROM', 1)
        self.env.cr.execute("UPDATE outreach_search_entry SET fingerprint = '' WHERE catalogue = 'occupation'")
        Entry._refresh()
        self.assertIndexed()
        self.assertEqual(self.find("Ofenmeister")[:1], self.baker)

    def assertIndexed(self):
        """The counts are those of the entries, and the entries those of the labels."""
        self.env.cr.execute("""
            SELECT catalogue, number, array_agg(id ORDER BY id) FROM outreach_search_entry, unnest(features) number GROUP BY 1, 2
             UNION ALL
            SELECT catalogue, 0, NULL FROM outreach_search_entry GROUP BY 1 ORDER BY 1, 2""")
        wanted = {(catalogue, number): ids for catalogue, number, ids in self.env.cr.fetchall()}
        self.env.cr.execute("SELECT catalogue, number, frequency, entry_ids FROM outreach_search_feature")
        found = {(catalogue, number): (frequency, sorted(ids)) for catalogue, number, frequency, ids in self.env.cr.fetchall()}
        self.assertGreater(len(wanted), 100)
        self.assertEqual(found.keys(), wanted.keys())
        for key, ids in wanted.items():
            if ids is not None:
                self.assertEqual(found[key], (len(ids), ids))
        for catalogue in ('occupation', 'skill'):
            entries = self.env['outreach.search.entry'].search_count([('catalogue', '=', catalogue)])
            self.assertEqual(found[catalogue, 0][0], entries)
            concepts = self.env[f'outreach.{catalogue}'].with_context(active_test=False).search([])
            indexed = self.env['outreach.search.entry'].search([('catalogue', '=', catalogue)]).mapped('res_id')
            self.assertEqual(set(indexed), set(concepts.ids))

    def test_unchanged_labels_are_left_alone(self):
        self.env.flush_all()
        before = self.env['outreach.search.entry'].search([])
        self.assertIn(self.baker.id, before.mapped('res_id'))
        self.baker.name = "Bäcker/Bäckerin"
        self.env['outreach.search.entry']._reindex('outreach.occupation', self.baker.ids)
        self.env['outreach.search.entry']._refresh()
        self.assertEqual(self.env['outreach.search.entry'].search([]), before)

    def test_translations_of_other_addons(self):
        modules = self.env['ir.module.module'].search([('name', 'in', ('web', 'maßarbeit_outreach'))], order='name')
        for module, count in zip(modules, (1, 0), strict=True):
            with patch.object(type(self.env['outreach.search.entry']), '_refresh') as refresh:
                module._update_translations(['en_US'])
            self.assertEqual(refresh.call_count, count, module.name)

    def test_rpc(self):
        found = call_kw(self.env['outreach.occupation'].with_user(self.user_econ), 'search_by_words', ["Schweisser Orbital"], {'limit': 2})
        self.assertEqual(
            {**found[0], 'score': 1},
            {
                'id': self.esco_welder.id,
                'name': "Schweißer/Schweißerin",
                'code': '7212.3',
                'scheme': 'esco',
                'requirement_level': '2',
                'label': "Orbital-Schweißerin",
                'label_kind': 'alternative',
                'score': 1,
                'details': "24422 · Skilled worker · found as “Orbital-Schweißerin”",
            },
        )
        self.assertLessEqual(len(found), 2)
        self.assertGreaterEqual(found[0]['score'], found[-1]['score'])
        for user in (self.user_helper, self.user_portal, self.user_internal, self.user_immigration):
            for model in ('outreach.occupation', 'outreach.skill'):
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    call_kw(self.env[model].with_user(user), 'search_by_words', ["Schweißer"], {})
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    call_kw(self.env[model].with_user(user), 'name_search', ["Schweißer"], {})

    @users('test_econ')
    def test_odd_input(self):
        Occupation = self.env['outreach.occupation']
        for words in (
            "",
            " ",
            "\x00",
            "(m/w/d)",
            "%",
            "'; DROP TABLE outreach_search_entry; --",
            "\\",
            "{}",
            "a",
            "ß",
            "für die",
            "x" * 100000,
            "Schweißer " * 5000,
            "(" * 5000,
            "-," * 3000,
            "日本語",
            "\ud800".encode('utf-8', 'replace').decode(),
        ):
            with self.subTest(words=words[:20]):
                self.assertIsInstance(Occupation.search_by_words(words), list)
                Occupation.name_search(words.replace('\x00', ''))
        for words, limit in ((None, 8), (5, 8), (["a"], 8), ({'a': 1}, 8), ("a", "8"), ("a", None)):
            with self.subTest(words=words, limit=limit), self.assertRaises(UserError):
                Occupation.search_by_words(words, limit)
        self.assertLessEqual(len(Occupation.search_by_words("Schweißer", -5)), 1)

    def test_queries_are_constant(self):
        self.env['outreach.label'].create(
            [{'name': f"Schweißer für Rohr {letter}", 'occupation_id': self.esco_welder.id} for letter in 'abcdefghijk']
        )
        Occupation = self.env['outreach.occupation'].with_user(self.user_econ)
        Occupation.name_search("Schweißer")
        # what an everyday word means is one query more
        for words, queries in (("Schweißer", 7), ("Schweißer für Rohre, Orbital und MAG (dringend)", 6)):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(words=words), self.assertQueryCount(queries):
                Occupation.name_search(words, limit=8)

    def test_portal_look_up(self):
        Demand = self.env['outreach.demand'].with_user(self.user_portal)
        self.assertEqual(Demand._search_portal_occupations("Schweisser Orbital")[:1], self.esco_welder)
        self.assertFalse(Demand._search_portal_occupations("q"))
        self.assertFalse(Demand._search_portal_occupations("Raumschiffkapitän der Sternenflotte"))
