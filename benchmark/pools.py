#!/usr/bin/env python3
"""Counts of 50 pools, and supply and demand among 100,000 candidates; `script/benchmark figures` measures what is published.

    script/benchmark pools [candidates]         (100,000 by default)

The data are made by SQL. Measured in one process as an officer of the job centre, each as the median of three runs with
empty caches: the list of pools with its counts (one query), the same for one pool, one pool's members as the client opens
them (80 lines and the count), and supply and demand by occupational group.
The same in a tenth of the candidates: `growth_*` is the ratio, 10 would be linear. Prints one JSON line, milliseconds.
"""

import json
import os
import statistics
import sys
import time

DATABASE = os.environ.get('OUTREACH_BENCH_DB')
MODULE = 'maßarbeit_outreach'
POOLS = 50
RUNS = 3


def fill(env, start, stop):
    values = {
        'start': start,
        'stop': stop,
        'company': env.company.id,
        'places': env['outreach.municipality'].search([]).ids,
        'occupations': env['outreach.occupation'].search([('scheme', '=', 'kldb'), ('code', '=like', '_____')]).ids,
    }
    env.cr.execute(
        """
        INSERT INTO outreach_candidate (name, active, status, company_id, municipality_id, german_level, permission, reach_km,
                                        licence_mask, has_vehicle, does_full_time, does_shifts)
        SELECT 'B-' || n, TRUE, CASE WHEN n %% 5 = 0 THEN 'placed' ELSE 'available' END, %(company)s,
               (%(places)s)[1 + (n * 7) %% array_length(%(places)s, 1)],
               (ARRAY['0_none', '1_a1', '2_a2', '3_b1', '4_b2', '5_c1'])[1 + n %% 6], 'free', 20, (n %% 3) * 16, n %% 4 = 0,
               TRUE, n %% 2 = 0
          FROM generate_series(%(start)s, %(stop)s - 1) n
    """,
        values,
    )
    env.cr.execute(
        """
        INSERT INTO outreach_candidate_occupation (candidate_id, occupation_id, years, qualification, recognition)
        SELECT c.id, (%(occupations)s)[1 + (x.n * 13 + k * 101) %% array_length(%(occupations)s, 1)], k * 3, 'none', 'not_needed'
          FROM (SELECT id, split_part(name, '-', 2)::int AS n FROM outreach_candidate WHERE name LIKE 'B-%%') x
          JOIN outreach_candidate c ON c.id = x.id, generate_series(0, 1) k
         WHERE x.n BETWEEN %(start)s AND %(stop)s - 1
            ON CONFLICT DO NOTHING
    """,
        values,
    )
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute("ANALYZE outreach_candidate; ANALYZE outreach_candidate_occupation")
    env.cr._cnx.autocommit = False
    env.invalidate_all()


def median(env, work):
    times = []
    for __ in range(RUNS + 1):
        env.invalidate_all()
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return 1000 * statistics.median(times[1:])


def measure(env, pools):
    def members():
        found = env['outreach.candidate'].with_context(outreach_pool=pools[0].id)
        found.web_search_read([('pool_ids', 'in', pools[0].ids)], {'name': {}, 'is_in_pool': {}, 'german_level': {}}, limit=80)

    start = env.cr.sql_log_count
    env.invalidate_all()
    pools.mapped('candidate_count')
    return {
        'queries': env.cr.sql_log_count - start,
        'pools_ms': median(env, lambda: pools.mapped('candidate_count')),
        'pool_ms': median(env, lambda: pools[0].candidate_count),
        'members_ms': median(env, members),
        'supply_ms': median(
            env,
            lambda: env['outreach.supply'].formatted_read_group([], ['occupation_id'], ['positions:sum', 'candidates:sum', 'ratio:avg']),
        ),
    }


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    import odoo
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(['-d', DATABASE, '--log-level=warn', '--no-http'])
    with Registry(DATABASE).cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        env = env(user=env.ref(f'{MODULE}.user_jobcenter_demo'), su=False)
        occupations = env['outreach.occupation'].search([('scheme', '=', 'kldb'), ('code', '=like', '___')])
        places = env['outreach.municipality'].search([])
        pools = env['outreach.pool'].create(
            [
                {
                    'name': f'Benchmark {n}',
                    'occupation_ids': occupations[n % len(occupations)].ids,
                    'language_level': '2_a2',
                    'municipality_ids': places[n % 7 : n % 7 + 12].ids,
                }
                for n in range(POOLS)
            ]
        )
        fill(env, 0, size // 10)
        small = measure(env, pools)
        fill(env, size // 10, size)
        result = measure(env, pools)
        growth = {f'growth_{name[:-3]}': round(result[name] / small[name], 1) for name in result if name.endswith('_ms')}
        print(json.dumps({'candidates': size, 'pools': POOLS, **{k: round(v, 1) for k, v in result.items()}, **growth}))


if __name__ == '__main__':
    main()
