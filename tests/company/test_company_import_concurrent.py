"""Two people import the same register at the same time, in processes and transactions of their own."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

ROWS = 400

PREPARE = """
import base64
lines = ['name;ort;ags;registergericht;registerart;registernummer']
for number in range({rows}):
    lines.append(f'Zugleich {{number}} GmbH;Melle;03459024;Osnabrück;HRB;{{5000000 + number}}')
content = base64.b64encode('\\n'.join(lines).encode())
for name in ('first', 'second'):
    imports = env(user=env.ref('base.user_admin'))['outreach.company.import']
    job = imports.create({{'file': content, 'file_name': name}})
    job.action_preview()
    print('JOB', job.id, job.new_count)
env.cr.commit()
"""

# As the server does with a request: repeated when another transaction came first.
IMPORT = """
import time
from psycopg2.errors import OperationalError
from odoo.addons.maßarbeit_outreach.imports import outreach_record_import as module
module.BATCH, module.STEP_SECONDS = 40, 0.0
env = env(user=env.ref('base.user_admin'))
job = env['outreach.company.import'].browse({job})
job.action_import()
env.cr.commit()
busy = conflicts = 0
deadline = time.monotonic() + 120
remaining = 1
while remaining and time.monotonic() < deadline:
    try:
        step = job.action_import_step()
        env.cr.commit()
        remaining = step['remaining']
        busy += step['busy']
    except OperationalError:
        env.cr.rollback()
        env.invalidate_all()
        conflicts += 1
print('RESULT', job.created_count, job.updated_count, remaining, busy, conflicts)
"""

COUNT = """
env.cr.execute(\"\"\"SELECT count(*), count(DISTINCT outreach_register_number) FROM res_partner
                   WHERE outreach_register_number >= '5000000' AND outreach_register_number < '5999999'
                     AND length(outreach_register_number) = 7\"\"\")
print('COUNT', *env.cr.fetchone())
"""


@pytest.fixture
def shell(odoo, addon_database):
    def run(code, log='test-import'):
        problems, output = odoo.shell(addon_database, code, log=log)
        assert not problems, problems
        return output

    return run


def test_two_imports_at_once_create_each_company_once(shell):
    jobs = re.findall(r'JOB (\d+) (\d+)', shell(PREPARE.format(rows=ROWS)))
    assert [int(new) for _job, new in jobs] == [ROWS, ROWS], 'both previews must expect to create everything'
    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(lambda job: shell(IMPORT.format(job=job[0]), log=f'test-import-{job[0]}'), jobs))
    results = [[int(n) for n in re.search(r'RESULT (.*)', output)[1].split()] for output in outputs]
    created = [result[0] for result in results]
    assert [result[2] for result in results] == [0, 0], f'both must come to an end: {results}'
    assert sum(created) == ROWS, f'each company is created by one of the two: {results}'
    assert re.search(r'COUNT (.*)', shell(COUNT))[1].split() == [str(ROWS)] * 2
