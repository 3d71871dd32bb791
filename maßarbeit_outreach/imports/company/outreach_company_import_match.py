"""Which company a row is: by register entry for certain, by VAT number, Betriebsnummer or name perhaps."""

import json
from collections import defaultdict

from markupsafe import Markup

from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...tools.company import company_names
from ...tools.company.company_columns import COLUMNS
from ...tools.company.register_entry import RegisterEntry, court_key
from ..record_matcher import QUIET, RecordMatcher

# What an import may write, and nothing else: the rows are stored between preview and import.
WRITABLE = (*dict.fromkeys(COLUMNS.get_field(column.target) for column in COLUMNS), 'outreach_company')
ANY = SQL("TRUE")
COMPANY = SQL("p.is_company AND p.parent_id IS NULL")


class CompanyMatcher(RecordMatcher):
    """Looks rows up among the companies. A constant number of queries per call.

    Companies of other organisations (``company_id``) are never matched: their existence is not to be told.
    """

    model = 'res.partner'
    quiet = {
        **QUIET,
        'no_vat_validation': True,
        # what `_load_records_create` does: a company without parent has nothing to sync
        '_partners_skip_fields_sync': True,
    }

    def __init__(self, env, job):
        super().__init__(env)
        self.job = job
        self.records.flush_model()
        self.visible = SQL("(p.company_id IS NULL OR p.company_id = ANY(%s))", env.companies.ids)

    def by_entry(self, keys):
        """(court, kind, number) -> ids of the companies with that register entry, however the court is spelled."""
        found = defaultdict(list)
        if keys:
            asked = defaultdict(list)
            for key in keys:
                asked[RegisterEntry(*key).key].append(key)
            self.env.cr.execute(
                SQL(
                    "SELECT p.outreach_register_court, p.outreach_register_kind, p.outreach_register_number, p.id"
                    "  FROM unnest(%s::text[], %s::text[]) AS k(kind, number)"
                    "  JOIN res_partner p ON p.outreach_register_number = k.number AND p.outreach_register_kind = k.kind"
                    " WHERE p.is_company AND %s ORDER BY p.active DESC, p.id",
                    *map(list, zip(*{(kind, number) for __, kind, number in asked}, strict=True)),
                    self.visible,
                )
            )
            for court, kind, number, partner_id in self.env.cr.fetchall():
                for key in asked.get(RegisterEntry(court or '', kind, number).key, ()):
                    found[key].append(partner_id)
        return found

    @staticmethod
    def compare(vals, current):
        """Another spelling of the same court is no difference."""
        change = RecordMatcher.compare(vals, current)
        courts = change.get('outreach_register_court'), current.get('outreach_register_court')
        if all(courts) and court_key(courts[0]) == court_key(courts[1]):
            del change['outreach_register_court']
        return change

    def by_number(self, vats, betriebsnummern, extra=ANY):
        """VAT number or Betriebsnummer -> (id, has a register entry); one statement for both."""
        found = {}
        if vats or betriebsnummern:
            spellings = [text for vat in vats for text in (vat, f"{vat[:2]} {vat[2:]}", vat.removeprefix('DE'))]
            self.env.cr.execute(
                SQL(
                    "SELECT p.vat, p.outreach_betriebsnummer, p.id, p.outreach_register_number IS NOT NULL"
                    " FROM res_partner p"
                    " WHERE (p.vat = ANY(%s) OR p.outreach_betriebsnummer = ANY(%s)) AND %s AND %s AND %s"
                    " ORDER BY p.active, p.id DESC",
                    spellings,
                    list(betriebsnummern),
                    COMPANY,
                    self.visible,
                    extra,
                )
            )
            for vat, number, partner_id, has_entry in self.env.cr.fetchall():
                if vat:
                    vat = vat.replace(' ', '')
                    found['DE' + vat if vat.isdigit() else vat] = (partner_id, has_entry)
                if number:
                    found[number] = (partner_id, has_entry)
        return found

    def current(self, partner_ids):
        """id -> current values of the fields that an import writes."""
        if not partner_ids:
            return {}
        columns = SQL(', ').join(SQL("p.%s", SQL.identifier(name)) for name in WRITABLE)
        self.env.cr.execute(SQL("SELECT p.id, %s FROM res_partner p WHERE p.id = ANY(%s)", columns, list(partner_ids)))
        return {row[0]: dict(zip(WRITABLE, row[1:], strict=True)) for row in self.env.cr.fetchall()}

    # rows that are being read

    def match(self, staged):
        """Set category, company and reason of a batch of rows (dicts as `CompanyFileReader._stage_row`
        makes them)."""
        rows = [row for row in staged if row['category'] != 'rejected']
        self._reject_repeated(rows)
        rows = [row for row in rows if row['category'] != 'rejected']
        by_entry = self.by_entry({row['key'] for row in rows if row['key']})
        by_number = self.by_number(
            {row['vat'] for row in rows if row['vat']},
            {row['vals']['outreach_betriebsnummer'] for row in rows if 'outreach_betriebsnummer' in row['vals']},
        )
        hits = {}
        for row in rows:
            if partners := by_entry.get(row['key']):
                hits[row['line']] = (partners[0], 'entry' if len(partners) == 1 else 'several')
            elif hit := by_number.get(row['vat']):
                hits[row['line']] = (hit[0], 'vat')
            elif hit := by_number.get(row['vals'].get('outreach_betriebsnummer')):
                hits[row['line']] = (hit[0], 'betriebsnummer')
        current = self.current({partner_id for partner_id, _how in hits.values()})
        for row in rows:
            if row['line'] in hits:
                partner_id, how = hits[row['line']]
                self._set_match(row, partner_id, how, current[partner_id])
            elif row['vals'].get('active') is False:
                row['activity'] = 'archive'
        self._report_repeated_vat(rows)

    def _set_match(self, row, partner_id, how, current):
        row['partner_id'] = partner_id
        difference = self.compare(row['vals'], current)
        if not difference and how != 'several':
            row['category'] = 'unchanged'
        elif how == 'entry':
            row['category'] = 'changed'
            row['changes'] = self.describe(difference, current)
            if 'active' in difference:
                row['activity'] = 'reactivate' if difference['active'] else 'archive'
        else:
            row['category'], row['decision'] = 'duplicate', 'skip'
            row['changes'] = self.describe(difference, current)
            row['reasons'].append(self.duplicate_reason(how))

    def duplicate_reason(self, how, line=None):
        """Why a row may be a company that is known already."""
        return {
            'several': lambda: self.env._("Several companies have this register entry."),
            'vat': lambda: self.env._("A company has the same VAT number."),
            'betriebsnummer': lambda: self.env._("A company has the same Betriebsnummer."),
            'name': lambda: self.env._("A company in the same municipality has a near-equal name."),
            'follows': lambda: self.env._(
                "A company in the same municipality has the same name and another register entry. Has its legal form changed, or has it"
                " moved?"
            ),
            'line_vat': lambda: self.env._("Line %(line)s has the same VAT number.", line=line),
            'line_name': lambda: self.env._("Line %(line)s has a near-equal name in the same municipality.", line=line),
        }[how]()

    def _reject_repeated(self, rows):
        """Reject a register entry that an earlier line of the file has already."""
        first = dict(self._earlier_lines('register_key', [row['register_key'] for row in rows if row['register_key']]))
        for row in rows:
            key = row['register_key']
            if key and first.setdefault(key, row['line']) != row['line']:
                row['category'] = 'rejected'
                row['problems'].append(COLUMNS.make_problem('same_in_file', 'number', first[key], rejects=True))

    def _report_repeated_vat(self, rows):
        """Rows without register entry that have the VAT number of an earlier line."""
        first = dict(self._earlier_lines('vat', [row['vat'] for row in rows if row['vat'] and not row['key']]))
        for row in rows:
            if not row['vat']:
                continue
            line = first.setdefault(row['vat'], row['line'])
            if line != row['line'] and not row['key'] and row['category'] == 'new':
                row.update(category='duplicate', decision='skip', match_line=line)
                row['reasons'].append(self.duplicate_reason('line_vat', line))

    def _earlier_lines(self, column, values):
        if not values:
            return []
        self.env.cr.execute(
            SQL(
                "SELECT %(column)s, min(line) FROM outreach_company_import_row WHERE import_id = %(job)s"
                " AND %(column)s = ANY(%(values)s)"
                " AND category <> 'rejected' GROUP BY %(column)s",
                column=SQL.identifier(column),
                job=self.job.id,
                values=values,
            )
        )
        return self.env.cr.fetchall()

    # names

    def companies_in(self, places, with_entry=True, extra=ANY):
        """Companies of these places (see `place_of`) as (place, name, (id, has a register entry)).

        :param bool with_entry: also those that have a register entry
        """
        municipalities = [int(place[1:]) for place in places if place[0] == 'M']
        cities = [place[1:] for place in places if place[0] == 'C']
        keys = [place[1:] for place in places if place[0] == 'A']
        self.env.cr.execute(
            SQL(
                "SELECT p.id, p.name, p.outreach_municipality_id, lower(p.city), p.outreach_ags,"
                " p.outreach_register_number IS NOT NULL"
                "  FROM res_partner p WHERE %s AND %s AND %s AND %s"
                "   AND (p.outreach_municipality_id = ANY(%s) OR lower(p.city) = ANY(%s) OR p.outreach_ags"
                " = ANY(%s))",
                COMPANY,
                self.visible,
                extra,
                SQL("TRUE") if with_entry else SQL("p.outreach_register_number IS NULL"),
                municipalities,
                cities,
                keys,
            )
        )
        wanted = set(places)
        return [
            (place, name or '', (partner_id, has_entry))
            for partner_id, name, municipality_id, city, ags, has_entry in self.env.cr.fetchall()
            for place in (f'M{municipality_id}', f'C{city}', f'A{ags}')
            if place in wanted
        ]

    def followed_in(self, places, names):
        """Companies of these places that one of the file may be under another entry: (place, name) -> ids.

        One whose own entry is in the file as well exists beside it.

        :param names: (place, name) of rows with a register entry
        """
        if not names:
            return {}
        keys = {(place, company_names.match_key(name)) for place, name in names}
        alike = defaultdict(list)
        for place, name, (partner_id, __) in self.companies_in(places, extra=SQL("p.outreach_register_number IS NOT NULL")):
            if (key := (place, company_names.match_key(name))) in keys:
                alike[key].append((partner_id, name))
        if not alike:
            return {}
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT partner_id FROM outreach_company_import_row WHERE import_id = %s AND partner_id = ANY(%s)",
                self.job.id,
                [partner_id for companies in alike.values() for partner_id, __ in companies],
            )
        )
        present = {partner_id for (partner_id,) in self.env.cr.fetchall()}
        return {
            (place, name): [
                partner_id
                for partner_id, other in alike.get((place, company_names.match_key(name)), ())
                if partner_id not in present and company_names.may_follow(name, other)
            ]
            for place, name in names
        }

    def report_names(self, found):
        """Store what the comparison of names found.

        :param found: (row id, values, hits as (`company`, `follows` or `line`, id or line), the nearest first)
        """
        companies = {key for _id, _values, hits in found for source, key in hits[:5] if source != 'line'}
        current = self.current(companies)
        updates = []
        for row_id, values, hits in found:
            update = {'id': row_id, 'category': 'duplicate', 'decision': 'skip', 'partner_id': None, 'match_line': None, 'changes': None}
            partners = [key for source, key in hits[:5] if source != 'line']
            same = next((key for key in partners if not self.compare(values, current[key])), None)
            if same:
                update.update(category='unchanged', decision=None, partner_id=same, reason=None)
            elif partners:
                difference = self.compare(values, current[partners[0]])
                update.update(
                    partner_id=partners[0],
                    reason=self.duplicate_reason('follows' if ('follows', partners[0]) in hits else 'name'),
                    changes=self.describe(difference, current[partners[0]]),
                )
            else:
                update.update(match_line=hits[0][1], reason=self.duplicate_reason('line_name', hits[0][1]))
            updates.append(update)
        self.env.cr.execute(
            SQL(
                "UPDATE outreach_company_import_row row SET category = u.category, decision = u.decision,"
                " partner_id = u.partner_id,"
                " match_line = u.match_line, changes = u.changes, activity = NULL,"
                " reason = NULLIF(concat_ws(E'\\n', row.reason, u.reason), '')"
                " FROM jsonb_to_recordset(%s) AS u(id int, category text, decision text, partner_id int,"
                " match_line int, changes text, reason text)"
                " WHERE row.id = u.id",
                json.dumps(updates),
            )
        )

    # writing, with the rights of the user

    def insert(self, vals_list):
        return super().insert([{**vals, 'is_company': True} for vals in vals_list])

    def update(self, changes):
        """Write changes, and note them in the companies' chatter.

        :raises AccessError: a company that the user may not change
        """
        partners = self.records.union(*(partner for partner, *__ in changes))
        if partners._filtered_access('write') != partners:
            raise AccessError(self.env._("You may not change this company."))
        result = super().update(changes)
        bodies = {}
        for partner, __, row in changes:
            title = self.env._("Changed by the import of “%(file)s”, line %(line)s:", file=self.job.name, line=row['line'])
            bodies[partner.id] = Markup("%s<br/>%s") % (title, Markup("<br/>").join(row['changes'].split('\n')))
        self.env['res.partner'].browse(bodies)._message_log_batch(bodies)
        return result
