from odoo import fields, models
from odoo.tools import SQL


class OutreachCatalogueImportProgress(models.Model):
    """How far an import is that runs in another request.

    Written through a cursor of its own, so that others see it before the import is committed; the import itself never
    touches it, which would be a conflict. No foreign key: it would wait for the lock on the import.
    """

    _name = 'outreach.catalogue.import.progress'
    _description = "Catalogue Import: Progress"
    _rec_name = 'phase'
    _log_access = False

    import_key = fields.Integer("Import", required=True, aggregator=None)
    phase = fields.Selection(
        [('reading', "Reading"), ('comparing', "Comparing"), ('writing', "Writing"), ('done', "Finished")], required=True
    )
    detail = fields.Char()
    percent = fields.Integer(aggregator=None)
    at = fields.Datetime(required=True)

    _import_uniq = models.UniqueIndex('(import_key)')

    def _report(self, import_id, phase, percent, detail=None):
        """Tell everybody at once, whatever becomes of the current transaction."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                SQL(
                    """INSERT INTO outreach_catalogue_import_progress (import_key, phase, detail, percent, at)
                   VALUES (%(key)s, %(phase)s, %(detail)s, %(percent)s, now() AT TIME ZONE 'UTC')
                   ON CONFLICT (import_key) DO UPDATE
                   SET phase = EXCLUDED.phase, detail = EXCLUDED.detail, percent = EXCLUDED.percent, at = EXCLUDED.at""",
                    key=import_id,
                    phase=phase,
                    detail=detail,
                    percent=percent,
                )
            )
