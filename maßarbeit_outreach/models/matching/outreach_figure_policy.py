from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.matching.disclosure import FLOOR

QUESTIONS = 40


class OutreachFigurePolicy(models.Model):
    """How figures about people are published in an organisation: set by administrators, read by data protection."""

    _name = 'outreach.figure.policy'
    _description = "Policy for Published Figures"
    _inherit = ['mail.thread']
    _history_for_readers = True  # the data protection officer sees who changed what
    _rec_name = 'company_id'

    company_id = fields.Many2one('res.company', "Organisation", required=True, default=lambda self: self.env.company)
    floor = fields.Integer(
        default=FLOOR,
        required=True,
        tracking=True,
        help="Figures are multiples of this, and change by multiples of this; nothing can be learned about fewer people. It is set"
        " before the first figures are published, and stays.",
    )
    questions = fields.Integer(
        "Questions a Day",
        default=QUESTIONS,
        required=True,
        tracking=True,
        help="How many different figures somebody may ask for in a day. Asking for the same again is free.",
    )

    _company_uniq = models.UniqueIndex('(company_id)', "This organisation has a policy already.")
    _values_check = models.Constraint(
        'CHECK(floor BETWEEN 10 AND 1000 AND questions BETWEEN 0 AND 10000)',
        "The floor is 10 to 1,000, and the number of questions up to 10,000.",
    )

    @api.constrains('floor', 'company_id')
    def _check_floor_stays(self):
        """Two tables of the same people with different floors tell more than one: from 50 with 10 and 40 with 20, the size follows."""
        for policy in self:
            published = self.env['outreach.figure.table'].sudo()._get_floor(policy.company_id)
            if published and published != policy.floor:
                raise ValidationError(
                    self.env._(
                        "Figures were published with the floor %(floor)s. Together with figures of another floor they would tell about"
                        " small groups, so it stays.",
                        floor=published,
                    )
                )

    @api.model
    def _get(self, company):
        """The policy of the organisation, for whoever asks; the defaults if none was set."""
        return self.sudo().search([('company_id', '=', company.id)], limit=1) or self.new({'company_id': company.id})
