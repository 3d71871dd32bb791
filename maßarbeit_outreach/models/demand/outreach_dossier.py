from odoo import models
from odoo.fields import Domain

from ..company.outreach_dossier import Source

ROWS = 3


class OutreachDossier(models.AbstractModel):
    """Demands, and whether the company is in the list of who is due."""

    _inherit = 'outreach.dossier'

    def _get_notices(self, company):
        notices = []
        if company.outreach_dismissal_id:
            button = self._get_button(self.env._("Bring Back"), company, 'action_undo_outreach_dismissal')
            notices.append(
                self._get_notice(
                    'dismissed',
                    'warning',
                    self.env._("Put aside:"),
                    company.outreach_dismissal_text,
                    [button] if self._is_officer() else [],
                )
            )
        if company.outreach_no_employer:
            button = self._get_button(self.env._("Is an Employer"), company, 'action_confirm_outreach_employer')
            notices.append(
                self._get_notice('no_employer', 'warning', '', company.outreach_no_employer_text, [button] if self._is_officer() else [])
            )
        return [*notices, *super()._get_notices(company)]

    def _get_sections(self, company):
        Demand = self.env['outreach.demand']
        sections = super()._get_sections(company)
        if not Demand.has_access('read'):
            return sections
        domain = Domain('partner_id', '=', company.id) & Demand._get_open_domain()
        demands = Demand.search(domain, order='date desc, id desc', limit=ROWS)
        ((count, positions),) = Demand._read_group(domain, [], ['__count', 'positions_open:sum'])
        return [
            *sections,
            {
                'key': 'demands',
                'title': self.env._("Open Demands"),
                'note': self._say_positions(positions) if count else '',
                'empty': self.env._("No demand is open."),
                'list': count and {'label': self.env._("All %(count)s", count=count), 'method': 'action_view_outreach_demands'},
                'rows': [
                    {
                        'key': f'demand,{demand.id}',
                        'model': demand._name,
                        'id': demand.id,
                        'title': demand.name,
                        'badge': self._say_stage(demand),
                        'late': '',
                        'text': self._join(
                            self._say_positions(demand.positions_open),
                            demand.start_date and self.env._("from %(day)s on", day=self._say_short_day(demand.start_date)),
                            demand.occupation_id.name,
                        ),
                        'buttons': [],
                    }
                    for demand in demands
                ],
            },
        ]

    def _say_positions(self, positions):
        return self.env._("1 position") if positions == 1 else self.env._("%(count)s positions", count=positions or 0)

    def _say_stage(self, demand):
        return dict(demand._fields['stage']._description_selection(self.env)).get(demand.stage, '')

    def _get_timeline_sources(self, company):
        return [
            *super()._get_timeline_sources(company),
            Source('demand', self.env._("Demands"), 'fa-bullhorn', 'outreach.demand', Domain('partner_id', '=', company.id), 'date'),
        ]

    def _get_timeline_rows(self, kind, records):
        if kind != 'demand':
            return super()._get_timeline_rows(kind, records)
        sources = dict(records._fields['source']._description_selection(self.env))
        return {
            demand.id: {
                'title': self.env._("Demand: %(name)s", name=demand.name),
                'text': self._join(
                    self._say_positions(demand.positions),
                    self._say_stage(demand),
                    demand.agency_id.sudo().name if demand.source == 'officer' else sources.get(demand.source),
                    demand.user_id.sudo().name,
                ),
            }
            for demand in records
        }
