"""The catalogue import from the command line, and two of them at the same time."""

import re
import shutil
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from devkit.paths import ADDON_DIR

DATA = ADDON_DIR / 'tests/data/catalogue'
COUNT = "SELECT count(*) FROM outreach_occupation WHERE scheme = 'esco'"

# As the server does with a request: repeated when another transaction came first.
IMPORT = """
import time
from psycopg2.errors import OperationalError
env = env(user=env.ref('base.user_admin'))
job = env['outreach.catalogue.import'].browse({job})
busy = conflicts = 0
deadline = time.monotonic() + 120
while time.monotonic() < deadline:
    try:
        answer = job.action_import()
        if not answer['busy']:
            time.sleep({hold})  # the other one meets a running import
            env.cr.commit()
            break
        busy += 1
        env.cr.rollback()
        time.sleep(0.2)
    except OperationalError:
        env.cr.rollback()
        conflicts += 1
    env.invalidate_all()
print('RESULT', job.state, job.new_count, job.changed_count, busy, conflicts)
"""

PREPARE = """
from pathlib import Path
env = env(user=env.ref('base.user_admin'))
for name in ('first', 'second'):
    attachments = env['ir.attachment'].create([
        {{'name': path.name, 'raw': path.read_bytes(), 'res_model': 'outreach.catalogue.import', 'res_id': 0}}
        for path in Path({folder!r}).glob('wz20??.csv')])
    job = env['outreach.catalogue.import'].create({{'attachment_ids': attachments.ids}})
    job.action_preview()
    print('JOB', job.id, job.new_count, job.changed_count)
env.cr.commit()
"""


@pytest.fixture
def run(odoo, addon_database):
    """The command as an administrator types it; returns status, standard output and standard error."""

    def run(*arguments, database=addon_database):
        process = subprocess.run(
            odoo.command('outreach_catalogue', '-d', database, *map(str, arguments)),
            env=odoo.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return process.returncode, process.stdout, process.stderr

    return run


def numbers(output):
    """The lines of the table as lists of their numbers."""
    return [list(map(int, found[1].split())) for found in re.finditer(r'^\S.*?((?:\s+\d+){6})$', output, re.MULTILINE)]


def test_command_line(odoo, addon_database, run, tmp_path):
    def count():
        return odoo.postgres.sql(COUNT, addon_database)[0][0]

    folder = tmp_path / 'ESCO dataset - v1.2.0'
    folder.mkdir()
    for path in DATA.glob('*_de.csv'):
        shutil.copy(path, folder)
    status, output, progress = run('--dry-run', folder)
    assert status == 0, progress
    assert numbers(output)[0] == [4, 0, 0, 0, 0, 0]
    assert 'occupations_de.csv' in progress
    assert count() == '0'

    archive = tmp_path / 'ESCO dataset - v1.2.0.zip'
    with zipfile.ZipFile(archive, 'w') as stream:
        for path in folder.iterdir():
            stream.write(path, f'csv/{path.name}')
    status, output, progress = run(archive, DATA / 'kldb2010_v2020.csv', DATA / 'dkz_occupation_to_esco.csv')
    assert status == 0, progress
    assert 'ESCO' in output
    assert count() == '4'
    status, output, progress = run(folder)
    assert status == 0, progress
    assert all(line[:2] + line[3:] == [0] * 5 for line in numbers(output)), output
    history = odoo.postgres.sql("SELECT state, version FROM outreach_catalogue_import ORDER BY id", addon_database)
    assert history == [['done', '1.2.0, 2020'], ['done', '1.2.0']]


def test_command_line_refuses(odoo, addon_database, run, tmp_path):
    before = odoo.postgres.sql(COUNT, addon_database)
    path = tmp_path / 'occupations_de.csv'
    path.write_text((DATA / 'occupations_de.csv').read_text('utf-8').replace(',8111,', ',oben,'), 'utf-8')
    status, output, problem = run(path)
    assert (status, output) == (1, '')
    assert 'occupations_de.csv' in problem and 'iscoGroup' in problem
    assert run()[0] == 2
    for arguments, words in (
        ({}, ('There is no file or folder', 'nowhere')),
        ({'database': 'no_such_database'}, ('no_such_database', 'does not exist')),
    ):
        good = DATA / 'occupations_de.csv'
        status, output, problem = run(good, *([] if arguments else [tmp_path / 'nowhere']), **arguments)
        assert (status, output) == (2, '')
        assert all(word in problem for word in words), problem
        assert 'Traceback' not in problem
    assert odoo.postgres.sql(COUNT, addon_database) == before


def test_two_at_once(odoo, addon_database):
    """The second one waits its turn, and finds nothing left to do."""

    def shell(code, log):
        problems, output = odoo.shell(addon_database, code, log=log)
        assert not problems, problems
        return output

    jobs = re.findall(r'JOB (\d+) (\d+) (\d+)', shell(PREPARE.format(folder=str(DATA)), 'test-catalogue'))
    assert [job[1] for job in jobs] == [jobs[0][1]] * 2 and int(jobs[0][1]) > 8, jobs
    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(lambda job: shell(IMPORT.format(job=job[0], hold=3), f'test-catalogue-{job[0]}'), jobs))
    results = [re.search(r'RESULT (\w+) (.*)', output) for output in outputs]
    assert [result[1] for result in results] == ['done', 'done']
    figures = sorted([list(map(int, result[2].split())) for result in results], reverse=True)
    assert figures[0][:2] == list(map(int, jobs[0][1:])), figures
    assert figures[1][:2] == [0, 0], figures
    assert any(figure[2] + figure[3] for figure in figures), f'they never met: {figures}'
    assert odoo.postgres.sql("SELECT count(*) FROM outreach_industry WHERE version = '2025'", addon_database) == [['8']]
