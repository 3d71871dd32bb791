"""Fixtures for the tests of the whole: databases, a running server, a real browser.

`script/test` prepares everything; `script/test tests/visit/test_x.py::test_y` runs one test. In short:

    def test_something(server, desktop_page):
        desktop_page.log_in('wifoe')
        desktop_page.goto('/odoo/outreach-visits')
        desktop_page.screenshot_to('visits')

* `odoo`        – Odoo's code, Python and database server (`devkit.servers.Odoo`), with `odoo.call`
                  for its command line, `odoo.shell` for code in an environment, `odoo.postgres.sql`.
* `addon_database`  – name of a database of this module's own: the addon with its demo data.
* `server`      – a running `Server` on `addon_database`; its log is checked at the end.
* `desktop_page`, `phone_page` – a browser profile that knows nobody, with one `Page` on `server`.
* `new_page`    – a factory of such pages, for two users at once: `new_page(phone=True)`.

The databases live as long as one test module, so its tests see what those before them did. Files run side by side.

They stand in the rooms of the addon; `whole/` has what concerns all rooms, `scripts/` the scripts of this repository.

Pictures, which no test can read: whoever takes one uses the demo data and files of `tests/data`, whatever other data is
there, so that it shows invented companies and persons only; `test_names.py` holds to that.
"""

import contextlib
import dataclasses
import os
import re
import sys
from pathlib import Path

import hypothesis
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'script'))

from devkit import databases  # noqa: E402 (the path above must come first)
from devkit.errors import DevkitError  # noqa: E402
from devkit.logs import find_problems  # noqa: E402
from devkit.paths import LOG_DIR  # noqa: E402
from devkit.servers import Odoo, answers, new_log  # noqa: E402
from devkit.setup import ready_odoo  # noqa: E402
from devkit.system import BROWSERS, find_program, free_port, require_port  # noqa: E402

# Files that take a minute and more, the longest first.
LONGEST = ('test_door_browser', 'test_main_job', 'test_upgrade', 'test_disclosure_properties', 'test_lifecycle', 'test_first_start_browser')
SCREENSHOTS = ROOT / '.odoo/screenshots'
GUIDE = ROOT / 'docs/images'
GUIDE_TEXT = ROOT / 'docs/user-guide.md'
# Nothing of the browser's own may go out, and its look must not depend on the machine.
BROWSER_FLAGS = (
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-dev-shm-usage',
    '--disable-domain-reliability',
    '--disable-features=Translate,OptimizationHints',
    '--disable-sync',
    '--no-first-run',
    '--no-default-browser-check',
    '--metrics-recording-only',
    '--font-render-hinting=none',
    '--force-color-profile=srgb',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
)
DESKTOP = {'width': 1366, 'height': 800}
PHONE = {'width': 390, 'height': 844}


# How long an example takes says more of the machine than of the rule. The same examples each time, so that nobody's change is
# refused for what it has not touched; `--hypothesis-profile=explore` looks further.
hypothesis.settings.register_profile('whole', deadline=None, derandomize=True)
hypothesis.settings.register_profile('explore', deadline=None, max_examples=2000)
hypothesis.settings.load_profile('whole')


def pytest_addoption(parser):
    parser.addoption('--screenshots', metavar='FOLDER', default=str(SCREENSHOTS), help='folder for the screenshots of browser tests')
    parser.addoption('--slow', action='store_true', help='the tests marked as slow, and no others')


def pytest_configure(config):
    config.addinivalue_line('markers', 'slow: takes minutes, or needs what an ordinary run does not have (script/test --slow)')


def pytest_collection_modifyitems(config, items):
    """Choose between slow and ordinary tests; what takes longest begins first, so that no process is left alone with it."""
    slow = config.getoption('--slow')
    other = [item for item in items if bool(item.get_closest_marker('slow')) != slow]
    config.hook.pytest_deselected(items=other)
    items[:] = [item for item in items if item not in other]
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture(scope='session')
def odoo():
    """Odoo with everything that it needs, as the scripts set it up."""
    with ready_odoo() as ready:
        yield ready


@pytest.fixture(scope='session')
def scratch(odoo):
    """A context manager for a database of one's own: `with scratch(purpose, template) as name`.

    `template` names the database to copy, for instance `databases.addon_template(odoo).database`;
    without it the database is empty.
    """

    def open_scratch(purpose, template=None):
        return databases.scratch(odoo, purpose, template)

    return open_scratch


@pytest.fixture(scope='session')
def dependencies_template(odoo):
    """The template with what the addon depends on, and demo data; to be copied, not used."""
    return databases.dependencies_template(odoo)


@pytest.fixture(scope='session')
def addon_template(odoo):
    """The template with the addon and its demo data; to be copied, not used."""
    return databases.ready_template(odoo)


class House:
    """A database name and a server of one process, for the modules that come one after the other.

    Each module finds a new copy of the template under that name. The server stays: what its start costs is the registry, which
    is the same for all copies. It forgets what it has cached, and is started again where a module has changed the registry or the
    environment.
    """

    # Numbers that no module has come to by itself: the server takes what it knows of the former database for outdated.
    FORGET = """
        DO $$ DECLARE name text; BEGIN
            FOR name IN
                SELECT table_name FROM information_schema.tables
                WHERE table_name LIKE 'orm_signaling_%' AND table_name != 'orm_signaling_registry'
            LOOP
                EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), max(id) + {step}) FROM %I', name, name);
                EXECUTE format('INSERT INTO %I DEFAULT VALUES', name);
            END LOOP;
        END $$
    """
    REGISTRY = 'SELECT max(id) FROM orm_signaling_registry'

    def __init__(self, odoo):
        self.odoo = odoo
        self.database = databases.scratch_name('house')
        self.log = f'test-server-{os.getpid()}'
        self.ports = []
        self.turns = 0
        self.registry = None  # its number as the template has it
        self.url = None
        self.environment = None  # in which the server runs
        self.process = contextlib.ExitStack()

    def renew(self, template):
        """Give the name of the database, which is a new copy of the template."""
        if self.turns and self.odoo.postgres.sql(self.REGISTRY, self.database) != self.registry:
            self.close()
        databases.copy(self.odoo, template, self.database)
        self.registry = self.odoo.postgres.sql(self.REGISTRY, self.database)
        self.turns += 1
        self.odoo.postgres.sql(self.FORGET.replace('{step}', str(1000 * self.turns)), self.database)
        return self.database

    def serve(self):
        """Return the address of the server of that database, with an empty log."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith('PYTEST_')}
        if self.url and self.environment == environment and answers(self.url):
            new_log(self.log).touch()
        else:
            self.close()
            self.environment = environment
            self.url = self.process.enter_context(self.start(self.database, self.log))
        return self.url

    def start(self, database, log):
        """A server on the port of this process: what a browser has fetched belongs to the address with it.

        Another port as soon as somebody else has taken it.
        """
        try:
            require_port(self.ports[-1])
        except (IndexError, DevkitError):
            self.ports.append(free_port())
        return self.odoo.serve(database, self.ports[-1], name=log, log=log, options=['--log-level=warn'])

    def close(self):
        """Stop the server."""
        self.process.close()
        self.url = None


@pytest.fixture(scope='session')
def house(odoo):
    """The `House` of this process."""
    kept = House(odoo)
    with contextlib.closing(kept):
        yield kept
    databases.drop(odoo, kept.database)


@pytest.fixture(scope='module')
def addon_database(house, addon_template):
    """The name of a database with the addon and its demo data, shared by the tests of a module."""
    return house.renew(addon_template.database)


@dataclasses.dataclass
class Server:
    """A running server: its `url` without a slash at the end, its database, its log file.

    `expected` holds texts of warnings that a test provokes: core logs what it tells a user.
    """

    url: str
    database: str
    log: Path
    odoo: Odoo
    expected: list = dataclasses.field(default_factory=list)

    def problems(self):
        """Return the warnings and errors that the server has logged so far and nobody expects."""
        return [
            problem
            for problem in find_problems(self.log.read_text('utf-8', 'replace'))
            if not any(text in problem.text for text in self.expected)
        ]

    def shell(self, code):
        """Run code in an Odoo shell beside the server and return what it printed."""
        problems, output = self.odoo.shell(self.database, code, log='test-shell')
        assert not problems
        return output


@pytest.fixture(scope='module')
def server(odoo, house, addon_database):
    """A `Server` on a free loopback port. A warning or error in its log fails the last test."""
    log = LOG_DIR / f'{house.log}.log'
    with contextlib.ExitStack() as own:
        if addon_database == house.database:
            url = house.serve()
        else:  # a module with a template of its own
            house.close()
            url = own.enter_context(house.start(addon_database, house.log))
        running = Server(url, addon_database, log, odoo)
        yield running
    problems = running.problems()
    assert not problems, '\n'.join(map(str, problems))


# -- browser ----------------------------------------------------------------------


class Page:
    """A Playwright page (every other attribute is passed on to it) that knows the server.

    `errors` collects uncaught script errors and console errors: assert that it is empty.
    """

    def __init__(self, page, server, folder, leave):
        self.page = page
        self.server = server
        self.folder = folder
        self.leave = leave  # closes it before the test is over, for one that needs many
        self.errors = []
        self.calls = set()  # of the web client, not answered yet
        page.on('request', lambda request: self.calls.add(request) if '/call_kw/' in request.url else None)
        page.on('requestfinished', self._forget)
        page.on('requestfailed', self._forget)
        page.on('pageerror', lambda error: self.errors.append(str(error)))
        page.on('console', lambda message: self.errors.append(message.text) if message.type == 'error' else None)

    def __getattr__(self, name):
        return getattr(self.page, name)

    def goto(self, path, **kwargs):
        """Open a path of the server, as the address bar does."""
        return self.page.goto(self.server.url + path, **kwargs)

    def follow(self, path):
        """Open a path of the web client as a link in it does: without loading the client again, which costs most of a page."""
        if not self.page.url.startswith(f'{self.server.url}/odoo'):
            self.goto(path)
            return
        self.settle()  # what is on its way belongs to the page that is left
        self.page.evaluate(
            """path => {
                document.querySelectorAll('.o_action_manager > *').forEach((action) => action.setAttribute('left', ''));
                const link = Object.assign(document.createElement('a'), {href: path});
                document.body.append(link);
                link.click();
                link.remove();
            }""",
            path,
        )
        self.page.locator('.o_action_manager > :not([left])').first.wait_for()

    def settle(self):
        """Wait until the web client has sent what the last click asks for, and has been answered and drawn it."""
        self._be_idle()
        while self.calls:
            self.page.wait_for_event('requestfinished')
            self._be_idle()

    def _forget(self, request):
        self.calls.discard(request)

    def _be_idle(self):
        # a page that draws nothing may never call back
        self.page.evaluate('() => new Promise((done) => requestIdleCallback(() => done(), {timeout: 5000}))')

    def go_back(self, **kwargs):
        """The browser's own Back. The web client names a page in the address right after it has drawn it."""
        self._be_idle()
        return self.page.go_back(**kwargs)

    def log_in(self, login, password=None):
        """Log in and wait until the user's first page is there. The password of demo users equals the login.

        Without the form, whose page costs as much as one of the web client; `fill_log_in` is with it.
        """
        self.page.context.clear_cookies()
        answer = self.page.request.post(
            f'{self.server.url}/web/session/authenticate',
            data={'jsonrpc': '2.0', 'params': {'db': self.server.database, 'login': login, 'password': password or login}},
        ).json()
        assert 'error' not in answer, answer['error']['data']['message']
        self.goto('/odoo')
        self._be_inside()

    def fill_log_in(self, login, password=None):
        """Log in by the form, as a user does."""
        self.page.context.clear_cookies()
        self.goto('/web/login')
        self.page.fill('input[name=login]', login)
        self.page.fill('input[name=password]', password or login)
        self.page.click('form.oe_login_form button[type=submit]')
        self.page.wait_for_url(re.compile(r'/(odoo|my|web)(?!/login)(/|\?|#|$)'))
        self._be_inside()

    def _be_inside(self):
        self.page.wait_for_selector('.o_action_manager .o_content, #wrapwrap .o_portal, #wrapwrap .o_portal_my_home')

    def screenshot_to(self, name, **kwargs):
        """Save a screenshot as `name`.png in the folder of the run, and return its path.

        With the folder of the guide's pictures, only those go there that the guide shows, in few colours to be small.
        """
        folder = SCREENSHOTS if self.folder == GUIDE and f'/{name}.png' not in GUIDE_TEXT.read_text('utf-8') else self.folder
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f'{name}.png'
        self.page.screenshot(path=str(path), **{'animations': 'disabled', **kwargs})
        if folder == GUIDE:
            with Image.open(path) as image:
                small = image.convert('RGB').quantize(160)
            small.save(path, optimize=True)
        return path


class Profiles:
    """Browser profiles, each with a Chromium of its own, without a window; it never fetches a browser.

    A profile that somebody has left keeps what the browser fetched and compiled of the web client, which is two thirds of what
    a page costs, and nothing else. So a test has a fresh one without the price of it.
    """

    IDLE = 4  # as many as there are kinds: two sizes, two languages

    def __init__(self, playwright):
        self.program = find_program(BROWSERS)
        assert self.program, 'the browser tests need Chromium: apt-get install chromium'
        self.playwright = playwright
        self.idle = []

    def take(self, phone, language):
        """Return a browser context (Playwright's) of this size and language that remembers nobody."""
        kind = (phone, language)
        for profile in self.idle:
            if profile[0] == kind:
                self.idle.remove(profile)
                return profile[1]
        context = self.playwright.chromium.launch_persistent_context(
            '',  # a folder of its own that goes with it
            executable_path=self.program,
            headless=True,
            args=list(BROWSER_FLAGS),
            viewport=PHONE if phone else DESKTOP,
            is_mobile=phone,
            has_touch=phone,
            device_scale_factor=2 if phone else 1,
            locale=language,
            timezone_id='Europe/Berlin',
            reduced_motion='reduce',  # what still moves would be clicked, or photographed, on its way
        )
        context.kind = kind
        return context

    def leave(self, context, origin):
        """Forget all that a site of this origin could know its visitor by, and keep the profile for others."""
        blank, *pages = context.pages
        for page in pages:
            page.close()
        context.clear_cookies()
        context.clear_permissions()
        context.set_offline(False)
        session = context.new_cdp_session(blank)
        session.send('Storage.clearDataForOrigin', {'origin': origin, 'storageTypes': 'all'})
        session.detach()
        self.idle.append((context.kind, context))
        for __, old in self.idle[: -self.IDLE]:
            old.close()
        del self.idle[: -self.IDLE]

    def close(self):
        for __, context in self.idle:
            context.close()


@pytest.fixture(scope='session')
def profiles():
    """The `Profiles` of this process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, contextlib.closing(Profiles(playwright)) as kept:
        yield kept


@pytest.fixture
def new_page(request, profiles, server):
    """A factory of pages, each in a profile of its own: `new_page(phone=False, language='en-US')`.

    When the test fails, a last screenshot of each is taken.
    """
    folder = (ROOT / request.config.getoption('--screenshots')).resolve()
    with contextlib.ExitStack() as stack:
        pages = []

        def open_page(phone=False, language='en-US'):
            context = profiles.take(phone, language)
            use = stack.enter_context(contextlib.ExitStack())
            use.callback(profiles.leave, context, server.url)
            context.set_default_timeout(20_000)
            page = Page(context.new_page(), server, folder, use.close)
            pages.append(page)
            return page

        yield open_page
        report = getattr(request.node, 'call_report', None)
        if report and report.failed:
            for number, page in enumerate(pages):
                with contextlib.suppress(Exception):  # a page that crashed must not hide the failure
                    page.screenshot_to(f'failed-{request.node.name}-{number}')


@pytest.fixture
def shoot():
    """Save a screenshot for the guide, once nothing moves any more: `shoot(page, 'name')`."""

    def save(page, name, height=None, show=None):
        size = page.viewport_size
        if height:  # to show more of a long page
            page.set_viewport_size({**size, 'height': height})
        if show:
            show.evaluate(
                '''element => {
                    element.style.scrollMarginTop = '130px';  // the bar above stays
                    element.scrollIntoView({block: 'start'});
                }'''
            )
        page.evaluate('document.activeElement.blur()')
        page.wait_for_selector('.o_loading_indicator', state='detached')
        page.wait_for_function('[...document.images].every(image => image.complete)')
        page.screenshot_to(name, style='.o_pager_indicator { display: none !important }')
        if height:
            page.set_viewport_size(size)

    return save


@pytest.fixture
def desktop_page(new_page):
    """A `Page` of desktop size."""
    return new_page()


@pytest.fixture
def phone_page(new_page):
    """A `Page` of a phone, 390 pixels wide, with touch."""
    return new_page(phone=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == 'call':
        item.call_report = report
    return report
