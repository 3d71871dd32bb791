"""The addon's pure rules, loaded without Odoo.

The addon package itself imports Odoo, and `tools` alone is too common a name to put on the path:
load that folder under a name of its own.

    from rules import municipality
"""

import importlib
import importlib.util
import sys
from pathlib import Path

PACKAGE = 'outreach_rules'
FOLDER = Path(__file__).resolve().parent.parent / 'maßarbeit_outreach' / 'tools'
ROOMS = {path.stem: path.parent.name for path in FOLDER.glob('*/*.py') if path.stem != '__init__'}
NAMES = sorted(ROOMS)


def load(name: str):
    """The module `name` of the addon's tools; they may import each other relatively."""
    if PACKAGE not in sys.modules:
        spec = importlib.util.spec_from_file_location(PACKAGE, FOLDER / '__init__.py', submodule_search_locations=[str(FOLDER)])
        package = importlib.util.module_from_spec(spec)
        sys.modules[PACKAGE] = package
        spec.loader.exec_module(package)
    return importlib.import_module(f'{PACKAGE}.{ROOMS[name]}.{name}')


def __getattr__(name: str):
    if name in ROOMS:
        return load(name)
    raise AttributeError(name)
