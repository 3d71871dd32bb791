"""Odoo as a process: one command to its end, or a server that runs beside."""

import contextlib
import http.client
import os
import subprocess
import threading
from pathlib import Path

from .errors import DevkitError
from .logs import find_problems
from .odoo_source import OdooSource
from .paths import DATA_DIR, LAUNCHER, LOG_DIR, ROOT, RUN_DIR, STATE_DIR
from .system import read_pid_file, stop_recorded, wait_until, write_pid_file


class Odoo:
    """Odoo's code, Python and database server put together."""

    def __init__(self, source: OdooSource, python: Path, postgres):
        self.source = source
        self.python = python
        self.postgres = postgres

    @property
    def addons_path(self):
        return ','.join(str(path) for path in (*self.source.addons, ROOT))

    @property
    def configuration(self):
        """Return the path of a configuration file, written if it is not there as it should be.

        Every sub-command of Odoo reads it by way of ODOO_RC.
        """
        text = '\n'.join(
            [
                '[options]',
                f'addons_path = {self.addons_path}',
                f'data_dir = {DATA_DIR}',
                'http_interface = 127.0.0.1',
                # Threads for background jobs are started where they are wanted.
                'max_cron_threads = 0',
                'list_db = False',
                '',
            ]
        )
        path = STATE_DIR / 'odoo.conf'
        if not path.exists() or path.read_text('utf-8') != text:
            temporary = path.with_name(f'odoo.conf.{os.getpid()}-{threading.get_ident()}')
            temporary.write_text(text, 'utf-8')
            temporary.replace(path)
        return path

    @property
    def environment(self):
        """Return the environment variables under which Odoo and its tests run."""
        return {
            **os.environ,
            **self.postgres.environment,
            'ODOO_RC': str(self.configuration),
            'PATH': f'{self.python.parent}{os.pathsep}{os.environ.get("PATH", os.defpath)}',
            'PYTHONPATH': os.pathsep.join(filter(None, (str(self.source.path), os.environ.get('PYTHONPATH')))),
            'PYTHONUTF8': '1',  # the addon's folder has a letter beyond ASCII
            # To compile Odoo's sources takes two thirds of a start. Many containers forbid to keep what was compiled,
            # so that it does not lie beside the sources; it has a place of its own here.
            'PYTHONDONTWRITEBYTECODE': '',
            'PYTHONPYCACHEPREFIX': str(STATE_DIR / 'bytecode'),
        }

    def command(self, *arguments):
        """Return the command line of an Odoo call."""
        return [str(self.python), str(LAUNCHER), *map(str, arguments)]

    def call(self, *arguments, log, what):
        """Run an Odoo command to its end and return the problems in its log.

        `log` is the name of the log file. Raises `DevkitError` that starts with `what`.
        """
        problems, _output = self._finish(arguments, log, what)
        return problems

    def shell(self, database, code, *, log, what='code in an Odoo shell fails', options=()):
        """Run Python code in an Odoo shell; return (problems in its log, what it printed).

        The code finds `env`, and has to commit what shall last. Raises `DevkitError` that starts
        with `what`.
        """
        return self._finish(['shell', '-d', database, '--no-http', *options], log, what, code)

    def _finish(self, arguments, log, what, stdin=''):
        path = new_log(log)
        done = subprocess.run(
            self.command(*arguments, '--log-level=warn', f'--logfile={path}'),
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        text = path.read_text('utf-8', 'replace') if path.exists() else ''
        problems = find_problems(text)
        if done.returncode:
            lines = (problems[-1].text if problems else done.stderr).strip().splitlines()
            raise DevkitError(f'{what}: {lines[-1] if lines else f"exit status {done.returncode}"} (see {path})')
        return problems, done.stdout

    @contextlib.contextmanager
    def serve(self, database, port, *, name, log, options=(), seconds=120):
        """Run a server for the block; give its base URL once it answers.

        `name` names the pid file: a server of that name left over by a crash is stopped first.
        Raises `DevkitError` when the server ends before it answers.
        """
        pid_file = RUN_DIR / f'{name}.json'
        stop_recorded(pid_file)
        path = new_log(log)
        url = f'http://127.0.0.1:{port}'
        process = subprocess.Popen(
            self.command(
                'server',
                '-d',
                database,
                '--db-filter',
                f'^{database}$',
                '--http-port',
                port,
                '--http-interface',
                '127.0.0.1',
                f'--logfile={path}',
                *options,
            ),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # Ctrl-C reaches this script only, which then stops the server
        write_pid_file(pid_file, process.pid, url=url, database=database)
        try:
            if not wait_until(lambda: process.poll() is not None or answers(url), seconds, 0.2) or process.poll() is not None:
                problems = find_problems(path.read_text('utf-8', 'replace') if path.exists() else '')
                reason = problems[-1].text.splitlines()[-1] if problems else 'no reason given'
                raise DevkitError(f'the server does not answer at {url}: {reason} (see {path})')
            yield url
        finally:
            _stop(process)
            pid_file.unlink(missing_ok=True)


def _stop(process, seconds=15):
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def new_log(name):
    """Return the path of an empty log; the one before it is kept as `.old`."""
    path = LOG_DIR / f'{name}.log'
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.replace(path.with_suffix('.old'))
    return path


def close_log(name):
    """Return the problems in a log of one's own, and delete it if there are none."""
    path = LOG_DIR / f'{name}.log'
    problems = find_problems(path.read_text('utf-8', 'replace') if path.exists() else '')
    if not problems:
        path.unlink(missing_ok=True)
    return problems


def answers(url):
    """Return whether a server answers HTTP at this base URL."""
    connection = http.client.HTTPConnection(url.partition('//')[2], timeout=60)
    try:
        connection.request('GET', '/web/health')
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def running(name):
    """Return what is recorded about a running server of that name, or None."""
    return read_pid_file(RUN_DIR / f'{name}.json')
