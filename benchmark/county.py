#!/usr/bin/env python3
"""A whole county over HTTP: each slow-prone page as its role, next to a page of Odoo's own, and many users at once.

    script/benchmark county [--companies 10000] [--demands 100000] [--open 35600] [--visits 60000] [--candidates 20000]
                            [--runs 7] [--users 20,40] [--seconds 30] [--pause 1.0] [--no-load]

The county is made by SQL in a copy of the demo database: visits with three members and their appointments, demands with
skills, people. A server with two workers on the loopback interface answers as it would a browser: the calls of the web
client, with the fields and filters of the views, or the page of the portal.

* `pages`: for each page the role, the median milliseconds as the client sees them, the number of queries (of the server's
  log), and how often it takes the time of its twin of core, measured in turns; `ok` is false where it takes more than
  500 ms and more than 1.5 times its twin.
* `load`: so many users at once, each with a session of their own, who open pages of the whole mix at random and pause
  in between, a second on average: pages a second, median and 95th percentile, in total and by page.

Prints one JSON line; times in milliseconds.
"""

import argparse
import ast
import json
import os
import random
import re
import statistics
import sys
import threading
import time
from collections import defaultdict
from datetime import datetime, timedelta
from xml.etree import ElementTree

import _county_data as data

from devkit.paths import LOG_DIR
from devkit.setup import ready_odoo
from devkit.system import free_port, wait_until
from devkit.web import Session, WebError

DATABASE = os.environ.get('OUTREACH_BENCH_DB')
MODULE = data.MODULE
LIMIT_MS, LIMIT_RATIO = 500, 1.5
_REQUEST = re.compile(r'"(?:GET|POST) (\S+) HTTP[^"]*" (\d+) \S+ (\d+) [\d.]+ [\d.]+')


class Log:
    """The server's log of requests: how many queries each took."""

    def __init__(self, path):
        self.path = path
        self.position = 0

    def skip(self):
        self.position = self.path.stat().st_size

    def count(self, requests):
        """The queries of all requests since `skip`, once so many have been logged."""
        found = []

        def enough():
            with open(self.path, encoding='utf-8', errors='replace') as lines:
                lines.seek(self.position)
                found[:] = [int(match[3]) for match in map(_REQUEST.search, lines) if match and not match[1].startswith('/web/static')]
            return len(found) >= requests

        if not wait_until(enough, 20):
            raise SystemExit(f'the log {self.path} has {len(found)} of {requests} requests')
        return sum(found)


class Client(Session):
    """A user of the web client: knows the views of what was opened before, as the client does."""

    def __init__(self, url, login):
        super().__init__(url)
        self.login = login
        self.requests = 0
        self.log_in(login, login)

    def get(self, *args, **kwargs):
        self.requests += 1
        return super().get(*args, **kwargs)

    def open_list(self, model, action=None, domain=(), view=False):
        """A function that reads what a list shows at first: the rows of its default filters and their number."""
        actions = {'views': [[view, 'list'], [False, 'search']], 'context': {}, 'domain': []}
        if action:
            actions |= self.call('/web/action/load', action_id=action)
            actions['views'] = [[number, kind] for number, kind in actions['views'] if kind == 'list'] + [
                actions.get('search_view_id') or [False]
            ]
            actions['views'][-1] = [actions['views'][-1][0], 'search']
        got = self.call_kw(model, 'get_views', views=actions['views'], options={'toolbar': False})
        tree = ElementTree.fromstring(got['views']['list']['arch'])
        values = {
            'domain': [*domain, *self._read_filters(got['views']['search']['arch'], actions['context'])],
            'specification': specify(got['models'], model, tree),
            'limit': int(tree.get('limit', 80)),
            'count_limit': 10001,
        }
        return lambda: self.call_kw(model, 'web_search_read', **values)

    def _read_filters(self, arch, context):
        """The conditions of the filters that an action begins with."""
        context = context if isinstance(context, dict) else ast.literal_eval(context or '{}')
        tree = ElementTree.fromstring(arch)
        domain = []
        for name, value in context.items():
            node = tree.find(f".//filter[@name='{name.removeprefix('search_default_')}']") if value else None
            if node is not None and node.get('domain'):
                domain += ast.literal_eval(re.sub(r'\buid\b', '0', node.get('domain')))
        return domain

    def open_form(self, model, record, view=False):
        """A function that reads a record with the fields of its form."""
        got = self.call_kw(model, 'get_views', views=[[view, 'form']], options={})
        specification = specify(got['models'], model, ElementTree.fromstring(got['views']['form']['arch']))
        return lambda: self.call_kw(model, 'web_read', [record], specification=specification)


def specify(models, model, tree):
    """What the client asks for to show a view: relations with names, lines with the fields of their own view."""
    wanted = {}
    for node in _own_fields(tree):
        name = node.get('name')
        field = models[model]['fields'][name]
        if field['type'] in ('many2one', 'reference'):
            wanted[name] = {'fields': {'display_name': {}}}
        elif field['type'] in ('one2many', 'many2many'):
            view = next((child for child in node if child.tag in ('list', 'kanban')), None)
            inner = specify(models, field['relation'], view) if view is not None else {'display_name': {}}
            wanted[name] = {'fields': inner, 'limit': 40}
        else:
            wanted[name] = {}
    return wanted


def _own_fields(tree):
    for node in tree:
        if node.tag == 'field':
            yield node
        else:
            yield from _own_fields(node)


# -- pages -----------------------------------------------------------------------------


def build_pages(url, logins, facts):
    """`{page: (client, what opens it, name of its twin)}`."""
    wifoe, jobcenter, manager = (Client(url, login) for login in ('wifoe', 'jobcenter', 'leitung'))
    many, few = (Client(url, logins[role][0]) for role in ('employer_with_many', 'employer_with_few'))

    def today(client):
        return client, lambda: client.call_kw('outreach.today', 'get_today'), None

    return {
        'contact_list': (wifoe, wifoe.open_list('res.partner', domain=[('is_company', '=', True)]), None),
        'calendar_list': (wifoe, wifoe.open_list('calendar.event'), None),
        'calendar_form': (wifoe, wifoe.open_form('calendar.event', facts['event']), None),
        'event_create': (wifoe, _create_events(wifoe, facts), None),
        'portal_home': (few, lambda: few.get('/my'), None),
        'bundled_demands': (wifoe, wifoe.open_list('outreach.demand.bundle', f'{MODULE}.outreach_demand_bundle_action'), 'contact_list'),
        'worklist': (jobcenter, jobcenter.open_list('outreach.due', f'{MODULE}.outreach_due_action'), 'contact_list'),
        'county_map': (wifoe, lambda: wifoe.call_kw('outreach.municipality', 'get_county_map', '12_months'), None),
        'portal_with_many_demands': (many, lambda: many.get('/my/outreach'), 'portal_home'),
        'portal_with_few_demands': (few, lambda: few.get('/my/outreach'), 'portal_home'),
        'visit_list': (wifoe, wifoe.open_list('outreach.visit', f'{MODULE}.outreach_visit_action'), 'calendar_list'),
        'visit_form': (wifoe, wifoe.open_form('outreach.visit', facts['visit']), 'calendar_form'),
        'visit_create': (wifoe, _create_visits(wifoe, facts), 'event_create'),
        'demand_list': (wifoe, wifoe.open_list('outreach.demand', f'{MODULE}.outreach_demand_action'), 'contact_list'),
        'today_officer': today(wifoe),
        'today_job_centre': today(jobcenter),
        'today_manager': today(manager),
        'matches': (jobcenter, jobcenter.open_list('outreach.match', domain=_get_matches_domain(facts)), None),
    }


def _get_matches_domain(facts):
    return [('demand_id', '=', facts['demand']), ('fit', 'in', ('1_now', '2_when', '2_zero'))]


def _when(facts):
    """An hour of its own for each appointment that is made, far from all others."""
    facts['made'] = facts.get('made', 0) + 1
    start = datetime.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=400, hours=2 * facts['made'])
    return {'start': str(start), 'stop': str(start + timedelta(hours=1))}


def _create_events(client, facts):
    context = {'no_mail_to_attendees': True}

    def create():
        with facts['lock']:
            values = {'name': 'Benchmark', 'partner_ids': [[4, number] for number in facts['partners']], **_when(facts)}
        client.call_kw('calendar.event', 'web_save', [], values, specification={'display_name': {}}, context=context)

    return create


def _create_visits(client, facts):
    def create():
        with facts['lock']:
            values = _when(facts)
            company = facts['companies'][facts['made'] % len(facts['companies'])]
        values |= {
            'partner_id': company,
            'kind_id': facts['kind'],
            'member_ids': [[0, 0, {'user_id': number}] for number in facts['users']],
        }
        client.call_kw('outreach.visit', 'web_save', [], values, specification={'display_name': {}})

    return create


def measure_pages(pages, log, runs):
    """Each page `runs` times, in turns with all others, after two rounds that do not count."""
    times, queries, failed = defaultdict(list), {}, {}
    for run in range(runs + 2):
        for name, (client, action, __) in pages.items():
            if name in failed:
                continue
            log.skip()
            asked, before = client.requests, time.perf_counter()
            try:
                action()
            except WebError as error:
                failed[name] = str(error)
                continue
            elapsed = (time.perf_counter() - before) * 1000
            queries[name] = log.count(client.requests - asked)
            if run >= 2:
                times[name].append(elapsed)
    result = {}
    for name, (client, __, twin) in pages.items():
        if name in failed:
            result[name] = {'role': client.login, 'failed': failed[name]}
            continue
        median = statistics.median(times[name])
        result[name] = {'role': client.login, 'ms': round(median, 1), 'queries': queries[name]}
        ratio = 0
        if twin and twin not in failed:
            ratio = median / statistics.median(times[twin])
            result[name] |= {'twin': twin, 'ratio': round(ratio, 2), 'queries_of_twin': queries[twin]}
        result[name]['ok'] = median <= LIMIT_MS or 0 < ratio <= LIMIT_RATIO
    return result


# -- load ------------------------------------------------------------------------------


def measure_load(url, logins, facts, count, seconds, pause):
    """So many users for so long. Half are officers of the economic development, a third of the job centre, some employers."""
    roles = ['economic_development', 'job_centre', 'economic_development', 'job_centre', 'economic_development', 'employer_with_few']
    picked = [logins[roles[number % len(roles)]] for number in range(count)]
    users = [_User(url, names[number % len(names)], facts, number) for number, names in enumerate(picked)]
    stop = time.monotonic() + seconds
    threads = [threading.Thread(target=user.work, args=(stop, pause)) for user in users]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - began
    times = defaultdict(list)
    for user in users:
        for name, milliseconds in user.times:
            times[name].append(milliseconds)
    every = [milliseconds for of_page in times.values() for milliseconds in of_page]
    return {
        'users': count,
        'pages': len(every),
        'pages_a_second': round(len(every) / elapsed, 1),
        'p50_ms': percentile(every, 50),
        'p95_ms': percentile(every, 95),
        'by_page_p95_ms': {name: percentile(of_page, 95) for name, of_page in sorted(times.items())},
        'failed': sum(user.failed for user in users),
        **({'failures': sorted({text for user in users for text in user.texts})[:5]} if any(user.failed for user in users) else {}),
    }


class _User:
    """Opens pages of the mix that the role has, one after the other."""

    def __init__(self, url, login, facts, number):
        client = Client(url, login)
        self.chance = random.Random(number)
        self.times, self.failed, self.texts = [], 0, set()
        if login.startswith('employer'):
            self.pages = {'portal': lambda: client.get('/my/outreach')}
            return
        self.pages = {
            'today': lambda: client.call_kw('outreach.today', 'get_today'),
            'worklist': client.open_list('outreach.due', f'{MODULE}.outreach_due_action'),
            'county_map': lambda: client.call_kw('outreach.municipality', 'get_county_map', '12_months'),
            'bundled_demands': client.open_list('outreach.demand.bundle', f'{MODULE}.outreach_demand_bundle_action'),
            'visit_list': client.open_list('outreach.visit', f'{MODULE}.outreach_visit_action'),
            'visit_form': client.open_form('outreach.visit', facts['visit']),
            'visit_create': _create_visits(client, facts),
            'demand_list': client.open_list('outreach.demand', f'{MODULE}.outreach_demand_action'),
            'contact_list': client.open_list('res.partner', domain=[('is_company', '=', True)]),
            'calendar_list': client.open_list('calendar.event'),
        }
        if login.startswith('jobcenter'):
            self.pages['matches'] = client.open_list('outreach.match', domain=_get_matches_domain(facts))

    def work(self, stop, pause):
        names = sorted(self.pages)
        while time.monotonic() < stop:
            time.sleep(self.chance.uniform(0, 2 * pause))  # a person reads
            name = self.chance.choice(names)
            before = time.perf_counter()
            try:
                self.pages[name]()
            except WebError as error:
                self.failed += 1
                self.texts.add(f'{name}: {error}')
            else:
                self.times.append((name, (time.perf_counter() - before) * 1000))


def percentile(values, share):
    """The value below which `share` percent are; None of nothing."""
    return round(sorted(values)[min(len(values) * share // 100, len(values) - 1)], 1) if values else None


# -- the whole -------------------------------------------------------------------------


def make_county(sizes):
    """Fill the database; return the logins by role and what the pages are about."""
    import odoo
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(['-d', DATABASE, '--log-level=warn', '--no-http'])
    with Registry(DATABASE).cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {'lang': 'en_US'})
        logins = data.fill(env, sizes)
        users = env['res.users'].search([('login', 'in', ['wifoe', 'jobcenter', logins['economic_development'][1]])])
        visit = env['outreach.visit'].search([('partner_id.ref', '=like', 'county-%'), ('stage', '=', 'done')], limit=1)
        return logins, {
            'lock': threading.Lock(),
            'visit': visit.id,
            'event': visit.event_id.id,
            'demand': env['outreach.demand'].search([('name', '=', f"County {sizes['open'] // 2}")]).id,
            'kind': env.ref(f'{MODULE}.visit_kind_followup').id,
            'users': users.ids,
            'partners': users.partner_id.ids,
            # nothing speaks against a visit there
            'companies': env['res.partner']
            .search([('ref', '=like', 'county-%'), ('outreach_responsibility_ids', '=', False), ('outreach_visit_ids', '=', False)])
            .ids
            or env['res.partner'].search([('ref', '=like', 'county-%')]).ids,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, size in (('companies', 10_000), ('demands', 100_000), ('open', 35_600), ('visits', 60_000), ('candidates', 20_000)):
        parser.add_argument(f'--{name}', type=int, default=size)
    parser.add_argument('--runs', type=int, default=7)
    parser.add_argument('--users', default='20,40', help="how many at once, one load after the other")
    parser.add_argument('--seconds', type=int, default=30, help="for each load")
    parser.add_argument('--pause', type=float, default=1.0, help="seconds between two pages of a user, on average")
    parser.add_argument('--no-load', action='store_true')
    options = parser.parse_args()
    if not DATABASE:
        parser.error("OUTREACH_BENCH_DB names no database; start this by script/benchmark county")
    sizes = {name: getattr(options, name) for name in ('companies', 'demands', 'open', 'visits', 'candidates')}
    if sizes['companies'] < 20 or not 3 <= sizes['open'] <= sizes['demands'] or not sizes['visits'] or not sizes['candidates']:
        parser.error("at least 20 companies, 3 open demands (no more than demands), a visit and a candidate")
    before = time.monotonic()
    logins, facts = make_county(sizes)
    result = {'benchmark': 'county', **sizes, 'made_in_s': round(time.monotonic() - before)}
    log = f'benchmark-county-{os.getpid()}'
    serving = ['--workers=2', f'--gevent-port={free_port()}', '--log-level=warn', '--log-handler=werkzeug:INFO', '--max-cron-threads=0']
    with ready_odoo() as odoo, odoo.serve(DATABASE, free_port(), name=log, log=log, options=serving) as url:
        path = LOG_DIR / f'{log}.log'
        pages = build_pages(url, logins, facts)
        result['pages'] = measure_pages(pages, Log(path), options.runs)
        if not options.no_load:
            counts = [int(count) for count in options.users.split(',')]
            result['load'] = [measure_load(url, logins, facts, count, options.seconds, options.pause) for count in counts]
    path.unlink(missing_ok=True)
    result['slow'] = sorted(name for name, page in result['pages'].items() if not page.get('ok'))
    print(json.dumps(result))
    return 1 if any('failed' in page for page in result['pages'].values()) else 0


if __name__ == '__main__':
    sys.exit(main())
