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


def test_upgrade(odoo, scratch, addon_template, old_database):
    """Nothing in the log, the structure of a new installation, and no data lost."""
    with scratch('upgrade', old_database) as database:

        def sql(query):
            return odoo.postgres.sql(query, database)

        kept = (
            'SELECT id, partner_id, stage, lead_id, is_joint FROM outreach_visit',
            'SELECT id, partner_id, stage, lead_id, occupation_id, name FROM outreach_demand',
            'SELECT id, demand_id, skill_id, level, need FROM outreach_demand_skill',
            'SELECT id, name, head_count, language_level, association FROM outreach_pool',
            'SELECT outreach_pool_id, outreach_occupation_id FROM outreach_occupation_outreach_pool_rel',
            'SELECT id, ags, name, postcodes, association, latitude FROM outreach_municipality',
            'SELECT id, outreach_municipality_id FROM res_partner WHERE outreach_municipality_id IS NOT NULL',
            'SELECT id, code, name, parent_id FROM outreach_occupation',
        )
        sql("""
            INSERT INTO outreach_demand_supply (demand_id, fits_now, fits_when, best_score, date)
            SELECT id, 3, 4, 900, now() FROM outreach_demand WHERE stage = 'recorded' ON CONFLICT DO NOTHING
        """)
        for name, group in (('person', 'user_ids'), ('office', 'agency_ids')):
            sql(f'''
                INSERT INTO ir_filters (name, model_id, is_default, active, domain, context, sort)
                VALUES ('test_{name}', 'outreach.visit', TRUE, TRUE, '[]', '{{"group_by": ["{group}"]}}', '[]')
            ''')
        # permissions, working times and qualifications as they were told apart before
        sql(
            "UPDATE outreach_candidate SET permission = 'free', permission_date = NULL, permission_until = '2027-06-30' WHERE id IN"
            ' (SELECT candidate_id FROM outreach_permit_request)'
        )
        sql(
            "UPDATE outreach_permit_request SET state = 'answered', answer = 'free', answer_until = '2027-06-30', answered_on = now(),"
            " answer_note = CASE WHEN foreign_reference = 'ABH 2026/0412' THEN 'nur bei diesem Betrieb' ELSE '20 Stunden' END"
        )
        sql(
            "UPDATE outreach_candidate_occupation SET qualification = 'degree_de', recognition = 'not_needed' WHERE id ="
            ' (SELECT min(id) FROM outreach_candidate_occupation)'
        )
        sql("UPDATE outreach_occupation SET is_regulated = TRUE WHERE scheme = 'kldb' AND code = '26212'")
        sql(
            "INSERT INTO outreach_placement (partner_id, demand_id, date_start, probation_end, company_id)"
            " SELECT partner_id, id, '2026-08-01', '2027-02-01', company_id FROM outreach_demand WHERE kind = '4' LIMIT 1"
        )
        times = sql('SELECT working_time, count(*) FROM outreach_demand WHERE working_time IS NOT NULL GROUP BY 1')
        shifts = sql('SELECT count(*) FROM outreach_candidate WHERE does_shifts')
        # what the update gives another name
        renamed = {
            'SELECT id, demand_id, fits_now, fits_when FROM outreach_demand_supply': (
                'SELECT id, demand_id, fits_now, fits_when FROM outreach_match_count'
            ),
            'SELECT id FROM outreach_demand_skill WHERE is_proposed': 'SELECT id FROM outreach_demand_skill WHERE is_suggested',
        }
        before = {query: sql(query) for query in (*kept, *renamed)}
        assert all(before.values()), 'the demo data of that version has some of each'
        problems = databases.install(odoo, database, update=True, log='test-upgrade')
        assert not problems, '\n'.join(map(str, problems))
        # the update adds the new demo data
        for query, rows in before.items():
            after = sql(renamed.get(query, query))
            assert all(row in after for row in rows), query
        assert sql("SELECT count(*) FROM ir_model_data WHERE name = 'visit_kind_joint'") == [['0']], 'joint is no kind any more'
        assert sql("SELECT count(*) FROM outreach_visit_kind WHERE name->>'en_US' = 'Joint visit'") == [['0']]
        assert sql("SELECT name->>'en_US' FROM outreach_visit_kind WHERE is_first") == [['First visit']]
        assert sql("SELECT name, is_default FROM ir_filters WHERE name LIKE 'test\\_%' ORDER BY name") == [
            ['test_office', 't'],
            ['test_person', 'f'],
        ], 'figures by name of staff are off'
        grants = 'SELECT count(DISTINCT user_id) FROM outreach_role_grant WHERE date_until IS NULL AND date_from IS NULL'
        assert int(sql(grants)[0][0]) > 9, 'the roles that were there have no date'
        wanted = _snapshot(odoo, addon_template.database, _STRUCTURE)
        changed = _differences(wanted, _snapshot(odoo, database, _STRUCTURE))
        assert not changed, changed
        assert dict(times).keys() >= {'vz', 'tz', 'snw'} and shifts != [['0']], 'there were some of each'
        tied = "SELECT candidate_id FROM outreach_permit_request WHERE foreign_reference = 'ABH 2026/0412'"
        assert sql(f'SELECT permission, permission_until FROM outreach_candidate WHERE id IN ({tied})') == [['with_permit', '']]
        assert sql(f"SELECT state, date_until, note FROM outreach_job_permit WHERE candidate_id IN ({tied})") == [
            ['granted', '2027-06-30', 'nur bei diesem Betrieb']
        ]
        others = (
            'SELECT DISTINCT c.permission FROM outreach_candidate c JOIN outreach_permit_request r ON r.candidate_id = c.id'
            f' WHERE c.id NOT IN ({tied})'
        )
        assert sql(others) == [['free']], 'what was not for one job counts for all'
        assert sql("SELECT is_regulated, is_regulation_decided FROM outreach_occupation WHERE code = '26212' AND scheme = 'kldb'") == [
            ['t', 't']
        ]
        assert sql("SELECT is_regulated FROM outreach_occupation WHERE code = '81302' AND scheme = 'kldb'") == [['t']]
        assert sql("SELECT is_training, probation_end FROM outreach_placement WHERE date_start = '2026-08-01' AND is_training") == [
            ['t', '2026-12-01']
        ]
        assert sql(
            "SELECT count(*) FROM outreach_instrument WHERE decided_by IS NULL AND id IN (SELECT res_id FROM ir_model_data"
            " WHERE model = 'outreach.instrument' AND module = " + quote(ADDON) + ')'
        ) == [['0']]


def test_upgrade_without_demo_data(odoo, scratch, old_database):
    """A database that was filled by hand keeps its municipalities and what refers to them."""
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
        former = dict(sql('SELECT working_time, count(*) FROM outreach_demand WHERE working_time IS NOT NULL GROUP BY 1'))
        shifts = sql('SELECT count(*) FROM outreach_candidate WHERE does_shifts')
        for _update in range(2):  # the second one has no migration any more
            problems = databases.install(odoo, database, update=True, log='test-upgrade-bare')
            assert not problems, '\n'.join(map(str, problems))
            assert {query: sql(query) for query in kept} == before
        for column, key in (
            ('is_full_time', 'vz'),
            ('is_part_time', 'tz'),
            ('is_shift', 'snw'),
            ('is_night', 'snw'),
            ('is_weekend', 'snw'),
        ):
            assert sql(f'SELECT count(*) FROM outreach_demand WHERE {column}') == [[former[key]]], column
        assert sql('SELECT count(*) FROM outreach_candidate WHERE does_nights AND does_weekends AND does_shifts') == shifts
