"""The files of the Federal Statistical Office: the classification of economic activities WZ 2008 and WZ 2025, and which
industry of the one continues which of the other."""

import re

from .catalogue_file import Layout, Unique, check_cycle, one_line
from .catalogue_sources import WZ

STAGES = {'wz': ('version', 'code', 'name', 'parent')}
_CODE = r'[A-Z]|\d\d(\.\d{1,2}(\.\d)?)?'


def parent_of(code, section):
    """The code above another one; a division's section is not in its code.

    >>> [parent_of(code, 'C') for code in ('C', '10', '10.1', '10.11', '10.11.0')]
    ['', 'C', '10', '10.1', '10.11']
    """
    if code.isalpha():
        return ''
    if len(code) == 2:
        return section
    return code[:2] if len(code) == 4 else code[:-1].rstrip('.')


def version_of(parents):
    """Which version a classification is of, by what tells the two apart: the last section, and where division 99 or
    the divisions 61 to 63 belong; None if it has none of them.

    :param parents: {code: code of the parent}

    >>> version_of({'U': '', '99': 'U'}), version_of({'V': '', '99': 'V'}), version_of({'A': ''})
    ('2008', '2025', None)
    """
    if 'V' in parents or parents.get('61') == 'K':
        return '2025'
    if parents.get('99') == 'U' or parents.get('61') == 'J':
        return '2008'
    return None


def _parse(table, layout):
    """All rows are held: only the whole tells the version (2,000 rows)."""
    unique, rows, lines, section = Unique(table), {}, {}, ''
    for line, (code, parent, title) in table.rows(layout, 'code', 'parent', 'title'):
        if not re.fullmatch(_CODE, code):
            raise table.problem('bad_value' if code else 'missing_value', line, 'code', layout=layout, value=code)
        if not title:
            raise table.problem('missing_value', line, 'title', layout=layout)
        if code.isalpha():
            section = code
        if unique.is_new(line, 'code', code, parent, title):
            rows[code], lines[code] = (one_line(title), parent or parent_of(code, section)), line
    parents = {code: parent for code, (_title, parent) in rows.items()}
    for code, parent in parents.items():
        if parent and parent not in rows:
            raise table.problem('no_parent', lines[code], 'parent', layout=layout, value=parent)
    check_cycle(table, {code: [parent] for code, parent in parents.items() if parent}, lines)
    version = version_of(parents)
    if version is None:
        raise table.problem('no_version')
    claimed = re.search(r'2008|2025', table.file.name)
    if claimed and claimed[0] != version:
        raise table.problem('swapped', claimed=f'wz{claimed[0]}', found=f'wz{version}')
    table.version = version
    for code, (title, parent) in rows.items():
        yield 'wz', (version, code, title, parent)


def _parse_crosswalk(table, layout):
    for line, (old, new, partial) in table.rows(layout, 'wz2008', 'wz2025', 'partial'):
        for name, code in (('wz2008', old), ('wz2025', new)):
            if not re.fullmatch(_CODE, code):
                raise table.problem('bad_value' if code else 'missing_value', line, name, layout=layout, value=code)
        if partial not in ('', '0', '1'):
            raise table.problem('bad_value', line, 'partial', layout=layout, value=partial)
        yield 'link', ('crosswalk', old, new, {'1': 'partial', '0': 'whole'}.get(partial, ''), '', '')


LAYOUTS = [
    Layout(
        'crosswalk',
        WZ,
        r'wz_?20\d\d_?(to|zu|auf)_?wz',
        {'wz2008': '(code)?wz2008(code)?', 'wz2025': '(code)?wz2025(code)?', 'partial': 'partialex|partial'},
        ('wz2008', 'wz2025'),
        _parse_crosswalk,
        any_encoding=True,
        parts=True,
    ),
    Layout(
        'wz',
        WZ,
        r'wz_?20\d\d',
        {'code': 'code|wzcode|schlüssel.*|notation', 'parent': 'parent', 'title': 'title|titel|bezeichnung|label'},
        ('code', 'title'),
        _parse,
        lambda row: bool(re.fullmatch(_CODE, row['code']) and row['code'][:1].isalpha()),
        any_encoding=True,
        parts=True,
    ),
]
