"""What has to be unique is told before the database refuses it; and whatever the database refuses, the log holds no values."""

import logging
from unittest.mock import patch

import psycopg2

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.orm.table_objects import UniqueIndex
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from ...tools.base import log_values
from ..people.test_candidate import CandidateCommon

TITLE = "§ 25a AufenthG Probe"


class Undo(Exception):
    pass


class TestUnique(CandidateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.candidate = cls.create_candidate(reference="BG 77", residence_title=TITLE)
        cls.Candidate = cls.candidate.browse()

    def assertTold(self, message, attempt):
        """Refused with that message, the transaction goes on, and nothing is in the log of failed statements."""
        with self.assertRaises(Undo), self.env.cr.savepoint():
            with self.assertNoLogs('odoo.sql_db'), self.assertRaisesRegex(ValidationError, message):
                attempt()
            self.env.cr.execute("SELECT 1")
            raise Undo

    def test_every_path(self):
        taken = {'reference': "BG 77", 'residence_title': TITLE}
        other = self.create_candidate(reference="BG 78")
        said = "There is a candidate with this customer number already"
        self.assertTold(said, lambda: self.Candidate.create(taken))
        self.assertTold(said, lambda: self.Candidate.create([{'reference': "BG 79"}, {'reference': "BG 79"}]))
        self.assertTold(said, lambda: call_kw(self.Candidate, 'create', [taken], {}))
        self.assertTold(said, lambda: call_kw(self.Candidate, 'web_save', [[], taken, {}], {}))

        def write():
            other.reference = "BG 77"
            other.flush_recordset()

        self.assertTold(said, write)
        self.assertTold(said, lambda: other.copy({'reference': "BG 77"}))
        self.Candidate.create({'reference': False})  # nobody is like nobody
        self.Candidate.create([{}, {}])
        other.reference = "BG 78"
        other.flush_recordset()

    def test_in_the_reader_s_language(self):
        self.env['res.lang']._activate_lang('de_DE')
        German = self.Candidate.with_context(lang='de_DE')
        with self.assertRaisesRegex(ValidationError, "bereits"):
            German.create({'reference': "BG 77"})

    def test_lines(self):
        line = {'skill_id': self.skill.id}
        for field, first, said in (
            ('skill_ids', line, "this skill already"),
            ('occupation_ids', {'occupation_id': self.welder.id}, "this occupation already"),
            ('language_ids', {'language_id': self.language.id}, "this language already"),
            ('regime_ids', {'regime': 'sgb2', 'date_from': '2026-01-01'}, "another regime"),
            ('barrier_ids', {'kind': 'housing'}, "open barrier of this kind"),
        ):
            with self.subTest(field=field):
                self.candidate[field] = [Command.create(first)]
                self.assertTold(said, lambda field=field, first=first: self.candidate.write({field: [Command.create(first)]}))
                self.assertTold(
                    said, lambda field=field, first=first: self.create_candidate(**{field: [Command.create(first), Command.create(first)]})
                )

    def test_condition_of_an_index(self):
        """A barrier that is lifted is no second one, until it is open again."""
        Barrier = self.env['outreach.barrier'].with_user(self.user_job)
        values = {'candidate_id': self.candidate.id, 'kind': 'housing'}
        lifted, live = Barrier.create({**values, 'state': 'lifted'}), Barrier.create(values)

        def reopen():
            lifted.state = 'in_work'
            self.env.flush_all()

        self.assertTold("open barrier of this kind", reopen)
        live.state = 'lifted'
        live.flush_recordset()
        reopen()

    def test_two_change_places(self):
        one, two = self.create_candidate(reference="BG 1"), self.create_candidate(reference="BG 2")
        one.reference = "BG 3"
        two.reference = "BG 1"  # written along with the one that leaves it
        self.env.flush_all()
        self.assertEqual((one.reference, two.reference), ("BG 3", "BG 1"))

    def test_demand(self):
        posting = {'external_supplier': "Probebörse", 'external_posting': "4711"}
        demand = self.create_demand(**posting)
        self.assertTold("posting id of this supplier", lambda: self.create_demand(**posting))
        other = self.create_demand(external_supplier="Probebörse", external_posting="4712")

        def write():
            other.external_posting = "4711"  # the supplier is read from the database
            self.env.flush_all()

        self.assertTold("posting id of this supplier", write)
        demand.external_posting = "4713"
        demand.flush_recordset()
        write()

    def test_models_about_persons(self):
        """Each of their unique indexes is told in time: it has words, and can be read."""
        person, unique = self.env.registry['outreach.person.mixin'], self.env.registry['outreach.unique.mixin']
        seen = 0
        for model in self.env.values():
            about = isinstance(model, person) or any(
                field.comodel_name == 'outreach.candidate' and field.type == 'many2one' and field.store for field in model._fields.values()
            )
            indexes = [index for index in model._table_objects.values() if isinstance(index, UniqueIndex)]
            if about and not model._abstract and indexes:
                self.assertIsInstance(model, unique, model._name)
                self.assertEqual([index for index, *__ in model._get_unique_indexes()], indexes, model._name)
                seen += len(indexes)
        self.assertGreaterEqual(seen, 8)


class TestLogHoldsNoValues(CandidateCommon):
    def logged(self, attempt, error=psycopg2.Error):
        with self.assertLogs('odoo.sql_db', 'ERROR') as logs, self.assertRaises(error), self.env.cr.savepoint():
            attempt()
            self.env.flush_all()
        return '\n'.join(logs.output)

    def test_nobody_was_in_time(self):
        """As in a race: the check has seen nobody, and the database refuses."""
        self.create_candidate(reference="BG 77")
        with patch.object(self.env.registry['outreach.candidate'], '_check_unique', lambda *args: None):
            text = self.logged(lambda: self.create_candidate(reference="BG 77", residence_title=TITLE), psycopg2.errors.UniqueViolation)
        self.assertIn('outreach_candidate_reference_uniq', text)
        self.assertIn('INSERT INTO "outreach_candidate"', text)
        for value in ("BG 77", "25a", "Probe"):
            self.assertNotIn(value, text)

    def test_whatever_is_refused(self):
        candidate = self.create_candidate(reference="BG 5471", residence_title=TITLE)
        for error, values in (
            (psycopg2.errors.CheckViolation, {'reach_km': 7301}),
            (psycopg2.errors.CheckViolation, {'permission': 'free_from', 'permission_date': False}),
            (psycopg2.errors.NotNullViolation, {'company_id': False}),
            (psycopg2.errors.ForeignKeyViolation, {'municipality_id': 987654}),
            (psycopg2.errors.NumericValueOutOfRange, {'reach_km': 98765432101}),
        ):
            with self.subTest(values=values):
                text = self.logged(lambda values=values: candidate.sudo().write({'residence_title': f"{TITLE} 2", **values}), error)
                self.assertIn(error.__name__, text)
                self.assertIn('UPDATE "outreach_candidate"', text)
                for value in ("BG 5471", "25a", "Probe", '7301', '987654', str(candidate.id)):
                    self.assertNotIn(value, text)

    def test_traceback(self):
        """A job that fails is logged with its traceback: the database's words are left out, the rest stays."""
        taken = "BG 77"
        self.create_candidate(reference=taken)
        stream, handler, root = [], logging.Handler(), logging.getLogger()
        handler.emit = lambda record: stream.append(logging.Formatter().format(record))
        self.patch(root, 'handlers', [handler])
        log_values.install()
        with patch.object(self.env.registry['outreach.candidate'], '_check_unique', lambda *args: None), mute_logger('odoo.sql_db'):
            try:
                with self.env.cr.savepoint():
                    self.create_candidate(reference=taken, residence_title=TITLE)
            except psycopg2.Error as error:
                try:
                    raise ValueError("while something else was done") from error
                except ValueError:
                    logging.getLogger('odoo.addons.base.models.ir_cron').exception("Job %r failed", "Probe job")
        text = stream[-1]
        self.assertIn("UniqueViolation outreach_candidate", text)
        self.assertIn("while something else was done", text)
        self.assertIn("Traceback", text)
        self.assertNotIn(taken, text)
