from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, users

from ...tools.base.municipality import haversine_km
from ..common import OutreachCommon
from .test_due import DueCommon

MEASURES = ('visits', 'joint', 'demands', 'due', 'companies')


@freeze_time('2026-11-22 11:00')
class TestCountyMap(DueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Municipality = cls.env['outreach.municipality'].with_user(cls.user_econ)
        cls.before = cls.read_numbers()

    @classmethod
    def read_numbers(cls, period='12_months', user=None):
        places = cls.Municipality.with_user(user or cls.user_econ).get_county_map(period)['places']
        return {place['id']: place for place in places}

    def change(self, place=None, period='12_months'):
        """What was added since the beginning, as (visits, joint, demands, positions, due, companies)."""
        place = self.bramsche.id if place is None else place
        now = self.read_numbers(period)[place]
        return tuple(now[name] - self.before[place][name] for name in ('visits', 'joint', 'demands', 'positions', 'due', 'companies'))

    def test_numbers(self):
        self.assertTrue(self.before[self.bramsche.id]['latitude'])
        self.visited(10)
        self.visited(20, team=self.user_job)
        self.visited(5, kind_id=self.kind_call.id)
        self.create_visit(team=self.user_job)
        self.create_demand(positions=4)
        self.create_demand(positions=2, stage='filled', positions_filled=2)
        # the company is due no more: it was visited, and a visit is planned
        self.assertEqual(self.change(), (2, 1, 1, 4, -1, 0))
        self.assertEqual(self.change(self.melle.id), (0, 0, 0, 0, 0, 0))
        self.company.write({'zip': '10115', 'city': "Berlin", 'outreach_municipality_id': False})
        self.assertEqual(self.change(False)[2:4], (1, 4), "open demands move along, elsewhere")
        self.assertEqual(self.change()[:2], (2, 1), "visits stay where they took place")

    def test_periods(self):
        before = {period: self.read_numbers(period) for period in self.Municipality._get_map_periods()}
        for start in (
            '2025-11-21 22:59',
            '2025-11-21 23:00',
            '2025-12-31 22:59',
            '2025-12-31 23:00',
            '2024-12-31 23:00',
            '2024-12-31 22:59',
        ):
            self.create_visit(stage='done', start=datetime.fromisoformat(start))
        found = {
            period: self.read_numbers(period)[self.bramsche.id]['visits'] - numbers[self.bramsche.id]['visits']
            for period, numbers in before.items()
        }
        self.assertEqual(found, {'12_months': 3, 'this_year': 1, 'last_year': 4, 'all': 6})
        with freeze_time('2024-02-29 12:00'):
            self.assertTrue(self.read_numbers('last_year'))

    def test_lists_have_what_the_numbers_say(self):
        self.visited(10)
        self.visited(400, self.other_company, team=self.user_job)
        self.create_demand(self.other_company, positions=4)
        self.company.copy({'name': "Elsewhere", 'zip': '10115', 'city': "Berlin", 'outreach_municipality_id': False})
        retired = self.env['outreach.municipality'].search([('name', '=', "Alfhausen")])
        self.company.copy({'name': "Retired"}).outreach_municipality_id = retired
        retired.active = False
        for user in (self.user_econ, self.user_job, self.user_migration, self.user_manager):
            Municipality = self.Municipality.with_user(user)
            for period in ('12_months', 'last_year', 'all'):
                places = self.read_numbers(period, user)
                self.assertNotIn(retired.id, places)
                for measure in MEASURES:
                    for place in (self.bramsche.id, self.melle.id, False, None):
                        action = Municipality.get_county_map_action(measure, period, place)
                        Model = self.env[action['res_model']].with_user(user)
                        if measure in ('visits', 'joint'):  # figures count what a circle keeps, too
                            Model = Model.sudo()
                        found = Model.search_count(action['domain'])
                        number = places[place][measure] if place is not None else sum(p[measure] for p in places.values())
                        with self.subTest(user=user.login, period=period, measure=measure, place=place):
                            self.assertEqual(found, number)
                            self.assertFalse(action['context'])
                            self.assertEqual(action['views'][0][1], 'list')
        self.assertGreaterEqual(self.read_numbers()[False]['due'], 2)

    def test_bad_input(self):
        for arguments in (('visits', 'never', None), ('secrets', 'all', None)):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                self.Municipality.get_county_map_action(*arguments)
        with self.assertRaises(UserError):
            self.Municipality.get_county_map("12_months'")

    @users('test_portal', 'test_helper', 'test_immigration', 'test_dpo', 'test_internal')
    def test_not_for(self):
        """Helpers may read municipalities, but not what happens there."""
        with self.assertRaises(AccessError):
            self.env['outreach.municipality'].get_county_map('all')

    def test_queries(self):
        """As many for a full county as for an empty one."""

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.read_numbers('all')
            return self.cr.sql_log_count - before

        count()
        before = count()
        municipalities = self.env['outreach.municipality'].search([], limit=30)
        for municipality in municipalities:
            company = self.env['res.partner'].create(
                {
                    'name': f"Company of {municipality.name}",
                    'is_company': True,
                    'outreach_company': True,
                    'outreach_municipality_id': municipality.id,
                }
            )
            self.visited(30, company)
            self.create_demand(company)
        self.assertEqual(count(), before)
        self.assertLess(before, 15)


class TestCountyMapPlaces(OutreachCommon):
    def test_every_municipality_has_a_centroid(self):
        """Those of the demo county are near each other."""
        shipped = self.env['outreach.municipality'].search([])
        self.assertEqual(len(shipped), 34)
        for place in shipped:
            with self.subTest(place=place.name):
                self.assertLess(haversine_km(*self.bramsche._get_place(), *place._get_place()), 50)

    def test_without_coordinates(self):
        """Such a municipality is in the table, with its numbers; the page draws those that have some."""
        self.bramsche.write({'latitude': 0, 'longitude': 0})
        self.create_visit(stage='done')
        places = self.env['outreach.municipality'].with_user(self.user_econ).get_county_map('all')['places']
        place = next(place for place in places if place['id'] == self.bramsche.id)
        self.assertFalse(place['latitude'] or place['longitude'])
        self.assertTrue(place['visits'])
