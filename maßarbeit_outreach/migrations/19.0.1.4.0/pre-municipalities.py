"""The municipalities of one county were data of the addon; now they are demo data, and each house imports its own.

Who has them keeps them: Odoo deletes what a module no longer brings along at the end of an update, unless it is not to
be updated.
"""


def migrate(cr, version):
    cr.execute(r"""
        UPDATE ir_model_data SET noupdate = TRUE
         WHERE module = 'maßarbeit_outreach' AND model = 'outreach.municipality'
    """)
