#!/usr/bin/env python3
"""Catalogue import: time and memory of the first import of full catalogues, and of the same again.

    script/benchmark catalogue --esco FOLDER [FOLDER…] [--kldb FILE] [--mapping FILE] [--wz FOLDER]

The files are those of the publishers; `--esco` takes a folder, a zip, or several of them that together are the download.
Each of the two imports runs in a process of its own, as the command line does it: reading, comparing, writing,
commit. Memory is the peak of the whole process (the server without HTTP included), in MB. `unchanged` also counts the rows
that were written anew in the catalogues' tables, which should be none.

Prints one JSON line.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

DATABASE = os.environ.get('OUTREACH_BENCH_DB')
TABLES = (
    'outreach_occupation',
    'outreach_skill',
    'outreach_label',
    'outreach_occupation_skill',
    'outreach_skill_relation',
    'outreach_occupation_mapping',
    'outreach_isco_group',
    'outreach_skill_group',
    'outreach_industry',
    'outreach_industry_crosswalk',
    'outreach_catalogue_link',
)


def run(paths):
    """One import in this process; its figures as a dict."""
    import odoo
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(['-d', DATABASE, '--log-level=warn', '--no-http'])
    with Registry(DATABASE).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        model = env['outreach.catalogue.import']
        phases = {}
        begin = time.monotonic()
        cr.execute('SELECT pg_current_xact_id()::text::bigint')
        transaction = cr.fetchone()[0]
        job = model._import_paths(paths, False, lambda phase, percent, detail: phases.setdefault(phase, time.monotonic() - begin))
        if job.problem:
            sys.exit(job.problem)
        counts = {line.table: line.new_count + line.changed_count + line.unchanged_count for line in job.table_ids}
        written = 0
        for table in TABLES:
            cr.execute(f'SELECT count(*) FROM {table} WHERE xmin::text::bigint >= %s', [transaction])
            written += cr.fetchone()[0]
        cr.commit()
        seconds = time.monotonic() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        'seconds': round(seconds, 1),
        'cpu_seconds': round(time.process_time(), 1),
        'peak_mb': round(peak),
        'from': {phase: round(at, 1) for phase, at in phases.items()},
        'written': written,
        'rows': counts,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--esco', nargs='+', type=Path, default=[], metavar='FOLDER')
    parser.add_argument('--kldb', type=Path, metavar='FILE')
    parser.add_argument('--mapping', type=Path, metavar='FILE')
    parser.add_argument('--wz', type=Path, metavar='FOLDER')
    parser.add_argument('--once', action='store_true', help=argparse.SUPPRESS)
    options = parser.parse_args()
    paths = [*options.esco, *filter(None, (options.kldb, options.mapping, options.wz))]
    if not paths:
        parser.error('nothing to import')
    if options.once:
        print(json.dumps(run(paths)))
        return
    result = {'benchmark': 'catalogue'}
    for name in ('first', 'unchanged'):
        process = subprocess.run([sys.executable, __file__, *sys.argv[1:], '--once'], capture_output=True, text=True, check=False)
        if process.returncode:
            sys.exit(process.stderr)
        result[name] = json.loads(process.stdout.splitlines()[-1])
    result['rows'] = result['first'].pop('rows')
    del result['unchanged']['rows']
    print(json.dumps(result))


if __name__ == '__main__':
    main()
