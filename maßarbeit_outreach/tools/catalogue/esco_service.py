"""A client of the ESCO web service: search, and single occupations and skills.

The service (HAL over JSON) has its moods, hence the rules here:

* `selectedVersion` goes along with every request: without it the service answers from v1.0.9.
* Pages are small and are left by `_links.next` only; computed offsets skip results.
* A page may answer 500, and the same page a second later not: such answers, 429 and broken connections are repeated,
  with growing pauses, within a total time.
* Labels are a string or `{language: string}`, descriptions `{language: {literal: string}}`, links one or many.

What protects the server that this runs on, and what stands beside it: redirects are not followed, further pages are
fetched from the configured host only, replies have a limit in size and in time, and a host of the own network is not
called, whatever its name says: who sets the address in Odoo need not be who may reach what the server can. The name is
looked up once, and the connection goes to the address that was judged.
"""

import ipaddress
import json
import random
import re
import socket
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests
import urllib3

KINDS = ('occupation', 'skill')
CONCEPT = 'http://data.europa.eu/esco/'
PAGE_SIZE = 10
ATTEMPTS = 4
PAUSE = 0.5  # seconds before the second attempt; doubled each time
TOTAL_FACTOR, TOTAL_MOST = 3, 90  # all requests together take so many times the timeout, but no more seconds
MAX_BYTES = 4 * 1024 * 1024  # an occupation with 150 skills has about 200 KB
TEXT_MOST = 200  # characters that are searched for


class EscoError(Exception):
    """The service did not give what was asked for. The argument is a detail for the log, not for users."""


class InvalidAddress(EscoError):
    """The configured address is none that the service can have."""


class InnerAddress(EscoError):
    """The host is one of the own network, and was not called."""


class Unreachable(EscoError):
    """No connection, or a broken one."""


class TooSlow(EscoError):
    """No complete answer in time."""


class Refused(EscoError):
    """The service answers with an error."""


class NotFound(EscoError):
    """The service does not know the concept in this version."""


class Unreadable(EscoError):
    """The answer is too large, no JSON, of another shape, or leads elsewhere."""


class Result(NamedTuple):
    uri: str
    code: str  # ISCO code and a number, empty for skills
    label: str


class Page(NamedTuple):
    results: list[Result]
    total: int
    next: str  # address of the next page, empty at the end


class SkillLink(NamedTuple):
    uri: str
    label: str  # empty where the service gives none
    kind: str  # 'skill' or 'knowledge'


class IscoGroup(NamedTuple):
    uri: str
    code: str
    label: str


class Concept(NamedTuple):
    """An occupation or a skill; what the other kind has is empty."""

    uri: str
    code: str
    labels: dict[str, str]  # by language, the preferred ones
    alternatives: dict[str, list[str]]  # by language
    descriptions: dict[str, str]  # by language
    obsolete: bool
    isco: IscoGroup | None
    regulated: bool
    essential: list[SkillLink]
    optional: list[SkillLink]
    kind: str  # of a skill, as in `SkillLink`
    reuse_level: str


def is_outside(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where it is wrapped in one of IPv6.

    >>> [is_outside(address) for address in ('147.67.210.45', '2a01:7080:14:100::1')]
    [True, True]
    >>> [is_outside(address) for address in (
    ...     '127.0.0.1', '10.1.2.3', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '::1', 'fe80::1%eth0',
    ...     'fd00::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', '::')]
    [False, False, False, False, False, False, False, False, False, False, False, False, False, False]
    """
    found = ipaddress.ip_address(address.partition('%')[0])
    if found.version == 6:
        wrapped = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in ipaddress.ip_network('64:ff9b::/96'):
            wrapped = ipaddress.ip_address(int(found) & 0xFFFFFFFF)
        if wrapped and not is_outside(str(wrapped)):
            return False
    return found.is_global and not found.is_multicast


class _Outside:
    """A connection of urllib3 that goes to the public internet only."""

    def _new_conn(self):
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise urllib3.exceptions.NewConnectionError(self, str(error)) from error
        inner = [entry[4][0] for entry in found if not is_outside(entry[4][0])]
        if inner:
            raise InnerAddress(f'{self.host} is {inner[0]}')
        problem = None
        for entry in found:
            try:
                return urllib3.util.connection.create_connection(entry[4][:2], self.timeout, self.source_address, self.socket_options)
            except OSError as error:
                problem = error
        raise urllib3.exceptions.NewConnectionError(self, str(problem)) from problem


class _OutsideHttp(_Outside, urllib3.connection.HTTPConnection):
    pass


class _OutsideHttps(_Outside, urllib3.connection.HTTPSConnection):
    pass


class _OutsideHttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _OutsideHttp


class _OutsideHttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _OutsideHttps


class OutsideAdapter(requests.adapters.HTTPAdapter):
    """Through a proxy, it is the proxy that decides where one may go."""

    def init_poolmanager(self, *args, **kwargs):
        result = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {'http': _OutsideHttpPool, 'https': _OutsideHttpsPool}
        return result


def to_json(concept: Concept) -> dict:
    """What :func:`from_json` reads."""
    return concept._asdict()


def from_json(values: dict) -> Concept:
    """
    >>> concept = read_concept({'uri': CONCEPT + 'occupation/1', 'title': 'Schweißer', 'code': '7212.3', '_links': {
    ...     'hasEssentialSkill': {'uri': CONCEPT + 'skill/2', 'title': 'schweißen'}}}, ['de'])
    >>> from_json(json.loads(json.dumps(to_json(concept)))) == concept
    True
    """
    return Concept(
        **{
            **values,
            'isco': IscoGroup(*values['isco']) if values['isco'] else None,
            'essential': [SkillLink(*link) for link in values['essential']],
            'optional': [SkillLink(*link) for link in values['optional']],
        }
    )


def check_address(address: str) -> str:
    """Return the address without a slash at the end.

    >>> check_address(' https://ec.europa.eu/esco/api/ ')
    'https://ec.europa.eu/esco/api'
    >>> for wrong in ('', 'ftp://a.example', 'https://me:secret@a.example', 'https://', 'http://a.example/?x=1', 'http://[', 'http://a:99999'):
    ...     try:
    ...         print(check_address(wrong))
    ...     except InvalidAddress:
    ...         print('invalid')
    invalid
    invalid
    invalid
    invalid
    invalid
    invalid
    invalid
    """
    address = address.strip().rstrip('/')
    try:
        parts = urlsplit(address)
        valid = (
            parts.scheme in ('http', 'https')
            and parts.hostname
            and '@' not in parts.netloc
            and not parts.query
            and not parts.fragment
            and (parts.port is None or parts.port > 0)
        )
    except ValueError as error:
        raise InvalidAddress(address) from error
    if not valid or re.search(r'[\s\\]', address):
        raise InvalidAddress(address)
    return address


def pick_label(value: Any, languages: list[str]) -> str:
    """The text in the first of the languages that is there, else in any; whichever shape it has.

    >>> pick_label('welder', ['de']), pick_label({'en': 'welder', 'de': 'Schweißer'}, ['de', 'en'])
    ('welder', 'Schweißer')
    >>> pick_label({'en': {'literal': 'Joins metal', 'mimetype': 'text/html'}}, ['de', 'en'])
    'Joins metal'
    >>> pick_label({'fr': 'soudeur'}, ['de']), pick_label(None, ['de']), pick_label(['x'], ['de']), pick_label({'de': 7}, ['de'])
    ('soudeur', '', '', '')
    """
    found = by_language(value)
    for language in languages:
        if found.get(language):
            return found[language]
    return next(iter(found.values()), '')


def by_language(value: Any) -> dict[str, str]:
    """Texts by language; a bare string has the language ''.

    >>> by_language({'de': ' Schweißer ', 'en': {'literal': 'welder'}, 'fr': '', 'it': None})
    {'de': 'Schweißer', 'en': 'welder'}
    """
    if isinstance(value, str):
        value = {'': value}
    if not isinstance(value, dict):
        return {}
    texts = {language: text.get('literal') if isinstance(text, dict) else text for language, text in value.items()}
    return {language: _text(text) for language, text in texts.items() if _text(text)}


def _as_list(value):
    """One link or many.

    >>> _as_list(None), _as_list({'uri': 'a'}), _as_list([{'uri': 'a'}, 'b'])
    ([], [{'uri': 'a'}], [{'uri': 'a'}])
    """
    return [link for link in (value if isinstance(value, list) else [value]) if isinstance(link, dict)]


def _text(value):
    """PostgreSQL has no character 0."""
    return value.replace('\0', '').strip() if isinstance(value, str) else ''


def _as_dict(value):
    return value if isinstance(value, dict) else {}


def _last_part(link):
    return _text(link.get('uri')).rpartition('/')[2]


def _skill_kind(address):
    return 'knowledge' if _text(address).rpartition('/')[2] == 'knowledge' else 'skill'


def _read_skills(links, languages):
    found = {}
    for link in _as_list(links):
        uri = _text(link.get('uri'))
        if uri.startswith(CONCEPT):
            label = _text(link.get('title')) or pick_label(link.get('preferredLabel'), languages)
            found.setdefault(uri, SkillLink(uri, label, _skill_kind(link.get('skillType'))))
    return list(found.values())


def read_page(data: dict, languages: list[str], next_page: str = '') -> Page:
    """What a reply to a search says. Entries without address or label are left out.

    >>> page = read_page({'total': 2, '_embedded': {'results': [
    ...     {'uri': CONCEPT + 'occupation/1', 'title': 'Schweißer', 'code': '7212.3'},
    ...     {'uri': CONCEPT + 'skill/2', 'preferredLabel': {'de': 'schweißen'}}, {'title': 'no address'}, 'nonsense',
    ... ]}}, ['de'])
    >>> page.results[0], page.results[1].label, len(page.results), page.total
    (Result(uri='http://data.europa.eu/esco/occupation/1', code='7212.3', label='Schweißer'), 'schweißen', 2, 2)
    >>> read_page({'total': 0}, ['de'])
    Page(results=[], total=0, next='')
    """
    results = []
    for entry in _as_list(_as_dict(data.get('_embedded')).get('results')):
        uri = _text(entry.get('uri'))
        label = pick_label(entry.get('preferredLabel'), languages) or _text(entry.get('title'))
        if uri.startswith(CONCEPT) and label:
            results.append(Result(uri, _text(entry.get('code')), label))
    total = data.get('total')
    return Page(results, total if isinstance(total, int) and 0 <= total < 10**9 else len(results), next_page)


def read_concept(data: dict, languages: list[str]) -> Concept:
    """What a reply about one occupation or skill says.

    >>> occupation = read_concept({
    ...     'uri': CONCEPT + 'occupation/1', 'code': '7212.3', 'preferredLabel': {'de': 'Schweißer', 'en': 'welder'},
    ...     'alternativeLabel': {'de': ['Schweißerin', 'Schweißer', 'Schweißerin'], 'fr': ['soudeur']},
    ...     '_links': {'broaderIscoGroup': {'uri': CONCEPT + 'isco/C7212', 'title': 'Schweißer und Brennschneider'},
    ...                'hasEssentialSkill': [{'uri': CONCEPT + 'skill/2', 'title': 'schweißen', 'skillType': 'x/skill-type/knowledge'}]},
    ... }, ['de', 'en'])
    >>> occupation.labels, occupation.alternatives, occupation.isco.code
    ({'de': 'Schweißer', 'en': 'welder'}, {'de': ['Schweißerin']}, '7212')
    >>> occupation.essential, occupation.optional, occupation.regulated
    ([SkillLink(uri='http://data.europa.eu/esco/skill/2', label='schweißen', kind='knowledge')], [], False)
    >>> read_concept({'uri': 'elsewhere', 'title': 'x'}, ['de'])  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    Unreadable: no concept
    """
    links = _as_dict(data.get('_links'))
    uri = _text(data.get('uri'))
    first = languages[0]
    labels = {language or first: text for language, text in by_language(data.get('preferredLabel')).items()}
    labels = {language: text for language, text in labels.items() if language in languages} or labels
    if not labels and _text(data.get('title')):
        labels = {first: _text(data['title'])}
    if not uri.startswith(CONCEPT) or not labels:
        raise Unreadable('no concept')
    alternatives = data.get('alternativeLabel')
    if isinstance(alternatives, list):
        alternatives = {first: alternatives}
    code = _text(data.get('code'))
    isco = None
    for link in _as_list(links.get('broaderIscoGroup')):
        isco_code = _text(link.get('code')) or _last_part(link).removeprefix('C')
        if re.fullmatch(r'\d{1,4}', isco_code):
            isco = IscoGroup(_text(link.get('uri')), isco_code, _text(link.get('title')) or isco_code)
            break
    if not isco and (match := re.match(r'\d{4}(?=\.)', code)):
        isco = IscoGroup(f'{CONCEPT}isco/C{match[0]}', match[0], match[0])
    notes = [_last_part(link) for link in _as_list(links.get('regulatedProfessionNote'))]
    essential = _read_skills(links.get('hasEssentialSkill'), languages)
    named = {link.uri for link in essential}
    return Concept(
        uri=uri,
        code=code,
        labels=labels,
        alternatives={
            language: sorted({_text(text) for text in texts} - {'', labels.get(language)})
            for language, texts in (alternatives or {}).items()
            if language in languages and isinstance(texts, list)
        }
        if isinstance(alternatives, dict)
        else {},
        descriptions={
            language or first: text for language, text in by_language(data.get('description')).items() if (language or first) in languages
        },
        obsolete=data.get('status') in ('obsolete', 'deprecated'),
        isco=isco,
        regulated=any(note and note != 'unregulated' for note in notes),
        essential=essential,
        optional=[link for link in _read_skills(links.get('hasOptionalSkill'), languages) if link.uri not in named],
        kind=next((_skill_kind(link.get('uri')) for link in _as_list(links.get('hasSkillType'))), 'skill'),
        reuse_level=next((_last_part(link) for link in _as_list(links.get('hasReuseLevel'))), ''),
    )


def read_retry_after(value: str | None, now: float) -> float:
    """Seconds that the service asks to wait for: a number or a date; 0 where it says nothing useful.

    >>> [read_retry_after(value, 4) for value in ('3', 'Thu, 01 Jan 1970 00:00:09 GMT', 'soon', '-1', None)]
    [3.0, 5.0, 0.0, 0.0, 0.0]
    """
    value = (value or '').strip()
    if re.fullmatch(r'\d{1,6}', value):
        return float(value)
    try:
        return max(parsedate_to_datetime(value).timestamp() - now, 0.0)
    except (ValueError, TypeError, OverflowError):
        return 0.0


class EscoService:
    """One conversation with the service: search, or a few concepts.

    :param address: of the service, see :func:`check_address`
    :param version: of ESCO, e.g. ``v1.2.1``
    :param languages: ISO 639 codes; the first one is asked for
    :param timeout: seconds for one attempt; see `TOTAL_FACTOR` for all of them
    :param session: what ``requests.Session`` is
    :param inner: whether a host of the own network may be called
    """

    def __init__(
        self,
        address: str,
        version: str,
        languages: list[str],
        timeout: float = 30,
        session: Any = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        inner: bool = False,
    ):
        self.address = check_address(address)
        self.version = version
        self.languages = languages
        self.timeout = timeout
        self.session = session or requests.Session()
        if not inner and isinstance(self.session, requests.Session):
            for scheme in ('http://', 'https://'):
                self.session.mount(scheme, OutsideAdapter())
        self._sleep = sleep
        self._clock = clock
        self._deadline = clock() + min(TOTAL_FACTOR * timeout, TOTAL_MOST)

    def search(self, text: str, kind: str, limit: int = PAGE_SIZE) -> Page:
        """The first results for a text; an empty one finds nothing."""
        if kind not in KINDS:
            raise ValueError(kind)
        if not text.strip():
            return Page([], 0, '')
        return self._get_page(
            self._build_address(
                '/search', {'text': text.strip()[:TEXT_MOST], 'type': kind, 'language': self.languages[0], 'limit': limit, 'full': 'false'}
            )
        )

    def search_more(self, next_page: str) -> Page:
        """The page that :class:`Page` `.next` names."""
        return self._get_page(self._check_next(next_page))

    def get_concept(self, uri: str, kind: str) -> Concept:
        if kind not in KINDS:
            raise ValueError(kind)
        return read_concept(
            self._get(self._build_address(f'/resource/{kind}', {'uri': uri, 'language': self.languages[0]})), self.languages
        )

    def _get_page(self, address):
        data = self._get(address)
        links = _as_dict(data.get('_links'))
        further = [_text(link.get('href')) for link in _as_list(links.get('next'))]
        page = read_page(data, self.languages, self._check_next(further[0]) if further and further[0] else '')
        return page._replace(next='') if page.next == address or not page.results else page

    def _build_address(self, path, query):
        return f'{self.address}{path}?{urlencode({**query, "selectedVersion": self.version})}'

    def _check_next(self, address):
        """The address of a further page with the scheme and port of the configured one, which proxies get wrong.

        >>> service = EscoService('https://ec.europa.eu/esco/api', 'v1.2.1', ['de'], session=object())
        >>> service._check_next('http://ec.europa.eu/esco/api/search?text=a&offset=10')
        'https://ec.europa.eu/esco/api/search?text=a&offset=10&selectedVersion=v1.2.1'
        >>> service._check_next('/esco/api/search?selectedVersion=v1.2.1&offset=10')
        'https://ec.europa.eu/esco/api/search?selectedVersion=v1.2.1&offset=10'
        >>> for wrong in ('https://elsewhere.example/esco/api/search', 'https://ec.europa.eu/esco/other', 'file:///etc/passwd',
        ...               'https://ec.europa.eu@elsewhere.example/esco/api/search', 'https://ec.europa.eu/esco/api/../x', 'http://['):
        ...     try:
        ...         print(service._check_next(wrong))
        ...     except Unreadable:
        ...         print('no')
        no
        no
        no
        no
        no
        no
        """
        base = urlsplit(self.address)
        try:
            parts = urlsplit(urljoin(self.address + '/', address))
            same = (
                parts.scheme in ('http', 'https')
                and parts.hostname == base.hostname
                and '@' not in parts.netloc
                and parts.path.startswith(f'{base.path}/')
                and '/..' not in parts.path
            )
        except ValueError as error:
            raise Unreadable(address) from error
        if not same:
            raise Unreadable(f'leads elsewhere: {address}')
        query = parts.query
        if 'selectedVersion' not in dict(parse_qsl(query)):
            query += ('&' if query else '') + urlencode({'selectedVersion': self.version})
        return parts._replace(scheme=base.scheme, netloc=base.netloc, query=query, fragment='').geturl()

    def _get(self, address):
        """The JSON object at that address.

        A server error and a busy server are asked again, what is wrong in the request is not:

        >>> class Answer:
        ...     def __init__(self, status, body=b'{}', headers=()):
        ...         self.status_code, self.headers, self.raw, self.pieces = status, dict(headers), self, [body]
        ...     def read1(self, size, decode_content):
        ...         return self.pieces.pop() if self.pieces else b''
        ...     def close(self):
        ...         pass
        >>> class Session:
        ...     def __init__(self, *answers):
        ...         self.answers = list(answers)
        ...     def get(self, address, **kwargs):
        ...         return self.answers.pop(0)
        >>> pauses = []
        >>> def ask(*answers):
        ...     service = EscoService('http://esco.example/api', 'v1.2.1', ['de'], 10, Session(*answers), pauses.append)
        ...     try:
        ...         return service._get('http://esco.example/api/search')
        ...     except EscoError as error:
        ...         return type(error).__name__
        >>> ask(Answer(500), Answer(429, headers={'Retry-After': '2'}), Answer(200, b'{"total": 1}'))
        {'total': 1}
        >>> 0.5 <= pauses[0] <= 0.75, 2 <= pauses[1] <= 3
        (True, True)
        >>> ask(*[Answer(503)] * 4), ask(Answer(404)), ask(Answer(400)), ask(Answer(301, headers={'Location': 'http://b'}))
        ('Refused', 'NotFound', 'Refused', 'Unreadable')
        >>> ask(Answer(200, b'<html>')), ask(Answer(200, b'[]')), ask(Answer(200, b'x' * (MAX_BYTES + 1)))
        ('Unreadable', 'Unreadable', 'Unreadable')
        >>> ask(Answer(429, headers={'Retry-After': '3600'}))
        'Refused'
        """
        for attempt in range(ATTEMPTS):
            error, wait = None, 0.0
            timeout = min(self.timeout, self._deadline - self._clock())
            if timeout <= 0:
                raise TooSlow('all requests together')
            try:
                answer = self.session.get(
                    address, timeout=timeout, allow_redirects=False, stream=True, headers={'Accept': 'application/json'}
                )
                try:
                    body = self._read_body(answer, self._clock() + timeout)
                finally:
                    answer.close()
            except (requests.Timeout, urllib3.exceptions.ReadTimeoutError) as problem:
                error = TooSlow(str(problem))
            except TooSlow as problem:
                error = problem
            except (requests.RequestException, urllib3.exceptions.HTTPError) as problem:
                error = Unreachable(str(problem))
            else:
                if answer.status_code == 200:
                    return self._parse(body)
                if 300 <= answer.status_code < 400:
                    raise Unreadable(f'leads elsewhere: {answer.headers.get("Location")}')
                if answer.status_code in (404, 410):
                    raise NotFound(address)
                error = Refused(f'status {answer.status_code}')
                if answer.status_code != 429 and answer.status_code < 500:
                    raise error
                wait = read_retry_after(answer.headers.get('Retry-After'), time.time())
            pause = max(wait, PAUSE * 2**attempt) * random.uniform(1, 1.5)
            if attempt + 1 == ATTEMPTS or self._clock() + pause >= self._deadline:
                raise error
            self._sleep(pause)
        raise AssertionError('unreachable')

    def _read_body(self, answer, deadline):
        """The timeout of `requests` is for each piece that the network brings: a server that drips never reaches it."""
        body = b''
        if hasattr(answer.raw, 'read1'):
            pieces = iter(lambda: answer.raw.read1(64 * 1024, decode_content=True), b'')
        else:  # urllib3 before 2.2 waits until a piece is full
            pieces = answer.iter_content(1024)
        for piece in pieces:
            body += piece
            if len(body) > MAX_BYTES:
                raise Unreadable(f'more than {MAX_BYTES} bytes')
            if self._clock() > deadline:
                raise TooSlow('the answer came too slowly')
        return body

    @staticmethod
    def _parse(body):
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Unreadable('no JSON') from error
        if not isinstance(data, dict):
            raise Unreadable('no object')
        return data
