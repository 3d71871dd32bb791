"""The county that `county.py` measures: companies, demands, visits with their appointments, people, written by SQL.

Each row is the same in every run. Officers of both agencies and an employer with many demands are made by the ORM.
"""

import _matching_data as people

MODULE = 'maßarbeit_outreach'
OFFICERS = 6  # of each agency, besides those of the demo data
MEMBERS = 3
DEMANDS_OF_LARGE_EMPLOYER, DEMANDS_OF_SMALL_EMPLOYER = 1000, 10
SKILLS_OF_DEMAND = 3

_NUMBERED = (
    "(SELECT id, substr(ref, 8)::int AS n, outreach_municipality_id, outreach_industry_id FROM res_partner WHERE ref LIKE 'county-%%')"
)
_COMPANIES = """
    INSERT INTO res_partner (name, complete_name, ref, active, is_company, outreach_company, outreach_was_company, outreach_vetting,
                             outreach_size_class, outreach_industry_id, outreach_municipality_id, outreach_municipality_status,
                             outreach_no_employer, type, lang, color, email, city)
    SELECT x.name, x.name, 'county-' || n, TRUE, TRUE, TRUE, TRUE, CASE WHEN n %% 5 = 0 THEN 'new' ELSE 'checked' END,
           (ARRAY['1_9', '1_9', '10_49', '50_249', '250_plus', NULL, NULL])[1 + n %% 7],
           (%(industries)s)[1 + (n * 7) %% array_length(%(industries)s, 1)],
           CASE WHEN n %% 20 > 0 THEN (%(places)s)[1 + (n * n) %% array_length(%(places)s, 1)] END,
           CASE WHEN n %% 20 > 0 THEN 'assigned' ELSE 'outside' END, n %% 9 = 0 AND n %% 7 > 4,
           'contact', 'de_DE', 0, 'info' || n || '@betrieb.example', 'Musterstadt'
      FROM generate_series(0, %(companies)s - 1) n,
           LATERAL (SELECT 'Musterbetrieb ' || n || CASE WHEN n %% 9 = 0 THEN ' Verwaltungs GmbH' ELSE ' GmbH' END AS name) x
"""
# a fifth was never visited; one visit in twelve is still to come
_VISITS = f"""
    INSERT INTO outreach_visit (partner_id, kind_id, company_id, start, stop, stage, result, is_joint, circle, municipality_id, industry_id)
    SELECT p.id, (%(kinds)s)[1 + v %% array_length(%(kinds)s, 1)], %(company)s, x.start, x.start + interval '1 hour',
           CASE WHEN x.ahead THEN 'planned' ELSE 'done' END, CASE WHEN NOT x.ahead THEN 'call_back' END, TRUE, 'all',
           p.outreach_municipality_id, p.outreach_industry_id
      FROM generate_series(0, %(visits)s - 1) v
      JOIN {_NUMBERED} p ON p.n = (v * 4 / 5) %% greatest(%(companies)s * 4 / 5, 1),
           LATERAL (SELECT v %% 12 = 0 AS ahead) y,
           LATERAL (SELECT y.ahead, date_trunc('hour', now() AT TIME ZONE 'UTC')
                           + CASE WHEN y.ahead THEN 1 + v %% 200 ELSE -1 - v %% 1500 END * interval '1 day' AS start) x
"""
_OF_VISITS = (
    """
    INSERT INTO outreach_visit_member (visit_id, user_id, agency_id, company_id)
    SELECT v.id, u.id, CASE WHEN u.place %% 2 = 0 THEN %(econ)s ELSE %(job)s END, v.company_id
      FROM outreach_visit v
      JOIN generate_series(0, %(members)s - 1) m ON TRUE
      JOIN unnest(%(users)s) WITH ORDINALITY u (id, place) ON u.place = 1 + (v.id + m) %% array_length(%(users)s, 1)
     WHERE v.partner_id IN (SELECT id FROM res_partner WHERE ref LIKE 'county-%%')
    """,
    """
    INSERT INTO outreach_visit_user_rel (visit_id, user_id)
    SELECT m.visit_id, m.user_id FROM outreach_visit_member m ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO outreach_visit_agency_rel (visit_id, agency_id)
    SELECT DISTINCT m.visit_id, m.agency_id FROM outreach_visit_member m ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO calendar_event (name, active, start, stop, allday, show_as, user_id, res_model, res_id, res_model_id, outreach_company_id)
    SELECT 'Besuch: ' || p.name, TRUE, v.start, v.stop, FALSE, 'busy', m.user_id, 'outreach.visit', v.id, %(visit_model)s, v.company_id
      FROM outreach_visit v
      JOIN res_partner p ON p.id = v.partner_id
      JOIN (SELECT visit_id, min(user_id) AS user_id FROM outreach_visit_member GROUP BY visit_id) m ON m.visit_id = v.id
     WHERE p.ref LIKE 'county-%%'
    """,
    "UPDATE outreach_visit v SET event_id = e.id FROM calendar_event e WHERE e.res_model = 'outreach.visit' AND e.res_id = v.id",
    """
    INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
    SELECT v.event_id, u.partner_id
      FROM outreach_visit v JOIN outreach_visit_member m ON m.visit_id = v.id JOIN res_users u ON u.id = m.user_id
     WHERE v.event_id IS NOT NULL
        ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO calendar_attendee (event_id, partner_id, state, access_token)
    SELECT v.event_id, u.partner_id, 'accepted', md5(m.id::text)
      FROM outreach_visit v JOIN outreach_visit_member m ON m.visit_id = v.id JOIN res_users u ON u.id = m.user_id
     WHERE v.event_id IS NOT NULL AND v.partner_id IN (SELECT id FROM res_partner WHERE ref LIKE 'county-%%')
    """,
)
_RECORDS = (
    # open ones first; the two employers of the portal have theirs
    f"""
    INSERT INTO outreach_demand (partner_id, name, active, date, stage, positions, positions_filled, positions_open, kind, source,
                                 company_id, user_id, agency_id, municipality_id, industry_id, occupation_id, start_date,
                                 language_level, is_full_time, is_part_time, is_shift, joins_course, course_partner_id,
                                 course_positions, create_date, closed_reason)
    SELECT p.id, 'County ' || d, TRUE, current_date - CASE WHEN x.is_open THEN d %% 200 ELSE 200 + d %% 1000 END,
           CASE WHEN NOT x.is_open THEN (ARRAY['filled', 'closed'])[1 + d %% 2]
                ELSE (ARRAY['recorded', 'checked', 'in_placement', 'partly_filled', 'signal'])[1 + d %% 5] END,
           1 + d %% 3, CASE WHEN x.is_open THEN 0 ELSE 1 + d %% 3 END, CASE WHEN x.is_open THEN 1 + d %% 3 ELSE 0 END, '1', 'officer',
           %(company)s, u.id, CASE WHEN u.place %% 2 = 0 THEN %(econ)s ELSE %(job)s END,
           coalesce(p.outreach_municipality_id, (%(places)s)[1]), p.outreach_industry_id,
           (%(occupations)s)[1 + {people.chance('d', 31, '%(occupation_count)s')}], current_date + d %% 90,
           {people.pick('d', 33, *people.quoted('1_a1', '2_a2', '3_b1'))},
           {people.pick('d', 37, 'TRUE', 'FALSE', 'FALSE', 'TRUE')}, {people.pick('d', 37, 'FALSE', 'TRUE', 'FALSE', 'FALSE')},
           {people.pick('d', 37, 'FALSE', 'FALSE', 'TRUE', 'FALSE')},
           x.joins, CASE WHEN x.joins THEN p.id END, CASE WHEN x.joins THEN 1 + d %% 3 ELSE 0 END, now() AT TIME ZONE 'UTC',
           CASE WHEN NOT x.is_open AND d %% 2 = 1 THEN 'need_gone' END
      FROM generate_series(0, %(demands)s - 1) d,
           LATERAL (SELECT d < %(open)s AS is_open, d < %(open)s AND d %% 3 = 0 AS joins) x,
           LATERAL (SELECT CASE WHEN d < %(of_large)s THEN 0
                                WHEN d < %(of_large)s + %(of_small)s THEN 1
                                ELSE 2 + {people.chance('d', 41, 'greatest(%(companies)s - 2, 1)')} END AS n) y
      JOIN {_NUMBERED} p ON p.n = y.n
      JOIN unnest(%(users)s) WITH ORDINALITY u (id, place) ON u.place = 1 + (p.n %% array_length(%(users)s, 1))
    """,
    f"""
    INSERT INTO outreach_demand_skill (demand_id, skill_id, level, need)
    SELECT d.id,
           (%(skills)s)[1 + ({people.chance('d.id', 40, people.SKILLS)} + k * (1 + {people.chance('d.id', 41, 60)})) %% {people.SKILLS}],
           {people.pick('d.id * 8 + k', 42, *people.quoted(1, 2, 3, 4))},
           {people.pick('d.id * 8 + k', 43, *people.quoted('must', 'must', 'nice'))}
      FROM outreach_demand d, generate_series(0, {SKILLS_OF_DEMAND - 1}) k
     WHERE d.name LIKE 'County %%' AND d.positions_open > 0
        ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO outreach_responsibility (partner_id, agency_id, user_id, company_id)
    SELECT p.id, CASE WHEN u.place %% 2 = 0 THEN %(econ)s ELSE %(job)s END, u.id, %(company)s
      FROM (SELECT id, substr(ref, 8)::int AS n FROM res_partner WHERE ref LIKE 'county-%%') p
      JOIN generate_series(0, 1) k ON TRUE
      JOIN unnest(%(users)s) WITH ORDINALITY u (id, place) ON u.place = 1 + (p.n + k) %% array_length(%(users)s, 1)
     WHERE p.n %% 5 > 0
    """,
    """
    INSERT INTO outreach_early_warning (partner_id, kind, circle, date, user_id, company_id, create_date)
    SELECT p.id, (ARRAY['closure', 'layoffs', 'expansion', 'succession'])[1 + p.n %% 4], 'all', current_date, (%(users)s)[1],
           %(company)s, now()
      FROM (SELECT id, substr(ref, 8)::int AS n FROM res_partner WHERE ref LIKE 'county-%%') p WHERE p.n %% 50 = 0
    """,
    """
    INSERT INTO outreach_placement (partner_id, date_start, probation_end, company_id)
    SELECT p.id, current_date - 120, current_date + p.n %% 80 - 20, %(company)s
      FROM (SELECT id, substr(ref, 8)::int AS n FROM res_partner WHERE ref LIKE 'county-%%') p WHERE p.n %% 6 = 0
    """,
)
_ANALYZE = "ANALYZE res_partner, outreach_visit, outreach_visit_member, calendar_event, outreach_demand"
TABLES = (
    'res_partner',
    'outreach_visit',
    'outreach_visit_member',
    'outreach_visit_user_rel',
    'outreach_visit_agency_rel',
    'calendar_event',
    'calendar_attendee',
    'calendar_event_res_partner_rel',
    'outreach_responsibility',
    'outreach_early_warning',
    'outreach_placement',
    *people.TABLES[:-1],
)


def fill(env, sizes):
    """Make the county and commit; return the logins by role: `{'economic_development': [...], 'job_centre': [...], ...}`.

    `sizes` has `companies`, `demands`, `open`, `visits`, `candidates`.
    """
    logins = _add_officers(env)
    users = env['res.users'].search([('login', 'in', [login for pair in zip(*logins.values(), strict=True) for login in pair])])
    ordered = [
        users.filtered(lambda user, login=login: user.login == login).id for pair in zip(*logins.values(), strict=True) for login in pair
    ]
    skills = env['outreach.skill'].create([{'name': f'Benchmark {number}'} for number in range(people.SKILLS)])
    env.flush_all()
    occupations = env['outreach.occupation'].search([('scheme', '=', 'kldb'), ('kldb_id', '!=', False)]).ids
    of_large = min(DEMANDS_OF_LARGE_EMPLOYER, sizes['open'] // 3)
    values = {
        **sizes,
        'company': env.company.id,
        'industries': env['outreach.industry'].search([('version', '=', '2008'), ('division_id', '!=', False)]).ids,
        'places': env['outreach.municipality'].search([]).ids,
        'kinds': [env.ref(f'{MODULE}.visit_kind_{name}').id for name in ('first', 'followup', 'phone')],
        # officers of the two agencies in turn: econ at even places, see the statements
        'users': ordered,
        'members': MEMBERS,
        'econ': env.ref(f'{MODULE}.agency_economic_development_demo').id,
        'job': env.ref(f'{MODULE}.agency_job_centre_demo').id,
        'visit_model': env['ir.model']._get_id('outreach.visit'),
        'occupations': occupations,
        'occupation_count': len(occupations),
        'skills': skills.ids,
        'of_large': of_large,
        'of_small': min(DEMANDS_OF_SMALL_EMPLOYER, of_large),
    }
    for statement in (
        _COMPANIES,
        "UPDATE res_partner SET commercial_partner_id = id WHERE ref LIKE 'county-%%'",
        _VISITS,
        *_OF_VISITS,
        *_RECORDS,
    ):
        env.cr.execute(statement, values)
        env.cr.execute(_ANALYZE)  # else the next statement is planned for empty tables
    env.invalidate_all()
    env.cr.commit()
    people.add_people(env, 0, sizes['candidates'])
    employers = _add_employers(env)
    people.tidy(env.cr, TABLES)
    return logins | employers


def _add_officers(env):
    """Officers with a password like their login, in the agency of the one in the demo data whose role they have."""
    logins = {}
    for role, model in (('job_centre', 'jobcenter'), ('economic_development', 'wifoe')):
        pattern = env.ref(f'{MODULE}.user_{model}_demo')
        logins[role] = [model]
        for number in range(OFFICERS):
            login = f'{model}-{number}'
            pattern.with_context(no_reset_password=True).copy(
                {
                    'name': f'Officer {login}',
                    'login': login,
                    'email': f'{login}@landkreis.example',
                    'password': login,
                    'outreach_agency_ids': [(6, 0, pattern.outreach_agency_ids.ids)],
                }
            )
            logins[role].append(login)
    env.flush_all()
    return logins


def _add_employers(env):
    """Somebody at the company with most demands and one at that with few, as users of the portal."""
    logins = {}
    for number, role in enumerate(('employer_with_many', 'employer_with_few')):
        company = env['res.partner'].search([('ref', '=', f'county-{number}')])
        contact = env['res.partner'].create({'name': f'Employer {number}', 'parent_id': company.id, 'email': f'{role}@betrieb.example'})
        env['res.users'].with_context(no_reset_password=True).create(
            {
                'login': role,
                'password': role,
                'partner_id': contact.id,
                'name': contact.name,
                'lang': 'de_DE',
                'tz': 'Europe/Berlin',
                'group_ids': [(6, 0, env.ref(f'{MODULE}.user_betrieb_demo').group_ids.ids)],
            }
        )
        logins[role] = [role]
    env.cr.commit()
    return logins
