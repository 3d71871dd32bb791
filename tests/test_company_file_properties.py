"""What reading a company file promises for every file, not only for the examples in the doctests."""
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules import company_columns, company_file, company_row, company_sheet

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
        assert encoding.startswith('utf-16')    # the caller words it


@given(text.filter(lambda value: not value.isascii()), st.sampled_from(['utf-8', 'utf-8-sig', 'utf-16']))
def test_unicode_is_detected(value, encoding):
    data = f'name,place\n{value}'.encode(encoding)
    detected = company_file.detect_encoding([data[:7], data[7:]])
    assert data.decode(detected).lstrip('\ufeff') == f'name,place\n{value}'.lstrip('\ufeff')


@given(st.dictionaries(st.sampled_from(company_columns.TARGETS), text))
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
