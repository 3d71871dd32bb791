"""A consent or refusal of a channel has date, words, who said it and who noted it, and can be withdrawn. Art. 7 (1), (3), 21 GDPR."""

import importlib.util
from datetime import date, timedelta
from pathlib import Path

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import users
from odoo.tools import mute_logger

from ..common import ROLES, OutreachCommon

SCRIPT = Path(__file__).resolve().parents[2] / 'migrations/19.0.1.5.0/post-consent.py'
FORBIDDEN = ('odoo.models', 'odoo.orm.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
SAID = {'date': date(2026, 3, 1), 'said_by': "Petra Probe, management", 'wording': "You may write to us about grants"}


class TestConsent(OutreachCommon):
    def note(self, state, channel='email', user=None, **values):
        return (
            self.env['outreach.consent.note']
            .with_user(user or self.user_econ)
            .create({'partner_id': self.company.id, 'channel': channel, 'state': state, **SAID, **values})
            .action_note()
        )

    def lines(self, channel='email'):
        return self.company.outreach_consent_ids.filtered(lambda line: line.channel == channel)

    def test_agreed_and_withdrawn(self):
        self.note('granted')
        line = self.lines()
        self.assertEqual(self.company.outreach_consent_email, 'granted')
        self.assertEqual((line.state, line.date, line.said_by, line.wording), ('granted', *SAID.values()))
        self.assertEqual((line.noted_by_id, line.date_until), (self.user_econ, False))
        self.note('withdrawn', user=self.user_job, wording="No more, please")
        self.assertEqual(self.company.outreach_consent_email, 'refused', "who withdraws an agreement is left alone")
        self.assertEqual((line.date_until, line.ended_by_id), (fields.Date.context_today(line), self.user_job))
        self.assertIn("No more, please", line.end_note)
        now = self.lines() - line
        self.assertEqual((now.state, now.wording, now.noted_by_id), ('refused', "No more, please", self.user_job))
        self.note('withdrawn')
        self.assertEqual(self.company.outreach_consent_email, 'unknown', "who withdraws a refusal can be asked anew")
        self.assertFalse(self.lines().filtered(lambda line: not line.date_until))
        with self.assertRaisesRegex(UserError, "Nothing is noted"):
            self.note('withdrawn')

    def test_said_anew(self):
        """The same with another date and other words is another line; the former one ends."""
        self.note('granted')
        first = self.lines()
        self.note('granted', wording="Also about fairs")
        self.assertTrue(first.date_until)
        self.assertEqual((self.lines() - first).wording, "Also about fairs")

    def test_each_channel_by_itself(self):
        self.note('granted')
        self.note('refused', channel='phone')
        self.assertEqual((self.lines().state, self.lines('phone').state, len(self.lines('visit'))), ('granted', 'refused', 0))
        self.assertEqual(self.company.outreach_consent_visit, 'unknown')

    @users('test_econ', 'test_job')
    def test_every_way(self):
        """Whoever writes the field, by a list, the interface or an import: day and who noted it are known all the same."""
        company = self.env['res.partner'].create({'name': "Test GmbH", 'is_company': True, 'outreach_consent_visit': 'refused'})
        line = company.outreach_consent_ids
        self.assertEqual(
            (line.channel, line.state, line.date, line.noted_by_id), ('visit', 'refused', fields.Date.context_today(line), self.env.user)
        )
        company.write({'outreach_consent_visit': 'refused', 'outreach_consent_email': 'granted'})
        self.assertEqual(sorted(company.outreach_consent_ids.mapped('channel')), ['email', 'visit'], "what stays the same adds nothing")
        company.outreach_consent_visit = 'unknown'
        self.assertTrue(line.date_until)
        company.name = "Test Two GmbH"
        self.assertEqual(len(company.outreach_consent_ids), 2)

    def test_bad_input(self):
        with self.assertRaises(ValidationError):
            self.note('granted', date=fields.Date.today() + timedelta(days=3))

    def test_queries(self):
        """As many for 50 companies as for two."""
        companies = self.env['res.partner'].create([{'name': f"Test {number}", 'is_company': True} for number in range(60)])
        counts = []
        for some, state in ((companies[:4], 'granted'), (companies[4:6], 'granted'), (companies[6:56], 'granted')):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.outreach_consent_email = state
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_a_copy_agreed_to_nothing(self):
        """It is another company, which nobody asked."""
        self.note('granted')
        copy = self.company.with_user(self.user_econ).copy()
        self.assertEqual(copy.outreach_consent_email, 'unknown')
        self.assertFalse(self.env['outreach.consent'].search([('partner_id', '=', copy.id)]))

    @mute_logger(*FORBIDDEN)
    def test_by_nobodys_hand(self):
        self.note('granted')
        line = self.lines()
        for role in ROLES:
            mine = line.with_user(getattr(self, f'user_{role}'))
            for call in (
                lambda mine=mine: mine.write({'wording': "x"}),
                mine.unlink,
                lambda mine=mine: mine.create({'partner_id': self.company.id, 'channel': 'visit', 'state': 'granted'}),
            ):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    call()

    @mute_logger(*FORBIDDEN)
    def test_who_notes_and_who_reads(self):
        self.note('granted')
        for role in ('migration', 'immigration', 'helper', 'dpo', 'portal', 'internal'):
            user = getattr(self, f'user_{role}')
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.note('refused', user=user)
            if role != 'migration':
                with self.subTest(role=role), self.assertRaises(AccessError):
                    self.lines().with_user(user).read(['wording'])
        self.assertEqual(self.company.outreach_consent_email, 'granted')

    def test_update(self):
        """What was noted before holds; of when and by whom nothing is made up."""
        self.company.write({'outreach_consent_email': 'refused', 'outreach_consent_visit': 'granted'})
        self.env.flush_all()
        self.cr.execute('DELETE FROM outreach_consent')
        self.env.invalidate_all()
        spec = importlib.util.spec_from_file_location('post_consent', SCRIPT)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        for __ in range(2):  # twice is once
            script.migrate(self.cr, '19.0.1.4.0')
        self.env.invalidate_all()
        self.assertEqual(
            {(line.channel, line.state, line.date, line.noted_by_id.id, line.date_until) for line in self.company.outreach_consent_ids},
            {('email', 'refused', False, False, False), ('visit', 'granted', False, False, False)},
        )
        self.assertEqual((self.company.outreach_consent_email, self.company.outreach_consent_phone), ('refused', 'unknown'))
        self.note('withdrawn')
        self.assertEqual(self.company.outreach_consent_email, 'unknown')
