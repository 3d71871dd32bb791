"""Candidates: little data, few clicks, and reminders in time. Who may not see them: test_candidate_access."""

from datetime import timedelta

import psycopg2
from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, users
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..common import MODULE, OutreachCommon

FORBIDDEN = ('odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule', 'odoo.models', 'odoo.orm.models')


class CandidateCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env['outreach.candidate'])
        cls.skill, cls.skill2 = cls.env['outreach.skill'].create([{'name': "Test Welding"}, {'name': "Test Forklift"}])
        cls.welder = cls.env.ref(f'{MODULE}.occupation_24422')
        cls.language = cls.env.ref(f'{MODULE}.language_ar')

    @classmethod
    def create_candidate(cls, user=None, **values):
        return cls.env['outreach.candidate'].with_user(user or cls.user_job).create(values)

    @classmethod
    def create_request(cls, candidate, user=None, **values):
        return (
            cls.env['outreach.permit.request']
            .with_user(user or cls.user_job)
            .create({'candidate_id': candidate.id, 'foreign_reference': "ABH 7", 'to_agency_id': cls.agency_immigration.id, **values})
        )


class TestCandidate(CandidateCommon):
    @users('test_job')
    def test_in_a_minute(self):
        with Form(self.env['outreach.candidate']) as form:
            form.municipality_id = self.bramsche
            form.german_level = '3_b1'
            form.occupation_tag_ids.add(self.welder)
            form.skill_tag_ids.add(self.skill)
            form.skill_tag_ids.add(self.skill2)
        candidate = form.record
        self.assertRegex(candidate.name, r'^K-\w{3}-\w{3}$')
        self.assertEqual(candidate.skill_ids.mapped('level'), ['2', '2'])
        self.assertEqual((candidate.occupation_id, candidate.occupation_group_id), (self.welder, self.welder.kldb_group_id))
        self.assertEqual((candidate.user_id, candidate.adviser_id), (self.env.user, self.env['res.users']))
        self.assertEqual((candidate.status, candidate.permission), ('available', 'unclear'))

    @users('test_migration')
    @mute_logger(*FORBIDDEN)
    def test_migration_centre_records_whom_it_advises(self):
        candidate = self.create_candidate(self.env.user, regime_ids=[Command.create({'regime': 'asylblg'})])
        self.assertEqual((candidate.adviser_id, candidate.user_id, candidate.regime), (self.env.user, self.env['res.users'], 'asylblg'))
        for values in ({'reference': "BG 1"}, {'residence_title': "x"}, {'adviser_id': False}):
            with self.subTest(values=values), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.create_candidate(self.env.user, **values)
        self.assertFalse({'reference', 'residence_title'} & candidate.fields_get().keys())
        with self.assertRaises(AccessError):
            candidate.read(['reference'])
        with self.assertRaises(AccessError):
            candidate.search([('reference', '=', "BG 1")])
        candidate.adviser_id = False  # to end the advice is to let go
        self.env.flush_all()
        self.assertFalse(candidate.search([('id', '=', candidate.id)]))

    @users('test_migration')
    @mute_logger(*FORBIDDEN)
    def test_migration_centre_sees_no_others(self):
        theirs = self.create_candidate(skill_ids=[Command.create({'skill_id': self.skill.id})])
        candidate = theirs.with_user(self.env.user)
        self.assertNotIn(candidate, candidate.search([]))
        for record in (candidate, theirs.skill_ids.with_user(self.env.user)):
            self.assertFalse(record.search([('id', '=', record.id)]))
            with self.assertRaises(AccessError):
                record.read(['create_date'])
        self.assertFalse(candidate.search([('skill_ids.skill_id', '=', self.skill.id)]))

    @users('test_job', 'test_migration')
    @mute_logger(*FORBIDDEN)
    def test_pseudonym_is_drawn(self):
        candidate = self.create_candidate(self.env.user)
        before = candidate.name
        for attempt in (
            lambda: call_kw(candidate.browse(), 'name_create', ["Otto Muster"], {}),
            lambda: self.create_candidate(self.env.user, name="Otto Muster"),
            lambda: candidate.write({'name': "Otto Muster"}),
        ):
            with self.assertRaises(AccessError):
                attempt()
        with self.assertRaises(UserError):
            candidate.load(['name'], [["Otto Muster"]])
        self.assertEqual(candidate.name, before)

    def test_pseudonyms_are_unique(self):
        Candidate = self.env['outreach.candidate']
        taken = self.create_candidate().name
        drawn = iter([taken, taken, 'K-AAA-AAA', 'K-AAA-AAA', 'K-AAA-AAB', 'K-AAA-AAB'])
        self.patch(type(Candidate), '_draw_pseudonym', lambda self: next(drawn))
        self.assertEqual(sorted(Candidate._draw_pseudonyms(2)), ['K-AAA-AAA', 'K-AAA-AAB'])

    @users('test_job')
    @mute_logger(*FORBIDDEN, 'odoo.sql_db')
    def test_bad_input(self):
        self.create_candidate(self.env.user, reference="BG 12")
        for values, error in (
            ({'reference': "Müller, Hans"}, ValidationError),
            ({'reference': "01.02.1990"}, ValidationError),
            ({'driving_licence': "B und F"}, ValidationError),
            ({'user_id': self.user_econ.id}, ValidationError),
            ({'adviser_id': self.user_job.id}, ValidationError),
            ({'reference': "BG 12"}, ValidationError),
            ({'reach_km': 501}, psycopg2.IntegrityError),
            ({'status': 'paused'}, psycopg2.IntegrityError),
            ({'permission': 'free_from'}, psycopg2.IntegrityError),
        ):
            with self.subTest(values=values), self.assertRaises(error), self.env.cr.savepoint():
                self.create_candidate(self.env.user, **values)
                self.env.flush_all()

    @users('test_job', 'test_migration')
    def test_pause_and_undo(self):
        candidate = self.create_candidate(self.env.user)
        action = candidate.action_open_pause()
        wizard = Form(self.env[action['res_model']].with_context(**action['context'])).save()
        wizard.paused_until = self.today - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "still to come"):
            wizard.action_pause()
        wizard.paused_until = self.today + timedelta(days=3)
        wizard.action_pause()
        self.assertEqual((candidate.status, candidate.paused_until), ('paused', self.today + timedelta(days=3)))
        candidate.action_available()
        self.assertEqual((candidate.status, candidate.paused_until), ('available', False))
        candidate.action_leave()
        self.assertEqual(candidate.status, 'left')
        candidate.action_available()
        self.assertEqual(candidate.status, 'available')

    def test_filters(self):
        soon = self.create_candidate(permission='free', permission_until=self.today + timedelta(days=90))
        late = self.create_candidate(permission='free', permission_until=self.today + timedelta(days=91), user_id=False)
        arch = self.env['outreach.candidate'].with_user(self.user_job).get_view(view_type='search')['arch']
        filters = {node.get('name'): node.get('domain') for node in etree.fromstring(arch).iter('filter')}
        both = soon | late

        def found(name):
            domain = safe_eval(filters[name], {'uid': self.user_job.id})
            return both.search([('id', 'in', both.ids), *domain])

        self.assertEqual(found('permission_expiring'), soon)
        self.assertEqual(found('without_officer'), late)
        self.assertEqual(found('mine'), soon)
        self.assertEqual(found('available'), both.sorted('name'))
        self.assertFalse(found('paused'))

    def test_regime_is_the_one_of_today(self):
        candidate = self.create_candidate(
            regime_ids=[
                Command.create({'regime': 'asylblg', 'date_from': self.today - timedelta(days=400)}),
                Command.create({'regime': 'sgb2', 'date_from': self.today - timedelta(days=3)}),
                Command.create({'regime': 'sgb3', 'date_from': self.today + timedelta(days=3)}),
            ]
        )
        self.assertEqual(candidate.regime, 'sgb2')


class TestCandidateCron(CandidateCommon):
    def run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f'{MODULE}.{name}').method_direct_trigger()
        self.env.invalidate_all()

    def reminders(self, candidates):
        return self.env['mail.activity'].search([('res_model', '=', 'outreach.candidate'), ('res_id', 'in', candidates.ids)])

    def test_pause_is_over(self):
        over, today = (self.create_candidate(status='paused', paused_until=self.today - timedelta(days=days)) for days in (1, 0))
        self.run_cron('ir_cron_candidate_available')
        self.assertEqual((over | today).mapped('status'), ['available', 'paused'])
        self.assertFalse(over.paused_until)

    def test_reminders(self):
        free = {'permission': 'free'}
        unclear = self.create_candidate()
        ends = self.create_candidate(**free, permission_until=self.today + timedelta(days=30))
        later = self.create_candidate(**free, permission_until=self.today + timedelta(days=31))
        advised = self.create_candidate(self.user_migration)
        nobody = self.create_candidate(user_id=False)
        gone = self.create_candidate(status='left')
        everybody = unclear | ends | later | advised | nobody | gone
        for __ in range(2):  # the second run finds nothing to do
            self.run_cron('ir_cron_candidate_permission')
            found = {activity.res_id: activity for activity in self.reminders(everybody)}
            self.assertEqual(len(self.reminders(everybody)), 3)
            self.assertEqual(
                {key: activity.user_id for key, activity in found.items()},
                {unclear.id: self.user_job, ends.id: self.user_job, advised.id: self.user_migration},
            )
            self.assertEqual(found[ends.id].date_deadline, self.today + timedelta(days=30))
        found[unclear.id].with_user(self.user_job).action_feedback(feedback="asked")
        self.run_cron('ir_cron_candidate_permission')
        self.assertFalse(self.reminders(unclear), "done is done")
        ends.permission_until = self.today + timedelta(days=400)
        self.assertFalse(self.reminders(ends), "a new permission makes the reminder void")
        self.run_cron('ir_cron_candidate_permission')
        self.assertFalse(self.reminders(ends))
        with freeze_time(self.today + timedelta(days=380)):
            self.run_cron('ir_cron_candidate_permission')
        self.assertTrue(self.reminders(ends))

    def test_queries_do_not_grow(self):
        counts = []
        for size in (5, 50):
            candidates = self.env['outreach.candidate'].with_user(self.user_job).create([{}] * size).sudo()
            self.settle()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            candidates._remind_permission()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 2)


class TestCandidateNumbers(CandidateCommon):
    def test_51a_sgb_ii_the_number_is_the_persons(self):
        """A customer number is of one person; that of a household is shared, and neither is a name."""
        one, two = (self.create_candidate(reference=number, household_number="BG-1234/56") for number in ("264D123456", "264D123457"))
        self.assertEqual((one | two).mapped('household_number'), ["BG-1234/56"] * 2)
        for name in ('reference', 'household_number'):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                one[name] = "Muster, Max"
            with self.assertRaises(AccessError):
                one.with_user(self.user_migration).read([name])
        with self.assertRaisesRegex(ValidationError, "customer number"), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            two.reference = one.reference

    def test_324_sgb_iii_who_decides_and_when_to_apply(self):
        """Every instrument names its law and who decides; what has to be applied for first says so at the barrier."""
        shipped = self.env['ir.model.data'].search([('model', '=', 'outreach.instrument'), ('module', '=', MODULE)])
        instruments = self.env['outreach.instrument'].browse(shipped.mapped('res_id'))
        self.assertFalse(instruments.filtered(lambda instrument: not instrument.law or not instrument.decided_by).mapped('name'))
        for key, before in (('egz', True), ('eq', True), ('16i', True), ('16a', False)):
            self.assertEqual(self.env.ref(f'{MODULE}.instrument_{key}').is_before_start, before, key)
        self.assertEqual(self.env.ref(f'{MODULE}.instrument_fbw').decided_by, 'employment_agency')
        person = self.create_candidate()
        person.barrier_ids = [Command.create({'kind': 'mobility', 'instrument_id': self.env.ref(f'{MODULE}.instrument_egz').id})]
        self.assertTrue(person.barrier_ids.instrument_is_before_start)
