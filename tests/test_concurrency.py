"""Two offices start with one company in the same second: one lead, one line per agency, and nobody sees an error."""

import json

import pytest

# Transactions as those of requests: each with a cursor of its own, repeated as the server repeats a request.
COMMON = """
import json, logging, threading
from odoo import api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service import model as service

logging.getLogger('odoo.sql_db').setLevel(logging.CRITICAL)  # collisions are wanted here, and core logs them as errors
registry = Registry(env.cr.dbname)
users = {login: env['res.users'].search([('login', '=', login)]) for login in ('wifoe', 'jobcenter', 'wifoe2', 'jobcenter2')}
assert all(len(user) == 1 and user._get_outreach_agency() for user in users.values())
kind = env['outreach.visit.kind'].search([('is_visit', '=', True)], limit=1)
company = env['res.partner'].create({'name': "Zugleich GmbH", 'is_company': True, 'zip': '49565', 'city': "Bramsche"})
attempts = dict.fromkeys(users, 0)
env.cr.commit()


def plan(own, login, what='visit'):
    attempts[login] += 1
    if what == 'demand':
        own['outreach.demand'].create({'partner_id': company.id, 'name': "Staplerfahrer"})
    else:
        own['outreach.visit'].create({'partner_id': company.id, 'kind_id': kind.id, 'member_ids': [
            Command.create({'user_id': users[member].id}) for member in ('wifoe', 'jobcenter')]})


def report():
    env.cr.rollback()
    env.invalidate_all()
    leads = env['crm.lead'].with_context(active_test=False).search([('partner_id', '=', company.id)])
    visits = env['outreach.visit'].search([('partner_id', '=', company.id)])
    demands = env['outreach.demand'].search([('partner_id', '=', company.id)])
    print('RESULT', json.dumps({
        'leads': len(leads), 'remembered': company.outreach_lead_id == leads, 'stage': leads.mapped('stage_id.outreach_milestone'),
        'visits': len(visits), 'demands': len(demands), 'linked': (visits.lead_id | demands.lead_id) == leads,
        'appointments': len(visits.event_id), 'lines': len(company.outreach_responsibility_ids),
        'agencies': len(company.outreach_responsibility_ids.agency_id), 'attempts': attempts}))
"""

# The second transaction has looked at the database before the first one writes, and writes after it.
OVERTAKEN = COMMON + """
service.time.sleep = lambda seconds: None  # nobody else is in the way at the second attempt
with registry.cursor() as first, registry.cursor() as second:
    one, two = (api.Environment(cr, users[login].id, {}) for cr, login in ((first, 'wifoe'), (second, 'jobcenter')))
    assert not two['outreach.visit'].search([('partner_id', '=', company.id)])
    service.retrying(lambda: plan(one, 'wifoe', FIRST), one)
    service.retrying(lambda: plan(two, 'jobcenter', SECOND), two)
report()
"""

# Four people at once, each in a thread.
CROWD = COMMON + """
start = threading.Barrier(len(users))
failures = []


def work(login):
    try:
        with registry.cursor() as cr:
            own = api.Environment(cr, users[login].id, {})
            own['outreach.visit'].search_count([])
            start.wait(60)
            service.retrying(lambda: plan(own, login), own)
    except Exception as error:
        failures.append(repr(error))


threads = [threading.Thread(target=work, args=[login]) for login in users]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(120)
assert not failures, failures
report()
"""


@pytest.fixture
def result(odoo, addon_database):
    def run(code):
        problems, output = odoo.shell(addon_database, code, log='test-concurrency')
        assert not problems, '\n'.join(map(str, problems))
        line = next(line for line in output.splitlines() if line.startswith('RESULT '))
        return json.loads(line.removeprefix('RESULT '))
    return run


@pytest.mark.parametrize(('first', 'second', 'visits', 'demands', 'stage'), [
    ('visit', 'visit', 2, 0, 'visit_planned'),
    ('visit', 'demand', 1, 1, 'demand_recorded'),
    ('demand', 'visit', 1, 1, 'demand_recorded'),
])
def test_overtaken(result, first, second, visits, demands, stage):
    found = result(f'FIRST, SECOND = {first!r}, {second!r}\n{OVERTAKEN}')
    assert found['attempts'] == {'wifoe': 1, 'jobcenter': 2, 'wifoe2': 0, 'jobcenter2': 0}, 'they must have collided'
    assert (found['leads'], found['remembered'], found['linked']) == (1, True, True)
    assert (found['visits'], found['demands'], found['appointments']) == (visits, demands, visits)
    assert (found['lines'], found['agencies']) == (2, 2)
    assert found['stage'] == [stage]


def test_crowd(result):
    found = result(CROWD)
    assert (found['leads'], found['remembered'], found['linked']) == (1, True, True)
    assert (found['visits'], found['appointments']) == (4, 4)
    assert (found['lines'], found['agencies']) == (2, 2)
    assert sum(found['attempts'].values()) > 4, 'they must have collided'
