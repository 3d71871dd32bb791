"""The driving licence of a demand was free text, and decides about matches: what is no class goes into a note."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for model in ('outreach.candidate', 'outreach.demand', 'outreach.pool'):
        env[model]._tidy_licences()
