"""The same need told twice: open demands of one company that look alike are pointed out, and can become one."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import demand_rule


class OutreachDemand(models.Model):
    """
    SPECIFICATION
     * Two open demands of one company look alike when they name the same occupation, occupations of one KldB group, or
       similar titles (`tools/demand_rule.py`).
     * Nothing is forbidden: the officer sees the other demand, and with one click raises its positions instead.
     * Raising is safe when two do it at once: both change the same row, so the server repeats the later one, which
       then sees what the earlier one did.
     * Employers in the portal are told nothing of it.
    """

    _inherit = 'outreach.demand'  # pylint: disable=consider-merging-classes-inherited

    closed_reason = fields.Selection(selection_add=[('duplicate', "Entered twice"), ('blocked',)])
    duplicates = fields.Json("Looks Like", compute='_compute_duplicates')

    @api.depends('partner_id', 'occupation_id', 'name', 'stage', 'active', 'company_id')
    def _compute_duplicates(self):
        stages = dict(self._fields['stage']._description_selection(self.env))
        for demand, found in self._get_duplicates().items():
            demand.duplicates = [{
                'id': other.id,
                'name': other.name,
                'occupation': other.occupation_id.display_name or '',
                'positions': other.positions,
                'positions_open': other.positions_open,
                'stage': stages[other.stage],
            } for other in found]

    def _get_duplicates(self):
        """`{demand: open demands that look like it}`, the surest first. Queries do not depend on how many demands."""
        candidates = self.env['outreach.demand']
        open_ones = self.filtered(lambda demand: demand.active and demand.stage in self.OPEN_STAGES)
        if open_ones.partner_id:
            candidates = candidates.search(
                self._get_open_domain() & Domain('partner_id', 'in', open_ones.partner_id._origin.ids))
        by_company = candidates.grouped(lambda demand: (demand.partner_id, demand.company_id))
        found = dict.fromkeys(self, self.browse())
        for demand in open_ones:
            others = by_company.get((demand.partner_id._origin, demand.company_id._origin), candidates) - demand._origin
            ranks = {other: demand._get_likeness(other) for other in others}
            found[demand] = others.filtered(ranks.get).sorted(ranks.get, reverse=True)
        return found

    def _get_likeness(self, other):
        """3: the same occupation, 2: similar titles, 1: the same occupational group, 0: another need."""
        mine, theirs = self.occupation_id._origin, other.occupation_id
        if mine and mine == theirs:
            return 3
        if demand_rule.is_similar(self.name or '', other.name):
            return 2
        return int(bool(mine.kldb_group_id) and mine.kldb_group_id == theirs.kldb_group_id)

    def action_raise(self, positions, words='', instead_of_id=False):
        """Raise the positions of this open demand, instead of having a second one for the same need.

        :param int positions: how many more
        :param str words: what the employer said, kept in the chatter
        :param int instead_of_id: the demand that is closed for it, when it was saved already; its open positions count
        """
        self.ensure_one()
        if self.stage not in self.OPEN_STAGES or not self.active:
            raise UserError(self.env._("“%(demand)s” is not open any more, so enter a demand of its own.", demand=self.name))
        other = self.browse(instead_of_id)
        if other:
            if other == self or other.partner_id != self.partner_id:
                raise UserError(self.env._("Only another demand of the same company can be counted here."))
            if other.stage not in self.OPEN_STAGES or not other.active:
                raise UserError(self.env._("“%(demand)s” was closed meanwhile; nothing was changed.", demand=other.name))
            positions, words = other.positions_open, other.name
            other.write({'stage': 'closed', 'closed_reason': 'duplicate'})
            other.message_post(body=self.env._(
                "Counted in the demand “%(demand)s”, which was raised by %(count)s.", demand=self.name, count=positions))
        if not isinstance(positions, int) or not 1 <= positions <= self.PORTAL_MAX_POSITIONS:
            raise UserError(self.env._(
                "The number of positions must be from 1 to %(most)s.", most=self.PORTAL_MAX_POSITIONS))
        self.positions += positions
        self.message_post(body=self.env._(
            "Raised by %(count)s: the employer also asked for “%(words)s”.", count=positions, words=words or self.name))
        return self.positions
