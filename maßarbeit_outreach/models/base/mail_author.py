"""Whoever writes, writes in their own name.

Core takes the author and the sender's address from whoever posts, notifies, schedules or composes: every employee could send
mail as the head of the county. Administrators and the system may; from Python, core says who wrote (incoming mail, answers of
those who are away), which is left as it is.

SPECIFICATION
 * Author: the own contact. Sender: the own address, as core writes it. Others are refused, not replaced: nobody is to believe
   that it went out otherwise.
 * A template may name another sender, as the house wants it. It counts when what is sent says exactly what the template says.
   Administrators give it one, and the editors of templates where these are chosen people.
 * What was written and what is to be sent later is changed by whoever wrote it.
"""

import json
from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, models
from odoo.exceptions import AccessError

# Not in the context of the environment, which comes with every call by RPC.
_is_checked = ContextVar('outreach_author_is_checked', default=False)
AUTHOR = {'author_id', 'author_guest_id', 'email_from'}


@contextmanager
def _checked():
    """Within, core says who wrote what."""
    token = _is_checked.set(True)
    try:
        yield
    finally:
        _is_checked.reset(token)


def _may_name_others(env):
    """Whether nothing is asked: within a checked call, in sudo, or of an administrator."""
    return _is_checked.get() or env.su or env.user._is_system()


def _is_own(user, author_id, email_from):
    """Whether an author (an id, None: not given) and an address (empty: not given) are those of the user."""
    own = {user.email_formatted, user.partner_id.email_formatted, user.email, user.email_normalized}
    return (author_id is None or author_id == user.partner_id.id) and (not email_from or email_from in own)


def _make_error(env):
    return AccessError(
        env._(
            "Messages go out in your own name and from your own address. For another sender, choose an e-mail template that has it,"
            " or ask your administrator."
        )
    )


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    # OVERRIDE since core takes the author that it is given. Remove when it asks who calls.
    def message_post(self, *args, author_id=None, email_from=None, **kwargs):
        user = self.env.user
        if not _may_name_others(self.env):
            if not _is_own(user, author_id, email_from):
                raise _make_error(self.env)
            if email_from:
                author_id = user.partner_id.id  # core would look for whoever has this address
        with _checked():
            return super().message_post(*args, author_id=author_id, email_from=email_from, **kwargs)

    # OVERRIDE: needs no record that one may write to, and no page calls it. Remove with `message_post`.
    @api.private
    def message_notify(self, *args, **kwargs):
        with _checked():
            return super().message_notify(*args, **kwargs)

    # OVERRIDE for the same reason: these render any view, and pass on what they are given.
    @api.private
    def message_post_with_source(self, *args, **kwargs):
        return super().message_post_with_source(*args, **kwargs)

    @api.private
    def message_mail_with_source(self, *args, **kwargs):
        return super().message_mail_with_source(*args, **kwargs)


class MailMessage(models.Model):
    _inherit = 'mail.message'

    # OVERRIDE of what core does for the portal, for everybody. Remove when core does.
    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._check_outreach_author()
        return messages

    def write(self, vals):
        user = self.env.user
        if (
            {'body', 'subject', 'date'} & vals.keys()
            and not _may_name_others(self.env)
            and any(message.author_id != user.partner_id and message.create_uid != user for message in self.sudo())
        ):
            raise AccessError(self.env._("What somebody wrote is changed by that person only."))
        res = super().write(vals)
        if AUTHOR & vals.keys():
            self._check_outreach_author()
        return res

    def _check_outreach_author(self):
        user = self.env.user
        if _may_name_others(self.env):
            return
        guest = self.env['mail.guest']._get_guest_from_context()
        for message in self.sudo():
            if message.author_guest_id - guest or not (message.author_guest_id or _is_own(user, message.author_id.id, message.email_from)):
                raise _make_error(self.env)


class MailScheduledMessage(models.Model):
    _inherit = 'mail.scheduled.message'

    # OVERRIDE since it is posted in the name of whoever scheduled it. Remove when core asks who changes it.
    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._check_outreach_author()
        return messages

    def write(self, vals):
        if not _may_name_others(self.env) and self.sudo().create_uid - self.env.user:
            raise AccessError(self.env._("What somebody wrote is changed by that person only."))
        res = super().write(vals)
        self._check_outreach_author()
        return res

    def _check_outreach_author(self):
        user = self.env.user
        if _may_name_others(self.env):
            return
        for message in self.sudo():
            sender = json.loads(message.notification_parameters or '{}').get('email_from')
            if not _is_own(user, message.author_id.id, sender):
                raise _make_error(self.env)

    def _post_message(self, raise_exception=True):
        with _checked():
            return super()._post_message(raise_exception=raise_exception)


class MailTemplate(models.Model):
    _inherit = 'mail.template'

    # OVERRIDE since employees may write templates of their own. Remove with `message_post`.
    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates._check_outreach_sender()
        return templates

    def write(self, vals):
        res = super().write(vals)
        if 'email_from' in vals:
            self._check_outreach_sender()
        return res

    def _check_outreach_sender(self):
        user = self.env.user
        editors = self.env.ref('mail.group_mail_template_editor')
        # in a database that does not restrict templates, every employee is one
        is_chosen = editors in user.all_group_ids and editors not in self.env.ref('base.group_user').sudo().all_implied_ids
        if _may_name_others(self.env) or is_chosen:
            return
        if not all(_is_own(user, None, template.email_from) for template in self):
            raise _make_error(self.env)


class MailComposeMessage(models.TransientModel):
    _inherit = 'mail.compose.message'

    # OVERRIDE since core sends as whomever the form names, in bulk in sudo. Remove when it asks.
    def _action_send_mail(self, auto_commit=False):
        self._check_outreach_author()
        with _checked():
            return super()._action_send_mail(auto_commit=auto_commit)

    def _action_schedule_message(self):
        self._check_outreach_author()
        with _checked():
            return super()._action_schedule_message()

    def _check_outreach_author(self):
        user = self.env.user
        if _may_name_others(self.env):
            return
        for composer in self:
            if not _is_own(user, composer.author_id.id or None, composer.email_from) and not (
                composer.template_id and composer._is_sender_of_template()
            ):
                raise _make_error(self.env)

    def _is_sender_of_template(self):
        """Whether author and address are those with which the template fills the form."""
        draft = self.new({name: self[name] for name in ('composition_mode', 'model', 'res_ids', 'res_domain', 'template_id')})
        draft._compute_authorship()
        return self.author_id in (draft.author_id, self.env.user.partner_id) and self.email_from == draft.email_from
