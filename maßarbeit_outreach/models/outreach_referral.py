from odoo import fields, models


class OutreachReferral(models.Model):
    """A topic of a company handed to a partner agency, with an answer until a date.

    The partner sees the company and the topic, nothing else of what the offices know.
    """

    _name = 'outreach.referral'
    _description = "Referral"
    _inherit = ['mail.activity.mixin']
    _order = 'date_answer, id'
    _check_company_auto = True

    name = fields.Char("Subject", required=True)
    partner_id = fields.Many2one('res.partner', "Company", required=True, index=True, ondelete='restrict', check_company=True)
    topic_ids = fields.Many2many('outreach.topic', string="Topics")
    from_agency_id = fields.Many2one('outreach.agency', "From", required=True, index=True, ondelete='restrict', check_company=True)
    from_user_id = fields.Many2one('res.users', "Referred By", required=True, index=True, default=lambda self: self.env.user)
    to_agency_id = fields.Many2one('outreach.agency', "To", required=True, index=True, ondelete='restrict', check_company=True)
    to_user_id = fields.Many2one('res.users', "Answered By", index='btree_not_null')
    visit_id = fields.Many2one('outreach.visit', index='btree_not_null', ondelete='set null')
    state = fields.Selection([
        ('pending', "Pending"),
        ('accepted', "Accepted"),
        ('declined', "Declined"),
        ('expired', "Expired"),
        ('done', "Done"),
    ], required=True, default='pending', index=True, copy=False)
    date_answer = fields.Date("Answer Until", required=True)
    reason = fields.Char(copy=False, help="Why it was declined")
    outcome = fields.Char(copy=False)
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    _other_agency_check = models.Constraint(
        'CHECK(from_agency_id != to_agency_id)', "A referral goes to another agency.")
    _open_idx = models.Index("(partner_id) WHERE state IN ('pending', 'accepted')")
