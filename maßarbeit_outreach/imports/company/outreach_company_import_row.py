from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.company import company_names
from .outreach_company_import_match import WRITABLE


class OutreachCompanyImportRow(models.Model):
    """A row of the file: what it is, what is to be done with it, what was done.

    Written by SQL in batches while the file is read; a user changes nothing but the decision.
    """

    _name = 'outreach.company.import.row'
    _description = "Row of a Company Import"
    _inherit = ['outreach.record.import.row.mixin']
    _order = 'import_id, line'
    _log_access = False

    import_id = fields.Many2one('outreach.company.import', required=True, readonly=True, ondelete='cascade')
    name = fields.Char(readonly=True)
    category = fields.Selection(selection_add=[('duplicate', "Possible duplicate"), ('rejected',)])
    column_names = fields.Char("Column", readonly=True)
    partner_id = fields.Many2one('res.partner', "Company", readonly=True, ondelete='set null', index='btree_not_null')
    match_line = fields.Integer("Same as Line", readonly=True, aggregator=None)
    decision = fields.Selection(
        [
            ('skip', "Leave out"),
            ('link', "Write to the company found"),
            ('site', "Add as a site of the company found"),
            ('create', "Create a new company"),
        ],
        help="For possible duplicates: what the import is to do",
    )
    activity = fields.Selection([('archive', "Archives"), ('reactivate', "Makes active again")], "Archiving", readonly=True)
    has_remark = fields.Boolean("Remark", readonly=True, help="A cell of this row is left out")
    result = fields.Selection(selection_add=[('held', "Held back"), ('failed',)])
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
            if decision == 'site' and not (row.partner_id or row.match_line):
                raise UserError(self.env._("Line %(line)s resembles no company to which a site could be added.", line=row.line))
            if decision == 'link' and not row.partner_id:
                raise UserError(
                    self.env._(
                        "Line %(line)s resembles another line of the file, not a company that exists: leave it out or create it.",
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

    def action_decide_site(self):
        """Add these rows as sites of the companies found."""
        self.decision = 'site'

    def action_decide_skip(self):
        """Leave these rows out."""
        self.decision = 'skip'

    # business

    @api.model
    def _get_todo_domain(self):
        """Rows that the import still has to write."""
        return Domain('result', 'in', (False, 'held')) & (
            Domain('category', 'in', ('new', 'changed'))
            | Domain('category', '=', 'duplicate') & Domain('decision', 'in', ('link', 'site', 'create'))
        )

    def _prepare_failure_values(self, error):
        return {**super()._prepare_failure_values(error), 'partner_id': None}

    def _import_round(self):
        matcher = self.import_id._get_matcher()
        self.env.cr.execute(
            SQL(
                "SELECT id, line, category, decision, partner_id, match_line, place, vals FROM"
                " outreach_company_import_row"
                " WHERE id = ANY(%s) ORDER BY line",
                self.ids,
            )
        )
        keys = ('id', 'line', 'category', 'decision', 'partner_id', 'match_line', 'place', 'vals')
        rows = [dict(zip(keys, row, strict=True)) for row in self.env.cr.fetchall()]
        for row in rows:
            row['vals'] = {name: value for name, value in row['vals'].items() if name in WRITABLE}
            row['key'] = tuple(row['vals'].get(f'outreach_register_{part}') for part in ('court', 'kind', 'number'))
        by_entry = matcher.by_entry({row['key'] for row in rows if row['key'][2]})
        found_later = self._find_created_since_preview(matcher, rows)
        results, create, update, sites = [], [], [], []
        for row in rows:
            if row['decision'] == 'link':
                update.append((row, row['partner_id']))
                continue
            if row['decision'] == 'site':
                sites.append(row)
                continue
            # a preview may be old: the company may have been created, merged or deleted since
            target, how = None, None
            if row['decision'] != 'create' and (partners := by_entry.get(row['key'])):
                target, how = matcher.find_establishment(row['vals'], partners)
            elif row['decision'] != 'create':
                target, how = found_later.get(row['id'], (None, None))
            if target and how != 'entry':
                results.append(self._prepare_held_values(row, matcher.duplicate_reason(how), target))
            elif target:
                update.append((row, target))
            else:
                create.append(row)
        current = matcher.current({target for _row, target in update})
        changes = []
        for row, target in update:
            if target not in current:
                raise UserError(self.env._("The company found in the preview does not exist any more."))
            change = matcher.compare(row['vals'], current[target])
            results.append({'id': row['id'], 'result': 'updated' if change else 'unchanged', 'partner_id': target})
            if change:
                row['changes'] = matcher.describe(change, current[target])
                changes.append((matcher.records.browse(target), change, row))
        if changes:
            matcher.update(changes)
        if create:
            for row, partner_id in zip(create, matcher.insert([row['vals'] for row in create]), strict=True):
                results.append({'id': row['id'], 'result': 'created', 'partner_id': partner_id})
        if results:
            self._store(results)
        if sites:
            self._store(self._import_sites(matcher, sites))

    def _import_sites(self, matcher, rows):
        """Create sites below the companies found, or below those that other lines of the file became."""
        self.env.cr.execute(
            SQL(
                "SELECT line, partner_id FROM outreach_company_import_row WHERE import_id = %s AND line = ANY(%s)"
                " AND (result IN ('created', 'updated', 'unchanged') OR category = 'unchanged')",
                self.import_id.id,
                [row['match_line'] for row in rows if row['match_line']],
            )
        )
        of_line = dict(self.env.cr.fetchall())
        found = {row['id']: row['partner_id'] or of_line.get(row['match_line']) for row in rows}
        companies = {
            partner.id: partner.commercial_partner_id.id for partner in matcher.records.browse(filter(None, found.values())).exists()
        }
        results = [
            self._prepare_held_values(
                row,
                self.env._("The company of this site is not there: import line %(line)s first, then decide again.", line=row['match_line']),
            )
            for row in rows
            if found[row['id']] not in companies
        ]
        rows = [row for row in rows if found[row['id']] in companies]
        ids = matcher.insert_sites([(row['vals'], companies[found[row['id']]]) for row in rows]) if rows else []
        return results + [
            {'id': row['id'], 'result': 'created', 'partner_id': partner_id} for row, partner_id in zip(rows, ids, strict=True)
        ]

    def _prepare_held_values(self, row, reason, target=None):
        """What becomes of a row about which somebody has to decide (again)."""
        held = {'id': row['id'], 'category': 'duplicate', 'decision': 'skip', 'result': 'held', 'reason': reason}
        return {**held, 'partner_id': target} if target else held

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
        numbers = matcher.by_number(rows, since)
        companies = matcher.companies_in({row['place'] for row in rows if row['place']}, extra=since)
        index = company_names.NameIndex((key[0], place, name) for place, name, key in companies)
        found = {}
        for row in rows:
            if hit := matcher.find_number(numbers, row['vals']):
                (partner_id, __), how = hit
                found[row['id']] = (partner_id, how)
            elif near := index.find(row['place'], row['vals']['name']):
                found[row['id']] = (near[0][0], 'name')
        return found
