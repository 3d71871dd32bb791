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
# How a candidate says it, in the order of the bits.
WORKING_TIMES = {
    'vz': 'does_full_time',
    'tz': 'does_part_time',
    'mj': 'does_mini_job',
    'shift': 'does_shifts',
    'night': 'does_nights',
    'weekend': 'does_weekends',
}
# The musts of a demand in one whole number of the database.
BITS = 62


class DemandFacts(NamedTuple):
    """A demand as the rule wants it, and what the query needs besides. `occupations` are those of its KldB group,
    `exact_occupations` those whose recognition counts; `distances` are km by municipality, None: place unknown; `job_permits` is
    what the immigration office said of this job, by candidate."""

    id: int
    company: int
    partner: int
    municipality: int | None
    rule: matching.Demand
    occupations: tuple
    exact_occupations: tuple
    distances: dict
    job_permits: dict
    is_temp_agency: bool = False


def time_mask(keys):
    return sum(1 << place for place, key in enumerate(WORKING_TIMES) if key in keys)


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
        SELECT f.*, greatest(f.score / 10, (f.score > 0)::int) AS percent, f.fit_code * 1001 + 1000 - f.score AS rank
          FROM (SELECT g.*, CASE greatest(%(codes)s) WHEN 0 THEN 0 WHEN 1 THEN 1 + g.has_nothing::int ELSE 3 END AS fit_code
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
        gates=_build_gates(_count_words(demands)),
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
    first, words = _first_place(demands), _count_words(demands)
    return SQL(
        "SELECT * FROM (%s) d (id, company_id, partner_id, municipality_id, start, vetting_code, free_only, language, accepted,"
        " licence_mask, extents, times, least, most, minor_code, unclear_code, other_code, has_times, is_regulated, total, distances,"
        " granted, conditional, refused%s)",
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
                    time_mask(d.rule.extents),
                    time_mask(d.rule.times),
                    *d.rule.hours,
                    *(matching.CODES.index(matching.age_answer(d.rule, age).answer) for age in ('minor', 'unclear', '')),
                    bool(d.rule.times),
                    d.rule.is_regulated,
                    matching.FULL * sum(matching.WEIGHTS[need] for need, __ in d.rule.skills.values()),
                    _list_distances(d, first),
                    *(
                        [number for number, answer in d.job_permits.items() if answer == state]
                        for state in ('granted', 'conditional', 'refused')
                    ),
                    *_list_bits(d.rule.musts, words),
                    *_list_bits([skill in d.rule.prerequisites and skill for skill in d.rule.musts], words),
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
            'int',
            'int',
            'float8',
            'float8',
            *['int'] * 3,
            'boolean',
            'boolean',
            'int',
            *['int[]'] * 4,
            *['bigint'] * 2 * words,
        ),
        SQL(''.join(f', {name}_{word}' for name in ('musts', 'prerequisites') for word in range(words))),
    )


def _count_words(demands):
    """Each must of a demand is a bit, to tell which ones somebody reaches; as many whole numbers hold those of any demand."""
    return max(1, *(-(-len(demand.rule.musts) // BITS) for demand in demands))


def _list_bits(musts, words):
    """Those musts that are none are left out."""
    return [sum(1 << place for place, must in enumerate(musts[word * BITS : word * BITS + BITS]) if must) for word in range(words)]


def _build_distance(demands):
    """Places are few, and their ids close together: each demand has its distances in an array, by the ids of the places,
    which is read faster than a table is joined."""
    return SQL("nullif(d.distances[c.municipality_id - %s], -1)", _first_place(demands) - 1)


def _first_place(demands):
    return min((place for demand in demands for place in demand.distances), default=1)


def _list_distances(demand, first):
    return [demand.distances.get(place, -1) for place in range(first, max(demand.distances, default=first) + 1)]


def _build_gates(words):
    """The answers as numbers, see `matching.CODES`. Levels of German sort by their keys, byte by byte."""

    def lacks(name):
        """Some of these musts are not reached."""
        return SQL(' OR ').join(SQL(f'd.{name}_{word} & ~ranked.reached_{word} <> 0') for word in range(words))

    def each(term):
        return SQL(' AND ').join(SQL(term.format(word)) for word in range(words))

    def lifted(gate):
        return SQL("c.barrier_mask & %s <> 0", matching.barrier_mask(matching.BARRIERS[gate]))

    return SQL(
        """
        d.vetting_code AS vetting_code,
        CASE WHEN c.permission = 'forbidden' OR c.id = ANY (d.refused) THEN 2
             WHEN c.id = ANY (d.granted) THEN 0
             WHEN (c.permission = 'free' OR c.permission = 'free_from' AND c.permission_date <= d.start)
                  AND (c.permission_until IS NULL OR c.permission_until >= d.start) THEN 0
             WHEN d.free_only AND c.id != ALL (d.conditional) THEN 2 ELSE 1 END AS permission_code,
        CASE WHEN coalesce(c.german_level, '0_none') COLLATE "C" >= d.language THEN 0
             WHEN c.german_level IS NULL OR c.german_level COLLATE "C" >= d.accepted OR %(language)s THEN 1 ELSE 2 END AS language_code,
        CASE WHEN d.licence_mask = 0 THEN 0
             WHEN c.licence_mask & d.licence_mask = d.licence_mask
                  THEN CASE WHEN c.licence_kind IS NULL OR c.licence_kind = 'eu' OR c.licence_until >= d.start THEN 0
                            WHEN c.licence_kind = 'converting' OR c.licence_until IS NULL OR %(licence)s THEN 1 ELSE 2 END
             WHEN %(licence)s THEN 1 ELSE 2 END AS licence_code,
        CASE WHEN distance.km IS NULL OR distance.km <= c.reach_km
                  THEN CASE WHEN d.has_times AND c.is_bus_only AND c.has_vehicle IS NOT TRUE THEN 1 ELSE 0 END
             WHEN %(reach)s THEN 1 ELSE 2 END AS reach_code,
        CASE WHEN %(available)s <= d.start THEN 0 WHEN %(available)s IS NOT NULL THEN 1 ELSE 2 END AS availability_code,
        CASE WHEN (d.extents = 0 OR %(works)s & d.extents <> 0) AND %(works)s & d.times = d.times
                  AND (d.most = 0 OR coalesce(c.hours_from, 0) <= d.most) AND (coalesce(c.hours_to, 0) = 0 OR d.least <= c.hours_to) THEN 0
             WHEN %(hours)s THEN 1 ELSE 2 END AS hours_code,
        CASE WHEN NOT d.is_regulated OR ranked.place < %(recognised)s THEN 0
             WHEN ranked.place < %(in_recognition)s OR %(recognition)s THEN 1 ELSE 2 END AS recognition_code,
        CASE WHEN %(lacks_prerequisite)s THEN 2 WHEN %(lacks_must)s OR d.total > 0 AND ranked.points = 0 THEN 1 ELSE 0 END AS skills_code,
        CASE c.age_band WHEN '15_17' THEN d.minor_code WHEN '15_24' THEN d.unclear_code ELSE d.other_code END AS minor_code,
        CASE WHEN %(no_musts)s THEN d.total > 0 AND ranked.points = 0 ELSE %(no_must_reached)s END AS has_nothing
        """,
        no_musts=each('d.musts_{0} = 0'),
        no_must_reached=each('d.musts_{0} & ranked.reached_{0} = 0'),
        works=SQL(' + ').join(SQL(f'(c.{name} IS TRUE)::int * {1 << place}') for place, name in enumerate(WORKING_TIMES.values())),
        lacks_prerequisite=lacks('prerequisites'),
        lacks_must=lacks('musts'),
        available=SQL("greatest(c.available_from, CASE WHEN c.status = 'paused' THEN c.paused_until + 1 END)"),
        recognised=len(matching.RECOGNISED),
        in_recognition=len(matching.RECOGNISED + matching.IN_RECOGNITION),
        **{gate: lifted(gate) for gate in ('language', 'licence', 'reach', 'hours', 'recognition')},
    )


def _build_ranked(demands, only):
    """`demand_id`, `candidate_id`, the weighted points, see `matching.score`, and which musts are reached: the better of a
    skill and its neighbours counts. Who shares an occupation only has no points.

    Each part is grouped by columns of tables that the planner has statistics of, and nothing is grouped after that; else
    it expects few rows, and looks each candidate up. For the same reason `demand_id` is left out where there is only one.
    """
    key = _key(demands)
    points, shared = _build_points(demands, only, key), _build_shared(demands, only, key)
    words = _count_words(demands)
    reached = SQL(', ').join(SQL(f'reached_{word}') for word in range(words))
    nothing = SQL(', ').join(SQL(f'0::bigint AS reached_{word}') for word in range(words))
    if not shared:
        return points
    if not points:
        return SQL("SELECT %scandidate_id, 0 AS points, %s FROM (%s) shared", key, nothing, shared)
    return SQL(
        """
        WITH reached AS MATERIALIZED (%(points)s)
        SELECT %(key)scandidate_id, points, %(reached)s FROM reached
         UNION ALL
        SELECT %(key)scandidate_id, 0, %(nothing)s FROM (%(shared)s) shared
         WHERE NOT EXISTS (SELECT FROM reached WHERE reached.candidate_id = shared.candidate_id%(of_demand)s)
        """,
        key=key,
        points=points,
        reached=reached,
        nothing=nothing,
        shared=shared,
        of_demand=SQL(" AND reached.demand_id = shared.demand_id") if key else SQL(),
    )


def _key(demands):
    return SQL() if len(demands) == 1 else SQL("demand_id, ")


def _build_points(demands, only, key):
    """Skills without neighbours are added up; of one with neighbours, a place of its own, the best counts."""
    needs, places, words = [], 0, _count_words(demands)
    for demand in demands:
        place, musts = 0, demand.rule.musts
        for skill, (need, wanted) in demand.rule.skills.items():
            neighbours = demand.rule.neighbours.get(skill, ())
            bits = _list_bits([skill == must and must for must in musts], words)
            place += bool(neighbours)
            needs += [
                (
                    demand.id,
                    source,
                    place if neighbours else 0,
                    wanted,
                    matching.WEIGHTS[need] * matching.skill_points(wanted, wanted, source != skill) // wanted,
                    *bits,
                )
                for source in (skill, *neighbours)
            ]
        places = max(places, place)
    if not needs:
        return None
    points = SQL("n.factor * least(s.level::int, n.wanted)")
    terms = [SQL("coalesce(sum(%s) FILTER (WHERE n.place = 0), 0)", points) if places else SQL("sum(%s)", points)]
    terms += [SQL("coalesce(max(%s) FILTER (WHERE n.place = %s), 0)", points, place + 1) for place in range(places)]
    demand_ids, sources, of_place, wanted, factors, *bits = map(list, zip(*needs, strict=True))
    # every level is a part of a skill, so a line is all that it takes
    return SQL(
        """
        SELECT %(key)scandidate_id, %(terms)s AS points, %(reached)s
          FROM unnest(%(demands)s::int[], %(sources)s::int[], %(places)s::int[], %(wanted)s::int[], %(factors)s::int[], %(bits)s)
               n (demand_id, source_id, place, wanted, factor, %(names)s)
          JOIN outreach_candidate_skill s ON s.skill_id = n.source_id%(only)s
         GROUP BY %(key)scandidate_id
        """,
        key=key,
        terms=SQL(" + ").join(terms),
        only=only,
        demands=demand_ids,
        sources=sources,
        places=of_place,
        wanted=wanted,
        factors=factors,
        bits=SQL(', ').join(SQL("%s::bigint[]", word) for word in bits),
        names=SQL(', ').join(SQL(f'bits_{word}') for word in range(words)),
        reached=SQL(', ').join(SQL(f'bit_or(n.bits_{word}) AS reached_{word}') for word in range(words)),
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
