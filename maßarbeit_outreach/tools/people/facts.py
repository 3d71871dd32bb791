"""What is recorded about people, for all who ask: the records themselves, imports, matching."""

# The permissions that begin on a day; for the others a date that is left over from before says nothing.
DATED_PERMISSIONS = ('free_from', 'blocked_until')
# The states of a barrier that somebody sees to.
OPEN_BARRIER = ('open', 'in_work')
