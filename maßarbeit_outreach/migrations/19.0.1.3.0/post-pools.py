"""Pools were counted by hand, and had one occupation; both stay as they are until somebody lets the rule count."""

from odoo.tools.sql import column_exists


def migrate(cr, version):
    if not column_exists(cr, 'outreach_pool', 'occupation_id'):
        return
    cr.execute("""
        INSERT INTO outreach_occupation_outreach_pool_rel (outreach_pool_id, outreach_occupation_id)
        SELECT id, occupation_id FROM outreach_pool WHERE occupation_id IS NOT NULL
            ON CONFLICT DO NOTHING
    """)
    cr.execute("UPDATE outreach_pool SET is_hand_counted = TRUE WHERE head_count > 0")
