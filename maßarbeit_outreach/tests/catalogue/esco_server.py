"""A server on this machine that answers as the ESCO web service does, well or badly."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ESCO = 'http://data.europa.eu/esco/'

WELDER = {
    'uri': f'{ESCO}occupation/welder',
    'code': '7212.3',
    'title': "Schweißer/Schweißerin",
    'preferredLabel': {'de': "Schweißer/Schweißerin", 'en': 'welder', 'fr': 'soudeur'},
    'alternativeLabel': {'de': ["Metallschweißer", "Schweißfachkraft"], 'en': ['metal welder']},
    'description': {'de': {'literal': "Verbindet Metall <b>fest</b>.", 'mimetype': 'plain/text'}},
    '_links': {
        'broaderIscoGroup': [{'uri': f'{ESCO}isco/C7212', 'title': "Schweißer und Brennschneider", 'code': '7212'}],
        'regulatedProfessionNote': {'uri': f'{ESCO}regulated-professions/unregulated'},
        'hasEssentialSkill': [
            {'uri': f'{ESCO}skill/weld', 'title': "Test-Schweißen", 'skillType': f'{ESCO}skill-type/skill'},
            {'uri': f'{ESCO}skill/metals', 'title': "Metallkunde (Test)", 'skillType': f'{ESCO}skill-type/knowledge'},
        ],
        'hasOptionalSkill': {'uri': f'{ESCO}skill/paint', 'title': "Test-Lackieren", 'skillType': f'{ESCO}skill-type/skill'},
    },
}


class EscoServer:
    """`answers(path, query)` gives a dict or bytes, or `(status, headers, bytes)`; each request is noted in `requests`."""

    def __init__(self, answers):
        self.requests = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                server.requests.append((parts.path, query))
                answer = answers(parts.path, query)
                status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
                body = json.dumps(body).encode() if isinstance(body, dict) else body
                with contextlib.suppress(OSError):  # who is impatient hangs up
                    self.send_response(status)
                    for name, value in {'Content-Length': str(len(body)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={'poll_interval': 0.01})
        self._thread.start()
        self.url = f'http://127.0.0.1:{self._server.server_port}/esco/api'

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def result(number, label, kind='occupation', **values):
    return {'uri': f'{ESCO}{kind}/{number}', 'title': label, 'preferredLabel': {'de': label}, **values}


def page(*results, following=None):
    links = {'next': {'href': following}} if following else {}
    return {'total': 3, '_embedded': {'results': list(results)}, '_links': links}


def answer_welder(path, query):
    """Two pages of results, and the first of them."""
    if path.endswith('/search'):
        if query.get('page') == '2':
            return page(result('smith', "Schmied/Schmiedin", code='7221.1'))
        return page(result('welder', "Schweißer/Schweißerin", code='7212.3'), following='/esco/api/search?text=a&page=2')
    return WELDER if query['uri'] == WELDER['uri'] else (404, {}, b'')
