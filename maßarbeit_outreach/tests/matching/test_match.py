"""Matches as the client asks for them, who may, and what somebody decides on them."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import users
from odoo.tools import mute_logger

from ...models.matching import outreach_match, outreach_match_query, outreach_pool
from ..common import MODULE, OutreachCommon

# Each way to people by their matches, as a function of the environment, the demand's and the match's id.
WAYS = {
    'search': lambda env, demand, match: env['outreach.match'].search([('demand_id', '=', demand)]),
    'search_count': lambda env, demand, match: env['outreach.match'].search_count([('demand_id', '=', demand)]),
    'search_read': lambda env, demand, match: env['outreach.match'].search_read([('demand_id', '=', demand)], ['name']),
    'web_search_read': lambda env, demand, match: env['outreach.match'].web_search_read([('demand_id', '=', demand)], {'name': {}}),
    'read': lambda env, demand, match: env['outreach.match'].browse(match).read(['name']),
    'web_read': lambda env, demand, match: env['outreach.match'].browse(match).web_read({'explanation': {}}),
    'explanation': lambda env, demand, match: env['outreach.match'].browse(match).explanation,
    'group': lambda env, demand, match: env['outreach.match'].formatted_read_group([('demand_id', '=', demand)], ['fit'], ['__count']),
    'web group': lambda env, demand, match: env['outreach.match'].web_read_group([('demand_id', '=', demand)], ['user_id'], ['__count']),
    'name_search': lambda env, demand, match: env['outreach.match'].name_search('K-', [('demand_id', '=', demand)]),
    'display name': lambda env, demand, match: env['outreach.match'].browse(match).display_name,
    'export': lambda env, demand, match: env['outreach.match'].browse(match).export_data(['name']),
    'select': lambda env, demand, match: env['outreach.match'].browse(match).action_select(),
    'counts': lambda env, demand, match: env['outreach.match.count'].search([]),
    'counts by demand': lambda env, demand, match: env['outreach.demand'].search([('match_count_ids.fits_now', '>', 0)]),
    'proposals': lambda env, demand, match: env['outreach.proposal'].search([]),
    'proposals of demand': lambda env, demand, match: (
        env['outreach.demand'].browse(demand).web_read({'proposal_ids': {'fields': {'candidate_id': {}}}})
    ),
}


class MatchCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env['outreach.match'])
        cls.tig, cls.mig, cls.steel = cls.env['outreach.skill'].create(
            [{'name': name} for name in ("TIG welding", "MIG welding", "Steel construction")]
        )
        cls.env['outreach.skill.relation'].create({'skill_id': cls.tig.id, 'related_id': cls.mig.id, 'kind': 'optional'})
        cls.company.outreach_vetting = 'checked'
        cls.demand = cls.create_demand(
            name="Welder",
            user=cls.user_job,
            language_level='3_b1',
            municipality_id=cls.bramsche.id,
            skill_ids=[
                Command.create({'skill_id': cls.tig.id, 'level': '2'}),
                Command.create({'skill_id': cls.steel.id, 'level': '2', 'need': 'nice'}),
            ],
        )
        cls.fits = cls.create_candidate({cls.tig: 2, cls.steel: 2})
        cls.learns = cls.create_candidate(
            {cls.mig: 3},
            german_level='2_a2',
            barrier_ids=[
                Command.create(
                    {
                        'kind': 'language',
                        'state': 'in_work',
                        'agency_id': cls.agency_migration.id,
                        'user_id': cls.user_migration.id,
                        'date_until': '2027-03-31',
                    }
                )
            ],
        )
        cls.lacks = cls.create_candidate({cls.tig: 4}, german_level='1_a1')
        cls.apart = cls.create_candidate({})

    @classmethod
    def create_candidate(cls, skills, **values):
        return cls.env['outreach.candidate'].create(
            {
                'german_level': '4_b2',
                'permission': 'free',
                'municipality_id': cls.bramsche.id,
                'user_id': cls.user_job.id,
                'available_from': cls.today,
                'skill_ids': [Command.create({'skill_id': skill.id, 'level': str(level)}) for skill, level in skills.items()],
                **values,
            }
        )

    def match_of(self, candidate, demand=None, user=None):
        number = outreach_match_query.join_id((demand or self.demand).id, candidate.id)
        return self.env['outreach.match'].with_user(user or self.user_job).browse(number)

    def found(self, domain, user=None, **kwargs):
        return self.env['outreach.match'].with_user(user or self.user_job).search(domain, **kwargs)


class TestMatch(MatchCommon):
    def test_best_first_and_only_with_something_in_common(self):
        matches = self.found([('demand_id', '=', self.demand.id)])
        self.assertEqual(matches.candidate_id, self.fits | self.learns | self.lacks)
        self.assertEqual(matches.mapped('candidate_id.id'), [self.fits.id, self.learns.id, self.lacks.id])
        self.assertEqual(matches.mapped('fit'), ['1_now', '2_when', '3_not'])
        self.assertEqual(matches.mapped('score'), [1000, 375, 750])
        self.assertEqual(matches.mapped('gate_language'), ['pass', 'passable', 'fail'])
        self.assertEqual(matches.mapped('distance_km'), [0, 0, 0])

    def test_unknown_german_is_not_none(self):
        """It is pointed out, on every way to the answer, and keeps nobody out."""
        unknown = self.create_candidate({self.tig: 2, self.steel: 2}, german_level=False)
        match = self.match_of(unknown)
        self.assertEqual((match.fit, match.gate_language, match.reasons), ('2_when', 'passable', "Level of German is not known"))
        self.assertIn(unknown, self.found([('fit', '=', '2_when'), ('demand_id', '=', self.demand.id)]).candidate_id)
        self.demand.language_level = False
        self.env.invalidate_all()
        self.assertEqual(match.gate_language, 'pass')

    def test_a_demand_that_asks_for_nothing(self):
        open_demand = self.create_demand(user=self.user_job)
        found = self.found([('demand_id', '=', open_demand.id)])
        self.assertLessEqual(self.fits | self.learns | self.lacks | self.apart, found.candidate_id)
        self.assertEqual(set(found.mapped('score')), {1000})

    def test_a_change_shows_in_the_next_question(self):
        """Nothing is rebuilt: neither after a change of the candidate, nor of the demand, nor of the company."""
        match = self.match_of(self.learns)
        self.assertEqual((match.fit, match.score), ('2_when', 375))
        self.learns.barrier_ids.state = 'lifted'
        self.env.invalidate_all()
        self.assertEqual(match.fit, '3_not')
        self.learns.german_level = '3_b1'
        self.learns.skill_ids = [Command.create({'skill_id': self.tig.id, 'level': '1'})]
        self.env.invalidate_all()
        self.assertEqual((match.fit, match.score), ('1_now', 375), "half of the skill itself is as much as the related one")
        self.demand.language_level = '5_c1'
        self.env.invalidate_all()
        self.assertEqual(match.fit, '3_not')
        self.demand.write({'language_level': False, 'driving_licence': "class B"})
        self.env.invalidate_all()
        self.assertEqual((match.fit, match.gate_licence), ('3_not', 'fail'))
        self.learns.driving_licence = 'CE'
        self.company.outreach_vetting = 'new'
        self.env.invalidate_all()
        self.assertEqual((match.fit, match.gate_vetting), ('2_when', 'passable'))
        self.learns.skill_ids.unlink()
        self.env.invalidate_all()
        self.assertFalse(match.exists())
        self.assertFalse(match.read(['fit']))
        with self.assertRaises(MissingError):
            self.assertFalse(match.fit)

    def test_who_is_not_looked_for_work_for(self):
        for values in ({'status': 'placed'}, {'status': 'left'}, {'active': False}):
            candidate = self.create_candidate({self.tig: 2}, **values)
            self.assertNotIn(candidate, self.found([('demand_id', '=', self.demand.id)]).candidate_id, values)
        paused = self.create_candidate({self.tig: 2}, status='paused', paused_until=self.today + timedelta(days=9))
        self.assertEqual(self.match_of(paused).gate_availability, 'passable')
        self.assertEqual(self.match_of(paused).reasons.split(' · ')[0], f"Free from {self.today + timedelta(days=10):%m/%d/%Y}")

    def test_buses_do_not_run_at_night(self):
        self.fits.write({'is_bus_only': True, 'does_shifts': True})
        match = self.match_of(self.fits)
        self.assertEqual(match.gate_reach, 'pass')
        self.demand.sudo().is_shift = True
        self.env.invalidate_all()
        self.assertEqual((match.fit, match.gate_reach), ('2_when', 'passable'))
        self.assertIn("Bus and train only, shift work: a lift is needed", match.reasons)
        found = self.demand.with_user(self.user_job)._count_matches()[self.demand.id]
        self.assertEqual(found['what_if']['lift'], [0, 1], "one more at once")
        self.demand.sudo().municipality_id = self.env.ref(f'{MODULE}.municipality_03459033')
        self.fits.reach_km = 5
        self.env.invalidate_all()
        self.assertEqual(match.gate_reach, 'fail', "too far stays too far")
        self.fits.write({'has_vehicle': True, 'reach_km': 500})
        self.env.invalidate_all()
        self.assertEqual(match.gate_reach, 'pass')

    def test_from_the_candidate(self):
        other = self.create_demand(name="Metal Worker", skill_ids=[Command.create({'skill_id': self.mig.id})])
        closed = self.create_demand(
            name="Gone", stage='closed', closed_reason='need_gone', skill_ids=[Command.create({'skill_id': self.mig.id})]
        )
        found = self.found([('candidate_id', '=', self.learns.id)])
        self.assertEqual(found.demand_id, self.demand | other, "open demands, whoever keeps them")
        self.assertNotIn(closed, found.demand_id)
        self.assertEqual(self.found([('candidate_id', '=', self.learns.id), ('demand_id', '=', closed.id)]).demand_id, closed)

    def test_pools_and_other_ways_to_name_them(self):
        """Both ends by any condition on them, e.g. the members of a pool and the demands of a company."""
        some = self.fits | self.lacks
        self.assertEqual(self.found([('candidate_id', 'in', some.ids), ('demand_id.partner_id', '=', self.company.id)]).candidate_id, some)
        self.assertEqual(
            self.found([('candidate_id.german_level', '=', '1_a1'), ('demand_id', '=', self.demand.id)]).candidate_id, self.lacks
        )
        self.assertFalse(self.found([('candidate_id', 'in', []), ('demand_id', '=', self.demand.id)]))
        self.assertFalse(self.found([('candidate_id', '=', False)]))

    def test_without_a_question_it_is_about_my_open_demands(self):
        theirs = self.create_demand(skill_ids=[Command.create({'skill_id': self.tig.id})])
        self.assertEqual(self.found([]).demand_id, self.demand)
        self.assertEqual(self.found(['|', ('demand_id', '=', theirs.id), ('score', '>', 0)]).demand_id, self.demand)
        self.demand.sudo().user_id = self.user_econ
        self.assertFalse(self.found([]))
        self.assertFalse(self.found([('demand_id', '!=', self.demand.id)]))

    def test_more_open_demands_than_can_be_compared(self):
        """It opens with those that most people fit by the last count."""
        Match = self.env['outreach.match'].with_user(self.user_job)
        self.patch(outreach_match, 'MOST_DEMANDS', 1)
        later = self.create_demand(skill_ids=[Command.create({'skill_id': self.tig.id})], user_id=self.user_job.id)
        self.assertEqual(Match._get_own_demands(), later.ids, "not counted yet: the latest")
        self.env['outreach.match.count'].create(
            [
                {'demand_id': demand.id, 'fits_now': fits, 'fits_when': 0, 'date': '2026-11-01 00:00:00'}
                for demand, fits in ((self.demand, 2), (later, 1))
            ]
        )
        self.env.flush_all()
        self.assertEqual(Match._get_own_demands(), self.demand.ids)
        self.assertEqual(self.found([]).demand_id, self.demand)

    def test_too_much_at_once(self):
        for name, value in (('MOST_DEMANDS', 0), ('MOST_PAIRS', 1)):
            with self.subTest(name=name):
                self.patch(outreach_match, name, value)
                domain = [('demand_id', 'in', self.demand.ids)]
                if name == 'MOST_PAIRS':
                    domain += [('candidate_id', 'in', (self.fits | self.lacks).ids)]
                with self.assertRaisesRegex(UserError, "Choose a demand"):
                    self.found(domain)

    def test_bad_input(self):
        for number in (-1, 0, 1, 1 << 32, 1 << 60, (1 << 53) + 5, outreach_match_query.join_id(self.demand.id, 1 << 31)):
            self.assertFalse(self.found([('id', '=', number)]), number)
        with self.assertRaises(UserError):
            self.found([('demand_id', '=', self.demand.id)], order='candidate_id; DROP TABLE x')
        with self.assertRaises(ValueError):
            self.found([('demand_id', '=', self.demand.id)], order='nobody')
        answer = call_kw(
            self.env['outreach.match'].with_user(self.user_job),
            'web_search_read',
            [[('demand_id', '=', self.demand.id)], {'name': {}}],
            {'limit': 10**9, 'offset': 10**9},
        )
        self.assertEqual(answer, {'length': 0, 'records': []})
        for domain in ([('demand_id', '=', 10**6)], [('demand_id', '=', False)], [('demand_id', 'in', [])], [('demand_id', '=', 'x')]):
            self.assertFalse(self.found(domain), domain)
        for method, values in (('create', {}), ('write', {'score': 1000})):
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
                getattr(self.match_of(self.fits), method)(values)

    def test_as_the_client_asks(self):
        """Filters, groups, sorting and paging of the standard client."""
        Match = self.env['outreach.match'].with_user(self.user_job)
        domain = [('demand_id', '=', self.demand.id)]
        specification = {'name': {}, 'fit': {}, 'score': {}, 'municipality_id': {'fields': {'display_name': {}}}, 'reasons': {}}
        page = Match.web_search_read(domain, specification, limit=2)
        self.assertEqual((page['length'], len(page['records'])), (3, 2))
        self.assertEqual(page['records'][0]['municipality_id'], {'id': self.bramsche.id, 'display_name': "Bramsche"})
        self.assertEqual(page['records'][1]['reasons'], "German A2 of B1 · Missing: Steel construction · Partly: TIG welding")
        self.assertEqual(Match.web_search_read(domain, specification, limit=2, offset=2)['length'], 3)
        self.assertEqual(Match.web_search_read(domain, specification, limit=1, count_limit=2)['length'], 2)
        self.assertEqual(Match.search_count(domain), 3)
        worst = Match.web_search_read(domain, {'name': {}}, limit=1, order='fit desc, score asc')
        self.assertEqual(worst['records'][0]['name'], self.lacks.name)
        self.assertEqual(Match.search(domain, order='score desc, id').candidate_id.ids, [self.fits.id, self.lacks.id, self.learns.id])
        self.assertEqual(self.found([*domain, ('fit', 'in', ('1_now', '2_when'))]).candidate_id, self.fits | self.learns)
        self.assertEqual(self.found([*domain, ('gate_language', '!=', 'pass')]).candidate_id, self.learns | self.lacks)
        groups = Match.formatted_read_group(domain, ['fit'], ['__count', 'score:max'])
        self.assertEqual(
            [(group['fit'], group['__count'], group['score:max']) for group in groups],
            [('1_now', 1, 1000), ('2_when', 1, 375), ('3_not', 1, 750)],
        )
        for name in ('municipality_id', 'german_level', 'user_id', 'demand_id', 'permission'):
            self.assertEqual(sum(group['__count'] for group in Match.formatted_read_group(domain, [name], ['__count'])), 3, name)

    def test_constant_number_of_queries(self):
        demand = self.demand.with_user(self.user_job)
        specification = {'name': {}, 'fit': {}, 'score': {}, 'reasons': {}, 'municipality_id': {'fields': {'display_name': {}}}}

        def ask():
            self.env.flush_all()
            self.env.invalidate_all()
            self.env.cr.cache.clear()  # as another request
            before = self.env.cr.sql_log_count
            length = demand.env['outreach.match'].web_search_read([('demand_id', '=', demand.id)], specification, limit=50)['length']
            return length, self.env.cr.sql_log_count - before

        ask()
        few, queries = ask()
        for number in range(20):
            self.create_candidate({self.tig: 1 + number % 4}, german_level='2_a2')
        many, queries_of_many = ask()
        self.assertEqual((few, many), (3, 23))
        self.assertEqual(queries, queries_of_many)
        self.assertLessEqual(queries, 20)

    def test_page_in_groups(self):
        """With its groups open: the demand is read once for all of them, and queries do not grow with people."""
        Match = self.env['outreach.match'].with_user(self.user_job)
        specification = {'name': {}, 'main_reason': {}, 'musts': {}, 'reached': {}, 'proposal_id': {'fields': {'display_name': {}}}}
        loads = []

        def ask():
            self.env.flush_all()
            self.env.invalidate_all()
            self.env.cr.cache.clear()
            before = self.env.cr.sql_log_count
            with patch.object(type(Match), '_load_demands', lambda model, domain: loads.append(domain) or load(model, domain)):
                page = Match.web_read_group(
                    [('demand_id', '=', self.demand.id)], ['fit'], auto_unfold=True, unfold_read_specification=specification
                )
            return page['groups'], self.env.cr.sql_log_count - before

        load = type(Match)._load_demands
        ask()
        loads.clear()
        groups, queries = ask()
        self.assertEqual([group['fit'] for group in groups], ['1_now', '2_when', '3_not'])
        self.assertEqual(
            [row['name'] for group in groups for row in group['__records']],
            [person.name for person in (self.fits, self.learns, self.lacks)],
        )
        self.assertEqual(len(loads), 1)
        for number in range(20):
            self.create_candidate({self.tig: 1 + number % 4}, german_level='2_a2')
        groups, queries_of_many = ask()
        self.assertEqual([group['__count'] for group in groups], [1, 1, 21])
        self.assertEqual(queries, queries_of_many)
        self.assertLessEqual(queries, 30)

    def test_ask_about_this_job(self):
        """From the match to the immigration office, with person and job filled in."""
        waits = self.create_candidate({self.tig: 2}, permission='with_permit')
        match = self.match_of(waits)
        self.assertEqual(match.gate_permission, 'passable')
        context = match.action_ask_permission()['context']
        request = self.env['outreach.permit.request'].with_user(self.user_job).with_context(**context).new()
        self.assertEqual((request.candidate_id, request.demand_id, request.partner_id), (waits, self.demand, self.company))
        with self.assertRaises(AccessError):
            match.with_user(self.user_econ).action_ask_permission()

    def test_counts_in_place_of_a_share(self):
        match = self.match_of(self.learns)
        self.assertEqual(match.reached, "1 of 1, 1 in part")
        page = str(match.explanation)
        self.assertIn("Fits if …:", page)
        beginner = self.create_candidate({self.steel: 2})
        match = self.match_of(beginner)
        self.assertEqual((match.fit, match.reached), ('2_zero', "0 of 1"))
        self.assertIn("Has all to learn", str(match.explanation))
        self.assertEqual(
            self.found([('demand_id', '=', self.demand.id)])[-2:].candidate_id, beginner | self.lacks, "before who does not fit"
        )

    def test_a_line_of_the_list(self):
        match = self.match_of(self.learns)
        self.assertEqual(match.main_reason, "German A2 of B1 and 2 more")
        self.assertEqual(match.musts, {'reached': 0, 'partly': 1, 'missing': 0})
        match = self.match_of(self.fits)
        self.assertFalse(match.main_reason)
        self.assertEqual(match.musts, {'reached': 1, 'partly': 0, 'missing': 0})

    def test_a_condition_becomes_a_plan(self):
        """Where nobody sees to it yet; what a proposal keeps has no buttons."""
        unknown = self.create_candidate({self.tig: 2}, german_level=False)
        match = self.match_of(unknown)
        self.assertIn('data-outreach-gate="language"', str(match.explanation))
        self.assertNotIn('data-outreach-gate', str(self.match_of(self.learns).explanation), "somebody does")
        context = match.with_context(outreach_gate='language').action_plan()['context']
        barrier = self.env['outreach.barrier'].with_user(self.user_job).with_context(**context).create({})
        self.assertEqual((barrier.candidate_id, barrier.kind, barrier.user_id), (unknown, 'language', self.user_job))
        self.assertFalse(match.with_context(outreach_gate='no such').action_plan()['context']['default_kind'])
        with self.assertRaises(AccessError):
            match.with_user(self.user_econ).with_context(outreach_gate='language').action_plan()
        match.action_select()
        proposal = self.env['outreach.proposal'].with_user(self.user_job).search([('candidate_id', '=', unknown.id)])
        self.assertNotIn('data-outreach-action', str(proposal.explanation))

    def test_proposals_of_before(self):
        """They have one plan for all conditions."""
        self.match_of(self.learns).action_select()
        proposal = self.env['outreach.proposal'].sudo().search([('candidate_id', '=', self.learns.id)])
        reasons = proposal.reasons
        self.assertTrue([gate for gate in reasons['gates'] if gate.pop('plan')])
        reasons['plan'] = [{'kind': "Mobility", 'state': "Open", 'agency': "", 'person': "", 'until': "", 'instrument': "", 'note': ""}]
        reasons.pop('counts')
        proposal.reasons = reasons
        page = str(proposal.explanation)
        self.assertIn("Mobility", page)
        self.assertEqual(page.count("What Has to Happen"), 1)

    def test_explanation(self):
        found = self.match_of(self.learns)._explain()[self.match_of(self.learns).id]
        self.assertEqual((found['fit'], found['score']), ('2_when', 375))
        self.assertEqual(
            [(skill['name'], skill['state'], skill['by']) for skill in found['skills']],
            [("TIG welding", 'partly', "MIG welding"), ("Steel construction", 'missing', "")],
        )
        self.assertEqual(
            [(gate['key'], gate['text']) for gate in found['gates'] if gate['answer'] != 'pass'], [('language', "German A2 of B1")]
        )
        plan = {
            'kind': "Language",
            'state': "In work",
            'agency': "Test Migration Centre",
            'person': "Test Migration",
            'until': "03/31/2027",
            'instrument': "",
            'note': "",
        }
        self.assertEqual({gate['key']: gate['plan'] for gate in found['gates'] if gate['plan']}, {'language': [plan]})
        page = str(self.match_of(self.learns).explanation)
        for words in ("counts half by MIG welding", "Test Migration Centre", "German A2 of B1", "03/31/2027"):
            self.assertIn(words, page)
        self.tig.name = "<script>alert(1)</script>"
        self.env.invalidate_all()
        self.assertNotIn('<script>', str(self.match_of(self.learns).explanation))


class TestMatchWays(MatchCommon):
    """The buttons that lead to matches, and from a match on."""

    def shown(self, action):
        """What the list shows that an action opens."""
        return self.found(action['domain'])

    def test_from_the_demand_and_the_candidate(self):
        other = self.create_demand(name="Metal Worker", skill_ids=[Command.create({'skill_id': self.mig.id})])
        self.assertEqual(self.shown(self.demand.with_user(self.user_job).action_view_matches()).demand_id, self.demand)
        self.assertEqual(self.shown(self.learns.with_user(self.user_job).action_view_matches()).demand_id, self.demand | other)

    def test_from_the_pool(self):
        """Its members against the open ones of its demands; without one, against all open demands."""
        pool = (
            self.env['outreach.pool']
            .with_user(self.user_job)
            .create({'name': "Welders", 'member_ids': [Command.set((self.fits | self.lacks).ids)]})
        )
        other, gone = (self.create_demand(name=name, skill_ids=[Command.create({'skill_id': self.tig.id})]) for name in ("Fitter", "Gone"))
        gone.write({'stage': 'closed', 'closed_reason': 'need_gone'})
        found = self.shown(pool.action_view_matches())
        self.assertEqual((found.candidate_id, found.demand_id), (self.fits | self.lacks, self.demand | other))
        pool.demand_ids = gone
        self.assertEqual(self.shown(pool.action_view_matches()).demand_id, self.demand | other)
        pool.demand_ids |= other
        found = self.shown(pool.action_view_matches())
        self.assertEqual((found.candidate_id, found.demand_id), (self.fits | self.lacks, other))
        pool.excluded_ids = self.fits
        self.assertEqual(self.shown(pool.action_view_matches()).candidate_id, self.lacks, "as the pool is now")
        self.patch(outreach_pool, 'MOST_PAIRS', 0)
        pool.action_view_matches()
        pool.demand_ids = gone
        with self.assertRaisesRegex(UserError, "Link the pool to the demands"):
            pool.action_view_matches()

    def test_from_a_row(self):
        match = self.match_of(self.fits)
        for action, record in ((match.action_open_candidate(), self.fits), (match.action_open_demand(), self.demand)):
            self.assertEqual((action['res_model'], action['res_id']), (record._name, record.id))

    @users('test_econ', 'test_manager', 'test_helper', 'test_immigration', 'test_dpo', 'test_internal')
    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_no_way_for_others(self):
        pool = self.env['outreach.pool'].sudo().create({'name': "Welders", 'member_ids': [Command.set(self.fits.ids)]})
        for record in (self.fits, pool, self.demand):
            with self.subTest(model=record._name):
                env = self.env[record._name]
                if record._name != 'outreach.candidate' and env.has_access('read'):
                    self.assertNotIn('action_view_matches', env.get_view(view_type='form')['arch'])
                with self.assertRaises(AccessError):
                    self.found(record.with_user(self.env.user).action_view_matches()['domain'], self.env.user)
        for way in ('action_open_candidate', 'action_open_demand'):
            with self.subTest(way=way), self.assertRaises(AccessError):
                getattr(self.match_of(self.fits, user=self.env.user), way)()

    @users('test_migration')
    def test_the_migration_centre_has_the_buttons(self):
        for model in ('outreach.candidate', 'outreach.pool', 'outreach.demand'):
            self.assertIn('action_view_matches', self.env[model].get_view(view_type='form')['arch'], model)


class TestMatchAccess(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['outreach.match.count'].create({'demand_id': cls.demand.id, 'date': fields.Datetime.now()})
        cls.advised = cls.create_candidate({cls.tig: 3}, adviser_id=cls.user_migration.id)

    def _allow_export(self, user):
        self.allow_person_export(user)

    def test_every_way_is_a_way(self):
        """Precondition of the test below: the job centre gets through with each of them."""
        self._allow_export(self.user_job)
        for name, way in WAYS.items():
            with self.subTest(way=name):
                self.env.invalidate_all()
                way(self.env(user=self.user_job), self.demand.id, self.match_of(self.fits).id)

    @users('test_econ', 'test_manager', 'test_helper', 'test_immigration', 'test_dpo', 'test_internal')
    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_closed(self):
        self._allow_export(self.env.user)
        for name, way in WAYS.items():
            with self.subTest(way=name, user=self.env.user.login):
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    way(self.env, self.demand.id, self.match_of(self.fits).id)

    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_closed_to_employers(self):
        self._allow_export(self.user_portal)
        env = self.env(user=self.user_portal)
        for name, way in WAYS.items():
            with self.subTest(way=name), self.assertRaises(AccessError):
                self.env.invalidate_all()
                way(env, self.demand.id, self.match_of(self.fits).id)

    @users('test_migration')
    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_migration_centre_sees_whom_it_advises(self):
        domain = [('demand_id', '=', self.demand.id)]
        self.assertEqual(self.found(domain, self.env.user).candidate_id, self.advised)
        groups = self.env['outreach.match'].formatted_read_group(domain, ['german_level'], ['__count'])
        self.assertEqual([group['__count'] for group in groups], [1])
        forged = self.match_of(self.fits, user=self.env.user)
        self.assertFalse(forged.search([('id', '=', forged.id)]))
        self.assertFalse(forged.explanation)
        with self.assertRaises(AccessError):
            forged.read(['fit'])
        with self.assertRaises(AccessError):
            self.match_of(self.advised, user=self.env.user).action_select()
        self.assertIn("Fits now: 1 · ", str(self.demand.with_user(self.env.user).what_if))
        for way in ('counts', 'counts by demand'):  # counts of all, not only of those
            with self.subTest(way=way), self.assertRaises(AccessError):
                WAYS[way](self.env, self.demand.id, forged.id)

    def test_other_organisation(self):
        elsewhere = self.env['res.company'].create({'name': "Test County Elsewhere"})
        stranger = self.create_user('stranger', f'{MODULE}.group_job_centre')
        stranger.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})
        self.assertFalse(self.found([('demand_id', '=', self.demand.id)], stranger))
        self.assertFalse(self.found([('candidate_id', '=', self.fits.id)], stranger))
        self.assertFalse(self.match_of(self.fits, user=stranger).explanation)
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
            self.match_of(self.fits, user=stranger).read(['name'])


class TestProposal(MatchCommon):
    def _proposal(self, candidate):
        return self.env['outreach.proposal'].sudo().search([('candidate_id', '=', candidate.id)])

    def test_select_freezes_the_reasons(self):
        match = self.match_of(self.learns)
        match.action_select()
        proposal = self._proposal(self.learns).with_user(self.user_job)
        self.assertEqual((proposal.demand_id, proposal.state, proposal.user_id), (self.demand, 'planned', self.user_job))
        self.assertEqual((proposal.fit, proposal.score, self.learns.status), ('2_when', 375, 'proposed'))
        self.assertIn("German A2 of B1", proposal.reasons_text)
        self.learns.german_level = '7_native'
        self.env.invalidate_all()
        self.assertEqual(match.fit, '1_now')
        self.assertIn("German A2 of B1", proposal.reasons_text)
        self.assertIn("German A2 of B1", str(proposal.explanation))
        self.assertEqual(match.proposal_id, proposal)
        match.action_select()
        self.assertEqual(len(self._proposal(self.learns)), 1, "selecting twice is selecting once")
        with self.assertRaisesRegex(ValidationError, "selected for this demand already"):
            proposal.sudo().copy({'reasons': {}})

    def test_withdraw(self):
        other = self.create_demand(user=self.user_job, name="Fitter", skill_ids=[Command.create({'skill_id': self.tig.id})])
        self.match_of(self.fits).action_select()
        self.match_of(self.fits, other).action_select()
        self.match_of(self.fits).action_withdraw()
        self.assertEqual(self.fits.status, 'proposed', "still for the other demand")
        self._proposal(self.fits).with_user(self.user_job).action_withdraw()
        self.assertEqual(self.fits.status, 'available')
        self.assertEqual(self._proposal(self.fits).mapped('state'), ['withdrawn', 'withdrawn'])
        self.match_of(self.fits).action_select()
        self.assertEqual(len(self._proposal(self.fits)), 3)

    def test_select_what_is_not_there(self):
        with self.assertRaisesRegex(UserError, "Does not fit: German A1 of B1"):
            self.match_of(self.lacks).action_select()
        match = self.match_of(self.fits)
        self.assertEqual(match.fit, '1_now')
        self.fits.status = 'placed'
        with self.assertRaisesRegex(UserError, "no longer there"):
            match.action_select()
        with self.assertRaisesRegex(UserError, "no longer there"):
            self.match_of(self.apart).action_select()
        with self.assertRaises(UserError):
            match.browse().action_select()
        self.assertFalse(self._proposal(self.fits) | self._proposal(self.lacks))

    @users('test_econ', 'test_migration', 'test_manager')
    @mute_logger('odoo.addons.base.models.ir_model')
    def test_only_the_job_centre_decides(self):
        self.match_of(self.fits).action_select()
        proposal = self._proposal(self.fits)
        with self.assertRaises(AccessError):
            proposal.with_user(self.env.user).action_withdraw()
        for values in ({'state': 'withdrawn'}, {'reasons_text': "better"}):
            with self.assertRaises(AccessError):
                proposal.with_user(self.user_job).write(values)
        self.assertEqual(proposal.state, 'planned')


class TestSupply(MatchCommon):
    def _count(self):
        with self.enter_registry_test_mode():
            self.env.ref(f'{MODULE}.ir_cron_count_matches').method_direct_trigger()
        self.env.invalidate_all()
        return self.env['outreach.match.count'].search([('demand_id', '=', self.demand.id)])

    def test_counted_at_night(self):
        supply = self._count()
        self.assertEqual((supply.fits_now, supply.fits_when, supply.best_score), (1, 1, 1000))
        self.lacks.german_level = '4_b2'
        self.assertEqual(self._count().fits_now, 1, "counted today already")
        supply.date = fields.Datetime.now() - timedelta(days=2)
        supply = self._count()
        self.assertEqual((supply.fits_now, supply.fits_when), (2, 1))
        self.demand.sudo().write({'stage': 'closed', 'closed_reason': 'need_gone'})
        self.assertFalse(self._count())

    def test_what_if(self):
        """As of now, and of those whom one may see."""
        self.lacks.german_level = '2_a2'
        page = str(self.demand.with_user(self.user_job).what_if)
        self.assertIn("Fits now: 1 · Fits if …: 1", page)
        found = self.demand.with_user(self.user_job)._count_matches()[self.demand.id]
        self.assertEqual(
            {line['key']: (line['more'], line['more_now']) for line in self.demand._get_what_if(found)['lines']},
            {'german_a2': (1, 0), 'german_lower': (1, 2), 'lift': (0, 0), 'skills': (0, 0)},
        )
        self.lacks.adviser_id = self.user_migration
        self.assertIn("Fits now: 0 · Fits if …: 0", str(self.demand.with_user(self.user_migration).what_if))

    @mute_logger('odoo.models', 'odoo.orm.models', 'odoo.addons.base.models.ir_model')
    def test_counts_are_not_published(self):
        """What was counted for a demand is for those who see people; what if for all others is another one, see test_figure."""
        self._count()
        for role in ('econ', 'manager', 'helper', 'immigration', 'dpo', 'internal', 'portal'):
            user = getattr(self, f'user_{role}')
            for name, way in {
                'counts': lambda demand: demand.env['outreach.match.count'].search([]),
                'counts by demand': lambda demand: demand.search([('match_count_ids', '!=', False)]),
            }.items():
                self.env.invalidate_all()
                with self.subTest(role=role, way=name), self.assertRaises(AccessError):
                    way(self.demand.with_user(user))
        self.assertNotIn('what_if', self.env['outreach.match.count']._fields)
