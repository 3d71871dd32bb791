"""Early warnings, placements, and what the company page shows of follow-ups."""

from datetime import date, timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, users
from odoo.tools import mute_logger

from ..common import MODULE, OutreachCommon

FORBIDDEN = ('odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule', 'odoo.models')


class TestEarlyWarning(OutreachCommon):
    def note(self, user, record, method):
        """Note a warning in the dialog that the button of a company or visit opens."""
        action = getattr(record.with_user(user), method)()
        form = Form(self.env[action['res_model']].with_user(user).with_context(**action['context']), view=action['views'][0][0])
        form.kind = 'layoffs'
        form.note = "second shift ends"
        return form.save()

    @users('test_econ', 'test_job', 'test_migration', 'test_manager')
    def test_noted_in_one_click(self):
        visit = self.create_visit(self.other_company)
        for record, method, company in (
            (self.company, 'action_note_outreach_warning', self.company),
            (self.contact, 'action_note_outreach_warning', self.company),
            (visit, 'action_note_warning', self.other_company),
        ):
            warning = self.note(self.env.user, record, method)
            self.assertEqual(
                (warning.partner_id, warning.user_id, warning.date), (company, self.env.user, fields.Date.context_today(warning))
            )
            self.assertEqual(warning.display_name, "Layoffs: second shift ends")
            self.assertIn(warning, company.with_user(self.env.user).outreach_open_warning_ids)
            self.assertTrue(company.outreach_company)

    @mute_logger(*FORBIDDEN)
    def test_officers_settle(self):
        warning = self.note(self.user_migration, self.company, 'action_note_outreach_warning')
        warning.circle = 'all'
        warning.note = "second and third shift end"
        for attempt in (
            warning.action_settle,
            lambda: warning.write({'date_settled': '2026-01-01'}),
            warning.unlink,
            lambda: warning.write({'user_id': self.user_econ.id}),
            lambda: warning.create({'partner_id': self.company.id, 'kind': 'closure', 'date_settled': '2026-01-01'}),
            lambda: warning.with_context(default_date_settled='2026-01-01').create({'partner_id': self.company.id, 'kind': 'closure'}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
        warning.with_user(self.user_job).action_settle()
        self.assertEqual(warning.date_settled, fields.Date.context_today(warning))
        self.assertFalse(self.company.outreach_open_warning_ids)
        with self.assertRaises(AccessError):
            warning.action_reopen()
        warning.with_user(self.user_econ).action_reopen()
        self.assertEqual(self.company.outreach_open_warning_ids, warning)

    @mute_logger(*FORBIDDEN)
    def test_others_notes_are_theirs(self):
        warning = self.note(self.user_econ, self.company, 'action_note_outreach_warning')
        warning.circle = 'all'
        warning = warning.with_user(self.user_migration)
        self.assertEqual(warning.note, "second shift ends")
        with self.assertRaises(AccessError):
            warning.note = "nothing"
        with self.assertRaises(AccessError):
            warning.create({'partner_id': self.company.id, 'kind': 'closure', 'user_id': self.user_econ.id})
        warning.with_user(self.user_job).note = "they hire again"
        for user in (self.user_immigration, self.user_helper, self.user_dpo, self.user_internal, self.user_portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                warning.with_user(user).search([])

    def test_bad_input(self):
        with self.assertRaisesRegex(ValidationError, "choose the company itself"):
            self.env['outreach.early.warning'].create({'partner_id': self.contact.id, 'kind': 'closure'})


class TestPlacement(OutreachCommon):
    def start(self, demand, **values):
        action = demand.with_user(self.user_job).action_note_placement()
        form = Form(self.env[action['res_model']].with_user(self.user_job).with_context(**action['context']))
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_20_bbig_probation_of_apprentices(self):
        """One to four months, not six."""
        demand = self.create_demand(kind='4')
        placement = self.env['outreach.placement'].with_user(self.user_job).create({'demand_id': demand.id, 'date_start': '2026-08-01'})
        self.assertEqual((placement.is_training, placement.probation_end), (True, date(2026, 12, 1)))
        with self.assertRaises(psycopg2.IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            placement.probation_end = '2026-08-15'
            placement.flush_recordset()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            placement.probation_end = '2027-02-01'

    def test_20_pflbg_probation_of_nurses(self):
        """Six months, of the apprenticeship that makes a nurse."""
        demand = self.create_demand(kind='4', occupation_id=self.env.ref(f'{MODULE}.occupation_81302').id)
        placement = self.env['outreach.placement'].with_user(self.user_job).create({'demand_id': demand.id, 'date_start': '2026-08-01'})
        self.assertEqual(placement.probation_end, date(2027, 2, 1))
        placement.probation_end = '2026-12-01'
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            placement.probation_end = '2027-02-02'

    def test_somebody_started(self):
        demand = self.create_demand()
        placement = self.start(demand, date_start='2026-08-31')
        self.assertEqual((placement.partner_id, placement.demand_id), (self.company, demand))
        self.assertEqual(placement.probation_end, date(2027, 2, 28))
        placement.probation_end = '2026-11-30'
        self.assertEqual(placement.probation_end, date(2026, 11, 30))

    def test_bad_input(self):
        placement = self.start(self.create_demand(), date_start='2026-06-01')
        for values, words in (
            ({'date_end': '2026-05-31'}, "leave before"),
            ({'probation_end': '2026-05-31'}, "within six months"),
            ({'probation_end': '2026-12-02'}, "within six months"),
        ):
            with self.subTest(values=values):
                with self.assertRaises(psycopg2.IntegrityError) as caught, mute_logger('odoo.sql_db'), self.env.cr.savepoint():
                    placement.write(values)
                    self.env.flush_all()
                self.assertIn(words, placement._sql_error_to_message(caught.exception))
        placement.probation_end = '2026-12-01'
        self.env.flush_all()

    def test_counts_for_all_rows_for_the_job_centre(self):
        today = fields.Date.context_today(self.company)
        demand, long_ago = self.create_demand(), today - timedelta(days=100)
        self.start(demand)
        for end in (today, today + timedelta(days=1)):
            self.start(demand, date_start=long_ago).date_end = end
        for user in (self.user_econ, self.user_job, self.user_migration, self.user_manager):
            companies = (self.company | self.other_company).with_user(user)
            self.assertEqual(companies._get_outreach_placement_counts(), {companies[0]: (3, 2, 1), companies[1]: (0, 0, 0)})
        for user in (self.user_econ, self.user_migration, self.user_manager, self.user_immigration, self.user_portal):
            Placement = self.env['outreach.placement'].with_user(user)
            with mute_logger(*FORBIDDEN):
                for peek in (
                    lambda model: model.search([]),
                    lambda model: model.formatted_read_group([], ['partner_id'], ['__count']),
                    lambda model: model.search_count([]),
                    lambda model: model.create({'partner_id': self.company.id}),
                ):
                    with self.subTest(user=user.login), self.assertRaises(AccessError):
                        peek(Placement)
        self.assertNotIn(
            'action_note_placement',
            self.env['outreach.demand'].with_user(self.user_econ).get_views([(False, 'form')])['views']['form']['arch'],
        )

    def test_names_nobody(self):
        self.assertFalse(
            [
                name
                for name, field in self.env['outreach.placement']._fields.items()
                if field.relational and name not in ('partner_id', 'demand_id', 'company_id', 'create_uid', 'write_uid')
            ]
        )
        with self.assertRaisesRegex(ValidationError, "choose the company itself"):
            self.env['outreach.placement'].create({'partner_id': self.contact.id})


class TestCompanyPage(OutreachCommon):
    def test_counters_and_lists_agree(self):
        self.create_follow_ups()
        for user, promises, referrals in ((self.user_econ, 1, 1), (self.user_migration, 1, 0)):
            company = self.company.with_user(user)
            with self.subTest(user=user.login):
                self.assertEqual((company.outreach_promise_count, company.outreach_referral_count), (promises, referrals))
        for name in ('outreach_promise_count', 'outreach_referral_count'):
            with self.assertRaises(AccessError), mute_logger('odoo.models', 'odoo.orm.models'):
                self.company.with_user(self.user_immigration).read([name])
        company = self.company.with_user(self.user_econ)
        for action, count in ((company.action_view_outreach_promises(), 1), (company.action_view_outreach_referrals(), 1)):
            self.assertEqual(self.env[action['res_model']].with_user(self.user_econ).search_count(action['domain']), count)

    def test_closed_to_others(self):
        arch = self.company.with_user(self.user_immigration).get_views([(False, 'form')])['views']['form']['arch']
        self.assertNotIn('outreach_referral_count', arch)
        self.assertNotIn('outreach_responsibility_ids', arch)

    def test_lists_are_constant(self):
        """What a list reads takes as many queries for 80 records as for 10."""
        companies = self.env['res.partner'].create([{'name': f"Test Company {n}", 'is_company': True} for n in range(80)])
        batches = {model: self.env[model].browse() for model in self.create_follow_ups()}
        for company in companies:
            for model, record in self.create_follow_ups(company).items():
                batches[model] |= record
        for model, records in batches.items():
            records = records.with_user(self.user_job)
            for kind in ('list', 'kanban'):
                view = self.env.ref(f"maßarbeit_outreach.{model.replace('.', '_')}_view_{kind}", raise_if_not_found=False)
                if not view:
                    continue
                views = records.get_views([(view.id, kind)])
                arch, known = views['views'][kind]['arch'], views['models'][model]['fields']
                spec = {
                    name: {'fields': {'display_name': {}}} if known[name].get('relation') else {}
                    for name in known
                    if f'name="{name}"' in arch
                }
                self.assertGreater(len(spec), 3, view.name)
                found = []
                for size in (10, 10, 80):
                    self.env.flush_all()
                    self.env.invalidate_all()
                    before = self.cr.sql_log_count
                    self.assertEqual(len(records.web_search_read([('id', 'in', records.ids[:size])], spec, limit=200)['records']), size)
                    found.append(self.cr.sql_log_count - before)
                with self.subTest(view=view.name):
                    self.assertEqual(found[1], found[2])
