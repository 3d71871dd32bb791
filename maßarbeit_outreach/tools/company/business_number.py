"""Wirtschafts-Identifikationsnummer (W-IdNr.): the number by which German tax authorities know who does business.

Source of the rule: § 139c AO. `DE` and nine digits, the last of which is a check digit by the same rule as that of the VAT number
(ISO 7064, MOD 11,10); behind it, after a hyphen, five digits for each establishment, from 00001 on. Who had a VAT number when the
numbers were introduced has the same digits in both, so that one may be found by the other.
"""

import re
from typing import NamedTuple

from stdnum.de import vat as german_vat

_NUMBER = re.compile(r'(?:DE)?(?P<digits>\d{9})(?P<suffix>\d{5})?')


class InvalidBusinessNumber(ValueError):
    """Not a W-IdNr.; ``reason`` is one of `empty`, `format`, `check_digit`, `suffix`."""

    def __init__(self, reason: str, text: str):
        super().__init__(f"{reason}: {text!r}")
        self.reason = reason
        self.text = text


class BusinessNumber(NamedTuple):
    """``company`` is the same for all establishments (`DE` and nine digits), ``suffix`` names one of them, or is empty.

    >>> str(BusinessNumber('DE136695976', '00002')), str(BusinessNumber('DE136695976', ''))
    ('DE136695976-00002', 'DE136695976')
    """

    company: str
    suffix: str

    def __str__(self) -> str:
        return '-'.join(filter(None, self))


def parse_business_number(text: str) -> BusinessNumber:
    """A W-IdNr. as people type it: with or without blanks, `DE` and suffix.

    >>> str(parse_business_number('DE 136 695 976 - 00002')), str(parse_business_number('136695976'))
    ('DE136695976-00002', 'DE136695976')
    >>> str(parse_business_number('de136695976–00001'))
    'DE136695976-00001'

    What is wrong is told by a reason code; a suffix of other length is not understood, never cut or filled up:

    >>> def reason(text):
    ...     try:
    ...         return parse_business_number(text) and None
    ...     except InvalidBusinessNumber as error:
    ...         return error.reason
    >>> [reason(text) for text in ('  ', 'DE13669597', 'AT136695976', 'DE136695978', 'DE136695976-00000', 'DE136695976-0001')]
    ['empty', 'format', 'format', 'check_digit', 'suffix', 'format']
    >>> reason('DE036695976')  # the first digit is none of those that are given
    'check_digit'
    """
    number = re.sub(r'[\s.\-\u2010-\u2014/]', '', text or '').upper()
    if not number:
        raise InvalidBusinessNumber('empty', text)
    match = _NUMBER.fullmatch(number)
    if not match:
        raise InvalidBusinessNumber('format', text)
    if not german_vat.is_valid(match['digits']):
        raise InvalidBusinessNumber('check_digit', text)
    if match['suffix'] == '00000':
        raise InvalidBusinessNumber('suffix', text)
    return BusinessNumber('DE' + match['digits'], match['suffix'] or '')


def check_business_number(text: str) -> str:
    """The number as it is stored.

    >>> check_business_number(' DE136695976 00001')
    'DE136695976-00001'
    """
    return str(parse_business_number(text))
