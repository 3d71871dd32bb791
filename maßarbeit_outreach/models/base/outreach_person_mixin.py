"""What is known of a person stays with those who may read it, at the side doors of core as well.

A message can be read by whoever it names, an activity by whoever it is assigned to, and lists of followers and
notifications by every employee. For persons only the record itself decides.
"""

import functools
import logging
from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain

from .groups import CANDIDATE_GROUPS
from .outreach_access_log import is_about_persons
from .outreach_person_files import refuse_files

_logger = logging.getLogger(__name__)
# What core keeps about records of all models, those about persons among them.
ABOUT_OTHERS = (
    'mail.message',
    'mail.followers',
    'mail.notification',
    'mail.activity',
    'mail.scheduled.message',
    'ir.attachment',
    'calendar.event',
    'calendar.attendee',
)


class OutreachPersonMixin(models.AbstractModel):
    """Closed to whoever may not read the model, down to the names of its fields; and whoever may read some of the records is
    not told which others there are."""

    _name = 'outreach.person.mixin'
    _inherit = ['outreach.person.export.mixin', 'outreach.unique.mixin']
    _description = "Record about a person"

    _accepts_incoming_mail = False

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
        self._check_references([values])
        return super().onchange(values, field_names, fields_spec)

    def _check_access(self, operation):
        """A record that is not there is answered for like one that is closed: numbers can be counted up."""
        try:
            return super()._check_access(operation)
        except MissingError:
            there = self.exists()
            refused = super(OutreachPersonMixin, there)._check_access(operation) if there else None
            closed = self - there | refused[0] if refused else self - there
            return closed, functools.partial(self.env['ir.rule']._make_access_error, operation, closed)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_references(self._with_defaults(vals_list, *self._get_person_references()))
        return super().create(vals_list)

    def write(self, vals):
        self._check_references([vals])
        if not self.env.su:
            for name in vals.keys() & set(self._get_person_references()):
                if any(record[name].id != _get_id(vals[name]) for record in self):
                    raise UserError(
                        self.env._("What is entered about one person is not moved to another one. Delete it, and enter it there.")
                    )
        return super().write(vals)

    @api.model
    def _get_person_references(self):
        """The names of the fields that say about whom a record is."""
        return [
            name
            for name, field in self._fields.items()
            if field.type == 'many2one'
            and field.store
            and not field.compute
            and issubclass(self.env.registry[field.comodel_name], self.env.registry['outreach.person.mixin'])
        ]

    @api.model
    def _check_references(self, vals_list):
        """Ask for rights first: constraints and unique indexes answer before core does, and tell what is known of the person.

        :raise AccessError: if a person is named whom the user may not read, or an organisation for which the user does not work
        """
        if self.env.su:
            return
        for name in self._get_person_references():
            ids = {_get_id(vals[name]) for vals in vals_list if vals.get(name)} - {None}
            self.env[self._fields[name].comodel_name].browse(ids).check_access('read')
        if 'company_id' in self._fields and not {_get_id(vals.get('company_id')) for vals in vals_list} <= {
            None,
            0,
            *self.env.companies.ids,
        }:
            raise self.env['ir.rule']._make_access_error('write', self)

    @api.model
    @tools.ormcache()
    def _get_person_models(self):
        """The names of the models that carry this mixin and have a chatter or activities; their lines have neither."""
        registry = self.env.registry
        return tuple(
            name
            for name, model in registry.items()
            if issubclass(model, registry['outreach.person.mixin'])
            and (issubclass(model, (registry['mail.thread'], registry['mail.activity.mixin'])))
        )

    @api.model
    def _check_readers(self, partner_ids):
        """Whoever follows or is named in a message reads it without asking the record: nobody outside the roles."""
        partners = self.env['res.partner'].sudo().browse(partner_ids or [])
        for partner in partners - self._filter_readers(partners):
            raise UserError(
                self.env._(
                    "%(person)s may not read candidates, so cannot follow this one or be named in a message on it.", person=partner.name
                )
            )

    @api.model
    def _filter_readers(self, partners):
        robot = self.env.ref('base.partner_root') if partners else partners

        def reads(partner):
            users = partner.with_context(active_test=False).user_ids
            return users and all(any(user.has_group(group) for group in CANDIDATE_GROUPS) for user in users)

        return partners.filtered(lambda partner: partner == robot or reads(partner))


def _get_id(value):
    """The id of a record in whichever way a client names it; None for one that is not saved yet."""
    if isinstance(value, dict):  # of a line, the form above it
        value = value.get('id')
    elif isinstance(value, (list, tuple)):
        value = value[0] if value else None
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else None


def get_readable_domain(env, model_name, res_id, names=None):
    """What refers to no person, or to one whom this user reads; the arguments name the fields of the reference, and the models
    that are asked if not those about persons."""
    names = env['outreach.person.mixin']._get_person_models() if names is None else list(names)
    domain = Domain(model_name, 'not in', names)
    for name in names:
        records = env[name].sudo(False).with_context(active_test=False)
        if records.has_access('read'):
            domain |= Domain(model_name, '=', name) & Domain(res_id, 'in', records._search([]))
    return domain


def may_name(env, model_name, res_id):
    """Whether the user reads the record that somebody names who has saved nothing yet."""
    if model_name not in env or not res_id:
        return True  # it has no name
    return env[model_name].sudo(False).browse(res_id).exists().has_access('read')


def _find_unreadable(env, references):
    """Those of the `(model, id)` of persons that this user may not read."""
    names, ids = env['outreach.person.mixin']._get_person_models(), defaultdict(set)
    for name, number in references:
        if name in names:
            ids[name].add(number)
    return {
        (name, number)
        for name, numbers in ids.items()
        for number in numbers - set(env[name].sudo(False).browse(numbers).exists()._filtered_access('read').ids)
    }


class IrRule(models.Model):
    _inherit = 'ir.rule'

    # OVERRIDE since core tells names of records and rules to every employee who switches debug on, and whether another organisation
    # has the record to all. Remove when core asks who may know.
    def _make_access_error(self, operation, records):
        if not is_about_persons(self.env, records._name) and records._name not in ABOUT_OTHERS:
            error = super()._make_access_error(operation, records)
            if not self.env.user._is_system():
                for record in records[:6].sudo():
                    error.args = (error.args[0].replace(f', {record.display_name} (', ' ('),)
            return error
        _logger.info(
            "Access denied by record rules: %s, records %r, user %s, model %s", operation, records.ids[:6], self.env.uid, records._name
        )
        return AccessError(
            self.env._(
                "%(what)s: this record is not there, or not for you. Please ask your administrator if you need it.",
                what=self.env['ir.model'].sudo()._get(records._name).name,
            )
        )


class MailFollowers(models.Model):
    """The rule is on a field, as record rules cannot ask the record to which a line refers."""

    _inherit = 'mail.followers'

    outreach_is_readable = fields.Boolean(
        compute='_compute_outreach_is_readable', search='_search_outreach_is_readable', export_string_translation=False
    )

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_outreach_is_readable(self):
        closed = _find_unreadable(self.env, [(follower.res_model, follower.res_id) for follower in self.sudo()])
        for follower in self:
            named = follower.sudo()
            follower.outreach_is_readable = (named.res_model, named.res_id) not in closed

    @api.model
    def _search_outreach_is_readable(self, operator, value):
        return get_readable_domain(self.env, 'res_model', 'res_id') if operator == 'in' and True in value else NotImplemented


class MailNotification(models.Model):
    _inherit = 'mail.notification'

    outreach_is_readable = fields.Boolean(
        compute='_compute_outreach_is_readable', search='_search_outreach_is_readable', export_string_translation=False
    )

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_outreach_is_readable(self):
        messages = self.sudo().mail_message_id
        closed = _find_unreadable(self.env, [(message.model, message.res_id) for message in messages])
        for notification in self:
            message = notification.sudo().mail_message_id
            notification.outreach_is_readable = (message.model, message.res_id) not in closed

    @api.model
    def _search_outreach_is_readable(self, operator, value):
        if operator != 'in' or True not in value:
            return NotImplemented
        return get_readable_domain(self.env, 'mail_message_id.model', 'mail_message_id.res_id')


class MailMessage(models.Model):
    _inherit = 'mail.message'

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._check_outreach_readers()
        return messages

    def write(self, vals):
        res = super().write(vals)
        if {'model', 'res_id', 'partner_ids', 'outgoing_email_to', 'attachment_ids'} & vals.keys():
            self._check_outreach_readers()
        return res

    # OVERRIDE since a conversation about a person is read here, whichever page shows it; see `outreach.access.log`.
    def _to_store(self, store, fields, **kwargs):
        self._write_access_down()
        return super()._to_store(store, fields, **kwargs)

    # OVERRIDE for the same reason, and other clients.
    def _read_format(self, fnames, load='_classic_read'):
        if set(fnames) - {'id'}:
            self._write_access_down()
        return super()._read_format(fnames, load)

    # OVERRIDE since core tells the name of any record to whoever begins a message on it, before it asks who may read it. Remove when
    # it asks first.
    @api.depends('model', 'res_id')
    def _compute_record_name(self):
        closed = self.filtered(lambda message: not message.id and not may_name(self.env, message.model, message.res_id))
        closed.record_name = False
        return super(MailMessage, self - closed)._compute_record_name()

    def _write_access_down(self):
        self.env['outreach.access.log']._write_references_down([(message.model, message.res_id) for message in self.sudo()])

    def _check_outreach_readers(self):
        refuse_files(self)
        messages = self.sudo().filtered(lambda message: message.model in self.env['outreach.person.mixin']._get_person_models())
        self.env['outreach.person.mixin']._check_readers(messages.partner_ids.ids)
        if any(messages.mapped('outgoing_email_to')):
            raise UserError(self.env._("What is known of a candidate does not go out by e-mail."))
        circles = self.env['outreach.circle.mixin']._get_circle_models()
        for message in self.sudo().filtered(lambda message: message.model in circles and message.res_id and message.partner_ids):
            self.env[message.model].browse(message.res_id).exists()._check_circle_partners(message.partner_ids)

    # OVERRIDE so that the record decides, where core lets whoever is named read a message. Remove when core asks the
    # record of everybody.
    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & self.env['mail.activity']._get_outreach_open_domain('model')
            if circles := self.env['outreach.circle.mixin']._get_circle_models():
                domain &= get_readable_domain(self.env, 'model', 'res_id', circles) | Domain('res_id', '=', False)
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    # OVERRIDE for the same reason.
    def _get_forbidden_access(self, operation):
        forbidden = super()._get_forbidden_access(operation)
        return forbidden | (self - forbidden).filtered(lambda message: not message._is_outreach_open())

    def _is_outreach_open(self):
        message = self.sudo()
        if not message.res_id:
            return True
        if message.model in self.env['outreach.circle.mixin']._get_circle_models():
            return self.env.su or bool(self.env[message.model].browse(message.res_id)._filter_known())
        if message.model not in self.env['outreach.person.mixin']._get_person_models():
            return True
        record = self.env[message.model].browse(message.res_id)
        operation = record._mail_get_operation_for_mail_message_operation('read')
        return record.exists() and record.has_access(operation.get(record, 'read'))
