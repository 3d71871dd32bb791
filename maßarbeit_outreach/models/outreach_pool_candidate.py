from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL


class OutreachCandidate(models.Model):
    """The pools of a candidate, and the buttons that add it to one and take it out."""

    _inherit = 'outreach.candidate'  # pylint: disable=consider-merging-classes-inherited

    member_pool_ids = fields.Many2many(
        'outreach.pool', 'outreach_pool_member_rel', 'candidate_id', 'pool_id', "Added by Hand to", copy=False)
    excluded_pool_ids = fields.Many2many(
        'outreach.pool', 'outreach_pool_excluded_rel', 'candidate_id', 'pool_id', "Taken by Hand out of", copy=False)
    pool_ids = fields.Many2many('outreach.pool', string="Pools", compute='_compute_pool_ids', search='_search_pool_ids')
    is_in_pool = fields.Boolean("In the Pool", compute='_compute_is_in_pool')

    @api.depends('member_pool_ids', 'excluded_pool_ids', 'status')
    def _compute_pool_ids(self):
        """One query, whatever the number of candidates and pools."""
        found = {}
        pools = self.env['outreach.pool'].search([('is_hand_counted', '=', False)])
        if self.ids and pools:
            query = pools._get_member_queries(SQL.identifier(self._table, 'id'))
            rows = self.env.execute_query(SQL(
                "SELECT id, array_agg(pool_id) FROM (%s) AS member (pool_id, id) WHERE id IN %s GROUP BY id",
                query, tuple(self.ids)))
            found = dict(rows)
        for candidate in self:
            candidate.pool_ids = pools.browse(found.get(candidate._origin.id, ()))

    def _search_pool_ids(self, operator, value):
        if operator != 'in':
            return NotImplemented
        ids = [pool for pool in value if pool]
        domain = Domain.OR(pool._get_candidate_domain() for pool in self.env['outreach.pool'].browse(ids))
        if len(ids) < len(value):  # in no pool
            domain |= ~Domain.OR(pool._get_candidate_domain() for pool in self.env['outreach.pool'].search([]))
        return domain

    @api.depends('pool_ids')
    @api.depends_context('outreach_pool')
    def _compute_is_in_pool(self):
        pool = self.env['outreach.pool'].browse(self.env.context.get('outreach_pool'))
        members = self.filtered('id').search([('id', 'in', self.ids), ('pool_ids', 'in', pool.ids)]) if pool else self.browse()
        for candidate in self:
            candidate.is_in_pool = candidate._origin in members

    def _get_context_pool(self):
        pool = self.env['outreach.pool'].browse(self.env.context.get('outreach_pool')).exists()
        if not pool:
            raise UserError(self.env._("Open the candidates from a pool: then it is clear which one is meant."))
        pool.check_access('write')
        return pool

    def action_add_to_pool(self):
        """Add these candidates to the pool from which the list was opened."""
        pool = self._get_context_pool()
        pool.excluded_ids -= self
        fitting = self.search([('id', 'in', self.ids), ('pool_ids', 'in', pool.ids)])
        pool.member_ids = [Command.link(candidate.id) for candidate in self - fitting]

    def action_remove_from_pool(self):
        """Take these candidates out of the pool from which the list was opened; whom the rule finds stays out by hand."""
        pool = self._get_context_pool()
        pool.member_ids -= self
        fitting = self.search([('id', 'in', self.ids), ('pool_ids', 'in', pool.ids)])
        pool.excluded_ids = [Command.link(candidate.id) for candidate in fitting]
