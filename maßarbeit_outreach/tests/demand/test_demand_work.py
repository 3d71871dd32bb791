"""Demands in under a minute: skills and occupations suggested, duplicates pointed out."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, users
from odoo.tools import mute_logger

from ..common import MODULE, OutreachCommon


class DemandWorkCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.skills = cls.env['outreach.skill'].create([{'name': f"Test Skill {number}"} for number in range(6)])
        cls.group = cls.env.ref(f'{MODULE}.occupation_244')
        cls.metal = cls.env.ref(f'{MODULE}.occupation_24412')  # of the same group as welding
        cls.welder, cls.cook = cls.env['outreach.occupation'].create(
            [
                {
                    'scheme': 'esco',
                    'code': f'{code}.1',
                    'uri': f'http://data.example/{code}',
                    'name': name,
                    'parent_id': parent.id,
                    'skill_ids': [Command.create({'skill_id': cls.skills[number].id, 'need': need}) for number, need in needs],
                }
                for code, name, parent, needs in (
                    (
                        '7212',
                        "Test Welder",
                        cls.env.ref(f'{MODULE}.occupation_24422'),
                        [(0, 'essential'), (1, 'essential'), (2, 'optional')],
                    ),
                    ('5120', "Test Cook", cls.env.ref(f'{MODULE}.occupation_8'), [(1, 'optional'), (3, 'essential')]),
                )
            ]
        )

    def needs(self, demand):
        return {line.skill_id.name[-1]: (line.need, line.is_suggested) for line in demand.skill_ids}

    def queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.cr.sql_log_count - before


class TestProposals(DemandWorkCommon):
    WELDER = {'0': ('must', True), '1': ('must', True), '2': ('nice', True)}
    COOK = {'1': ('nice', True), '3': ('must', True)}

    @users('test_econ', 'test_job', 'test_manager')
    def test_on_every_way(self):
        by_rpc = self.create_demand(user=self.env.user, occupation_id=self.welder.id)
        self.assertEqual(self.needs(by_rpc), self.WELDER)
        by_rpc.occupation_id = self.cook
        self.assertEqual(self.needs(by_rpc), self.COOK)
        by_rpc.occupation_id = False
        self.assertFalse(by_rpc.skill_ids)
        loaded = by_rpc.load(['name', 'partner_id/.id', 'occupation_id/.id'], [["Imported", str(self.company.id), str(self.welder.id)]])
        self.assertFalse(loaded['messages'])
        self.assertEqual(self.needs(by_rpc.browse(loaded['ids'])), self.WELDER)
        with Form(self.create_visit(user=self.env.user)) as visit, visit.demand_ids.new() as line:
            line.name = "Welder"
            line.occupation_id = self.welder
        self.assertEqual(self.needs(visit.record.demand_ids), self.WELDER)

    @users('test_econ')
    def test_in_the_form(self):
        """Each is removable; what somebody adds or changes stays when the occupation changes, before saving and after."""
        for saved in (False, True):
            with self.subTest(saved=saved):
                form = Form(self.env['outreach.demand'])
                form.partner_id, form.name, form.occupation_id = self.company, "Welder", self.welder
                self.assertEqual([line['need'] for line in form.skill_ids._records], ['must', 'must', 'nice'])
                if saved:
                    form.save()
                names = [self.skills.browse(line['skill_id']).name[-1] for line in form.skill_ids._records]
                with form.skill_ids.edit(names.index('0')) as line:
                    line.need = 'nice'
                form.skill_ids.remove(names.index('2'))
                with form.skill_ids.new() as line:
                    line.skill_id = self.skills[5]
                self.assertEqual(self.needs(form.save()), {'0': ('nice', False), '1': ('must', True), '5': ('must', False)})
                form.occupation_id = self.cook
                self.assertEqual(
                    self.needs(form.save()), {'0': ('nice', False), '1': ('nice', True), '3': ('must', True), '5': ('must', False)}
                )
                form.occupation_id = self.env['outreach.occupation']
                self.assertEqual(self.needs(form.save()), {'0': ('nice', False), '5': ('must', False)})

    def test_who_says_both_is_obeyed(self):
        own = [Command.create({'skill_id': self.skills[5].id, 'need': 'nice'})]
        demand = self.create_demand(occupation_id=self.welder.id, skill_ids=own)
        self.assertEqual(self.needs(demand), {'5': ('nice', False)})
        self.assertFalse(self.create_demand(occupation_id=self.welder.id, skill_ids=[]).skill_ids)
        demand = self.create_demand(occupation_id=self.welder.id)
        demand.skill_ids.filtered(lambda line: line.need == 'nice').unlink()
        self.assertEqual(self.needs(demand.copy()), self.needs(demand), "a copy has what was left, not what was removed")

    def test_the_same_need_stays_the_same_line(self):
        demand = self.create_demand(occupation_id=self.welder.id)
        line = demand.skill_ids.filtered(lambda line: line.skill_id == self.skills[0])
        self.cook.skill_ids = [Command.create({'skill_id': self.skills[0].id, 'need': 'essential'})]
        demand.occupation_id = self.cook
        self.assertEqual(demand.skill_ids.filtered(lambda line: line.skill_id == self.skills[0]), line)

    def test_obsolete_skill_is_not_suggested(self):
        self.skills[0].active = False
        self.assertNotIn('0', self.needs(self.create_demand(occupation_id=self.welder.id)))

    def test_buttons(self):
        demand = self.create_demand(occupation_id=self.welder.id)
        demand.skill_ids.filtered(lambda line: line.skill_id == self.skills[0]).level = '4'
        self.assertEqual(demand.suggested_skill_count, 2)
        demand.action_remove_optional_suggestions()
        self.assertEqual(self.needs(demand), {'0': ('must', False), '1': ('must', True)})
        demand.action_remove_suggestions()
        self.assertEqual(self.needs(demand), {'0': ('must', False)})
        demand.action_suggest_skills()
        self.assertEqual(self.needs(demand), {**self.WELDER, '0': ('must', False)})
        demand.action_accept_suggestions()
        demand.occupation_id = self.cook
        self.assertEqual(self.needs(demand), {'0': ('must', False), '1': ('must', False), '2': ('nice', False), '3': ('must', True)})

    def test_constant_queries(self):
        def create(count):
            return lambda: self.env['outreach.demand'].create(
                [{'partner_id': self.company.id, 'name': "Welder", 'occupation_id': self.welder.id} for __ in range(count)]
            )

        create(1)()
        few = self.queries(create(2))
        self.assertEqual(self.queries(create(30)), few)
        demands = create(40)()

        def change(demands, occupation):
            return lambda: demands.write({'occupation_id': occupation.id})

        self.queries(change(demands[:2], self.cook))
        few = self.queries(change(demands[:2], self.welder))
        self.assertEqual(self.queries(change(demands[2:], self.cook)), few)

    @users('test_migration', 'test_portal')
    @mute_logger('odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_access')
    def test_readers_change_nothing(self):
        demand = self.create_demand(occupation_id=self.welder.id)
        demand.skill_ids[0].unlink()
        left = self.needs(demand)
        demand = demand.with_user(self.env.user)
        for method in (
            'action_suggest_skills',
            'action_remove_suggestions',
            'action_remove_optional_suggestions',
            'action_accept_suggestions',
        ):
            with self.assertRaises(AccessError, msg=method):
                getattr(demand, method)()
        self.env.invalidate_all()
        self.assertEqual(self.needs(demand.sudo()), left)


class TestSuggestions(DemandWorkCommon):
    @users('test_econ')
    def test_suggestions(self):
        Demand = self.env['outreach.demand']
        found = Demand.suggest_occupations("Test Welder")
        self.assertEqual((found[0]['id'], found[0]['name']), (self.welder.id, "Test Welder"))
        self.assertEqual(found[0]['details'], f"{self.welder.kldb_id.code} · Skilled worker")
        self.assertIn(self.welder.id, [entry['id'] for entry in Demand.suggest_occupations("two Welder")])
        self.assertLessEqual(len(Demand.suggest_occupations("er")), 5)
        for words in ("", "w", " ", "\x00", None, False, 12, ["Welder"], "q" * 5000):
            self.assertEqual(Demand.suggest_occupations(words), [], words)

    @users('test_portal', 'test_helper')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_catalogue_is_closed(self):
        with self.assertRaises(AccessError):
            self.env['outreach.demand'].suggest_occupations("Test Welder")

    @users('test_econ', 'test_job')
    def test_quick_entry(self):
        """From visit and company: company and visit are there, the words stay as they are."""
        visit = self.create_visit(user=self.env.user)
        for source, wanted in (
            (visit.action_quick_demand(), visit),
            (self.company.with_user(self.env.user).action_quick_outreach_demand(), visit.browse()),
        ):
            self.assertEqual(source['target'], 'new')
            form = Form(self.env['outreach.demand'].with_context(**source['context']), view=source['views'][0][0])
            form.name = "jemand, der  schweißt"
            form.occupation_id = self.welder
            form.positions = 3
            demand = form.save()
            self.assertEqual(
                (demand.name, demand.positions, demand.partner_id, demand.visit_id), ("jemand, der  schweißt", 3, self.company, wanted)
            )
            self.assertEqual(len(demand.skill_ids), 3)
            told = demand.action_quick_done()['params']
            self.assertIn("jemand, der  schweißt · 3 positions", told['message'])
            methods = [step['method'] for step in told['steps']]
            matches = ['action_view_matches'] if self.env.user == self.user_job else []
            self.assertEqual(methods, [*matches, 'get_formview_action', *([] if wanted else ['action_plan_outreach_visit'])])
            for step in told['steps']:
                self.assertTrue(getattr(self.env[step['model']].browse(step['id']), step['method'])())
            again = demand.action_quick_another()
            self.assertEqual(again['context'], {'default_partner_id': self.company.id, 'default_visit_id': wanted.id})

    @users('test_econ')
    def test_after_a_call(self):
        Log = self.env['outreach.contact.log'].with_context(default_partner_ids=[Command.set(self.company.ids)])
        action = Log.create({}).action_log_and_demand()
        visit = self.company.outreach_visit_ids
        self.assertEqual((visit.stage, visit.result), ('done', 'demand_recorded'))
        self.assertEqual(action['context'], {'default_partner_id': self.company.id, 'default_visit_id': visit.id})
        both = self.env['outreach.contact.log'].create({'partner_ids': [Command.set((self.company | self.other_company).ids)]})
        with self.assertRaisesRegex(UserError, "one company"):
            both.action_log_and_demand()


class TestDuplicates(DemandWorkCommon):
    def duplicates(self, demand):
        return self.env['outreach.demand'].browse(entry['id'] for entry in demand.duplicates)

    def test_what_looks_alike(self):
        first = self.create_demand(name="Welder TIG", occupation_id=self.welder.id)
        same_group = self.create_demand(name="Locksmith", occupation_id=self.metal.id)
        by_title = self.create_demand(name="Welder (m/w/d)")
        by_occupation = self.create_demand(name="Somebody who joins metal", occupation_id=self.welder.id)
        other = self.create_demand(name="Cook", occupation_id=self.cook.id)
        elsewhere = self.create_demand(self.other_company, name="Welder TIG", occupation_id=self.welder.id)
        over = self.create_demand(name="Welder TIG", stage='closed', closed_reason='need_gone')
        archived = self.create_demand(name="Welder TIG", active=False)
        self.assertEqual(list(self.duplicates(first)), [by_occupation, by_title, same_group])
        for demand in (other, elsewhere, over, archived):
            self.assertFalse(demand.duplicates, demand.name)
        self.assertEqual(
            first.duplicates[0],
            {
                'id': by_occupation.id,
                'name': "Somebody who joins metal",
                'occupation': "Test Welder",
                'positions': 1,
                'positions_open': 1,
                'stage': "Recorded",
            },
        )

    @users('test_econ')
    def test_while_typing(self):
        known = self.create_demand(name="Welder TIG", occupation_id=self.welder.id)
        form = Form(self.env['outreach.demand'], view=f'{MODULE}.outreach_demand_view_form_quick')
        self.assertFalse(form.duplicates)
        form.partner_id, form.name = self.company, "welders"
        self.assertFalse(form.duplicates)
        form.occupation_id = self.welder
        self.assertEqual([entry['id'] for entry in form.duplicates], known.ids)

    def test_constant_queries(self):
        demands = self.env['outreach.demand'].create(
            [
                {'partner_id': company.id, 'name': f"Welder {number}", 'occupation_id': self.welder.id}
                for number in range(10)
                for company in (self.company, self.other_company)
            ]
        )
        self.queries(demands[:2]._get_duplicates)
        few = self.queries(demands[:2]._get_duplicates)
        self.assertLessEqual(self.queries(demands._get_duplicates), few)
        self.assertEqual(len(demands._get_duplicates()[demands[0]]), 9)

    @users('test_job')
    def test_raise(self):
        demand = self.create_demand(name="Welder", positions=3, positions_filled=3)
        with self.assertRaisesRegex(UserError, "not open any more"):
            demand.with_user(self.env.user).action_raise(2, 3)
        demand.write({'positions_filled': 1})
        self.assertEqual(demand.with_user(self.env.user).action_raise(2, 3, "Leute zum Schweißen"), 5)
        self.assertEqual((demand.positions, demand.stage), (5, 'partly_filled'))
        self.assertIn("Leute zum Schweißen", demand.message_ids[0].body)
        for bad in (0, -1, 501, "2", 1.5, None):
            with self.assertRaises(UserError, msg=str(bad)):
                demand.with_user(self.env.user).action_raise(bad, 5)
        self.assertEqual(demand.positions, 5)

    @users('test_job')
    def test_raise_once(self):
        """Who saw another number than there is by now is told who was there before; the same request again changes nothing."""
        demand = self.create_demand(name="Welder", positions=3).with_user(self.env.user)
        self.assertEqual(demand.action_raise(2, seen=3, intention='one'), 5)
        messages = len(demand.message_ids)
        self.assertEqual(demand.action_raise(2, seen=3, intention='one'), 5)
        for intention in ('two', False):
            with self.assertRaisesRegex(UserError, f"for 5 positions by now: {self.env.user.name}"):
                demand.action_raise(2, seen=3, intention=intention)
        with self.assertRaises(UserError):
            demand.action_raise(2, seen=None)
        self.assertEqual((demand.positions, len(demand.message_ids)), (5, messages))
        self.assertEqual(demand.action_raise(2, seen=5, intention='two'), 7)
        with self.assertRaises(UserError):
            demand.action_raise(2, seen=3, intention='one')
        self.assertFalse(demand.copy().sudo().raise_intention)

    @users('test_job')
    def test_raise_instead_of_a_saved_one(self):
        """As for a demand from the portal: the officer who checks it sees the other one."""
        first = self.create_demand(name="Welder", positions=2)
        portal = self.env['outreach.demand'].with_user(self.user_portal)._create_from_portal({'name': "Welders", 'positions': "4"})
        portal.write({'occupation_id': self.welder.id})
        first.occupation_id = self.welder
        portal, first = portal.with_user(self.env.user), first.with_user(self.env.user)
        self.assertEqual([entry['id'] for entry in portal.duplicates], first.ids)
        first.action_raise(positions=1, seen=2, instead_of_id=portal.id)
        self.assertEqual((first.positions, portal.stage, portal.closed_reason), (6, 'closed', 'duplicate'))
        with self.assertRaisesRegex(UserError, "closed meanwhile"):
            first.action_raise(positions=4, seen=6, instead_of_id=portal.id)
        self.assertEqual(first.positions, 6)
        for wrong in (first, self.create_demand(self.other_company)):
            with self.assertRaisesRegex(UserError, "same company"):
                first.action_raise(positions=1, seen=6, instead_of_id=wrong.id)

    @users('test_portal', 'test_migration')
    @mute_logger('odoo.models', 'odoo.orm.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_access')
    def test_nobody_else_raises(self):
        demand = self.create_demand(name="Welder")
        self.create_demand(name="Welder")
        with self.assertRaises(AccessError):
            demand.with_user(self.env.user).action_raise(2, 1)
        if self.env.user == self.user_portal:
            with self.assertRaises(AccessError):
                demand.with_user(self.env.user).read(['duplicates'])
        self.assertEqual(demand.positions, 1)
        self.assertTrue(json.dumps(demand.duplicates))
