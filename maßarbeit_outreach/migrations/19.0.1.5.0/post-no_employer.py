"""Companies that are presumably no employer leave the list of those who were never visited."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False})
    partners = env['res.partner'].search([('outreach_company', '=', True)])
    env.add_to_compute(partners._fields['outreach_no_employer'], partners)
    partners.flush_recordset(['outreach_no_employer'])
