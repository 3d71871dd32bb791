from odoo import fields, models


class OutreachPermitRequest(models.Model):
    """A question to the immigration office whether somebody may work, with an answer until a date.

    SPECIFICATION
     * open → answered, withdrawn by the asking side, or expired after the answer date. Changed by methods only.
     * The immigration office sees the request, not the candidate: the fields of `_immigration_fields`, no chatter.
     * The answer becomes the candidate's work permission at once, and the asking person learns of it by an activity.
    """

    _name = 'outreach.permit.request'
    _description = "Work Permission Request"
    _inherit = ['mail.activity.mixin']
    _order = 'date_answer, id'
    _check_company_auto = True

    name = fields.Char("Subject", required=True, default="?")
    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade', index=True, check_company=True)
    foreign_reference = fields.Char("File of the Immigration Office", help="So that the office knows whom the question is about")
    occupation_id = fields.Many2one('outreach.occupation', index='btree_not_null', ondelete='restrict')
    demand_id = fields.Many2one('outreach.demand', index='btree_not_null', ondelete='set null', check_company=True)
    start_date = fields.Date("Start of Work")
    question = fields.Text()
    from_agency_id = fields.Many2one('outreach.agency', "Asked By", required=True, index=True, ondelete='restrict', check_company=True,
                                     default=lambda self: self.env.user._get_outreach_agency())
    from_user_id = fields.Many2one('res.users', "Person", required=True, index=True, default=lambda self: self.env.user)
    to_agency_id = fields.Many2one('outreach.agency', "Immigration Office", required=True, index=True, ondelete='restrict',
                                   check_company=True, domain="[('role', '=', 'immigration_office')]")
    date_answer = fields.Date("Answer Until", required=True)
    state = fields.Selection([
        ('open', "Open"),
        ('answered', "Answered"),
        ('withdrawn', "Withdrawn"),
        ('expired', "Expired"),
    ], required=True, default='open', index=True, readonly=True, copy=False)
    answer = fields.Selection(
        selection=lambda self: self.env['outreach.candidate']._fields['permission'].selection, readonly=True, copy=False)
    answer_date = fields.Date("From", readonly=True, copy=False)
    answer_until = fields.Date("Valid Until", readonly=True, copy=False)
    answer_note = fields.Char("Condition", readonly=True, copy=False)
    answered_by_id = fields.Many2one('res.users', readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    company_id = fields.Many2one(related='candidate_id.company_id', store=True, precompute=True)

    _answer_check = models.Constraint(
        "CHECK((state = 'answered') = (answer IS NOT NULL))", "An answered request has an answer, any other has none.")
