"""The sheets on paper: what they say, to whom, and on how many pages."""
import io
from datetime import timedelta

from lxml import html
from pypdf import PdfReader

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, users
from odoo.tools import mute_logger

from .common import MODULE, AsciiCookieMixin, OutreachCommon

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
    def fill(cls, company, count, long=''):
        """Give a company `count` of everything that a sheet lists; each of it may have a `long` name."""
        env, today = cls.env, cls.today
        for n in range(count):
            env['res.partner'].create({
                'parent_id': company.id, 'name': f"{long}Person {n}", 'function': f"{long}Head {n}", 'phone': f"05461 12{n}",
                'email': f"{(long.split() or ['person'])[0]}{n}@company.example"})
            cls.create_visit(
                company, cls.user_econ | cls.user_job, stage='done', start=fields.Datetime.now() - timedelta(days=400 + n),
                topic_ids=[Command.set(env.ref(f'{MODULE}.topic_training').ids)])
            cls.create_demand(
                company, name=f"{long}Demand {n}", positions=3, positions_filled=1, date=today - timedelta(days=100),
                start_date=today)
            for side in ('agency', 'company'):
                env['outreach.promise'].create({
                    'name': f"{long}{side} promise {n}", 'partner_id': company.id, 'side': side, 'user_id': cls.user_econ.id,
                    'date_deadline': today + timedelta(days=n - 1)})
            env['outreach.early.warning'].create({
                'partner_id': company.id, 'kind': 'expansion', 'note': f"{long}Rumour {n}", 'user_id': cls.user_job.id})
            env['outreach.referral'].create({
                'partner_id': company.id, 'name': f"{long}Referral {n}", 'from_agency_id': cls.agency_econ.id,
                'to_agency_id': cls.agency_migration.id, 'from_user_id': cls.user_econ.id, 'date_answer': today})
            cls.create_stand(cls.fair, company)
            env['outreach.placement'].create({
                'partner_id': company.id, 'date_start': today - timedelta(days=90), 'date_end': today if n % 3 == 0 else False})
        if count:
            company.write({
                'outreach_bus_stop': f"{long}Bus 5", 'outreach_wish_note': f"{long}mornings only", 'outreach_max_contacts': 2,
                'outreach_blocked_until': today + timedelta(days=5), 'outreach_consent_phone': 'refused',
                'outreach_mentor': True, 'outreach_training_company': True, 'outreach_size_class': '50_249',
                'outreach_language_ids': [Command.set(env['outreach.language'].search([], limit=3).ids)],
                'outreach_industry_id': env['outreach.industry'].search([('code', '=', '25')], limit=1).id,
            })

    def render(self, records, report=PREPARATION, user=None):
        """The words of the sheets, as the user gets them on the screen."""
        page, kind = self.env['ir.actions.report'].with_user(user or self.user_econ)._render_qweb_html(report, records.ids)
        self.assertEqual(kind, 'html')
        return [' '.join(sheet.text_content().split()) for sheet in html.fromstring(page).find_class('o_sheet')]

    def print(self, records, report=PREPARATION, user=None):
        """The words of each page of the PDF."""
        content, kind = self.env['ir.actions.report'].with_user(user or self.user_econ).with_context(
            force_report_rendering=True)._render_qweb_pdf(report, records.ids)
        self.assertEqual(kind, 'pdf')
        return [' '.join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


class TestPreparationSheet(SheetCommon):

    def test_little_data(self):
        visit = self.create_visit()
        (sheet,) = self.render(visit)
        for words in ("Probewerk Bramsche GmbH", "Musterweg 1", "49565 Bramsche", "Petra Probe", "Test Econ (Test Economic Development)",
                      "None, on neither side.", "Nobody was there yet.", "Getting to know each other"):
            self.assertIn(words, sheet)
        for words in ("wishes", "Fair stands", "People placed", "False", "None,,"):
            self.assertNotIn(words, sheet)

    def test_pdf(self):
        pages = self.print(self.create_visit())
        self.assertEqual(len(pages), 1)
        self.assertIn("Probewerk Bramsche GmbH", pages[0])
