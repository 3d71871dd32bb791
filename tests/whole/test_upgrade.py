"""A database of the last version with another number is updated to the sources as they are now."""

import ast
import io
import subprocess
import tarfile
from itertools import pairwise

import pytest
from test_lifecycle import _STRUCTURE, _differences, _snapshot

from devkit import databases
from devkit.paths import ADDON, ADDON_DIR, ROOT, read_manifest
from devkit.postgres import quote


def _git(*arguments):
    return subprocess.run(['git', *arguments], cwd=ROOT, capture_output=True, check=True).stdout


@pytest.fixture(scope='module')
def last_release(tmp_path_factory):
    """A folder with the addon of the latest commit that had another version, and that version."""
    path = f'{ADDON_DIR.name}/__manifest__.py'
    try:
        commits = _git('log', '--first-parent', '--format=%H', '--', path).decode().split()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip('not a git checkout: the last version cannot be had')
    for newer, commit in pairwise(commits):
        version = ast.literal_eval(_git('show', f'{commit}:{path}').decode())['version']
        if version != read_manifest()['version']:
            folder = tmp_path_factory.mktemp('last')
            archive = _git('archive', f'{newer}~1', ADDON_DIR.name)  # with all that came after that manifest
            with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                files.extractall(folder, filter='data')
            return folder, version
    pytest.skip('the history of this checkout holds no version but this one')


# Figures of the former rule: with a policy that has a rounding, and asked for.
_FORMER_FIGURES = """
policy = env['outreach.figure.policy'].create({'floor': 12, 'questions': 7})
economic = env['res.users'].search([('login', '=', 'wifoe')])
env['outreach.figure'].with_user(economic)._ask(breakdown='county')
env.cr.commit()
"""
# A second organisation that visits a company of the first one, and a job fair without organisation.
_SECOND_ORGANISATION = """
company = env['res.company'].create({'name': 'Test County Elsewhere'})
visit = env['outreach.visit'].search([('lead_id.stage_id.sequence', '>', 20), ('stage', '=', 'planned')], limit=1)
other = env['outreach.visit'].with_company(company).create({
    'partner_id': visit.partner_id.id, 'kind_id': visit.kind_id.id, 'company_id': company.id, 'start': visit.start,
    'anyway_reason': 'test', 'member_ids': []})
assert other.lead_id == visit.lead_id and not other.lead_id.team_id.company_id
env['event.event'].search([('is_job_fair', '=', True)]).company_id = False
env.cr.commit()
print(company.id, visit.id, other.id)
"""


@pytest.fixture(scope='module')
def old_database(odoo, scratch, dependencies_template, last_release):
    """A database with the last version and its demo data; to be copied."""
    folder, version = last_release
    addons = ','.join(map(str, (*odoo.source.addons, folder)))
    with scratch('last', dependencies_template.database) as database:
        odoo.call(
            'server',
            '-d',
            database,
            '-i',
            ADDON,
            f'--addons-path={addons}',
            '--stop-after-init',
            '--no-http',
            log='install-last',
            what=f'version {version} cannot be installed',
        )
        assert odoo.postgres.sql(f'SELECT latest_version FROM ir_module_module WHERE name = {quote(ADDON)}', database) == [[version]]
        yield database


def test_upgrade(odoo, scratch, addon_template, last_release, old_database):
    """Nothing in the log, the structure of a new installation, and no data lost."""
    addons = ','.join(map(str, (*odoo.source.addons, last_release[0])))
    with scratch('upgrade', old_database) as database:

        def sql(query):
            return odoo.postgres.sql(query, database)

        kept = (
            'SELECT id, partner_id, stage, lead_id FROM outreach_visit',
            'SELECT id, partner_id, stage, lead_id, occupation_id, name FROM outreach_demand',
            'SELECT id, demand_id, skill_id, level, need FROM outreach_demand_skill',
            'SELECT id, name, head_count, language_level, association FROM outreach_pool',
            'SELECT outreach_pool_id, outreach_occupation_id FROM outreach_occupation_outreach_pool_rel',
            'SELECT id, ags, name, postcodes, association, latitude FROM outreach_municipality',
            'SELECT id, outreach_municipality_id FROM res_partner WHERE outreach_municipality_id IS NOT NULL',
            'SELECT id, code, name, parent_id FROM outreach_occupation',
        )
        sql("UPDATE outreach_demand SET driving_licence = 'Klasse B, sonst Staplerschein' WHERE id = (SELECT min(id) FROM outreach_demand)")
        before = {query: sql(query) for query in kept}
        appointment = sql(
            "INSERT INTO calendar_event (name, description, start, stop, active, show_as, res_id, res_model, res_model_id)"
            " SELECT 'K-123-456', 'Clinic', now(), now(), TRUE, 'busy', 1, model, id FROM ir_model"
            " WHERE model = 'outreach.candidate' RETURNING id"
        )[0][0]
        assert all(before.values()), 'the demo data of that version has some of each'
        sql("""INSERT INTO ir_filters (name, model_id, domain, context, sort, active, action_id)
            VALUES ('Test', 'crm.lead', '[("outreach_last_visit", ">", "2026-01-01")]',
                    '{"group_by": ["outreach_last_visit:month"]}', '["outreach_last_visit desc"]', TRUE,
                    (SELECT res_id FROM ir_model_data WHERE module = 'crm' AND name = 'crm_lead_action_pipeline'))""")
        problems, output = odoo.shell(database, _SECOND_ORGANISATION, log='test-upgrade-old', options=[f'--addons-path={addons}'])
        assert not problems, '\n'.join(map(str, problems))
        second, visit, other = output.split()
        problems, __ = odoo.shell(database, _FORMER_FIGURES, log='test-upgrade-old', options=[f'--addons-path={addons}'])
        assert not problems, '\n'.join(map(str, problems))
        sql("UPDATE outreach_figure SET candidates = 77, is_shown = TRUE")
        assert sql("SELECT count(*) > 0 FROM outreach_figure") == [['t']]
        problems = databases.install(odoo, database, update=True, log='test-upgrade')
        assert not problems, '\n'.join(map(str, problems))
        # the update adds the new demo data
        for query, rows in before.items():
            after = sql(query)
            assert all(row in after for row in rows), query
        assert sql('SELECT floor, questions FROM outreach_figure_policy') == [['12', '7']]
        assert sql('SELECT count(*) FROM outreach_figure') == [['0']], 'no figure of the former rule is left'
        problems, __ = odoo.shell(database, "env['outreach.figure']._publish(); env.cr.commit()", log='test-upgrade-new')
        assert not problems, '\n'.join(map(str, problems))
        assert sql('SELECT DISTINCT floor FROM outreach_figure_table WHERE company_id = 1') == [['12']]
        assert sql('SELECT count(*) > 0, bool_and(candidates % 12 = 0) FROM outreach_figure WHERE is_shown AND company_id = 1') == [
            ['t', 't']
        ]
        leads = {
            row[0]: row[1:]
            for row in sql(
                'SELECT v.id, l.company_id, t.company_id, l.stage_id, l.id, e.outreach_company_id FROM outreach_visit v'
                ' JOIN crm_lead l ON l.id = v.lead_id JOIN crm_team t ON t.id = l.team_id JOIN calendar_event e ON e.id = v.event_id'
                f' WHERE v.id IN ({visit}, {other})'
            )
        }
        assert leads[other][:2] == [second, second] and leads[visit][:2] == ['1', '1']
        assert leads[other][2] == leads[visit][2] and leads[other][3] != leads[visit][3]
        assert (leads[visit][4], leads[other][4]) == ('1', second)
        assert sql(f'SELECT outreach_lead_id FROM res_partner WHERE id = (SELECT partner_id FROM outreach_visit WHERE id = {visit})') == [
            [f'{{"1": {leads[visit][3]}, "{second}": {leads[other][3]}}}']
        ]
        for table, condition in (
            ('crm_lead', 'team_id IN (SELECT id FROM crm_team WHERE is_outreach)'),
            ('crm_team', 'is_outreach'),
            ('event_event', 'is_job_fair'),
        ):
            assert sql(f'SELECT count(*) FILTER (WHERE company_id IS NULL), count(*) > 0 FROM {table} WHERE {condition}') == [['0', 't']]
        assert sql(f'SELECT privacy, name, description FROM calendar_event WHERE id = {appointment}') == [['private', 'Appointment', '']]
        assert sql("SELECT driving_licence FROM outreach_demand WHERE id = (SELECT min(id) FROM outreach_demand)") == [['B']]
        assert sql("""
            SELECT count(*) FROM mail_message WHERE model = 'outreach.demand' AND body LIKE '%sonst Staplerschein%'
               AND res_id = (SELECT min(id) FROM outreach_demand)""") == [['1']]
        assert sql("SELECT count(*) FROM outreach_occupation WHERE scheme = 'kldb'") == [[str(len(before[kept[-1]]))]]
        assert sql('SELECT count(*) FROM outreach_occupation WHERE length(code) = 5 AND kldb_area_id IS NULL') == [['0']]
        assert sql("SELECT domain || context || sort FROM ir_filters WHERE name = 'Test' AND action_id IS NULL") == [
            ['[("outreach_last_contact", ">", "2026-01-01")]{"group_by": ["outreach_last_contact:month"]}["outreach_last_contact desc"]']
        ]
        wanted = _snapshot(odoo, addon_template.database, _STRUCTURE)
        changed = _differences(wanted, _snapshot(odoo, database, _STRUCTURE))
        assert not changed, changed


def test_municipalities_stay_without_demo_data(odoo, scratch, old_database):
    """They were part of the addon until 19.0.1.3.0: a database without demo data keeps them, and all that refers to them."""
    with scratch('upgradebare', old_database) as database:

        def sql(query):
            return odoo.postgres.sql(query, database)

        sql(f'UPDATE ir_module_module SET demo = FALSE WHERE name = {quote(ADDON)}')
        kept = (
            'SELECT id, ags, name, postcodes, association, latitude FROM outreach_municipality ORDER BY id',
            'SELECT id, outreach_municipality_id FROM res_partner WHERE outreach_municipality_id IS NOT NULL ORDER BY id',
            'SELECT id, municipality_id FROM outreach_visit ORDER BY id',
        )
        before = {query: sql(query) for query in kept}
        assert all(before.values())
        for _update in range(2):  # the second one has no migration any more
            problems = databases.install(odoo, database, update=True, log='test-upgrade-bare')
            assert not problems, '\n'.join(map(str, problems))
            assert {query: sql(query) for query in kept} == before
        assert sql('SELECT DISTINCT county FROM outreach_municipality') == [['Osnabrück']]
        assert sql("SELECT count(*) FROM ir_model_data WHERE model = 'outreach.municipality' AND NOT noupdate") == [['0']]
