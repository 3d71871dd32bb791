"""When two contacts of one company may be the same person: the same e-mail address, the same phone, or the same name."""

import re

from ..base.letters import without_spelt_umlauts
from .search_key import make_key


def twin_keys(name: str | None, email: str | None, phone: str | None) -> frozenset[tuple[str, str]]:
    """What two contacts that may be the same person have in common.

    >>> first = twin_keys("Jürgen Müller", 'J.Mueller@firma.example', '05422 12-345')
    >>> [sorted(kind for kind, __ in first & twin_keys(*other)) for other in (
    ...     ("J. Müller", 'j.mueller@Firma.example ', None), ("Zentrale", None, '+49 (0) 5422 12345'), ("Mueller, Juergen", None, None),
    ...     ("Jens Müller", 'jens@firma.example', '05422 12-346'))]
    [['email'], ['phone'], ['name'], []]
    >>> twin_keys(None, '', '12') & twin_keys('', None, '12')  # too short to be a number
    frozenset()
    """
    keys = set()
    if words := make_key([name]).split():
        # both spellings of a word are in the key; that without "ue" tells
        keys.add(('name', ' '.join(sorted(set(map(without_spelt_umlauts, words))))))
    if address := (email or '').strip().lower():
        keys.add(('email', address))
    # country code, and the zero that goes with it, left out
    digits = re.sub(r'\D', '', re.sub(r'\(0\)', '', phone or ''))
    digits = re.sub(r'^(?:00)?49(?=\d{6})|^0+', '', digits) if re.match(r'\s*(?:\+|00|0)', phone or '') else digits
    if len(digits) >= 5:
        keys.add(('phone', digits))
    return frozenset(keys)
