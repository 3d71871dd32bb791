"""A full disk, a conflict that does not end, a database that restarts: people are told one sentence in their language, no raw text."""

import contextlib
import re

import pytest

SENTENCE = """
from odoo.addons.maßarbeit_outreach.models.base.ir_http import SENTENCES
print(SENTENCES[{kind!r}]._translate({lang!r}))
"""
# What the server does with a name: raised by PostgreSQL itself, so that every layer sees the real thing.
FAULTS = {
    'space': "RAISE EXCEPTION 'could not extend file \"base/1/2\": No space left on device' USING ERRCODE = '53100'",
    'conflict': "RAISE EXCEPTION 'could not serialize access due to concurrent update' USING ERRCODE = '40001'",
    'database': 'PERFORM pg_terminate_backend(pg_backend_pid())',
    'slow': "RAISE EXCEPTION 'canceling statement due to statement timeout' USING ERRCODE = '57014'",
}
RAW = re.compile(r'psycopg2|No space left|Traceback|base/1/2|could not serialize|terminating connection|RPC_ERROR|outreach_demand')


@pytest.fixture
def fault(server):
    """A context manager: as long as it lasts, whoever writes to the table meets the fault."""
    server.expected += [
        'Exception during request handling',
        'bad query',
        'No space left',
        'Cannot reset',
        'connection already closed',
        'websocket',
    ]

    @contextlib.contextmanager
    def meet(kind, table='outreach_demand', statement=None):
        sql = server.odoo.postgres.sql
        sql(
            f"""
            CREATE FUNCTION meet_fault() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN {statement or FAULTS[kind]}; RETURN NEW; END $$;
            CREATE TRIGGER meet_fault BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION meet_fault();
            """,
            server.database,
        )
        try:
            yield
        finally:
            sql('DROP FUNCTION meet_fault() CASCADE', server.database)

    return meet


def _get_sentence(server, kind, lang='de_DE'):
    return server.shell(SENTENCE.format(kind=kind, lang=lang)).strip().splitlines()[-1]


@pytest.mark.parametrize('kind', ('space', 'database', 'slow', 'conflict'))
def test_web_client(server, desktop_page, fault, kind):
    """In a form: the sentence, what was typed stays, and saving works once the fault is over."""
    sentence = _get_sentence(server, kind)
    [[demand]] = server.odoo.postgres.sql("SELECT id FROM outreach_demand WHERE stage = 'recorded' ORDER BY id LIMIT 1", server.database)
    desktop_page.log_in('wifoe')
    desktop_page.goto(f'/odoo/outreach-demands/{demand}')
    field = desktop_page.locator('.o_field_widget[name=name] input, .o_field_widget[name=name] textarea').first
    field.fill(f"Typed {kind}")
    with fault(kind):
        desktop_page.click('.o_form_button_save')
        dialog = desktop_page.locator('.modal .modal-body')
        dialog.wait_for(timeout=90_000)
        assert sentence in dialog.inner_text()
        assert not RAW.search(desktop_page.locator('.modal').inner_text())
        desktop_page.screenshot_to(f'fault-{kind}')
        desktop_page.locator('.modal-footer button').first.click()
    assert field.input_value() == f"Typed {kind}"
    desktop_page.click('.o_form_button_save')
    desktop_page.locator('.o_form_button_save').wait_for(state='hidden')
    assert server.odoo.postgres.sql(f'SELECT name FROM outreach_demand WHERE id = {demand}', server.database) == [[f"Typed {kind}"]]


def test_import(server, desktop_page, fault, tmp_path):
    """In the middle of an import: the sentence, no row is blamed for it, and the button goes on once it is over."""
    page, path = desktop_page, tmp_path / 'register.csv'
    path.write_text(
        'Firma;PLZ;Ort\n' + ''.join(f'{name} Muster GmbH;49324;Melle\n' for name in ('Störhof', 'Ausfallberg', 'Probebruch')), 'utf-8'
    )
    page.log_in('leitung')
    page.goto('/odoo/outreach-import/new')
    page.set_input_files('.o_form_view input[type=file]', str(path))
    page.click('button[name=action_preview]')
    page.wait_for_selector('.o_outreach_import_counts')
    start = page.locator('.o_outreach_import_run button').first
    for number, kind in enumerate(('space', 'conflict', 'database')):
        sentence = _get_sentence(server, kind)
        with fault(kind, 'res_partner'):
            start.click()
            if not number:
                page.click('.modal .btn-primary')  # the question before anything is written
            told = page.locator('.modal .modal-body', has_text=sentence)
            told.wait_for(timeout=90_000)
            assert not RAW.search(page.locator('body').inner_text())
            page.screenshot_to(f'fault-import-{kind}')
        while page.locator('.modal').count():
            page.locator('.modal-footer button').last.click()
            page.settle()
    start.click()
    page.wait_for_selector('button[name=action_open_companies]:has-text("3")')
    [[written]] = server.odoo.postgres.sql(
        "SELECT count(*) FROM res_partner WHERE name IN ('Störhof Muster GmbH', 'Ausfallberg Muster GmbH', 'Probebruch Muster GmbH')",
        server.database,
    )
    assert int(written) == 3


def test_database_is_down(server, desktop_page, fault):
    """As while it restarts: the sentence, in the web client and as a page; nobody is logged out."""
    server.expected += [
        'Cannot get registry',
        'Database or registry unusable',
        'is not currently accepting connections',
        'cron',
        'The database does not',
    ]
    sentence = _get_sentence(server, 'database')
    [[demand]] = server.odoo.postgres.sql("SELECT id FROM outreach_demand WHERE stage = 'recorded' ORDER BY id LIMIT 1", server.database)
    desktop_page.log_in('wifoe')
    desktop_page.goto(f'/odoo/outreach-demands/{demand}')
    field = desktop_page.locator('.o_field_widget[name=name] input, .o_field_widget[name=name] textarea').first
    field.fill("Typed before the restart")
    field.press('Tab')  # what core asks for each field is answered: core takes back what it cannot ask about
    desktop_page.settle()
    with _shut(server):
        desktop_page.click('.o_form_button_save')
        dialog = desktop_page.locator('.modal .modal-body')
        dialog.first.wait_for()
        assert sentence in dialog.first.inner_text()
        assert not RAW.search(desktop_page.locator('body').inner_text())
        answer = desktop_page.context.request.get(f'{server.url}/my/outreach')
        assert answer.status == 503
        assert 'role="alert"' in answer.text()
        assert not RAW.search(answer.text())
        desktop_page.screenshot_to('fault-down')
    while desktop_page.locator('.modal').count():
        desktop_page.locator('.modal-footer button').last.click()
    assert field.input_value() == "Typed before the restart"
    desktop_page.click('.o_form_button_save')
    desktop_page.locator('.o_form_button_save').wait_for(state='hidden')


@contextlib.contextmanager
def _shut(server):
    """Nobody gets into the database for a while, and who is in is thrown out."""
    sql = server.odoo.postgres.sql
    sql(
        f"""
        ALTER DATABASE "{server.database}" ALLOW_CONNECTIONS false;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{server.database}';
        """
    )
    try:
        yield
    finally:
        sql(f'ALTER DATABASE "{server.database}" ALLOW_CONNECTIONS true')


@pytest.mark.parametrize('kind', ('space', 'database'))
def test_portal(server, desktop_page, fault, kind):
    """An employer gets a page with the sentence, the status 503, and nothing of the database."""
    desktop_page.log_in(_get_employer(server))
    desktop_page.goto('/my/outreach/demands/new')
    desktop_page.fill('input[name=name]', "Entered in the portal")
    with fault(kind):
        with desktop_page.expect_response(lambda response: response.request.method == 'POST') as answer:
            desktop_page.locator('form[method=post] button[type=submit]').last.click()
        assert answer.value.status == 503
        desktop_page.wait_for_load_state()
        text = desktop_page.locator('body').inner_text()
        lang = desktop_page.locator('html').get_attribute('lang')
        assert _get_sentence(server, kind, {'de': 'de_DE', 'en': 'en_US'}[lang]) in text
        assert not RAW.search(desktop_page.content())
        desktop_page.screenshot_to(f'fault-portal-{kind}')
    desktop_page.goto('/my/outreach')
    assert desktop_page.locator('.o_portal, #wrap').first.is_visible()


def _get_employer(server):
    [[login], *__] = server.odoo.postgres.sql(
        """
        SELECT u.login FROM res_users u JOIN res_groups_users_rel r ON r.uid = u.id
          JOIN ir_model_data d ON d.model = 'res.groups' AND d.res_id = r.gid AND d.name = 'group_portal_employer' ORDER BY u.id
        """,
        server.database,
    )
    return login


_RUN = """
cron = env.ref('maßarbeit_outreach.ir_cron_candidate_available')
cron.method_direct_trigger()
env.cr.commit()
env.invalidate_all()
row = env['outreach.health'].with_context(lang='en_US').search([('code', '=', 'ir_cron_candidate_available')])
print(row.state, row.error, row.due, row.message)
"""


def test_scheduled_action(server, fault):
    """A full disk is told as what it is, on the page of system health; nothing is done by halves."""
    sql = server.odoo.postgres.sql
    some = 'SELECT id FROM outreach_candidate ORDER BY id LIMIT 3'
    sql(f"UPDATE outreach_candidate SET status = 'paused', paused_until = '2020-01-01' WHERE id IN ({some})", server.database)
    with fault('space', 'outreach_candidate', "IF NEW.status = 'available' THEN " + FAULTS['space'] + '; END IF'):
        __, output = server.odoo.shell(server.database, _RUN, log='fault-cron')
    line = output.strip().splitlines()[-1]
    assert line.startswith('failed DiskFull some '), line
    assert 'no space left' in line
    sql('CREATE SEQUENCE met', server.database)
    twice = "IF NEW.status = 'available' AND nextval('met') < 3 THEN " + FAULTS['conflict'] + '; END IF'
    with fault('conflict', 'outreach_candidate', twice):
        server.odoo.shell(server.database, _RUN, log='fault-cron')
    sql('DROP SEQUENCE met', server.database)
    overdue = "SELECT count(*) FROM outreach_candidate WHERE status = 'paused' AND paused_until < now()"
    assert sql(overdue, server.database) == [['0']]
