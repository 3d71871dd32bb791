"""The files of the Federal Employment Agency: the Klassifikation der Berufe 2010, and which of its occupations are
which ones of ESCO.

The classification comes as the official CSV (semicolons, level by level, leading zeros lost) or with padded codes.
"""

import html
import re

from .catalogue_file import Layout, Unique, one_line
from .catalogue_sources import KLDB, MAPPING

STAGES = {
    'kldb': ('code', 'name', 'short_name', 'description'),
    'kldb_title': ('code', 'name'),
    # what two classifications say of each other, as published; see `outreach.catalogue.link`
    'link': ('kind', 'left_key', 'right_key', 'relation', 'code', 'title'),
}
RELATIONS = {'exactMatch': '1_exact', 'closeMatch': '2_close', 'narrowMatch': '3_narrow', 'broadMatch': '4_broad'}
_TITLE = re.compile(r'(\d{5})-\d{3}\s+(.*?)(?=\s+\d{5}-\d{3}\s|$)', re.DOTALL)


class Codes:
    """Give KldB codes their leading zeros back.

    With the level it is plain. Without, only the order tells: behind area 0 a single 1 is its main group 01, until 1
    comes a second time, as area 1.

    >>> codes = Codes()
    >>> [codes.restore(text) for text in ('0', '1', '11', '110', '1104', '12', '1', '11', '111', '11102')]
    ['0', '01', '011', '0110', '01104', '012', '1', '11', '111', '11102']
    >>> [Codes().restore(*pair) for pair in (('111', 4), ('111', 3))]
    ['0111', '111']
    >>> codes = Codes()
    >>> [codes.restore(text) for text in ('0', '01', '011', '1', '11')]
    ['0', '01', '011', '1', '11']
    """

    def __init__(self):
        self.before = None
        self.is_short = False

    def restore(self, text, level=None):
        if level:
            return text.zfill(level)
        if text == '1':
            self.is_short = self.before == '0'
        self.before = text
        return '0' + text if self.is_short else text


def titles(text):
    """The occupation titles in the official file's "umfasst ferner", as (code, title).

    >>> list(titles('Zugeordnete Berufe (Beispiele):  01104-101 Offizier - Fachdienst  01104-102 Offizier - Truppe'))
    [('01104', 'Offizier - Fachdienst'), ('01104', 'Offizier - Truppe')]
    """
    return ((code, one_line(title)) for code, title in _TITLE.findall(text))


def clean(text):
    """Text without the entities of the web page that it comes from.

    >>> clean(' z.&nbsp;B. Bau ')
    'z. B. Bau'
    """
    return html.unescape(text).replace('\xa0', ' ').strip()


def _parse(table, layout):
    unique, codes = Unique(table), Codes()
    for line, (code, level, parent, title, short, description, more) in table.rows(
        layout, 'code', 'level', 'parent', 'title', 'short_title', 'description', 'more'
    ):
        if level and level not in '12345':
            raise table.problem('bad_value', line, 'level', layout=layout, value=level)
        if not re.fullmatch(r'\d{1,5}', code) or (level and len(code) > int(level)):
            raise table.problem('bad_value' if code else 'missing_value', line, 'code', layout=layout, value=code)
        if not title:
            raise table.problem('missing_value', line, 'title', layout=layout)
        code = codes.restore(code, int(level) if level else None)
        if parent and parent.zfill(len(code) - 1) != code[:-1]:
            # in this classification a code begins with that of its parent, which also keeps out cycles
            raise table.problem('bad_value', line, 'parent', layout=layout, value=parent)
        if not unique.is_new(line, 'code', code, title, short, description):
            continue
        yield 'kldb', (code, one_line(clean(title)), one_line(clean(short)), clean(description))
        for title_code, name in titles(more):
            if title_code == code:
                yield 'kldb_title', (code, clean(name))


def _parse_mapping(table, layout):
    for line, (uri, code, title_code, title, relation) in table.rows(layout, 'uri', 'code', 'title_code', 'title', 'relation'):
        if '/esco/' not in uri:
            raise table.problem('bad_value' if uri else 'missing_value', line, 'uri', layout=layout, value=uri)
        if relation not in RELATIONS:
            raise table.problem('bad_value', line, 'relation', layout=layout, value=relation)
        if code and not re.fullmatch(r'\d{1,5}', code):
            raise table.problem('bad_value', line, 'code', layout=layout, value=code)
        # titles above the classification's lowest level (BE …) have no code
        yield 'link', ('mapping', uri, code.zfill(5) if code else '', RELATIONS[relation], title_code, one_line(title))


LAYOUTS = [
    Layout(
        'mapping',
        MAPPING,
        r'dkz|.*esco.*mapping',
        {
            'uri': 'escouri',
            'code': 'kldb5?|kldb2010',
            'title_code': 'dkzcode',
            'title': 'dkzlabel(de)?',
            'relation': 'relation(type)?|matchtype',
        },
        ('uri', 'code', 'title_code', 'title', 'relation'),
        _parse_mapping,
        any_encoding=True,
    ),
    Layout(
        'kldb',
        KLDB,
        r'kldb_?2010(?!.*isco)(?!.*esco)',
        {
            'code': 'code|kldb(2010)?|schlüsselkldb.*',
            'level': 'level|ebene',
            'parent': 'parent',
            'title': 'titel|title',
            'short_title': 'kurztitel|shorttitle',
            'description': 'description|allgemeinebemerkungen',
            'more': 'umfasstferner',
        },
        ('code', 'title'),
        _parse,
        lambda row: row['code'].isdigit(),
        any_encoding=True,
    ),
    Layout('kldb_isco', None, r'kldb\w*isco', {'code': 'kldb2010', 'isco': 'isco08'}, ('code', 'isco'), None),
]
