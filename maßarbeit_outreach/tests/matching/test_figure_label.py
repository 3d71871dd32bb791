from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time

from ..common import MODULE
from .test_figure import DAY, FigureCommon


@freeze_time(DAY)
class TestLabels(FigureCommon):
    """What a manager does to catalogues and municipalities, and what an adviser does to the own people, tells nothing of others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.esco = cls.env['outreach.occupation'].create(
            {'scheme': 'esco', 'name': "Test Packer", 'code': '9321.99', 'uri': 'http://test.example/packer', 'parent_id': cls.warehouse.id}
        )
        cls.create_candidates(13, occupation=cls.esco)
        cls.care = cls.env.ref(f'{MODULE}.occupation_81301')
        cls.env['outreach.figure'].sudo()._publish()

    def create_company(self, name):
        return self.env['res.partner'].create({'name': name, 'is_company': True})

    def publish(self, nights=1):
        """So many nights later."""
        with freeze_time(date(2026, 11, 23) + timedelta(days=nights)):
            self.env.flush_all()
            self.env['outreach.figure'].sudo()._publish()
        return self.cells_now()

    def cells_now(self):
        return dict(self.env['outreach.figure.table']._get_cells('candidates', self.env.company)[0])

    def figures(self, breakdown, key):
        """`{key: text}` of the last night."""
        day = max(self.env['outreach.figure'].sudo().search([]).mapped('day'))
        found = self.env['outreach.figure'].sudo().search([('day', '=', day), ('breakdown', '=', breakdown)])
        return {figure[key]: figure.text for figure in found}

    def test_labels_of_occupations(self):
        """Moved or renumbered: people stay where they were counted first, so no group is known to have become empty."""
        before, group, other = self.cells_now(), self.warehouse.kldb_group_id, self.care.kldb_group_id
        for name, change in {
            'an occupation of ESCO': lambda: self.esco.with_user(self.user_manager).write({'parent_id': self.care.id}),
            'an occupation of KldB': lambda: self.warehouse.with_user(self.user_manager).write({'parent_id': self.care.parent_id.id}),
            'a group': lambda: group.with_user(self.user_manager).write({'parent_id': other.parent_id.id}),
            'its number': lambda: self.warehouse.with_user(self.user_manager).write({'code': '81399'}),
            'the number of the group': lambda: group.with_user(self.user_manager).write({'code': '599'}),
        }.items():
            with self.subTest(change=name), self.cr.savepoint() as savepoint:
                change()
                self.assertEqual(self.publish(), before)
                savepoint.rollback()
            self.env.invalidate_all()
            self.registry.clear_cache()

    def test_an_occupation_without_a_group(self):
        """Mapped later, it would move all who have it on a night that a manager chooses."""
        lone = self.env['outreach.occupation'].create(
            {'scheme': 'esco', 'name': "Test Lonely", 'code': '9321.97', 'uri': 'http://test.example/lonely'}
        )
        self.create_candidates(25, occupation=lone)
        before = self.publish(1)
        lone.with_user(self.user_manager).parent_id = self.care.id
        self.assertEqual(self.publish(2), before)
        self.assertEqual(self.publish(3), before)

    def test_names_of_groups(self):
        """A figure is told of the group that it was counted in, whatever number that has by now."""
        group, other = self.warehouse.kldb_group_id, self.care.kldb_group_id
        self.publish(1)
        before = self.figures('occupation', 'occupation_id')
        self.assertIn(group, before)
        group.with_user(self.user_manager).code = '599'
        other.with_user(self.user_manager).code = '513'
        self.publish(2)
        after = self.figures('occupation', 'occupation_id')
        self.assertEqual((after[group], after.get(other)), (before[group], before.get(other)))

    def test_associations(self):
        """An association is told as the sum of its municipalities, whichever they are now."""
        before = self.cells_now()
        self.bramsche.with_user(self.user_manager).association = "Test Association"
        self.assertEqual(self.publish(1), before)
        told = self.figures('association', 'association')
        self.assertEqual(told["Test Association"], self.figures('municipality', 'municipality_id')[self.bramsche])
        self.bramsche.with_user(self.user_manager).association = "Other Test Association"
        self.assertEqual(self.publish(2), before)
        self.assertEqual(self.figures('association', 'association').get("Other Test Association"), told["Test Association"])

    def test_merged_municipalities(self):
        """The figures of both are added up, and stay so, whoever is written to the new one and if the merger is undone."""

        def by_group(cells):
            found = {}
            for path, people in cells.items():
                found[path[:-1]] = found.get(path[:-1], 0) + people
            return {path: people for path, people in found.items() if people}

        before = by_group(self.cells_now())
        people = self.env['outreach.candidate'].search([('municipality_id', '=', self.melle.id), ('status', '=', 'available')])
        self.melle.with_user(self.user_manager).write({'active': False, 'successor_id': self.bramsche.id})
        merged = self.publish(1)
        self.assertEqual(by_group(merged), before)
        told = self.figures('municipality', 'municipality_id')
        self.assertNotIn(self.melle, told)
        self.assertEqual(told[self.bramsche], f"about {sum(merged.values())}")
        people[:20].municipality_id = self.bramsche
        self.assertEqual(self.publish(2), merged, "as a new import does it")
        self.melle.with_user(self.user_manager).write({'successor_id': False, 'active': True})
        self.assertEqual(self.publish(3), merged)
        told = self.figures('municipality', 'municipality_id')
        self.assertNotIn(self.melle, told)
        self.assertEqual(told[self.bramsche], f"about {sum(merged.values())}", "still told together")

    def test_hamlets(self):
        """Ten told where nine live would be known to be less: told with the largest place around, for ever."""
        Place = self.env['outreach.municipality']
        around = Place.create({'name': "Test Around", 'ags': '03459996', 'population': 900_000})
        hamlet = Place.create({'name': "Test Hamlet", 'ags': '03459997', 'population': 9})
        self.assertEqual(Place._get_hamlets()[hamlet.id], around.id)
        self.assertNotIn(Place.create({'name': "Test Unknown", 'ags': '03459995'}).id, Place._get_hamlets())
        self.create_candidates(8, municipality_id=hamlet.id)
        self.create_candidates(60, municipality_id=around.id)
        cells = self.publish(1)
        self.assertFalse([path for path in cells if path[-1] in (str(hamlet.id), str(around.id))])
        hamlet.with_user(self.user_manager).population = 500
        self.assertEqual(self.publish(2), cells)
        told = self.figures('municipality', 'municipality_id')
        self.assertNotIn(hamlet, told)
        self.assertIn("about", told[around])
        with freeze_time('2026-11-25'):
            for place in (hamlet, around):
                pool = self.create_pool(occupation_ids=[], municipality_ids=[Command.set(place.ids)])
                self.assertEqual(self.ask(pool), told[around])

    def test_merged_and_deleted(self):
        """Who may do so deletes the old one; the new one is told all the same."""
        place = self.env['outreach.municipality'].create(
            {'name': "Test Gone", 'ags': '03459998', 'active': False, 'successor_id': self.bramsche.id}
        )
        self.publish(1)
        told = self.figures('municipality', 'municipality_id')[self.bramsche]
        place.unlink()
        self.publish(2)
        self.assertEqual(self.figures('municipality', 'municipality_id')[self.bramsche], told)
        self.assertNotEqual(told, "not shown")
        pool = self.create_pool(occupation_ids=[], municipality_ids=[Command.set(self.bramsche.ids)])
        with freeze_time('2026-11-25'):
            self.assertEqual(self.ask(pool), told)

    def test_a_place_becomes_empty(self):
        """Everybody may know that nobody is left there, so the table says so."""
        for occupation in (self.warehouse, self.metal):
            for level in ('0_none', '2_a2', '5_c1'):
                self.create_candidates(7, occupation=occupation, municipality_id=self.melle.id, german_level=level)
        self.env['outreach.figure.table'].search([]).unlink()
        self.env['outreach.figure'].search([]).unlink()
        first = self.publish(0)

        def in_melle(cells):
            return sum(people for path, people in cells.items() if path[-1] == str(self.melle.id))

        self.assertGreater(in_melle(first), 100)
        self.env['outreach.candidate'].search([('municipality_id', '=', self.melle.id)]).status = 'left'
        self.assertFalse(in_melle(self.publish(1)))

    def test_who_enters_people_measures_nobody_else(self):
        """Whoever may enter candidates without seeing all of them moves figures of those only whom the own office advises."""
        seen = []
        for others in (0, 2, 7):
            with self.cr.savepoint() as savepoint:
                figures, mine = [], self.env['outreach.candidate']
                self.create_candidates(others, german_level='0_none')
                for night in range(1, 14):
                    mine |= self.create_candidates(1, user=self.user_migration, adviser_id=self.user_migration.id, german_level='0_none')
                    self.publish(night)
                    figures.append(self.figures('occupation', 'occupation_id')[self.warehouse.kldb_group_id])
                for night, candidate in enumerate(mine, start=14):
                    candidate.with_user(self.user_migration).adviser_id = False
                    self.publish(night)
                    figures.append(self.figures('occupation', 'occupation_id')[self.warehouse.kldb_group_id])
                seen.append(figures)
                savepoint.rollback()
            self.env.invalidate_all()
            self.registry.clear_cache()
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[0], seen[2])
        self.assertEqual(len(set(seen[0])), 2, "ten of the own people are seen, and nothing of their leaving the office")

    def test_companies_that_become_one(self):
        """Economic development merges companies when it likes: the figure of the new one is the sum of what was told of both."""
        one, two, three = (self.create_company(f"Test Merged {number}") for number in ('One', 'Two', 'Three'))
        place = self.env['outreach.placement'].create
        for company, placed in ((one, 26), (two, 17), (three, 3)):
            place([{'partner_id': company.id} for __ in range(placed)])
        self.publish(1)
        Table = self.env['outreach.figure.table']
        told = {company: Table._get_cells('placements', self.env.company)[0].get((str(company.id),), 0) for company in (one, two, three)}
        expected = sum(told.values())
        Merge = self.env['base.partner.merge.automatic.wizard'].with_user(self.user_econ).sudo()
        Merge._merge([one.id, two.id], one)
        Merge._merge([one.id, three.id], three)
        self.assertEqual(set(self.env['outreach.placement'].search([('published_partner', '=', two.id)]).partner_id.ids), {three.id})
        for night in (2, 3):
            self.publish(night)
            self.assertEqual(Table._get_placements(three, self.env.company), {three.id: expected})
        place([{'partner_id': three.id} for __ in range(10)])
        self.publish(4)
        self.assertEqual(Table._get_placements(three, self.env.company), {three.id: expected + 10})

    def test_a_placement_that_was_entered_at_the_wrong_company(self):
        """It goes where it belongs, like somebody who left the one and somebody who came to the other."""
        right, wrong = self.create_company("Test Right"), self.create_company("Test Wrong")
        placements = self.env['outreach.placement'].create([{'partner_id': wrong.id} for __ in range(40)])
        self.publish(1)
        placements.with_user(self.user_job).partner_id = right
        self.publish(2)
        self.assertEqual(self.env['outreach.figure.table']._get_placements(wrong | right, self.env.company), {wrong.id: None, right.id: 40})

    def test_companies_are_not_deleted(self):
        """Whether one can be deleted would tell whether somebody was placed there."""
        without, placed = self.create_company("Test Without"), self.create_company("Test Placed")
        self.env['outreach.placement'].create({'partner_id': placed.id})
        told = []
        for company in (without, placed):
            with self.assertRaises(UserError) as caught:
                company.with_user(self.user_econ).unlink()
            told.append(str(caught.exception).replace(company.display_name, ''))
        self.assertEqual(*told)
