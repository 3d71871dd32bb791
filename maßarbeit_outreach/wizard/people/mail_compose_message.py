from odoo import models
from odoo.exceptions import UserError


class MailComposeMessage(models.TransientModel):
    _inherit = 'mail.compose.message'

    # OVERRIDE since a mailing goes past message_post, which looks whom a message names.
    def _action_send_mail(self, auto_commit=False):
        closed = self.env['outreach.person.mixin']._get_person_models()
        if any(wizard.model in closed and wizard.composition_mode == 'mass_mail' for wizard in self):
            raise UserError(self.env._("What is known of a candidate does not go out by e-mail."))
        return super()._action_send_mail(auto_commit=auto_commit)
