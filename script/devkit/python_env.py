"""The virtual environment with the pinned Python packages."""

import hashlib
import os
import shutil
import subprocess
import sys

from .errors import DevkitError
from .paths import LOCK_DIR, SCRIPT_DIR, STATE_DIR
from .system import install_packages, locked, require_disk, run, say

VENV = STATE_DIR / 'venv'
REQUIREMENTS = (SCRIPT_DIR / 'requirements.txt', SCRIPT_DIR / 'requirements-dev.txt')
OLDEST, NEWEST = (3, 10), (3, 13)  # what Odoo 19.0 supports


def _stamp():
    digest = hashlib.sha256(sys.version.encode())
    for path in REQUIREMENTS:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _works(python):
    """Return whether there is an environment of this very Python with a working pip."""
    try:
        done = subprocess.run([str(python), '-c', 'import pip, sys; print(sys.version)'], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.strip() == sys.version.strip()


def get_python():
    """Return the environment's Python, made or renewed if need be. Raises `DevkitError`."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise DevkitError(
            'Odoo 19.0 needs Python {}.{} to {}.{}, this is {}.{}: call it with another one, as in "python3.12 script/run"'.format(
                *OLDEST, *NEWEST, *sys.version_info[:2]
            )
        )
    python, stamp = VENV / 'bin/python', VENV / 'stamp'
    with locked(LOCK_DIR / 'venv'):
        if stamp.exists() and stamp.read_text() == _stamp():
            return python
        require_disk(STATE_DIR, 800, 'the Python environment')
        try:
            import ensurepip  # noqa: F401 (Debian splits it off)
        except ImportError:
            install_packages([f'python{sys.version_info[0]}.{sys.version_info[1]}-venv'], 'Python lacks "venv"')
        say('installing the Python packages')
        # An environment cannot be moved, so it is made in place, and the stamp says that it is complete.
        # One that works is only brought up to date: other calls may be using it.
        stamp.unlink(missing_ok=True)
        if not _works(python):
            shutil.rmtree(VENV, ignore_errors=True)
            run([sys.executable, '-m', 'venv', str(VENV)], what='the Python environment cannot be created')
        run(
            [str(python), '-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', str(REQUIREMENTS[-1])],
            what='the Python packages cannot be installed (is there a network?)',
            env={**os.environ, 'PYTHONUTF8': '1', 'PIP_NO_INPUT': '1'},
        )
        stamp.write_text(_stamp())
    return python
