from odoo import fields, models

from ...tools.company.company_columns import COLUMNS


class OutreachCompanyImportColumn(models.Model):
    """A column of the file and what it means; the user corrects what the header did not tell."""

    _name = 'outreach.company.import.column'
    _description = "Column of a Company Import"
    _order = 'import_id, sequence'
    _rec_name = 'header'

    import_id = fields.Many2one('outreach.company.import', required=True, ondelete='cascade', index=True)
    sequence = fields.Integer(help="Position in the file, from 0", readonly=True)
    header = fields.Char("Column in the File", readonly=True)
    sample = fields.Char("Examples", readonly=True)
    target = fields.Selection([(column.target, column.label) for column in COLUMNS], "Meaning", help="Empty: the column is not imported")
