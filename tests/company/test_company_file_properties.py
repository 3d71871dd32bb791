"""What reading a company file promises for every file, not only for the examples in the doctests."""

import csv
import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules import catalogue_file, company_columns, company_file, company_row, company_sheet

text = st.text(st.characters(exclude_categories=('Cs',), exclude_characters='\0'), max_size=40)
cells = st.lists(st.lists(text, min_size=1, max_size=4), max_size=6)


def lines_of(content):
    return list(io.StringIO(content, newline=''))


@given(cells, st.sampled_from(company_file.DELIMITERS))
def test_what_csv_writes_is_read(rows, delimiter):
    """Every row comes back with its cells, on the physical line on which it was written."""
    out = io.StringIO(newline='')
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    expected = []
    for row in rows:
        line = len(lines_of(out.getvalue())) + 1
        writer.writerow(row)
        if any(cell and not cell.isspace() for cell in row):
            expected.append((line, row))
    content = out.getvalue()
    if len(lines_of(content)) > company_file.MAX_LINES_PER_RECORD or content.lower().startswith('"sep='):
        return
    assert [(row.line, row.cells) for row in company_file.read_csv(lines_of(content), delimiter)] == expected


@given(st.text(st.sampled_from('a";,\n\r x'), max_size=200))
def test_no_text_stops_the_reader(content):
    """Whatever quotation marks do: every line is read, lines ascend, and no error leaves the reader."""
    rows = list(company_file.read_csv(lines_of(content), ';'))
    numbers = [row.line for row in rows]
    assert numbers == sorted(set(numbers))
    assert all(1 <= number <= len(lines_of(content)) for number in numbers)
    assert all(row.error in (None, 'quoting') for row in rows)


class Endless(io.RawIOBase):
    """A file of `size` times the letter x, which is nowhere in memory, behind a beginning."""

    def __init__(self, size, beginning=b'name;place\n'):
        self.size, self.at, self.beginning = size, 0, beginning

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, position, whence=io.SEEK_SET):
        self.at = position
        return position

    def tell(self):
        return self.at

    def readinto(self, buffer):
        count = min(len(buffer), self.size - self.at)
        data = self.beginning[self.at : self.at + count]
        buffer[:count] = data + b'x' * (count - len(data))
        self.at += count
        return count


def peak_of(attempt):
    """What `attempt()` said, and how many bytes were in use for it at most."""
    tracemalloc.start()
    try:
        with pytest.raises(company_file.FileProblem) as caught:
            attempt()
        return caught.value, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize('beginning', [b'name;place\n', b'', b'name;place\na;"'])
def test_a_line_of_200_mb(beginning):
    stream = io.BufferedReader(Endless(200 * 1024 * 1024, beginning))
    problem, peak = peak_of(lambda: list(company_file.open_csv(stream)[0]))
    assert (problem.code, problem.params['line']) == ('line_too_long', beginning.count(b'\n') + 1)
    assert peak < 20 * company_file.MAX_LINE


@pytest.mark.parametrize('beginning', [b'name;place\n', b''])
def test_a_line_of_200_mb_in_a_catalogue(beginning):
    file = catalogue_file.SourceFile('wz2008.csv', 200 << 20, lambda: io.BufferedReader(Endless(200 << 20, beginning)))
    problem, peak = peak_of(lambda: catalogue_file.Table(file))
    assert (problem.code, problem.file, problem.line) == ('line_too_long', 'wz2008.csv', beginning.count(b'\n') + 1)
    assert peak < 20 * company_file.MAX_LINE


def test_a_record_that_spans_too_much():
    """An open quotation mark costs a row, however long the lines below it are."""
    content = ['name\n', '"open\n', *(f'{"x" * 30_000}\n' for __ in range(49)), 'end\n']
    rows = list(company_file.read_csv(content, ';'))
    assert [(row.line, row.error) for row in rows if row.error] == [(2, 'quoting')]
    assert rows[-1] == company_file.Row(52, ['end'])


@pytest.mark.parametrize(
    ('row', 'error'),
    [
        (f'a;{"x" * 32_767};c', None),
        (f'a;{"x" * 32_768};c', 'cell_too_long'),
        (f'a;{"x" * 200_000};c', 'cell_too_long'),
        (';'.join(['a'] * 1000), None),
        (';'.join(['a'] * 1001), 'too_many_columns'),
        ('a' + ';' * 5000, None),
    ],
)
def test_what_a_row_may_hold(row, error):
    """A row that holds too much is one bad row of which little is kept; those around it are read."""
    first, middle, last = company_file.read_csv(['name;place\n', row + '\n', 'b;c\n'], ';')
    assert (first.cells, last.cells, middle.line, middle.error) == (['name', 'place'], ['b', 'c'], 2, error)
    assert not error or sum(map(len, middle.cells)) <= 1000 * company_file.CELL_SHOWN


def sheet(kind, rows, shared=()):
    """A spreadsheet with these rows, as XML of its format; `shared` are texts that cells share."""
    stream = io.BytesIO()
    if kind == 'ods':
        with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive, archive.open('content.xml', 'w') as content:
            content.write(
                b'<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
                b' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
                b' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table>'
            )
            for row in rows:
                content.write(row)
            content.write(b'</table:table></office:spreadsheet></office:body></office:document-content>')
        return stream.getvalue()
    with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive:
        main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
        parts = 'http://schemas.openxmlformats.org/package/2006'
        office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
        typed = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
        archive.writestr(
            '[Content_Types].xml',
            (
                f'<Types xmlns="{parts}/content-types"><Override PartName="/xl/workbook.xml" ContentType="{typed}.sheet.main+xml"/>'
                f'<Override PartName="/xl/sharedStrings.xml" ContentType="{typed}.sharedStrings+xml"/></Types>'
            ),
        )
        archive.writestr(
            '_rels/.rels',
            (
                f'<Relationships xmlns="{parts}/relationships"><Relationship Id="r1" Type="{office}/officeDocument"'
                ' Target="xl/workbook.xml"/>'
                '</Relationships>'
            ),
        )
        archive.writestr(
            'xl/workbook.xml',
            (f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'),
        )
        archive.writestr(
            'xl/_rels/workbook.xml.rels',
            (
                f'<Relationships xmlns="{parts}/relationships"><Relationship Id="r1" Type="{office}/worksheet"'
                ' Target="worksheets/sheet1.xml"/></Relationships>'
            ),
        )
        with archive.open('xl/sharedStrings.xml', 'w') as content:
            content.write(f'<sst xmlns="{main}">'.encode())
            for text in shared:
                content.write(b'<si><t>%b</t></si>' % text)
            content.write(b'</sst>')
        with archive.open('xl/worksheets/sheet1.xml', 'w') as content:
            content.write(f'<worksheet xmlns="{main}"><sheetData>'.encode())
            for row in rows:
                content.write(row)
            content.write(b'</sheetData></worksheet>')
    return stream.getvalue()


XLSX_ROW = b'<row><c t="inlineStr"><is><t>%b</t></is></c></row>'
ODS_ROW = b'<table:table-row><table:table-cell><text:p>%b</text:p></table:table-cell></table:table-row>'


@pytest.mark.parametrize(('kind', 'row'), [('xlsx', XLSX_ROW), ('ods', ODS_ROW)])
def test_sheets_within_the_limits(kind, row):
    content = sheet(kind, [row % b'name', row % b'a', row % (b'x' * 40_000), row % b'b'])
    rows = list(company_sheet.read_sheet(io.BytesIO(content), kind))
    assert [(found.line, found.error) for found in rows] == [(1, None), (2, None), (3, 'cell_too_long'), (4, None)]
    assert [len(found.cells[0]) for found in rows] == [4, 1, company_file.CELL_SHOWN, 1]


@pytest.mark.parametrize(
    ('kind', 'rows', 'shared'),
    [
        # one cell of 150 MB, in the sheet and as a text that cells share
        ('xlsx', [XLSX_ROW % (b'x' * (150 << 20))], []),
        ('ods', [ODS_ROW % (b'x' * (20 << 20))], []),
        ('xlsx', [b'<row><c t="s"><v>0</v></c></row>'], [b'x' * (65 << 20)]),
        # one row with half a million cells
        ('xlsx', [b'<row>', *[b'<c t="inlineStr"><is><t>x</t></is></c>'] * 500_000, b'</row>'], []),
        ('ods', [b'<table:table-row>', *[b'<table:table-cell><text:p>x</text:p></table:table-cell>'] * 500_000, b'</table:table-row>'], []),
        # one text in every cell
        ('xlsx', [b'<row>' + b'<c t="s"><v>0</v></c>' * 900 + b'</row>'] * 100, [b'x' * 32_000]),
        # one row, as often as one likes
        (
            'ods',
            [
                b'<table:table-row table:number-rows-repeated="1000000000">'
                b'<table:table-cell table:number-columns-repeated="900"><text:p>' + b'x' * 9000 + b'</text:p></table:table-cell>'
                b'</table:table-row>'
            ],
            [],
        ),
        # formats to the last column, row after row
        ('xlsx', [b'<row><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="XFD1"/></row>'] * 1300, []),
    ],
    ids=['cell xlsx', 'cell ods', 'shared cell', 'cells xlsx', 'cells ods', 'shared text', 'rows ods', 'columns xlsx'],
)
def test_small_files_that_unpack_to_much(kind, rows, shared):
    content = sheet(kind, rows, shared)
    assert len(content) < 1 << 21
    del rows
    problem, peak = peak_of(lambda: [None for __ in company_sheet.read_sheet(io.BytesIO(content), kind)])
    assert problem.code == 'too_much'
    assert peak < 200 << 20


def test_an_open_quote_costs_one_row():
    content = ['name\n', '"open\n', *(f'company {n}\n' for n in range(500))]
    rows = list(company_file.read_csv(content, ';'))
    assert [row.line for row in rows if row.error] == [2]
    assert len(rows) == 502


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_named_problem(content):
    try:
        company_file.sniff(content, 'companies.csv')
        encoding = company_file.detect_encoding([content])
        stream = company_file.open_text(io.BytesIO(content), encoding)
        company_file.detect_delimiter(stream.read())
        stream.seek(0)
        for row in company_file.read_csv(stream, ','):
            company_row.parse({'name': row.cells[0]})
    except company_file.FileProblem as problem:
        assert problem.code
    except UnicodeError:
        assert encoding.startswith('utf-16')  # the caller words it


@given(text.filter(lambda value: not value.isascii()), st.sampled_from(['utf-8', 'utf-8-sig', 'utf-16']))
def test_unicode_is_detected(value, encoding):
    data = f'name,place\n{value}'.encode(encoding)
    detected = company_file.detect_encoding([data[:7], data[7:]])
    assert data.decode(detected).lstrip('\ufeff') == f'name,place\n{value}'.lstrip('\ufeff')


@given(st.dictionaries(st.sampled_from([column.target for column in company_columns.COLUMNS]), text))
def test_a_row_is_clean_or_has_problems(row):
    company = company_row.parse(row)
    assert 'name' in company.values or any(problem.rejects for problem in company.problems)
    for name, value in company.values.items():
        assert value is False or value, f'{name}: an empty cell must not be written'
        if isinstance(value, str):
            assert value == value.strip() and '\n' not in value
    again = company_row.parse({target: row[target] for target in row})
    assert again == company


@given(text)
def test_no_cell_of_the_rejected_rows_is_a_formula(value):
    content = company_file.write_csv([[value]]).decode('utf-8-sig')
    [[cell], *_rest] = list(csv.reader(io.StringIO(content, newline=''), delimiter=';')) or [['']]
    assert not cell.startswith(('=', '@', '\t', '\r')) or cell == value == ''
    assert cell.lstrip("'") == value.lstrip("'") or cell == "'" + value


@pytest.mark.parametrize('kind', company_file.SHEET_KINDS)
@pytest.mark.parametrize('content', [b'PK\x03\x04 no archive', b'\xd0\xcf\x11\xe0 no workbook', b'x' * 600])
def test_damaged_sheets(kind, content):
    with pytest.raises(company_file.FileProblem):
        list(company_sheet.read_sheet(io.BytesIO(content), kind))
