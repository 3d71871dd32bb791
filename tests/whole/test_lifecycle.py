"""Install, update, uninstall and install again: the addon comes and goes without a trace."""

import json

import pytest

from devkit import databases
from devkit.paths import ADDON
from devkit.postgres import quote

# What a database looks like, apart from the rows in its tables.
_STRUCTURE = {
    'tables and views': "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
    'columns': "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public'",
    'constraints': "SELECT conrelid::regclass, conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    'indexes': "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'",
    'sequences': "SELECT sequence_name FROM information_schema.sequences WHERE sequence_schema = 'public'",
}
# What Odoo records about models, and what a CRM user would miss.
_CONTENT = {
    'models': 'SELECT model FROM ir_model',
    'fields': 'SELECT model, name FROM ir_model_fields',
    'external ids': 'SELECT module, name, model, res_id FROM ir_model_data',
    'views': "SELECT model, type, id, name FROM ir_ui_view WHERE active AND type != 'qweb'",
    'groups': 'SELECT id FROM res_groups',
    'scheduled actions': 'SELECT id FROM ir_cron',
    'leads': 'SELECT id, name, stage_id, team_id, user_id, type, active FROM crm_lead',
    'stages': 'SELECT id, name, sequence FROM crm_stage',
    'teams': 'SELECT id, name, active FROM crm_team',
    'events': 'SELECT id, name, stage_id FROM event_event',
    'appointments': 'SELECT id, name, start, stop FROM calendar_event',
}
# Rows that core itself adds whenever a module comes or goes; what a model has from a mixin of mail, core
# names as mail's or calendar's and leaves there. The digest's parameter is one of the settings that the
# demo data sets strictly.
_PASSING = {
    'external ids': lambda row: (
        (row[0] == 'base' and row[1].startswith('module_'))
        or (row[0] != ADDON and row[1].startswith(('model_inherit__outreach_', 'selection__outreach_')))
        or row[1] == 'default_emails_digest'
    )
}
# What users made in the CRM stays theirs when the addon goes.
_KEPT = ('leads', 'appointments')

_RENDER = """
import json
failed = []
models = ['crm.lead', 'crm.team', 'crm.stage', 'res.partner', 'res.users',
          'event.event', 'event.booth', 'calendar.event']
types = ['form', 'list', 'kanban', 'search', 'pivot', 'graph', 'calendar', 'activity']
for model in models:
    views = env['ir.ui.view'].search([('model', '=', model), ('type', 'in', types), ('mode', '=', 'primary')])
    for view in views:
        try:
            env[model].get_view(view.id, view.type)
        except Exception as error:
            failed.append([view.xml_id or view.name, str(error)])
team = env['crm.team'].search([], limit=1)
lead = env['crm.lead'].create({'name': "After the addon", 'team_id': team.id})
lead.action_set_won()
print(json.dumps({'failed': failed, 'won': lead.stage_id.is_won}))
"""

# A visit of a user's own, unlike those of the demo data, which go with their appointments.
_UNINSTALL = f"""
env['outreach.visit'].create({{'partner_id': env.ref('base.main_partner').id}})
env.cr.commit()
env['ir.module.module'].search([('name', '=', {ADDON!r})]).button_immediate_uninstall()
env.cr.commit()
"""


def _snapshot(odoo, database, queries):
    snapshot = {}
    for title, query in queries.items():
        passing = _PASSING.get(title, lambda row: False)
        snapshot[title] = {tuple(row) for row in odoo.postgres.sql(query, database) if not passing(row)}
    return snapshot


def _differences(before, after):
    """Return {title: (gone, new)} for what differs; short enough to read in a failure."""
    return {
        title: (sorted(before[title] - after[title])[:20], sorted(after[title] - before[title])[:20])
        for title in before
        if before[title] != after[title]
    }


def _uninstall(odoo, database):
    problems, _output = odoo.shell(database, _UNINSTALL, log='uninstall')
    assert not problems, '\n'.join(map(str, problems))


def _state(odoo, database):
    return odoo.postgres.sql(f'SELECT state FROM ir_module_module WHERE name = {quote(ADDON)}', database)


def _check_core(odoo, database):
    """Open core's views and win a lead, without leaving anything behind."""
    problems, output = odoo.shell(database, _RENDER, log='render')
    found = json.loads(output.strip().splitlines()[-1])
    assert not found['failed']
    assert found['won']
    assert not problems, '\n'.join(map(str, problems))


def test_installation_is_silent(addon_template):
    assert not addon_template.problems, '\n'.join(map(str, addon_template.problems))


def test_update_is_silent_and_changes_nothing(odoo, scratch, addon_template):
    with scratch('update', addon_template.database) as database:
        before = _snapshot(odoo, database, _STRUCTURE | _CONTENT)
        problems = databases.install(odoo, database, update=True, log='test-update')
        assert not problems, '\n'.join(map(str, problems))
        changed = _differences(before, _snapshot(odoo, database, _STRUCTURE | _CONTENT))
        assert not changed, changed
        _check_core(odoo, database)


@pytest.fixture(scope='module')
def gone(odoo, scratch, addon_template):
    """A database from which the addon has been uninstalled."""
    with scratch('gone', addon_template.database) as database:
        _uninstall(odoo, database)
        yield database


def test_uninstalling_leaves_no_trace(odoo, gone, dependencies_template):
    assert _state(odoo, gone) == [['uninstalled']]
    before = _snapshot(odoo, dependencies_template.database, _STRUCTURE | _CONTENT)
    after = _snapshot(odoo, gone, _STRUCTURE | _CONTENT)
    for title in _KEPT:
        assert after[title] > before[title], title
        after[title] &= before[title]
    left = _differences(before, after)
    assert not left, left


def test_crm_works_after_uninstalling(odoo, gone):
    _check_core(odoo, gone)


def test_installing_again_is_silent(odoo, gone):
    problems = databases.install(odoo, gone, log='test-reinstall')
    assert not problems, '\n'.join(map(str, problems))
    _check_core(odoo, gone)
