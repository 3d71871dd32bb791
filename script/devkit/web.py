"""A user's session with a running server, by plain HTTP."""

import ast
import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from html import unescape

# What Odoo writes into a style sheet that it cannot make.
_CSS_ERROR = '/* ## CSS error message ##*/'


class WebError(Exception):
    """A page or call that did not answer as it should; the message says which and how."""


class Session:
    """A cookie jar and a base URL."""

    def __init__(self, url):
        self.url = url
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),  # the server is on this machine
            urllib.request.HTTPCookieProcessor(self._jar),
        )

    @property
    def cookies(self):
        """Return the cookies as a header, for what is no plain HTTP."""
        return '; '.join(f'{cookie.name}={cookie.value}' for cookie in self._jar)

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
            path, json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': params}).encode(), {'Content-Type': 'application/json'}
        )
        answer = json.loads(text)
        if error := answer.get('error'):
            raise WebError(f'{path}: {error.get("data", {}).get("message") or error.get("message")}')
        return answer['result']

    def call_kw(self, model, method, *args, **kwargs):
        """Call a model's method as the web client does."""
        return self.call(f'/web/dataset/call_kw/{model}/{method}', model=model, method=method, args=args, kwargs=kwargs)

    def open_assets(self, page):
        """Fetch the style sheets and scripts that a page names. Raises `WebError`, also if a style sheet has an error."""
        for link in re.findall(r'(?:href|src)="(/web/assets/[^"]+)"', page):
            _path, text = self.get(unescape(link))
            if _CSS_ERROR in text:
                raise WebError(f'{unescape(link)}: {text.partition(_CSS_ERROR)[2].strip()[-300:]}')


def open_home(session, role, addon):
    """Open what a role sees first, and all that its menus lead to: for the portal its pages, else the addon's app.

    Returns a few words on what was opened. Raises `WebError`, also where somebody would be left without a page: the
    first entry, and every other one, must be a page and not a dialog.
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
    if app != apps[0]:
        raise WebError(f'"{role.login}" lands in "{apps[0]["name"]}" instead of "{app["name"]}"')
    entries = list(_entries(menus, app))
    if not entries:
        raise WebError(f'the menu "{app["name"]}" leads "{role.login}" nowhere')
    opened = [open_menu(session, entry) for entry in entries]
    return f'/odoo, {app["name"]} / {opened[0]}, {len(opened)} entries'


def _entries(menus, menu):
    """The menus below one that open something, in their order."""
    if menu.get('children'):
        for number in menu['children']:
            yield from _entries(menus, menus[str(number)])
    elif menu.get('actionID'):
        yield menu


def open_menu(session, menu):
    """Do with an entry what the web client does before it shows a page; return the name of the action.

    Raises `WebError` with the name of the entry.
    """
    try:
        action = session.call('/web/action/load', action_id=menu['actionID'])
        if action['type'] == 'ir.actions.server':
            action = session.call('/web/action/run', action_id=action['id'])
        if action.get('target') == 'new':
            raise WebError('a dialog, which leaves an empty page behind; an entry has to open a page')
        if action['type'] == 'ir.actions.act_window':
            _open_views(session, action)
        elif action['type'] != 'ir.actions.client':
            raise WebError(f'{action["type"]} is no page')
        elif action['tag'] == 'outreach_today':
            _open_today(session)
    except WebError as error:
        raise WebError(f'menu "{menu["name"]}": {error}') from error
    return action.get('name')


def _open_views(session, action):
    """Fetch the views of a window action, and the first records or an empty form."""
    model = action['res_model']
    session.call_kw(model, 'get_views', views=action['views'], options={'toolbar': True, 'action_id': action['id']})
    if [view[1] for view in action['views'] if view[1] != 'search'] == ['form']:
        session.call_kw(model, 'onchange', [], {}, [], {'display_name': {}})
        return
    domain = action.get('domain') or []
    if isinstance(domain, str):
        try:
            domain = ast.literal_eval(domain)
        except ValueError:  # it names the user, whose records are among all
            domain = []
    session.call_kw(model, 'web_search_read', domain, {'display_name': {}}, limit=40)


def _open_today(session):
    page = session.call_kw('outreach.today', 'get_today')
    if failed := [block['key'] for block in page['blocks'] if block.get('failed')]:
        raise WebError(f'these blocks fail: {", ".join(failed)}')
