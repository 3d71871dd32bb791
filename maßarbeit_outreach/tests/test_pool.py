import psycopg2

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, users
from odoo.tools import mute_logger

from .common import OutreachCommon


class TestPool(OutreachCommon):

    @users('test_job', 'test_migration')
    def test_kept_by_hand(self):
        with freeze_time('2024-03-15'):
            pool = self.env['outreach.pool'].create({'name': "Warehouse", 'head_count': 12})
            self.env.flush_all()
        self.assertEqual(pool.user_id, self.env.user)
        self.assertEqual(pool.head_count_date, fields.Date.to_date('2024-03-15'))
        pool.language_level = '2_a2'
        self.env.flush_all()
        self.assertEqual(pool.head_count_date, fields.Date.to_date('2024-03-15'), "nobody counted again")
        pool.head_count = 13
        self.assertEqual(pool.head_count_date, fields.Date.context_today(pool))
        self.assertEqual(pool.published_count, "about 15")
        with self.assertRaises(psycopg2.IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            pool.head_count = -1
            self.env.flush_all()

    @users('test_econ')
    def test_linked_both_ways(self):
        """Economic development links pools to its demands without writing pools."""
        pool = self.env['outreach.pool'].with_user(self.user_job).create({'name': "Warehouse", 'head_count': 17})
        demand = self.create_demand(user=self.env.user)
        demand.pool_ids = [Command.link(pool.id)]
        self.env.invalidate_all()
        self.assertEqual(pool.demand_ids, demand)
        answer = demand.web_read({'pool_ids': {'fields': {'display_name': {}, 'published_count': {}}}})
        self.assertEqual(answer[0]['pool_ids'], [{'id': pool.id, 'display_name': "Warehouse", 'published_count': "about 15"}])
