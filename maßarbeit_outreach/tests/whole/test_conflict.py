"""The form of somebody else is older than the record: nothing is overwritten unseen. In the browser: tests/whole/test_conflict_browser."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from ...models.base.outreach_conflict_mixin import OutreachConflict
from ..people.test_candidate import FORBIDDEN, CandidateCommon


class TestConflict(CandidateCommon):
    def save(self, record, vals, known=None, user=None, **kwargs):
        record = record.with_user(user or self.user_job)
        if known is not None:
            vals = {**vals, 'outreach_known': {'values': known, **kwargs}}
        self.env.flush_all()
        self.env.invalidate_all()
        return record.web_save(vals, {'id': {}})

    def conflict(self, *args, **kwargs):
        """The fields of the conflict, by their path."""
        with self.assertRaises(OutreachConflict) as caught, self.env.cr.savepoint():
            self.save(*args, **kwargs)
        self.message, conflict = caught.exception.args[0], caught.exception.context['outreach_conflict']
        self.assertIn(conflict['person'], self.message)
        return {tuple(field['path']): (field['theirs'], field['shown'], field['mine']) for field in conflict['fields']}

    def test_last_writer(self):
        visit = self.create_visit(report_text="as planned")
        self.save(visit, {'report_text': "they look for welders"}, {'report_text': "as planned"}, self.user_econ)
        found = self.conflict(visit, {'report_text': "mine"}, {'report_text': "as planned"})
        self.assertEqual(found, {('report_text',): ("they look for welders", "they look for welders", "mine")})
        self.assertIn(f"{self.user_econ.name} changed this on", self.message)
        self.assertIn("open: Report. Nothing", self.message)
        self.assertNotIn("welders", self.message, "what people are told is in the log")
        self.assertEqual(visit.report_text, "they look for welders")
        self.save(visit, {'report_text': "both"}, {'report_text': "they look for welders"})
        self.assertEqual(visit.report_text, "both")

    def test_field_by_field(self):
        """Another field, the same value, and a form that sends nothing: no conflict."""
        visit = self.create_visit()
        self.save(visit, {'report_text': "theirs", 'location': "Hall"}, {'report_text': False, 'location': visit.location}, self.user_econ)
        self.save(visit, {'result': 'call_back'}, {'result': False})
        self.save(visit, {'report_text': "theirs"}, {'report_text': False})
        self.assertEqual((visit.report_text, visit.location, visit.result), ("theirs", "Hall", 'call_back'))
        self.save(visit, {'report_text': "by code"})
        self.assertEqual(visit.report_text, "by code")

    def test_kinds_of_values(self):
        demand = self.create_demand(positions=2, start_date='2027-01-01', description="a", is_temp_agency=True)
        known = {
            'positions': 2,
            'start_date': '2027-01-01',
            'description': "a",
            'user_id': demand.user_id.id,
            'stage': 'recorded',
            'wage_from': 0.0,
            'term': False,
            'is_temp_agency': True,
        }
        self.save(demand, {'name': "Welder"}, {'name': demand.name, **known})
        theirs = {
            'positions': 3,
            'start_date': '2027-02-01',
            'description': False,
            'user_id': self.user_manager.id,
            'stage': 'checked',
            'wage_from': 15.5,
            'term': '2',
            'is_temp_agency': False,
        }
        self.save(demand, theirs, known, self.user_econ)
        mine = {
            'positions': 4,
            'start_date': False,
            'description': "b",
            'user_id': False,
            'stage': 'paused',
            'wage_from': 14.0,
            'term': '1',
        }
        found = self.conflict(demand, mine, known)
        self.assertEqual(
            {path: values[0] for path, values in found.items()}, {(name,): theirs[name] for name in mine}, "a tick can only be the same"
        )
        self.assertEqual(found['start_date',][1:], ("02/01/2027", "empty"))
        self.assertEqual(found['user_id',][1:], (self.user_manager.display_name, "empty"))
        self.assertEqual(found['stage',][1:], ("Checked", "Paused"))
        start = self.create_visit(anyway_reason="test")
        then = str(start.start)
        self.save(start, {'start': '2031-05-05 08:00:00'}, {'start': then}, self.user_econ)
        self.assertIn(('start',), self.conflict(start, {'start': '2031-05-06 08:00:00'}, {'start': then}))

    def test_lines(self):
        """A line that both changed, in the same field."""
        candidate = self.create_candidate(skill_ids=[Command.create({'skill_id': self.skill.id, 'level': '1'})])
        line = candidate.skill_ids
        known = {'skill_ids': {str(line.id): {'level': '1'}}}
        line.level = '2'
        found = self.conflict(candidate, {'skill_ids': [[1, line.id, {'level': '3'}]]}, known)
        self.assertIn("open: Skills. Nothing", self.message)
        self.assertEqual(found, {('skill_ids', line.id, 'level'): ('2', "Independent", "Advanced")})
        self.save(candidate, {'skill_ids': [[0, 'x', {'skill_id': self.skill2.id}]]}, {'skill_ids': {}})
        self.assertEqual(candidate.skill_ids.sorted('id').mapped('level'), ['2', '2'])

    def test_answers(self):
        """Of a questionnaire only what both answered; the other answers are not put back to what they were."""
        self.kind.report_definition = [{'name': key, 'type': 'char', 'string': key.upper()} for key in ('aa', 'bb', 'cc')]
        visit = self.create_visit()

        def answers(**values):
            return {
                'report_properties': [
                    {'name': key, 'type': 'char', 'string': key.upper(), 'value': values.get(key, False)} for key in ('aa', 'bb', 'cc')
                ]
            }

        nothing = {'report_properties': {'aa': False, 'bb': False, 'cc': False}}
        self.save(visit, answers(aa="theirs"), nothing, self.user_econ)
        self.save(visit, answers(bb="mine"), nothing)
        self.assertEqual(dict(visit.report_properties), {'aa': "theirs", 'bb': "mine", 'cc': False})
        found = self.conflict(visit, answers(aa="mine", cc="also"), nothing)
        self.assertEqual(found, {('report_properties', 'aa'): ("theirs", "theirs", "mine")})
        self.assertIn("open: Answers.", self.message)

    def test_page_is_closed(self):
        """Nobody is there to be asked: what conflicts is kept as a note, the rest is saved."""
        visit = self.create_visit()
        known = {'report_text': False, 'location': visit.location}
        self.save(visit, {'report_text': "theirs"}, known, self.user_econ)
        self.save(visit, {'report_text': "mine <b>", 'location': "Hall"}, known, urgent=True)
        self.assertEqual((visit.report_text, visit.location), ("theirs", "Hall"))
        self.assertIn("mine &lt;b&gt;", visit.message_ids[0].body)
        self.assertIn(self.user_econ.name, visit.message_ids[0].body)
        candidate = self.create_candidate(residence_title="old", driving_licence="B")
        candidate.write({'residence_title': "theirs", 'driving_licence': "C"})
        self.save(
            candidate,
            {'residence_title': "secret", 'driving_licence': "CE"},
            {'residence_title': "old", 'driving_licence': "B"},
            urgent=True,
        )
        self.assertEqual((candidate.residence_title, candidate.driving_licence), ("theirs", "C"))
        self.assertNotIn("secret", ''.join(candidate.message_ids.mapped('body')), "others read the history than this field")
        history = ''.join(candidate.message_ids.mapped('body'))
        self.assertIn("Driving Licence", history)
        self.assertNotIn("CE", history, "what was typed about a person is not kept")

    def test_page_is_closed_over_lines(self):
        """The history of a candidate is read by the adviser, barriers of some kinds are not."""
        candidate = self.create_candidate(
            adviser_id=self.user_migration.id, barrier_ids=[Command.create({'kind': kind, 'note': "old"}) for kind in ('debts', 'mobility')]
        )
        known = {'barrier_ids': {str(barrier.id): {'note': "old"} for barrier in candidate.barrier_ids}}
        candidate.barrier_ids.note = "theirs"
        self.save(
            candidate, {'barrier_ids': [[1, barrier.id, {'note': "garnishment"}] for barrier in candidate.barrier_ids]}, known, urgent=True
        )
        self.assertEqual(candidate.barrier_ids.mapped('note'), ["theirs", "theirs"])
        self.env.invalidate_all()
        self.assertEqual(candidate.with_user(self.user_migration).barrier_ids.mapped('kind'), ['mobility'])
        read = ''.join(candidate.with_user(self.user_migration).message_ids.mapped('body'))
        for word in ("garnishment", "Debts", "theirs"):
            self.assertNotIn(word, read)

    @mute_logger(*FORBIDDEN)
    def test_nothing_is_told_that_may_not_be_read(self):
        """Who may not save learns nothing of what is there."""
        candidate = self.create_candidate(residence_title="secret", adviser_id=self.user_migration.id)
        for user, error in ((self.user_migration, AccessError), (self.user_econ, AccessError)):
            with self.assertRaises(error) as caught, self.env.cr.savepoint():
                self.save(candidate, {'residence_title': "mine"}, {'residence_title': "old"}, user)
            self.assertNotIn("secret", str(caught.exception))
            self.assertNotIsInstance(caught.exception, OutreachConflict)
        stranger = self.env['res.partner'].create({'name': "Somebody Elsewhere", 'type': 'contact'})
        self.env['ir.rule'].create(
            {'name': "Test", 'model_id': self.env['ir.model']._get_id('res.partner'), 'domain_force': [('id', '!=', stranger.id)]}
        )
        demand = self.create_demand()
        demand.contact_id = self.contact
        found = self.conflict(demand, {'contact_id': stranger.id}, {'contact_id': False})
        self.assertEqual(found['contact_id',][2], f'#{stranger.id}')

    @mute_logger(*FORBIDDEN)
    def test_who_may_not_write_is_not_told(self):
        """Neither who changed a record, nor when, nor what: the right to write is asked for first."""
        reader = self.create_user('reader', 'base.group_user')
        for user in (self.user_dpo, self.user_internal, reader):
            with self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
                self.save(user.partner_id, {'street': "mine"}, {'street': "old"}, user)
            self.assertNotIsInstance(caught.exception, OutreachConflict)
        elsewhere = self.create_visit(promise_ids=[Command.create({'name': "Theirs", 'partner_id': self.company.id})]).promise_ids
        visit = self.create_visit(stage='done')
        self.assertTrue(elsewhere)
        try:  # a line of another record, smuggled in
            self.save(visit, {'promise_ids': [[1, elsewhere.id, {'name': "mine"}]]}, {'promise_ids': {str(elsewhere.id): {'name': "old"}}})
        except UserError as error:
            self.assertNotIsInstance(error, OutreachConflict)

    def test_whatever_is_sent(self):
        """Nonsense in place of what was known is no conflict, and no error."""
        visit = self.create_visit()
        for known in ({'values': 3}, {'values': {'nonsense': 1, 'report_text': []}}, [], "x", None, {}):
            with self.subTest(known=known):
                try:
                    visit.web_save({'report_text': f"new {known}", 'outreach_known': known}, {})
                except UserError as error:
                    self.assertIsInstance(error, OutreachConflict)
        self.env['outreach.demand'].with_user(self.user_job).web_save(
            {'name': "New", 'partner_id': self.company.id, 'outreach_known': {'values': {'name': "x"}}}, {}
        )

    def test_which_forms(self):
        models = self.env['ir.http']._get_conflict_models()
        for model in (
            'outreach.visit',
            'outreach.demand',
            'outreach.candidate',
            'outreach.barrier',
            'outreach.pool',
            'outreach.promise',
            'outreach.referral',
            'outreach.measure',
            'res.partner',
            'crm.lead',
            'event.event',
            'event.booth',
        ):
            self.assertIn(model, models)
