#!/usr/bin/env python3
"""The best 50 candidates for a demand: as the client asks for them, by bare SQL, and by Odoo's own recruitment.

    script/benchmark matching [--candidates 100000] [--json] [--grow] [--batch 1000]

Data are made by SQL: six skills each out of 400, demands of five skills, every gate in use. Measured in one run:

* `ours_ms`: `web_search_read` with the fields of the list of matches, its default filter, 50 rows and their number, with
  empty caches, as an officer of the job centre;
* `sql_ms`: the same rule as one hand-written statement on tables with nothing else in them, whole numbers only;
* `peer_ms`: `hr_recruitment_skills` on the same people and jobs in a database of its own. Its score cannot be sorted by
  in the database, so the applicants that its own action finds are sorted by the ORM.

Both of the first two are asked for the same demands in turns; times are medians. `same_result` says whether they gave
the same candidates in the same order with the same score, for every demand. `--grow` measures a tenth and ten times as
many people as well; `--batch` counts who fits for so many demands, as the nightly job does.

Prints one JSON line; times in milliseconds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from xml.etree import ElementTree

import _matching_data as data
import _matching_peer as peer

DATABASE, PEER_DATABASE = os.environ.get('OUTREACH_BENCH_DB'), os.environ.get('OUTREACH_BENCH_EMPTY_DB')
MODULE = 'maßarbeit_outreach'
DEMANDS, TOP, PEER_RUNS = 100, 50, 3

NARROW = """
DROP TABLE IF EXISTS bare_person, bare_skill, bare_work;
CREATE TABLE bare_person AS
SELECT id, company_id, coalesce(municipality_id, 0)::smallint AS place, reach_km::smallint AS reach,
       is_bus_only AND has_vehicle IS NOT TRUE AS by_bus, licence_mask, barrier_mask,
       left(german_level, 1)::smallint AS german,
       greatest(available_from, CASE WHEN status = 'paused' THEN paused_until + 1 END) AS free,
       (does_full_time IS TRUE)::int + 2 * (does_part_time IS TRUE)::int + 8 * (does_shifts IS TRUE)::int
       + 4 * (does_mini_job IS TRUE)::int AS hours,
       CASE permission WHEN 'forbidden' THEN NULL WHEN 'free' THEN '-infinity'
                       WHEN 'free_from' THEN permission_date WHEN 'blocked_until' THEN 'infinity'
                       ELSE 'infinity' END::date AS may_from, permission_until AS may_until
  FROM outreach_candidate WHERE active AND status IN ('available', 'proposed', 'paused');
ALTER TABLE bare_person ADD PRIMARY KEY (id);
CREATE TABLE bare_skill AS SELECT skill_id AS skill, candidate_id AS person, level::smallint AS level FROM outreach_candidate_skill;
CREATE INDEX ON bare_skill (skill, person, level);
CREATE TABLE bare_work AS
SELECT occupation_id AS work, candidate_id AS person,
       array_position('{full,german,partial,applied,advice,not_applied,none,not_needed}', recognition) AS recognition
  FROM outreach_candidate_occupation
 UNION ALL SELECT outreach_occupation_id, outreach_candidate_id, NULL FROM outreach_candidate_outreach_occupation_rel;
CREATE INDEX ON bare_work (work, person, recognition);
"""
# by hand, of one demand: what it asks for comes as values
BARE = """
WITH skills AS MATERIALIZED (
    SELECT person, sum(points) AS points, count(*) FILTER (WHERE must) AS musts
      FROM (SELECT w.skill, s.person, bool_or(w.must) AS must, max(w.factor * least(s.level, w.wanted)) AS points
              FROM unnest(%(skills)s, %(sources)s, %(wanted)s, %(factors)s, %(musts)s) w (skill, source, wanted, factor, must)
              JOIN bare_skill s ON s.skill = w.source GROUP BY 1, 2) best
     GROUP BY 1),
people AS MATERIALIZED (
    SELECT person, points, musts FROM skills
     UNION ALL
    SELECT person, 0, 0 FROM (SELECT DISTINCT person FROM bare_work WHERE work = ANY (%(works)s)) w
     WHERE NOT EXISTS (SELECT FROM skills s WHERE s.person = w.person)),
answers AS (
    SELECT p.id, x.points * 1000 / %(total)s AS score, k.km, CASE greatest(
           %(vetting)s,
           CASE WHEN may_from <= %(start)s AND (may_until IS NULL OR may_until >= %(start)s) THEN 0
                WHEN may_from IS NULL OR %(free_only)s THEN 2 ELSE 1 END,
           CASE WHEN coalesce(german, 0) >= %(german)s THEN 0
                WHEN german IS NULL OR german >= %(accepted)s OR barrier_mask & 6 > 0 THEN 1 ELSE 2 END,
           CASE WHEN licence_mask & %(licence)s = %(licence)s THEN 0 WHEN barrier_mask & 8 > 0 THEN 1 ELSE 2 END,
           CASE WHEN k.km IS NULL OR k.km <= reach THEN (coalesce(by_bus, FALSE) AND %(hours)s = 8)::int
                WHEN barrier_mask & 8 > 0 THEN 1 ELSE 2 END,
           CASE WHEN free <= %(start)s THEN 0 WHEN free IS NULL THEN 2 ELSE 1 END,
           CASE WHEN hours & %(hours)s = %(hours)s THEN 0 WHEN barrier_mask & 112 > 0 THEN 1 ELSE 2 END,
           CASE WHEN NOT %(regulated)s OR r.recognition <= 2 THEN 0
                WHEN r.recognition <= 5 OR barrier_mask & 128 > 0 THEN 1 ELSE 2 END,
           (x.musts < %(must_count)s OR x.points = 0)::int)
           WHEN 0 THEN 0 WHEN 1 THEN 1 + (CASE WHEN %(must_count)s > 0 THEN x.musts = 0 ELSE x.points = 0 END)::int ELSE 3 END AS fit
      FROM people x
      JOIN bare_person p ON p.id = x.person AND p.company_id = %(company)s AND p.id = ANY (ARRAY(SELECT person FROM people))
      LEFT JOIN unnest(%(places)s, %(km)s) k (place, km) ON k.place = p.place
      LEFT JOIN (SELECT person, min(recognition) AS recognition FROM bare_work WHERE %(regulated)s AND work = ANY (%(exact)s)
                  GROUP BY 1) r ON r.person = p.id)
SELECT id, fit, score FROM answers WHERE fit < 3 ORDER BY fit, score DESC, km, id LIMIT 50
"""


def open_registry(database):
    """The registry of a database, as a server without HTTP would hold it."""
    import odoo
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(['-d', database, '--log-level=warn', '--no-http'])
    return Registry(database)


def environment(cursor, user=f'{MODULE}.user_jobcenter_demo'):
    from odoo import SUPERUSER_ID, api

    env = api.Environment(cursor, SUPERUSER_ID, {})
    return env(user=env.ref(user), su=False) if user else env


def list_arguments(env, demand):
    """What the client asks for when it opens the matches of a demand: domain, fields, limit."""
    match = env['outreach.match']
    view = match.get_view(env.ref(f'{MODULE}.outreach_match_view_list').id, 'list')
    names = {node.get('name') for node in ElementTree.fromstring(view['arch']).iter('field')} | {'score'}
    specification = {name: {'fields': {'display_name': {}}} if match._fields[name].relational else {} for name in sorted(names)}
    return {
        'domain': [('demand_id', '=', demand), ('fit', 'in', ('1_now', '2_when', '2_zero'))],
        'specification': specification,
        'limit': TOP,
        'count_limit': 10001,
    }


def bare_values(env, demand):
    """A demand in numbers. What it asks for is taken from the addon, how it is answered is not."""
    from odoo.addons.maßarbeit_outreach.tools.base import licences

    (facts,) = env['outreach.match']._load_demands([('id', '=', demand)])
    rule = facts.rule
    needs = [
        (skill, source, wanted, {'must': 3, 'nice': 1}[need] * (24 // wanted) // (1 if source == skill else 2), need == 'must')
        for skill, (need, wanted) in rule.skills.items()
        for source in (skill, *rule.neighbours.get(skill, ()))
    ]
    return {
        **dict(zip(('skills', 'sources', 'wanted', 'factors', 'musts'), map(list, zip(*needs, strict=True)), strict=True)),
        'total': 24 * sum({'must': 3, 'nice': 1}[need] for need, __ in rule.skills.values()),
        'must_count': sum(need == 'must' for need, __ in rule.skills.values()),
        'works': list(facts.occupations),
        'exact': list(facts.exact_occupations) or [0],
        'start': rule.start,
        'vetting': {'checked': 0, 'blocked': 2}.get(rule.vetting, 1),
        'free_only': rule.free_permission_only,
        'german': int((rule.language or '0')[0]),
        'accepted': int((rule.accepted_language or '9')[0]),
        'licence': licences.mask(rule.licences),
        'regulated': rule.is_regulated,
        'company': facts.company,
        'hours': sum({'vz': 1, 'tz': 2, 'mj': 4, 'shift': 8}[key] for key in rule.extents | rule.times),
        'places': list(facts.distances),
        'km': list(facts.distances.values()),
    }


def timed(action, *args, **kwargs):
    before = time.perf_counter()
    result = action(*args, **kwargs)
    return (time.perf_counter() - before) * 1000, result


def measure(registry, demands):
    """Ours and bare SQL in turns, each demand once, after a few that do not count."""
    from odoo.addons.maßarbeit_outreach.models.matching.outreach_match_query import split_id

    ours, bare, queries, same = [], [], set(), True
    fits = {'1_now': 0, '2_when': 1, '2_zero': 2}
    for number, demand in enumerate([*demands[:3], *demands]):
        with registry.cursor() as cursor:
            env = environment(cursor)
            env.user.has_group('base.group_user'), env.companies  # what a request knows before
            arguments, values = list_arguments(env, demand), bare_values(env, demand)
            env.invalidate_all()
            before = cursor.sql_log_count
            our_time, found = timed(env['outreach.match'].web_search_read, **arguments)
            count = cursor.sql_log_count - before
            bare_time, rows = timed(ask_bare, cursor, values)
        if number >= 3:
            ours.append(our_time)
            bare.append(bare_time)
            queries.add(count)
            same &= rows == [(split_id(row['id'])[1], fits[row['fit']], row['score']) for row in found['records']]
            same &= found['length'] >= len(rows)
    return statistics.median(ours), statistics.median(bare), queries, same


def ask_bare(cursor, values):
    cursor.execute(BARE, values)
    return cursor.fetchall()


def measure_batch(registry, count):
    """Seconds of the nightly job for so many demands, and how many it counted."""
    with registry.cursor() as cursor:
        env = environment(cursor, user=None)
        missing = count - env['outreach.demand'].search_count([('name', 'like', 'Benchmark ')])
        if missing > 0:
            data.add_demands(env, missing)
        env['outreach.match.count'].search([]).unlink()
        env.cr.commit()
        seconds, __ = timed(env['outreach.match.count']._cron_count, limit=count)
        return seconds, env['outreach.match.count'].search_count([])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--candidates', type=int, default=100_000)
    parser.add_argument('--json', action='store_true', help="one JSON line only (there is nothing else yet)")
    parser.add_argument('--grow', action='store_true', help="a tenth and ten times as many people as well")
    parser.add_argument('--batch', type=int, default=0, metavar='DEMANDS', help="the nightly job for so many demands")
    parser.add_argument('--no-peer', action='store_true', help="leave out Odoo's own recruitment")
    options = parser.parse_args()
    if not DATABASE or not PEER_DATABASE:
        parser.error("OUTREACH_BENCH_DB names no database; start this by script/benchmark matching")
    registry = open_registry(DATABASE)
    sizes = [options.candidates // 10, options.candidates, options.candidates * 10] if options.grow else [options.candidates]
    with registry.cursor() as cursor:
        env = environment(cursor, user=None)
        data.prepare(env, DEMANDS)
        demands = env['outreach.demand'].search([('name', 'like', 'Benchmark ')], order='id').ids
    result, growth, before = {}, {}, 0
    for size in sizes:
        with registry.cursor() as cursor:
            data.add_people(environment(cursor, user=None), before, size)
            cursor.execute(NARROW)
            data.tidy(cursor, ('bare_person', 'bare_skill', 'bare_work'))
        before = size
        ours, bare, queries, same = measure(registry, demands)
        growth[size] = {'ours_ms': round(ours, 1), 'sql_ms': round(bare, 1), 'queries': sorted(queries), 'same_result': same}
        if size == options.candidates:
            result = {'ours_ms': round(ours, 1), 'sql_ms': round(bare, 1), 'queries': max(queries), 'same_result': same}
            if options.batch:
                milliseconds, counted = measure_batch(registry, options.batch)
                result |= {'batch_ms': round(milliseconds), 'batch_demands': counted}
            if not options.no_peer:
                subprocess.run(
                    [
                        sys.executable,
                        '-m',
                        'odoo',
                        'server',
                        '-d',
                        PEER_DATABASE,
                        '-i',
                        'hr_recruitment_skills',
                        '--stop-after-init',
                        '--no-http',
                        '--log-level=error',
                    ],
                    check=True,
                )
                with registry.cursor() as cursor:
                    people, jobs = peer.export(cursor)
                times = peer.measure(open_registry(PEER_DATABASE), people, jobs, TOP, PEER_RUNS)
                result['peer_ms'] = round(statistics.median(times), 1)
    if options.grow:
        result['growth'] = growth
        result['queries_constant'] = len({number for step in growth.values() for number in step['queries']}) == 1
    result['ours_by_sql'] = round(result['ours_ms'] / result['sql_ms'], 2)
    if 'peer_ms' in result:
        result['peer_by_ours'] = round(result['peer_ms'] / result['ours_ms'])
    print(json.dumps({'benchmark': 'matching', 'candidates': options.candidates, 'demands': len(demands), **result}))


if __name__ == '__main__':
    main()
