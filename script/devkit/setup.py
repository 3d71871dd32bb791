"""Everything that the commands need before their own work."""

import contextlib

from .odoo_source import get_source
from .paths import STATE_DIR
from .postgres import server
from .python_env import get_python
from .servers import Odoo


@contextlib.contextmanager
def ready_odoo():
    """Give an `Odoo` whose code, Python packages and database server are there.

    What is missing is fetched first. Raises `DevkitError`.
    """
    STATE_DIR.mkdir(exist_ok=True)
    source = get_source()
    python = get_python()
    with server() as postgres:
        yield Odoo(source, python, postgres)
