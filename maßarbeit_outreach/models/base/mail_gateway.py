"""Doors of core's mail that work as superuser for whoever knocks, besides those of incoming mail in `mail_thread.py`.

They are closed to RPC; what core itself calls from Python stays as it is.
"""

from odoo import api, models


class MailTemplate(models.Model):
    _inherit = 'mail.template'

    # OVERRIDE since core creates the mail in sudo from values that the caller gives: any attachment, any author, any record.
    # Remove when core checks them.
    @api.private
    def send_mail(self, res_id, force_send=False, raise_exception=False, email_values=None, email_layout_xmlid=False):
        return super().send_mail(
            res_id, force_send=force_send, raise_exception=raise_exception, email_values=email_values, email_layout_xmlid=email_layout_xmlid
        )

    @api.private
    def send_mail_batch(self, res_ids, force_send=False, raise_exception=False, email_values=None, email_layout_xmlid=False):
        return super().send_mail_batch(
            res_ids,
            force_send=force_send,
            raise_exception=raise_exception,
            email_values=email_values,
            email_layout_xmlid=email_layout_xmlid,
        )


class MailMail(models.Model):
    _inherit = 'mail.mail'

    # OVERRIDE since core sends as superuser, with the context of the caller. Remove when core asks who calls.
    @api.private
    def send_after_commit(self):
        return super().send_after_commit()
