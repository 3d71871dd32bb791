"""The server's log without the values that a failed statement carries.

Core logs a statement that the database refuses as it was sent, with every value in it, and the database's own words
repeat them ("Key (reference)=(…) already exists", "Failing row contains (…)"). The statement may be about anybody: a
candidate's residence title, a contact's phone, a message. So whatever fails, for whatever reason, the log says which
statement and why, and not of whom.

Core also logs each list that is downloaded, with what was searched for: a case file's number. Who downloaded how much of
what, by which conditions, stays; what they were compared with does not.
"""

import logging
import re
import traceback

STATEMENT_MOST = 2000
HIDDEN = '…'
EXPORT_LOGGER = 'odoo.addons.web.controllers.export'
# As psycopg2 writes them: a quotation mark in a text is doubled, and so is a backslash (behind an E).
_VALUES = re.compile(r"E?'(?:[^'\\]|''|\\.)*'?|\b[0-9][0-9.]*\b|\b(?:true|false)\b", re.DOTALL)


def hide_values(statement):
    """The statement with its literals replaced; names of tables and columns stay.

    >>> hide_values("INSERT INTO x (name, n) VALUES ('O''Hara', 12), (E'a\\\\\\\\b', NULL)")
    'INSERT INTO x (name, n) VALUES (…, …), (…, NULL)'
    >>> hide_values(b'UPDATE "wz2008_x" SET "a1" = 4.5, b = true')
    'UPDATE "wz2008_x" SET "a1" = …, b = …'
    """
    if isinstance(statement, bytes):
        statement = statement.decode('utf-8', 'replace')
    return _VALUES.sub(HIDDEN, str(statement)[: 20 * STATEMENT_MOST])[:STATEMENT_MOST]


def hide_domain(domain):
    """A search condition as clients send it, with what its fields are compared with replaced.

    >>> hide_domain(['|', ['reference', '=', 'BG 7'], ('id', 'in', [1, 2]), ['line_ids', 'any', [['name', 'ilike', 'x']]]])
    ['|', ('reference', '=', '…'), ('id', 'in', '…'), ('line_ids', 'any', '…')]
    >>> hide_domain([]), hide_domain([['reference', '=']]), hide_domain('BG 7')
    ([], ['…'], '…')
    """
    if not isinstance(domain, (list, tuple)):
        return HIDDEN
    return [
        part
        if part in ('&', '|', '!')
        else (*part[:2], HIDDEN)
        if isinstance(part, (list, tuple)) and len(part) == 3 and all(isinstance(word, str) for word in part[:2])
        else HIDDEN
        for part in domain
    ]


def describe_error(error):
    """What a database error says about the structure, and nothing of what it quotes.

    >>> describe_error(ValueError('A string literal cannot contain NUL'))
    'ValueError'
    """
    diag = getattr(error, 'diag', None)
    names = (getattr(diag, f'{kind}_name', None) for kind in ('table', 'column', 'constraint'))
    return ' '.join([type(error).__name__, *filter(None, names)])


def _chain(error):
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def describe_traceback(exc_info):
    """The traceback as Python words it, or, where a database error is part of it, without what that one says."""
    text = ''.join(traceback.format_exception(*exc_info)).rstrip('\n')
    for error in _chain(exc_info[1]):
        if getattr(error, 'diag', None) is not None and str(error).strip():
            text = text.replace(str(error).strip(), f'({describe_error(error)})')
    return text


class WithoutValues(logging.Filter):
    """Lets every record pass, the values in failed statements and in the conditions of downloaded lists taken out."""

    def filter(self, record):
        if isinstance(record.msg, str) and record.msg.startswith('bad query') and isinstance(record.args, tuple):
            record.args = tuple(describe_error(value) if isinstance(value, BaseException) else hide_values(value) for value in record.args)
        if record.name == EXPORT_LOGGER and isinstance(record.args, tuple) and record.args[-2:-1] == ('Domain',):
            record.args = (*record.args[:-1], hide_domain(record.args[-1]))
        if record.exc_info and record.exc_info[1] and any(getattr(error, 'diag', None) is not None for error in _chain(record.exc_info[1])):
            record.exc_text = describe_traceback(record.exc_info)
        return True


def install():
    """Put the filter where failed statements are logged, and before everything that is written down.

    A logger's filter does not see what comes from the loggers below it, hence the handlers; and what takes the place of
    the handlers for a while, as tests do, is served by the logger.
    """
    root = logging.getLogger()
    for place in (logging.getLogger('odoo.sql_db'), logging.getLogger(EXPORT_LOGGER), *root.handlers):
        if not any(isinstance(known, WithoutValues) for known in place.filters):
            place.addFilter(WithoutValues())
