from odoo import models
from odoo.fields import Domain

from ..company.outreach_dossier import Source


class OutreachDossier(models.AbstractModel):
    """Who took up work, for those who may read it; who it is stands nowhere."""

    _inherit = 'outreach.dossier'

    def _get_timeline_sources(self, company):
        ours = Domain('partner_id', '=', company.id)
        return [
            *super()._get_timeline_sources(company),
            Source('placement', self.env._("Placements"), 'fa-user-plus', 'outreach.placement', ours, 'date_start'),
        ]

    def _get_timeline_rows(self, kind, records):
        if kind != 'placement':
            return super()._get_timeline_rows(kind, records)
        return {
            placement.id: {
                'title': self.env._("Somebody started work"),
                'text': self._join(
                    placement.demand_id.name,
                    placement.date_end and self.env._("left on %(day)s", day=self._say_long_day(placement.date_end)),
                ),
            }
            for placement in records
        }
