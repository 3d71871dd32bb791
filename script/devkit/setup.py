"""Everything that the commands need before their own work."""

import contextlib

from .errors import DevkitError
from .odoo_source import get_source
from .paths import STATE_DIR
from .postgres import server
from .python_env import get_python
from .servers import Odoo
from .system import require_program, say


def provide_printer():
    """Install what Odoo prints by unless it is there; say so when that fails.

    It is no reason to stop: Debian 13 has no such package, and all but printing works without.
    """
    try:
        require_program(['wkhtmltopdf'], ['wkhtmltopdf'], 'PDF files need wkhtmltopdf')
    except DevkitError as error:
        say(f'{error} (all else works)')


@contextlib.contextmanager
def ready_odoo():
    """Give an `Odoo` whose code, Python packages and database server are there.

    What is missing is fetched first. Raises `DevkitError`.
    """
    STATE_DIR.mkdir(exist_ok=True)
    source = get_source()
    python = get_python()
    provide_printer()
    with server() as postgres:
        yield Odoo(source, python, postgres)
