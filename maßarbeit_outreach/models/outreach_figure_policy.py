from odoo import api, fields, models

from ..tools.disclosure import FLOOR, ROUNDING

QUESTIONS = 40


class OutreachFigurePolicy(models.Model):
    """How figures about people are published in an organisation: set by administrators, read by data protection."""

    _name = 'outreach.figure.policy'
    _description = "Policy for Published Figures"
    _inherit = ['mail.thread']
    _rec_name = 'company_id'

    company_id = fields.Many2one('res.company', "Organisation", required=True, default=lambda self: self.env.company)
    floor = fields.Integer(
        default=FLOOR, required=True, tracking=True, help="Groups with fewer people are not shown, nor is what is left of a group")
    rounding = fields.Integer(default=ROUNDING, required=True, tracking=True, help="Figures are multiples of this.")
    questions = fields.Integer(
        "Questions a Day", default=QUESTIONS, required=True, tracking=True,
        help="How many different figures somebody may ask for in a day. Asking for the same again is free.")

    _company_uniq = models.UniqueIndex('(company_id)', "This organisation has a policy already.")
    _values_check = models.Constraint(
        'CHECK(floor BETWEEN 3 AND 1000 AND rounding BETWEEN 1 AND floor AND questions BETWEEN 0 AND 10000)',
        "The floor is 3 to 1,000, the rounding 1 to the floor, and the number of questions up to 10,000.")

    @api.model
    def _get(self, company):
        """The policy of the organisation, for whoever asks; the defaults if none was set."""
        return self.sudo().search([('company_id', '=', company.id)], limit=1) or self.new({'company_id': company.id})
