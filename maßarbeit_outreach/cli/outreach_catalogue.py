"""`odoo-bin outreach_catalogue -d DATABASE [--dry-run] PATH…`"""

import argparse
import sys
import time
from pathlib import Path

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config

WAIT_SECONDS = 600


class OutreachCatalogue(Command):
    """Import ESCO, KldB 2010, WZ 2008/2025, their crosswalk and KldB 2010 to ESCO from the published files.

    PATH is a folder, a zip or a CSV file. Prints what changes; says on the standard error how far it is.
    Exit status: 0 imported (or, with --dry-run, could be), 1 the files cannot be used, 2 wrong usage, or no such file or database.
    """

    name = 'outreach_catalogue'

    def run(self, args):
        self.parser.formatter_class = argparse.RawDescriptionHelpFormatter
        self.parser.add_argument('-c', '--config', help="configuration file")
        self.parser.add_argument('-d', '--database', required=True)
        self.parser.add_argument('--dry-run', action='store_true', help="only tell what would change")
        self.parser.add_argument('paths', nargs='+', type=Path, metavar='PATH')
        options = self.parser.parse_args(args)
        for path in options.paths:
            if not path.exists():
                self.parser.error(f"There is no file or folder {path}.")
        config.parse_config(['--no-http', '-d', options.database, *(['-c', options.config] if options.config else [])], setup_logging=True)
        try:
            registry = Registry(options.database)
        except psycopg2.OperationalError as error:
            self.parser.error(str(error).strip())
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if 'outreach.catalogue.import' not in env:
                self.parser.error(f"The module is not installed in {options.database}.")
            lang = 'de_DE' if env['res.lang']._get_data(code='de_DE') else 'en_US'
            status = self._run(env(context={'lang': lang}), options)
            if options.dry_run or status:
                cr.rollback()
        sys.exit(status)

    def _run(self, env, options):
        model = env['outreach.catalogue.import']
        deadline = time.monotonic() + WAIT_SECONDS
        while not options.dry_run and not model._take_turn():
            if time.monotonic() > deadline:
                self._say("Another import is running.")
                return 1
            env.cr.rollback()
            time.sleep(1)
        job = model._import_paths(options.paths, options.dry_run, self._report)
        self._say('')
        if job.problem:
            self._say(job.problem)
            return 1
        sys.stdout.write(job._get_summary())
        return 0

    def _report(self, phase, percent, detail):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{percent:3d} %  {phase} {detail or ''}")
        elif (phase, detail) != getattr(self, 'reported', None):
            self.reported = (phase, detail)
            sys.stderr.write(f"{percent:3d} %  {phase} {detail or ''}\n")
        sys.stderr.flush()

    def _say(self, text):
        sys.stderr.write(f"{text}\n")
