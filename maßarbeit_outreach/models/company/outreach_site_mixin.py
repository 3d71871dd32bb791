from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .res_partner import SITE


class OutreachSiteMixin(models.AbstractModel):
    """Something that concerns a company (`partner_id`), and perhaps one of its sites.

    The company stays the one that is asked and coordinated. Where it has one site, that one is proposed in the form; nothing is
    chosen for those who come in by another way.
    """

    _name = 'outreach.site.mixin'
    _description = "At a Site of a Company"

    site_id = fields.Many2one(
        'res.partner',
        compute='_compute_site_id',
        store=True,
        readonly=False,
        precompute=True,
        index='btree_not_null',
        ondelete='restrict',
        tracking=True,
        check_company=True,
        domain="[('parent_id', '=', partner_id), ('type', '=', 'site')]",
        help="Empty: at the company's own address",
    )
    has_sites = fields.Boolean(compute='_compute_has_sites', export_string_translation=False)

    @api.model
    def _valid_field_parameter(self, field, name):
        # dialogs have no history
        return name == 'tracking' or super()._valid_field_parameter(field, name)

    @api.depends('partner_id')
    def _compute_site_id(self):
        """A site goes with its company."""
        for record in self:
            record.site_id = record.site_id.filtered(lambda site, record=record: site.parent_id._origin == record.partner_id._origin)

    @api.depends('partner_id')
    def _compute_has_sites(self):
        companies = self.partner_id._origin
        found = self.env['res.partner']._read_group([('parent_id', 'in', companies.ids), ('type', '=', SITE)], ['parent_id'])
        with_sites = {company.id for (company,) in found}
        for record in self:
            record.has_sites = record.partner_id._origin.id in with_sites

    @api.onchange('partner_id')
    def _onchange_partner_site(self):
        if self.partner_id and not self.site_id:
            self.site_id = self._propose_site(self.partner_id._origin)

    @api.constrains('site_id', 'partner_id')
    def _check_site(self):
        for record in self.filtered('site_id'):
            site = record.site_id.sudo()
            if site.type != SITE or site.parent_id._origin != record.partner_id._origin:
                raise ValidationError(
                    self.env._(
                        "%(site)s is no site of %(company)s. Choose one of its sites, or leave the site empty.",
                        site=site.display_name,
                        company=record.partner_id.name,
                    )
                )

    @api.model
    def _propose_site(self, company):
        """The only site of a company; none where there is a choice, or nothing to choose."""
        sites = company.outreach_site_ids
        return sites if len(sites) == 1 else sites.browse()

    def _get_site_or_company(self):
        """The contact whose address, municipality and industry count: the site, or else the company."""
        self.ensure_one()
        return self.site_id or self.partner_id
