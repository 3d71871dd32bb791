"""`script/benchmark NAME …`: run `benchmark/NAME.py` with Odoo at hand.

The script runs under the environment's Python with `odoo` and `devkit` importable, and gets:

* the usual libpq variables, ODOO_RC and PYTHONUTF8;
* `OUTREACH_BENCH_DB`: a copy of the database with the addon and demo data, its own, deleted at the end;
* `OUTREACH_BENCH_EMPTY_DB`: an empty database beside it, for bare SQL.
"""

import subprocess

from .. import databases
from ..errors import DevkitError
from ..paths import ROOT, SCRIPT_DIR
from ..setup import ready_odoo


def main(arguments):
    """Run the named benchmark and return its exit status."""
    scripts = {path.stem: path for path in sorted((ROOT / 'benchmark').glob('*.py')) if not path.stem.startswith('_')}
    if not arguments or arguments[0] in {'-h', '--help'}:
        print(f'usage: script/benchmark NAME [arguments]\n\nNames: {", ".join(scripts) or "none yet"}')
        return 0 if arguments else 2
    name, *rest = arguments
    if name not in scripts:
        raise DevkitError(f'there is no benchmark "{name}"; there are: {", ".join(scripts) or "none"}')
    with ready_odoo() as odoo:
        databases.drop_leftovers(odoo)
        template = databases.addon_template(odoo)
        with databases.scratch(odoo, 'bench', template.database) as database, databases.scratch(odoo, 'empty') as empty:
            environment = {**odoo.environment, 'OUTREACH_BENCH_DB': database, 'OUTREACH_BENCH_EMPTY_DB': empty}
            environment['PYTHONPATH'] += f':{SCRIPT_DIR}'
            return subprocess.run([str(odoo.python), str(scripts[name]), *rest], env=environment, check=False).returncode
