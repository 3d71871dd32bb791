"""An appointment about a person says when, where and who takes part, and only to those who take part.

SPECIFICATION
 * It is about a person when its document is a record about one, or that of any of its activities, done ones included; with
   it all of its series. Once about a person, always: the mark does not go when document or activity go.
 * It is private, has a neutral name, no description and no notes, whoever writes what in whichever order, before anybody
   is told. What it is about stands on the record; the activity keeps its own words.
 * It takes no files but the invitation, see `outreach_person_files.py`; what has some becomes none about a person.
 * Others see that the time is taken. Core hides the values of a private appointment from them; conditions, order and
   groups do not find it by these values either, and its participants, followers, notifications and files are closed. What was
   made of it before it was known to be about a person (invitation.ics) goes.
 * Of those who take part, whoever may not read the kind of record that it is about does not learn of it.
"""

from odoo import api, fields, models
from odoo.fields import Domain

from .outreach_person_files import make_file_error

# What tells what the appointment is about.
DOCUMENT = {'res_model', 'res_model_id', 'res_id'}
TEXTS = {'name', 'description', 'notes', 'privacy', 'outreach_about_person'}


class CalendarEvent(models.Model):
    _inherit = 'calendar.event'

    outreach_about_person = fields.Boolean(readonly=True, export_string_translation=False)

    @api.model_create_multi
    def create(self, vals_list):
        defaults = self.default_get(['res_model', 'res_model_id', 'activity_ids'])
        return super().create(
            [vals | self._get_neutral_values() if self._becomes_about_person(defaults | vals) else vals for vals in vals_list]
        )

    def write(self, vals):
        about = marked = self.sudo().with_context(active_test=False).filtered('outreach_about_person')
        if self._becomes_about_person(vals):
            about |= self.sudo()
        elif not (about and TEXTS & vals.keys()):
            return super().write(vals)
        if others := self - about.with_env(self.env):
            super(CalendarEvent, others).write(dict(vals))
        super(CalendarEvent, about.with_env(self.env)).write(vals | self._get_neutral_values())
        (about - marked)._close_with_series()
        return True

    @api.model
    def _becomes_about_person(self, vals):
        """Whether these values make an appointment one about a person."""
        if vals.get('outreach_about_person'):
            return True
        vals = {name: vals[name] for name in ('res_model', 'res_model_id', 'activity_ids') if vals.get(name)}
        return bool(vals) and self.sudo().with_context(active_test=False).new(vals)._is_about_person()

    def _is_about_person(self):
        self.ensure_one()
        names = {self.res_model, self.res_model_id.model, *self.activity_ids.mapped('res_model')} - {False}
        return any(isinstance(self.env[name], self.env.registry['outreach.person.mixin']) for name in names if name in self.env)

    @api.model
    def _get_neutral_values(self):
        return {
            'outreach_about_person': True,
            'privacy': 'private',
            'name': self.env._("Appointment"),
            'description': False,
            'notes': False,
        }

    def _close_about_persons(self):
        """Close what has become about a person by one of its activities."""
        events = self.sudo().with_context(active_test=False)
        events.filtered(lambda event: not event.outreach_about_person and event._is_about_person()).outreach_about_person = True

    def _close_with_series(self):
        """What was named after the appointment before it was known to be about a person."""
        self.videocall_channel_id.name = self._get_neutral_values()['name']
        # core attaches the invitation to its messages, with name, place and participants of then
        files = self.env['ir.attachment'].search(
            Domain('id', 'in', self.message_ids.attachment_ids.ids)
            | Domain('res_model', '=', self._name) & Domain('res_id', 'in', self.ids)
        )
        files.filtered(lambda file: file.mimetype == 'text/calendar').unlink()
        if files.exists():
            raise make_file_error(self.env)
        series = self.recurrence_id.calendar_event_ids - self
        series.filtered(lambda event: not event.outreach_about_person).outreach_about_person = True

    # OVERRIDE so that the neutral name does not take the place of what somebody has to do.
    def _sync_activities(self, fields):
        about = self.filtered(lambda event: event.sudo().outreach_about_person)
        super(CalendarEvent, about)._sync_activities(set(fields) - {'name', 'description'})
        return super(CalendarEvent, self - about)._sync_activities(fields)

    # OVERRIDE so that nobody finds an appointment about a person by what core does not show them of it. Remove when core
    # closes private appointments in conditions and order, as it does in groups.
    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            domain = Domain(domain)
            paths = [condition.field_expr for condition in domain.iter_conditions()] + (order or '').replace(',', ' ').split()
            names = {path.split('.')[0] for path in paths} & self._fields.keys()
            if names & DOCUMENT:
                domain &= Domain('outreach_about_person', '=', False) | self._get_understood_domain()
            elif names - self._get_public_fields() - {'partner_ids'}:
                domain &= Domain('outreach_about_person', '=', False) | self._get_participant_domain()
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    # OVERRIDE for the same reason, where nothing but the group asks.
    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        if not self.env.su and {spec.split(':')[0].split('.')[0] for spec in (*groupby, *aggregates)} & DOCUMENT:
            domain = Domain(domain) & (Domain('outreach_about_person', '=', False) | self._get_understood_domain())
        return super()._read_group(domain, groupby, aggregates, having=having, offset=offset, limit=limit, order=order)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        specs = [*aggregates, *(spec for specs in grouping_sets for spec in specs)]
        if not self.env.su and {spec.split(':')[0].split('.')[0] for spec in specs} & DOCUMENT:
            domain = Domain(domain) & (Domain('outreach_about_person', '=', False) | self._get_understood_domain())
        return super()._read_grouping_sets(domain, grouping_sets, aggregates, order=order)

    # OVERRIDE so that a colleague who is invited learns when and where, not what about: core hides values from others only.
    def _fetch_query(self, query, fields):
        if self.env.su or not (hidden := [field for field in fields if field.name in DOCUMENT]):
            return super()._fetch_query(query, fields)
        events = super()._fetch_query(query, [*fields, *(self._fields[name] for name in ('outreach_about_person', 'res_model'))])
        closed = self._get_closed_person_models()
        for event in events.filtered(lambda event: event.outreach_about_person and event.res_model in closed):
            for field in hidden:
                field._update_cache(event, field.convert_to_cache(False, event))
        return events

    @api.model
    def _get_participant_domain(self):
        return Domain('user_id', '=', self.env.uid) | Domain('partner_ids', 'in', self.env.user.partner_id.ids)

    @api.model
    def _get_understood_domain(self):
        """Those in which this user takes part, and may read the kind of record that they are about."""
        return self._get_participant_domain() & Domain('res_model', 'not in', self._get_closed_person_models())

    @api.model
    def _get_closed_person_models(self):
        mixin = self.env.registry['outreach.person.mixin']
        return [name for name, model in self.env.registry.items() if issubclass(model, mixin) and not self.env[name].has_access('read')]

    def _filter_outreach_open(self):
        """Without those about persons in which this user does not take part."""
        about = self.sudo().with_context(active_test=False).filtered('outreach_about_person')
        return self - (about - about.filtered_domain(self._get_participant_domain())).with_env(self.env)

    # OVERRIDE since pages of core hand out what hangs on an appointment whose values they hide. Remove when they do not.
    @api.model
    def _get_thread_with_access(self, thread_id, *, mode='read', **kwargs):
        return super()._get_thread_with_access(thread_id, mode=mode, **kwargs)._filter_outreach_open()


def _get_closed_appointments(env):
    """Appointments about persons in which this user does not take part, as a subquery of ids."""
    Event = env['calendar.event'].sudo().with_context(active_test=False)
    return Event._search(Domain('outreach_about_person', '=', True) & ~Event._get_participant_domain())


class IrAttachment(models.Model):
    _inherit = 'ir.attachment'

    # OVERRIDE since core asks whether the appointment may be read, and everybody reads that the time is taken.
    def _inaccessible_comodel_records(self, model_and_ids, operation):
        yield from super()._inaccessible_comodel_records(model_and_ids, operation)
        if not self.env.su and (ids := model_and_ids.get('calendar.event')):
            events = self.env['calendar.event'].browse(id_ for id_ in ids if id_).exists()
            yield from (('calendar.event', event.id) for event in events - events._filter_outreach_open())

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        if not bypass_access and not self.env.su:
            domain = Domain(domain) & (
                Domain('res_model', '!=', 'calendar.event') | Domain('res_id', 'not in', _get_closed_appointments(self.env))
            )
        return super()._search(domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access)


class MailFollowers(models.Model):
    _inherit = 'mail.followers'

    # OVERRIDE since core shows every employee who follows what: participants follow.
    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not bypass_access and not self.env.su:
            domain = Domain(domain) & (
                Domain('res_model', '!=', 'calendar.event') | Domain('res_id', 'not in', _get_closed_appointments(self.env))
            )
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        return _check_with_appointment(
            self, super()._check_access(operation), operation, lambda follower: (follower.res_model, follower.res_id)
        )


class MailNotification(models.Model):
    _inherit = 'mail.notification'

    # OVERRIDE for the same reason.
    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not bypass_access and not self.env.su:
            messages = (
                self.env['mail.message']
                .sudo()
                ._search([('model', '=', 'calendar.event'), ('res_id', 'in', _get_closed_appointments(self.env))])
            )
            domain = Domain(domain) & (
                Domain('mail_message_id', 'not in', messages) | Domain('res_partner_id', '=', self.env.user.partner_id.id)
            )
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        return _check_with_appointment(
            self,
            super()._check_access(operation),
            operation,
            lambda notification: (notification.mail_message_id.model, notification.mail_message_id.res_id),
        )


def _check_with_appointment(records, result, operation, get_document):
    """The answer of core's `_check_access`, with what hangs on closed appointments among what is forbidden."""
    rest = records.sudo() - result[0].sudo() if result else records.sudo()
    documents = {record: get_document(record) for record in rest}
    events = records.env['calendar.event'].browse(id_ for model, id_ in documents.values() if model == 'calendar.event').exists()
    closed = set((events - events._filter_outreach_open()).ids) if events and not records.env.su else ()
    if not closed:
        return result
    forbidden = records.browse(record.id for record, (model, id_) in documents.items() if model == 'calendar.event' and id_ in closed)
    if result:
        forbidden |= result[0]
    return forbidden, lambda: records.env['ir.rule']._make_access_error(operation, forbidden)
