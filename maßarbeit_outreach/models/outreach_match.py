from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import licences, matching
from ..tools.visit_day import road_km
from . import outreach_match_query as match_query
from .selections import CEFR_LEVELS

# More than this in one question is a mistake, and would keep the database busy for long.
MOST_DEMANDS = 50
MOST_PAIRS = 1_000_000
ANSWERS = [(matching.PASS, "Yes"), (matching.PASSABLE, "When …"), (matching.FAIL, "No")]
FITS = [(matching.FITS_NOW, "Fits now"), (matching.FITS_WHEN, "Fits when …"), (matching.FITS_NOT, "Does not fit")]
GATE_FIELDS = {f'gate_{gate}': f'{gate}_code' for gate in matching.GATES}
MATCHED_STATUS = ('available', 'proposed', 'paused')
_LEVELS = ('kldb_id', 'kldb_subgroup_id', 'kldb_group_id', 'kldb_main_group_id', 'kldb_area_id')


class OutreachMatch(models.Model):
    """How candidates fit demands: a live question, never a copy. The rule is in `tools/matching.py`, which also says why.

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
    _auto = False
    _order = 'rank, distance_km, id'
    _rec_names_search = ['name']
    _depends = {
        'outreach.candidate': [
            'name', 'active', 'status', 'paused_until', 'user_id', 'adviser_id', 'company_id', 'age_band', 'municipality_id',
            'reach_km', 'is_bus_only', 'has_vehicle', 'licence_mask', 'barrier_mask', 'interest_ids', 'german_level',
            'is_german_tested', 'available_from', 'does_full_time', 'does_part_time', 'does_shifts', 'does_mini_job',
            'permission', 'permission_date', 'permission_until'],
        'outreach.candidate.skill': ['candidate_id', 'skill_id', 'level'],
        'outreach.candidate.occupation': ['candidate_id', 'occupation_id', 'recognition'],
        'outreach.barrier': ['candidate_id', 'kind', 'state'],
        'outreach.demand': [
            'partner_id', 'company_id', 'municipality_id', 'occupation_id', 'start_date', 'permit_condition', 'language_level',
            'accepted_language_level', 'driving_licence', 'working_time', 'stage', 'active'],
        'outreach.demand.skill': ['demand_id', 'skill_id', 'level', 'need'],
        'outreach.occupation': ['is_regulated', 'parent_id', *_LEVELS],
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
    gate_availability = fields.Selection(ANSWERS, "Free at the Start", readonly=True)
    gate_hours = fields.Selection(ANSWERS, "Hours Suit", readonly=True)
    gate_recognition = fields.Selection(ANSWERS, "Recognised", readonly=True)
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

    def _selection_of(self, name):
        return self.env['outreach.candidate']._fields[name].selection

    @property
    def _table_query(self):
        """No rows but those that `_search` asks for."""
        columns = SQL(', ').join(
            SQL("NULL::%s AS %s", SQL(field.column_type[1]), SQL.identifier(GATE_FIELDS.get(name, name)))
            for name, field in self._fields.items() if field.store and field.column_type and name not in ('fit', *GATE_FIELDS))
        codes = SQL(', ').join(SQL("NULL::int AS %s", SQL.identifier(name)) for name in ('fit_code', *GATE_FIELDS.values()))
        return SQL("SELECT %s, %s WHERE FALSE", columns, codes)

    # ------------------------------------------------------------
    # THE QUESTION
    # ------------------------------------------------------------

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        """Ask only for the demands and candidates that the domain names, see the specification."""
        query = super()._search(domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access)
        if not query.is_empty():
            rows = self._build_question(Domain(domain).optimize(self))
            if rows is None:
                return self.browse()._as_query()
            query._tables[self._table] = SQL("(%s)", rows)
        return query

    @api.model
    def _build_question(self, domain):
        """The rows that a domain is about, as SQL; None if there can be none."""
        of_demands, of_candidates, pairs = Domain.TRUE, Domain.TRUE, None
        for condition in domain.children if hasattr(domain, 'children') and domain.OPERATOR == '&' else [domain]:
            name, operator, value = getattr(condition, 'field_expr', None), getattr(condition, 'operator', None), getattr(
                condition, 'value', None)
            if name == 'id' and operator == 'in':
                pairs = [match_query.split_id(number) for number in value if match_query.is_id(number)]
            elif name in ('demand_id', 'candidate_id') and operator in ('in', 'any'):
                found = Domain('id', 'in', [number for number in value if number]) if operator == 'in' else value
                if name == 'demand_id':
                    of_demands &= found
                else:
                    of_candidates &= found
        if pairs is not None:
            of_demands &= Domain('id', 'in', [demand for demand, __ in pairs])
            of_candidates &= Domain('id', 'in', [candidate for __, candidate in pairs])
        Demand = self.env['outreach.demand']
        if of_demands.is_true():
            of_demands = Demand._get_open_domain()
            if of_candidates.is_true():
                of_demands &= Domain('user_id', '=', self.env.uid)
        else:
            of_demands &= Domain('active', 'in', (True, False))
        candidate_ids = None
        if not of_candidates.is_true():
            candidate_ids = list(self._search_candidates(of_candidates))
            if not candidate_ids:
                return None
        demands = self._load_demands(of_demands)
        if (candidate_ids is None and len(demands) > MOST_DEMANDS) or len(demands) * len(candidate_ids or ()) > MOST_PAIRS:
            raise UserError(self.env._(
                "This is too much: %(demands)s demands would be compared with %(candidates)s candidates. Choose a demand,"
                " a candidate or a pool.",
                demands=len(demands), candidates=self.env._("all") if candidate_ids is None else len(candidate_ids)))
        return self._build_rows(demands, candidate_ids) if demands else None

    @api.model
    def _search_candidates(self, domain=Domain.TRUE):
        """Those of the candidates that are looked for work for, and that the user may read, as a `Query`."""
        return self.env['outreach.candidate']._search(
            Domain(domain) & Domain('status', 'in', MATCHED_STATUS) & Domain('active', '=', True))

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
        rows = self.env.execute_query_dict(SQL(
            """
            SELECT d.id, d.company_id, d.partner_id, p.outreach_vetting, d.start_date, d.permit_condition, d.language_level,
                   d.accepted_language_level, d.driving_licence, d.working_time, o.is_regulated,
                   CASE WHEN d.working_time = 'ho' THEN NULL ELSE d.municipality_id END AS municipality_id,
                   coalesce(o.kldb_group_id, o.kldb_main_group_id, o.kldb_area_id) AS broad,
                   coalesce(o.kldb_id, o.kldb_subgroup_id, o.kldb_group_id, o.kldb_main_group_id, o.kldb_area_id) AS exact
              FROM outreach_demand d
              JOIN res_partner p ON p.id = d.partner_id
              LEFT JOIN outreach_occupation o ON o.id = d.occupation_id
             WHERE d.id IN %s
            """, found.subselect())) if not found.is_empty() else []
        if not rows:
            return []
        skills, neighbours = {}, {}
        for demand, skill, need, level, related in self.env.execute_query(SQL(
            """
            SELECT s.demand_id, s.skill_id, s.need, s.level::int, ARRAY(
                       SELECT r.related_id FROM outreach_skill_relation r WHERE r.skill_id = s.skill_id
                        UNION SELECT r.skill_id FROM outreach_skill_relation r WHERE r.related_id = s.skill_id)
              FROM outreach_demand_skill s
             WHERE s.demand_id = ANY (%s)
             ORDER BY s.need, s.id
            """, [row['id'] for row in rows],
        )):
            skills.setdefault(demand, {})[skill] = (need, level)
            if related := set(related) - {skill}:
                neighbours.setdefault(demand, {})[skill] = frozenset(related)
        occupations = self._load_occupations({row[key] for row in rows for key in ('broad', 'exact') if row[key]})
        distances = self._load_distances({row['municipality_id'] for row in rows if row['municipality_id']})
        return [match_query.DemandFacts(
            id=row['id'], company=row['company_id'], partner=row['partner_id'], municipality=row['municipality_id'],
            rule=matching.Demand(
                start=max(row['start_date'] or today, today), vetting=row['outreach_vetting'] or 'new',
                free_permission_only=row['permit_condition'] == 'free', language=row['language_level'] or '',
                accepted_language=row['accepted_language_level'] or '', licences=licences.parse(row['driving_licence']),
                working_time=row['working_time'], is_regulated=bool(row['is_regulated']),
                skills=skills.get(row['id'], {}), neighbours=neighbours.get(row['id'], {})),
            occupations=occupations.get(row['broad'], ()), exact_occupations=occupations.get(row['exact'], ()),
            distances=distances.get(row['municipality_id'], {})) for row in rows]

    @api.model
    def _load_occupations(self, above):
        """For each of these entries of KldB the ids of all that is below it, itself included."""
        below = {}
        for occupation, *levels in self.env.execute_query(SQL(
            "SELECT id, %s FROM outreach_occupation WHERE %s",
            SQL(', ').join(SQL.identifier(level) for level in _LEVELS),
            SQL(' OR ').join(SQL("%s = ANY (%s)", SQL.identifier(level), list(above)) for level in _LEVELS),
        )) if above else ():
            for level in set(levels) & above:
                below.setdefault(level, []).append(occupation)
        return below

    @api.model
    def _load_distances(self, municipalities):
        """Kilometres, rounded, from each of these municipalities to all: ``{there: {here: km}}``."""
        if not municipalities:
            return {}
        places = {here: (latitude, longitude) for here, latitude, longitude in self.env.execute_query(SQL(
            "SELECT id, latitude, longitude FROM outreach_municipality WHERE latitude <> 0 OR longitude <> 0"))}
        return {
            there: {here: round(road_km(places[there], place)) for here, place in places.items()}
            for there in municipalities if there in places}

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    @api.private
    def exists(self):
        ids = [number for number in self._ids if isinstance(number, int)]
        found = set(self.sudo()._search([('id', 'in', ids)])) if ids else ()
        return self.browse(number for number in self._ids if number in found or not isinstance(number, int))

    def _field_to_sql(self, alias, field_expr, query=None):
        """Answers are numbers in the rows; in conditions and groups they are what the field says."""
        column, keys = self._get_code(field_expr)
        if not column:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], 'read')
        return SQL("(%s::varchar[])[%s + 1]", list(keys), SQL.identifier(alias, column))

    @api.model
    def _get_code(self, name):
        if name == 'fit':
            return 'fit_code', matching.FITS
        return GATE_FIELDS.get(name), matching.CODES

    def _fetch_query(self, query, fields):
        return self._fetch_rows(query, fields)[0]

    @api.model
    def _fetch_rows(self, query, fields):
        """The records of a query with these fields in memory, and how many there would be without its limit. Answers
        are put into words here: the database would do that for all rows before it knows which ones are shown."""
        columns = [field for field in fields if field.column_type and field.name != 'id']
        codes = [self._get_code(field.name) for field in columns]
        rows = self.env.execute_query(query.select(
            SQL.identifier(self._table, 'id'), SQL("count(*) OVER ()"),
            *(SQL.identifier(self._table, column or field.name) for field, (column, __) in zip(columns, codes, strict=True))))
        if not rows:
            return self.browse(), 0
        ids, counts, *values = zip(*rows, strict=True)
        records = self.browse(ids)
        for field, (column, keys), found in zip(columns, codes, values, strict=True):
            field._insert_cache(records, [keys[code] for code in found] if column else found)
        return records, counts[0]

    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        """One run of the ranking for both, the rows and their number."""
        query = self._search(domain, offset=offset, limit=limit, order=order or self._order)
        columns = self._determine_fields_to_fetch(specification.keys())
        records, count = (self.browse(), 0) if query.is_empty() else self._fetch_rows(query, columns)
        return {'length': min(count, count_limit or count), 'records': records.web_read(specification)}

    @api.depends('name', 'demand_id')
    def _compute_display_name(self):
        for match in self:
            match.display_name = f"{match.name} – {match.demand_id.display_name}"
