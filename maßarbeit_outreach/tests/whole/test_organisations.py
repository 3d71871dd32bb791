"""Two counties in one database: neither learns of the other's work, on any path."""

from contextlib import suppress
from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import users
from odoo.tools import mute_logger

from ..common import MODULE, ROLES
from ..people.test_candidate import FORBIDDEN, CandidateCommon

# What belongs to the database and not to an organisation: catalogues, kinds and questionnaires, what is only a dialog of one's
# own (record rule), and the check of the database. Every other model of the addon is closed; a new one shows up here.
SHARED = {
    'outreach.cadence',
    'outreach.catalogue.import',
    'outreach.catalogue.import.progress',
    'outreach.catalogue.import.table',
    'outreach.catalogue.link',
    'outreach.everyday.word',
    'outreach.health',
    'outreach.industry',
    'outreach.industry.crosswalk',
    'outreach.instrument',
    'outreach.isco.group',
    'outreach.job.failure',
    'outreach.label',
    'outreach.language',
    'outreach.minimum.wage',
    'outreach.municipality',
    'outreach.restriction.word',
    'outreach.occupation',
    'outreach.occupation.mapping',
    'outreach.occupation.skill',
    'outreach.privacy.check',
    'outreach.proof',
    'outreach.skill',
    'outreach.skill.group',
    'outreach.skill.relation',
    'outreach.topic',
    'outreach.visit.kind',
}
# Models of core that hold what the offices do.
CORE = (
    'crm.lead',
    'crm.team',
    'event.event',
    'event.booth',
    'event.registration',
    'event.registration.answer',
    'event.event.ticket',
    'event.slot',
    'event.mail',
    'event.mail.slot',
    'event.mail.registration',
    'event.question',
    'event.question.answer',
    'calendar.event',
    'calendar.attendee',
    'mail.message',
    'mail.activity',
    'ir.attachment',
    'res.partner',
)
SECRET = "Secret of county one"


class OrganisationsCommon(CandidateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env['res.company'].create({'name': "Test County Elsewhere"})
        cls.strangers = {}
        for key, (group, __) in {**ROLES, 'desk': ('group_outreach_manager,event.group_event_manager', None)}.items():
            user = cls.create_user(f'elsewhere_{key}', f'{MODULE}.{group}')
            user.write({'company_ids': [Command.set(cls.elsewhere.ids)], 'company_id': cls.elsewhere.id})
            cls.strangers[key] = user
        cls.user_desk = cls.create_user('desk', f'{MODULE}.group_outreach_manager,event.group_event_manager')
        cls.agency_elsewhere = cls.env['outreach.agency'].create(
            {
                'name': "Test Office Elsewhere",
                'role': 'economic_development',
                'company_id': cls.elsewhere.id,
                'partner_id': cls.env['res.partner'].create({'name': "Test Office Elsewhere", 'is_company': True}).id,
                'user_ids': [Command.set(cls.strangers['econ'].ids)],
            }
        )
        # county one at work, about a company that both know
        cls.bound = cls.env['res.partner'].create(
            {'name': SECRET, 'is_company': True, 'outreach_company': True, 'company_id': cls.env.company.id}
        )
        cls.pool = cls.env['outreach.pool'].with_user(cls.user_job).create({'name': SECRET, 'working_time': 'vz'})
        cls.demand = cls.create_demand(
            name=SECRET,
            pool_ids=[Command.link(cls.pool.id)],
            positions=4,
            skill_ids=[Command.create({'skill_id': cls.skill.id})],
            occupation_id=cls.welder.id,
        )
        cls.visit = cls.create_visit(team=cls.user_econ | cls.user_job, demand_ids=[Command.link(cls.demand.id)], location=SECRET)
        cls.create_visit(team=cls.user_migration, user=cls.user_job, anyway_reason=SECRET)
        cls.create_visit(stage='done', report_text=SECRET)
        cls.follow_ups = cls.create_follow_ups()
        cls.env['outreach.visit.day'].with_user(cls.user_econ).create({})
        cls.env['outreach.measure'].with_user(cls.user_job).create({'name': SECRET})
        cls.candidate = cls.create_candidate(
            skill_ids=[Command.create({'skill_id': cls.skill.id})],
            barrier_ids=[Command.create({'kind': 'mobility'})],
            occupation_ids=[Command.create({'occupation_id': cls.welder.id})],
            adviser_id=cls.user_migration.id,
            language_ids=[Command.create({'language_id': cls.language.id})],
            regime_ids=[Command.create({'regime': 'sgb2'})],
            job_permit_ids=[Command.create({'occupation_id': cls.welder.id})],
        )
        cls.create_request(cls.candidate)
        cls.env['outreach.proposal'].create(
            {
                'demand_id': cls.demand.id,
                'candidate_id': cls.candidate.id,
                'fit': '1_now',
                'user_id': cls.user_job.id,
                'company_id': cls.env.company.id,
            }
        )
        cls.env['outreach.figure.policy'].create({})
        cls.pool.with_user(cls.user_job).action_ask()
        cls.cr.execute(
            'INSERT INTO outreach_access_log (user_number, login, kind, res_model, res_id, day, first_on, company_id)'
            " VALUES (%s, 'x', 'read', 'outreach.candidate', 0, current_date, now(), %s)",
            [cls.user_job.id, cls.env.company.id],
        )
        cls.env['outreach.export.permit'].create(
            {
                'login': 'x',
                'reason': SECRET,
                'date_from': fields.Datetime.now(),
                'date_until': fields.Datetime.now(),
                'company_id': cls.env.company.id,
            }
        )
        cls.env['outreach.match.count'].create({'demand_id': cls.demand.id, 'date': fields.Datetime.now()})
        morning = fields.Datetime.now().replace(hour=10, minute=0, second=0) + timedelta(days=30)
        hours = {'date_tz': 'UTC', 'date_begin': morning, 'date_end': morning + timedelta(hours=2)}
        cls.hours = hours
        cls.fair = cls.create_fair(name=SECRET, **hours)
        cls.stand = cls.create_stand(cls.fair, demand_ids=[Command.link(cls.demand.id)])
        cls.add_to_fair(cls.fair)
        cls.party = cls.env['event.event'].create({'name': "Public Lecture", 'company_id': False, **hours})
        cls.party_parts = cls.add_to_fair(cls.party)
        for record in (cls.visit, cls.demand, cls.stand, cls.fair, cls.visit.lead_id, cls.visit.event_id, cls.pool):
            record.sudo().message_post(body=SECRET)
            if hasattr(record, 'activity_schedule'):
                record.sudo().activity_schedule(summary=SECRET, user_id=cls.user_econ.id)
            cls.env['ir.attachment'].create({'name': SECRET, 'res_model': record._name, 'res_id': record.id, 'raw': b'x'})
        cls.env.flush_all()
        cls.cr.precommit.run()

    @classmethod
    def add_to_fair(cls, event):
        """One of each that hangs on an event."""
        question = cls.env['event.question'].create(
            {
                'title': SECRET,
                'question_type': 'simple_choice',
                'event_ids': [Command.set(event.ids)],
                'answer_ids': [Command.create({'name': SECRET})],
            }
        )
        template = cls.env['mail.template'].create({'name': "Test", 'model_id': cls.env['ir.model']._get_id('event.registration')})
        mail = cls.env['event.mail'].create(
            {'event_id': event.id, 'interval_type': 'after_sub', 'template_ref': f'mail.template,{template.id}'}
        )
        ticket = cls.env['event.event.ticket'].create({'event_id': event.id, 'name': SECRET})
        visitor = cls.env['event.registration'].create(
            {
                'event_id': event.id,
                'event_ticket_id': ticket.id,
                'name': SECRET,
                'registration_answer_ids': [Command.create({'question_id': question.id, 'value_answer_id': question.answer_ids.id})],
            }
        )
        slot = cls.env['event.slot'].create({'event_id': event.id, 'date': event.date_begin.date(), 'start_hour': 10.5, 'end_hour': 11})
        return {
            'event.event.ticket': ticket,
            'event.mail': mail,
            'event.registration': visitor,
            'event.registration.answer': visitor.registration_answer_ids,
            'event.mail.registration': cls.env['event.mail.registration'].create({'scheduler_id': mail.id, 'registration_id': visitor.id}),
            'event.question': question,
            'event.question.answer': question.answer_ids,
            'event.slot': slot,
            'event.mail.slot': cls.env['event.mail.slot'].create({'scheduler_id': mail.id, 'event_slot_id': slot.id}),
        }


class TestOrganisations(OrganisationsCommon):
    def get_ours(self):
        """What county one has, by model: whatever of the addon is there, since all of it is theirs."""
        mixin = self.env.registry['outreach.person.mixin']
        ours = {}
        for name, model in self.env.registry.items():
            if model._original_module == MODULE and not model._abstract and not model._transient and name not in SHARED:
                domain = [('id', '!=', self.agency_elsewhere.id)] if name == 'outreach.agency' else []
                if name == 'outreach.match':
                    domain = [('demand_id', '=', self.demand.id)]
                if name == 'outreach.due':
                    domain = [('partner_id', '=', self.bound.id)]
                if name == 'outreach.role.grant':
                    domain = [('agency_id', '!=', self.agency_elsewhere.id)]
                ours[name] = self.env[name].with_context(active_test=False).search(domain)
        self.assertTrue(issubclass(self.env.registry['outreach.candidate'], mixin))
        job_fairs = self.env['event.event'].search([('is_job_fair', '=', True)])
        events = self.env['outreach.visit'].with_context(active_test=False).search([]).event_id
        leads = self.env['crm.lead'].with_context(active_test=False).search([('team_id.is_outreach', '=', True)])
        documents = [(record._name, record.ids) for record in (*ours.values(), job_fairs, events, leads, job_fairs.event_booth_ids)]
        ours |= {
            'crm.lead': leads,
            'crm.team': leads.team_id,
            'event.event': job_fairs,
            'event.booth': job_fairs.event_booth_ids,
            'event.event.ticket': job_fairs.event_ticket_ids,
            'event.registration': job_fairs.registration_ids,
            'event.registration.answer': job_fairs.registration_ids.registration_answer_ids,
            'event.slot': job_fairs.event_slot_ids,
            'event.mail': job_fairs.event_mail_ids,
            'event.mail.registration': job_fairs.event_mail_ids.mail_registration_ids,
            'event.mail.slot': job_fairs.event_mail_ids.mail_slot_ids,
            'event.question': self.fair.question_ids.filtered(lambda question: question.title == SECRET),
            'calendar.event': events,
            'calendar.attendee': events.attendee_ids,
            'res.partner': self.bound,
        }
        ours['event.question.answer'] = ours['event.question'].answer_ids
        for name in ('mail.message', 'mail.activity', 'ir.attachment'):
            fname = 'model' if name == 'mail.message' else 'res_model'
            ours[name] = self.env[name].union(
                *(self.env[name].search([(fname, '=', model), ('res_id', 'in', ids)]) for model, ids in documents)
            )
        return ours

    def test_there_is_something_of_each(self):
        ours = self.get_ours()
        empty = {name for name, records in ours.items() if not records}
        # only while an import runs, a search is indexed, or by the system
        self.assertLessEqual(
            empty,
            {
                'outreach.catalogue.import.demand',
                'outreach.company.import',
                'outreach.company.import.column',
                'outreach.company.import.row',
            },
        )
        self.assertLessEqual(set(CORE), ours.keys())

    @mute_logger(*FORBIDDEN)
    def test_who_is_responsible(self):
        """A company that both know: each organisation sees, finds and groups by its own officers only."""
        lines = self.env['outreach.responsibility'].sudo()
        shared = self.env['res.partner'].create({'name': "Test Shared", 'is_company': True, 'outreach_company': True})
        other = self.env['res.partner'].create({'name': "Test Other", 'is_company': True, 'outreach_company': True})
        lines.create(
            [
                {'partner_id': shared.id, 'agency_id': self.agency_job.id, 'user_id': self.user_job.id},
                {'partner_id': shared.id, 'agency_id': self.agency_elsewhere.id, 'user_id': self.strangers['econ'].id},
                {'partner_id': other.id, 'agency_id': self.agency_job.id, 'user_id': self.user_job.id},
            ]
        )
        self.env.flush_all()
        ours = [('id', 'in', (shared | other).ids)]
        for user, agency, officer, found in (
            (self.user_job, self.agency_job, self.user_job, shared | other),
            (self.strangers['econ'], self.agency_elsewhere, self.strangers['econ'], shared),
        ):
            self.env.invalidate_all()
            Due = self.env['outreach.due'].with_user(user)
            hidden = (self.user_job | self.strangers['econ']) - officer
            with self.subTest(user=user.login):
                self.assertEqual(len(Due.search(ours)), 2)
                for name, theirs, others in (
                    ('officer_ids', officer, hidden),
                    ('agency_ids', agency, (self.agency_job | self.agency_elsewhere) - agency),
                ):
                    self.assertEqual(Due.search([*ours, (name, '!=', False)]).ids, found.ids, name)
                    self.assertEqual(Due.search([*ours, (name, '=', False)]).ids, ((shared | other) - found).ids, name)
                    self.assertEqual(Due.search([*ours, (name, 'in', theirs.ids)]).ids, found.ids, name)
                    self.assertFalse(Due.search([*ours, (name, 'in', others.ids)]), name)
                    self.assertFalse(Due.search([*ours, (f'{name}.name', '=', others.name)]), name)
                    self.assertFalse(Due.search([*ours, (name, 'ilike', others.name)]), name)
                    self.assertEqual(len(Due.search([*ours, (name, 'not in', others.ids)])), 2, name)
                    self.assertEqual(Due.search(ours)[name], theirs, name)
                    grouped = dict(Due._read_group(ours, [name], ['__count']))
                    self.assertEqual({group.id for group in grouped} - {False}, set(theirs.ids), name)
                    self.assertEqual(Due.search(ours).mapped(name), theirs)

    @mute_logger(*FORBIDDEN)
    def test_nothing_is_read_counted_or_grouped(self):
        ours = self.get_ours()
        for role, user in self.strangers.items():
            env = self.env(user=user)
            for name, records in ours.items():
                Model = env[name].with_context(active_test=False)
                if not Model.has_access('read') or not records:
                    continue
                theirs = [('id', 'in', records.ids)]
                with self.subTest(role=role, model=name):
                    self.env.invalidate_all()
                    self.assertFalse(Model.search(theirs))
                    self.assertFalse(Model.search_count(theirs))
                    if name not in ('outreach.match', 'outreach.holding'):  # no rule: made of records that may be read
                        self.assertFalse(records.with_env(env)._filtered_access('read'))
                    for record in records[:3]:
                        if name == 'outreach.holding':  # to this reader it does not exist
                            self.assertFalse(record.with_env(env).read(['display_name']))
                            continue
                        with self.assertRaises(AccessError):
                            record.with_env(env).read(['display_name'])
                    for fname, field in Model._fields.items():
                        if field.type in ('binary', 'json', 'properties', 'properties_definition'):
                            continue
                        if field.store and field.column_type and Model._has_field_access(field, 'read'):
                            spec = f'{fname}:month' if field.type in ('date', 'datetime') else fname
                            with suppress(UserError, ValueError, NotImplementedError):  # core does not group by some
                                self.assertFalse(Model.formatted_read_group(theirs, [spec], ['__count']), fname)
                                self.assertFalse(Model.search(theirs, order=fname, limit=1), fname)

    @mute_logger(*FORBIDDEN)
    def test_nothing_is_written(self):
        for role, user in self.strangers.items():
            for name, records in self.get_ours().items():
                for operation in ('write', 'unlink'):
                    with self.subTest(role=role, model=name, operation=operation):
                        self.assertFalse(records.with_user(user)._filtered_access(operation))
        for role in ('econ', 'manager', 'desk'):
            user = self.strangers[role]
            for values in ({'participation_state': 'cancelled'}, {'event_id': self.party.id}):
                with self.assertRaises(AccessError):
                    self.stand.with_user(user).write(values)
            with self.assertRaises(UserError):
                self.create_stand(self.fair, user=user)
            for method in ('action_came', 'action_confirm_participation', 'action_cancel_participation'):
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    getattr(self.stand.with_user(user), method)()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.stand.with_user(self.strangers['helper']).action_came()
        self.assertEqual(self.stand.participation_state, 'requested')

    @mute_logger(*FORBIDDEN, 'odoo.sql_db', 'odoo.http')
    def test_nothing_moves_elsewhere(self):
        """Nobody hands over what they may change, by its organisation or by the record above it; on no model."""
        econ, job = self.strangers['econ'], self.strangers['job']
        fair = self.create_fair(company_id=self.elsewhere.id, **self.hours)
        visit = self.create_visit(user=econ, team=econ)
        above = {
            record._name: record
            for record in (
                self.elsewhere,
                fair,
                visit,
                visit.event_id,
                visit.lead_id.team_id,
                self.create_demand(user=econ),
                self.create_stand(fair, user=econ),
                self.create_candidate(job),
                self.agency_elsewhere,
                *(record for name, record in self.add_to_fair(fair).items() if name != 'res.partner'),
                *(self.env[name].with_user(job).create({'name': "x"}) for name in ('outreach.pool', 'outreach.measure')),
            )
        }
        self.env.flush_all()
        self.assertEqual({record.sudo().company_id for record in above.values() if 'company_id' in record}, {self.elsewhere})
        tried = set()
        for role in ('job', 'econ', 'migration', 'manager', 'desk'):
            user = self.user_desk if role == 'desk' else getattr(self, f'user_{role}')
            for name, records in self.get_ours().items():
                for record in records.with_user(user)._filtered_access('write')[:1]:
                    ways = [
                        {fname: above[field.comodel_name].id}
                        for fname, field in record._fields.items()
                        if field.type == 'many2one' and field.comodel_name in above and record._has_field_access(field, 'write')
                    ]
                    if name in ('mail.activity', 'ir.attachment'):
                        ways += [{'res_model': target._name, 'res_id': target.id} for target in (visit, visit.lead_id, fair)]
                    for values in ways:
                        with self.subTest(role=role, model=name, values=values), self.env.cr.savepoint() as savepoint:
                            tried.add((name, next(iter(values))))
                            with suppress(AccessError, UserError, psycopg2.Error), self.env.cr.savepoint():
                                record.write(dict(values))
                                self.env.flush_all()
                            self.env.invalidate_all()
                            for stranger in self.strangers.values():
                                Model = record.with_user(stranger)
                                if Model.browse().has_access('read'):
                                    self.assertFalse(Model.search([('id', '=', record.id)]), stranger.login)
                            savepoint.rollback()
        self.assertLessEqual(
            {
                (name, 'company_id')
                for name in (
                    'outreach.candidate',
                    'outreach.visit',
                    'outreach.early.warning',
                    'outreach.visit.day',
                    'outreach.demand',
                    'event.event',
                    'outreach.placement',
                    'outreach.referral',
                    'outreach.promise',
                    'outreach.pool',
                    'crm.lead',
                    'outreach.agency',
                )
            },
            tried,
        )
        self.assertLessEqual(
            {
                ('event.booth', 'event_id'),
                ('outreach.candidate.skill', 'candidate_id'),
                ('outreach.visit.member', 'visit_id'),
                ('outreach.responsibility', 'agency_id'),
                ('calendar.event', 'outreach_company_id'),
                ('mail.activity', 'res_model'),
            },
            tried,
        )

    def test_who_works_for_both_moves(self):
        """With both switched on, an organisation is a field like others; with one, the other is out of reach."""
        self.user_job.company_ids += self.elsewhere
        candidate = self.create_candidate()
        both = candidate.with_context(allowed_company_ids=[self.env.company.id, self.elsewhere.id])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            candidate.with_context(allowed_company_ids=self.env.company.ids).company_id = self.elsewhere
        both.company_id = self.elsewhere
        self.assertTrue(candidate.with_user(self.strangers['job']).has_access('read'))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            candidate.with_user(self.strangers['job']).company_id = self.env.company

    def test_other_events_are_left_as_they_are(self):
        """An event without an organisation that is no job fair is everybody's, with all that hangs on it."""
        for user in (self.user_manager, self.strangers['desk'], self.strangers['manager']):
            for name, records in {'event.event': self.party, **self.party_parts}.items():
                if records.with_user(user).has_access('read') or self.env[name].with_user(user).has_access('read'):
                    with self.subTest(user=user.login, model=name):
                        self.assertEqual(records.with_user(user).search([('id', 'in', records.ids)]).sudo(), records)

    def test_no_trace_on_the_company_that_both_know(self):
        """Counts, worklist, map and pipeline of the other county know nothing of what county one did there."""
        for role in ('econ', 'job', 'migration', 'manager'):
            env = self.env(user=self.strangers[role])
            company = self.company.with_env(env)
            with self.subTest(role=role):
                self.env.invalidate_all()
                shown = [
                    name
                    for name, field in company._fields.items()
                    if name.startswith('outreach_')
                    and name != 'outreach_contact_ids'  # those of the contact itself, which both know
                    and (name.endswith(('_count', 'positions')) or (field.relational and field.comodel_name not in SHARED))
                    and company._has_field_access(field, 'read')
                ]
                for name, value in company.read(shown)[0].items():
                    self.assertFalse(value and name not in ('id', 'outreach_portal_user_ids'), name)
                for fname in shown:
                    if company._fields[fname].store and not (role == 'migration' and fname == 'outreach_lead_id'):
                        self.assertFalse(company.search([('id', '=', company.id), (fname, '!=', False)]), fname)
                due = env['outreach.due'].browse(company.id).read(['last_visit', 'next_contact', 'open_demands', 'warning_kinds'])
                self.assertFalse(any(value for key, value in due[0].items() if key != 'id'), due)
                places = env['outreach.municipality'].get_county_map('all')['places']
                self.assertFalse(sum(place[key] for place in places for key in ('visits', 'joint', 'demands', 'positions')))
                with suppress(AccessError):
                    self.assertFalse(env['crm.lead'].search([('partner_id', '=', company.id)]))

    def test_each_has_its_pipeline(self):
        team = self.visit.lead_id.team_id
        line = self.company.outreach_responsibility_ids.filtered(lambda line: line.agency_id == self.agency_econ)
        line.user_id = self.user_econ  # who is responsible here does not get the lead there
        self.assertEqual((team.company_id, self.visit.lead_id.company_id), (self.env.company, self.env.company))
        there = self.create_visit(user=self.strangers['econ'], team=self.strangers['econ'])
        lead = there.lead_id
        self.assertEqual((lead.company_id, lead.team_id.company_id, lead.user_id), (self.elsewhere, self.elsewhere, self.strangers['econ']))
        self.assertNotEqual(lead, self.visit.lead_id)
        self.assertEqual(lead.stage_id.outreach_milestone, 'visit_planned')
        self.assertEqual(self.create_demand(user=self.strangers['econ']).lead_id, lead)
        self.assertEqual(self.create_visit(team=self.user_econ, anyway_reason="test").lead_id, self.visit.lead_id)
        for mine, theirs in ((self.user_econ, lead), (self.strangers['econ'], self.visit.lead_id)):
            self.assertFalse(theirs.with_user(mine).search([('id', '=', theirs.id)]))
            action = self.env['crm.lead'].with_user(mine).action_open_outreach_pipeline()
            self.assertEqual(self.env['crm.team'].browse(action['context']['default_team_id']).company_id, mine.company_id)
        self.assertEqual(self.company.with_company(self.elsewhere).outreach_lead_id, lead)
        self.assertEqual(self.company.outreach_lead_id, self.visit.lead_id)

    def test_a_lead_stays_in_its_organisation(self):
        """Also when nobody is assigned: core would empty its organisation if the team had none."""
        lead = self.visit.lead_id
        lead.user_id = False
        self.assertEqual(lead.company_id, self.env.company)
        lead.partner_id = self.other_company
        self.assertEqual(lead.company_id, self.env.company)
        for values in ({'company_id': False}, {'company_id': self.elsewhere.id}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                lead.write(values)
        made = (
            self.env['crm.lead']
            .with_user(self.user_econ)
            .create(
                {
                    'name': "By hand",
                    'type': 'opportunity',
                    'team_id': lead.team_id.id,
                    'partner_id': self.other_company.id,
                    'user_id': False,
                }
            )
        )
        self.assertEqual(made.company_id, self.env.company)

    @mute_logger('odoo.sql_db')
    def test_organisation_is_required(self):
        for model, values in (
            ('crm.team', {'is_outreach': True, 'company_id': False, 'name': "x"}),
            ('event.event', {'name': "x", 'is_job_fair': True, 'company_id': False, 'date_begin': '2027-01-01', 'date_end': '2027-01-02'}),
        ):
            with self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                self.env[model].create(values)
                self.env.flush_all()
        with self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.fair.company_id = False
            self.env.flush_all()

    def test_both_work(self):
        """The other county does all of it itself, and county one does not see it."""
        econ = self.strangers['econ']
        visit = self.create_visit(user=econ, team=econ)
        self.assertEqual(visit.event_id.outreach_company_id, self.elsewhere)
        self.assertFalse(visit.event_id.with_user(self.user_econ).has_access('read'))
        self.assertTrue(visit.event_id.with_user(econ).has_access('read'))
        fair = self.create_fair(today=True, company_id=self.elsewhere.id)
        stand = self.create_stand(fair, user=econ)
        stand.action_confirm_participation()
        stand.with_user(self.strangers['helper']).action_came()
        self.assertEqual(stand.participation_state, 'came')
        self.assertFalse(stand.with_user(self.user_econ).search([('id', '=', stand.id)]))
        self.assertIn(self.company, self.company.with_user(self.strangers['helper']).search([]).sudo())
        self.stand.write({'partner_id': self.other_company.id, 'demand_ids': [Command.clear()]})
        self.env.flush_all()
        self.assertFalse(self.other_company.with_user(self.strangers['helper']).has_access('read'), "a company of another county's fair")

    @users('test_econ')
    def test_invited_across(self):
        """Who takes part in an appointment sees it, whoever's it is."""
        event = self.visit.event_id.with_user(self.env.user)
        stranger = self.strangers['job']
        self.assertFalse(event.with_user(stranger).has_access('read'))
        event.write({'partner_ids': [Command.link(stranger.partner_id.id)]})
        self.env.flush_all()
        self.assertTrue(event.with_user(stranger).has_access('read'))
        self.assertEqual(len(event.with_user(stranger).attendee_ids), 3)
