"""What `script/lint` says of the pinned packages, by an index that answers, one that does not, and one that never ends."""

import http.server
import json
import subprocess
import sys
import threading

import pytest

from devkit import vulnerabilities
from devkit.paths import SCRIPT_DIR
from devkit.python_env import REQUIREMENTS
from devkit.system import free_port

OLD = {'id': 'PYSEC-1', 'aliases': ['CVE-1'], 'fixed_in': ['1.1'], 'summary': 'reads  too\nmuch'}
OPEN = {'id': 'PYSEC-2', 'aliases': [], 'fixed_in': [], 'details': 'nobody knows how'}
GONE = {'id': 'PYSEC-3', 'aliases': [], 'fixed_in': ['2'], 'summary': 'none', 'withdrawn': '2030-01-01'}


@pytest.fixture
def index():
    """A package index on this machine: set what it answers with `.answers[path]`, a dict or None to say nothing at all."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path not in server.answers:
                self.send_error(404)
                return
            answer = server.answers[self.path]
            if answer is None:
                server.stopped.wait()
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    server.answers, server.stopped = {}, threading.Event()
    server.address = f'http://127.0.0.1:{server.server_port}/simple'
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.stopped.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def pins(tmp_path):
    path = tmp_path / 'requirements.txt'
    path.write_text('# a list\nalpha==1.0\nbeta-two==2.0.post1  # why\n-r other.txt\n')
    return [path]


def version(number, *found):
    return {'info': {'version': number}, 'vulnerabilities': list(found)}


def test_all_is_well(index, pins, capsys):
    index.answers |= {'/pypi/alpha/1.0/json': version('1.0', GONE), '/pypi/beta-two/2.0.post1/json': version('2.0.post1')}
    assert vulnerabilities.check(pins, index.address) == 0
    assert capsys.readouterr().out == '2 packages are checked for known vulnerabilities, 0 have to be updated\n'


def test_a_fixed_vulnerability_fails(index, pins, capsys):
    index.answers |= {'/pypi/alpha/1.0/json': version('1.0', OLD, OPEN), '/pypi/beta-two/2.0.post1/json': version('2.0.post1', OPEN)}
    assert vulnerabilities.check(pins, index.address) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == 'FAIL: alpha 1.0: PYSEC-1, CVE-1, fixed in 1.1: reads too much'
    assert said[1] == 'note: alpha 1.0: PYSEC-2, not fixed yet: nobody knows how'
    assert said[-1] == '2 packages are checked for known vulnerabilities, 1 have to be updated'
    assert vulnerabilities.check(pins, index.address, accepted={('alpha', 'CVE-1'): 'not called'}) == 0
    assert 'note: alpha 1.0: PYSEC-1, CVE-1, fixed in 1.1: not called' in capsys.readouterr().out


def test_an_index_that_knows_the_latest_version_only(index, pins, capsys):
    index.answers |= {'/pypi/alpha/json': version('1.0', OLD), '/pypi/beta-two/json': version('3.0', OLD)}
    assert vulnerabilities.check(pins, index.address) == 1
    said = capsys.readouterr().out
    assert 'skipped for 1 of 2 packages: 127.0.0.1 cannot be asked' in said
    assert 'FAIL: alpha' in said and 'FAIL: beta' not in said


@pytest.mark.parametrize('answer', [b'<html>', b'[]', b'{}', {'info': {}}, {'info': {'version': '1.0'}, 'vulnerabilities': 3}])
def test_what_is_no_index(index, pins, capsys, answer):
    index.answers |= {'/pypi/alpha/1.0/json': answer, '/pypi/beta-two/2.0.post1/json': answer}
    assert vulnerabilities.check(pins, index.address) == 0
    assert capsys.readouterr().out.startswith('skipped for 2 of 2 packages: ')


def test_no_index(pins, capsys):
    assert vulnerabilities.check(pins, f'http://127.0.0.1:{free_port()}/simple') == 0
    assert 'skipped for 2 of 2 packages: 127.0.0.1 cannot be asked for known vulnerabilities' in capsys.readouterr().out


def test_an_index_that_never_ends(index, pins):
    """In a process of its own, which has to end by itself although no request does."""
    index.answers |= {'/pypi/alpha/1.0/json': None, '/pypi/beta-two/2.0.post1/json': version('2.0.post1', OLD)}
    code = 'import pathlib, sys, devkit.vulnerabilities as checks;sys.exit(checks.check([pathlib.Path(sys.argv[1])], sys.argv[2], total=1))'
    done = subprocess.run(
        [sys.executable, '-c', code, str(pins[0]), index.address], cwd=SCRIPT_DIR, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1, done.stderr
    assert 'skipped for 1 of 2 packages: 127.0.0.1 cannot be asked for known vulnerabilities (no answer in time)' in done.stdout
    assert 'FAIL: beta-two' in done.stdout


def test_the_index_of_pip(monkeypatch):
    monkeypatch.setenv('PIP_INDEX_URL', 'https://packages.example/simple')
    assert vulnerabilities.find_index() == 'https://packages.example/simple'


def test_own_requirements():
    """Each package is pinned, and none is excused that is not there."""
    pins = vulnerabilities.read_pins(REQUIREMENTS)
    lines = [line.strip() for path in REQUIREMENTS for line in path.read_text('utf-8').splitlines()]
    assert len(pins) == len([line for line in lines if line and not line.startswith(('#', '-r'))]) > 40
    assert {package for package, _name in vulnerabilities.ACCEPTED} <= pins.keys()
