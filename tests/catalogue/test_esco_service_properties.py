"""The ESCO web service may answer what it likes: it is read, or refused by name, and never leads elsewhere."""

import json
from unittest import mock
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rules import esco_service as service

KEYS = (
    'uri',
    'title',
    'code',
    'preferredLabel',
    'alternativeLabel',
    'description',
    'status',
    'total',
    '_embedded',
    'results',
    '_links',
    'next',
    'href',
    'broaderIscoGroup',
    'hasEssentialSkill',
    'hasOptionalSkill',
    'hasSkillType',
    'hasReuseLevel',
    'regulatedProfessionNote',
    'literal',
    'de',
    'en',
    'skillType',
)
TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [service.CONCEPT + 'occupation/1', service.CONCEPT + 'skill/2', service.CONCEPT + 'isco/C7212', '7212.3', 'nul\0', ' ']
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)),
    max_leaves=25,
)
REPLIES = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8)
CONCEPTS = st.builds(
    lambda reply, links: reply | {'uri': service.CONCEPT + 'occupation/1', 'title': 'x', '_links': links}, REPLIES, REPLIES
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(REPLIES)
def test_pages_are_read(reply):
    page = service.read_page(reply, ['de', 'en'])
    assert page.total >= 0
    for found in page.results:
        assert found.uri.startswith(service.CONCEPT)
        assert found.label.strip()
        assert '\0' not in ''.join(found)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(REPLIES, CONCEPTS))
def test_concepts_are_read_or_refused(reply):
    try:
        concept = service.read_concept(reply, ['de', 'en'])
    except service.Unreadable:
        return
    assert concept.labels
    assert all(label.strip() for label in concept.labels.values())
    assert not {link.uri for link in concept.essential} & {link.uri for link in concept.optional}
    written = json.dumps(service.to_json(concept))
    assert '\\u0000' not in written
    assert service.from_json(json.loads(written)) == concept


@given(st.one_of(st.text(max_size=40), st.from_regex(r'(https?:)?//[a-z.@:\\/?#\[\]%0-9-]{0,30}', fullmatch=True)))
@example('//elsewhere.example/esco/api/search')
@example('https://ec.europa.eu\\@elsewhere.example/esco/api/')
def test_next_page_stays_at_home(address):
    client = service.EscoService('https://ec.europa.eu/esco/api', 'v1.2.1', ['de'], session=object())
    try:
        checked = client._check_next(address)
    except service.Unreadable:
        return
    assert urlsplit(checked).netloc == 'ec.europa.eu'
    assert checked.startswith('https://ec.europa.eu/esco/api/')


@given(st.one_of(st.none(), st.text(max_size=30)))
def test_retry_after(value):
    assert service.read_retry_after(value, 0) >= 0


@given(st.integers(0, 40), st.floats(1, 1.5))
def test_a_conversation_ends(wait, spread):
    """However long the service asks to wait: no pause goes beyond the total time."""
    now, paused = [0.0], []

    class Busy:
        status_code, headers, raw = 503, {'Retry-After': str(wait)}, None

        def iter_content(self, size):
            return iter(())

        def close(self):
            pass

    class Session:
        def get(self, address, timeout, **kwargs):
            now[0] += min(1, timeout)
            if timeout < 1:
                raise service.requests.Timeout
            return Busy()

    def pause(seconds):
        paused.append(seconds)
        now[0] += seconds

    client = service.EscoService('http://a.example', 'v1.2.1', ['de'], 10, Session(), pause, lambda: now[0])
    with mock.patch.object(service.random, 'uniform', return_value=spread), pytest.raises(service.EscoError):
        client.search('x', 'skill')
    assert now[0] <= service.TOTAL_FACTOR * 10 + 1e-9
    assert len(paused) < service.ATTEMPTS
