"""Betriebsnummer: the eight digits by which social insurance knows an establishment.

Source of the rule: Gemeinsames Rundschreiben "Meldeverfahren zur Sozialversicherung" of
29 June 2016, no. 1.3.2.2 (4) to (7) (published, among others, in the AOK Rechtsdatenbank):

* eight digits; the first three are 001 to 099 or greater than 110;
* the last digit is a check digit *and is to be checked* by everybody who takes part in the
  reporting procedure: digits 1 to 7 times 1, 2, 1, 2, 1, 2, 1; sum of the digit sums of the
  products; modulo 10;
* the check digit plus 5 (last digit of the sum) is valid as well.

The circular makes no exception for older numbers or for those that the Knappschaft assigns
(98…), and payroll software refuses what fails the check; so it is an error here, too. Numbers
that are public (health insurance funds, Minijob-Zentrale) pass it.
"""

import re

WEIGHTS = (1, 2, 1, 2, 1, 2, 1)


class InvalidBetriebsnummer(ValueError):
    """Not a Betriebsnummer; ``reason`` is one of `empty`, `characters`, `length`, `range`, `check_digit`."""

    def __init__(self, reason: str, text: str):
        super().__init__(f"{reason}: {text!r}")
        self.reason = reason
        self.text = text


def check_digits(first_seven: str) -> tuple[str, str]:
    """The two admissible last digits for the first seven ones.

    >>> check_digits('2972086')
    ('5', '0')
    >>> check_digits('0991234')
    ('2', '7')
    """
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(first_seven, WEIGHTS, strict=True))
    return str(total % 10), str((total + 5) % 10)


def check_betriebsnummer(text: str) -> str:
    """The eight digits of a Betriebsnummer, as people type it (spaces and hyphens between the digits).

    >>> check_betriebsnummer(' 297 20 865 ')
    '29720865'
    >>> check_betriebsnummer('98000006'), check_betriebsnummer('15027-365')
    ('98000006', '15027365')

    The second check digit (+ 5) is as good as the first:

    >>> check_betriebsnummer('29720860')
    '29720860'

    What is wrong is told by a reason code:

    >>> def reason(text):
    ...     try:
    ...         check_betriebsnummer(text)
    ...     except InvalidBetriebsnummer as error:
    ...         return error.reason
    >>> [reason(text) for text in ('  ', '2972O865', '2972086', '10020865', '29720866')]
    ['empty', 'characters', 'length', 'range', 'check_digit']
    """
    number = re.sub(r'[\s\-\u2010-\u2013]', '', text or '')
    if not number:
        raise InvalidBetriebsnummer('empty', text)
    if not re.fullmatch(r'[0-9]+', number):
        raise InvalidBetriebsnummer('characters', text)
    if len(number) != 8:
        raise InvalidBetriebsnummer('length', text)
    prefix = int(number[:3])
    if not (1 <= prefix <= 99 or prefix > 110):
        raise InvalidBetriebsnummer('range', text)
    if number[7] not in check_digits(number[:7]):
        raise InvalidBetriebsnummer('check_digit', text)
    return number
