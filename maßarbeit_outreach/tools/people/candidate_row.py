"""One row of a file out of the case system: from cells as they come to clean values, or to named problems.

Pure rules, no Odoo. A problem never carries the cell: when columns have slipped, a cell may hold a name.
"""

import re

from .candidate_cells import MAX_REFERENCE, age_band, is_reference
from .candidate_columns import COLUMNS
from .facts import DATED_PERMISSIONS

__all__ = ['MAX_REFERENCE', 'bare_number', 'is_reference', 'parse']


def bare_number(reference):
    """What a spreadsheet leaves of a number: no zeros in front, and perhaps a decimal place. '' for what is more than a number.

    >>> bare_number('004711'), bare_number('4711.0'), bare_number('BG-0012'), bare_number('000')
    ('4711', '4711', '', '')
    """
    match = re.fullmatch(r'0*([0-9]+)(?:[.,]0)?', reference)
    return match[1].lstrip('0') if match else ''


def parse(cells, today):
    """Turn the cells of one row into ``(values by target, problems)``; only what the row says is in the values.

    :param dict cells: target -> cell text
    :param date today: for the age band

    >>> from datetime import date
    >>> values, problems = parse({'reference': 'BG 12', 'birth': '1990', 'german_level': 'B1', 'reach_km': 'weit'}, date(2026, 11, 23))
    >>> values, problems == [COLUMNS.make_problem('value', 'reach_km')]
    ({'reference': 'BG 12', 'age_band': '35_49', 'german_level': '3_b1'}, True)
    >>> parse({'reference': 'Hans Meyer'}, date(2026, 11, 23))
    ({}, [Problem(code='reference', target='reference', value='', rejects=True)])
    """
    cells, problems = COLUMNS.clean(cells)
    if problems:
        return {}, problems
    reference = cells.get('reference', '')
    if not is_reference(reference):
        return {}, [COLUMNS.make_problem('reference' if reference else 'reference_missing', 'reference', rejects=True)]
    values = {'reference': reference}
    if cells.get('birth') and not cells.get('age_band'):
        try:
            values['age_band'] = age_band(cells['birth'], today)
        except ValueError:
            problems.append(COLUMNS.make_problem('value', 'birth'))
    found, more = COLUMNS.parse(cells)
    values.update(found)
    problems += more
    if 'place' in values:
        postcode, city = values.pop('place')
        for target, text in (('zip', postcode), ('city', city)):
            if text:
                values.setdefault(target, text)
    if level := values.get('german_level'):
        values['german_level'] = level.level
        if level.is_tested:
            values.setdefault('is_german_tested', True)
    elif any(problem.target == 'german_level' for problem in more):
        # test and date would be told of the level that was known before
        values.pop('is_german_tested', None)
        values.pop('german_date', None)
    if values.get('permission') in DATED_PERMISSIONS and not values.get('permission_date'):
        del values['permission']
        problems.append(COLUMNS.make_problem('permission_date_missing', 'permission'))
    if values.get('status') == 'paused' and not values.get('paused_until'):
        problems.append(COLUMNS.make_problem('paused_until_missing', 'status', rejects=True))
    return values, problems
