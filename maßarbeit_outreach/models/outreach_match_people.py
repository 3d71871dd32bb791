from functools import lru_cache

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import licences, match_count, matching

# Candidates that are read at a time: one by one they become what the counting keeps, which is little.
ROWS_AT_ONCE = 20_000
# The permissions that the date is about; it may be left over from before for others.
DATED = ('free_from', 'blocked_until')
_COLUMNS = SQL(
    "c.id, c.company_id, c.municipality_id, c.reach_km, c.is_bus_only, c.has_vehicle, c.driving_licence, c.german_level, c.available_from,"
    " c.status, c.paused_until, c.does_full_time, c.does_part_time, c.does_shifts, c.does_mini_job, c.permission,"
    " c.permission_date, c.permission_until, c.barrier_mask")


@lru_cache(maxsize=1024)
def _hold(text):
    return licences.held(licences.parse(text))


class OutreachMatch(models.Model):
    """Candidates as the rule in `tools/matching.py` wants them."""

    _inherit = 'outreach.match'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _load_people(self, candidate_ids):
        """What is known of candidates, ``{id: row}``, in one query."""
        found = self._search_candidates(Domain('id', 'in', candidate_ids))
        if found.is_empty():
            return {}
        return {row['id']: row for row in self.env.execute_query_dict(SQL(
            """
            SELECT %s,
                   ARRAY(SELECT ARRAY[s.skill_id, s.level::int] FROM outreach_candidate_skill s
                          WHERE s.candidate_id = c.id) AS skills,
                   ARRAY(SELECT ARRAY[o.occupation_id, array_position(%s::varchar[], o.recognition) - 1]
                           FROM outreach_candidate_occupation o WHERE o.candidate_id = c.id) AS recognitions,
                   ARRAY(SELECT b.kind FROM outreach_barrier b
                          WHERE b.candidate_id = c.id AND b.state IN ('open', 'in_work')) AS barriers
              FROM outreach_candidate c
             WHERE c.id IN %s
            """, _COLUMNS, list(matching.RECOGNITIONS), found.subselect()))}

    @api.model
    def _make_person(self, row, demand=None):
        """A candidate as the rule wants one, before this demand. Without a demand there is no distance yet, and no skill,
        barrier or recognition of which the row has no more than the candidate itself tells."""
        free = [row['available_from']]
        if row['status'] == 'paused' and row['paused_until']:
            free.append(fields.Date.add(row['paused_until'], days=1))
        times = {'vz': row['does_full_time'], 'tz': row['does_part_time'], 'snw': row['does_shifts'],
                 'mj': row['does_mini_job'], 'ho': row['does_full_time'] or row['does_part_time']}
        known = {'barriers': matching.barrier_kinds(row['barrier_mask'] or 0)}
        if demand:
            recognition = min((place for occupation, place in row['recognitions'] if occupation in demand.exact_occupations),
                              default=matching.RECOGNITIONS.index(matching.Person().recognition))
            known = {'distance': demand.distances.get(row['municipality_id']), 'recognition': matching.RECOGNITIONS[recognition],
                     'barriers': frozenset(row['barriers']), 'skills': dict(row['skills'])}
        return matching.Person(
            available_from=max(filter(None, free), default=None), language=row['german_level'], permission=row['permission'],
            permission_from=row['permission_date'] if row['permission'] in DATED else None, permission_until=row['permission_until'],
            licences=_hold(row['driving_licence']), reach=row['reach_km'] or 0,
            is_bus_only=bool(row['is_bus_only'] and not row['has_vehicle']),
            working_times=frozenset(name for name, works in times.items() if works), **known)

    # ------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------

    @api.model
    def _load_crowd(self, candidates):
        """The candidates of a `Query`, to count demands against."""
        return match_count.Crowd(() if candidates.is_empty() else self._read_crowd(candidates))

    def _read_crowd(self, candidates):
        last = 0
        while rows := self.env.execute_query_dict(SQL(
            "SELECT %s FROM outreach_candidate c WHERE c.id IN %s AND c.id > %s ORDER BY c.id LIMIT %s",
            _COLUMNS, candidates.subselect(), last, ROWS_AT_ONCE,
        )):
            for row in rows:
                yield row['id'], row['company_id'], row['municipality_id'], self._make_person(row)
            last = rows[-1]['id']

    @api.model
    def _count_in(self, crowd, demands):
        """How many of a crowd fit each of these demands: ``{demand id: counts}``, see `Crowd.count`. The number of
        queries is constant, and what the crowd knows already is not read again."""
        skills, occupations = crowd.lacks(
            {source for demand in demands for skill in demand.rule.skills
             for source in (skill, *demand.rule.neighbours.get(skill, ()))},
            {number for demand in demands for number in (*demand.occupations, *demand.exact_occupations)})
        for wanted, know, rows in (
            (skills, crowd.know_skill, SQL(
                "SELECT skill_id, level::int, array_agg(candidate_id) FROM outreach_candidate_skill"
                " WHERE skill_id = ANY (%s) GROUP BY skill_id, level", list(skills))),
            (occupations, crowd.know_occupation, SQL(
                """
                SELECT occupation_id, recognition, array_agg(candidate_id) FROM outreach_candidate_occupation
                 WHERE occupation_id = ANY (%(ids)s) GROUP BY occupation_id, recognition
                 UNION ALL
                SELECT outreach_occupation_id, NULL, array_agg(outreach_candidate_id)
                  FROM outreach_candidate_outreach_occupation_rel
                 WHERE outreach_occupation_id = ANY (%(ids)s) GROUP BY outreach_occupation_id
                """, ids=list(occupations))),
        ):
            found = {number: {} for number in wanted}
            for number, key, ids in self.env.execute_query(rows) if wanted else ():
                found[number][key] = ids
            for number, ids in found.items():
                know(number, ids)
        return {demand.id: crowd.count(
            demand.rule, demand.company, demand.distances, tuple(demand.occupations), tuple(demand.exact_occupations))
            for demand in demands}
