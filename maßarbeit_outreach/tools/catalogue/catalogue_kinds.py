"""All files that are known, whatever the catalogue; and the rows that they are read into."""

import re

from . import catalogue_file, esco_file, kldb_file, wz_file
from .catalogue_sources import ESCO

# A crosswalk's name begins as that of a classification does, a mapping's as that of the KldB: they come first.
LAYOUTS = [*esco_file.LAYOUTS, *wz_file.LAYOUTS, *kldb_file.LAYOUTS]
STAGES = {**esco_file.STAGES, **kldb_file.STAGES, **wz_file.STAGES}
catalogue_file.make_familiar(LAYOUTS)


def version_in(name):
    """The version that the name of a file or download tells, or None.

    >>> version_in('ESCO dataset - v1.2.0 - classification - de - csv.zip'), version_in('kldb2010_v2020.csv')
    ('1.2.0', '2020')
    >>> version_in('occupations_de.csv')
    """
    match = re.search(r'(?<![a-z])v[ ._]*(\d+(?:\.\d+)+|20\d\d)', name, re.IGNORECASE)
    return match[1] if match else None


class Reading:
    """One reading of several files; afterwards it knows what they were.

    * ``kinds``: names of the layouts that were read, besides ``wz2008`` and ``wz2025``
    * ``sources``: keys of `catalogue_sources`
    * ``ignored``: names of files that are not needed or not known
    * ``duplicates``: number of rows that were there twice
    * ``versions``: {source: version}, as far as names tell it

    Use: ``for stage, values in Reading(files, names).rows(): …``

    :param files: list of :class:`SourceFile`
    :param names: what was chosen (names of folders, zips), for the version
    :param progress: called with the share (0 to 1) of bytes read, and the name of the file
    """

    def __init__(self, files, names=(), progress=lambda share, name: None):
        self.files = files
        self.names = list(names)
        self.progress = progress
        self.kinds = set()
        self.sources = set()
        self.ignored = []
        self.duplicates = 0
        self.versions = {}

    def rows(self):
        """Yield ``(stage, values)`` of all files, in no order of theirs.

        :raises CatalogueProblem: whatever is wrong
        """
        total, before = sum(file.size for file in self.files) or 1, 0
        for file in self.files:
            self.progress(before / total, file.name)
            table = catalogue_file.Table(file, lambda count, before=before, file=file: self.progress((before + count) / total, file.name))
            try:
                yield from self._read(table)
            finally:
                table.close()
            before += file.size
        if not self.kinds:
            raise catalogue_file.CatalogueProblem('nothing_known', file=self.files[0].name if len(self.files) == 1 else None)

    def _read(self, table):
        layout = catalogue_file.identify(table, LAYOUTS)
        if layout is None or layout.parse is None:
            self.ignored.append(table.file.name)
            return
        if layout.kind in self.kinds and not layout.parts:
            raise table.problem('twice', kind=layout.kind)
        yield from layout.parse(table, layout)
        if layout.kind == 'wz':
            if f'wz{table.version}' in self.kinds:
                raise table.problem('twice', kind=f'wz{table.version}')
            self.kinds.add(f'wz{table.version}')
        self.kinds.add(layout.kind)
        self.sources.add(layout.source)
        self.duplicates += table.duplicates
        # the files of ESCO do not tell, but the download does
        for name in (table.file.name, *(self.names if layout.source == ESCO else ())):
            if version := version_in(name):
                self.versions.setdefault(layout.source, version)
