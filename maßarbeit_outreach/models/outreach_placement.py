from odoo import fields, models


class OutreachPlacement(models.Model):
    """Somebody started work at a company; who it is stands in the leading system only.

    Thin for now: it answers how many stayed, and when a probation period ends (at most six months, § 622 (3) BGB).
    """

    _name = 'outreach.placement'
    _description = "Placement"
    _order = 'date_start desc, id desc'
    _rec_name = 'partner_id'
    _check_company_auto = True

    partner_id = fields.Many2one('res.partner', "Company", required=True, index=True, ondelete='restrict', check_company=True)
    demand_id = fields.Many2one('outreach.demand', index='btree_not_null', ondelete='set null')
    date_start = fields.Date("Start of Work", required=True, default=fields.Date.context_today)
    probation_end = fields.Date("End of Probation")
    date_end = fields.Date("Left On", copy=False)
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    _end_check = models.Constraint('CHECK(date_end >= date_start)', "Nobody can leave before the start of work.")
    _probation_check = models.Constraint('CHECK(probation_end >= date_start)', "Probation cannot end before the start of work.")
