from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class OutreachHolding(models.Model):
    _inherit = 'outreach.holding'

    @api.model
    def _get_kinds(self):
        live = Domain('status', 'not in', ('placed', 'left'))
        kinds = [
            self._make_kind('pool', _lt("Pools"), 'outreach.pool', place='municipality_ids'),
            self._make_kind('candidate', _lt("Candidates"), 'outreach.candidate', domain=live, place='municipality_id'),
            self._make_kind(
                'advised', _lt("Candidates (advice)"), 'outreach.candidate', person='adviser_id', domain=live, place='municipality_id'
            ),
            self._make_kind(
                'barrier',
                _lt("Barriers"),
                'outreach.barrier',
                domain=self.env['outreach.barrier']._get_open_domain(),
                place='candidate_id.municipality_id',
            ),
        ]
        return super()._get_kinds() + [kind for kind in kinds if kind]

    @api.model
    def _get_to_do_domain(self):
        """Those of barriers follow them."""
        return super()._get_to_do_domain() & ~(Domain('res_model', '=', 'outreach.barrier') & Domain('automated', '=', True))
