from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, users
from odoo.tools import mute_logger

from ..common import OutreachCommon


class TestVisit(OutreachCommon):
    def assertRefused(self, attempt, words, model='outreach.visit'):
        """`attempt` fails in the database, and people are told why in words."""
        with self.assertRaises(psycopg2.IntegrityError) as caught, mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            attempt()
            self.env.flush_all()
        self.assertIn(words, self.env[model]._sql_error_to_message(caught.exception))

    def test_joint(self):
        """Economic development and job centre together, whoever else comes along."""
        econ, job, migration = self.user_econ, self.user_job, self.user_migration
        for team, joint in (
            (econ, False),
            (job, False),
            (econ | migration, False),
            (job | migration, False),
            (migration, False),
            (econ | job, True),
            (econ | job | migration, True),
        ):
            with self.subTest(team=team.mapped('login')):
                self.assertEqual(self.create_visit(team=team, anyway_reason="test").is_joint, joint)
        visit = self.create_visit(team=econ, anyway_reason="test")
        member = self.env['outreach.visit.member'].with_user(econ).create({'visit_id': visit.id, 'user_id': job.id})
        self.assertTrue(visit.is_joint)
        self.assertEqual((visit.user_ids, visit.agency_ids), (econ | job, self.agency_econ | self.agency_job))
        member.user_id = migration
        self.assertFalse(visit.is_joint)
        self.assertEqual(member.agency_id, self.agency_migration)
        self.assertFalse(self.create_visit(member_ids=[], anyway_reason="test").is_joint)

    def test_person_once_in_a_team(self):
        visit = self.create_visit()
        again = {'member_ids': [Command.create({'user_id': self.user_econ.id})]}
        self.assertRefused(lambda: visit.write(again), "in the team already", 'outreach.visit.member')

    @users('test_econ', 'test_job')
    def test_default_team(self):
        with Form(self.env['outreach.visit']) as form:
            form.partner_id = self.company
            form.kind_id = self.kind
            if form.guard_state == 'decide':  # the second user finds the first one's visit
                form.anyway_reason = "asked for both of us"
        visit = form.record
        self.assertEqual(visit.user_ids, self.env.user)
        self.assertEqual(visit.agency_ids, self.env.user._get_outreach_agency())
        self.assertEqual(visit.location, "Musterweg 1, 49565 Bramsche")
        self.assertEqual(visit.stop - visit.start, timedelta(hours=1))
        self.assertEqual(visit.municipality_id, self.bramsche)
        self.assertEqual(visit.stage, 'planned')
        self.assertLess(abs(visit.start - fields.Datetime.now()), timedelta(hours=1, minutes=1))

    @users('test_econ')
    def test_planned_from_the_company(self):
        """The button proposes the morning of the next working day, so that two clicks plan a visit."""
        for today, day in (('2026-11-19', '2026-11-20'), ('2026-11-20', '2026-11-23'), ('2026-11-21', '2026-11-23')):
            with self.subTest(today=today), freeze_time(f'{today} 15:00:00'):
                context = self.company.with_user(self.env.user).action_plan_outreach_visit()['context']
                self.assertEqual(context['default_start'], f'{day} 08:00:00', "nine o'clock in Bramsche")
                self.assertEqual(context['default_stop'], f'{day} 09:00:00')
                self.assertEqual(context['default_partner_id'], self.company.id)

    def test_end_follows_start_in_the_form(self):
        visit = self.create_visit()
        with Form(visit) as form:
            form.start = visit.start + timedelta(days=2)
            self.assertEqual(form.stop, form.start + timedelta(hours=1))
            form.stop = form.start + timedelta(hours=3)  # chosen on purpose
            form.start += timedelta(hours=1)
            self.assertEqual(form.stop, form.start + timedelta(hours=2))
        self.assertEqual(visit.event_id.stop, visit.stop)

    @users('test_econ', 'test_job', 'test_manager')
    def test_course(self):
        visit = self.create_visit(user=self.env.user, start=fields.Datetime.now() - timedelta(days=1))
        visit.action_confirm()
        self.assertEqual(visit.stage, 'confirmed')
        with self.assertRaisesRegex(UserError, "choose the result"):
            visit.action_done()
        self.assertRefused(lambda: visit.write({'stage': 'done'}), "choose its result")
        self.assertEqual(visit.stage, 'confirmed')
        visit.result = 'no_interest'
        visit.action_done()
        self.assertEqual(visit.stage, 'done')
        visit.action_confirm()
        self.assertEqual(visit.stage, 'done', "nothing to confirm any more")
        visit.action_reset()
        self.assertEqual(visit.stage, 'planned')

    def test_done_is_not_in_the_future(self):
        visit = self.create_visit(result='no_interest')
        with self.assertRaisesRegex(ValidationError, "lies in the future"), self.env.cr.savepoint():
            visit.action_done()
        visit.start = fields.Datetime.now() + timedelta(minutes=1)  # today is near enough to write the report in the car
        visit.action_done()
        with self.assertRaisesRegex(ValidationError, "lies in the future"), self.env.cr.savepoint():
            visit.start += timedelta(days=2)
        with self.assertRaisesRegex(ValidationError, "lies in the future"), self.env.cr.savepoint():
            visit.event_id.with_user(self.user_econ).start += timedelta(days=2)
            self.env.flush_all()

    def test_cancel_and_plan_again(self):
        visits = self.create_visit() | self.create_visit(self.other_company)
        self.assertRefused(lambda: visits.write({'stage': 'cancelled'}), "Say why")
        action = visits.action_open_cancel()
        wizard = Form(self.env[action['res_model']].with_user(self.user_econ).with_context(**action['context']))
        wizard.reason = "snow"
        wizard.save().action_cancel()
        self.assertEqual(visits.mapped('stage'), ['cancelled'] * 2)
        self.assertEqual(visits.mapped('cancel_reason'), ["snow"] * 2)
        self.assertEqual(visits.event_id.with_context(active_test=False).mapped('active'), [False] * 2)
        visits[0].action_reset()
        visits[1].stage = 'confirmed'  # drawn to another column
        self.assertEqual(visits.mapped('stage'), ['planned', 'confirmed'])
        self.assertEqual(visits.mapped('cancel_reason'), [False] * 2)
        self.assertEqual(visits.event_id.mapped('active'), [True] * 2)

    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model')
    def test_delete(self):
        planned, done = self.create_visit(), self.create_visit(stage='done')
        with self.assertRaises(AccessError):
            planned.unlink()
        with self.assertRaisesRegex(UserError, "counts in the figures"):
            (planned | done).with_user(self.user_manager).unlink()
        event = planned.event_id
        self.assertTrue(event)
        planned.with_user(self.user_manager).unlink()
        self.assertFalse(planned.exists() or event.exists())
        self.assertTrue(done.exists())

    def test_copy(self):
        visit = self.create_visit(
            team=self.user_econ | self.user_job,
            stage='done',
            report_text="Secret",
            invite_contacts=True,
            promise_ids=[Command.create({'name': "Call"})],
            contact_ids=[Command.link(self.contact.id)],
        )
        self.create_demand(visit_id=visit.id)
        copy = visit.copy()
        self.assertEqual((copy.partner_id, copy.kind_id, copy.user_ids), (visit.partner_id, visit.kind_id, visit.user_ids))
        self.assertEqual(copy.stage, 'planned')
        for name in ('report_text', 'result', 'promise_ids', 'demand_ids', 'invite_contacts'):
            self.assertFalse(copy[name], name)
        self.assertLess(abs(copy.start - fields.Datetime.now()), timedelta(hours=1, minutes=1))
        self.assertEqual(copy.stop - copy.start, timedelta(hours=1))
        self.assertTrue(copy.event_id)
        self.assertNotEqual(copy.event_id, visit.event_id)

    def test_chatter_tells_and_keeps_quiet(self):
        visit = self.create_visit(team=self.user_econ | self.user_job, report_text="They may close hall three")
        visit.write(
            {
                'start': fields.Datetime.now() - timedelta(days=1),
                'stage': 'done',
                'result': 'demand_recorded',
                'report_text': "They do close hall three",
                'promise_ids': [Command.create({'name': "Call about hall three"})],
            }
        )
        self.create_visit()._cancel("ill")
        self.settle()
        for record in (self.company, visit.lead_id):
            texts = ' '.join(record.sudo().message_ids.mapped('body'))
            for expected in ("planned", "Demand recorded", "cancelled: ill", "Test Economic Development, Test Job Centre"):
                self.assertIn(expected, texts, record)
            self.assertIn(f'data-oe-id="{visit.id}"', texts)
            self.assertNotIn("hall three", texts)
        self.assertNotIn("hall three", ' '.join(visit.sudo().message_ids.mapped('body')))
        self.assertNotIn("hall three", str(visit.event_id.read()))

    def test_questionnaire_of_the_kind(self):
        definition = [{'name': 'a1', 'type': 'integer', 'string': "Apprentices"}]
        self.kind.with_user(self.user_manager).report_definition = definition
        with self.assertRaises(AccessError), mute_logger('odoo.models', 'odoo.addons.base.models.ir_model'):
            self.kind.with_user(self.user_econ).report_definition = []
        visit, other = self.create_visit(), self.create_visit(kind_id=self.kind_call.id)
        visit.report_properties = {'a1': 4}
        self.assertEqual(dict(visit.report_properties), {'a1': 4})
        self.assertEqual(dict(other.report_properties or {}), {})
        self.assertEqual(visit.search([('report_properties.a1', '=', 4)]), visit)

    def test_several_at_once(self):
        visits = self.create_visit() | self.create_visit(self.other_company, stop=self.at(3, hour=13))
        lengths = visits.mapped(lambda visit: visit.stop - visit.start)
        self.assertNotEqual(*lengths)
        start = fields.Datetime.now().replace(minute=0, second=0) - timedelta(days=5)
        visits.write({'start': start})
        self.assertEqual(visits.mapped('start'), [start] * 2)
        self.assertEqual(visits.mapped(lambda visit: visit.stop - visit.start), lengths)
        self.assertEqual(visits.event_id.mapped('start'), [start] * 2)
        visits.write({'stage': 'done', 'result': 'no_interest'})
        self.assertEqual(visits.lead_id.stage_id.outreach_milestone, 'visited')

    @users('test_migration')
    def test_columns_of_the_boards(self):
        """Boards show every stage, also those where nothing is."""
        for model, name, create in (('outreach.visit', 'stage', self.create_visit), ('outreach.demand', 'stage', self.create_demand)):
            record = create()
            groups = (
                self.env[model].with_context(read_group_expand=True).formatted_read_group([('id', '=', record.id)], [name], ['__count'])
            )
            self.assertEqual(
                {group[name]: group['__count'] for group in groups},
                {key: int(key == record[name]) for key, __ in record._fields[name].selection},
            )

    def test_other_company(self):
        """Corrected to another company, a visit takes its lead, agencies, place and demands along."""
        visit = self.create_visit()
        demand = self.create_demand(visit_id=visit.id)
        visit.partner_id = self.other_company
        self.assertEqual(visit.lead_id.partner_id, self.other_company)
        self.assertEqual(self.other_company.outreach_responsibility_ids.agency_id, self.agency_econ)
        self.assertEqual((visit.municipality_id, visit.location), (self.melle, "49324 Melle"))
        self.assertIn("Musterbau", visit.event_id.name)
        self.assertEqual((demand.partner_id, demand.lead_id), (self.other_company, visit.lead_id))

    def test_figures_of_the_past_stay(self):
        visits = self.create_visit() | self.create_visit(stage='done')
        self.settle()
        self.company.write({'zip': '49324', 'city': "Melle"})
        self.assertEqual(visits.mapped(lambda visit: visit.municipality_id.name), ["Melle", "Bramsche"])

    @users('test_econ')
    def test_load(self):
        columns = ['partner_id/.id', 'kind_id/.id', 'start', 'stage', 'result', 'member_ids/user_id/.id']
        rows = [
            [str(company.id), str(self.kind.id), '2024-03-15 09:00:00', 'done', 'call_back', str(self.env.user.id)]
            for company in (self.company, self.other_company)
        ]
        answer = self.env['outreach.visit'].load(columns, rows)
        self.assertFalse(answer['messages'])
        visits = self.env['outreach.visit'].browse(answer['ids'])
        self.assertEqual(len(visits), 2)
        self.assertEqual(visits.agency_ids, self.agency_econ)
        self.assertEqual(visits.mapped(lambda visit: visit.stop - visit.start), [timedelta(hours=1)] * 2)
        self.assertEqual(visits.lead_id.partner_id, self.company | self.other_company)
        with mute_logger('odoo.sql_db'):
            answer = self.env['outreach.visit'].load(columns, [[*rows[0][:4], '', rows[0][5]]])
        self.assertTrue(answer['messages'], "done without a result")


class TestVisitQueries(OutreachCommon):
    def companies(self, count):
        return self.env['res.partner'].create(
            [{'name': f"Test Company {n}", 'is_company': True, 'zip': '49565', 'city': "Bramsche"} for n in range(count)]
        )

    def count(self, action):
        self.env.flush_all()
        before = self.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_creating_many(self):
        """Ten times the records cost no more than ten times the queries, and each record few."""
        start = fields.Datetime.now().replace(minute=0, second=0) + timedelta(days=2)
        for model, per_record, sizes, prepare in (
            (
                'outreach.visit',
                45,
                (5, 50),
                lambda company: {
                    'partner_id': company.id,
                    'kind_id': self.kind.id,
                    'start': start,
                    'member_ids': [Command.create({'user_id': user.id}) for user in (self.user_econ | self.user_job)],
                },
            ),
            ('outreach.demand', 25, (20, 200), lambda company: {'partner_id': company.id, 'name': "Test"}),
        ):
            records = self.env[model].with_user(self.user_econ)
            found = []
            for size in (sizes[0], *sizes):  # the first one warms up
                values = [prepare(company) for company in self.companies(size)]
                found.append(self.count(lambda records=records, values=values: records.create(values)))
            with self.subTest(model=model, queries=found[1:]):
                self.assertLessEqual(found[2], found[1] * sizes[1] / sizes[0])
                self.assertLessEqual(found[2] / sizes[1], per_record)

    def test_lists_are_constant(self):
        """What the list and kanban views read takes as many queries for 80 records as for 10."""
        companies = self.companies(80)
        topic = self.env['outreach.topic'].create({'name': "Test Topic"})
        visits = (
            self.env['outreach.visit']
            .with_user(self.user_econ)
            .create(
                [
                    {
                        'partner_id': company.id,
                        'kind_id': self.kind.id,
                        'topic_ids': [Command.link(topic.id)],
                        'member_ids': [Command.create({'user_id': user.id}) for user in (self.user_econ | self.user_job)],
                    }
                    for company in companies
                ]
            )
        )
        demands = (
            self.env['outreach.demand']
            .with_user(self.user_econ)
            .create([{'partner_id': visit.partner_id.id, 'visit_id': visit.id, 'name': "Test"} for visit in visits])
        )
        for records in (visits, demands, companies.with_user(self.user_econ)):
            for kind in ('list', 'kanban'):
                xmlid = f"{records._name.replace('.', '_')}_view_{kind}"
                view = self.env.ref(f'maßarbeit_outreach.{xmlid}', raise_if_not_found=False)
                if not view:
                    continue
                views = records.get_views([(view.id, view.type)])
                arch, fields_by_model = views['views'][view.type]['arch'], views['models'][records._name]['fields']
                names = {name for name in fields_by_model if f'name="{name}"' in arch}
                self.assertGreater(len(names), 5, xmlid)
                spec = {name: {'fields': {'display_name': {}}} if fields_by_model[name].get('relation') else {} for name in names}

                def read(size, records=records, spec=spec):
                    self.env.invalidate_all()
                    found = records.web_search_read([('id', 'in', records.ids[:size])], spec, limit=200)['records']
                    self.assertEqual(len(found), size)

                self.count(lambda read=read: read(10))
                few, many = (self.count(lambda size=size, read=read: read(size)) for size in (10, 80))
                with self.subTest(view=xmlid):
                    self.assertEqual(many, few, xmlid)


class TestVisitReport(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind.report_definition = [
            {'name': 'staff', 'type': 'selection', 'string': "Staff needed", 'selection': [['few', "1 to 2"], ['many', "3 to 5"]]},
            {'name': 'help', 'type': 'tags', 'string': "What would help", 'tags': [['course', "Course", 1], ['bus', "Bus", 2]]},
            {'name': 'again', 'type': 'boolean', 'string': "Come again"},
        ]
        cls.last = cls.create_visit(stage='done', contact_ids=[Command.set(cls.contact.ids)])
        cls.last.report_properties = {'staff': 'few', 'help': ['bus']}
        cls.create_visit(stage='done', start=fields.Datetime.now() - timedelta(days=90), report_properties={'staff': 'many'})

    @users('test_econ', 'test_job')
    def test_starts_from_the_last_visit(self):
        visit = self.create_visit(user=self.env.user, anyway_reason="test")
        self.assertEqual(dict(visit.report_properties), {'staff': "1 to 2", 'help': "Bus"})
        self.assertEqual((visit.report_source_id, visit.report_changes), (self.last, ''))
        visit.report_properties = {'staff': 'many', 'help': ['bus', 'course'], 'again': True}
        self.assertEqual(visit.report_changes, ("Staff needed: 1 to 2 → 3 to 5\nWhat would help: Bus → Course, Bus\nCome again: no → yes"))

    def test_not_taken_over(self):
        self.assertFalse(self.create_visit(self.other_company).report_source_id)
        self.assertFalse(self.create_visit(kind_id=self.kind_call.id).report_source_id, "other questions")
        self.assertFalse(self.create_visit(stage='done').report_source_id, "a contact that is logged has its own report")
        own = self.create_visit(report_properties={'staff': 'many'})
        self.assertFalse(own.report_source_id)
        self.assertEqual(own.report_properties['staff'], "3 to 5")

    def test_contacts_of_the_last_visit(self):
        with Form(self.env['outreach.visit'].with_user(self.user_econ)) as form:
            form.partner_id = self.company
            form.kind_id = self.kind
            self.assertEqual(form.contact_ids[:], self.contact)
            form.partner_id = self.other_company
            self.assertFalse(form.contact_ids[:])
            form.partner_id = self.company
