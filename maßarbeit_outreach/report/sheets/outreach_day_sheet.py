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
        return [
            {
                'organisation': day.company_id.name,
                'name': day.name,
                'date': format_date(self.env, day.date, date_format='full'),
                'team': ', '.join(day.user_ids.mapped('name')),
                'start': day.start_municipality_id.name,
                'stops': [
                    self._prepare_stop(day, visit, contacts[visit], promises[visit.partner_id]) for visit in list(day._get_stops())
                ],  # a list is read at once
            }
            for day in docs
        ]

    def _prepare_stop(self, day, visit, persons, promises):
        company, today, sides = visit.partner_id, fields.Date.context_today(self), self._get_sides()
        lines = [
            (self.env._("Address"), visit.location or ', '.join(self._format_address(company))),
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
            'lines': [line for line in lines if line[1]],
            'promises': self._section(
                self.env._("Open promises"),
                (16, 34, 114),
                [[sides[promise.side], self._format_until(promise, today), promise.name] for promise in promises],
                4,
                wrap=True,
            ),
        }
