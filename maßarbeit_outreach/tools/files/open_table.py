"""Opening a table, whatever kind of file it is in: a text, or a sheet of a spreadsheet.

Pure rules, no Odoo.
"""

import io
import itertools
from collections.abc import Iterator
from typing import NamedTuple

from . import company_file, company_sheet

SAMPLE_ROWS = 3


class Table(NamedTuple):
    """An open table: ``kind`` is csv, xlsx, xls or ods; encoding and delimiter are those of a text, else None. ``rows`` are read from
    the stream as they are taken; ``sample`` holds the first of them, which come among ``rows`` as well. ``header_line`` is where the
    names of the columns stand; ``sheets`` are the names of all sheets, ``sheet`` the number of the one that is read, from 0."""

    kind: str
    encoding: str | None
    delimiter: str | None
    headers: list
    sample: list
    rows: Iterator
    header_line: int = 1
    sheets: tuple = ()
    sheet: int = 0


def open_rows(stream, file_name='', is_header=lambda text: False, encoding=None, delimiter=None, wanted=None):
    """Open a file for reading; of a text, what is not given is found out.

    :param stream: seekable binary stream; stays open while the rows are read
    :param str file_name: as uploaded; decides between kinds that look alike
    :param is_header: callable text -> bool, whether a header cell is a known column name
    :param wanted: callable text -> bool, whether a sheet has a name that is looked for
    :return: ``(kind, encoding, delimiter, rows)``, the header among the rows
    :raises FileProblem: the file cannot be used

    >>> kind, encoding, delimiter, rows = open_rows(io.BytesIO(b'Name;Ort'))
    >>> kind, encoding, delimiter, [row.cells for row in rows]
    ('csv', 'utf-8', ';', [['Name', 'Ort']])
    """
    check_size(stream.seek(0, io.SEEK_END))
    stream.seek(0)
    kind = company_file.sniff(stream.read(4096), file_name)
    stream.seek(0)
    if kind != 'csv':
        return kind, None, None, company_sheet.read_sheet(stream, kind, wanted)
    rows, encoding, delimiter = company_file.open_csv(stream, is_header, encoding, delimiter)
    return kind, encoding, delimiter, rows


def open_table(stream, file_name='', is_header=lambda text: False, encoding=None, delimiter=None, header_line=None, sheet=None):
    """Open a file of which one row names the columns; see :func:`open_rows`. What is not given is found out: the sheet and the row with
    most known names, see `company_file.find_header`.

    :param int header_line: where the names of the columns stand
    :param int sheet: number of the sheet, from 0
    :return: :class:`Table`
    :raises FileProblem: the file cannot be used, or has no rows

    >>> table = open_table(io.BytesIO(b'Name;Ort\\nA;Melle'))
    >>> table.headers, [row.cells for row in table.rows]
    (['Name', 'Ort'], [['A', 'Melle']])
    >>> open_table(io.BytesIO(b'Liste, Stand 2026;\\nName;Ort\\nA;Melle'), '', ['Name', 'Ort'].__contains__).header_line
    2
    """
    check_size(stream.seek(0, io.SEEK_END))
    stream.seek(0)
    kind = company_file.sniff(stream.read(4096), file_name)
    stream.seek(0)
    sheets, wanted = (), None
    if kind != 'csv':
        sheets = tuple(company_sheet.read_names(stream, kind))
        if sheet is None:
            sheet = _find_sheet(stream, kind, sheets, is_header)
        if sheet >= len(sheets) > 0:
            raise company_file.FileProblem('no_such_sheet', number=sheet + 1, count=len(sheets))
        wanted = sheets[sheet].__eq__ if sheets else None
    kind, encoding, delimiter, rows = open_rows(stream, file_name, is_header, encoding, delimiter, wanted)
    header, rows = company_file.find_header(rows, is_header, header_line)
    headers = company_file.name_columns(header)
    sample = list(itertools.islice(rows, SAMPLE_ROWS))
    if not sample:
        raise company_file.FileProblem('no_rows')
    return Table(kind, encoding, delimiter, headers, sample, itertools.chain(sample, rows), header.line, sheets, sheet or 0)


def _find_sheet(stream, kind, sheets, is_header):
    """The number of the first sheet of which a row has two known names at least, else of the one with most."""
    best, most = 0, 0
    for number, name in enumerate(sheets[: company_sheet.MAX_SHEETS] if len(sheets) > 1 else ()):
        rows = company_sheet.read_head(stream, kind, name, company_file.HEAD_ROWS)
        count = max((company_file.count_headings(row, is_header) for row in rows), default=0)
        if count > most:
            best, most = number, count
        if most > 1:
            break
    return best


def check_size(size):
    """
    :param int size: of a file, in bytes
    :raises FileProblem: too_large
    """
    if size > company_file.MAX_BYTES:
        raise company_file.FileProblem('too_large', limit=company_file.MAX_BYTES // 1024 // 1024)
