"""Which occupations (KldB 2010) somebody may exercise as an employee only with a licence or a recognised qualification.

Not those where the law asks for the master craftsman to run a business (crafts of Annex A HwO) or protects a title only, such
as medical assistants, or assistants in care (PflFAssG § 1): there everybody may be employed, and a mark would shut newcomers out.
"""

# The longest beginning of a code counts. Laws of the Land are those of Lower Saxony; other Länder have their own.
SOURCES = {
    '8113': 'OrthoptG',
    '812': 'MTBG',
    '8130': 'PflBG § 1',
    '8131': 'PflBG § 1',
    '8132': 'PflBG § 1',
    '8133': 'ATA-OTA-G',
    '8134': 'NotSanG',
    '8135': 'HebG',
    '814': 'BÄO § 2',
    '8147': 'ZHG § 1',
    '8150': 'BTÄO § 2',
    '8151': 'BTÄO § 2',
    '8152': 'BTÄO § 2',
    '8163': 'PsychThG § 1',
    '8171': 'MPhG § 1',
    '8172': 'ErgThG § 1',
    '8173': 'LogopG § 1',
    '8176': 'DiätAssG',
    '8177': 'PodG § 1',
    '8180': 'BApO § 2',
    '8181': 'BÄO § 2',
    '8182': 'PTAG',
    '8210': 'PflBG § 1',
    '83112': 'NKiTaG § 9',
    '83113': 'NKiTaG § 9',
    '83123': 'Landesrecht (staatliche Anerkennung)',
    '83124': 'Landesrecht (staatliche Anerkennung)',
    '83132': 'Landesrecht (Heilerziehungspflege)',
    '841': 'Landesrecht (Lehramt)',
    '8421': 'Landesrecht (Lehramt)',
    '8451': 'FahrlG § 1',
}
# ESCO calls an occupation regulated when any state of the Union regulates it, be it the business or the title only. Of production,
# building and technology, transport and guarding, of health crafts, body care and assistants of practices that says nothing about an
# employee in Germany, nor does it of helpers.
NOT_HANDED_OVER = ('2', '3', '4', '5', '6', '811', '823', '825')


def source_of(code: str) -> str:
    """The law that regulates an occupation, '' for none. Helpers (fifth digit 1) need nothing.

    >>> source_of('81302'), source_of('81301'), source_of('26212'), source_of('81102'), source_of('81711'), source_of('81')
    ('PflBG § 1', '', '', '', '', '')
    """
    if len(code) != 5 or code.endswith('1'):
        return ''
    return next((SOURCES[code[:length]] for length in (5, 4, 3) if code[:length] in SOURCES), '')


def training_probation(code: str) -> int:
    """Months of probation of an apprentice at most: four (§ 20 BBiG), of a nurse six (§ 20 PflBG).

    >>> training_probation('81302'), training_probation('26212'), training_probation('')
    (6, 4, 4)
    """
    return 6 if source_of(code).startswith('PflBG') else 4


def is_handed_over(code: str) -> bool:
    """Whether the mark of an ESCO occupation says something about the KldB occupation with this code.

    >>> [is_handed_over(code) for code in ('81302', '26212', '82312', '73134', '81301', '53112')]
    [True, False, False, True, False, False]
    """
    return len(code) == 5 and not code.endswith('1') and not code.startswith(NOT_HANDED_OVER)
