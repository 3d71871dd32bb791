"""The matching rule as SQL: the same numbers as `tools/matching/matching.py`, for all candidates at once.

What a demand asks for is known before the query is written and stands in it as constants: that is small, and the plan
starts at the index on the skills that are asked for, however many candidates there are.
"""

from typing import NamedTuple

from odoo.tools import SQL

from ...tools.base import licences
from ...tools.matching import matching

# The number of a match: demand and candidate in one, exact in a browser up to two million demands.
SHIFT = 32


class DemandFacts(NamedTuple):
    """A demand as the rule wants it, and what the query needs besides. `occupations` are those of its KldB group,
    `exact_occupations` those whose recognition counts; `distances` are km by municipality, None: place unknown."""

    id: int
    company: int
    partner: int
    municipality: int | None
    rule: matching.Demand
    occupations: tuple
    exact_occupations: tuple
    distances: dict


def split_id(match_id):
    """The ids of demand and candidate."""
    return match_id >> SHIFT, match_id & (1 << SHIFT) - 1


def is_id(number):
    """Whether it could be the id of a match: both its ends are ids that the database can hold."""
    return isinstance(number, int) and 0 < number < 1 << 53 and number & (1 << SHIFT) - 1 < 1 << 31


def join_id(demand_id, candidate_id):
    return demand_id << SHIFT | candidate_id


def build_rows(demands, candidate_query, candidate_ids=None):
    """One row per demand and candidate that have something in common.

    :param demands: a list of `DemandFacts`, not empty
    :param candidate_query: the `Query` of those candidates that the user may see and that are looked for
    :param candidate_ids: only these of them, where they are few
    """
    only = SQL() if candidate_ids is None else SQL(" AND s.candidate_id = ANY (%s)", candidate_ids)
    # OFFSET 0 keeps the planner from writing each answer out again wherever it is used. Candidates are looked up by a
    # sorted list of their numbers: less than a scan of all, or a search for each, of which the planner takes one else.
    return SQL(
        """
        WITH ranked AS MATERIALIZED (SELECT r.*, recognition.place FROM (%(ranked)s) r %(recognition)s)
        SELECT f.*, f.score / 10 AS percent, f.fit_code * 1001 + 1000 - f.score AS rank
          FROM (SELECT g.*, greatest(%(codes)s) AS fit_code
                  FROM (SELECT (d.id::bigint << %(shift)s) | c.id AS id, d.id AS demand_id, c.id AS candidate_id,
                               d.partner_id, c.name, c.municipality_id, c.user_id, c.adviser_id, c.status, c.age_band,
                               c.german_level, c.is_german_tested, c.permission, c.available_from, distance.km AS distance_km,
                               CASE WHEN d.total = 0 THEN 1000 ELSE (ranked.points * 1000 / d.total)::int END AS score,
                               %(gates)s
                          FROM ranked
                          JOIN (%(demands)s) d ON %(of_demand)s
                          JOIN (SELECT outreach_candidate.* FROM %(candidates)s AND outreach_candidate.id = ANY (
                                       ARRAY(SELECT candidate_id FROM ranked))) c
                               ON c.id = ranked.candidate_id AND c.company_id = d.company_id
                          CROSS JOIN LATERAL (SELECT %(distance)s AS km) distance
                        OFFSET 0) g
                OFFSET 0) f
        """,
        codes=SQL(', ').join(SQL("g.%s", SQL.identifier(f'{gate}_code')) for gate in matching.GATES),
        of_demand=SQL("d.id = ranked.demand_id") if _key(demands) else SQL("TRUE"),
        shift=SHIFT,
        gates=_build_gates(),
        ranked=_build_ranked(demands, only),
        demands=_build_demands(demands),
        candidates=SQL("%s WHERE %s", candidate_query.from_clause, candidate_query.where_clause or SQL("TRUE")),
        distance=_build_distance(demands),
        recognition=_build_recognition(demands, only),
    )


def build_common(demands):
    """The ids of the candidates who have something in common with one of these demands."""
    return SQL("SELECT candidate_id FROM (%s) ranked", _build_ranked(demands, SQL()))


def _values(rows, *types):
    """A VALUES list whose columns have the given types, whatever is in them."""
    return SQL(
        "VALUES %s",
        SQL(', ').join(
            SQL("(%s)", SQL(', ').join(SQL(f"%s::{kind}", value) for kind, value in zip(types, row, strict=True))) for row in rows
        ),
    )


def _build_demands(demands):
    first = _first_place(demands)
    return SQL(
        "SELECT * FROM (%s) d (id, company_id, partner_id, municipality_id, start, vetting_code, free_only, language, accepted,"
        " licence_mask, working_time, is_regulated, total, distances)",
        _values(
            (
                (
                    d.id,
                    d.company,
                    d.partner,
                    d.municipality,
                    d.rule.start,
                    matching.CODES.index(matching.ask_vetting(d.rule).answer),
                    d.rule.free_permission_only,
                    d.rule.language,
                    d.rule.accepted_language or None,
                    licences.mask(d.rule.licences),
                    d.rule.working_time,
                    d.rule.is_regulated,
                    matching.FULL * sum(matching.WEIGHTS[need] for need, __ in d.rule.skills.values()),
                    _list_distances(d, first),
                )
                for d in demands
            ),
            'int',
            'int',
            'int',
            'int',
            'date',
            'int',
            'boolean',
            'varchar',
            'varchar',
            'int',
            'varchar',
            'boolean',
            'int',
            'int[]',
        ),
    )


def _build_distance(demands):
    """Places are few, and their ids close together: each demand has its distances in an array, by the ids of the places,
    which is read faster than a table is joined."""
    return SQL("nullif(d.distances[c.municipality_id - %s], -1)", _first_place(demands) - 1)


def _first_place(demands):
    return min((place for demand in demands for place in demand.distances), default=1)


def _list_distances(demand, first):
    return [demand.distances.get(place, -1) for place in range(first, max(demand.distances, default=first) + 1)]


def _build_gates():
    """The answers as numbers, see `matching.CODES`. Levels of German sort by their keys, byte by byte."""

    def lifted(gate):
        return SQL("c.barrier_mask & %s <> 0", matching.barrier_mask(matching.BARRIERS[gate]))

    return SQL(
        """
        d.vetting_code AS vetting_code,
        CASE WHEN c.permission = 'forbidden' THEN 2
             WHEN (c.permission = 'free' OR c.permission IN ('free_from', 'blocked_until') AND c.permission_date <= d.start)
                  AND (c.permission_until IS NULL OR c.permission_until >= d.start) THEN 0
             WHEN d.free_only THEN 2 ELSE 1 END AS permission_code,
        CASE WHEN coalesce(c.german_level, '0_none') COLLATE "C" >= d.language THEN 0
             WHEN c.german_level IS NULL OR c.german_level COLLATE "C" >= d.accepted OR %(language)s THEN 1 ELSE 2 END AS language_code,
        CASE WHEN c.licence_mask & d.licence_mask = d.licence_mask THEN 0
             WHEN %(licence)s THEN 1 ELSE 2 END AS licence_code,
        CASE WHEN distance.km IS NULL OR distance.km <= c.reach_km
                  THEN CASE WHEN d.working_time = 'snw' AND c.is_bus_only AND c.has_vehicle IS NOT TRUE THEN 1 ELSE 0 END
             WHEN %(reach)s THEN 1 ELSE 2 END AS reach_code,
        CASE WHEN %(available)s <= d.start THEN 0 WHEN %(available)s IS NOT NULL THEN 1 ELSE 2 END AS availability_code,
        CASE WHEN CASE d.working_time WHEN 'vz' THEN c.does_full_time WHEN 'tz' THEN c.does_part_time
                                      WHEN 'snw' THEN c.does_shifts WHEN 'mj' THEN c.does_mini_job
                                      WHEN 'ho' THEN c.does_full_time OR c.does_part_time ELSE TRUE END THEN 0
             WHEN %(hours)s THEN 1 ELSE 2 END AS hours_code,
        CASE WHEN NOT d.is_regulated OR ranked.place < %(recognised)s THEN 0
             WHEN ranked.place < %(in_recognition)s OR %(recognition)s THEN 1 ELSE 2 END AS recognition_code
        """,
        available=SQL("greatest(c.available_from, CASE WHEN c.status = 'paused' THEN c.paused_until + 1 END)"),
        recognised=len(matching.RECOGNISED),
        in_recognition=len(matching.RECOGNISED + matching.IN_RECOGNITION),
        **{gate: lifted(gate) for gate in ('language', 'licence', 'reach', 'hours', 'recognition')},
    )


def _build_ranked(demands, only):
    """`demand_id`, `candidate_id` and the weighted points, see `matching.score`: the better of a skill and its
    neighbours counts. Who shares an occupation only has no points.

    Each part is grouped by columns of tables that the planner has statistics of, and nothing is grouped after that; else
    it expects few rows, and looks each candidate up. For the same reason `demand_id` is left out where there is only one.
    """
    key = _key(demands)
    points, shared = _build_points(demands, only, key), _build_shared(demands, only, key)
    if not points or not shared:
        return SQL("SELECT %scandidate_id, %s AS points FROM (%s) reached", key, SQL("points") if points else SQL("0"), points or shared)
    return SQL(
        """
        WITH reached AS MATERIALIZED (%(points)s)
        SELECT %(key)scandidate_id, points FROM reached
         UNION ALL
        SELECT %(key)scandidate_id, 0 FROM (%(shared)s) shared
         WHERE NOT EXISTS (SELECT FROM reached WHERE reached.candidate_id = shared.candidate_id%(of_demand)s)
        """,
        key=key,
        points=points,
        shared=shared,
        of_demand=SQL(" AND reached.demand_id = shared.demand_id") if key else SQL(),
    )


def _key(demands):
    return SQL() if len(demands) == 1 else SQL("demand_id, ")


def _build_points(demands, only, key):
    """Skills without neighbours are added up; of one with neighbours, a place of its own, the best counts."""
    needs, places = [], 0
    for demand in demands:
        place = 0
        for skill, (need, wanted) in demand.rule.skills.items():
            neighbours = demand.rule.neighbours.get(skill, ())
            place += bool(neighbours)
            needs += [
                (
                    demand.id,
                    source,
                    place if neighbours else 0,
                    wanted,
                    matching.WEIGHTS[need] * matching.skill_points(wanted, wanted, source != skill) // wanted,
                )
                for source in (skill, *neighbours)
            ]
        places = max(places, place)
    if not needs:
        return None
    points = SQL("n.factor * least(s.level::int, n.wanted)")
    terms = [SQL("coalesce(sum(%s) FILTER (WHERE n.place = 0), 0)", points) if places else SQL("sum(%s)", points)]
    terms += [SQL("coalesce(max(%s) FILTER (WHERE n.place = %s), 0)", points, place + 1) for place in range(places)]
    return SQL(
        """
        SELECT %(key)scandidate_id, %(terms)s AS points
          FROM unnest(%(demands)s::int[], %(sources)s::int[], %(places)s::int[], %(wanted)s::int[], %(factors)s::int[])
               n (demand_id, source_id, place, wanted, factor)
          JOIN outreach_candidate_skill s ON s.skill_id = n.source_id%(only)s
         GROUP BY %(key)scandidate_id
        """,
        key=key,
        terms=SQL(" + ").join(terms),
        only=only,
        **dict(zip(('demands', 'sources', 'places', 'wanted', 'factors'), map(list, zip(*needs, strict=True)), strict=True)),
    )


def _build_shared(demands, only, key):
    """Who has an occupation of the demand's group, or is interested in one; for a demand that asks for nothing: all."""
    parts = []
    if wanted := [(d.id, occupation) for d in demands for occupation in d.occupations]:
        lists = tuple(map(list, zip(*wanted, strict=True)))
        parts += [
            SQL(
                "SELECT %scandidate_id FROM unnest(%s::int[], %s::int[]) n (demand_id, occupation_id)"
                " JOIN %s s USING (occupation_id) WHERE TRUE%s",
                key,
                *lists,
                table,
                only,
            )
            for table in (
                SQL("outreach_candidate_occupation"),
                SQL(
                    "(SELECT outreach_candidate_id AS candidate_id, outreach_occupation_id AS occupation_id"
                    " FROM outreach_candidate_outreach_occupation_rel)"
                ),
            )
        ]
    if anybody := [d.id for d in demands if not d.rule.skills and not d.occupations]:
        parts.append(
            SQL(
                "SELECT %scandidate_id FROM unnest(%s::int[]) n (demand_id)"
                " CROSS JOIN (SELECT id AS candidate_id FROM outreach_candidate) s WHERE TRUE%s",
                key,
                anybody,
                only,
            )
        )
    return SQL(" UNION ").join(parts) if parts else None


def _build_recognition(demands, only):
    """The most useful recognition that somebody has for a regulated occupation, as its place in the list."""
    wanted = [(d.id, occupation) for d in demands if d.rule.is_regulated for occupation in d.exact_occupations]
    if not wanted:
        return SQL("CROSS JOIN (SELECT NULL::int AS place) recognition")
    key = _key(demands)
    return SQL(
        """
        LEFT JOIN (SELECT %(key)scandidate_id, min(array_position(%(names)s::varchar[], s.recognition)) - 1 AS place
                     FROM unnest(%(demands)s::int[], %(occupations)s::int[]) n (demand_id, occupation_id)
                     JOIN outreach_candidate_occupation s USING (occupation_id)
                    WHERE TRUE%(only)s
                    GROUP BY %(key)scandidate_id) recognition
               ON recognition.candidate_id = r.candidate_id%(of_demand)s
        """,
        key=key,
        names=list(matching.RECOGNITIONS),
        only=only,
        of_demand=SQL(" AND recognition.demand_id = r.demand_id") if key else SQL(),
        **dict(zip(('demands', 'occupations'), map(list, zip(*wanted, strict=True)), strict=True)),
    )
