import random
from collections import Counter
from datetime import datetime, timedelta

from lxml import etree
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import Form, freeze_time, users
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ...tools.visit import due as due_rule
from ..common import MODULE, OutreachCommon

NOW = datetime(2026, 11, 22, 11)
TODAY = NOW.date()


@freeze_time(NOW)
class DueCommon(OutreachCommon):
    """`find(company)` is the line of a company in the list of the job centre, empty when it is not due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({'outreach_company': True, 'outreach_size_class': '50_249'})
        cls.other_company.outreach_company = True

    @classmethod
    def find(cls, company=None, user=None):
        company = cls.company if company is None else company
        cls.env['outreach.due'].invalidate_model()  # as a new request finds it
        return cls.env['outreach.due'].with_user(user or cls.user_job).search([('partner_id', '=', company.id)])

    @classmethod
    def visited(cls, days_ago, company=None, **values):
        """A visit that is done; joint unless `team` says otherwise."""
        values.setdefault('team', cls.user_econ | cls.user_job)
        return cls.create_visit(company, stage='done', start=NOW - timedelta(days=days_ago), **values)

    @classmethod
    def settle(cls, company=None):
        """A joint visit yesterday: no reason is left but those that the test adds."""
        return cls.visited(1, company)

    @classmethod
    def warn(cls, kind, company=None, **values):
        return cls.env['outreach.early.warning'].create(
            {'partner_id': (cls.company if company is None else company).id, 'kind': kind, 'circle': 'all', **values}
        )

    @classmethod
    def place(cls, probation_days, **values):
        return cls.env['outreach.placement'].create(
            {
                'partner_id': cls.company.id,
                'date_start': TODAY - timedelta(days=100),
                'probation_end': TODAY + timedelta(days=probation_days),
                **values,
            }
        )


@freeze_time(NOW)
class TestDueReasons(DueCommon):
    def test_never_visited(self):
        due = self.find()
        self.assertEqual(due.id, self.company.id)
        self.assertEqual(due.main_reason, 'never')
        self.visited(10, kind_id=self.kind_call.id)
        self.visited(5, result='nobody_met')
        self.assertEqual(self.find().reason, due.reason, "neither a call nor a closed door is a visit")
        self.assertEqual(self.find().last_contact, TODAY - timedelta(days=10))
        self.settle()
        self.assertFalse(self.find())

    def test_cadence_of_the_size_class(self):
        self.visited(368)
        due = self.find()
        self.assertEqual((due.cadence_months, due.days_overdue), (12, 3))
        self.assertEqual(due.reason, "Last joint visit more than 12 months ago")
        self.company.outreach_size_class = '10_49'
        self.assertFalse(self.find(), "18 months are not over")
        self.company.outreach_size_class = False
        self.assertFalse(self.find(), "24 months are not over")

    def test_cadence_counts_from_the_last_joint_visit(self):
        self.visited(400)
        self.visited(20, team=self.user_job)
        self.assertEqual(self.find().main_reason, 'overdue')
        self.visited(10)
        self.assertFalse(self.find())

    def test_cadence_without_a_joint_visit(self):
        self.visited(400, team=self.user_job)
        self.assertEqual(self.find().reason, "Never visited jointly, last visit more than 12 months ago")
        self.visited(20, team=self.user_econ)
        self.assertFalse(self.find())

    def test_cadence_on_the_day(self):
        self.create_visit(team=self.user_econ | self.user_job, stage='done', start=datetime(2025, 11, 22, 9))
        self.assertFalse(self.find())
        with freeze_time('2026-11-23'):
            self.assertEqual(self.find().days_overdue, 1)
        with freeze_time('2026-11-22 22:30'):
            self.assertFalse(self.find())
        with freeze_time('2026-11-22 23:30'):
            self.assertTrue(self.find(), "in Berlin the next day has begun")
            elsewhere = self.env['outreach.due'].with_user(self.user_job).with_context(tz='UTC')
            self.assertFalse(elsewhere.search([('partner_id', '=', self.company.id)]))

    def test_cadence_changed_or_removed(self):
        self.visited(300)
        self.assertFalse(self.find())
        cadence = self.env['outreach.cadence'].search([('size_class', '=', '50_249')])
        cadence.with_user(self.user_manager).months = 6
        self.assertEqual(self.find().main_reason, 'overdue')
        cadence.unlink()
        self.assertFalse(self.find(), "the cadence for unknown sizes holds: 24 months")
        self.env['outreach.cadence'].search([]).unlink()
        self.visited(3000, self.other_company)
        self.assertFalse(self.find(self.other_company))

    def test_demand_without_contact(self):
        visit = self.settle()
        demand = self.create_demand(date=TODAY - timedelta(days=40), positions=3)
        self.assertFalse(self.find(), "the visit yesterday was a contact since")
        demand.date = TODAY - timedelta(days=1)
        self.assertFalse(self.find(), "a demand may wait for a week")
        visit.result = 'nobody_met'
        demand.date = TODAY - timedelta(days=40)
        due = self.find()
        self.assertEqual((due.waiting_demands, due.demand_days_waiting, due.open_demands, due.open_positions), (1, 40, 1, 3))
        self.assertRegex(due.reason, "^Demand without contact for 40 days · Never visited")
        self.create_demand(date=TODAY - timedelta(days=7))
        self.create_demand(date=TODAY)
        due = self.find()
        self.assertEqual((due.waiting_demands, due.open_demands), (2, 3))
        self.assertIn("2 demands without contact, the oldest for 40 days", due.reason)

    def test_demand_and_the_visit_that_brought_it(self):
        visit = self.visited(30)
        demand = self.create_demand(date=TODAY - timedelta(days=30), visit_id=visit.id)
        self.assertEqual(self.find().main_reason, 'demand')
        call = self.visited(2, kind_id=self.kind_call.id)
        self.assertFalse(self.find())
        call.sudo().kind_id.is_mass = True
        self.assertEqual(self.find().main_reason, 'demand', "a mailing is no contact")
        demand.stage = 'filled'
        self.assertFalse(self.find())

    def test_probation(self):
        self.settle()
        soon = self.place(42)
        self.place(43)
        self.place(-1)
        self.place(10, date_end=TODAY)
        self.assertEqual(self.find().probation_count, 1)
        self.assertEqual(self.find().reason, "A probation ends within six weeks")
        soon.date_end = TODAY + timedelta(days=3)
        self.assertEqual(self.find().probation_count, 1, "still there until then")

    @mute_logger('odoo.addons.base.models.ir_rule')
    def test_probation_is_the_job_centres(self):
        """Who may not read placements learns of none: not by the line, its rank, its text or a filter."""
        self.settle()
        self.place(10)
        self.assertTrue(self.find())
        for user in (self.user_econ, self.user_migration, self.user_manager):
            with self.subTest(user=user.login):
                self.assertFalse(self.find(user=user))
                with self.assertRaises(AccessError):
                    self.env['outreach.due'].with_user(user).search([('probation_count', '>', 0)])
        self.warn('expansion')
        for user, rank, reason in (
            (self.user_econ, 30, "Early warning: Expansion"),
            (self.user_job, 70, "Early warning: Expansion · A probation ends within six weeks"),
        ):
            due = self.find(user=user)
            self.assertEqual((due.rank, due.reason), (rank, reason))

    def test_early_warnings(self):
        self.settle()
        self.warn('succession')
        layoffs = self.warn('layoffs')
        self.warn('layoffs')
        due = self.find()
        self.assertEqual((due.warning_kinds, due.rank), ('layoffs,succession', 120))
        self.assertEqual(due.reason, "Early warning: Layoffs, Succession")
        self.env['outreach.early.warning'].search([('partner_id', '=', self.company.id)]).date_settled = TODAY
        self.assertFalse(self.find())
        layoffs.date_settled = False
        self.assertEqual(self.find().warning_kinds, 'layoffs')

    def test_points_for_every_kind(self):
        kinds = self.env['outreach.early.warning']._fields['kind'].get_values(self.env)
        self.assertEqual(set(due_rule.WARNING_POINTS), set(kinds))
        reasons = self.env['outreach.due']._fields['main_reason'].get_values(self.env)
        self.assertEqual(list(due_rule.REASONS), reasons)

    def test_planned_contact(self):
        before = self.find().rank
        self.warn('closure')
        self.create_visit(start=NOW - timedelta(days=2))
        self.assertFalse(self.find().next_contact, "that was forgotten, not planned")
        self.create_visit(start=NOW - timedelta(hours=2), team=self.user_job, anyway_reason="test")
        due = self.find()
        self.assertEqual((due.next_contact, due.rank), (TODAY, before + 100 - 1000))
        self.assertFalse(due.filtered_domain(due._get_to_do_domain()))
        lines = due.search([('partner_id', 'in', (self.company | self.other_company).ids)])
        self.assertEqual(lines.partner_id.ids, (self.other_company | self.company).ids, "planned ones come last")

    def test_who_is_no_candidate(self):
        self.assertTrue(self.find())
        for values in ({'outreach_vetting': 'blocked'}, {'active': False}, {'outreach_company': False}):
            with self.subTest(values=values):
                before = {name: self.company[name] for name in values}
                self.company.write(values)
                self.assertFalse(self.find())
                self.company.write(before)
                self.assertTrue(self.find())
        self.assertFalse(self.find(self.contact))

    def test_blocked_until(self):
        to_do = self.env['outreach.due']._get_to_do_domain()
        for day, shown in ((TODAY, True), (TODAY + timedelta(days=1), False), (False, True)):
            self.company.outreach_blocked_until = day
            with self.subTest(day=day):
                self.assertTrue(self.find(), "the line stays, for whoever removes the filter")
                self.assertEqual(bool(self.find().search(to_do & Domain('partner_id', '=', self.company.id))), shown)


@freeze_time(NOW)
class TestDueNeverVisited(DueCommon):
    """After the import of a register: who of those who were never visited comes first, and who is left out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.industries = cls.env['outreach.industry'].create(
            [
                {'code': code, 'name': code, 'version': '2008', 'parent_id': cls.env.ref(f'{MODULE}.industry_2008_C').id}
                for code in ('X1', 'X2')
            ]
        )

    def add(self, name, **values):
        return self.env['res.partner'].create({'name': name, 'is_company': True, 'outreach_company': True, **values})

    def list_names(self, *companies, user=None):
        """Those of the companies that the list shows at first, in its order."""
        self.env['outreach.due'].invalidate_model()
        Due = self.env['outreach.due'].with_user(user or self.user_job)
        ids = [company.id for company in companies]
        return Due.search(Due._get_to_do_domain() & Domain('id', 'in', ids)).partner_id.mapped('name')

    def test_rank_by_size(self):
        small, large, unknown = (
            self.add(name, outreach_size_class=size) for name, size in (("A small", '1_9'), ("B large", '250_plus'), ("C unknown", False))
        )
        self.assertEqual(self.list_names(small, large, unknown), ["B large", "A small", "C unknown"])
        self.assertEqual(self.find(large).reason, "Never visited (250 and more employees)")
        self.assertEqual(self.find(unknown).reason, "Never visited")

    def test_rank_by_demands_nearby(self):
        place, empty = self.env['outreach.municipality'].create(
            [{'name': name, 'ags': ags} for name, ags in (("Test Place", '99000001'), ("Test Empty", '99000002'))]
        )
        here, there = self.add("B here", outreach_municipality_id=place.id), self.add("A there", outreach_municipality_id=empty.id)
        self.assertEqual(self.find(here).rank, self.find(there).rank)
        self.create_demand(municipality_id=place.id)
        self.assertEqual(self.find(here).reason, "Never visited (1 open demand in Test Place)")
        for __ in range(2):
            self.create_demand(municipality_id=place.id)
        self.create_demand(municipality_id=place.id, stage='filled')
        self.assertEqual(self.list_names(here, there), ["B here", "A there"])
        self.assertEqual(self.find(here).reason, "Never visited (3 open demands in Test Place)")
        self.assertEqual(self.find(here).rank, self.find(there).rank + 2)

    def test_rank_by_industry(self):
        hiring, quiet = self.industries
        below = self.env['outreach.industry'].create({'code': 'X11', 'name': "Below", 'version': '2008', 'parent_id': hiring.id})
        one, other = self.add("B hiring", outreach_industry_id=hiring.id), self.add("A quiet", outreach_industry_id=quiet.id)
        self.company.outreach_industry_id = below
        self.create_demand()
        self.assertEqual(self.list_names(one, other), ["B hiring", "A quiet"])
        self.assertEqual(self.find(one).reason, "Never visited (1 open demand of its industry)")

    def test_no_employer(self):
        shell, works = self.add("Muster Verwaltungs GmbH"), self.add("Muster Metallbau GmbH")
        self.assertEqual(self.list_names(shell, works), ["Muster Metallbau GmbH"])
        due = self.find(shell)
        self.assertEqual((due.left_out, due.reason), ('no_employer', "Presumably no employer (“Verwaltungs GmbH”) · Never visited"))
        for value in ({'outreach_size_class': '10_49'}, {'outreach_betriebsnummer': '29720865'}, {'name': "Muster Möbel GmbH"}):
            with self.subTest(value=value):
                before = {name: shell[name] for name in value}
                shell.write(value)
                self.assertTrue(self.list_names(shell), "that speaks for an employer")
                shell.write(before)
                self.assertFalse(self.list_names(shell))
        self.find(shell, self.user_econ).action_confirm_employer()
        self.assertEqual(self.list_names(shell, user=self.user_job), ["Muster Verwaltungs GmbH"])
        shell.outreach_employer = 'no'
        self.assertEqual(self.find(shell).reason, "No employer, as somebody noted · Never visited")

    def test_no_employer_with_something_to_do(self):
        shell = self.add("Muster Holding GmbH")
        self.create_demand(shell, date=TODAY - timedelta(days=9))
        self.assertEqual(self.list_names(shell), ["Muster Holding GmbH"], "who seeks people is an employer")
        other = self.add("Muster Beteiligungs GmbH")
        self.visited(4000, other)
        self.assertEqual(self.list_names(other), ["Muster Beteiligungs GmbH"], "somebody found it worth a visit")

    def test_outside(self):
        outside, unclear = self.add("Muster Bremen GmbH", zip='28195', city="Bremen"), self.add("Muster Unklar GmbH")
        self.assertEqual((outside.outreach_municipality_status, unclear.outreach_municipality_status), ('outside', 'to_assign'))
        self.assertEqual(self.list_names(outside, unclear), ["Muster Unklar GmbH"], "what is not known is not outside")
        self.assertEqual(self.find(outside).reason, "Outside the county · Never visited")
        self.warn('layoffs', outside)
        self.assertTrue(self.list_names(outside))

    def dismiss(self, company, user=None, reason="Sister company without staff", **values):
        action = self.find(company, user or self.user_econ).action_dismiss()
        wizard = Form(self.env[action['res_model']].with_user(user or self.user_econ).with_context(**action['context']))
        wizard.reason = reason
        for name, value in values.items():
            setattr(wizard, name, value)
        wizard.save().action_dismiss()

    def test_dismiss(self):
        """For a year, with a reason, quiet, seen by colleagues, undone by any of them; and it ends by itself."""
        mails, activities = self.env['mail.mail'].search_count([]), self.env['mail.activity'].search_count([])
        notifications = self.env['mail.notification'].search_count([])
        self.dismiss(self.company)
        self.assertFalse(self.list_names(self.company), "also for the colleague")
        due = self.find()
        text = f"Put aside until 11/22/2027 by {self.user_econ.name}: Sister company without staff"
        self.assertEqual((due.left_out, due.reason.partition(' · ')[0]), ('dismissed', text))
        self.assertEqual(self.company.with_user(self.user_job).outreach_dismissal_text, text)
        self.assertEqual(self.company.message_ids[:1].author_id, self.user_econ.partner_id)
        self.assertEqual(self.env['mail.mail'].search_count([]), mails)
        self.assertEqual(self.env['mail.activity'].search_count([]), activities)
        self.assertEqual(self.env['mail.notification'].search_count([]), notifications)
        with freeze_time('2027-11-21 12:00'):
            self.assertFalse(self.list_names(self.company))
        with freeze_time('2027-11-22 12:00'):
            self.assertTrue(self.list_names(self.company))
            self.assertNotIn("Put aside", self.find().reason)
        due.with_user(self.user_job).action_undo_dismissal()
        self.assertTrue(self.list_names(self.company))
        self.assertFalse(self.company.with_user(self.user_econ).outreach_dismissal_id)
        self.dismiss(self.company, reason="Again")
        self.dismiss(self.company, user=self.user_job, reason="Closed", date_until=TODAY + timedelta(days=30))
        self.assertEqual(self.find().dismissal_id.reason, "Closed", "the last word counts")

    def test_dismiss_until(self):
        for day in (TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=400)):
            with self.subTest(day=day), self.assertRaisesRegex(UserError, "twelve months"):
                self.dismiss(self.company, date_until=day)

    def test_dismissed_until_something_new(self):
        self.create_demand(date=TODAY - timedelta(days=30))
        self.warn('expansion')
        self.dismiss(self.company)
        self.env.cr.execute("UPDATE outreach_due_dismissal SET create_date = now() AT TIME ZONE 'UTC' + interval '1 minute'")
        self.assertFalse(self.list_names(self.company), "what was known before is put aside, too")
        for record in (self.warn('closure'), self.create_demand(date=TODAY - timedelta(days=8))):
            with self.subTest(record=record), self.cr.savepoint() as savepoint:
                self.env.flush_all()
                self.env.cr.execute(f"UPDATE {record._table} SET create_date = create_date + interval '2 hours' WHERE id = %s", [record.id])
                self.assertTrue(self.list_names(self.company))
                savepoint.rollback()
            self.assertFalse(self.list_names(self.company))

    @users('test_migration', 'test_internal', 'test_portal', 'test_dpo', 'test_helper')
    def test_who_may_not_dismiss(self):
        """Neither by the button nor by the dialog, nor by a line of one's own."""
        company = self.company.with_user(self.env.user)
        values = {'partner_ids': company.ids, 'reason': "test"}
        with self.assertRaises(AccessError):
            company.action_dismiss_outreach()
        with self.assertRaises(AccessError):
            company.action_undo_outreach_dismissal()
        with self.assertRaises(AccessError):
            company.action_confirm_outreach_employer()
        with self.assertRaises(AccessError):
            self.env['outreach.due.dismiss'].create(values).action_dismiss()
        with self.assertRaises(AccessError):
            company._dismiss_outreach("test", TODAY + timedelta(days=3))

    @users('test_econ', 'test_job', 'test_manager')
    def test_nobody_writes_dismissals(self):
        self.dismiss(self.company)
        line = self.env['outreach.due.dismissal'].search([('partner_id', '=', self.company.id)])
        self.assertTrue(line)
        for operation in ('write', 'create', 'unlink'):
            self.assertFalse(line.has_access(operation))

    def test_dismissals_of_another_organisation(self):
        elsewhere = self.env['res.company'].create({'name': "Test County Elsewhere"})
        stranger = self.create_user('stranger', f'{MODULE}.group_job_centre')
        stranger.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})
        self.dismiss(self.company)
        self.assertTrue(self.list_names(self.company, user=stranger))
        self.assertFalse(self.company.with_user(stranger).outreach_dismissal_id)

    def test_narrow_question(self):
        """What is looked at follows the domain; what is found does not."""
        self.warn('closure')
        Due = self.env['outreach.due'].with_user(self.user_job)
        for domain in (
            [('partner_id', '=', self.company.id)],
            [('partner_id.name', '=', self.company.name)],
            ['|', ('id', '=', self.company.id), ('id', '=', -1)],
            ['!', ('id', '!=', self.company.id)],
            [('municipality_id', '=', self.bramsche.id), ('warning_kinds', '=', 'closure')],
            ['|', ('municipality_id', '=', -1), ('warning_kinds', '=', 'closure')],
            [('partner_id', 'ilike', self.company.name), ('rank', '>', 0)],
        ):
            with self.subTest(domain=domain):
                self.assertIn(self.company, Due.search(domain).partner_id)
        self.assertFalse(Due.search([('id', 'in', [])]))
        self.assertEqual(Due.search_count([]), len(Due.search([])))


@freeze_time(NOW)
class TestDueList(DueCommon):
    def filter(self, name, user):
        """Companies of the tests in the list with one of its filters, as that user sees them."""
        view = self.env['outreach.due'].with_user(user).get_view(self.env.ref(f'{MODULE}.outreach_due_view_search').id)
        domain = etree.fromstring(view['arch']).find(f".//filter[@name='{name}']").get('domain')
        return (
            self.env['outreach.due']
            .with_user(user)
            .search(Domain(safe_eval(domain, {'uid': user.id})) & Domain('id', 'in', (self.company | self.other_company).ids))
            .partner_id
        )

    def test_filters(self):
        both = self.company | self.other_company
        self.assertEqual(self.filter('nobody', self.user_job), both)
        self.env['outreach.responsibility'].create(
            [
                {'partner_id': self.company.id, 'agency_id': self.agency_job.id, 'user_id': self.user_job.id},
                {'partner_id': self.company.id, 'agency_id': self.agency_econ.id},
            ]
        )
        self.assertEqual(self.filter('mine', self.user_job), self.company)
        self.assertFalse(self.filter('mine', self.user_econ))
        self.assertEqual(self.filter('my_agency', self.user_econ), self.company)
        self.assertEqual(self.filter('my_agency', self.user_job), self.company)
        self.assertFalse(self.filter('my_agency', self.user_migration))
        self.assertEqual(self.filter('nobody', self.user_job), self.other_company)
        self.assertEqual(self.filter('never', self.user_econ), both)
        self.visited(4000)
        self.assertEqual(self.filter('never', self.user_econ), self.other_company)
        self.assertEqual(self.filter('overdue', self.user_econ), self.company)
        self.warn('closure', self.other_company)
        self.assertEqual(self.filter('warning', self.user_econ), self.other_company)
        self.create_demand(self.other_company, date=TODAY - timedelta(days=9))
        self.assertEqual(self.filter('demand', self.user_econ), self.other_company)
        self.place(5)
        self.assertEqual(self.filter('probation', self.user_job), self.company)

    def test_default_filters_are_the_to_do_domain(self):
        """The map counts by the domain, the list opens with the filters."""
        action = self.env['ir.actions.act_window']._for_xml_id(f'{MODULE}.outreach_due_action')
        names = ('not_planned', 'may_contact', 'not_left_out')
        self.assertEqual(safe_eval(action['context']), {f'search_default_{name}': 1 for name in names})
        search = etree.fromstring(self.env.ref(f'{MODULE}.outreach_due_view_search').arch_db)
        for name in names:
            self.assertEqual(search.find(f".//filter[@name='{name}']").getprevious().tag, 'separator', "all, not any")
        self.company.outreach_blocked_until = TODAY + timedelta(days=9)
        self.create_visit(self.other_company)
        spare = self.company.copy({'name': "Spare", 'outreach_blocked_until': False})
        shell = self.other_company.copy({'name': "Spare Holding GmbH"})
        companies = self.company | self.other_company | spare | shell
        found = self.env['outreach.due'].search(self.env['outreach.due']._get_to_do_domain() & Domain('id', 'in', companies.ids)).partner_id
        self.assertEqual(found, spare)
        self.assertEqual(self.filter('not_planned', self.user_job), self.company)
        self.assertEqual(self.filter('may_contact', self.user_job), self.other_company)

    def test_grouped(self):
        """A company with an officer and an agency without one is under that officer only."""
        self.env['outreach.responsibility'].create(
            [
                {'partner_id': self.company.id, 'agency_id': self.agency_job.id, 'user_id': self.user_job.id},
                {'partner_id': self.company.id, 'agency_id': self.agency_econ.id},
            ]
        )
        Due = self.env['outreach.due'].with_user(self.user_econ)
        domain = [('id', 'in', (self.company | self.other_company).ids)]

        def groups(groupby):
            return dict(Due._read_group(domain, [groupby], ['__count']))

        self.assertEqual(groups('officer_ids'), {self.user_job: 1, self.env['res.users']: 1})
        self.assertEqual(groups('agency_ids'), {self.agency_job: 1, self.agency_econ: 1, self.env['outreach.agency']: 1})
        self.assertEqual(groups('municipality_id'), {self.bramsche: 1, self.melle: 1})
        self.assertEqual(groups('main_reason'), {'never': 2})
        self.assertEqual(groups('size_class'), {'50_249': 1, False: 1})

    def test_officer_of_two_agencies_is_shown_once(self):
        self.env['outreach.responsibility'].create(
            [
                {'partner_id': self.company.id, 'agency_id': agency.id, 'user_id': self.user_job.id}
                for agency in (self.agency_job, self.agency_econ)
            ]
        )
        self.assertEqual(self.find().officer_ids.ids, self.user_job.ids)

    def test_plan(self):
        """One click from the line to the form, and what it needs is there."""
        due = self.find(user=self.user_econ)
        action = due.action_plan()
        form = Form(self.env[action['res_model']].with_user(self.user_econ).with_context(**action['context']))
        visit = form.save()
        self.assertEqual((visit.partner_id, visit.user_ids), (self.company, self.user_econ))
        self.assertTrue(self.find().next_contact)

    def test_plan_together(self):
        lines = self.find() | self.find(self.other_company)
        action = lines.action_plan_together()
        self.assertEqual((action['res_model'], action['target']), ('outreach.visit.plan', 'new'))
        self.assertCountEqual(action['context']['default_partner_ids'], (self.company | self.other_company).ids)

    @users('test_portal', 'test_helper', 'test_immigration', 'test_dpo', 'test_internal')
    def test_not_for(self):
        with self.assertRaises(AccessError):
            self.env['outreach.due'].search([])
        with self.assertRaises(AccessError):
            self.env['outreach.due'].browse(self.company.id).read(['reason'])
        with self.assertRaises(AccessError):
            self.env['outreach.cadence'].search([])

    @users('test_econ', 'test_job', 'test_migration', 'test_manager')
    def test_nobody_writes(self):
        due = self.env['outreach.due'].browse(self.company.id)
        self.assertTrue(due.reason)
        for operation in ('write', 'create', 'unlink'):
            self.assertFalse(due.has_access(operation))

    def test_other_organisation(self):
        """A company that all organisations share is judged by one's own contacts only."""
        elsewhere = self.env['res.company'].create({'name': "Test County Elsewhere"})
        stranger = self.create_user('stranger', f'{MODULE}.group_job_centre')
        stranger.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})
        self.settle()
        self.warn('closure')
        self.place(5)
        self.create_demand(date=TODAY - timedelta(days=90))
        due = self.find(user=stranger)
        self.assertEqual(due.reason, "Never visited (50–249 employees)")
        self.assertEqual((due.open_demands, due.probation_count), (0, 0))
        self.company.company_id = self.env.company
        self.assertFalse(self.find(user=stranger))
        self.assertTrue(self.find())

    def test_cadence_checks(self):
        Cadence = self.env['outreach.cadence'].with_user(self.user_manager)
        for values in ({'size_class': '1_9', 'months': 3}, {'months': 3}):
            with self.subTest(values=values), self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.cr.savepoint():
                Cadence.create(values)
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.cr.savepoint():
            Cadence.search([], limit=1).months = 0
            self.env.flush_all()
        with self.assertRaises(AccessError):
            Cadence.with_user(self.user_econ).search([], limit=1).months = 1

    def test_queries(self):
        """Opening the list takes as many queries for 80 companies as for 10, whatever reasons they have."""
        companies = self.env['res.partner'].create(
            [
                {
                    'name': f"Due {number}",
                    'is_company': True,
                    'outreach_company': True,
                    'outreach_municipality_id': (self.bramsche if number % 2 else self.melle).id,
                }
                for number in range(80)
            ]
        )
        for number, company in enumerate(companies):
            if number % 3:
                self.warn('layoffs', company)
            self.env['outreach.responsibility'].create(
                [
                    {'partner_id': company.id, 'agency_id': agency.id, 'user_id': user.id}
                    for agency, user in ((self.agency_econ, self.user_econ), (self.agency_job, self.user_job))
                ]
            )
        Due = self.env['outreach.due'].with_user(self.user_job)
        arch = self.env.ref(f'{MODULE}.outreach_due_view_list').arch_db
        spec = {node.get('name'): {} for node in etree.fromstring(arch).iter('field')}
        for name, field in Due._fields.items():
            if name in spec and field.relational:
                spec[name] = {'fields': {'display_name': {}}}

        def count(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            rows = Due.web_search_read(Due._get_to_do_domain() & Domain('id', 'in', companies.ids), spec, limit=limit, count_limit=10001)
            self.assertEqual((len(rows['records']), rows['length']), (limit, 80))
            self.assertTrue(rows['records'][0]['reason'] and rows['records'][0]['officer_ids'])
            return self.cr.sql_log_count - before

        count(10)  # what stays in the registry's caches
        few, many = count(10), count(80)
        self.assertEqual(few, many)
        self.assertLess(many, 20)


@freeze_time(NOW)
class TestDueRule(DueCommon):
    def test_sql_agrees_with_the_rule(self):
        """On random companies the list has those lines, reasons and ranks that the rule gives for their records."""
        chance = random.Random(20261122)
        seen = Counter()
        sizes = [False, False, '1_9', '10_49', '50_249', '250_plus']
        names = ["Random %s", "Random %s GmbH", "Random %s Verwaltungs GmbH"]
        places = [
            {},
            {'zip': '28195', 'city': "Bremen"},
            *({'outreach_municipality_id': place.id} for place in (self.bramsche, self.melle)),
        ]
        section = self.env.ref(f'{MODULE}.industry_2008_C').id
        industries = self.env['outreach.industry'].create(
            [{'code': code, 'name': code, 'version': '2008', 'parent_id': section} for code in ('X1', 'X2')]
        )
        self.env['outreach.cadence'].search([('size_class', '=', '1_9')]).unlink()
        companies = self.env['res.partner'].create(
            [
                {
                    'name': chance.choice(names) % number,
                    'is_company': True,
                    'outreach_company': True,
                    'outreach_size_class': chance.choice(sizes),
                    'outreach_industry_id': chance.choice([False, *industries.ids]),
                    **chance.choice(places),
                }
                for number in range(260)
            ]
        )
        for company in companies[:200]:  # of the others nothing is known but what they are
            for __ in range(chance.choice([0, 1, 1, 2, 4])):
                days = chance.choice([-5, 0, 0, 1, 6, 7, 8, 40, 183, 184, 365, 366, 400, 548, 549, 732, 1200])
                done = days >= 0 and chance.random() < 0.8
                self.create_visit(
                    company,
                    chance.choice([self.user_econ, self.user_job, self.user_econ | self.user_job]),
                    anyway_reason="test",
                    start=NOW - timedelta(days=days, hours=chance.choice([0, 12, 8])),
                    kind_id=chance.choice([self.kind, self.kind, self.kind_call]).id,
                    **({'stage': 'done', 'result': chance.choice(['call_back', 'call_back', 'nobody_met'])} if done else {}),
                )
            for __ in range(chance.choice([0, 0, 1, 2])):
                self.create_demand(
                    company,
                    date=TODAY - timedelta(days=chance.choice([0, 1, 6, 7, 8, 30, 41, 70])),
                    visit_id=chance.choice([False, *company.outreach_visit_ids.ids]),
                    stage=chance.choice(['signal', 'recorded', 'filled', 'paused']),
                )
            for kind in chance.choice([[], [], [], ['closure'], ['expansion', 'layoffs'], ['succession', 'succession']]):
                self.warn(kind, company, date_settled=chance.choice([False, False, TODAY]))
            for days in chance.choice([[], [], [-1], [0, 42], [43], [20]]):
                self.env['outreach.placement'].create(
                    {
                        'partner_id': company.id,
                        'date_start': TODAY - timedelta(days=130),
                        'probation_end': TODAY + timedelta(days=days),
                        'date_end': chance.choice([False, False, TODAY]),
                    }
                )
            if chance.random() < 0.3:
                company.with_user(self.user_job)._dismiss_outreach("test", TODAY + timedelta(days=chance.choice([1, 100])))
        self.env.flush_all()
        for table in ('outreach_demand', 'outreach_early_warning', 'outreach_due_dismissal'):
            self.env.cr.execute(f"UPDATE {table} SET create_date = %s::timestamp - id %% 11 * interval '1 day'", [NOW])
        self.env.invalidate_all()
        lines = {line.partner_id: line for line in self.env['outreach.due'].with_user(self.user_job).search([('id', 'in', companies.ids)])}
        for company in companies:
            facts = self.read_facts(company)
            wanted = due_rule.reasons(facts, TODAY)
            with self.subTest(company=company.name, facts=facts):
                line = lines.get(company)
                self.assertEqual(bool(line), bool(wanted))
                if line:
                    self.assertEqual(line._get_facts(), facts)
                    self.assertEqual(line.rank, due_rule.rank(facts, TODAY))
                    self.assertEqual(line.main_reason, next(iter(wanted)))
                    self.assertEqual(line.days_overdue, due_rule.days_overdue(facts, TODAY))
                    self.assertEqual(line.left_out or '', due_rule.left_out(facts, TODAY))
                    self.assertEqual(len(line.reason.split(' · ')), len(wanted) + bool(line.left_out))
                    seen.update(wanted.keys())
                    seen['doublings'] += bool(facts.demands_nearby and facts.demands_of_industry)
                    seen['renewed'] += facts.renewed
                    seen[line.left_out or 'listed'] += 1
                    seen['planned'] += facts.planned
                else:
                    seen['not due'] += 1
        self.assertEqual(
            set(seen),
            {*due_rule.REASONS, 'planned', 'not due', 'doublings', 'renewed', 'listed', 'dismissed', 'no_employer', 'outside'},
            "the sample has every case",
        )
        self.assertGreater(min(seen.values()), 4, seen)

    def read_facts(self, company):
        """The facts of a company, from its records and one by one."""

        def day(visit):
            return fields.Datetime.context_timestamp(visit.with_context(tz='Europe/Berlin'), visit.start).date()

        def last(visits):
            return max(map(day, visits), default=None)

        visits = company.outreach_visit_ids.filtered(lambda visit: not visit.kind_id.is_mass)
        met = visits.filtered(lambda visit: visit.stage == 'done' and visit.result != 'nobody_met')
        on_site = met.filtered('kind_id.is_visit')
        waiting = company.outreach_demand_ids.filtered(
            lambda demand: (
                demand.stage in demand.OPEN_STAGES
                and due_rule.waits(demand.date, any(day(visit) >= demand.date for visit in met - demand.visit_id), TODAY)
            )
        )
        placements = (
            self.env['outreach.placement']
            .search([('partner_id', '=', company.id)])
            .filtered(
                lambda placement: (
                    TODAY <= placement.probation_end <= TODAY + timedelta(days=due_rule.PROBATION_DAYS)
                    and (not placement.date_end or placement.date_end > TODAY)
                )
            )
        )
        open_demands = self.env['outreach.demand'].search([]).filtered(lambda demand: demand.stage in demand.OPEN_STAGES)
        dismissal = self.env['outreach.due.dismissal'].search([('partner_id', '=', company.id)])
        warnings = company.outreach_warning_ids.filtered(lambda warning: not warning.date_settled)
        cadences = {cadence.size_class: cadence.months for cadence in self.env['outreach.cadence'].search([])}
        return due_rule.Facts(
            warnings=frozenset(warnings.mapped('kind')),
            waiting_demands=len(waiting),
            days_waiting=max(((TODAY - demand.date).days for demand in waiting), default=0),
            probation_count=len(placements),
            last_visit=last(on_site),
            last_joint_visit=last(on_site.filtered('is_joint')),
            cadence_months=cadences.get(company.outreach_size_class) or cadences[False],
            planned=any(visit.stage in ('planned', 'confirmed') and day(visit) >= TODAY for visit in visits),
            size_class=company.outreach_size_class or '',
            demands_nearby=len(
                open_demands.filtered(lambda demand: demand.municipality_id and demand.municipality_id == company.outreach_municipality_id)
            ),
            demands_of_industry=len(
                open_demands.filtered(
                    lambda demand: (
                        demand.industry_id.division_id and demand.industry_id.division_id == company.outreach_industry_id.division_id
                    )
                )
            ),
            no_employer=company.name.endswith("Verwaltungs GmbH") and not company.outreach_size_class,
            outside=company.city == "Bremen",
            dismissed=bool(dismissal),
            renewed=bool(dismissal)
            and (
                any(record.create_date > dismissal.create_date for record in (*waiting, *warnings))
                or any(
                    placement.probation_end - timedelta(days=due_rule.PROBATION_DAYS) > dismissal.create_date.date()
                    for placement in placements
                )
            ),
        )

    def test_all_fields_with_every_filter(self):
        """Read as a script does it: every field, whatever the condition, and also where nothing is found."""
        nobody = self.env['res.partner'].create({'name': "Nobody"})
        for user in (self.user_econ, self.user_job, self.user_migration, self.user_manager):
            Due = self.env['outreach.due'].with_user(user)
            for values in ([self.company.id], [nobody.id], [self.company.id, nobody.id], [0], []):
                for domain in (
                    [('partner_id', 'in', values)],
                    [('id', 'in', values)],
                    [('partner_id.id', 'in', values)],
                    [('partner_id', 'child_of', values)],
                    [('company_id', 'in', [*self.env.company.ids, False]), ('partner_id', 'in', values)],
                    [('company_id', '=', False), ('partner_id', 'in', values)],
                    [('partner_id.commercial_partner_id', 'in', values)],
                    [('partner_id', 'any', [('id', 'in', values)])],
                    [('partner_id', 'ilike', "Nobody at all")],
                ):
                    with self.subTest(user=user.login, domain=domain), self.env.cr.savepoint():
                        self.env.invalidate_all()
                        Due.search_read(domain, [])
                        self.env.invalidate_all()
                        Due.web_search_read(domain, {name: {} for name in Due._fields if Due._has_field_access(Due._fields[name], 'read')})
