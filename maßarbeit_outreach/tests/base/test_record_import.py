"""The machine of imports, with one that is as small as one can be: a list of columns and a matcher."""

import io
from unittest.mock import patch

from odoo import fields, models
from odoo.orm.model_classes import add_to_registry
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ...imports import outreach_record_import, record_reader
from ...imports.record_matcher import RecordMatcher
from ...tools.files.record_columns import Column, Columns


def parse_town(text):
    if not text.isalpha():
        raise ValueError(text)
    return text


COLUMNS = Columns(
    [
        Column('number', 'number nummer', str, field='ref'),
        Column('name', 'name', str),
        Column('town', 'town ort', parse_town, field='city', empties=True),
        Column('size', 'size', int, field='color', rejects=True, label="Size", problem="“%(value)s” is no size."),
    ],
    required='number',
    missing="No column is called “Number”.",
)


class VisitorMatcher(RecordMatcher):
    model, key = 'res.partner', 'ref'

    def insert(self, vals_list):
        ids = super().insert(vals_list)
        if any(vals['ref'] == 'refuse' for vals in vals_list):
            self.env.cr.execute("UPDATE res_partner SET name = NULL, type = 'contact' WHERE ref = 'refuse'")
        if any(vals['ref'] == 'broken' for vals in vals_list):
            raise ValueError("Heimlich")
        return ids


class VisitorImport(models.TransientModel):
    _module = None
    _name = 'outreach.test.visitor.import'
    _description = "Import of Visitors"
    _inherit = ['outreach.record.import.mixin']

    row_ids = fields.One2many('outreach.test.visitor.import.row', 'import_id')

    def _get_columns(self):
        return COLUMNS

    def _get_matcher(self):
        return VisitorMatcher(self.env)


class VisitorImportRow(models.TransientModel):
    _module = None
    _name = 'outreach.test.visitor.import.row'
    _description = "Row of an Import of Visitors"
    _inherit = ['outreach.record.import.row.mixin']

    import_id = fields.Many2one('outreach.test.visitor.import', required=True, ondelete='cascade')


@tagged('outreach_import')
class TestRecordImport(TransactionCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = [model._name for model in (VisitorImport, VisitorImportRow)]

        def forget():
            for name in names:
                del cls.registry[name]
            cls.registry._setup_models__(cls.env.cr, [])

        cls.addClassCleanup(forget)
        for model in (VisitorImport, VisitorImportRow):
            add_to_registry(cls.registry, model)
        cls.registry._setup_models__(cls.env.cr, names)
        cls.registry.init_models(cls.env.cr, names, {'models_to_check': True})

    def upload(self, content, **values):
        job = self.env[VisitorImport._name].create({'file_name': 'visitors.csv', **values})
        job.write(job._read_file(io.BytesIO(content.encode())))
        return job

    def finish(self, job):
        job.action_import()
        while job.action_import_step()['remaining']:
            pass

    def counts(self, job):
        return [job[f'{name}_count'] for name in ('new', 'changed', 'unchanged', 'rejected', 'created', 'updated')]

    def found(self, ref):
        return self.env['res.partner'].search([('ref', '=', ref)])

    def test_new_then_changed_then_the_same(self):
        job = self.upload('Nummer;Name;Ort;Farbe\nV1;Muster;Melle;rot\nV2;Beispiel;Bramsche;blau\n')
        self.assertEqual((job.state, self.counts(job)), ('preview', [2, 0, 0, 0, 0, 0]))
        self.assertFalse(self.found('V1'), "a preview writes nothing")
        self.finish(job)
        self.assertEqual((job.state, job.todo_count, self.counts(job)[4:]), ('done', 0, [2, 0]))
        self.assertEqual((self.found('V1').name, self.found('V1').city), ("Muster", "Melle"))
        changed = self.upload('Number;Town;Name\nV1;Buer;\nV2;;Beispiel\n')
        self.assertEqual(self.counts(changed), [0, 2, 0, 0, 0, 0])
        self.assertEqual(changed.row_ids.mapped('changes'), ["City: Melle → Buer", "City: Bramsche → –"])
        self.finish(changed)
        self.assertEqual((self.found('V1').name, self.found('V1').city), ("Muster", "Buer"), "an empty name says nothing")
        self.assertFalse(self.found('V2').city, "this column says that an empty cell empties")
        self.assertEqual(self.counts(self.upload('Number;Name\nV1;Muster\nV2;Beispiel\n')), [0, 0, 2, 0, 0, 0])

    def test_rejected_rows_and_remarks(self):
        job = self.upload('Number;Name;Town;Size\nV1;Ä;M3lle;7\nV1;Ö;;\n;C;;\nV4;D;;groß\nV5;E;;;zu viel\nV6;"F;;\nV7;\ufffd;;\n')
        reasons = {row.line: (row.category, row.reason) for row in job.row_ids}
        self.assertEqual(
            reasons,
            {
                2: ('new', "City: not understood. The cell is left out."),
                3: ('rejected', "Reference: the same is in line 2 already."),
                4: ('rejected', "Reference is missing."),
                5: ('rejected', "“groß” is no size."),
                6: ('rejected', "The row has more cells than there are columns. Is a delimiter inside a cell not quoted?"),
                7: ('rejected', "A quotation mark is not closed, or text follows behind a closing one: V6;\"F;;"),
                8: ('rejected', "Broken characters: this row is not in the encoding of the file."),
            },
        )
        self.assertEqual((job.remark_count, job.todo_count), (1, 1))
        for content, words in (('', "empty"), ('Name\nA\n', "No column is called “Number”."), ('Number\n', "no rows below")):
            bad = self.upload(content)
            self.assertEqual((bad.state, bad.row_ids.ids), ('draft', []))
            self.assertIn(words, bad.problem)

    @mute_logger('odoo.sql_db')
    def test_one_row_keeps_no_other_out(self):
        """What the database refused is named and logged, without the values of the row."""
        job = self.upload('Number;Name\nV1;Muster\nrefuse;Heimlich\nbroken;Heimlich\nV2;Beispiel\n')
        with self.assertLogs(outreach_record_import.__name__) as log:
            self.finish(job)
        self.assertEqual((job.state, self.counts(job)), ('done', [2, 0, 0, 2, 2, 0]))
        refused, broken = job.row_ids.filtered(lambda row: row.result == 'failed')
        self.assertEqual(refused.reason, "The database refused the row: CheckViolation res_partner res_partner_check_name")
        self.assertEqual(broken.reason, "ValueError: Heimlich", "only an import of persons keeps this to itself")
        told = [line for line in log.output if 'line 3 refused' in line]
        self.assertEqual(len(told), 1, log.output)
        self.assertIn('res_partner_check_name', told[0])
        self.assertNotIn('Heimlich', told[0])
        self.assertTrue(self.found('V2'))

    def test_rounds(self):
        """The rows know what is done; another import's turn is waited for."""
        job = self.upload('Number;Name\n' + ''.join(f'V{number};Muster\n' for number in range(5)))
        job.action_import()
        with self.patched(BATCH=2, STEP_SECONDS=0):
            self.assertEqual(job.action_import_step(), {'done': 2, 'remaining': 3, 'busy': False})
            with self.patched(take_turn=lambda env: False):
                self.assertEqual(job.action_import_step(), {'done': 0, 'remaining': 3, 'busy': True})
            self.finish(job)
        self.assertEqual(job.created_count, 5)

    def patched(self, **values):
        return patch.multiple(outreach_record_import, **values)

    def test_queries_do_not_grow(self):
        self.upload('Number;Name\nQ1;Muster\n')  # fills the caches of the registry
        counts = []
        for size in (20, 400):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.upload('Number;Name\n' + ''.join(f'Q{size}-{number};Muster\n' for number in range(size)))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertLess(400, record_reader.BATCH)
