from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools import matching
from . import outreach_match_query as match_query
from .outreach_candidate import JOB_CENTRE

# As many reasons as a line of a list has room for.
REASONS_IN_A_LINE = 3


class OutreachMatch(models.Model):
    """Why a row is where it is, by the rule in `tools/matching.py`, for the rows that are shown."""

    _inherit = 'outreach.match'  # pylint: disable=consider-merging-classes-inherited

    reasons = fields.Char(compute='_compute_reasons', help="What stands in the way, the worst first")
    explanation = fields.Html(compute='_compute_explanation', sanitize=False)
    proposal_id = fields.Many2one('outreach.proposal', "Selected", compute='_compute_proposal_id', groups=JOB_CENTRE)

    @api.depends('demand_id', 'candidate_id')
    @api.depends_context('lang', 'uid')
    def _compute_reasons(self):
        explained = self._explain()
        for match in self:
            match.reasons = ' · '.join(explained[match.id]['reasons'][:REASONS_IN_A_LINE]) if match.id in explained else False

    @api.depends('demand_id', 'candidate_id')
    @api.depends_context('lang', 'uid')
    def _compute_explanation(self):
        explained = self._explain()
        for match in self:
            match.explanation = match.id in explained and self.env['ir.qweb']._render(
                'maßarbeit_outreach.outreach_match_explanation', explained[match.id])

    @api.depends('demand_id', 'candidate_id')
    def _compute_proposal_id(self):
        open_proposals = {
            (proposal.demand_id.id, proposal.candidate_id.id): proposal for proposal in self.env['outreach.proposal'].search([
                ('demand_id', 'in', self.demand_id.ids), ('candidate_id', 'in', self.candidate_id.ids),
                ('state', '=', 'planned')])}
        for match in self:
            match.proposal_id = open_proposals.get(match_query.split_id(match.id))

    # ------------------------------------------------------------
    # THE RULE
    # ------------------------------------------------------------

    def _apply_rule(self):
        """``{id: (DemandFacts, Person, Match)}`` of those rows whose demand and candidate the user may read."""
        pairs = {number: match_query.split_id(number) for number in self.ids}
        demands = {demand.id: demand for demand in self._load_demands(
            Domain('id', 'in', [demand for demand, __ in pairs.values()]) & Domain('active', 'in', (True, False)))}
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
        names = {skill.id: skill.name for skill in self.env['outreach.skill'].browse({
            number for *__, found in applied.values() for reached in found.skills for number in (reached.skill, reached.by)
            if number})}
        levels = dict(self.env['outreach.demand.skill']._fields['level']._description_selection(self.env))
        barriers = self.env['outreach.barrier'].search(
            [('candidate_id', 'in', [match_query.split_id(number)[1] for number in applied]),
             ('state', 'in', ('open', 'in_work'))]).grouped('candidate_id')
        notes = {demand.id: demand.accepted_note for demand in self.env['outreach.demand'].browse(
            {demand.id for demand, *__ in applied.values()})}
        labels = {gate: self._fields[f'gate_{gate}']._description_string(self.env) for gate in matching.GATES}
        result = {}
        for number, (demand, person, found) in applied.items():
            gates = [{
                'name': labels[gate.name], 'key': gate.name, 'answer': gate.answer,
                'text': '' if gate.answer == matching.PASS else self._get_gate_text(gate, demand, person, notes[demand.id]),
            } for gate in found.gates]
            skills = [{
                'name': names[reached.skill], 'state': reached.state, 'need': reached.need, 'wanted': levels[str(reached.wanted)],
                'level': levels.get(str(reached.level), ''), 'by': names.get(reached.by, ''),
            } for reached in found.skills]
            lifting = {kind for gate in found.gates if gate.answer != matching.PASS for kind in matching.BARRIERS.get(gate.name, ())}
            candidate = self.env['outreach.candidate'].browse(match_query.split_id(number)[1])
            result[number] = {
                'fit': found.fit, 'score': found.score, 'gates': gates, 'skills': skills,
                'plan': [self._describe_barrier(barrier) for barrier in barriers.get(candidate, ()) if barrier.kind in lifting],
                'reasons': self._get_reasons(gates, skills),
            }
        return result

    @api.model
    def _get_reasons(self, gates, skills):
        """What stands in the way: gates that fail, then those that somebody can see to, then skills."""
        reasons = [gate['text'] for answer in (matching.FAIL, matching.PASSABLE) for gate in gates if gate['answer'] == answer]
        if missing := [skill['name'] for skill in skills if skill['state'] == 'missing']:
            reasons.append(self.env._("Missing: %(skills)s", skills=', '.join(missing)))
        if partly := [skill['name'] for skill in skills if skill['state'] == 'partly']:
            reasons.append(self.env._("Partly: %(skills)s", skills=', '.join(partly)))
        return reasons

    @api.model
    def _describe_barrier(self, barrier):
        return {
            'kind': self._label(barrier, 'kind'), 'state': self._label(barrier, 'state'),
            'agency': barrier.agency_id.sudo().name or '', 'person': barrier.user_id.sudo().name or '',
            'until': format_date(self.env, barrier.date_until) if barrier.date_until else '',
            'instrument': barrier.instrument_id.name or '', 'note': barrier.note or '',
        }

    @api.model
    def _label(self, record, name, value=None):
        """What a selection shows."""
        return dict(record._fields[name]._description_selection(self.env)).get(value or record[name], '')

    @api.model
    def _get_gate_text(self, gate, demand, person, note):
        """Why a gate is not passed, in a few words."""
        rule = demand.rule
        if gate.name == 'vetting':
            return self.env._("Company is blocked") if gate.answer == matching.FAIL else self.env._("Company is not checked yet")
        if gate.name == 'permission':
            return {
                'forbidden': self.env._("May not work"),
                'later': self.env._("May work from %(date)s", date=format_date(self.env, person.permission_from)),
                'ends': self.env._("May work until %(date)s", date=format_date(self.env, person.permission_until)),
                'with_permit': self.env._("Needs a permit of the immigration office"),
            }.get(gate.reason, self.env._("Work permission is unclear"))
        if gate.name == 'language':
            level = self.env['outreach.candidate']
            text = self.env._("German %(has)s of %(wanted)s", has=self._label(level, 'german_level', person.language),
                              wanted=self._label(level, 'german_level', rule.language))
            if gate.reason == 'accepted':
                accepted = self.env._("the employer would accept it")
                return f"{text} ({note or accepted})"
            return text
        if gate.name == 'licence':
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
            return self.env._("Not for: %(hours)s", hours=self._label(self.env['outreach.demand'], 'working_time', rule.working_time))
        return self.env._("Recognition: %(state)s", state=self._label(
            self.env['outreach.candidate.occupation'], 'recognition', person.recognition))

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
        proposals = self.env['outreach.proposal']._propose(
            {match_query.split_id(number): found for number, found in explained.items()})
        self.invalidate_model()
        return proposals._get_action()

    def action_withdraw(self):
        self.proposal_id.action_withdraw()

    def action_open(self):
        """The explanation, from a line of a list."""
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'view_mode': 'form',
                'views': [(False, 'form')]}

    def action_open_candidate(self):
        return self.candidate_id._get_records_action()

    def action_open_demand(self):
        return self.demand_id._get_records_action()
