"""Contacts that were there before get the key by which they are found."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    api.Environment(cr, SUPERUSER_ID, {})['res.partner']._fill_outreach_search_keys()
