"""Which tests a change can affect: those of its room, and those of the whole that are quick."""

import re
import subprocess
from pathlib import Path, PurePosixPath

from .errors import DevkitError
from .paths import ADDON, ROOT
from .rooms import room_of

# What stands at the root of `tests/`, for all of them.
_SHARED = {'conftest.py', 'data', 'office.py', 'rules.py', 'thumb.py'}


def changed_files(revision, root=ROOT):
    """Return the paths, relative to the checkout, that differ from `revision` or that git does not know yet."""
    files = []
    for arguments in (['diff', '--name-only', revision, '--'], ['ls-files', '--others', '--exclude-standard']):
        done = subprocess.run(['git', '-C', str(root), '-c', 'core.quotePath=off', *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            raise DevkitError(f'--changed={revision}: {done.stderr.strip().splitlines()[0]}')
        files += done.stdout.splitlines()
    return sorted(set(files))


def choose_tests(files, root=ROOT):
    """Return the tests, as paths relative to the checkout, that a change of `files` can affect.

    What the room `base` or a common helper says, all rooms rest on. Documents ask for no test but the one that reads names.
    """
    chosen = set()
    for file in files:
        first, *rest = PurePosixPath(file).parts
        if re.fullmatch(r'test_\w+\.py', PurePosixPath(file).name):
            chosen.add(file)
        elif first == 'tests':
            chosen.add('tests' if rest[0] in _SHARED else f'tests/{rest[0]}')
        elif first == ADDON:
            room = room_of('/'.join(rest))
            chosen |= {f'{ADDON}/tests/whole', 'tests/whole/test_rooms.py'}
            if rest[0] == 'tools':
                chosen.add(f'{ADDON}/tools')
            if room == 'base' or file == f'{ADDON}/tests/common.py':
                chosen.add(f'{ADDON}/tests')
            elif room:
                chosen |= {f'{ADDON}/tests/{room}', f'tests/{room}'}
        elif first in {'script', 'benchmark', '.ci', 'pytest.ini', 'ruff.toml'}:
            chosen.add('tests/scripts')
        chosen.add('tests/whole/test_names.py')
    found = sorted(path for path in chosen if (root / path).exists())
    return [path for path in found if not any(str(parent) in found for parent in Path(path).parents)]
