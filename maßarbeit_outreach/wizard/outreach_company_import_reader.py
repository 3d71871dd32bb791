"""From the uploaded file to rows with a category. Reads companies, writes none."""

import io
import itertools
import json
from collections import defaultdict

from odoo.tools import SQL

from ..tools import company_columns, company_file, company_names, company_row, company_sheet, municipality
from .outreach_company_import_match import CompanyMatcher
from .outreach_company_import_text import row_problem_text, target_label

BATCH = 1000
# Rows whose names are compared at once; bounds the memory of the name index, not what is compared.
NAMES_AT_ONCE = 5000
SAMPLE_ROWS = 3


class CompanyFileReader:
    """One reading of one file: :meth:`open`, then :meth:`stage`. Memory is that of one batch.

    :param job: one ``outreach.company.import``
    """

    def __init__(self, job):
        self.job = job
        self.env = job.env
        self.directory = self.env['outreach.municipality']._get_directory()
        self.industries = defaultdict(dict)
        for industry in (
            self.env['outreach.industry']
            .sudo()
            .with_context(active_test=False)
            .search_fetch([], ['code', 'version'])
        ):
            self.industries[industry.version][industry.code] = industry.id
        self.matcher = CompanyMatcher(self.env, job)

    # the file

    def open(self):
        """Find out how the file is to be read and show its columns.

        :raises FileProblem: the file cannot be used
        """
        attachment = (
            self.env['ir.attachment']
            .sudo()
            .search(
                [
                    ('res_model', '=', self.job._name),
                    ('res_field', '=', 'file'),
                    ('res_id', '=', self.job.id),
                ],
                limit=1,
            )
        )
        if not attachment.file_size:
            raise company_file.FileProblem('empty')
        if attachment.file_size > company_file.MAX_BYTES:
            raise company_file.FileProblem('too_large', limit=company_file.MAX_BYTES // 1024 // 1024)
        self.stream = (  # closed by close(): the rows are read later
            open(attachment._full_path(attachment.store_fname), 'rb')  # noqa: SIM115
            if attachment.store_fname
            else io.BytesIO(attachment.raw)
        )
        kind = company_file.sniff(self.stream.read(4096), self.job.file_name or '')
        self.stream.seek(0)
        if kind == 'csv':
            rows, detected, signature = self._open_csv()
        else:
            rows = company_sheet.read_sheet(self.stream, kind)
            detected = signature = kind.upper()
        header = next(rows, None)
        if header is None:
            raise company_file.FileProblem('empty')
        if header.error:
            raise company_file.FileProblem('header_quoting')
        self.headers = company_file.check_header(header.cells)
        first = list(itertools.islice(rows, SAMPLE_ROWS))
        if not first:
            raise company_file.FileProblem('no_rows')
        self.rows = itertools.chain(first, rows)
        self.job._set_columns(
            self.headers, [row.cells for row in first if not row.error], json.dumps([signature, self.headers])
        )
        self.job.detected = detected

    def _open_csv(self):
        rows, encoding, delimiter = company_file.open_csv(
            self.stream,
            lambda header: bool(company_columns.target_of(header)),
            self.job.encoding,
            self.job.delimiter,
        )
        label = dict(self.job._fields['delimiter']._description_selection(self.env)).get(delimiter, delimiter)
        return rows, f"CSV · {encoding} · {label}", f"{encoding}{delimiter}"

    def close(self):
        """Close the file; harmless when it was never opened."""
        if stream := getattr(self, 'stream', None):
            stream.close()

    # the rows

    def stage(self):
        """Read all rows and store each with its category.

        :raises FileProblem: no_name_column, too_many_rows, encoding, damaged
        """
        mapping = self.job._get_mapping()
        if 'name' not in mapping.values():
            raise company_file.FileProblem('no_name_column')
        self.mapping = mapping
        self.header_of = {
            target: self.headers[index] for index, target in mapping.items() if index < len(self.headers)
        }
        self.wz_version = company_columns.wz_version(self.header_of.get('industry', ''))
        count = 0
        while batch := list(itertools.islice(self.rows, BATCH)):
            count += len(batch)
            if count > company_file.MAX_ROWS:
                raise company_file.FileProblem('too_many_rows', limit=company_file.MAX_ROWS)
            self._stage_batch(batch)
        self._compare_names()

    def _stage_batch(self, batch):
        staged = [self._stage_row(row) for row in batch]
        self.matcher.match(staged)
        for row in staged:
            rejected = row['category'] == 'rejected'
            targets = dict.fromkeys(problem.target for problem in row['problems'] if problem.target)
            texts = [row_problem_text(self.env, problem, rejected) for problem in row['problems']]
            row['has_remark'] = bool(texts) and not rejected
            row['column_names'] = ', '.join(
                self.header_of.get(target) or target_label(self.env, target) for target in targets) or None
            row['reason'] = '\n'.join(texts + row.pop('reasons')) or None
            del row['problems']
            del row['key']
        columns = {
            'line': 'int',
            'category': 'text',
            'name': 'text',
            'reason': 'text',
            'column_names': 'text',
            'partner_id': 'int',
            'match_line': 'int',
            'decision': 'text',
            'activity': 'text',
            'has_remark': 'bool',
            'changes': 'text',
            'vals': 'jsonb',
            'cells': 'jsonb',
            'place': 'text',
            'register_key': 'text',
            'vat': 'text',
        }
        names = SQL(', ').join(map(SQL.identifier, columns))
        typed = SQL(', ').join(
            SQL("%s %s", SQL.identifier(name), SQL(kind)) for name, kind in columns.items()
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO outreach_company_import_row (import_id, %s) SELECT %s, %s FROM"
                " jsonb_to_recordset(%s) AS row(%s)",
                names,
                self.job.id,
                names,
                json.dumps(staged),
                typed,
            )
        )

    def _stage_row(self, row):
        """A row as it is stored, with `key`, `problems` and `reasons` for the matcher besides."""
        cells = [str(cell) for cell in row.cells]
        staged = {
            'line': row.line,
            'category': 'new',
            'name': None,
            'partner_id': None,
            'match_line': None,
            'decision': None,
            'activity': None,
            'has_remark': False,
            'changes': None,
            'vals': None,
            'cells': cells,
            'place': '',
            'register_key': None,
            'vat': None,
            'key': None,
            'problems': [],
            'reasons': [],
        }
        if row.error == 'quoting':
            # cells cannot be told apart; as a cell, the line would come back as a name from the list of
            # rejected rows
            problems = [company_row.Problem(row.error, '', cells[0])]
            values, staged['cells'] = {}, []
        elif row.error:
            problems = [company_row.Problem(row.error, '', '')]
            values = {}
        elif len(cells) > len(self.headers) and any(cell.strip() for cell in cells[len(self.headers) :]):
            problems = [company_row.Problem('too_many_cells', '', '')]
            values = {}
        else:
            values, problems = company_row.parse(
                {target: cells[index] for index, target in self.mapping.items() if index < len(cells)},
                self.wz_version,
            )
            if code := values.pop('industry', None):
                version = values.pop('wz_version', None)
                if industry := self._find_industry(code, version):
                    values['outreach_industry_id'] = industry
                else:
                    problems.append(company_row.Problem('industry_unknown', 'industry', code, False))
        staged['problems'] = problems
        staged['name'] = (values.get('name') or next((cell.strip() for cell in cells if cell.strip()), ''))[
            :250
        ]
        if any(problem.rejects for problem in problems):
            staged['category'] = 'rejected'
            return staged
        values['outreach_company'] = True
        staged['vals'] = values
        staged['vat'] = values.get('vat')
        if 'outreach_register_number' in values:
            staged['key'] = (
                values['outreach_register_court'],
                values['outreach_register_kind'],
                values['outreach_register_number'],
            )
            staged['register_key'] = ' '.join(staged['key'])
        staged['place'] = place_of(values, self.directory)
        return staged

    def _find_industry(self, code, version):
        for known in [version] if version else sorted(self.industries):
            if industry := self.industries[known].get(code):
                return industry
        return None

    # near-equal names

    def _compare_names(self):
        """Find near-equal names among the rows that nothing else recognised: in the companies that exist,
        and in the file. Place by place, so that the memory is that of the largest places, not of the file.

        Two different register entries prove two companies; so a file of register entries is compared only
        with companies that have none.
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
        known = self.matcher.companies_in(places, with_entry=keyless)
        if not known and not keyless:
            return
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
