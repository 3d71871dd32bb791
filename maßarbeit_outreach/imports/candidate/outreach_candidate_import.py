import io

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.people.candidate_columns import COLUMNS, is_personal
from ..import_file import decode_upload
from ..record_reader import BATCH
from .outreach_candidate_import_match import CandidateMatcher, CandidateReader


class OutreachCandidateImport(models.TransientModel):
    """Import of candidates out of the case system.

    SPECIFICATION
     * The file is read while it is uploaded and stored nowhere: it may hold names. Of its rows only the known columns are
       kept, as clean values, until they are written; what is wrong is told by line and column, never by the cell.
     * The customer number is the key. A list (skills, occupations …) replaces the list.
     * A complete file: who has a customer number and is missing in it has left.
     * Everything of it is gone after a day.
    """

    _name = 'outreach.candidate.import'
    _description = "Candidate Import"
    _inherit = ['outreach.record.import.mixin', 'outreach.person.export.mixin']
    _transient_max_hours = 24
    _told_remarks = ('entry',)

    name = fields.Char("File Name", readonly=True)
    file = fields.Binary(compute='_compute_file', inverse='_inverse_file', help="Read at once and not stored")
    ignored_columns = fields.Char("Columns Not Read", readonly=True)
    has_personal_columns = fields.Boolean(readonly=True)
    is_complete = fields.Boolean("Complete File", help="Whoever has a customer number and is missing in this file has left.")

    row_ids = fields.One2many('outreach.candidate.import.row', 'import_id', "Rows", readonly=True)
    nameless_count = fields.Integer("Without Customer Number", compute='_compute_counts')
    other_zeros_count = fields.Integer("Other Leading Zeros", compute='_compute_counts')
    leave_count = fields.Integer("Missing in the File", compute='_compute_leave_count')
    left_count = fields.Integer("Signed Off", readonly=True)

    def _compute_file(self):
        self.file = False

    def _inverse_file(self):
        """Done by `create` and `write`, which never let the file get as far as the cache."""

    @api.model
    def _get_row_conditions(self):
        return {
            **super()._get_row_conditions(),
            'nameless_count': [('reference', '=', False)],
            'other_zeros_count': [('has_other_zeros', '=', True)],
        }

    @api.depends('is_complete', 'leave_count')
    def _compute_counts(self):
        result = super()._compute_counts()
        for job in self.filtered('is_complete'):
            job.todo_count += job.leave_count
        return result

    @api.depends('state', 'row_ids.reference', 'row_ids.result')
    def _compute_leave_count(self):
        for job in self:
            job.leave_count = len(job._get_missing_ids()) if job.state in ('preview', 'importing') else 0

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        files = [vals.get('file') for vals in vals_list]
        jobs = super().create([{name: value for name, value in vals.items() if name != 'file'} for vals in vals_list])
        for job, file in zip(jobs, files, strict=True):
            if file:
                job._read(file)
        return jobs

    def write(self, vals):
        res = super().write({name: value for name, value in vals.items() if name != 'file'})
        if vals.get('file'):
            for job in self:
                job._read(vals['file'])
        elif vals.keys() & {'header_line', 'sheet'}:
            # what the preview shows must be what is imported, and the file was kept nowhere
            void = self.filtered(lambda job: job.state == 'preview')
            void._drop_rows()
            super(OutreachCandidateImport, void).write(
                {'state': 'draft', 'problem': self.env._("Please choose the file again: it is read at once and not kept.")}
            )
        return res

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_preview(self):
        """The file was read when it was saved; this only saves the form."""
        return True

    def action_discard(self):
        """Forget what was read."""
        self.unlink()
        return self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_candidate_action')

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _get_columns(self):
        return COLUMNS

    def _get_matcher(self):
        return CandidateMatcher(self.env)

    def _get_reader(self):
        return CandidateReader(self)

    def _read(self, file):
        """Read an uploaded file."""
        values = {'name': self.file_name, 'ignored_columns': False, 'has_personal_columns': False}
        self.write(values | self._read_file(io.BytesIO(decode_upload(file))))

    def _prepare_read_values(self, reader):
        return {'ignored_columns': ', '.join(reader.ignored)[:500], 'has_personal_columns': any(map(is_personal, reader.ignored))}

    def _get_problem_texts(self, problem):
        """By column; the cell itself may hold what must not be stored."""
        label = self._get_column_label(problem.target)
        return {
            'reference_missing': lambda: self.env._("The customer number is missing."),
            'reference': lambda: self.env._("The customer number is no number such as “264D123456”. A name is not taken."),
            'zeros': lambda: self.env._(
                "This customer number is known with other zeros in front. Spreadsheets drop them: upload the export as it came, or format"
                " the column as text and enter the numbers in full."
            ),
            'permission_date_missing': lambda: self.env._("Say from when work is permitted, or until when it is blocked."),
            'paused_until_missing': lambda: self.env._("Say until when the candidate is paused."),
            'entry': lambda: self.env._("%(column)s: an entry is not in the catalogue, or not clear. It is left out.", column=label),
            'municipality': lambda: self.env._("%(column)s: not exactly one municipality of the county.", column=label),
            'login': lambda: self.env._("%(column)s: nobody with this login has the role.", column=label),
        }

    def _check_start(self):
        if self.is_complete and self.nameless_count:
            raise UserError(
                self.env._(
                    "%(count)s rows have no customer number that can be read, so nobody can tell who is missing. Correct the file, or"
                    " import it without “Complete File”.",
                    count=self.nameless_count,
                )
            )

    def _check_write(self):
        self.env['outreach.candidate'].check_access('create')

    def _count_todo(self):
        return super()._count_todo() + (self.leave_count if self.is_complete else 0)

    def _finish(self):
        self.row_ids.sudo().vals = False
        return super()._finish()

    def _get_missing_ids(self):
        """Candidates with a customer number who are not in this file; rejected rows count as being in it."""
        self.env['outreach.candidate'].flush_model(['reference', 'status', 'company_id'])
        self.env['outreach.candidate.import.row'].flush_model(['import_id', 'reference'])
        return [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    "SELECT c.id FROM outreach_candidate c WHERE c.company_id = %s AND c.reference IS NOT NULL AND c.status != 'left'"
                    " AND NOT EXISTS (SELECT 1 FROM outreach_candidate_import_row r WHERE r.import_id = %s AND r.reference = c.reference)"
                    " ORDER BY c.id",
                    self.env.company.id,
                    self._origin.id or 0,
                )
            )
        ]

    def _import_rest(self):
        """Whoever is missing has left, so many at a time."""
        if not self.is_complete:
            return 0
        missing = self.env['outreach.candidate'].browse(self._get_missing_ids()[:BATCH])
        missing.check_access('write')
        missing = missing.sudo().with_context(tracking_disable=True)
        missing.write({'status': 'left'})
        missing._message_log_batch(dict.fromkeys(missing.ids, self.env._("Import: missing in the complete file, so has left")))
        self.left_count += len(missing)
        return len(missing)


class OutreachCandidateImportRow(models.TransientModel):
    """A row of the file: what it is, and what was done. Of its cells only the clean values of known columns, until written."""

    _name = 'outreach.candidate.import.row'
    _description = "Row of a Candidate Import"
    _inherit = ['outreach.record.import.row.mixin', 'outreach.person.export.mixin']
    _order = 'import_id, line'
    _rec_name = 'line'
    _transient_max_hours = 24

    import_id = fields.Many2one('outreach.candidate.import', required=True, readonly=True, ondelete='cascade')
    reference = fields.Char("Customer Number", readonly=True)
    has_other_zeros = fields.Boolean(readonly=True, export_string_translation=False)

    _line_idx = models.Index('(import_id, line)')
    _reference_idx = models.Index('(import_id, reference)')
