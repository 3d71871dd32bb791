"""What counts as a problem in a server log."""

import re
from typing import NamedTuple

# "2030-01-31 12:00:00,000 4711 WARNING db odoo.module: text"
_HEAD = re.compile(r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) (?P<db>\S+) (?P<logger>\S+?): (?P<text>.*)$')
_BAD_LEVELS = {'WARNING', 'ERROR', 'CRITICAL'}

# (logger, start of the message, why it is nobody's fault here). Each was seen without the addon.
KNOWN = (
    ('odoo.addons.base.models.ir_actions_report', 'You need Wkhtmltopdf', 'PDF needs a program that is optional here'),
    ('odoo.addons.base.models.ir_actions_report', 'wkhtmltopdf', 'PDF needs a program that is optional here'),
    # two pages of one user come and go at once; core repeats no message of a websocket, its client connects again
    ('odoo.sql_db', 'bad query:  UPDATE "mail_presence"', "core's presence is written by several pages"),
    ('odoo.addons.bus.websocket', 'could not serialize access due to concurrent update', "core's presence is written by several pages"),
)


class Problem(NamedTuple):
    level: str
    logger: str
    text: str  # with all lines of a traceback

    def __str__(self):
        return f'{self.level} {self.logger}: {self.text}'


def find_problems(log, baseline=()):
    """Return the warnings and errors in the text of an Odoo log.

    Left out are `KNOWN` ones and those in `baseline`: the problems of the same steps without
    the addon, compared without their numbers.
    """
    problems, entry = [], None
    for line in log.splitlines():
        head = _HEAD.match(line)
        if head:
            entry = None
            if head['level'] in _BAD_LEVELS:
                entry = [head['level'], head['logger'], head['text']]
                problems.append(entry)
        elif entry:
            entry[2] += '\n' + line
    usual = {_normal(problem) for problem in baseline}
    return [
        problem
        for problem in (Problem(*entry) for entry in problems)
        if _normal(problem) not in usual
        and not any(problem.logger == logger and problem.text.startswith(start) for logger, start, _why in KNOWN)
    ]


def _normal(problem):
    return problem.logger, re.sub(r'\d+', '0', problem.text.split('\n', 1)[0])
