import base64
import binascii
import io
import itertools
import logging
import time

from psycopg2 import Error as DatabaseError
from psycopg2.errors import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import candidate_columns, candidate_row, company_file, company_sheet
from .outreach_candidate_import_match import CandidateMatcher
from .outreach_company_import_text import file_problem_text
from .outreach_import_turn import take_turn

_logger = logging.getLogger(__name__)

# Rows per round: queries are counted per round, memory is that of one round.
BATCH = 1000
# A step is one transaction and one request.
STEP_SECONDS = 2.0


class OutreachCandidateImport(models.TransientModel):
    """Import of candidates out of the case system: one uploaded file, what it would do, and what it did.

    SPECIFICATION
     * The file is read while it is uploaded and stored nowhere: it may hold names. Of its rows only the known columns are
       kept, as clean values, until they are written; what is wrong is told by line and column, never by the cell.
     * The case file is the key. New, changed, unchanged or rejected: the preview says which, then the import is started,
       and goes on by steps of one transaction each (:meth:`action_import_step`), each of which looks its rows up again.
     * Empty cells change nothing. What is the same is not written. A list (skills, occupations …) replaces the list.
     * A complete file: who has a case file and is missing in it has left.
     * Everything of it is gone after a day.
    """

    _name = 'outreach.candidate.import'
    _description = "Candidate Import"
    _transient_max_hours = 24

    name = fields.Char("File Name", readonly=True)
    file = fields.Binary(compute='_compute_file', inverse='_inverse_file', help="Read at once and not stored")
    file_name = fields.Char("Uploaded As")
    state = fields.Selection([
        ('draft', "File"),
        ('preview', "Preview"),
        ('importing', "Importing"),
        ('done', "Imported"),
    ], default='draft', required=True, readonly=True)
    problem = fields.Text(readonly=True)
    ignored_columns = fields.Char("Columns Not Read", readonly=True)
    has_personal_columns = fields.Boolean(readonly=True)
    is_complete = fields.Boolean("Complete File", help="Whoever has a case file and is missing in this file has left.")

    row_ids = fields.One2many('outreach.candidate.import.row', 'import_id', "Rows", readonly=True)
    new_count = fields.Integer("New", compute='_compute_counts')
    changed_count = fields.Integer("Changed", compute='_compute_counts')
    unchanged_count = fields.Integer("Unchanged", compute='_compute_counts')
    rejected_count = fields.Integer("Rejected", compute='_compute_counts')
    remark_count = fields.Integer("With Remarks", compute='_compute_counts')
    created_count = fields.Integer("Created", compute='_compute_counts')
    updated_count = fields.Integer("Updated", compute='_compute_counts')
    nameless_count = fields.Integer("Without Case File", compute='_compute_counts')
    leave_count = fields.Integer("Missing in the File", compute='_compute_leave_count')
    left_count = fields.Integer("Left", readonly=True)
    todo_count = fields.Integer("To Write", compute='_compute_todo_count')

    def _compute_file(self):
        self.file = False

    def _inverse_file(self):
        """Done by `create` and `write`, which never let the file get as far as the cache."""

    @api.model
    def _get_row_conditions(self):
        """Each counter with the domain of the rows that it counts; it also feeds the list behind the number."""
        return {
            'new_count': [('category', '=', 'new')],
            'changed_count': [('category', '=', 'changed')],
            'unchanged_count': [('category', '=', 'unchanged')],
            'rejected_count': [('category', '=', 'rejected')],
            'remark_count': [('category', '!=', 'rejected'), ('reason', '!=', False)],
            'created_count': [('result', '=', 'created')],
            'updated_count': [('result', '=', 'updated')],
            'nameless_count': [('reference', '=', False)],
        }

    @api.depends('state', 'row_ids.category', 'row_ids.result')
    def _compute_counts(self):
        Row = self.env['outreach.candidate.import.row']
        for job in self:
            job.update({name: Row.search_count([('import_id', '=', job._origin.id), *domain])
                        for name, domain in self._get_row_conditions().items()})

    @api.depends('state', 'row_ids.reference')
    def _compute_leave_count(self):
        for job in self:
            job.leave_count = len(job._get_missing_ids()) if job.state in ('preview', 'importing') else 0

    @api.depends('state', 'is_complete', 'row_ids.result', 'leave_count')
    def _compute_todo_count(self):
        for job in self:
            todo = self.env['outreach.candidate.import.row'].search_count(job._origin._get_todo_domain())
            job.todo_count = todo + job.leave_count if job.is_complete else todo

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
        return res

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_preview(self):
        """The file was read when it was saved; this only saves the form."""
        return True

    def action_import(self):
        """Start the import, or go on with it. The work is done by :meth:`action_import_step`."""
        self.ensure_one()
        if self.state == 'draft':
            raise UserError(self.env._("Choose a file first: the preview shows what the import would do."))
        if self.is_complete and self.nameless_count:
            raise UserError(self.env._(
                "%(count)s rows have no case file that can be read, so nobody can tell who is missing. Correct the file, or import it"
                " without “Complete File”.", count=self.nameless_count))
        self.state = 'importing' if self.todo_count else 'done'
        return True

    def action_import_step(self):
        """Import the next rows, about two seconds' worth, in the caller's transaction.

        :return: ``{'done': int, 'remaining': int, 'busy': bool}``; call again while rows remain. `busy`: another import has its
            turn, nothing was done, try again in a moment.
        """
        self.ensure_one()
        self.check_access('write')
        self.env['outreach.candidate'].check_access('create')
        if self.state != 'importing':
            return {'done': 0, 'remaining': 0, 'busy': False}
        if not self.try_lock_for_update() or not take_turn(self.env):
            return {'done': 0, 'remaining': self.todo_count, 'busy': True}
        done, deadline = 0, time.monotonic() + STEP_SECONDS
        while rows := self.row_ids.search(self._get_todo_domain(), limit=BATCH):
            rows._import()
            done += len(rows)
            if time.monotonic() > deadline:
                break
        else:
            done += self._leave_missing()
        self.env.flush_all()
        self.invalidate_recordset()
        remaining = self.todo_count
        if not remaining:
            self.state = 'done'
            self.row_ids.sudo().vals = False
        return {'done': done, 'remaining': remaining, 'busy': False}

    def action_open_rows(self):
        """Open the rows that a counter counts; the counter's name comes as context key `counter`."""
        self.ensure_one()
        counter, conditions = self.env.context.get('counter'), self._get_row_conditions()
        if counter not in conditions:
            raise UserError(self.env._("There is no counter “%(name)s”.", name=counter))
        return self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_candidate_import_row_action') | {
            'name': self._fields[counter]._description_string(self.env),
            'domain': [('import_id', '=', self.id), *conditions[counter]],
        }

    def action_discard(self):
        """Forget what was read."""
        self.unlink()
        return self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_candidate_action')

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _read(self, file):
        """Read an uploaded file into rows. A file that cannot be read is no exception for the user: `problem` says why."""
        self.ensure_one()
        if self.state in ('importing', 'done'):
            raise UserError(self.env._("This file is imported already; start a new import for another one."))
        self.row_ids.sudo().unlink()
        try:
            content = base64.b64decode(file)
        except (binascii.Error, ValueError):
            content = b''
        values = {'name': self.file_name, 'state': 'draft', 'problem': False, 'ignored_columns': False, 'has_personal_columns': False}
        try:
            with self.env.cr.savepoint():
                ignored = self._stage(content)
        except company_file.FileProblem as problem:
            if problem.code == 'no_key_column':
                values['problem'] = self.env._("No column is called “Case file” (“Aktenzeichen”, “Fallnummer”): it tells who is who.")
            else:
                values['problem'] = file_problem_text(self.env, problem)
        else:
            values.update(state='preview', ignored_columns=', '.join(ignored)[:500],
                          has_personal_columns=any(map(candidate_columns.is_personal, ignored)))
        self.write(values)

    def _stage(self, content):
        """Store each row with its category; return the headers of the columns that are not read.

        :raises FileProblem: the file cannot be used
        """
        if len(content) > company_file.MAX_BYTES:
            raise company_file.FileProblem('too_large', limit=company_file.MAX_BYTES // 1024 // 1024)
        stream = io.BytesIO(content)
        kind = company_file.sniff(content[:4096], self.file_name or '')
        if kind == 'csv':
            rows = company_file.open_csv(stream, lambda header: bool(candidate_columns.target_of(header)))[0]
        else:
            rows = company_sheet.read_sheet(stream, kind)
        header = next(rows, None)
        if header is None:
            raise company_file.FileProblem('empty')
        if header.error:
            raise company_file.FileProblem('header_quoting')
        headers = company_file.check_header(header.cells)
        mapping, ignored = candidate_columns.map_columns(headers)
        if 'reference' not in mapping.values():
            raise company_file.FileProblem('no_key_column')
        seen, count = {}, 0
        while batch := list(itertools.islice(rows, BATCH)):
            count += len(batch)
            if count > company_file.MAX_ROWS:
                raise company_file.FileProblem('too_many_rows', limit=company_file.MAX_ROWS)
            self._stage_batch(batch, mapping, len(headers), seen)
        if not count:
            raise company_file.FileProblem('no_rows')
        return ignored

    def _stage_batch(self, batch, mapping, width, seen):
        today = fields.Date.context_today(self)
        parsed = []
        for row in batch:
            cells = [str(cell) for cell in row.cells]
            if row.error or any(cell.strip() for cell in cells[width:]):
                values, problems = {}, [candidate_row.Problem(row.error or 'too_many_cells', '', True)]
            else:
                values, problems = candidate_row.parse(
                    {target: cells[index] for index, target in mapping.items() if index < len(cells)}, today)
            if first := seen.get(values.get('reference')):
                problems.append(candidate_row.Problem(f'same_as:{first}', 'reference', True))
            elif values:
                seen[values['reference']] = row.line
            parsed.append((row.line, values, problems))
        matcher = CandidateMatcher(self.env)
        resolved = matcher.resolve([values for __, values, __ in parsed])
        known = matcher.known([values['reference'] for __, values, __ in parsed if values])
        staged = []
        for (line, values, problems), (vals, more) in zip(parsed, resolved, strict=True):
            problems = problems + more
            reference = values.get('reference')
            row = {'import_id': self.id, 'line': line, 'reference': reference,
                   'reason': '\n'.join(matcher.problem_text(problem) for problem in problems) or False}
            if any(problem.rejects for problem in problems):
                staged.append({**row, 'category': 'rejected'})
                continue
            candidate = known.get(reference)
            change = matcher.difference(vals, candidate) if candidate else vals
            staged.append({
                **row, 'vals': vals, 'category': ('changed' if change else 'unchanged') if candidate else 'new',
                'changes': matcher.describe(change, candidate) if candidate else False})
        self.env['outreach.candidate.import.row'].sudo().create(staged)

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    def _get_todo_domain(self):
        """Rows that the import still has to write."""
        return Domain('import_id', '=', self.id) & Domain('category', 'in', ('new', 'changed')) & Domain('result', '=', False)

    def _get_missing_ids(self):
        """Candidates with a case file who are not in this file; rejected rows count as being in it."""
        self.env['outreach.candidate'].flush_model(['reference', 'status', 'company_id'])
        self.env['outreach.candidate.import.row'].flush_model(['import_id', 'reference'])
        return [row[0] for row in self.env.execute_query(SQL(
            "SELECT c.id FROM outreach_candidate c WHERE c.company_id = %s AND c.reference IS NOT NULL AND c.status != 'left'"
            " AND NOT EXISTS (SELECT 1 FROM outreach_candidate_import_row r WHERE r.import_id = %s AND r.reference = c.reference)"
            " ORDER BY c.id", self.env.company.id, self._origin.id or 0))]

    def _leave_missing(self):
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
    _order = 'import_id, line'
    _rec_name = 'line'
    _transient_max_hours = 24

    import_id = fields.Many2one('outreach.candidate.import', required=True, readonly=True, ondelete='cascade')
    line = fields.Integer(readonly=True, help="Line in the file, counted from 1 with the header", aggregator=None)
    reference = fields.Char("Case File", readonly=True)
    category = fields.Selection([
        ('new', "New"),
        ('changed', "Changed"),
        ('unchanged', "Unchanged"),
        ('rejected', "Rejected"),
    ], readonly=True)
    reason = fields.Text(readonly=True)
    changes = fields.Text(readonly=True)
    result = fields.Selection([
        ('created', "Created"),
        ('updated', "Updated"),
        ('unchanged', "Unchanged"),
        ('failed', "Failed"),
    ], readonly=True)
    vals = fields.Json(readonly=True, export_string_translation=False)

    _line_idx = models.Index('(import_id, line)')
    _reference_idx = models.Index('(import_id, reference)')

    def _import(self):
        """Write one round of rows. Should it fail as a whole, its rows are tried one by one, so that none keeps others out."""
        try:
            with self.env.cr.savepoint():
                self._import_round()
        except OperationalError:
            raise  # a conflict with another transaction: the server repeats the request
        except (UserError, DatabaseError) as error:
            self.env.invalidate_all(flush=False)
            if len(self) > 1:
                for row in self:
                    row._import()
                return
            reason = error.args[0] if isinstance(error, UserError) else self.env._("The database refused the row.")
            self.sudo().write({'result': 'failed', 'category': 'rejected', 'reason': reason})

    def _import_round(self):
        matcher = CandidateMatcher(self.env)
        known = matcher.known(self.mapped('reference'))
        changes, new = {}, self.browse()
        results = {'created': self.browse(), 'updated': self.browse(), 'unchanged': self.browse()}
        for row in self:
            if candidate := known.get(row.reference):
                change = matcher.difference(row.vals, candidate)
                results['updated' if change else 'unchanged'] += row
                if change:
                    changes[candidate] = change
            else:
                new += row
        matcher.update(changes)
        matcher.insert([row.vals for row in new])
        results['created'] = new
        for result, rows in results.items():
            rows.sudo().result = result
