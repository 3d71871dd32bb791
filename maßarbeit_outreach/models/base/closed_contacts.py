"""What a role that sees some contacts only, see `ResUsers._sees_some_contacts`, does not see it does not name either: a record with
a contact in it shows that contact's name to whoever wrote it.
"""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Command

CONTACTS = ('res.partner', 'res.users')


class Base(models.AbstractModel):
    _inherit = 'base'

    # OVERRIDE since core asks nobody whether they may read what they link to. On every model: messages that are written or sent
    # later, participants, members of channels … Remove when names of what may not be read stay closed.
    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if names := records._get_outreach_checked_contacts(set().union(*vals_list)):
            records._check_outreach_contacts(records.sudo()._get_outreach_contacts(names))
        return records

    def write(self, vals):
        res = super().write(vals)
        if names := self._get_outreach_checked_contacts(vals):
            self._check_outreach_contacts(self.sudo()._get_outreach_contacts(names))
        return res

    def onchange(self, values, field_names, fields_spec):
        if names := self._get_outreach_checked_contacts(values):
            defaults = {name: self.env.context[f'default_{name}'] for name in names if f'default_{name}' in self.env.context}
            contacts = self.env['res.partner'].sudo()
            for name, value in [*defaults.items(), *((name, values[name]) for name in names if name in values)]:
                named = self.env[self._fields[name].comodel_name].sudo().browse(_iter_ids(value)).exists()
                contacts |= named if named._name == 'res.partner' else named.partner_id
            # what a form shows comes back with what is typed in it
            self._check_outreach_contacts(contacts - self.sudo()._get_outreach_contacts(names))
        return super().onchange(values, field_names, fields_spec)

    def _get_outreach_checked_contacts(self, names):
        """The fields among these, and those with a default from the caller, that name contacts which this user may not all see."""
        if self.env.su or not self.env.user._sees_some_contacts():
            return []
        names = {*names, *(key.removeprefix('default_') for key in self.env.context if key.startswith('default_'))}
        return [name for name in names if name in self._fields and self._fields[name].comodel_name in CONTACTS]

    def _get_outreach_contacts(self, names):
        contacts = self.env['res.partner']
        for name in names:
            named = self.with_context(active_test=False)[name]
            contacts |= named if named._name == 'res.partner' else named.partner_id
        return contacts

    def _check_outreach_contacts(self, contacts):
        contacts = contacts.with_env(self.env)
        if contacts - contacts._filtered_access('read'):
            raise AccessError(self.env._("You can only name contacts that you can see."))


def _iter_ids(value):
    """The ids in a value that a form or a context gives for a field."""
    for part in value if isinstance(value, list | tuple) else [value]:
        if isinstance(part, dict):
            part = part.get('id')
        if isinstance(part, list | tuple):
            if part and part[0] == Command.SET:
                yield from part[2]
            elif len(part) > 1 and part[0] in (Command.UPDATE, Command.LINK):
                yield part[1]
        elif isinstance(part, int) and part:
            yield part


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    # OVERRIDE for the same reason. Remove with it.
    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        if partner_ids and not self.env.su and self.env.user._sees_some_contacts():
            self._check_outreach_contacts(self.env['res.partner'].browse(partner_ids))
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)


class DiscussChannel(models.Model):
    _inherit = 'discuss.channel'

    # OVERRIDE since core adds to a part of a channel in sudo. Remove with the above.
    def add_members(self, partner_ids=None, guest_ids=None, invite_to_rtc_call=False, post_joined_message=True):
        if partner_ids and not self.env.su and self.env.user._sees_some_contacts():
            self._check_outreach_contacts(self.env['res.partner'].browse(partner_ids))
        return super().add_members(
            partner_ids=partner_ids, guest_ids=guest_ids, invite_to_rtc_call=invite_to_rtc_call, post_joined_message=post_joined_message
        )
