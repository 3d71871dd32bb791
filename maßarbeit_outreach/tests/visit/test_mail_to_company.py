import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, users
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from ..common import OutreachCommon


class TestMailToCompany(OutreachCommon, MailCase):
    """An e-mail from a record of employer outreach is a contact: asked about on every way, and never preset."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.company | cls.other_company).outreach_consent_email = 'granted'
        cls.visit, cls.demand = cls.create_visit(), cls.create_demand()
        cls.lead = cls.visit.lead_id
        cls.stand = cls.create_stand(cls.create_fair())
        cls.promise = cls.create_follow_ups()['outreach.promise']
        cls.records = [
            record.with_user(cls.user_econ)
            for record in (cls.company, cls.contact, cls.visit, cls.demand, cls.lead, cls.stand, cls.promise)
        ]
        cls.template = cls.env['mail.template'].create(
            {
                'name': "Test",
                'model_id': cls.env['ir.model']._get_id('outreach.visit'),
                'subject': "Test",
                'body_html': "<p>x</p>",
                'partner_to': '{{ object.partner_id.id }}',
                'use_default_to': False,
            }
        )

    def refuse(self, **values):
        """The company refused e-mail, and wants quiet."""
        self.company.write(values or {'outreach_consent_email': 'refused', 'outreach_blocked_until': self.today + timedelta(days=90)})

    def compose(self, records, user=None, template=None, **values):
        return (
            self.env['mail.compose.message']
            .with_user(user or self.user_econ)
            .create(
                {
                    'model': records._name,
                    'res_ids': json.dumps(records.ids),
                    'subject': "Test",
                    'body': "<p>x</p>",
                    'composition_mode': 'comment',
                    'subtype_id': self.env.ref('mail.mt_comment').id,
                    'template_id': template and template.id,
                    **values,
                }
            )
        )

    def get_ways(self, record):
        """Every way in which somebody sends from this record to the company, `{name: call}`."""
        post = {'body': "x", 'subtype_xmlid': 'mail.mt_comment', 'message_type': 'comment'}
        compose = {'partner_ids': [Command.set(self.company.ids)]}
        return {
            'message': lambda: record.message_post(**post, partner_ids=self.company.ids),
            'to its contact person': lambda: record.message_post(**post, partner_ids=self.contact.ids),
            'named in a note': lambda: record.message_post(body="x", partner_ids=self.company.ids),
            'as a notification': lambda: record.message_post(body="x", message_type='notification', partner_ids=self.company.ids),
            'to its address': lambda: record.message_post(**post, outgoing_email_to=self.company.email),
            'to an address that nobody knows': lambda: record.message_post(**post, outgoing_email_to="new@probewerk.example"),
            'editor': lambda: self.compose(record, **compose).action_send_mail(),
            'mailing': lambda: self.compose(record, composition_mode='mass_mail', **compose).action_send_mail(),
            'scheduled': lambda: self.compose(
                record, scheduled_date=fields.Datetime.now() + timedelta(days=1), **compose
            ).action_schedule_message(),
            'invited to follow': lambda: (
                self.env['mail.followers.edit']
                .with_user(self.user_econ)
                .create(
                    {
                        'res_model': record._name,
                        'res_ids': str(record.ids),
                        'notify': True,
                        'message': "x",
                        'partner_ids': [Command.set(self.company.ids)],
                    }
                )
                .edit_followers()
            ),
        }

    @mute_logger('odoo.addons.mail.models.mail_mail')
    def test_asked_on_every_way(self):
        for record in self.records:
            self.company.write({'outreach_consent_email': 'granted', 'outreach_blocked_until': False})
            for what, way in self.get_ways(record).items():
                with self.subTest(record=record, what=what, wish=False), self.mock_mail_gateway():
                    way()
            record.message_unsubscribe(partner_ids=(self.company | self.contact).ids)
            self.refuse()
            for what, way in self.get_ways(record).items():
                with self.subTest(record=record, what=what, wish=True), self.mock_mail_gateway():
                    with self.assertRaisesRegex(UserError, "no contact until"), self.env.cr.savepoint():
                        way()
                    self.assertFalse(self._new_mails)

    def test_followers(self):
        """Whoever follows gets what is written, so they are asked about; what the software tells, they do not get."""
        self.visit.sudo().message_subscribe(partner_ids=self.contact.ids, subtype_ids=self.env.ref('mail.mt_comment').ids)
        self.refuse()
        record = self.visit.with_user(self.user_econ)
        with self.assertRaisesRegex(UserError, "needs a decision"), self.env.cr.savepoint():
            record.message_post(body="x", subtype_xmlid='mail.mt_comment', message_type='comment')
        with self.mock_mail_gateway():
            message = record.message_post(body="Moved", subtype_xmlid='mail.mt_comment', message_type='notification')
        self.assertNotIn(self.contact, message.notified_partner_ids)
        self.company.write({'outreach_consent_email': 'granted', 'outreach_blocked_until': False})
        with self.mock_mail_gateway():
            message = record.message_post(body="Moved", subtype_xmlid='mail.mt_comment', message_type='notification')
        self.assertIn(self.contact, message.notified_partner_ids)

    def test_notes_and_colleagues(self):
        self.refuse()
        for record in self.records:
            with self.subTest(record=record), self.mock_mail_gateway():
                record.message_post(body="x")
                record.message_post(body="x", partner_ids=self.user_job.partner_id.ids)
                record.message_post(
                    body="x", subtype_xmlid='mail.mt_comment', message_type='comment', partner_ids=self.user_job.partner_id.ids
                )
                self.compose(record, partner_ids=[Command.set(self.user_job.partner_id.ids)]).action_send_mail()
                self.compose(record, subtype_id=self.env.ref('mail.mt_note').id).action_send_mail()
        self.assertFalse(self.company.outreach_visit_ids.decision_ids)

    @mute_logger('odoo.addons.mail.models.mail_mail')
    def test_anyway(self):
        """With a reason it goes, is kept as a contact, and the next e-mail of the day is not asked about again."""
        self.refuse()
        composer = self.compose(self.demand, partner_ids=[Command.set(self.contact.ids)])
        self.assertIn("no contact until", composer.outreach_reasons)
        self.assertIn("Probewerk", composer.outreach_reasons)
        composer.outreach_anyway_reason = "They asked for the answer"
        before = self.company.outreach_visit_ids
        with self.mock_mail_gateway():
            composer.action_send_mail()
        self.assertEqual(self._new_mails.recipient_ids, self.contact)
        contact = self.company.outreach_visit_ids - before
        self.assertEqual((contact.stage, contact.result, contact.kind_id.channel), ('done', 'informed', 'email'))
        self.assertEqual(contact.decision_ids.mapped('reason'), ["They asked for the answer"])
        self.assertEqual((contact.decision_ids.user_id, contact.user_ids), (self.user_econ, self.user_econ))
        with self.mock_mail_gateway():
            self.demand.with_user(self.user_econ).message_post(
                body="x", subtype_xmlid='mail.mt_comment', message_type='comment', partner_ids=self.contact.ids
            )
        self.assertEqual(self.company.outreach_visit_ids - before, contact)
        with self.assertRaisesRegex(UserError, "needs a decision"), self.env.cr.savepoint():  # somebody else
            self.demand.with_user(self.user_job).message_post(
                body="x", subtype_xmlid='mail.mt_comment', message_type='comment', partner_ids=self.contact.ids
            )

    def test_scheduled(self):
        """Asked when it is scheduled and, as wishes change, when it goes; the reason goes along."""
        later = {'scheduled_date': fields.Datetime.now() + timedelta(days=1), 'partner_ids': [Command.set(self.company.ids)]}
        self.compose(self.visit, **later).action_schedule_message()
        message = self.env['mail.scheduled.message'].search([('model', '=', 'outreach.visit'), ('res_id', '=', self.visit.id)])
        self.refuse()
        with self.assertRaisesRegex(UserError, "needs a decision"), self.env.cr.savepoint():
            message.sudo()._post_message()
        before = self.company.outreach_visit_ids
        self.compose(self.visit, outreach_anyway_reason="Agreed", **later).action_schedule_message()
        message = self.env['mail.scheduled.message'].search([('model', '=', 'outreach.visit'), ('res_id', '=', self.visit.id)]) - message
        self.assertEqual(self.company.outreach_visit_ids, before, "not before it goes")
        with self.mock_mail_gateway():
            message.sudo()._post_message()
        self.assertEqual((self.company.outreach_visit_ids - before).decision_ids.mapped('reason'), ["Agreed"])

    def test_mailing(self):
        """All companies of a mailing are asked about before the first e-mail goes; wishes are not overridden by it."""
        self.refuse()
        companies = self.other_company | self.company
        self.other_company.email = 'post@musterbau.example'
        for template in (None, self.template):
            records = companies if not template else self.visit | self.create_visit(self.other_company)
            composer = self.compose(records, composition_mode='mass_mail', template=template)
            self.assertIn("no contact until", composer.outreach_reasons)
            composer.outreach_anyway_reason = "important"
            with self.subTest(template=template), self.mock_mail_gateway():
                with self.assertRaisesRegex(UserError, "cannot be written to"), self.env.cr.savepoint():
                    composer.action_send_mail()
                self.assertFalse(self._new_mails)
        with self.mock_mail_gateway():
            self.compose(self.other_company, composition_mode='mass_mail').action_send_mail()
        self.assertEqual(self._new_mails.recipient_ids, self.other_company)

    def test_template_in_the_editor(self):
        self.refuse()
        composer = self.compose(
            self.visit, template=self.template, author_id=self.user_econ.partner_id.id, email_from=self.user_econ.email_formatted
        )
        self.assertEqual(composer.partner_ids, self.company)
        with self.assertRaisesRegex(UserError, "needs a decision"), self.env.cr.savepoint():
            composer.action_send_mail()
        self.template.use_default_to = True
        self.assertFalse(self.compose(self.visit, template=self.template).partner_ids.filtered('partner_share'))

    def test_other_agency(self):
        """As with any other contact, what another agency has planned there is asked about; not where one writes about that."""
        theirs = self.create_visit(team=self.user_job, user=self.user_job, anyway_reason="test")
        with self.mock_mail_gateway():
            theirs.with_user(self.user_econ).message_post(
                body="x", subtype_xmlid='mail.mt_comment', message_type='comment', partner_ids=self.company.ids
            )
        with self.assertRaisesRegex(UserError, "Test Job Centre"), self.env.cr.savepoint():
            self.demand.with_user(self.user_econ).message_post(
                body="x", subtype_xmlid='mail.mt_comment', message_type='comment', partner_ids=self.company.ids
            )

    def test_blocked(self):
        self.refuse(outreach_vetting='blocked')
        with self.assertRaisesRegex(UserError, "cannot be written to"), self.env.cr.savepoint():
            self.compose(self.visit, partner_ids=[Command.set(self.company.ids)], outreach_anyway_reason="x").action_send_mail()

    def test_nobody_is_preset(self):
        for record in self.records:
            with self.subTest(record=record):
                for options in ({}, {'reply_discussion': True}, {'additional_partners': self.company}):
                    found = record._message_get_suggested_recipients(**options)
                    partners = self.env['res.partner'].browse(one['partner_id'] for one in found if one['partner_id'])
                    self.assertFalse(partners.filtered('partner_share'), (options, found))
                    self.assertTrue(all(one['partner_id'] for one in found), found)
        incoming = self.visit.sudo().message_post(
            body="x", message_type='email', author_id=self.contact.id, email_from=self.contact.email, subtype_xmlid='mail.mt_comment'
        )
        found = self.visit.with_user(self.user_econ)._message_get_suggested_recipients(reply_message=incoming)
        self.assertIn(self.contact.id, [one['partner_id'] for one in found], "whoever wrote is answered")

    def test_other_departments(self):
        """They write to the company as ever: it is no contact of the offices."""
        self.refuse()
        writer = self.create_user('writer', 'base.group_user,base.group_partner_manager,sales_team.group_sale_salesman')
        sale = self.env['crm.lead'].create({'name': "Sale", 'partner_id': self.company.id, 'user_id': writer.id, 'team_id': False})
        for record in (self.company.with_user(writer), sale.with_user(writer)):
            with self.subTest(record=record), self.mock_mail_gateway():
                record.message_post(body="x", subtype_xmlid='mail.mt_comment', message_type='comment', partner_ids=self.company.ids)
            self.assertIn(self.company, self._new_mails.recipient_ids)

    # ------------------------------------------------------------
    # FROM ANYWHERE ELSE: what the company said about e-mail counts
    # ------------------------------------------------------------

    def get_foreign_records(self):
        """What is none of employer outreach, of somebody who has another role besides."""
        self.user_econ.group_ids += self.env.ref('sales_team.group_sale_salesman')
        lead = self.env['crm.lead'].create(
            {
                'name': "Sale",
                'partner_id': self.company.id,
                'user_id': self.user_econ.id,
                'team_id': self.env['crm.team'].create({'name': "x"}).id,
            }
        )
        event = self.env['calendar.event'].create({'name': "x", 'start': self.at(3), 'stop': self.at(3, 11), 'user_id': self.user_econ.id})
        self.assertFalse(lead.is_outreach)
        return [record.with_user(self.user_econ) for record in (lead, event)]

    @mute_logger('odoo.addons.mail.models.mail_mail')
    def test_refusal_counts_everywhere(self):
        """Whoever is an officer writes to nobody who refused e-mail, whichever record they write from; the reason goes along."""
        for record in self.get_foreign_records():
            self.company.outreach_consent_email = 'unknown'
            for what, way in self.get_ways(record).items():
                with self.subTest(record=record, what=what, wish=False), self.mock_mail_gateway():
                    if what == 'mailing':
                        with self.assertRaisesRegex(UserError, "was not asked"), self.env.cr.savepoint():
                            way()
                    else:
                        way()
            record.message_unsubscribe(partner_ids=(self.company | self.contact).ids)
            self.refuse(outreach_consent_email='refused')
            for what, way in self.get_ways(record).items():
                if 'address' in what and record._name == 'calendar.event':
                    continue  # nobody knows whose it is
                with self.subTest(record=record, what=what, wish=True), self.mock_mail_gateway():
                    with self.assertRaisesRegex(UserError, "does not want to be contacted in this way"), self.env.cr.savepoint():
                        way()
                    self.assertFalse(self._new_mails)
        composer = self.compose(record, partner_ids=[Command.set(self.contact.ids)])
        self.assertIn("does not want", composer.outreach_reasons)
        composer.outreach_anyway_reason = "They asked for the answer"
        with self.mock_mail_gateway():
            composer.action_send_mail()
        self.assertEqual(self._new_mails.recipient_ids, self.contact)

    @mute_logger('odoo.addons.mail.models.mail_mail')
    def test_from_no_record(self):
        self.refuse(outreach_consent_email='refused')
        thread = self.env['mail.thread'].with_user(self.user_econ)
        values = {'body': "x", 'subject': "x", 'partner_ids': self.contact.ids}
        with self.assertRaisesRegex(UserError, "does not want"), self.env.cr.savepoint():
            thread.message_notify(**values)
        with self.mock_mail_gateway():
            thread.message_notify(**values, outreach_anyway_reason="They asked for it")
        self.assertEqual(self._new_mails.recipient_ids, self.contact)

    def test_others_visits_do_not_matter_elsewhere(self):
        self.create_visit(team=self.user_job, user=self.user_job, anyway_reason="test")
        self.company.outreach_blocked_until = self.today + timedelta(days=90)
        for record in self.get_foreign_records():
            with self.mock_mail_gateway():
                record.message_post(body="x", subtype_xmlid='mail.mt_comment', message_type='comment', partner_ids=self.company.ids)

    @mute_logger('odoo.addons.mail.models.mail_mail')
    def test_mailing_of_another_department(self):
        """They have reasons of their own to write; a refusal they heed when they write to many, and are not told what else is known."""
        writer = self.create_user('writer', 'base.group_user,base.group_partner_manager,sales_team.group_sale_salesman')
        companies = self.company | self.other_company
        companies.write({'outreach_consent_email': 'unknown', 'email': 'post@probewerk.example'})
        with self.mock_mail_gateway():
            self.compose(companies, user=writer, composition_mode='mass_mail').action_send_mail()
        self.assertEqual(self._new_mails.recipient_ids, companies)
        self.refuse(outreach_consent_email='refused')
        with self.mock_mail_gateway():
            with self.assertRaisesRegex(UserError, "ask an officer"), self.env.cr.savepoint():
                self.compose(companies, user=writer, composition_mode='mass_mail').action_send_mail()
            self.assertFalse(self._new_mails)

    @mute_logger('odoo.addons.mail.models.mail_mail')
    def test_invitations(self):
        """No invitation, move or reminder of an appointment goes to a company that refused e-mail, and the appointment says so."""
        Event = self.env['calendar.event'].with_user(self.user_econ)
        values = {
            'name': "x",
            'start': self.at(3),
            'stop': self.at(3, 11),
            'partner_ids': [Command.set((self.contact | self.user_job.partner_id).ids)],
        }
        with self.mock_mail_gateway():
            Event.create(dict(values))
        self.assertIn(self.contact, self._new_mails.recipient_ids)
        self.refuse(outreach_consent_email='refused')
        with self.mock_mail_gateway():
            event = Event.create(dict(values))
            event.start += timedelta(days=1)
            event.attendee_ids._notify_attendees(self.env.ref('calendar.calendar_template_meeting_reminder'), notify_author=True)
        self.assertIn(self.user_job.partner_id, self._new_mails.recipient_ids)
        self.assertNotIn(self.contact, self._new_mails.recipient_ids)
        self.assertIn("Petra Probe", ''.join(event.message_ids.mapped('body')))

    def test_invitation_to_a_visit(self):
        visit = self.create_visit(self.other_company, contact_ids=[Command.set(self.other_contact.ids)])
        self.other_company.outreach_consent_email = 'refused'
        with self.assertRaisesRegex(UserError, "wants no e-mail"), self.env.cr.savepoint():
            visit.invite_contacts = True
        self.other_company.outreach_consent_email = 'unknown'
        with self.mock_mail_gateway():
            visit.invite_contacts = True

    def test_invitation_to_the_portal(self):
        person = self.env['res.partner'].create({'name': "Nina Neu", 'parent_id': self.company.id, 'email': 'neu@probewerk.example'})
        self.refuse(outreach_consent_email='refused')
        wizard = self.env['portal.wizard'].with_user(self.user_econ).create({'partner_ids': [Command.set(person.ids)]})
        with self.assertRaisesRegex(UserError, "wants no e-mail"), self.env.cr.savepoint():
            wizard.user_ids.action_grant_access()

    def test_not_told_to_others(self):
        """Whoever has no role with the offices is not told what these know of the company."""
        self.refuse()
        writer = self.create_user('writer', 'base.group_user,event.group_event_user')
        for reason in (None, "Agreed"):
            with self.assertRaisesRegex(UserError, "ask an officer") as caught, self.env.cr.savepoint():
                self.stand.with_user(writer).message_post(
                    body="x", subtype_xmlid='mail.mt_comment', partner_ids=self.company.ids, outreach_anyway_reason=reason
                )
            self.assertNotIn("no contact until", str(caught.exception))
        self.assertFalse(self.compose(self.stand, user=writer, partner_ids=[Command.set(self.company.ids)]).outreach_reasons)

    @users('test_econ')
    def test_form(self):
        self.refuse()
        form = Form(
            self.env['mail.compose.message'].with_context(
                default_model='outreach.visit',
                default_res_ids=self.visit.ids,
                default_composition_mode='comment',
                default_subtype_id=self.env.ref('mail.mt_comment').id,
                clicked_on_full_composer=True,
            )
        )
        self.assertFalse(form.outreach_reasons)
        form.partner_ids.add(self.company)
        self.assertIn("no contact until", form.outreach_reasons)
        form.outreach_anyway_reason = "Agreed"
        form.subject, form.body = "x", "x"
        with self.mock_mail_gateway():
            form.save().action_send_mail()
        self.assertEqual(self.company.outreach_visit_ids.decision_ids.mapped('reason'), ["Agreed"])

    def test_queries(self):
        """One question for all companies of a mailing."""
        companies = self.env['res.partner'].create(
            [{'name': f"Test {n}", 'is_company': True, 'email': f'post@test{n}.example'} for n in range(40)]
        )
        self.env.flush_all()

        def ask(companies):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            composer = self.compose(companies, composition_mode='mass_mail')
            composer.read(['outreach_reasons'])
            return self.cr.sql_log_count - before

        ask(companies)
        self.assertLessEqual(abs(ask(companies) - ask(companies[:4])), 2)
