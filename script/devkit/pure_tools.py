"""A pytest plugin: import the addon's pure rules without the addon, and so without Odoo.

A bare package takes the addon's place before anything is imported from it; its `tools` are found
by relative and by full name, and one that needs Odoo after all fails.
"""

import sys
import types

from .paths import ADDON, ADDON_DIR


def pytest_configure(config):
    package = types.ModuleType(ADDON)
    package.__path__ = [str(ADDON_DIR)]
    sys.modules[ADDON] = package
