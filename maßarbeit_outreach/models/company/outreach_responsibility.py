from odoo import api, fields, models
from odoo.tools import SQL


class OutreachResponsibility(models.Model):
    """What one agency is to one company, and who is responsible there."""

    _name = 'outreach.responsibility'
    _description = "Agency's Responsibility for a Company"
    _order = 'partner_id, agency_id, id'
    _rec_name = 'agency_id'
    _check_company_auto = True

    partner_id = fields.Many2one('res.partner', "Company", required=True, ondelete='cascade', index=True)
    agency_id = fields.Many2one('outreach.agency', required=True, ondelete='restrict', index=True)
    agency_user_ids = fields.Many2many(related='agency_id.user_ids', string="Agency Staff")
    user_id = fields.Many2one('res.users', "Officer", index='btree_not_null', domain="[('id', 'in', agency_user_ids)]")
    company_id = fields.Many2one(related='agency_id.company_id', store=True, string="Organisation")

    _partner_agency_uniq = models.UniqueIndex('(partner_id, agency_id)', "This agency is listed for the company already.")

    @api.model
    def _ensure(self, pairs):
        """Make sure that each `(partner, agency)` pair has a line, so that the company shows every agency it met."""
        rows = sorted({(partner.id, agency.id, agency.company_id.id) for partner, agency in pairs})
        if not rows:
            return
        # not create(): two officers may plan for one company in the same second, and neither shall see an error
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO outreach_responsibility
                   (partner_id, agency_id, company_id, create_uid, write_uid, create_date, write_date)
            SELECT given.*, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM (VALUES %(rows)s) AS given (partner_id, agency_id, company_id)
                ON CONFLICT (partner_id, agency_id) DO NOTHING
            """,
                uid=self.env.uid,
                rows=SQL(', ').join(SQL("%s", row) for row in rows),
            )
        )
        if self.env.cr.rowcount:
            self.env['res.partner'].invalidate_model(['outreach_responsibility_ids'])
