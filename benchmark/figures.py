#!/usr/bin/env python3
"""How long the nightly publication of figures takes, how close the figures are, and of how much use.

    script/benchmark figures [--candidates 1000,20000,100000] [--demands 35000]

First the demo county as it is, then with so many made-up candidates and demands. Of each:

* `publish_s`: the night's publication, the first one and one after a tenth of the people changed; `answers_s`: the answers for
  all open demands, read from its table;
* `with_figure`: the share of open demands that show a figure to those who may not see candidates; `with_step`: the share for which
  what-if shows something that would add to it;
* `off`: how far the figures shown are from the truth, mean and largest, by kind of figure; `too_few`: the share of those shown
  that are truly about less than the floor;
* `same`: whether the publication that was interrupted before it was committed gave the same once more.

Prints a JSON line for each size.
"""

import argparse
import json
import os
import statistics
import time

import _matching_data as data

DATABASE = os.environ.get('OUTREACH_BENCH_DB')
MODULE = 'maßarbeit_outreach'


def usefulness(env):
    """Shares of the open demands, and seconds for all answers."""
    demands = env['outreach.demand'].search(env['outreach.demand']._get_open_domain())
    env.invalidate_all()
    begin = time.perf_counter()
    answers = demands._get_published_answers()
    seconds = time.perf_counter() - begin
    return {
        'demands': len(demands),
        'answers_s': round(seconds, 2),
        'with_figure': round(sum(answer.figure is not None for answer in answers.values()) / len(demands), 3),
        'with_own_group': round(
            sum(answer.figure is not None and bool(answer.question.occupation) for answer in answers.values()) / len(demands), 3
        ),
        'with_step': round(sum(bool(answer.steps) for answer in answers.values()) / len(demands), 3),
    }, answers


def closeness(env, answers):
    """How far off the figures shown are, by kind."""
    from odoo.addons.maßarbeit_outreach.tools.matching import disclosure

    Table = env['outreach.figure.table']
    floor = Table._get_cells('candidates', env.company)[1]
    table, truth = Table._get(env.company), disclosure.Table(Table._count_candidates(env.company), floor)
    occupations = {code for entry in env['outreach.occupation'].search([]) for code in entry._get_published_codes() if len(code) > 1}
    places = [frozenset([str(place)]) for place in env['outreach.municipality'].search([]).ids]
    asked = {
        'occupation': [(occupation, None, None) for occupation in occupations],
        'municipality': [(None, place, None) for place in places],
        'occupation_municipality': [(occupation, place, None) for occupation in occupations for place in places],
        'demand': [(answer.question.occupation, answer.question.places, disclosure_bands(answer)) for answer in answers.values()],
    }
    off, few, shown = {}, 0, 0
    for kind, questions in asked.items():
        pairs = [(figure, truth.count(*question)) for question in set(questions) if (figure := table.figure(question)) is not None]
        few += sum(count < floor for __, count in pairs)
        shown += len(pairs)
        if pairs:
            differences = [abs(figure - count) for figure, count in pairs]
            off[kind] = [len(pairs), round(statistics.mean(differences), 1), max(differences)]
    return {'off': off, 'shown': shown, 'too_few': round(few / shown, 4) if shown else 0}


def disclosure_bands(answer):
    from odoo.addons.maßarbeit_outreach.tools.matching.figure_question import at_least

    return at_least(answer.question.band)


def publish(env):
    """Seconds for tonight's publication; what was published before becomes that of a night earlier."""
    env.cr.execute("UPDATE outreach_figure SET day = day - 1; UPDATE outreach_figure_table SET day = day - 1")
    env.invalidate_all()
    begin = time.perf_counter()
    env['outreach.figure'].sudo()._publish(env.company)
    return time.perf_counter() - begin


def read(env):
    env.cr.execute("SELECT kind, cells FROM outreach_figure_table ORDER BY day DESC, kind LIMIT 3")
    tables = env.cr.fetchall()
    env.cr.execute("SELECT key, candidates FROM outreach_figure WHERE day = (SELECT max(day) FROM outreach_figure) ORDER BY key")
    return tables, env.cr.fetchall()


def measure(env, size):
    env.cr.execute("DELETE FROM outreach_figure; DELETE FROM outreach_figure_table")
    first = publish(env)
    found, answers = usefulness(env)
    found |= closeness(env, answers)
    env.cr.commit()
    env.cr.execute("UPDATE outreach_candidate SET status = 'placed' WHERE mod(id, 10) = 0")
    env.cr.commit()
    env.invalidate_all()
    again = []
    for __ in range(2):
        second = publish(env)
        again.append(read(env))
        env.cr.rollback()
        env.invalidate_all()
    return {'candidates': size, 'publish_s': [round(first, 1), round(second, 1)], **found, 'same': again[0] == again[1]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--candidates', default='1000,20000,100000')
    parser.add_argument('--demands', type=int, default=35_000)
    options = parser.parse_args()
    if not DATABASE:
        parser.error("OUTREACH_BENCH_DB names no database; start this by script/benchmark figures")
    import odoo
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(['-d', DATABASE, '--log-level=warn', '--no-http'])
    with Registry(DATABASE).cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        print(json.dumps(measure(env, 'demo')), flush=True)
        data.prepare(env, options.demands)
        before = 0
        for size in map(int, options.candidates.split(',')):
            data.add_people(env, before, size)
            before = size
            print(json.dumps(measure(env, size)), flush=True)


if __name__ == '__main__':
    main()
