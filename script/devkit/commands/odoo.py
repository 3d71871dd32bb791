"""`script/odoo …`: Odoo's own command line with this checkout's addons, Python and database server."""

import signal
import subprocess

from ..setup import ready_odoo

_HELP = """usage: script/odoo [command] [arguments]

Passes everything on to Odoo's command line. Examples:
  script/odoo shell -d DATABASE
  script/odoo i18n export -d DATABASE -l de maßarbeit_outreach
  script/odoo server -d DATABASE -u maßarbeit_outreach --stop-after-init
  script/odoo help
script/run prints the name of its database."""


def main(arguments):
    """Run Odoo with these arguments and return its exit status."""
    if arguments in (['--help'], ['-h']):
        print(_HELP)
        return 0
    with ready_odoo() as odoo:
        process = subprocess.Popen(odoo.command(*arguments), env=odoo.environment)
        # Ctrl-C belongs to Odoo: its shell wants to handle it, its server to stop in order.
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            status = process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
            signal.signal(signal.SIGINT, previous)
    return status if status >= 0 else 128 - status
