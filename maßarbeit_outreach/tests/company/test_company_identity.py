"""Who a company is: its sites, its numbers, its contact persons, and how it is found."""

from datetime import timedelta
from itertools import product

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tests import Form, users
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from ..common import OutreachCommon


class TestSites(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.industry = cls.env['outreach.industry'].search([('version', '=', '2008'), ('code', '=', 'C')])
        cls.site = cls.add_site(
            "Werk Melle",
            street="Werkstraße 1",
            zip='49324',
            city="Melle",
            outreach_betriebsnummer='297 20 865',
            outreach_business_number='DE 136695976 - 00002',
            outreach_industry_id=cls.industry.id,
        )

    @classmethod
    def add_site(cls, name, company=None, **values):
        return (
            cls.env['res.partner']
            .with_user(cls.user_econ)
            .create({'name': name, 'parent_id': (company or cls.company).id, 'type': 'site', **values})
        )

    def test_a_site_is_a_contact_of_the_company(self):
        site = self.site
        self.assertEqual(site.display_name, "Probewerk Bramsche GmbH, Werk Melle")
        self.assertEqual((site.commercial_partner_id, site.is_company), (self.company, False))
        self.assertEqual((site.outreach_municipality_id, site.outreach_municipality_status), (self.melle, 'assigned'))
        self.assertEqual((site.outreach_betriebsnummer, site.outreach_business_number), ('29720865', 'DE136695976-00002'))
        self.assertEqual(self.company.outreach_municipality_id, self.bramsche)
        self.assertEqual(self.company.outreach_site_ids, site.with_user(self.env.user))
        self.assertEqual(self.add_site("", city="Melle").display_name, "Probewerk Bramsche GmbH, Site")
        unclear = self.add_site("Werk Nord", zip='49577')
        self.assertEqual(unclear.outreach_municipality_status, 'to_assign')
        self.env['outreach.municipality']._place_companies()
        self.assertEqual(unclear.outreach_municipality_status, 'to_assign')

    def test_visit_and_demand_know_the_site(self):
        visit = self.create_visit(site_id=self.site.id)
        self.assertEqual((visit.municipality_id, visit.industry_id), (self.melle, self.industry))
        self.assertEqual(visit.location, "Werkstraße 1, 49324 Melle")
        self.assertEqual(visit.event_id.location, "Werkstraße 1, 49324 Melle")
        self.assertEqual(visit.partner_id, self.company, "the company stays the one that is coordinated")
        demand = self.create_demand(visit_id=visit.id)
        self.assertEqual(demand.site_id, self.site, "heard there, needed there")
        self.assertEqual((demand.municipality_id, demand.workplace, demand.industry_id), (self.melle, "Melle", self.industry))
        groups = self.env['outreach.demand']._read_group([('id', '=', demand.id)], ['site_id', 'municipality_id'], ['positions:sum'])
        self.assertEqual(groups, [(self.site.with_env(self.env), self.melle, 1)])
        # without a site it is where the company is
        demand.site_id = False
        self.assertEqual((demand.municipality_id, demand.workplace), (self.bramsche, "Bramsche"))
        # the figures of a visit that is done stay
        visit.write({'start': fields.Datetime.now() - timedelta(hours=2), 'stage': 'done', 'result': 'informed'})
        self.site.write({'zip': '49565', 'city': "Bramsche"})
        self.assertEqual(visit.municipality_id, self.melle)
        self.assertEqual(self.create_visit(site_id=self.site.id, anyway_reason="test").municipality_id, self.bramsche)

    def test_guard_asks_the_company(self):
        """Two agencies at two sites of one company in one week: coordinated as at one place."""
        other = self.add_site("Werk Bramsche", zip='49565', city="Bramsche")
        self.create_visit(site_id=self.site.id, team=self.user_econ)
        with self.assertRaisesRegex(UserError, "Probewerk"), self.env.cr.savepoint():
            self.create_visit(site_id=other.id, team=self.user_job, user=self.user_job)

    def test_site_goes_with_the_company(self):
        visit, demand = self.create_visit(site_id=self.site.id), self.create_demand(site_id=self.site.id)
        for record in (visit, demand):
            record.partner_id = self.other_company
            self.assertFalse(record.site_id)
            with self.assertRaisesRegex(ValidationError, "no site of Musterbau"), self.env.cr.savepoint():
                record.site_id = self.site
        with self.assertRaisesRegex(ValidationError, "no site of Probewerk"), self.env.cr.savepoint():
            self.create_demand(site_id=self.contact.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.create_visit(self.site)

    def test_proposed_in_the_form_only(self):
        self.assertFalse(self.create_visit().site_id, "who comes in by another way chose none")
        Visit, Demand = self.env['outreach.visit'].with_user(self.user_econ), self.env['outreach.demand'].with_user(self.user_econ)
        for Model in (Visit, Demand):
            form = Form(Model)
            form.partner_id = self.other_company
            self.assertFalse(form.site_id or form.has_sites)
            form.partner_id = self.company
            self.assertEqual(form.site_id, self.site.with_user(self.user_econ))
        second = self.add_site("Werk Nord")
        for Model in (Visit, Demand):
            form = Form(Model)
            form.partner_id = self.company
            self.assertFalse(form.site_id, "one of two is nobody's guess")
            self.assertTrue(form.has_sites)
        visit = Form(Visit.with_context(**second.action_plan_outreach_visit()['context']))
        self.assertEqual((visit.partner_id, visit.site_id), (self.company.with_user(self.user_econ), second))
        quick = Form(
            Demand.with_context(**second.action_quick_outreach_demand()['context']), 'maßarbeit_outreach.outreach_demand_view_form_quick'
        )
        self.assertEqual((quick.partner_id, quick.site_id), (self.company.with_user(self.user_econ), second))
        self.assertFalse(Form(Visit.with_context(**self.company.with_user(self.user_econ).action_plan_outreach_visit()['context'])).site_id)

    def test_has_sites_is_one_query(self):
        visits = self.create_visit() | self.create_visit(self.other_company)

        def queries(visits):
            self.env.flush_all()
            self.env.invalidate_all()
            visits.mapped('partner_id'), self.env.companies
            before = self.cr.sql_log_count
            found = visits.mapped('has_sites')
            return self.cr.sql_log_count - before, found

        queries(visits)
        few, found = queries(visits[:1])
        self.assertEqual(found, [True])
        self.assertEqual(queries(visits), (few, [True, False]))

    def test_stays_with_its_company(self):
        unused = self.add_site("Werk Nord")
        unused.parent_id = self.other_company
        self.assertEqual(unused.commercial_partner_id, self.other_company.with_user(self.user_econ))
        for create in (self.create_visit, self.create_demand):
            record = create(site_id=self.site.id)
            for values in ({'parent_id': self.other_company.id}, {'type': 'other'}):
                with self.assertRaisesRegex(ValidationError, "stays with its company"), self.env.cr.savepoint():
                    self.site.write(values)
            record.site_id = False
        self.site.type = 'other'
        for values in ({'is_company': True}, {'parent_id': False}, {'parent_id': self.contact.id}):
            with self.assertRaisesRegex(ValidationError, "directly below its company"), self.env.cr.savepoint():
                self.site.write({'type': 'site', **values})

    def test_merge(self):
        """Sites of merged companies are sites of the one that stays; a site and a company do not become one."""
        double = self.env['res.partner'].create({'name': "Probewerk", 'is_company': True, 'email': self.company.email})
        site = self.add_site("Werk Nord", double)
        visit = self.create_visit(double, site_id=site.id)
        wizard = self.env['base.partner.merge.automatic.wizard']
        for partners in (self.site | double, self.site | self.contact, self.site | site):
            with self.assertRaisesRegex(UserError, "another site of the same company"), self.env.cr.savepoint():
                wizard._merge(partners.ids)
        wizard._merge((self.company | double).ids, self.company)
        self.env.invalidate_all()
        self.assertEqual((visit.partner_id, visit.site_id, site.parent_id), (self.company, site, self.company))
        wizard._merge((self.site | site).ids, self.site)
        self.env.invalidate_all()
        self.assertEqual(visit.site_id, self.site)

    def test_no_person_to_talk_to(self):
        self.assertFalse(self.site.outreach_portal_access)
        with self.assertRaises(UserError):
            self.site.action_invite_outreach_employer()
        visit = self.create_visit()
        for field in (visit._fields['contact_ids'], self.env['outreach.demand']._fields['contact_id']):
            people = self.env['res.partner'].search(safe_eval(field.domain, {'partner_id': self.company.id}))
            self.assertEqual(people, self.contact)

    def test_employers_read_no_numbers(self):
        visit, demand = self.create_visit(site_id=self.site.id), self.create_demand(site_id=self.site.id)
        for record in (visit, demand):
            theirs = record.with_user(self.user_portal)
            self.assertTrue(theirs.partner_id)
            with self.assertRaises(AccessError):
                theirs.read(['site_id'])
        site = self.site.with_user(self.user_portal)
        for name in ('outreach_betriebsnummer', 'outreach_business_number', 'outreach_municipality_id', 'outreach_site_ids'):
            with self.subTest(field=name), self.assertRaises(AccessError):
                site.read([name])
        with self.assertRaises(AccessError):
            self.add_site("Werk Portal").with_user(self.user_portal).city = "Melle"

    def test_business_number(self):
        for wrong in ('DE136695978', 'DE136695976-1', 'ATU12345678', 'DE136695976-00000'):
            with self.subTest(number=wrong), self.assertRaisesRegex(ValidationError, "00001"), self.env.cr.savepoint():
                self.company.outreach_business_number = wrong
        self.company.outreach_business_number = '136 695 976'
        self.assertEqual(self.company.outreach_business_number, 'DE136695976')


class TestContacts(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact.write({'phone': '05461 12-345', 'function': "Managing Director"})
        cls.Partner = cls.env['res.partner'].with_user(cls.user_econ)

    def test_duplicates_are_pointed_out(self):
        contact = self.contact.with_user(self.user_econ)
        for values, found in (
            ({'name': "P. Probe", 'email': contact.email.upper()}, contact),
            ({'name': "Zentrale", 'phone': '+49 (0) 5461 12345'}, contact),
            ({'name': "Probe, Petra"}, contact),
            ({'name': "Paul Probe", 'email': 'paul@probewerk.example', 'phone': '05461 12-346'}, self.Partner),
        ):
            with self.subTest(**values):
                self.assertEqual(self.Partner.new({'parent_id': self.company.id, **values}).outreach_contact_twin_ids._origin, found)
                saved = self.Partner.create({'parent_id': self.company.id, **values})
                self.assertEqual(saved.outreach_contact_twin_ids, found, "nobody is kept from it")
                saved.unlink()
        elsewhere = self.Partner.create({'name': "Petra Probe", 'parent_id': self.other_company.id})
        site = self.Partner.create({'name': "Petra Probe", 'parent_id': self.company.id, 'type': 'site'})
        self.assertFalse((elsewhere | site | self.company.with_user(self.user_econ)).outreach_contact_twin_ids)
        with Form(self.Partner.with_context(default_parent_id=self.company.id)) as form:
            form.name = "Petra Probe"
            self.assertEqual(form.outreach_contact_twin_ids[:], contact)

    def test_duplicates_are_one_query(self):
        people = self.Partner.create([{'name': f"Test {number}", 'parent_id': self.company.id} for number in range(20)])

        def queries(people):
            self.env.flush_all()
            self.env.invalidate_all()
            people.mapped('parent_id.commercial_partner_id')
            before = self.cr.sql_log_count
            people.mapped('outreach_contact_twin_ids')
            return self.cr.sql_log_count - before

        queries(people[:2])
        few = queries(people[:2])
        self.assertGreater(few, 0)
        self.assertEqual(queries(people), few)

    def test_channel_is_none_that_is_refused(self):
        contact = self.contact.with_user(self.user_econ)
        for channel, consent in (('phone', 'phone'), ('video', 'phone'), ('email', 'email'), ('visit', 'visit')):
            with self.subTest(channel=channel):
                self.company[f'outreach_consent_{consent}'] = 'unknown'
                contact.outreach_preferred_channel = channel
                self.company[f'outreach_consent_{consent}'] = 'refused'
                self.assertFalse(contact.outreach_preferred_channel, "refused later")
                self.assertIn("taken out", contact.message_ids[0].body)
                with self.assertRaisesRegex(ValidationError, "refuses this channel"), self.env.cr.savepoint():
                    contact.outreach_preferred_channel = channel
        other = self.other_contact.with_user(self.user_econ)
        other.outreach_preferred_channel = 'phone'
        with self.assertRaisesRegex(ValidationError, "refuses this channel"), self.env.cr.savepoint():
            other.parent_id = self.company

    def test_merge_keeps_no_refused_channel(self):
        first, second, third = self.env['res.partner'].create(
            [
                {'name': "Otto", 'email': 'otto@muster.example', 'parent_id': company.id, 'outreach_preferred_channel': channel}
                for company, channel in ((self.other_company, False), (self.other_company, 'phone'), (self.company, False))
            ]
        )
        wizard = self.env['base.partner.merge.automatic.wizard']
        wizard._merge((first | second).ids, first)
        self.env.invalidate_all()
        self.assertEqual(first.outreach_preferred_channel, 'phone')
        self.company.outreach_consent_phone = 'refused'
        wizard._merge((first | third).ids, third)
        self.env.invalidate_all()
        self.assertEqual((third.parent_id, third.outreach_preferred_channel), (self.company, False))

    def test_for_the_offices_only(self):
        for user in (self.user_internal, self.user_helper, self.user_immigration, self.user_dpo):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.user_econ.partner_id.with_user(user).outreach_preferred_channel  # noqa: B018
        # who has no role of ours changes contacts as ever
        writer = self.create_user('writer', 'base.group_user,base.group_partner_manager')
        self.contact.outreach_preferred_channel = 'phone'
        self.contact.with_user(writer).parent_id = self.other_company
        self.assertEqual(self.contact.parent_id, self.other_company)


class TestCompanySearch(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mueller, cls.koester, cls.strass, cls.kette = cls.env['res.partner'].create(
            [
                {'name': "Müller & Söhne GmbH & Co. KG", 'is_company': True, 'outreach_company': True},
                {'name': "Bäckerei Köster e.K.", 'is_company': True, 'outreach_company': True, 'email': 'brot@koester.example'},
                {'name': "Straßenbau Goethe OHG", 'is_company': True, 'outreach_company': True},
                {
                    'name': "Wurst und Brot Kette",
                    'is_company': True,
                    'outreach_company': True,
                    'vat': 'DE136695976',
                    'outreach_business_number': 'DE136695976-00001',
                    'outreach_register_court': "Osnabrück",
                    'outreach_register_kind': 'HRB',
                    'outreach_register_number': '77001',
                    'child_ids': [Command.create({'name': "Werk Nordheide", 'type': 'site', 'outreach_betriebsnummer': '29720865'})],
                },
            ]
        )
        cls.ours = cls.mueller | cls.koester | cls.strass | cls.kette
        cls.visits = {company: cls.create_visit(company) for company in cls.ours}
        cls.demands = {company: cls.create_demand(company, name="Need") for company in cls.ours}
        cls.CASES = [
            (
                cls.mueller,
                (
                    "mueller",
                    "Müller",
                    "Muller",
                    "Müller und Söhne",
                    "Söhne Müller",
                    "soehne  mueller",
                    "müller + söhne gmbh",
                    "Müller & Söhne GmbH & Co KG",
                    "Müller",
                    "MUELLER",
                    "üller",
                ),
            ),
            (cls.koester, ("Baeckerei Koester", "Köster Bäckerei", "Bäckerei Köster KG", "koester@", "brot@koester.example")),
            (cls.strass, ("Strassenbau", "Straßenbau", "goethe strasse", "Göthe", "ethe OHG")),
            (
                cls.kette,
                (
                    "wurst & brot",
                    "Wurst+Brot",
                    "HRB 77001",
                    "77001 Osnabrück",
                    "DE136695976",
                    "DE 136 695 976",
                    "136695976-00001",
                    "29720865",
                    "297 20 865",
                    "Kette Nordheide",
                ),
            ),
        ]

    def cases(self):
        for company, texts in self.CASES:
            yield from product([company], texts)

    @users('test_econ', 'test_migration', 'test_manager')
    def test_in_every_field_that_looks_for_a_company(self):
        visits, demands = self.visits, self.demands
        Partner = self.env['res.partner']
        view = self.env.ref('maßarbeit_outreach.res_partner_view_search').sudo()
        self.assertIn("('display_name', 'ilike', self)", view.arch)
        ids = self.ours.ids
        for company, text in self.cases():
            with self.subTest(text=text):
                self.assertEqual([found for found, __ in Partner.name_search(text, [('id', 'in', ids)])], company.ids)
                self.assertEqual(Partner.search([('display_name', 'ilike', text), ('id', 'in', ids)]).ids, company.ids)
                for model, records in (('outreach.visit', visits), ('outreach.demand', demands)):
                    mine = Domain('partner_id', 'in', ids)
                    for condition in (('partner_id', 'ilike', text), ('partner_id', 'child_of', text), ('display_name', 'ilike', text)):
                        self.assertEqual(self.env[model].search(mine & Domain(*condition)).ids, records[company].ids, (model, condition))
        self.assertEqual(
            Partner.search([('display_name', 'not ilike', "mueller"), ('id', 'in', ids)]), (self.ours - self.mueller).with_env(self.env)
        )
        self.assertFalse(Partner.name_search("mueller koester", [('id', 'in', ids)]))
        self.assertEqual(len(Partner.name_search("", [('id', 'in', ids)])), 4)

    def test_others_search_as_in_core(self):
        """Nothing new is found by who has no role of ours, and by what they may not read."""
        stranger = self.create_user('stranger', 'base.group_user,base.group_partner_manager')
        company = self.env['res.partner'].create(
            {
                'name': "Geheimwerk",
                'is_company': True,
                'parent_id': False,
                'outreach_register_court': "Osnabrück",
                'outreach_register_kind': 'HRB',
                'outreach_register_number': '88001',
                'outreach_betriebsnummer': '34567892',
                'outreach_business_number': 'DE136695976-00001',
            }
        )
        employer = self.env['res.partner'].create({'name': "E", 'parent_id': company.id, 'email': 'e@geheim.example'})
        portal = self.create_user('employer', 'maßarbeit_outreach.group_portal_employer', partner_id=employer.id, name="E")
        for user in (stranger, self.user_internal, portal):
            Partner = self.env['res.partner'].with_user(user)
            self.assertEqual(Partner.search([('display_name', 'ilike', "heimwerk"), ('is_company', '=', True)]), company.with_user(user))
            for text in ("88001", "HRB 88001", "34567892", "136695976", "Osnabrück HRB", "werk geheim"):
                with self.subTest(user=user.login, text=text):
                    self.assertFalse(Partner.search([('display_name', 'ilike', text), ('id', '=', company.id)]))
            with self.assertRaises(AccessError):
                Partner.search([('outreach_search_key', 'ilike', "geheimwerk")])
        with self.assertRaises(AccessError):
            self.env['res.partner'].with_user(self.user_econ).search([('outreach_search_key', 'ilike', "geheimwerk")])
        self.assertIn(company.id, dict(self.env['res.partner'].with_user(self.user_econ).name_search("88001 osnabrueck")))

    def test_records_that_are_closed_are_not_found(self):
        other = self.env['res.company'].create({'name': "Other County"})
        self.mueller.company_id = other
        self.assertFalse(self.env['res.partner'].with_user(self.user_econ).name_search("Söhne Müller", [('id', 'in', self.ours.ids)]))

    def test_key_follows(self):
        Partner = self.env['res.partner'].with_user(self.user_econ)
        for values, text in (
            ({'name': "Neuhaus Öl"}, "oel neuhaus"),
            ({'outreach_betriebsnummer': '34567892'}, "34567892"),
            ({'email': 'info@neuhaus.example'}, "info neuhaus"),
            ({'ref': "K 4711 X"}, "4711"),
        ):
            self.assertFalse(Partner.name_search(text, [('id', '=', self.koester.id)]))
            self.koester.write(values)
            self.assertTrue(Partner.name_search(text, [('id', '=', self.koester.id)]))
        self.kette.child_ids.outreach_betriebsnummer = False
        self.assertFalse(Partner.name_search("29720865", [('id', '=', self.kette.id)]))
        self.kette.child_ids.active = False
        self.assertFalse(Partner.name_search("Nordheide", [('id', '=', self.kette.id)]))

    def test_keys_of_those_that_were_there(self):
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE res_partner SET outreach_search_key = NULL WHERE id IN %s", tuple(self.ours.ids)))
        self.env.invalidate_all()
        Partner = self.env['res.partner'].with_user(self.user_econ)
        self.assertFalse(Partner.name_search("mueller", [('id', 'in', self.ours.ids)]))
        self.env['res.partner']._fill_outreach_search_keys()
        self.assertEqual([found for found, __ in Partner.name_search("mueller", [('id', 'in', self.ours.ids)])], self.mueller.ids)

    def test_an_index_is_used(self):
        """At many contacts the database looks words up, and compares no contact with them one by one."""
        self.env.flush_all()
        self.env.cr.execute("""
            INSERT INTO res_partner (name, complete_name, active, type, outreach_search_key)
            SELECT 'Betrieb ' || n, 'Betrieb ' || n, TRUE, 'contact', 'betrieb ' || md5(n::text) || ' gmbh' FROM generate_series(1, 20000) n
        """)
        # what autovacuum does to a table that grew
        self.env.cr.execute("SELECT gin_clean_pending_list('res_partner__outreach_search_key_index'::regclass)")
        self.env.cr.execute("ANALYZE res_partner")
        Partner = self.env['res.partner'].with_user(self.user_econ)
        for text in ("mueller", "Söhne Müller GmbH", "Osnabrück HRB 77001"):
            query = Partner._search([('display_name', 'ilike', text)], limit=8)
            plan = '\n'.join(line for (line,) in self.env.execute_query(SQL("EXPLAIN %s", query.select())))
            with self.subTest(text=text):
                self.assertIn('res_partner__outreach_search_key_index', plan)
                self.assertNotIn('Seq Scan on res_partner ', plan)
