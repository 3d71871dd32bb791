"""Databases with Odoo in them: templates that are kept, and copies that are used up.

Two templates save time. One holds the modules that the addon depends on, and outlives changes to
the addon; the other holds the addon as well, and is renewed when its content changes. Tests and the
demo work on copies, which take about a second.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from typing import NamedTuple

from .errors import DevkitError
from .logs import Problem
from .paths import ADDON, DATA_DIR, LOCK_DIR, STATE_DIR, addon_hash, checkout_key, read_manifest
from .postgres import quote
from .system import locked, process_start, require_disk, say

# The first one becomes the default of new contacts.
LANGUAGES = 'en_US,de_DE'
# What browsers load for the pages of staff and employers, in both languages, calendars and graphs included. Odoo puts
# them together on the first visit, which takes half a minute.
_SCRIPTS = (
    'web.assets_web',
    'web.assets_frontend_minimal',
    'web.assets_frontend_lazy',
    'web.assets_backend_lazy',
    'web.chartjs_lib',
    'web.fullcalendar_lib',
    'bus.websocket_worker_assets',
)
_STYLES = ('web.assets_web', 'web.assets_web_print', 'web.assets_frontend', 'web.assets_backend_lazy')
_LAYOUT = '3'  # raise it when templates must be made anew


class Template(NamedTuple):
    """A database to copy, and the problems that its making left in the log."""

    database: str
    problems: list


def prefix():
    """Return what the names of all databases of this checkout start with.

    `OUTREACH_DB_PREFIX` overrides it, so that calls side by side do not meet.
    """
    name = os.environ.get('OUTREACH_DB_PREFIX') or f'outreach_{checkout_key()}'
    if not re.fullmatch(r'[a-z][a-z0-9_]{0,30}', name):
        raise DevkitError(f'OUTREACH_DB_PREFIX={name}: use up to 31 small letters, digits and underscores')
    return name


def _filestore(database):
    return DATA_DIR / 'filestore' / database


def names(odoo):
    """Return the names of this checkout's databases."""
    pattern = prefix().replace('_', r'\_') + r'\_%'
    return [row[0] for row in odoo.postgres.sql(f'SELECT datname FROM pg_database WHERE datname LIKE {quote(pattern)}')]


def drop(odoo, database):
    """Delete a database with its files, and end what is connected to it."""
    odoo.postgres.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    shutil.rmtree(_filestore(database), ignore_errors=True)


def _prepare(odoo, database):
    # Odoo does this only for databases that it creates itself. Without JIT, because its many small
    # queries take many times as long with it; the setting is no part of what a template hands on.
    # Odoo's indexes want `unaccent` declared as immutable.
    odoo.postgres.sql(f'ALTER DATABASE "{database}" SET jit = off')
    odoo.postgres.sql(
        'CREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE EXTENSION IF NOT EXISTS unaccent;\nALTER FUNCTION unaccent(text) IMMUTABLE;',
        database,
    )


def create(odoo, database):
    """Create an empty database, ready for Odoo."""
    drop(odoo, database)
    odoo.postgres.sql(
        f"CREATE DATABASE \"{database}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'", what='a database cannot be created'
    )
    _prepare(odoo, database)


def copy(odoo, template, database):
    """Replace `database` by a copy of `template`, files included."""
    drop(odoo, database)
    odoo.postgres.sql(f'CREATE DATABASE "{database}" TEMPLATE "{template}"', what='a database cannot be copied')
    _prepare(odoo, database)
    if _filestore(template).exists():
        # Odoo never changes a stored file, it only adds and removes some: links will do.
        shutil.copytree(_filestore(template), _filestore(database), copy_function=os.link, dirs_exist_ok=True)


def scratch_name(purpose):
    """Return a database name of this process's own; see `drop_leftovers`."""
    return f'{prefix()}_tmp_{os.getpid()}_{process_start(os.getpid())}_{purpose}'


def drop_leftovers(odoo):
    """Delete the scratch databases of processes that are gone."""
    for database in names(odoo):
        match = re.match(re.escape(prefix()) + r'_tmp_(\d+)_(\d+)_', database)
        if match and process_start(int(match[1])) != int(match[2]):
            drop(odoo, database)


@contextlib.contextmanager
def scratch(odoo, purpose, template=None):
    """Give the name of a database that exists for the block: a copy of `template`, or empty."""
    database = scratch_name(purpose)
    if template:
        copy(odoo, template, database)
    else:
        create(odoo, database)
    try:
        yield database
    finally:
        drop(odoo, database)


# -- templates ---------------------------------------------------------------------


def _build(odoo, kind, key, fill):
    """Return the template of this kind and key, made by `fill(database)` unless it is there.

    Older ones of the kind are deleted but for the latest, which another call may be about to copy.
    What is known about a template is a comment on it, written last: an interrupted attempt has none.
    """
    database = f'{prefix()}_{kind}_{key}'
    with locked(LOCK_DIR / f'template-{kind}'):
        records = _records(odoo, f'{prefix()}_{kind}_')
        if records.get(database):
            return Template(database, [Problem(*problem) for problem in records[database]['problems']])
        others = sorted(records, key=lambda name: records[name].get('made', 0))
        for other in {database, *others[:-1]} & records.keys():
            drop(odoo, other)
        require_disk(STATE_DIR, 500, 'a database')
        try:
            problems = fill(database)
        except BaseException:
            drop(odoo, database)
            raise
        record = quote(json.dumps({'made': time.time(), 'problems': problems}))
        odoo.postgres.sql(f'COMMENT ON DATABASE "{database}" IS {record}')
        return Template(database, problems)


def _records(odoo, start):
    """Return {database: what is known about it} for the names that start so; empty if unfinished."""
    rows = odoo.postgres.sql("SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database")
    records = {}
    for name, text in rows:
        if name.startswith(start):
            records[name] = json.loads(text) if text else {}
    return records


def _key(*parts):
    return hashlib.sha256('\0'.join(parts).encode()).hexdigest()[:10]


def dependencies_template(odoo, demo=True):
    """Return the template with the modules that the addon depends on."""
    depends = sorted(read_manifest().get('depends', ['base']))

    def fill(database):
        say(f'installing {", ".join(depends)} once (about a minute)')
        create(odoo, database)
        return odoo.call(
            'server',
            '-d',
            database,
            '-i',
            ','.join(depends),
            *(['--with-demo'] if demo else []),
            f'--load-language={LANGUAGES}',
            '--stop-after-init',
            '--no-http',
            log=f'install-dependencies{"" if demo else "-no-demo"}',
            what='Odoo cannot be installed in a database',
        )

    kind = 'deps' if demo else 'depsbare'
    return _build(odoo, kind, _key(_LAYOUT, odoo.source.version, str(demo), *depends), fill)


def addon_template(odoo, demo=True):
    """Return the template with the addon installed, as its sources are now.

    Its problems are those that the addon's installation brought.
    """
    base = dependencies_template(odoo, demo)

    def fill(database):
        say(f'installing {ADDON}')
        copy(odoo, base.database, database)
        problems = install(odoo, database, log=f'install{"" if demo else "-no-demo"}')
        usual = {problem[1:] for problem in base.problems}
        return [problem for problem in problems if problem[1:] not in usual]

    kind = 'addon' if demo else 'addonbare'
    return _build(odoo, kind, _key(base.database, addon_hash()), fill)


def ready_template(odoo):
    """Return the template with the addon and demo data whose copies show their first page at once."""
    base = addon_template(odoo)

    def fill(database):
        copy(odoo, base.database, database)
        return base.problems + make_pages_ready(odoo, database)

    return _build(odoo, 'ready', _key(base.database, *_SCRIPTS, *_STYLES), fill)


def make_pages_ready(odoo, database):
    """Put style sheets and scripts together, as Odoo otherwise does on the first visit; return the problems in the log.

    They are attachments whose address holds a hash of the files' names and times, so copies of the database use them as
    long as the sources stay as they are.
    """
    say('putting style sheets and scripts together')
    problems, _output = odoo.shell(
        database,
        # Odoo by itself would add all that its tests load.
        f"""
QWeb = env['ir.qweb']
type(QWeb)._get_bundles_to_pregenarate = lambda self: ({set(_SCRIPTS)}, {set(_STYLES)})
QWeb._pregenerate_assets_bundles()
env.cr.commit()
""",
        log='pages',
        what='style sheets and scripts cannot be put together',
    )
    return problems


def install(odoo, database, *, update=False, log='install'):
    """Install or update the addon in a database and return the problems in the log.

    Raises `DevkitError` unless it is installed then.
    """
    what = f'{ADDON} cannot be {"updated" if update else "installed"}'
    problems = odoo.call('server', '-d', database, '-u' if update else '-i', ADDON, '--stop-after-init', '--no-http', log=log, what=what)
    rows = odoo.postgres.sql(f'SELECT state FROM ir_module_module WHERE name = {quote(ADDON)}', database)
    if rows != [['installed']]:
        reason = problems[-1] if problems else f'its state is {rows[0][0] if rows else "unknown"}'
        raise DevkitError(f'{what}: {str(reason).splitlines()[0]} (see the log {log}.log in .odoo/log)')
    return problems
