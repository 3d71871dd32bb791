"""`script/lint`: ruff, pylint-odoo, the checks of XML and PO files, and known vulnerabilities of the pinned packages."""

import argparse
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from ..odoo_source import get_source
from ..paths import ADDON, ADDON_DIR, ROOT, SCRIPT_DIR, STATE_DIR
from ..python_env import REQUIREMENTS, get_python
from ..system import find_program


def main(arguments):
    """Run all checks and return 1 if one of them complains."""
    parser = argparse.ArgumentParser(
        prog='script/lint', description='Check the form of Python, XML and PO files, and the pinned packages for known vulnerabilities.'
    )
    parser.add_argument('--fix', action='store_true', help='let ruff repair and lay out what it can')
    options = parser.parse_args(arguments)
    STATE_DIR.mkdir(exist_ok=True)
    source, python = get_source(), get_python()
    environment = {**os.environ, 'PYTHONUTF8': '1', 'PYTHONPATH': os.pathsep.join([str(source.path), str(SCRIPT_DIR)])}
    checks = {
        'ruff': [
            str(python),
            '-m',
            'ruff',
            'check',
            '--quiet',
            '--cache-dir',
            str(STATE_DIR / 'ruff_cache'),
            *(['--fix'] if options.fix else []),
            '.',
        ],
        'format': [
            str(python),
            '-m',
            'ruff',
            'format',
            '--quiet',
            '--cache-dir',
            str(STATE_DIR / 'ruff_cache'),
            *([] if options.fix else ['--check']),
            '.',
        ],
        'known vulnerabilities': [str(python), '-m', 'devkit.vulnerabilities', *map(str, REQUIREMENTS)],
    }
    pylint = [str(python), '-m', 'pylint', '--rcfile', str(ROOT / '.pylintrc')]
    if ADDON_DIR.is_dir():
        checks |= {
            'pylint-odoo': [*pylint, r'--ignore-paths=.*[/\\]tests[/\\].*', ADDON],
            # it takes only files right below `tests` for tests, which need not translate what they post
            'pylint-odoo of tests': [*pylint, '--disable=translation-required', f'{ADDON}/tests'],
            'XML and PO files': [str(python), '-m', 'devkit.data_files', str(ADDON_DIR), str(source.path / 'odoo')],
        }
        if msgfmt := find_program(['msgfmt']):  # optional: it knows some errors more
            checks |= {
                f'msgfmt {path.name}': [msgfmt, '--check', '-o', os.devnull, str(path)] for path in sorted(ADDON_DIR.glob('i18n/*.po'))
            }

    def check(name):
        return subprocess.run(checks[name], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    # side by side; but who repairs files goes before those who read them
    repairs = ['ruff', 'format'] if options.fix else []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = {name: check(name) for name in repairs}
        # pylint takes nearly all of the time
        rest = sorted(checks.keys() - repairs, key=lambda name: 'pylint' not in name)
        done |= zip(rest, pool.map(check, rest), strict=True)
    for name in checks:
        print(done[name].stdout, done[name].stderr, sep='', end='')
    failed = [name for name in checks if done[name].returncode]
    print(f'FAILED: {", ".join(failed)}' if failed else f'all green: {", ".join(checks)}')
    return 1 if failed else 0
