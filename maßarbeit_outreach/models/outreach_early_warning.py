from odoo import fields, models


class OutreachEarlyWarning(models.Model):
    """A sign that a company is about to change, noted by anyone who hears of it."""

    _name = 'outreach.early.warning'
    _description = "Early Warning"
    _order = 'date desc, id desc'
    _rec_name = 'partner_id'
    _check_company_auto = True

    partner_id = fields.Many2one('res.partner', "Company", required=True, index=True, ondelete='cascade', check_company=True)
    kind = fields.Selection([
        ('closure', "Closure"),
        ('layoffs', "Layoffs"),
        ('expansion', "Expansion"),
        ('succession', "Succession"),
    ], required=True, index=True)
    date = fields.Date("Noted On", required=True, default=fields.Date.context_today)
    note = fields.Char("What Was Heard")
    user_id = fields.Many2one('res.users', "Noted By", required=True, index=True, default=lambda self: self.env.user)
    date_settled = fields.Date("Settled On", copy=False, index='btree_not_null')
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    _open_idx = models.Index("(partner_id) WHERE date_settled IS NULL")
