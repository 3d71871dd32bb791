"""Backups come back with the indexes that searches need; where they do not, and where Odoo's role may create no extensions, the page of
system health says what to do."""

import os
import re
import subprocess

import pytest

from devkit import databases
from devkit.paths import ADDON, ROOT
from devkit.postgres import quote

_INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
_OWNERS = (
    "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')"
)
_HEALTH = """
row = env['outreach.health'].search([('code', '=', 'database')])
print(row.state, row.message)
"""
_PUT_RIGHT = """
env['outreach.health'].with_user(env.ref('base.user_admin')).search([('code', '=', 'database')]).action_put_right()
env.cr.commit()
"""
ROLE = 'outreach_limited'


def _get_recipe(odoo, before, after):
    """The commands of the administrator's guide, for these two databases; the administrator is whoever the scripts work as."""
    text = (ROOT / 'docs/administration.md').read_text('utf-8')
    [commands] = re.findall(r'<!-- restore -->\n+```sh\n(.*?)```', text, re.S)
    [[administrator]] = odoo.postgres.sql('SELECT current_user')
    commands = commands.replace('sudo -u postgres psql', f'psql --username={administrator}')
    return re.sub(r'\byours_new\b', after, re.sub(r'\byours\b(?!_new|\.)', before, commands))


def _run(odoo, commands, folder, check=True, user=None):
    environment = {**os.environ, **odoo.postgres.environment, **({'PGUSER': user} if user else {})}
    return subprocess.run(['bash', '-ec', commands], cwd=folder, env=environment, check=check, capture_output=True, text=True)


def _get_health(odoo, database, user=None):
    problems, output = odoo.shell(database, _HEALTH, log='restore-health', options=[f'--db_user={user}'] if user else [])
    return output.strip().splitlines()[-1], problems


def _get_indexes(odoo, database):
    return dict(odoo.postgres.sql(_INDEXES, database))


def _check_same(after, before):
    """All are there, and those for searching as they were; PostgreSQL words some conditions of others anew."""
    assert after.keys() == before.keys()
    searching = {name for name, definition in before.items() if ' USING gin ' in definition}
    assert len(searching) > 10
    assert {name: after[name] for name in searching} == {name: before[name] for name in searching}


def _hand_over(odoo, database, role):
    """Make the role the owner of all that Odoo has in the database."""
    odoo.postgres.sql(
        f"""
        GRANT ALL ON SCHEMA public TO {role};
        DO $$
        DECLARE name text;
        BEGIN
            FOR name IN SELECT c.oid::regclass FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
            LOOP EXECUTE 'ALTER TABLE ' || name || ' OWNER TO {role}'; END LOOP;
            FOR name IN SELECT c.oid::regclass FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
                 AND pg_get_userbyid(relowner) != '{role}'
            LOOP EXECUTE 'ALTER SEQUENCE ' || name || ' OWNER TO {role}'; END LOOP;
        END $$;
        """,
        database,
    )


@pytest.fixture
def role(odoo):
    """A role as installations of Odoo have it: it may create databases, and is no superuser."""
    odoo.postgres.sql(f'DROP ROLE IF EXISTS {ROLE}; CREATE ROLE {ROLE} LOGIN CREATEDB')
    yield ROLE
    odoo.postgres.sql(f'DROP ROLE {ROLE}')


def test_recipe_keeps_everything(odoo, scratch, addon_template, role, tmp_path):
    with scratch('yours', addon_template.database) as database, scratch('recipe') as restored:
        odoo.postgres.sql(f'ALTER DATABASE "{database}" OWNER TO {role}')
        _hand_over(odoo, database, role)
        databases.drop(odoo, restored)
        done = _run(odoo, _get_recipe(odoo, database, restored), tmp_path, check=False, user=role)
        assert (done.returncode, done.stderr) == (0, '')
        _check_same(_get_indexes(odoo, restored), _get_indexes(odoo, database))
        assert odoo.postgres.sql(_OWNERS, restored) == [[role]]
        assert _get_health(odoo, restored, role) == ('ok False', [])


@pytest.mark.parametrize('way', ('button', 'update'))
def test_plain_restore(odoo, scratch, addon_template, tmp_path, way):
    """The fault that the recipe is for, and the two ways out of it."""
    before = _get_indexes(odoo, addon_template.database)
    with scratch('plain') as restored:
        databases.drop(odoo, restored)
        _run(odoo, f'pg_dump -Fc -f x.dump {addon_template.database}; createdb -T template0 {restored}', tmp_path)
        _run(odoo, f'pg_restore --no-owner -d {restored} x.dump', tmp_path, check=False)
        lost = before.keys() - _get_indexes(odoo, restored).keys()
        assert len(lost) > 10
        assert 'res_partner__outreach_search_key_index' in lost
        health, __ = _get_health(odoo, restored)
        assert health.startswith('failing')
        assert 'ALTER FUNCTION unaccent(text) IMMUTABLE;' in health
        if way == 'button':
            problems, __ = odoo.shell(restored, _PUT_RIGHT, log='restore-put-right')
            assert not problems
            _check_same(_get_indexes(odoo, restored), before)
            assert _get_health(odoo, restored) == ('ok False', [])
        else:
            databases.install(odoo, restored, update=True, log='restore-update')
            after = _get_indexes(odoo, restored)
            assert after['res_partner__outreach_search_key_index'] == before['res_partner__outreach_search_key_index']
            assert {name for name in lost if name.startswith('outreach_')} <= after.keys()


@pytest.fixture
def limited(odoo, scratch, dependencies_template, role):
    """A database with what the addon depends on, without extensions, and a role that may do all there but create them."""
    with scratch('limited', dependencies_template.database) as database:
        odoo.postgres.sql('DROP EXTENSION pg_trgm CASCADE; DROP EXTENSION unaccent CASCADE', database)
        _hand_over(odoo, database, role)
        yield database


def test_role_without_the_right_to_create_extensions(odoo, limited):
    """The addon can be installed, says in one sentence what is missing and who has to do what, and is content once that is done."""
    problems = odoo.call(
        'server',
        '-d',
        limited,
        '-i',
        ADDON,
        f'--db_user={ROLE}',
        '--stop-after-init',
        '--no-http',
        log='install-limited',
        what='the addon cannot be installed',
    )
    assert odoo.postgres.sql(f'SELECT state FROM ir_module_module WHERE name = {quote(ADDON)}', limited) == [['installed']]
    told = [problem for problem in problems if 'CREATE EXTENSION IF NOT EXISTS pg_trgm;' in problem.text]
    assert len(told) == 1
    assert 'Traceback' not in told[0].text
    assert not [problem for problem in problems if 'permission denied' in problem.text]
    __, output = odoo.shell(limited, _HEALTH, log='restore-limited', options=(f'--db_user={ROLE}',))
    assert output.strip().splitlines()[-1].startswith('failing')
    [statements] = re.findall(r'once: (.*)', output.strip().splitlines()[-1])
    odoo.postgres.sql(statements, limited)
    odoo.shell(limited, _PUT_RIGHT, log='restore-put-right', options=(f'--db_user={ROLE}',))
    __, output = odoo.shell(limited, _HEALTH, log='restore-limited', options=(f'--db_user={ROLE}',))
    assert output.strip().splitlines()[-1] == 'ok False'
