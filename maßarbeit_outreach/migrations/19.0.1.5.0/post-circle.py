"""What the company's page, followers and to-dos told of crisis visits to everybody, see pre-circle.py."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False, 'tracking_disable': True})
    env['outreach.visit'].search([('circle', '!=', 'all')])._follow_circle({})
