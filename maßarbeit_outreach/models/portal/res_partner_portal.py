from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from ..base.groups import EMPLOYER, OFFICER, OUTREACH
from ..company.res_partner import SITE


class ResPartner(models.Model):
    """Employers in the portal: who is invited, and what they may read of their own company."""

    _name = 'res.partner'
    _inherit = ['res.partner', 'outreach.portal.mixin']

    # What share users read of a contact: its name and address, and what core needs for names (`company_name`), suggestions
    # (`ref`, `company_registry`) and avatars (`user_ids`, `create_date`). Not how the offices assess it, nor what they noted.
    _portal_fields = frozenset(
        {
            'id',
            'display_name',
            'name',
            'ref',
            'complete_name',
            'active',
            'is_company',
            'company_type',
            'type',
            'parent_id',
            'parent_name',
            'child_ids',
            'commercial_partner_id',
            'commercial_company_name',
            'company_name',
            'company_registry',
            'company_id',
            'lang',
            'tz',
            'email',
            'email_normalized',
            'email_formatted',
            'phone',
            'street',
            'street2',
            'zip',
            'city',
            'state_id',
            'country_id',
            'country_code',
            'vat',
            'website',
            'function',
            'contact_address',
            'user_ids',
            'main_user_id',
            'partner_share',
            'is_public',
            'im_status',
            'create_date',
            'write_date',
            'image_1920',
            'image_1024',
            'image_512',
            'image_256',
            'image_128',
            'avatar_1920',
            'avatar_1024',
            'avatar_512',
            'avatar_256',
            'avatar_128',
        }
    )

    outreach_portal_access = fields.Selection(
        [('possible', "Can be invited"), ('employer', "Employer")],
        "Employer Portal",
        compute='_compute_outreach_portal_access',
        groups=OUTREACH,
    )
    outreach_portal_user_ids = fields.Many2many(
        'res.users',
        string="Portal Users",
        compute='_compute_outreach_portal_user_ids',
        search='_search_outreach_portal_user_ids',
        export_string_translation=False,
        groups=OUTREACH,
    )

    def _compute_outreach_portal_user_ids(self):
        users = (
            self.env['res.users']
            .sudo()
            .search([('partner_id.commercial_partner_id', 'in', self.commercial_partner_id.ids), ('share', '=', True)])
        )
        by_company = users.grouped(lambda user: user.partner_id.commercial_partner_id)
        for partner in self:
            partner.outreach_portal_user_ids = by_company.get(partner.commercial_partner_id, False)

    def _search_outreach_portal_user_ids(self, operator, value):
        """Companies that these users stand for *now*. Record rules use it with the constant `user.id`: a rule that
        names `user.commercial_partner_id` is cached and lets somebody who changed company read on at the old one."""
        self._check_field_access(self._fields['outreach_portal_user_ids'], 'read')  # core forgets to where a method searches
        if operator != 'in' or not all(value):
            return NotImplemented
        users = self.env['res.users'].sudo().browse(value).exists()
        return Domain('id', 'in', users.filtered('share').partner_id.commercial_partner_id.ids)

    # OVERRIDE so that an employer changes nobody's data but the own, see the controller; core gives whoever is in the portal
    # all addresses of the company, to change and to archive.
    def _can_be_edited_by_current_customer(self, **kwargs):
        if self.env.user.has_group(EMPLOYER):
            return self == self.env.user.partner_id
        return super()._can_be_edited_by_current_customer(**kwargs)

    @api.depends('is_company', 'type', 'parent_id', 'commercial_partner_id.outreach_company')
    def _compute_outreach_portal_access(self):
        """Empty where an invitation makes no sense: companies, people without a company, colleagues."""
        for partner in self:
            users = partner.sudo().with_context(active_test=False).user_ids
            if users.filtered(lambda user: user.active and user.has_group(EMPLOYER)):
                partner.outreach_portal_access = 'employer'
            elif (
                not partner.is_company
                and partner.type != SITE
                and partner.commercial_partner_id.outreach_company
                and not users.filtered(lambda user: user._is_internal())
            ):
                partner.outreach_portal_access = 'possible'
            else:
                partner.outreach_portal_access = False

    def action_invite_outreach_employer(self):
        """Let this contact into the employer portal and send them core's invitation.

        Officers may not create users: core's portal wizard does it for contacts, this method adds the employer group.
        """
        self.ensure_one()
        if not self.env.user.has_group(OFFICER):
            raise AccessError(self.env._("Only officers invite employers."))
        self.check_access('write')
        company = self.commercial_partner_id
        if self.is_company or self.type == SITE or not company.is_company or not company.outreach_company:
            raise UserError(self.env._("Open a contact person of a company in employer outreach and invite them from there."))
        if company.outreach_vetting == 'blocked':
            raise UserError(self.env._("%(company)s is blocked by vetting.", company=company.name))
        if not self.email:
            raise UserError(self.env._("Please enter the e-mail address of %(name)s first; the invitation goes there.", name=self.name))
        users = self.sudo().with_context(active_test=False).user_ids
        if users.filtered(lambda user: user._is_internal()):
            raise UserError(self.env._("%(name)s works here and is not invited as an employer.", name=self.name))
        line = self.env['portal.wizard'].create({'partner_ids': [Command.set(self.ids)]}).user_ids
        if line.is_portal and line.user_id.active:
            line.action_invite_again()
        else:
            line.action_grant_access()
        user = line.user_id
        if user._is_internal():  # never more than a portal user, whatever the wizard found
            raise UserError(self.env._("%(name)s works here and is not invited as an employer.", name=self.name))
        values = {'group_ids': [Command.link(self.env.ref(EMPLOYER).id)]}
        if not user.tz:
            values['tz'] = self.env.user.tz
        user.sudo().write(values)
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._("%(name)s is invited to the employer portal at %(email)s.", name=self.name, email=self.email),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }
