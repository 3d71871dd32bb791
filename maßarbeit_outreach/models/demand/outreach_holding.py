from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class OutreachHolding(models.Model):
    _inherit = 'outreach.holding'

    @api.model
    def _get_kinds(self):
        kinds = [
            self._make_kind(
                'demand', _lt("Demands"), 'outreach.demand', domain=self.env['outreach.demand']._get_open_domain(), place='municipality_id'
            ),
            self._make_kind(
                'measure',
                _lt("Joint measures"),
                'outreach.measure',
                domain=Domain('stage', 'in', self.env['outreach.measure'].OPEN_STAGES),
                place='municipality_ids',
            ),
        ]
        return super()._get_kinds() + [kind for kind in kinds if kind]
