"""The machine that imports of records share. A further one says its columns, its matcher, and what is its own::

    class VisitorImport(models.TransientModel):
        _name = 'outreach.visitor.import'
        _inherit = ['outreach.record.import.mixin']

        row_ids = fields.One2many('outreach.visitor.import.row', 'import_id')

        def _get_columns(self):
            return COLUMNS                      # tools/files/record_columns.py

        def _get_matcher(self):
            return VisitorMatcher(self.env)     # record_matcher.py

    class VisitorImportRow(models.TransientModel):
        _name = 'outreach.visitor.import.row'
        _inherit = ['outreach.record.import.row.mixin']

        import_id = fields.Many2one('outreach.visitor.import', required=True, ondelete='cascade')

Its form has the widget of the button (`static/src/base/import_run/`), and its counters open `outreach_visitor_import_row_action`.
"""

import json
import logging
import time
import traceback

from psycopg2 import Error as DatabaseError
from psycopg2.errors import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.files.company_file import FileProblem
from ..tools.files.company_sheet import MAX_SHEETS
from .import_text import file_problem_text, row_problem_text
from .outreach_import_turn import take_turn
from .record_reader import BATCH, RecordReader

_logger = logging.getLogger(__name__)

# A step is one transaction and one request: long enough to be efficient, short enough for a moving progress bar.
STEP_SECONDS = 2.0


class OutreachRecordImportMixin(models.AbstractModel):
    """Import of records: one file, what it would do, and what it did.

    SPECIFICATION
     * Preview (:meth:`_read_file`): the file is read as a stream; each row becomes a row record with its category (new, changed,
       unchanged, rejected). Nothing else is written. All or nothing: a file that cannot be read leaves only the reason why.
     * Start (:meth:`action_import`), then steps (:meth:`action_import_step`) until one answers ``remaining: 0``. A step is one
       transaction of several rounds; the rows themselves know what is done, so that a broken step is repeated and nothing is done
       twice. If a round fails, its rows are tried one by one.
     * Imports take turns (:func:`take_turn`), and every round looks its rows up again: who comes second finds the records of the first.
     * Only what a cell says is written; what is the same is not.

    `row_ids`, :meth:`_get_columns` and :meth:`_get_matcher` are the import's own.
    """

    _name = 'outreach.record.import.mixin'
    _description = "Import of Records"

    # Codes of problems whose words say already what becomes of the cell.
    _told_remarks = ()

    file_name = fields.Char("Uploaded As")
    state = fields.Selection(
        [('draft', "File"), ('preview', "Preview"), ('importing', "Importing"), ('done', "Imported")],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
    )
    problem = fields.Text(readonly=True, copy=False)
    # how the file is read
    header_line = fields.Integer("Line of the Headings", help="Empty: found out from the file")
    sheet = fields.Selection(
        [(str(number), str(number)) for number in range(1, MAX_SHEETS + 1)], help="Of a spreadsheet. Empty: found out from the file"
    )
    detected = fields.Char("Read As", readonly=True, copy=False)
    sheet_names = fields.Char("Sheets", readonly=True, copy=False)
    new_count = fields.Integer("New", compute='_compute_counts')
    changed_count = fields.Integer("Changed", compute='_compute_counts')
    unchanged_count = fields.Integer("Unchanged", compute='_compute_counts')
    rejected_count = fields.Integer("Rejected", compute='_compute_counts')
    remark_count = fields.Integer("With Remarks", compute='_compute_counts')
    created_count = fields.Integer("Created", compute='_compute_counts')
    updated_count = fields.Integer("Updated", compute='_compute_counts')
    todo_count = fields.Integer("To Write", compute='_compute_counts')

    @api.depends('state', 'row_ids.category', 'row_ids.result')
    def _compute_counts(self):
        """All counters in one statement, each from the domain that also opens its list."""
        self.check_access('read')
        rows = self._get_row_model()
        conditions = self._get_row_conditions()
        counters = SQL(', ').join(
            SQL("count(*) FILTER (WHERE %s)", rows._search(domain, bypass_access=True).where_clause or SQL("TRUE"))
            for domain in conditions.values()
        )
        found = {
            job_id: counts
            for job_id, *counts in self.env.execute_query(
                SQL(
                    "SELECT import_id, %s FROM %s WHERE import_id = ANY(%s) GROUP BY import_id",
                    counters,
                    SQL.identifier(rows._table),
                    self._origin.ids,
                )
            )
        }
        for job in self:
            job.update(dict(zip(conditions, found.get(job._origin.id, [0] * len(conditions)), strict=True)))

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
            'todo_count': self._get_row_model()._get_todo_domain(),
        }

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_import(self):
        """Start the import, or go on with it. The work is done by :meth:`action_import_step`."""
        self.ensure_one()
        if self.state == 'draft':
            raise UserError(self.env._("Open the preview first: it shows what the import would do."))
        self._check_start()
        self.state = 'importing' if self._count_todo() else 'done'
        return True

    def action_import_step(self):
        """Import the next rows, about two seconds' worth, in the caller's transaction.

        :return: ``{'done': int, 'remaining': int, 'busy': bool}``; call again while rows remain. `busy`: another import has its
            turn, nothing was done, try again in a moment.
        """
        self.ensure_one()
        self.check_access('write')
        self._check_write()
        if self.state != 'importing':
            return {'done': 0, 'remaining': 0, 'busy': False}
        if not self.try_lock_for_update() or not take_turn(self.env):
            return {'done': 0, 'remaining': self._count_todo(), 'busy': True}
        done, deadline = 0, time.monotonic() + STEP_SECONDS
        while rows := self._get_row_model().search(self._get_todo_domain(), order='line', limit=BATCH):
            rows._import()
            done += len(rows)
            if time.monotonic() > deadline:
                break
        else:
            done += self._import_rest()
        self.env.flush_all()
        self.invalidate_recordset()
        remaining = self._count_todo()
        if not remaining:
            self._finish()
        return {'done': done, 'remaining': remaining, 'busy': False}

    def action_open_rows(self):
        """Open the rows that a counter counts; the counter's name comes as context key `counter`."""
        self.ensure_one()
        counter, conditions = self.env.context.get('counter'), self._get_row_conditions()
        if counter not in conditions:
            raise UserError(self.env._("There is no counter “%(name)s”.", name=counter))
        return self.env['ir.actions.act_window']._for_xml_id(
            f'maßarbeit_outreach.{self._get_row_model()._name.replace(".", "_")}_action'
        ) | {'name': self._fields[counter]._description_string(self.env), 'domain': [('import_id', '=', self.id), *conditions[counter]]}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _get_row_model(self):
        return self.env[self._fields['row_ids'].comodel_name]

    def _get_columns(self):
        """The :class:`Columns` of the import."""
        raise NotImplementedError

    def _get_matcher(self):
        """A new :class:`RecordMatcher`, for one reading or one round."""
        raise NotImplementedError

    def _get_reader(self):
        return RecordReader(self)

    def _check_start(self):
        """Raise if the import cannot be started as it is."""

    def _check_write(self):
        """Raise if the user may not write what is imported, where not all rows would tell."""

    def _import_rest(self):
        """Do what is left when all rows are written; return how much was done."""
        return 0

    def _finish(self):
        self.state = 'done'

    def _get_todo_domain(self):
        return Domain('import_id', '=', self.id) & self._get_row_model()._get_todo_domain()

    def _count_todo(self):
        """How much the import still has to write."""
        return self._get_row_model().search_count(self._get_todo_domain())

    def _check_unread(self):
        if self.state in ('importing', 'done'):
            raise UserError(self.env._("This file is imported already; start a new import to read it again."))

    def _read_file(self, stream):
        """Read a file into rows, in the place of those of a former preview.

        :param stream: binary, seekable
        :return: values of the import. A file that cannot be read is no exception for the user: `problem` says why.
        """
        self.ensure_one()
        self._check_unread()
        self._drop_rows()
        reader = self._get_reader()
        try:
            self._open_file(reader, stream)
            with self.env.cr.savepoint():
                reader.stage()
        except FileProblem as problem:
            return {'state': 'draft', 'problem': self._get_file_problem_text(problem)}
        finally:
            self._get_row_model().invalidate_model()
            self.invalidate_recordset()
        return {'state': 'preview', 'problem': False, **self._prepare_read_values(reader)}

    def _open_file(self, reader, stream):
        """What becomes known of the file here stays, even if its rows cannot be read."""
        reader.open(stream)
        self._tell_reading(reader.table)

    def _tell_reading(self, table, details=''):
        """Say as what a table was read."""
        parts = [table.kind.upper(), details]
        if table.sheets:
            parts.append(self.env._("sheet “%(name)s”", name=table.sheets[table.sheet]))
        parts.append(self.env._("headings in line %(line)s", line=table.header_line))
        sheets = table.sheets if len(table.sheets) > 1 else ()
        self.write(
            {
                'detected': ' · '.join(filter(None, parts)),
                'sheet_names': ', '.join(f'{number} {name}' for number, name in enumerate(sheets, start=1)) or False,
            }
        )

    def _prepare_read_values(self, reader):
        return {}

    def _get_file_problem_text(self, problem):
        """Why a file cannot be used."""
        if problem.code == 'no_required_column':
            return self.env._(self._get_columns().missing)
        return file_problem_text(self.env, problem)

    def _get_row_problem_text(self, problem, is_rejected):
        """What is wrong with a row, in plain words; if it goes in, also what becomes of the cell."""
        text = row_problem_text(self.env, problem, self._get_columns(), self._get_column_label, self._get_problem_texts(problem))
        if is_rejected or problem.code in self._told_remarks:
            return text
        return self.env._("%(reason)s The cell is left out.", reason=text)

    def _get_problem_texts(self, problem):
        """``{code: callable}`` for the words of what only this import finds."""
        return {}

    def _get_column_label(self, target):
        """What people call a column."""
        columns = self._get_columns()
        column = columns.get(target)
        if column and column.label:
            return self.env._(column.label)
        return self._get_matcher().get_label(columns.get_field(target))

    def _drop_rows(self):
        """Forget the rows of a former preview. One statement: through the ORM 50,000 rows take a minute."""
        rows = self._get_row_model()
        rows.flush_model()
        self.env.cr.execute(SQL("DELETE FROM %s WHERE import_id = ANY(%s)", SQL.identifier(rows._table), self.ids))
        rows.invalidate_model()
        self.invalidate_recordset()


class OutreachRecordImportRowMixin(models.AbstractModel):
    """A row of the file: what it is, what would change, what was done. Written by code only."""

    _name = 'outreach.record.import.row.mixin'
    _description = "Row of an Import of Records"

    line = fields.Integer(readonly=True, help="Line in the file, counted from 1 with the header", aggregator=None)
    category = fields.Selection(
        [('new', "New"), ('changed', "Changed"), ('unchanged', "Unchanged"), ('rejected', "Rejected")], readonly=True
    )
    reason = fields.Text(readonly=True)
    changes = fields.Text(readonly=True, help="What would be changed in the record that exists")
    result = fields.Selection(
        [('created', "Created"), ('updated', "Updated"), ('unchanged', "Unchanged"), ('failed', "Failed")], readonly=True
    )
    vals = fields.Json(readonly=True, export_string_translation=False)

    @api.model
    def _get_todo_domain(self):
        """Rows that the import still has to write."""
        return Domain('category', 'in', ('new', 'changed')) & Domain('result', '=', False)

    def _import(self):
        """Write one round of rows.

        Each row is looked up again first, as the preview may be old. Should the round fail as a whole, its rows are tried one by
        one, so that one record with a problem keeps no other out.
        """
        try:
            with self.env.cr.savepoint():
                self._import_round()
                self.env.flush_all()
        except OperationalError:
            raise  # a conflict with another transaction: the server repeats the request
        except (UserError, DatabaseError, ValueError) as error:
            self.env.invalidate_all(flush=False)
            if len(self) == 1:
                self._store([{'id': self.id, **self._prepare_failure_values(error)}])
                return
            _logger.info("%s: round of %s rows failed, trying them one by one: %s", self._name, len(self), self._tell_error(error))
            for row in self:
                row._import()

    def _tell_error(self, error):
        """An error as the log may have it: what the database says quotes values of the row."""
        if isinstance(error, DatabaseError):
            diag = error.diag
            return ' '.join(filter(None, (type(error).__name__, diag.table_name, diag.constraint_name or diag.column_name)))
        return type(error).__name__ if self.import_id._get_columns().is_private else f'{type(error).__name__}: {error}'

    def _prepare_failure_values(self, error):
        """What becomes of a row that cannot be written; what is no wish of a user is logged."""
        if isinstance(error, UserError):
            reason = error.args[0]
        elif isinstance(error, DatabaseError):
            reason = self.env._("The database refused the row: %(error)s", error=self._tell_error(error))
            _logger.warning("%s: line %s refused: %s", self._name, self.line, self._tell_error(error))
        else:
            # an error in this program, which must not pass unseen
            reason = self._tell_error(error)
            _logger.error("%s: line %s failed: %s\n%s", self._name, self.line, reason, ''.join(traceback.format_tb(error.__traceback__)))
        return {'result': 'failed', 'category': 'rejected', 'reason': reason}

    def _import_round(self):
        matcher = self.import_id._get_matcher()
        found = matcher.find({row.vals[matcher.key] for row in self})
        changes, new, results = [], [], []
        for row in self:
            if record := found.get(row.vals[matcher.key]):
                if change := matcher.get_difference(row.vals, record):
                    changes.append((record, change, row))
                results.append({'id': row.id, 'result': 'updated' if change else 'unchanged'})
            else:
                new.append(row)
                results.append({'id': row.id, 'result': 'created'})
        if changes:
            matcher.update(changes)
        if new:
            matcher.insert([row.vals for row in new])
        self._store(results)

    @api.model
    def _store(self, results):
        """Store what became of rows: dicts of `id` and values; what a dict lacks stays, a reason is added to the one that is there."""
        self.flush_model()
        names = dict.fromkeys(name for result in results for name in result if name != 'id')
        values = SQL(', ').join(
            SQL("reason = NULLIF(concat_ws(E'\\n', NULLIF(r.reason, ''), u.vals ->> 'reason'), '')")
            if name == 'reason'
            else SQL(
                "%(column)s = CASE WHEN jsonb_exists(u.vals, %(name)s) THEN (u.vals ->> %(name)s)::%(type)s ELSE r.%(column)s END",
                column=SQL.identifier(name),
                name=name,
                type=SQL(self._fields[name].column_type[1]),
            )
            for name in names
        )
        self.env.cr.execute(
            SQL(
                "UPDATE %s r SET %s FROM (SELECT (vals ->> 'id')::int AS id, vals FROM jsonb_array_elements(%s) AS vals) u"
                " WHERE r.id = u.id",
                SQL.identifier(self._table),
                values,
                json.dumps(results),
            )
        )
        self.invalidate_model()
