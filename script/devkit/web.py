"""A user's session with a running server, by plain HTTP."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from html import unescape


class WebError(Exception):
    """A page or call that did not answer as it should; the message says which and how."""


class Session:
    """A cookie jar and a base URL."""

    def __init__(self, url):
        self.url = url
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),  # the server is on this machine
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )

    def get(self, path, data=None, headers=None):
        """Return (final path, text) of a page. Raises `WebError` unless its status is 200."""
        request = urllib.request.Request(urllib.parse.urljoin(self.url, path), data, headers or {})
        try:
            with self._opener.open(request, timeout=120) as answer:
                return urllib.parse.urlsplit(answer.url).path, answer.read().decode('utf-8', 'replace')
        except urllib.error.HTTPError as error:
            raise WebError(f'{path} answers {error.code} {error.reason}') from error
        except OSError as error:
            raise WebError(f'{path} does not answer: {error}') from error

    def log_in(self, login, password):
        """Log in by the form that people use. Raises `WebError`."""
        _path, page = self.get('/web/login')
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        if not token:
            raise WebError('/web/login shows no login form')
        form = urllib.parse.urlencode({'csrf_token': token[1], 'login': login, 'password': password})
        path, _page = self.get('/web/login', form.encode())
        if path.startswith('/web/login'):
            raise WebError(f'login as "{login}" is refused')

    def call(self, path, **params):
        """Return the result of a JSON-RPC route. Raises `WebError` with the server's message."""
        _path, text = self.get(
            path,
            json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': params}).encode(),
            {'Content-Type': 'application/json'},
        )
        answer = json.loads(text)
        if error := answer.get('error'):
            raise WebError(f'{path}: {error.get("data", {}).get("message") or error.get("message")}')
        return answer['result']

    def call_kw(self, model, method, *args, **kwargs):
        """Call a model's method as the web client does."""
        return self.call(
            f'/web/dataset/call_kw/{model}/{method}', model=model, method=method, args=args, kwargs=kwargs
        )

    def open_assets(self, page):
        """Fetch the style sheets and scripts that a page names. Raises `WebError`."""
        for link in re.findall(r'(?:href|src)="(/web/assets/[^"]+)"', page):
            self.get(unescape(link))


def open_home(session, role, addon):
    """Open what a role sees first: for the portal its pages, else its first menu of the addon.

    Returns a few words on what was opened. Raises `WebError`.
    """
    if role.portal:
        for path in ('/my', '/my/outreach'):
            _path, page = session.get(path)
            session.open_assets(page)
        return '/my, /my/outreach'
    _path, page = session.get('/odoo')
    session.open_assets(page)
    menus = json.loads(session.get('/web/webclient/load_menus')[1])
    apps = [menus[str(number)] for number in menus['root']['children']]
    if not apps:
        raise WebError(f'"{role.login}" has no menu')
    own = [app for app in apps if (app.get('xmlid') or '').startswith(f'{addon}.')]
    app = (own or apps)[0]
    menu = _first_action(menus, app)
    if not menu:
        raise WebError(f'the menu "{app["name"]}" leads "{role.login}" nowhere')
    action = session.call('/web/action/load', action_id=menu['actionID'])
    if action['type'] == 'ir.actions.act_window':
        views = session.call_kw(
            action['res_model'],
            'get_views',
            views=action['views'],
            options={'toolbar': True, 'action_id': action['id']},
        )
        session.call_kw(action['res_model'], 'search_count', [])
        assert views['views']
    return f'/odoo, {app["name"]} / {action.get("name")}'


def _first_action(menus, menu):
    if menu.get('actionID'):
        return menu
    for number in menu.get('children', []):
        if found := _first_action(menus, menus[str(number)]):
            return found
    return None
