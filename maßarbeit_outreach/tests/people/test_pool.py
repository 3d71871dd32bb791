from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, users
from odoo.tools import mute_logger

from ..common import MODULE, OutreachCommon


class PoolCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['outreach.candidate'].search([]).status = 'left'  # the demo county's
        cls.env['outreach.pool'].search([]).active = False
        cls.env['outreach.figure'].search([]).unlink()
        cls.env['outreach.figure.table'].search([]).unlink()
        cls.warehouse = cls.env.ref(f'{MODULE}.occupation_51311')
        cls.metal = cls.env.ref(f'{MODULE}.occupation_24422')

    @classmethod
    def create_candidates(cls, count=1, occupation=None, user=None, **values):
        """Available candidates in Bramsche with German A2 and one occupation, written by the job centre."""
        values = {'municipality_id': cls.bramsche.id, 'german_level': '2_a2', 'permission': 'free', **values}
        return (
            cls.env['outreach.candidate']
            .with_user(user or cls.user_job)
            .create(
                [
                    {**values, 'occupation_ids': [Command.create({'occupation_id': (occupation or cls.warehouse).id, 'years': 3})]}
                    for __ in range(count)
                ]
            )
        )

    @classmethod
    def create_pool(cls, user=None, **values):
        return cls.env['outreach.pool'].with_user(user or cls.user_job).create({'name': "Test Pool", **values})

    def members(self, pool, user=None):
        return self.env['outreach.candidate'].with_user(user or self.user_job).search([('pool_ids', 'in', pool.ids)])


class TestPool(PoolCommon):
    def test_rule(self):
        """Each condition, on both sides of its edge."""
        today = self.today
        bersenbrueck = self.env['outreach.municipality'].search([('association', '=', "Bersenbrück")], limit=1)
        esco = self.env['outreach.occupation'].create(
            {
                'scheme': 'esco',
                'name': "Test Packer",
                'code': '9321.99',
                'uri': 'http://test.example/packer',
                'parent_id': self.warehouse.id,
            }
        )
        for rule, fits, differs in (
            ({'occupation_ids': self.warehouse.kldb_group_id}, {}, {'occupation': self.metal}),
            ({'occupation_ids': self.warehouse}, {'occupation': esco}, {'occupation': self.metal}),
            ({'occupation_ids': esco}, {'occupation': esco}, {}),
            (
                {'occupation_ids': self.warehouse | self.metal},
                {'occupation': self.metal},
                {'occupation': self.env.ref(f'{MODULE}.occupation_81301')},
            ),
            ({'language_level': '2_a2'}, {}, {'german_level': '1_a1'}),
            ({'municipality_ids': self.bramsche}, {}, {'municipality_id': self.melle.id}),
            ({'association': "Bersenbrück"}, {'municipality_id': bersenbrueck.id}, {}),
            ({'association': "Bersenbrück", 'municipality_ids': self.melle}, {'municipality_id': self.melle.id}, {}),
            ({'available_by': today}, {'available_from': today}, {'available_from': today + timedelta(days=1)}),
            ({'available_by': today}, {'available_from': False}, {'available_from': today + timedelta(days=1)}),
            ({'working_time': 'shift'}, {'does_shifts': True}, {}),
            ({'driving_licence': 'B'}, {'driving_licence': 'CE'}, {'driving_licence': 'AM'}),
            ({'needs_vehicle': True}, {'has_vehicle': True}, {}),
            ({'needs_permission': True}, {'permission_until': today}, {'permission_until': today - timedelta(days=1)}),
            (
                {'needs_permission': True},
                {'permission': 'free_from', 'permission_date': today},
                {'permission': 'free_from', 'permission_date': today + timedelta(days=1)},
            ),
            ({'needs_permission': True}, {'permission': 'blocked_until', 'permission_date': today}, {'permission': 'forbidden'}),
        ):
            with self.subTest(rule=rule):
                values = {name: [Command.set(value.ids)] if hasattr(value, 'ids') else value for name, value in rule.items()}
                good, bad = self.create_candidates(**fits), self.create_candidates(**differs)
                pool = self.create_pool(**values)
                found = self.members(pool)
                self.assertIn(good, found)
                self.assertNotIn(bad, found)
                self.assertEqual(pool.candidate_count, len(found))

    def test_who_is_not_available_is_in_no_pool(self):
        for values in ({'status': 'placed'}, {'status': 'left'}, {'status': 'paused', 'paused_until': '2030-01-01'}, {'active': False}):
            candidate = self.create_candidates(**values)
            pool = self.create_pool(language_level='1_a1', member_ids=[Command.link(candidate.id)])
            self.assertFalse(self.members(pool), values)
            self.assertEqual(pool.candidate_count, 0)

    def test_empty_rule_fits_nobody(self):
        self.create_candidates()
        self.assertEqual(self.create_pool().candidate_count, 0)

    @users('test_job')
    def test_one_tap(self):
        fitting, other = self.create_candidates(), self.create_candidates(occupation=self.metal)
        pool = self.create_pool(occupation_ids=[Command.set(self.warehouse.ids)])
        self.assertEqual(self.members(pool), fitting)
        listed = (fitting | other).with_user(self.env.user).with_context(**pool.action_add_candidates()['context'])
        self.assertEqual(listed.mapped('is_in_pool'), [True, False])
        listed.action_add_to_pool()
        self.assertEqual((self.members(pool), pool.member_ids), (fitting | other, other), "who fits need not be added")
        self.env.invalidate_all()
        self.assertEqual(listed.mapped('is_in_pool'), [True, True])
        listed.action_remove_from_pool()
        self.assertFalse(self.members(pool))
        self.assertEqual((pool.member_ids, pool.excluded_ids), (other.browse(), fitting))
        listed.action_add_to_pool()
        self.assertEqual((self.members(pool), pool.excluded_ids), (fitting | other, other.browse()))
        self.assertEqual(other.with_user(self.env.user).pool_ids, pool)
        with self.assertRaises(UserError):
            fitting.with_user(self.env.user).action_add_to_pool()

    def test_links_never_copies(self):
        candidate = self.create_candidates()
        pool = self.create_pool(language_level='2_a2')
        before = self.env['outreach.candidate'].search_count([])
        self.assertEqual(self.members(pool), candidate)
        candidate.german_level = '1_a1'
        self.assertFalse(self.members(pool), "a change shows at once")
        self.assertEqual(self.env['outreach.candidate'].search_count([]), before)

    def test_migration_centre_sees_whom_it_advises(self):
        mine = self.create_candidates(adviser_id=self.user_migration.id)
        self.create_candidates(2)
        pool = self.create_pool(language_level='2_a2')
        self.assertEqual(pool.candidate_count, 3)
        self.assertEqual(self.members(pool, self.user_migration), mine.with_user(self.user_migration))
        self.assertEqual(pool.with_user(self.user_migration).candidate_count, 1)

    @users('test_econ', 'test_manager', 'test_helper', 'test_immigration', 'test_dpo', 'test_internal', 'test_portal')
    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_members_are_closed(self):
        candidate = self.create_candidates()
        pool = self.create_pool(language_level='2_a2', member_ids=[Command.link(candidate.id)]).with_user(self.env.user)
        candidate = candidate.with_user(self.env.user)
        for name in ('member_ids', 'excluded_ids', 'candidate_count', 'head_count', 'note'):
            with self.subTest(field=name):
                self.assertNotIn(name, pool.fields_get() if pool.has_access('read') else {})
                for peek in (
                    lambda: pool.read([name]),  # noqa: B023
                    lambda: pool.search([(name, '!=', False)]),  # noqa: B023
                    lambda: pool.export_data([name]),  # noqa: B023
                ):
                    with self.assertRaises(UserError):
                        peek()
        for peek in (
            lambda: pool.action_view_candidates() and candidate.search([('pool_ids', 'in', pool.ids)]),
            lambda: candidate.with_context(outreach_pool=pool.id).action_add_to_pool(),
            lambda: candidate.with_context(outreach_pool=pool.id).read(['is_in_pool']),
            lambda: pool.formatted_read_group([], ['member_ids'], ['__count']),
            lambda: self.env['outreach.supply'].search([]),
            lambda: self.env['outreach.supply'].formatted_read_group([], [], ['candidates:sum']),
            lambda: pool.write({'language_level': '1_a1'}),
            lambda: pool.create({'name': "Mine"}),
        ):
            with self.assertRaises(AccessError):
                peek()

    @users('test_job')
    def test_count_of_many_pools(self):
        """One query, whatever the number of pools."""
        self.create_candidates(3)
        self.create_candidates(2, occupation=self.metal)
        for number in range(30):
            self.create_pool(name=f"Pool {number}", occupation_ids=[Command.set((self.warehouse if number % 2 else self.metal).ids)])
        pools = self.env['outreach.pool'].search([('name', 'like', 'Pool %')])
        queries = {}
        for size in (30, 3, 30):  # the first time fills caches
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self.assertEqual(set(pools[:size].mapped('candidate_count')), {3, 2})
            queries[size] = self.cr.sql_log_count - start
        self.assertEqual(queries[3], queries[30])

    @users('test_job', 'test_migration')
    def test_counted_by_hand(self):
        with freeze_time('2024-03-15'):
            pool = self.env['outreach.pool'].create({'name': "Warehouse", 'head_count': 12, 'is_hand_counted': True})
            self.env.flush_all()
        self.assertEqual(pool.user_id, self.env.user)
        self.assertEqual(pool.head_count_date, fields.Date.to_date('2024-03-15'))
        self.assertEqual(pool.candidate_count, 12)
        pool.language_level = '2_a2'
        self.env.flush_all()
        self.assertEqual(pool.head_count_date, fields.Date.to_date('2024-03-15'), "nobody counted again")
        pool.head_count = 13
        self.assertEqual(pool.head_count_date, fields.Date.context_today(pool))
        with self.assertRaises(psycopg2.IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            pool.head_count = -1
            self.env.flush_all()
        pool.member_ids = [Command.link(self.create_candidates(adviser_id=self.user_migration.id).id)]
        self.assertEqual(pool.candidate_count, 13, "kept, and not counted")
        with self.assertRaises(UserError):
            pool.action_add_candidates()

    def test_bad_licence(self):
        with self.assertRaises(ValidationError):
            self.create_pool(driving_licence='B, F')

    @users('test_econ')
    def test_linked_both_ways(self):
        """Economic development links pools to its demands without writing pools."""
        pool = self.create_pool(head_count=17, is_hand_counted=True)
        demand = self.create_demand(user=self.env.user)
        demand.pool_ids = [Command.link(pool.id)]
        self.env.invalidate_all()
        self.assertEqual(pool.demand_ids, demand)
        demand.pool_ids.action_ask()
        answer = demand.web_read({'pool_ids': {'fields': {'display_name': {}, 'published_count': {}}}})
        self.assertIn("about 20, counted by hand", answer[0]['pool_ids'][0]['published_count'])

    def test_fair(self):
        fair = self.create_fair()
        pool = self.create_pool(event_ids=[Command.link(fair.id)])
        self.assertEqual(fair.with_user(self.user_econ).outreach_pool_ids, pool)
        self.assertNotIn('outreach_pool_ids', fair.with_user(self.user_helper).fields_get())
        with self.assertRaises(AccessError), mute_logger('odoo.models'):
            fair.with_user(self.user_helper).read(['outreach_pool_ids'])

    def test_review(self):
        due = self.create_pool(review_date=self.today)
        later = self.create_pool(review_date=self.today + timedelta(days=1))
        self.env.flush_all()
        cron = self.env.ref(f'{MODULE}.ir_cron_pool_review')
        with self.enter_registry_test_mode():
            for __ in range(2):  # the second time adds nothing
                cron.method_direct_trigger()
        self.assertEqual(len(due.activity_ids), 1)
        self.assertEqual(due.activity_ids.user_id, self.user_job)
        self.assertFalse(later.activity_ids)
        due.action_reviewed()
        self.assertFalse(due.activity_ids)
        self.assertGreater(due.review_date, self.today + timedelta(days=150))
