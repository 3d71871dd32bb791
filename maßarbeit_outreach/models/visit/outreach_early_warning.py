from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..base.groups import OFFICER
from ..base.outreach_personal_words import warn_of_personal_words


class OutreachEarlyWarning(models.Model):
    """A sign that a company is about to change, noted by anyone who hears of it, settled by officers.

    Closures and layoffs begin in the agency that heard of them, see `outreach.circle.mixin`.
    """

    _name = 'outreach.early.warning'
    _inherit = ['outreach.circle.mixin', 'outreach.conflict.mixin']
    _description = "Early Warning"
    _order = 'date desc, id desc'
    _rec_names_search = ['partner_id', 'note']
    _check_company_auto = True
    _circle_people = ('user_id', 'create_uid')

    CLOSED_KINDS = ('closure', 'layoffs')  # what a company loses most by when it is known too early

    partner_id = fields.Many2one(
        'res.partner', "Company", required=True, index=True, ondelete='cascade', check_company=True, domain="[('is_company', '=', True)]"
    )
    kind = fields.Selection(
        [('closure', "Closure"), ('layoffs', "Layoffs"), ('expansion', "Expansion"), ('succession', "Succession")],
        required=True,
        index=True,
    )
    date = fields.Date("Noted On", required=True, default=fields.Date.context_today)
    note = fields.Char("What Was Heard")
    user_id = fields.Many2one('res.users', "Noted By", required=True, readonly=True, index=True, default=lambda self: self.env.user)
    agency_id = fields.Many2one(
        'outreach.agency',
        "Agency of Who Noted It",
        compute='_compute_agency_id',
        store=True,
        precompute=True,
        index='btree_not_null',
        ondelete='restrict',
    )
    date_settled = fields.Date("Settled On", readonly=True, copy=False, index='btree_not_null')
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    _open_idx = models.Index("(partner_id) WHERE date_settled IS NULL")

    _onchange_note_words = warn_of_personal_words('note')

    @api.depends('kind', 'note')
    def _compute_display_name(self):
        kinds = dict(self._fields['kind']._description_selection(self.env))
        for warning in self:
            warning.display_name = ': '.join(filter(None, [kinds.get(warning.kind), warning.note]))

    @api.depends('user_id')  # trigger only: it stays with the agency that heard of it
    def _compute_agency_id(self):
        for warning in self:
            warning.agency_id = warning.agency_id or warning.user_id._get_outreach_agency()

    @api.depends('kind', 'partner_id')  # triggers only
    def _compute_circle(self):
        return super()._compute_circle()

    def _get_circle_preset(self):
        return 'agency' if self.kind in self.CLOSED_KINDS else 'all'

    def _get_circle_agreed(self):
        return self.partner_id.outreach_agreed_circle

    @api.constrains('partner_id')
    def _check_partner_is_company(self):
        self.partner_id._check_outreach_is_company()

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get('date_settled') for vals in self._with_defaults(vals_list, 'date_settled')):
            self._check_may_settle()
        warnings = super().create(vals_list)
        warnings.partner_id._mark_outreach_company()
        return warnings

    def write(self, vals):
        if {'date_settled', 'user_id'} & vals.keys():
            self._check_may_settle()
        return super().write(vals)

    @api.model
    def _get_open_domain(self):
        """What "open" means wherever open warnings are counted."""
        return Domain('date_settled', '=', False)

    @api.model
    def _check_may_settle(self):
        if not self.env.su and not self.env.user.has_group(OFFICER):
            raise AccessError(
                self.env._("Only officers settle or reassign early warnings. Please ask the officer responsible for the company.")
            )

    def action_settle(self):
        self.filtered(lambda warning: not warning.date_settled).date_settled = fields.Date.context_today(self)

    def action_reopen(self):
        self.date_settled = False
