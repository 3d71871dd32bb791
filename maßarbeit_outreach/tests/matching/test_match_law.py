"""What a match must not say; each test is named after the paragraph that forbids it."""

from datetime import timedelta

from odoo.fields import Command

from ..common import MODULE
from .test_match import MatchCommon


class TestMatchLaw(MatchCommon):
    def _ask(self, candidate, demand=None):
        self.env.invalidate_all()
        match = self.match_of(candidate, demand)
        return match.fit, match.reasons

    def test_36_1_sgb_iii_a_must_is_a_must(self):
        """Rows, words, counts and what-if alike: who has nothing of a must learns it first, or does not fit."""
        self.demand.skill_ids = [Command.create({'skill_id': self.mig.id, 'level': '2'})]
        helper = self.create_candidate({self.steel: 4})
        self.assertEqual(self._ask(helper), ('2_zero', "To be learnt: TIG welding, MIG welding"))
        counted = self.demand.with_user(self.user_job)._count_matches()[self.demand.id]
        rows = self.found([('demand_id', '=', self.demand.id)])
        self.assertEqual(counted['fits_now'], len(rows.filtered(lambda match: match.fit == '1_now')))
        self.assertEqual(counted['fits_when'], len(rows.filtered(lambda match: match.fit == '2_when')))
        self.assertEqual(counted['has_all_to_learn'], len(rows.filtered(lambda match: match.fit == '2_zero')))
        self.assertEqual(counted['what_if']['skills'], [1, 1], "the helper")
        self.demand.skill_ids.filtered(lambda line: line.skill_id == self.tig).is_prerequisite = True
        self.assertEqual(self._ask(helper), ('3_not', "Missing from the first day: TIG welding"))
        counted = self.demand.with_user(self.user_job)._count_matches()[self.demand.id]
        self.assertEqual(counted['what_if']['skills'], [1, 1])
        self.assertIn("Required skills are nice to have", str(self.demand.with_user(self.user_job).what_if))

    def test_nice_to_have_is_no_must(self):
        self.demand.skill_ids.need = 'nice'
        self.assertEqual(self._ask(self.create_candidate({self.steel: 1})), ('1_now', "Missing: TIG welding · Partly: Steel construction"))

    def _make_nurse(self, **values):
        nurse = self.env.ref(f'{MODULE}.occupation_81302')
        demand = self.create_demand(name="Nurse", user=self.user_job, occupation_id=nurse.id, skill_ids=[])
        line = Command.create({'occupation_id': nurse.id, **values})
        return demand, self.create_candidate({}, occupation_ids=[line])

    def test_pflbg_1_nobody_nurses_without_recognition(self):
        """“Not needed” is no recognition; who learnt abroad has not applied until somebody says so; who learnt here has it."""
        for values, recognition, answer in (
            ({'qualification': 'none'}, 'not_needed', 'fail'),
            ({'qualification': 'vocational_abroad'}, 'not_applied', 'fail'),
            ({'qualification': 'degree_abroad', 'recognition': 'not_needed'}, 'not_needed', 'fail'),
            ({'qualification': 'vocational_abroad', 'recognition': 'applied'}, 'applied', 'passable'),
            ({'qualification': 'vocational_abroad', 'recognition': 'full'}, 'full', 'pass'),
            ({'qualification': 'vocational_de'}, 'german', 'pass'),
        ):
            with self.subTest(values=values):
                demand, person = self._make_nurse(**values)
                self.assertEqual(person.occupation_ids.recognition, recognition)
                match = self.match_of(person, demand)
                self.assertEqual(match.gate_recognition, answer)
                self.assertIn(match, self.found([('demand_id', '=', demand.id), ('gate_recognition', '=', answer)]))
        demand, person = self._make_nurse(qualification='none')
        person.occupation_ids.qualification = 'degree_abroad'
        self.assertEqual(person.occupation_ids.recognition, 'not_applied')
        person.occupation_ids.write({'recognition': 'advice', 'qualification': 'vocational_abroad'})
        self.assertEqual(person.occupation_ids.recognition, 'advice', "what was found out stays")

    def test_43_ifsg_proofs_make_nobody_unfit(self):
        demand, person = self._make_nurse(qualification='vocational_de')
        self.assertIn("§ 20 (9) IfSG", demand.proof_ids.mapped('law'))
        match = self.match_of(person, demand)
        self.assertIn(match.fit, ('1_now', '2_when'))
        self.assertIn("Measles protection (born in 1971 or later; hospital, practice, day care) – § 20 (9) IfSG", match.explanation)
        demand.occupation_id = self.env.ref(f'{MODULE}.occupation_52122')
        self.assertEqual(demand.proof_ids.mapped('law'), ["§ 2 BKrFQG"])
        self.assertFalse(demand.with_user(self.user_econ).proof_ids.has_access('write'))

    def test_14_jarbschg_nights_below_18_are_an_exception(self):
        """Nights from 16 and in some industries, dangerous work in training only, weekends in some; who may be below 18 is asked for."""
        times = {'does_nights': True, 'does_weekends': True, 'does_shifts': True}
        young, either, grown = (self.create_candidate({self.tig: 2}, age_band=band, **times) for band in ('15_17', '15_24', '18_24'))
        for values, answer, reason, of_either in (
            ({'is_night': True}, 'passable', "§ 14 (2), (3) JArbSchG", 'passable'),
            ({'is_weekend': True}, 'passable', "§§ 16, 17 JArbSchG", 'pass'),
            ({'is_hazardous': True}, 'fail', "§ 22 JArbSchG", 'passable'),
            ({'is_hazardous': True, 'is_night': True}, 'fail', "§ 22 JArbSchG", 'passable'),
            ({'is_hazardous': True, 'kind': '4'}, 'passable', "§ 22 JArbSchG", 'passable'),
            ({'hours_from': 42, 'hours_to': 42}, 'fail', "§ 8 JArbSchG", 'passable'),
            ({'is_shift': True}, 'pass', "", 'pass'),
        ):
            with self.subTest(values=values):
                demand = self.create_demand(user=self.user_job, skill_ids=[Command.create({'skill_id': self.tig.id})], **values)
                self.env.invalidate_all()
                self.assertEqual(self.match_of(young, demand).gate_minor, answer)
                self.assertIn(reason, self.match_of(young, demand).reasons or "")
                self.assertEqual(self.match_of(either, demand).gate_minor, of_either)
                self.assertEqual("Age to be clarified" in (self.match_of(either, demand).reasons or ""), of_either == 'passable')
                self.assertEqual(self.match_of(grown, demand).gate_minor, 'pass')
                counted = demand.with_user(self.user_job)._count_matches()[demand.id]
                rows = self.found([('demand_id', '=', demand.id)])
                self.assertEqual(counted['fits_now'] + counted['fits_when'], len(rows.filtered(lambda match: match.fit != '3_not')))

    def test_22_milog_whom_the_exception_is_for_is_confirmed_by_a_person(self):
        """Rows, words and counts; with work that is limited below 18, both are said."""
        young, grown = (self.create_candidate({self.tig: 2}, age_band=band, does_nights=True) for band in ('15_17', '35_49'))
        for exception, words in (
            ('long_term', "Only for long-term unemployed (§ 22 (4) MiLoG)"),
            ('minor', "Only under 18 without training (§ 22 (2) MiLoG)"),
            ('internship', ""),
        ):
            with self.subTest(exception=exception):
                line = Command.create({'skill_id': self.tig.id})
                demand = self.create_demand(user=self.user_job, skill_ids=[line], wage_exception=exception, is_night=True)
                self.env.invalidate_all()
                answer = 'passable' if words else 'pass'
                self.assertEqual(self.match_of(grown, demand).gate_minor, answer)
                self.assertIn(words, self.match_of(grown, demand).reasons or "")
                self.assertIn("§ 14 (2), (3) JArbSchG", self.match_of(young, demand).reasons)
                self.assertIn(words, self.match_of(young, demand).reasons)
                self.assertIn(self.match_of(grown, demand), self.found([('demand_id', '=', demand.id), ('gate_minor', '=', answer)]))
                counted = demand.with_user(self.user_job)._count_matches()[demand.id]
                rows = self.found([('demand_id', '=', demand.id)])
                self.assertEqual(counted['fits_now'], len(rows.filtered(lambda match: match.fit == '1_now')))
                self.assertEqual(counted['fits_when'], len(rows.filtered(lambda match: match.fit == '2_when')))

    def test_29_fev_a_foreign_licence_counts_until_a_day(self):
        self.demand.sudo().driving_licence = 'B'
        person = self.create_candidate({self.tig: 2}, driving_licence='B', licence_kind='foreign', licence_until=self.today)
        match = self.match_of(person)
        self.assertEqual(match.gate_licence, 'pass')
        self.demand.sudo().start_date = self.today + timedelta(days=30)
        self.env.invalidate_all()
        self.assertEqual(match.gate_licence, 'fail')
        self.assertIn("Foreign driving licence counts until", match.reasons)
        person.licence_kind = 'converting'
        self.env.invalidate_all()
        self.assertEqual((match.gate_licence, "being converted" in match.reasons), ('passable', True))

    def test_6_fev_a_licence_is_one_fact(self):
        """As a skill or as a class, of the demand and of the person."""
        lorry = self.env.ref(f'{MODULE}.skill_driving_licence_ce')
        self.assertEqual(lorry.driving_licence, 'CE')
        as_class = self.create_candidate({self.tig: 2}, driving_licence='CE')
        as_skill = self.create_candidate({self.tig: 2, lorry: 2})
        for values in ({'driving_licence': 'CE'}, {'skill_ids': [Command.create({'skill_id': lorry.id})]}):
            tig = Command.create({'skill_id': self.tig.id})
            demand = self.create_demand(user=self.user_job, **{**values, 'skill_ids': [tig, *values.get('skill_ids', [])]})
            self.env.invalidate_all()
            for person, answer in ((as_class, 'pass'), (as_skill, 'pass'), (self.lacks, 'fail')):
                self.assertEqual(self.match_of(person, demand).gate_licence, answer)
            self.assertEqual(self.match_of(as_class, demand).score, 1000)

    def test_8_sgb_iv_a_mini_job_is_no_half_day(self):
        """Several working times at once, and weekly hours tell them apart; what if follows."""
        half = self.create_candidate({self.tig: 2, self.steel: 2}, does_full_time=False, does_mini_job=True, hours_from=15, hours_to=25)
        match = self.match_of(half)
        for values, answer in (
            ({'is_part_time': True, 'hours_from': 20, 'hours_to': 20}, 'pass'),
            ({'is_part_time': False, 'is_mini_job': True, 'hours_from': 0, 'hours_to': 10}, 'fail'),
            ({'is_mini_job': False, 'is_full_time': True, 'is_part_time': True, 'hours_to': 0}, 'pass'),
            ({'is_weekend': True}, 'fail'),
        ):
            self.demand.sudo().write(values)
            self.env.invalidate_all()
            self.assertEqual(match.gate_hours, answer, values)
        self.assertIn("Not for: Full Time, Part Time, On Weekends", match.reasons)
        counted = self.demand.with_user(self.user_job)._count_matches()[self.demand.id]
        self.assertGreaterEqual(counted['what_if']['hours'][1], 1)
        half.does_weekends = True
        self.env.invalidate_all()
        self.assertEqual(match.gate_hours, 'pass')
