from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .outreach_demand_portal import EMPLOYER_GROUP


class ResPartner(models.Model):
    """Employers in the portal: who is invited, and what they may read of their own company."""

    _inherit = 'res.partner'  # pylint: disable=consider-merging-classes-inherited

    outreach_portal_access = fields.Selection([
        ('possible', "Can be invited"),
        ('employer', "Employer"),
    ], "Employer Portal", compute='_compute_outreach_portal_access')

    @api.depends('is_company', 'parent_id', 'commercial_partner_id.outreach_company')
    def _compute_outreach_portal_access(self):
        """Empty where an invitation makes no sense: companies, people without a company, colleagues."""
        for partner in self:
            users = partner.sudo().with_context(active_test=False).user_ids
            if users.filtered(lambda user: user.active and user.has_group(EMPLOYER_GROUP)):
                partner.outreach_portal_access = 'employer'
            elif (not partner.is_company and partner.commercial_partner_id.outreach_company
                    and not users.filtered(lambda user: user._is_internal())):
                partner.outreach_portal_access = 'possible'
            else:
                partner.outreach_portal_access = False

    # OVERRIDE so that an employer, who may read their own company, does not read how the offices assess and handle it.
    def _has_field_access(self, field, operation):
        if field.name.startswith('outreach_') and self.env.user.share and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def action_invite_outreach_employer(self):
        """Let this contact into the employer portal and send them core's invitation.

        Officers may not create users: core's portal wizard does it for contacts, this method adds the employer group.
        """
        self.ensure_one()
        if not self.env.user.has_group('maßarbeit_outreach.group_outreach_officer'):
            raise AccessError(self.env._("Only officers invite employers."))
        self.check_access('write')
        company = self.commercial_partner_id
        if self.is_company or not company.is_company or not company.outreach_company:
            raise UserError(self.env._(
                "Open a contact person of a company in employer outreach and invite them from there."))
        if company.outreach_vetting == 'blocked':
            raise UserError(self.env._("%(company)s is blocked by vetting.", company=company.name))
        if not self.email:
            raise UserError(self.env._("Please enter the e-mail address of %(name)s first; the invitation goes there.",
                                       name=self.name))
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
        values = {'group_ids': [Command.link(self.env.ref(EMPLOYER_GROUP).id)]}
        if not user.tz:
            values['tz'] = self.env.user.tz
        user.sudo().write(values)
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._("%(name)s is invited to the employer portal at %(email)s.",
                                      name=self.name, email=self.email),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }
