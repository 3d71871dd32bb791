"""Who owns the visits that are there: whoever went. What the company's page, followers and to-dos told of crisis visits to everybody,
see pre-circle.py."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    cr.execute(
        """
        INSERT INTO outreach_visit_circle_owner_rel (visit_id, agency_id)
        SELECT DISTINCT m.visit_id, m.agency_id FROM outreach_visit_member m
         WHERE NOT EXISTS (SELECT FROM outreach_visit_circle_owner_rel r WHERE r.visit_id = m.visit_id)
        """
    )
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False, 'tracking_disable': True})
    env['outreach.visit'].search([('circle', '!=', 'all')])._follow_circle({})
