"""No files hang on what is known of a person: a CV or a certificate says who it is and more than anybody asked for.

Files stand in the case system. Refused on every path, also for administrators: at the attachment itself, and where a message, a to-do
or a message to be sent later takes one along that hangs elsewhere.
"""

from odoo import api, models
from odoo.exceptions import UserError

from .outreach_access_log import is_about_persons

# What hangs on a record and takes files itself, with the field that names the model of the record.
CARRIERS = {'mail.message': 'model', 'mail.activity': 'res_model', 'mail.scheduled.message': 'model'}


def refuse_files(records):
    """Raise UserError if one of these messages or to-dos, which have files, is about a person."""
    name = CARRIERS[records._name]
    if any(record.attachment_ids and is_about_persons(record.env, record[name]) for record in records.sudo()):
        raise _error(records.env)


def _error(env):
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
            model = self.env[model].sudo().browse(number).exists()[CARRIERS[model]]
        if is_about_persons(self.env, model):
            self.env[model].check_access('read')  # nobody else learns what is refused to whom
            raise _error(self.env)


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
