"""The benchmark of a whole county, on a tiny one: every page answers, and what is said of it is measured."""

import json
import subprocess
import sys

import pytest

from devkit.paths import ROOT, SCRIPT_DIR

SIZES = {'companies': 40, 'demands': 120, 'open': 60, 'visits': 100, 'candidates': 50}


@pytest.fixture(scope='module')
def county(odoo, addon_database):
    """What `benchmark/county.py` prints about a county of a few companies."""
    environment = {**odoo.environment, 'OUTREACH_BENCH_DB': addon_database}
    environment['PYTHONPATH'] += f':{SCRIPT_DIR}'
    sizes = [word for name, size in SIZES.items() for word in (f'--{name}', str(size))]
    done = subprocess.run(
        [str(odoo.python), str(ROOT / 'benchmark/county.py'), *sizes, '--runs=2', '--users=3', '--seconds=3', '--pause=0.1'],
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_every_page_answers(county):
    assert {name: county[name] for name in SIZES} == SIZES
    failed = {name: page['failed'] for name, page in county['pages'].items() if 'failed' in page}
    assert not failed
    for name, page in county['pages'].items():
        assert page['ms'] > 0 and page['queries'] > 0, name
        if 'twin' in page:
            assert page['ratio'] > 0 and page['queries_of_twin'] == county['pages'][page['twin']]['queries'], name
    assert county['slow'] == [name for name in sorted(county['pages']) if not county['pages'][name]['ok']]


def test_many_users_at_once(county):
    (load,) = county['load']
    assert load['users'] == 3 and not load['failed'], load
    assert load['pages'] > 3 and 0 < load['p50_ms'] <= load['p95_ms']


def test_a_county_too_small_is_told(odoo):
    environment = {**odoo.environment, 'OUTREACH_BENCH_DB': 'none'}
    environment['PYTHONPATH'] += f':{SCRIPT_DIR}'
    done = subprocess.run(
        [sys.executable, str(ROOT / 'benchmark/county.py'), '--companies', '3'],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and 'at least 20 companies' in done.stderr
