from datetime import timedelta

from odoo.fields import Command
from odoo.tests import Form

from ..common import OutreachCommon


class TestSiteDialogs(OutreachCommon):
    """Where a company has sites, every dialog about it chooses one, as the forms of visits and demands do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north, cls.south = cls.env['res.partner'].create(
            [
                {
                    'name': f"Werk {name}",
                    'type': 'site',
                    'parent_id': cls.company.id,
                    'street': f"{name}weg 2",
                    'zip': '49324',
                    'city': "Melle",
                    'email': f'{name.lower()}@probewerk.example',
                }
                for name in ("Nord", "Süd")
            ]
        )
        cls.only = cls.env['res.partner'].create(
            {'name': "Werk Allein", 'type': 'site', 'parent_id': cls.other_company.id, 'city': "Melle"}
        )

    def test_plan(self):
        action = (self.company | self.other_company).with_user(self.user_econ).action_open_outreach_plan()
        plan = self.env['outreach.visit.plan'].with_user(self.user_econ).browse(action['res_id'])
        by_company = plan.line_ids.grouped('partner_id')
        line, other = by_company[self.company], by_company[self.other_company]
        self.assertTrue(plan.any_sites and line.has_sites)
        self.assertFalse(line.site_id, "two: somebody chooses")
        self.assertEqual(other.site_id, self.only, "the only one is proposed")
        self.assertEqual(line.municipality_id, self.bramsche)
        line.site_id = self.north
        self.assertEqual(line.municipality_id, self.melle)
        plan.action_plan()
        self.assertEqual((line.visit_id.site_id, other.visit_id.site_id), (self.north, self.only))
        self.assertEqual(line.visit_id.location, "Nordweg 2, 49324 Melle")

    def test_log(self):
        with Form(self.env['outreach.contact.log'].with_user(self.user_econ)) as form:
            form.partner_ids.add(self.company)
            self.assertTrue(form.has_sites)
            form.site_id = self.south
            form.result = 'informed'
        log = form.save()
        log.action_log()
        visit = self.company.outreach_visit_ids[0]
        self.assertEqual((visit.stage, visit.site_id), ('done', self.south))
        # with several companies no site is asked for
        log = (
            self.env['outreach.contact.log']
            .with_user(self.user_econ)
            .create({'partner_ids': [Command.set((self.company | self.other_company).ids)], 'result': 'informed'})
        )
        self.assertFalse(log.has_sites or log.site_id)
        log.action_log()
        self.assertFalse(self.other_company.outreach_visit_ids.site_id)

    def test_log_of_the_only_site(self):
        action = self.other_company.with_user(self.user_econ).action_open_outreach_log()
        log = self.env['outreach.contact.log'].with_user(self.user_econ).browse(action['res_id'])
        self.assertEqual(log.site_id, self.only)

    def test_mailing(self):
        self.company.outreach_consent_email = 'granted'
        action = self.company.with_user(self.user_econ).action_open_outreach_mailing()
        mailing = self.env['outreach.contact.mailing'].with_user(self.user_econ).browse(action['res_id'])
        line = mailing.line_ids
        self.assertEqual(line.email, 'kontakt@probewerk.example')
        line.site_id = self.north
        self.assertEqual(line.email, 'nord@probewerk.example', "a site with an address of its own is written to")
        mailing.write({'subject': "News", 'body': "<p>There are news.</p>"})
        mailing.action_check()
        mailing.action_send()
        self.assertEqual(line.visit_id.site_id, self.north)

    def test_sheets(self):
        visit = self.create_visit(site_id=self.north.id)
        for model, record in (
            ('report.outreach.preparation.sheet', visit),
            (
                'report.outreach.day.sheet',
                self.env['outreach.visit.day'].create(
                    {'name': "Trip", 'date': self.today + timedelta(days=3), 'visit_ids': [Command.set(visit.ids)]}
                ),
            ),
        ):
            with self.subTest(model=model):
                values = self.env[model].with_user(self.user_econ)._get_report_values(record.ids)
                self.assertIn("Werk Nord, Nordweg 2, 49324 Melle", str(values['sheets']))

    def test_a_dialog_keeps_no_site_from_its_company(self):
        self.env['outreach.contact.mailing.line'].create(
            {'mailing_id': self.env['outreach.contact.mailing'].create({}).id, 'partner_id': self.company.id, 'site_id': self.south.id}
        )
        self.south.parent_id = self.other_company
        self.assertEqual(self.south.parent_id, self.other_company)
