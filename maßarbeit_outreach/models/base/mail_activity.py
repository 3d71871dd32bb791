from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain

from .outreach_person_files import refuse_files
from .outreach_person_mixin import get_readable_domain, may_name


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    @api.model
    def _get_outreach_open_domain(self, fname):
        """What is not about a person, or about one of a kind that this user reads."""
        closed = [model for model in self.env['outreach.person.mixin']._get_person_models() if not self.env[model].has_access('read')]
        return Domain(fname, 'not in', closed) if closed else Domain.TRUE

    @api.model
    @tools.ormcache()
    def _get_outreach_closed_models(self):
        """The names of the models whose records decide who reads an activity, whoever it is assigned to."""
        registry = self.env.registry
        questions = (name for name, model in registry.items() if issubclass(model, registry['outreach.answer.mixin']))
        circles = self.env['outreach.circle.mixin']._get_circle_models()
        return frozenset({*self.env['outreach.person.mixin']._get_person_models(), *questions, *circles} - {'outreach.answer.mixin'})

    # OVERRIDE since what is to be done about a person is read here; see `outreach.access.log`.
    def _read_format(self, fnames, load='_classic_read'):
        if set(fnames) - {'id'}:
            self.env['outreach.access.log']._write_references_down([(to_do.res_model, to_do.res_id) for to_do in self.sudo()])
        return super()._read_format(fnames, load)

    # OVERRIDE since core tells the name of any record to whoever begins an activity on it, before it asks who may read it. Remove
    # when it asks first.
    @api.depends('res_model', 'res_id')
    def _compute_res_name(self):
        closed = self.filtered(lambda activity: not activity.id and not may_name(self.env, activity.res_model, activity.res_id))
        closed.res_name = False
        return super(MailActivity, self - closed)._compute_res_name()

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._check_outreach_readers()
        activities.sudo().calendar_event_id._close_about_persons()
        return activities

    def write(self, vals):
        res = super().write(vals)
        if {'user_id', 'res_model_id', 'res_model', 'res_id', 'attachment_ids'} & vals.keys():
            self._check_outreach_readers()
        if {'calendar_event_id', 'res_model', 'res_model_id'} & vals.keys():
            self.sudo().calendar_event_id._close_about_persons()
        return res

    def _check_outreach_readers(self):
        """Whoever has an activity about a person reads it without asking the record, so must be able to read that."""
        refuse_files(self)
        closed = self.env['outreach.person.mixin']._get_person_models()
        for activity in self.sudo().filtered(lambda activity: activity.res_model in closed and activity.user_id):
            user = activity.user_id
            record = self.env[activity.res_model].with_context(allowed_company_ids=user.company_ids.ids).with_user(user)
            if not record.browse(activity.res_id).has_access('read'):
                raise UserError(self.env._("%(person)s may not read this record, so can have no activity on it.", person=user.name))
        circles = self.env['outreach.circle.mixin']._get_circle_models()
        for activity in self.sudo().filtered(lambda activity: activity.res_model in circles and activity.user_id):
            self.env[activity.res_model].browse(activity.res_id)._check_circle_partners(activity.user_id.partner_id)

    # OVERRIDE so that the record decides, where core lets whoever an activity is assigned to read it. Remove when core
    # asks the record of everybody.
    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & get_readable_domain(self.env, 'res_model', 'res_id', self._get_outreach_closed_models())
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
        if self.env.su or activity.res_model not in self._get_outreach_closed_models():
            return True
        record = self.env[activity.res_model].browse(activity.res_id)
        return record.exists() and record.has_access('read')

    # OVERRIDE so that the form of the appointment says from the start what will be saved.
    def action_create_calendar_event(self):
        action = super().action_create_calendar_event()
        if self.env['calendar.event']._becomes_about_person({'res_model': self.res_model}):
            neutral = {f'default_{name}': value for name, value in self.env['calendar.event']._get_neutral_values().items()}
            action['context'] |= neutral | {'default_res_model': self.res_model, 'default_res_id': self.res_id}
        return action
