import random
from collections import Counter
from datetime import datetime, timedelta

from lxml import etree
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
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
            {'partner_id': (cls.company if company is None else company).id, 'kind': kind, **values}
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
        self.assertEqual((due.reason, due.main_reason, due.rank), ("Never visited", 'never', 32))
        self.visited(10, kind_id=self.kind_call.id)
        self.visited(5, result='nobody_met')
        self.assertEqual(self.find().reason, "Never visited", "neither a call nor a closed door is a visit")
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
        self.assertEqual(due.reason, "Demand without contact for 40 days · Never visited")
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
        self.warn('closure')
        self.create_visit(start=NOW - timedelta(days=2))
        self.assertFalse(self.find().next_contact, "that was forgotten, not planned")
        self.create_visit(start=NOW - timedelta(hours=2), team=self.user_job, anyway_reason="test")
        due = self.find()
        self.assertEqual((due.next_contact, due.rank), (TODAY, 132 - 1000))
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
        self.assertEqual(safe_eval(action['context']), {'search_default_not_planned': 1, 'search_default_may_contact': 1})
        search = etree.fromstring(self.env.ref(f'{MODULE}.outreach_due_view_search').arch_db)
        self.assertEqual(search.find(".//filter[@name='not_planned']").getnext().tag, 'separator', "both, not either")
        self.company.outreach_blocked_until = TODAY + timedelta(days=9)
        self.create_visit(self.other_company)
        spare = self.company.copy({'name': "Spare", 'outreach_blocked_until': False})
        companies = self.company | self.other_company | spare
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
        self.assertEqual(due.reason, "Never visited")
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
        sizes = [False, '1_9', '10_49', '50_249', '250_plus']
        self.env['outreach.cadence'].search([('size_class', '=', '1_9')]).unlink()
        companies = self.env['res.partner'].create(
            [
                {'name': f"Random {number}", 'is_company': True, 'outreach_company': True, 'outreach_size_class': chance.choice(sizes)}
                for number in range(120)
            ]
        )
        for company in companies:
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
                    self.assertEqual(len(line.reason.split(' · ')), len(wanted))
                    seen.update(wanted.keys())
                    seen['planned'] += facts.planned
                else:
                    seen['not due'] += 1
        self.assertEqual(set(seen), {*due_rule.REASONS, 'planned', 'not due'}, "the sample has every case")
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
        cadences = {cadence.size_class: cadence.months for cadence in self.env['outreach.cadence'].search([])}
        return due_rule.Facts(
            warnings=frozenset(company.outreach_warning_ids.filtered(lambda warning: not warning.date_settled).mapped('kind')),
            waiting_demands=len(waiting),
            days_waiting=max(((TODAY - demand.date).days for demand in waiting), default=0),
            probation_count=len(placements),
            last_visit=last(on_site),
            last_joint_visit=last(on_site.filtered('is_joint')),
            cadence_months=cadences.get(company.outreach_size_class) or cadences[False],
            planned=any(visit.stage in ('planned', 'confirmed') and day(visit) >= TODAY for visit in visits),
        )
