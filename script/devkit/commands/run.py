"""`script/run`: the demo, from nothing to a login in one command."""

import argparse
import os
import time

from .. import databases, postgres, servers
from ..errors import DevkitError
from ..paths import ADDON, LOCK_DIR, LOG_DIR, RUN_DIR, addon_hash, read_manifest
from ..roles import ROLES
from ..servers import close_log
from ..setup import ready_odoo
from ..system import free_port, locked, read_pid_file, require_port, say, stop_recorded
from ..web import Session, WebError, open_home

DEFAULT_PORT = 8069
# The state of the sources that a database was last installed or updated from.
_HASH_KEY = 'outreach_devkit.addon_hash'
# Its only deed is to report the database to Odoo's maker; a demo has nothing to report.
_SILENCED_CRON = ('mail', 'ir_cron_module_update_notification')


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog='script/run', description=f'Get all that {ADDON} needs, fill a demo database and start the server.'
    )
    parser.add_argument('--fresh', action='store_true', help='throw the demo database away and fill it anew')
    parser.add_argument('--port', type=int, help=f'port on the loopback interface (default: {DEFAULT_PORT})')
    parser.add_argument(
        '--check', action='store_true', help='start a new demo on a free port, open the home page of each role, stop; the exit status tells'
    )
    return parser.parse_args(arguments)


def _fill(odoo, database):
    template = databases.ready_template(odoo)
    databases.copy(odoo, template.database, database)
    module, name = map(postgres.quote, _SILENCED_CRON)
    odoo.postgres.sql(
        'UPDATE ir_cron SET active = false FROM ir_model_data d WHERE d.model = \'ir.cron\' '
        f'AND d.res_id = ir_cron.id AND d.module = {module} AND d.name = {name}',
        database,
    )
    _remember_hash(odoo, database)
    return template.problems


def _remember_hash(odoo, database):
    key, value = postgres.quote(_HASH_KEY), postgres.quote(addon_hash())
    odoo.postgres.sql(
        'INSERT INTO ir_config_parameter (key, value, create_uid, write_uid, create_date, write_date) '
        f'VALUES ({key}, {value}, 1, 1, now(), now()) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        database,
    )


def _is_current(odoo, database):
    rows = odoo.postgres.sql(f'SELECT value FROM ir_config_parameter WHERE key = {postgres.quote(_HASH_KEY)}', database)
    return rows == [[addon_hash()]]


def _report(problems):
    for problem in problems:
        print(problem)


def _check(odoo):
    """Open every role's home page in a new demo; return the exit status."""
    failed = 0
    template = databases.ready_template(odoo)
    # Demo data that cannot be loaded do not fail an installation, they only leave a line in its log.
    problems = list(template.problems)
    log = f'check-{os.getpid()}'
    with databases.scratch(odoo, 'check', template.database) as database:
        port = free_port()
        say(f'starting a server on port {port}')
        with odoo.serve(database, port, name=log, log=log, options=['--log-level=warn']) as url:
            for role in ROLES:
                began = time.monotonic()
                session = Session(url)
                try:
                    session.log_in(role.login, role.login)
                    opened = open_home(session, role, ADDON)
                    print(f'  ok    {role.login:<12} {opened} ({time.monotonic() - began:.1f} s)')
                except WebError as error:
                    failed += 1
                    print(f'  FAIL  {role.login:<12} {error}')
        problems += close_log(log)
    _report(problems)
    print(f'{len(ROLES) - failed} of {len(ROLES)} roles can work, {len(problems)} problems in the log')
    return 1 if failed or problems else 0


def _welcome(url, database):
    width = max(len(role.login) for role in ROLES)
    print(f'\n{read_manifest().get("name", ADDON)} runs at {url}  (database {database})\n')
    print('Log in as (the password is the same word):')
    for role in ROLES:
        print(f'  {role.login:<{width}}  {role.title}')
    print(f'\nThe log is {LOG_DIR / "run.log"}. Ctrl-C stops the server.', flush=True)


def _serve(odoo, port, fresh):
    database = f'{databases.prefix()}_run'
    stop_recorded(RUN_DIR / 'run.json')  # left over by a call that was killed; it would hold the database
    if fresh or database not in databases.names(odoo):
        _report(_fill(odoo, database))
    elif not _is_current(odoo, database):
        say(f'updating {ADDON}, its sources have changed')
        _report(databases.install(odoo, database, update=True, log='update'))
        _report(databases.make_pages_ready(odoo, database))
        _remember_hash(odoo, database)
    with odoo.serve(database, port, name='run', log='run', options=['--max-cron-threads=1']) as url:
        _welcome(url, database)
        try:
            while read_pid_file(RUN_DIR / 'run.json'):
                time.sleep(0.5)
        except KeyboardInterrupt:
            print('\nstopping')
            return 0
        raise DevkitError(f'the server ended by itself (see {LOG_DIR / "run.log"})')


def main(arguments):
    """Run the command and return its exit status."""
    options = _parse(arguments)
    if not read_manifest():
        raise DevkitError(f'there is no addon {ADDON} in this checkout')
    if options.check:
        with ready_odoo() as odoo:
            databases.drop_leftovers(odoo)
            return _check(odoo)
    port = options.port or DEFAULT_PORT
    other = servers.running('run')
    busy = f'the demo already runs at {other["url"]}: stop it there with Ctrl-C' if other else 'another call of script/run is at work'
    with locked(LOCK_DIR / 'run', wait=False, busy=busy):
        if other:
            stop_recorded(RUN_DIR / 'run.json')
        require_port(port)
        with ready_odoo() as odoo:
            return _serve(odoo, port, options.fresh)
