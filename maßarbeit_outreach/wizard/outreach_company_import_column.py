from odoo import fields, models

# Targets of tools/company_columns.py with their labels, in the order in which a user looks for them.
TARGETS = [
    ('name', "Name"),
    ('street', "Street"),
    ('house_number', "House number"),
    ('zip', "Postcode"),
    ('city', "Town"),
    ('ags', "AGS"),
    ('status', "Register status"),
    ('court', "Register court"),
    ('kind', "Register kind"),
    ('number', "Register number"),
    ('register', "Register entry in one cell"),
    ('vat', "VAT number"),
    ('betriebsnummer', "Betriebsnummer"),
    ('phone', "Phone"),
    ('email', "E-mail"),
    ('website', "Website"),
    ('industry', "Industry (WZ code)"),
    ('size_class', "Size class or employees"),
]


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
    target = fields.Selection(TARGETS, "Meaning", help="Empty: the column is not imported")
