import json
import logging

from psycopg2 import Error as DatabaseError
from psycopg2.errors import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import company_names
from .outreach_company_import_match import WRITABLE, CompanyMatcher
from .outreach_company_import_writer import CompanyWriter

_logger = logging.getLogger(__name__)


class OutreachCompanyImportRow(models.Model):
    """A row of the file: what it is, what is to be done with it, what was done.

    Written by SQL in batches while the file is read; a user changes nothing but the decision.
    """

    _name = 'outreach.company.import.row'
    _description = "Row of a Company Import"
    _order = 'import_id, line'
    _log_access = False

    import_id = fields.Many2one('outreach.company.import', required=True, readonly=True, ondelete='cascade')
    line = fields.Integer(
        readonly=True, help="Line in the file, counted from 1 with the header", aggregator=None
    )
    name = fields.Char(readonly=True)
    category = fields.Selection(
        [
            ('new', "New"),
            ('changed', "Changed"),
            ('unchanged', "Unchanged"),
            ('duplicate', "Possible duplicate"),
            ('rejected', "Rejected"),
        ],
        readonly=True,
    )
    column_names = fields.Char("Column", readonly=True)
    reason = fields.Text(readonly=True)
    changes = fields.Text(readonly=True, help="What would be changed in the company that exists")
    partner_id = fields.Many2one(
        'res.partner', "Company", readonly=True, ondelete='set null', index='btree_not_null'
    )
    match_line = fields.Integer("Same as Line", readonly=True, aggregator=None)
    decision = fields.Selection(
        [
            ('skip', "Leave out"),
            ('link', "Write to the company found"),
            ('create', "Create a new company"),
        ],
        help="For possible duplicates: what the import is to do",
    )
    activity = fields.Selection(
        [('archive', "Archives"), ('reactivate', "Makes active again")], readonly=True
    )
    has_remark = fields.Boolean("Remark", readonly=True, help="A cell of this row is left out")
    result = fields.Selection(
        [
            ('created', "Created"),
            ('updated', "Updated"),
            ('unchanged', "Unchanged"),
            ('held', "Held back"),
            ('failed', "Failed"),
        ],
        readonly=True,
    )
    vals = fields.Json(readonly=True, export_string_translation=False)
    cells = fields.Json(readonly=True, export_string_translation=False)
    place = fields.Char(readonly=True, export_string_translation=False)
    register_key = fields.Char("Register Entry", readonly=True)
    vat = fields.Char("VAT", readonly=True)

    _line_idx = models.Index('(import_id, line)')
    _category_idx = models.Index('(import_id, category)')
    _register_key_idx = models.Index('(import_id, register_key) WHERE register_key IS NOT NULL')
    _vat_idx = models.Index('(import_id, vat) WHERE vat IS NOT NULL')

    # CRUD

    def write(self, vals):
        """Only the decision, and only while it can still be carried out."""
        if not self.env.su and vals.keys() - {'decision'}:
            raise AccessError(self.env._("Of a row of an import only the decision can be changed."))
        if 'decision' in vals:
            self._check_decision(vals['decision'])
        return super().write(vals)

    def _check_decision(self, decision):
        for row in self:
            if row.category != 'duplicate' or row.result in ('created', 'updated'):
                raise UserError(self.env._("Line %(line)s is not waiting for a decision.", line=row.line))
            if decision == 'link' and not row.partner_id:
                raise UserError(
                    self.env._(
                        "Line %(line)s resembles another line of the file, not a company that exists: leave"
                        " it out or create it.",
                        line=row.line,
                    )
                )

    # actions

    def action_decide_create(self):
        """Create these rows in spite of the resemblance."""
        self.decision = 'create'

    def action_decide_link(self):
        """Write these rows to the companies found."""
        self.decision = 'link'

    def action_decide_skip(self):
        """Leave these rows out."""
        self.decision = 'skip'

    # business

    @api.model
    def _get_todo_domain(self):
        """Rows that the import still has to write."""
        return Domain('result', 'in', (False, 'held')) & (
            Domain('category', 'in', ('new', 'changed'))
            | Domain('category', '=', 'duplicate') & Domain('decision', 'in', ('link', 'create'))
        )

    @api.model
    def _next_todo(self, job, limit):
        return self.search(
            Domain('import_id', '=', job.id) & self._get_todo_domain(), order='line', limit=limit
        )

    def _import(self):
        """Write one round of rows.

        Each row is looked up again first, as the preview may be old. Should the round fail as a whole, its
        rows are tried one by one, so that one company with a problem keeps no other out.
        """
        try:
            with self.env.cr.savepoint():
                self._import_round()
        except OperationalError:
            raise  # a conflict with another transaction: the server repeats the request
        except (UserError, DatabaseError, ValueError) as error:
            self.env.invalidate_all(flush=False)
            if len(self) == 1:
                self._store_failure(error)
                return
            _logger.info(
                "Company import: round of %s rows failed, trying them one by one: %s", len(self), error
            )
            for row in self:
                row._import()

    def _store_failure(self, error):
        if isinstance(error, UserError):
            reason = error.args[0]
        elif isinstance(error, DatabaseError):
            reason = self.env._("The database refused the row.")
            _logger.warning("Company import: line %s refused: %s", self.line, error)
        else:
            # no wish of a user leads here: an error in this program, which must not pass unseen
            reason = str(error)
            _logger.error("Company import: line %s failed", self.line, exc_info=error)
        self._store(
            [
                {
                    'id': self.id,
                    'result': 'failed',
                    'category': 'rejected',
                    'reason': reason,
                    'partner_id': None,
                }
            ]
        )

    def _import_round(self):
        job = self.import_id
        matcher = CompanyMatcher(self.env, job)
        self.env.cr.execute(
            SQL(
                "SELECT id, line, category, decision, partner_id, place, vals FROM"
                " outreach_company_import_row"
                " WHERE id = ANY(%s) ORDER BY line",
                self.ids,
            )
        )
        keys = ('id', 'line', 'category', 'decision', 'partner_id', 'place', 'vals')
        rows = [dict(zip(keys, row, strict=True)) for row in self.env.cr.fetchall()]
        for row in rows:
            row['vals'] = {name: value for name, value in row['vals'].items() if name in WRITABLE}
            row['key'] = tuple(
                row['vals'].get(f'outreach_register_{part}') for part in ('court', 'kind', 'number')
            )
        by_entry = matcher.by_entry({row['key'] for row in rows if row['key'][2]})
        found_later = self._find_created_since_preview(matcher, rows)
        results, create, update = [], [], []
        for row in rows:
            if row['decision'] == 'link':
                target = row['partner_id']
            elif row['decision'] == 'create':
                target = None
            elif row['key'][2]:
                partners = by_entry.get(row['key'], ())
                # a preview may be old: the company may have been created, merged or deleted since
                target = partners[0] if partners else None
            else:
                target = None
                if later := found_later.get(row['id']):
                    results.append(
                        {
                            'id': row['id'],
                            'category': 'duplicate',
                            'decision': 'skip',
                            'result': 'held',
                            'partner_id': later[0],
                            'reason': matcher.duplicate_reason(later[1]),
                        }
                    )
                    continue
            if target:
                update.append((row, target))
            else:
                create.append(row)
        writer = CompanyWriter(self.env, job)
        current = matcher.current({target for _row, target in update})
        differences = []
        for row, target in update:
            if target not in current:
                raise UserError(self.env._("The company found in the preview does not exist any more."))
            difference = matcher.difference(row['vals'], current[target])
            results.append(
                {'id': row['id'], 'result': 'updated' if difference else 'unchanged', 'partner_id': target}
            )
            if difference:
                differences.append(
                    (target, difference, matcher.describe(difference, current[target]), row['line'])
                )
        writer.update(differences)
        for row, partner_id in zip(create, writer.insert([row['vals'] for row in create]), strict=True):
            results.append({'id': row['id'], 'result': 'created', 'partner_id': partner_id})
        self._store(results)

    def _find_created_since_preview(self, matcher, rows):
        """Rows without register entry whose company somebody created after the preview: row id -> (company,
        how).

        An hour of tolerance, since a creation is dated by the start of its transaction; what this import
        created itself does not count.
        """
        rows = [row for row in rows if row['category'] == 'new' and not row['key'][2]]
        if not rows:
            return {}
        job = self.import_id
        since = SQL(
            "p.create_date >= %s - interval '1 hour' AND NOT EXISTS ("
            "SELECT 1 FROM outreach_company_import_row own WHERE own.import_id = %s AND own.partner_id ="
            " p.id AND own.result = 'created')",
            job.previewed_at,
            job.id,
        )
        numbers = matcher.by_number(
            [row['vals']['vat'] for row in rows if 'vat' in row['vals']],
            [
                row['vals']['outreach_betriebsnummer']
                for row in rows
                if 'outreach_betriebsnummer' in row['vals']
            ],
            since,
        )
        companies = matcher.companies_in({row['place'] for row in rows if row['place']}, extra=since)
        index = company_names.NameIndex((key[0], place, name) for place, name, key in companies)
        found = {}
        for row in rows:
            if hit := numbers.get(row['vals'].get('vat')):
                found[row['id']] = (hit[0], 'vat')
            elif hit := numbers.get(row['vals'].get('outreach_betriebsnummer')):
                found[row['id']] = (hit[0], 'betriebsnummer')
            elif near := index.find(row['place'], row['vals']['name']):
                found[row['id']] = (near[0][0], 'name')
        return found

    @api.model
    def _store(self, results):
        """Store what became of rows; keys that are missing keep their value."""
        self.env.cr.execute(
            SQL(
                "UPDATE outreach_company_import_row row SET result = u.result, partner_id = u.partner_id,"
                " category = COALESCE(u.category, row.category), decision = COALESCE(u.decision,"
                " row.decision),"
                " reason = NULLIF(concat_ws(E'\\n', row.reason, u.reason), '')"
                " FROM jsonb_to_recordset(%s) AS u(id int, result text, partner_id int, category text,"
                " decision text, reason text)"
                " WHERE row.id = u.id",
                json.dumps(results),
            )
        )
        self.invalidate_model()
