from odoo import models
from odoo.fields import Command

from ...models.base.groups import EMPLOYER


class PortalWizardUser(models.TransientModel):
    _inherit = 'portal.wizard.user'

    # OVERRIDE since the employer group implies the portal group: core takes away the latter only and then fails, as
    # nobody may be portal user and public user at once. Remove when core takes away all groups that imply it.
    def action_revoke_access(self):
        self.ensure_one()
        if self.is_portal:
            self.user_id.sudo().group_ids = [Command.unlink(self.env.ref(EMPLOYER).id)]
            if not self.user_id.sudo()._is_portal():
                self.user_id.sudo().group_ids = [Command.link(self.env.ref('base.group_portal').id)]
        return super().action_revoke_access()

    # OVERRIDE since the invitation is an e-mail to a company like any other. Remove when core asks about recipients.
    def _send_email(self):
        self.partner_id._check_outreach_mailable()
        return super()._send_email()
