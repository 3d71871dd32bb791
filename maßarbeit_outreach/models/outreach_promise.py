from datetime import timedelta

from odoo import api, fields, models


class OutreachPromise(models.Model):
    """What an agency promised a company, or the company promised an agency, and until when."""

    _name = 'outreach.promise'
    _description = "Promise"
    _inherit = ['mail.activity.mixin']
    _order = 'date_deadline, id'
    _check_company_auto = True

    name = fields.Char("What", required=True)
    side = fields.Selection([
        ('agency', "We promised"),
        ('company', "The company promised"),
    ], required=True, default='agency', index=True)
    visit_id = fields.Many2one('outreach.visit', index='btree_not_null', ondelete='cascade')
    partner_id = fields.Many2one(
        'res.partner', "Company", required=True, index=True, ondelete='restrict', check_company=True,
        compute='_compute_partner_id', store=True, readonly=False, precompute=True)
    user_id = fields.Many2one(
        'res.users', "Person", required=True, index=True, default=lambda self: self.env.user,
        domain="[('outreach_agency_ids', '!=', False)]", help="Who keeps it, or sees to it that the company does")
    agency_id = fields.Many2one(
        'outreach.agency', required=True, index=True, ondelete='restrict', check_company=True,
        compute='_compute_agency_id', store=True, readonly=False, precompute=True)
    date_deadline = fields.Date(
        "Until", required=True, default=lambda self: fields.Date.context_today(self) + timedelta(days=14))
    state = fields.Selection([
        ('open', "Open"),
        ('kept', "Kept"),
        ('not_kept', "Not kept"),
        ('dropped', "No longer needed"),
    ], required=True, default='open', index=True, copy=False)
    outcome = fields.Char(copy=False)
    date_closed = fields.Date("Closed On", readonly=True, copy=False)
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    _outcome_check = models.Constraint(
        "CHECK(state = 'open' OR outcome IS NOT NULL)", "Say what came of the promise: use the button “Close”.")
    _open_idx = models.Index("(partner_id, date_deadline) WHERE state = 'open'")

    @api.depends('visit_id')
    def _compute_partner_id(self):
        for promise in self:
            promise.partner_id = promise.visit_id.partner_id or promise.partner_id

    @api.depends('user_id')  # trigger only: a later change of agency must not rewrite history
    def _compute_agency_id(self):
        for promise in self:
            promise.agency_id = promise.user_id._get_outreach_agency() or promise.agency_id
