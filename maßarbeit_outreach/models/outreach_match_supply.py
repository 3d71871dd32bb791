import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..tools.disclosure import answers
from . import outreach_match_query as match_query
from .outreach_candidate import JOB_CENTRE

# Demands that are counted in one transaction: few enough to show progress, and to lose little when the job is stopped.
DEMANDS_AT_ONCE = 100


class OutreachDemandSupply(models.Model):
    """How many people fit a demand, counted every night: for lists and reports of the job centre, and for those who may not
    see people.

    They get last night's figures, published by `tools/disclosure.py`: who changes a demand does not get a new answer. The
    migration centre reads neither: the count is of all, so it could subtract those whom it advises.
    """

    _name = 'outreach.demand.supply'
    _description = "Supply for a Demand"
    _order = 'fits_now desc, fits_when desc, id'
    _rec_name = 'demand_id'
    _log_access = False

    demand_id = fields.Many2one('outreach.demand', required=True, readonly=True, ondelete='cascade')
    fits_now = fields.Integer(readonly=True)
    fits_when = fields.Integer("Fits When …", readonly=True)
    best_score = fields.Integer(readonly=True, aggregator='max', help="Of those who fit now or when something is done; in per mille")
    what_if = fields.Json(readonly=True, export_string_translation=False)  # {key of WHAT_IF: [more, more at once]}
    date = fields.Datetime("Counted On", required=True, readonly=True, index=True)

    _demand_uniq = models.UniqueIndex('(demand_id)', "This demand is counted already.")

    @api.model
    def _cron_count(self, limit=1000):
        """Count the open demands again that were not counted today; the next run goes on where this one stops. All are
        counted against the candidates as they were when the run began."""
        Cron, Match, Demand = self.env['ir.cron'], self.env['outreach.match'], self.env['outreach.demand']
        self.search([('demand_id', 'not any', Demand._get_open_domain())]).unlink()
        counted = self._search([('date', '>=', 'today')]).subselect('demand_id')
        todo = Domain('id', 'not in', counted) & Demand._get_open_domain()
        ids = Demand.search(todo, limit=limit, order='id').ids
        Cron._commit_progress(remaining=Demand.search_count(todo))
        crowd = ids and Match._load_crowd(Match._search_candidates())
        for batch in split_every(DEMANDS_AT_ONCE, ids):
            counts = Match._count_in(crowd, Match._load_demands([('id', 'in', batch)]))
            rows = [{'demand_id': number, 'date': fields.Datetime.to_string(fields.Datetime.now()), **found}
                    for number, found in counts.items()]
            self.env.cr.execute(SQL(
                """
                INSERT INTO outreach_demand_supply (demand_id, fits_now, fits_when, best_score, what_if, date)
                SELECT demand_id, fits_now, fits_when, best_score, what_if, date
                  FROM jsonb_populate_recordset(NULL::outreach_demand_supply, %s)
                    ON CONFLICT (demand_id) DO UPDATE
                   SET fits_now = EXCLUDED.fits_now, fits_when = EXCLUDED.fits_when, best_score = EXCLUDED.best_score,
                       what_if = EXCLUDED.what_if, date = EXCLUDED.date
                """, json.dumps(rows)))
            self.invalidate_model()
            if not Cron._commit_progress(len(batch)):
                break


class OutreachDemand(models.Model):
    _inherit = 'outreach.demand'  # pylint: disable=consider-merging-classes-inherited

    supply_ids = fields.One2many('outreach.demand.supply', 'demand_id', groups=JOB_CENTRE)
    proposal_ids = fields.One2many('outreach.proposal', 'demand_id', "Proposals", groups=JOB_CENTRE)
    what_if = fields.Html(compute='_compute_what_if', groups='maßarbeit_outreach.group_outreach_user', sanitize=False)

    @api.depends_context('uid', 'lang')
    def _compute_what_if(self):
        """For those who see people what is true now; for all others published figures of last night, once they asked."""
        sees_people = self.env['outreach.match'].has_access('read')
        saved = self.filtered(lambda demand: demand._origin.id and demand.stage not in ('filled', 'closed'))
        if not sees_people:
            asked = self.env['outreach.figure']._get_asked()
            saved = saved.filtered(lambda demand: f'demand:{demand._origin.id}' in asked)
        (self - saved).what_if = False
        counts = saved._count_supply() if sees_people else {
            supply.demand_id.id: supply for supply in self.env['outreach.demand.supply'].sudo().search(
                [('demand_id', 'in', saved._origin.ids)])}
        for demand in saved:
            found = counts.get(demand._origin.id)
            demand.what_if = self.env['ir.qweb']._render('maßarbeit_outreach.outreach_what_if', {
                'is_exact': sees_people,
                'date': None if sees_people or not found else found['date'],
                **(demand._get_what_if(found, sees_people) if found else {'lines': ()})})

    def _count_supply(self):
        """``{demand id: counts}`` of the candidates that the user may read, live."""
        Match = self.env['outreach.match']
        demands = Match._load_demands([('id', 'in', self._origin.ids), ('active', 'in', (True, False))])
        if not demands:
            return {}
        common = Domain('id', 'in', match_query.build_common(demands))
        return Match._count_in(Match._load_crowd(Match._search_candidates(common)), demands)

    def _get_what_if(self, found, is_exact):
        """The lines of the table."""
        labels, what_if = self._get_what_if_labels(), found['what_if'] or {}
        more = {key: what_if.get(key, (0, 0)) for key in labels}
        sizes = {'now': found['fits_now'], 'when': found['fits_when'], **{key: some for key, (some, __) in more.items()}}
        texts = {key: str(size) for key, size in sizes.items()} if is_exact else self._publish_what_if(sizes)
        return {'now': texts['now'], 'when': texts['when'], 'lines': [
            {'key': key, 'label': label, 'more': texts[key], 'more_now': str(more[key][1]) if is_exact else None}
            for key, label in labels.items()]}

    def _publish_what_if(self, sizes):
        """Texts for those who may not see people, by the policy of the organisation.

        Whom one gate keeps away is in no other group. Only the two steps of German are about the same people: those one
        level below are among those with A2, and all of them where the level asked for is B1.
        """
        people = {frozenset({key}): size for key, size in sizes.items()}
        if 'german_a2' in sizes:
            lower = people.pop(frozenset({'german_lower'}))
            if self.language_level > '3_b1':
                people[frozenset({'german_a2', 'german_lower'})] = lower
                people[frozenset({'german_a2'})] = max(sizes['german_a2'] - lower, 0)
        policy = self.env['outreach.figure.policy']._get(self.company_id)
        shown = answers(people, sizes, policy.floor, policy.rounding, levels={'german_a2': 0, 'german_lower': 1})
        if self.language_level == '3_b1' and 'german_a2' in shown:
            shown['german_lower'] = shown['german_a2']
        return {key: self.env._("about %(figure)s", figure=shown[key][0]) if key in shown else self.env._("not shown") for key in sizes}

    def _get_what_if_labels(self):
        """Only what would change something for this demand."""
        labels = {}
        if (self.language_level or '') > '2_a2' and (self.accepted_language_level or '9') > '2_a2':
            labels['german_a2'] = self.env._("German A2 with a course is enough")
        if (self.language_level or '') > '0_none':
            labels['german_lower'] = self.env._("German one level lower is enough")
        if self.working_time:
            labels['hours'] = self.env._("The hours can be moved")
        if self.working_time == 'snw' or (self.municipality_id and self.working_time != 'ho'):
            labels['lift'] = self.env._("A lift to work is arranged")
        if self.occupation_id.is_regulated:
            labels['recognition'] = self.env._("Recognition may follow")
        if self.driving_licence:
            labels['licence'] = self.env._("No driving licence is needed")
        return labels

    def action_ask_what_if(self):
        """Ask for the published figures of these demands."""
        self.env['outreach.figure']._ask(demands=self)
        self.invalidate_recordset(['what_if'])

    def action_view_matches(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_match_action_demand')
        return action | {'display_name': self.env._("Matches: %(demand)s", demand=self.name),
                         'domain': [('demand_id', '=', self.id)]}


class OutreachCandidate(models.Model):
    _inherit = 'outreach.candidate'  # pylint: disable=consider-merging-classes-inherited

    proposal_ids = fields.One2many('outreach.proposal', 'candidate_id', "Proposals", groups=JOB_CENTRE)

    def action_view_matches(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_match_action_candidate')
        return action | {'display_name': self.env._("Work for %(candidate)s", candidate=self.name),
                         'domain': [('candidate_id', '=', self.id)]}
