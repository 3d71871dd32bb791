from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.catalogue import regulated


class OutreachPlacement(models.Model):
    """Somebody started work at a company; who it is stands in the leading system only.

    Thin for now: it answers how many stayed, and when a probation period ends. Rows are for the job centre; others get
    counts, see `_get_outreach_placement_counts`.
    """

    _name = 'outreach.placement'
    _inherit = ['outreach.conflict.mixin', 'outreach.person.mixin']
    _description = "Placement"
    _order = 'date_start desc, id desc'
    _rec_name = 'partner_id'
    _check_company_auto = True

    partner_id = fields.Many2one(
        'res.partner',
        "Company",
        required=True,
        index=True,
        ondelete='restrict',
        check_company=True,
        compute='_compute_partner_id',
        store=True,
        readonly=False,
        precompute=True,
        domain="[('is_company', '=', True)]",
    )
    demand_id = fields.Many2one('outreach.demand', index='btree_not_null', ondelete='set null')
    date_start = fields.Date("Start of Work", required=True, default=fields.Date.context_today)
    is_training = fields.Boolean(
        "Apprenticeship",
        compute='_compute_is_training',
        store=True,
        readonly=False,
        precompute=True,
        help="Probation is one to four months (§ 20 BBiG), of nurses six at most (§ 20 PflBG)",
    )
    probation_end = fields.Date(
        "End of Probation",
        compute='_compute_probation_end',
        store=True,
        readonly=False,
        precompute=True,
        help="At most six months after the start (§ 622 (3) BGB), of apprentices one to four (§ 20 BBiG), of nurses six (§ 20 PflBG)",
    )
    date_end = fields.Date("Left On", copy=False)
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)
    # The company, by number, at which published figures count the placement, also when that one becomes part of another one: nobody
    # may move people by a merger.
    published_partner = fields.Integer(readonly=True, copy=False, aggregator=None, groups='.', export_string_translation=False)

    _end_check = models.Constraint('CHECK(date_end >= date_start)', "Nobody can leave before the start of work.")
    _probation_check = models.Constraint(
        "CHECK(probation_end BETWEEN date_start AND date_start + interval '6 months')",
        "Probation ends within six months after the start of work (§ 622 (3) BGB).",
    )

    _training_check = models.Constraint(
        "CHECK(is_training IS NOT TRUE OR probation_end >= date_start + interval '1 month')",
        "Probation of apprentices is one month at least (§ 20 BBiG).",
    )

    @api.depends('demand_id')
    def _compute_partner_id(self):
        for placement in self:
            placement.partner_id = placement.demand_id.partner_id or placement.partner_id

    @api.depends('demand_id')
    def _compute_is_training(self):
        for placement in self:
            placement.is_training = placement.demand_id.kind == '4' if placement.demand_id else placement.is_training

    @api.depends('date_start', 'is_training', 'demand_id')
    def _compute_probation_end(self):
        for placement in self:
            placement.probation_end = placement.date_start and placement.date_start + placement._get_longest_probation()

    def _get_longest_probation(self):
        occupation = self.demand_id.sudo().occupation_id
        code = (occupation.kldb_id or occupation).code or ''
        return relativedelta(months=regulated.training_probation(code) if self.is_training else 6)

    @api.constrains('date_start', 'probation_end', 'is_training', 'demand_id')
    def _check_training(self):
        for placement in self.filtered(lambda placement: placement.is_training and placement.probation_end):
            if placement.probation_end > placement.date_start + placement._get_longest_probation():
                raise ValidationError(
                    self.env._("Probation of apprentices is one to four months (§ 20 BBiG), of nurses six at most (§ 20 PflBG).")
                )

    def write(self, vals):
        if 'partner_id' in vals:  # it was entered at a wrong one
            moved = self.filtered(lambda placement: placement.partner_id.id != vals['partner_id'])
            moved.sudo().published_partner = 0
        return super().write(vals)

    @api.constrains('partner_id')
    def _check_partner_is_company(self):
        self.partner_id._check_outreach_kept()
