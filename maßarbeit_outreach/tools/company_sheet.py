"""Reading the first sheet of a spreadsheet (xlsx, xls, ods) row by row.

Why not the readers of ``base_import``: they drop empty rows without counting them (every line number behind
is wrong), hold the whole sheet in memory, give up the whole file for one ``#REF!`` cell, and read ods only
with a library that is not installed everywhere. xlsx and xls use the same libraries as there; ods needs none.
"""

import datetime
import zipfile

from .company_file import FileProblem, Row

# Sheets formatted "to the end" have a million empty rows; nobody has data behind this many.
MAX_EMPTY_ROWS = 10_000
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
_TABLE = '{urn:oasis:names:tc:opendocument:xmlns:table:1.0}'
_TEXT = '{urn:oasis:names:tc:opendocument:xmlns:text:1.0}'
_OFFICE = '{urn:oasis:names:tc:opendocument:xmlns:office:1.0}'


def read_sheet(stream, kind):
    """Yield :class:`Row` for each non-empty row of the first sheet; ``line`` is the row number shown by the
    program.

    :param stream: seekable binary stream
    :param kind: 'xlsx', 'xls' or 'ods'
    :raises FileProblem: library (name), damaged, no_sheet, too_large
    """
    reader = {'xlsx': _read_xlsx, 'xls': _read_xls, 'ods': _read_ods}[kind]
    empty = 0
    try:
        for line, cells, error in reader(stream):
            if error or any(cell and not cell.isspace() for cell in cells):
                empty = 0
                yield Row(line, cells, error)
            else:
                empty += 1
                if empty > MAX_EMPTY_ROWS:
                    return
    except (FileProblem, GeneratorExit):
        raise
    except ImportError as exc:
        raise FileProblem('library', name=exc.name or kind) from exc
    except Exception as exc:
        # The three libraries raise whatever their parser stumbles over; for the user it is one thing.
        raise FileProblem('damaged', kind=kind.upper()) from exc


def text_of(value):
    """A cell value as the text that the user sees.

    >>> text_of(49080.0), text_of(1.5), text_of(None), text_of(datetime.datetime(2018, 10, 17))
    ('49080', '1.5', '', '2018-10-17')
    """
    if value is None:
        return ''
    if isinstance(value, bool):
        return 'True' if value else 'False'
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=' ')
    return str(value)


def _check_unpacked_size(stream):
    """A small archive may unpack to more than the memory holds."""
    with zipfile.ZipFile(stream) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise FileProblem('too_large', limit=MAX_UNPACKED_BYTES // 1024 // 1024)
    stream.seek(0)


def _read_xlsx(stream):
    import openpyxl

    _check_unpacked_size(stream)
    book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    try:
        if not book.worksheets:
            raise FileProblem('no_sheet')
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some writers store a wrong extent, and rows behind it would be lost
        for line, row in enumerate(sheet.rows, 1):
            bad = any(cell.data_type == 'e' for cell in row)
            yield line, [text_of(cell.value) for cell in row], 'bad_cell' if bad else None
    finally:
        book.close()


def _read_xls(stream):
    import xlrd

    book = xlrd.open_workbook(file_contents=stream.read(), on_demand=True)
    if not book.nsheets:
        raise FileProblem('no_sheet')
    sheet = book.sheet_by_index(0)
    for index in range(sheet.nrows):
        cells, error = [], None
        for cell in sheet.row(index):
            if cell.ctype == xlrd.XL_CELL_ERROR:
                error = 'bad_cell'
                cells.append(xlrd.error_text_from_code.get(cell.value, '#?'))
            elif cell.ctype == xlrd.XL_CELL_DATE:
                cells.append(text_of(xlrd.xldate_as_datetime(cell.value, book.datemode)))
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                cells.append(text_of(bool(cell.value)))
            else:
                cells.append(text_of(cell.value))
        yield index + 1, cells, error


def _read_ods(stream):
    from lxml import etree

    _check_unpacked_size(stream)
    with zipfile.ZipFile(stream) as archive, archive.open('content.xml') as content:
        line, found = 1, False
        events = etree.iterparse(content, events=('start', 'end'), resolve_entities=False, no_network=True)
        for event, element in events:
            if element.tag == f'{_TABLE}table':
                if event == 'end':
                    return  # the first sheet only
                found = True
            elif event == 'end' and found and element.tag == f'{_TABLE}table-row':
                repeat = int(element.get(f'{_TABLE}number-rows-repeated') or 1)
                cells, error = _ods_cells(element)
                filled = any(cells)
                for offset in range(repeat if filled else 1):
                    yield line + offset, cells, error
                line += repeat
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        if not found:
            raise FileProblem('no_sheet')


def _ods_cells(row):
    cells, error, gap = [], None, 0
    for cell in row:
        if cell.tag not in (f'{_TABLE}table-cell', f'{_TABLE}covered-table-cell'):
            continue
        repeat = int(cell.get(f'{_TABLE}number-columns-repeated') or 1)
        text = '\n'.join(''.join(part.itertext()) for part in cell.iterfind(f'{_TEXT}p'))
        if cell.get(f'{_OFFICE}value-type') == 'float' and cell.get(f'{_OFFICE}value') and not text.isdigit():
            # the number itself, not how the sheet formats it (49.080 for a postcode)
            text = text_of(float(cell.get(f'{_OFFICE}value')))
        if text.startswith(('#REF!', '#N/A', '#NAME?', '#VALUE!', '#DIV/0!', 'Err:')):
            error = 'bad_cell'
        if text:
            cells.extend([''] * gap)
            gap = 0
            cells.extend([text] * min(repeat, 1000))
        else:
            gap += repeat  # trailing repeats reach to column 16384; only a later value makes them real
            if gap > 16384:
                break
    return cells, error
