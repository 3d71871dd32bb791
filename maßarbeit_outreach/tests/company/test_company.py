from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Domain
from odoo.tests import new_test_user, users

from ..common import OutreachCommon


class TestCompanyPlace(OutreachCommon):
    def place(self, **values):
        return self.env['res.partner'].create({'name': "Test Company", 'is_company': True, **values})

    def test_municipality_from_address(self):
        for values, municipality, status in (
            ({'zip': '49565', 'city': "Bramsche"}, "Bramsche", 'assigned'),
            ({'zip': '49577', 'city': "Ankum"}, "Ankum", 'assigned'),
            ({'zip': '49577', 'city': "Kettenkamp"}, "Kettenkamp", 'assigned'),
            ({'zip': '49577'}, False, 'to_assign'),
            ({'zip': '49577', 'outreach_ags': self.melle.ags}, "Melle", 'assigned'),
            ({}, False, 'to_assign'),
            ({'zip': '28195', 'city': "Bremen"}, False, 'outside'),
            ({'zip': '49565', 'city': "Bramsche", 'is_company': False}, False, False),
        ):
            with self.subTest(**values):
                company = self.place(**values)
                self.assertEqual(company.outreach_municipality_id.name, municipality)
                self.assertEqual(company.outreach_municipality_status, status)

    def test_chosen_by_hand(self):
        ankum = self.env['outreach.municipality'].search([('name', '=', "Ankum")])
        self.assertEqual(len(ankum), 1)
        company = self.place(zip='49577')
        self.assertEqual(company.outreach_municipality_status, 'to_assign')
        company.outreach_municipality_id = ankum
        self.assertEqual(company.outreach_municipality_status, 'assigned')
        company.street = "Musterweg 2"
        company.zip = '49577'
        company.city = "Somewhere"
        self.assertEqual(company.outreach_municipality_id, ankum, "the address does not decide, a person did")
        company.write({'zip': '49324', 'city': "Melle"})
        self.assertEqual(company.outreach_municipality_id, self.melle, "the company moved")
        company.write({'zip': '28195', 'city': "Bremen"})
        self.assertFalse(company.outreach_municipality_id)
        self.assertEqual(company.outreach_municipality_status, 'outside')
        self.assertEqual(self.place(zip='49565', city="Bramsche", outreach_municipality_id=ankum.id).outreach_municipality_id, ankum)


class TestCompanyNumbers(OutreachCommon):
    def test_betriebsnummer(self):
        self.company.outreach_betriebsnummer = '297 20 865'
        self.assertEqual(self.company.outreach_betriebsnummer, '29720865')
        for wrong in ('1234567', 'ABCDEFGH', '00000000'):
            with self.subTest(number=wrong), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.company.outreach_betriebsnummer = wrong
        self.company.outreach_betriebsnummer = False

    def test_register_entry(self):
        entry = {'outreach_register_court': "Amtsgericht Osnabrück", 'outreach_register_kind': 'HRB', 'outreach_register_number': ' 12345 '}
        companies = self.company | self.other_company
        self.company.write(entry)
        self.other_company.write(entry)
        for company in companies:
            self.assertEqual((company.outreach_register_court, company.outreach_register_number), ("Osnabrück", '12345'))
        self.assertEqual(self.company.outreach_register_twin_id, self.other_company)
        self.company.outreach_register_court = "AG Osnabrück"
        companies.outreach_register_number = ' 777'
        for company in companies:
            self.assertEqual((company.outreach_register_court, company.outreach_register_number), ("Osnabrück", '777'))
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.company.outreach_register_court = False
        companies.write(dict.fromkeys(entry, False))
        self.assertFalse(self.company.outreach_register_twin_id)


class TestCompanyCounters(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        fair = cls.create_fair()
        for company, factor in ((cls.company, 1), (cls.other_company, 2)):
            for __ in range(factor):
                cls.create_visit(company)
                cls.create_visit(company, stage='done')
                cls.create_visit(company)._cancel("ill")
                cls.create_demand(company, positions=4, positions_filled=1)
                cls.create_demand(company, positions=5, stage='paused')
                cls.create_demand(company, positions=7, stage='closed', closed_reason='need_gone')
                cls.create_demand(company, positions=9, active=False)
                cls.create_stand(fair, company)

    @users('test_econ', 'test_job', 'test_migration', 'test_manager')
    def test_number_is_the_list(self):
        for company, factor in ((self.company, 1), (self.other_company, 2)):
            company = company.with_user(self.env.user)
            for name, expected, action_name, measure in (
                ('outreach_visit_count', 2, 'action_view_outreach_visits', len),
                ('outreach_demand_count', 2, 'action_view_outreach_demands', len),
                ('outreach_open_positions', 8, 'action_view_outreach_open_positions', lambda found: sum(found.mapped('positions_open'))),
                ('outreach_stand_count', 1, 'action_view_outreach_stands', len),
            ):
                with self.subTest(counter=name, company=company.name):
                    action = getattr(company, action_name)()
                    found = self.env[action['res_model']].with_context(**action['context']).search(action['domain'])
                    self.assertEqual(company[name], expected * factor)
                    self.assertEqual(measure(found), expected * factor)
                    self.assertFalse([key for key in action['context'] if key.startswith('search_default_')])

    def test_municipality_counts_companies(self):
        counted = self.bramsche.company_count
        action = self.bramsche.action_view_companies()
        self.assertEqual(self.env['res.partner'].search_count(action['domain']), counted)
        self.env['res.partner'].create({'name': "One More", 'is_company': True, 'zip': '49565', 'city': "Bramsche"})
        self.env.invalidate_all()
        self.assertEqual(self.bramsche.company_count, counted + 1)

    @users('test_econ')
    def test_counters_are_batched(self):
        names = list(self.company._get_outreach_counters())
        more = self.env['res.partner'].create([{'name': f"Test {n}", 'is_company': True} for n in range(78)])
        two = (self.company | self.other_company).with_user(self.env.user)

        def queries(companies):
            self.env.invalidate_all()
            companies.mapped('name')
            before = self.cr.sql_log_count
            for name in names:
                companies.mapped(name)
            return self.cr.sql_log_count - before

        queries(two)
        few = queries(two)
        self.assertGreater(few, 0)
        self.assertEqual(queries(two | more), few)


class TestCompanyAgencies(OutreachCommon):
    def test_responsibility_lines(self):
        """Each agency that met the company has a line, with what was last and what is next, of its own visits."""
        now = fields.Datetime.now().replace(minute=0, second=0)
        last, earlier, soon, later = (now + timedelta(days=days) for days in (-3, -9, 2, 8))
        both = self.user_econ | self.user_job
        self.create_visit(team=self.user_econ, stage='done', start=earlier)
        self.create_visit(team=both, stage='done', start=last)
        self.create_visit(team=self.user_job, start=later, anyway_reason="test")
        self.create_visit(team=both, start=soon)._cancel("ill")
        self.create_visit(team=self.user_econ, start=earlier)  # forgotten: neither last nor next
        self.create_visit(team=self.user_econ, stage='done', start=now - timedelta(days=1), result='nobody_met')
        lines = self.company.outreach_responsibility_ids
        self.assertEqual(lines.agency_id, self.agency_econ | self.agency_job)
        self.assertEqual(len(lines), 2)
        econ, job = (lines.filtered(lambda line, agency=agency: line.agency_id == agency) for agency in (self.agency_econ, self.agency_job))
        self.assertEqual((econ.last_contact, econ.next_contact), (last, False))
        self.assertEqual((job.last_contact, job.next_contact), (last, later))
        self.assertFalse(self.company._get_outreach_officer())
        job.user_id = self.user_job
        self.assertEqual(self.company._get_outreach_officer(), self.user_job)
        self.assertEqual(self.company._get_outreach_officer(self.agency_job), self.user_job)
        self.assertFalse(self.company._get_outreach_officer(self.agency_econ))

    @users('test_econ')
    def test_contacts_are_one_query(self):
        companies = self.env['res.partner'].create([{'name': f"Test {n}", 'is_company': True} for n in range(20)])
        lines = self.env['outreach.responsibility'].create(
            [{'partner_id': company.id, 'agency_id': self.agency_econ.id} for company in companies]
        )
        self.create_visit(companies[:1], stage='done')

        def queries(lines):
            self.env.invalidate_all()
            lines.mapped('agency_id'), self.env.companies, self.env.tz  # known of every request
            before = self.cr.sql_log_count
            lines.mapped('last_contact')
            return self.cr.sql_log_count - before

        self.assertEqual(queries(lines[:2]), 1)
        self.assertEqual(queries(lines), 1)
        self.assertTrue(lines[:1].last_contact)

    def test_merge_keeps_everything(self):
        double = self.env['res.partner'].create({'name': "Probewerk GmbH", 'is_company': True, 'email': self.company.email})
        self.assertFalse(double.outreach_municipality_id)
        visits = self.create_visit() | self.create_visit(double, team=self.user_econ | self.user_job)
        demand = self.create_demand(double)
        stand = self.create_stand(self.create_fair(), double, demand_ids=[Command.link(demand.id)])
        for agency, officer in ((self.agency_econ, self.user_econ), (self.agency_job, self.user_job)):
            double.outreach_responsibility_ids.filtered(lambda line, agency=agency: line.agency_id == agency).user_id = officer
        self.env['base.partner.merge.automatic.wizard']._merge((self.company | double).ids, self.company)
        self.assertFalse(double.exists())
        self.assertEqual((visits | demand.visit_id).partner_id, self.company)
        self.assertEqual((demand.partner_id, stand.partner_id), (self.company, self.company))
        self.assertEqual((visits.municipality_id, demand.municipality_id), (self.bramsche, self.bramsche))
        lines = self.company.outreach_responsibility_ids
        self.assertEqual(
            lines.mapped(lambda line: (line.agency_id, line.user_id)),
            [(line.agency_id, self.user_econ if line.agency_id == self.agency_econ else self.user_job) for line in lines],
        )
        self.assertEqual(len(lines), 2)
        self.assertEqual(self.company.outreach_visit_count, 2)


class TestCompanyStates(OutreachCommon):
    def test_blocked(self):
        visit, demand, fair = self.create_visit(), self.create_demand(), self.create_fair()
        free = self.create_stand(fair, company=False)
        self.company.outreach_vetting = 'blocked'
        for what, attempt in {
            'visit': self.create_visit,
            'demand': self.create_demand,
            'stand': lambda: self.create_stand(fair),
            'named stand': lambda: free.write({'partner_id': self.company.id}),
            'moved visit': lambda: self.create_visit(self.other_company).write({'partner_id': self.company.id}),
            'moved demand': lambda: self.create_demand(self.other_company).write({'partner_id': self.company.id}),
        }.items():
            with self.subTest(what=what), self.assertRaisesRegex(ValidationError, "blocked by vetting"), self.env.cr.savepoint():
                attempt()
        visit._cancel("blocked")
        demand.write({'stage': 'closed', 'closed_reason': 'blocked'})
        self.assertEqual(visit.stage, 'cancelled')

    @users('test_econ', 'test_job')
    def test_only_managers_vet(self):
        company, partners = self.company.with_env(self.env), self.env['res.partner']
        for what, attempt in {
            'write': lambda: company.write({'outreach_vetting': 'checked'}),
            'create': lambda: partners.create({'name': "Test Company", 'is_company': True, 'outreach_vetting': 'checked'}),
            'default': lambda: partners.with_context(default_outreach_vetting='checked').create({'name': "Test", 'is_company': True}),
        }.items():
            with self.subTest(what=what), self.assertRaisesRegex(AccessError, "Only managers"), self.env.cr.savepoint():
                attempt()
        imported = partners.load(['.id', 'outreach_vetting'], [[str(company.id), 'blocked']])
        self.assertFalse(imported['ids'])
        self.assertIn("Only managers", imported['messages'][0]['message'])
        company.write({'outreach_vetting': 'new', 'phone': '+49 541 999000'})  # as it was
        company.with_user(self.user_manager).outreach_vetting = 'checked'
        self.assertEqual(company.outreach_vetting, 'checked')
        company.sudo().outreach_vetting = 'new'

    def test_archived(self):
        visit = self.create_visit(stage='done')
        self.company.action_archive()
        self.assertEqual(self.env['outreach.visit'].search([('partner_id', '=', self.company.id)]), visit)
        self.assertEqual(self.company.outreach_visit_count, 1)
        self.assertIn("Probewerk", visit.display_name)

    def test_marked_by_first_use(self):
        self.assertFalse(self.company.outreach_company)
        self.create_demand(stage='signal')
        self.assertTrue(self.company.outreach_company)
        self.create_stand(self.create_fair(), self.other_company)
        self.assertTrue(self.other_company.outreach_company)

    def test_company_itself(self):
        for create in (self.create_visit, self.create_demand):
            with self.assertRaises(ValidationError):
                create(self.contact)

    def test_no_words_of_sales(self):
        """Core's form of a contact keeps what it says of sales to contacts that are none of employer outreach."""
        customer = self.env['res.partner'].create({'name': "A Customer", 'is_company': True})
        person = self.env['res.partner'].create({'name': "A Person", 'parent_id': self.company.id})
        self.create_visit()
        for user in (self.user_econ, self.user_manager):
            with self.subTest(user=user.login):
                self.assertTrue(self.company.with_user(user).is_in_outreach)
                self.assertTrue(person.with_user(user).is_in_outreach)
                self.assertFalse(customer.with_user(user).is_in_outreach)
        outsider = new_test_user(self.env, 'outsider', groups='base.group_user,base.group_partner_manager')
        self.assertFalse(self.company.with_user(outsider).is_in_outreach, "nobody outside is told")
        arch = etree.fromstring(self.env['res.partner'].with_user(self.user_manager).get_views([(False, 'form')])['views']['form']['arch'])
        for path in ("//page[@name='sales_purchases']", "//button[@name='action_view_opportunity']"):
            self.assertRegex(arch.xpath(path)[0].get('invisible'), r'is_in_outreach\)?$')
        text = etree.tostring(arch, encoding='unicode')
        for word in ("BE0477472701", "B2B", "Sales Director"):
            self.assertNotIn(word, text)

    def test_portal_users(self):
        Partner = self.env['res.partner']
        known = Domain('id', 'in', (self.company | self.other_company).ids)
        self.assertEqual(self.company.outreach_portal_user_ids, self.user_portal)
        self.assertEqual(self.contact.outreach_portal_user_ids, self.user_portal)
        for operator, value, found in (
            ('in', [self.user_portal.id], self.company),
            ('=', self.user_portal.id, self.company),
            ('in', [self.user_econ.id], Partner),
            ('not in', [self.user_portal.id], self.other_company),
            ('!=', self.user_portal.id, self.other_company),
        ):
            with self.subTest(operator=operator, value=value):
                self.assertEqual(Partner.search(known & Domain('outreach_portal_user_ids', operator, value)), found)
        for operator, value in (('=', False), ('!=', False), ('in', [self.user_portal.id, False])):
            with self.subTest(operator=operator, value=value), self.assertRaises(NotImplementedError):
                Partner.search(known & Domain('outreach_portal_user_ids', operator, value))  # rather than a wrong answer

    def test_contact_changes_company(self):
        visit = self.create_visit()
        theirs = visit.with_user(self.user_portal)
        self.assertEqual(theirs.search([('id', '=', visit.id)]), visit)
        self.contact.parent_id = self.other_company
        self.env.invalidate_all()
        self.assertFalse(theirs.search([('id', '=', visit.id)]))
