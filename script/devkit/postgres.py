"""PostgreSQL: the server that PGHOST, PGPORT or PGUSER name, else a private cluster.

The private cluster listens on a unix socket only. It is shared by all calls in this checkout: each
holds a shared lock on `users`, and the last one to leave stops the server. After a crash the
server lives on until the end of the next call.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from .errors import DevkitError
from .paths import LOCK_DIR, STATE_DIR, checkout_key
from .system import locked, require_disk, require_program, run, say

ROLE = 'odoo'  # Odoo refuses to work as "postgres"
SOCKET_LIMIT = 107  # bytes of a unix socket's path on Linux
_PROGRAMS = 'usr/lib/postgresql/*/bin/'

# Everything in this cluster can be made again by the scripts, so speed goes before durability.
_SETTINGS = """
listen_addresses = ''
max_connections = 100
shared_buffers = 256MB
max_wal_size = 2GB
fsync = off
full_page_writes = off
synchronous_commit = off
"""


class Server:
    """Access to a PostgreSQL server: `environment` is what libpq needs to find it."""

    def __init__(self, environment):
        self.environment = environment

    def sql(self, statement, database='postgres', what='PostgreSQL'):
        """Run SQL statements, each in its own transaction; return the rows as lists of strings.

        Raises `DevkitError` that names the cause.
        """
        psql = require_program(['psql'], ['postgresql-client'], 'the program psql is needed', [_PROGRAMS + 'psql'])
        output = run(
            [psql, '-XqAt', '-F', '\x1f', '-v', 'ON_ERROR_STOP=1', '-d', database],
            what=what,
            input=statement,
            env={**os.environ, **self.environment, 'PGCONNECT_TIMEOUT': '5', 'PGOPTIONS': '-c client_min_messages=warning'},
        )
        return [line.split('\x1f') for line in output.splitlines()]


def quote(text):
    """Return a string literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


@contextlib.contextmanager
def server():
    """Give access to a running `Server` for the length of the block. Raises `DevkitError`."""
    outer = {name: os.environ[name] for name in ('PGHOST', 'PGPORT', 'PGUSER') if os.environ.get(name)}
    if outer:
        if outer.get('PGUSER') == 'postgres':
            raise DevkitError('Odoo refuses to work as the database role "postgres": set PGUSER to another role that may create databases')
        found = Server(outer)
        found.sql('SELECT 1', what='the PostgreSQL server named by PGHOST, PGPORT and PGUSER cannot be used')
        yield found
    else:
        with _private_cluster() as environment:
            yield Server(environment)


# -- the private cluster ----------------------------------------------------------


def _owner():
    """Return the passwd entry of the user that the server runs as: never root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    for name in ('postgres', 'nobody'):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise DevkitError('PostgreSQL does not run as root: call this as another user')


def _as_owner(owner):
    """Return the keyword arguments for `subprocess.run` to run a program as the owner."""
    arguments = {'cwd': '/', 'env': {**os.environ, 'LC_ALL': 'C.UTF-8', 'HOME': '/nonexistent'}}
    if os.geteuid() == 0:
        arguments |= {'user': owner.pw_uid, 'group': owner.pw_gid, 'extra_groups': []}
    return arguments


def _own_folder(path, owner):
    """Make a private folder of the owner's, or raise if someone else put something there."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700, parents=False)
        os.chown(path, owner.pw_uid, owner.pw_gid)
    facts = path.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != owner.pw_uid:
        raise DevkitError(f'{path} is in the way and belongs to someone else: remove it')
    path.chmod(0o700)
    return path


def _reachable(path, owner):
    try:
        return subprocess.run(['test', '-x', str(path)], check=False, **_as_owner(owner)).returncode == 0
    except (OSError, subprocess.SubprocessError) as error:
        raise DevkitError(
            f'PostgreSQL cannot be run as the user "{owner.pw_name}" from here ({error}): call this as an unprivileged user, or set PGHOST'
        ) from error


def place_cluster(state_dir, owner):
    """Return the folders (data, socket) of the cluster, made and owned by `owner`.

    They are below the checkout unless the owner cannot get there (a checkout in root's home) or
    the socket's path would be too long; then private folders outside take their place.
    """
    key = checkout_key()
    state_dir.mkdir(parents=True, exist_ok=True)
    if _reachable(state_dir, owner):
        base = _own_folder(state_dir / 'pg', owner)
    else:
        base = _own_folder(Path('/var/tmp') / f'outreach-pg-{key}', owner)
    socket = base / 'socket'
    if len(os.fsencode(socket / '.s.PGSQL.5432.lock')) > SOCKET_LIMIT:
        socket = Path('/tmp') / f'outreach-pg-{key}'  # not TMPDIR, which differs between calls
    return base / 'data', _own_folder(socket, owner)


def _require_initdb():
    # The server's programs are not on the PATH in Debian; a wrapper that is may be of another version.
    return require_program([], ['postgresql'], 'PostgreSQL is needed (or set PGHOST)', [_PROGRAMS + 'initdb'])


def _matching_program(name, data):
    """Return a program of the version that made the cluster."""
    version = (data / 'PG_VERSION').read_text().strip()
    path = Path(f'/usr/lib/postgresql/{version}/bin/{name}')
    if not path.exists():
        raise DevkitError(
            f'the database cluster in {data} was made by PostgreSQL {version}, which is gone: '
            f'install postgresql-{version}, or delete that folder to start anew'
        )
    return str(path)


def _running(data, owner):
    done = subprocess.run(
        [_matching_program('pg_ctl', data), 'status', '-D', str(data)], capture_output=True, check=False, **_as_owner(owner)
    )
    return done.returncode == 0


def _initialise(data, owner):
    """Create the cluster; an interrupted attempt leaves nothing that looks finished."""
    initdb = _require_initdb()
    require_disk(data.parent, 600, 'a database cluster')
    temporary = data.with_name('data.new')
    shutil.rmtree(temporary, ignore_errors=True)
    say(f'creating a database cluster in {data}')
    run(
        [initdb, '-D', str(temporary), '-U', ROLE, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
        what='the database cluster cannot be created',
        **_as_owner(owner),
    )
    with (temporary / 'postgresql.conf').open('a') as configuration:
        configuration.write(_SETTINGS)
    temporary.rename(data)


def _start(data, socket, owner):
    pg_ctl = _matching_program('pg_ctl', data)
    log = data / 'server.log'
    done = subprocess.run(
        [pg_ctl, 'start', '-w', '-t', '60', '-D', str(data), '-l', str(log), '-o', f"-k '{socket}' -p 5432"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
        **_as_owner(owner),
    )  # Ctrl-C is for us, not for the server
    if done.returncode:
        lines = log.read_text(errors='replace').splitlines() if log.exists() else []
        fatal = [line for line in lines if 'FATAL' in line or 'PANIC' in line]
        raise DevkitError(f'PostgreSQL does not start: {(fatal or lines or ["no reason given"])[-1].strip()} (see {log})')


@contextlib.contextmanager
def _private_cluster():
    owner = _owner()
    users = LOCK_DIR / 'postgres-users'
    with locked(users, shared=True) as handle:
        with locked(LOCK_DIR / 'postgres-start'):
            if os.geteuid() == 0 and owner.pw_name == 'nobody':
                _require_initdb()  # its installation brings the user "postgres"
                owner = _owner()
            data, socket = place_cluster(STATE_DIR, owner)
            if not (data / 'PG_VERSION').exists():
                _initialise(data, owner)
            if not _running(data, owner):
                _start(data, socket, owner)
        environment = {'PGHOST': str(socket), 'PGPORT': '5432', 'PGUSER': ROLE}
        try:
            yield environment
        finally:
            # An exclusive lock is granted only when nobody else uses the server.
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                subprocess.run(
                    [_matching_program('pg_ctl', data), 'stop', '-w', '-m', 'fast', '-D', str(data)],
                    capture_output=True,
                    check=False,
                    **_as_owner(owner),
                )
