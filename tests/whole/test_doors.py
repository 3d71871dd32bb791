"""Doors of core beside the web client: `/json/2` with an API key, and the channels of the websocket."""

import json
import threading
import urllib.error
import urllib.request

import pytest
import websocket

from devkit.web import Session

# Who has nothing to do with candidates, and who has.
OUTSIDE = ('wifoe', 'bramsche', 'leitung', 'abh', 'helfer', 'datenschutz', 'betrieb', 'admin')
MODELS = (
    'outreach.candidate',
    'outreach.candidate.skill',
    'outreach.job.permit',
    'outreach.candidate.occupation',
    'outreach.candidate.language',
    'outreach.candidate.regime',
    'outreach.barrier',
    'outreach.match',
    'outreach.proposal',
    'outreach.candidate.import',
)
# Core writes into its log what it tells a user.
REFUSALS = [
    'Zugriff',
    'Access',
    'access',
    'cannot be called remotely',
    'B, CE',
    'characters, and',
    'does not exist',
    'verify that',
    'rights to export',
    'is exported by whom that right was given to',
]
KEYS = """
keys = {}
for login in %r:
    user = env['res.users'].search([('login', '=', login)])
    keys[login] = env['res.users.apikeys'].with_user(user).sudo()._generate('rpc', 'test', None)
candidate = env['outreach.candidate'].search([('skill_ids', '!=', False)], limit=1)
env['res.users'].search([('login', '=', 'jobcenter')]).notification_type = 'inbox'
import json
print('RESULT', json.dumps({'keys': keys, 'candidate': candidate.id, 'name': candidate.name, 'line': candidate.skill_ids[0].id,
    'partners': {login: env['res.users'].search([('login', '=', login)]).partner_id.id for login in keys}}))
env.cr.commit()
"""


@pytest.fixture(scope='module')
def known(server):
    """An API key per role, and a candidate."""
    output = server.shell(KEYS % (('jobcenter', 'migration', *OUTSIDE),))
    return json.loads(next(line for line in output.splitlines() if line.startswith('RESULT ')).removeprefix('RESULT '))


@pytest.fixture(scope='module')
def call(server, known):
    """Call a method by /json/2: (status, answer)."""
    server.expected += REFUSALS

    def send(login, model, method, key=None, **arguments):
        request = urllib.request.Request(
            f'{server.url}/json/2/{model}/{method}',
            json.dumps(arguments).encode(),
            {'Content-Type': 'application/json', 'Authorization': f'bearer {key or known["keys"][login]}'},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return send


def operations(known, model):
    ids = {'outreach.candidate': [known['candidate']], 'outreach.candidate.skill': [known['line']]}.get(model, [1])
    return [
        ('search', {'domain': []}),
        ('search_read', {'domain': [], 'fields': ['display_name']}),
        ('search_count', {'domain': []}),
        ('web_search_read', {'domain': [], 'specification': {'display_name': {}}}),
        ('name_search', {'name': ''}),
        ('formatted_read_group', {'domain': [], 'groupby': [], 'aggregates': ['__count']}),
        ('read', {'ids': ids, 'fields': ['display_name']}),
        ('web_read', {'ids': ids, 'specification': {'display_name': {}}}),
        ('export_data', {'ids': ids, 'fields_to_export': ['display_name']}),
        ('write', {'ids': ids, 'vals': {'create_uid': 1}}),
        ('web_save', {'ids': ids, 'vals': {}, 'specification': {'display_name': {}}}),
        ('copy', {'ids': ids}),
        ('unlink', {'ids': ids}),
        ('create', {'vals_list': [{}]}),
        ('default_get', {'fields': ['name']}),
        ('onchange', {'ids': ids, 'values': {}, 'field_names': [], 'fields_spec': {}}),
    ]


def test_the_key_of_the_job_centre_opens(known, call):
    """The precondition of what follows."""
    for method, arguments in operations(known, 'outreach.candidate')[:8]:
        status, answer = call('jobcenter', 'outreach.candidate', method, **arguments)
        assert status == 200, (method, answer)
        assert answer or method == 'name_search'
    assert call('jobcenter', 'outreach.candidate', 'read', ids=[known['candidate']], fields=['name'])[1][0]['name'] == known['name']
    assert call('jobcenter', 'outreach.candidate', 'read', key='wrong', ids=[known['candidate']])[0] == 401


@pytest.mark.parametrize('login', OUTSIDE)
def test_no_key_opens_to_others(known, call, login):
    for model in MODELS:
        for method, arguments in operations(known, model):
            status, answer = call(login, model, method, **arguments)
            assert (
                status in (403, 404, 422)
                or answer in ([], 0, {}, {'length': 0, 'records': []}, [{'__count': 0}])
                or (method == 'default_get' and 'candidate' not in str(answer))
            ), (model, method, status, answer)
            assert known['name'] not in str(answer)


@pytest.mark.parametrize('login', ['betrieb', 'bramsche', 'wifoe', 'jobcenter'])
def test_private_methods(known, call, login):
    for model, method in (
        ('outreach.demand', '_create_from_portal'),
        ('outreach.candidate', '_draw_pseudonym'),
        ('outreach.visit', '_cancel'),
        ('outreach.demand', '_check_unique'),
        ('res.partner', '_take_outreach_turn'),
    ):
        assert call(login, model, method)[0] in (403, 404), method


def test_limits_hold(known, call):
    """What the form says, this door says."""
    for values, words in (({'driving_licence': 'viele'}, 'B, CE'), ({'residence_title': 'x' * 501}, '501')):
        status, answer = call('jobcenter', 'outreach.candidate', 'create', vals_list=[values])
        assert status == 422 and words in answer, answer


class Listener:
    """Somebody logged in who asked for these channels: `text` is all that has arrived."""

    def __init__(self, server, login, channels):
        session = Session(server.url)
        session.log_in(login, login)
        self.text = ''
        self.socket = websocket.create_connection(
            f'{server.url.replace("http", "ws", 1)}/websocket', cookie=session.cookies, origin=server.url, timeout=300
        )
        self.socket.send(json.dumps({'event_name': 'subscribe', 'data': {'channels': channels, 'last': 0}}))
        self.thread = threading.Thread(target=self.read)  # at once: who does not answer pings is dropped
        self.thread.start()

    def read(self):
        while 'outreach/end' not in self.text:
            self.text += self.socket.recv()


def test_channels_of_others(server, known):
    """Whatever channels somebody asks for: of a candidate's messages, activities and fields nothing arrives but at the
    job centre."""
    candidate, partner = known['candidate'], known['partners']['jobcenter']
    database = server.database
    channels = [
        f'outreach.candidate_{candidate}',
        f'outreach.candidate,{candidate}',
        f'outreach.candidate({candidate},)',
        f'res.partner_{partner}',
        f'res.partner({partner},)',
        f'["{database}", "res.partner", {partner}]',
        f'["{database}","outreach.candidate",{candidate}]',
        f'odoo-presence-res.partner_{partner}',
        'mail.record/insert',
        'mail.activity/updated',
        'base.group_user',
        'broadcast',
        f'odoo-activity-outreach.candidate_{candidate}',
        f'discuss.channel_{candidate}',
    ]
    listeners = {login: Listener(server, login, channels) for login in ('wifoe', 'bramsche', 'leitung', 'betrieb', 'jobcenter')}
    session = Session(server.url)
    session.log_in('jobcenter2', 'jobcenter2')
    user = session.call_kw('res.users', 'search', [['login', '=', 'jobcenter']])[0]
    session.call_kw('outreach.candidate', 'message_post', [candidate], body='Geheimwort Probe', partner_ids=[partner])
    session.call_kw(
        'outreach.candidate',
        'activity_schedule',
        [candidate],
        act_type_xmlid='mail.mail_activity_data_todo',
        summary='Geheimwort Probe',
        user_id=user,
    )
    session.call_kw('outreach.candidate', 'write', [candidate], {'residence_title': 'Geheimwort Probe'})
    server.shell(f'''
for login in {list(listeners)!r}:  # the last word on each, so that one knows when all is there
    env['res.users'].search([('login', '=', login)]).partner_id._bus_send('outreach/end', {{}})
env.cr.commit()
''')
    for login, listener in listeners.items():
        listener.thread.join(300)
        listener.socket.close()
        assert 'outreach/end' in listener.text, login
        assert ('Geheimwort' in listener.text) == (login == 'jobcenter'), (login, listener.text)
        assert login == 'jobcenter' or known['name'] not in listener.text, (login, listener.text)
