"""From an uploaded file to rows with a category, whatever is imported. Reads records, writes none."""

import itertools
import json

from odoo.tools import SQL

from ..tools.files import company_file
from ..tools.files.open_table import open_table

# Rows per round: queries are counted per round, memory is that of one round.
BATCH = 1000


class RecordReader:
    """One reading of one file: :meth:`open`, then :meth:`stage`. Memory is that of one batch.

    A row is a dict on its way: values of its row record, and besides them ``problems`` (of
    `tools/files/record_columns.py`), which become its ``reason``. An import that keeps more of a row than its clean values has
    a reader of its own.

    :param job: one import (``outreach.record.import.mixin``)
    """

    def __init__(self, job):
        self.job, self.env = job, job.env
        self.columns, self.matcher = job._get_columns(), job._get_matcher()

    def open(self, stream, encoding=None, delimiter=None):
        """Find out how the file is to be read, and which column is which.

        :param stream: binary, seekable; has to stay open until the rows are staged
        :raises FileProblem: the file cannot be used
        """
        job = self.job
        self.table = open_table(
            stream,
            job.file_name or '',
            self.columns.target_of,
            encoding,
            delimiter,
            job.header_line or None,
            int(job.sheet) - 1 if job.sheet else None,
        )
        self.mapping, self.ignored = self.columns.find(self.table.headers)

    def stage(self):
        """Read all rows and store each with its category.

        :raises FileProblem: no_required_column, too_many_rows, encoding, damaged
        """
        if self.columns.required not in self.mapping.values():
            raise company_file.FileProblem('no_required_column')
        count = 0
        while batch := list(itertools.islice(self.table.rows, BATCH)):
            count += len(batch)
            if count > company_file.MAX_ROWS:
                raise company_file.FileProblem('too_many_rows', limit=company_file.MAX_ROWS)
            rows = [self._read_row(row) for row in batch]
            self.matcher.match(rows)
            self._store([self._tell_row(row) for row in rows])

    def _read_row(self, row):
        """A row of the file as a dict with ``values``, and ``problems``; one that cannot be read has no values."""
        cells = [company_file.restore(str(cell)) for cell in row.cells]
        width = len(self.table.headers)
        values = {}
        if row.error and row.error != 'bad_cell':
            problems = [self.columns.make_problem(row.error, '', cells[0] if cells else '', rejects=True)]
        elif any(cell.strip() for cell in cells[width:]):
            problems = [self.columns.make_problem('too_many_cells', rejects=True)]
        else:
            texts = {target: cells[index] for index, target in self.mapping.items() if index < len(cells)}
            bad = [target for target, text in texts.items() if row.error and company_file.is_bad(text)]
            values, problems = self._parse({target: text for target, text in texts.items() if target not in bad})
            problems = [
                *(self.columns.make_problem('bad_cell', target, rejects=target == self.columns.required) for target in bad),
                *problems,
            ]
        return {'line': row.line, 'cells': cells, 'values': values, 'problems': list(problems)}

    def _parse(self, cells):
        """``(values, problems)`` of the cells by target. An import with rules across columns has its own."""
        cells, problems = self.columns.clean(cells)
        if problems:
            return {}, problems
        values, problems = self.columns.parse(cells)
        return {self.columns.get_field(target): value for target, value in values.items()}, problems

    def _tell_row(self, row):
        """The row record's values."""
        is_rejected = row['category'] == 'rejected'
        texts = [self.job._get_row_problem_text(problem, is_rejected) for problem in row['problems']]
        return {
            'line': row['line'],
            'category': row['category'],
            'changes': row.get('changes'),
            'vals': None if is_rejected else row['vals'],
            'reason': '\n'.join([*dict.fromkeys(texts), *row.get('reasons', ())]) or None,
        }

    def _store(self, rows):
        """Insert row records. One statement: through the ORM 50,000 of them take a minute."""
        Row = self.job._get_row_model()
        fields = [Row._fields[name] for name in dict.fromkeys(name for row in rows for name in row)]
        names = SQL(', ').join(SQL.identifier(field.name) for field in fields)
        values = SQL(', ').join(SQL("(row ->> %s)::%s", field.name, SQL(field.column_type[1])) for field in fields)
        log = SQL(", create_uid, create_date, write_uid, write_date") if Row._log_access else SQL()
        logged = SQL(", %(uid)s, %(now)s, %(uid)s, %(now)s", uid=self.env.uid, now=self.env.cr.now()) if Row._log_access else SQL()
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (import_id, %s%s) SELECT %s, %s%s FROM jsonb_array_elements(%s) AS row",
                SQL.identifier(Row._table),
                names,
                log,
                self.job.id,
                values,
                logged,
                json.dumps(rows),
            )
        )
