"""The same need again: by hand a year later, or by itself."""

from datetime import date
from unittest.mock import patch

import psycopg2
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import users
from odoo.tools import mute_logger

from ..common import MODULE
from .test_demand_work import DemandWorkCommon


class TestRepeat(DemandWorkCommon):
    @freeze_time('2026-11-23 12:00:00')
    @users('test_econ', 'test_job')
    def test_same_as_last_year(self):
        pool = self.env['outreach.pool'].sudo().create({'name': "Welders of then"})
        former = self.create_demand(
            name="Schweißer für die Saison",
            occupation_id=self.welder.id,
            positions=3,
            positions_filled=3,
            user=self.user_job,
            start_date='2025-04-01',
            language_level='2_a2',
            wage_from=16,
            trains_on_the_job=True,
            contact_id=self.contact.id,
            pool_ids=[Command.set(pool.ids)],
            external_supplier="jobs.example",
            external_posting=self.env.user.login,
            joins_course=True,
            visit_id=self.create_visit().id,
        )
        former.skill_ids.filtered(lambda line: line.need == 'nice').unlink()
        action = former.with_user(self.env.user).action_repeat()
        self.assertEqual((action['res_model'], action['views'][0][1]), ('outreach.demand', 'form'))
        new = self.env['outreach.demand'].browse(action['res_id'])
        for name in (
            'name',
            'occupation_id',
            'positions',
            'language_level',
            'wage_from',
            'trains_on_the_job',
            'contact_id',
            'joins_course',
            'partner_id',
            'municipality_id',
            'user_id',
            'agency_id',
        ):
            self.assertEqual(new[name], former[name], name)
        self.assertEqual(self.needs(new), self.needs(former))
        self.assertEqual((new.previous_id, former.next_ids), (former, new))
        self.assertEqual((new.start_date, new.date), (date(2027, 4, 1), date(2026, 11, 23)))
        self.assertEqual((new.stage, new.positions_filled, new.positions_open), ('recorded', 0, 3))
        for name in ('visit_id', 'pool_ids', 'stand_ids', 'external_posting', 'external_supplier'):
            self.assertFalse(new[name], name)
        self.assertEqual((former.stage, former.positions_filled), ('filled', 3), "the figures of last year stay")
        self.assertEqual(former.with_user(self.env.user).action_repeat()['res_id'], new.id, "nobody makes it twice")

    @users('test_econ')
    def test_several_at_once(self):
        former = self.create_demand(name="A") | self.create_demand(name="B") | self.create_demand(self.other_company, name="C")
        former.write({'stage': 'closed', 'closed_reason': 'need_gone'})
        done = former[0].with_user(self.env.user)._repeat(12)
        action = former.with_user(self.env.user).action_repeat()
        new = self.env['outreach.demand'].search(action['domain'])
        self.assertEqual(sorted(new.mapped('name')), ["A", "B", "C"])
        self.assertEqual(new.previous_id, former)
        self.assertIn(done, new)

    @users('test_econ')
    def test_open_ones_are_not_repeated(self):
        former = self.create_demand(name="Welder") | self.create_demand(name="Cook") | self.create_demand(name="Baker")
        former[0].stage = 'filled'
        with self.assertRaisesRegex(UserError, "Still open: Cook, Baker. Raise their positions"):
            former.with_user(self.env.user).action_repeat()
        self.assertFalse(former.next_ids)
        former[1:].write({'stage': 'closed', 'closed_reason': 'need_gone'})
        former.with_user(self.env.user).action_repeat()
        self.assertEqual(former.next_ids.mapped('name'), ["Welder", "Cook", "Baker"])
        former[0].stage = 'recorded'  # as it turned out later: the successor is shown still
        self.assertEqual(former[0].with_user(self.env.user).action_repeat()['res_id'], former[0].next_ids.id)

    def test_people_who_left(self):
        contact = self.env['res.partner'].create({'name': "Test Contact", 'parent_id': self.company.id})
        former = self.create_demand(user=self.user_job, contact_id=contact.id)
        former.write({'stage': 'closed', 'closed_reason': 'need_gone'})
        self.user_job.active = contact.active = False
        new = former.with_user(self.user_econ)._repeat(12)
        self.assertEqual((new.user_id, new.agency_id), (self.user_econ, self.agency_econ))
        self.assertFalse(new.contact_id)

    def test_blocked_company(self):
        former = self.create_demand(stage='filled')
        self.company.outreach_vetting = 'blocked'
        with self.assertRaisesRegex(ValidationError, "blocked by vetting"):
            former.with_user(self.user_econ).action_repeat()

    def test_one_open_successor(self):
        former = self.create_demand()
        former._repeat(12)
        with self.assertRaisesRegex(ValidationError, "repeated already"):
            former._repeat(12)

    @users('test_migration', 'test_portal')
    @mute_logger('odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_access', 'odoo.orm.models', 'odoo.models')
    def test_others_repeat_nothing(self):
        former = self.create_demand(stage='filled')
        with self.assertRaises(AccessError):
            former.with_user(self.env.user).action_repeat()
        self.assertFalse(former.next_ids)

    def test_constant_queries(self):
        def former(count):
            return self.env['outreach.demand'].create(
                [{'partner_id': self.company.id, 'name': "Welder", 'occupation_id': self.welder.id} for __ in range(count)]
            )

        few, many = former(2), former(20)
        self.queries(lambda: former(1)._repeat(12))
        self.assertEqual(self.queries(lambda: many._repeat(12)), self.queries(lambda: few._repeat(12)))


class TestEvergreen(DemandWorkCommon):
    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f'{MODULE}.ir_cron_demand_reopen').method_direct_trigger()
        self.env.invalidate_all()

    @users('test_econ')
    def test_at_once(self):
        demand = self.create_demand(is_evergreen=True, positions=2).with_user(self.env.user)
        demand.positions_filled = 1
        self.assertFalse(demand.next_ids)
        demand.positions_filled = 2
        new = demand.next_ids
        self.assertEqual((new.stage, new.positions_open, new.is_evergreen, new.user_id), ('recorded', 2, True, self.user_econ))
        self.assertEqual((demand.stage, demand.positions_filled, demand.reopen_date), ('filled', 2, False))
        self.assertEqual(new.activity_ids.user_id, self.user_econ)
        self.assertIn("opened again", new.activity_ids.summary)
        demand.positions_filled = 1  # a typing error is corrected: no second one
        demand.positions_filled = 2
        self.assertEqual(demand.next_ids, new)
        new.positions_filled = 2
        self.assertEqual(new.next_ids.stage, 'recorded')
        self.assertEqual(demand.next_ids, new)

    @users('test_job')
    def test_which_ends_leave_the_need(self):
        reasons = dict(self.env['outreach.demand']._fields['closed_reason'].selection)
        for reason in reasons:
            with self.subTest(reason=reason):
                demand = self.create_demand(is_evergreen=True).with_user(self.env.user)
                demand.write({'stage': 'closed', 'closed_reason': reason})
                self.assertEqual(bool(demand.next_ids), reason not in ('need_gone', 'blocked', 'duplicate'))
        plain = self.create_demand()
        plain.write({'stage': 'closed', 'closed_reason': 'filled_by_us'})
        self.assertFalse(plain.next_ids)

    def test_seasonal(self):
        today = self.today
        demand = self.create_demand(is_evergreen=True, reopen_months=12, start_date=today - relativedelta(months=6), positions=2)
        demand.positions_filled = 2
        self.assertFalse(demand.next_ids)
        self.assertEqual(demand.reopen_date, today + relativedelta(months=12))
        demand.date = today - relativedelta(months=11)
        self.assertEqual(demand.reopen_date, today + relativedelta(months=1), "as early as last time, though filled late")
        demand.reopen_date = today + relativedelta(days=1)
        self.run_cron()
        self.assertFalse(demand.next_ids)
        demand.reopen_date = today
        self.run_cron()
        new = demand.next_ids
        self.assertEqual((new.stage, new.start_date, new.reopen_months), ('recorded', today + relativedelta(months=6), 12))
        self.assertEqual(new.activity_ids.user_id, self.user_econ)
        self.assertFalse(demand.reopen_date)
        self.run_cron()
        self.assertEqual(demand.next_ids, new)

    def test_taking_it_back(self):
        today = self.today
        for values in (
            {'is_evergreen': False},
            {'active': False},
            {'stage': 'recorded'},
            {'stage': 'closed', 'closed_reason': 'need_gone'},
        ):
            with self.subTest(values=values):
                demand = self.create_demand(is_evergreen=True, reopen_months=6)
                demand.stage = 'filled'
                self.assertTrue(demand.reopen_date)
                demand.write(values)
                self.assertFalse(demand.reopen_date)
        demand = self.create_demand(stage='filled')
        demand.write({'is_evergreen': True, 'reopen_months': 3})
        self.assertEqual(demand.reopen_date, today + relativedelta(months=3), "said afterwards")
        demand._repeat(12)
        demand.reopen_date = today
        self.run_cron()
        self.assertEqual(len(demand.next_ids), 1, "somebody was faster than the calendar")
        self.assertFalse(demand.reopen_date)

    def test_blocked_company_waits(self):
        demand = self.create_demand(is_evergreen=True)
        self.company.outreach_vetting = 'blocked'
        demand.stage = 'filled'
        self.run_cron()
        self.assertFalse(demand.next_ids)
        self.company.outreach_vetting = 'checked'
        self.run_cron()
        self.assertTrue(demand.next_ids)

    def test_officer_left(self):
        demand = self.create_demand(is_evergreen=True, reopen_months=1)
        demand.stage = 'filled'
        demand.reopen_date = self.today
        self.user_econ.active = False
        self.run_cron()
        new = demand.next_ids
        self.assertTrue(new)
        self.assertNotEqual(new.user_id, self.user_econ)
        self.assertTrue(new.activity_ids, "somebody is asked to check it")

    def test_limits(self):
        for months in (-1, 61):
            with self.assertRaises(psycopg2.IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
                self.create_demand(reopen_months=months)

    def test_one_that_fails_is_in_nobodys_way(self):
        """It stays as it was and is named by its id only: what went wrong may be about a person."""
        demands = self.env['outreach.demand'].create(
            [{'partner_id': self.company.id, 'name': f"Test {number}", 'is_evergreen': True, 'reopen_months': 1} for number in range(25)]
        )
        demands.write({'stage': 'filled'})
        demands.write({'reopen_date': self.today})
        bad = demands[3]
        reopen = type(demands)._reopen

        def fail(records):
            if bad in records:
                records.name = "half written"
                records.flush_recordset()
                raise ValueError("Otto Muster")
            return reopen(records)

        with patch.object(type(demands), '_reopen', fail), self.assertLogs('odoo.addons.maßarbeit_outreach', 'ERROR') as logs:
            self.run_cron()
        self.assertEqual(demands.filtered('reopen_date'), bad)
        self.assertEqual(len(demands.next_ids), 24)
        self.assertNotIn("half written", demands.mapped('name'))
        (line,) = logs.output
        self.assertIn(f"outreach.demand({bad.id},)", line)
        self.assertIn('ValueError', line)
        self.assertNotIn("Otto", line)
        self.run_cron()
        self.assertEqual(len(demands.next_ids), 25, "it comes again")

    def test_batches(self):
        demands = self.env['outreach.demand'].create(
            [{'partner_id': self.company.id, 'name': f"Test {number}", 'is_evergreen': True, 'reopen_months': 1} for number in range(45)]
        )
        demands.write({'stage': 'filled'})
        demands.write({'reopen_date': self.today})
        self.run_cron()
        self.assertEqual(len(demands.next_ids), 45)
        self.assertEqual(len(demands.next_ids.activity_ids), 45)
