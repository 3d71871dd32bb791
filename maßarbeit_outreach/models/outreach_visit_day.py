from odoo import fields, models


class OutreachVisitDay(models.Model):
    """Several companies in one trip."""

    _name = 'outreach.visit.day'
    _description = "Visit Day"
    _order = 'date desc, id desc'
    _check_company_auto = True

    name = fields.Char(required=True)
    date = fields.Date(required=True, index=True, default=fields.Date.context_today)
    user_ids = fields.Many2many('res.users', 'outreach_visit_day_user_rel', 'day_id', 'user_id', string="Team",
                                domain="[('outreach_agency_ids', '!=', False)]", default=lambda self: self.env.user)
    start_municipality_id = fields.Many2one('outreach.municipality', "Start From", ondelete='restrict')
    visit_ids = fields.One2many('outreach.visit', 'day_id', "Visits")
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    def _get_travel_text(self, visit):
        """How to get to this stop, for the day sheet; empty as long as no distances are known."""
        return ''
