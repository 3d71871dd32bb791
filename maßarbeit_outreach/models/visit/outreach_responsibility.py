from odoo import api, fields, models
from odoo.tools import SQL


class OutreachResponsibility(models.Model):
    """When the agency was at the company last, and will be next."""

    _inherit = 'outreach.responsibility'

    last_contact = fields.Datetime(compute='_compute_contacts')
    next_contact = fields.Datetime(compute='_compute_contacts')

    @api.depends('partner_id', 'agency_id')
    def _compute_contacts(self):
        """Last and next contact, see `outreach.visit`, in which somebody stood for the agency; one query for all."""
        found = {}
        if self.ids:
            self.env['outreach.visit'].flush_model(['partner_id'])
            self.env['outreach.visit.member'].flush_model(['visit_id', 'agency_id'])
            found = {
                row[0]: row[1:]
                for row in self.env.execute_query(
                    SQL(
                        """
                SELECT r.id, max(v.start) FILTER (WHERE %(met)s), min(v.start) FILTER (WHERE %(ahead)s)
                  FROM outreach_responsibility r
                  JOIN outreach_visit v ON v.partner_id = r.partner_id AND %(ours)s AND %(to_one)s
                  JOIN outreach_visit_member m ON m.visit_id = v.id AND m.agency_id = r.agency_id
                 WHERE r.id IN %(ids)s
                 GROUP BY r.id
                """,
                        ids=tuple(self.ids),
                        **self.env['outreach.visit']._get_contact_sql(),
                    )
                )
            }
        for line in self:
            line.last_contact, line.next_contact = found.get(line._origin.id, (False, False))
