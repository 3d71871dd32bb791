"""§ 35 (4) SGB I: what a company told stays with those to whom it was told, on every path."""

import json
from contextlib import suppress
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import Form
from odoo.tools import mute_logger
from odoo.tools.misc import file_path

from odoo.addons.mail.tests.common import MailCase

from ..common import MODULE, OutreachCommon

# What must not be found, in whatever way somebody asks.
SECRETS = ("Crisis talk", "Liquidity", "insolvency", "Handed to", "short-time", "handed_over", "Furnace")
OUTSIDE = ('econ', 'migration', 'manager')


class TestCircle(OutreachCommon, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_job2 = cls.create_user('job2', f'{MODULE}.group_job_centre')
        cls.agency_job.user_ids += cls.user_job2
        cls.crisis = cls.env['outreach.visit.kind'].create({'name': "Crisis talk", 'channel': 'visit', 'circle': 'agency'})
        cls.env['outreach.responsibility'].create(
            [
                {'partner_id': company.id, 'agency_id': agency.id, 'user_id': user.id}
                for company in (cls.company, cls.other_company)
                for user, agency in ((cls.user_econ, cls.agency_econ), (cls.user_job, cls.agency_job))
            ]
        )
        cls.visit = cls.create_visit(
            user=cls.user_job,
            team=cls.user_job,
            kind_id=cls.crisis.id,
            stage='done',
            result='handed_over',
            report_text="Liquidity ends in May, insolvency likely",
        )
        cls.coming = cls.create_visit(
            user=cls.user_job, team=cls.user_job, kind_id=cls.crisis.id, report_text="Liquidity", anyway_reason="short-time work"
        )
        cls.promise = (
            cls.env['outreach.promise']
            .with_user(cls.user_job)
            .create({'name': "Send the short-time work form", 'visit_id': cls.visit.id, 'date_deadline': '2030-01-01'})
        )
        cls.warning = (
            cls.env['outreach.early.warning']
            .with_user(cls.user_job)
            .create({'partner_id': cls.company.id, 'kind': 'closure', 'note': "Furnace goes out"})
        )
        cls.demand = cls.create_demand(user=cls.user_job, visit_id=cls.visit.id)
        cls.env.flush_all()
        cls.cr.precommit.run()

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger('odoo.addons.base.models.ir_rule', 'odoo.models', 'odoo.orm.models'))
        self.env.invalidate_all()

    def assert_untold(self, said, secrets=SECRETS):
        said = json.dumps(said, default=str, ensure_ascii=False)
        for secret in secrets:
            self.assertNotIn(secret, said)

    def as_user(self, key, records):
        self.env.invalidate_all()
        return records.with_user(getattr(self, f'user_{key}'))

    # ------------------------------------------------------------
    # WHO READS
    # ------------------------------------------------------------

    def test_presets(self):
        self.assertEqual((self.visit.circle, self.warning.circle), ('agency', 'agency'))
        self.assertEqual(self.create_visit(self.other_company).circle, 'all')
        warning = self.env['outreach.early.warning'].with_user(self.user_migration)
        self.assertEqual(warning.create({'partner_id': self.company.id, 'kind': 'expansion'}).circle, 'all')
        layoffs = warning.create({'partner_id': self.company.id, 'kind': 'layoffs'})
        self.assertEqual((layoffs.circle, layoffs.agency_id), ('agency', self.agency_migration))
        self.assertEqual(self.env.ref(f'{MODULE}.visit_kind_crisis').circle, 'agency')

    def test_inside(self):
        for key in ('job', 'job2'):
            for record in (self.visit, self.coming, self.promise, self.warning):
                self.assertTrue(self.as_user(key, record).read(), (key, record))
            self.assertIn("Crisis talk", self.as_user(key, self.visit).display_name)

    def test_circles(self):
        """Each circle, for each of the roles."""
        readers = {'agency': {'job', 'job2'}, 'offices': {'job', 'job2', 'econ'}, 'all': {'job', 'job2', 'econ', 'migration', 'manager'}}
        for circle, inside in readers.items():
            for record in (self.visit, self.warning):
                record.with_user(self.user_job).circle = circle
                self.env.flush_all()
                found = {
                    key
                    for key in ('job', 'job2', 'econ', 'migration', 'manager')
                    if self.as_user(key, record).search([('id', '=', record.id)])
                }
                self.assertEqual(found, inside, (circle, record))
                for key in ('helper', 'immigration', 'dpo', 'internal'):
                    with self.assertRaises(AccessError):
                        self.as_user(key, record).read(['circle'])

    def test_joint(self):
        """Who was there knows: the agencies of the team own the visit together."""
        self.visit.with_user(self.user_job).member_ids = [Command.create({'user_id': self.user_econ.id})]
        self.env.flush_all()
        self.assertTrue(self.as_user('econ', self.visit).read(['report_text']))
        self.visit.with_user(self.user_job).member_ids.filtered(lambda member: member.user_id == self.user_econ).unlink()
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self.as_user('econ', self.visit).read(['report_text'])
        self.assertNotIn(self.user_econ.partner_id, self.visit.message_partner_ids)

    # ------------------------------------------------------------
    # PATHS
    # ------------------------------------------------------------

    def test_records_are_closed(self):
        """Each of core's methods that anybody calls by RPC."""
        spec = {'report_text': {}, 'kind_id': {'fields': {'display_name': {}}}, 'promise_ids': {'fields': {'name': {}}}}
        self.create_visit(self.other_company)
        decided = self.create_visit(
            self.other_company, user=self.user_job, team=self.user_job, kind_id=self.crisis.id, anyway_reason="short-time work"
        ).decision_ids
        for key in OUTSIDE:
            for records in (self.visit, self.coming, self.promise, self.warning, self.visit.member_ids, decided):
                mine = self.as_user(key, records)
                self.assertTrue(mine.ids)
                names = [name for name in mine._fields if mine._has_field_access(mine._fields[name], 'read')]
                calls = {
                    'read': lambda mine=mine: mine.read(),
                    'one by one': lambda mine=mine, names=names: [mine.read([name]) for name in names if name != 'id'],
                    'web_read': lambda mine=mine: mine.web_read({name: {} for name in ('create_date', 'display_name')}),
                    'write': lambda mine=mine: mine.write({'company_id': self.env.company.id}),
                    'copy': lambda mine=mine: mine.copy(),
                    'copy_data': lambda mine=mine: mine.copy_data(),
                    'unlink': lambda mine=mine: mine.unlink(),
                }
                for name, call in calls.items():
                    self.env.invalidate_all()
                    with self.subTest(key=key, model=mine._name, call=name), self.assertRaises(AccessError):
                        call()
                for domain in ([('id', 'in', mine.ids)], [('create_date', '!=', False), ('id', 'in', mine.ids)]):
                    self.assertFalse(mine.search(domain))
                    self.assertEqual(mine.search_count(domain), 0)
                    self.assertFalse(mine.search_read(domain, []))
                    self.assertEqual(mine.web_search_read(domain, {'create_date': {}})['length'], 0)
                    self.assertEqual(mine._read_group(domain, [], ['__count']), [(0,)])
                    self.assertFalse(mine.formatted_read_group(domain, ['create_date:month'], ['__count']))
                    self.assertFalse(mine.web_read_group(domain, ['create_date:month'])['groups'])
            visit = self.as_user(key, self.visit)
            with self.assertRaises(AccessError):
                visit.web_read(spec)
            with self.assertRaises(AccessError):
                visit.action_join()
            with self.assertRaises(AccessError):
                visit.message_post(body="What is it about?")
            with self.assertRaises(AccessError):
                visit.message_subscribe(partner_ids=self.env.user.partner_id.ids)
            with self.assertRaises(AccessError):
                visit.onchange({}, [], spec)
            self.assertFalse([row for row in visit.name_search("Crisis") if row[0] in (self.visit.id, self.coming.id)])
            self.assertFalse(visit.search([('report_text', 'ilike', 'Liquidity')]))
            self.assertFalse(visit.search([('kind_id.name', '=', 'Crisis talk')]))
            self.assertFalse(visit._read_group([('report_text', 'ilike', 'Liquidity')], ['partner_id'], ['__count']))
            for groupby in ('kind_id', 'result', 'circle', 'create_uid'):
                try:
                    self.assert_untold(visit.formatted_read_group([('partner_id', '=', self.company.id)], [groupby], ['__count']))
                except AccessError:  # by name of staff
                    self.assertEqual(groupby, 'create_uid')

    def test_export(self):
        for records in (self.visit, self.warning, self.promise):
            with self.assertRaises(AccessError):
                self.as_user('manager', records).export_data(['display_name'])
        with self.assertRaises(AccessError):
            self.as_user('manager', self.demand).export_data(['name', 'visit_id/report_text'])
        with self.assertRaises(AccessError):  # the column is left out, then
            self.as_user('manager', self.demand).export_data(['name', 'visit_id'])
        self.as_user('manager', self.demand).export_data(['name'])

    def test_through_others(self):
        """What refers to the visit, and may be read, tells nothing of it."""
        for key in OUTSIDE:
            company, demand = self.as_user(key, self.company), self.as_user(key, self.demand)
            self.assertFalse(company.outreach_visit_ids)
            self.assertFalse(company.outreach_open_warning_ids)
            self.assertFalse(company.outreach_promise_ids)
            for condition in (
                ('outreach_visit_ids.report_text', 'ilike', 'Liquidity'),
                ('outreach_visit_ids', 'any', [('report_text', 'ilike', 'Liquidity')]),
                ('outreach_visit_ids.kind_id', '=', self.crisis.id),
                ('outreach_visit_ids', 'in', self.visit.ids),
                ('outreach_open_warning_ids', '!=', False),
                ('outreach_warning_ids.kind', '=', 'closure'),
                ('outreach_promise_ids.name', 'ilike', 'short-time'),
            ):
                self.assertFalse(company.search([('id', '=', company.id), condition]), condition)
            self.assert_untold(company.web_read({'outreach_visit_ids': {'fields': {'display_name': {}}}, 'display_name': {}}))
            for condition in (
                ('visit_id.report_text', 'ilike', 'Liquidity'),
                ('visit_id', 'any', [('result', '=', 'handed_over')]),
                ('visit_id.kind_id.name', 'ilike', 'Crisis'),
                ('visit_id', 'ilike', 'Crisis'),
            ):
                self.assertFalse(demand.search([('id', '=', demand.id), condition]), condition)
            self.assert_untold(demand.read(['visit_id']))
            self.assert_untold(demand.search_read([('id', '=', demand.id)], ['visit_id']))
            self.assert_untold(demand.web_read({'visit_id': {'fields': {'display_name': {}}}}))
            self.assert_untold(demand.formatted_read_group([('id', '=', demand.id)], ['visit_id'], ['__count']))
            for spec in ({'report_text': {}}, {'kind_id': {'fields': {'display_name': {}}}}, {'result': {}, 'display_name': {}}):
                self.env.invalidate_all()
                with suppress(AccessError):
                    self.assert_untold(demand.web_search_read([('id', '=', demand.id)], {'visit_id': {'fields': spec}}))
            for spec in ('visit_id.kind_id', 'visit_id.result', 'visit_id.report_text'):
                self.env.invalidate_all()
                with suppress(AccessError, ValueError):
                    self.assert_untold([str(row) for row in demand._read_group([('id', '=', demand.id)], [spec], ['__count'])])
                with suppress(AccessError, ValueError):
                    self.assert_untold(demand.formatted_read_group([('id', '=', demand.id)], [spec], ['__count']))
            if key == 'econ':  # what refers to it can be worked on
                self.env.invalidate_all()
                with Form(demand) as form:
                    form.positions = 7
                self.assert_untold(form.visit_id.display_name)
            lead = self.as_user(key, self.visit.lead_id)
            if lead and lead.has_access('read'):
                self.assertFalse(lead.outreach_visit_ids)

    def test_nobody_lets_themselves_in(self):
        Member = self.env['outreach.visit.member']
        for key in ('econ', 'manager'):
            user = getattr(self, f'user_{key}')
            with self.assertRaises(AccessError):
                Member.with_user(user).create({'visit_id': self.visit.id, 'user_id': self.user_econ.id})
            own = self.create_visit(self.other_company, user=user)
            self.env.flush_all()
            with self.assertRaises(AccessError):
                own.member_ids.with_user(user).write({'visit_id': self.visit.id})
            with self.assertRaises(AccessError):
                self.as_user(key, self.visit).write({'circle': 'all'})
            with self.assertRaises(AccessError):
                Member.with_user(user).with_context(default_visit_id=self.visit.id).create(
                    {'user_id': user.id, 'agency_id': self.agency_econ.id}
                )
            self.env['ir.default'].with_user(user).set('outreach.visit.member', 'visit_id', self.visit.id, user_id=True)
            with self.assertRaises(AccessError):
                Member.with_user(user).create({'user_id': user.id, 'agency_id': self.agency_econ.id})
            wizard = self.env['outreach.visit.cancel'].with_user(user)
            with suppress(AccessError, UserError):
                self.assert_untold(wizard.with_context(default_visit_ids=self.visit.ids).create({'reason': "x"}).read())
            self.assert_untold(wizard.with_context(default_visit_ids=self.visit.ids).default_get(['visit_ids']))

    def test_who_is_inside_does_not_become_an_owner(self):
        """By no field: of those whom the circle lets in, only the owners let in more."""
        for record in (self.visit, self.warning):
            record.with_user(self.user_job).circle = 'offices'
        visit, warning = self.as_user('econ', self.visit), self.as_user('econ', self.warning)
        for record, vals in (
            (visit, {'agency_ids': [Command.set(self.agency_econ.ids)]}),
            (visit, {'user_ids': [Command.link(self.user_migration.id)]}),
            (warning, {'agency_id': self.agency_econ.id}),
            (warning, {'agency_id': False}),
            (warning, {'user_id': self.user_migration.id}),
        ):
            with self.assertRaises(AccessError, msg=vals):
                record.write(vals)
        warning.action_settle()  # what officers do with what they know

    def test_who_joined_lets_in_nobody(self):
        """By no field: whoever comes along knows what is said there, and neither widens the circle nor takes others along from outside."""
        visit = self.create_visit(self.other_company, user=self.user_job, team=self.user_job, kind_id=self.crisis.id)
        visit.circle = 'offices'
        self.env.flush_all()
        self.as_user('econ', visit).action_join()
        self.assertEqual(visit.agency_ids, self.agency_job | self.agency_econ)
        joined = self.as_user('econ', visit)
        mine = joined.member_ids.filtered(lambda member: member.user_id == self.user_econ)
        self.assertFalse(joined.may_change_circle)
        migration = {'user_id': self.user_migration.id}
        ways = {
            'circle': lambda: joined.write({'circle': 'all'}),
            'narrower': lambda: joined.write({'circle': 'agency'}),
            'owners': lambda: joined.write({'circle_owner_ids': [Command.link(self.agency_econ.id)]}),
            'team': lambda: joined.write({'member_ids': [Command.create(migration)]}),
            'team, in my name': lambda: joined.write(
                {'member_ids': [Command.create({'user_id': self.user_econ.id, 'agency_id': self.agency_migration.id})]}
            ),
            'line': lambda: self.env['outreach.visit.member'].with_user(self.user_econ).create({'visit_id': visit.id, **migration}),
            'default': lambda: (
                self.env['outreach.visit.member']
                .with_user(self.user_econ)
                .with_context(default_visit_id=visit.id, default_user_id=self.user_migration.id)
                .create({})
            ),
            'my line': lambda: mine.write(migration),
            'my agency': lambda: mine.write({'agency_id': self.agency_migration.id}),
            'theirs': lambda: (joined.member_ids - mine).write(migration),
        }
        for what, way in ways.items():
            with self.subTest(what=what), self.assertRaises(AccessError), self.env.cr.savepoint():
                way()
            self.env.invalidate_all()
        joined.report_text = "What they said about the Furnace"
        (joined.member_ids - mine).unlink()  # who sends the others away is no owner either
        self.env.flush_all()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_user('econ', visit).circle = 'all'
        self.assertTrue(self.as_user('job', visit).may_change_circle)
        self.as_user('job', visit).member_ids = [Command.create({'user_id': self.user_migration.id})]
        self.assertEqual(visit.circle_owner_ids, self.agency_job | self.agency_migration, "who is taken along by an owner owns it, too")
        self.as_user('job', visit).circle = 'all'

    def test_owners_of_a_visit_without_team(self):
        visit = self.create_visit(self.other_company, user=self.user_manager, member_ids=[], kind_id=self.crisis.id)
        self.assertFalse(visit.circle_owner_ids)
        visit.with_user(self.user_manager).member_ids = [Command.create({'user_id': self.user_job.id})]
        self.assertEqual(visit.circle_owner_ids, self.agency_job)
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self.as_user('manager', visit).circle = 'all'

    def test_names_while_typing(self):
        """A form that is not saved yet names no record that its user may not read."""
        activity, message = self.env['mail.activity'], self.env['mail.message']
        for key in (*OUTSIDE, 'helper', 'internal', 'dpo'):
            user = getattr(self, f'user_{key}')
            for record in (self.visit, self.warning, self.promise):
                values = {'res_model_id': self.env['ir.model']._get_id(record._name), 'res_model': record._name, 'res_id': record.id}
                with suppress(AccessError):
                    self.assert_untold(activity.with_user(user).onchange(values, ['res_id'], {'res_name': {}}))
                values = {'model': record._name, 'res_id': record.id}
                with suppress(AccessError):
                    self.assert_untold(message.with_user(user).onchange(values, ['res_id'], {'record_name': {}}))
        values = {'res_model': 'outreach.promise', 'res_id': self.promise.id}
        found = activity.with_user(self.user_job).onchange(values, ['res_id'], {'res_name': {}})
        self.assertEqual(found['value']['res_name'], self.promise.name)

    # ------------------------------------------------------------
    # WHAT IS WRITTEN ELSEWHERE
    # ------------------------------------------------------------

    def test_pages(self):
        """The page of the company and the start page say that somebody was there, when and whose, and nothing else."""
        for key in OUTSIDE:
            user = getattr(self, f'user_{key}')
            self.env.invalidate_all()
            dossier = self.env['outreach.dossier'].with_user(user)
            page = dossier.get_dossier(self.company.id)
            self.assert_untold(page)
            cards = {card['key']: card for card in page['cards']}
            for card in cards.values():
                self.assertEqual((card['title'], card['text'], card['id']), ("Appointment", "Test Job Centre", False))
                self.assertTrue(card['when'])
            self.assert_untold(dossier.get_timeline(self.company.id))
            self.assert_untold(self.env['outreach.today'].with_user(user).get_today())
            self.assert_untold(self.env['outreach.due'].with_user(user).search_read([], []))
        self.env.invalidate_all()
        page = self.env['outreach.dossier'].with_user(self.user_econ).get_dossier(self.company.id)
        self.assertIn("Test Job Centre goes there", json.dumps(page['notices']))
        self.assertNotIn('action_join', json.dumps(page['notices']))
        inside = json.dumps(self.env['outreach.dossier'].with_user(self.user_job2).get_dossier(self.company.id))
        self.assertIn("Crisis talk", inside)
        self.assertIn("Furnace", inside)

    def test_messages(self):
        told = self.env['mail.message'].sudo().search([('model', 'in', ['res.partner', 'crm.lead']), ('body', 'like', 'outreach.visit')])
        self.assertTrue(told)
        self.assert_untold(told.mapped('body'))
        self.visit.with_user(self.user_job).message_post(body="Liquidity until May", message_type='comment')
        self.visit.with_user(self.user_job).result = 'no_interest'
        self.settle()
        about = [('model', '=', 'outreach.visit'), ('res_id', 'in', (self.visit | self.coming).ids)]
        hidden = self.env['mail.message'].sudo().search(about)
        self.assertTrue(hidden)
        for key in OUTSIDE:
            messages = self.as_user(key, hidden)
            self.assertFalse(messages.search(about))
            with self.assertRaises(AccessError):
                messages.read(['body'])
            self.assertFalse(messages.search([('body', 'ilike', 'Liquidity until')]))
            with self.assertRaises(AccessError):
                self.as_user(key, hidden.sudo().tracking_value_ids).read(['new_value_char'])
        self.assertTrue(self.as_user('job2', hidden).search(about))

    def test_colleagues_outside_are_told_nothing(self):
        visit = self.visit.with_user(self.user_job)
        with self.assertRaises(UserError):
            visit.message_post(body="Liquidity", partner_ids=self.user_econ.partner_id.ids, message_type='comment')
        with self.assertRaises(UserError):
            visit.message_subscribe(partner_ids=self.user_econ.partner_id.ids)
        with self.assertRaises(UserError):
            visit.activity_schedule('mail.mail_activity_data_todo', summary="Liquidity", user_id=self.user_econ.id)
        visit.activity_schedule('mail.mail_activity_data_todo', summary="Liquidity", user_id=self.user_job2.id)
        visit.message_post(body="Liquidity", partner_ids=self.user_job2.partner_id.ids, message_type='comment')

    def test_who_left_is_told_no_more(self):
        visit = self.visit.with_user(self.user_job)
        visit.message_subscribe(partner_ids=self.user_job2.partner_id.ids)
        with self.mock_mail_gateway():
            visit.message_post(body="Liquidity", message_type='comment', subtype_xmlid='mail.mt_comment')
        self.assertEqual(self._new_mails.recipient_ids, self.user_job2.partner_id)
        self.agency_job.user_ids -= self.user_job2
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self.as_user('job2', self.visit).read(['report_text'])
        with self.mock_mail_gateway():
            visit.message_post(body="insolvency", message_type='comment', subtype_xmlid='mail.mt_comment')
        self.assertFalse(self._new_mails.recipient_ids)
        activity = self.env['mail.activity'].sudo().search([('res_model', '=', 'outreach.visit'), ('res_id', '=', self.visit.id)])
        self.assertFalse(activity.with_user(self.user_job2).search([('id', 'in', activity.ids)]))

    def test_activities(self):
        self.visit.with_user(self.user_job).activity_schedule(
            'mail.mail_activity_data_todo', summary="Liquidity", user_id=self.user_job2.id
        )
        to_do = self.env['mail.activity'].search([('res_model', '=', 'outreach.visit'), ('res_id', '=', self.visit.id)])
        self.assertTrue(to_do)
        for key in OUTSIDE:
            mine = self.as_user(key, to_do)
            self.assertFalse(mine.search([('summary', '=', "Liquidity")]))
            self.assertEqual(mine._read_group([('summary', '=', "Liquidity")], [], ['__count']), [(0,)])
            with self.assertRaises(AccessError):
                mine.read(['summary', 'res_name'])
        self.assertEqual(self.as_user('job2', to_do).summary, "Liquidity")

    def test_files(self):
        file = (
            self.env['ir.attachment']
            .with_user(self.user_job)
            .create({'name': "Liquidity.txt", 'raw': b"insolvency", 'res_model': 'outreach.visit', 'res_id': self.visit.id})
        )
        for key in OUTSIDE:
            self.assertFalse(self.as_user(key, file).search([('res_model', '=', 'outreach.visit'), ('res_id', '=', self.visit.id)]))
            with self.assertRaises(AccessError):
                self.as_user(key, file).read(['name', 'raw'])

    def test_calendar(self):
        event = self.coming.event_id
        self.assertEqual(event.name, "Appointment: Probewerk Bramsche GmbH")
        self.assertFalse(event.description)
        self.assertFalse(self.as_user('econ', event).outreach_visit_ids)
        self.coming.with_user(self.user_job).circle = 'all'
        self.assertEqual(event.name, "Crisis talk: Probewerk Bramsche GmbH")
        self.coming.with_user(self.user_job).circle = 'offices'
        self.assertEqual(event.name, "Appointment: Probewerk Bramsche GmbH")

    def test_appointment_is_kept(self):
        """Who is outside neither cancels nor moves a visit by its appointment, and hangs none of theirs on it."""
        event, start = self.coming.event_id, self.coming.start
        own = self.create_visit(self.other_company, user=self.user_econ)
        for key in (*OUTSIDE, 'internal'):
            theirs = self.as_user(key, event)
            for what, way in {
                'delete': theirs.unlink,
                'archive': theirs.action_archive,
                'move': lambda theirs=theirs: theirs.write({'start': self.at(9), 'stop': self.at(9, 11)}),
                'leave out': lambda theirs=theirs: theirs.write({'partner_ids': [Command.clear()]}),
                'unhang': lambda theirs=theirs: theirs.write({'outreach_visit_ids': [Command.clear()]}),
            }.items():
                with self.subTest(key=key, what=what), self.assertRaises(AccessError), self.env.cr.savepoint():
                    way()
        self.assertEqual((self.coming.stage, self.coming.start, event.active), ('planned', start, True))
        private = self.env['calendar.event'].create(
            {'name': "Doctor", 'privacy': 'private', 'start': self.at(4), 'stop': self.at(4, 11), 'user_id': self.user_job.id}
        )
        for foreign in (event, private, self.create_visit(self.other_company, user=self.user_job, anyway_reason="test").event_id):
            values = {'partner_id': self.other_company.id, 'kind_id': self.kind.id, 'anyway_reason': "test"}
            Visit = self.env['outreach.visit'].with_user(self.user_econ)
            for what, way in {
                'write': lambda foreign=foreign: own.write({'event_id': foreign.id}),
                'create': lambda foreign=foreign, V=Visit, values=values: V.create({**values, 'event_id': foreign.id}),
                'default': lambda foreign=foreign, V=Visit, values=values: V.with_context(default_event_id=foreign.id).create(values),
                'appointment': lambda foreign=foreign: foreign.with_user(self.user_econ).write(
                    {'outreach_visit_ids': [Command.link(own.id)]}
                ),
            }.items():
                with self.subTest(event=foreign.name, what=what), self.assertRaises(AccessError), self.env.cr.savepoint():
                    way()
        mine = self.env['calendar.event'].with_user(self.user_econ).create({'name': "x", 'start': self.at(5), 'stop': self.at(5, 11)})
        own.event_id = mine
        self.assertEqual(own.start, self.at(5))
        self.as_user('job2', event).unlink()  # a colleague of the agency
        self.assertEqual(self.coming.stage, 'cancelled')

    def test_recap(self):
        """An agency with an interest in the company gets none of a visit that stays with another one."""
        recaps = self.env['mail.activity'].sudo().search([('res_model', '=', 'outreach.visit'), ('outreach_agency_id', '!=', False)])
        self.assertFalse(recaps.filtered(lambda recap: recap.res_id == self.visit.id))
        visit = self.create_visit(user=self.user_job, team=self.user_job, stage='done', anyway_reason="test")
        recap = self.env['mail.activity'].sudo().search([('res_model', '=', 'outreach.visit'), ('res_id', '=', visit.id)])
        self.assertEqual(recap.user_id, self.user_econ)
        visit.with_user(self.user_job).circle = 'agency'
        self.assertFalse(recap.exists())

    def test_guard(self):
        """Double visits are told, with when and whose."""
        plan = self.env['outreach.visit'].with_user(self.user_econ)
        with self.assertRaises(UserError) as caught:
            self.create_visit()
        self.assertIn("Test Job Centre", str(caught.exception))
        self.assert_untold(str(caught.exception))
        visit = self.create_visit(anyway_reason="They asked us")
        self.assert_untold(visit.decision_ids.conflicts)
        self.env.invalidate_all()
        reasons = visit.with_user(self.user_econ).guard_reasons
        self.assertIn("Test Job Centre", json.dumps(reasons))
        self.assert_untold(reasons)
        self.assertFalse(any(reason['visit_id'] for reason in reasons))
        form = Form(plan)
        form.partner_id = self.company
        self.assertIn("Test Job Centre", json.dumps(form.guard_reasons))
        self.assert_untold(form.guard_reasons)

    def test_sheets(self):
        visit = self.create_visit(anyway_reason="They asked us")
        self.env.flush_all()
        self.env.invalidate_all()
        sheet = self.env['report.outreach.preparation.sheet'].with_user(self.user_econ)
        self.assert_untold(sheet._get_report_values(visit.ids), (*SECRETS, "closure", "Closure"))

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    def test_figures_stay(self):
        """The county's figures count all visits, whoever looks at them."""
        Today, Place = self.env['outreach.today'], self.env['outreach.municipality']

        def read(key):
            user = getattr(self, f'user_{key}')
            self.env.invalidate_all()
            places = Place.with_user(user).get_county_map('12_months')['places']
            lists = Today.with_user(user)._get_lists()
            return (
                [(place['id'], place['visits'], place['joint']) for place in places],
                Today.with_user(user)._get_block_joint_share(lists)['numbers'],
            )

        told = {key: read(key) for key in ('job', 'econ', 'manager')}
        self.assertEqual(told['econ'], told['job'])
        self.assertEqual(told['manager'], told['job'])
        self.visit.with_user(self.user_job).circle = 'all'
        self.env.flush_all()
        self.assertEqual(read('manager'), told['manager'])
        self.assertGreaterEqual(sum(visits for __, visits, __ in told['manager'][0]), 1)
        company = self.as_user('econ', self.company)
        self.assertTrue(company.outreach_visit_ids)

    # ------------------------------------------------------------
    # CHANGE
    # ------------------------------------------------------------

    def test_owners_change_it(self):
        self.visit.with_user(self.user_job2).circle = 'offices'
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self.as_user('econ', self.visit).circle = 'all'
        self.assertFalse(self.as_user('econ', self.visit).may_change_circle)
        self.as_user('econ', self.visit).report_text = "They may write, though"
        with self.assertRaises(AccessError):
            self.as_user('manager', self.visit).circle = 'all'
        self.warning.with_user(self.user_job2).circle = 'offices'
        with self.assertRaises(AccessError):
            self.as_user('econ', self.warning).circle = 'all'
        self.as_user('econ', self.warning).user_id = self.user_econ
        self.assertEqual(self.warning.agency_id, self.agency_job, "it stays with those who heard of it")

    def test_narrowing(self):
        """What is on the company's page, followers and to-dos follow; a change of kind narrows, and never widens."""
        visit = self.create_visit(self.other_company, user=self.user_job, team=self.user_job, stage='done', result='no_interest')
        visit.with_user(self.user_job).message_subscribe(partner_ids=self.user_econ.partner_id.ids)
        visit.with_user(self.user_job).activity_schedule('mail.mail_activity_data_todo', user_id=self.user_econ.id)
        told = self.other_company.message_ids.filtered(lambda message: 'outreach.visit' in (message.body or ''))
        self.assertIn("No interest", ''.join(told.mapped('body')))
        visit.with_user(self.user_job).kind_id = self.crisis
        self.env.flush_all()
        self.assertEqual(visit.circle, 'agency')
        self.assert_untold(told.mapped('body'), ("Test Visit", "No interest"))
        self.assertNotIn(self.user_econ.partner_id, visit.message_partner_ids)
        self.assertFalse(visit.sudo().activity_ids.filtered(lambda to_do: to_do.user_id == self.user_econ))
        visit.with_user(self.user_job).kind_id = self.kind
        self.assertEqual(visit.circle, 'agency')

    def test_what_was_told_before(self):
        """At a former company and lead, at once; and in what somebody was shown who went anyway."""
        visit = self.create_visit(self.other_company, user=self.user_job, team=self.user_job, result='no_interest')
        former_lead = visit.lead_id
        self.settle()
        third = self.env['res.partner'].create({'name': "Testbau GmbH", 'is_company': True})
        theirs = self.create_visit(self.other_company, anyway_reason="test")
        self.assertIn("Test Visit", theirs.decision_ids.conflicts)

        def told(*records):
            return [
                message.body
                for record in records
                for message in record.sudo().message_ids
                if f'data-oe-id="{visit.id}"' in (message.body or '') and 'outreach.visit' in message.body
            ]

        self.assertIn("Test Visit", ''.join(told(self.other_company)))
        self.assertIn("Test Visit", ''.join(told(former_lead)))
        before = told(self.other_company)[0]
        visit.with_user(self.user_job).write({'partner_id': third.id, 'anyway_reason': "test"})
        self.settle()
        self.assertTrue(told(self.other_company) and told(former_lead))
        self.assert_untold(told(self.other_company, former_lead), ("Test Visit", "No interest"))
        # of a visit that went to another company before that was done
        self.other_company.sudo().message_ids.filtered(lambda message: f'data-oe-id="{visit.id}"' in (message.body or '')).body = before
        self.assertIn("Test Visit", ''.join(told(self.other_company)))
        visit.with_user(self.user_job).circle = 'agency'
        self.env.flush_all()
        self.assert_untold(told(self.other_company, former_lead), ("Test Visit", "No interest"))
        self.assert_untold(theirs.decision_ids.conflicts, ("Test Visit",))
        self.assertIn("Test Job Centre", theirs.decision_ids.conflicts)

    def test_joined_instead(self):
        """What is written at the visit that is dropped for it names none that may become closed."""
        visit = self.create_visit(self.other_company, user=self.user_job, team=self.user_job)
        own = self.create_visit(self.other_company, anyway_reason="test")
        visit.with_user(self.user_econ).action_join(instead_of_id=own.id)
        self.assert_untold(own.cancel_reason, ("Test Visit",))

    def test_answers_are_not_handed_on(self):
        """The answers of a closed visit do not begin the report of one that more people read."""
        questions = [{'name': 'staff', 'type': 'char', 'string': "Staff"}]
        (self.crisis | self.kind).report_definition = questions
        self.visit.with_user(self.user_job).report_properties = {'staff': "Liquidity"}
        self.env.flush_all()
        wide = self.create_visit(user=self.user_job, team=self.user_job, anyway_reason="test")
        self.assertFalse(wide.report_source_id)
        own = self.create_visit(
            user=self.user_job,
            team=self.user_job,
            kind_id=self.crisis.id,
            anyway_reason="test",
            start=fields.Datetime.now() + timedelta(days=20),
        )
        self.assertEqual(own.report_source_id, self.visit)

    def test_no_colleague_is_proposed(self):
        form = Form(self.env['outreach.visit'].with_user(self.user_job))
        form.start = fields.Datetime.now() + timedelta(days=9)
        form.partner_id = self.other_company
        self.assertEqual(len(form.member_ids), 2)
        form.kind_id = self.crisis
        self.assertEqual((form.circle, len(form.member_ids)), ('agency', 1))

    # ------------------------------------------------------------
    # WHAT THE COMPANY AGREED TO, § 67b SGB X
    # ------------------------------------------------------------

    def test_agreement(self):
        company = self.other_company.with_user(self.user_econ)
        before = self.create_visit(company, user=self.user_job, team=self.user_job, stage='done')
        company.outreach_agreed_circle = 'offices'
        self.assertEqual(company.outreach_agreed_date, fields.Date.context_today(company))
        self.assertEqual(company.outreach_agreed_by_id, self.user_econ)
        self.assertEqual(before.circle, 'offices', "what is there already comes down")
        visit = self.create_visit(company, anyway_reason="test")
        self.assertEqual(visit.circle, 'offices')
        with self.assertRaises(UserError):
            visit.circle = 'all'
        with self.assertRaises(UserError):
            self.create_visit(company, anyway_reason="test", circle='all')
        Warning = self.env['outreach.early.warning'].with_user(self.user_econ).with_context(default_circle='all')
        with self.assertRaises(UserError):
            Warning.create({'partner_id': company.id, 'kind': 'expansion'})
        crisis = self.create_visit(company, kind_id=self.crisis.id, anyway_reason="test")
        self.assertEqual(crisis.circle, 'agency', "crisis visits begin in the own agency all the same")
        company.write({'outreach_agreed_by_id': self.user_job.id})
        self.assertEqual(company.outreach_agreed_by_id, self.user_econ, "nobody notes it in another's name")
        double = self.company.copy({'name': "Musterbau", 'email': company.email, 'outreach_agreed_circle': 'all'})
        wizard = self.env['base.partner.merge.automatic.wizard']
        wizard.create({'partner_ids': [Command.set((company.sudo() | double).ids)], 'dst_partner_id': company.id}).action_merge()
        self.env.invalidate_all()
        self.assertEqual((company.outreach_agreed_circle, company.outreach_agreed_by_id), ('offices', self.user_econ), "the narrower wins")
        company.outreach_agreed_circle = 'all'
        self.assertEqual((before.circle, visit.circle), ('offices', 'offices'), "nothing goes up by itself")
        visit.circle = 'all'

    # ------------------------------------------------------------
    # OLD DATA
    # ------------------------------------------------------------

    def test_migration(self):
        kind = self.env.ref(f'{MODULE}.visit_kind_crisis')
        old = self.create_visit(self.other_company, user=self.user_job, team=self.user_job, kind_id=kind.id, result='no_interest')
        old.circle = 'all'
        homeless = self.create_visit(self.other_company, user=self.user_manager, member_ids=[], kind_id=kind.id, anyway_reason="x")
        usual = self.create_visit(self.other_company, anyway_reason="x")
        warnings = self.env['outreach.early.warning'].create(
            [
                {'partner_id': self.company.id, 'kind': 'layoffs', 'user_id': self.user_job.id},
                {'partner_id': self.company.id, 'kind': 'layoffs', 'user_id': self.user_manager.id},
                {'partner_id': self.company.id, 'kind': 'expansion', 'user_id': self.user_job.id},
            ]
        )
        old.with_user(self.user_job).message_subscribe(partner_ids=self.user_econ.partner_id.ids)
        self.env.flush_all()
        self.cr.execute('DELETE FROM outreach_visit_circle_owner_rel')
        for table in ('outreach_visit', 'outreach_early_warning', 'outreach_visit_kind'):
            self.cr.execute(f'ALTER TABLE {table} ALTER COLUMN circle DROP NOT NULL; UPDATE {table} SET circle = NULL')
        self.cr.execute('UPDATE outreach_early_warning SET agency_id = NULL')
        self.cr.execute('SELECT municipality_id, count(*) FROM outreach_visit GROUP BY 1 ORDER BY 1')
        figures = self.cr.fetchall()
        for step in ('pre', 'post', 'pre', 'post'):  # a second time does nothing
            self.env.invalidate_all()
            path = file_path(f'{MODULE}/migrations/19.0.1.5.0/{step}-circle.py')
            load_script(path, f'{step}_circle').migrate(self.cr, '19.0.1.4.0')
        self.env.invalidate_all()
        self.assertEqual([old.circle, homeless.circle, usual.circle], ['agency', 'offices', 'all'])
        self.assertEqual(warnings.mapped('circle'), ['agency', 'offices', 'all'])
        self.assertEqual(warnings[0].agency_id, self.agency_job)
        self.assertEqual([visit.circle_owner_ids for visit in (old, homeless)], [self.agency_job, self.env['outreach.agency']])
        self.assertEqual((kind.circle, self.kind.circle), ('agency', 'all'))
        self.assertEqual(old.event_id.name, "Appointment: Musterbau Melle AG")
        self.assertEqual(usual.event_id.name, "Test Visit: Musterbau Melle AG")
        self.assertNotIn(self.user_econ.partner_id, old.message_partner_ids)
        self.assertIn(self.user_job.partner_id, old.message_partner_ids)
        self.cr.execute('SELECT municipality_id, count(*) FROM outreach_visit GROUP BY 1 ORDER BY 1')
        self.assertEqual(self.cr.fetchall(), figures)
