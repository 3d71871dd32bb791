"""No files hang on what is known of a person: a CV or a certificate says who it is and more than anybody asked for.

Files stand in the case system. Refused on every path, also for administrators: at the attachment itself, and where a message, a to-do
or a message to be sent later takes one along that hangs elsewhere. An appointment about a person takes none either, but what core
itself sends to whoever takes part: the invitation.
"""

import contextlib
from contextvars import ContextVar

from odoo import api, models
from odoo.exceptions import UserError

from .outreach_access_log import is_about_persons

# What hangs on a record and takes files itself, with the field that names the model of the record.
CARRIERS = {'mail.message': 'model', 'mail.activity': 'res_model', 'mail.scheduled.message': 'model'}
# Whether core writes invitations. Not in the context, which whoever calls writes.
_inviting = ContextVar('outreach_inviting', default=False)


def refuse_files(records):
    """Raise UserError if one of these messages or to-dos, which have files, is about a person."""
    name = CARRIERS[records._name]
    if any(record.attachment_ids and _takes_no_files(record.env, record[name], record.res_id) for record in records.sudo()):
        raise make_file_error(records.env)


def _takes_no_files(env, model, number):
    if model != 'calendar.event':
        return is_about_persons(env, model)
    return bool(number) and not _inviting.get() and env[model].sudo().browse(number).exists().outreach_about_person


@contextlib.contextmanager
def _invitations():
    token = _inviting.set(True)
    try:
        yield
    finally:
        _inviting.reset(token)


def make_file_error(env):
    return UserError(env._("No files are attached to what is known of a person: they say who it is. Please keep them in the case system."))


class IrAttachment(models.Model):
    _inherit = 'ir.attachment'

    @api.model_create_multi
    def create(self, vals_list):
        for vals in self._with_defaults(vals_list, 'res_model', 'res_id'):
            self._refuse_person_file(vals.get('res_model'), vals.get('res_id'))
        return super().create(vals_list)

    def write(self, vals):
        if {'res_model', 'res_id'} & vals.keys():
            for file in self.sudo():
                self._refuse_person_file(vals.get('res_model', file.res_model), vals.get('res_id', file.res_id))
        return super().write(vals)

    @api.model
    def _refuse_person_file(self, model, number):
        if model in CARRIERS and number:
            carrier = self.env[model].sudo().browse(number).exists()
            model, number = carrier[CARRIERS[model]], carrier.res_id
        if _takes_no_files(self.env, model, number):
            if model == 'calendar.event' and not self.env.su and not self.env[model].browse(number)._filter_outreach_open():
                return  # core refuses it as any other that is closed
            self.env[model].check_access('read')  # nobody else learns what is refused to whom
            raise make_file_error(self.env)


class MailScheduledMessage(models.Model):
    _inherit = 'mail.scheduled.message'

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        refuse_files(messages)
        return messages

    def write(self, vals):
        res = super().write(vals)
        if 'attachment_ids' in vals:
            refuse_files(self)
        return res


class CalendarAttendee(models.Model):
    _inherit = 'calendar.attendee'

    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        with _invitations():
            return super()._notify_attendees(mail_template, notify_author=notify_author, force_send=force_send)
