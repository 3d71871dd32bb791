"""Figures by name of staff are off: a favourite that groups by a person stays, but opens no list any more."""

from odoo import SUPERUSER_ID, api
from odoo.tools.safe_eval import safe_eval


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for favourite in env['ir.filters'].with_context(active_test=False).search([('is_default', '=', True)]):
        if favourite.model_id not in env:
            continue
        try:
            groups = safe_eval(favourite.context or '{}', {'uid': 0}).get('group_by') or []
        except ValueError:  # nothing of ours
            continue
        if any(map(env[favourite.model_id]._counts_staff, [groups] if isinstance(groups, str) else groups)):
            favourite.is_default = False
