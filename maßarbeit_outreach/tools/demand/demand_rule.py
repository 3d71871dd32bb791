"""Rules about skill demands: which titles mean the same need, and when a need that comes back starts."""

from dateutil.relativedelta import relativedelta

from ..search.german_words import FILLER_WORDS, STOP_WORDS, words

# From this share of common trigrams on, two titles are worth a look.
SIMILAR = 0.5
# Words that many demands have in common and that say nothing about the need.
FILLERS = (
    STOP_WORDS
    | FILLER_WORDS
    | frozenset(
        {
            'noch',
            'weitere',
            'mehr',
            'mitarbeiter',
            'mitarbeitende',
            'kolleg',
            'kollege',
            'kollegen',
            'kraft',
            'krafte',
            'hilfskraft',
            'hilfskrafte',
            'arbeitskraft',
            'arbeitskrafte',
            'fachkraft',
            'fachkrafte',
            'aushilfe',
            'aushilfen',
            'hilfe',
            'helfer',
            'vollzeit',
            'teilzeit',
            'minijob',
            'schicht',
            'befristet',
            'unbefristet',
            'sofort',
            'stunden',
            'std',
            'woche',
            'm',
            'w',
            'd',
            'x',
            'or',
            'some',
            'somebody',
            'someone',
            'people',
            'with',
            'another',
            'more',
        }
    )
)


def title_words(title):
    """The words of a title that say what is needed, without gender forms.

    >>> sorted(title_words("2 Schweißer/innen (m/w/d) fürs WIG"))
    ['schweisser', 'wig']
    >>> title_words("Pflegehelferinnen und Pflegehelfer") == title_words("PFLEGEHELFER:IN")
    True
    >>> title_words("Köchinnen"), title_words("Lagerkräfte und Kollegin")
    (frozenset({'koch'}), frozenset({'lagerkrafte'}))
    >>> title_words("Jemand") | title_words("")
    frozenset()
    """
    return frozenset(word for word in words(title) if word not in FILLERS and not word.isdigit())


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
    first, second = ({f'  {word} '[i : i + 3] for word in title for i in range(len(word) + 1)} for title in (first, second))
    return len(first & second) / len(first | second)


def is_similar(one, other):
    """
    >>> is_similar("Tischler für die Endmontage", "Tischlerin")
    True
    >>> is_similar("Pflegefachkraft", "Hilfskraft Küche")
    False

    Words that many demands have in common make none alike:

    >>> is_similar("Hilfskraft Lager, Vollzeit", "Hilfskraft Küche, Vollzeit"), is_similar("Aushilfe Verkauf", "Aushilfe im Büro")
    (False, False)
    >>> is_similar("Hilfskraft", "Hilfskraft"), is_similar("Fachkraft Lager, Teilzeit", "Mitarbeiter fürs Lager")
    (False, True)
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
    return next(day for day in (start + relativedelta(months=months * (rounds + more)) for more in range(3)) if day >= today)
