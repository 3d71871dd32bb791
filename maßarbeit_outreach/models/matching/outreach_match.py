from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...tools.base import licences
from ...tools.matching import match_count, matching
from ...tools.people.facts import OPEN_BARRIER
from ...tools.visit.visit_day import road_km
from ..base.groups import JOB_CENTRE
from ..base.outreach_access_log import logged_as
from ..base.selections import CEFR_LEVELS
from ..demand.outreach_demand import DEMAND_TIMES
from . import outreach_match_query as match_query

# More than this in one question is a mistake, and would keep the database busy for long.
MOST_DEMANDS = 50
MOST_PAIRS = 1_000_000
# As many reasons as a line of a list has room for.
REASONS_IN_A_LINE = 3
# Candidates that are read at a time: one by one they become what the counting keeps, which is little.
ROWS_AT_ONCE = 20_000
_COLUMNS = SQL(
    "c.id, c.company_id, c.municipality_id, c.reach_km, c.is_bus_only, c.has_vehicle, c.licence_mask, c.german_level, c.available_from,"
    " c.status, c.paused_until, c.does_full_time, c.does_part_time, c.does_shifts, c.does_nights, c.does_weekends, c.does_mini_job,"
    " c.hours_from, c.hours_to, c.age_band, c.licence_kind, c.licence_until, c.permission,"
    " c.permission_date, c.permission_until, c.barrier_mask"
)
ANSWERS = [(matching.PASS, "Yes"), (matching.PASSABLE, "When …"), (matching.FAIL, "No")]
FITS = [
    (matching.FITS_NOW, "Fits now"),
    (matching.FITS_WHEN, "Fits if …"),
    (matching.HAS_ALL_TO_LEARN, "Has all to learn"),
    (matching.FITS_NOT, "Does not fit"),
]
GATE_FIELDS = {f'gate_{gate}': f'{gate}_code' for gate in matching.GATES}
# What the rule wants to know of an age.
AGES = {'15_17': 'minor', '15_24': 'unclear'}
MATCHED_STATUS = ('available', 'proposed', 'paused')
_LEVELS = ('kldb_id', 'kldb_subgroup_id', 'kldb_group_id', 'kldb_main_group_id', 'kldb_area_id')


class _KnownDemands(dict):
    """What the ranking of one request knows of its demands; a class of its own, which no request can bring along."""

    def __init__(self):
        super().__init__()
        self.asked = []  # [(condition, demands)]: a page in groups asks the same for each of them

    def load(self, model, condition):
        if model.env.su:  # reads more than the user, who must not get it from here
            return model._load_demands(condition)
        for asked, found in self.asked:
            if asked == condition:
                return found
        self.asked.append((condition, found := model._load_demands(condition)))
        self.update({demand.id: demand for demand in found})
        return found


class OutreachMatch(models.Model):
    """How candidates fit demands: a live question, never a copy. The rule is in `tools/matching/matching.py`, which also says why.

    SPECIFICATION
     1. A row is a demand and a candidate who have something in common; its id holds both.
     2. Which demands and candidates are compared is taken from the domain: its conditions on `demand_id`,
        `candidate_id` and `id` that all rows have to meet. Candidates alone are compared with the open demands; a
        question that names neither is about the user's own open demands.
     3. Rows are of candidates and demands that the user may read, by the rules of those models.
     4. The database ranks, by the same whole numbers as the rule in Python, which explains the rows that are shown.
    """

    _name = 'outreach.match'
    _description = "Match"
    _inherit = ['outreach.live.query.mixin', 'outreach.person.export.mixin']
    _person_field = 'candidate_id'
    _auto = False
    _order = 'rank, distance_km, id'
    _rec_names_search = ['name']
    _depends = {
        'outreach.candidate': [
            'name',
            'active',
            'status',
            'paused_until',
            'user_id',
            'adviser_id',
            'company_id',
            'age_band',
            'municipality_id',
            'reach_km',
            'is_bus_only',
            'has_vehicle',
            'licence_mask',
            'barrier_mask',
            'interest_ids',
            'german_level',
            'is_german_tested',
            'available_from',
            'does_full_time',
            'does_part_time',
            'does_shifts',
            'does_nights',
            'does_weekends',
            'does_mini_job',
            'hours_from',
            'hours_to',
            'licence_kind',
            'licence_until',
            'permission',
            'permission_date',
            'permission_until',
        ],
        'outreach.candidate.skill': ['candidate_id', 'skill_id', 'level'],
        'outreach.candidate.occupation': ['candidate_id', 'occupation_id', 'recognition'],
        'outreach.job.permit': ['candidate_id', 'state', 'partner_id', 'occupation_id', 'date_from', 'date_until'],
        'outreach.barrier': ['candidate_id', 'kind', 'state'],
        'outreach.demand': [
            'partner_id',
            'company_id',
            'municipality_id',
            'occupation_id',
            'start_date',
            'permit_condition',
            'language_level',
            'accepted_language_level',
            'driving_licence',
            *DEMAND_TIMES.values(),
            'is_home_office',
            'hours_from',
            'hours_to',
            'is_hazardous',
            'kind',
            'wage_exception',
            'stage',
            'active',
        ],
        'outreach.demand.skill': ['demand_id', 'skill_id', 'level', 'need', 'is_prerequisite'],
        'outreach.occupation': ['is_regulated', 'is_regulation_decided', 'parent_id', *_LEVELS],
        'outreach.skill': ['driving_licence'],
        'outreach.skill.relation': ['skill_id', 'related_id'],
        'outreach.municipality': ['latitude', 'longitude'],
        'res.partner': ['outreach_vetting'],
    }

    demand_id = fields.Many2one('outreach.demand', readonly=True)
    partner_id = fields.Many2one('res.partner', "Company", readonly=True)
    candidate_id = fields.Many2one('outreach.candidate', readonly=True)
    name = fields.Char("Pseudonym", readonly=True)
    fit = fields.Selection(FITS, readonly=True)
    score = fields.Integer(readonly=True, aggregator='max', help="Share of the required skills, in per mille")
    percent = fields.Integer("Skills (%)", readonly=True, aggregator='max', help="Share of the required skills that is reached")
    rank = fields.Integer(readonly=True, aggregator=None, help="The lower, the better: first how somebody fits, then the score")
    gate_vetting = fields.Selection(ANSWERS, "Company Checked", readonly=True)
    gate_permission = fields.Selection(ANSWERS, "May Work", readonly=True)
    gate_language = fields.Selection(ANSWERS, "Enough German", readonly=True)
    gate_licence = fields.Selection(ANSWERS, "Driving Licence", readonly=True)
    gate_reach = fields.Selection(ANSWERS, "Within Reach", readonly=True)
    gate_availability = fields.Selection(ANSWERS, "Available on Start Date", readonly=True)
    gate_hours = fields.Selection(ANSWERS, "Working Hours Match", readonly=True)
    gate_recognition = fields.Selection(ANSWERS, "Recognised", readonly=True)
    gate_minor = fields.Selection(ANSWERS, "Age and Minimum Wage", readonly=True)
    gate_skills = fields.Selection(ANSWERS, "Required Skills", readonly=True)
    distance_km = fields.Integer("Distance (km)", readonly=True, aggregator='avg')
    municipality_id = fields.Many2one('outreach.municipality', readonly=True)
    age_band = fields.Selection(selection=lambda self: self._selection_of('age_band'), readonly=True)
    german_level = fields.Selection(CEFR_LEVELS, "German", readonly=True)
    is_german_tested = fields.Boolean("Tested", readonly=True)
    permission = fields.Selection(selection=lambda self: self._selection_of('permission'), string="Work Permission", readonly=True)
    available_from = fields.Date(readonly=True)
    status = fields.Selection(selection=lambda self: self._selection_of('status'), readonly=True)
    user_id = fields.Many2one('res.users', "Officer", readonly=True)
    adviser_id = fields.Many2one('res.users', readonly=True)
    reached = fields.Char("Required Skills Reached", compute='_compute_reasons')  # at least in part
    musts = fields.Json(compute='_compute_reasons', exportable=False, export_string_translation=False)  # how many are reached, in part
    reasons = fields.Char(compute='_compute_reasons', help="What stands in the way, the worst first")
    main_reason = fields.Char(compute='_compute_reasons')
    explanation = fields.Html(compute='_compute_explanation', sanitize=False)
    proposal_id = fields.Many2one('outreach.proposal', "Selected", compute='_compute_proposal_id', groups=JOB_CENTRE)

    def _selection_of(self, name):
        """As the candidate has it, in the language of the reader."""
        return self.env['outreach.candidate']._fields[name]._description_selection(self.env)

    # ------------------------------------------------------------
    # THE QUESTION
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        """The demands are looked at once, for the ranking and for its explanation."""
        match = self.with_context(outreach_match_demands=_KnownDemands())
        with logged_as('search'):
            return super(OutreachMatch, match).web_search_read(domain, specification, offset, limit, order, count_limit)

    @api.model
    @api.readonly
    def web_read_group(self, *args, **kwargs):
        """The same where groups are open."""
        match = self.with_context(outreach_match_demands=_KnownDemands())
        with logged_as('search'):
            return super(OutreachMatch, match).web_read_group(*args, **kwargs)

    def _build_rows_for(self, domain):
        """Ask only for the demands and candidates that the domain names, see the specification."""
        of_demands, of_candidates, pairs = Domain.TRUE, Domain.TRUE, None
        for condition in self._get_conditions(domain):
            name, operator, value = (
                getattr(condition, 'field_expr', None),
                getattr(condition, 'operator', None),
                getattr(condition, 'value', None),
            )
            if name == 'id' and operator == 'in':
                pairs = [match_query.split_id(number) for number in value if match_query.is_id(number)]
            elif name in ('demand_id', 'candidate_id') and operator in ('in', 'any'):
                found = Domain('id', 'in', sorted(number for number in value if number)) if operator == 'in' else value
                if name == 'demand_id':
                    of_demands &= found
                else:
                    of_candidates &= found
        if pairs is not None:
            of_demands &= Domain('id', 'in', sorted({demand for demand, __ in pairs}))
            of_candidates &= Domain('id', 'in', [candidate for __, candidate in pairs])
        Demand = self.env['outreach.demand']
        if of_demands.is_true():
            of_demands = Domain('id', 'in', self._get_own_demands()) if of_candidates.is_true() else Demand._get_open_domain()
        else:
            of_demands &= Domain('active', 'in', (True, False))
        candidate_ids = None
        if not of_candidates.is_true():
            candidate_ids = list(self._search_candidates(of_candidates))
            if not candidate_ids:
                return None
        known = self.env.context.get('outreach_match_demands')
        demands = known.load(self, of_demands) if isinstance(known, _KnownDemands) else self._load_demands(of_demands)
        if (candidate_ids is None and len(demands) > MOST_DEMANDS) or len(demands) * len(candidate_ids or ()) > MOST_PAIRS:
            raise UserError(
                self.env._(
                    "Too many combinations: %(demands)s demands with %(candidates)s candidates. Choose a demand, a candidate or a pool.",
                    demands=len(demands),
                    candidates=self.env._("all") if candidate_ids is None else len(candidate_ids),
                )
            )
        return self._build_rows(demands, candidate_ids) if demands else None

    @api.model
    def _get_own_demands(self):
        """The user's open demands: where they are too many to be compared, those with the most people who fit by the count of the
        night, which the job centre reads; for others the latest."""
        found = self.env['outreach.demand']._search(self.env['outreach.demand']._get_open_domain() & Domain('user_id', '=', self.env.uid))
        if found.is_empty():
            return []
        order = SQL("s.fits_now DESC NULLS LAST, s.fits_when DESC NULLS LAST, ") if self.env.user.has_group(JOB_CENTRE) else SQL()
        return [
            number
            for (number,) in self.env.execute_query(
                SQL(
                    """
                    SELECT d.id FROM outreach_demand d LEFT JOIN outreach_match_count s ON s.demand_id = d.id
                     WHERE d.id IN %s ORDER BY %s d.date DESC, d.id DESC LIMIT %s
                    """,
                    found.subselect(),
                    order,
                    MOST_DEMANDS,
                )
            )
        ]

    @api.model
    def _search_candidates(self, domain=Domain.TRUE):
        """Those of the candidates that are looked for work for, and that the user may read, as a `Query`."""
        return self.env['outreach.candidate']._search(Domain(domain) & Domain('status', 'in', MATCHED_STATUS) & Domain('active', '=', True))

    @api.model
    def _build_rows(self, demands, candidate_ids=None):
        for model, names in self._depends.items():
            self.env[model].flush_model(names)
        domain = Domain.TRUE if candidate_ids is None else Domain('id', 'in', candidate_ids)
        candidates = self._search_candidates(domain)
        return None if candidates.is_empty() else match_query.build_rows(demands, candidates, candidate_ids)

    @api.model
    def _load_demands(self, domain):
        """Those demands of a domain that the user may read, as `DemandFacts`; the number of queries is constant."""
        for model, names in self._depends.items():
            self.env[model].flush_model(names)
        today = fields.Date.context_today(self)
        found = self.env['outreach.demand']._search(domain, order='date desc, id desc')
        rows = (
            self.env.execute_query_dict(
                SQL(
                    """
            SELECT d.id, d.company_id, d.partner_id, p.outreach_vetting, d.start_date, d.permit_condition, d.language_level,
                   d.accepted_language_level, d.driving_licence, d.hours_from, d.hours_to, d.is_hazardous, d.kind, d.wage_exception,
                   d.is_home_office,
                   d.is_full_time, d.is_part_time, d.is_mini_job, d.is_shift, d.is_night, d.is_weekend,
                   CASE WHEN o.is_regulation_decided OR k.id IS NULL THEN o.is_regulated ELSE k.is_regulated END AS is_regulated,
                   CASE WHEN d.is_home_office THEN NULL ELSE d.municipality_id END AS municipality_id,
                   d.is_temp_agency, o.id AS occupation_id, %s,
                   coalesce(o.kldb_group_id, o.kldb_main_group_id, o.kldb_area_id) AS broad,
                   coalesce(o.kldb_id, o.kldb_subgroup_id, o.kldb_group_id, o.kldb_main_group_id, o.kldb_area_id) AS exact
              FROM outreach_demand d
              JOIN res_partner p ON p.id = d.partner_id
              LEFT JOIN outreach_occupation o ON o.id = d.occupation_id
              LEFT JOIN outreach_occupation k ON k.id = o.kldb_id
             WHERE d.id IN %s
            """,
                    SQL(', ').join(SQL("o.%s", SQL.identifier(level)) for level in _LEVELS),
                    found.subselect(),
                )
            )
            if not found.is_empty()
            else []
        )
        if not rows:
            return []
        skills, prerequisites, neighbours, classes = {}, {}, {}, {}
        for demand, skill, need, level, is_prerequisite, licence, related in self.env.execute_query(
            SQL(
                """
            SELECT s.demand_id, s.skill_id, s.need, s.level::int, s.need = 'must' AND s.is_prerequisite,
                   CASE WHEN s.need = 'must' THEN k.driving_licence END, ARRAY(
                       SELECT r.related_id FROM outreach_skill_relation r WHERE r.skill_id = s.skill_id
                        UNION SELECT r.skill_id FROM outreach_skill_relation r WHERE r.related_id = s.skill_id)
              FROM outreach_demand_skill s JOIN outreach_skill k ON k.id = s.skill_id
             WHERE s.demand_id = ANY (%s)
             ORDER BY s.need, s.id
            """,
                [row['id'] for row in rows],
            )
        ):
            if licence:  # a fact of its own gate
                classes.setdefault(demand, set()).update(licences.parse(licence))
                continue
            skills.setdefault(demand, {})[skill] = (need, level)
            if is_prerequisite:
                prerequisites.setdefault(demand, set()).add(skill)
            if related := set(related) - {skill}:
                neighbours.setdefault(demand, {})[skill] = frozenset(related)
        occupations = self._load_occupations({row[key] for row in rows for key in ('broad', 'exact') if row[key]})
        distances = self._load_distances({row['municipality_id'] for row in rows if row['municipality_id']})
        permits = self._load_job_permits(rows, occupations)
        starts = {row['id']: max(row['start_date'] or today, today) for row in rows}
        return [
            match_query.DemandFacts(
                id=row['id'],
                company=row['company_id'],
                partner=row['partner_id'],
                municipality=row['municipality_id'],
                rule=matching.Demand(
                    start=starts[row['id']],
                    vetting=row['outreach_vetting'] or 'new',
                    free_permission_only=row['permit_condition'] == 'free',
                    language=row['language_level'] or '',
                    accepted_language=row['accepted_language_level'] or '',
                    licences=licences.parse(row['driving_licence']).union(classes.get(row['id'], ())),
                    **self._get_demand_times(row),
                    is_hazardous=bool(row['is_hazardous']),
                    is_training=row['kind'] == '4',
                    wage_exception=row['wage_exception'] if row['wage_exception'] in matching.WAGE_EXCEPTIONS else '',
                    is_regulated=bool(row['is_regulated']),
                    skills=skills.get(row['id'], {}),
                    prerequisites=frozenset(prerequisites.get(row['id'], ())),
                    neighbours=neighbours.get(row['id'], {}),
                ),
                occupations=occupations.get(row['broad'], ()),
                exact_occupations=occupations.get(row['exact'], ()),
                distances=distances.get(row['municipality_id'], {}),
                job_permits=matching.job_answers(permits.get(row['id'], ()), starts[row['id']]),
                is_temp_agency=bool(row['is_temp_agency']),
            )
            for row in rows
        ]

    @api.model
    def _get_demand_times(self, row):
        """How much and when a demand's work is; work at home of which nothing else is said is full or part time."""
        extents = {key for key in matching.EXTENTS if row[DEMAND_TIMES[key]]}
        return {
            'extents': frozenset(extents or ({'vz', 'tz'} if row['is_home_office'] else ())),
            'times': frozenset(key for key in matching.TIMES if row[DEMAND_TIMES[key]]),
            'hours': (row['hours_from'] or 0, row['hours_to'] or 0),
        }

    @api.model
    def _load_job_permits(self, rows, occupations):
        """What was said of the job of each of these demands, the latest last: it names the employer or any, and the occupation, one
        above it, one below its KldB occupation, or any."""
        fitting = [
            (
                row['id'],
                row['partner_id'],
                sorted({row['occupation_id'], *(row[level] for level in _LEVELS), *occupations.get(row['exact'], ())} - {None}),
            )
            for row in rows
        ]
        found = {}
        for demand, *permit in self.env.execute_query(
            SQL(
                """
                SELECT d.id, p.candidate_id,
                       CASE WHEN p.state = 'granted' AND btrim(p.note) != '' THEN 'conditional' ELSE p.state END, p.date_from, p.date_until
                  FROM (VALUES %s) d (id, partner_id, occupations)
                  JOIN outreach_job_permit p ON (p.partner_id = d.partner_id OR p.partner_id IS NULL)
                                            AND (p.occupation_id = ANY (d.occupations) OR p.occupation_id IS NULL)
                 ORDER BY p.date_from, p.id
                """,
                SQL(', ').join(SQL("(%s::int, %s::int, %s::int[])", *values) for values in fitting),
            )
        ):
            found.setdefault(demand, []).append(tuple(permit))
        return found

    @api.model
    def _load_occupations(self, above):
        """For each of these entries of KldB the ids of all that is below it, itself included."""
        below = {}
        for occupation, *levels in (
            self.env.execute_query(
                SQL(
                    "SELECT id, %s FROM outreach_occupation WHERE %s",
                    SQL(', ').join(SQL.identifier(level) for level in _LEVELS),
                    SQL(' OR ').join(SQL("%s = ANY (%s)", SQL.identifier(level), list(above)) for level in _LEVELS),
                )
            )
            if above
            else ()
        ):
            for level in set(levels) & above:
                below.setdefault(level, []).append(occupation)
        return below

    @api.model
    def _load_distances(self, municipalities):
        """Kilometres, rounded, from each of these municipalities to all: ``{there: {here: km}}``."""
        if not municipalities:
            return {}
        places = {
            here: (latitude, longitude)
            for here, latitude, longitude in self.env.execute_query(
                SQL("SELECT id, latitude, longitude FROM outreach_municipality WHERE latitude <> 0 OR longitude <> 0")
            )
        }
        return {
            there: {here: round(road_km(places[there], place)) for here, place in places.items()}
            for there in municipalities
            if there in places
        }

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _get_code_column(self, name):
        if name == 'fit':
            return 'fit_code', matching.FITS
        return GATE_FIELDS.get(name), matching.CODES

    @api.depends('name', 'demand_id')
    def _compute_display_name(self):
        for match in self:
            match.display_name = f"{match.name} – {match.demand_id.display_name}"

    @api.depends('demand_id', 'candidate_id')
    @api.depends_context('lang', 'uid')
    def _compute_reasons(self):
        explained = self._explain()
        for match in self:
            found = explained.get(match.id)
            match.reasons = ' · '.join(found['reasons'][:REASONS_IN_A_LINE]) if found else False
            match.main_reason = found and self._get_main_reason(found['reasons'])
            match.reached = found and self._count_skills(found['skills'])
            states = [skill['state'] for skill in found['skills'] if skill['need'] == 'must'] if found else []
            match.musts = {state: states.count(state) for state in ('reached', 'partly', 'missing')}

    @api.depends('demand_id', 'candidate_id')
    @api.depends_context('lang', 'uid')
    def _compute_explanation(self):
        explained = self._explain()
        for match in self:
            match.explanation = match.id in explained and self.env['ir.qweb']._render(
                'maßarbeit_outreach.outreach_match_explanation', {**explained[match.id], 'is_live': True}
            )

    @api.depends('demand_id', 'candidate_id')
    def _compute_proposal_id(self):
        open_proposals = {
            (proposal.demand_id.id, proposal.candidate_id.id): proposal
            for proposal in self.env['outreach.proposal'].search(
                [('demand_id', 'in', self.demand_id.ids), ('candidate_id', 'in', self.candidate_id.ids), ('state', '=', 'planned')]
            )
        }
        for match in self:
            match.proposal_id = open_proposals.get(match_query.split_id(match.id))

    # ------------------------------------------------------------
    # THE RULE
    # ------------------------------------------------------------

    def _apply_rule(self):
        """``{id: (DemandFacts, Person, Match)}`` of those rows whose demand and candidate the user may read."""
        pairs = {number: match_query.split_id(number) for number in self.ids}
        asked = {demand for demand, __ in pairs.values()}
        demands = self.env.context.get('outreach_match_demands')
        if not isinstance(demands, _KnownDemands) or not asked <= demands.keys():
            of_demands = Domain('id', 'in', list(asked)) & Domain('active', 'in', (True, False))
            demands = {demand.id: demand for demand in self._load_demands(of_demands)}
        people = self._load_people([candidate for __, candidate in pairs.values()])
        result = {}
        for number, (demand_id, candidate_id) in pairs.items():
            if demand_id in demands and candidate_id in people:
                demand = demands[demand_id]
                person = self._make_person(people[candidate_id], demand)
                result[number] = demand, person, matching.match(demand.rule, person)
        return result

    # ------------------------------------------------------------
    # IN WORDS
    # ------------------------------------------------------------

    def _explain(self):
        """The explanation of each row as plain data, ``{id: {…}}``: what a page shows and what a proposal freezes."""
        applied = self._apply_rule()
        if not applied:
            return {}
        reached_skills = self.env['outreach.skill'].browse(
            {number for *__, found in applied.values() for reached in found.skills for number in (reached.skill, reached.by) if number}
        )
        reached_skills.fetch(['name'])  # and not their descriptions
        names = {skill.id: skill.name for skill in reached_skills}
        levels = dict(self.env['outreach.demand.skill']._fields['level']._description_selection(self.env))
        barriers = (
            self.env['outreach.barrier']
            .search_fetch(
                Domain('candidate_id', 'in', [match_query.split_id(number)[1] for number in applied])
                & self.env['outreach.barrier']._get_open_domain(),
                ['candidate_id', 'kind', 'agency_id', 'date_until', 'instrument_id', 'note', 'state', 'user_id'],
            )
            .grouped('candidate_id')
        )
        asked = self.env['outreach.demand'].browse({demand.id for demand, *__ in applied.values()})
        notes = {demand.id: demand.accepted_note for demand in asked}
        proofs = {demand.id: [' – '.join(filter(None, (proof.name, proof.law))) for proof in demand.proof_ids] for demand in asked}
        labels = {gate: self._fields[f'gate_{gate}']._description_string(self.env) for gate in matching.GATES}
        result = {}
        for number, (demand, person, found) in applied.items():
            candidate = self.env['outreach.candidate'].browse(match_query.split_id(number)[1])
            plan = barriers.get(candidate, self.env['outreach.barrier'])
            gates = [
                {
                    'name': labels[gate.name],
                    'key': gate.name,
                    'answer': gate.answer,
                    'plan': []
                    if gate.answer == matching.PASS
                    else [self._describe_barrier(barrier) for barrier in plan if barrier.kind in matching.BARRIERS.get(gate.name, ())],
                    'text': ''
                    if gate.answer == matching.PASS
                    else self._get_skill_text(gate, demand.rule, found.skills, names)
                    if gate.name == 'skills'
                    else self._get_gate_text(gate, demand, person, notes[demand.id]),
                }
                for gate in found.gates
            ]
            skills = [
                {
                    'name': names[reached.skill],
                    'state': reached.state,
                    'need': reached.need,
                    'wanted': levels[str(reached.wanted)],
                    'level': levels.get(str(reached.level), ''),
                    'by': names.get(reached.by, ''),
                }
                for reached in found.skills
            ]
            result[number] = {
                'fit': found.fit,
                'score': found.score,
                'gates': gates,
                'skills': skills,
                'proofs': proofs[demand.id],
                'reasons': self._get_reasons(gates, skills),
                'counts': self._get_counts(gates, skills),
            }
        return result

    @api.model
    def _count_skills(self, skills, need='must'):
        """How many are reached at least in part, in words; False where there are none. Of three skills no share is a measurement."""
        states = [skill['state'] for skill in skills if skill['need'] == need]
        if not states:
            return False
        reached, partly = len(states) - states.count('missing'), states.count('partly')
        text = self.env._("%(reached)s of %(all)s", reached=reached, all=len(states))
        return self.env._("%(count)s, %(partly)s in part", count=text, partly=partly) if partly else text

    @api.model
    def _get_counts(self, gates, skills):
        """``[[what, how many]]`` for the line below the verdict. Of the conditions those that stand below it: skills are none there, and
        age is one only where it is in the way."""
        conditions = [
            gate['answer'] for gate in gates if gate['key'] != 'skills' and (gate['key'], gate['answer']) != ('minor', matching.PASS)
        ]
        met = self.env._("%(reached)s of %(all)s", reached=conditions.count(matching.PASS), all=len(conditions))
        lines = [
            [self.env._("Required skills"), self._count_skills(skills)],
            [self.env._("Nice-to-have skills"), self._count_skills(skills, 'nice')],
            [self.env._("Conditions met"), met],
        ]
        return [line for line in lines if line[1]]

    @api.model
    def _get_reasons(self, gates, skills):
        """What stands in the way: gates that fail, then those that somebody can see to, then skills."""
        reasons = [gate['text'] for answer in (matching.FAIL, matching.PASSABLE) for gate in gates if gate['answer'] == answer]
        if missing := [skill['name'] for skill in skills if skill['state'] == 'missing' and skill['need'] == 'nice']:
            reasons.append(self.env._("Missing: %(skills)s", skills=', '.join(missing)))
        if partly := [skill['name'] for skill in skills if skill['state'] == 'partly']:
            reasons.append(self.env._("Partly: %(skills)s", skills=', '.join(partly)))
        return reasons

    @api.model
    def _get_main_reason(self, reasons):
        """What a line has room for: the worst, and how many more there are."""
        if len(reasons) < 2:
            return reasons[0] if reasons else False
        return self.env._("%(reason)s and %(count)s more", reason=reasons[0], count=len(reasons) - 1)

    @api.model
    def _describe_barrier(self, barrier):
        return {
            'kind': self._label(barrier, 'kind'),
            'state': self._label(barrier, 'state'),
            'agency': barrier.agency_id.sudo().name or '',
            'person': barrier.user_id.sudo().name or '',
            'until': format_date(self.env, barrier.date_until) if barrier.date_until else '',
            'instrument': barrier.instrument_id.name or '',
            'note': barrier.note or '',
        }

    @api.model
    def _label(self, record, name, value=None):
        """What a selection shows."""
        return dict(record._fields[name]._description_selection(self.env)).get(value or record[name], '')

    @api.model
    def _get_skill_text(self, gate, rule, skills, names):
        """What has to be learnt, or would have to be there from the first day."""
        missing = [reached.skill for reached in skills if not reached.points and (reached.need == 'must' or not rule.musts)]
        if gate.answer == matching.PASSABLE:
            return self.env._("To be learnt: %(skills)s", skills=', '.join(names[skill] for skill in missing))
        return self.env._(
            "Missing from the first day: %(skills)s", skills=', '.join(names[skill] for skill in missing if skill in rule.prerequisites)
        )

    @api.model
    def _get_gate_text(self, gate, demand, person, note):
        """Why a gate is not passed, in a few words."""
        rule = demand.rule
        if gate.name == 'vetting':
            return self.env._("Company is blocked") if gate.answer == matching.FAIL else self.env._("Company is not checked yet")
        if gate.name == 'permission':
            text = {
                'forbidden': self.env._("May not work"),
                'refused': self.env._("The immigration office refused this job"),
                'later': self.env._("May work from %(date)s", date=format_date(self.env, person.permission_from)),
                'ends': self.env._("May work until %(date)s", date=format_date(self.env, person.permission_until)),
                'with_permit': self.env._("Needs a permit of the immigration office"),
                'condition': self.env._("Permitted under a condition: compare it with this job"),
            }.get(gate.reason, self.env._("Work permission is unclear"))
            if gate.reason == 'with_permit' and demand.is_temp_agency:
                # § 40 (1) no. 2 AufenthG, where the Federal Employment Agency has to approve
                text = self.env._("%(text)s; for temporary agency work it is mostly refused", text=text)
            return text
        if gate.name == 'language':
            if gate.reason == 'unknown':
                return self.env._("Level of German is not known")
            level = self.env['outreach.candidate']
            text = self.env._(
                "German %(has)s of %(wanted)s",
                has=self._label(level, 'german_level', person.language),
                wanted=self._label(level, 'german_level', rule.language),
            )
            if gate.reason == 'accepted':
                accepted = self.env._("the employer would accept it")
                return f"{text} ({note or accepted})"
            return text
        if gate.name == 'licence':
            if gate.reason == 'converting':
                return self.env._("Driving licence is being converted")
            if gate.reason == 'foreign' and person.licence_until:
                return self.env._("Foreign driving licence counts until %(date)s", date=format_date(self.env, person.licence_until))
            if gate.reason == 'foreign':
                return self.env._("Foreign driving licence: not known until when it counts")
            return self.env._("Driving licence missing: %(classes)s", classes=', '.join(sorted(rule.licences - person.licences)))
        if gate.name == 'reach':
            if gate.reason == 'bus':
                return self.env._("Bus and train only, shift work: a lift is needed")
            return self.env._("%(distance)s km away, reach %(reach)s km", distance=person.distance, reach=person.reach)
        if gate.name == 'availability':
            if not person.available_from:
                return self.env._("Not known from when available")
            return self.env._("Free from %(date)s", date=format_date(self.env, person.available_from))
        if gate.name == 'hours':
            return self.env._("Not for: %(hours)s", hours=self._describe_times(rule))
        if gate.name == 'minor':
            text = {
                'age': self.env._("Age to be clarified: under 18 the law limits this work (JArbSchG)"),
                'night': self.env._("Under 18: night work only after § 14 (2), (3) JArbSchG (from 16)"),
                'hours': self.env._("Under 18: 40 hours a week at most (§ 8 JArbSchG)"),
                'hazardous': self.env._("Under 18: nothing dangerous (§ 22 JArbSchG)"),
                'weekend': self.env._("Under 18: weekends in some industries only (§§ 16, 17 JArbSchG)"),
            }.get(gate.reason)
            pay = {
                'minor': self.env._("Only under 18 without training (§ 22 (2) MiLoG)"),
                'long_term': self.env._("Only for long-term unemployed (§ 22 (4) MiLoG)"),
            }.get(rule.wage_exception)
            return ' · '.join(filter(None, (text, pay)))
        return self.env._(
            "Recognition: %(state)s", state=self._label(self.env['outreach.candidate.occupation'], 'recognition', person.recognition)
        )

    @api.model
    def _describe_times(self, rule):
        """The working time of a demand in words."""
        fields_of = self.env['outreach.demand']._fields
        names = [
            fields_of[name]._description_string(self.env) for key, name in DEMAND_TIMES.items() if key in rule.extents or key in rule.times
        ]
        least, most = rule.hours
        if least or most:
            hours = '–'.join(f'{number:g}' for number in dict.fromkeys((least, most)) if number)
            names.append(self.env._("%(hours)s hours a week", hours=hours))
        return ', '.join(names)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_select(self):
        """Somebody decided: propose these candidates, with the reasons as they are now."""
        if not self.env.user.has_group(JOB_CENTRE):
            raise AccessError(self.env._("Only the job centre selects candidates."))
        if not self:
            raise UserError(self.env._("Choose somebody first."))
        explained = self._explain()
        if len(explained) < len(self) or len(self.search([('id', 'in', self.ids)])) < len(self):
            raise UserError(self.env._("Some of these matches are no longer there. Load the page again."))
        for found in explained.values():
            if found['fit'] == matching.FITS_NOT:
                raise UserError(self.env._("Does not fit: %(reason)s", reason=found['reasons'][0]))
        self.env['outreach.proposal']._propose({match_query.split_id(number): found for number, found in explained.items()})
        self.invalidate_model()
        # whoever selects goes on selecting: nothing leads away, the list is read again
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._("%(count)s selected, see Proposals.", count=len(explained)),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }

    def action_withdraw(self):
        self.proposal_id.action_withdraw()

    def action_ask_permission(self):
        """Ask the immigration office about this person at this job."""
        self.ensure_one()
        action = self.candidate_id.action_ask_permission()
        demand = self.demand_id
        action['context'] |= {
            'default_demand_id': demand.id,
            'default_partner_id': demand.partner_id.id,
            'default_occupation_id': demand.occupation_id.id or action['context']['default_occupation_id'],
            'default_start_date': demand.start_date or action['context']['default_start_date'],
        }
        return action

    def action_plan(self):
        """Turn a condition that is not met into a plan: a barrier that somebody sees to. The condition is named by the context."""
        self.ensure_one()
        self.candidate_id.check_access('write')
        kinds = matching.BARRIERS.get(self.env.context.get('outreach_gate'), ())
        return {
            'name': self.env._("Plan"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.barrier',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_candidate_id': self.candidate_id.id, 'default_kind': kinds and kinds[0]},
        }

    def action_open_candidate(self):
        return self.candidate_id._get_records_action()

    def action_open_demand(self):
        return self.demand_id._get_records_action()

    # ------------------------------------------------------------
    # PEOPLE, as the rule wants them
    # ------------------------------------------------------------

    @api.model
    def _load_people(self, candidate_ids):
        """What is known of candidates, ``{id: row}``, in one query."""
        found = self._search_candidates(Domain('id', 'in', candidate_ids))
        if found.is_empty():
            return {}
        return {
            row['id']: row
            for row in self.env.execute_query_dict(
                SQL(
                    """
            SELECT %s,
                   ARRAY(SELECT ARRAY[s.skill_id, s.level::int] FROM outreach_candidate_skill s
                          WHERE s.candidate_id = c.id) AS skills,
                   ARRAY(SELECT ARRAY[o.occupation_id, array_position(%s::varchar[], o.recognition) - 1]
                           FROM outreach_candidate_occupation o WHERE o.candidate_id = c.id) AS recognitions,
                   ARRAY(SELECT b.kind FROM outreach_barrier b
                          WHERE b.candidate_id = c.id AND b.state IN %s) AS barriers
              FROM outreach_candidate c
             WHERE c.id IN %s
            """,
                    _COLUMNS,
                    list(matching.RECOGNITIONS),
                    OPEN_BARRIER,
                    found.subselect(),
                )
            )
        }

    @api.model
    def _make_person(self, row, demand=None):
        """A candidate as the rule wants one, before this demand. Without a demand only what the candidate itself tells: no
        distance, skills or recognition; its barriers come from the mask."""
        free = [row['available_from']]
        if row['status'] == 'paused' and row['paused_until']:
            free.append(fields.Date.add(row['paused_until'], days=1))
        known = {'barriers': matching.barrier_kinds(row['barrier_mask'] or 0)}
        if demand:
            recognition = min(
                (place for occupation, place in row['recognitions'] if occupation in demand.exact_occupations),
                default=matching.RECOGNITIONS.index(matching.Person().recognition),
            )
            known = {
                'distance': demand.distances.get(row['municipality_id']),
                'recognition': matching.RECOGNITIONS[recognition],
                'barriers': frozenset(row['barriers']),
                'skills': dict(row['skills']),
                'job_permit': demand.job_permits.get(row['id'], ''),
            }
        return matching.Person(
            available_from=max(filter(None, free), default=None),
            language=row['german_level'] or '',
            permission=row['permission'],
            permission_from=row['permission_date'] if row['permission'] in matching.DATED_PERMISSIONS else None,
            permission_until=row['permission_until'],
            licences=licences.unmask(row['licence_mask'] or 0),
            licence_kind=row['licence_kind'] or '',
            licence_until=row['licence_until'],
            reach=row['reach_km'] or 0,
            is_bus_only=bool(row['is_bus_only'] and not row['has_vehicle']),
            working_times=frozenset(key for key, name in match_query.WORKING_TIMES.items() if row[name]),
            hours=(row['hours_from'] or 0, row['hours_to'] or 0),
            age=AGES.get(row['age_band'], ''),
            **known,
        )

    # ------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------

    @api.model
    def _load_crowd(self, candidates):
        """The candidates of a `Query`, to count demands against."""
        return match_count.Crowd(() if candidates.is_empty() else self._read_crowd(candidates))

    def _read_crowd(self, candidates):
        last = 0
        while rows := self.env.execute_query_dict(
            SQL(
                "SELECT %s FROM outreach_candidate c WHERE c.id IN %s AND c.id > %s ORDER BY c.id LIMIT %s",
                _COLUMNS,
                candidates.subselect(),
                last,
                ROWS_AT_ONCE,
            )
        ):
            for row in rows:
                yield row['id'], row['company_id'], row['municipality_id'], self._make_person(row)
            last = rows[-1]['id']

    @api.model
    def _count_in(self, crowd, demands, *, what_if=True):
        """How many of a crowd fit each of these demands: ``{demand id: counts}``, see `Crowd.count`. The number of
        queries is constant, and what the crowd knows already is not read again."""
        skills, occupations = crowd.lacks(
            {source for demand in demands for skill in demand.rule.skills for source in (skill, *demand.rule.neighbours.get(skill, ()))},
            {number for demand in demands for number in (*demand.occupations, *demand.exact_occupations)},
        )
        for wanted, know, rows in (
            (
                skills,
                crowd.know_skill,
                SQL(
                    "SELECT skill_id, level::int, array_agg(candidate_id) FROM outreach_candidate_skill"
                    " WHERE skill_id = ANY (%s) GROUP BY skill_id, level",
                    list(skills),
                ),
            ),
            (
                occupations,
                crowd.know_occupation,
                SQL(
                    """
                SELECT occupation_id, recognition, array_agg(candidate_id) FROM outreach_candidate_occupation
                 WHERE occupation_id = ANY (%(ids)s) GROUP BY occupation_id, recognition
                 UNION ALL
                SELECT outreach_occupation_id, NULL, array_agg(outreach_candidate_id)
                  FROM outreach_candidate_outreach_occupation_rel
                 WHERE outreach_occupation_id = ANY (%(ids)s) GROUP BY outreach_occupation_id
                """,
                    ids=list(occupations),
                ),
            ),
        ):
            found = {number: {} for number in wanted}
            for number, key, ids in self.env.execute_query(rows) if wanted else ():
                found[number][key] = ids
            for number, ids in found.items():
                know(number, ids)
        return {
            demand.id: crowd.count(
                demand.rule,
                demand.company,
                demand.distances,
                tuple(demand.occupations),
                tuple(demand.exact_occupations),
                demand.job_permits,
                what_if=what_if,
            )
            for demand in demands
        }
