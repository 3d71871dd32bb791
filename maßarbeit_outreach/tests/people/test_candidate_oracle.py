"""What is refused, and how, tells nothing of candidates whom somebody may not see."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import mute_logger

from .test_candidate import FORBIDDEN, CandidateCommon

NOBODY = 2_000_000_000


@mute_logger(*FORBIDDEN, 'odoo.addons.maßarbeit_outreach.models.base.outreach_person_mixin')
class TestOracle(CandidateCommon):
    """The migration centre sees whom it advises, and another organisation its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.closed = cls.create_candidate(
            reference="BG 71",
            skill_ids=[Command.create({'skill_id': cls.skill.id})],
            occupation_ids=[Command.create({'occupation_id': cls.welder.id})],
            language_ids=[Command.create({'language_id': cls.language.id, 'level': '3_b1'})],
            barrier_ids=[Command.create({'kind': 'mobility'}), Command.create({'kind': 'health'})],
        )
        cls.own = cls.create_candidate(
            user=cls.user_migration,
            adviser_id=cls.user_migration.id,
            skill_ids=[Command.create({'skill_id': cls.skill2.id})],
            occupation_ids=[Command.create({'occupation_id': cls.welder.id})],
        )
        cls.other_organisation = cls.env['res.company'].create({'name': "Test Other County"})
        cls.env.flush_all()

    def told(self, attempt, user=None):
        """What is said, with which kind of error."""
        self.env.invalidate_all()
        with self.env.cr.savepoint() as savepoint:
            try:
                attempt(self.env(user=user or self.user_migration))
            except UserError as error:
                return type(error).__name__, str(error)
            finally:
                savepoint.rollback()
        return None

    def test_what_somebody_has(self):
        """Rights are asked before what has to be unique, and before whether somebody is there."""
        other_language = self.env['outreach.language'].search([('id', '!=', self.language.id)], limit=1)
        for model, has, has_not in (
            ('outreach.candidate.skill', {'skill_id': self.skill.id}, {'skill_id': self.skill2.id}),
            (
                'outreach.candidate.occupation',
                {'occupation_id': self.welder.id},
                {'occupation_id': self.env['outreach.occupation'].search([('id', '!=', self.welder.id)], limit=1).id},
            ),
            (
                'outreach.candidate.language',
                {'language_id': self.language.id, 'level': '3_b1'},
                {'language_id': other_language.id, 'level': '3_b1'},
            ),
            ('outreach.barrier', {'kind': 'mobility'}, {'kind': 'language'}),
        ):
            with self.subTest(model=model):
                answers = {
                    self.told(lambda env, model=model, values=values, number=number: env[model].create({'candidate_id': number, **values}))
                    for values in (has, has_not)
                    for number in (self.closed.id, NOBODY)
                }
                self.assertEqual(len(answers), 1, answers)
                self.assertEqual(next(iter(answers))[0], 'AccessError')

    def test_through_a_form(self):
        """What a client would be told when somebody else is chosen."""
        spec = {'candidate_id': {'fields': {'display_name': {}}}, 'skill_id': {'fields': {'display_name': {}}}}
        answers = {
            self.told(
                lambda env, number=number: env['outreach.candidate.skill'].onchange(
                    {'candidate_id': number, 'skill_id': self.skill.id}, ['candidate_id'], spec
                )
            )
            for number in (self.closed.id, NOBODY)
        }
        self.assertEqual([answer and answer[0] for answer in answers], ['AccessError'])
        # as the line of a form names the form that it is in
        onchange = self.env['outreach.candidate.skill'].with_user(self.user_migration).onchange
        for number, refused in ((self.closed.id, True), (self.own.id, False), (False, False), ('virtual_7', False)):
            with self.subTest(candidate=number):
                values = {'candidate_id': {'id': number, 'name': "K-"}, 'skill_id': self.skill.id}
                if refused:
                    with self.assertRaises(AccessError):
                        onchange(values, ['skill_id'], spec)
                else:
                    self.assertIn('value', onchange(values, ['skill_id'], spec))

    def test_case_files_of_another_organisation(self):
        officer = self.user_job
        foreign = self.env['outreach.candidate'].create({'company_id': self.other_organisation.id, 'reference': "BG 99", 'user_id': False})
        own = self.create_candidate(reference="BG 72")
        self.env.flush_all()
        for name, attempt in {
            'create': lambda env, reference: env['outreach.candidate'].create(
                {'company_id': self.other_organisation.id, 'reference': reference}
            ),
            'write': lambda env, reference: (
                env['outreach.candidate'].browse(own.id).write({'company_id': self.other_organisation.id, 'reference': reference})
            ),
        }.items():
            with self.subTest(way=name):
                answers = {
                    self.told(lambda env, reference=reference, attempt=attempt: attempt(env, reference), officer)
                    for reference in (foreign.reference, "BG 98")
                }
                self.assertEqual([answer and answer[0] for answer in answers], ['AccessError'])

    def test_numbers_that_are_counted_up(self):
        """Core names records and rules to whoever switches debug on, and tells what is there from what is not."""
        for model, record in {
            'outreach.candidate': self.closed,
            'outreach.candidate.skill': self.closed.skill_ids,
            'outreach.barrier': self.closed.barrier_ids.filtered(lambda barrier: barrier.kind == 'health'),
        }.items():
            for operation in ('read', 'write', 'unlink'):

                def attempt(env, number, model=model, operation=operation):
                    record = env[model].browse(number)
                    return (
                        record.read(['display_name'])
                        if operation == 'read'
                        else (
                            record.write({'active': True} if 'active' in record else {'level': '1'})
                            if operation == 'write'
                            else record.unlink()
                        )
                    )

                with self.subTest(model=model, operation=operation):
                    there, not_there = (
                        self.told(lambda env, number=number, attempt=attempt: attempt(env, number)) for number in (record.id, NOBODY)
                    )
                    self.assertEqual(there, not_there)
                    self.assertEqual(there[0], 'AccessError')
                    self.assertNotIn(self.closed.name, there[1])
                    self.assertNotIn(self.skill.name, there[1])

    def test_who_follows_is_not_told(self):
        follower = self.env['mail.followers'].search([('res_model', '=', 'outreach.candidate'), ('res_id', '=', self.closed.id)], limit=1)
        self.assertTrue(follower)
        for user in (self.user_econ, self.user_manager, self.user_migration):
            with self.subTest(user=user.login):
                kind, text = self.told(lambda env: env['mail.followers'].browse(follower.id).read(['partner_id']), user)
                self.assertEqual(kind, 'AccessError')
                self.assertNotIn(follower.partner_id.name, text)
                self.assertNotIn('persons', text)

    def test_names_of_what_is_closed(self):
        """The same door at what is not about candidates: who has to do with some companies only, reads no other's name."""
        visit = self.create_visit()
        for user in (self.user_helper, self.user_immigration):
            for record in (self.company, visit, visit.event_id):
                with self.subTest(user=user.login, model=record._name):
                    kind, text = self.told(lambda env, record=record: record.with_env(env).read(['display_name']), user)
                    self.assertEqual(kind, 'AccessError')
                    self.assertNotIn(self.company.name, text)

    def test_lines_stay_with_their_person(self):
        line = self.own.occupation_ids
        with self.assertRaises(AccessError):
            line.with_user(self.user_migration).write({'candidate_id': self.closed.id})
        another = self.create_candidate(user=self.user_migration, adviser_id=self.user_migration.id)
        with self.assertRaises(UserError):
            line.with_user(self.user_migration).write({'candidate_id': another.id})
        with self.assertRaises(UserError):
            another.with_user(self.user_job).write({'occupation_ids': [Command.link(line.id)]})
        self.assertEqual(line.candidate_id, self.own)

    def test_advised_in_one_call(self):
        """Entered as somebody advised and left again before anything is in the database."""
        pool = self.env['outreach.pool'].with_user(self.user_migration).create({'name': "Test Pool"})
        before = self.env['outreach.candidate'].search([], order='id desc', limit=1).id
        number = self.env['outreach.candidate'].create({}).id + 1
        self.assertGreater(number, before)
        pool.write(
            {
                'member_ids': [Command.create({'adviser_id': self.user_migration.id})],
                'excluded_ids': [Command.update(number, {'adviser_id': False})],
            }
        )
        self.env.flush_all()
        entered = self.env['outreach.candidate'].browse(number)
        self.assertTrue(entered.exists())
        self.assertFalse(entered.adviser_id)
        self.assertTrue(entered.was_advised)

    def test_a_pool_that_is_counted_by_hand(self):
        """Whether there are members whom one does not see is not told by what can be ticked."""
        pool = (
            self.env['outreach.pool'].with_user(self.user_job).create({'name': "Test Pool", 'member_ids': [Command.link(self.closed.id)]})
        )
        pool.with_user(self.user_migration).is_hand_counted = True
        self.assertFalse(self.env['outreach.candidate'].with_user(self.user_job).search([('pool_ids', 'in', pool.ids)]))
        pool.with_user(self.user_migration).is_hand_counted = False
        self.assertEqual(self.env['outreach.candidate'].with_user(self.user_job).search([('pool_ids', 'in', pool.ids)]), self.closed)

    def test_where_somebody_is_to_work(self):
        """Only what is kept for ever is named, since what could be deleted would tell."""
        person = self.env['res.partner'].create({'name': "Test Person", 'is_company': False})
        with self.assertRaises(ValidationError):
            self.env['outreach.placement'].with_user(self.user_job).create({'partner_id': person.id})
        with self.assertRaises(ValidationError):
            self.create_request(self.closed, partner_id=person.id)
        company = self.env['res.partner'].create({'name': "Test Company", 'is_company': True})
        self.env['outreach.placement'].with_user(self.user_job).create({'partner_id': company.id})
        self.assertFalse(company.outreach_company, "a placement is no visible sign at the company")
        company.with_user(self.user_econ).write({'outreach_company': False, 'is_company': False})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            company.with_user(self.user_econ).unlink()
        person.with_user(self.user_econ).unlink()
