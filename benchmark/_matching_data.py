"""The county that `matching.py` measures: people, demands and their skills, written by SQL with every gate in use."""

SKILLS, SKILLS_OF_PERSON, SKILLS_OF_DEMAND = 400, 6, 5

# A whole number from 0 on, the same in every run: no random data, and no two columns that go together.
_CHANCE = "(hashint4extended({key}, {salt}) & 1073741823)"


def chance(key, salt, below):
    return f"({_CHANCE.format(key=key, salt=salt)} %% {below})::int"


def pick(key, salt, *values):
    return f"(ARRAY[{', '.join(values)}])[1 + {chance(key, salt, len(values))}]"


def quoted(*values):
    return [f"'{value}'" for value in values]


LEVELS = quoted('0_none', '1_a1', '2_a2', '3_b1', '4_b2', '5_c1')

PEOPLE = f"""
INSERT INTO outreach_candidate (
       name, active, status, paused_until, user_id, company_id, municipality_id, reach_km, is_bus_only, has_vehicle,
       licence_mask, driving_licence, barrier_mask, german_level, available_from, does_full_time, does_part_time, does_shifts,
       does_mini_job, permission, permission_date, permission_until, age_band)
SELECT 'B-' || n, TRUE, s.status, CASE WHEN s.status = 'paused' THEN current_date + 30 END, %(user)s, %(company)s,
       (%(places)s)[1 + {chance('n', 1, '%(place_count)s')}], 5 + {chance('n', 2, 40)},
       {chance('n', 18, 3)} = 0, {chance('n', 19, 4)} = 0, CASE WHEN {chance('n', 3, 2)} = 0
       THEN %(licence)s ELSE 0 END, CASE WHEN {chance('n', 3, 2)} = 0 THEN 'B' END,
       CASE WHEN {chance('n', 4, 4)} = 0 THEN 1 << {chance('n', 5, 8)} ELSE 0 END,
       {pick('n', 6, *LEVELS)}, current_date - 60 + {chance('n', 7, 120)}, {chance('n', 8, 4)} > 0, {chance('n', 9, 3)} > 0,
       {chance('n', 10, 2)} > 0, {chance('n', 11, 3)} = 0, p.permission, current_date - 30 + {chance('n', 12, 90)},
       CASE WHEN {chance('n', 13, 5)} = 0 THEN current_date + {chance('n', 14, 400)} END,
       {pick('n', 15, *quoted('18_24', '25_34', '35_49', '50_59'))}
  FROM generate_series(%(start)s + 1, %(stop)s) n,
       LATERAL (SELECT {pick('n', 16, *quoted(*['available'] * 7, 'proposed', 'paused', 'placed'))} AS status) s,
       LATERAL (SELECT {pick('n', 17, *quoted(*['free'] * 6, 'with_permit', 'free_from', 'unclear', 'forbidden'))}
                       AS permission) p
"""
OF_PEOPLE = (
    f"""
    INSERT INTO outreach_candidate_skill (candidate_id, skill_id, level)
    SELECT c.id, (%(skills)s)[1 + ({chance('c.id', 20, SKILLS)} + k * (1 + {chance('c.id', 21, 60)})) %% {SKILLS}],
           {pick('c.id * 8 + k', 22, *quoted(1, 2, 3, 4))}
      FROM outreach_candidate c, generate_series(0, {SKILLS_OF_PERSON - 1}) k
     WHERE c.name LIKE 'B-%%' AND substr(c.name, 3)::int > %(start)s
    """,
    f"""
    INSERT INTO outreach_candidate_occupation (candidate_id, occupation_id, years, qualification, recognition)
    SELECT c.id, (%(occupations)s)[1 + {chance('c.id', 23, '%(occupation_count)s')}], {chance('c.id', 24, 20)}, 'none',
           {pick('c.id', 25, *quoted('not_needed', 'german', 'not_applied', 'advice', 'applied', 'full', 'partial', 'none'))}
      FROM outreach_candidate c WHERE c.name LIKE 'B-%%' AND substr(c.name, 3)::int > %(start)s
    """,
    f"""
    INSERT INTO outreach_candidate_outreach_occupation_rel (outreach_candidate_id, outreach_occupation_id)
    SELECT c.id, (%(occupations)s)[1 + {chance('c.id', 26, '%(occupation_count)s')}]
      FROM outreach_candidate c
     WHERE c.name LIKE 'B-%%' AND substr(c.name, 3)::int > %(start)s AND {chance('c.id', 27, 2)} = 0
    """,
    """
    INSERT INTO outreach_barrier (candidate_id, kind, state, company_id)
    SELECT c.id, b.kind, 'open', c.company_id
      FROM outreach_candidate c
      JOIN unnest(%(kinds)s) WITH ORDINALITY b (kind, place) ON c.barrier_mask = 1 << (b.place - 1)::int
     WHERE c.name LIKE 'B-%%' AND substr(c.name, 3)::int > %(start)s
    """,
)
DEMANDS = (
    f"""
    INSERT INTO outreach_demand (
           partner_id, name, active, date, stage, positions, positions_filled, positions_open, kind, source, company_id,
           user_id, municipality_id, occupation_id, start_date, language_level, accepted_language_level, permit_condition,
           driving_licence, is_full_time, is_part_time, is_shift)
    SELECT (%(partners)s)[1 + n %% array_length(%(partners)s, 1)], 'Benchmark ' || n, TRUE, current_date, 'recorded', 1, 0, 1,
           '1', 'officer', %(company)s, %(user)s, (%(places)s)[1 + {chance('n', 30, '%(place_count)s')}],
           (%(occupations)s)[1 + {chance('n', 31, '%(occupation_count)s')}], current_date + {chance('n', 32, 60)},
           {pick('n', 33, *quoted('1_a1', '2_a2', '3_b1'))}, CASE WHEN {chance('n', 34, 3)} = 0 THEN '1_a1' END,
           {pick('n', 35, "'free'", "'wait'", 'NULL')}, CASE WHEN {chance('n', 36, 3)} = 0 THEN 'B' END,
           {pick('n', 37, 'TRUE', 'FALSE', 'FALSE', 'TRUE')}, {pick('n', 37, 'FALSE', 'TRUE', 'FALSE', 'FALSE')},
           {pick('n', 37, 'FALSE', 'FALSE', 'TRUE', 'FALSE')}
      FROM generate_series(1, %(demands)s) n
    """,
    f"""
    INSERT INTO outreach_demand_skill (demand_id, skill_id, level, need)
    SELECT d.id, (%(skills)s)[1 + ({chance('d.id', 40, SKILLS)} + k * (1 + {chance('d.id', 41, 60)})) %% {SKILLS}],
           {pick('d.id * 8 + k', 42, *quoted(1, 2, 3, 4))}, {pick('d.id * 8 + k', 43, *quoted('must', 'must', 'nice'))}
      FROM outreach_demand d, generate_series(0, {SKILLS_OF_DEMAND - 1}) k
     WHERE d.name LIKE 'Benchmark %%' AND NOT EXISTS (SELECT FROM outreach_demand_skill WHERE demand_id = d.id)
    """,
)
TABLES = (
    'outreach_candidate',
    'outreach_candidate_skill',
    'outreach_candidate_occupation',
    'outreach_barrier',
    'outreach_demand',
    'outreach_candidate_outreach_occupation_rel',
    'outreach_demand_skill',
    'outreach_skill',
    'outreach_skill_relation',
    'outreach_occupation',
    'res_partner',
)


def _values(env, **values):
    from odoo.addons.maßarbeit_outreach.tools.base import licences
    from odoo.addons.maßarbeit_outreach.tools.matching import matching

    module = 'maßarbeit_outreach'
    places = env['outreach.municipality'].search([]).ids
    occupations = env['outreach.occupation'].search([('scheme', '=', 'kldb'), ('kldb_id', '!=', False)]).ids
    return {
        'company': env.company.id,
        'user': env.ref(f'{module}.user_jobcenter_demo').id,
        'places': places,
        'place_count': len(places),
        'occupations': occupations,
        'occupation_count': len(occupations),
        'skills': env['outreach.skill'].search([('name', 'like', 'Benchmark ')], order='id').ids,
        'partners': env['res.partner'].search([('name', 'like', 'Benchmark ')], order='id').ids,
        'licence': licences.mask(licences.held({'B'})),
        'kinds': sorted((kind for kinds in matching.BARRIERS.values() for kind in kinds), key=lambda kind: matching.barrier_mask({kind})),
        **values,
    }


def prepare(env, demands):
    """Skills, of which every second one has a related one, companies, and the demands."""
    skills = env['outreach.skill'].create([{'name': f'Benchmark {number}'} for number in range(SKILLS)])
    env['outreach.skill.relation'].create(
        [{'skill_id': skill.id, 'related_id': other.id, 'kind': 'optional'} for skill, other in zip(skills[::4], skills[1::4], strict=True)]
    )
    env['res.partner'].create(
        [
            {
                'name': f'Benchmark {number}',
                'is_company': True,
                'outreach_company': True,
                'outreach_vetting': 'checked' if number % 5 else 'new',
            }
            for number in range(20)
        ]
    )
    env['outreach.occupation'].search([('kldb_id', '!=', False)], order='id')[::5].is_regulated = True
    env.flush_all()
    add_demands(env, demands)


def add_demands(env, count):
    for statement in DEMANDS:
        env.cr.execute(statement, _values(env, demands=count))
    tidy(env.cr)


def add_people(env, start, stop):
    """People number `start` to `stop`."""
    values = _values(env, start=start, stop=stop)
    for statement in (PEOPLE, *OF_PEOPLE):
        env.cr.execute(statement, values)
    tidy(env.cr)


def tidy(cursor, tables=TABLES):
    """Commit, and do what the database does by itself sooner or later. It marks rows as visible to all only when their
    commit is on the disk."""
    cursor.execute('SET LOCAL synchronous_commit = on')
    cursor.commit()
    connection = cursor.connection
    connection.autocommit = True  # VACUUM cannot run in a transaction
    for table in tables:
        connection.cursor().execute(f'VACUUM ANALYZE {table}')
    connection.autocommit = False
