from collections import Counter, defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.matching import disclosure
from ..base.groups import JOB_CENTRE, MIGRATION_CENTRE, OUTREACH
from ..base.outreach_batch_mixin import DueWork
from .outreach_figure_table import KINDS
from .outreach_supply import GERMAN_BANDS

BREAKDOWNS = [
    ('county', "County"),
    ('association', "Association"),
    ('municipality', "Municipality"),
    ('occupation', "Occupational group"),
    ('occupation_association', "Occupational group and association"),
    ('occupation_municipality', "Occupational group and municipality"),
    ('band', "German"),
    ('occupation_band', "Occupational group and German"),
]
GERMAN_BAND_OF = {'1_below_a2': '1_below_a2', '2_a2': '2_a2_b1', '3_b1': '2_a2_b1', '4_from_b2': '3_from_b2'}
KEEP_DAYS = 7
KEEP_QUESTIONS_DAYS = 365


class OutreachFigure(models.Model):
    """What those who may not see candidates are told about their number. `tools/matching/disclosure.py` decides.

    All figures of a day are read from the tables of the night, see `outreach.figure.table`; where they are missing, they are made
    when the first figure is asked for. A pool that is made in the course of the day is told from the same table.
    Questions are pools and whole breakdowns. Who asks leaves a line in `outreach.figure.question` and reads the figure for the
    rest of the day. A line without figure is there because there are open positions: whether there are people cannot be
    told from it.
    """

    _name = 'outreach.figure'
    _inherit = ['outreach.batch.mixin']
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
    association = fields.Char(readonly=True)
    german_band = fields.Selection(GERMAN_BANDS, "German", readonly=True)
    positions = fields.Integer("Open Positions", readonly=True)
    is_shown = fields.Boolean("Shown", readonly=True)
    candidates = fields.Integer("Candidates (about)", readonly=True)
    text = fields.Char("Candidates", compute='_compute_text')
    ratio = fields.Float("Candidates per Open Position", compute='_compute_text', digits=(16, 1))
    is_asked = fields.Boolean(compute='_compute_is_asked', search='_search_is_asked')

    _key_uniq = models.UniqueIndex('(company_id, day, key)')

    @api.depends('is_shown', 'candidates', 'positions')
    @api.depends_context('lang')
    def _compute_text(self):
        for figure in self:
            figure.text = self.env._("about %(figure)s", figure=figure.candidates) if figure.is_shown else self.env._("not shown")
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
        return user.has_group(OUTREACH) and (user.has_group(JOB_CENTRE) or not user.has_group(MIGRATION_CENTRE))

    @api.model
    def _get_asked(self):
        """The questions of this user today."""
        return (
            self.env['outreach.figure.question']
            .sudo()
            .search([('user_id', '=', self.env.uid), ('day', '=', fields.Date.today())])
            .mapped('question')
        )

    @api.model
    def _get_questions_left(self):
        return max(self.env['outreach.figure.policy']._get(self.env.company).questions - len(self._get_asked()), 0)

    @api.model
    def _ask(self, pools=None, breakdown=None):
        """Note the questions of this user, and see to it that they have an answer for today.

        At most as many different ones a day as the policy allows. Two requests at once cannot both take the last one: the
        second finds the number taken, and is repeated by the server.
        """
        if not self._may_ask():
            raise AccessError(self.env._("You may not ask for figures about candidates."))
        pools = pools if pools is not None else self.env['outreach.pool']
        pools.check_access('read')
        company = pools.company_id[:1] or self.env.company
        if len(pools.company_id) > 1:
            raise UserError(self.env._("Ask for one organisation at a time."))
        if breakdown and breakdown not in dict(BREAKDOWNS):
            raise UserError(self.env._("There is no such breakdown."))
        asked = self._get_asked()
        questions = [*(f'pool:{pool.id}' for pool in pools), *filter(None, [breakdown])]
        new = [question for question in questions if question not in asked]
        limit = self.env['outreach.figure.policy']._get(company).questions
        if len(asked) + len(new) > limit:
            raise UserError(
                self.env._(
                    "These are %(new)s new figures, and you have asked for %(asked)s of %(limit)s today. Choose fewer, or go on"
                    " tomorrow. What you asked for today stays visible.",
                    new=len(new),
                    asked=len(asked),
                    limit=limit,
                )
            )
        for number, question in enumerate(new, start=len(asked) + 1):
            self.env.cr.execute(
                SQL(
                    "INSERT INTO outreach_figure_question (user_id, day, number, question, asked_on, company_id)"
                    " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                    self.env.uid,
                    fields.Date.today(),
                    number,
                    question,
                    fields.Datetime.now(),
                    company.id,
                )
            )
        if pools or breakdown:
            self.sudo()._publish(company)
            stored = self.sudo().search([('company_id', '=', company.id), ('day', '=', fields.Date.today()), ('pool_id', 'in', pools.ids)])
            if made_today := pools.sudo() - stored.pool_id:
                self.sudo()._store(company, fields.Date.today(), self._get_pool_lines(company, made_today))

    # ------------------------------------------------------------
    # PUBLISHING
    # ------------------------------------------------------------

    @api.model
    def _get_unpublished_domain(self):
        """The organisations that have no figures of today."""
        done = self.sudo().search([('day', '=', fields.Date.today()), ('key', '=', 'counted')]).company_id
        return Domain('id', 'not in', done.ids)

    @api.model
    def _get_due_work(self):
        return super()._get_due_work() | {'_cron_publish': DueWork('res.company', self._get_unpublished_domain())}

    @api.model
    def _cron_publish(self):
        """Tonight's tables and figures, one organisation after the other, each in a transaction of its own: what is not
        published when the job is stopped is published when it goes on, from the table of the night before all the same."""
        Failure = self.env['outreach.job.failure'].sudo()
        companies = self.env['res.company'].search(self._get_unpublished_domain(), order='id')
        self.env['ir.cron']._commit_progress(remaining=len(companies))

        def publish(company):
            failures = self._work_off(company, self.sudo()._publish)
            Failure._remember(company._name, company.ids, failures)

        for company in companies:
            self._repeat_on_conflict(lambda company=company: publish(company))
            if not self.env['ir.cron']._commit_progress(1):
                break

    @api.model
    def _publish(self, company=None):
        """Today's tables of an organisation, and all figures of its breakdowns and pools; nothing if they are there.

        Two requests at once both work it out; the second finds the tables stored, and is repeated by the server.
        """
        company = company or self.env.company
        Table, today = self.env['outreach.figure.table'].sudo(), fields.Date.today()
        if self.sudo().search_count([('company_id', '=', company.id), ('day', '=', today), ('key', '=', 'counted')], limit=1):
            return
        self.env.flush_all()
        for kind in KINDS:
            Table._make(kind, company)
        lines = self._get_breakdown_lines(company)
        # whether anything was published that day, also where there is nothing to show
        lines.append({'breakdown': 'county', 'key': 'counted', 'question': 'counted'})
        pools = self.env['outreach.pool'].sudo().search([('company_id', '=', company.id)])
        self._store(company, today, lines + self._get_pool_lines(company, pools))

    def _store(self, company, today, lines):
        names = ('breakdown', 'key', 'question', 'pool_id', 'occupation_id', 'municipality_id', 'association', 'german_band', 'candidates')
        rows = [
            (*(line.get(name) for name in names), line.get('positions') or 0, company.id, today, line.get('candidates') is not None)
            for line in lines
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO outreach_figure (%s, positions, company_id, day, is_shown) VALUES %s ON CONFLICT DO NOTHING",
                SQL(', ').join(map(SQL.identifier, names)),
                SQL(', ').join(SQL("%s", row) for row in rows),
            )
        )
        self.invalidate_model()

    def _renew_pools(self, pools):
        """Answer today's questions for these pools anew: their rule has changed."""
        stored = self.search([('pool_id', 'in', pools.ids), ('day', '=', fields.Date.today())])
        for company, figures in stored.grouped('company_id').items():
            changed = figures.pool_id.sudo()
            figures.unlink()
            self._store(company, fields.Date.today(), self._get_pool_lines(company, changed))

    def _get_breakdown_lines(self, company):
        """The groups of the breakdowns that are shown, or have open positions."""
        cells, floor = self.env['outreach.figure.table'].sudo()._get_cells('candidates', company)
        Place = self.env['outreach.municipality'].with_context(active_test=False)
        successors = self.env['outreach.figure.table'].sudo()._get_joined(company)
        associations = {place.id: place.association for place in Place.search_fetch([], ['association'])}
        entries = self.env['outreach.occupation']._get_by_published_codes({path[3] for path in cells} - {''})
        people, lines = defaultdict(Counter), {}
        for (part, __, __, code, band, label), count in cells.items():
            # what was told together stays so, and is then no municipality but perhaps an association
            places = {successors.get(int(place), int(place)) for place in label.split('+') if place}
            of_places = {associations.get(place) for place in places}
            groups = self._get_groups(
                entries[code].id if code in entries else None,
                places.pop() if len(places) == 1 else None,
                of_places.pop() if len(of_places) == 1 else None,
                GERMAN_BAND_OF[band],
            )
            for key, line in groups.items():
                lines[key] = line
                people[key][part] += count
        # a table may still tell of a municipality that was deleted since
        lines = {key: line for key, line in lines.items() if not line.get('municipality_id') or line['municipality_id'] in associations}
        lines |= self._get_positions(company, successors, associations)
        for key, line in lines.items():
            jointly = line['breakdown'] in ('occupation_association', 'occupation_municipality')
            line['candidates'] = disclosure.shown(*people[key].values(), floor=floor, jointly=jointly)
        return [
            {**line, 'key': key, 'question': line['breakdown']}
            for key, line in lines.items()
            if line['candidates'] is not None or line.get('positions')
        ]

    def _get_pool_lines(self, company, pools):
        """A pool by rule is told as far as the table knows its rule: occupations, area and German. Nobody is asked who is
        in it, neither by rule nor by hand."""
        Table = self.env['outreach.figure.table'].sudo()
        county, (hand_counts, floor) = Table._get(company), Table._get_cells('head_counts', company)
        joined, lines = Table._get_joined(company), []
        for pool in pools:
            if pool.is_hand_counted:
                found = disclosure.shown(hand_counts.get((str(pool.id),), 0), floor=floor)
            else:
                found = county.figure(*pool._get_published_questions(joined))
            lines.append(
                {'breakdown': 'pool', 'key': f'pool:{pool.id}', 'question': f'pool:{pool.id}', 'pool_id': pool.id, 'candidates': found}
            )
        return lines

    def _get_positions(self, company, successors, associations):
        """The groups with their open positions, under the labels of the table."""
        rows = self.env.execute_query(
            SQL(
                """
            SELECT o.published_code, d.municipality_id, demand.german_band, SUM(demand.positions)
              FROM (%s) demand
              JOIN outreach_demand d ON d.id = demand.demand_id
              LEFT JOIN outreach_occupation o ON o.id = d.occupation_id
             GROUP BY 1, 2, 3
            """,
                self.env['outreach.supply']._select_demands(company),
            )
        )
        entries = self.env['outreach.occupation']._get_by_published_codes({row[0] for row in rows if len(row[0] or '') == 3})
        groups = {}
        for code, place, band, positions in rows:
            place = successors.get(place, place)
            for key, group in self._get_groups(entries[code].id if code in entries else None, place, associations.get(place), band).items():
                group = groups.setdefault(key, {**group, 'positions': 0})
                group['positions'] += positions
        return groups

    def _get_groups(self, occupation, municipality, association, band):
        """The groups of the breakdowns that these are in, `{key: values of the line}`."""
        groups = {'county': {'breakdown': 'county'}}
        parts = [{}, {'occupation_id': occupation}] if occupation else [{}]
        for part in parts:
            for name, values in (
                ('association', {'association': association}),
                ('municipality', {'municipality_id': municipality, 'association': association or None}),
                ('band', {'german_band': band}),
            ):
                if next(iter(values.values())):
                    breakdown = f'occupation_{name}' if part else name
                    key = ':'.join(map(str, (breakdown, *part.values(), next(iter(values.values())))))
                    groups[key] = {'breakdown': breakdown, **part, **values}
        if occupation:
            groups[f'occupation:{occupation}'] = {'breakdown': 'occupation', 'occupation_id': occupation}
        return groups

    # ------------------------------------------------------------
    # ANSWERS
    # ------------------------------------------------------------

    @api.model
    def _get_pool_texts(self, pools):
        """`{id of a pool: text}` for those whose figure this user asked for today."""
        found = self.sudo().search_fetch([('pool_id', 'in', pools.ids), ('is_asked', '=', True)], ['pool_id', 'is_shown', 'candidates'])
        return {
            figure.pool_id.id: self.env._("%(figure)s, counted by hand", figure=figure.text)
            if figure.pool_id.is_hand_counted
            else figure.text
            for figure in found
        }

    @api.autovacuum
    def _gc_figures(self):
        """Only today's are read."""
        self.sudo().search([('day', '<', fields.Date.today() - timedelta(days=KEEP_DAYS))]).unlink()


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
    question = fields.Char(required=True, readonly=True, help="A breakdown, or a pool by its number; what if of a demand, formerly")
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
            return (
                self.env[model]
                .sudo()
                .browse(int(line.question.partition(':')[2]) for line in self if line.question.startswith(f'{kind}:'))
                .exists()
            )

        names = {f'pool:{pool.id}': self.env._("Pool “%(pool)s”", pool=pool.name) for pool in find('pool', 'outreach.pool')} | {
            f'demand:{demand.id}': self.env._("What if: %(demand)s", demand=demand.name) for demand in find('demand', 'outreach.demand')
        }
        for line in self:
            line.title = labels.get(line.question) or names.get(line.question) or line.question

    @api.autovacuum
    def _gc_questions(self):
        self.sudo().search([('day', '<', fields.Date.today() - timedelta(days=KEEP_QUESTIONS_DAYS))]).unlink()
