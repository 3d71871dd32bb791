from odoo import api, fields, models
from odoo.fields import Domain

from ..base.groups import OUTREACH
from ..base.visible_fields import VisibleOne2many


class ResPartner(models.Model):
    """What a company looks for."""

    _inherit = 'res.partner'

    outreach_demand_ids = VisibleOne2many('outreach.demand', 'partner_id', "Demands", groups=OUTREACH)
    outreach_former_demand_ids = VisibleOne2many(
        'outreach.demand', 'partner_id', "Former Demands", domain=[('is_open', '=', False)], groups=OUTREACH
    )
    outreach_demand_count = fields.Integer("Demand Count", compute='_compute_outreach_counts', groups=OUTREACH)
    outreach_open_positions = fields.Integer("Open Positions", compute='_compute_outreach_counts', groups=OUTREACH)

    def _get_outreach_counters(self):
        """Demands count while they are open."""
        mine = Domain('partner_id', 'in', self.ids) & self.env['outreach.demand']._get_open_domain()
        return super()._get_outreach_counters() | {
            'outreach_demand_count': ('outreach.demand', mine, '__count'),
            'outreach_open_positions': ('outreach.demand', mine, 'positions_open:sum'),
        }

    @api.model
    def _get_outreach_interest_sources(self):
        return [
            *super()._get_outreach_interest_sources(),
            ('outreach.demand', self.env['outreach.demand']._get_open_domain(), 'agency_id', 'user_id'),
        ]

    def action_view_outreach_demands(self):
        return self._action_open_outreach_counter('outreach_demand_count', 'maßarbeit_outreach.outreach_demand_action')

    def action_view_outreach_open_positions(self):
        return self._action_open_outreach_counter('outreach_open_positions', 'maßarbeit_outreach.outreach_demand_action')

    def action_quick_outreach_demand(self):
        """Log a demand of this company."""
        self.ensure_one()
        return self.env['outreach.demand'].with_context(default_partner_id=self.commercial_partner_id.id).action_quick()
