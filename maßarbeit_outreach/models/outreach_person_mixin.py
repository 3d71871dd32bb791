# pylint: disable=consider-merging-classes-inherited
"""What is known of a person stays with those who may read it, at the side doors of core as well.

A message can be read by whoever it names, an activity by whoever it is assigned to, and lists of followers and
notifications by every employee. For persons only the record itself decides.
"""
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Models with a chatter or activities; their lines have neither.
PERSON_MODELS = ('outreach.candidate', 'outreach.barrier', 'outreach.permit.request')


class OutreachPersonMixin(models.AbstractModel):
    """Closed to whoever may not read the model, down to the names of its fields."""

    _name = 'outreach.person.mixin'
    _description = "Record about a person"

    def _has_field_access(self, field, operation):
        if not self.env.su and not self.browse().has_access('read'):
            return False
        return super()._has_field_access(field, operation)

    def read(self, fields=None, load='_classic_read'):
        self.check_access('read')  # core checks nothing when there is no field that may be read
        return super().read(fields, load)

    def export_data(self, fields_to_export):
        self.check_access('read')  # before core looks for the right to export
        return super().export_data(fields_to_export)

    @api.model
    def get_views(self, views, options=None):
        self.browse().check_access('read')
        return super().get_views(views, options)

    def onchange(self, values, field_names, fields_spec):
        self.browse().check_access('read')
        return super().onchange(values, field_names, fields_spec)


class MailMessage(models.Model):
    _inherit = 'mail.message'

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._check_outreach_readers()
        return messages

    def write(self, vals):
        res = super().write(vals)
        if {'model', 'res_id', 'partner_ids', 'outgoing_email_to'} & vals.keys():
            self._check_outreach_readers()
        return res

    def _check_outreach_readers(self):
        messages = self.sudo().filtered(lambda message: message.model in PERSON_MODELS)
        self.env['outreach.candidate']._check_readers(messages.partner_ids.ids)
        if any(messages.mapped('outgoing_email_to')):
            raise UserError(self.env._("What is known of a candidate does not go out by e-mail."))

    # OVERRIDE so that the record decides, where core lets whoever is named read a message. Remove when core asks the
    # record of everybody.
    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & self.env['mail.activity']._get_outreach_open_domain('model')
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    # OVERRIDE for the same reason.
    def _get_forbidden_access(self, operation):
        forbidden = super()._get_forbidden_access(operation)
        return forbidden | (self - forbidden).filtered(lambda message: not message._is_outreach_open())

    def _is_outreach_open(self):
        message = self.sudo()
        if message.model not in PERSON_MODELS or not message.res_id:
            return True
        record = self.env[message.model].browse(message.res_id)
        operation = record._mail_get_operation_for_mail_message_operation('read')
        return record.exists() and record.has_access(operation.get(record, 'read'))


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    @api.model
    def _get_outreach_open_domain(self, fname):
        """What is not about a person, or about one of a kind that this user reads."""
        closed = [model for model in PERSON_MODELS if not self.env[model].has_access('read')]
        return Domain(fname, 'not in', closed) if closed else Domain.TRUE

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._check_outreach_readers()
        return activities

    def write(self, vals):
        res = super().write(vals)
        if {'user_id', 'res_model_id', 'res_model', 'res_id'} & vals.keys():
            self._check_outreach_readers()
        return res

    def _check_outreach_readers(self):
        """Whoever has an activity about a person reads it without asking the record, so must be able to read that."""
        for activity in self.sudo().filtered(lambda activity: activity.res_model in PERSON_MODELS and activity.user_id):
            user = activity.user_id
            record = self.env[activity.res_model].with_context(allowed_company_ids=user.company_ids.ids).with_user(user)
            if not record.browse(activity.res_id).has_access('read'):
                raise UserError(self.env._("%(person)s may not read this record, so can have no activity on it.", person=user.name))

    # OVERRIDE so that the record decides, where core lets whoever an activity is assigned to read it. Remove when core
    # asks the record of everybody.
    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & self._get_outreach_open_domain('res_model')
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    # OVERRIDE for the same reason.
    def _check_access(self, operation):
        result = super()._check_access(operation)
        rest = self - result[0] if result else self
        forbidden = rest.filtered(lambda activity: not activity._is_outreach_open())
        if not forbidden:
            return result
        return (result[0] | forbidden if result else forbidden), lambda: forbidden._make_access_error(operation)

    def _is_outreach_open(self):
        activity = self.sudo()
        if self.env.su or activity.res_model not in PERSON_MODELS:
            return True
        record = self.env[activity.res_model].browse(activity.res_id)
        return record.exists() and record.has_access('read')


class CalendarEvent(models.Model):
    _inherit = 'calendar.event'

    @api.model_create_multi
    def create(self, vals_list):
        """An appointment about a person is named after it: for others the time is taken, no more."""
        events = super().create(vals_list)
        events.sudo().filtered(lambda event: event.res_model in PERSON_MODELS).privacy = 'private'
        return events
