"""How German words of occupations and skills are brought to one form, so that spellings of one thing meet.

Text is folded (case, umlauts, ß, ph), gender forms become one, words without content go, compounds are split with a
vocabulary that the caller has, and endings are cut. Rules of the language only; no word here belongs to a single
catalogue entry. All functions are pure.
"""

import re
import unicodedata
from functools import lru_cache

from ..base.letters import without_spelt_umlauts

_ACCENTS = str.maketrans({'ä': 'a', 'ö': 'o', 'ü': 'u', 'ß': 'ss', 'æ': 'a', 'ø': 'o', 'œ': 'o', 'ł': 'l'})
_GENDER_MARK = re.compile(r'[(\[]?\b[mwdfxi](?:\s?[/|*,]\s?[mwdfxi]){1,3}\b[)\]]?|\b(?:all genders|alle geschlechter|mwd|gn)\b')
_GENDER_ENDING = re.compile(r'(?<=[a-zäöüß])(?:[/:*_·](?:-\s?)?|\((?:-\s?)?)(?:innen|in|rin|frauen|frau|er|e|n|r)\b\)?')
_INNER_I = re.compile(r'(?<=[a-zäöüß])I(?=n\b|nnen\b)')
_WORD = re.compile(r'[a-z0-9][a-z0-9+#]*')
_FEMININE = re.compile(r'(?<=[a-z]{3})(?<!e)in(?:nen)?$')
# nouns on -in that name no woman; what stands before them may be anything ("Zahnmedizin")
_NOT_FEMININE = re.compile(
    r'(?:medizin|benzin|termin|magazin|disziplin|vitamin|insulin|kamin|aspirin|admin|platin|login|delfin|rubin|berlin'
    r'|^urin|^latin)$'
)


def _listed(text):
    return frozenset(text.split())


STOP_WORDS = _listed("""
der die das des dem den ein eine einer eines einem einen und oder sowie bzw fur furs in im ins an am auf aus bei beim mit
nach von vom vor zu zum zur uber unter durch als ohne um bis per pro sich auch nicht u a bzgl incl inkl the of and for to
""")
# what surrounds the occupation when somebody says whom they need
FILLER_WORDS = _listed("""
jemand jemanden jemandem gesucht suche suchen sucht brauchen brauche braucht benotigt benotigen dringend sofort ab wir ich
mir uns unser unsere unseren leute person personen mann mehrere einige paar gern gerne bitte moglichst asap stelle job
""")
# three letters that may be a part of a compound; shorter or other ones would be found in any word
_SHORT_PARTS = _listed("""
bau rad zug bus bar tor web amt weg uhr see tee eis gas not rat ton hof kuh lok ohr ort tal zoo ski kfz lkw pkw edv cnc ikt
arm bad bei fee gen hut jus kur nut pub rum tau wal
""")


def fold(text):
    """One spelling: lower case, no umlauts or accents, no marks of gender.

    >>> fold("Bäcker/in (m/w/d)"), fold("Baecker:in"), fold("BäckerIn")
    ('backer   ', 'backer ', 'backer ')
    >>> fold("Schweißer"), fold("Steuerbauer"), fold("Photograph")
    ('schweisser', 'steuerbauer', 'fotograf')
    """
    text = unicodedata.normalize('NFKC', text).replace('\u00ad', '')
    text = _INNER_I.sub('/i', text).lower()
    text = _GENDER_ENDING.sub(' ', _GENDER_MARK.sub(' ', text)).translate(_ACCENTS)
    text = ''.join(letter for letter in unicodedata.normalize('NFD', text) if not unicodedata.combining(letter))
    return without_spelt_umlauts(text).replace('ph', 'f')


def neutral(word):
    """The form of a folded word that names no gender.

    >>> neutral('schweisserin'), neutral('arztinnen'), neutral('burokauffrau'), neutral('zahnmedizin'), neutral('verein')
    ('schweisser', 'arzt', 'burokaufmann', 'zahnmedizin', 'verein')
    """
    match = _FEMININE.search(word)
    if match and not _NOT_FEMININE.search(word):
        word = word[: match.start()]
    for ending in ('frauen', 'frau', 'leute'):
        if word.endswith(ending) and len(word) > len(ending):
            return word.removesuffix(ending) + 'mann'
    return word


def words(text):
    """The words with content, folded and neutral, each once, in order. Filler counts where there is nothing else.

    >>> words("Technischer Leiter für Bühne/Technische Leiterin für Bühne")
    ['technischer', 'leiter', 'buhne']
    >>> words("dringend 2 Leute fürs Lager gesucht"), words("jemand"), words("!?")
    (['lager'], ['jemand'], [])
    """
    found = _WORD.findall(fold(text))
    content = [neutral(word) for word in found if word not in STOP_WORDS]
    said = [word for word in content if word not in FILLER_WORDS and not (word.isdigit() and len(word) < 3)]
    once = {}
    for word in said or content or found:
        once.setdefault(_without_case(word), word)
    return list(once.values())


def _without_case(word):
    """What "technischer" and "technische" share."""
    return word[:-1] if word.endswith(('er', 'es')) and len(word) > 5 else word


@lru_cache(maxsize=50000)
def uninflected(word):
    """Without the endings of case and number; the agent's -er stays.

    >>> uninflected('maschinen'), uninflected('technische'), uninflected('schweisser'), uninflected('gas')
    ('maschin', 'technisch', 'schweisser', 'gas')
    """
    if len(word) > 4:
        for ending in ('en', 'em', 'es', 'e', 'n', 's'):
            if word.endswith(ending):
                return word[: -len(ending)]
    return word


def everyday_key(text):
    """By which a word of the list of everyday words is looked up.

    >>> {everyday_key(text) for text in ('LKW-Fahrer', 'Lkw Fahrerin', 'lkwfahrer (m/w/d)', 'Lkw-Fahrern')}
    {'lkwfahrer'}
    >>> {everyday_key(text) for text in ('nurse', 'nurses')}, everyday_key('Köche') == everyday_key('Köchin') == everyday_key('Koch')
    ({'nurs'}, True)
    """
    return ''.join(uninflected(word) for word in words(text))


@lru_cache(maxsize=50000)
def stem(word):
    """What a noun, its verb and its adjective share, as far as endings tell.

    >>> {stem(word) for word in ('reinigung', 'reinigen', 'reiniger')}, stem('schweissen') == stem('schweisser')
    ({'reinig'}, True)
    """
    word = uninflected(word)
    if len(word) > 5:
        for ending in ('isierung', 'ierung', 'ation', 'isch', 'ung', 'ier', 'lich', 'er', 'or', 't'):
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                return word[: -len(ending)]
    return word


def pieces(word):
    """All that :func:`parts` may ask its vocabulary about this word."""
    return {uninflected(word[start:stop]) for start in range(len(word) - 3) for stop in range(start + 4, len(word) + 1)}


def parts(word, known):
    """Split a compound into words of the vocabulary, in order; one unknown part may stand beside a known one.

    :param known: container of uninflected words

    >>> parts('netzwerksicherheitsanalyst', {'netzwerk', 'sicherheit', 'analyst'})
    ['netzwerk', 'sicherheits', 'analyst']
    >>> parts('hundetrainer', {'trainer'}), parts('backer', {'back'})
    (['hunde', 'trainer'], ['backer'])
    """
    if len(word) < 7:
        return [word]

    def is_known(part):
        if len(part) < 4:
            return part in _SHORT_PARTS
        return uninflected(part) in known

    best, best_score = None, (0,)
    for cut in range(3, len(word) - 2):
        modifier, head = word[:cut], word[cut:]
        knows_head = is_known(head)
        knows_modifier = is_known(modifier) or (modifier.endswith('er') and len(modifier) > 5 and is_known(modifier[:-2]))
        if knows_head and knows_modifier:
            score = (3, min(cut, len(head)), len(head))
        elif knows_head and len(head) >= 5:
            score = (2, len(head))
        elif knows_modifier and cut >= 5 and len(head) >= 4:
            score = (1, cut)
        else:
            continue
        if score > best_score:
            best, best_score = cut, score
    if not best:
        return [word]
    return parts(word[:best], known) + parts(word[best:], known)
