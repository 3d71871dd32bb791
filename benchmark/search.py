#!/usr/bin/env python3
"""How well, and how fast, the catalogues are searched by what people type.

    script/benchmark search --queries Q.tsv --corpus C.tsv --annotations A.tsv [--model skill]
    script/benchmark search --skill-table BA.csv --skill-corpus SKILLS.csv
    script/benchmark search --esco FOLDER [--dkz MAPPING.csv] [--kldb KLDB.csv] [--queries Q.tsv]
    script/benchmark search --everyday WORDS.tsv --esco FOLDER --dkz MAPPING.csv --kldb KLDB.csv [--skill-corpus SKILLS.csv]

The first form reads queries and documents as tab-separated id and text (without a text the id is it), annotations as
TREC qrels (query, iteration, document, relevance). The second one takes what is in the columns `ba_kompetenz` and
`esco_skill_uri` of the rows with relation `exactMatch` for queries and annotations, and `conceptUri` and
`preferredLabel_de` for documents. Each document is one concept with one name in a catalogue that holds nothing else;
`name_search` of the model answers, as for every many2one, asked by an officer without other rights.

The third form measures time only, at full size: occupations of ESCO with all their labels, those of the KldB with the
titles of the mapping, and each query of `--queries`, or every fiftieth label cut and misspelt, is looked up.

The fourth form asks for everyday words, such as those of `everyday_words.tsv` (catalogue, what is typed, what is right: beginnings
of KldB codes, or names of skills), in the whole catalogue: how often the right one is first, or one of the first three. An
occupation of ESCO is right where its KldB occupation is. What is wrong is named on the error output.

Nothing remains: all happens in one transaction, in a database of its own, that is rolled back.

Prints one JSON line: `mrr` and `a1`, `a5`, `a10` (share of queries with a relevant document among the first k) over the
first 100 answers; `p95_ms` and `median_ms` of one look-up of eight answers; seconds to fill the index.
"""

import argparse
import csv
import json
import os
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

DATABASE = os.environ.get('OUTREACH_BENCH_DB')
MODULE = 'maßarbeit_outreach'
DEPTH = 100
SHOWN = 8


def open_registry():
    """The registry of the benchmark's database, as a server without HTTP would hold it."""
    import odoo
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(['-d', DATABASE, '--log-level=warn', '--no-http'])
    return Registry(DATABASE)


def read_tsv(path):
    rows = [line.split('\t') for line in Path(path).read_text(encoding='utf-8-sig').splitlines() if line.strip()]
    return [(row[0], row[1] if len(row) > 1 else row[0]) for row in rows]


def read_csv(path, delimiter=','):
    with open(path, encoding='utf-8-sig', newline='') as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def read_qrels(path):
    relevant = defaultdict(set)
    for line in Path(path).read_text(encoding='utf-8-sig').splitlines():
        if line.strip():
            query, __, document, relevance = line.split('\t')
            if int(relevance) > 0:
                relevant[query].add(document)
    return relevant


def read_skill_table(path):
    relevant = defaultdict(set)
    for row in read_csv(path):
        if row['relation'] == 'exactMatch':
            relevant[row['ba_kompetenz']].add(row['esco_skill_uri'])
    return [(text, text) for text in relevant], relevant


def empty_catalogues(env):
    """Take all concepts out of the way, with what refers to them."""
    env.cr.execute("UPDATE outreach_demand SET occupation_id = NULL")
    for table, column in env.execute_query(_referring_columns()):
        env.cr.execute(f'DELETE FROM "{table}" WHERE "{column}" IS NOT NULL')
    env.cr.execute("DELETE FROM outreach_label")
    env.cr.execute(
        "UPDATE outreach_occupation SET parent_id = NULL, broader_id = NULL, kldb_area_id = NULL, kldb_main_group_id = NULL,"
        " kldb_group_id = NULL, kldb_subgroup_id = NULL, kldb_id = NULL"
    )
    env.cr.execute("DELETE FROM outreach_occupation")
    env.cr.execute("DELETE FROM outreach_skill")
    env['outreach.search.entry']._refresh()
    env.invalidate_all()


def _referring_columns():
    from odoo.tools import SQL

    return SQL("""
        SELECT c.conrelid::regclass::text, a.attname
          FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         WHERE c.contype = 'f' AND c.confrelid IN ('outreach_occupation'::regclass, 'outreach_skill'::regclass)
           AND c.conrelid NOT IN ('outreach_occupation'::regclass, 'outreach_demand'::regclass)
    """)


def fill(env, model, documents, labels=()):
    """Load documents as concepts, and labels as (document, text); index them; return ids by document and seconds."""
    from psycopg2.extras import Json

    columns = {
        'outreach.occupation': ('scheme, code, uri', lambda number, document: ('esco', f'bench.{number}', f'bench:{document}')),
        'outreach.skill': ('kind, uri', lambda number, document: ('skill', f'bench:{document}')),
    }
    names, values = columns[model]
    table = model.replace('.', '_')
    rows = [
        (
            *(('kldb', document, None) if document.isdigit() and model == 'outreach.occupation' else values(number, document)),
            Json({'en_US': text}),
            True,
        )
        for number, (document, text) in enumerate(documents)
    ]
    found = env.cr.execute_values(f'INSERT INTO {table} ({names}, name, active) VALUES %s RETURNING id', rows, fetch=True)
    ids = {document: res_id for (document, __), (res_id,) in zip(documents, found, strict=True)}
    field = f'{model.removeprefix("outreach.")}_id'
    env.cr.execute_values(
        f"INSERT INTO outreach_label (name, lang, kind, source, {field}) VALUES %s ON CONFLICT DO NOTHING",
        [(text, 'de', kind, 'own', ids[document]) for document, text, kind in labels] or [],
        page_size=1000,
    ) if labels else None
    env.invalidate_all()
    before = time.perf_counter()
    env['outreach.search.entry']._reindex(model, list(ids.values()))
    seconds = time.perf_counter() - before
    env.cr.execute('ANALYZE outreach_search_entry')
    env.cr.execute('ANALYZE outreach_search_feature')
    return ids, seconds


def officer(env):
    return env(user=env.ref(f'{MODULE}.user_wifoe_demo'), su=False)


def measure_quality(model, queries, ids, relevant):
    """Figures of the ranking, over the queries that have something relevant."""
    documents = {res_id: document for document, res_id in ids.items()}
    ranks = []
    for query, text in queries:
        if query in relevant:
            found = [documents[res_id] for res_id, __ in model.name_search(text, limit=DEPTH)]
            ranks.append(next((rank for rank, document in enumerate(found, 1) if document in relevant[query]), 0))
    return {
        'queries': len(ranks),
        'mrr': round(statistics.mean(1 / rank if rank else 0 for rank in ranks), 4),
        **{f'a{most}': round(statistics.mean(0 < rank <= most for rank in ranks), 4) for most in (1, 5, 10)},
    }


def measure_time(model, texts):
    times = []
    for text in texts[:20]:  # what a server that runs has done before
        model.name_search(text, limit=SHOWN)
    for text in texts:
        model.env.invalidate_all()
        before = time.perf_counter()
        model.name_search(text, limit=SHOWN)
        times.append((time.perf_counter() - before) * 1000)
    times.sort()
    return {
        'lookups': len(times),
        'median_ms': round(statistics.median(times), 1),
        'p95_ms': round(times[int(len(times) * 0.95)], 1),
        'max_ms': round(times[-1], 1),
    }


def read_esco(folder, dkz=None, kldb=None):
    """Documents and labels of the whole catalogue of occupations."""
    documents, labels = {}, []
    for row in read_csv(next(Path(folder).glob('occupations_*.csv'))):
        documents[row['conceptUri']] = row['preferredLabel']
        labels += [(row['conceptUri'], text, 'alternative') for text in row['altLabels'].split('\n') if text.strip()]
    if kldb:
        documents |= {row['code']: row['title'] for row in read_csv(kldb)}
    if dkz:
        labels += [(row['kldb5'], row['dkz_label_de'], 'title') for row in read_csv(dkz) if row['kldb5'] in documents]
    return list(documents.items()), labels


def set_levels(env, ids, dkz):
    """Give each occupation its requirement level, as the ORM does, and return the KldB codes of each document."""
    codes = {document: {document} for document in ids if document.isdigit()}
    for row in read_csv(dkz):
        if row['esco_uri'] in ids and row['kldb5']:
            codes.setdefault(row['esco_uri'], set()).add(row['kldb5'])
    levels = [(ids[document], next(iter(found))[4:5] or None) for document, found in codes.items() if len(found) == 1]
    env.cr.execute_values(
        "UPDATE outreach_occupation o SET requirement_level = v.level FROM (VALUES %s) v (id, level) WHERE o.id = v.id AND v.level > '0'",
        levels,
        page_size=5000,
    )
    env.invalidate_all()
    return codes


def measure_everyday(model, rows, ids, is_right):
    """Share of words with the right entry first, and among the first three."""
    documents = {res_id: document for document, res_id in ids.items()}
    first = three = 0
    for typed, right in rows:
        found = [documents[res_id] for res_id, __ in model.name_search(typed, limit=3) if res_id in documents]
        verdicts = [is_right(document, right) for document in found]
        first += any(verdicts[:1])
        three += any(verdicts)
        if not any(verdicts[:1]):
            print(f'{typed}: {found}', file=sys.stderr)
    return {'words': len(rows), 'first': round(first / len(rows), 4), 'first_three': round(three / len(rows), 4)}


def read_everyday(path, catalogue):
    rows = csv.DictReader(Path(path).read_text('utf-8').splitlines(), delimiter='\t')
    return [(row['typed'], row['right'].split(';')) for row in rows if row['catalogue'] == catalogue]


def typed_texts(documents, labels):
    """Every fiftieth label, in turn as it is, lacking a letter, and only begun."""
    texts = [text.split('/')[0] for __, text, *__ in (*documents, *labels)][::50]
    return [(text, text[:3] + text[4:], text[: max(4, len(text) // 2)])[number % 3] for number, text in enumerate(texts)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--queries')
    parser.add_argument('--corpus')
    parser.add_argument('--annotations')
    parser.add_argument('--model', choices=['occupation', 'skill'], default='occupation')
    parser.add_argument('--skill-table')
    parser.add_argument('--skill-corpus')
    parser.add_argument('--everyday')
    parser.add_argument('--esco')
    parser.add_argument('--dkz')
    parser.add_argument('--kldb')
    options = parser.parse_args()
    if not DATABASE:
        parser.error("OUTREACH_BENCH_DB names no database; start this by script/benchmark search")
    if options.everyday and not (options.esco and options.dkz and options.kldb):
        parser.error("--everyday needs --esco, --dkz and --kldb")
    queries, relevant, labels, model = [], None, [], f'outreach.{options.model}'
    if options.esco:
        documents, labels = read_esco(options.esco, options.dkz, options.kldb)
        queries = read_tsv(options.queries) if options.queries else []
    elif options.skill_table and options.skill_corpus:
        model = 'outreach.skill'
        queries, relevant = read_skill_table(options.skill_table)
        documents = [(row['conceptUri'], row['preferredLabel_de']) for row in read_csv(options.skill_corpus) if row['preferredLabel_de']]
    elif options.queries and options.corpus and options.annotations:
        queries, documents, relevant = read_tsv(options.queries), read_tsv(options.corpus), read_qrels(options.annotations)
    else:
        parser.error("give --queries, --corpus and --annotations; or --skill-table and --skill-corpus; or --esco")
    documents = list(dict(documents).items())
    with open_registry().cursor() as cursor:
        from odoo import SUPERUSER_ID, api

        env = api.Environment(cursor, SUPERUSER_ID, {})
        empty_catalogues(env)
        ids, seconds = fill(env, model, documents, labels)
        searched = officer(env)[model]
        searched.name_search("x", limit=1)
        texts = [text for __, text in queries] or typed_texts(documents, labels)
        everyday = {}
        if options.everyday:
            codes = set_levels(env, ids, options.dkz)
            rows = read_everyday(options.everyday, 'occupation')
            everyday['everyday'] = measure_everyday(
                searched, rows, ids, lambda document, right: any(code.startswith(tuple(right)) for code in codes.get(document, ()))
            )
        if options.everyday and options.skill_corpus:
            names = {row['conceptUri']: row['preferredLabel_de'] for row in read_csv(options.skill_corpus) if row['preferredLabel_de']}
            skills, __ = fill(env, 'outreach.skill', list(names.items()))
            everyday['everyday_skills'] = measure_everyday(
                officer(env)['outreach.skill'],
                read_everyday(options.everyday, 'skill'),
                skills,
                lambda document, right: names[document] in right,
            )
        figures = measure_quality(searched, queries, ids, relevant) if relevant is not None else {}
        figures |= measure_time(searched, texts)
        entries = env['outreach.search.entry'].search_count([])
        cursor.rollback()
    print(
        json.dumps(
            {
                'benchmark': 'search',
                'model': model,
                'documents': len(documents),
                'entries': entries,
                **figures,
                **everyday,
                'index_seconds': round(seconds, 1),
            }
        )
    )


if __name__ == '__main__':
    main()
