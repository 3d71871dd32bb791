"""What in a free text looks as if it told who somebody is, or how somebody's health is.

Records about people have a pseudonym and no name; who it is stands in the case system (§ 35 SGB I, Art. 5 (1) c, Art. 9 GDPR). What is
typed into a note undoes that. The rule points out, and refuses nothing: "Herr" in a report may be the managing director. So it
would rather miss a bare surname, which no list can know, than disturb whoever writes "Halle 3, 0,5 Stellen".
"""

import re
from datetime import date

KINDS = ('name', 'phone', 'email', 'birth_date', 'health')
YOUNGEST = 14  # years: a later date is an appointment

_EMAIL = re.compile(r'[\w.+-]+@\w[\w-]*(?:\.\w[\w-]*)+')
# A trunk or country prefix, and seven digits at least: no postcode, Betriebsnummer, pay or time.
_PHONE = re.compile(r'(?<![\w.,/-])(?:\+|00?)[1-9][\d \t()/-]{5,}\d(?![\w.,-]?\w)')
_DATE = re.compile(r'(?<![\w.])(?:(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d{2})|(\d{4})-(\d{2})-(\d{2}))(?!\w)')
_BIRTH = re.compile(r'\b(?:geb\.|geboren(?:\s+am)?|geburtsdatum|date of birth|born(?:\s+on)?)\W{0,3}\d', re.IGNORECASE)
_NAME = re.compile(
    r'\b(?:Herrn?|Frau|Fr\.|Hr\.|Mr\.?|Mrs\.?|Ms\.?)\s+(?:(?:Dr|Prof)\.\s*)*[^\W\d_a-zäöüß]'
    r'|\b(?:heißt|heisst|Name|Vorname|Nachname|Familienname)\s*(?:ist|:)?\s+[^\W\d_a-zäöüß][^\W\d_]'
)
# Beginnings of words, in lower case and with "ae" for "ä".
_HEALTH = re.compile(
    r'\b(?:diagnos|depressi|ptbs|posttraumat|traumatisier|schizophren|psychos|psychisch|psychiatr|psychotherap|angststoerung|burn-?out'
    r'|autis|adhs|epileps|diabet|asthma|rheuma|arthrose|bandscheib|herzinfarkt|schlaganfall|multiple sklerose|hepatitis|hiv\b|aids\b'
    r'|tuberkul|krebserkrank|brustkrebs|tumor|chemotherap|dialyse|schwanger|suizid|alkoholik|alkoholkrank|alkoholabh|alkoholprobl'
    r'|drogenabh|drogensuch|drogenkonsum|drogenprobl|suchtkrank|suchterkrank|suchtprobl|spielsucht|gdb\s*:?\s*\d|schwerbehindertenausweis'
    r'|krank(?:heit|geschrieben)|erkrankt|erkrankung)'
)
_SPELT = str.maketrans({'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'ß': 'ss'})


def _is_birth(match, today):
    day, month, year, iso_year, iso_month, iso_day = match.groups()
    number = int(iso_year or year)
    if len(iso_year or year) == 2:
        number += 1900 if number > today.year % 100 else 2000
    try:
        found = date(number, int(iso_month or month), int(iso_day or day))
    except ValueError:
        return False
    return 1900 <= found.year <= today.year - YOUNGEST


def find(text: str, today: date) -> tuple[str, ...]:
    """The kinds of what is found, in the order of `KINDS`.

    >>> today = date(2026, 12, 1)
    >>> find("Betriebspraktikum für Herrn A. vorbereiten", today)
    ('name',)
    >>> find("Frau Dr. Muster, Tel. 0541 501-2000, erreichbar unter muster@example.org", today)
    ('name', 'phone', 'email')
    >>> find("geb. 3.4.85, Depression seit 2019", today), find("K-7HF, 12.05.1987", today)
    (('birth_date', 'health'), ('birth_date',))
    >>> find("Termin am 12.05.2026, 14.50 Euro, 49565 Bramsche, 20 Std., Betriebsnummer 12345678", today)
    ()
    >>> find("sucht Personal, Frau und Mann; Halle 3; keine Kita in 5 km; Führerschein B fehlt", today), find("", today)
    ((), ())
    """
    text = text or ''
    plain = text.lower().translate(_SPELT)
    found = {
        'name': _NAME.search(text),
        'phone': any(sum(map(str.isdigit, match[0])) >= 7 for match in _PHONE.finditer(text)),
        'email': _EMAIL.search(text),
        'birth_date': _BIRTH.search(text) or any(_is_birth(match, today) for match in _DATE.finditer(text)),
        'health': _HEALTH.search(plain),
    }
    return tuple(kind for kind in KINDS if found[kind])
