"""Persons come in through the addon's own import, which never stores the file, and through no import of core's.

SPECIFICATION
 * Core's import (“Import records”) keeps the file that somebody uploads in the database for up to twelve hours, whoever may
   read what is in it. For a model about persons it takes no file: neither a new upload nor one that was begun for another model.
 * Nor does it write persons from the list of another model: a column that leads to one (members of a pool, proposals of a demand)
   is refused, and so are rows that refer to one (activities, attachments, messages).
 * For every role, by the browser as by a script (`load`). What the server itself loads is not asked.

What holds for all models stands in `base.py`.
"""

from odoo import api, models


class BaseImport(models.TransientModel):
    _inherit = 'base_import.import'

    # OVERRIDE so that the file is not even taken. Remove when core keeps none.
    @api.model_create_multi
    def create(self, vals_list):
        imports = super().create(vals_list)
        imports._check_outreach_persons()
        return imports

    def write(self, vals):
        res = super().write(vals)
        self._check_outreach_persons()
        return res

    def parse_preview(self, options, count=10):
        self._check_outreach_persons()
        return super().parse_preview(options, count=count)

    def execute_import(self, fields, columns, options, dryrun=False):
        self._check_outreach_persons(fields)
        return super().execute_import(fields, columns, options, dryrun=dryrun)

    def _check_outreach_persons(self, paths=()):
        for job in self.filtered(lambda job: job.res_model in self.env):
            self.env[job.res_model]._check_person_import(paths)
