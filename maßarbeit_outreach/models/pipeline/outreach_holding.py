from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class OutreachHolding(models.Model):
    _inherit = 'outreach.holding'

    @api.model
    def _get_kinds(self):
        lead = self._make_kind(
            'lead',
            _lt("Leads"),
            'crm.lead',
            domain=Domain('team_id.is_outreach', '=', True) & Domain('won_status', '=', 'pending'),
            place='outreach_municipality_id',
        )
        return super()._get_kinds() + ([lead] if lead else [])
