"""An e-mail to a company is a contact: whoever writes one from a record of employer outreach is asked as for any other.

SPECIFICATION
 * Asked is about the company behind whoever gets the e-mail, on every way that a person has: the chatter, the full editor, a
   template, a message to be sent later, a mailing from a list, an invitation to follow. Colleagues are no company.
 * A visit from which one writes about it is no conflict; those of others are.
 * An address that belongs to no contact counts as one of the record's own company.
 * What the software tells by itself (a stage has changed) is told to nobody at a company that should be asked about first.
 * Nobody outside is suggested as recipient, unless one answers their message.
 * From any other record (a lead of another team, an appointment, none at all) one writes to a company on other business, so others'
   visits do not matter. What the company said about e-mail does: who has a role of employer outreach is stopped by a refusal, and
   writing to many, whoever does it.
"""

from odoo import models

from ..base.groups import OUTREACH

# What a person writes, as against what the software tells.
WRITTEN = ('comment', 'email', 'email_outgoing', 'user_notification')


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    def _is_outreach_record(self):
        """Whether what is written from here is a contact of employer outreach."""
        return self._name.startswith('outreach.')

    def _get_outreach_addressed(self, partners, addresses=None):
        """The companies that get an e-mail which goes to these contacts, and from each record to `addresses`, `{record: [address]}`."""
        Partner = self.env['res.partner'].sudo()
        addresses = addresses or {}
        wanted = {address for found in addresses.values() for address in found}
        known = Partner.search([('email_normalized', 'in', list(wanted))]) if wanted else Partner
        unknown = wanted - set(known.mapped('email_normalized'))
        own = [
            customer
            for record, found in addresses.items()
            if unknown.intersection(found)
            for customer in record.sudo()._mail_get_partners().values()
        ]
        reached = (partners.sudo() | known).filtered('partner_share') | Partner.union(*own)
        return reached.commercial_partner_id.filtered('is_company')

    def message_post(self, *, outreach_anyway_reason=None, **kwargs):
        """:param outreach_anyway_reason: why one writes although something speaks against it"""
        thread = self.with_context(outreach_anyway_reason=outreach_anyway_reason) if outreach_anyway_reason else self
        return super(MailThread, thread).message_post(**kwargs).with_env(self.env)

    def message_notify(self, *, outreach_anyway_reason=None, **kwargs):
        """:param outreach_anyway_reason: as of `message_post`; the editor notifies where there is no record to post on"""
        thread = self.with_context(outreach_anyway_reason=outreach_anyway_reason) if outreach_anyway_reason else self
        return super(MailThread, thread).message_notify(**kwargs).with_env(self.env)

    # OVERRIDE to ask, where core knows who gets the e-mail, and before it goes. Remove when core asks about recipients.
    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        outside = [recipient for recipient in recipients if recipient['share']]
        if not outside or self.env.su or self.env.user.share or not (self._is_outreach_record() or self.env.user.has_group(OUTREACH)):
            return recipients
        values = msg_vals or {}
        named = values['partner_ids'] if 'partner_ids' in values else message.sudo().partner_ids.ids
        is_written = (values.get('message_type') or message.sudo().message_type) in WRITTEN
        asked = [recipient for recipient in outside if is_written or not recipient['id'] or recipient['id'] in named]
        Partner, Visit = self.env['res.partner'], self.env['outreach.visit']
        if asked:
            Visit._check_mail(
                self._get_outreach_addressed(
                    Partner.browse(recipient['id'] for recipient in asked if recipient['id']),
                    {self: [recipient['email_normalized'] for recipient in asked if not recipient['id']]},
                ),
                self,
                self.env.context.get('outreach_anyway_reason'),
            )
        told = Partner.sudo().browse(recipient['id'] for recipient in outside if recipient not in asked)
        closed = set(Visit._get_mail_reasons(self._get_outreach_addressed(told), self)) if told else ()
        spared = {partner.id for partner in told if partner.commercial_partner_id in closed}
        return [recipient for recipient in recipients if recipient['id'] not in spared]

    # OVERRIDE so that nobody writes to a company without meaning to. Remove when core suggests nobody by itself.
    def _message_get_suggested_recipients_batch(self, reply_discussion=False, reply_message=None, **kwargs):
        found = super()._message_get_suggested_recipients_batch(reply_discussion=reply_discussion, reply_message=reply_message, **kwargs)
        if reply_message:
            return found
        ids = {recipient['partner_id'] for recipients in found.values() for recipient in recipients}
        colleagues = set(self.env['res.partner'].sudo().browse(ids - {False}).filtered(lambda partner: not partner.partner_share).ids)
        for record in self.filtered(lambda record: record._is_outreach_record()):
            found[record.id] = [recipient for recipient in found[record.id] if recipient['partner_id'] in colleagues]
        return found


class MailScheduledMessage(models.Model):
    _inherit = 'mail.scheduled.message'

    def _notification_parameters_whitelist(self):
        return super()._notification_parameters_whitelist() | {'outreach_anyway_reason'}
