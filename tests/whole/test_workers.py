"""A server with worker processes: they answer, and so does the one for websockets."""

import json
import os
from contextlib import closing

import pytest
import websocket

from devkit.servers import answers, close_log
from devkit.system import free_port, wait_until
from devkit.web import Session


@pytest.fixture
def workers(odoo, addon_database):
    """(address, address of the process for websockets) of a server with two workers; a problem in its log fails the test."""
    port, gevent_port = free_port(), free_port()
    name = f'test-workers-{os.getpid()}'
    options = ['--workers=2', f'--gevent-port={gevent_port}', '--log-level=warn', '--max-cron-threads=0']
    with odoo.serve(addon_database, port, name=name, log=name, options=options) as url:
        yield url, f'http://127.0.0.1:{gevent_port}'
    # core's own, of the queue in which it keeps a websocket's messages
    problems = [problem for problem in close_log(name) if 'Queue(0) now equivalent' not in problem.text]
    assert not problems, '\n'.join(map(str, problems))


def test_two_workers(workers):
    url, gevent_url = workers
    assert wait_until(lambda: answers(gevent_url), 60, 0.2), 'the process for websockets answers'
    assert answers(url)
    session = Session(url)
    session.log_in('wifoe', 'wifoe')
    with closing(
        websocket.create_connection(f'{gevent_url.replace("http", "ws", 1)}/websocket', cookie=session.cookies, origin=url, timeout=60)
    ) as socket:
        assert socket.status == 101
        socket.send(json.dumps({'event_name': 'subscribe', 'data': {'channels': [], 'last': 0}}))
        socket.ping('are you there')
        frames = iter(lambda: socket.recv_data(control_frame=True), None)
        assert next(data for code, data in frames if code == websocket.ABNF.OPCODE_PONG) == b'are you there'
