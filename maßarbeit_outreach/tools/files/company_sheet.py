"""Reading a sheet of a spreadsheet (xlsx, xls, ods) row by row.

Why not the readers of ``base_import``: they drop empty rows without counting them (every line number behind
is wrong), hold the whole sheet in memory, give up the whole file for one ``#REF!`` cell, and read ods only
with a library that is not installed everywhere. xlsx and xls use the same libraries as there; ods needs none.
"""

import datetime
import itertools
import re
import zipfile

from .company_file import MAX_COLUMNS, FileProblem, Row, fit, is_bad

# Sheets formatted "to the end" have a million empty rows; nobody has data behind this many.
MAX_EMPTY_ROWS = 10_000
# Who has more sheets says which one is meant.
MAX_SHEETS = 30
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
# All but the sheet itself is read as a whole: texts that cells share, formats.
MAX_PART_BYTES = 64 * 1024 * 1024
# One shared text can stand in all cells, and formats reach to the last column: what the cells of a sheet come to.
MAX_CELLS = 20_000_000
MAX_TEXT = 256 * 1024 * 1024
# A row is read as a whole before its cells can be counted.
MAX_ROW_BYTES = 16 * 1024 * 1024
_ROW = re.compile(rb'<(?:[\w.-]+:)?(?:table-)?row\b')
_TABLE = '{urn:oasis:names:tc:opendocument:xmlns:table:1.0}'
_TEXT = '{urn:oasis:names:tc:opendocument:xmlns:text:1.0}'
_OFFICE = '{urn:oasis:names:tc:opendocument:xmlns:office:1.0}'


def read_sheet(stream, kind, wanted=None):
    """Yield :class:`Row` for each non-empty row of one sheet; ``line`` is the row number shown by the program.

    :param stream: seekable binary stream
    :param kind: 'xlsx', 'xls' or 'ods'
    :param wanted: callable name -> bool; the first sheet of such a name is read, else the first one
    :raises FileProblem: library (name), damaged, no_sheet, too_large, too_much
    """
    reader = {'xlsx': _read_xlsx, 'xls': _read_xls, 'ods': _read_ods}[kind]
    empty = count = size = 0
    try:
        for line, cells, error in reader(stream, wanted):
            count += len(cells)
            size += sum(map(len, cells))
            if count > MAX_CELLS or size > MAX_TEXT:
                raise _too_much()
            if error or any(cell and not cell.isspace() for cell in cells):
                empty = 0
                yield fit(Row(line, cells, error))
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


def read_names(stream, kind):
    """The names of all sheets, in their order.

    :param stream: seekable binary stream; is at its beginning again afterwards
    :raises FileProblem: as :func:`read_sheet`
    """
    names = []

    def note(name):
        names.append(name)
        return False

    # all names are asked for before the first sheet is read
    next(read_sheet(stream, kind, note), None)
    stream.seek(0)
    return names


def read_head(stream, kind, name, count):
    """The first rows of the sheet of that name; the stream is at its beginning again afterwards."""
    rows = list(itertools.islice(read_sheet(stream, kind, name.__eq__), count))
    stream.seek(0)
    return rows


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
    # as some writers of xlsx have the first half of a line break
    return str(value).replace('_x000D_', '\r')


def _too_much():
    return FileProblem('too_much', cells=MAX_CELLS, limit=MAX_TEXT // 1024 // 1024)


def _check_unpacked_size(stream):
    """A small archive may unpack to more than the memory holds, as a whole or in one row."""
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
        sheets = [entry for entry in entries if entry.filename == 'content.xml' or entry.filename.startswith('xl/worksheets/')]
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES or any(
            entry.file_size > MAX_PART_BYTES for entry in entries if entry not in sheets
        ):
            raise _too_much()
        for entry in sheets:
            if entry.file_size > MAX_ROW_BYTES:
                with archive.open(entry) as content:
                    _check_rows(content)
    stream.seek(0)


def _choose(names, wanted):
    """The index of the sheet to read.

    >>> _choose(['Deckblatt', 'Gemeinden'], None), _choose(['Deckblatt', 'Gemeinden'], 'Gemeinden'.__eq__)
    (0, 1)
    """
    return next((index for index, name in enumerate(names) if wanted and wanted(name)), 0)


def _check_rows(content):
    at, begun, tail = 0, 0, b''
    while chunk := content.read(1 << 20):
        piece = tail + chunk
        start = at - len(tail)
        for match in _ROW.finditer(piece):
            if start + match.start() - begun > MAX_ROW_BYTES:
                raise _too_much()
            begun = start + match.start()
        at += len(chunk)
        tail = piece[-64:]
        if at - begun > MAX_ROW_BYTES:
            raise _too_much()


def _read_xlsx(stream, wanted):
    import openpyxl

    _check_unpacked_size(stream)
    book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    try:
        if not book.worksheets:
            raise FileProblem('no_sheet')
        sheet = book.worksheets[_choose([sheet.title for sheet in book.worksheets], wanted)]
        sheet.reset_dimensions()  # some writers store a wrong extent, and rows behind it would be lost
        for line, row in enumerate(sheet.rows, 1):
            bad = any(cell.data_type == 'e' for cell in row)
            yield line, [text_of(cell.value) for cell in row], 'bad_cell' if bad else None
    finally:
        book.close()


def _read_xls(stream, wanted):
    import xlrd

    book = xlrd.open_workbook(file_contents=stream.read(), on_demand=True)
    if not book.nsheets:
        raise FileProblem('no_sheet')
    sheet = book.sheet_by_index(_choose(book.sheet_names(), wanted))
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


def _read_ods(stream, wanted):
    _check_unpacked_size(stream)
    with zipfile.ZipFile(stream) as archive:
        # the names are strewn over the whole file: looked for only where they matter
        index = _choose(list(_ods_names(archive)), wanted) if wanted else 0
        with archive.open('content.xml') as content:
            yield from _read_ods_table(content, index)


def _ods_names(archive):
    with archive.open('content.xml') as content:
        for event, element in _parse(content):
            if event == 'start' and element.tag == f'{_TABLE}table':
                yield element.get(f'{_TABLE}name') or ''
            elif event == 'end' and element.tag == f'{_TABLE}table-row':
                element.clear()


def _parse(content):
    from lxml import etree

    return etree.iterparse(content, events=('start', 'end'), resolve_entities=False, no_network=True)


def _read_ods_table(content, wanted):
    line, index, found = 1, -1, False
    for event, element in _parse(content):
        if element.tag == f'{_TABLE}table':
            if event == 'end' and found:
                return
            index += event == 'start'
            found = index == wanted
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


def _ods_text(part):
    """The text of a paragraph in pieces; what is no letter there is an element."""
    yield part.text or ''
    for child in part:
        if child.tag == f'{_TEXT}line-break':
            yield '\n'
        elif child.tag in (f'{_TEXT}s', f'{_TEXT}tab'):
            yield ' '
        elif isinstance(child.tag, str):
            yield from _ods_text(child)
        yield child.tail or ''


def _ods_cells(row):
    cells, error, gap = [], None, 0
    for cell in row:
        if cell.tag not in (f'{_TABLE}table-cell', f'{_TABLE}covered-table-cell'):
            continue
        repeat = int(cell.get(f'{_TABLE}number-columns-repeated') or 1)
        text = '\n'.join(''.join(_ods_text(part)) for part in cell.iterfind(f'{_TEXT}p'))
        if cell.get(f'{_OFFICE}value-type') == 'float' and cell.get(f'{_OFFICE}value') and not text.isdigit():
            # the number itself, not how the sheet formats it (49.080 for a postcode)
            text = text_of(float(cell.get(f'{_OFFICE}value')))
        if is_bad(text):
            error = 'bad_cell'
        if text:
            cells.extend([''] * gap)
            gap = 0
            cells.extend([text] * min(repeat, 1000))
        else:
            gap += repeat  # trailing repeats reach to column 16384; only a later value makes them real
        if gap > 16384 or len(cells) > MAX_COLUMNS:
            break
    return cells, error
