from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.base.reason import is_reason


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    outreach_agency_id = fields.Many2one(
        'outreach.agency', "Recap For", readonly=True, index='btree_not_null', ondelete='cascade', export_string_translation=False
    )  # who gets this recap, see OutreachVisit._send_recaps

    # OVERRIDE so that the to-do of a promise closes the promise, which needs an outcome. Remove when promises are
    # activities themselves.
    def _action_done(self, feedback=False, attachment_ids=None):
        reminders = self.sudo().filtered(
            lambda activity: activity.active and activity.automated and activity.res_model == 'outreach.promise'
        )
        promises = self.env['outreach.promise'].sudo().browse(reminders.mapped('res_id')).exists()
        promises = promises.filtered(lambda promise: promise.state == 'open')
        if promises and not is_reason(feedback):
            raise UserError(
                self.env._(
                    "“%(promise)s” was promised. Say in a few words what came of it, or settle the promise itself.",
                    promise=promises[0].name,
                )
            )
        done = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)  # checks the rights
        promises._close('kept', feedback)
        return done
