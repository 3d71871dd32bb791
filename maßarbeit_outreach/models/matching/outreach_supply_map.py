from collections import defaultdict

from odoo import api, models


class OutreachMunicipality(models.Model):
    """Candidates per open position on the county map, and what published figures are asked for."""

    _inherit = 'outreach.municipality'

    @api.model
    def get_county_supply(self):
        """`{'exact': bool, 'candidates': {id of a municipality: number}}`: live for those who may see candidates, else
        today's published figures, without the municipalities that are not shown. That is one question.

        Not read-only: the question is noted.
        """
        if self.env['outreach.supply'].has_access('read'):
            successors, candidates = self._get_successors(), defaultdict(int)
            for place, count in self.env['outreach.supply']._read_group([('candidates', '>', 0)], ['municipality_id'], ['candidates:sum']):
                candidates[successors.get(place.id, place.id)] += count
            return {'exact': True, 'candidates': candidates}
        self.env['outreach.figure']._ask(breakdown='municipality')
        figures = self.env['outreach.figure'].search([('breakdown', '=', 'municipality'), ('is_shown', '=', True), ('is_asked', '=', True)])
        return {'exact': False, 'candidates': {figure.municipality_id.id: figure.candidates for figure in figures}}

    @api.model
    def _get_published_places(self, ids):
        """What the table is asked for these: what they are part of today, with all that merged into it, as it names them."""
        successors = self._get_successors()
        today = self.browse(successors.get(number, number) for number in ids)
        return frozenset(map(str, today._with_predecessors().ids))
