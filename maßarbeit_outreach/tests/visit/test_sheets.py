"""The sheets on paper: what they say, to whom, and on how many pages."""

import io
from datetime import timedelta

from lxml import html
from pypdf import PdfReader

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from ..common import MODULE, AsciiCookieMixin, OutreachCommon

PREPARATION = f'{MODULE}.outreach_visit_report_preparation'
DAY = f'{MODULE}.outreach_visit_day_report'
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle und Söhne "
READERS = ('econ', 'job', 'migration', 'manager')


class SheetCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.user_econ)
        cls.fair = cls.create_fair(name="Autumn Fair")

    @classmethod
    def create_visit(cls, *args, **values):
        """Wishes and promises that a sheet shall print would otherwise ask for a decision."""
        return super().create_visit(*args, **{'anyway_reason': "test", **values})

    @classmethod
    def fill(cls, company, count, long=''):
        """Give a company `count` of everything that a sheet lists; each of it may have a `long` name."""
        env, today = cls.env, cls.today
        for n in range(count):
            env['res.partner'].create(
                {
                    'parent_id': company.id,
                    'name': f"{long}Person {n}",
                    'function': f"{long}Head {n}",
                    'phone': f"05461 12{n}",
                    'email': f"{(long.split() or ['person'])[0]}{n}@company.example",
                }
            )
            cls.create_visit(
                company,
                cls.user_econ | cls.user_job,
                stage='done',
                start=fields.Datetime.now() - timedelta(days=400 + n),
                topic_ids=[Command.set(env.ref(f'{MODULE}.topic_training').ids)],
            )
            cls.create_demand(
                company, name=f"{long}Demand {n}", positions=3, positions_filled=1, date=today - timedelta(days=100), start_date=today
            )
            for side in ('agency', 'company'):
                env['outreach.promise'].create(
                    {
                        'name': f"{long}{side} promise {n}",
                        'partner_id': company.id,
                        'side': side,
                        'user_id': cls.user_econ.id,
                        'date_deadline': today + timedelta(days=n - 1),
                    }
                )
            env['outreach.early.warning'].create(
                {'partner_id': company.id, 'kind': 'expansion', 'note': f"{long}Rumour {n}", 'user_id': cls.user_job.id}
            )
            env['outreach.referral'].create(
                {
                    'partner_id': company.id,
                    'name': f"{long}Referral {n}",
                    'from_agency_id': cls.agency_econ.id,
                    'to_agency_id': cls.agency_immigration.id,
                    'from_user_id': cls.user_econ.id,
                    'date_answer': today,
                }
            )
            cls.create_stand(cls.fair, company)
            env['outreach.placement'].create(
                {'partner_id': company.id, 'date_start': today - timedelta(days=90), 'date_end': today if n % 3 == 0 else False}
            )
        if count:
            company.write(
                {
                    'outreach_bus_stop': f"{long}Bus 5",
                    'outreach_wish_note': f"{long}mornings only",
                    'outreach_max_contacts': 2,
                    'outreach_blocked_until': today + timedelta(days=5),
                    'outreach_consent_phone': 'refused',
                    'outreach_mentor': True,
                    'outreach_training_company': True,
                    'outreach_size_class': '50_249',
                    'outreach_language_ids': [Command.set(env['outreach.language'].search([], limit=3).ids)],
                    'outreach_industry_id': env['outreach.industry'].search([('code', '=', '25')], limit=1).id,
                }
            )

    def render(self, records, report=PREPARATION, user=None):
        """The words of the sheets, as the user gets them on the screen."""
        page, kind = self.env['ir.actions.report'].with_user(user or self.user_econ)._render_qweb_html(report, records.ids)
        self.assertEqual(kind, 'html')
        return [' '.join(sheet.text_content().split()) for sheet in html.fromstring(page).find_class('o_sheet')]

    def print(self, records, report=PREPARATION, user=None):
        """The pages of the PDF."""
        content, kind = (
            self.env['ir.actions.report']
            .with_user(user or self.user_econ)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report, records.ids)
        )
        self.assertEqual(kind, 'pdf')
        return PdfReader(io.BytesIO(content)).pages

    def get_words(self, page):
        return ' '.join(page.extract_text().split())

    def measure(self, page):
        """`{words: (mm from the left, mm from the top)}` of what is printed on a page."""
        places = {}

        def note(words, matrix, text_matrix, __font, __size):
            if words.strip():
                x = text_matrix[4] * matrix[0] + text_matrix[5] * matrix[2] + matrix[4]
                y = text_matrix[4] * matrix[1] + text_matrix[5] * matrix[3] + matrix[5]
                places[' '.join(words.split())] = (x * 25.4 / 72, 297 - y * 25.4 / 72)

        page.extract_text(visitor_text=note)
        return places

    def count_queries(self, records, report):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.render(records, report)
        return self.cr.sql_log_count - before


class TestPreparationSheet(SheetCommon):
    def test_little_data(self):
        visit = self.create_visit()
        (sheet,) = self.render(visit)
        for words in (
            "Probewerk Bramsche GmbH",
            "Musterweg 1",
            "49565 Bramsche",
            "Petra Probe",
            "Test Econ (Test Economic Development)",
            "None, on neither side.",
            "Nobody was there yet.",
            "Getting to know each other",
        ):
            self.assertIn(words, sheet)
        self.assertIn("Too few to tell", self.render(self.create_visit())[0], "whether somebody was placed is not told")
        for words in ("wishes", "Fair stands", "False", "None,,"):
            self.assertNotIn(words, sheet)

    def test_measures(self):
        """True to scale with whatever wkhtmltopdf there is: margins 25 and 20 mm. The company is a title above, and no address stands
        where the window of an envelope would show it."""
        (page,) = self.print(self.create_visit())
        self.assertEqual((round(page.mediabox.width), round(page.mediabox.height)), (595, 842))
        places = self.measure(page)
        left, top = places["Probewerk Bramsche GmbH"]
        self.assertAlmostEqual(left, 25, delta=1)
        self.assertLess(top, 30)
        self.assertAlmostEqual(places["Time"][0], 25, delta=3)
        self.assertNotIn("49565 Bramsche", places, "in one line with the street, as a fact among others")
        self.assertAlmostEqual(places["Contact persons"][0], 25, delta=1)

    def test_much_data(self):
        """What is cut is counted; the newest visits and the oldest promises come first."""
        self.fill(self.company, 7)
        (sheet,) = self.render(self.create_visit())
        for words in (
            "promises of ours that are overdue: 1",
            "an expansion was heard of",
            "positions open for more than 90 days: 14",
            "no contact until",
            "at most 2 contacts a month",
            "refused: phone",
            "mornings only",
            "Bus 5",
            "agency promise 0",
            "company promise 2",
            "Rumour",
            "Referral",
            "Autumn Fair",
            "1 of 3 filled",
        ):
            self.assertIn(words, sheet)
        for words in ("agency promise 3", "company promise 3"):
            self.assertNotIn(words, sheet)
        # contacts 8 - 3, promises 14 - 6, visits 7 - 5, demands 7 - 4, stands 7 - 3, warnings and referrals 7 - 2
        for title, more in (
            ("Contact persons", 5),
            ("Open promises", 8),
            ("Past visits", 2),
            ("Open demands", 3),
            ("Fair stands", 4),
            ("Early warnings", 5),
            ("Open referrals", 5),
        ):
            self.assertIn(f"and {more} more {title}", sheet)

    def test_one_page_each(self):
        self.fill(self.company, 7, LONG)
        self.company.name = LONG * 2
        visits = (
            self.create_visit(
                team=self.user_econ | self.user_job | self.user_migration, contact_ids=[Command.set(self.company.child_ids.ids)]
            )
            | self.create_visit(self.other_company)
            | self.create_visit()
        )
        pages = self.print(visits)
        self.assertEqual(len(pages), 3)
        for page, words in zip(pages, ("Open referrals", "Musterbau Melle AG", "Open referrals"), strict=True):
            self.assertIn(words, self.get_words(page))
            places = self.measure(page)
            # the notes come last: where they are on the page, nothing before them is cut off
            self.assertLess(places["Notes"][1], 286)
            self.assertLess(max(top for __, top in places.values()), 286)

    def test_printed_without_a_way_to_the_server(self):
        self.env['ir.config_parameter'].set_param('report.url', 'http://127.0.0.1:9')
        self.assertEqual(len(self.print(self.create_visit())), 1)  # a style sheet that cannot be fetched logs a warning

    def test_done_visits_and_time(self):
        """A visit prepares for itself: what came later is not in the past."""
        first = self.create_visit(stage='done', start=fields.Datetime.now() - timedelta(days=30))
        later = self.create_visit(stage='done', start=fields.Datetime.now() - timedelta(days=3))
        self.assertIn("Nobody was there yet.", self.render(first)[0])
        self.assertNotIn("Nobody was there yet.", self.render(later)[0])

    def test_time_of_the_reader(self):
        visit = self.create_visit(start='2030-01-15 12:30:00')
        (sheet,) = self.render(visit)
        self.assertIn("Tuesday, January 15, 2030", sheet)
        self.assertRegex(sheet, r"1:30\sPM–2:30\sPM")

    def test_topics_that_a_manager_removed(self):
        """Without the catalogue's topic nothing is suggested, and nothing fails."""
        self.company.outreach_training_company = True
        visit = self.create_visit()
        self.assertIn("places for next summer", self.render(visit)[0])
        self.env.ref(f'{MODULE}.topic_training').active = False
        self.assertNotIn("places for next summer", self.render(visit)[0])
        self.env.ref(f'{MODULE}.topic_training').unlink()
        self.assertNotIn("places for next summer", self.render(visit)[0])

    def test_planned_topics_are_not_suggested(self):
        self.company.outreach_training_company = True
        visit = self.create_visit(topic_ids=[Command.set(self.env.ref(f'{MODULE}.topic_training').ids)])
        self.assertNotIn("places for next summer", self.render(visit)[0])

    def test_people_placed(self):
        """Numbers as they are for the job centre, as of pools for others; another organisation's do not count."""
        Placement = self.env['outreach.placement']
        Placement.create(
            [
                {'partner_id': self.company.id, 'date_start': self.today - timedelta(days=90), 'date_end': self.today if n < 2 else False}
                for n in range(14)
            ]
        )
        visit = self.create_visit()
        self.assertIn("14 placed, 12 still there, 2 left", self.render(visit, user=self.user_job)[0])
        self.assertIn("people placed who are still there: 12", self.render(visit, user=self.user_job)[0])
        self.assertIn("Too few to tell", self.render(visit)[0], "nothing was published yet")
        Placement.create([{'partner_id': self.company.id, 'date_start': self.today - timedelta(days=90)} for n in range(13)])
        self.env['outreach.figure.table'].search([]).unlink()
        self.env['outreach.figure'].search([]).unlink()
        self.env['outreach.figure'].sudo()._publish()
        for user in (self.user_econ, self.user_manager):
            sheet = self.render(visit, user=user)[0]
            self.assertIn("30 placed", sheet, "of 27")
            self.assertNotIn("still there", sheet)
            self.assertNotIn(" left", sheet)
            self.assertNotIn("who are still there", sheet)
        Placement.search([('partner_id', '=', self.company.id)], limit=9).unlink()
        self.assertIn("30 placed", self.render(visit)[0], "as of the night")
        Placement.search([('partner_id', '=', self.company.id)]).company_id = self.env['res.company'].create({'name': "Else"})
        self.assertNotIn("People placed", self.render(visit, user=self.user_job)[0])
        self.assertIn("30 placed", self.render(visit)[0])
        self.assertIn("Too few to tell", self.render(self.create_visit(self.other_company))[0])

    def test_queries_do_not_grow(self):
        companies = self.env['res.partner'].create([{'name': f"Company {n}", 'is_company': True} for n in range(10)])
        for company in companies:
            self.fill(company, 2)
        visits = self.env['outreach.visit'].concat(*(self.create_visit(company) for company in companies))

        self.count_queries(visits, PREPARATION)  # fills the caches of templates and rules
        self.assertLessEqual(self.count_queries(visits, PREPARATION), self.count_queries(visits[:1], PREPARATION))


class TestDaySheet(SheetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        start = fields.Datetime.now().replace(hour=8, minute=0, second=0) + timedelta(days=3)
        cls.late = cls.create_visit(start=start + timedelta(hours=4))
        cls.early = cls.create_visit(cls.other_company, cls.user_econ | cls.user_job, start=start)
        cls.off = cls.create_visit(cls.other_company, start=start + timedelta(hours=2))
        cls.off._cancel("snow")
        cls.day = (
            cls.env['outreach.visit.day']
            .with_user(cls.user_econ)
            .create(
                {
                    'name': "Round Trip",
                    'start_municipality_id': cls.bramsche.id,
                    'visit_ids': [Command.set((cls.late | cls.early | cls.off).ids)],
                }
            )
        )

    def test_stops_in_order(self):
        self.fill(self.company, 5)
        (sheet,) = self.render(self.day, DAY)
        for words in (
            "Round Trip",
            "Start from: Bramsche",
            "Test Econ",
            "Musterweg 1, 49565 Bramsche",
            "Contact Otto Muster",
            "Contact Person 0 · Head 0 · 05461 120",
            "Test Job (Test Job Centre)",
            "and 6 more Open promises",
            "agency promise 0",
            "Due because",
            "Never visited",
            "Early warning",
            "No open demand is known.",
            "Demand 0",
            "2 open",
            "and 1 more Open demands",
        ):
            self.assertIn(words, sheet)
        self.assertLess(sheet.index("1. "), sheet.index("Musterbau Melle AG"))
        self.assertLess(sheet.index("Musterbau Melle AG"), sheet.index("2. "))
        self.assertLess(sheet.index("2. "), sheet.index("Probewerk Bramsche GmbH"))
        self.assertNotIn("3. ", sheet)

    def test_pdf(self):
        empty = self.day.create({'name': "Nothing Yet"})
        pages = self.print(self.day | empty, DAY)
        self.assertEqual(len(pages), 2)
        self.assertIn("Musterbau Melle AG", self.get_words(pages[0]))
        self.assertIn("No visit belongs to this day yet.", self.get_words(pages[1]))

    def test_queries_do_not_grow(self):
        companies = self.env['res.partner'].create([{'name': f"Company {n}", 'is_company': True} for n in range(8)])
        for company in companies:
            self.fill(company, 2)
            self.create_visit(company, day_id=self.day.create({'name': company.name}).id)
        days = companies.outreach_visit_ids.day_id
        self.assertEqual(len(days), 8)

        self.count_queries(days, DAY)  # fills the caches of templates and rules
        self.assertLessEqual(self.count_queries(days, DAY), self.count_queries(days[:1], DAY))


class TestSheetAccess(SheetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fill(cls.company, 1)
        cls.visit = cls.create_visit()
        cls.day = cls.env['outreach.visit.day'].create({'name': "Round Trip", 'visit_ids': [Command.set(cls.visit.ids)]})

    def test_readers(self):
        for role in READERS:
            with self.subTest(role=role):
                user = getattr(self, f'user_{role}')
                (sheet,) = self.render(self.visit, user=user)
                self.assertIn("agency promise 0", sheet)
                self.assertIn("Rumour 0", sheet)
                # referred to the immigration office: none of the migration centre's business
                self.assertEqual("Referral 0" in sheet, role != 'migration')
                self.assertIn("Probewerk", self.render(self.day, DAY, user)[0])

    def test_nobody_else(self):
        for role in ('immigration', 'helper', 'dpo', 'internal', 'portal', 'portal_other'):
            for records, report in ((self.visit, PREPARATION), (self.day, DAY)):
                with self.subTest(role=role, report=report), self.assertRaises(AccessError):
                    self.render(records, report, getattr(self, f'user_{role}'))

    def test_other_organisation(self):
        foreign = self.create_visit(member_ids=[])
        foreign.sudo().company_id = self.env['res.company'].create({'name': "Another County"})
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
            self.render(self.visit | foreign)

    def test_nothing_to_print(self):
        gone = self.create_visit()
        gone.with_user(self.user_manager).unlink()
        for records in (self.visit.browse(), gone):
            with self.assertRaisesRegex(UserError, "nothing to print"):
                self.render(records)


class TestSheetHttp(AsciiCookieMixin, SheetCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.create_visit()
        cls.day = cls.env['outreach.visit.day'].create({'name': "Round Trip", 'visit_ids': [Command.set(cls.visit.ids)]})

    def get(self, login, kind, records, name):
        self.authenticate(login, login)
        context = '{"force_report_rendering": true}'
        return self.url_open(f'/report/{kind}/{MODULE}.{name}/{records.id}', params={'context': context})

    def test_officer(self):
        for records, name in ((self.visit, 'outreach_preparation_sheet'), (self.day, 'outreach_day_sheet')):
            response = self.get('test_econ', 'pdf', records, name)
            self.assertEqual(response.headers['Content-Type'], 'application/pdf')
            self.assertEqual(len(PdfReader(io.BytesIO(response.content)).pages), 1)
            self.assertIn("Probewerk", self.get('test_econ', 'html', records, name).text)

    @mute_logger('odoo.http')
    def test_employer(self):
        """They read the visit in the portal, but no sheet of it, by whatever name it is asked for."""
        self.assertTrue(self.visit.with_user(self.user_portal).has_access('read'))
        for records, name in (
            (self.visit, 'outreach_preparation_sheet'),
            (self.visit, 'outreach_visit_report_preparation'),
            (self.day, 'outreach_day_sheet'),
        ):
            for kind in ('html', 'pdf', 'text'):
                with self.subTest(name=name, kind=kind):
                    response = self.get('test_portal', kind, records, name)
                    self.assertIn(response.status_code, (403, 404))
                    self.assertNotIn("Probewerk", response.text)
