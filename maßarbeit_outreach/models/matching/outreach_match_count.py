import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ...tools.matching import figure_question, matching
from ..base.groups import JOB_CENTRE, OUTREACH
from ..base.outreach_batch_mixin import DueWork
from ..demand.outreach_demand import DEMAND_TIMES
from . import outreach_match_query as match_query

# Demands that are counted in one transaction: few enough to show progress, and to lose little when the job is stopped.
DEMANDS_AT_ONCE = 100


class OutreachMatchCount(models.Model):
    """How many people fit a demand, counted every night, for lists and reports of the job centre.

    The migration centre does not read it: the count is of all, so it could subtract those whom it advises.
    """

    _name = 'outreach.match.count'
    _inherit = ['outreach.batch.mixin']
    _description = "Match Count of a Demand"
    _order = 'fits_now desc, fits_when desc, id'
    _rec_name = 'demand_id'
    _log_access = False

    demand_id = fields.Many2one('outreach.demand', required=True, readonly=True, ondelete='cascade')
    fits_now = fields.Integer(readonly=True)
    fits_when = fields.Integer("Fits If …", readonly=True)
    has_all_to_learn = fields.Integer(
        "All to Learn", readonly=True, help="No condition is in the way, but nothing of a required skill is there"
    )
    best_score = fields.Integer(readonly=True, aggregator='max', help="Of those who fit now or when something is done; in per mille")
    date = fields.Datetime("Counted On", required=True, readonly=True, index=True)

    _demand_uniq = models.UniqueIndex('(demand_id)', "This demand is counted already.")

    @api.model
    def _get_uncounted_domain(self):
        """The open demands that were not counted today."""
        counted = self._search([('date', '>=', 'today')]).subselect('demand_id')
        return Domain('id', 'not in', counted) & self.env['outreach.demand']._get_open_domain()

    @api.model
    def _get_due_work(self):
        return super()._get_due_work() | {'_cron_count': DueWork('outreach.demand', self._get_uncounted_domain())}

    @api.model
    def _cron_count(self, limit=1000):
        """Count the open demands again that were not counted today; the next run goes on where this one stops. All are
        counted against the candidates as they were when the run began. One that cannot be counted comes last."""
        Cron, Match, Demand = self.env['ir.cron'], self.env['outreach.match'], self.env['outreach.demand']
        Failure = self.env['outreach.job.failure'].sudo()
        self.search([('demand_id', 'not any', Demand._get_open_domain())]).unlink()
        todo = self._get_uncounted_domain()
        failed = Failure._get_failed(Demand._name)
        again = Demand.search(todo & Domain('id', 'in', failed), order='id').ids
        Failure._forget(Demand._name, set(failed) - set(again))
        ids = (Demand.search(todo & Domain('id', 'not in', failed), limit=limit, order='id').ids + again)[:limit]
        Cron._commit_progress(remaining=Demand.search_count(todo))
        crowd = ids and Match._load_crowd(Match._search_candidates())

        def count(batch):
            failures = self._work_off(Demand.browse(batch), lambda demands: self._count(crowd, demands))
            Failure._remember(Demand._name, batch, failures)

        for batch in split_every(DEMANDS_AT_ONCE, ids):
            self._repeat_on_conflict(lambda batch=batch: count(batch))
            if not Cron._commit_progress(len(batch)):
                break

    def _count(self, crowd, demands):
        counts = self.env['outreach.match']._count_in(
            crowd, self.env['outreach.match']._load_demands([('id', 'in', demands.ids)]), what_if=False
        )
        rows = [
            {'demand_id': number, 'date': fields.Datetime.to_string(fields.Datetime.now()), **found} for number, found in counts.items()
        ]
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO outreach_match_count (demand_id, fits_now, fits_when, has_all_to_learn, best_score, date)
            SELECT demand_id, fits_now, fits_when, has_all_to_learn, best_score, date
              FROM jsonb_populate_recordset(NULL::outreach_match_count, %s)
                ON CONFLICT (demand_id) DO UPDATE
               SET fits_now = EXCLUDED.fits_now, fits_when = EXCLUDED.fits_when,
                   has_all_to_learn = EXCLUDED.has_all_to_learn, best_score = EXCLUDED.best_score, date = EXCLUDED.date
            """,
                json.dumps(rows),
            )
        )
        self.invalidate_model()


class OutreachDemand(models.Model):
    _inherit = 'outreach.demand'

    match_count_ids = fields.One2many('outreach.match.count', 'demand_id', groups=JOB_CENTRE)
    proposal_ids = fields.One2many('outreach.proposal', 'demand_id', "Proposals", groups=JOB_CENTRE)
    what_if = fields.Html(compute='_compute_what_if', groups=OUTREACH, sanitize=False)

    @api.depends('occupation_id', 'municipality_id', 'language_level', 'is_home_office', *DEMAND_TIMES.values(), 'stage')
    @api.depends_context('uid', 'lang')
    def _compute_what_if(self):
        """What is true now, for those who see people; for all others what the published table says."""
        saved = self.filtered(lambda demand: demand._origin.id and demand.is_open)
        (self - saved).what_if = False
        if not self.env['outreach.candidate'].has_access('read'):
            answers = saved._origin._get_published_answers()
            for demand in saved:
                demand.what_if = self.env['ir.qweb']._render(
                    'maßarbeit_outreach.outreach_what_if_published', demand._origin._get_published_what_if(answers[demand._origin])
                )
            return
        counts = saved._count_matches()
        for demand in saved:
            demand.what_if = demand._origin.id in counts and self.env['ir.qweb']._render(
                'maßarbeit_outreach.outreach_what_if', demand._get_what_if(counts[demand._origin.id])
            )

    def _count_matches(self):
        """``{demand id: counts}`` of the candidates that the user may read, live."""
        Match = self.env['outreach.match']
        demands = Match._load_demands([('id', 'in', self._origin.ids), ('active', 'in', (True, False))])
        if not demands:
            return {}
        common = Domain('id', 'in', match_query.build_common(demands))
        return Match._count_in(Match._load_crowd(Match._search_candidates(common)), demands)

    def _get_what_if(self, found):
        """The lines of the table."""
        return {
            'now': found['fits_now'],
            'when': found['fits_when'],
            'learn': found['has_all_to_learn'],
            'lines': [
                {'key': key, 'label': label, 'more': found['what_if'][key][0], 'more_now': found['what_if'][key][1]}
                for key, label in self._get_what_if_labels().items()
            ],
        }

    def _get_what_if_labels(self):
        """Only what would change something for this demand."""
        labels = {}
        if (self.language_level or '') > '2_a2' and (self.accepted_language_level or '9') > '2_a2':
            labels['german_a2'] = self.env._("German A2 with a course is enough")
        if (self.language_level or '') > '0_none':
            labels['german_lower'] = self.env._("German one level lower is enough")
        if self.hours_from or self.hours_to or any(self[name] for name in DEMAND_TIMES.values()):
            labels['hours'] = self.env._("The hours can be moved")
        if self.is_shift or self.is_night or self.is_weekend or (self.municipality_id and not self.is_home_office):
            labels['lift'] = self.env._("A lift to work is arranged")
        if self.occupation_id and self.occupation_id._is_regulated():
            labels['recognition'] = self.env._("Recognition may follow")
        if self.driving_licence or any(line.need == 'must' and line.skill_id.driving_licence for line in self.skill_ids):
            labels['licence'] = self.env._("No driving licence is needed")
        if any(line.need == 'must' and not line.skill_id.driving_licence for line in self.skill_ids):
            labels['skills'] = self.env._("Required skills are nice to have")
        return labels

    def _get_published_answers(self):
        """``{demand: figure_question.Answer}``. What is asked is the demand as it is written now: its occupation, workplace
        and German; the answers are all in the table of the night."""
        Table = self.env['outreach.figure.table'].sudo()
        tables = {company: (Table._get(company), Table._get_joined(company)) for company in self.company_id}
        places = self.filtered(lambda demand: not demand.is_home_office).municipality_id
        archived = places._get_successors()
        near = {
            place: {here for here, km in distances.items() if km <= figure_question.NEAR_KM and here not in archived}
            for place, distances in self.env['outreach.match']._load_distances(set(places.ids)).items()
        }
        asked = {
            (company, place): places._get_published_places(near[place], tables[company][1])
            for company, place in {(demand.company_id, demand.municipality_id.id) for demand in self}
            if place in near
        }
        answers = {}
        for demand in self:
            place = demand.municipality_id.id if not demand.is_home_office else None
            answers[demand] = figure_question.answer(
                tables[demand.company_id][0],
                demand.occupation_id._get_published_codes(),
                asked.get((demand.company_id, place)),
                figure_question.band_of(demand.language_level),
            )
        return answers

    def _get_published_what_if(self, answer):
        """The lines of the table, and in words what was asked."""
        question = answer.question
        asked = {question.occupation, *(step.question.occupation for step in answer.steps)} - {None}
        found = self.env['outreach.occupation']._get_by_published_codes(asked)
        names = {code: found[code].display_name if code in found else code for code in asked} | {None: self.env._("all occupations")}
        parts = [
            names[question.occupation],
            self.env._("within %(km)s km of %(place)s", km=figure_question.NEAR_KM, place=self.municipality_id.name)
            if question.places is not None
            else self.env._("in the whole county"),
            self._get_band_label(question.band),
        ]
        lines = []
        for step in answer.steps:
            wider = step.question
            label = {
                'german_lower': self.env._("German one level lower is enough"),
                'german_a2': self.env._("German A2 with a course is enough"),
                'lift': self.env._("A lift to work is arranged: the whole county"),
                'occupation': self.env._("Related occupations suit: %(occupation)s", occupation=names[wider.occupation]),
            }[step.key]
            lines.append({'key': step.key, 'label': label, 'more': step.more, 'figure': step.figure})
        return {'question': ' · '.join(parts), 'figure': answer.figure, 'lines': lines}

    def _get_band_label(self, band):
        return {
            '1_below_a2': self.env._("any German"),
            '2_a2': self.env._("German A2 or better"),
            '3_b1': self.env._("German B1 or better"),
            '4_from_b2': self.env._("German B2 or better"),
        }[band]

    def _get_next_steps(self):
        steps = super()._get_next_steps()
        if self.env['outreach.match'].has_access('read'):
            steps.insert(0, {'label': self.env._("Matches"), 'model': self._name, 'id': self.id, 'method': 'action_view_matches'})
        return steps

    def action_view_matches(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_match_action_demand')
        return action | {'display_name': self.env._("Matches: %(demand)s", demand=self.name), 'domain': [('demand_id', '=', self.id)]}


class OutreachCandidate(models.Model):
    _inherit = 'outreach.candidate'

    proposal_ids = fields.One2many('outreach.proposal', 'candidate_id', "Proposals", groups=JOB_CENTRE)
    # which gates somebody sees to, see `tools/matching/matching.py`; of health and debts it says nothing
    barrier_mask = fields.Integer(compute='_compute_barrier_mask', compute_sudo=True, store=True, export_string_translation=False)
    # whom the migration centre ever advised, it could change; see `tools/matching/disclosure.py` on the two parts of a table
    was_advised = fields.Boolean(compute='_compute_was_advised', store=True, groups='.', export_string_translation=False)

    @api.model_create_multi
    def create(self, vals_list):
        candidates = super().create(vals_list)
        candidates.sudo().mapped('was_advised')  # now: who stops to be advised in the same call was advised all the same
        return candidates

    @api.depends('barrier_ids.kind', 'barrier_ids.state')
    def _compute_barrier_mask(self):
        for candidate in self:
            live = candidate.barrier_ids.filtered('is_open')
            candidate.barrier_mask = matching.barrier_mask(live.mapped('kind'))

    @api.depends('adviser_id')
    def _compute_was_advised(self):
        for candidate in self:
            candidate.was_advised = candidate.was_advised or bool(candidate.adviser_id)

    def action_view_matches(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_match_action_candidate')
        return action | {
            'display_name': self.env._("Work for %(candidate)s", candidate=self.name),
            'domain': [('candidate_id', '=', self.id)],
        }
