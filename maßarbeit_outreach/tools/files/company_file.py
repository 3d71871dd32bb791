"""Reading a company file as text rows: what kind of file, which encoding, which delimiter, which physical
line.

Pure rules, no Odoo. A file is read as a stream, so memory does not grow with its size. Use::

    kind = sniff(head, 'companies.csv')                 # 'csv', 'xlsx', 'xls', 'ods', or FileProblem
    encoding = detect_encoding(chunks)                  # the whole file once, in chunks
    for row in read_csv(text_stream, delimiter):        # Row(line, cells, error)
        ...

Errors come in two sizes. What makes the *file* unusable is raised as :class:`FileProblem` with a code and
parameters (the caller words it in the user's language). What spoils one *row* is a value: ``Row.error``;
reading goes on behind it.
"""

import codecs
import csv
import io
import itertools
import re
from collections import Counter, deque
from typing import NamedTuple

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 200_000
# What a line, and a record of several lines, may hold in characters. It is read no further than that: without line
# ends, a file would be one line in memory.
MAX_LINE = 1_000_000
# What a spreadsheet program can hold in one cell.
MAX_CELL = 32_767
MAX_COLUMNS = 1_000
# Where the row that names the columns is looked for.
HEAD_ROWS = 30
# What is kept of a cell in a row that is too large.
CELL_SHOWN = 200
# A record that spans more than this is not an address with line breaks but a quotation mark that was never
# closed.
MAX_LINES_PER_RECORD = 50

ENCODINGS = ('utf-8', 'utf-8-sig', 'utf-16', 'cp1252', 'latin-1', 'iso8859-15', 'cp850', 'mac-roman')
DELIMITERS = (';', ',', '\t', '|')
SHEET_KINDS = ('xlsx', 'xls', 'ods')
REPLACEMENT = '\ufffd'

_BOMS = ((codecs.BOM_UTF8, 'utf-8-sig'), (codecs.BOM_UTF16_LE, 'utf-16'), (codecs.BOM_UTF16_BE, 'utf-16'))
# Bytes that cp1252 leaves undefined: a text that has them is not cp1252.
_CP1252_HOLES = re.compile(rb'[\x81\x8d\x8f\x90\x9d]')
# Where German letters are, by what stands beside them: within a word, and at its beginning in front of a small letter.
_LETTERS = {
    'cp1252': (re.compile(rb'(?<=[A-Za-z])[\xe4\xf6\xfc\xdf]'), re.compile(rb'[\xc4\xd6\xdc](?=[a-z])')),
    'cp850': (re.compile(rb'(?<=[A-Za-z])[\x84\x94\x81\xe1]'), re.compile(rb'[\x8e\x99\x9a](?=[a-z])')),
    'mac-roman': (re.compile(rb'(?<=[A-Za-z])[\x8a\x9a\x9f\xa7]'), re.compile(rb'[\x80\x85\x86](?=[a-z])')),
}
_CONTROL = re.compile(rb'[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]')
_SEP_LINE = re.compile(r'^"?sep=([^\w\s"]|\t)"?\r?\n?$', re.IGNORECASE)
_BAD_CELL = re.compile(r'#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|GETTING_DATA|SPILL!|CALC!|FIELD!|\?)|Err:')
# First characters that make a spreadsheet program calculate instead of show.
_FORMULA_START = ('=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠')


class FileProblem(Exception):
    """The file as a whole cannot be used. ``code`` names the reason, ``params`` fill its wording.

    Codes: empty, too_large, too_much, too_many_rows, too_many_columns, line_too_long, binary, nul, wrong_type, html,
    encoding, library, damaged, no_sheet, no_rows, no_header, no_header_line, header_quoting, duplicate_headers.
    """

    def __init__(self, code, **params):
        super().__init__(code, params)
        self.code = code
        self.params = params


class Row(NamedTuple):
    """One record: ``line`` is the physical line on which it starts (1 = first line of the file or sheet),
    ``error`` is None or a code (quoting, bad_cell, cell_too_long, too_many_columns) that makes the row unreadable."""

    line: int
    cells: list
    error: str | None = None


def sniff(head, file_name=''):
    """Tell the kind of file from its first bytes; the name only decides between look-alikes.

    :param bytes head: the first bytes (4096 are enough)
    :param str file_name: as uploaded
    :return: 'csv', 'xlsx', 'xls' or 'ods'
    :raises FileProblem: empty, binary, wrong_type, html, nul

    >>> sniff(b'name;ort', 'firmen.txt')
    'csv'
    >>> sniff(b'%PDF-1.7', 'firmen.csv')  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    FileProblem: ('wrong_type', {'kind': 'PDF'})
    """
    if not head:
        raise FileProblem('empty')
    extension = file_name.rpartition('.')[2].lower()
    if head.startswith(b'PK\x03\x04'):
        if b'mimetypeapplication/vnd.oasis.opendocument.spreadsheet' in head or extension == 'ods':
            return 'ods'
        if extension in ('xlsx', 'xlsm') or b'xl/' in head:
            return 'xlsx'
        raise FileProblem('wrong_type', kind=extension.upper() if extension in ('docx', 'pptx', 'odt') else 'ZIP')
    if head.startswith(b'\xd0\xcf\x11\xe0'):
        if extension in ('doc', 'ppt', 'msg'):
            raise FileProblem('wrong_type', kind=extension.upper())
        return 'xls'
    for magic, kind in (
        (b'%PDF', 'PDF'),
        (b'\x89PNG', 'PNG'),
        (b'\xff\xd8\xff', 'JPEG'),
        (b'GIF8', 'GIF'),
        (b'\x1f\x8b', 'GZIP'),
        (b'Rar!', 'RAR'),
        (b'7z\xbc\xaf', '7Z'),
        (b'{\\rtf', 'RTF'),
    ):
        if head.startswith(magic):
            raise FileProblem('wrong_type', kind=kind)
    if any(head.startswith(bom) for bom, _encoding in _BOMS):
        return 'csv'
    if b'\0' in head:
        if _utf16_without_mark(head):
            return 'csv'
        raise FileProblem('nul' if _looks_like_text(head.replace(b'\0', b'')) else 'binary')
    if not head.strip():
        raise FileProblem('empty')
    if not _looks_like_text(head):
        raise FileProblem('binary')
    if re.match(rb'\s*<(!doctype|html|table|\?xml|body)', head, re.IGNORECASE):
        raise FileProblem('html')
    return 'csv'


def _looks_like_text(head):
    return len(_CONTROL.findall(head)) * 50 <= len(head)


def _utf16_without_mark(head):
    """'utf-16-le', 'utf-16-be' or None, for a text without byte order mark: every second byte is zero."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    even, odd = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if odd > pairs * 0.7 and even < pairs * 0.1:
        return 'utf-16-le'
    if even > pairs * 0.7 and odd < pairs * 0.1:
        return 'utf-16-be'
    return None


def detect_encoding(chunks):
    """Find the encoding of a text from all of its bytes.

    UTF-8 is proven by decoding everything. A file that is UTF-8 except for a few broken places stays UTF-8:
    the rows with the broken places are rejected later, instead of every umlaut of the file becoming two
    characters.

    :param chunks: iterable of bytes, together the whole file
    :return: name of a Python codec
    :raises FileProblem: nul (with the line), for zero bytes in a text that is not UTF-16

    >>> detect_encoding([b'Osnabr\\xc3', b'\\xbcck'])
    'utf-8'
    >>> detect_encoding([b'Osnabr\\xfcck'])
    'cp1252'
    >>> detect_encoding([b'\\x81\\xfc'])
    'latin-1'

    Without Unicode, German letters tell by where they are; the usual encoding is taken where nothing tells:

    >>> [detect_encoding(['Köln, Würzburg'.encode(name)]) for name in ('latin-1', 'cp850', 'mac-roman')]
    ['cp1252', 'cp850', 'mac-roman']
    >>> detect_encoding(['„Hof“ … und so'.encode('cp1252')])
    'cp1252'
    """
    decoder = codecs.getincrementaldecoder('utf-8')(errors='replace')
    good = bad = lines = 0
    letters = dict.fromkeys(_LETTERS, 0)
    holes = False
    first = True
    for chunk in chunks:
        if first:
            first = False
            for bom, encoding in _BOMS:
                if chunk.startswith(bom):
                    return encoding
            if encoding := _utf16_without_mark(chunk[:4096]):
                return encoding
        position = chunk.find(b'\0')
        if position >= 0:
            raise FileProblem('nul', line=lines + chunk.count(b'\n', 0, position) + 1)
        lines += chunk.count(b'\n')
        if not holes:
            holes = bool(_CP1252_HOLES.search(chunk))
        if not chunk.isascii() or decoder.getstate()[0]:
            text = decoder.decode(chunk)
            broken = text.count(REPLACEMENT)
            bad += broken
            good += sum(1 for character in text if character > '\x7f') - broken
            if bad > good:
                for encoding, (within, first_letter) in _LETTERS.items():
                    letters[encoding] += 2 * len(within.findall(chunk)) + len(first_letter.findall(chunk))
    bad += decoder.decode(b'', final=True).count(REPLACEMENT)
    if not bad or good > bad:
        return 'utf-8'
    best = max(letters, key=letters.get)  # the first one of those that are as good
    if best != 'cp1252' and letters[best] > 1:
        return best
    return 'latin-1' if holes else 'cp1252'


def open_text(stream, encoding):
    """Wrap a binary stream as text for :func:`read_csv`.

    Broken bytes become the replacement character in UTF-8 (the row is rejected, not the file). UTF-16 is
    strict: one lost byte there shifts everything behind it.

    :raises FileProblem: encoding, when the codec is unknown
    """
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise FileProblem('encoding', encoding=encoding) from None
    errors = 'replace' if not encoding.startswith('utf-16') else 'strict'
    if encoding == 'utf-8':
        encoding = 'utf-8-sig'  # a mark in front of the first header would hide it
    return io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline='')


def detect_delimiter(sample, known_header=lambda text: False):
    """Choose the delimiter under which the header is best understood and the rows are as wide as the header.

    :param str sample: the beginning of the text, cut anywhere
    :param known_header: callable text -> bool, whether a header cell is a known column name
    :return: one character of :data:`DELIMITERS`

    >>> detect_delimiter('Name;Ort\\nA, B & C;Melle\\n')
    ';'
    >>> detect_delimiter('name,ort;lage\\nA,Melle;Buer\\n', lambda text: text == 'name')
    ','
    """
    lines = sample.splitlines(keepends=True)
    if lines and (match := _SEP_LINE.match(lines[0])):
        return match[1]
    if len(lines) > 1 and not lines[-1].endswith(('\n', '\r')):
        lines.pop()
    best, best_score = ',', None
    for delimiter in DELIMITERS:
        rows = list(itertools.islice((row for row in read_csv(iter(lines), delimiter) if row.error != 'quoting'), 50))
        if not rows:
            continue
        width = len(rows[0].cells)
        known = max(count_headings(row, known_header) for row in rows[:HEAD_ROWS])
        same = sum(1 for row in rows if len(row.cells) == width) / len(rows)
        score = (known, width > 1, same, width)
        if best_score is None or score > best_score:
            best, best_score = delimiter, score
    return best


def open_csv(stream, known_header=lambda text: False, encoding=None, delimiter=None):
    """Open a text table; what is not given is found out from the file.

    :param stream: seekable binary stream; stays open while the rows are read
    :return: ``(rows, encoding, delimiter)``, the rows as :func:`read_csv` yields them, header first
    :raises FileProblem: encoding, nul

    >>> rows, encoding, delimiter = open_csv(io.BytesIO(b'Name;Ort\\nA;Melle'))
    >>> [row.cells for row in rows], encoding, delimiter
    ([['Name', 'Ort'], ['A', 'Melle']], 'utf-8', ';')
    """
    if not encoding:
        encoding = detect_encoding(iter(lambda: stream.read(1 << 20), b''))
        stream.seek(0)
    text = open_text(stream, encoding)
    if not delimiter:
        try:
            sample = text.read(64 * 1024)
        except UnicodeError as exc:
            raise FileProblem('encoding', encoding=encoding, line=1) from exc
        delimiter = detect_delimiter(sample, known_header)
        text.seek(0)
    return read_csv(read_lines(text), delimiter), encoding, delimiter


def read_lines(text):
    """Iterate over the physical lines of a text stream. One that is too long comes cut off, with one character more than
    :data:`MAX_LINE`."""
    return iter(lambda: text.readline(MAX_LINE + 1), '')


def fit(row):
    """The row, or, where a cell is too long or there are too many, the beginning of it with an error.

    >>> fit(Row(1, ['a', 'x' * 40_000])).error, fit(Row(1, ['a'] * 1001)).error, fit(Row(1, ['a'] + [''] * 2000)).error
    ('cell_too_long', 'too_many_columns', None)
    """
    if any(len(cell) > MAX_CELL for cell in row.cells):
        error = 'cell_too_long'
    elif any(row.cells[MAX_COLUMNS:]):
        error = 'too_many_columns'
    else:
        return row
    return Row(row.line, [cell[:CELL_SHOWN] for cell in row.cells[:MAX_COLUMNS]], row.error or error)


class _Lines:
    """Iterator over physical lines that counts them and can take lines back.

    One record may take at most `limit` lines; more raise :class:`csv.Error`, and so do too many characters.
    """

    def __init__(self, lines, limit):
        self._lines = iter(lines)
        self._limit = limit
        self._pending = deque()
        self.line = 0
        self.taken = []

    def __iter__(self):
        return self

    def __next__(self):
        if len(self.taken) >= self._limit:
            raise csv.Error("record too long")
        text = self._pending.popleft() if self._pending else next(self._lines)
        self.line += 1
        if len(text) > MAX_LINE:
            raise FileProblem('line_too_long', line=self.line, limit=MAX_LINE)
        self.taken.append(text)
        if len(self.taken) > 1 and sum(map(len, self.taken)) > MAX_LINE:
            raise csv.Error("record too long")
        return text

    def start_record(self):
        self.taken = []

    def give_back(self):
        """Return all lines of the record but its first."""
        back = self.taken[1:]
        self._pending.extendleft(reversed(back))
        self.line -= len(back)
        del self.taken[1:]


def read_csv(lines, delimiter=',', quotechar='"', max_lines=MAX_LINES_PER_RECORD):
    """Yield :class:`Row` for each non-empty record.

    An unreadable record (a quotation mark that is not closed, or text behind a closing one) yields one row
    with error 'quoting' for its first physical line, and reading resumes on the next line, so that one
    forgotten mark does not swallow the rest of the file.

    :param lines: iterable of physical lines with their line ends, e.g. from :func:`open_text`
    :param max_lines: what one record may span
    :raises FileProblem: encoding, when the text cannot be decoded; line_too_long

    >>> [(row.line, row.cells) for row in read_csv(['a,b\\n', '\\n', '"x\\n', 'y",z\\n', 'c,d'])]
    [(1, ['a', 'b']), (3, ['x\\ny', 'z']), (5, ['c', 'd'])]
    >>> [(row.line, row.error) for row in read_csv(['a\\n', '"open\\n', 'b\\n'])]
    [(1, None), (2, 'quoting'), (3, None)]
    """
    source = _Lines(lines, max_lines)
    reader = csv.reader(source, delimiter=delimiter, quotechar=quotechar, strict=True)
    first = True
    while True:
        source.start_record()
        start = source.line + 1
        error = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnicodeError as exc:
            raise FileProblem('encoding', encoding=getattr(exc, 'encoding', '?'), line=start) from exc
        except csv.Error as exc:
            error = 'cell_too_long' if 'field limit' in str(exc) and len(source.taken) == 1 else 'quoting'
            source.give_back()
            cells = [source.taken[0].rstrip('\r\n') if source.taken else '']
        if first and source.taken and _SEP_LINE.match(source.taken[0]):
            first = False
            continue
        if error or any(cell and not cell.isspace() for cell in cells):
            first = False
            yield fit(Row(start, cells, error))


def is_bad(text):
    """Whether a cell of a sheet is the error of a formula.

    >>> is_bad('#REF!'), is_bad('#N/A'), is_bad('Err:502'), is_bad('#1 Muster')
    (True, True, True, False)
    """
    return bool(_BAD_CELL.match(text))


def count_headings(row, is_header):
    """How many cells of a row are known column names."""
    return 0 if row.error == 'quoting' else sum(1 for cell in row.cells if cell and is_header(cell))


def find_header(rows, is_header, line=None):
    """The row that names the columns: the one with most known names among the first, where titles and notes stand above it.

    :param rows: iterator; it goes on behind the header
    :param is_header: callable text -> bool, whether a cell is a known column name
    :param line: where a person says that it is
    :return: ``(header row, rows below it)``
    :raises FileProblem: empty, no_header_line (line)

    >>> rows = [Row(1, ['Stand 2026']), Row(3, ['Name', 'Ort']), Row(4, ['A', 'Melle'])]
    >>> header, below = find_header(iter(rows), ['Name', 'Ort'].__contains__)
    >>> header.line, [row.line for row in below]
    (3, [4])
    >>> find_header(iter(rows), ['Name', 'Ort'].__contains__, line=4)[0].cells
    ['A', 'Melle']
    """
    if line:
        for row in rows:
            if row.line >= line:
                if row.line == line:
                    return row, rows
                break
        raise FileProblem('no_header_line', line=line)
    head = list(itertools.islice(rows, HEAD_ROWS))
    if not head:
        raise FileProblem('empty')
    counts = [count_headings(row, is_header) for row in head]
    best = counts.index(max(counts))
    # one known name alone may be a word in a row of data, unless the first row is a title
    if counts[best] < 2 and not (counts[best] > counts[0] and len(list(filter(None, head[0].cells))) == 1 < len(head[best].cells)):
        best = 0
    return head[best], itertools.chain(head[best + 1 :], rows)


def name_columns(header):
    """The names of the columns; of equal ones, the second gets a number.

    >>> name_columns(Row(1, ['Firma', ' Telefon', 'Telefon', '']))
    ['Firma', 'Telefon', 'Telefon (2)', '']

    :raises FileProblem: no_header, header_quoting, cell_too_long, too_many_columns
    """
    if header.error and header.error != 'bad_cell':
        raise FileProblem('header_quoting' if header.error == 'quoting' else header.error)
    names, seen = [], Counter()
    for cell in header.cells:
        name = ' '.join(str(cell).split())
        seen[name.lower()] += bool(name)
        names.append(f'{name} ({seen[name.lower()]})' if seen[name.lower()] > 1 else name)
    if not any(names):
        raise FileProblem('no_header')
    return names


def check_header(cells):
    """Check the header row and return its names, trimmed.

    :raises FileProblem: no_header (all empty), duplicate_headers (names)
    """
    names = [' '.join(str(cell).split()) for cell in cells]
    if not any(names):
        raise FileProblem('no_header')
    seen, twice = set(), []
    for name in names:
        key = name.lower()
        if key and key in seen and name not in twice:
            twice.append(name)
        seen.add(key)
    if twice:
        raise FileProblem('duplicate_headers', names=', '.join(twice))
    return names


def neutralise(text):
    """Make a cell safe to open in a spreadsheet: a leading apostrophe keeps it from being run as a formula.

    Plain numbers stay as they are; only text that could start a formula is changed (CWE-1236). :func:`restore` takes it back.

    >>> neutralise('=HYPERLINK("http://x")')
    '\\'=HYPERLINK("http://x")'
    >>> neutralise('-12'), neutralise('+49 541 1')
    ('-12', "'+49 541 1")
    """
    start = text.lstrip("'")
    if start.startswith(_FORMULA_START) and (start != text or not re.fullmatch(r'[-+]?\d+([.,]\d+)?', text)):
        return "'" + text
    return text


def restore(text):
    """A cell as it was before :func:`neutralise`.

    >>> restore("'+Plus GmbH"), restore("'t Hof"), restore(neutralise("'=1")), restore("-12")
    ('+Plus GmbH', "'t Hof", "'=1", '-12')
    """
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(_FORMULA_START) else text


def write_csv(rows, delimiter=';'):
    """Bytes of a CSV that spreadsheet programs open right: UTF-8 with mark, every cell neutralised.

    :param rows: iterable of lists of str, header first
    """
    buffer = io.StringIO(newline='')
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator='\r\n')
    for row in rows:
        writer.writerow([neutralise(str(cell)) for cell in row])
    return codecs.BOM_UTF8 + buffer.getvalue().encode('utf-8', errors='replace')
