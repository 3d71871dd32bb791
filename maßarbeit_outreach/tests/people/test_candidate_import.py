"""Candidates out of the case system: read without being kept, written where something changed."""

import base64
import csv
import io
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import users
from odoo.tools import mute_logger

from ...imports.candidate.outreach_candidate_import_match import CandidateMatcher
from ...tools.files import company_file
from ..common import MODULE
from .test_candidate import FORBIDDEN, CandidateCommon

HEADER = [
    'Aktenzeichen',
    'Name',
    'Geburtsdatum',
    'PLZ',
    'Ort',
    'Umkreis',
    'Führerschein',
    'PKW',
    'Deutsch',
    'Deutsch geprüft',
    'Kompetenzen',
    'Berufe',
    'Sprachen',
    'Arbeitserlaubnis',
    'Erlaubnis bis',
    'Rechtskreis',
    'Rechtskreis ab',
    'Status',
    'Vermittler',
]
ROW = [
    'BG-1/26',
    "Heimlich, Hanna",
    '03.04.1990',
    '49565',
    'Bramsche',
    '30',
    'B',
    'ja',
    'B1',
    'ja',
    'Test Welding:3; Test Forklift',
    '24422:5:voll',
    'ar',
    'frei',
    '31.12.2027',
    'SGB II',
    '01.02.2026',
    'verfügbar',
    'test_job',
]


class ImportCommon(CandidateCommon):
    def upload(self, *rows, header=(), user=None, name='export.csv', content=None):
        if content is None:
            out = io.StringIO()
            csv.writer(out, delimiter=';').writerows([header or HEADER, *rows])
            content = out.getvalue().encode('cp1252')
        return (
            self.env['outreach.candidate.import']
            .with_user(user or self.user_job)
            .create({'file': base64.b64encode(content), 'file_name': name})
        )

    def run_import(self, job):
        job.action_import()
        while job.action_import_step()['remaining']:
            pass
        self.env.flush_all()
        self.env.invalidate_all()

    def counts(self, job):
        return {name: job[f'{name}_count'] for name in ('new', 'changed', 'unchanged', 'rejected') if job[f'{name}_count']}

    def found(self, reference):
        return self.env['outreach.candidate'].with_user(self.user_job).search([('reference', '=', reference)])

    def row(self, **values):
        return [values.get(header, cell) for header, cell in zip(HEADER, ROW, strict=True)]


class TestCandidateImport(ImportCommon):
    def test_import(self):
        job = self.upload(ROW)
        self.assertFalse(job.problem)
        self.assertEqual((job.state, self.counts(job)), ('preview', {'new': 1}))
        self.assertFalse(self.found('BG-1/26'), "a preview writes no candidate")
        self.run_import(job)
        candidate = self.found('BG-1/26')
        self.assertEqual((job.state, job.created_count), ('done', 1))
        self.assertEqual(
            (
                candidate.age_band,
                candidate.municipality_id,
                candidate.reach_km,
                candidate.driving_licence,
                candidate.has_vehicle,
                candidate.german_level,
                candidate.is_german_tested,
                candidate.permission,
                str(candidate.permission_until),
                candidate.status,
                candidate.user_id,
            ),
            ('35_49', self.bramsche, 30, 'B', True, '3_b1', True, 'free', '2027-12-31', 'available', self.user_job),
        )
        self.assertEqual(dict(candidate.skill_ids.mapped(lambda line: (line.skill_id, line.level))), {self.skill: '3', self.skill2: '2'})
        self.assertEqual(
            candidate.occupation_ids.mapped(lambda line: (line.occupation_id, line.years, line.recognition)), [(self.welder, 5, 'full')]
        )
        self.assertEqual((candidate.language_ids.language_id, candidate.language_ids.level), (self.language, '7_native'))
        self.assertEqual((candidate.regime, str(candidate.regime_ids.date_from)), ('sgb2', '2026-02-01'))

    def test_a_second_time_changes_nothing(self):
        self.run_import(self.upload(ROW))
        candidate = self.found('BG-1/26')
        models = ['outreach.candidate', *(f'outreach.candidate.{name}' for name in ('skill', 'occupation', 'language', 'regime'))]

        def snapshot():
            return [self.env[model].search_read([('id' if model == models[0] else 'candidate_id', '=', candidate.id)]) for model in models]

        self.settle()
        before, messages = snapshot(), candidate.message_ids
        job = self.upload(ROW)
        self.assertEqual(self.counts(job), {'unchanged': 1})
        self.run_import(job)
        self.settle()
        self.assertEqual((job.state, job.updated_count), ('done', 0))
        self.assertEqual(snapshot(), before)
        self.assertEqual(candidate.message_ids, messages)

    def test_available_there_may_be_in_a_proposal_here(self):
        self.run_import(self.upload(ROW))
        candidate = self.found('BG-1/26')
        candidate.status = 'proposed'
        self.assertEqual(self.counts(self.upload(ROW)), {'unchanged': 1})
        candidate.action_place()
        self.assertEqual(self.counts(self.upload(ROW)), {'changed': 1})

    def test_only_what_changed_is_written(self):
        self.run_import(self.upload(ROW, self.row(Aktenzeichen='BG-2/26')))
        first, second = self.found('BG-1/26'), self.found('BG-2/26')
        kept = first.skill_ids.filtered(lambda line: line.skill_id == self.skill2)
        messages = second.message_ids
        job = self.upload(
            self.row(
                Deutsch='B2',
                Kompetenzen='Test Forklift',
                Berufe='24422:6',
                Sprachen='',
                Rechtskreis='SGB III',
                **{'Rechtskreis ab': '01.03.2026'},
            ),
            self.row(Aktenzeichen='BG-2/26'),
        )
        self.assertEqual(self.counts(job), {'changed': 1, 'unchanged': 1})
        self.assertIn("German: B1 → B2", job.row_ids.filtered('changes').changes)
        self.run_import(job)
        self.assertEqual(
            (first.german_level, first.skill_ids, first.occupation_ids.years, first.occupation_ids.recognition), ('4_b2', kept, 6, 'full')
        )
        self.assertTrue(first.language_ids, "an empty cell erases nothing")
        self.assertEqual((first.regime, len(first.regime_ids)), ('sgb3', 2))
        self.assertIn("B1 → B2", first.message_ids[0].body)
        self.assertEqual(second.message_ids, messages)

    def test_names_are_stored_nowhere(self):
        """Not as attachment, not in a row, not in a problem, neither before nor after nor when the file is refused."""
        slipped = self.row(Aktenzeichen="Heimlich, Hanna", Ort="Heimlich", Deutsch="Heimlich")
        job = self.upload(ROW, slipped, self.row(Aktenzeichen='BG-3', Deutsch="Heimlich", Kompetenzen="Heimlich", Vermittler="Heimlich"))
        self.assertEqual(self.counts(job), {'new': 2, 'rejected': 1})
        self.assertTrue(job.has_personal_columns)
        self.assertEqual(job.ignored_columns, "Name")
        self.upload(content=b'Name;Ort\nHeimlich;Bramsche\n')
        self.env.flush_all()
        self.assertFalse(job.file)

        def everywhere():
            for name in (
                'outreach_candidate_import',
                'outreach_candidate_import_row',
                'outreach_candidate',
                'mail_message',
                'ir_attachment',
            ):
                self.env.cr.execute(f'SELECT count(*) FROM {name} t WHERE t::text ILIKE %s', ["%Heimlich%"])
                yield name, self.env.cr.fetchone()[0]
                self.env.cr.execute(f'SELECT count(*) FROM {name} t WHERE t::text ~ %s', ["03.04.1990|1990-04-03"])
                yield f'birth in {name}', self.env.cr.fetchone()[0]

        self.assertFalse([name for name, count in everywhere() if count])
        self.assertFalse(self.env['ir.attachment'].search([('res_model', '=', 'outreach.candidate.import'), ('res_field', '!=', False)]))
        self.run_import(job)
        self.assertFalse([name for name, count in everywhere() if count])
        self.assertFalse(any(job.row_ids.mapped('vals')), "what was written is forgotten")

    def test_rejected_and_remarks(self):
        job = self.upload(
            ROW,
            ROW,
            self.row(Aktenzeichen=''),
            self.row(Aktenzeichen='BG-4', Arbeitserlaubnis='frei ab'),
            self.row(Aktenzeichen='BG-5', Status='pausiert'),
            self.row(Aktenzeichen='BG-6', Ort='Nirgendwo', PLZ='99999', Umkreis='weit'),
        )
        self.assertEqual(self.counts(job), {'new': 3, 'rejected': 3})
        reasons = {row.line: row.reason for row in job.row_ids}
        for line, words in (
            (3, "line 2 already"),
            (4, "customer number is missing"),
            (5, "from when work is permitted"),
            (6, "until when"),
            (7, "Reach (km): not understood"),
            (7, "not exactly one municipality"),
        ):
            self.assertIn(words, reasons[line])
        self.assertFalse(reasons[2])
        self.run_import(job)
        self.assertEqual(self.found('BG-4').permission, 'unclear')
        self.assertFalse(self.found('BG-5'))
        self.assertEqual((self.found('BG-6').municipality_id, self.found('BG-6').reach_km), (self.bramsche.browse(), 20))

    def test_headings_below_a_title(self):
        job = self.upload(content=b'Auszug vom 1. Dezember;\nAktenzeichen;PLZ/Ort\nBG-1;49565 Bramsche\n')
        self.assertIn("headings in line 2", job.detected)
        self.assertEqual((job.row_ids.line, job.row_ids.vals['municipality_id']), (3, self.bramsche.id))
        # the file was kept nowhere, so another line needs it once more
        job.header_line = 1
        self.assertEqual((job.state, job.row_ids.ids), ('draft', []))
        self.assertIn("choose the file again", job.problem)
        job.write({'header_line': 2, 'file': base64.b64encode(b';\nAktenzeichen;Ort\nBG-2;Bramsche\n')})
        self.assertEqual((job.state, job.row_ids.reference), ('preview', 'BG-2'))

    def test_levels_in_other_words(self):
        """Read, or unknown, which is not the same as none; and nothing is said of a level that is not understood."""
        header = ['Aktenzeichen', 'Deutsch', 'Deutsch geprüft', 'Deutsch vom']
        cells = {
            'B1.2': '3_b1',
            'telc B1': '3_b1',
            'C1 (Goethe)': '5_c1',
            'Muttersprachlerin': '7_native',
            'keine': '0_none',
            '': False,
            'A2/B1': False,
            'B1-Kurs': False,
            'k.A.': False,
        }
        job = self.upload(*([f'BG-{number}', cell, '', ''] for number, cell in enumerate(cells)), header=header)
        self.run_import(job)
        self.assertEqual({cell: self.found(f'BG-{number}').german_level for number, cell in enumerate(cells)}, cells)
        self.assertEqual([self.found(f'BG-{number}').is_german_tested for number in range(3)], [False, True, True])
        self.assertEqual([bool(row.reason) for row in job.row_ids.sorted('line')], [False] * 6 + [True, True, False])
        self.run_import(self.upload(['BG-1', 'zwei Kurse', 'nein', '01.02.2026'], header=header))
        self.assertEqual((self.found('BG-1').german_level, self.found('BG-1').is_german_tested), ('3_b1', True))

    def test_a_level_without_a_test_is_untested(self):
        header = ['Aktenzeichen', 'Deutsch', 'Deutsch geprüft', 'Deutsch vom']
        self.run_import(self.upload(['BG-1', 'B1', 'ja', '01.03.2026'], header=header))
        candidate = self.found('BG-1')
        self.assertEqual((candidate.is_german_tested, str(candidate.german_date)), (True, '2026-03-01'))
        self.run_import(self.upload(['BG-1', 'B1'], header=header[:2]))
        self.assertTrue(candidate.is_german_tested, "it is still the level that was tested")
        job = self.upload(['BG-1', 'A2'], header=header[:2])
        self.assertIn("Tested: yes → no", job.row_ids.changes)
        self.run_import(job)
        self.assertEqual((candidate.german_level, candidate.is_german_tested, candidate.german_date), ('2_a2', False, False))
        # by hand, too
        candidate.write({'is_german_tested': True, 'german_date': '2026-04-01'})
        candidate.german_level = '3_b1'
        self.assertEqual((candidate.is_german_tested, candidate.german_date), (False, False))
        candidate.write({'german_level': '4_b2', 'is_german_tested': True})
        self.assertTrue(candidate.is_german_tested)

    def test_details_of_entries(self):
        """A level that is not understood does not become the mother tongue; a colon within a word parts nothing."""
        self.welder.name = "Lichtschweißer"
        row = self.upload(self.row(Berufe='Lichtschweißer:in: 3', Sprachen='')).row_ids
        self.assertEqual((row.vals['occupations'], row.reason), ({str(self.welder.id): [3, None]}, False))
        rows = ([f'BG-{number}', age] for number, age in enumerate(('35', 'unter 25', '60+', '7')))
        ages = self.upload(*rows, header=['Aktenzeichen', 'Alter'])
        self.assertEqual([row.vals.get('age_band') for row in ages.row_ids.sorted('line')], ['35_49', '15_24', '60_plus', None])
        job = self.upload(self.row(Sprachen='ar: ein wenig', Berufe='24422:in: 3'))
        self.assertIn("Other Languages: an entry", job.row_ids.reason)
        self.assertEqual(job.row_ids.vals['languages'], {})
        self.assertEqual(self.upload(self.row(Sprachen='ar: B1 (telc)')).row_ids.vals['languages'], {str(self.language.id): '3_b1'})

    def test_bad_files(self):
        for content, words in (
            (b'', "empty"),
            (b'%PDF-1.7', "PDF"),
            (b'Name;Ort\nA;B\n', "tells who is who"),
            (b'Aktenzeichen;Ort\n', "no rows below"),
            (b'\x00\x01\x02\x03' * 50, "not a text"),
            (b'Aktenzeichen;Ort\n' + b'x' * 1_000_001, "Line 2 has more than 1000000 characters"),
            (b'Aktenzeichen' + b';a' * 1500 + b'\nBG1\n', "more than 1000 columns"),
        ):
            job = self.env['outreach.candidate.import'].with_user(self.user_job).create({'file_name': 'export.csv'})
            job.file = base64.b64encode(content) or b'='
            with self.subTest(content=content):
                self.assertEqual(job.state, 'draft')
                self.assertIn(words, job.problem)
                with self.assertRaises(UserError):
                    job.action_import()

    def test_limits(self):
        with patch.object(company_file, 'MAX_BYTES', 100):
            job = (
                self.env['outreach.candidate.import']
                .with_user(self.user_job)
                .create({'file_name': 'export.csv', 'file': base64.b64encode(b'Aktenzeichen;Ort\n' + b'BG 1;Melle\n' * 20)})
            )
            self.assertIn("larger", job.problem)
        job = (
            self.env['outreach.candidate.import']
            .with_user(self.user_job)
            .create({'file_name': 'export.csv', 'file': base64.b64encode(b'Aktenzeichen;Ort\nBG 1;' + b'x' * 40_000 + b'\nBG 2;Melle\n')})
        )
        self.assertEqual(job.row_ids.sorted('line').mapped('category'), ['rejected', 'new'])
        self.assertIn("A cell has more than 32767 characters", job.row_ids.sorted('line')[0].reason)

    def test_complete_file(self):
        self.run_import(self.upload(*(self.row(Aktenzeichen=f'BG-{number}') for number in range(1, 4))))
        by_hand = self.create_candidate()
        job = self.upload(self.row(Aktenzeichen='BG-1'), self.row(Aktenzeichen='BG-2', Arbeitserlaubnis='frei ab'))
        known = self.env['outreach.candidate'].search_count([('reference', '!=', False), ('status', '!=', 'left')])
        self.assertEqual((job.leave_count, job.todo_count), (known - 2, 0))
        job.is_complete = True
        self.assertEqual(job.todo_count, known - 2)
        self.run_import(job)
        self.assertEqual([self.found(f'BG-{number}').status for number in range(1, 4)], ['available', 'available', 'left'])
        self.assertEqual((by_hand.status, job.left_count), ('available', known - 2))
        bad = self.upload(self.row(Aktenzeichen='BG-1'), self.row(Aktenzeichen=''))
        bad.is_complete = True
        with self.assertRaisesRegex(UserError, "nobody can tell who is missing"):
            bad.action_import()

    def test_lost_zeros(self):
        """They are pointed out, nobody is entered twice, and nobody has left by them."""
        header = ['Aktenzeichen', 'Deutsch']
        self.run_import(self.upload(*([f'00{number}', 'B1'] for number in range(4000, 4005)), ['77', 'B1'], header=header))
        job = self.upload(['4000', 'B2'], ['4001.0', 'B2'], ['004002', 'B2'], ['0077', 'B2'], ['4009', 'B2'], header=header)
        self.assertEqual(self.counts(job), {'new': 1, 'changed': 1, 'rejected': 3})
        self.assertEqual(job.other_zeros_count, 3)
        self.assertIn("other zeros in front", job.row_ids[0].reason)
        self.assertEqual(job.row_ids.mapped('reference'), ['004000', '004001', '004002', '77', '4009'])
        job.is_complete = True
        known = self.env['outreach.candidate'].search_count([('reference', '!=', False), ('status', '!=', 'left')])
        self.assertEqual(job.leave_count, known - 4)
        self.run_import(job)
        self.assertEqual(
            {number: self.found(number).status for number in ('004000', '004001', '004002', '004003', '77', '4009')},
            dict.fromkeys(('004000', '004001', '004002', '77', '4009'), 'available') | {'004003': 'left'},
        )
        self.assertFalse(self.found('4000') | self.found('0077'))

    def test_created_since_the_preview(self):
        job = self.upload(ROW)
        theirs = self.create_candidate(reference='BG-1/26')
        self.run_import(job)
        self.assertEqual(self.found('BG-1/26'), theirs)
        self.assertEqual((theirs.german_level, job.updated_count, job.created_count), ('3_b1', 1, 0))

    @mute_logger('odoo.sql_db')
    def test_what_the_database_refuses(self):
        """It is named and logged, and nothing of the row is; the other rows go in."""
        insert = CandidateMatcher.insert

        def refuse(matcher, vals_list):
            ids = insert(matcher, vals_list)
            matcher.env.flush_all()
            if any(vals['reference'] == 'BG-2/26' for vals in vals_list):
                matcher.env.cr.execute("UPDATE outreach_candidate SET company_id = NULL WHERE reference = 'BG-2/26'")
            if any(vals['reference'] == 'BG-3/26' for vals in vals_list):
                raise ValueError(*[vals['reference'] for vals in vals_list])
            return ids

        job = self.upload(ROW, self.row(Aktenzeichen='BG-2/26'), self.row(Aktenzeichen='BG-3/26'))
        with patch.object(CandidateMatcher, 'insert', refuse), self.assertLogs('odoo.addons.maßarbeit_outreach.imports') as log:
            self.run_import(job)
        self.assertEqual((job.state, job.created_count, self.counts(job)), ('done', 1, {'new': 1, 'rejected': 2}))
        refused, broken = job.row_ids.filtered(lambda row: row.result == 'failed').sorted('line')
        self.assertEqual(refused.reason, "The database refused the row: NotNullViolation outreach_candidate company_id")
        self.assertEqual(broken.reason, "ValueError")
        told = ' '.join(log.output)
        for words in ("line 3 refused: NotNullViolation outreach_candidate company_id", "line 4 failed: ValueError"):
            self.assertIn(words, told)
        self.assertNotIn('BG-', told)

    def test_discard_and_vacuum(self):
        job = self.upload(ROW)
        rows = job.row_ids
        job.action_discard()
        self.assertFalse((job | job.browse()).exists() or rows.exists())
        old = self.upload(ROW)
        rows = old.row_ids
        self.env.flush_all()
        self.env.cr.execute("UPDATE outreach_candidate_import SET write_date = write_date - interval '25 hours' WHERE id = %s", [old.id])
        self.env.invalidate_all()
        self.env['outreach.candidate.import'].sudo()._transient_vacuum()
        self.assertFalse(old.exists() or rows.exists())

    @mute_logger(*FORBIDDEN)
    def test_job_centre_only(self):
        job = self.upload(ROW)
        colleague = self.create_user('colleague', f'{MODULE}.group_job_centre')
        for user in (
            self.user_econ,
            self.user_migration,
            self.user_manager,
            self.user_helper,
            self.user_immigration,
            self.user_dpo,
            self.user_internal,
            self.user_portal,
        ):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.upload(ROW, user=user)
                for method in ('action_import', 'action_import_step', 'action_discard', 'read'):
                    with self.assertRaises(AccessError):
                        getattr(job.with_user(user), method)()
        self.assertFalse(job.row_ids.with_user(colleague).search([('import_id', '=', job.id)]))
        for record in (job, job.row_ids):
            with self.assertRaises(AccessError):
                record.with_user(colleague).read(['create_date'])

    @users('test_job')
    def test_case_file_stays_out_of_the_history(self):
        self.run_import(self.upload(['BG-1/26', 'Duldung'], header=['Aktenzeichen', 'Aufenthaltstitel']))
        self.run_import(self.upload(['BG-1/26', 'Gestattung'], header=['Aktenzeichen', 'Aufenthaltstitel']))
        candidate = self.found('BG-1/26')
        self.assertEqual(candidate.residence_title, 'Gestattung')
        told = ' '.join(candidate.message_ids.mapped('body'))
        self.assertFalse([word for word in ('Duldung', 'Gestattung', 'BG-1') if word in told])

    def test_queries_do_not_grow(self):
        """Per round of rows, whatever its size; inserts go in packets of a hundred."""
        counts = {}
        for size in (50, 500):
            rows = [self.row(Aktenzeichen=f'Q-{size}-{number}') for number in range(size)]
            changed = [
                self.row(Aktenzeichen=f'Q-{size}-{number}', Deutsch='C1', Berufe='24422:9', Kompetenzen='Test Welding:4')
                for number in range(size)
            ]
            found = {}
            for step, content in (('new', rows), ('unchanged', rows), ('changed', changed)):
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                job = self.upload(*content)
                self.env.flush_all()
                found['read', step] = self.env.cr.sql_log_count - start
                start = self.env.cr.sql_log_count
                self.run_import(job)
                found['write', step] = self.env.cr.sql_log_count - start
                self.assertEqual(self.counts(job) | {'': 0}, {step: size, '': 0} if step != 'new' else {'new': size, '': 0})
            counts[size] = found
        for key, count in counts[500].items():
            self.assertLess(count - counts[50][key], 150, f"{key}: {counts}")
