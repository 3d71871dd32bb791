"""A request for work permission is closed once: two answers, or an answer and a withdrawal, in the same second."""

import json

import pytest

# Transactions as those of requests: each with a cursor of its own, repeated as the server repeats a request.
OVERTAKEN = """
import json, logging
from odoo import api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as service

logging.getLogger('odoo.sql_db').setLevel(logging.CRITICAL)  # collisions are wanted here, and core logs them as errors
service.time.sleep = lambda seconds: None  # nobody else is in the way at the second attempt
registry = Registry(env.cr.dbname)
users = {login: env['res.users'].search([('login', '=', login)]) for login in ('jobcenter', 'abh')}
asker = env(user=users['jobcenter'])
asked = asker['outreach.permit.request'].create({
    'candidate_id': asker['outreach.candidate'].create({}).id, 'foreign_reference': 'ABH 1',
    'to_agency_id': users['abh']._get_outreach_agency().id})
env.cr.commit()
attempts = {'first': 0, 'second': 0}
refused = []


def act(own, which, what):
    attempts[which] += 1
    request = own['outreach.permit.request'].browse(asked.id)
    if what == 'withdraw':
        request.action_withdraw()
    else:
        request._answer(what, False, False, False)


def request(own, which, what):
    try:
        service.retrying(lambda: act(own, which, what), own)
    except UserError as error:
        own.cr.rollback()
        refused.append(which)


login = {'withdraw': 'jobcenter'}
with registry.cursor() as first, registry.cursor() as second:
    one, two = (api.Environment(cr, users[login.get(what, 'abh')].id, {}) for cr, what in ((first, FIRST), (second, SECOND)))
    assert two['outreach.permit.request'].browse(asked.id).state == 'open'  # has looked before the first one writes
    request(one, 'first', FIRST)
    request(two, 'second', SECOND)
env.cr.rollback()
env.invalidate_all()
print('RESULT', json.dumps({'state': asked.state, 'answer': asked.answer, 'permission': asked.candidate_id.permission,
                            'attempts': attempts, 'refused': refused}))
"""


@pytest.mark.parametrize(
    ('first', 'second', 'state', 'answer', 'permission'),
    [
        ('free', 'refused', 'answered', 'free', 'free'),
        ('free', 'withdraw', 'answered', 'free', 'free'),
        ('withdraw', 'free', 'withdrawn', False, 'unclear'),
    ],
)
def test_closed_once(odoo, addon_database, first, second, state, answer, permission):
    problems, output = odoo.shell(addon_database, f'FIRST, SECOND = {first!r}, {second!r}\n{OVERTAKEN}', log='test-permit-concurrent')
    assert not problems, '\n'.join(map(str, problems))
    line = next(line for line in output.splitlines() if line.startswith('RESULT '))
    found = json.loads(line.removeprefix('RESULT '))
    assert found['attempts'] == {'first': 1, 'second': 2}, 'they must have collided'
    assert found['refused'] == ['second']
    assert (found['state'], found['answer'], found['permission']) == (state, answer, permission)
