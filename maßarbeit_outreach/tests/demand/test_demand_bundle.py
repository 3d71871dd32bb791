"""Who needs the same people in one area, and the measure that comes of it."""

from ast import literal_eval

import psycopg2
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, users
from odoo.tools import mute_logger

from ..common import MODULE
from .test_demand_work import DemandWorkCommon

FIGURES = ('place', 'company_count', 'demand_count', 'positions_open', 'course_company_count', 'course_positions')


class BundleCommon(DemandWorkCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['outreach.demand'].search([]).active = False
        towns = {
            name: cls.env.ref(f'{MODULE}.municipality_{ags}')
            for name, ags in (('ankum', '03459002'), ('alfhausen', '03459001'), ('bramsche', '03459014'))
        }
        companies = cls.env['res.partner'].create(
            [{'name': f"Test {name} {number}", 'is_company': True, 'zip': '', 'city': ''} for number in (1, 2) for name in towns]
        )
        cls.a1, cls.b1, cls.c1, cls.a2, cls.b2, cls.c2 = companies
        cls.towns = towns
        group = cls.welder

        def demand(company, town, positions, occupation=group, **values):
            return cls.create_demand(
                company, occupation_id=occupation.id, municipality_id=town and towns[town].id, positions=positions, **values
            )

        cls.demands = (
            demand(cls.a1, 'ankum', 3, joins_course=True, start_date='2027-03-01')
            | demand(cls.a1, 'ankum', 2, cls.metal, joins_course=True, start_date='2027-01-15')  # the same group
            | demand(cls.a1, 'alfhausen', 1)  # the same company elsewhere
            | demand(cls.b1, 'alfhausen', 4, joins_course=True)
            | demand(cls.c1, 'bramsche', 5)
            | demand(cls.c2, False, 1)
            | demand(cls.b2, 'alfhausen', 2, cls.cook)
            | demand(cls.a2, 'ankum', 7, cls.env['outreach.occupation'])
        )
        demand(cls.a2, 'ankum', 9, stage='closed', closed_reason='need_gone')
        demand(cls.a2, 'ankum', 9, active=False)

    def rows(self, *domain, fields=FIGURES):
        self.env.flush_all()
        found = self.env['outreach.demand.bundle'].search([('company_id', '=', self.env.company.id), *domain])
        return [tuple(row[name] for name in fields) for row in found.sorted(lambda row: row.place)]


class TestBundles(BundleCommon):
    @users('test_econ', 'test_job', 'test_migration')
    def test_figures(self):
        welding = ('occupation_group_id', '=', self.group.id)
        self.assertEqual(
            self.rows(welding, ('level', '=', 'municipality')),
            [("Alfhausen", 2, 2, 5, 1, 4), ("Ankum", 1, 2, 5, 1, 5), ("Bramsche", 1, 1, 5, 0, 0), ("Unknown place", 1, 1, 1, 0, 0)],
        )
        self.assertEqual(
            self.rows(welding, ('level', '=', 'area')),
            [("Bersenbrück", 2, 4, 10, 2, 9), ("Bramsche", 1, 1, 5, 0, 0), ("Unknown place", 1, 1, 1, 0, 0)],
        )
        self.assertEqual(self.rows(welding, ('level', '=', 'county')), [("Whole county", 4, 6, 16, 2, 9)])
        self.assertEqual(self.rows(('level', '=', 'county'), ('occupation_group_id', '=', False)), [("Whole county", 2, 2, 9, 0, 0)])

    def test_nothing_is_lost_or_counted_twice(self):
        for level in ('municipality', 'area', 'county'):
            rows = self.rows(('level', '=', level))
            self.assertEqual(sum(row[3] for row in rows), sum(self.demands.mapped('positions_open')), level)
            self.assertEqual(sum(row[2] for row in rows), len(self.demands), level)

    def test_ids_are_unique_and_stay(self):
        self.env.flush_all()
        bundles = self.env['outreach.demand.bundle'].search([])
        self.assertEqual(len(set(bundles.ids)), len(bundles))
        self.assertTrue(all(isinstance(number, int) and number < 2**53 for number in bundles.ids))
        county = bundles.filtered(lambda row: row.level == 'county' and row.occupation_group_id == self.group)
        self.demands[0].write({'stage': 'closed', 'closed_reason': 'need_gone'})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((county.exists(), county.positions_open), (county, 13))

    def test_filters(self):
        arch = etree.fromstring(self.env['outreach.demand.bundle'].get_views([(False, 'search')])['views']['search']['arch'])
        names = {node.get('name') for node in arch.iter('filter')}
        self.assertLessEqual({'by_area', 'by_municipality', 'by_county', 'three_companies', 'without_measure'}, names)
        for node in arch.iter('filter'):
            if node.get('domain'):
                self.env['outreach.demand.bundle'].search(literal_eval(node.get('domain')))
        self.assertEqual(len(self.rows(('company_count', '>=', 2), ('level', '=', 'area'), ('occupation_group_id', '!=', False))), 1)
        for order in ('company_count desc', 'positions_open', 'course_company_count desc', 'start_date'):
            self.assertTrue(self.env['outreach.demand.bundle'].search([], order=order))
        for name in ('occupation_area_id', 'occupation_main_group_id', 'occupation_group_id', 'area', 'level'):
            self.assertTrue(self.env['outreach.demand.bundle'].formatted_read_group([], [name], ['__count']))

    def test_what_a_row_counts(self):
        self.env.flush_all()
        for row in self.env['outreach.demand.bundle'].search([('company_id', '=', self.env.company.id)]):
            self.assertEqual(len(row.demand_ids), row.demand_count)
            self.assertEqual(len(row.demand_ids.partner_id), row.company_count)
            found = self.env['outreach.demand'].search(row.action_view_demands()['domain'])
            self.assertEqual(found, row.demand_ids)

    def test_constant_queries(self):
        def rows():
            return self.env['outreach.demand.bundle'].search([])

        def show():
            rows().read(['place', 'demand_ids', 'measure_ids', 'company_count'])

        self.queries(show)
        few, before = self.queries(show), len(rows())
        for town in self.env['outreach.municipality'].search([], limit=20):
            self.create_demand(self.a1, occupation_id=self.welder.id, municipality_id=town.id)
        self.assertEqual(self.queries(show), few)
        self.assertGreater(len(rows()), before + 20)

    def test_a_page_loads_the_demands_of_measures_only(self):
        """A county has tens of thousands of open demands, and nearly all are of some row of the page."""
        measure = self.env['outreach.measure'].create(
            {'name': "Test Welding Course", 'demand_ids': [Command.set(self.demands[:2].ids)], 'stage': 'planned'}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env['outreach.demand.bundle'].search([('company_id', '=', self.env.company.id)])
        rows.read(['place', 'company_count', 'measure_ids'])
        loaded = self.env['outreach.demand']._fields['municipality_id']._get_cache(self.env)
        self.assertEqual(set(loaded), set(self.demands[:2].ids))
        self.assertEqual(rows.filtered('has_measure'), rows.filtered('measure_ids'))
        self.assertIn(measure, rows.measure_ids)

    @users('test_econ', 'test_manager')
    def test_pivot_counts_companies_once(self):
        """The totals for the county council: a company is one company on every level."""
        Demand = self.env['outreach.demand']
        aggregates = ['partner_id:count_distinct', 'course_partner_id:count_distinct', 'positions_open:sum', 'course_positions:sum']
        domain = [('id', 'in', self.demands.ids)]
        (total,) = Demand.formatted_read_group(domain, [], aggregates)
        self.assertEqual([total[name] for name in aggregates], [6, 2, 25, 9])
        groups = Demand.formatted_read_group(domain, ['occupation_group_id'], aggregates)
        counts = {group['occupation_group_id'] and group['occupation_group_id'][0]: group['partner_id:count_distinct'] for group in groups}
        self.assertEqual(counts, {self.group.id: 4, False: 2})
        for name in ('occupation_area_id', 'occupation_main_group_id', 'occupation_group_id', 'requirement_level', 'industry_section_id'):
            with self.subTest(name=name):
                groups = Demand.formatted_read_group(domain, [name], ['positions_open:sum'])
                self.assertEqual(sum(group['positions_open:sum'] for group in groups), 25)
                self.assertTrue(Demand.fields_get([name])[name]['groupable'])
        found = Demand.search([('occupation_id', 'child_of', self.group.id), *domain])
        self.assertEqual(len(found), 6)

    @users('test_portal', 'test_helper', 'test_immigration', 'test_internal')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_closed_to_others(self):
        for model in ('outreach.demand.bundle', 'outreach.measure'):
            with self.assertRaises(AccessError):
                self.env[model].search([])


class TestMeasures(BundleCommon):
    def row(self, level='area', place="Bersenbrück"):
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.env['outreach.demand.bundle']
            .search([('occupation_group_id', '=', self.group.id), ('level', '=', level), ('company_id', '=', self.env.company.id)])
            .filtered(lambda row: row.place == place)
        )

    def start(self, source):
        action = source.action_start_measure()
        return Form(self.env['outreach.measure'].with_context(**action['context']))

    @users('test_econ', 'test_job', 'test_manager')
    def test_from_a_row(self):
        row = self.row()
        self.assertFalse(row.has_measure)
        before = self.env['outreach.measure'].search_count([])
        form = self.start(row)
        self.assertEqual(self.env['outreach.measure'].search_count([]), before, "nothing is there before it is saved")
        measure = form.save()
        self.assertEqual(measure.demand_ids, self.demands[:4])
        self.assertEqual(
            (measure.occupation_group_id, measure.municipality_ids), (self.group, self.towns['ankum'] | self.towns['alfhausen'])
        )
        self.assertEqual((measure.company_count, measure.positions_open, measure.course_company_count, measure.seats), (2, 10, 2, 9))
        self.assertEqual((measure.user_id, measure.agency_id), (self.env.user, self.env.user._get_outreach_agency()))
        self.assertIn(self.group.name, measure.name)
        self.assertEqual((self.row().has_measure, self.row().measure_ids), (True, measure))
        self.assertTrue(self.row('county', "Whole county").has_measure)
        self.assertFalse(self.row('area', "Bramsche").has_measure)

        second = self.start(self.row())  # somebody is about to start a second one: told, not forbidden
        self.assertEqual(second.twin_ids.ids, measure.ids)
        twin = second.save()
        self.assertEqual(measure.twin_ids, twin)
        twin.action_cancel()
        self.env.invalidate_all()
        self.assertFalse(measure.twin_ids)
        self.assertEqual(self.row().measure_ids, measure)
        measure.action_cancel()
        self.assertFalse(self.row().has_measure)

    @users('test_econ')
    def test_from_demands(self):
        form = self.start(self.env['outreach.demand'].browse(self.demands[4:7].ids))
        self.assertFalse(form.name, "several groups give no title")
        form.name = "Information event"
        form.kind = 'event'
        measure = form.save()
        self.assertFalse(measure.occupation_group_id)
        self.assertEqual(measure.seats, 8)
        measure.occupation_group_id = self.group
        self.assertEqual(measure.name, "Information event", "what somebody wrote stays")

    def test_closed_demands_do_not_come_along(self):
        demands = self.demands[0] | self.demands[3]
        demands[1].write({'stage': 'closed', 'closed_reason': 'need_gone'})
        self.assertEqual(demands.action_start_measure()['context']['default_demand_ids'], [Command.set(demands[0].ids)])

    def test_steps(self):
        measure = self.env['outreach.measure'].create({'name': "Test"})
        for step, stage in (
            ('action_plan', 'planned'),
            ('action_start', 'running'),
            ('action_plan', 'running'),
            ('action_done', 'done'),
            ('action_cancel', 'done'),
            ('action_reset', 'idea'),
            ('action_done', 'idea'),
            ('action_cancel', 'cancelled'),
            ('action_reset', 'idea'),
        ):
            getattr(measure, step)()
            self.assertEqual(measure.stage, stage, step)

    @mute_logger('odoo.sql_db')
    def test_limits(self):
        with self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.env['outreach.measure'].create({'name': "Test", 'seats': -1})
        with self.assertRaisesRegex(UserError, "belongs to another company"):
            self.env['outreach.measure'].create(
                {
                    'name': "Test",
                    'kind': 'course',
                    'demand_ids': self.demands.ids,
                    'company_id': self.env['res.company'].create({'name': "Elsewhere"}).id,
                }
            )

    @users('test_migration')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_readers(self):
        measure = self.env['outreach.measure'].sudo().create({'name': "Test", 'demand_ids': self.demands[0].ids}).sudo(False)
        self.assertEqual(measure.with_user(self.env.user).company_count, 1)
        with self.assertRaises(AccessError):
            measure.with_user(self.env.user).action_cancel()
        with self.assertRaises(AccessError):
            Form(self.env['outreach.measure'].with_context(default_name="Mine")).save()

    def test_constant_queries(self):
        measures = self.env['outreach.measure'].create(
            [{'name': f"Test {number}", 'occupation_group_id': self.group.id, 'demand_ids': self.demands.ids} for number in range(12)]
        )

        def show(measures):
            return lambda: measures.read(['company_count', 'positions_open', 'twin_ids', 'is_open'])

        self.queries(show(measures))
        self.assertLessEqual(self.queries(show(measures)), self.queries(show(measures[:2])))
        self.assertEqual(len(measures[0].twin_ids), 11)
