"""Which models of the addon hold data about persons. A new one is either protected by its mixin, or closed field by field."""

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..common import OutreachCommon

# Records of persons: closed down to the names of their fields.
PERSON = {
    'outreach.barrier',
    'outreach.candidate',
    'outreach.candidate.language',
    'outreach.candidate.occupation',
    'outreach.candidate.regime',
    'outreach.candidate.skill',
    'outreach.job.permit',
    'outreach.permit.request',
    'outreach.placement',
    'outreach.proposal',
}
# Lists of persons, or of what happened to them: exported by whom that right was given to by itself.
LISTS = {'outreach.candidate.import', 'outreach.candidate.import.row', 'outreach.match'}
# What only refers to persons; `test_who_may_not_read_candidates_follows_no_reference` holds what is said here.
REFERENCES = {
    'outreach.candidate.pause': "a dialog of who may write candidates",
    'outreach.demand': "its proposals, a field of the job centre",
    'outreach.permit.answer': "the dialog in which the immigration office answers a request that was made to it",
    'outreach.pool': "its members, fields of the job centre",
    'outreach.supply': "rows of an analysis of the job centre",
}

# What persons refer to and still can be deleted: its owners' own, or seen by who may see the person.
DELETED = {'outreach.candidate', 'outreach.candidate.import', 'res.company', 'res.users'}


class TestPersonModels(OutreachCommon):
    def _get_references(self):
        """[(model, field)] of what refers to a person, or to a row about one."""
        export = self.env.registry['outreach.person.export.mixin']
        return [
            (name, field)
            for name in self.env.registry
            for field in self.env[name]._fields.values()
            if field.relational and field.comodel_name in self.env and issubclass(self.env.registry[field.comodel_name], export)
        ]

    def test_every_model_about_persons_is_known(self):
        registry = self.env.registry
        person, export = registry['outreach.person.mixin'], registry['outreach.person.export.mixin']
        found = {name for name, model in registry.items() if issubclass(model, export) and not self.env[name]._abstract}
        self.assertEqual({name for name in found if issubclass(registry[name], person)}, PERSON)
        self.assertEqual(found - PERSON, LISTS)
        self.assertEqual(
            {name for name, __ in self._get_references()} - found,
            set(REFERENCES),
            "whatever refers to a person carries the mixin, or is named here with what closes it",
        )

    def test_who_may_not_read_candidates_follows_no_reference(self):
        for user in (self.user_econ, self.user_manager, self.user_helper, self.user_dpo, self.user_internal):
            for name, field in self._get_references():
                with self.subTest(user=user.login, field=str(field)):
                    model = self.env[name].with_user(user)
                    self.assertFalse(model.has_access('read') and model._has_field_access(field, 'read'))

    def test_what_persons_refer_to_is_deleted_by_nobody(self):
        """Whether it can be would tell whether somebody has it."""
        registry = self.env.registry
        kept = {name for name, model in registry.items() if issubclass(model, registry['outreach.kept.mixin'])}
        wanted = {
            field.comodel_name
            for name in {*PERSON, *LISTS}
            for field in self.env[name]._fields.values()
            if field.type == 'many2one' and field.store and self.env[name]._auto and field.ondelete == 'restrict'
        }
        self.assertFalse(wanted - kept - DELETED, "these need the mixin, or a reason")
        self.assertIn('outreach.skill', wanted)

    @mute_logger('odoo.sql_db')
    def test_used_or_not_it_is_the_same_answer(self):
        candidate = self.env['outreach.candidate'].create({})
        instruments = self.env['outreach.instrument'].create([{'name': f"Test {number}", 'law': "§ 1"} for number in range(2)])
        candidate.barrier_ids = [(0, 0, {'kind': 'mobility', 'instrument_id': instruments[0].id})]
        languages = self.env['outreach.language'].create([{'name': f"Test {code}", 'code': code} for code in ('qaa', 'qab')])
        candidate.language_ids = [(0, 0, {'language_id': languages[0].id, 'level': '3_b1'})]
        skills = self.env['outreach.skill'].create([{'name': f"Test Skill {number}"} for number in range(2)])
        candidate.skill_ids = [(0, 0, {'skill_id': skills[0].id})]
        demands = self.env['outreach.demand'].create([{'name': f"Test {number}", 'partner_id': self.company.id} for number in range(2)])
        self.env['outreach.proposal'].create(
            {
                'demand_id': demands[0].id,
                'candidate_id': candidate.id,
                'company_id': self.env.company.id,
                'fit': '1_now',
                'user_id': self.user_job.id,
            }
        )
        for user in (self.user_manager, self.user_econ, self.user_job):
            for used, free in (instruments, languages, skills, demands):
                answers = []
                for record in (used, free):
                    try:
                        with self.cr.savepoint():
                            record.with_user(user).unlink()
                        answers.append("deleted")
                    except (UserError, IntegrityError) as error:
                        answers.append(str(error).replace(record.display_name, '…').replace(str(record.id), '…'))
                self.assertEqual(answers[0], answers[1])
                self.assertNotEqual(answers[0], "deleted")
