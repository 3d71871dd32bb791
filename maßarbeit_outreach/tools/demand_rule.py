"""Rules about skill demands: which titles mean the same need, and when a need that comes back starts."""
import re

from dateutil.relativedelta import relativedelta

# From this share of common trigrams on, two titles are worth a look.
SIMILAR = 0.5
# Words that many demands have in common and that say nothing about the need.
FILLERS = frozenset({
    'ein', 'eine', 'einen', 'einer', 'der', 'die', 'das', 'den', 'dem', 'und', 'oder', 'fuer', 'fuers', 'im', 'in',
    'am', 'an', 'als', 'mit', 'bei', 'zur', 'zum', 'ab', 'sofort', 'dringend', 'noch', 'weitere', 'mehr', 'auch',
    'jemand', 'jemanden', 'leute', 'person', 'personen', 'mitarbeiter', 'mitarbeitende', 'kollege', 'kollegen',
    'kraft', 'kraefte', 'gesucht', 'm', 'w', 'd', 'x', 'a', 'the', 'for', 'and', 'or', 'some', 'somebody', 'someone',
    'people', 'with', 'another', 'more',
})
_UMLAUTS = str.maketrans({'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'ß': 'ss'})


def title_words(title):
    """The words of a title that say what is needed, without gender forms.

    >>> sorted(title_words("2 Schweißer/innen (m/w/d) fürs WIG"))
    ['schweisser', 'wig']
    >>> title_words("Pflegehelferinnen und Pflegehelfer") == title_words("PFLEGEHELFER:IN")
    True
    >>> title_words("Jemand") | title_words("")
    frozenset()
    """
    text = title.lower().translate(_UMLAUTS)
    text = re.sub(r'[/:*_(-]+(in|innen)\b\)?', '', text)
    words = (re.sub(r'(?<=er)(in|innen)$', '', word) for word in re.findall(r'[^\W\d_]+', text))
    return frozenset(word for word in words if word not in FILLERS)


def title_similarity(one, other):
    """How much two titles have in common, from 0 (nothing) to 1, the same whichever comes first.

    A title that only adds words to the other one is as good as equal; else trigrams of the words are compared, so that
    typing errors and compounds count.

    >>> title_similarity("Schweißer", "WIG-Schweisser (m/w/d)")
    1.0
    >>> title_similarity("Staplerfahrer", "Staplefahrer") > SIMILAR
    True
    >>> title_similarity("Koch", "Schweißer")
    0.0
    >>> title_similarity("Leute", "Leute")  # says nothing
    0.0
    """
    first, second = title_words(one), title_words(other)
    if not first or not second:
        return 0.0
    if first <= second or second <= first:
        return 1.0
    first, second = (
        {f'  {word} '[i:i + 3] for word in words for i in range(len(word) + 1)} for words in (first, second))
    return len(first & second) / len(first | second)


def is_similar(one, other):
    """
    >>> is_similar("Tischler für die Endmontage", "Tischlerin")
    True
    >>> is_similar("Pflegefachkraft", "Hilfskraft Küche")
    False
    """
    return title_similarity(one, other) >= SIMILAR


def next_start(start, months, today):
    """The day from which a need is to be filled that comes back every `months`, or None.

    The first one after `start` in that rhythm that is not over; without a rhythm (0) the day itself if it is to come.

    >>> from datetime import date
    >>> next_start(date(2025, 4, 1), 12, today=date(2026, 11, 23))
    datetime.date(2027, 4, 1)
    >>> next_start(date(2027, 1, 4), 12, today=date(2026, 11, 23))  # recorded early: still one round on
    datetime.date(2028, 1, 4)
    >>> next_start(date(2024, 2, 29), 12, today=date(2026, 11, 23))
    datetime.date(2027, 2, 28)
    >>> next_start(date(2026, 4, 1), 0, today=date(2026, 11, 23)) is None
    True
    >>> next_start(None, 12, today=date(2026, 11, 23)) is None
    True
    """
    if not start or (not months and start < today):
        return None
    if not months:
        return start
    rounds = max(1, ((today.year - start.year) * 12 + today.month - start.month) // months)
    return next(
        day for day in (start + relativedelta(months=months * (rounds + more)) for more in range(3)) if day >= today)
