from collections import defaultdict

from odoo import api, models

# Inhabitants: in a smaller municipality ten jobseekers are hard to believe, and below ten known to be wrong.
HAMLET_BELOW = 100


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
    def _get_published_places(self, ids, joined):
        """What a table is asked for these: what they are told with, and all that is told with it.

        :param joined: see `_get_joined` of `outreach.figure.table`
        """
        today = {joined.get(number, number) for number in ids}
        return frozenset(map(str, today | {place for place, whole in joined.items() if whole in today}))

    @api.model
    def _get_hamlets(self):
        """`{municipality: the one with which it is told}` for those with few inhabitants: the largest of the association, else of the
        county. Ten people told in a place of nine would be known to be less."""
        places = self.sudo().search_fetch([], ['population', 'association', 'ags']).sorted(lambda place: (-place.population, place.id))
        largest = {}
        for place in places.filtered(lambda place: place.population >= HAMLET_BELOW):
            county = (place.ags or '')[:5]
            for key in ((county, place.association), county):
                largest.setdefault(key, place.id)
        hamlets = {}
        for place in places.filtered(lambda place: 0 < place.population < HAMLET_BELOW):  # 0: not known
            county = (place.ags or '')[:5]
            if whole := (place.association and largest.get((county, place.association))) or largest.get(county):
                hamlets[place.id] = whole
        return hamlets
