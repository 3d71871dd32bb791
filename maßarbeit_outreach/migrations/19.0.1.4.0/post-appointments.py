"""Appointments about persons were named after them; they are closed as new ones are."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False, 'no_mail_to_attendees': True, 'dont_notify': True})
    person = env.registry['outreach.person.mixin']
    models = [name for name, model in env.registry.items() if issubclass(model, person)]
    env['calendar.event'].search(['|', ('res_model', 'in', models), ('activity_ids.res_model', 'in', models)])._close_about_persons()
