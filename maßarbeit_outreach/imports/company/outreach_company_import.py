import base64
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ...tools.company.company_columns import COLUMNS
from ...tools.files import company_file
from ..import_file import open_attachment
from .outreach_company_import_match import CompanyMatcher
from .outreach_company_import_reader import CompanyFileReader

KEEP_DAYS = 30


class OutreachCompanyImport(models.Model):
    """Import of a company register.

    A stored record, not a dialog: a preview of 50,000 rows must survive a closed browser, and an
    interrupted import goes on where it stopped. Between preview and import a user decides on possible duplicates, row by row;
    without a decision they are left out.

    Everybody sees only the own imports (record rule): the file may hold what others must not read.
    """

    _name = 'outreach.company.import'
    _description = "Company Import"
    _inherit = ['outreach.record.import.mixin']
    _order = 'id desc'

    name = fields.Char("File Name", compute='_compute_name', store=True, readonly=False, precompute=True)
    file = fields.Binary(attachment=True, required=True, copy=False)
    # how the file is read
    encoding = fields.Selection([(name, name) for name in company_file.ENCODINGS], help="Empty: found out from the file")
    delimiter = fields.Selection(
        [(';', "Semicolon"), (',', "Comma"), ('\t', "Tabulator"), ('|', "Vertical bar")], help="Empty: found out from the file"
    )
    column_ids = fields.One2many('outreach.company.import.column', 'import_id', "Columns", copy=False)
    ignored_columns = fields.Char("Columns Not Imported", compute='_compute_ignored_columns')
    read_as = fields.Char("Reading Signature", readonly=True, copy=False, export_string_translation=False)
    previewed_at = fields.Datetime(readonly=True, copy=False)

    # result
    row_ids = fields.One2many('outreach.company.import.row', 'import_id', "Rows", readonly=True, copy=False)
    row_count = fields.Integer("All Rows", compute='_compute_counts')
    duplicate_count = fields.Integer("Possible Duplicates", compute='_compute_counts')
    archive_count = fields.Integer("To Archive", compute='_compute_counts')
    reactivate_count = fields.Integer("To Reactivate", compute='_compute_counts')
    to_assign_count = fields.Integer("Municipality to Be Assigned", compute='_compute_to_assign_count')
    rejected_file = fields.Binary("Rejected Rows", compute='_compute_rejected_file')
    rejected_file_name = fields.Char(compute='_compute_rejected_file_name', export_string_translation=False)

    @api.depends('file_name')
    def _compute_name(self):
        for job in self:
            job.name = job.file_name or job.name or self.env._("Company import")

    @api.depends('row_ids.decision')
    def _compute_counts(self):
        return super()._compute_counts()

    @api.model
    def _get_row_conditions(self):
        return {
            **super()._get_row_conditions(),
            'row_count': [],
            'duplicate_count': [('category', '=', 'duplicate')],
            'remark_count': [('has_remark', '=', True)],
            'archive_count': [('activity', '=', 'archive')],
            'reactivate_count': [('activity', '=', 'reactivate')],
        }

    @api.depends('state', 'row_ids.result')
    def _compute_to_assign_count(self):
        for job in self:
            job.to_assign_count = (
                self.env['res.partner'].with_context(active_test=False).search_count(job._get_to_assign_domain())
                if job.state in ('importing', 'done')
                else 0
            )

    def _get_to_assign_domain(self):
        rows = self.env['outreach.company.import.row']._search(
            [('import_id', 'in', self._origin.ids), ('result', 'in', ('created', 'updated'))]
        )
        return [('id', 'in', rows.subselect('partner_id')), ('outreach_municipality_status', '=', 'to_assign')]

    @api.depends('column_ids.target')
    def _compute_ignored_columns(self):
        for job in self:
            job.ignored_columns = ', '.join(job.column_ids.filtered(lambda column: not column.target).mapped('header'))

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
        if vals.keys() & {'file', 'encoding', 'delimiter', 'header_line', 'sheet', 'column_ids'} and not self.env.context.get(
            'company_import_read'
        ):
            void = self.filtered(lambda job: job.state != 'draft')
            if started := void.filtered(lambda job: job.state != 'preview'):
                raise UserError(
                    self.env._("“%(name)s” is being imported already; start a new import for another file.", name=started[0].name)
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
        self.check_access('write')
        job = self.with_context(company_import_read=True)
        upload = (
            self.env['ir.attachment']
            .sudo()
            .search([('res_model', '=', self._name), ('res_field', '=', 'file'), ('res_id', '=', self.id)], limit=1)
        )
        with open_attachment(upload) as stream:
            job.write(job._read_file(stream))
        return True

    def action_open_rows(self):
        counter = self.env.context.get('counter', 'row_count')
        return super(OutreachCompanyImport, self.with_context(counter=counter)).action_open_rows() | {
            'context': {'hide_decision': counter not in ('duplicate_count', 'row_count')}
        }

    def action_open_companies(self):
        """Open the companies that this import created or updated."""
        self.ensure_one()
        rows = self.env['outreach.company.import.row']._search([('import_id', '=', self.id), ('result', 'in', ('created', 'updated'))])
        return self._open_partners(self.env._("Imported Companies"), [('id', 'in', rows.subselect('partner_id'))])

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
            'url': f'/web/content/{self._name}/{self.id}/rejected_file?filename_field=rejected_file_name&download=true',
            'target': 'self',
        }

    def action_new(self):
        """Open an empty import."""
        return {'type': 'ir.actions.act_window', 'res_model': self._name, 'view_mode': 'form', 'views': [(False, 'form')]}

    # business

    def _get_columns(self):
        return COLUMNS

    def _get_matcher(self):
        return CompanyMatcher(self.env, self)

    def _get_reader(self):
        return CompanyFileReader(self)

    def _open_file(self, reader, stream):
        reader.open(stream, self.encoding, self.delimiter)
        table = reader.table
        if table.kind == 'csv':
            names = dict(self._fields['delimiter']._description_selection(self.env))
            details, signature = f"{table.encoding} · {names.get(table.delimiter, table.delimiter)}", f"{table.encoding}{table.delimiter}"
        else:
            details, signature = '', table.kind.upper()
        self._tell_reading(table, details)
        self._set_columns(table, json.dumps([signature, table.headers]))

    def _prepare_read_values(self, reader):
        return {'previewed_at': fields.Datetime.now()}

    def _get_problem_texts(self, problem):
        value = problem.value
        return {
            'name_missing': lambda: self.env._("The name is missing."),
            'name_long': lambda: self.env._("The name has more than 250 characters."),
            'too_long': lambda: self.env._("The text is too long."),
            'register_court': lambda: self.env._("The register court is missing: the number alone says nothing."),
            'register_kind': lambda: self.env._("The register kind must be HRA, HRB, GnR, VR, PR or GsR, not “%(value)s”.", value=value),
            'register_number': lambda: self.env._("“%(value)s” is not a register number.", value=value),
            'register_court_mismatch': lambda: self.env._("The register court in the entry differs from the one in its own column."),
            'register_kind_mismatch': lambda: self.env._("The register kind in the number differs from the one in its own column."),
            'register_format': lambda: self.env._("“%(value)s” is not a register entry such as “Osnabrück HRB 1234”.", value=value),
            'industry_unknown': lambda: self.env._("The industry code “%(value)s” is not in the catalogue.", value=value),
            'same_in_file': lambda: self.env._("The same register entry is in line %(line)s already.", line=value),
        }

    def _set_columns(self, table, signature):
        """Show which column is what. A mapping that the user corrected stays while the file is read the
        same way."""
        if self.read_as == signature and self.column_ids:
            return
        mapping, __ = COLUMNS.find(table.headers)
        sample = [row.cells for row in table.sample if not row.error]
        self.write(
            {
                'read_as': signature,
                'column_ids': [Command.clear()]
                + [
                    Command.create(
                        {
                            'sequence': index,
                            'header': header,
                            'sample': ' · '.join(filter(None, (row[index].strip() for row in sample if index < len(row))))[:200],
                            'target': mapping.get(index, False),
                        }
                    )
                    for index, header in enumerate(table.headers)
                    if header
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
                    self.env._("Two columns are chosen for “%(target)s”; keep one of them.", target=self._get_column_label(column.target))
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
