from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, users
from odoo.tools import mute_logger

from .common import MODULE
from .test_pool import PoolCommon

DAY = '2026-11-23 10:00'


@freeze_time(DAY)
class TestFigure(PoolCommon):
    """Pools of people with a vehicle, among so many others that no pool is nearly a breakdown, nor in one not shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for occupation in (cls.warehouse, cls.metal):
            for place in (cls.bramsche, cls.melle):
                for level in ('0_none', '2_a2', '5_c1'):
                    most = (occupation, place, level) == (cls.warehouse, cls.bramsche, '2_a2')
                    cls.create_candidates(
                        30 if most else 12, occupation=occupation, municipality_id=place.id, german_level=level)

    @classmethod
    def create_drivers(cls, count=1, **values):
        return cls.create_candidates(count, has_vehicle=True, **values)

    @classmethod
    def create_pool(cls, user=None, **values):
        return super().create_pool(user, **{'needs_vehicle': True, **values})

    def ask(self, pool, user=None):
        pool = pool.with_user(user or self.user_econ)
        pool.action_ask()
        self.env.invalidate_all()
        return pool.published_count

    def cells(self, breakdown, user=None):
        """`{(occupation, municipality): text}` of a breakdown, as the user sees it after asking."""
        Figure = self.env['outreach.figure'].with_user(user or self.user_econ)
        Figure._ask(breakdown=breakdown)
        return {
            (figure.occupation_id, figure.municipality_id): figure.text for figure in Figure.search([('breakdown', '=', breakdown)])}

    def test_pool(self):
        self.create_drivers(17)
        small = self.create_pool(name="Nobody", language_level='7_native')
        pool = self.create_pool()
        self.assertFalse(pool.with_user(self.user_econ).published_count, "nobody asked yet")
        self.assertEqual(self.ask(pool), "about 15")
        self.assertEqual(self.ask(small), "not shown")
        self.assertFalse(pool.with_user(self.user_manager).published_count, "the manager did not ask")

    def test_frozen_for_the_day(self):
        """Whoever asks before and after somebody joins reads the same; small changes do not show on the next day either."""
        drivers = self.create_drivers(12)
        pool = self.create_pool()
        self.assertEqual(self.ask(pool), "about 10")
        more = self.create_drivers(5)
        self.assertEqual(self.ask(pool), "about 10")
        self.assertEqual(self.ask(pool, self.user_manager), "about 10")
        self.env.invalidate_all()
        with freeze_time('2026-11-24'):
            self.assertFalse(pool.with_user(self.user_econ).published_count, "a new day, a new question")
            self.assertEqual(self.ask(pool), "about 10", "5 have come since the count behind the figure")
        self.create_drivers(6)
        self.env.invalidate_all()
        with freeze_time('2026-11-25'):
            self.assertEqual(self.ask(pool), "about 25")
        (drivers | more[:3]).status = 'placed'
        with freeze_time('2026-11-26'):
            self.assertEqual(self.ask(pool), "not shown", "8 are left: that is not told a day later")

    def test_two_pools_cannot_be_subtracted(self):
        self.create_drivers(20)
        self.create_drivers(german_level='1_a1')
        pool, stricter = self.create_pool(), self.create_pool(language_level='2_a2')
        (pool | stricter).with_user(self.user_econ).action_ask()
        self.env.invalidate_all()
        self.assertEqual((pool.candidate_count, stricter.candidate_count), (21, 20))
        self.assertEqual((self.ask(pool), self.ask(stricter)), ("about 20", "not shown"))

    def test_pool_of_today(self):
        """A pool that is made later is held against what was answered before."""
        self.create_drivers(20)
        self.create_drivers(german_level='1_a1')
        stricter = self.create_pool(language_level='2_a2')
        self.assertEqual(self.ask(stricter), "about 20")
        self.assertEqual(self.ask(self.create_pool()), "not shown")
        self.create_candidates(15, does_shifts=True)
        self.assertEqual(self.ask(self.create_pool(needs_vehicle=False, working_time='snw')), "about 15")

    def test_pool_that_is_a_breakdown(self):
        """The same people as a figure that is shown: that they are the same is not told."""
        pool = self.create_pool(needs_vehicle=False, occupation_ids=[Command.set(self.warehouse.ids)])
        self.assertEqual(pool.candidate_count, 90)
        self.assertEqual(self.ask(pool), "not shown")

    def test_breakdown(self):
        care, none = self.env.ref(f'{MODULE}.occupation_81301'), self.env['outreach.municipality']
        self.create_candidates(4, occupation=care)
        self.create_demand(occupation_id=care.id, positions=3)
        found = self.cells('occupation_municipality')
        self.assertEqual(found[care.kldb_group_id, self.bramsche], "not shown", "listed because of the open positions")
        found = self.cells('occupation')
        self.assertEqual(found[self.warehouse.kldb_group_id, none], "about 90")
        self.assertIn(
            found.get((self.metal.kldb_group_id, none)), (None, "not shown"), "subtracted from the county it would tell of the four")
        self.assertEqual(list(self.cells('county').values()), ["about 165"])

    def test_small_groups_without_positions_are_not_listed(self):
        """Else it could be told from the list that there is somebody."""
        care = self.env.ref(f'{MODULE}.occupation_81301')
        self.create_candidates(4, occupation=care)
        self.assertFalse([text for (occupation, __), text in self.cells('occupation').items()
                          if occupation == care.kldb_group_id and text != "not shown"])
        listed = self.env['outreach.figure'].sudo().search([('candidates', '=', 0), ('breakdown', '!=', 'pool')])
        self.assertFalse([figure.key for figure in listed if not figure.positions and figure.key != 'counted'])

    @users('test_econ')
    def test_only_what_was_asked_for(self):
        self.create_drivers(20)
        pool = self.create_pool()
        Figure = self.env['outreach.figure']
        self.assertFalse(Figure.search([]))
        Figure._ask(breakdown='county')
        self.assertEqual(Figure.search([]).mapped('question'), ['county'])
        Figure.with_user(self.user_manager)._ask(pool.with_user(self.user_manager))
        self.assertEqual(Figure.search([]).mapped('question'), ['county'])
        self.assertNotIn('basis', Figure.fields_get())
        for peek in (lambda: Figure.search([('basis', '>', 3)]), lambda: Figure.search([]).read(['basis']),
                     lambda: Figure.search([], order='basis'), lambda: Figure.formatted_read_group([], [], ['basis:sum'])):
            with self.assertRaises(AccessError), mute_logger('odoo.models', 'odoo.orm.models'):
                peek()
        with freeze_time('2026-11-24'):
            self.assertFalse(Figure.search([]))

    def test_limit(self):
        self.env['outreach.figure.policy'].create({'questions': 2})
        pools = self.env['outreach.pool'].union(*(self.create_pool(name=f"Pool {number}") for number in range(3)))
        self.ask(pools[0])
        self.ask(pools[0])
        self.assertEqual(self.env['outreach.figure'].with_user(self.user_econ)._get_questions_left(), 1)
        with self.assertRaises(UserError):
            self.ask(pools[1:])
        self.ask(pools[1])
        with self.assertRaises(UserError):
            self.ask(pools[2])
        with self.assertRaises(UserError):
            self.cells('county')
        self.ask(pools[0])
        self.ask(pools[2], self.user_manager)
        with freeze_time('2026-11-24'):
            self.ask(pools[2])
        ledger = self.env['outreach.figure.question'].with_user(self.user_dpo).search([('user_id', '=', self.user_econ.id)])
        self.assertEqual([(str(line.day), line.number) for line in ledger],
                         [('2026-11-24', 1), ('2026-11-23', 1), ('2026-11-23', 2)])
        self.assertEqual(ledger[-1].title, "Pool “Pool 1”")

    def test_policy(self):
        policy = self.env['outreach.figure.policy'].create({'floor': 20, 'rounding': 10})
        self.create_drivers(24)
        pool = self.create_pool()
        self.assertEqual(self.ask(pool), "about 20")
        for values in ({'floor': 2}, {'rounding': 0}, {'rounding': 21}, {'questions': -1}):
            with self.assertRaises(psycopg2.IntegrityError, msg=str(values)), mute_logger('odoo.sql_db'), self.cr.savepoint():
                policy.write(values)
                self.env.flush_all()
        policy.invalidate_recordset()
        self.assertEqual(policy.with_user(self.user_dpo).floor, 20)
        for user in (self.user_dpo, self.user_manager, self.user_job):
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
                policy.with_user(user).write({'floor': 5})

    @users('test_migration', 'test_helper', 'test_immigration', 'test_dpo', 'test_internal', 'test_portal')
    @mute_logger('odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_who_may_not_ask(self):
        """The migration centre could subtract those whom it advises; the others have nothing to do with pools."""
        pool = self.create_pool(language_level='2_a2')
        with self.assertRaises(AccessError):
            pool.with_user(self.env.user).action_ask()
        with self.assertRaises(AccessError):
            self.env['outreach.figure']._ask(breakdown='county')
        self.assertFalse(self.env['outreach.figure.question'].sudo().search([('user_id', '=', self.env.uid)]))

    @users('test_econ')
    def test_bad_questions(self):
        for breakdown in ('pool', 'counted', 'municipality OR 1=1', 'basis'):
            with self.assertRaises(UserError):
                self.env['outreach.figure']._ask(breakdown=breakdown)

    def test_cleaning(self):
        self.create_drivers(20)
        pool = self.create_pool()
        self.ask(pool)
        days = fields.Date.today() + timedelta(days=400)
        with freeze_time(days):
            self.env['outreach.figure']._gc_figures()
            self.assertTrue(self.env['outreach.figure'].sudo().search([]), "the last ones decide what may change")
            self.env['outreach.figure.question']._gc_questions()
            self.assertFalse(self.env['outreach.figure.question'].sudo().search([('user_id', '=', self.user_econ.id)]))
            self.ask(pool)
        with freeze_time(days + timedelta(days=10)):
            self.ask(pool)
            self.env['outreach.figure']._gc_figures()
            self.assertEqual(len(set(self.env['outreach.figure'].sudo().search([]).mapped('day'))), 1 + 1)

    def test_queries(self):
        """As many queries for many pools and candidates as for few."""
        queries = []
        for count, user in ((2, self.user_econ), (2, self.user_econ), (20, self.user_econ)):  # the first one fills caches
            self.create_candidates(count)
            pools = self.env['outreach.pool'].union(*(
                self.create_pool(name=f"Pool {number}", language_level='2_a2') for number in range(count)))
            self.env.cr.execute("DELETE FROM outreach_figure")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self.env['outreach.figure'].with_user(user).sudo()._count(self.env.company, pools)
            queries.append(self.cr.sql_log_count - start)
        self.assertEqual(queries[1], queries[2])


class TestSupply(PoolCommon):

    def groups(self, user):
        return {
            (occupation, place): (positions, candidates, ratio) for occupation, place, positions, candidates, ratio in
            self.env['outreach.supply'].with_user(user)._read_group(
                [('municipality_id', 'in', (self.bramsche | self.melle).ids), ('occupation_id', '=', self.warehouse.kldb_group_id.id)],
                ['occupation_id', 'municipality_id'], ['positions:sum', 'candidates:sum', 'ratio:avg'])}

    def test_numbers(self):
        self.env['outreach.demand'].search([]).write({'active': False})
        mine = self.create_candidates(3, adviser_id=self.user_migration.id)
        self.create_candidates(4)
        # most years decide
        mine[0].occupation_ids = [Command.create({'occupation_id': self.metal.id, 'years': 2})]
        mine[1].occupation_ids = [Command.create({'occupation_id': self.metal.id, 'years': 9})]
        self.create_candidates(2, status='placed')
        demand = self.create_demand(occupation_id=self.warehouse.id, positions=4, language_level='3_b1')
        self.create_demand(occupation_id=self.warehouse.id, positions=4, stage='paused', active=False)
        key = self.warehouse.kldb_group_id, self.bramsche
        self.assertEqual(self.groups(self.user_job), {key: (4, 6, 1.5)})
        self.assertEqual(self.groups(self.user_migration), {key: (4, 2, 0.5)}, "those whom it advises")
        demand.positions_filled = 3
        self.assertEqual(self.groups(self.user_job)[key], (1, 6, 6))
        lines = self.env['outreach.supply'].with_user(self.user_job).search([('municipality_id', '=', self.bramsche.id)])
        self.assertEqual(set(lines.mapped('german_band')), {'2_a2_b1'})
        self.assertEqual({line.action_open()['res_model'] for line in lines}, {'outreach.demand', 'outreach.candidate'})

    def test_map(self):
        self.create_candidates(17)
        self.create_candidates(3, municipality_id=self.melle.id)
        Place = self.env['outreach.municipality']
        exact = Place.with_user(self.user_job).get_county_supply()
        self.assertTrue(exact['exact'])
        self.assertEqual((exact['candidates'][self.bramsche.id], exact['candidates'][self.melle.id]), (17, 3))
        published = Place.with_user(self.user_econ).get_county_supply()
        self.assertFalse(published['exact'])
        self.assertFalse(set(published['candidates'].values()) - {15, 20})
        self.assertNotIn(self.melle.id, published['candidates'])
        self.assertTrue(self.env['outreach.figure.question'].search([('user_id', '=', self.user_econ.id)]))

    @users('test_helper', 'test_immigration', 'test_dpo', 'test_internal', 'test_portal')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_map_is_closed(self):
        with self.assertRaises(AccessError):
            self.env['outreach.municipality'].get_county_supply()
