"""Failures that the caller can do something about, told in one line."""

import os
import signal
import sys
from pathlib import Path


class DevkitError(Exception):
    """Something outside the program is missing or in the way.

    The message is one line and says what to do.
    """


def _terminate(signum, frame):
    raise SystemExit(128 + signum)


def run_command(main):
    """Call `main(argv)` and leave the process with its exit status.

    A `DevkitError` becomes one line on stderr and status 2, Ctrl-C becomes 130. SIGTERM and
    SIGHUP unwind the stack like Ctrl-C, so that everything started is stopped as well. Set
    `OUTREACH_DEBUG` for the traceback behind such a line.
    """
    signal.signal(signal.SIGTERM, _terminate)
    # A shell starts what it puts in the background with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, _terminate)
    name = f'script/{Path(sys.argv[0]).name}'
    try:
        status = main(sys.argv[1:])
    except DevkitError as error:
        if os.environ.get('OUTREACH_DEBUG'):
            raise
        print(f'{name}: {error}', file=sys.stderr)
        status = 2
    except KeyboardInterrupt:
        print(f'\n{name}: interrupted', file=sys.stderr)
        status = 130
    sys.exit(status or 0)
