from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, users
from odoo.tools import mute_logger

from ..common import MODULE
from ..people.test_pool import PoolCommon

DAY = '2026-11-23 10:00'


@freeze_time(DAY)
class FigureCommon(PoolCommon):
    """A county of 162 people: 90 for the warehouse and 72 for metal, in two towns, with three levels of German."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for occupation in (cls.warehouse, cls.metal):
            for place in (cls.bramsche, cls.melle):
                for level in ('0_none', '2_a2', '5_c1'):
                    most = (occupation, place, level) == (cls.warehouse, cls.bramsche, '2_a2')
                    cls.create_candidates(30 if most else 12, occupation=occupation, municipality_id=place.id, german_level=level)

    @classmethod
    def create_pool(cls, user=None, **values):
        return super().create_pool(user, **{'occupation_ids': [Command.set(cls.warehouse.ids)], **values})

    def ask(self, pool, user=None):
        pool = pool.with_user(user or self.user_econ)
        pool.action_ask()
        self.env.invalidate_all()
        return pool.published_count

    def cells(self, breakdown, user=None):
        """`{(occupation, municipality): text}` of a breakdown, as the user sees it after asking."""
        Figure = self.env['outreach.figure'].with_user(user or self.user_econ)
        Figure._ask(breakdown=breakdown)
        return {(figure.occupation_id, figure.municipality_id): figure.text for figure in Figure.search([('breakdown', '=', breakdown)])}

    def everything(self):
        """All that is published today: each figure and, of each open demand, what if."""
        self.env['outreach.figure'].sudo()._publish()
        self.env.invalidate_all()
        figures = self.env['outreach.figure'].sudo().search([('day', '=', fields.Date.today())])
        demands = self.env['outreach.demand'].with_user(self.user_econ).search(self.env['outreach.demand']._get_open_domain())
        return ({figure.key: figure.text for figure in figures}, {demand.id: str(demand.what_if) for demand in demands})


@freeze_time(DAY)
class TestFigure(FigureCommon):
    def test_pool(self):
        small = self.create_pool(name="Nobody", occupation_ids=[Command.set(self.env.ref(f'{MODULE}.occupation_81301').ids)])
        pool = self.create_pool()
        self.assertFalse(pool.with_user(self.user_econ).published_count, "nobody asked yet")
        self.assertEqual(self.ask(pool), "about 90")
        self.assertEqual(self.ask(small), "not shown")
        self.assertFalse(pool.with_user(self.user_manager).published_count, "the manager did not ask")

    def test_what_of_a_pool_is_published(self):
        """Occupations, area and German of its rule, whoever else is in it."""
        everybody = self.ask(self.create_pool(language_level='2_a2'))
        fitting = self.env['outreach.candidate'].search([('status', '=', 'available')], limit=5)
        for values in (
            {'needs_vehicle': True},
            {'working_time': 'shift'},
            {'needs_permission': True},
            {'available_by': '2026-12-01'},
            {'driving_licence': 'B'},
            {'member_ids': [Command.set(fitting.ids)]},
            {'excluded_ids': [Command.set(fitting.ids)]},
        ):
            with self.subTest(values=values):
                pool = self.create_pool(language_level='2_a2', **values)
                self.assertEqual(self.ask(pool), everybody)
        for values in (
            {'occupation_ids': []},
            {'occupation_ids': [], 'needs_vehicle': True},
            {'occupation_ids': [], 'member_ids': [Command.set(fitting.ids)]},
        ):
            with self.subTest(values=values):
                self.assertEqual(self.ask(self.create_pool(**values)), "not shown")

    def test_questions_of_a_pool(self):
        """Groups that share nobody: what is below another one is not counted twice."""
        joined = self.env['outreach.figure.table']._get_joined(self.env.company)
        group = self.warehouse.kldb_group_id
        main = self.warehouse.kldb_main_group_id or self.warehouse.kldb_area_id
        pool = self.create_pool(occupation_ids=[Command.set((self.warehouse | main | self.metal).ids)])
        self.assertEqual({question[0] for question in pool._get_published_questions(joined)}, {main.code, self.metal.kldb_group_id.code})
        pool = self.create_pool(
            occupation_ids=[Command.set((self.warehouse | group).ids)],
            municipality_ids=[Command.set(self.melle.ids)],
            language_level='3_b1',
        )
        self.assertEqual(
            pool._get_published_questions(joined), [(group.code, frozenset([str(self.melle.id)]), frozenset(['3_b1', '4_from_b2']))]
        )

    def test_hand_counted(self):
        pools = self.create_pool(is_hand_counted=True, head_count=44) | self.create_pool(is_hand_counted=True, head_count=14)
        self.assertEqual([self.ask(pool).partition(',')[0] for pool in pools], ["about 40", "not shown"])
        pools[0].head_count = 53
        with freeze_time('2026-11-24'):
            self.assertIn("about 40", self.ask(pools[0]))
        pools[0].head_count = 54
        with freeze_time('2026-11-25'):
            self.assertIn("about 50", self.ask(pools[0]))

    def test_when_a_pool_was_changed_is_not_told(self):
        """That somebody was put in, taken out or counted is for those who may see who."""
        pool = self.create_pool()
        for user in (self.user_econ, self.user_manager):
            self.assertFalse({'write_date', 'write_uid', 'head_count_date'} & pool.with_user(user).fields_get().keys())
            for name in ('write_date', 'write_uid', 'head_count_date'):
                with self.subTest(user=user.login, field=name), self.assertRaises(AccessError):
                    pool.with_user(user).search([], order=name)
                with self.subTest(user=user.login, field=name), self.assertRaises(AccessError):
                    pool.with_user(user).search([(name, '!=', False)])
        self.assertTrue(pool.with_user(self.user_job).write_date)

    def test_a_rule_that_is_changed_today(self):
        """The figure is that of the rule beside it, without a second question."""
        pool, other = self.create_pool(), self.create_pool(language_level='5_c1')
        told = self.ask(other)
        self.assertNotEqual(self.ask(pool), told)
        pool.with_user(self.user_job).language_level = '5_c1'
        self.assertEqual(pool.with_user(self.user_econ).published_count, told)
        self.assertFalse(pool.with_user(self.user_manager).published_count, "the manager did not ask")

    def test_frozen_for_the_day(self):
        """Whoever asks before and after somebody joins reads the same; small changes do not show on the next day either."""
        pool = self.create_pool()
        self.assertEqual(self.ask(pool), "about 90")
        more = self.create_candidates(9)
        self.assertEqual(self.ask(pool), "about 90")
        self.assertEqual(self.ask(self.create_pool(), self.user_manager), "about 90", "a pool of today, from the same table")
        with freeze_time('2026-11-24'):
            self.assertFalse(pool.with_user(self.user_econ).published_count, "a new day, a new question")
            self.assertEqual(self.ask(pool), "about 90", "nine have come")
        self.create_candidates(1)
        with freeze_time('2026-11-25'):
            self.assertEqual(self.ask(pool), "about 100")
        more.status = 'placed'
        with freeze_time('2026-11-26'):
            self.assertEqual(self.ask(pool), "about 100", "nine have gone since")

    def test_table(self):
        """In tens, close to the truth, and only for the code."""
        Table = self.env['outreach.figure.table']
        self.env['outreach.figure'].sudo()._publish()
        cells, floor = Table._get_cells('candidates', self.env.company)
        self.assertEqual((floor, {people % 10 for people in cells.values()}), (10, {0}))
        table = Table._get(self.env.company)
        for band, count in (('1_below_a2', 48), ('2_a2', 66), ('3_b1', 0), ('4_from_b2', 48)):
            self.assertLessEqual(abs(table.count(bands={band}) - count), 10)
        self.assertEqual(table.count(self.warehouse.kldb_group_id.code), 90)
        for user in (self.user_econ, self.user_manager, self.user_job, self.user_dpo, self.env.ref('base.user_admin')):
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
                Table.with_user(user).search([])

    def test_cron(self):
        """Every organisation once a night; a second run has nothing to do."""
        other = self.env['res.company'].create({'name': "Test County Elsewhere"})
        Table, job = self.env['outreach.figure.table'], self.env.ref(f'{MODULE}.ir_cron_publish_figures')
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        tables = Table.search([])
        self.assertEqual(
            {(table.company_id, table.kind) for table in tables if table.company_id in other | self.env.company},
            {(company, kind) for company in other | self.env.company for kind in ('candidates', 'placements', 'head_counts')}
            - {(other, 'candidates')},
            "none of nobody",
        )
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertEqual(Table.search([]), tables)
        self.assertFalse(Table._get_cells('candidates', other)[0])

    def test_interrupted(self):
        """What was not published is made again from the same night, and is the same."""
        self.env['outreach.figure'].sudo()._publish()
        self.create_candidates(17)
        with freeze_time('2026-11-24'):
            with self.cr.savepoint() as savepoint:
                first = self.everything()
                savepoint.rollback()
            self.env.invalidate_all()
            self.assertFalse(self.env['outreach.figure.table'].search([('day', '=', '2026-11-24')]))
            self.assertEqual(self.everything(), first)

    def test_breakdown(self):
        care, none = self.env.ref(f'{MODULE}.occupation_81301'), self.env['outreach.municipality']
        self.create_candidates(4, occupation=care)
        self.create_demand(occupation_id=care.id, positions=3)
        found = self.cells('occupation_municipality')
        self.assertEqual(found[care.kldb_group_id, self.bramsche], "not shown", "listed because of the open positions")
        found = self.cells('occupation')
        self.assertIn(found[self.warehouse.kldb_group_id, none], ("about 90", "about 100"))
        self.assertIn(found[self.metal.kldb_group_id, none], ("about 70", "about 80"))
        self.assertEqual(found[care.kldb_group_id, none], "not shown")
        self.assertEqual(list(self.cells('county').values()), ["about 170"])
        self.cells('band')
        bands = self.env['outreach.figure'].with_user(self.user_econ).search([('breakdown', '=', 'band'), ('is_shown', '=', True)])
        bands = {figure.german_band: figure.candidates for figure in bands}
        for band, count in (('1_below_a2', 48), ('2_a2_b1', 70), ('3_from_b2', 48)):
            self.assertLessEqual(abs(bands[band] - count), 10)

    def test_small_groups_without_positions_are_not_listed(self):
        """Else it could be told from the list that there is somebody."""
        care = self.env.ref(f'{MODULE}.occupation_81301')
        self.create_candidates(4, occupation=care)
        self.assertFalse(
            [
                text
                for (occupation, __), text in self.cells('occupation').items()
                if occupation == care.kldb_group_id and text != "not shown"
            ]
        )
        listed = self.env['outreach.figure'].sudo().search([('is_shown', '=', False), ('breakdown', '!=', 'pool')])
        self.assertFalse([figure.key for figure in listed if not figure.positions and figure.key != 'counted'])

    @users('test_econ')
    def test_only_what_was_asked_for(self):
        pool = self.create_pool()
        Figure = self.env['outreach.figure']
        self.assertFalse(Figure.search([]))
        Figure._ask(breakdown='county')
        self.assertEqual(Figure.search([]).mapped('question'), ['county'])
        Figure.with_user(self.user_manager)._ask(pool.with_user(self.user_manager))
        self.assertEqual(Figure.search([]).mapped('question'), ['county'])
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
        self.assertEqual([(str(line.day), line.number) for line in ledger], [('2026-11-24', 1), ('2026-11-23', 1), ('2026-11-23', 2)])
        self.assertEqual(ledger[-1].title, "Pool “Pool 1”")

    def test_no_first_table_of_nobody(self):
        """Else all who come later are known to have come, and what is rounded of them with them."""
        self.env['outreach.figure.table'].search([]).unlink()
        self.env['outreach.figure'].search([]).unlink()
        people = self.env['outreach.candidate'].search([('status', '=', 'available')])
        people.status = 'placed'
        Table, Figure = self.env['outreach.figure.table'], self.env['outreach.figure'].sudo()
        Figure._publish()
        self.assertFalse(Table.search([('kind', '=', 'candidates')]))
        with freeze_time('2026-11-24'):
            people.status = 'available'
            Figure._publish()
            table = Table.search([('kind', '=', 'candidates')])
            self.assertEqual(sum(cell[1] for cell in table.sudo().cells) // 10, len(people) // 10, "made from people, not from arrivals")
            self.assertNotEqual(sum(cell[1] for cell in table.sudo().cells), 0)

    def test_what_is_gone_since(self):
        """A table may tell of a place that was deleted; its line is left out, and the others are published."""
        place = self.env['outreach.municipality'].create({'name': "Test Gone", 'ags': '03459998'})
        self.create_candidates(40, municipality_id=place.id)
        self.env['outreach.figure.table'].search([]).unlink()
        self.env['outreach.figure'].search([]).unlink()
        Figure = self.env['outreach.figure'].sudo()
        Figure._publish()
        self.assertTrue(Figure.search([('municipality_id', '=', place.id)]))
        with freeze_time('2026-11-24'):
            self.env['outreach.candidate'].search([('municipality_id', '=', place.id)]).municipality_id = self.bramsche
            Figure.search([]).unlink()
            place.unlink()
            Figure._publish()
            self.assertTrue(Figure.search([('day', '=', '2026-11-24'), ('breakdown', '=', 'municipality')]))

    def test_policy(self):
        pool = self.create_pool()
        self.assertEqual(self.ask(pool), "about 90")
        Policy = self.env['outreach.figure.policy']
        with self.assertRaisesRegex(ValidationError, "published with the floor 10"), self.cr.savepoint():
            Policy.create({'floor': 40})
        policy = Policy.create({'questions': 30})
        with self.assertRaisesRegex(ValidationError, "so it stays"), self.cr.savepoint():
            policy.floor = 11
        policy.unlink()
        self.env['outreach.figure.table'].search([]).unlink()
        self.env['outreach.figure'].search([]).unlink()
        policy = Policy.create({'floor': 40})
        with freeze_time('2026-11-24'):
            by_policy = self.ask(pool)
        self.assertIn(by_policy, ("about 80", "about 120"), "the first ones go by the policy; up or down by the database's secret")
        policy.unlink()
        with freeze_time('2026-11-25'):
            self.assertEqual(self.ask(pool), by_policy, "and all others, too, whatever becomes of it")
        policy = Policy.create({'floor': 40})
        elsewhere = self.env['res.company'].create({'name': "Test County Elsewhere"})
        for values in ({'floor': 9}, {'questions': -1}):
            with self.assertRaises(psycopg2.IntegrityError, msg=str(values)), mute_logger('odoo.sql_db'), self.cr.savepoint():
                Policy.create({'company_id': elsewhere.id, **values})
                self.env.flush_all()
        policy.invalidate_recordset()
        self.assertEqual(policy.with_user(self.user_dpo).floor, 40)
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
        pool = self.create_pool()
        self.ask(pool)
        days = fields.Date.today() + timedelta(days=400)
        Figure, Table = self.env['outreach.figure'], self.env['outreach.figure.table']
        with freeze_time(days):
            Figure._gc_figures()
            self.assertFalse(Figure.sudo().search([]))
            Table._gc_tables()
            self.assertEqual(len(Table.search([])), 3, "the last ones are where the next ones start from, however old")
            self.env['outreach.figure.question']._gc_questions()
            self.assertFalse(self.env['outreach.figure.question'].sudo().search([('user_id', '=', self.user_econ.id)]))
        for day in range(9):
            with freeze_time(days + timedelta(days=day)):
                Figure.sudo()._publish()
        Table._gc_tables()
        self.assertEqual(len(Table.search([])), 3 * 7)

    def test_queries(self):
        """As many queries for many pools, demands and candidates as for few."""
        queries = []
        for count in (2, 2, 20):  # the first one fills caches
            self.create_candidates(count)
            for number in range(count):
                self.create_pool(name=f"Pool {number}", language_level='2_a2')
                self.create_demand(occupation_id=self.warehouse.id)
            self.env.cr.execute("DELETE FROM outreach_figure; DELETE FROM outreach_figure_table")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self.env['outreach.figure'].sudo()._publish()
            demands = self.env['outreach.demand'].search([('stage', '=', 'recorded')])
            demands._get_published_answers()
            queries.append(self.cr.sql_log_count - start)
        self.assertEqual(queries[1], queries[2])


@freeze_time(DAY)
class TestPublishedWhatIf(FigureCommon):
    """The attacks on the former what-if, and that it is of use."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.demand = cls.create_demand(occupation_id=cls.warehouse.id, municipality_id=cls.bramsche.id, language_level='4_b2', positions=2)
        cls.env['outreach.figure'].sudo()._publish()

    def page(self, demand, user=None):
        demand.invalidate_recordset()
        return str(demand.with_user(user or self.user_econ).what_if)

    def test_page(self):
        answer = self.demand._get_published_answers()[self.demand]
        found = self.demand._get_published_what_if(answer)
        self.assertIn(found['figure'], (20, 30))
        self.assertIn("in the whole county · German B2 or better", found['question'])
        self.assertEqual(
            {line['key'] for line in found['lines']}, {'german_a2', 'german_lower', 'occupation'} & {line['key'] for line in found['lines']}
        )
        steps = {line['key']: line['figure'] for line in found['lines']}
        self.assertIn(steps['german_a2'], (60, 70))
        for user in (self.user_econ, self.user_manager):
            page = self.page(self.demand, user)
            self.assertIn("German A2 with a course is enough", page)
            self.assertIn("Published last night", page)
        self.assertIn("Fits now: ", self.page(self.demand, self.user_job), "who sees people reads what is true now")

    def test_nothing_published_yet(self):
        self.env['outreach.figure.table'].search([]).unlink()
        self.assertIn("not shown", self.page(self.demand))

    @mute_logger('odoo.addons.base.models.ir_model', 'odoo.models', 'odoo.orm.models')
    def test_closed_to_others(self):
        for role in ('helper', 'immigration', 'dpo', 'internal', 'portal'):
            user = getattr(self, f'user_{role}')
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.demand.with_user(user).read(['what_if'])

    def test_two_demands_that_differ_in_one_skill_or_gate(self):
        """Counted, they differ; published, they are the same."""
        skill = self.env.ref(f'{MODULE}.skill_tig_welding')
        knows = self.create_candidates(1, german_level='5_c1', does_full_time=True, driving_licence='B', available_from='2026-11-01')
        knows.skill_ids = [Command.create({'skill_id': skill.id, 'level': '3'})]
        before = self.page(self.demand)
        values = {'occupation_id': self.warehouse.id, 'municipality_id': self.bramsche.id, 'language_level': '4_b2', 'positions': 2}
        for more in (
            {'skill_ids': [Command.create({'skill_id': skill.id, 'level': '3', 'need': 'must'})]},
            {'driving_licence': 'C'},
            {'permit_condition': 'free'},
            {'is_full_time': True},
            {'language_level': '5_c1'},
        ):
            with self.subTest(more=list(more)):
                other = self.create_demand(**{**values, **more})
                self.assertEqual(self.page(other), before)
        counted = (self.demand | self.create_demand(**values, driving_licence='C')).with_user(self.user_job)._count_matches()
        self.assertEqual(
            len({tuple(count[name] for name in ('fits_now', 'fits_when', 'has_all_to_learn')) for count in counted.values()}), 2
        )

    def test_start_date(self):
        self.company.outreach_vetting = 'checked'
        self.create_candidates(5, german_level='5_c1', available_from='2026-12-10', reach_km=50)
        early, late = (
            self.create_demand(occupation_id=self.warehouse.id, municipality_id=self.bramsche.id, language_level='4_b2', start_date=day)
            for day in ('2026-12-01', '2026-12-15')
        )
        self.assertEqual(self.page(early), self.page(late))
        (early | late).skill_ids.unlink()  # which nobody here has
        counted = (early | late).with_user(self.user_job)._count_matches()
        self.assertNotEqual(counted[early.id]['fits_now'], counted[late.id]['fits_now'])

    def test_edited_demand(self):
        """What it shows is what any demand that reads the same shows: no figure stays with another label."""
        self.demand.write({'occupation_id': self.metal.id, 'language_level': '2_a2'})
        same = self.create_demand(occupation_id=self.metal.id, municipality_id=self.bramsche.id, language_level='2_a2', positions=2)
        self.assertEqual(self.page(self.demand), self.page(same))
        self.assertIn(self.metal.kldb_group_id.name, self.page(self.demand))

    def test_one_new_candidate(self):
        """Of whatever size the group is: one who comes changes nothing, nor do nine."""
        for number in range(12):
            day = f'2026-12-{number + 1:02}'
            with freeze_time(day), self.subTest(day=day):
                self.env['outreach.figure.table'].search([]).unlink()
                self.create_candidates(1, german_level='3_b1')
                before = self.everything()
                with self.cr.savepoint() as savepoint, freeze_time(f'2026-12-{number + 2:02}'):
                    self.create_candidates(1, german_level='3_b1')
                    self.assertEqual(self.everything(), before)
                    savepoint.rollback()

    def test_nothing_is_counted(self):
        """What a page shows is read from the table: it does not change during the day."""
        before = self.page(self.demand)
        self.env['outreach.candidate'].search([('status', '=', 'available')]).status = 'placed'
        self.assertEqual(self.page(self.demand), before)

    def test_another_organisation(self):
        other = self.env['res.company'].create({'name': "Test County Elsewhere"})
        self.assertEqual(self.env['outreach.figure.table']._get(other).count(), 0)


class TestSupply(PoolCommon):
    def groups(self, user):
        return {
            (occupation, place): (positions, candidates, ratio)
            for occupation, place, positions, candidates, ratio in self.env['outreach.supply']
            .with_user(user)
            ._read_group(
                [('municipality_id', 'in', (self.bramsche | self.melle).ids), ('occupation_id', '=', self.warehouse.kldb_group_id.id)],
                ['occupation_id', 'municipality_id'],
                ['positions:sum', 'candidates:sum', 'ratio:avg'],
            )
        }

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
        self.create_candidates(27)
        self.create_candidates(3, municipality_id=self.melle.id)
        Place = self.env['outreach.municipality']
        exact = Place.with_user(self.user_job).get_county_supply()
        self.assertTrue(exact['exact'])
        self.assertEqual((exact['candidates'][self.bramsche.id], exact['candidates'][self.melle.id]), (27, 3))
        published = Place.with_user(self.user_econ).get_county_supply()
        self.assertFalse(published['exact'])
        self.assertIn(published['candidates'][self.bramsche.id], (20, 30))
        self.assertNotIn(self.melle.id, published['candidates'])
        self.assertTrue(self.env['outreach.figure.question'].search([('user_id', '=', self.user_econ.id)]))

    @users('test_helper', 'test_immigration', 'test_dpo', 'test_internal', 'test_portal')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_map_is_closed(self):
        with self.assertRaises(AccessError):
            self.env['outreach.municipality'].get_county_supply()
