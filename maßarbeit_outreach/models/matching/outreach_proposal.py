from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..base.groups import JOB_CENTRE
from .outreach_match import FITS


class OutreachProposal(models.Model):
    """Somebody decided to propose a candidate for a demand. The reasons stay as they were at that moment.

    Read by the job centre; made and withdrawn by methods only, so that nobody writes the reasons afterwards.
    """

    _name = 'outreach.proposal'
    _inherit = ['outreach.person.mixin']
    _person_field = 'candidate_id'
    _description = "Proposal"
    _order = 'date desc, id desc'
    _rec_name = 'candidate_id'
    _check_company_auto = True

    demand_id = fields.Many2one('outreach.demand', required=True, index=True, ondelete='restrict', check_company=True, readonly=True)
    partner_id = fields.Many2one(related='demand_id.partner_id', string="Company", store=True, index=True)
    candidate_id = fields.Many2one('outreach.candidate', required=True, index=True, ondelete='cascade', check_company=True, readonly=True)
    state = fields.Selection(
        [('planned', "Planned"), ('withdrawn', "Withdrawn")], required=True, default='planned', index=True, readonly=True
    )
    date = fields.Datetime("Selected On", required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one('res.users', "Selected By", required=True, index=True, readonly=True, default=lambda self: self.env.user)
    withdrawn_on = fields.Datetime(readonly=True)
    withdrawn_by_id = fields.Many2one('res.users', readonly=True)
    fit = fields.Selection(FITS, required=True, readonly=True)
    score = fields.Integer(aggregator=None, readonly=True, help="Share of the required skills, in per mille")
    percent = fields.Integer("Skills (%)", compute='_compute_percent')
    reasons = fields.Json("Reasons in Detail", readonly=True)
    reasons_text = fields.Text("Reasons", readonly=True)
    explanation = fields.Html(compute='_compute_explanation', sanitize=False)
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, readonly=True)

    _open_uniq = models.UniqueIndex(
        "(demand_id, candidate_id) WHERE state = 'planned'", "This candidate is selected for this demand already."
    )

    @api.depends('score')
    def _compute_percent(self):
        for proposal in self:
            proposal.percent = proposal.score // 10

    @api.depends('reasons')
    def _compute_explanation(self):
        for proposal in self:
            proposal.explanation = (
                self.env['ir.qweb']._render('maßarbeit_outreach.outreach_match_explanation', proposal.reasons)
                if proposal.reasons
                else False
            )

    @api.model
    def _propose(self, explained):
        """Proposals for ``{(demand id, candidate id): explanation}``; those that are open already stay as they are."""
        pairs = list(explained)
        existing = self.search(
            [
                ('state', '=', 'planned'),
                ('demand_id', 'in', [demand for demand, __ in pairs]),
                ('candidate_id', 'in', [candidate for __, candidate in pairs]),
            ]
        )
        found = {(proposal.demand_id.id, proposal.candidate_id.id): proposal for proposal in existing}
        demands = {demand.id: demand for demand in self.env['outreach.demand'].browse({demand for demand, __ in pairs})}
        created = self.sudo().create(
            [
                {
                    'demand_id': demand,
                    'candidate_id': candidate,
                    'fit': reasons['fit'],
                    'score': reasons['score'],
                    'reasons': reasons,
                    'reasons_text': '\n'.join(reasons['reasons']),
                    'company_id': demands[demand].company_id.id,
                }
                for (demand, candidate), reasons in explained.items()
                if (demand, candidate) not in found
            ]
        )
        created.candidate_id.filtered(lambda candidate: candidate.status == 'available').status = 'proposed'
        return self.browse([proposal.id for pair, proposal in found.items() if pair in explained] + created.ids)

    def action_withdraw(self):
        """Undo: the candidate is free again unless there is another proposal."""
        if not self.env.user.has_group(JOB_CENTRE):
            raise AccessError(self.env._("Only the job centre withdraws proposals."))
        self.check_access('read')
        planned = self.filtered(lambda proposal: proposal.state == 'planned').sudo()
        planned.write({'state': 'withdrawn', 'withdrawn_on': fields.Datetime.now(), 'withdrawn_by_id': self.env.uid})
        candidates = planned.candidate_id.filtered(lambda candidate: candidate.status == 'proposed')
        busy = self.sudo().search([('candidate_id', 'in', candidates.ids), ('state', '=', 'planned')]).candidate_id
        (candidates - busy).status = 'available'
