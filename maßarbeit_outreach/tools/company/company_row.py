"""One row of a company file: from cells as they come to clean values, or to named problems.

Pure rules, no Odoo. A register export with "c/o" in its postcode column is still a register export: such a cell is left out.
"""

import re
from typing import NamedTuple

from ..base import municipality
from ..files.record_columns import Problem, is_nothing
from . import company_cells, register_entry
from .company_columns import COLUMNS

MAX_NAME = 250
MAX_TEXT = 500

# "Gewerbepark 18, Haus 5, 49143 Bissendorf." in one cell, or the other way round
_FULL_ADDRESSES = (
    re.compile(r'(?P<street>.*\w.*?)\s*[\s,;/–-]\s*(?:D-)?(?P<zip>\d{5})\s+(?P<city>[^\W\d][^,\d]*?)\.?\s*', re.DOTALL),
    re.compile(r'(?:D-)?(?P<zip>\d{5})\s+(?P<city>[^\W\d][^,;\d]*?)\s*[,;]\s*(?P<street>.*\w.*)', re.DOTALL),
)


# What a spreadsheet makes of "1-3".
_DATE = re.compile(r'\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d|\d{1,2}\.? ?[A-Z][a-zä]{2}')


class Company(NamedTuple):
    """Clean values by field name of ``res.partner`` (plus ``industry``, a `company_cells.Industry`, and ``wz_version``, resolved by the
    caller); only what the row says is in it, so an empty cell never erases anything."""

    values: dict
    problems: list


def parse(cells, wz_version=None):
    """Turn the cells of one row into a :class:`Company`.

    :param dict cells: target -> cell text
    :param str wz_version: WZ version that the industry column names, if any

    >>> parse({'name': '"Muster Holding GmbH"', 'status': 'removed', 'zip': 'c/o', 'city': 'Melle'})
    ... # doctest: +NORMALIZE_WHITESPACE
    Company(values={'name': 'Muster Holding GmbH', 'city': 'Melle', 'active': False},
            problems=[Problem(code='value', target='zip', value='c/o', rejects=False)])
    """
    cells, problems = COLUMNS.clean(cells)
    if problems:
        return Company({}, problems)
    values = {}
    _parse_name(cells, values, problems)
    _parse_place(cells, values, problems)
    _parse_register(cells, values, problems)
    found, more = COLUMNS.parse(cells)
    if industry := found.pop('industry', None):
        values['industry'] = industry
        if wz_version:
            values['wz_version'] = wz_version
    values.update((COLUMNS.get_field(target), value) for target, value in found.items())
    return Company(values, problems + more)


def _parse_name(cells, values, problems):
    text = cells.get('name', '')
    name = register_entry.undo_quoting(text)
    if not re.search(r'\w', name):
        problems.append(Problem('name_missing', 'name', text, rejects=True))
    elif len(name) > MAX_NAME:
        problems.append(Problem('name_long', 'name', text, rejects=True))
    else:
        values['name'] = name


def _parse_place(cells, values, problems):
    street, postcode, city = ('' if is_nothing(cells.get(target, '')) else cells.get(target, '') for target in ('street', 'zip', 'city'))
    for text in (cells.get('place', ''), city, postcode):
        # "49324 Melle" in one cell, whatever the column is called
        found = municipality.split_place(text)
        if all(found) or (text and text == cells.get('place')):
            postcode, city = (found[0] or postcode, found[1] if not city or text in (city, postcode) else city)
    match = None
    if len(street) <= MAX_TEXT and re.search(r'\d{5}', street) and not re.fullmatch(r'\d{5}', postcode):
        match = next(filter(None, (pattern.fullmatch(street) for pattern in _FULL_ADDRESSES)), None)
    if match:
        street, postcode, city = match['street'], match['zip'], city or match['city']
    elif (number := cells.get('house_number')) and (company_cells.is_shortened(number) or _DATE.match(number)):
        problems.append(Problem('value', 'house_number', number))
    elif number and street:
        street = street if street.endswith(' ' + number) else f"{street} {number}"
    for target, text in (('street', street), ('city', city)):
        if len(text) > MAX_TEXT:
            problems.append(Problem('too_long', target, text[:50] + '…'))
        elif text:
            values[target] = text
    if postcode:
        if german := municipality.normalise_postcode(postcode):
            values['zip'] = german
        elif re.fullmatch(r'[A-Z]{1,2}[- ]?\d{4,6}', postcode):
            values['zip'] = postcode  # a foreign one, with its country
        else:
            problems.append(Problem('value', 'zip', postcode))


def _parse_register(cells, values, problems):
    """Court, kind and number in three columns, or the whole entry in one. What is not understood as a whole is left out."""
    court, kind, number, whole = (
        '' if is_nothing(cells.get(target, '')) else cells.get(target, '') for target in ('court', 'kind', 'number', 'register')
    )
    target, text = ('number', number) if number else ('register', whole)
    if not text:
        # a court alone, as the same value in every row, says nothing; a kind alone is a lost number
        if kind:
            problems.append(Problem('register_number', 'number', number))
        return
    try:
        entry = _read_register(court, kind, text)
    except register_entry.InvalidRegisterEntry as error:
        target = error.reason if cells.get(error.reason) else target
        problems.append(Problem(f'register_{error.reason}', target, cells.get(target, '')))
        return
    values['outreach_register_court'] = entry.court
    values['outreach_register_kind'] = entry.kind
    values['outreach_register_number'] = entry.number


def _read_register(court, kind, text):
    """An entry out of one cell, which names court and kind or has them beside it; both at once have to agree."""
    try:
        entry = register_entry.parse_register_entry(text)
    except register_entry.InvalidRegisterEntry as whole:
        try:
            return register_entry.normalise_register(court, kind, text)
        except register_entry.InvalidRegisterEntry as parts:
            # which words help depends on what the cells are: beside columns of their own, the part that is wrong
            raise parts if court or kind else whole from None
    if court:
        register_entry.normalise_register(court, kind or entry.kind, entry.number)
        if register_entry.normalise_court(court) != entry.court:
            raise register_entry.InvalidRegisterEntry('court_mismatch', text)
    if kind:
        register_entry.normalise_register(entry.court, kind, f"{entry.kind} {entry.number}")
    return entry
