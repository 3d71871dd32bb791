"""The machine: its packages, its disk, locks between calls, and processes that were started."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from .errors import DevkitError


def say(text):
    """Tell the user what takes time now; on stderr, so that a command's output stays its own."""
    print(f'· {text}', file=sys.stderr, flush=True)


def run(command, *, what, **kwargs):
    """Run a command silently and return its stdout.

    Raises `DevkitError` that starts with `what` and ends with the last line of the output.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, **kwargs)
    except OSError as error:
        raise DevkitError(f'{what}: {error}') from error
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        # apt and pip repeat themselves at the end; the first error names the cause.
        cause = next((line for line in lines if line.startswith(('E: ', 'ERROR: ', 'error: '))), lines[-1] if lines else '')
        raise DevkitError(f'{what}: {cause.strip() or f"exit status {done.returncode}"}')
    return done.stdout


# -- disk ----------------------------------------------------------------------


def require_disk(path, megabytes, what):
    """Raise `DevkitError` unless the file system of `path` has that much room for `what`."""
    probe = Path(path)
    while not probe.exists():
        probe = probe.parent
    free = shutil.disk_usage(probe).free // 2**20
    if free < megabytes:
        raise DevkitError(f'{what} needs about {megabytes} MB, but {probe} has only {free} MB left: free some space there')


# -- packages of the system ----------------------------------------------------


def _apt_prefix():
    """Return how apt-get can be called with rights, or None."""
    if not shutil.which('apt-get'):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which('sudo') and subprocess.run(['sudo', '-n', 'true'], capture_output=True, check=False).returncode == 0:
        return ['sudo', '-n']
    return None


def install_packages(packages, why):
    """Install Debian packages, or raise `DevkitError` with the command to type."""
    todo = f'apt-get install --no-install-recommends {" ".join(packages)}'
    prefix = _apt_prefix()
    if prefix is None:
        raise DevkitError(f'{why}; install what is missing as root: {todo}')
    say(f'installing {", ".join(packages)}')
    environment = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}
    command = [*prefix, 'apt-get', '-q', '-y', '-o', 'DPkg::Lock::Timeout=120']
    with contextlib.suppress(DevkitError):  # stale lists may still do, and one broken source must not matter
        run([*command, 'update'], what='apt-get update', env=environment)
    run([*command, 'install', '--no-install-recommends', '--no-remove', *packages], what=f'{why}; "{todo}" failed', env=environment)


# The first one opens a page with a quarter of the work, since it has no window, not even one that nobody sees.
BROWSERS = ('chromium-headless-shell', 'chromium', 'google-chrome', 'chromium-browser')


def provide_browser(marker):
    """Install the browser for tests where it is missing; another one will do, only slower. Raises `DevkitError` without any.

    `marker` is a file that remembers that it cannot be had here, so that it is tried once.
    """
    if find_program(BROWSERS[:1]) or (marker.exists() and find_program(BROWSERS)):
        return
    try:
        install_packages([BROWSERS[0]], 'the browser tests are quicker with it')
    except DevkitError:
        marker.touch()
        if not find_program(BROWSERS):
            # Ubuntu's package of that name is a snap, which is no use in a container or under another home.
            install_packages(['chromium'], 'the browser tests need Chromium')


def find_program(names, patterns=()):
    """Return the path of the first program found by name, else by glob pattern below /, else None."""
    for name in names:
        if found := shutil.which(name):
            return found
    for pattern in patterns:
        # The highest version directory wins: 17 before 9.
        for path in sorted(Path('/').glob(pattern), key=lambda p: [int(x) for x in p.parts if x.isdigit()], reverse=True):
            if os.access(path, os.X_OK):
                return str(path)
    return None


def require_program(names, packages, why, patterns=()):
    """Like `find_program`, but install `packages` when it is missing. Raises `DevkitError`."""
    found = find_program(names, patterns)
    if not found:
        install_packages(packages, why)
        found = find_program(names, patterns)
    if not found:
        raise DevkitError(f'{why}; {" or ".join(names)} is still missing after the installation of {" ".join(packages)}')
    return found


# -- locks ---------------------------------------------------------------------


@contextlib.contextmanager
def locked(path, *, shared=False, wait=True, busy='busy'):
    """Hold a file lock, which the kernel drops when this process ends in whatever way.

    Raises `DevkitError(busy)` when another holds it and `wait` is false.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open('a') as handle:
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, mode if wait else mode | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DevkitError(busy) from error
        yield handle


# -- processes -----------------------------------------------------------------


def process_start(pid):
    """Return the kernel's start time of a process, or None when it is not alive.

    Together with the pid it names one process: a pid alone may have been given to another.
    """
    try:
        stat = Path(f'/proc/{pid}/stat').read_text()
    except OSError:
        return None
    fields = stat.rpartition(')')[2].split()  # the name before it may hold spaces and brackets
    return None if fields[0] in 'ZX' else int(fields[19])


def write_pid_file(path, pid, **facts):
    """Record a process that this call started, with `facts` for other calls to read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix('.new')
    temporary.write_text(json.dumps({'pid': pid, 'start': process_start(pid), **facts}))
    temporary.replace(path)


def read_pid_file(path):
    """Return what `write_pid_file` recorded if that very process is alive, else None."""
    try:
        facts = json.loads(path.read_text())
        return facts if facts['start'] is not None and process_start(facts['pid']) == facts['start'] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def stop_recorded(path, seconds=15):
    """Stop the process recorded in a pid file, politely first; return whether there was one."""
    facts = read_pid_file(path)
    if facts:
        for signum, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 5)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(facts['pid'], signum)
            if wait_until(lambda: process_start(facts['pid']) != facts['start'], patience):
                break
    path.unlink(missing_ok=True)
    return bool(facts)


def wait_until(condition, seconds, interval=0.05):
    """Return the first true value of `condition()`, or its last one when the time is over."""
    deadline = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < deadline:
        time.sleep(interval)
    return value


# -- ports ---------------------------------------------------------------------


def free_port():
    """Return a port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def require_port(port):
    """Raise `DevkitError` if a server cannot listen on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, 'strerror', None) or error
            raise DevkitError(f'port {port} cannot be used ({reason}): choose another one with --port') from error
