"""The commands in `script/`: what they read, and how they fail."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from devkit import changes, databases, logs, odoo_source, paths, postgres, roles, setup, system, web
from devkit.commands import test as test_command
from devkit.errors import DevkitError

DEB822 = textwrap.dedent("""\
    # the archive
    Types: deb deb-src
    URIs: http://mirror.example/debian
    Suites: bookworm bookworm-updates
    Components: main contrib
    Signed-By:
     -----BEGIN PGP PUBLIC KEY BLOCK-----
     .
     -----END PGP PUBLIC KEY BLOCK-----

    Types: deb
    URIs: http://mirror.example/debian-security
    Suites: bookworm-security
    Components: main

    Types: deb
    Enabled: no
    URIs: http://off.example/debian
    Suites: bookworm
    Components: main
    """)
ONE_LINE = textwrap.dedent("""\
    # deb http://off.example/debian bookworm main
    deb [arch=amd64,arm64 signed-by=/keys/tool.gpg] https://tool.example/linux bookworm main
    deb-src http://mirror.example/debian bookworm main
    deb http://mirror.example/debian/ bookworm main non-free  # the archive
    """)


# -- where Odoo comes from -----------------------------------------------------------


def test_deb822_sources_are_read():
    archive, security = odoo_source.parse_deb822(DEB822)
    assert archive.uris == ('http://mirror.example/debian',)
    assert archive.suites == ('bookworm', 'bookworm-updates')
    assert archive.components == ('main', 'contrib')
    assert security.suites == ('bookworm-security',)


def test_a_key_in_place_survives():
    archive = odoo_source.parse_deb822(DEB822)[0]
    again = odoo_source.parse_deb822(odoo_source.format_deb822(archive, ['bookworm', 'unstable']))
    assert again == [archive._replace(suites=('bookworm', 'unstable'))]


def test_one_line_sources_are_read():
    tool, archive = odoo_source.parse_one_line(ONE_LINE)
    assert dict(tool.options) == {'Architectures': 'amd64 arm64', 'Signed-By': '/keys/tool.gpg'}
    assert archive.components == ('main', 'non-free')


@pytest.mark.parametrize('sources', [odoo_source.parse_deb822(DEB822), odoo_source.parse_one_line(ONE_LINE)])
def test_debian_is_told_from_security_and_third_parties(sources):
    source, stable = odoo_source.select_debian(list(reversed(sources)), 'bookworm')
    assert source.uris[0].rstrip('/') == 'http://mirror.example/debian'
    assert stable == 'bookworm'


def test_a_third_party_with_a_similar_address_loses_to_debian():
    sources = odoo_source.parse_one_line(
        'deb [signed-by=/keys/vpn.gpg] https://vpn.example/stable/debian bookworm main\n'
        'deb [signed-by=/keys/debian-archive-keyring.gpg] http://mirror.example/debian bookworm main'
    )
    assert odoo_source.select_debian(sources, 'bookworm')[0].uris == ('http://mirror.example/debian',)


def test_a_moving_suite_is_not_taken_for_the_stable_one():
    sources = odoo_source.parse_one_line('deb http://mirror.example/debian sid main')
    assert odoo_source.select_debian(sources)[1] == 'stable'


def test_no_debian_entry_is_told():
    with pytest.raises(DevkitError, match='ODOO_HOME'):
        odoo_source.select_debian(odoo_source.parse_one_line('deb http://mirror.example/ubuntu noble main'), 'noble')


def test_source_files_are_found(tmp_path):
    (tmp_path / 'sources.list.d').mkdir()
    (tmp_path / 'sources.list.d/debian.sources').write_text(DEB822)
    (tmp_path / 'sources.list.d/tool.list').write_text(ONE_LINE)
    (tmp_path / 'sources.list.d/tool.list.save').write_text(ONE_LINE)
    assert len(odoo_source.read_apt_sources(tmp_path)) == 4


def _make_odoo(folder, version):
    (folder / 'odoo/addons').mkdir(parents=True)
    (folder / 'addons').mkdir()
    (folder / 'odoo/release.py').write_text(f"version_info = ({version}, 'final', 0, '')\n")


def test_odoo_home_may_be_a_checkout(tmp_path):
    _make_odoo(tmp_path, '19, 0, 0')
    source = odoo_source.from_folder(tmp_path)
    assert source.path == tmp_path
    assert source.addons == (tmp_path / 'addons', tmp_path / 'odoo/addons')


@pytest.mark.parametrize('version', ['18, 0, 0', "'saas~18', 4, 0"])
def test_another_odoo_is_refused(tmp_path, version):
    _make_odoo(tmp_path, version)
    with pytest.raises(DevkitError, match=r'not Odoo 19\.0'):
        odoo_source.from_folder(tmp_path)


@pytest.mark.parametrize(
    ('offered', 'others', 'named'),
    [([], ['odoo-20'], 'but odoo-20:'), (['19.1.0+dfsg-1'], [], 'but odoo-19 19.1.0'), (['19.01-1'], [], '19.01'), ([], [], 'nothing')],
)
def test_only_another_major_version_is_told(offered, others, named):
    with pytest.raises(DevkitError, match=r'no longer offers Odoo 19\.0') as caught:
        odoo_source.choose_version(offered, others)
    assert named in str(caught.value)
    assert 'ODOO_HOME' in str(caught.value)
    assert '\n' not in str(caught.value)


def test_a_newer_odoo_of_the_same_series_is_taken():
    offered = ['19.0.3+dfsg-1', odoo_source.KNOWN_VERSION]
    assert odoo_source.choose_version(offered) == '19.0.3+dfsg-1'
    assert odoo_source.choose_version(offered[1:]) == odoo_source.KNOWN_VERSION


def test_packages_are_kept_for_other_checkouts(tmp_path):
    packages, cache = [tmp_path / 'odoo-19_1_all.deb', tmp_path / 'fonts_1_all.deb'], tmp_path / 'cache/odoo-19'
    assert odoo_source.read_cache(cache) == []
    for package in packages:
        package.write_bytes(package.name.encode())
    for _once_more in range(2):
        odoo_source.fill_cache(packages, cache)
        kept = odoo_source.read_cache(cache)
        assert [path.name for path in kept] == [path.name for path in packages]
        assert [path.read_bytes() for path in kept] == [path.read_bytes() for path in packages]
    assert [path.name for path in cache.parent.iterdir()] == ['odoo-19'], 'something half written was left'
    kept[0].write_bytes(b'cut')
    assert odoo_source.read_cache(cache) == []
    kept[0].unlink()
    assert odoo_source.read_cache(cache) == []


def test_without_room_for_packages_work_goes_on(tmp_path, capsys):
    (tmp_path / 'file').write_text('no folder')
    (tmp_path / 'a.deb').write_text('a')
    odoo_source.fill_cache([tmp_path / 'a.deb'], tmp_path / 'file/odoo-19')
    assert 'not kept' in ''.join(capsys.readouterr())


# -- the machine ---------------------------------------------------------------------


def test_a_full_disk_is_told(tmp_path):
    with pytest.raises(DevkitError, match='free some space'):
        system.require_disk(tmp_path / 'not/there/yet', 10**9, 'a test')


def test_a_taken_port_is_told():
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        with pytest.raises(DevkitError, match='--port'):
            system.require_port(taken.getsockname()[1])
    with pytest.raises(DevkitError, match='--port'):
        system.require_port(99999)


def _program(folder, name, text='exit 1'):
    path = folder / name
    path.write_text(f'#!/bin/sh\n{text}\n')
    path.chmod(0o755)
    return path


def test_the_printer_is_installed_once(tmp_path, monkeypatch, capsys):
    printer = tmp_path / 'wkhtmltopdf'
    # An apt-get that brings the program along; all other programs of the system stay out of sight.
    _program(tmp_path, 'apt-get', f'echo "$@" >> {tmp_path}/calls\necho > {printer}\n{shutil.which("chmod")} +x {printer}')
    _program(tmp_path, 'sudo', '[ "$2" = true ] || { shift; exec "$@"; }')
    monkeypatch.setenv('PATH', str(tmp_path))
    setup.provide_printer()
    assert 'install --no-install-recommends --no-remove wkhtmltopdf' in (tmp_path / 'calls').read_text()
    assert 'installing wkhtmltopdf' in capsys.readouterr().err
    (tmp_path / 'apt-get').unlink()
    setup.provide_printer()
    assert not capsys.readouterr().err


@pytest.mark.parametrize('apt', [True, False])
def test_without_the_printer_work_goes_on(tmp_path, monkeypatch, capsys, apt):
    if apt:
        _program(tmp_path, 'apt-get', 'echo "E: Unable to locate package" >&2; exit 100')
        _program(tmp_path, 'sudo', '[ "$2" = true ] || { shift; exec "$@"; }')
    monkeypatch.setenv('PATH', str(tmp_path))
    setup.provide_printer()
    said = capsys.readouterr().err.splitlines()[-1]
    assert 'apt-get install --no-install-recommends wkhtmltopdf' in said
    assert 'all else works' in said


def test_a_lock_is_for_one(tmp_path):
    with (
        system.locked(tmp_path / 'lock'),
        pytest.raises(DevkitError, match='someone else'),
        system.locked(tmp_path / 'lock', wait=False, busy='someone else'),
    ):
        pass
    with system.locked(tmp_path / 'lock', wait=False):
        pass


@pytest.fixture
def sleeper():
    """A process that does nothing until it is told to end."""
    with subprocess.Popen([sys.executable, '-c', 'import sys; sys.stdin.read()'], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_a_recorded_process_is_stopped(tmp_path, sleeper):
    record = tmp_path / 'server.json'
    system.write_pid_file(record, sleeper.pid, url='here')
    assert system.read_pid_file(record)['url'] == 'here'
    assert system.stop_recorded(record)
    assert sleeper.wait(5) == -signal.SIGTERM
    assert not record.exists()
    assert not system.stop_recorded(record)


def test_a_pid_given_to_another_process_is_left_alone(tmp_path, sleeper):
    record = tmp_path / 'server.json'
    system.write_pid_file(record, sleeper.pid)
    record.write_text(record.read_text().replace(str(system.process_start(sleeper.pid)), '1'))
    assert system.read_pid_file(record) is None
    assert not system.stop_recorded(record)
    assert sleeper.poll() is None


@pytest.mark.parametrize('content', ['', '{', '{}', '[]', '{"pid": 1, "start": null}'])
def test_a_broken_pid_file_counts_as_none(tmp_path, content):
    record = tmp_path / 'server.json'
    record.write_text(content)
    assert system.read_pid_file(record) is None


# -- logs ------------------------------------------------------------------------------

LOG = textwrap.dedent("""\
    2030-01-31 12:00:00,000 7 INFO db odoo.modules.loading: loading 1/7
    2030-01-31 12:00:00,001 7 WARNING db odoo.fields: Field x.y: unknown parameter 'z'
    2030-01-31 12:00:00,002 7 ERROR ? odoo.sql_db: bad query
    Traceback (most recent call last):
    KeyError: 'x'
    2030-01-31 12:00:00,003 7 INFO db odoo.modules.loading: loaded
    a line that belongs to the information above
    """)


def test_problems_are_found_in_a_log():
    warning, error = logs.find_problems(LOG)
    assert str(warning) == "WARNING odoo.fields: Field x.y: unknown parameter 'z'"
    assert error.text.splitlines()[-1] == "KeyError: 'x'"


def test_what_happens_without_the_addon_as_well_is_no_problem():
    before = logs.find_problems(LOG)
    assert not logs.find_problems(LOG.replace(' 7 ', ' 123 '), before)
    assert logs.find_problems(LOG.replace('x.y', 'x.other'), before) == logs.find_problems(LOG.replace('x.y', 'x.other'))[:1]


# -- choosing tests ----------------------------------------------------------------------


def _tree(folder):
    for name in (f'{paths.ADDON}/tests/test_a.py', f'{paths.ADDON}/tools/rule.py', 'tests/test_b.py', 'other.py'):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text('')
    return folder


def test_paths_choose_the_suite(tmp_path):
    root = _tree(tmp_path)
    suites, options = test_command.choose_suites(
        ['-x', f'{paths.ADDON}/tests/test_a.py::TestA::test_x', '-k', 'tests', 'tests/test_b.py'], root, root
    )
    assert suites == {'addon': [f'{root}/{paths.ADDON}/tests/test_a.py::TestA::test_x'], 'system': [f'{root}/tests/test_b.py']}
    assert options == ['-x', '-k', 'tests']


def test_without_paths_all_suites_run(tmp_path):
    assert test_command.choose_suites(['-k', 'port'], _tree(tmp_path), tmp_path) == (
        {'tools': [], 'addon': [], 'system': []},
        ['-k', 'port'],
    )


def test_paths_elsewhere_are_refused(tmp_path):
    with pytest.raises(DevkitError, match='neither'):
        test_command.choose_suites(['other.py'], _tree(tmp_path), tmp_path)


@pytest.mark.parametrize(('statuses', 'combined'), [([0, 5], 0), ([5, 5], 5), ([5, 1, 0], 1), ([0, 2], 2), ([], 5)])
def test_no_tests_in_one_suite_is_no_failure(statuses, combined):
    assert test_command.combine(statuses) == combined


# -- databases -----------------------------------------------------------------------------


def test_the_addon_hash_ignores_tests(tmp_path):
    root = _tree(tmp_path) / paths.ADDON
    before = paths.addon_hash(root)
    (root / 'tests/test_a.py').write_text('changed')
    assert paths.addon_hash(root) == before
    (root / 'tools/rule.py').write_text('changed')
    assert paths.addon_hash(root) != before


def test_a_bad_prefix_is_told(monkeypatch):
    monkeypatch.setenv('OUTREACH_DB_PREFIX', 'No; drop')
    with pytest.raises(DevkitError, match='OUTREACH_DB_PREFIX'):
        databases.prefix()


def test_databases_are_set_up_for_odoo(odoo, scratch):
    with scratch('setup') as database:
        assert odoo.postgres.sql('SHOW jit', database) == [['off']]
        assert {'pg_trgm', 'unaccent'} <= {row[0] for row in odoo.postgres.sql('SELECT extname FROM pg_extension', database)}
    assert database not in databases.names(odoo)


def test_every_role_can_be_found_in_the_demo_data(odoo, addon_template):
    logins = {row[0]: row[1] for row in odoo.postgres.sql('SELECT login, share FROM res_users WHERE active', addon_template.database)}
    assert {role.login: 't' if role.portal else 'f' for role in roles.ROLES}.items() <= logins.items()


# -- what --check opens -----------------------------------------------------------------------

PAGE = {'type': 'ir.actions.act_window', 'target': 'current', 'id': 1, 'res_model': 'x', 'views': [[False, 'list']], 'name': 'X'}
START = {'type': 'ir.actions.client', 'tag': 'outreach_today', 'target': 'current', 'id': 2, 'name': 'Today'}


class _Session(web.Session):
    """A server with one app "Own" of these actions, in that order, before another app."""

    def __init__(self, actions, failing=(), first='own.root', page='<html/>'):
        self.actions, self.failing, self.page, self.calls = actions, failing, page, []
        menus = {'root': {'children': [1, 2] if first == 'own.root' else [2, 1]}}
        menus['1'] = {'id': 1, 'name': 'Own', 'xmlid': 'own.root', 'children': [10 + number for number in range(len(actions))]}
        menus['2'] = {'id': 2, 'name': 'Other', 'xmlid': 'other.root', 'children': [], 'actionID': 99}
        for number in range(len(actions)):
            menus[str(10 + number)] = {'name': f'Entry {number}', 'xmlid': f'own.{number}', 'children': [], 'actionID': number + 1}
        self.menus = menus

    def get(self, path, data=None, headers=None):
        if path == '/web/webclient/load_menus':
            return path, json.dumps(self.menus)
        return path, self.page if path == '/odoo' else 'text'

    def call(self, path, **params):
        return self.actions[params['action_id'] - 1]

    def call_kw(self, model, method, *args, **kwargs):
        self.calls.append((model, method))
        if (model, method) in self.failing:
            raise web.WebError('You may not')
        return {'blocks': [{'key': 'to_do', 'failed': 'today' in self.failing}]}


def _open(*actions, **kwargs):
    session = _Session([START, *actions], **kwargs)
    return web.open_home(session, roles.ROLES[0], 'own'), session


def test_check_opens_every_entry():
    said, session = _open(PAGE, {**PAGE, 'res_model': 'wizard', 'views': [[False, 'form']]})
    assert said == '/odoo, Own / Today, 3 entries'
    assert session.calls == [
        ('outreach.today', 'get_today'),
        ('x', 'get_views'),
        ('x', 'web_search_read'),
        ('wizard', 'get_views'),
        ('wizard', 'onchange'),
    ]


@pytest.mark.parametrize(
    ('actions', 'problem', 'words'),
    [
        ([{**PAGE, 'target': 'new'}], {}, r'menu "Entry 1": a dialog'),
        ([{'type': 'ir.actions.act_url', 'id': 3}], {}, 'act_url is no page'),
        ([PAGE], {'failing': [('x', 'get_views')]}, 'menu "Entry 1": You may not'),
        ([PAGE], {'failing': [('x', 'web_search_read')]}, 'menu "Entry 1": You may not'),
        ([PAGE], {'failing': ['today']}, 'menu "Entry 0": these blocks fail: to_do'),
        ([PAGE], {'first': 'other.root'}, 'lands in "Other"'),
    ],
)
def test_check_tells_what_leaves_somebody_without_a_page(actions, problem, words):
    with pytest.raises(web.WebError, match=words):
        _open(*actions, **problem)


def test_check_refuses_a_dialog_as_the_first_page():
    session = _Session([{**PAGE, 'target': 'new'}, START])
    with pytest.raises(web.WebError, match=r'menu "Entry 0": a dialog'):
        web.open_home(session, roles.ROLES[0], 'own')


def test_check_sees_a_style_sheet_that_cannot_be_made(monkeypatch):
    page = '<link href="/web/assets/1/web.assets_web.min.css"/>'
    broken = f'old {web._CSS_ERROR} content: "expected }}"'
    monkeypatch.setattr(_Session, 'get', lambda session, path, **kwargs: (path, page if path == '/odoo' else broken))
    with pytest.raises(web.WebError, match=r'web\.assets_web\.min\.css: content: "expected'):
        web.open_home(_Session([START]), roles.ROLES[0], 'own')


# -- the commands themselves -----------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path):
    """A copy of the scripts beside an addon that is little more than a name."""
    shutil.copytree(paths.SCRIPT_DIR, tmp_path / 'script', ignore=shutil.ignore_patterns('__pycache__'))
    (tmp_path / paths.ADDON).mkdir()
    (tmp_path / paths.ADDON / '__manifest__.py').write_text("{'name': 'x', 'depends': ['base']}")
    yield tmp_path
    # A cluster that found no place in the checkout.
    for folder in (Path('/tmp'), Path('/var/tmp')):
        shutil.rmtree(folder / f'outreach-pg-{_key(tmp_path)}', ignore_errors=True)


def _key(checkout):
    return subprocess.run(
        [sys.executable, '-c', 'from devkit.paths import checkout_key; print(checkout_key())'],
        cwd=checkout / 'script',
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def _environment(**variables):
    # Without the caller's server, so that a failure to find one would show.
    plain = {name: value for name, value in os.environ.items() if name not in {'PGHOST', 'PGPORT', 'PGUSER', 'ODOO_HOME', 'PYTHONPATH'}}
    return {**plain, **variables}


def _call(checkout, command, *arguments, **variables):
    return subprocess.run(
        [sys.executable, str(checkout / 'script' / command), *arguments],
        cwd=checkout,
        env=_environment(**variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _assert_one_line(done, *words):
    assert done.returncode == 2, done.stderr
    # The lines that tell what takes time come before.
    assert len([line for line in done.stderr.splitlines() if not line.startswith('· ')]) == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_run_tells_that_the_port_is_taken(checkout):
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        _assert_one_line(_call(checkout, 'run', '--port', port), 'script/run: port', port, '--port')


def test_run_tells_that_the_demo_runs_already(checkout, sleeper):
    run_dir = checkout / '.odoo/run'
    system.write_pid_file(run_dir / 'run.json', sleeper.pid, url='http://127.0.0.1:1')
    with system.locked(checkout / '.odoo/lock/run'):
        _assert_one_line(_call(checkout, 'run'), 'http://127.0.0.1:1', 'Ctrl-C')
    assert sleeper.poll() is None


def test_a_wrong_odoo_home_is_told(checkout):
    _assert_one_line(_call(checkout, 'odoo', 'help', ODOO_HOME=str(checkout)), 'ODOO_HOME', 'odoo/release.py')


def test_a_missing_addon_is_told(checkout):
    (checkout / paths.ADDON / '__manifest__.py').unlink()
    _assert_one_line(_call(checkout, 'test'), paths.ADDON)


def test_slow_tests_are_not_in_the_addon(checkout):
    _assert_one_line(_call(checkout, 'test', '--slow', paths.ADDON), 'slow', 'tests/')


def test_a_missing_benchmark_is_told(checkout):
    _assert_one_line(_call(checkout, 'benchmark', 'nothing'), 'nothing')


@pytest.mark.skipif(not shutil.which('apt-get'), reason='without apt nothing is fetched')
def test_a_missing_network_is_told_for_odoo(checkout):
    with contextlib.suppress(DevkitError):
        odoo_source.select_debian(odoo_source.read_apt_sources(), odoo_source._codename())
        (checkout / 'apt.conf').write_text(
            'Acquire::http::Proxy "http://127.0.0.1:9";\nAcquire::https::Proxy "http://127.0.0.1:9";\nAcquire::Retries "0";\n'
        )
        done = _call(checkout, 'odoo', 'help', APT_CONFIG=str(checkout / 'apt.conf'), XDG_CACHE_HOME=str(checkout / 'cache'))
        _assert_one_line(done, 'network', 'ODOO_HOME')


def test_a_missing_network_is_told_for_python_packages(checkout):
    _make_odoo(checkout / 'source', '19, 0, 0')
    done = _call(
        checkout,
        'odoo',
        'help',
        ODOO_HOME=str(checkout / 'source'),
        PIP_CONFIG_FILE=os.devnull,
        PIP_RETRIES='0',
        PIP_INDEX_URL='http://127.0.0.1:9/',
        PIP_FIND_LINKS='',
        PIP_NO_CACHE_DIR='1',
    )
    _assert_one_line(done, 'Python packages', 'network')


def test_help_needs_nothing(checkout):
    for command in ('run', 'test', 'odoo', 'lint', 'benchmark'):
        done = _call(checkout, command, '--help', PATH='/nowhere')
        assert done.returncode == 0, done.stderr
        assert 'usage: script/' in done.stdout
    assert not (checkout / '.odoo').exists()


def test_the_role_postgres_is_refused(monkeypatch):
    monkeypatch.setenv('PGUSER', 'postgres')
    with pytest.raises(DevkitError, match='postgres'), postgres.server():
        pass


def test_a_server_that_is_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv('PGHOST', str(tmp_path))
    monkeypatch.setenv('PGUSER', 'odoo')
    with pytest.raises(DevkitError, match='PGHOST'), postgres.server():
        pass


def test_a_long_path_does_not_stop_the_socket(tmp_path):
    state = tmp_path / ('long' * 30) / '.odoo'
    state.mkdir(parents=True)
    _data, folder = postgres.place_cluster(state, pwd.getpwuid(os.geteuid()))
    assert len(os.fsencode(folder)) < 60


_USE_SERVER = """
import sys
from devkit.postgres import server
with server() as postgres:
    print(postgres.sql("SELECT current_setting('data_directory') || ' ' || current_user")[0][0], flush=True)
    sys.stdin.readline()
    postgres.sql('SELECT 1')
"""


def _use_server(checkout):
    return subprocess.Popen(
        [sys.executable, '-c', _USE_SERVER],
        cwd=checkout / 'script',
        env=_environment(),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def test_the_last_user_stops_the_cluster(checkout):
    (checkout / '.odoo').mkdir()
    with _use_server(checkout) as first:
        data, role = first.stdout.readline().split()
        assert role == 'odoo'
        server_pid = int((Path(data) / 'postmaster.pid').read_text().splitlines()[0])
        assert Path(f'/proc/{server_pid}').stat().st_uid != 0
        with _use_server(checkout) as second:
            second.stdout.readline()
            first.communicate('\n')
            assert first.returncode == 0
            assert system.process_start(server_pid)  # the second still needs it
            second.kill()  # a crash: nobody stops the server
        assert system.process_start(server_pid)
        with _use_server(checkout) as third:
            third.communicate('\n')
            assert third.returncode == 0
    assert not system.process_start(server_pid)


# -- what a change can affect --------------------------------------------------------


@pytest.mark.parametrize(
    ('file', 'chosen'),
    [
        (f'{paths.ADDON}/models/visit/outreach_visit.py', {f'{paths.ADDON}/tests/visit', 'tests/visit', f'{paths.ADDON}/tests/whole'}),
        (f'{paths.ADDON}/imports/candidate/outreach_candidate_import.py', {f'{paths.ADDON}/tests/people', 'tests/people'}),
        (f'{paths.ADDON}/tools/visit/due.py', {f'{paths.ADDON}/tools', 'tests/visit'}),
        (f'{paths.ADDON}/models/base/base.py', {f'{paths.ADDON}/tests'}),
        (f'{paths.ADDON}/security/ir.model.access.csv', {f'{paths.ADDON}/tests/whole', 'tests/whole/test_rooms.py'}),
        ('tests/visit/test_phone_report.py', {'tests/visit/test_phone_report.py'}),
        ('tests/office.py', {'tests'}),
        ('tests/data/companies_made_up.csv', {'tests'}),
        (f'{paths.ADDON}/tools/files/company_file.py', {f'{paths.ADDON}/tests', f'{paths.ADDON}/tools'}),
        ('script/devkit/servers.py', {'tests/scripts'}),
        ('docs/user-guide.md', {'tests/whole/test_names.py'}),
    ],
)
def test_a_change_chooses_the_tests_of_its_room(file, chosen):
    assert chosen <= set(changes.choose_tests([file]))


def test_every_file_of_the_addon_has_tests():
    """None is overlooked by `--changed`: each has those of a room, or those of the whole."""
    files = subprocess.run(['git', '-C', paths.ROOT, 'ls-files', '-z', paths.ADDON], capture_output=True, text=True, check=True)
    for file in files.stdout.split('\0')[:-1]:
        assert any(path.startswith(paths.ADDON) for path in changes.choose_tests([file])), file


def test_a_change_is_seen(tmp_path):
    for arguments in (['init', '-q'], ['-c', 'user.name=T', '-c', 'user.email=t@t.example', 'commit', '-qm', 'x', '--allow-empty']):
        subprocess.run(['git', '-C', tmp_path, *arguments], check=True)
    (tmp_path / 'new.py').touch()
    assert changes.changed_files('HEAD', tmp_path) == ['new.py']
    with pytest.raises(DevkitError, match='--changed=nothing'):
        changes.changed_files('nothing', tmp_path)


# -- the browser ---------------------------------------------------------------------


def test_a_browser_without_window_is_tried_once(tmp_path, monkeypatch):
    """Where it cannot be had, another one does; where there is none at all, one is demanded."""
    tried, there = [], ['chromium']

    def install(packages, why):
        tried.extend(packages)
        raise DevkitError(why)

    monkeypatch.setattr(system, 'install_packages', install)
    monkeypatch.setattr(system, 'find_program', lambda names: next((name for name in names if name in there), None))
    for _twice in range(2):
        system.provide_browser(tmp_path / 'marker')
    assert tried == ['chromium-headless-shell']
    there.clear()
    with pytest.raises(DevkitError, match='need Chromium'):
        system.provide_browser(tmp_path / 'marker')
    there.append('chromium-headless-shell')
    tried.clear()
    system.provide_browser(tmp_path / 'other')
    assert not tried
