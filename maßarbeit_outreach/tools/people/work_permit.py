"""What an answer of the immigration office changes, and what contradicts a work permission that was recorded.

The office says one of many things. Of the person in general speak few of them; most are about the job that it was asked about,
and some only say what it waits for.
"""

import re
from typing import NamedTuple

# Of one job: granted by the office alone, with the approval of the Federal Employment Agency (§ 39 AufenthG), or where none is
# needed (§ 32 (2) BeschV).
GRANTED = ('granted', 'granted_ba', 'approval_free')
# What is said of a job, so the question has to name one.
OF_JOB = (*GRANTED, 'refused_job')
# What is not the end of it. Approval counts as given two weeks after it was asked for (§ 36 (2) BeschV).
INTERIM = ('documents', 'approval_asked')
FICTION_DAYS = 14


class Change(NamedTuple):
    """What becomes known: of the job that was asked about (`granted`, `refused` or nothing), and of the person (a work permission,
    or nothing)."""

    job: str
    person: str


def get_change(answer: str, permission: str, begins_later: bool = False) -> Change:
    """What an answer changes for a person with this permission. Only `free` allows any work: what was granted is for one job (§ 4a (2),
    § 39 AufenthG).

    >>> get_change('granted', 'free'), get_change('granted', 'unclear')
    (Change(job='granted', person=''), Change(job='granted', person='with_permit'))
    >>> get_change('approval_free', 'blocked_until'), get_change('refused_job', 'unclear')
    (Change(job='granted', person='with_permit'), Change(job='refused', person=''))
    >>> get_change('refused', 'free'), get_change('free', 'unclear', begins_later=True)
    (Change(job='', person='forbidden'), Change(job='', person='free_from'))
    """
    if answer == 'refused_job':
        return Change('refused', '')
    if answer in GRANTED:
        # who gets a permission for a job needs one for each
        return Change('granted', 'with_permit' if permission in ('unclear', 'forbidden', 'blocked_until') else '')
    if answer == 'free':
        return Change('', 'free_from' if begins_later else 'free')
    return Change('', {'waiting': 'blocked_until', 'refused': 'forbidden'}.get(answer, ''))


def find_contradictions(permission: str, regime: str = '', title: str = '') -> list:
    """What cannot be true together; keys, the words are the caller's.

    * § 8 (2) SGB II: who may not be allowed to work is not able to work in the sense of that law.
    * § 7 (1) sentence 2 no. 3 SGB II: none of it for those who get benefits under AsylbLG, such as during the asylum procedure.
    * § 2 (2) FreizügG/EU: citizens of the Union need no permission; § 4a (1), §§ 9, 9a AufenthG: nor who is settled.
    * §§ 55, 61 AsylG: with a permission to stay for the asylum procedure, each job needs a permission.
    * § 4a (4) AufenthG, § 32 BeschV: so it does while deportation is suspended.

    >>> find_contradictions('forbidden', 'sgb2'), find_contradictions('with_permit', '', 'Unionsbürgerin')
    (['sgb2'], ['eu'])
    >>> find_contradictions('free', 'sgb2', 'Niederlassungserlaubnis'), find_contradictions('free', 'asylblg', 'Aufenthaltsgestattung')
    ([], ['asylum'])
    >>> find_contradictions('with_permit', 'sgb2', 'Aufenthaltsgestattung'), find_contradictions('free', '', 'Duldung § 60a AufenthG')
    (['asylblg'], ['tolerated'])
    >>> find_contradictions('with_permit', '', 'Erlaubnis zum Daueraufenthalt-EU'), find_contradictions('with_permit', '', 'Duldung')
    (['settled'], [])
    >>> find_contradictions('with_permit', '', 'Blaue Karte EU'), find_contradictions('with_permit', '', 'nicht freizügigkeitsberechtigt')
    ([], [])
    """
    words = title.casefold()
    is_in_procedure = 'aufenthaltsgestattung' in words
    found = []
    if permission == 'forbidden' and regime == 'sgb2':
        found.append('sgb2')
    if is_in_procedure and regime == 'sgb2':
        found.append('asylblg')
    is_restricted = permission in ('with_permit', 'blocked_until', 'forbidden')
    if is_restricted and re.search(r'(?<!nicht )(?<!kein )(?<!keine )(unionsbürger|freizügig|eu-bürger|eu citizen|union citizen)', words):
        found.append('eu')
    if is_restricted and re.search(r'niederlassungserlaubnis|daueraufenthalt', words):
        found.append('settled')
    if permission == 'free' and is_in_procedure:
        found.append('asylum')
    if permission == 'free' and 'duldung' in words:
        found.append('tolerated')
    return found
