"""Reading the files of a published classification: from a folder, a zip or single CSV files to rows with named
columns.

Pure rules, no Odoo; a file is read as a stream. Use::

    for file in open_paths([Path('ESCO dataset.zip')]):     # or unpack() for uploads
        table = Table(file)                                 # header read, delimiter and encoding found
        layout = identify(table, LAYOUTS)                   # by its columns, not by its name
        for line, (uri, label) in table.rows(layout, 'uri', 'label'):
            ...

Whatever is wrong is raised as :class:`CatalogueProblem`: a classification is taken as a whole or not at all.
"""

import codecs
import contextlib
import graphlib
import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from ..files import company_file

MAX_FILES = 500
MAX_BYTES = 256 * 1024 * 1024
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
# ESCO knows more than fifty names, one per line, for some concepts.
MAX_LINES_PER_RECORD = 2000
# What the zip library stumbles over in a damaged archive.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError)
EXTENSIONS = ('.csv', '.txt', '.tsv')


class CatalogueProblem(company_file.FileProblem):
    """Why files are no catalogue: ``code`` and ``params`` as in the base class, besides ``file`` (its name), ``line``
    and ``column`` where the reason has such.

    Codes besides those of the base class: no_files, nothing_known, swapped, language, missing_column, twice,
    too_many_cells, too_few_cells, quoting, undecodable, missing_value, bad_value, contradiction, cycle, no_version.
    """

    def __init__(self, code, file=None, line=None, column=None, **params):
        super().__init__(code, file=file, line=line, column=column, **params)
        self.file = file
        self.line = line
        self.column = column


class SourceFile(NamedTuple):
    """A file somewhere: `name` without folders, `size` in bytes, and how to open it for reading bytes."""

    name: str
    size: int
    open: Callable


class Layout(NamedTuple):
    """What a kind of file looks like.

    `columns` are all columns that are read, as {name: pattern of the header}, matched against :func:`key` of it;
    `needed` those of them without which it is not this kind. `claim` is the pattern of file names that promise this
    kind. `accepts` tells files with the same columns apart, by the first row as a dict. `parse` is a function of the
    table and its layout that yields ``(stage, values)``; None: the file is known and not needed. `ragged`: rows may be
    shorter than the header. `any_encoding`: not only UTF-8. `parts`: there may be several files of the kind.
    """

    kind: str
    source: str | None
    claim: str
    columns: dict
    needed: tuple
    parse: Callable | None
    accepts: Callable = lambda row: True
    ragged: bool = False
    any_encoding: bool = False
    parts: bool = False


# -- files ---------------------------------------------------------------------


def open_paths(paths):
    """List the files of folders (with their sub-folders), zips and single files.

    :param paths: iterable of :class:`pathlib.Path`
    :return: list of :class:`SourceFile`
    :raises CatalogueProblem: no_files, too_large, damaged
    """
    files = []
    for path in paths:
        if path.is_dir():
            found = sorted(
                entry
                for entry in path.rglob('*')
                if entry.suffix.lower() in EXTENSIONS and not entry.name.startswith('.') and entry.is_file()
            )
        elif path.is_file():
            found = [path]
        else:
            raise CatalogueProblem('no_files', file=path.name)
        for entry in found:
            files += unpack(entry.name, lambda entry=entry: entry.open('rb'))
    return check_files(files)


def unpack(name, open_file, extensions=EXTENSIONS):
    """List the files in an upload: those of a zip, else itself.

    :param open_file: function that opens it for reading bytes; seekable
    :param extensions: of the files that are taken out of a zip
    :return: list of :class:`SourceFile`
    :raises CatalogueProblem: empty, wrong_type, damaged, too_large
    """
    with open_file() as stream:
        head = stream.read(4096)
        size = stream.seek(0, os.SEEK_END)
        if head.startswith(b'PK') and Path(name).suffix.lower() not in ('.xlsx', '.xlsm', '.ods', '.docx', '.odt'):
            stream.seek(0)
            return _unpack_zip(name, stream, open_file, extensions)
    try:
        kind = company_file.sniff(head, name)
    except company_file.FileProblem as problem:
        raise CatalogueProblem(problem.code, **{**problem.params, 'file': name}) from problem
    if kind != 'csv':
        raise CatalogueProblem('wrong_type', file=name, kind=kind.upper())
    return [SourceFile(name, size, open_file)]


def _unpack_zip(name, stream, open_file, extensions):
    try:
        with zipfile.ZipFile(stream) as archive:
            everything = archive.infolist()
            # each one that is opened later reads this list anew
            if len(everything) > MAX_FILES:
                raise CatalogueProblem('too_many_files', file=name, limit=MAX_FILES)
            entries = [
                entry
                for entry in everything
                if not entry.is_dir()
                and Path(entry.filename).suffix.lower() in extensions
                and not Path(entry.filename).name.startswith('.')
                and '__MACOSX' not in entry.filename
            ]
    except ZIP_ERRORS as problem:
        raise CatalogueProblem('damaged', file=name, kind='ZIP') from problem
    if any(entry.flag_bits & 1 for entry in entries):
        raise CatalogueProblem('damaged', file=name, kind='ZIP')
    return [
        SourceFile(Path(entry.filename).name, entry.file_size, lambda entry=entry: _ZipEntry(name, open_file, entry)) for entry in entries
    ]


class _ZipEntry(io.RawIOBase):
    """One file of a zip; whatever the zip stumbles over while it is read becomes one problem."""

    def __init__(self, name, open_file, entry):
        self.archive_name = name
        self.entry = entry
        self._file = open_file()
        try:
            self._stream = zipfile.ZipFile(self._file).open(entry)  # noqa: SIM115 (closed with the file)
        except ZIP_ERRORS as problem:
            self._file.close()
            raise self._problem() from problem

    def _problem(self):
        return CatalogueProblem('damaged', file=f'{self.archive_name}: {self.entry.filename}', kind='ZIP')

    def readable(self):
        return True

    def readinto(self, buffer):
        try:
            data = self._stream.read(len(buffer))
        except ZIP_ERRORS as problem:
            raise self._problem() from problem
        buffer[: len(data)] = data
        return len(data)

    def close(self):
        if not self.closed:
            self._file.close()
        return super().close()


def check_files(files):
    """Refuse what a server should not try to read.

    The size that a zip names for its content can be trusted: the reader stops there and finds the check sum wrong.

    :return: the same list
    :raises CatalogueProblem: no_files, too_large

    >>> check_files([])  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    CatalogueProblem: ('no_files', {'file': None, 'line': None, 'column': None})
    """
    if not files:
        raise CatalogueProblem('no_files')
    for file in files:
        if file.size > MAX_BYTES:
            raise CatalogueProblem('too_large', file=file.name, limit=MAX_BYTES >> 20)
    if sum(file.size for file in files) > MAX_UNPACKED_BYTES or len(files) > MAX_FILES:
        raise CatalogueProblem('too_large', limit=MAX_UNPACKED_BYTES >> 20)
    return files


# -- one file ------------------------------------------------------------------


def key(header):
    """A header as patterns see it.

    >>> key('Schlüssel KldB 2010, V. 2020'), key(' preferredLabel ')
    ('schlüsselkldb2010v2020', 'preferredlabel')
    """
    return re.sub(r'[\W_]', '', header).lower()


class Table:
    """One CSV file, its header read.

    :param file: :class:`SourceFile`
    :param progress: called with the number of bytes read so far, now and then
    :raises CatalogueProblem: empty, no_header, no_rows, quoting, nul
    """

    def __init__(self, file, progress=lambda count: None):
        self.file = file
        self.progress = progress
        self.lines = 0
        self.duplicates = 0
        try:
            self._find_encoding()
            self._open()
        except company_file.FileProblem as problem:
            if isinstance(problem, CatalogueProblem):
                raise
            raise CatalogueProblem(problem.code, **{**problem.params, 'file': file.name}) from problem
        except UnicodeError as problem:  # UTF-16 with a byte too few
            raise CatalogueProblem('undecodable', file=file.name) from problem

    def _chunks(self):
        with self.file.open() as stream:
            while chunk := stream.read(1 << 20):
                yield chunk

    def _find_encoding(self):
        """`encoding`, and whether the text is free of broken bytes (`clean`)."""
        self.encoding = company_file.detect_encoding(self._chunks())
        self.clean = not self.encoding.startswith('utf-8')
        if not self.clean:
            decoder = codecs.getincrementaldecoder('utf-8')()
            with contextlib.suppress(UnicodeDecodeError):
                for chunk in self._chunks():
                    decoder.decode(chunk)
                decoder.decode(b'', final=True)
                self.clean = True

    def _open(self):
        self._stream = self.file.open()
        buffered = io.BufferedReader(self._stream) if isinstance(self._stream, io.RawIOBase) else self._stream
        text = company_file.open_text(buffered, self.encoding)
        sample = text.read(64 * 1024) + text.readline(company_file.MAX_LINE)
        self.delimiter = company_file.detect_delimiter(sample, _is_familiar)
        rows = company_file.read_csv(
            chain(company_file.read_lines(io.StringIO(sample, newline='')), company_file.read_lines(text)),
            self.delimiter,
            max_lines=MAX_LINES_PER_RECORD,
        )
        self._rows = self._check(rows)
        # official files have title, copyright and date above it
        first, self._rows = company_file.find_header(self._rows, _is_familiar)
        self.header = company_file.check_header(first.cells)
        self.keys = [key(header) for header in self.header]
        self.peek = next(self._rows, None)
        if self.peek is None:
            raise CatalogueProblem('no_rows', file=self.file.name)

    def close(self):
        self._stream.close()

    def _check(self, rows):
        try:
            for row in rows:
                if row.error:
                    raise CatalogueProblem(row.error, file=self.file.name, line=row.line, value=row.cells[0][:80])
                yield row
        except company_file.FileProblem as problem:
            if isinstance(problem, CatalogueProblem):
                raise
            code = 'undecodable' if problem.code == 'encoding' else problem.code
            raise CatalogueProblem(code, file=self.file.name, line=problem.params.get('line')) from problem

    def find(self, layout):
        """The index of each column of a layout that is there, as {name: index}."""
        found = {}
        for name, pattern in layout.columns.items():
            index = next((i for i, text in enumerate(self.keys) if re.fullmatch(pattern, text)), None)
            if index is not None:
                found[name] = index
        return found

    def first(self, layout):
        """The first row as a dict of the layout's columns, empty where the file has none."""
        cells = self.peek.cells
        found = self.find(layout)
        return {name: cells[found[name]] if name in found and found[name] < len(cells) else '' for name in layout.columns}

    def rows(self, layout, *names):
        """Yield ``(line, values)`` for each row, the values in the order of `names`, '' where there is none.

        :raises CatalogueProblem: too_many_cells, too_few_cells, undecodable
        """
        if not self.clean or not (layout.any_encoding or self.encoding.startswith('utf')):
            self._refuse_encoding(layout)
        found, width = self.find(layout), len(self.header)
        indexes = [found.get(name) for name in names]
        for row in chain([self.peek], self._rows):
            cells = row.cells
            if len(cells) != width:
                if len(cells) > width:
                    if any(cells[width:]):
                        raise self.problem('too_many_cells', row.line, expected=width, found=len(cells))
                elif layout.ragged:
                    cells = cells + [''] * (width - len(cells))
                else:
                    raise self.problem('too_few_cells', row.line, expected=width, found=len(cells))
            self.lines += 1
            if self.lines % 2000 == 0:
                self.progress(self._stream.tell() if self._stream.seekable() else 0)
            yield row.line, [cells[index].strip() if index is not None else '' for index in indexes]

    def _refuse_encoding(self, layout):
        """Find the first broken place: read as UTF-8, the wrong bytes show."""
        with self.file.open() as stream:
            buffered = io.BufferedReader(stream) if isinstance(stream, io.RawIOBase) else stream
            text = company_file.open_text(buffered, 'utf-8')
            for row in company_file.read_csv(company_file.read_lines(text), self.delimiter, max_lines=MAX_LINES_PER_RECORD):
                for index, cell in enumerate(row.cells):
                    if company_file.REPLACEMENT in cell:
                        name = self.header[index] if index < len(self.header) else None
                        raise self.problem('undecodable', row.line, column=name)
        raise self.problem('undecodable', 1)

    def problem(self, code, line=None, name=None, column=None, layout=None, **params):
        """A problem of this file; `name` with its `layout` is a column by the layout's name for it."""
        if name and layout:
            index = self.find(layout).get(name)
            column = self.header[index] if index is not None else name
        return CatalogueProblem(code, file=self.file.name, line=line, column=column, **params)


# -- which kind ----------------------------------------------------------------

_familiar = set()


def make_familiar(layouts):
    """Let the delimiter be chosen under which these layouts' columns appear."""
    _familiar.update(pattern for layout in layouts for pattern in layout.columns.values())


def _is_familiar(header):
    text = key(header)
    return any(re.fullmatch(pattern, text) for pattern in _familiar)


def identify(table, layouts):
    """The layout of a table, by its columns and first row; None if no layout fits and the name promises none.

    :raises CatalogueProblem: swapped (the name promises another kind), missing_column, language
    """
    claimed = next((layout for layout in layouts if re.match(layout.claim, table.file.name, re.IGNORECASE)), None)
    # relations name concepts only; where there are labels, the name tells their language
    if claimed and claimed.kind.startswith('esco') and (match := re.search(r'_([a-z]{2})(?=[._ (])', table.file.name)) and match[1] != 'de':
        raise table.problem('language', language=match[1])
    for layout in layouts:
        found = table.find(layout)
        if all(name in found for name in layout.needed) and layout.accepts(table.first(layout)):
            if claimed and claimed.kind != layout.kind:
                raise table.problem('swapped', claimed=claimed.kind, found=layout.kind)
            return layout
    if claimed is None:
        # A file under a name of its own that lacks one column of several is meant to be that kind.
        claimed = next(
            (
                layout
                for layout in layouts
                if layout.parse and len(layout.needed) >= 4 and len([name for name in layout.needed if name not in table.find(layout)]) == 1
            ),
            None,
        )
        if claimed is None:
            return None
    missing = [name for name in claimed.needed if name not in table.find(claimed)]
    if missing:
        raise table.problem('missing_column', names=', '.join(missing), kind=claimed.kind)
    raise table.problem('swapped', claimed=claimed.kind, found=None)


# -- what files have in common -------------------------------------------------


class Unique:
    """Notice rows that come twice: the same again is counted, another one under the same key is an error.

    Holds one hash per key, not the rows.
    """

    def __init__(self, table):
        self.table = table
        self.seen = {}

    def is_new(self, line, name, value, *rest):
        """Whether the key `value` was not there before.

        :raises CatalogueProblem: contradiction
        """
        digest = hash(rest)
        before = self.seen.setdefault(value, (digest, line))
        if before[1] == line:
            return True
        if before[0] != digest:
            raise self.table.problem('contradiction', line, column=name, value=value, other=before[1])
        self.table.duplicates += 1
        return False


def find_cycle(edges):
    """A child that is above itself, or None.

    :param edges: {child: [parent, …]}

    >>> find_cycle({'b': ['a'], 'c': ['b', 'a']})
    >>> find_cycle({'a': ['c'], 'b': ['a'], 'c': ['b']}) in set('abc')
    True
    """
    try:
        graphlib.TopologicalSorter(edges).prepare()
    except graphlib.CycleError as error:
        return error.args[1][0]
    return None


def check_cycle(table, edges, lines):
    """:raises CatalogueProblem: cycle, naming the line of one of its members"""
    if (found := find_cycle(edges)) is not None:
        raise table.problem('cycle', lines[found], value=found)


def split_labels(text):
    """The names in a cell, which come one per line or between bars, without empty ones and repetitions.

    >>> split_labels('Schweißer\\nSchweißerin\\n\\nSchweißer'), split_labels('a | b'), split_labels('')
    (['Schweißer', 'Schweißerin'], ['a', 'b'], [])
    """
    if not text:
        return []
    parts = (' '.join(part.split()) for part in re.split(r'\n|\r|\s\|\s', text))
    return list(dict.fromkeys(filter(None, parts)))


def one_line(text):
    """A label without line breaks and doubled blanks.

    >>> one_line('Kfz-  Mechatroniker\\n')
    'Kfz- Mechatroniker'
    """
    return text if text.isalnum() else ' '.join(text.split())
