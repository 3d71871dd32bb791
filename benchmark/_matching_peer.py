"""The same people and jobs in Odoo's own recruitment (`hr_recruitment_skills`), and its best applicants."""

import time

LEVELS = {1: 25, 2: 50, 3: 75, 4: 100}


def export(cursor):
    """People as ``[(candidate, skill, level)]``, demands as ``{demand: [(skill, level)]}``."""
    cursor.execute("SELECT candidate_id, skill_id, level::int FROM outreach_candidate_skill")
    people = cursor.fetchall()
    cursor.execute(
        "SELECT demand_id, array_agg(ARRAY[s.skill_id, s.level::int]) FROM outreach_demand_skill s"
        " JOIN outreach_demand d ON d.id = demand_id WHERE d.name LIKE 'Benchmark %' GROUP BY 1 ORDER BY 1"
    )
    return people, dict(cursor.fetchall())


def fill(env, people, jobs):
    """Write them; applicants and their skills by SQL, with what the ORM would have stored."""
    kind = env['hr.skill.type'].create(
        {
            'name': "Benchmark",
            'skill_ids': [(0, 0, {'name': str(skill)}) for skill in sorted({skill for __, skill, __ in people})],
            'skill_level_ids': [(0, 0, {'name': str(level), 'level_progress': progress}) for level, progress in LEVELS.items()],
        }
    )
    skills = {int(skill.name): skill.id for skill in kind.skill_ids}
    levels = {int(level.name): level.id for level in kind.skill_level_ids}
    env.flush_all()
    cursor = env.cr
    cursor.execute("CREATE TEMPORARY TABLE given (person int, skill int, level int) ON COMMIT DROP")
    for start in range(0, len(people), 10000):
        batch = [(person, skills[skill], levels[level]) for person, skill, level in people[start : start + 10000]]
        cursor.execute("INSERT INTO given VALUES " + ', '.join(['%s'] * len(batch)), batch)
    cursor.execute(
        "INSERT INTO hr_applicant (id, partner_name, active, company_id, create_date, kanban_state, priority)"
        " SELECT DISTINCT person, 'P' || person, TRUE, %s, now() AT TIME ZONE 'UTC', 'normal', '0' FROM given",
        [env.company.id],
    )
    cursor.execute(
        "INSERT INTO hr_applicant_skill (applicant_id, skill_id, skill_level_id, skill_type_id, valid_from)"
        " SELECT person, skill, level, %s, current_date - 1 FROM given",
        [kind.id],
    )
    cursor.execute("INSERT INTO hr_applicant_hr_skill_rel (hr_applicant_id, hr_skill_id) SELECT person, skill FROM given")
    made = env['hr.job'].create(
        [
            {
                'name': f"Benchmark {job}",
                'job_skill_ids': [
                    (0, 0, {'skill_type_id': kind.id, 'skill_id': skills[skill], 'skill_level_id': levels[level]})
                    for skill, level in wanted
                    if skill in skills
                ],
            }
            for job, wanted in jobs.items()
        ]
    )
    cursor.commit()
    connection = cursor.connection
    connection.autocommit = True
    for table in ('hr_applicant', 'hr_applicant_skill', 'hr_applicant_hr_skill_rel', 'hr_job_skill'):
        connection.cursor().execute(f'VACUUM ANALYZE {table}')
    connection.autocommit = False
    return made.ids


def measure(registry, people, jobs, top, runs):
    """Milliseconds that the best applicants for a job take, job by job, each with empty caches."""
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cursor:
        ids = fill(api.Environment(cursor, SUPERUSER_ID, {}), people, dict(list(jobs.items())[: runs + 1]))
    times = []
    for number, job_id in enumerate(ids):
        with registry.cursor() as cursor:
            env = api.Environment(cursor, api.Environment(cursor, SUPERUSER_ID, {}).ref('base.user_admin').id, {})
            job = env['hr.job'].browse(job_id)
            action = job.action_search_matching_applicants()
            env.invalidate_all()
            before = time.perf_counter()
            found = env['hr.applicant'].with_context(matching_job_id=job_id).search(action['domain'])
            best = found.sorted('matching_score', reverse=True)[:top]
            best.web_read({'partner_name': {}, 'matching_score': {}, 'matching_skill_ids': {'fields': {'display_name': {}}}})
            if number:  # the first one fills the registry's caches
                times.append((time.perf_counter() - before) * 1000)
            assert len(best) == top
    return times
