"""Which company a row is: by register entry for certain, by VAT number, W-IdNr., Betriebsnummer or name perhaps; and which of its
establishments."""

import json
from collections import defaultdict

from markupsafe import Markup

from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...models.company.res_partner import SITE
from ...tools.company import company_names
from ...tools.company.company_columns import COLUMNS
from ...tools.company.establishment import FIELDS as ESTABLISHMENT_FIELDS
from ...tools.company.establishment import Establishment
from ...tools.company.register_entry import RegisterEntry, court_key
from ..record_matcher import QUIET, RecordMatcher

# What an import may write, and nothing else: the rows are stored between preview and import.
WRITABLE = (*dict.fromkeys(COLUMNS.get_field(column.target) for column in COLUMNS), 'outreach_company')
# What a row says of a site; all else is said of its company.
SITE_WRITABLE = (
    'name',
    'street',
    'zip',
    'city',
    'phone',
    'email',
    'website',
    'outreach_ags',
    'outreach_industry_id',
    'outreach_size_class',
    'outreach_betriebsnummer',
    'outreach_business_number',
)
ANY = SQL("TRUE")
COMPANY = SQL("p.is_company AND p.parent_id IS NULL")
PLACE = SQL("(%s OR p.type = %s)", COMPANY, SITE)


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
        """(court, kind, number) -> ids of the companies with that register entry, however the court is spelled.

        Their establishments are known from then on, see :meth:`find_establishment`.
        """
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
            self._read_establishments({partner_id for companies in found.values() for partner_id in companies})
        return found

    def _read_establishments(self, companies):
        if not companies:
            return
        self.env.cr.execute(
            SQL(
                "SELECT CASE WHEN p.id = ANY(%(ids)s) THEN p.id ELSE p.parent_id END, p.id, %(columns)s FROM res_partner p"
                " WHERE p.id = ANY(%(ids)s) OR (p.parent_id = ANY(%(ids)s) AND p.type = %(site)s) ORDER BY p.active DESC, p.id",
                ids=list(companies),
                site=SITE,
                columns=SQL(', ').join(SQL("p.%s", SQL.identifier(name)) for name in ESTABLISHMENT_FIELDS),
            )
        )
        self.establishments = defaultdict(list)
        for company, partner_id, *values in self.env.cr.fetchall():
            self.establishments[company].append((partner_id, Establishment(*(value or '' for value in values))))

    def find_establishment(self, vals, companies):
        """Which of the establishments of these companies a row with their register entry is.

        :param companies: ids, not empty
        :return: ``(id, how)``: `entry` if it is the company or a site of it for certain, `site` if it seems to be one that is not
            known yet, `several` if more than one company has the entry
        """
        row = Establishment.of(vals)
        known = [(partner_id, other) for company in companies for partner_id, other in self.establishments[company]]
        known.sort(key=lambda found: found[0] not in companies)
        numbered = [partner_id for partner_id, other in known if row.has_number_of(other)]
        if not numbered and len(companies) > 1:
            return companies[0], 'several'
        named = [partner_id for partner_id, other in known if row.is_same(other)]
        if numbered or named:
            return (numbered or named)[0], 'entry'
        return companies[0], 'site' if row.is_another(dict(known)[companies[0]]) else 'entry'

    @staticmethod
    def compare(vals, current):
        """Another spelling of the same court is no difference; of a site only what is said of a site counts."""
        if current.get('type') == SITE:
            vals = {name: value for name, value in vals.items() if name in SITE_WRITABLE}
        change = RecordMatcher.compare(vals, current)
        courts = change.get('outreach_register_court'), current.get('outreach_register_court')
        if all(courts) and court_key(courts[0]) == court_key(courts[1]):
            del change['outreach_register_court']
        return change

    def by_number(self, rows, extra=ANY):
        """Number -> (id, has a register entry) for the VAT numbers, W-IdNr. and Betriebsnummern of these rows; one statement for all.

        A company is found by the first eleven characters of its W-IdNr., too, which are its VAT number where it has both; a site by
        its own numbers only. See :meth:`find_number`.
        """
        found = {}
        vals = [row['vals'] for row in rows]
        companies = {values['vat'] for values in vals if 'vat' in values}
        companies |= {values['outreach_business_number'][:11] for values in vals if 'outreach_business_number' in values}
        betriebsnummern = [values['outreach_betriebsnummer'] for values in vals if 'outreach_betriebsnummer' in values]
        if companies or betriebsnummern:
            spellings = [text for vat in companies for text in (vat, f"{vat[:2]} {vat[2:]}", vat.removeprefix('DE'))]
            self.env.cr.execute(
                SQL(
                    "SELECT p.vat, p.outreach_business_number, p.outreach_betriebsnummer, p.type = %s, p.id,"
                    " p.outreach_register_number IS NOT NULL"
                    " FROM res_partner p"
                    " WHERE (p.vat = ANY(%s) OR p.outreach_betriebsnummer = ANY(%s) OR left(p.outreach_business_number, 11) = ANY(%s))"
                    " AND %s AND %s AND %s"
                    " ORDER BY p.active, p.id DESC",
                    SITE,
                    spellings,
                    betriebsnummern,
                    list(companies),
                    PLACE,
                    self.visible,
                    extra,
                )
            )
            for vat, business_number, betriebsnummer, is_site, partner_id, has_entry in self.env.cr.fetchall():
                if vat and not is_site:  # core keeps the company's number in its contacts as well
                    vat = vat.replace(' ', '')
                    found['DE' + vat if vat.isdigit() else vat] = (partner_id, has_entry)
                if business_number and not is_site:
                    found[business_number[:11]] = (partner_id, has_entry)
                if '-' in (business_number or ''):
                    found[business_number] = (partner_id, has_entry)
                if betriebsnummer:
                    found[betriebsnummer] = (partner_id, has_entry)
        return found

    @staticmethod
    def find_number(numbers, vals):
        """``((id, has a register entry), how)`` of what has a number of this row, or None: establishments before companies."""
        business_number = vals.get('outreach_business_number') or ''
        for number, how in (
            (vals.get('outreach_betriebsnummer'), 'betriebsnummer'),
            ('-' in business_number and business_number, 'business_number'),
            (vals.get('vat'), 'vat'),
            (business_number[:11], 'business_number'),
        ):
            if number and number in numbers:
                return numbers[number], how
        return None

    def current(self, partner_ids):
        """id -> current values of the fields that an import writes, and the type of address."""
        if not partner_ids:
            return {}
        names = (*WRITABLE, 'type')
        columns = SQL(', ').join(SQL("p.%s", SQL.identifier(name)) for name in names)
        self.env.cr.execute(SQL("SELECT p.id, %s FROM res_partner p WHERE p.id = ANY(%s)", columns, list(partner_ids)))
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in self.env.cr.fetchall()}

    # rows that are being read

    def match(self, staged):
        """Set category, company and reason of a batch of rows (dicts as `CompanyFileReader._stage_row`
        makes them)."""
        rows = [row for row in staged if row['category'] != 'rejected']
        self._reject_repeated(rows)
        rows = [row for row in rows if row['category'] != 'rejected']
        by_entry = self.by_entry({row['key'] for row in rows if row['key']})
        by_number = self.by_number(rows)
        hits = {}
        for row in rows:
            if partners := by_entry.get(row['key']):
                hits[row['line']] = self.find_establishment(row['vals'], partners)
            elif found := self.find_number(by_number, row['vals']):
                (partner_id, __), how = found
                hits[row['line']] = (partner_id, how)
        current = self.current({partner_id for partner_id, _how in hits.values()})
        for row in rows:
            if row['line'] in hits:
                partner_id, how = hits[row['line']]
                self._set_match(row, partner_id, how, current[partner_id])
            elif row.get('site_of'):
                row.update(category='duplicate', decision='skip', match_line=row['site_of'])
                row['reasons'].append(self.duplicate_reason('line_site', row['site_of']))
            elif row['vals'].get('active') is False:
                row['activity'] = 'archive'
        self._report_repeated_vat(rows)

    def _set_match(self, row, partner_id, how, current):
        row['partner_id'] = partner_id
        difference = self.compare(row['vals'], current)
        if not difference and how not in ('several', 'site'):
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
            'site': lambda: self.env._(
                "The company with this register entry has another Betriebsnummer, or another name at another address. Is this a site of it?"
            ),
            'vat': lambda: self.env._("A company has the same VAT number."),
            'business_number': lambda: self.env._("A company has the same business identification number."),
            'betriebsnummer': lambda: self.env._("A company has the same Betriebsnummer."),
            'name': lambda: self.env._("A company in the same municipality has a near-equal name."),
            'follows': lambda: self.env._(
                "A company in the same municipality has the same name and another register entry. Has its legal form changed, or has it"
                " moved?"
            ),
            'line_site': lambda: self.env._(
                "Line %(line)s has the same register entry, with another Betriebsnummer, or another name at another address. Is this a"
                " site of it?",
                line=line,
            ),
            'line_vat': lambda: self.env._("Line %(line)s has the same VAT number.", line=line),
            'line_name': lambda: self.env._("Line %(line)s has a near-equal name in the same municipality.", line=line),
        }[how]()

    def _reject_repeated(self, rows):
        """Reject a register entry that an earlier line of the file has already, unless it seems to be another establishment
        (`site_of`: that line)."""
        asked = [row['register_key'] for row in rows if row['register_key']]
        earlier = defaultdict(list)
        if asked:
            self.env.cr.execute(
                SQL(
                    "SELECT register_key, line, vals FROM outreach_company_import_row WHERE import_id = %s AND register_key = ANY(%s)"
                    " AND category <> 'rejected' ORDER BY line",
                    self.job.id,
                    asked,
                )
            )
            for key, line, vals in self.env.cr.fetchall():
                earlier[key].append((line, Establishment.of(vals)))
        for row in rows:
            if not row['register_key']:
                continue
            this, others = Establishment.of(row['vals']), earlier[row['register_key']]
            if same := next((line for line, other in others if not this.is_another(other)), None):
                row['category'] = 'rejected'
                row['problems'].append(COLUMNS.make_problem('same_in_file', 'number', same, rejects=True))
                continue
            row['site_of'] = others[0][0] if others else None
            others.append((row['line'], this))

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
        """Companies and sites of these places (see `place_of`) as (place, name, (id, has a register entry)).

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
                PLACE,
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

    def insert_sites(self, rows):
        """New sites of companies that exist.

        :param rows: list of (values of the row, id of the company)
        :raises AccessError: a company that the user may not change
        """
        companies = self.records.browse(dict.fromkeys(company for __, company in rows))
        self._check_may_change(companies)
        return (
            self.env[self.model]
            .with_context(**QUIET, no_vat_validation=True)
            .create(
                [
                    {
                        **{name: value for name, value in vals.items() if name in SITE_WRITABLE},
                        'type': SITE,
                        'is_company': False,
                        'parent_id': company,
                        'company_id': self.records.browse(company).company_id.id,
                    }
                    for vals, company in rows
                ]
            )
            .ids
        )

    def _check_may_change(self, partners):
        if partners._filtered_access('write') != partners:
            raise AccessError(self.env._("You may not change this company."))

    def update(self, changes):
        """Write changes, and note them in the companies' chatter.

        :raises AccessError: a company that the user may not change
        """
        partners = self.records.union(*(partner for partner, *__ in changes))
        self._check_may_change(partners)
        result = super().update(changes)
        bodies = {}
        for partner, __, row in changes:
            title = self.env._("Changed by the import of “%(file)s”, line %(line)s:", file=self.job.name, line=row['line'])
            bodies[partner.id] = Markup("%s<br/>%s") % (title, Markup("<br/>").join(row['changes'].split('\n')))
        self.env['res.partner'].browse(bodies)._message_log_batch(bodies)
        return result
