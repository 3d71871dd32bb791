from odoo import fields, models
from odoo.fields import Domain

from ..base.groups import OUTREACH
from ..base.visible_fields import VisibleOne2many


class ResPartner(models.Model):
    """The stands of a company at job fairs."""

    _inherit = 'res.partner'

    outreach_stand_ids = VisibleOne2many(
        'event.booth', 'partner_id', "Fair Stands", domain=[('participation_state', '!=', False)], groups=OUTREACH
    )
    outreach_stand_count = fields.Integer("Stand Count", compute='_compute_outreach_counts', groups=OUTREACH)

    def _get_outreach_counters(self):
        return super()._get_outreach_counters() | {
            'outreach_stand_count': (
                'event.booth',
                Domain('partner_id', 'in', self.ids) & Domain('participation_state', '!=', False),
                '__count',
            )
        }

    def action_view_outreach_stands(self):
        return self._action_open_outreach_counter('outreach_stand_count', 'maßarbeit_outreach.event_booth_stand_action')
