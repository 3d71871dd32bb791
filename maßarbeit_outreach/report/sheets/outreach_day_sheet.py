from odoo import fields, models
from odoo.tools import format_date


class OutreachDaySheet(models.AbstractModel):
    """The stops of a trip in their order, with room for notes."""

    _name = 'report.outreach.day.sheet'
    _inherit = ['report.outreach.sheet']
    _description = "Day sheet of a trip"
    _sheet_model = 'outreach.visit.day'

    def _prepare_sheets(self, docs):
        promises = self._group('outreach.promise', docs.visit_ids.partner_id, self.env['outreach.promise']._get_open_domain())
        contacts = self._get_contacts(docs.visit_ids)
        demands = self._group('outreach.demand', docs.visit_ids.partner_id, self.env['outreach.demand']._get_open_domain(), 'date, id')
        reasons = self._get_reasons(docs.visit_ids.partner_id)
        return [
            {
                'organisation': day.company_id.name,
                'name': day.name,
                'date': format_date(self.env, day.date, date_format='full'),
                'team': ', '.join(day.user_ids.mapped('name')),
                'start': day.start_municipality_id.name,
                'stops': [
                    self._prepare_stop(
                        day, visit, contacts[visit], reasons.get(visit.partner_id.id), demands[visit.partner_id], promises[visit.partner_id]
                    )
                    for visit in list(day._get_stops())
                ],  # a list is read at once
            }
            for day in docs
        ]

    def _get_reasons(self, companies):
        """`{company id: why it is due}`, as the worklist says it; nothing of companies that are not."""
        return {due.id: due.reason for due in self.env['outreach.due'].search([('partner_id', 'in', companies.ids)])}

    def _prepare_stop(self, day, visit, persons, reason, demands, promises):
        company, today, sides = visit.partner_id, fields.Date.context_today(self), self._get_sides()
        lines = [
            (self.env._("Address"), self._format_place(visit)),
            (self.env._("Phone"), company.phone),
            *((self.env._("Contact"), ' · '.join(filter(None, [person.name, person.function, person.phone]))) for person in persons[:2]),
            (self.env._("Team"), ', '.join(self._format_team(visit))),
            (self.env._("Topics"), ', '.join(visit.topic_ids.mapped('name'))),
        ]
        return {
            'travel': day._get_travel_text(visit),
            'hours': self._format_hours(visit),
            'name': company.name,
            'kind': visit.kind_id.name,
            'reason': reason,
            'lines': [line for line in lines if line[1]],
            'demands': self._section(
                self.env._("Open demands"),
                (88, 28, 24, 24),
                [
                    [
                        demand.name,
                        self._get_label(demand, 'stage'),
                        self.env._("%(count)s open", count=demand.positions_open),
                        self.env._("from %(date)s", date=self._format_date(demand.start_date)) if demand.start_date else '',
                    ]
                    for demand in demands
                ],
                4,
                self.env._("No open demand is known."),
            ),
            'promises': self._section(
                self.env._("Open promises"),
                (16, 34, 114),
                [[sides[promise.side], self._format_until(promise, today), promise.name] for promise in promises],
                4,
                wrap=True,
            ),
        }
