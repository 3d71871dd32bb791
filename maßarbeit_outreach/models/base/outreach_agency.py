from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .groups import OUTREACH
from .selections import AGENCY_ROLES


class OutreachAgency(models.Model):
    _name = 'outreach.agency'
    _inherit = ['outreach.conflict.mixin', 'outreach.kept.mixin']
    _description = "Agency"
    _order = 'sequence, name'
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    role = fields.Selection(AGENCY_ROLES, required=True)
    partner_id = fields.Many2one('res.partner', "Address", required=True, ondelete='restrict', check_company=True)
    municipality_id = fields.Many2one('outreach.municipality', help="Only for the office of a municipality")
    place_ids = fields.Many2many(
        'outreach.municipality',
        string="Further Municipalities",
        groups=OUTREACH,
        help="Which other municipalities the office works for, such as the members of an association of municipalities",
    )
    user_ids = fields.Many2many('res.users', 'outreach_agency_user_rel', 'agency_id', 'user_id', string="Staff", check_company=True)
    company_id = fields.Many2one('res.company', "Organisation", required=True, default=lambda self: self.env.company)

    def _get_places(self):
        """The municipalities that an office of one works for, with those that merged into them."""
        offices = self.sudo().filtered(lambda agency: agency.role == 'municipality')
        return (offices.municipality_id | offices.place_ids)._with_predecessors()

    @api.model_create_multi
    def create(self, vals_list):
        agencies = super().create(vals_list)
        self.env.registry.clear_cache()  # record rules keep whose place is where
        return agencies

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint({'user_ids', 'municipality_id', 'place_ids', 'role', 'active'}):
            self.env.registry.clear_cache()
        return res

    @api.constrains('user_ids', 'active')
    def _check_one_agency_per_user(self):
        """A person stands for one agency at a time, else nobody could tell for whom they were at a visit."""
        crowded = self.sudo().user_ids.filtered(lambda user: len(user.outreach_agency_ids.filtered('active')) > 1)
        if crowded:
            raise ValidationError(
                self.env._(
                    "%(users)s would be in more than one agency. Remove them from the other agency first.",
                    users=', '.join(crowded.mapped('name')),
                )
            )
