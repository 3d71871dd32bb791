"""The catalogues as people browse them: counts, hierarchies, what is in use, industries of two versions."""

import psycopg2
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ...tools.catalogue.catalogue_sources import attribution
from ..common import MODULE, OutreachCommon

ACTIONS = ('occupation', 'skill', 'industry', 'isco_group', 'skill_group', 'label')


class CatalogueCommon(OutreachCommon):
    """KldB 98 > 987 > 9876 > 98765, below which an ESCO occupation with one skill; a skill group of two levels."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Occupation = cls.env['outreach.occupation']
        cls.chain = Occupation
        for code in ('98', '987', '9876', '98765'):
            cls.chain += Occupation.create({'code': code, 'name': f"Test {code}", 'parent_id': cls.chain[-1:].id})
        cls.isco_main = cls.env['outreach.isco.group'].create({'code': '99', 'name': "Test Major"})
        cls.isco = cls.env['outreach.isco.group'].create({'code': '9999', 'name': "Test Unit", 'parent_id': cls.isco_main.id})
        cls.group = cls.env['outreach.skill.group'].create({'code': 'T', 'name': "Test Group"})
        cls.subgroup = cls.env['outreach.skill.group'].create({'code': 'T1', 'name': "Test Subgroup", 'parent_id': cls.group.id})
        cls.skill = cls.env['outreach.skill'].create({'name': "Test Skill", 'group_id': cls.subgroup.id})
        cls.esco = Occupation.create(
            {
                'scheme': 'esco',
                'code': '9999.1',
                'uri': 'test:1',
                'name': "Test ESCO",
                'parent_id': cls.chain[-1:].id,
                'isco_id': cls.isco.id,
                'skill_ids': [Command.create({'skill_id': cls.skill.id})],
                'label_ids': [Command.create({'name': "Also This"}), Command.create({'name': "Tset", 'kind': 'hidden'})],
            }
        )


@tagged('post_install', '-at_install')
class TestCatalogue(CatalogueCommon):
    def test_counts_include_what_is_below(self):
        self.create_demand(occupation_id=self.esco.id, skill_ids=[Command.create({'skill_id': self.skill.id})])
        self.create_demand(occupation_id=self.chain[2].id)
        self.create_demand(occupation_id=self.esco.id, stage='closed', closed_reason='need_gone')
        for user in (self.user_econ, self.user_migration, self.user_manager):
            chain, esco, skill = (records.with_user(user) for records in (self.chain, self.esco, self.skill))
            self.assertEqual(chain.mapped('demand_count'), [2, 2, 2, 1])
            self.assertEqual((esco.demand_count, esco.skill_count, skill.demand_count, skill.occupation_count), (1, 1, 1, 1))
            for record in (*chain, esco, skill):
                found = self.env['outreach.demand'].search(record.action_open_demands()['domain'])
                self.assertEqual(len(found), record.demand_count, "number and list agree")
            groups = (self.isco_main | self.isco).with_user(user)
            self.assertEqual(groups.mapped('occupation_count'), [1, 1])
            self.assertEqual(esco.search(groups[0].action_open_occupations()['domain']), esco)
            groups = (self.group | self.subgroup).with_user(user)
            self.assertEqual(groups.mapped('skill_count'), [1, 1])
            self.assertEqual(skill.search(groups[0].action_open_skills()['domain']), skill)

    def test_hierarchy(self):
        self.assertEqual(self.esco.path, "98 Test 98 › 987 Test 987 › 9876 Test 9876 › 98765 Test 98765")
        self.assertEqual(self.chain[0].path, '')
        self.assertEqual((self.chain | self.esco).mapped('level'), ['2', '3', '4', '5', 'esco'])
        self.assertEqual((self.esco.kldb_group_id, self.isco.main_id, self.skill.section_id), (self.chain[1], self.isco_main, self.group))

    def test_hidden_labels_are_not_shown(self):
        self.assertEqual(self.esco.label_text, "Also This")

    def test_code_proposes_the_parent(self):
        with Form(self.env['outreach.occupation'].with_user(self.user_manager)) as form:
            form.name = "New"
            form.code = '98769'
            self.assertEqual(form.parent_id, self.chain[2])
            form.code = '98999'
            self.assertEqual(form.parent_id, self.chain[0])
            form.parent_id = self.chain[1]
        self.assertEqual(form.record.parent_id, self.chain[1], "a proposal, no more")

    def test_groups_of_lists(self):
        """Each group-by of the search views works, also those of related fields that are not stored."""
        for model in (
            'outreach.occupation',
            'outreach.skill',
            'outreach.isco.group',
            'outreach.skill.group',
            'outreach.industry',
            'outreach.label',
            'res.partner',
            'crm.lead',
            'outreach.due',
        ):
            xmlid = {'res.partner': 'res_partner_view_search', 'crm.lead': 'crm_lead_view_search'}.get(
                model, f"{model.replace('.', '_')}_view_search"
            )
            Model = self.env[model].with_user(self.user_manager)
            view = self.env.ref(f'{MODULE}.{xmlid}')
            view = view.inherit_id or view
            arch = etree.fromstring(Model.get_view(view.id, 'search')['arch'])
            names = [node.get('context') for node in arch.iter('filter') if 'group_by' in (node.get('context') or '')]
            self.assertTrue(names, model)
            for context in names:
                field = context.split("'")[3]
                if ':' not in field and Model._fields[field].type in ('date', 'datetime', 'properties'):
                    continue  # of core; the client adds a part of it
                with self.subTest(model=model, field=field):
                    Model.formatted_read_group([], [field], ['__count'])

    def test_filters(self):
        """Each filter is a domain that can be searched."""
        for name in ACTIONS:
            model = f"outreach.{name.replace('_', '.')}"
            arch = etree.fromstring(self.env[model].get_view(False, 'search')['arch'])
            for node in arch.iter('filter'):
                if node.get('domain'):
                    with self.subTest(model=model, filter=node.get('name')):
                        self.env[model].search_count(safe_eval(node.get('domain')))
        levels = self.env['outreach.occupation'].search([('scheme', '=', 'kldb'), ('code', '=like', '____')])
        self.assertIn(self.chain[2], levels)
        self.assertFalse(levels & (self.chain[1] | self.chain[3] | self.esco))

    def test_constant_queries(self):
        """A page of forty costs as many queries as one of three, and a form with many skills as one with few."""
        Occupation = self.env['outreach.occupation']
        skills = self.env['outreach.skill'].create([{'name': f"Skill {number}"} for number in range(40)])
        many = Occupation.create(
            [
                {
                    'code': f'9{number:04}',
                    'name': f"Occupation {number}",
                    'parent_id': self.chain[0].id,
                    'skill_ids': [Command.create({'skill_id': skill.id}) for skill in (skills if number == 0 else skills[:2])],
                }
                for number in range(40)
            ]
        )
        self.create_demand(occupation_id=many[0].id)
        for model, records in (('outreach.occupation', many), ('outreach.skill', skills)):
            for kind, few, all_of_them in (('list', records[:3], records), ('form', records[1:2], records[:1])):
                spec = self._get_specification(model, kind)
                self._count_queries(records[:3], spec)
                with self.subTest(model=model, kind=kind):
                    self.assertEqual(self._count_queries(all_of_them, spec), self._count_queries(few, spec))

    def test_constant_queries_of_companies(self):
        """With the column of WZ 2025, and for industries."""
        industries = self.env['outreach.industry'].create([{'code': f'9{number}.9', 'name': f"Industry {number}"} for number in range(20)])
        companies = self.env['res.partner'].create(
            [{'name': f"Company {number}", 'is_company': True, 'outreach_industry_id': industries[number].id} for number in range(20)]
        )
        for records, spec in (
            (companies, {'outreach_industry_2025_ids': {}, 'outreach_section_id': {'fields': {'display_name': {}}}}),
            (industries, {'company_count': {}, 'path': {}, 'section_id': {'fields': {'display_name': {}}}}),
        ):
            self._count_queries(records[:3], spec)
            self.assertEqual(self._count_queries(records, spec), self._count_queries(records[:3], spec))

    def _get_specification(self, model, kind):
        arch = etree.fromstring(self.env[model].get_view(self.env.ref(f"{MODULE}.{model.replace('.', '_')}_view_{kind}").id, kind)['arch'])
        spec = {}
        for node in arch.xpath('.//field[not(ancestor::field)]'):
            relation = self.env[model]._fields[node.get('name')].comodel_name
            inner = {
                sub.get('name'): {'fields': {'display_name': {}}} if sub.get('name').endswith('_id') else {}
                for sub in node.xpath('./list//field')
            }
            spec[node.get('name')] = {'fields': {'display_name': {}, **inner}} if relation else {}
        self.assertGreater(len(spec), 4)
        return spec

    def _count_queries(self, records, spec):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        records.with_user(self.user_econ).web_read(spec)
        return self.cr.sql_log_count - before


@tagged('post_install', '-at_install')
class TestCatalogueInUse(CatalogueCommon):
    def test_in_use(self):
        """What is in use is not deleted, and the message says what to do instead."""
        demand = self.create_demand(occupation_id=self.esco.id, skill_ids=[Command.create({'skill_id': self.skill.id})])
        industry = self.env['outreach.industry'].create({'code': '99.99', 'name': "Test Industry"})
        self.company.outreach_industry_id = industry
        for entry, user in (
            (self.esco, "Test Demand"),
            (self.skill, "Test Skill"),
            (industry, self.company.name),
            (self.chain[0], "987 Test 987"),
            (self.isco, "Test ESCO"),
            (self.group, "T1 Test Subgroup"),
        ):
            with self.subTest(entry=entry), self.assertRaisesRegex(UserError, f"in use.*{user}.*Archive it instead"):
                entry.unlink()
        self.esco.with_user(self.user_manager).action_archive()
        self.assertEqual(demand.occupation_id, self.esco)
        demand.active = False
        with self.assertRaises(UserError, msg="an archived demand counts as well"):
            self.esco.unlink()

    def test_who_uses_it_is_named_to_who_may_read_it(self):
        industry = self.env['outreach.industry'].create({'code': '99.98', 'name': "Test Hidden Industry"})
        self.env['res.partner'].create(
            {
                'name': "Test Hidden Company",
                'is_company': True,
                'outreach_industry_id': industry.id,
                'company_id': self.env['res.company'].create({'name': "Test Other County"}).id,
            }
        )
        with self.assertRaisesRegex(UserError, "in use.*Test Hidden Company.*Archive it instead"), self.cr.savepoint():
            industry.unlink()
        with self.assertRaisesRegex(UserError, "Archive it instead") as caught, self.cr.savepoint():
            industry.with_user(self.user_manager).unlink()
        self.assertNotIn("Hidden Company", str(caught.exception))

    def test_figures_keep_their_industry(self):
        """The industry of a visit would be emptied rather than refuse; the figures need it all the same."""
        industry = self.env['outreach.industry'].create({'code': '99.99', 'name': "Test Industry"})
        self.company.outreach_industry_id = industry
        visit = self.create_visit(stage='done')
        self.env.flush_all()
        self.company.outreach_industry_id = False
        self.assertEqual(visit.industry_id, industry)
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            industry.unlink()

    def test_not_in_use(self):
        self.assertTrue(self.esco.skill_ids)
        (self.chain | self.esco).unlink()
        self.assertFalse((self.chain | self.esco).exists(), "with what is below")
        self.skill.unlink()

    @users('test_econ', 'test_job', 'test_migration')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_readers(self):
        """They browse, and change nothing."""
        for name in ('occupations', 'skills', 'industries'):
            self.assertTrue(self.env.ref(f'{MODULE}.outreach_catalogue_menu_{name}')._filter_visible_menus())
        for record in (self.esco, self.skill, self.isco, self.group, self.esco.label_ids[0], self.esco.skill_ids):
            record = record.with_env(self.env)
            record.read()
            for change in (lambda record=record: record.write({'create_uid': 1}), record.unlink, lambda record=record: record.copy()):
                with self.assertRaises(AccessError):
                    change()
        form = self.env['outreach.occupation'].get_view(self.env.ref(f'{MODULE}.outreach_occupation_view_form').id, 'form')
        self.assertNotIn('name="label_ids"', form['arch'], "hidden labels are for managers")

    @users('test_helper', 'test_dpo', 'test_immigration', 'test_internal')
    def test_others_see_no_catalogue(self):
        menu = self.env['ir.ui.menu'].browse(self.env.ref(f'{MODULE}.outreach_catalogue_menu').sudo().ids)
        self.assertFalse(menu.sudo(False)._filter_visible_menus())

    def test_duplicate_codes_are_told(self):
        with self.assertRaises(psycopg2.IntegrityError) as error, mute_logger('odoo.sql_db'):
            self.env['outreach.occupation'].create({'code': '98765', 'name': "Twice"})
        self.assertIn("this code", self.env['outreach.occupation']._sql_error_to_message(error.exception))


@tagged('post_install', '-at_install')
class TestSources(OutreachCommon):
    def test_every_catalogue_says_whose_it_is(self):
        wanted = {
            'occupation': ('esco', 'kldb'),
            'skill': ('esco',),
            'industry': ('wz',),
            'isco_group': ('esco',),
            'skill_group': ('esco',),
            'label': ('esco',),
        }
        self.assertEqual(set(wanted), set(ACTIONS))
        for name, sources in wanted.items():
            action = self.env.ref(f'{MODULE}.outreach_{name}_action')
            self.assertTrue(action.path)
            texts = [str(action.help)]
            if form := self.env.ref(f'{MODULE}.outreach_{name}_view_form', raise_if_not_found=False):
                texts.append(form.arch)
            for text in texts:
                for source in sources:
                    self.assertIn(attribution(self.env, source), text, name)

    def test_where_they_are_shown_elsewhere(self):
        demand = self.env['outreach.demand'].get_view(self.env.ref(f'{MODULE}.outreach_demand_view_form').id, 'form')['arch']
        portal = self.env.ref(f'{MODULE}.portal_catalogue_sources').arch
        for text in (demand, portal):
            self.assertIn(attribution(self.env, 'esco'), text)
            self.assertIn(attribution(self.env, 'kldb'), text)
        lookup = self.env.ref(f'{MODULE}.outreach_esco_lookup_view_form').arch
        self.assertIn("This service uses the ESCO classification of the European Commission.", lookup)
        self.assertIn(attribution(self.env, 'wz'), self.env.ref(f'{MODULE}.outreach_industry_change_view_form').arch)


@tagged('post_install', '-at_install')
class TestIndustryChange(OutreachCommon):
    """WZ 2008 Y0.1 continues as Y2.1; Y0.2 and Y0.3 both as Y2.2; Y0.4 goes to two; Y0.5 is in no crosswalk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Industry = cls.env['outreach.industry']
        Industry.search([]).action_archive()
        cls.industries = {}
        for version, division, codes in (('2008', 'Y0', '12345'), ('2025', 'Y2', '1234')):
            top = Industry.create({'version': version, 'code': 'Y', 'name': f"Section {version}"})
            above = Industry.create({'version': version, 'code': division, 'name': "Division", 'parent_id': top.id})
            cls.industries[version, division] = above
            for code in codes:
                cls.industries[version, f'{division}.{code}'] = Industry.create(
                    {'version': version, 'code': f'{division}.{code}', 'name': f"Class {code}", 'parent_id': above.id}
                )
        cls.env['outreach.industry.crosswalk'].create(
            [
                {'wz2008_id': cls.industries['2008', old].id, 'wz2025_id': cls.industries['2025', new].id}
                for old, new in (('Y0.1', 'Y2.1'), ('Y0.2', 'Y2.2'), ('Y0.3', 'Y2.2'), ('Y0.4', 'Y2.3'), ('Y0.4', 'Y2.4'))
            ]
        )
        cls.companies = cls.env['res.partner'].create(
            [
                {'name': f"Company {code}", 'is_company': True, 'outreach_industry_id': cls.industries['2008', code].id}
                for code in ('Y0.1', 'Y0.2', 'Y0.3', 'Y0.4', 'Y0.5', 'Y0')
            ]
        )
        cls.env['res.partner'].search([('outreach_industry_id', 'not in', cls.companies.outreach_industry_id.ids)]).write(
            {'outreach_industry_id': False}
        )

    def start(self, **values):
        return self.env['outreach.industry.change'].with_user(self.user_manager).create(values)

    def get_codes(self):
        return [f'{company.outreach_industry_id.version} {company.outreach_industry_id.code}' for company in self.companies]

    def test_counterparts(self):
        found = {
            key: targets.mapped('code')
            for key, targets in zip(
                self.industries, self.env['outreach.industry'].union(*self.industries.values())._get_counterparts().values(), strict=True
            )
        }
        self.assertEqual(
            found,
            {
                ('2008', 'Y0'): ['Y2'],
                ('2008', 'Y0.1'): ['Y2.1'],
                ('2008', 'Y0.2'): ['Y2.2'],
                ('2008', 'Y0.3'): ['Y2.2'],
                ('2008', 'Y0.4'): ['Y2.3', 'Y2.4'],
                ('2008', 'Y0.5'): [],
                ('2025', 'Y2'): ['Y0'],
                ('2025', 'Y2.1'): ['Y0.1'],
                ('2025', 'Y2.2'): ['Y0.2', 'Y0.3'],
                ('2025', 'Y2.3'): ['Y0.4'],
                ('2025', 'Y2.4'): ['Y0.4'],
            },
        )
        self.assertEqual(
            [company.outreach_industry_2025_ids.mapped('code') for company in self.companies],
            [['Y2.1'], ['Y2.2'], ['Y2.2'], ['Y2.3', 'Y2.4'], [], ['Y2']],
        )
        self.assertEqual({industry.division_id.code for industry in self.industries.values()}, {'Y0', 'Y2'})
        self.assertEqual(self.industries['2008', 'Y0'].company_count, 6)

    def test_there_and_back(self):
        change = self.start()
        self.assertEqual((change.clear_count, change.return_count, change.doubtful_count, change.unknown_count), (4, 2, 1, 1))
        self.settle()
        done = change.action_change()
        self.assertEqual(self.get_codes(), ['2025 Y2.1', '2025 Y2.2', '2025 Y2.2', '2008 Y0.4', '2008 Y0.5', '2025 Y2'])
        self.assertEqual(self.env['res.partner'].search_count(done['domain']), 4)
        self.settle()
        self.assertIn("Y0.1 Class 1 → Y2.1 Class 1", self.companies[0].message_ids[0].body)
        self.assertEqual(self.companies[0].message_ids[0].author_id, self.user_manager.partner_id)
        back = self.start(version='2008')
        self.assertEqual((back.clear_count, back.return_count, back.doubtful_count, back.unknown_count), (2, 2, 2, 0))
        back.action_change()
        self.assertEqual(self.get_codes(), ['2008 Y0.1', '2025 Y2.2', '2025 Y2.2', '2008 Y0.4', '2008 Y0.5', '2008 Y0'])

    def test_the_others_are_listed(self):
        change = self.start()
        Partner = self.env['res.partner'].with_context(active_test=False)
        self.assertEqual(Partner.search(change.action_open_doubtful()['domain']), self.companies[3])
        self.assertEqual(Partner.search(change.action_open_unknown()['domain']), self.companies[4])
        self.assertEqual(self.get_codes()[3], '2008 Y0.4')

    def test_by_hand(self):
        """Who changes the industry of a company by hand leaves a trace too."""
        self.settle()
        self.companies[0].with_user(self.user_econ).outreach_industry_id = self.industries['2025', 'Y2.4']
        self.settle()
        tracked = self.companies[0].message_ids.tracking_value_ids
        self.assertEqual((tracked.field_id.name, tracked.new_value_char[:4]), ('outreach_industry_id', 'Y2.4'))

    def test_nothing_to_change(self):
        self.companies.outreach_industry_id = False
        with self.assertRaisesRegex(UserError, "no company"):
            self.start().action_change()

    @users('test_econ', 'test_job', 'test_migration', 'test_dpo')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_other_roles(self):
        change = self.start()
        with self.assertRaises(AccessError):
            self.env['outreach.industry.change'].create({})
        with self.assertRaises(AccessError):
            change.with_user(self.env.user).action_change()
        self.assertEqual(self.get_codes()[0], '2008 Y0.1')

    def test_companies_of_other_organisations(self):
        """A manager changes what they may see, and counts nothing else."""
        elsewhere = self.env['res.company'].create({'name': "Test County Elsewhere"})
        self.companies[0].company_id = elsewhere
        change = self.start()
        self.assertEqual(change.clear_count, 3)
        change.action_change()
        self.assertEqual(self.get_codes()[0], '2008 Y0.1')

    def test_constant_queries(self):
        """More companies of one industry need no more searches and writes."""

        def count(number):
            companies = self.env['res.partner'].create(
                [
                    {'name': f"Many {one}", 'is_company': True, 'outreach_industry_id': self.industries['2008', 'Y0.1'].id}
                    for one in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.start().action_change()
            self.env.flush_all()
            self.assertEqual(companies.outreach_industry_id, self.industries['2025', 'Y2.1'])
            return self.cr.sql_log_count - before

        self.companies.outreach_industry_id = False
        count(2)
        self.assertLessEqual(count(60), count(3) + 2)
