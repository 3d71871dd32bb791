#!/usr/bin/env python3
"""Company import against Odoo's own `load()`: rows per second, their ratio, and peak memory by file size.

    script/benchmark import [rows]              (10,000 by default, besides 50,000 for the memory)

Both get the same columns and values, generated here (no two alike; places of the county, so that
municipalities have to be found), under the same user. `load()` gets the rows as lists, with the context
that Odoo's import dialog uses; the company import gets a CSV file and is timed with everything that it
does: reading, preview, import. Each measurement is a process of its own, each of the two is measured
twice, in turns, and the better time counts (other work on the machine can only slow one down); memory is
what its peak adds to the server at rest. The upload itself (the file goes through memory once) is done by
another process and not counted.

Prints one JSON line.
"""

import argparse
import base64
import csv
import io
import json
import os
import random
import resource
import subprocess
import sys
import time

DATABASE = os.environ.get('OUTREACH_BENCH_DB')
MEMORY_ROWS = 50_000
FIELDS = {
    'Firma': 'name',
    'Straße': 'street',
    'PLZ': 'zip',
    'Ort': 'city',
    'AGS': 'outreach_ags',
    'Registergericht': 'outreach_register_court',
    'Registerart': 'outreach_register_kind',
    'Registernummer': 'outreach_register_number',
    'Telefon': 'phone',
    'E-Mail': 'email',
    'Web': 'website',
}
FIRST = ('Metall', 'Holz', 'Bau', 'Land', 'Technik', 'Service', 'Handel', 'Agrar', 'Elektro', 'Druck', 'Glas')
SECOND = ('werk', 'bau', 'handel', 'technik', 'dienst', 'vertrieb', 'montage', 'planung', 'pflege')


def generate(rows, start, municipalities):
    """Yield rows in the order of `FIELDS`; register numbers count from `start`."""
    chance = random.Random(start)
    for number in range(start, start + rows):
        ags, place, postcode = chance.choice(municipalities)
        name = f"{chance.choice(FIRST)}{chance.choice(SECOND)} {chance.choice(FIRST)} {number} GmbH"
        yield [
            name,
            f"Weg {number % 200}",
            postcode,
            place,
            ags,
            'Osnabrück',
            'HRB',
            str(number),
            f'+49 5401 {number}',
            f'info@firma{number}.example',
            f'http://www.firma{number}.example',
        ]


def read_municipalities(env):
    municipalities = env['outreach.municipality'].search([('postcodes', '!=', False)])
    return [(m.ags, m.name, m.postcodes.split()[0]) for m in municipalities]


def open_registry():
    """The registry of the benchmark's database, as a server without HTTP would hold it."""
    import odoo
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(['-d', DATABASE, '--log-level=warn', '--no-http'])
    return Registry(DATABASE)


def environment(cursor):
    from odoo import SUPERUSER_ID, api

    env = api.Environment(cursor, SUPERUSER_ID, {})
    return env(user=env.ref('base.user_admin'), su=False)


def measure_load(registry, rows, start):
    with registry.cursor() as cursor:
        data = list(generate(rows, start, read_municipalities(environment(cursor))))
    before = time.perf_counter()
    with registry.cursor() as cursor:
        env = environment(cursor)
        partners = env['res.partner'].with_context(import_file=True, tracking_disable=True)
        result = partners.load([*FIELDS.values(), 'is_company', 'outreach_company'], [[*row, '1', '1'] for row in data])
        if not result['ids'] or len(result['ids']) != rows:
            raise SystemExit(f"load() refused the rows: {result['messages'][:3]}")
        cursor.commit()
    return time.perf_counter() - before


def upload(registry, rows, start):
    with registry.cursor() as cursor:
        env = environment(cursor)
        out = io.StringIO(newline='')
        writer = csv.writer(out, delimiter=';')
        writer.writerow(FIELDS)
        writer.writerows(generate(rows, start, read_municipalities(env)))
        job = env['outreach.company.import'].create({'file': base64.b64encode(out.getvalue().encode()), 'file_name': 'benchmark.csv'})
        cursor.commit()
        return job.id


def measure_import(registry, rows, job_id):
    """One transaction per step, as one request each makes them."""
    before = time.perf_counter()

    def step(method):
        with registry.cursor() as cursor:
            result = getattr(environment(cursor)['outreach.company.import'].browse(job_id), method)()
            cursor.commit()
            return result

    step('action_preview')
    preview = time.perf_counter() - before
    step('action_import')
    while step('action_import_step')['remaining']:
        pass
    elapsed = time.perf_counter() - before
    with registry.cursor() as cursor:
        job = environment(cursor)['outreach.company.import'].browse(job_id)
        if job.created_count != rows:
            raise SystemExit(f"only {job.created_count} of {rows} rows were created: {job.problem}")
    return elapsed, preview


def peak_memory():
    """MiB that this process has needed at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_part(part, rows, start):
    """One measurement in a process of its own; returns its JSON."""
    output = subprocess.run(
        [sys.executable, __file__, str(rows), '--part', part, '--start', str(start)], stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    return json.loads(output.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('rows', nargs='?', type=int, default=10_000)
    parser.add_argument('--part', choices=('load', 'upload', 'import'), help=argparse.SUPPRESS)
    parser.add_argument('--start', type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not DATABASE:
        parser.error("OUTREACH_BENCH_DB names no database; start this by script/benchmark import")
    if not options.part:
        loads, imports = [], []
        for turn in range(2):
            loads.append(run_part('load', options.rows, 1_000_000 * (2 * turn + 1)))
            job = run_part('upload', options.rows, 1_000_000 * (2 * turn + 2))
            imports.append(run_part('import', options.rows, job['job']))
        load, small = (min(parts, key=lambda part: part['seconds']) for parts in (loads, imports))
        large = run_part('import', MEMORY_ROWS, run_part('upload', MEMORY_ROWS, 9_000_000)['job'])
        print(
            json.dumps(
                {
                    'benchmark': 'import',
                    'rows': options.rows,
                    'import_rows_per_s': round(options.rows / small['seconds']),
                    'preview_rows_per_s': round(options.rows / small['preview_seconds']),
                    'load_rows_per_s': round(options.rows / load['seconds']),
                    'ratio': round(load['seconds'] / small['seconds'], 2),
                    'ratio_of_cpu_time': round(load['cpu_seconds'] / small['cpu_seconds'], 2),
                    'memory_mib': {str(options.rows): small['memory_mib'], str(MEMORY_ROWS): large['memory_mib']},
                    'load_memory_mib': load['memory_mib'],
                    f'import_rows_per_s_{MEMORY_ROWS}': round(MEMORY_ROWS / large['seconds']),
                }
            )
        )
        return
    registry = open_registry()
    if options.part == 'upload':
        print(json.dumps({'job': upload(registry, options.rows, options.start)}))
        return
    with registry.cursor() as cursor:  # what the first request of a server builds and keeps
        environment(cursor)['res.partner'].fields_get()
    at_rest = peak_memory()
    busy = time.process_time()
    if options.part == 'load':
        result = {'seconds': measure_load(registry, options.rows, options.start)}
    else:
        seconds, preview = measure_import(registry, options.rows, options.start)
        result = {'seconds': seconds, 'preview_seconds': preview}
    result['cpu_seconds'] = time.process_time() - busy
    print(json.dumps({**result, 'memory_mib': round(peak_memory() - at_rest)}))


if __name__ == '__main__':
    main()
