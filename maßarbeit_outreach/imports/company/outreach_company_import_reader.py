"""A company register: what is read of a row, and which rows have near-equal names."""

from collections import defaultdict

from odoo.tools import SQL

from ...tools.base import municipality
from ...tools.company import company_columns, company_names, company_row, register_entry
from ...tools.files.record_columns import word
from ..record_reader import RecordReader

# Rows whose names are compared at once; bounds the memory of the name index, not what is compared.
NAMES_AT_ONCE = 5000


class CompanyFileReader(RecordReader):
    """Keeps the cells besides, for the list of rejected rows, and by what rows are compared with each other."""

    def __init__(self, job):
        super().__init__(job)
        self.directory = self.env['outreach.municipality']._get_directory()
        self.industries = defaultdict(dict)  # edition: {code: (id, code of the section)}
        self.sections = {}
        self.courts = {}  # the first spelling of each, so that equal entries of the file are equal
        industries = self.env['outreach.industry'].sudo().with_context(active_test=False)
        for industry in industries.search_fetch([], ['code', 'version', 'section_id']):
            self.industries[industry.version][industry.code] = (industry.id, industry.section_id.code)

    def stage(self):
        self.mapping = self.job._get_mapping()
        headers = self.table.headers
        self.header_of = {target: headers[index] for index, target in self.mapping.items() if index < len(headers)}
        self.wz_version = company_columns.wz_version(self.header_of.get('industry', ''))
        result = super().stage()
        self._compare_names()
        return result

    def _read_row(self, row):
        """Besides the values of the row record: `key`, `problems` and `reasons` for the matcher."""
        staged = super()._read_row(row)
        values = staged['vals'] = staged.pop('values')
        staged.update(dict.fromkeys(('partner_id', 'match_line', 'decision', 'activity', 'register_key', 'vat', 'key')), reasons=[])
        staged['name'] = (values.get('name') or next((cell.strip() for cell in staged['cells'] if cell.strip()), ''))[:250]
        staged['place'] = ''
        if row.error == 'quoting':
            # cells cannot be told apart; as a cell, the line would come back as a name from the list of rejected rows
            staged['cells'] = []
        staged['category'] = 'rejected' if any(problem.rejects for problem in staged['problems']) else 'new'
        if staged['category'] == 'rejected':
            return staged
        values['outreach_company'] = True
        staged['vat'] = values.get('vat')
        if 'outreach_register_number' in values:
            staged['key'] = tuple(values[f'outreach_register_{part}'] for part in ('court', 'kind', 'number'))
            court, kind, number = staged['key']
            staged['register_key'] = f"{self.courts.setdefault(register_entry.court_key(court), court)} {kind} {number}"
        staged['place'] = place_of(values, self.directory)
        return staged

    def _parse(self, cells):
        values, problems = company_row.parse(cells, self.wz_version)
        if industry := values.pop('industry', None):
            if found := self._find_industry(industry, values.pop('wz_version', None)):
                values['outreach_industry_id'] = found
            else:
                problems.append(self.columns.make_problem('industry_unknown', 'industry', cells['industry']))
        return values, problems

    def _find_industry(self, industry, version):
        """The id of the one industry that a cell can mean, or None: a code that is not in the catalogue is never its neighbour."""
        if industry.version and version and industry.version != version:
            return None
        version = industry.version or version
        for known in [version] if version else sorted(self.industries):
            found = [self.industries[known][code] for code in industry.codes if code in self.industries[known]]
            if industry.section:
                found = [(record, section) for record, section in found if section == industry.section]
            if found and not self._is_titled(found[0][0], industry):
                continue
            if found:
                return found[0][0] if len(found) == 1 else None
        return None

    def _is_titled(self, record, industry):
        """Whether what stands behind a section alone is its title, in some language. "A Punkt" is no section."""
        if not industry.title or len(industry.codes[0]) > 1:
            return True
        if record not in self.sections:
            section = self.env['outreach.industry'].sudo().browse(record)
            self.sections[record] = [word(section.with_context(lang=lang).name) for lang, __ in self.env['res.lang'].get_installed()]
        title = word(industry.title)
        return any(name.startswith(title) or title.startswith(name) for name in self.sections[record])

    def _tell_row(self, row):
        targets = dict.fromkeys(problem.target for problem in row['problems'] if problem.target)
        return {
            **super()._tell_row(row),
            'has_remark': bool(row['problems']) and row['category'] != 'rejected',
            'column_names': ', '.join(self.header_of.get(target) or self.job._get_column_label(target) for target in targets) or None,
            **{
                name: row[name]
                for name in ('name', 'partner_id', 'match_line', 'decision', 'activity', 'cells', 'place', 'register_key', 'vat')
            },
        }

    # near-equal names

    def _compare_names(self):
        """Find near-equal names among the rows that nothing else recognised: in the companies that exist,
        and in the file. Place by place, so that the memory is that of the largest places, not of the file.

        Two different register entries are two companies, unless one may have followed the other; so a file of register entries is
        compared with companies that have none, and those of the same name.
        """
        self.env.cr.execute(
            SQL(
                "SELECT place, count(*), bool_or(register_key IS NULL) FROM outreach_company_import_row"
                " WHERE import_id = %s AND category = 'new' AND place <> '' GROUP BY place ORDER BY place",
                self.job.id,
            )
        )
        places, size, keyless = [], 0, False
        for place, count, has_keyless in self.env.cr.fetchall():
            places.append(place)
            size += count
            keyless = keyless or has_keyless
            if size >= NAMES_AT_ONCE:
                self._compare_names_in(places, keyless)
                places, size, keyless = [], 0, False
        if places:
            self._compare_names_in(places, keyless)

    def _compare_names_in(self, places, keyless):
        self.env.cr.execute(
            SQL(
                "SELECT id, line, name, place, register_key IS NOT NULL, vals FROM"
                " outreach_company_import_row"
                " WHERE import_id = %s AND category = 'new' AND place = ANY(%s) ORDER BY line",
                self.job.id,
                places,
            )
        )
        rows = self.env.cr.fetchall()
        followed = self.matcher.followed_in(places, {(place, name) for _id, _line, name, place, entry, _vals in rows if entry})
        known = self.matcher.companies_in(places, with_entry=keyless)
        entries = [(('company', *company), place, name) for place, name, company in known]
        if keyless:
            entries += [(('line', line, entry), place, name) for _id, line, name, place, entry, _vals in rows]
        index = company_names.NameIndex(entries)
        hits = {}
        for row_id, line, name, place, entry, _vals in rows:
            for (source, key, has_entry), _similarity in index.find(place, name):
                if (entry and has_entry) or (source == 'line' and key >= line):
                    continue
                hits.setdefault(row_id, []).append((source, key))
            if entry and (ids := followed.get((place, name))):
                hits.setdefault(row_id, []).extend(('follows', partner_id) for partner_id in ids)
        if hits:
            self.matcher.report_names([(row[0], row[5], hits[row[0]]) for row in rows if row[0] in hits])


def place_of(values, directory):
    """The bucket within which names are compared: the municipality if it is certain, else the town as
    written.

    :param dict values: zip, city, outreach_ags
    """
    city = (values.get('city') or '').lower()
    resolution = municipality.resolve(values.get('zip'), city, values.get('outreach_ags'), directory)
    if resolution.key:
        return f'M{resolution.key}'
    return f'C{city}' if city else f"A{values['outreach_ags']}" if values.get('outreach_ags') else ''
