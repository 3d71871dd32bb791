from odoo import api, models


class OutreachMunicipality(models.Model):
    """Candidates per open position on the county map."""

    _inherit = 'outreach.municipality'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def get_county_supply(self):
        """`{'exact': bool, 'candidates': {id of a municipality: number}}`: live for those who may see candidates, else
        today's published figures, without the municipalities that are not shown. That is one question.

        Not read-only: the question is noted.
        """
        if self.env['outreach.supply'].has_access('read'):
            groups = self.env['outreach.supply']._read_group([('candidates', '>', 0)], ['municipality_id'], ['candidates:sum'])
            return {'exact': True, 'candidates': {place.id: count for place, count in groups}}
        self.env['outreach.figure']._ask(breakdown='municipality')
        figures = self.env['outreach.figure'].search([
            ('breakdown', '=', 'municipality'), ('is_shown', '=', True), ('is_asked', '=', True)])
        return {'exact': False, 'candidates': {figure.municipality_id.id: figure.candidates for figure in figures}}
