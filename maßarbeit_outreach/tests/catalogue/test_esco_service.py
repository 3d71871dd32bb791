"""The client of the ESCO web service, against a server on this machine."""

import contextlib
import socket
import threading
from unittest.mock import patch

import requests
import urllib3

from odoo.tests import BaseCase, tagged

from ...tools.catalogue import esco_service
from .esco_server import ESCO, EscoServer, page, result


class Impatient(requests.Session):
    """Core makes timeouts of tests ten seconds; here they are what they are."""

    def send(self, request, **kwargs):
        kwargs.pop('allow_redirects')
        return self.get_adapter(request.url).send(request, **kwargs)


@tagged('post_install', '-at_install')
class TestEscoService(BaseCase):
    def ask(self, answers):
        server = EscoServer(answers)
        self.addCleanup(server.stop)
        return esco_service.EscoService(server.url, 'v1.2.1', ['de', 'en'], 20, sleep=lambda seconds: None, inner=True), server

    def test_pages(self):
        """The address of the next page is the service's, not computed; its wrong port is mended, the version added."""

        def answers(path, query):
            if query.get('cursor') == 'x':
                return page(result(3, "Drei"))
            return page(
                result(1, "Eins"), result(2, "Zwei", preferredLabel="Zwei"), following='https://127.0.0.1:1/esco/api/search?text=a&cursor=x'
            )

        service, server = self.ask(answers)
        first = service.search(" eins ", 'occupation')
        self.assertEqual([found.label for found in first.results], ["Eins", "Zwei"])
        second = service.search_more(first.next)
        self.assertEqual(([found.label for found in second.results], second.next), (["Drei"], ''))
        self.assertEqual([query['selectedVersion'] for __, query in server.requests], ['v1.2.1', 'v1.2.1'])
        self.assertEqual(
            server.requests[0],
            (
                '/esco/api/search',
                {'text': 'eins', 'type': 'occupation', 'language': 'de', 'limit': '10', 'full': 'false', 'selectedVersion': 'v1.2.1'},
            ),
        )

    def test_repeated(self):
        for broken in ((500, {}, b'oops'), (503, {}, b''), (429, {'Retry-After': '1'}, b'')):
            with self.subTest(status=broken[0]):
                turns = iter([broken, broken, page(result(1, "Eins"))])
                service, server = self.ask(lambda path, query, turns=turns: next(turns))
                self.assertEqual(service.search("eins", 'occupation').results[0].label, "Eins")
                self.assertEqual(len(server.requests), 3)

    def test_not_repeated(self):
        for status, error in ((400, esco_service.Refused), (404, esco_service.NotFound)):
            service, server = self.ask(lambda path, query, status=status: (status, {}, b''))
            with self.assertRaises(error):
                service.get_concept(f'{ESCO}occupation/1', 'occupation')
            self.assertEqual(len(server.requests), 1)

    def test_gives_up(self):
        service, server = self.ask(lambda path, query: (500, {}, b''))
        with self.assertRaises(esco_service.Refused):
            service.search("eins", 'skill')
        self.assertEqual(len(server.requests), esco_service.ATTEMPTS)

    def test_redirects_are_not_followed(self):
        goal = EscoServer(lambda path, query: page(result(1, "Elsewhere")))
        self.addCleanup(goal.stop)
        service, __ = self.ask(lambda path, query: (302, {'Location': f'{goal.url}/search'}, b''))
        with self.assertRaises(esco_service.Unreadable):
            service.search("eins", 'occupation')
        self.assertFalse(goal.requests)

    def test_next_page_elsewhere(self):
        goal = EscoServer(lambda path, query: page(result(1, "Elsewhere")))
        self.addCleanup(goal.stop)
        elsewhere = goal.url.replace('127.0.0.1', 'localhost') + '/search'
        service, __ = self.ask(lambda path, query: page(result(1, "Eins"), following=elsewhere))
        with self.assertRaises(esco_service.Unreadable):
            service.search("eins", 'occupation')
        with self.assertRaises(esco_service.Unreadable):
            service.search_more(elsewhere)
        self.assertFalse(goal.requests)

    def test_endless_pages_end(self):
        """A page that names itself, or an empty one that names another, is the last."""
        service, server = self.ask(lambda path, query: page(following='/esco/api/search?cursor=y'))
        self.assertEqual(service.search("eins", 'occupation'), esco_service.Page([], 3, ''))
        own = '/esco/api/search?cursor=y&selectedVersion=v1.2.1'
        service, server = self.ask(lambda path, query: page(result(1, "Eins"), following=own))
        following = service.search("eins", 'occupation').next
        self.assertTrue(following)
        self.assertEqual(service.search_more(following).next, '')
        self.assertEqual(len(server.requests), 2)

    def test_unreadable(self):
        huge = b'{"a": "' + b'x' * esco_service.MAX_BYTES + b'"}'
        for body in (b'<html>', b'{"total": ', b'[]', b'null', b'\xff\xfe', b'[' * 100_000, huge):
            with self.subTest(body=body[:10]):
                service, __ = self.ask(lambda path, query, body=body: body)
                with self.assertRaises(esco_service.Unreadable):
                    service.search("eins", 'occupation')

    def test_odd_shapes(self):
        for body in (
            {},
            {'_embedded': None},
            {'_embedded': 'x'},
            {'_embedded': {'results': 'x'}},
            {'_links': {'next': 'x'}},
            {'_embedded': {'results': [1, None, {'uri': 5}]}},
            {'total': 'many', '_links': []},
        ):
            with self.subTest(body=body):
                service, __ = self.ask(lambda path, query, body=body: body)
                self.assertEqual(service.search("eins", 'occupation').results, [])

    def test_silent(self):
        gone = threading.Event()
        server = EscoServer(lambda path, query: b'x' if gone.wait(20) else b'')
        self.addCleanup(server.stop)
        self.addCleanup(gone.set)
        service = esco_service.EscoService(server.url, 'v1.2.1', ['de'], 0.1, Impatient(), sleep=lambda seconds: None, inner=True)
        with self.assertRaises(esco_service.TooSlow):
            service.search("eins", 'occupation')

    def test_drop_by_drop(self):
        """Each drop comes in time, the answer does not."""
        gone = threading.Event()

        def drip():
            while not gone.is_set():
                with contextlib.suppress(OSError):
                    connection = listener.accept()[0]
                    with connection:
                        connection.recv(65536)
                        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{')
                        while not gone.wait(0.02):
                            connection.sendall(b' ')

        with socket.create_server(('127.0.0.1', 0)) as listener:
            thread = threading.Thread(target=drip)
            thread.start()
            try:
                service = esco_service.EscoService(
                    f'http://127.0.0.1:{listener.getsockname()[1]}',
                    'v1.2.1',
                    ['de'],
                    0.2,
                    Impatient(),
                    sleep=lambda seconds: None,
                    inner=True,
                )
                with self.assertRaises(esco_service.TooSlow):
                    service.search("eins", 'occupation')
            finally:
                gone.set()
                listener.shutdown(socket.SHUT_RDWR)
                thread.join()

    def test_unreachable(self):
        with socket.create_server(('127.0.0.1', 0)) as listener:
            port = listener.getsockname()[1]
        service = esco_service.EscoService(f'http://127.0.0.1:{port}', 'v1.2.1', ['de'], 20, sleep=lambda seconds: None, inner=True)
        with self.assertRaises(esco_service.Unreachable):
            service.search("eins", 'occupation')

    def test_inner_addresses_are_not_called(self):
        """Neither by number nor by name, whatever else the name stands for, and not after a second look at the name."""
        server = EscoServer(lambda path, query: page(result(1, "Inside")))
        self.addCleanup(server.stop)
        port = server.url.split(':')[2].partition('/')[0]

        def names(*addresses):
            family = {4: socket.AF_INET, 6: socket.AF_INET6}
            return [(family[6 if ':' in address else 4], socket.SOCK_STREAM, 6, '', (address, int(port))) for address in addresses]

        for host, found in (
            ('127.0.0.1', None),
            ('localhost', None),
            ('0.0.0.0', None),
            ('2130706433', None),
            ('[::1]', None),
            ('[::ffff:127.0.0.1]', None),
            ('esco.example', names('127.0.0.1')),
            ('esco.example', names('147.67.210.45', '127.0.0.1')),
            ('metadata.example', names('169.254.169.254')),
            ('db.example', names('10.0.0.5')),
            ('six.example', names('fd00::5')),
        ):
            with self.subTest(host=host, found=found), contextlib.ExitStack() as stack:
                if found:
                    stack.enter_context(patch.object(socket, 'getaddrinfo', return_value=found))
                service = esco_service.EscoService(
                    f'http://{host}:{port}/esco/api', 'v1.2.1', ['de'], 20, Impatient(), sleep=lambda seconds: None
                )
                with self.assertRaises(esco_service.InnerAddress):
                    service.search("eins", 'occupation')
        self.assertFalse(server.requests)
        # the address that was judged is the one that is called
        with (
            patch.object(socket, 'getaddrinfo', side_effect=[names('147.67.210.45'), names('127.0.0.1')]) as asked,
            patch.object(urllib3.util.connection, 'create_connection', side_effect=OSError('no network')) as called,
        ):
            service = esco_service.EscoService(
                f'http://esco.example:{port}/esco/api', 'v1.2.1', ['de'], 20, Impatient(), sleep=lambda seconds: None
            )
            with patch.object(esco_service, 'ATTEMPTS', 1), self.assertRaises(esco_service.Unreachable):
                service.search("eins", 'occupation')
        self.assertEqual((asked.call_count, called.call_args[0][0]), (1, ('147.67.210.45', int(port))))

    def test_nothing_asked_for(self):
        service, server = self.ask(lambda path, query: page())
        self.assertEqual(service.search("  ", 'skill'), esco_service.Page([], 0, ''))
        self.assertFalse(server.requests)
