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


def test_upgrade(odoo, scratch, dependencies_template, addon_template, last_release):
    """Nothing in the log, the structure of a new installation, and no data lost."""
    folder, version = last_release
    addons = ','.join(map(str, (*odoo.source.addons, folder)))
    with scratch('upgrade', dependencies_template.database) as database:
        odoo.call(
            'server', '-d', database, '-i', ADDON, f'--addons-path={addons}', '--stop-after-init', '--no-http',
            log='install-last', what=f'version {version} cannot be installed')

        def sql(query):
            return odoo.postgres.sql(query, database)

        assert sql(f'SELECT latest_version FROM ir_module_module WHERE name = {quote(ADDON)}') == [[version]]
        kept = (
            'SELECT id, partner_id, stage, lead_id FROM outreach_visit',
            'SELECT id, partner_id, stage, lead_id, occupation_id, name FROM outreach_demand',
            'SELECT id, demand_id, skill_id, level, need FROM outreach_demand_skill',
            'SELECT id, name, head_count, language_level FROM outreach_pool',
            'SELECT id, code, name, parent_id FROM outreach_occupation',
        )
        pools = sql('SELECT id, occupation_id FROM outreach_pool WHERE occupation_id IS NOT NULL')
        before = {query: sql(query) for query in kept}
        assert all(before.values()), 'the demo data of that version has some of each'
        problems = databases.install(odoo, database, update=True, log='test-upgrade')
        assert not problems, '\n'.join(map(str, problems))
        # the update adds the new demo data
        for query, rows in before.items():
            after = sql(query)
            assert all(row in after for row in rows), query
        occupations = sql('SELECT outreach_pool_id, outreach_occupation_id FROM outreach_occupation_outreach_pool_rel')
        assert pools and all(pool in occupations for pool in pools)
        assert sql("SELECT count(*) FROM outreach_occupation WHERE scheme = 'kldb'") == [[str(len(before[kept[-1]]))]]
        assert sql('SELECT count(*) FROM outreach_occupation WHERE length(code) = 5 AND kldb_area_id IS NULL') == [['0']]
        wanted = _snapshot(odoo, addon_template.database, _STRUCTURE)
        changed = _differences(wanted, _snapshot(odoo, database, _STRUCTURE))
        assert not changed, changed
