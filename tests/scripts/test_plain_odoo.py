"""The addon's own tests in an Odoo that has nothing of `requirements-dev.txt`, as whoever hosts it would run them."""

import re
import subprocess
import sys

import pytest

from devkit.paths import ADDON, LOG_DIR, SCRIPT_DIR
from devkit.servers import Odoo
from devkit.system import free_port

DEVELOPMENT = ('hypothesis', 'playwright', 'pytest', 'scipy')


@pytest.mark.slow
def test_the_addon_is_tested_by_odoo_alone(odoo, addon_template, scratch, tmp_path):
    python = tmp_path / 'venv/bin/python'
    subprocess.run([sys.executable, '-m', 'venv', tmp_path / 'venv'], check=True)
    subprocess.run([python, '-m', 'pip', 'install', '-q', '-r', SCRIPT_DIR / 'requirements.txt'], check=True)
    for package in DEVELOPMENT:
        assert subprocess.run([python, '-c', f'import {package}'], capture_output=True, check=False).returncode, package
    with scratch('plain', addon_template.database) as database:
        problems = Odoo(odoo.source, python, odoo.postgres).call(
            'server',
            '-d',
            database,
            '-u',
            ADDON,
            '--test-tags',
            f'/{ADDON}',
            '--stop-after-init',
            '--max-cron-threads=0',
            '--http-interface=127.0.0.1',
            f'--http-port={free_port()}',
            '--log-handler=odoo.tests.result:INFO',
            log='plain',
            what='the addon\'s own tests fail in a plain Odoo',
        )
    assert not problems, '\n'.join(map(str, problems))
    failed, errors, tests = map(
        int, re.findall(r'(\d+) failed, (\d+) error\(s\) of (\d+) tests', (LOG_DIR / 'plain.log').read_text('utf-8'))[-1]
    )
    assert (failed, errors) == (0, 0)
    assert tests > 800
