"""Roles are written down from now on; since when somebody has had one before is not known."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    api.Environment(cr, SUPERUSER_ID, {})['outreach.role.grant']._write_down()
