"""What a list quotes of a report, so that nobody has to open seven visits to find the one that matters."""

import re

# A full stop ends a sentence only after a word: neither in "z. B. Lager" nor in "am 3. Dezember".
END = re.compile(r'(?<=[^\W\d_]{3}[.!?])\s+|\s*\n+\s*')


def first_sentence(text: str, limit: int = 160) -> str:
    """The first sentence or line, cut at a word.

    >>> first_sentence('Zweite Halle ab Frühjahr. Sucht Leute, die bleiben.')
    'Zweite Halle ab Frühjahr.'
    >>> first_sentence('Sucht z. B. Lageristen ab 3. Dezember. Mehr später.')
    'Sucht z. B. Lageristen ab 3. Dezember.'
    >>> first_sentence('Ohne Punkt\\nzweite Zeile'), first_sentence('  '), first_sentence('')
    ('Ohne Punkt', '', '')
    >>> first_sentence('eins zwei drei vier', limit=12)
    'eins zwei …'
    """
    sentence = END.split((text or '').strip(), maxsplit=1)[0].strip()
    if len(sentence) <= limit:
        return sentence
    return sentence[: limit - 1].rsplit(' ', 1)[0].rstrip(' ,;:–-') + ' …'
