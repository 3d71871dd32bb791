"""Faults of the server that no user has made, by kind: what PostgreSQL and the file system report, in few words.

PostgreSQL's own codes (appendix "PostgreSQL Error Codes") come before names of classes; a connection that broke has no code.
"""

import errno

SPACE, CONFLICT, DATABASE, BUSY, SLOW = 'space', 'conflict', 'database', 'busy', 'slow'
_CODES = {
    '53100': SPACE,  # disk_full
    '53200': SPACE,  # out_of_memory
    '53400': SPACE,  # configuration_limit_exceeded: temp_file_limit
    '40001': CONFLICT,  # serialization_failure
    '40P01': CONFLICT,  # deadlock_detected
    '55P03': CONFLICT,  # lock_not_available
    '53300': BUSY,  # too_many_connections
    '57014': SLOW,  # query_canceled: statement_timeout
    '57P01': DATABASE,  # admin_shutdown
    '57P02': DATABASE,  # crash_shutdown
    '57P03': DATABASE,  # cannot_connect_now
    '57P05': DATABASE,  # idle_session_timeout
    '25P03': DATABASE,  # idle_in_transaction_session_timeout
}
_NAMES = {
    'ConcurrencyError': CONFLICT,
    'PoolError': BUSY,
    'DiskFull': SPACE,
    'OutOfMemory': SPACE,
    'ConfigurationLimitExceeded': SPACE,
    'SerializationFailure': CONFLICT,
    'DeadlockDetected': CONFLICT,
    'LockNotAvailable': CONFLICT,
    'TooManyConnections': BUSY,
    'QueryCanceled': SLOW,
    'AdminShutdown': DATABASE,
    'CrashShutdown': DATABASE,
    'CannotConnectNow': DATABASE,
}
_BROKEN = ('OperationalError', 'InterfaceError')


def kind_of_name(name):
    """The kind by the name of the error, as `log_values.describe_error` writes it.

    >>> kind_of_name('DiskFull'), kind_of_name('SerializationFailure outreach_demand'), kind_of_name('UserError')
    ('space', 'conflict', None)
    """
    return _NAMES.get((name or '').partition(' ')[0])


def kind_of(error):
    """The kind of fault that an error, or what it was raised from, is; None for all others.

    >>> kind_of(OSError(errno.ENOSPC, 'No space left on device')), kind_of(ValueError('disk full'))
    ('space', None)
    >>> class OperationalError(Exception):
    ...     pgcode = None
    >>> OperationalError.__module__ = 'psycopg2'
    >>> kind_of(OperationalError('server closed the connection unexpectedly'))
    'database'
    >>> broken = OperationalError(); broken.pgcode = '53100'
    >>> outer = ValueError(); outer.__cause__ = broken
    >>> kind_of(broken), kind_of(outer)
    ('space', 'space')
    """
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        name, code = type(error).__name__, getattr(error, 'pgcode', None)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return SPACE
        if code in _CODES or (code or '').startswith('08'):
            return _CODES.get(code, DATABASE)
        if name in _NAMES:
            return _NAMES[name]
        if not code and name in _BROKEN and type(error).__module__.startswith('psycopg2'):
            return DATABASE
        error = error.__cause__
    return None
