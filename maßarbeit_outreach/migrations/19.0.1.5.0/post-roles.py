"""Roles and agencies are written down from now on; since when somebody has had one before is not known."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    grants = api.Environment(cr, SUPERUSER_ID, {})['outreach.role.grant']
    grants._write_down()
    grants._write_agencies_down(is_dated=False)
