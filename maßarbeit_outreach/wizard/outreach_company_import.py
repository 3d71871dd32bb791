import base64
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..tools import company_columns, company_file
from .outreach_company_import_reader import CompanyFileReader
from .outreach_company_import_text import file_problem_text
from .outreach_import_turn import take_turn

# Rows per round: queries are counted per round, memory is that of one round.
BATCH = 1000
# A step is one transaction and one request: long enough to be efficient, short enough for a moving progress
# bar.
STEP_SECONDS = 2.0
KEEP_DAYS = 30


class OutreachCompanyImport(models.Model):
    """Import of a company register: one uploaded file, what it would do, and what it did.

    A stored record, not a dialog: a preview of 50,000 rows must survive a closed browser, and an
    interrupted import goes on where it stopped.

    1. *Preview* (:meth:`action_preview`): the file is read as a stream; each row becomes an
       ``outreach.company.import.row`` with its category (new, changed, unchanged, duplicate, rejected).
       Companies are not touched. All or nothing: a file that cannot be read leaves only the reason why.
    2. *Decision*: possible duplicates are skipped unless the user says otherwise, row by row.
    3. *Import* (:meth:`action_import`, then :meth:`action_import_step` until it answers ``remaining: 0``):
       rounds of rows; each step is one transaction. The rows themselves know what is done, so that a broken
       step is repeated and nothing is done twice.

    Two imports at the same time take turns (:func:`take_turn`), and every round looks its rows up again:
    who comes second finds the companies of the first.

    Everybody sees only the own imports (record rule): the file may hold what others must not read.
    """

    _name = 'outreach.company.import'
    _description = "Company Import"
    _order = 'id desc'

    name = fields.Char("File Name", compute='_compute_name', store=True, readonly=False, precompute=True)
    file = fields.Binary(attachment=True, required=True, copy=False)
    file_name = fields.Char("Uploaded As")
    state = fields.Selection(
        [
            ('draft', "File"),
            ('preview', "Preview"),
            ('importing', "Importing"),
            ('done', "Imported"),
        ],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
    )

    # how the file is read
    encoding = fields.Selection(
        [(name, name) for name in company_file.ENCODINGS], help="Empty: found out from the file"
    )
    delimiter = fields.Selection(
        [
            (';', "Semicolon"),
            (',', "Comma"),
            ('\t', "Tabulator"),
            ('|', "Vertical bar"),
        ],
        help="Empty: found out from the file",
    )
    detected = fields.Char("Read As", readonly=True, copy=False)
    column_ids = fields.One2many('outreach.company.import.column', 'import_id', "Columns", copy=False)
    read_as = fields.Char("Reading Signature", readonly=True, copy=False, export_string_translation=False)
    problem = fields.Text(readonly=True, copy=False)
    previewed_at = fields.Datetime(readonly=True, copy=False)

    # result
    row_ids = fields.One2many('outreach.company.import.row', 'import_id', "Rows", readonly=True, copy=False)
    row_count = fields.Integer("All Rows", compute='_compute_counts')
    new_count = fields.Integer("New", compute='_compute_counts')
    changed_count = fields.Integer("Changed", compute='_compute_counts')
    unchanged_count = fields.Integer("Unchanged", compute='_compute_counts')
    duplicate_count = fields.Integer("Possible Duplicates", compute='_compute_counts')
    rejected_count = fields.Integer("Rejected", compute='_compute_counts')
    remark_count = fields.Integer("With Remarks", compute='_compute_counts')
    archive_count = fields.Integer("To Archive", compute='_compute_counts')
    reactivate_count = fields.Integer("To Reactivate", compute='_compute_counts')
    todo_count = fields.Integer("To Write", compute='_compute_counts')
    created_count = fields.Integer("Created", compute='_compute_counts')
    updated_count = fields.Integer("Updated", compute='_compute_counts')
    to_assign_count = fields.Integer("Municipality to Be Assigned", compute='_compute_to_assign_count')
    rejected_file = fields.Binary("Rejected Rows", compute='_compute_rejected_file')
    rejected_file_name = fields.Char(compute='_compute_rejected_file_name', export_string_translation=False)

    @api.depends('file_name')
    def _compute_name(self):
        for job in self:
            job.name = job.file_name or job.name or self.env._("Company import")

    @api.depends('state', 'row_ids.category', 'row_ids.decision', 'row_ids.result')
    def _compute_counts(self):
        """All counters in one statement, each from the domain that also opens its list."""
        self.check_access('read')
        rows = self.env['outreach.company.import.row']
        conditions = self._get_row_conditions()
        counters = SQL(', ').join(
            SQL(
                "count(*) FILTER (WHERE %s)",
                rows._search(domain, bypass_access=True).where_clause or SQL("TRUE"),
            )
            for domain in conditions.values()
        )
        found = {
            job_id: counts
            for job_id, *counts in self.env.execute_query(
                SQL(
                    "SELECT import_id, %s FROM outreach_company_import_row WHERE import_id = ANY(%s) GROUP"
                    " BY import_id",
                    counters,
                    self._origin.ids,
                )
            )
        }
        for job in self:
            job.update(dict(zip(conditions, found.get(job._origin.id, [0] * len(conditions)), strict=True)))

    @api.model
    def _get_row_conditions(self):
        """Each counter with the domain of the rows that it counts; it also feeds the list behind the
        number."""
        return {
            'row_count': [],
            'new_count': [('category', '=', 'new')],
            'changed_count': [('category', '=', 'changed')],
            'unchanged_count': [('category', '=', 'unchanged')],
            'duplicate_count': [('category', '=', 'duplicate')],
            'rejected_count': [('category', '=', 'rejected')],
            'remark_count': [('has_remark', '=', True)],
            'archive_count': [('activity', '=', 'archive')],
            'reactivate_count': [('activity', '=', 'reactivate')],
            'todo_count': self.env['outreach.company.import.row']._get_todo_domain(),
            'created_count': [('result', '=', 'created')],
            'updated_count': [('result', '=', 'updated')],
        }

    @api.depends('state', 'row_ids.result')
    def _compute_to_assign_count(self):
        for job in self:
            job.to_assign_count = (
                self.env['res.partner']
                .with_context(active_test=False)
                .search_count(job._get_to_assign_domain())
                if job.state in ('importing', 'done')
                else 0
            )

    def _get_to_assign_domain(self):
        rows = self.env['outreach.company.import.row']._search(
            [('import_id', 'in', self._origin.ids), ('result', 'in', ('created', 'updated'))]
        )
        return [
            ('id', 'in', rows.subselect('partner_id')),
            ('outreach_municipality_status', '=', 'to_assign'),
        ]

    def _compute_rejected_file(self):
        for job in self:
            job.rejected_file = job._get_rejected_csv() if job.rejected_count else False

    def _compute_rejected_file_name(self):
        for job in self:
            stem = (job.file_name or '').rpartition('.')[0] or 'companies'
            job.rejected_file_name = f"{stem}_rejected.csv"

    # CRUD

    def write(self, vals):
        # What the preview shows must be what is imported: another reading makes it void.
        void = self.browse()
        if vals.keys() & {'file', 'encoding', 'delimiter', 'column_ids'} and not self.env.context.get(
            'company_import_read'
        ):
            void = self.filtered(lambda job: job.state != 'draft')
            if started := void.filtered(lambda job: job.state != 'preview'):
                raise UserError(
                    self.env._(
                        "“%(name)s” is being imported already; start a new import for another file.",
                        name=started[0].name,
                    )
                )
        result = super().write(vals)
        if void:
            void._drop_rows()
            super(OutreachCompanyImport, void).write({'state': 'draft'})
        return result

    # actions

    def action_preview(self):
        """Read the file and sort its rows into categories; nothing but the import's own rows is written.

        A file that cannot be read is no exception for the user: `problem` says why.
        """
        self.ensure_one()
        if self.state in ('importing', 'done'):
            raise UserError(self.env._("This file is imported already; start a new import to read it again."))
        self.check_access('write')
        self._drop_rows()
        job = self.with_context(company_import_read=True)
        reader = CompanyFileReader(job)
        try:
            reader.open()
            with self.env.cr.savepoint():
                reader.stage()
        except company_file.FileProblem as problem:
            job.write({'state': 'draft', 'problem': file_problem_text(self.env, problem)})
        else:
            job.write({'state': 'preview', 'problem': False, 'previewed_at': fields.Datetime.now()})
        finally:
            reader.close()
        self.env['outreach.company.import.row'].invalidate_model()
        self.invalidate_recordset()
        return True

    def action_import(self):
        """Start the import, or go on with it. The work is done by :meth:`action_import_step`."""
        self.ensure_one()
        if self.state == 'draft':
            raise UserError(self.env._("Open the preview first: it shows what the import would do."))
        self.with_context(company_import_read=True).state = 'importing' if self.todo_count else 'done'
        return True

    def action_import_step(self):
        """Import the next rows, about two seconds' worth, in the caller's transaction.

        :return: ``{'done': int, 'remaining': int, 'busy': bool}``; call again while rows remain. `busy`:
            another import has its turn, nothing was done, try again in a moment.
        """
        self.ensure_one()
        self.check_access('write')
        if self.state != 'importing':
            return {'done': 0, 'remaining': 0, 'busy': False}
        if not self.try_lock_for_update() or not take_turn(self.env):
            return {'done': 0, 'remaining': self._count_todo(), 'busy': True}
        done, deadline = 0, time.monotonic() + STEP_SECONDS
        while rows := self.env['outreach.company.import.row']._next_todo(self, BATCH):
            rows._import()
            done += len(rows)
            if time.monotonic() > deadline:
                break
        self.env.flush_all()
        self.invalidate_recordset()
        remaining = self._count_todo()
        if not remaining:
            self.with_context(company_import_read=True).state = 'done'
        return {'done': done, 'remaining': remaining, 'busy': False}

    def _count_todo(self):
        rows = self.env['outreach.company.import.row']
        return rows.search_count(Domain('import_id', '=', self.id) & rows._get_todo_domain())

    def action_open_rows(self):
        """Open the rows that a counter counts; the counter's name comes as context key `counter`."""
        self.ensure_one()
        counter = self.env.context.get('counter', 'row_count')
        conditions = self._get_row_conditions()
        if counter not in conditions:
            raise UserError(self.env._("There is no counter “%(name)s”.", name=counter))
        action = self.env['ir.actions.act_window']._for_xml_id(
            'maßarbeit_outreach.outreach_company_import_row_action'
        )
        return action | {
            'name': self._fields[counter]._description_string(self.env),
            'domain': [('import_id', '=', self.id), *conditions[counter]],
            'context': {'hide_decision': counter not in ('duplicate_count', 'row_count')},
        }

    def action_open_companies(self):
        """Open the companies that this import created or updated."""
        self.ensure_one()
        rows = self.env['outreach.company.import.row']._search(
            [('import_id', '=', self.id), ('result', 'in', ('created', 'updated'))]
        )
        return self._open_partners(
            self.env._("Imported Companies"), [('id', 'in', rows.subselect('partner_id'))]
        )

    def action_open_to_assign(self):
        """Open the imported companies whose municipality a person has to choose."""
        self.ensure_one()
        return self._open_partners(self.env._("Municipality to Be Assigned"), self._get_to_assign_domain())

    def _open_partners(self, name, domain):
        partners = self.env['res.partner'].with_context(active_test=False)._search(domain)
        return {
            'type': 'ir.actions.act_window',
            'name': name,
            'res_model': 'res.partner',
            'view_mode': 'list,kanban,form',
            'domain': [('id', 'in', list(partners))],
            'context': {'active_test': False},
        }

    def action_download_rejected(self):
        """Download the rejected rows: the original columns and why each row was rejected."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_url',
            'url': f'/web/content/{self._name}/{self.id}/rejected_file'
            '?filename_field=rejected_file_name&download=true',
            'target': 'self',
        }

    def action_new(self):
        """Open an empty import."""
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    # business

    def _drop_rows(self):
        """Forget the rows of a former preview. One statement: through the ORM 50,000 rows take a minute."""
        self.env['outreach.company.import.row'].flush_model()
        self.env.cr.execute(
            SQL("DELETE FROM outreach_company_import_row WHERE import_id = ANY(%s)", self.ids)
        )
        self.env['outreach.company.import.row'].invalidate_model()
        self.invalidate_recordset()

    def _set_columns(self, headers, sample, signature):
        """Show which column is what. A mapping that the user corrected stays while the file is read the
        same way."""
        if self.read_as == signature and self.column_ids:
            return
        mapping = company_columns.suggest_mapping(headers)
        self.write(
            {
                'read_as': signature,
                'column_ids': [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                'sequence': index,
                                'header': header,
                                'sample': ' · '.join(
                                    filter(
                                        None,
                                        (row[index].strip() if index < len(row) else '' for row in sample),
                                    )
                                )[:200],
                                'target': mapping.get(index, False),
                            }
                        )
                        for index, header in enumerate(headers)
                        if header
                    ),
                ],
            }
        )

    def _get_mapping(self):
        """Column index -> target.

        :raises UserError: two columns for one target
        """
        mapping = {}
        for column in self.column_ids.filtered('target'):
            if column.target in mapping.values():
                raise UserError(
                    self.env._(
                        "Two columns are chosen for “%(target)s”; keep one of them.",
                        target=dict(
                            self.env['outreach.company.import.column']
                            ._fields['target']
                            ._description_selection(self.env)
                        )[column.target],
                    )
                )
            mapping[column.sequence] = column.target
        return mapping

    def _get_rejected_csv(self):
        columns = self.column_ids.sorted('sequence')
        self.env.cr.execute(
            SQL(
                "SELECT cells, line, column_names, reason FROM outreach_company_import_row"
                " WHERE import_id = %s AND category = 'rejected' ORDER BY line",
                self.id,
            )
        )
        extra = [self.env._("Line"), self.env._("Column"), self.env._("Reason")]

        def rows():
            yield [column.header for column in columns] + extra
            for cells, line, names, reason in self.env.cr.fetchall():
                original = [cells[c.sequence] if c.sequence < len(cells) else '' for c in columns]
                yield [*original, line, names or '', ' '.join((reason or '').split('\n'))]

        return base64.b64encode(company_file.write_csv(rows()))

    @api.autovacuum
    def _gc_imports(self):
        """Forget imports after a month: the file and its rows are no archive."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        old = self.search([('write_date', '<', limit)], limit=20)
        old._drop_rows()
        old.unlink()
        return len(old), self.search_count([('write_date', '<', limit)], limit=1)
