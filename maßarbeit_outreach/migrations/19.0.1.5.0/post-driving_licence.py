"""The shipped skills that are driving licences say which class they are, and whoever has the skill has the class."""

from odoo import SUPERUSER_ID, api

from odoo.addons.maßarbeit_outreach.tools.base import licences


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False})
    for name in licences.CLASSES:
        skill = env.ref(f'maßarbeit_outreach.skill_driving_licence_{name.lower()}', raise_if_not_found=False)
        if skill and not skill.driving_licence:
            skill.driving_licence = name
    candidates = env['outreach.candidate'].search([('skill_ids.skill_id.driving_licence', '!=', False)])
    env.add_to_compute(candidates._fields['licence_mask'], candidates)
    candidates.flush_recordset(['licence_mask'])
