"""What counts as a reason, wherever one is asked for."""


def is_reason(text: str | None, letters: int = 1) -> bool:
    """Whether somebody said something in words: dots, digits and blanks say nothing.

    :param letters: how many letters it takes at least, of any alphabet; where a word is too little

    >>> [is_reason(text) for text in ("They asked us", "Зарплата", "...", " - 12 -", "", None)]
    [True, True, False, False, False, False]
    >>> [is_reason(text, letters=10) for text in ("List for a meeting", "a list ......", "aaaaaaaaaa")]
    [True, False, False]
    """
    said = [character for character in (text or '').lower() if character.isalpha()]
    return len(said) >= letters and (letters == 1 or len(set(said)) > 2)
