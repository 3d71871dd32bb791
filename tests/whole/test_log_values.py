"""What a running server writes into its log when the database refuses something about a person: which statement, never of whom."""

import threading
from contextlib import closing

import psycopg2
import pytest

from devkit.system import wait_until
from devkit.web import Session, WebError

TITLE = '§ 25a AufenthG Probe'
# What must not be in the log of any test here.
VALUES = ('BG 4711', '25a', 'AufenthG')


@pytest.fixture
def office(server):
    session = Session(server.url)
    session.log_in('jobcenter', 'jobcenter')
    return session


@pytest.fixture
def beside(server):
    """A transaction beside the server."""
    environment = server.odoo.postgres.environment
    keys = {'PGHOST': 'host', 'PGPORT': 'port', 'PGUSER': 'user'}
    with closing(
        psycopg2.connect(dbname=server.database, **{keys[name]: value for name, value in environment.items() if name in keys})
    ) as connection:
        yield connection


def written(server, since):
    text = server.log.read_text('utf-8')[since:]
    assert not [value for value in VALUES if value in text]
    return text


def test_the_second_of_two_is_told(server, office):
    since = len(server.log.read_text('utf-8'))
    values = {'reference': 'BG 4711 a', 'residence_title': TITLE}
    office.call_kw('outreach.candidate', 'create', values)
    server.expected.append('customer number already')
    with pytest.raises(WebError, match='customer number already'):
        office.call_kw('outreach.candidate', 'create', values)
    assert 'bad query' not in written(server, since), 'it was asked before the database was'


def test_two_at_once(server, office, beside):
    """Somebody else has written the same case file and not committed yet: only the database can know."""
    since = len(server.log.read_text('utf-8'))
    server.expected += ['bad query', 'customer number already', 'Kundennummer']
    with beside.cursor() as cr:
        cr.execute("""
            INSERT INTO outreach_candidate (name, reference, company_id, status, german_level, permission, reach_km)
            SELECT 'K-PRO-BE1', 'BG 4711 b', company_id, 'available', '0_none', 'free', 20 FROM outreach_candidate LIMIT 1""")
        told = []

        def create():
            try:
                office.call_kw('outreach.candidate', 'create', {'reference': 'BG 4711 b', 'residence_title': TITLE})
            except WebError as error:
                told.append(str(error))

        thread = threading.Thread(target=create)
        thread.start()
        with closing(psycopg2.connect(beside.dsn)) as watch, watch.cursor() as look:
            watch.autocommit = True

            def waits():
                look.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'", [server.database])
                return look.fetchone()[0]

            assert wait_until(waits, 60), 'it waits for the other transaction'
        beside.commit()
        thread.join(60)
    assert len(told) == 1 and ('customer number already' in told[0] or 'Kundennummer' in told[0])
    text = written(server, since)
    assert text.count('bad query') == 1
    assert 'INSERT INTO "outreach_candidate"' in text
    assert 'UniqueViolation outreach_candidate outreach_candidate_reference_uniq' in text


def test_whatever_the_database_refuses(server, office):
    since = len(server.log.read_text('utf-8'))
    server.expected += ['bad query', 'cannot be completed', 'nicht abgeschlossen', 'Exception during request']
    for values in ({'reach_km': 7301}, {'municipality_id': 987654}, {'reach_km': 98765432101}):
        with pytest.raises(WebError):
            office.call_kw('outreach.candidate', 'create', {'reference': 'BG 4711 c', 'residence_title': TITLE, **values})
    text = written(server, since)
    assert text.count('bad query') == 3
    for value in ('7301', '987654', '98765432101'):
        assert value not in text
