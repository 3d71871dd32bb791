"""What may not be placed: pay below the minimum wage, restrictions that the law forbids."""

from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import users
from odoo.tools import format_date, mute_logger

from ..common import MODULE, OutreachCommon


class TestLawful(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['outreach.minimum.wage'].search([]).unlink()
        cls.env['outreach.minimum.wage'].create(
            [
                {'name': "General", 'key': 'general', 'amount': 13.9, 'date_from': '2026-01-01', 'source': "§ 1 MiLoG"},
                {'name': "General", 'key': 'general', 'amount': 14.6, 'date_from': '2027-01-01', 'source': "§ 1 MiLoG"},
                {
                    'name': "Care",
                    'key': 'care',
                    'amount': 21.03,
                    'date_from': '2026-07-01',
                    'source': "PflegeArbbV",
                    'industry_codes': '87, 88.1',
                    'occupation_codes': '82102',
                },
            ]
        )

    def _make(self, user=None, **values):
        return self.create_demand(user=user or self.user_job, **{'start_date': date(2027, 3, 1), **values})

    @users('test_job', 'test_econ')
    def test_36_1_sgb_iii_nobody_is_placed_below_the_minimum_wage(self):
        """Entered, pointed out, and stopped where it would count as checked."""
        demand = self._make(self.env.user, wage_from=14.5)
        self.assertIn("14.50 € per hour are below 14.60 €", demand.wage_warning)
        for stage in ('checked', 'in_placement'):
            with self.assertRaisesRegex(UserError, "36 .1. SGB III"), self.env.cr.savepoint():
                demand.stage = stage
        demand.wage_from = 14.6
        self.assertFalse(demand.wage_warning)
        demand.action_check()
        self.assertEqual(demand.stage, 'checked')
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._make(self.env.user, wage_from=10, stage='checked')
        self.assertFalse(self._make(self.env.user, stage='checked').wage_warning, "nobody has said what is paid")
        monthly = self._make(self.env.user, wage_from=1300, wage_unit='month', hours_from=20, hours_to=20)
        self.assertFalse(monthly.wage_warning)
        monthly.hours_to = 30
        self.assertIn("below 14.60", monthly.wage_warning)

    def test_7_aentg_an_industry_has_its_own(self):
        industry = self.env['outreach.industry'].search([('code', '=', '87')], limit=1)
        self.company.outreach_industry_id = industry
        demand = self._make(wage_from=20, occupation_id=self.env.ref(f'{MODULE}.occupation_82102').id)
        self.assertEqual((demand.industry_id, demand.minimum_wage), (industry, 21.03))
        self.assertIn("PflegeArbbV", demand.wage_warning)
        demand.occupation_id = self.env.ref(f'{MODULE}.occupation_54101')
        self.assertFalse(demand.wage_warning)

    def test_8_3_aentg_of_lent_people_the_work_counts(self):
        """Whatever the industry of the agency that lends them; and a change of it is looked at again."""
        demand = self._make(wage_from=20, occupation_id=self.env.ref(f'{MODULE}.occupation_82102').id, stage='checked')
        self.assertFalse(demand.wage_warning)
        with self.assertRaisesRegex(UserError, "PflegeArbbV"), self.env.cr.savepoint():
            demand.is_temp_agency = True
        demand.write({'stage': 'recorded', 'is_temp_agency': True})
        self.assertIn("PflegeArbbV", demand.wage_warning)

    def test_22_milog_who_is_not_covered(self):
        for values in (
            {'kind': '4'},
            {'kind': '34', 'wage_exception': 'eq'},
            {'wage_exception': 'minor'},
            {'wage_exception': 'long_term'},
            {'kind': '2'},
        ):
            with self.subTest(values=values):
                self.assertFalse(self._make(wage_from=5, **values).wage_warning)
        self.assertTrue(self._make(wage_from=5, kind='34').wage_warning)

    @users('test_job', 'test_econ')
    def test_36_2_sgb_iii_a_restriction_is_struck_or_indispensable(self):
        """It never keeps anybody from entering; a strike is kept, with who and when."""
        demand = self._make(self.env.user, name="Lager, nur Männer", description="Deutsch als Muttersprache, Schicht")
        self.assertEqual(demand.restrictions, "“nur Männer”, “Muttersprache”")
        with self.assertRaisesRegex(UserError, "36 .2. SGB III, §§ 8–10 AGG"), self.env.cr.savepoint():
            demand.action_check()
        indispensable = demand.copy()
        indispensable.restriction_reason = "Umkleide der Männer"
        indispensable.action_check()
        demand.action_strike_restrictions()
        self.assertEqual((demand.name, demand.description), ("Lager, […]", "Deutsch als […], Schicht"))
        self.assertFalse(demand.restrictions)
        self.assertIn(
            f"{format_date(self.env, fields.Date.context_today(demand))}, {self.env.user.name}: “nur Männer”, “Muttersprache”",
            demand.struck,
        )
        demand.action_strike_restrictions()
        self.assertEqual(demand.struck.count("Muttersprache"), 1)
        demand.action_check()

    def test_36_sgb_iii_no_way_leads_past_the_check(self):
        """Stage, filled position, pay, hours, industry, occupation, start, words and reason; in one go or one after the other."""
        low = self._make(wage_from=14)
        for values in (*({'stage': stage} for stage in ('checked', 'in_placement', 'partly_filled', 'filled')), {'positions_filled': 1}):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "36 .1. SGB III"), self.env.cr.savepoint():
                low.write(values)
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "36 .1. SGB III"), self.env.cr.savepoint():
                self._make(wage_from=14, **values)
        low.action_pause()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            low.action_start_placement()
        self.company.outreach_industry_id = self.env['outreach.industry'].search([('code', '=', '87')], limit=1)
        care = self.env.ref(f'{MODULE}.occupation_82102')
        good = self._make(wage_from=15, hours_to=40, positions=2)
        good.action_check()
        elsewhere = self._make(wage_from=15, partner_id=self.other_company.id, occupation_id=care.id)
        elsewhere.action_check()
        for demand, values in (
            (good, {'wage_from': 14}),
            (good, {'wage_from': 2000, 'wage_unit': 'month'}),
            (good, {'occupation_id': care.id}),
            (elsewhere, {'partner_id': self.company.id}),
            (good, {'name': "Hilfe, nur Männer"}),
            (good, {'description': "Hilfe, nur Männer"}),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "36 .[12]."), self.env.cr.savepoint():
                demand.write(values)
            self.env.invalidate_all()
        monthly = self._make(wage_from=2000, wage_unit='month', hours_to=30, kind='34', wage_exception='internship')
        monthly.wage_from = 1800
        monthly.action_check()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            monthly.wage_exception = False
        early = self._make(wage_from=14, start_date=date(2026, 12, 1))
        if fields.Date.context_today(early) < date(2027, 1, 1):
            early.action_check()
            with self.assertRaises(UserError), self.env.cr.savepoint():
                early.start_date = date(2027, 3, 1)
        good.write({'positions_filled': 1, 'wage_from': 16})
        self.assertEqual(good.stage, 'partly_filled')

    def test_what_is_beyond_already_is_untouched(self):
        """A new minimum wage stops nothing that does not change; closing and pausing are always possible."""
        demand = self._make(wage_from=15, positions=2)
        demand.action_check()
        self.env['outreach.minimum.wage'].create(
            {'name': "General", 'key': 'general', 'amount': 16, 'date_from': '2027-02-01', 'source': "§ 1 MiLoG"}
        )
        self.env.invalidate_all()
        self.assertTrue(demand.wage_warning)
        demand.write({'language_level': '2_a2', 'wage_from': 15, 'stage': 'checked'})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            demand.positions_filled = 1
        demand.action_pause()
        demand.write({'stage': 'closed', 'closed_reason': 'conditions'})
        self.assertEqual(demand.stage, 'closed')

    def test_1_agg_the_words_of_the_list(self):
        """What restricts is found, and what merely sounds like it is not."""
        for text, found in (
            ("Mitarbeiter bis 35 Jahre", "“bis 35 Jahre”"),
            ("jung und dynamisch", "“jung und dynamisch”"),
            ("Stelle nur für Frauen, ausschließlich Männer", "“nur für Frauen”, “ausschließlich Männer”"),
            ("weibliche Pflegekraft, keine Rentner", "“weibliche”, “keine Rentner”"),
            ("kein Ausländer, keine Asylbewerber, nur Einheimische", "“kein Ausländer”, “keine Asylbewerber”, “nur Einheimische”"),
            ("deutsche Staatsbürgerschaft, gesunde Bewerber", "“deutsche Staatsbürgerschaft”, “gesunde Bewerber”"),
            ("Konfessionszugehörigkeit oder Zugehörigkeit zur Kirche", "“Konfessionszugehörigkeit”, “Zugehörigkeit zur Kirche”"),
            ("Heben unter 40 kg, unter 40 Stunden, alle Konfessionen, männlich/weiblich/divers, bis 3 Jahre", False),
        ):
            with self.subTest(text=text):
                places = self._make(name=text).restrictions
                self.assertEqual(places and set(places.split(', ')), found and set(found.split(', ')))

    def test_8_agg_a_reason_is_for_the_words_that_were_found(self):
        demand = self._make(name="Umkleide, nur Männer", restriction_reason="Umkleide der Männer")
        demand.action_check()
        demand.description = "Schicht"
        self.assertEqual(demand.restriction_reason, "Umkleide der Männer", "other words do not matter")
        with self.assertRaisesRegex(UserError, "junge Leute"), self.env.cr.savepoint():
            demand.description = "nur junge Leute"
        demand.write({'description': "nur junge Leute", 'restriction_reason': "Umkleide und Bühne"})
        self.assertEqual(demand.restriction_reason, "Umkleide und Bühne")
        recorded = self._make(name="nur Männer", restriction_reason="Umkleide")
        recorded.name = "nur Männer, akzentfrei"
        self.assertFalse(recorded.restriction_reason)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            recorded.action_check()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            demand.restriction_reason = False

    def test_load_is_no_way_past_the_check(self):
        """Core's import of a list."""
        Demand = self.env['outreach.demand'].with_user(self.user_job)
        for stage, ok in (('recorded', True), ('checked', False), ('partly_filled', False)):
            row = ["Hilfe, nur Männer", self.company.name, stage]
            result = Demand.load(['name', 'partner_id', 'stage'], [row])
            self.assertEqual(bool(result['ids']), ok, result['messages'])
        self.assertIn("36 (2)", result['messages'][0]['message'])

    def test_the_employer_changes_the_words_and_the_reason_goes(self):
        Demand = self.env['outreach.demand'].with_user(self.user_portal)
        demand = Demand._create_from_portal({'name': "Umkleide, nur Männer", 'positions': '1'})
        demand.sudo().restriction_reason = "Umkleide"
        Demand.browse(demand.id)._update_from_portal({'name': "Umkleide, nur Männer, akzentfrei", 'positions': '1'})
        self.assertFalse(demand.sudo().restriction_reason)

    @mute_logger('odoo.addons.base.models.ir_model')
    def test_managers_keep_the_lists(self):
        word = self.env['outreach.restriction.word'].with_user(self.user_manager).create({'name': "Quatschwort", 'ground': 'age'})
        self.assertTrue(self._make(name="Hilfe, Quatschwort").restrictions)
        word.active = False
        for user in (self.user_job, self.user_econ, self.user_portal, self.user_helper):
            for model in ('outreach.restriction.word', 'outreach.minimum.wage'):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).create({'name': "x"})

    def test_amounts_words_and_days_as_the_language_writes_them(self):
        self.env['res.lang']._activate_lang('de_DE')
        demand = self._make(name="Lager, nur Männer", wage_from=13.5).with_context(lang='de_DE')
        self.assertIn("13,50", demand.wage_warning)
        self.assertIn("14,60", demand.wage_warning)
        demand.action_strike_restrictions()
        self.assertTrue(demand.struck.startswith(fields.Date.context_today(demand).strftime('%d.%m.%Y')))

    def test_the_employer_reads_it_in_plain_words(self):
        demand = (
            self.env['outreach.demand']
            .with_user(self.user_portal)
            ._create_from_portal({'name': "Helfer, nur Männer", 'positions': '1', 'description': "Wir zahlen 13,50 € brutto pro Stunde"})
        )
        self.assertIn("13.50", demand.wage_warning)
        self.assertTrue(demand.restrictions)
        self.assertEqual(demand.stage, 'recorded')
