"""What is written about a person is read in Odoo: mailboxes, and services that wake up a phone, learn that there is something new.

SPECIFICATION
 * Whoever is notified by e-mail of a message on a record about a person gets a neutral one: that there is something new, and a link.
   Neither text nor files, neither subject nor pseudonym; nor which kind of record it is.
 * No other e-mail comes from such a record: of a template, to many at once, or to an address.
 * The message itself, its notifications in Odoo and whether the e-mail was sent are as for any other.
"""

from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import clean_context


def _is_about_person(env, model):
    return model in env['outreach.person.mixin']._get_person_models()


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    # OVERRIDE since core mails the text, the name of the record and its files. Remove when a model can say what is mailed.
    def _notify_thread_by_email(self, message, recipients_data, *, msg_vals=False, force_send=True, send_after_commit=True, **kwargs):
        if not _is_about_person(self.env, message.sudo().model):
            return super()._notify_thread_by_email(
                message, recipients_data, msg_vals=msg_vals, force_send=force_send, send_after_commit=send_after_commit, **kwargs
            )
        mails = self._create_neutral_mails(message.sudo(), [data['id'] for data in recipients_data if data['notif'] == 'email'])
        if self.env.context.get('mail_notify_force_send', force_send):
            if send_after_commit:
                mails.send_after_commit()
            else:
                mails.send()
        return True

    @api.model
    def _create_neutral_mails(self, message, partner_ids):
        """One for each language of these, which is no part of the conversation and goes once it is sent."""
        Mail = self.env['mail.mail'].sudo().with_context(clean_context(self.env.context))
        mails, by_lang = Mail, defaultdict(list)
        for partner in self.env['res.partner'].sudo().browse(filter(None, partner_ids)):
            by_lang[partner.lang].append(partner.id)
        notifications = []
        for lang, ids in by_lang.items():
            words = self.with_context(lang=lang).env._
            mail = Mail.create(
                {
                    'subject': words("Something new in Odoo"),
                    'body_html': Markup('<p>%s</p><p><a href="%s">%s</a></p>')
                    % (
                        words("There is something new for you about a record that is not mailed. Please read it in Odoo."),
                        f'{self.get_base_url()}/mail/message/{message.id}',
                        words("Read in Odoo"),
                    ),
                    'author_id': message.author_id.id,
                    'email_from': message.email_from,
                    'recipient_ids': ids,
                    'is_notification': True,
                    'auto_delete': True,
                }
            )
            mails |= mail
            common = self._notify_by_email_get_base_notification_values(message) | {'mail_mail_id': mail.id}
            notifications += [common | {'res_partner_id': number} for number in ids]
        self.env['mail.notification'].sudo().with_context(clean_context(self.env.context)).create(notifications)
        return mails

    # OVERRIDE for the same reason: what wakes up a phone passes through the maker of its browser.
    def _notify_by_web_push_prepare_payload(self, message, msg_vals=False, force_record_name=False):
        payload = super()._notify_by_web_push_prepare_payload(message, msg_vals=msg_vals, force_record_name=force_record_name)
        if _is_about_person(self.env, message.sudo().model):
            payload['title'] = payload['options']['body'] = self.env._("Something new in Odoo")
        return payload


class MailMail(models.Model):
    _inherit = 'mail.mail'

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        if any(_is_about_person(self.env, mail.model) for mail in mails.sudo()):
            raise UserError(self.env._("What is known of a candidate does not go out by e-mail."))
        return mails

    # OVERRIDE since core keeps the message of a notification, which is the conversation's. A neutral one has its own.
    def unlink(self):
        told = self.env['mail.notification'].sudo().search([('mail_mail_id', 'in', self.ids)])
        neutral = told.filtered(lambda notification: _is_about_person(self.env, notification.mail_message_id.model)).mail_mail_id
        messages = neutral.mail_message_id
        res = super().unlink()
        messages.unlink()
        return res
