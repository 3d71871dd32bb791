"""The columns of an import of records: each is said once, with its headings, its parser, its field and its words.

Pure rules, no Odoo. An import names its columns; which column of a file is which, and what a cell says, is found out alike for all::

    COLUMNS = Columns([
        Column('number', 'number nummer'),
        Column('zip', 'zip plz', parse_zip, problem=_lt("“%(value)s” is not a postcode.")),
    ], required='number')
    mapping, ignored = COLUMNS.find(headers)
    cells, problems = COLUMNS.clean({target: text of the cell})
    values, problems = COLUMNS.parse(cells)

What is wrong with a cell is a value (:class:`Problem`), so that one bad cell does not stop a file. There are two kinds: the row is
*rejected* (its record could not be recognised again, or would be wrong), or the cell is left out and the row goes in.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..base.letters import UMLAUTS

_CONTROL = re.compile(r'[\x00-\x1f\x7f\u2028\u2029\ufeff\u200b]')
_BROKEN = '\ufffd'
# What is written into a cell to say that there is nothing to say: punctuation only, or these words.
_NO_ANSWER = re.compile(
    r'[\W_]*(?:(?:k\W*a|(?:keine|ohne)\W*angaben?|n\W*[av]|null|nan|nicht\W*(?:angegeben|verfügbar|verfuegbar))[\W_]*)?', re.IGNORECASE
)
# The same, where it is no value of the column, as `word` writes it: a driving licence may be "none".
_NOTHING = frozenset(['keine', 'kein', 'keiner', 'none', 'nichtvorhanden', 'nichtbekannt', 'unbekannt', 'unknown', 'entfaellt', 'fehlt'])


def _lt(words):
    """Mark words for translation; whoever shows them has them translated."""
    return words


# Words of a heading, short and in full.
_SHORT = {
    'str': 'strasse',
    'tel': 'telefon',
    'fon': 'telefon',
    'nr': 'nummer',
    'no': 'number',
    'bez': 'bezeichnung',
    'fa': 'firma',
    'unt': 'unternehmen',
    'untern': 'unternehmen',
    'gem': 'gemeinde',
    'besch': 'beschaeftigte',
    'beschaeft': 'beschaeftigte',
    'ma': 'mitarbeiter',
    'reg': 'register',
    'hnr': 'hausnummer',
    'hsnr': 'hausnummer',
    'hausnr': 'hausnummer',
    'anz': 'anzahl',
    'gebdat': 'geburtsdatum',
    'geb': 'geburtsdatum',
    'az': 'aktenzeichen',
    'akz': 'aktenzeichen',
    'schl': 'schluessel',
    'adr': 'adresse',
    'anschr': 'anschrift',
    'postleitz': 'postleitzahl',
    'ust': 'umsatzsteuer',
}
# Words of a heading that say nothing.
_FILLERS = frozenset(['der', 'des', 'die', 'das', 'dem', 'of', 'the', 'bitte', 'angabe', 'feld'])
# What makes a heading less telling than one that names the column as it is, and one that says that it is another of its kind.
_LESS, _SECOND = 100, 1000


class Problem(NamedTuple):
    """What is wrong: ``code`` names it, ``target`` is the column's, ``value`` is the cell as it came or what the words need.
    ``rejects`` tells whether the row is out, or only the cell."""

    code: str
    target: str = ''
    value: str = ''
    rejects: bool = False


class Column(NamedTuple):
    """A column, said once.

    :ivar target: its name within the import
    :ivar headings: names in the header, in the form of :func:`header_key`, separated by blanks, the most telling first
    :ivar parse: text -> value, or ValueError, KeyError, TypeError for one that is not understood; None where a rule of the import
        reads the cell together with others
    :ivar field: the field of the record that the cell is about; by default called as the target
    :ivar label: what the column is called; by default as its field
    :ivar problem: words for a cell that is not understood, with ``%(value)s`` for it; by default that it is not
    :ivar rejects: whether such a cell rejects the row, since by it a record is recognised or counted
    :ivar empties: whether an empty cell empties the field; by default it says nothing
    :ivar is_list: whether lines within the cell mean something
    :ivar unless: {heading: headings beside which it means something else, separated by blanks}
    """

    target: str
    headings: str
    parse: Callable | None = None
    field: str = ''
    label: str = ''
    problem: str = ''
    rejects: bool = False
    empties: bool = False
    is_list: bool = False
    unless: Mapping = MappingProxyType({})


class Columns:
    """All columns of one import.

    :param columns: in the order in which people look for them
    :param required: target of the column without which a file says nothing
    :param missing: words for a file that lacks it
    :param owners: words of a heading that say only whose a column is ("Firma" in "Firma Ort"), separated by blanks
    :param is_private: whether cells may hold what must not be told: problems name the column only
    """

    def __init__(self, columns, required, missing='', owners='', is_private=False):
        self._by_target = {column.target: column for column in columns}
        self._headings = {key: (column.target, rank) for column in columns for rank, key in enumerate(column.headings.split())}
        self._owners = _FILLERS | set(owners.split())
        self.required, self.missing, self.is_private = required, missing, is_private

    def __iter__(self):
        return iter(self._by_target.values())

    def __getitem__(self, target):
        return self._by_target[target]

    def get(self, target):
        """The column of a target, or None."""
        return self._by_target.get(target)

    def get_field(self, target):
        """The field that a target is about; what is no target is a field already."""
        column = self.get(target)
        return (column and column.field) or target

    def target_of(self, header):
        """The target of a header name, or None.

        >>> columns = Columns([Column('zip', 'zip plz'), Column('phone', 'telefon telefonnummer')], 'zip', owners='firma')
        >>> [columns.target_of(header) for header in ('PLZ (Ort)', 'firma_plz', 'Tel.-Nr.', 'telefon_1', 'Telefon der Firma', 'Notiz')]
        ['zip', 'zip', 'phone', 'phone', 'phone', None]
        """
        return self._rank(header)[0]

    def _rank(self, header):
        """``(target, rank)`` of a header name, the lowest rank for the most telling; ``(None, 0)`` for no column."""
        if found := self._headings.get(header_key(header)):
            return found
        words = [_SHORT.get(part, part) for part in header_words(header)]
        number = next((int(part) for part in words if part.isdigit() and len(part) < 3), 1)
        words = [part for part in words if not part.isdigit()]
        for less, kept in enumerate((words, [part for part in words if part not in self._owners]), start=1):
            if found := self._headings.get(''.join(kept)):
                return found[0], found[1] + less * _LESS + (_SECOND if number > 1 else 0)
        return None, 0

    def find(self, headers):
        """``({column index: target}, [headers that are no column])``. Of several columns for one target, the one with the most telling
        heading gets it; of those that say the same, the first.

        >>> columns = Columns([Column('name', 'firma name', unless={'name': 'vorname'}), Column('city', 'city ort')], 'name')
        >>> columns.find(['Name', 'Ort', 'city', '', 'Notiz'])
        ({0: 'name', 2: 'city'}, ['Ort', 'Notiz'])
        >>> columns.find(['Vorname', 'Name', 'Firma']), columns.find(['Vorname', 'Name', 'Ort'])
        (({2: 'name'}, ['Vorname', 'Name']), ({2: 'city'}, ['Vorname', 'Name']))
        """
        beside = {header_key(header) for header in headers}
        best = {}  # target: (rank, index)
        for index, header in enumerate(headers):
            target, rank = self._rank(header)
            if target and not beside & set(self[target].unless.get(header_key(header), '').split()):
                best[target] = min(best.get(target, (rank, index)), (rank, index))
        mapping = {index: target for target, (__, index) in sorted(best.items(), key=lambda item: item[1][1])}
        return mapping, [header for index, header in enumerate(headers) if header and index not in mapping]

    def make_problem(self, code, target='', value='', rejects=False):
        """A :class:`Problem` that tells no more than it may."""
        return Problem(code, target, '' if self.is_private else value, rejects)

    def clean(self, cells):
        """``(cells without what cannot be seen, and without those that say nothing, problems)``; broken characters reject the row.

        :param dict cells: target -> cell text

        >>> Columns([Column('phone', 'phone'), Column('note', 'note')], 'key').clean({'phone': ' k. A.', 'note': ' – 2'})
        ({'note': '– 2'}, [])
        """
        cells = {
            target: cell.strip() if self[target].is_list else clean(cell)
            for target, cell in cells.items()
            if target == self.required or not is_no_answer(cell)
        }
        broken = next((target for target, cell in cells.items() if _BROKEN in cell), None)
        return cells, [self.make_problem('undecodable', broken, cells[broken], rejects=True)] if broken else []

    def parse(self, cells):
        """``({target: value}, problems)`` of the columns that are read by themselves; only what the row says is in the values. A cell
        that says that there is nothing is as good as empty.

        :param dict cells: target -> clean text; a column that the file lacks is missing

        >>> Columns([Column('size', 'size', int, rejects=True), Column('note', 'note', str, empties=True)], 'size').parse(
        ...     {'size': 'x', 'note': ''})
        ({'note': False}, [Problem(code='value', target='size', value='x', rejects=True)])
        """
        values, problems = {}, []
        for target, column in self._by_target.items():
            text = cells.get(target)
            if column.parse is None or text is None:
                continue
            if not text:
                if column.empties:
                    values[target] = False
                continue
            try:
                value = column.parse(text)
            except (ValueError, KeyError, TypeError):
                if word(text) in _NOTHING:
                    continue
                problems.append(self.make_problem('value', target, text, column.rejects))
            else:
                if value is not None:
                    values[target] = value
        return values, problems


def word(text):
    """Normal form of a word in a selection.

    >>> word(' SGB II '), word('Geprüft'), word('15–24')
    ('sgbii', 'geprueft', '1524')
    """
    return re.sub(r'[^a-z0-9]', '', text.lower().translate(UMLAUTS))


def is_no_answer(text):
    """Whether a cell only says that there is nothing to say, whatever it is about.

    >>> [is_no_answer(text) for text in ('-', '—', 'k.A.', 'n/a', '#NV', '?', '0', 'keine', 'Kahl', '')]
    [True, True, True, True, True, True, False, False, False, False]
    """
    return bool(text and not text.isspace() and _NO_ANSWER.fullmatch(text)) and _BROKEN not in text


def is_nothing(text):
    """Whether a cell says that there is nothing, where "none" is no value.

    >>> is_nothing('keine'), is_nothing('unbekannt'), is_nothing('Kehl')
    (True, True, False)
    """
    return is_no_answer(text) or word(text) in _NOTHING


def header_key(text):
    """Normal form of a header name: without case, spaces, hyphens, umlauts and footnotes in brackets.

    >>> header_key(' Straße / Haus-Nr. '), header_key('register_type'), header_key('E-Mail (geschäftlich)')
    ('strassehausnr', 'registertype', 'email')
    """
    return word(re.sub(r'[(\[].*?[)\]]', ' ', str(text)))


def header_words(text):
    """The words of a header name, as `word` writes them, however they are told apart.

    >>> header_words('Tel.-Nr. (Büro)'), header_words('firma_name'), header_words('registerCourt'), header_words('PLZ1')
    (['tel', 'nr'], ['firma', 'name'], ['register', 'court'], ['plz', '1'])
    """
    text = re.sub(r'[(\[].*?[)\]]', ' ', str(text))
    text = re.sub(r'(?<=[a-zäöüß])(?=[A-ZÄÖÜ])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])', ' ', text)
    return [found for part in re.split(r'[\W_]+', text) if (found := word(part))]


def clean(text):
    """A cell on one line, without control characters and outer or double blanks.

    >>> clean(' Am\\xa0Markt\\n 1 ')
    'Am Markt 1'
    """
    if text.isascii() and text.isprintable() and '  ' not in text:
        return text.strip()
    return ' '.join(_CONTROL.sub(' ', text).split())
