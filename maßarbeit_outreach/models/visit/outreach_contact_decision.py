from odoo import fields, models


class OutreachContactDecision(models.Model):
    """Somebody saw why a contact should not be planned, and went anyway: who, why, and what they were shown."""

    _name = 'outreach.contact.decision'
    _inherit = ['outreach.staff.mixin']
    _description = "Decision to Go Anyway"
    _order = 'create_date desc, id desc'
    _rec_name = 'reason'
    _check_company_auto = True

    visit_id = fields.Many2one('outreach.visit', "Contact", required=True, readonly=True, index=True, ondelete='cascade')
    partner_id = fields.Many2one(related='visit_id.partner_id', store=True, index=True, string="Company")
    user_id = fields.Many2one('res.users', "Decided By", required=True, readonly=True, index=True, ondelete='restrict')
    agency_id = fields.Many2one('outreach.agency', readonly=True, index='btree_not_null', ondelete='restrict')
    reason = fields.Char("Reason for Going Ahead", required=True, readonly=True)
    conflicts = fields.Text("What Spoke Against It", required=True, readonly=True)
    conflict_keys = fields.Json(required=True, readonly=True, export_string_translation=False)
    company_id = fields.Many2one(related='visit_id.company_id', store=True, string="Organisation")
