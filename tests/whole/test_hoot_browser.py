"""The addon's JavaScript by Odoo's own unit tests, `static/tests/`: what decides something, without a server behind it.

They are not in the manifest: core reads the name of an addon from a path by `\\w+`, which in JavaScript ends before the ß,
and waits for ever for the dependencies of "ma". So they are added here, and the page gets an expression that reads it whole.
"""

import re

from office import Office

from devkit.paths import ADDON, ADDON_DIR

SUITE = f'@{ADDON}'
SECONDS = 240  # Odoo puts the unit tests of all modules together first
NAME_OF_ADDON, WHOLE_NAME = r'/^[@/]?(\w+)/', r'/^[@/]?([\wß]+)/'
END = re.compile(r'\[HOOT\]\W*(%c)?\W*(Test suite succeeded|Failed \d+ tests|.*failed)', re.IGNORECASE)


def hoot_id(name):
    """The number by which HOOT's address names a suite: as Java hashes strings."""
    number = 0
    for letter in name:
        number = (31 * number + ord(letter)) & 0xFFFFFFFF
    return f'{number:08x}'


def test_suites_have_the_ids_of_core():
    assert hoot_id('@web/core') == 'e39ce9ba'  # as core's test_js.py says


def test_unit_tests(desktop_page):
    page = desktop_page
    page.set_viewport_size({'width': 1366, 'height': 768})  # HOOT's desktop
    office = Office(page, 'admin')
    office.rpc('ir.asset', 'create', [{'name': "Unit Tests", 'bundle': 'web.assets_unit_tests', 'path': f'{ADDON}/static/tests/**/*'}])

    def read_whole_names(route):
        answer = route.fetch(timeout=SECONDS * 1000)
        script = answer.text()
        assert NAME_OF_ADDON in script, 'core reads names in another way: is the page still to be helped?'
        route.fulfill(response=answer, body=script.replace(NAME_OF_ADDON, WHOLE_NAME))

    page.route('**/web.assets_unit_tests.min.js', read_whole_names)
    said = []
    page.on('console', lambda message: said.append(message.text))
    with page.expect_console_message(lambda message: END.search(message.text), timeout=SECONDS * 1000):
        page.goto(f'/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={hoot_id(SUITE)}', timeout=SECONDS * 1000)
    assert any('Test suite succeeded' in text for text in said), '\n'.join(said[-40:])
    ran = '\n'.join(said)
    for path in ADDON_DIR.glob('static/tests/**/*.test.js'):
        suite = f'{SUITE}/{path.relative_to(ADDON_DIR / "static/tests").as_posix().removesuffix(".test.js")}'
        assert suite in ran, f'{suite} did not run'
