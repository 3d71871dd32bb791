from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

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
        with self._follow_staff():
            agencies = super().create(vals_list)
        self.env.registry.clear_cache()  # record rules keep whose place is where
        return agencies

    def write(self, vals):
        with self._follow_staff(vals.keys() & {'user_ids', 'active'}):
            res = super().write(vals)
        if not vals.keys().isdisjoint({'user_ids', 'municipality_id', 'place_ids', 'role', 'active'}):
            self.env.registry.clear_cache()
        return res

    def unlink(self):
        self.sudo().user_ids = False  # so that it is written down who belonged to it
        return super().unlink()

    @api.model
    @contextmanager
    def _follow_staff(self, is_changed=True):
        """Within the block it may change who belongs to which agency. Whoever is in an agency reads what its circle reads, so nobody lets
        themselves in. Administrators, who could give themselves another account, can; it is written down.

        :param is_changed: nothing is looked at where this says that it does not change
        :raise AccessError: if this user came to an agency by their own hand
        """
        if not is_changed:
            yield
            return
        mine = self.env.user._get_outreach_agency()
        yield
        joined = self.env.user._get_outreach_agency() - mine
        if joined and not self.env.su and not self.env.user._is_system():
            raise AccessError(
                self.env._(
                    "Nobody adds themselves to an agency, since its staff reads what stays within it. Please ask another manager or an"
                    " administrator to add you to %(agency)s.",
                    agency=joined.sudo().name,
                )
            )
        self.env['outreach.role.grant']._write_agencies_down()

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
