#!/usr/bin/env python3
"""The worklist "Who is due" and the coordinated-contact guard in a county of 5,000 companies with 20,000 contacts.

    script/benchmark visits [companies]         (5,000 by default, four contacts each)

The data are made by SQL, with every reason in use. Measured in one process, as an officer of the job centre:

* the worklist as the client opens it (`web_search_read` with the fields of the list, its default filters, 80 lines,
  and the count): for the whole county, and for one municipality;
* the guard (`outreach.visit._get_guard_reasons`) for one plan and for fifty;
* the start page (`outreach.today.get_today`) of an officer of the economic development, who is responsible for four
  companies in five, and of a manager.

Everything is measured three times: in a tenth of the county, a fifth, and the whole of it. The municipality and the
planned companies are the same in all three: `growth_*` is the time in the whole county over that in the tenth, and
should stay near 1 where *other* companies do not matter. Each figure is the median of repeated runs, each run with
empty caches; the sizes take turns for nothing else than the data, so ratios are of one run of this script.

Prints one JSON line; times in milliseconds.
"""

import argparse
import json
import os
import statistics
import time
from datetime import datetime, timedelta
from xml.etree import ElementTree

DATABASE = os.environ.get('OUTREACH_BENCH_DB')
CONTACTS_PER_COMPANY = 4
IN_THE_MUNICIPALITY = 60
RUNS = 15
MODULE = 'maßarbeit_outreach'


def open_registry():
    """The registry of the benchmark's database, as a server without HTTP would hold it."""
    import odoo
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(['-d', DATABASE, '--log-level=warn', '--no-http'])
    return Registry(DATABASE)


def environment(cursor):
    """The officer of the job centre of the demo data."""
    from odoo import SUPERUSER_ID, api

    env = api.Environment(cursor, SUPERUSER_ID, {})
    return env(user=env.ref(f'{MODULE}.user_jobcenter_demo'), su=False)


def fill(env, start, stop):
    """Add the companies number `start` to `stop`, and what happened to them, by SQL.

    The first `IN_THE_MUNICIPALITY` are in the municipality that is filtered for; all others are elsewhere.
    """
    env = env(su=True)
    here = env.ref(f'{MODULE}.municipality_03459024').id
    values = {
        'start': start,
        'stop': stop,
        'here': here,
        'limit': IN_THE_MUNICIPALITY,
        'company': env.company.id,
        'uid': env.uid,
        'elsewhere': env['outreach.municipality'].search([('id', '!=', here)]).ids,
        'industry': env['outreach.industry'].search([], limit=1).id,
        'contacts': CONTACTS_PER_COMPANY,
        'kinds': [env.ref(f'{MODULE}.visit_kind_{name}').id for name in ('first', 'followup', 'phone', 'mailing')],
        'econ': env.ref(f'{MODULE}.agency_economic_development_demo').id,
        'job': env.ref(f'{MODULE}.agency_job_centre_demo').id,
        'user': env.ref(f'{MODULE}.user_jobcenter_demo').id,
        'econ_user': env.ref(f'{MODULE}.user_wifoe_demo').id,
    }
    numbers = "FROM res_partner p WHERE p.ref LIKE 'bench-%%' AND split_part(p.ref, '-', 2)::int BETWEEN %(start)s AND %(stop)s - 1"
    with_number = f"FROM (SELECT p.id, split_part(p.ref, '-', 2)::int AS n {numbers}) p"
    statements = (
        """
        INSERT INTO res_partner (name, complete_name, ref, active, is_company, outreach_company, outreach_vetting,
                                 outreach_size_class, outreach_industry_id, outreach_municipality_id, outreach_municipality_status,
                                 type, lang, color)
        SELECT 'Benchmark ' || n, 'Benchmark ' || n, 'bench-' || n, TRUE, TRUE, TRUE, 'new',
               (ARRAY['1_9', '10_49', '50_249', '250_plus', NULL])[1 + n %% 5], %(industry)s,
               CASE WHEN n < %(limit)s THEN %(here)s ELSE (%(elsewhere)s)[1 + n %% array_length(%(elsewhere)s, 1)] END,
               'assigned', 'contact', 'de_DE', 0
          FROM generate_series(%(start)s, %(stop)s - 1) n
        """,
        "UPDATE res_partner SET commercial_partner_id = id WHERE ref LIKE 'bench-%%' AND commercial_partner_id IS NULL",
        # a seventh was never visited; dates spread over four years; every tenth contact is still to come
        f"""
        INSERT INTO outreach_visit (partner_id, kind_id, company_id, start, stop, stage, result, is_joint, circle, municipality_id)
        SELECT p.id, (%(kinds)s)[1 + CASE WHEN p.n %% 7 = 0 THEN 2 + c %% 2 ELSE (p.n + c) %% 3 END], %(company)s,
               x.start, x.start + interval '1 hour', CASE WHEN x.ahead THEN 'planned' ELSE 'done' END,
               CASE WHEN NOT x.ahead THEN 'call_back' END, (p.n + c) %% 3 = 0, 'all',
               (SELECT outreach_municipality_id FROM res_partner WHERE id = p.id)
          {with_number}, generate_series(0, %(contacts)s - 1) c,
               LATERAL (SELECT (p.n * 7 + c) %% 10 = 0 AS ahead) y,
               LATERAL (SELECT y.ahead, date_trunc('hour', now() AT TIME ZONE 'UTC')
                               + CASE WHEN y.ahead THEN 1 ELSE -1 END * ((p.n * 13 + c * 331) %% 1400 + 1) * interval '1 day'
                               AS start) x
        """,
        f"""
        INSERT INTO outreach_visit_member (visit_id, user_id, agency_id, company_id)
        SELECT v.id, m.user_id, m.agency_id, v.company_id
          FROM outreach_visit v
          JOIN ({"SELECT p.id AS company " + numbers}) p ON p.company = v.partner_id,
               LATERAL (VALUES (%(user)s, %(job)s), (%(econ_user)s, %(econ)s)) m (user_id, agency_id)
         WHERE v.is_joint OR (m.agency_id = %(job)s) = (v.id %% 2 = 0)
        """,
        f"""
        INSERT INTO outreach_visit_user_rel (visit_id, user_id)
        SELECT m.visit_id, m.user_id FROM outreach_visit_member m JOIN outreach_visit v ON v.id = m.visit_id
         WHERE v.partner_id IN (SELECT p.id {numbers})
        """,
        f"""
        INSERT INTO outreach_visit_agency_rel (visit_id, agency_id)
        SELECT m.visit_id, m.agency_id FROM outreach_visit_member m JOIN outreach_visit v ON v.id = m.visit_id
         WHERE v.partner_id IN (SELECT p.id {numbers})
        """,
        f"""
        INSERT INTO outreach_demand (partner_id, name, active, date, stage, positions, positions_filled, positions_open,
                                     kind, source, company_id, municipality_id)
        SELECT p.id, 'Benchmark', TRUE, current_date - (p.n * 11 + d * 40) %% 300, 'recorded', 2, 0, 2, '1', 'officer',
               %(company)s, (SELECT outreach_municipality_id FROM res_partner WHERE id = p.id)
          {with_number}, generate_series(0, 1) d
         WHERE p.n %% 4 = d
        """,
        f"""
        INSERT INTO outreach_placement (partner_id, date_start, probation_end, company_id)
        SELECT p.id, current_date - 120, current_date + p.n %% 80 - 20, %(company)s {with_number} WHERE p.n %% 6 = 0
        """,
        f"""
        INSERT INTO outreach_early_warning (partner_id, kind, circle, date, user_id, company_id)
        SELECT p.id, (ARRAY['closure', 'layoffs', 'expansion', 'succession'])[1 + p.n %% 4], 'all', current_date, %(user)s, %(company)s
          {with_number} WHERE p.n %% 11 = 0
        """,
        f"""
        INSERT INTO outreach_responsibility (partner_id, agency_id, user_id, company_id)
        SELECT p.id, a.id, a.user_id, %(company)s
          {with_number}, LATERAL (VALUES (%(job)s, %(user)s), (%(econ)s, %(econ_user)s)) a (id, user_id)
         WHERE p.n %% 5 > 0
        """,
    )
    for statement in statements:
        env.cr.execute(statement, values)
    env.cr.commit()
    connection = env.cr.connection
    connection.autocommit = True  # VACUUM cannot run in a transaction
    for table in (
        'res_partner',
        'outreach_visit',
        'outreach_visit_member',
        'outreach_visit_user_rel',
        'outreach_visit_agency_rel',
        'outreach_demand',
        'outreach_placement',
        'outreach_early_warning',
        'outreach_responsibility',
    ):
        connection.cursor().execute(f'VACUUM ANALYZE {table}')
    connection.autocommit = False


def list_arguments(env, municipality=None):
    """What the client asks for when it opens the list with its default filters: domain, fields, limit."""
    due = env['outreach.due']
    view = due.get_view(env.ref(f'{MODULE}.outreach_due_view_list').id, 'list')
    names = {node.get('name') for node in ElementTree.fromstring(view['arch']).iter('field')}
    specification = {name: {'fields': {'display_name': {}}} if due._fields[name].relational else {} for name in sorted(names)}
    domain = list(due._get_to_do_domain())
    if municipality:
        domain += [('municipality_id', '=', municipality)]
    return {'domain': domain, 'specification': specification, 'limit': 80, 'count_limit': 10001}


def measure(registry, action):
    """Median of the milliseconds that `action(env)` takes, its queries, and its result."""
    times = []
    for run in range(RUNS + 2):
        with registry.cursor() as cursor:
            env = environment(cursor)
            env.user.has_group('base.group_user'), env.companies  # what a request knows before
            queries, before = cursor.sql_log_count, time.perf_counter()
            result = action(env)
            elapsed = time.perf_counter() - before
            if run >= 2:  # the first ones fill the registry's caches
                times.append(elapsed * 1000)
            queries = cursor.sql_log_count - queries
    return round(statistics.median(times), 1), queries, result


def plans(env, count):
    """Plans for the first companies, in the week to come."""
    partners = env['res.partner'].search([('ref', 'in', [f'bench-{number}' for number in range(count)])], order='id')
    start = datetime.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
    return [
        {
            'partner_id': partner.id,
            'kind_id': env.ref(f'{MODULE}.visit_kind_first').id,
            'start': start,
            'user_ids': env.user.ids,
            'agency_ids': env.user._get_outreach_agency().ids,
        }
        for partner in partners
    ]


def measure_county(registry, figures):
    """Add the figures of the county as it is now: one list per figure."""

    def add(name, action, kept=lambda result: None):
        milliseconds, queries, result = measure(registry, action)
        figures.setdefault(f'{name}_ms', []).append(milliseconds)
        figures.setdefault(f'{name}_queries', []).append(queries)
        if (kept := kept(result)) is not None:
            figures.setdefault(f'{name}_found', []).append(kept)

    with registry.cursor() as cursor:
        env = environment(cursor)
        here = env.ref(f'{MODULE}.municipality_03459024').id
        whole, part = list_arguments(env), list_arguments(env, here)
        one, fifty = plans(env, 1), plans(env, 50)
    add('list', lambda env: env['outreach.due'].web_search_read(**whole), lambda result: result['length'])
    add('list_of_municipality', lambda env: env['outreach.due'].web_search_read(**part), lambda result: result['length'])
    if hasattr(registry['outreach.visit'], '_get_guard_reasons'):
        add('guard_of_1', lambda env: env['outreach.visit']._get_guard_reasons(one))
        add('guard_of_50', lambda env: env['outreach.visit']._get_guard_reasons(fifty))
    else:
        figures['guard'] = "not measured: this addon has no outreach.visit._get_guard_reasons"
    if 'outreach.today' in registry:
        for name, login in (('today', 'wifoe'), ('today_of_manager', 'leitung')):
            add(
                name,
                lambda env, login=login: (
                    env(user=env.ref(f'{MODULE}.user_{login}_demo'))['outreach.today']
                    .with_context(lang='de_DE', tz='Europe/Berlin', allowed_company_ids=env.company.ids)
                    .get_today()
                ),
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('companies', nargs='?', type=int, default=5000)
    options = parser.parse_args()
    if not DATABASE:
        parser.error("OUTREACH_BENCH_DB names no database; start this by script/benchmark visits")
    if options.companies < 10 * IN_THE_MUNICIPALITY:
        parser.error(f"at least {10 * IN_THE_MUNICIPALITY} companies: a tenth of them must fill a municipality")
    registry = open_registry()
    sizes = [options.companies // 10, options.companies // 5, options.companies]
    figures, before = {}, 0
    for size in sizes:
        with registry.cursor() as cursor:
            fill(environment(cursor), before, size)
        before = size
        measure_county(registry, figures)
    growth = {
        f"growth_{name.removesuffix('_ms')}": round(values[-1] / values[0], 2) for name, values in figures.items() if name.endswith('_ms')
    }
    print(
        json.dumps(
            {
                'benchmark': 'visits',
                'companies': sizes,
                'contacts': [size * CONTACTS_PER_COMPANY for size in sizes],
                **figures,
                'queries_constant': all(len(set(values)) == 1 for name, values in figures.items() if name.endswith('_queries')),
                **growth,
            }
        )
    )


if __name__ == '__main__':
    main()
