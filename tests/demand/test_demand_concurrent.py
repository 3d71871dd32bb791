"""Demands that two people, or two crons, change in the same second."""

import json

import pytest

COMMON = """
import json, logging
from odoo import api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as service

logging.getLogger('odoo.sql_db').setLevel(logging.CRITICAL)  # collisions are wanted here, and core logs them as errors
service.time.sleep = lambda seconds: None  # nobody else is in the way at the second attempt
registry = Registry(env.cr.dbname)
users = {login: env['res.users'].search([('login', '=', login)]).id for login in ('wifoe', 'jobcenter')}
company = env['res.partner'].create({'name': "Zugleich GmbH", 'is_company': True, 'zip': '49565', 'city': "Bramsche"})
Demand = env['outreach.demand'].with_user(users['wifoe'])
attempts, refused = [], []


def request(own, work):
    def attempt():
        attempts.append(1)
        work(own['outreach.demand'])
    try:
        service.retrying(attempt, own)
    except UserError as error:
        own.cr.rollback()
        refused.append(error.args[0])


def side_by_side(work):
    '''The second transaction has looked at the database before the first one writes, and writes after it.'''
    env.cr.commit()
    with registry.cursor() as first, registry.cursor() as second:
        one, two = (api.Environment(cr, users[login], {}) for cr, login in ((first, 'wifoe'), (second, 'jobcenter')))
        two['outreach.demand'].search_count([])
        request(one, work)
        request(two, work)
    env.cr.rollback()
    env.invalidate_all()
"""
RAISE = """
target = Demand.create({'partner_id': company.id, 'name': "Schweißer", 'positions': 2})
double = Demand.create({'partner_id': company.id, 'name': "Schweißer", 'positions': 3})
side_by_side(lambda demands: demands.browse(target.id).action_raise(3, 2, instead_of_id=INSTEAD and double.id, intention=INTENTION))
print('RESULT', json.dumps({
    'positions': target.positions, 'double': double.stage, 'attempts': len(attempts), 'refused': len(refused)}))
"""
CROWD = """
import threading
target = Demand.create({'partner_id': company.id, 'name': "Schweißer", 'positions': 2})
start = threading.Barrier(4)
failures = []
env.cr.commit()


def work(number):
    try:
        with registry.cursor() as cr:
            own = api.Environment(cr, users['wifoe' if number % 2 else 'jobcenter'], {})
            own['outreach.demand'].browse(target.id).positions
            start.wait(60)
            request(own, lambda demands: demands.browse(target.id).action_raise(3, 2, intention=SAME and 'one' or f'one {number}'))
    except Exception as error:
        failures.append(repr(error))


threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(120)
assert not failures, failures
env.cr.rollback()
env.invalidate_all()
print('RESULT', json.dumps({'positions': target.positions, 'refused': len(refused), 'told': [len(text) > 50 for text in refused]}))
"""
PORTAL = """
import threading
employer = env['res.users'].search([('login', '=', 'betrieb')])
Demand.sudo().search([('source', '=', 'portal')]).write({'source': 'officer'})
Demands = type(env['outreach.demand'])
Demands.PORTAL_MOST_DEMANDS = 3
start = threading.Barrier(6)
failures = []
env.cr.commit()


def work(number):
    try:
        with registry.cursor() as cr:
            own = api.Environment(cr, employer.id, {})
            own['outreach.demand'].search_count([])
            start.wait(60)
            request(own, lambda demands: demands._create_from_portal({'name': f"Fahrer {number}", 'positions': '1'}, f'form {number}'))
    except Exception as error:
        failures.append(repr(error))


service.MAX_TRIES_ON_CONCURRENCY_FAILURE = 20  # six at once is more than the server expects of one company
threads = [threading.Thread(target=work, args=[number]) for number in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(120)
assert not failures, failures
env.cr.rollback()
env.invalidate_all()
made = Demand.sudo().search_count([('source', '=', 'portal')])
print('RESULT', json.dumps({'made': made, 'refused': sum('24' in text for text in refused)}))
"""
REPEAT = """
former = Demand.create({'partner_id': company.id, 'name': "Erntehelfer", 'positions': 2})
former.write({'stage': 'closed', 'closed_reason': 'filled_by_us'})
side_by_side(lambda demands: demands.browse(former.id).action_repeat())
print('RESULT', json.dumps({'next': len(former.next_ids), 'attempts': len(attempts), 'refused': len(refused)}))
"""
CRON = """
other = env['res.partner'].create({'name': "Nebenan GmbH", 'is_company': True})  # of what is locked nothing else depends on it
demands = Demand.create([
    {'partner_id': (company if number < 20 else other).id, 'name': f"Saison {number}", 'is_evergreen': True, 'reopen_months': 1}
    for number in range(30)])
demands.write({'stage': 'filled'})
demands.write({'reopen_date': fields.Date.today()})
env.cr.commit()
failed = []
with registry.cursor() as first, registry.cursor() as second:
    one, two = (api.Environment(cr, api.SUPERUSER_ID, {}) for cr in (first, second))
    if LOCKED:  # the other one is at work on them at this moment
        one['outreach.demand'].browse(demands[:20].ids)._reopen()
        one.flush_all()
    two['outreach.demand'].search_count([])
    if not LOCKED:  # the other one is ready before this one begins to write
        one['outreach.demand']._cron_reopen()
    try:
        two['outreach.demand']._cron_reopen()
    except Exception as error:
        second.rollback()
        failed.append(type(error).__name__)
    first.commit()
with registry.cursor() as cr:  # the next day
    api.Environment(cr, api.SUPERUSER_ID, {})['outreach.demand']._cron_reopen()
env.cr.rollback()
env.invalidate_all()
print('RESULT', json.dumps({
    'next': len(demands.next_ids), 'each': sorted({len(demand.next_ids) for demand in demands}),
    'activities': len(demands.next_ids.activity_ids), 'waiting': len(demands.filtered('reopen_date')), 'failed': failed}))
"""


@pytest.fixture
def result(odoo, addon_database):
    def run(code):
        problems, output = odoo.shell(addon_database, COMMON + code, log='test-demand-concurrent')
        assert not problems, '\n'.join(map(str, problems))
        line = next(line for line in output.splitlines() if line.startswith('RESULT '))
        return json.loads(line.removeprefix('RESULT '))

    return run


def test_two_raise_a_demand(result):
    """Both saw the same number: the second one is told of the first."""
    assert result(f'INSTEAD = INTENTION = False\n{RAISE}') == {'positions': 5, 'double': 'recorded', 'attempts': 3, 'refused': 1}


def test_one_request_twice(result):
    """The same click, sent twice at once: it counts once, and nobody sees an error."""
    found = result(f"INSTEAD, INTENTION = False, 'this click'\n{RAISE}")
    assert found == {'positions': 5, 'double': 'recorded', 'attempts': 3, 'refused': 0}


@pytest.mark.parametrize('same', [True, False])
def test_four_raise_a_demand(result, same):
    """Four at once: one counts; the three others were the same click, or are told."""
    found = result(f'SAME = {same}\n{CROWD}')
    assert found == {'positions': 5, 'refused': 0 if same else 3, 'told': [] if same else [True] * 3}


def test_many_enter_demands_at_once(result):
    """The limit of a day holds for those who come in the same second."""
    assert result(PORTAL) == {'made': 3, 'refused': 3}


def test_two_count_a_duplicate(result):
    """It is one demand: it counts once, and the second one is told."""
    assert result(f'INSTEAD, INTENTION = True, False\n{RAISE}') == {'positions': 5, 'double': 'closed', 'attempts': 3, 'refused': 1}


def test_two_repeat_a_demand(result):
    """The second one is told that it was repeated already."""
    assert result(REPEAT) == {'next': 1, 'attempts': 2, 'refused': 1}


@pytest.mark.parametrize('locked', [True, False])
def test_two_crons(result, locked):
    """Whether they meet while one works or after it: one successor each, one activity each, nothing left."""
    found = result(f'LOCKED = {locked}\n{CRON}')
    assert (found['next'], found['each'], found['activities'], found['waiting']) == (30, [1], 30, 0)
    assert not found['failed'] or not locked
