from odoo import models
from odoo.fields import Domain

from ..company.outreach_dossier import Source


class OutreachDossier(models.AbstractModel):
    """Stands at job fairs."""

    _inherit = 'outreach.dossier'

    def _get_timeline_sources(self, company):
        stands = Domain('partner_id', '=', company.id) & Domain('participation_state', '!=', False)
        return [
            *super()._get_timeline_sources(company),
            Source('stand', self.env._("Job Fairs"), 'fa-flag-o', 'event.booth', stands, 'fair_date'),
        ]

    def _get_timeline_rows(self, kind, records):
        if kind != 'stand':
            return super()._get_timeline_rows(kind, records)
        states = dict(records._fields['participation_state']._description_selection(self.env))
        return {
            stand.id: {
                'title': self.env._("Stand at the job fair %(fair)s", fair=stand.event_id.name),
                'text': self._join(states.get(stand.participation_state), stand.name),
                'muted': stand.participation_state == 'cancelled',
            }
            for stand in records
        }
