"""Barriers: who lifts what until when, and what the migration centre must not learn."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import users
from odoo.tools import mute_logger

from ..common import MODULE
from .test_candidate import FORBIDDEN, CandidateCommon


class TestBarrier(CandidateCommon):
    def create_barrier(self, candidate, user=None, **values):
        return (
            self.env['outreach.barrier']
            .with_user(user or self.user_job)
            .create({'candidate_id': candidate.id, 'kind': 'mobility', **values})
        )

    @users('test_job', 'test_migration')
    def test_course(self):
        candidate = self.create_candidate(self.env.user)
        barrier = self.create_barrier(candidate, self.env.user, date_until=self.today)
        agency = self.agency_job if self.env.user == self.user_job else self.agency_migration
        self.assertEqual((barrier.user_id, barrier.agency_id, barrier.state), (self.env.user, agency, 'open'))
        barrier.action_in_work()
        self.assertEqual((barrier.state, barrier.date_lifted, candidate.open_barrier_count), ('in_work', False, 1))
        barrier.action_lift()
        candidate.invalidate_recordset()
        self.assertEqual((barrier.state, barrier.date_lifted, candidate.open_barrier_count), ('lifted', self.today, 0))
        barrier.action_reopen()
        self.assertEqual((barrier.state, barrier.date_lifted), ('open', False))
        told = ' '.join(candidate.message_ids.sorted('id').mapped('body'))
        for words in ("Mobility: recorded", "State: Open → In work", "State: In work → Lifted"):
            self.assertIn(words, told)

    def test_bad_input(self):
        candidate = self.create_candidate()
        self.create_barrier(candidate)
        for values, error in (
            ({}, ValidationError),
            ({'kind': 'health', 'note': "back pain"}, ValidationError),
            ({'kind': 'health', 'instrument_id': self.env.ref(f'{MODULE}.instrument_mag').id}, ValidationError),
        ):
            with self.subTest(values=values), self.assertRaises(error), self.env.cr.savepoint():
                self.create_barrier(candidate, **values)
        self.create_barrier(candidate, state='lifted')

    def test_activity(self):
        candidate = self.create_candidate(adviser_id=self.user_migration.id)
        barrier = self.create_barrier(candidate, date_until=self.today + timedelta(days=3), user_id=self.user_migration.id)
        self.assertEqual(
            (barrier.activity_ids.user_id, barrier.activity_ids.date_deadline), (self.user_migration, self.today + timedelta(days=3))
        )
        self.assertFalse(barrier.message_partner_ids | candidate.message_partner_ids - self.user_job.partner_id)
        for user in (self.user_econ, self.user_immigration, self.user_internal):
            barrier.user_id = user
            self.assertFalse(barrier.activity_ids, "who may not read candidates has no activity about one")
        barrier.user_id = self.user_job
        self.assertEqual(barrier.activity_ids.user_id, self.user_job)
        barrier.action_lift()
        self.assertFalse(barrier.activity_ids)
        debts = self.create_barrier(candidate, kind='debts', date_until=self.today, user_id=self.user_migration.id)
        self.assertFalse(debts.activity_ids, "the migration centre does not read debts")

    @users('test_migration')
    @mute_logger(*FORBIDDEN)
    def test_health_and_debts_are_closed(self):
        """No way to learn that there is one: reads, counts, domains, groups, exports, the history, or a refusal."""
        candidate = self.create_candidate(adviser_id=self.env.user.id)
        for kind in ('health', 'debts'):
            self.create_barrier(candidate, kind=kind, date_until=self.today)
        hidden = candidate.barrier_ids.sudo()
        hidden.with_user(self.user_job).write({'state': 'in_work'})
        hidden[:1].with_user(self.user_job).action_lift()
        self.settle()
        self.allow_person_export(self.env.user)
        theirs = candidate.with_user(self.env.user)
        self.env.invalidate_all()
        Barrier, Candidate = self.env['outreach.barrier'], self.env['outreach.candidate']
        self.assertFalse(theirs.barrier_ids)
        self.assertEqual(theirs.open_barrier_count, 0)
        self.assertEqual(theirs.read(['barrier_ids'])[0]['barrier_ids'], [])
        self.assertEqual(theirs.web_read({'barrier_ids': {'fields': {'kind': {}}}})[0]['barrier_ids'], [])
        mine = [('id', '=', theirs.id)]
        for kind in ('health', 'debts'):
            for domain in ([('barrier_ids.kind', '=', kind)], [('barrier_ids', 'any', [('kind', '=', kind)])]):
                self.assertFalse(Candidate.search(mine + domain))
                self.assertFalse(Candidate.search_count(mine + domain))
        for domain in (
            [('barrier_ids', '!=', False)],
            [('barrier_ids', 'in', hidden.ids)],
            ['!', ('barrier_ids', '=', False)],
            ['!', ('barrier_ids', 'not in', hidden.ids)],
            [('barrier_ids.id', '!=', False)],
            [('barrier_ids', 'ilike', 'e')],
        ):
            self.assertTrue(candidate.search(mine + domain), "precondition: the job centre finds it")
            self.assertFalse(Candidate.search(mine + domain), domain)
        self.assertTrue(Candidate.search([*mine, ('barrier_ids', '=', False)]))
        self.assertTrue(Candidate.search([*mine, ('barrier_ids', 'not in', hidden.ids)]))
        self.assertFalse(Barrier.search([('candidate_id', '=', theirs.id)]))
        self.assertFalse(Barrier.search_count([('candidate_id', '=', theirs.id)]))
        self.assertFalse(Barrier.formatted_read_group([('candidate_id', '=', theirs.id)], ['kind'], ['__count']))
        self.assertEqual(theirs.export_data(['name', 'barrier_ids/kind'])['datas'], [[theirs.name, '']])
        self.assertFalse(hidden.with_user(self.env.user).has_access('read'))
        told = ' '.join(theirs.message_ids.mapped(lambda message: f'{message.body} {message.preview}')).lower()
        self.assertFalse([word for word in ('health', 'debts', 'barrier', 'lifted') if word in told])
        self.assertFalse(self.env['mail.message'].search([('model', '=', 'outreach.barrier'), ('res_id', 'in', hidden.ids)]))
        self.assertFalse(self.env['mail.activity'].search([('res_model', '=', 'outreach.barrier'), ('res_id', 'in', hidden.ids)]))
        for kind in ('health', 'debts'):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.create_barrier(theirs, self.env.user, kind=kind)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                theirs.write({'barrier_ids': [Command.create({'kind': kind})]})
            shared = self.create_barrier(theirs, self.env.user, kind='mobility')
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                shared.kind = kind
            shared.unlink()

    def test_my_barriers(self):
        candidate = self.create_candidate()
        mine = self.create_barrier(candidate)
        self.create_barrier(candidate, kind='hours', user_id=self.user_migration.id)
        Barrier = self.env['outreach.barrier'].with_user(self.user_job)
        self.assertEqual(Barrier.search([('candidate_id', '=', candidate.id), ('user_id', '=', self.user_job.id)]), mine)

    @users('test_manager')
    def test_catalogue(self):
        names = self.env['outreach.instrument'].search([]).with_context(lang='de_DE').mapped('name')
        self.assertGreaterEqual(len(names), 15)
        new = self.env['outreach.instrument'].create({'name': "New", 'law': "§ 1"})
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            new.unlink()
        new.action_archive()
