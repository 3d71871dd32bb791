"""What is recorded about people, for all who ask: the records themselves, imports, matching."""

# The permissions that begin on a day; for the others a date that is left over from before says nothing.
DATED_PERMISSIONS = ('free_from', 'blocked_until')
# The states of a barrier that somebody sees to.
OPEN_BARRIER = ('open', 'in_work')
# The states of a recognition that follow from the qualification; all others somebody found out.
PRESUMED = ('german', 'not_needed', 'not_applied')


def presume_recognition(qualification: str | bool) -> str:
    """Where nobody has recorded anything else: what was learnt abroad has to be recognised.

    >>> [presume_recognition(key) for key in ('vocational_de', 'degree_abroad', 'none', False)]
    ['german', 'not_applied', 'not_needed', 'not_needed']
    """
    if qualification in ('vocational_de', 'degree_de'):
        return 'german'
    return 'not_applied' if qualification in ('vocational_abroad', 'degree_abroad') else 'not_needed'
