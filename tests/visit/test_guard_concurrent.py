"""Two offices start with one company in the same second.

Going together: one lead, one line per agency, and nobody sees an error. Each for itself: exactly one of them plans, and
the others are told of that plan.
"""

import json

import pytest

# Transactions as those of requests: each with a cursor of its own, repeated as the server repeats a request.
COMMON = """
import json, logging, threading
from odoo import api
from odoo.fields import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as service

logging.getLogger('odoo.sql_db').setLevel(logging.CRITICAL)  # collisions are wanted here, and core logs them as errors
registry = Registry(env.cr.dbname)
users = {login: env['res.users'].search([('login', '=', login)]) for login in ('wifoe', 'jobcenter', 'wifoe2', 'jobcenter2')}
assert all(len(user) == 1 and user._get_outreach_agency() for user in users.values())
kind = env['outreach.visit.kind'].search([('is_visit', '=', True)], limit=1)
company = env['res.partner'].create({'name': "Zugleich GmbH", 'is_company': True, 'zip': '49565', 'city': "Bramsche"})
if KNOWN:  # its lead and the lines of its agencies are there, so that only planning itself can collide
    env['outreach.visit'].create({
        'partner_id': company.id, 'kind_id': kind.id, 'start': '2026-01-05 09:00:00', 'stage': 'done', 'result': 'call_back',
        'member_ids': [Command.create({'user_id': user.id}) for user in users.values()]})
attempts = dict.fromkeys(users, 0)
refused = {}  # {login: what they were told}
env.cr.commit()


def plan(own, login, what='visit'):
    attempts[login] += 1
    if what == 'demand':
        own['outreach.demand'].create({'partner_id': company.id, 'name': "Staplerfahrer"})
    else:
        team = [login] if what == 'visit alone' else ['wifoe', 'jobcenter']
        own['outreach.visit'].create({'partner_id': company.id, 'kind_id': kind.id, 'member_ids': [
            Command.create({'user_id': users[member].id}) for member in team]})


def request(own, login, what='visit'):
    try:
        service.retrying(lambda: plan(own, login, what), own)
    except UserError as error:
        own.cr.rollback()
        refused[login] = error.args[0]


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
        'agencies': len(company.outreach_responsibility_ids.agency_id), 'attempts': attempts,
        'decisions': len(visits.decision_ids), 'refused': refused}))
"""

# The second transaction has looked at the database before the first one writes, and writes after it.
OVERTAKEN = (
    COMMON
    + """
service.time.sleep = lambda seconds: None  # nobody else is in the way at the second attempt
with registry.cursor() as first, registry.cursor() as second:
    one, two = (api.Environment(cr, users[login].id, {}) for cr, login in ((first, 'wifoe'), (second, 'jobcenter')))
    assert not two['outreach.visit'].search([('partner_id', '=', company.id), ('stage', '=', 'planned')])
    request(one, 'wifoe', FIRST)
    request(two, 'jobcenter', SECOND)
report()
"""
)

# Four people at once, each in a thread.
CROWD = (
    COMMON
    + """
start = threading.Barrier(len(users))
failures = []


def work(login):
    try:
        with registry.cursor() as cr:
            own = api.Environment(cr, users[login].id, {})
            own['outreach.visit'].search_count([])
            start.wait(60)
            request(own, login, WHAT)
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
)


@pytest.fixture
def result(odoo, addon_database):
    def run(code):
        problems, output = odoo.shell(addon_database, code, log='test-concurrency')
        assert not problems, '\n'.join(map(str, problems))
        line = next(line for line in output.splitlines() if line.startswith('RESULT '))
        return json.loads(line.removeprefix('RESULT '))

    return run


@pytest.mark.parametrize(
    ('first', 'second', 'visits', 'demands', 'stage'),
    [('visit', 'visit', 2, 0, 'visit_planned'), ('visit', 'demand', 1, 1, 'demand_recorded'), ('demand', 'visit', 1, 1, 'demand_recorded')],
)
def test_overtaken(result, first, second, visits, demands, stage):
    found = result(f'KNOWN, FIRST, SECOND = False, {first!r}, {second!r}\n{OVERTAKEN}')
    assert found['attempts'] == {'wifoe': 1, 'jobcenter': 2, 'wifoe2': 0, 'jobcenter2': 0}, 'they must have collided'
    assert (found['leads'], found['remembered'], found['linked']) == (1, True, True)
    assert (found['visits'], found['demands'], found['appointments']) == (visits, demands, visits)
    assert (found['lines'], found['agencies']) == (2, 2)
    assert found['stage'] == [stage]


def test_crowd(result):
    found = result(f"KNOWN, WHAT = False, 'visit'\n{CROWD}")
    assert (found['leads'], found['remembered'], found['linked']) == (1, True, True)
    assert (found['visits'], found['appointments']) == (4, 4)
    assert (found['lines'], found['agencies']) == (2, 2)
    assert sum(found['attempts'].values()) > 4, 'they must have collided'
    assert not found['refused']


@pytest.mark.parametrize('known', [False, True])
def test_each_for_itself_overtaken(result, known):
    """The second one had looked before the first one planned, and still does not plan past them."""
    found = result(f"KNOWN = {known}\nFIRST = SECOND = 'visit alone'\n{OVERTAKEN}")
    assert found['attempts'] == {'wifoe': 1, 'jobcenter': 2, 'wifoe2': 0, 'jobcenter2': 0}, 'they must have collided'
    assert (found['visits'], found['appointments'], found['decisions']) == (1 + known, 1 + known, 0)
    assert list(found['refused']) == ['jobcenter']


@pytest.mark.parametrize('known', [False, True])
def test_each_for_itself_crowd(result, known):
    """Four people of two offices in the same second: exactly one plan, and three who are told of it."""
    found = result(f"KNOWN = {known}\nWHAT = 'visit alone'\n{CROWD}")
    assert (found['visits'], found['appointments'], found['decisions']) == (1 + known, 1 + known, 0)
    assert len(found['refused']) == 3
    assert all('Zugleich GmbH' in text for text in found['refused'].values())
    assert sum(found['attempts'].values()) > 4, 'they must have collided'
