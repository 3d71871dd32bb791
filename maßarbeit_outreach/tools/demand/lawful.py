"""What a demand may not ask or pay: minimum wages by day, industry and occupation, and restrictions that the law forbids.

§ 36 (1) SGB III: nobody is placed in work that is against the law; (2): a restriction by sex, origin, religion, age, health and
the like is passed on only where the kind of work makes it indispensable (§§ 8–10 AGG).
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

WEEKS_A_MONTH = 13 / 3
FULL_TIME_HOURS = 40
# § 22 MiLoG. (1) is no employment in the sense of that law, so no minimum wage of an industry counts either; the others are employed.
NO_EMPLOYEES = ('apprentice', 'eq', 'internship')
GENERAL_ONLY = ('minor', 'long_term')


class Wage(NamedTuple):
    """A minimum wage in euros an hour, from a day on. `key` names what it is about: the latest of each counts. `industries` and
    `occupations` are beginnings of WZ and KldB codes; none: all."""

    key: str
    amount: float
    date_from: date
    industries: tuple = ()
    occupations: tuple = ()


def codes(text: str | None) -> tuple:
    """Beginnings of codes out of a text, without the points of WZ codes.

    >>> codes('81.2, 43; 87'), codes(None)
    (('812', '43', '87'), ())
    """
    return tuple(code.replace('.', '') for code in re.split(r'[,;\s]+', text or '') if code)


def _meets(code, beginnings):
    return not beginnings or (bool(code) and code.replace('.', '').startswith(beginnings))


def minimum(
    wages: Iterable[Wage], day: date, industry: str = '', occupation: str = '', exception: str = '', *, is_lent: bool = False
) -> Wage | None:
    """The highest minimum wage that binds on this day; None where there is none.

    Of somebody whom an agency lends it is the work that counts, not the industry of the agency (§ 8 (3) AEntG).

    >>> wages = [Wage('general', 13.9, date(2026, 1, 1)), Wage('general', 14.6, date(2027, 1, 1)),
    ...          Wage('care', 21.03, date(2026, 7, 1), ('87',), ('82102',))]
    >>> [minimum(wages, day).amount for day in (date(2026, 12, 31), date(2027, 1, 1))]
    [13.9, 14.6]
    >>> minimum(wages, date(2027, 1, 1), '87.1', '82102').amount, minimum(wages, date(2027, 1, 1), '87.1', '54101').amount
    (21.03, 14.6)
    >>> minimum(wages, date(2027, 1, 1), '', '', 'apprentice'), minimum(wages, date(2027, 1, 1), '', '', 'long_term')
    (None, None)
    >>> minimum(wages, date(2027, 1, 1), '87', '82102', 'long_term').amount
    21.03
    >>> [minimum(wages, date(2027, 1, 1), '78.2', '82102', is_lent=lent).amount for lent in (False, True)]
    [14.6, 21.03]
    """
    if exception in NO_EMPLOYEES:
        return None
    latest = {}
    for wage in sorted(wages, key=lambda wage: wage.date_from):
        is_general = not wage.industries and not wage.occupations
        binds = (_meets(industry, wage.industries) or (is_lent and wage.occupations)) and _meets(occupation, wage.occupations)
        if wage.date_from <= day and binds and not (is_general and exception in GENERAL_ONLY):
            latest[wage.key] = wage
    return max(latest.values(), key=lambda wage: wage.amount, default=None)


def hourly(amount: float, unit: str, hours: float = 0) -> float:
    """What a wage is an hour, at these weekly hours; where nobody has said how many, at 40: less can only be more.

    >>> hourly(15, 'hour'), round(hourly(2600, 'month', 40), 2), round(hourly(31200, 'year'), 2), round(hourly(1300, 'month', 20), 2)
    (15, 15.0, 15.0, 15.0)
    """
    if unit == 'hour' or not amount:
        return amount
    monthly = amount / 12 if unit == 'year' else amount
    return monthly / ((hours or FULL_TIME_HOURS) * WEEKS_A_MONTH)


_PAY = r'(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:€|euro?\b)'
_PAY_AN_HOUR = re.compile(
    rf'(?<![\d.,]){_PAY}\s*\(?(?:brutto)?\)?,?\s*(?:/|pro|je|die|in der|an? |per)?\s*(?:stunde|std|hour|h\b)'
    rf'|stundenlohn\w*\s*(?::|ab|von|in höhe von|beträgt|liegt bei|ist|mindestens)?\s*{_PAY}',
    re.IGNORECASE,
)


def named_pay(text: str | None) -> float:
    """The lowest pay an hour that a text names, 0 for none.

    >>> named_pay('Wir zahlen 13,50 € pro Stunde'), named_pay('14 Euro/Std., nachts 16 EUR/h'), named_pay('500 € Prämie, 38 Stunden')
    (13.5, 14.0, 0)
    >>> named_pay('12,50 € brutto pro Stunde'), named_pay('Stundenlohn: 12,50 €'), named_pay('Stundenlohn nach Tarif, 10 € Prämie')
    (12.5, 12.5, 0)
    """
    found = [before or after for before, after in _PAY_AN_HOUR.findall(text or '')]
    return min((float(number.replace(',', '.')) for number in found), default=0)


def find_restrictions(text: str | None, words: Iterable[str]) -> list:
    """The places where one of these words stands, as they are written, each once. A word counts from its beginning on; ## is an age of
    20 to 69.

    >>> find_restrictions('bis 35 Jahre, bis zu 40  Jahren, bis 10 Jahre Erfahrung', ['bis ## Jahre', 'bis zu ## Jahre'])
    ['bis 35 Jahre', 'bis zu 40  Jahren']
    >>> find_restrictions('Nur  Männer, deutsche Muttersprache; Fachfrauen und -männer (m/w/d)', ['nur Männer', 'Muttersprach'])
    ['Nur  Männer', 'Muttersprache']
    """
    found = []
    for word in words:
        pattern = r'(?<!\w)' + r'\s+'.join(map(re.escape, word.split())).replace(r'\#\#', r'[2-6]\d') + r'\w*'
        found += [match[0] for match in re.finditer(pattern, text or '', re.IGNORECASE)] if word.strip() else []
    return list(dict.fromkeys(found))


def strike(text: str | None, restrictions: Iterable[str]) -> str:
    """The text without them.

    >>> strike('Lager, nur Männer, Schicht', ['nur Männer']), strike('nur Männer', ['nur Männer'])
    ('Lager, […], Schicht', '[…]')
    """
    for words in sorted(restrictions, key=len, reverse=True):
        text = (text or '').replace(words, '[…]')
    return text or ''
