"""Incoming mail, and what employers in the portal learn of conversations.

Incoming mail has no user, so core takes it in sudo: what it creates or writes is checked against nobody's rights. By RPC
every employee could hand in a mail of their own making. The doors below are open to those whom they are for; what core
itself calls from Python stays as it is.
"""

from odoo import api, models
from odoo.exceptions import AccessError

from .groups import MAIL_GATEWAY
from .outreach_access_log import is_about_persons
from .outreach_portal_mixin import SPOKEN, is_closed, is_kept


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    _accepts_incoming_mail = True  # whether a mail may become a record of the model, or be noted on one
    _history_for_readers = False  # whether closed roles that read a record read what is said about it, too

    # OVERRIDE since core runs it in sudo for everybody. Remove when core asks who calls.
    @api.model
    def message_process(self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None):
        """Take in a mail: administrators as they like, the account of a mail server (`MAIL_GATEWAY`) as core's
        `odoo-mailgate.py` does: without a say in what it becomes, which aliases and replies decide. Fetched mails come from
        a scheduled action, as superuser.

        :raise AccessError: for everybody else
        """
        if not self.env.su and not self.env.user._is_system():
            if model or custom_values or thread_id or not self.env.user.has_group(MAIL_GATEWAY):
                raise AccessError(
                    self.env._(
                        "Incoming mail is handed in by the mail server. Please ask your administrator, who can give the account"
                        " of the mail server the group “Outreach: Mail Gateway”."
                    )
                )
            # a default_… would be a say in what it becomes; core notes at the alias that it works, which takes more rights
            return self.with_env(self.env(context={}, su=True)).message_process(
                False, message, save_original=save_original, strip_attachments=strip_attachments
            )
        return super().message_process(
            model,
            message,
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
            thread_id=thread_id,
        )

    # OVERRIDE so that the steps of `message_process` are no doors beside it. Remove with it.
    @api.private
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        return super().message_route(message, message_dict, model=model, thread_id=thread_id, custom_values=custom_values)

    @api.private
    def message_new(self, msg_dict, custom_values=None):
        return super().message_new(msg_dict, custom_values=custom_values)

    @api.private
    def message_update(self, msg_dict, update_vals=None):
        return super().message_update(msg_dict, update_vals=update_vals)

    # OVERRIDE so that no mail becomes or changes a record about a person, or an answer in the name of an office, whatever
    # alias or reply leads there: the sender's address proves nothing. Remove when a model can refuse by itself.
    @api.model
    def _routing_check_route(self, message, message_dict, route, raise_exception=True):
        model = route[0]
        if model in self.env and not getattr(self.env[model], '_accepts_incoming_mail', True):
            self._routing_warn(self.env._("model %(model)s takes no mail", model=model), message_dict['message_id'], route, raise_exception)
            return ()
        return super()._routing_check_route(message, message_dict, route, raise_exception)

    # OVERRIDE since core joins messages to a record without asking who may read them, so that a condition such as
    # `message_ids.body` reads the notes of the offices letter by letter. Remove when such a condition finds what its reader
    # finds. Core's own pages read them in sudo.
    def _has_field_access(self, field, operation):
        if is_kept(self, field):
            return False
        return super()._has_field_access(field, operation)

    # OVERRIDE so that the notes of the offices follow the right to write, which no closed role has. Remove when a record
    # can be read without its chatter.
    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        if is_closed(self):
            return dict.fromkeys(self, 'write')
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    # OVERRIDE so that no view asks for a field that these roles may not read: core leaves out what a group may not read,
    # and they are no group. Remove when views leave out whatever `_has_field_access` refuses.
    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if is_closed(self):
            for node in arch.xpath('//field[not(ancestor::field)] | //progressbar | //chatter | //filter'):
                words = (node.get(name) or '' for name in ('name', 'field', 'domain', 'date', 'context'))
                if node.tag == 'chatter' or any(map(SPOKEN.search, words)):
                    node.getparent().remove(node)
        return arch, view

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        return (*super()._get_view_cache_key(view_id, view_type, **options), is_closed(self))

    # OVERRIDE since the chatter of a person is opened here; see `outreach.access.log`.
    @api.model
    def _get_thread_with_access(self, thread_id, *, mode='read', **kwargs):
        thread = super()._get_thread_with_access(thread_id, mode=mode, **kwargs)
        if is_about_persons(self.env, self._name):
            thread.sudo(False)._write_access_down()
        return thread

    # OVERRIDE for the same reason as the chatter of `OutreachPortalMixin`: core lets whoever reads a record follow it, and followers get
    # by e-mail what the chatter does not show them.
    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        if self.env.user.share and isinstance(self, self.env.registry['outreach.portal.mixin']):
            self.check_access('write')
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)
