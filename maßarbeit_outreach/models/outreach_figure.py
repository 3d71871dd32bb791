from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.disclosure import answers
from .outreach_candidate import CANDIDATE_GROUPS, JOB_CENTRE
from .outreach_supply import GERMAN_BANDS

BREAKDOWNS = [
    ('county', "County"),
    ('association', "Samtgemeinde"),
    ('municipality', "Municipality"),
    ('occupation', "Occupational group"),
    ('occupation_association', "Occupational group and Samtgemeinde"),
    ('occupation_municipality', "Occupational group and municipality"),
    ('band', "German"),
    ('occupation_band', "Occupational group and German"),
]
# Of two groups of the same people the broader one is shown, else the first one of this list.
LEVELS = {breakdown: level for level, breakdown in enumerate((
    'county', 'occupation', 'association', 'band', 'municipality', 'occupation_association', 'occupation_band',
    'occupation_municipality'))}
KEEP_DAYS = 7
KEEP_QUESTIONS_DAYS = 365


class OutreachFigure(models.Model):
    """What those who may not see candidates are told about their number. `tools/disclosure.py` decides.

    All figures of a day are counted when the first is asked for, and stay until the next day: those of the breakdowns
    first, so that no pool changes them, then those of the pools; a pool that comes later is held against them.
    Questions are pools, what if of a demand, and whole breakdowns, never a free filter. Who asks leaves a line in
    `outreach.figure.question` and reads the figure for the rest of the day. A line without figure is there because there are open
    positions: whether there are people cannot be told from it.
    """

    _name = 'outreach.figure'
    _description = "Published Figure"
    _order = 'day desc, breakdown, positions desc, id'
    _rec_name = 'key'
    _log_access = False

    company_id = fields.Many2one('res.company', "Organisation", required=True, readonly=True, ondelete='cascade')
    day = fields.Date("As of", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, export_string_translation=False)
    question = fields.Char(required=True, readonly=True, export_string_translation=False)
    breakdown = fields.Selection([('pool', "Pool"), *BREAKDOWNS], required=True, readonly=True)
    pool_id = fields.Many2one('outreach.pool', readonly=True, ondelete='cascade', index='btree_not_null')
    occupation_id = fields.Many2one('outreach.occupation', "Occupational Group", readonly=True, ondelete='cascade')
    municipality_id = fields.Many2one('outreach.municipality', readonly=True, ondelete='cascade')
    association = fields.Char("Samtgemeinde", readonly=True)
    german_band = fields.Selection(GERMAN_BANDS, "German", readonly=True)
    positions = fields.Integer("Open Positions", readonly=True)
    is_shown = fields.Boolean("Shown", readonly=True)
    candidates = fields.Integer("Candidates (about)", readonly=True)
    text = fields.Char("Candidates", compute='_compute_text')
    ratio = fields.Float("Candidates per Open Position", compute='_compute_text', digits=(16, 1))
    # the count behind a figure decides when it may change; it is read by no user
    basis = fields.Integer(readonly=True, groups='.', export_string_translation=False)
    is_asked = fields.Boolean(compute='_compute_is_asked', search='_search_is_asked')

    _key_uniq = models.UniqueIndex('(company_id, day, key)')

    @api.depends('is_shown', 'candidates', 'positions')
    @api.depends_context('lang')
    def _compute_text(self):
        for figure in self:
            figure.text = (
                self.env._("about %(figure)s", figure=figure.candidates) if figure.is_shown else self.env._("not shown"))
            figure.ratio = figure.candidates / figure.positions if figure.is_shown and figure.positions else 0

    @api.depends('question', 'day')
    @api.depends_context('uid')
    def _compute_is_asked(self):
        asked = self._get_asked()
        for figure in self:
            figure.is_asked = figure.day == fields.Date.today() and figure.question in asked

    def _search_is_asked(self, operator, value):
        if operator != 'in':
            return NotImplemented
        domain = Domain('day', '=', fields.Date.today()) & Domain('question', 'in', self._get_asked())
        return domain if True in value else ~domain

    # ------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------

    @api.model
    def _may_ask(self):
        """The migration centre sees those whom it advises: a figure for all would tell of the others, by subtraction."""
        user = self.env.user
        return user.has_group('maßarbeit_outreach.group_outreach_user') and (
            user.has_group(JOB_CENTRE) or not user.has_group(CANDIDATE_GROUPS[1]))

    @api.model
    def _get_asked(self):
        """The questions of this user today."""
        return self.env['outreach.figure.question'].sudo().search([
            ('user_id', '=', self.env.uid), ('day', '=', fields.Date.today())]).mapped('question')

    @api.model
    def _get_questions_left(self):
        return max(self.env['outreach.figure.policy']._get(self.env.company).questions - len(self._get_asked()), 0)

    @api.model
    def _ask(self, pools=None, breakdown=None, demands=None):
        """Note the questions of this user, and see to it that they have an answer for today.

        At most as many different ones a day as the policy allows. Two requests at once cannot both take the last one: the
        second finds the number taken, and is repeated by the server.
        """
        if not self._may_ask():
            raise AccessError(self.env._("You may not ask for figures about candidates."))
        pools = pools if pools is not None else self.env['outreach.pool']
        demands = demands if demands is not None else self.env['outreach.demand']
        pools.check_access('read')
        demands.check_access('read')
        company = (pools.company_id | demands.company_id)[:1] or self.env.company
        if len(pools.company_id | demands.company_id) > 1:
            raise UserError(self.env._("Ask for one organisation at a time."))
        if breakdown and breakdown not in dict(BREAKDOWNS):
            raise UserError(self.env._("There is no such breakdown."))
        asked = self._get_asked()
        questions = [
            *(f'pool:{pool.id}' for pool in pools), *(f'demand:{demand.id}' for demand in demands), *filter(None, [breakdown])]
        new = [question for question in questions if question not in asked]
        limit = self.env['outreach.figure.policy']._get(company).questions
        if len(asked) + len(new) > limit:
            raise UserError(self.env._(
                "These are %(new)s new figures, and you have asked for %(asked)s of %(limit)s today. Choose fewer, or go on"
                " tomorrow. What you asked for today stays visible.", new=len(new), asked=len(asked), limit=limit))
        for number, question in enumerate(new, start=len(asked) + 1):
            self.env.cr.execute(SQL(
                "INSERT INTO outreach_figure_question (user_id, day, number, question, asked_on, company_id)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                self.env.uid, fields.Date.today(), number, question, fields.Datetime.now(), company.id))
        if pools or breakdown:
            self.sudo()._count(company, pools)

    # ------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------

    @api.model
    def _count(self, company, pools):
        """Store what is not answered yet today: everything, or only pools that were not there before.

        Two requests at once both count; the second finds the lines stored, and is repeated by the server.
        """
        today, pools = fields.Date.today(), pools.sudo()
        self.env.flush_all()
        stored = dict(self.env.execute_query(SQL(
            "SELECT key, is_shown FROM outreach_figure WHERE company_id = %s AND day = %s", company.id, today)))
        if stored:
            pools = pools.filtered(lambda pool: f'pool:{pool.id}' not in stored)
            if not pools:
                return
            every = pools.browse(int(key[5:]) for key in stored if key.startswith('pool:')).exists() | pools
        else:
            every = pools = pools.search([('company_id', '=', company.id)]) | pools
        policy = self.env['outreach.figure.policy']._get(company)
        rule = {'floor': policy.floor, 'rounding': policy.rounding,
                'salt': f"{self.env['ir.config_parameter'].get_param('database.secret')} {today}"}
        people, cells = self._get_people(company, every.with_company(company))
        before = self._get_before(company, today)
        figures, lines = {}, []
        if not stored:
            positions = self._get_positions(company)
            own = Counter()
            for keys, count in people.items():
                own[frozenset(key for key in keys if key in cells)] += count
            figures = answers(own, cells, before=before, levels={key: LEVELS[cell['breakdown']] for key, cell in cells.items()},
                              **rule)
            cells |= positions
            lines = [
                {**cell, 'key': key, 'question': cell['breakdown']} for key, cell in cells.items()
                if key in figures or cell.get('positions')]
            lines.append({'breakdown': 'county', 'key': 'counted', 'question': 'counted'})
            settled = {key: key in figures for key in cells}
        else:
            settled = {key: stored.get(key, False) for keys in people for key in keys} | stored
        settled = {key: shown for key, shown in settled.items() if key not in {f'pool:{pool.id}' for pool in pools}}
        asked = [f'pool:{pool.id}' for pool in pools]
        figures |= answers(people, asked, before=before, settled=settled, **rule)
        lines += [{'breakdown': 'pool', 'key': key, 'question': key, 'pool_id': int(key[5:])} for key in asked]
        self._store(company, today, lines, figures)

    def _store(self, company, today, lines, figures):
        names = ('breakdown', 'key', 'question', 'pool_id', 'occupation_id', 'municipality_id', 'association', 'german_band')
        rows = []
        for line in lines:
            figure, basis = figures.get(line['key'], (None, None))
            rows.append((*(line.get(name) for name in names), line.get('positions') or 0, company.id, today,
                         figure is not None, figure, basis))
        self.env.cr.execute(SQL(
            "INSERT INTO outreach_figure (%s, positions, company_id, day, is_shown, candidates, basis) VALUES %s"
            " ON CONFLICT DO NOTHING",
            SQL(', ').join(map(SQL.identifier, names)), SQL(', ').join(SQL("%s", row) for row in rows)))
        self.invalidate_model()

    def _get_before(self, company, today):
        """What was shown the last time, see `answers`."""
        rows = self.env.execute_query(SQL(
            "SELECT key, candidates, basis FROM outreach_figure WHERE company_id = %(company)s AND is_shown AND day = ("
            " SELECT max(day) FROM outreach_figure WHERE company_id = %(company)s AND day < %(today)s)",
            company=company.id, today=today))
        return {key: (candidates, basis) for key, candidates, basis in rows}

    def _get_people(self, company, pools):
        """`{keys of the groups that people are in: how many}`, and what the keys of the breakdowns stand for.

        One query, and no join: how many members pools have cannot be estimated. A pool that is counted by hand is a group
        for itself: whom it shares with others nobody knows.
        """
        members = pools._get_member_queries(SQL("outreach_candidate.id"))
        rows = self.env.execute_query(SQL(
            """
            SELECT occupation_id, municipality_id, association, german_band, pool_ids, COUNT(*)
              FROM (SELECT candidate_id, max(occupation_id) AS occupation_id, max(municipality_id) AS municipality_id,
                           max(association) AS association, max(german_band) AS german_band,
                           array_agg(pool_id ORDER BY pool_id) FILTER (WHERE pool_id IS NOT NULL) AS pool_ids
                      FROM (SELECT candidate_id, occupation_id, municipality_id, association, german_band, NULL::int AS pool_id
                              FROM (%(people)s) person
                             UNION ALL
                            SELECT candidate_id, NULL, NULL, NULL, NULL, pool_id
                              FROM (%(members)s) member (pool_id, candidate_id)) line
                     GROUP BY candidate_id) person
             GROUP BY 1, 2, 3, 4, 5
            """,
            people=self.env['outreach.supply']._select_candidates(company),
            members=members or SQL("SELECT NULL::int, NULL::int WHERE FALSE")))
        people, cells = Counter(), {}
        for *place, pool_ids, count in rows:
            found = self._get_cells(*place)
            cells |= found
            people[frozenset([*found, *(f'pool:{pool}' for pool in pool_ids or ())])] += count
        for pool in pools.filtered('is_hand_counted'):
            people[frozenset([f'pool:{pool.id}'])] += pool.head_count
        return people, cells

    def _get_positions(self, company):
        """The same cells with their open positions."""
        cells = {}
        for *place, positions in self.env.execute_query(SQL(
                "SELECT occupation_id, municipality_id, association, german_band, SUM(positions) FROM (%s) demand"
                " GROUP BY 1, 2, 3, 4", self.env['outreach.supply']._select_demands(company))):
            for key, cell in self._get_cells(*place).items():
                cell = cells.setdefault(key, {**cell, 'positions': 0})
                cell['positions'] += positions
        return cells

    def _get_cells(self, occupation, municipality, association, band):
        """The groups of the breakdowns that a person is in, `{key: values of the line}`."""
        cells = {'county': {'breakdown': 'county'}}
        parts = [{}, {'occupation_id': occupation}] if occupation else [{}]
        for part in parts:
            for name, values in (
                ('association', {'association': association}),
                ('municipality', {'municipality_id': municipality, 'association': association}),
                ('band', {'german_band': band}),
            ):
                if next(iter(values.values())):
                    breakdown = f'occupation_{name}' if part else name
                    key = ':'.join(map(str, (breakdown, *part.values(), next(iter(values.values())))))
                    cells[key] = {'breakdown': breakdown, **part, **values}
        if occupation:
            cells[f'occupation:{occupation}'] = {'breakdown': 'occupation', 'occupation_id': occupation}
        return cells

    # ------------------------------------------------------------
    # ANSWERS
    # ------------------------------------------------------------

    @api.model
    def _get_pool_texts(self, pools):
        """`{id of a pool: text}` for those whose figure this user asked for today."""
        found = self.sudo().search_fetch(
            [('pool_id', 'in', pools.ids), ('is_asked', '=', True)], ['pool_id', 'is_shown', 'candidates'])
        texts = {}
        for figure in found:
            pool = figure.pool_id
            texts[pool.id] = figure.text if not pool.is_hand_counted else self.env._(
                "%(figure)s, counted by hand on %(date)s", figure=figure.text,
                date=format_date(self.env, pool.head_count_date))
        return texts

    @api.autovacuum
    def _gc_figures(self):
        """Only today's are read, and yesterday's are needed to see what changed."""
        day = fields.Date.today() - timedelta(days=KEEP_DAYS)
        last = self.sudo()._read_group([('day', '<', fields.Date.today())], ['company_id'], ['day:max'])
        domain = Domain('day', '<', day)
        for company, newest in last:
            domain &= Domain('company_id', '!=', company.id) | Domain('day', '!=', newest)
        self.sudo().search(domain).unlink()


class OutreachFigureQuestion(models.Model):
    """Who asked for which published figure on which day; for the data protection officer, for a year."""

    _name = 'outreach.figure.question'
    _description = "Question for a Published Figure"
    _order = 'day desc, user_id, number'
    _rec_name = 'question'
    _log_access = False

    user_id = fields.Many2one('res.users', required=True, readonly=True, ondelete='cascade')
    day = fields.Date(required=True, readonly=True)
    number = fields.Integer(required=True, readonly=True, aggregator=None, help="Counted within the day")
    question = fields.Char(required=True, readonly=True, help="A breakdown, or a pool or demand by its number")
    title = fields.Char("Asked For", compute='_compute_title')
    asked_on = fields.Datetime(required=True, readonly=True)
    company_id = fields.Many2one('res.company', "Organisation", required=True, readonly=True, ondelete='cascade')

    _number_uniq = models.UniqueIndex('(user_id, day, number)')
    _question_uniq = models.UniqueIndex('(user_id, day, question)')

    @api.depends('question')
    @api.depends_context('lang')
    def _compute_title(self):
        labels = dict(self.env['outreach.figure']._fields['breakdown']._description_selection(self.env))
        def find(kind, model):
            return self.env[model].sudo().browse(
                int(line.question.partition(':')[2]) for line in self if line.question.startswith(f'{kind}:')).exists()

        names = {f'pool:{pool.id}': self.env._("Pool “%(pool)s”", pool=pool.name) for pool in find('pool', 'outreach.pool')} | {
            f'demand:{demand.id}': self.env._("What if: %(demand)s", demand=demand.name)
            for demand in find('demand', 'outreach.demand')}
        for line in self:
            line.title = labels.get(line.question) or names.get(line.question) or line.question

    @api.autovacuum
    def _gc_questions(self):
        self.sudo().search([('day', '<', fields.Date.today() - timedelta(days=KEEP_QUESTIONS_DAYS))]).unlink()
