import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class OutreachMunicipality(models.Model):
    """The county map: what happened in each municipality, and the lists behind the numbers."""

    _inherit = 'outreach.municipality'

    @api.model
    def _get_map_periods(self):
        return {
            '12_months': self.env._("Last 12 months"),
            'this_year': self.env._("This year"),
            'last_year': self.env._("Last year"),
            'all': self.env._("All years"),
        }

    @api.model
    def _get_map_period_domain(self, period):
        """Visits of a period, by days of the user's time zone."""
        today = fields.Date.context_today(self)
        if period == 'all':
            return Domain.TRUE
        if period == '12_months':
            return Domain('start', '>=', self._to_utc(today - relativedelta(months=12)))
        year = today.year - (period == 'last_year')
        return Domain('start', '>=', self._to_utc(today.replace(year=year, month=1, day=1))) & Domain(
            'start', '<', self._to_utc(today.replace(year=year + 1, month=1, day=1))
        )

    @api.model
    def _to_utc(self, day):
        """The beginning of that day for the user, as it is stored."""
        return self.env.tz.localize(fields.Datetime.to_datetime(day)).astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_map_counters(self, period):
        """Each number of the map once, as `{measure: (model, domain, field of the municipality, aggregates, action)}`:
        it feeds the number and the list behind it, so that the two cannot disagree."""
        if period not in self._get_map_periods():
            raise UserError(self.env._("There is no such period. Please choose one from the list."))
        done = Domain('stage', '=', 'done') & Domain('kind_id.is_visit', '=', True) & self._get_map_period_domain(period)
        count = ['__count']
        return {
            'visits': ('outreach.visit', done, 'municipality_id', count, 'outreach_visit_action'),
            'joint': ('outreach.visit', done & Domain('is_joint', '=', True), 'municipality_id', count, 'outreach_visit_action'),
            'demands': (
                'outreach.demand',
                self.env['outreach.demand']._get_open_domain(),
                'municipality_id',
                ['__count', 'positions_open:sum'],
                'outreach_demand_action',
            ),
            'due': ('outreach.due', self.env['outreach.due']._get_to_do_domain(), 'municipality_id', count, 'outreach_due_action'),
            'companies': (
                'res.partner',
                Domain('outreach_company', '=', True) & Domain('is_company', '=', True),
                'outreach_municipality_id',
                count,
                'res_partner_action',
            ),
        }

    @api.model
    @api.readonly
    def get_county_map(self, period):
        """What the map draws, for those who may read visits: `periods` as pairs of key and label, and `places`, one dict
        of numbers for each municipality by name.

        The last place has no id: what is outside the county or not assigned, so that the sums are those of the lists.
        What took place in a municipality that merged into another counts there. Latitude and longitude are 0 where they
        are not known. One query for each measure, whatever the number of municipalities.
        """
        successors = self._get_successors()
        places = {
            place.id: {'id': place.id, 'name': place.name, 'latitude': place.latitude, 'longitude': place.longitude}
            for place in self.search([])
        }
        places[False] = {'id': False, 'name': self.env._("Elsewhere or not assigned"), 'latitude': 0, 'longitude': 0}
        for place in places.values():
            place.update(visits=0, joint=0, demands=0, positions=0, due=0, companies=0)
        for measure, (model, domain, fname, aggregates, __) in self._get_map_counters(period).items():
            Model = self.env[model]
            if model == 'outreach.visit':
                Model, told = Model._over_circle()
                domain &= told
            for municipality, count, *positions in Model._read_group(domain, [fname], aggregates):
                # archived ones are not drawn
                place = places.get(successors.get(municipality.id, municipality.id)) or places[False]
                place[measure] += count
                place['positions'] += sum(positions)
        return {'periods': list(self._get_map_periods().items()), 'places': list(places.values())}

    @api.model
    def get_county_map_action(self, measure, period, municipality_id=None):
        """The list behind a number of the map; `municipality_id` is an id, False for elsewhere, None for the sum."""
        counters = self._get_map_counters(period)
        if measure not in counters:
            raise UserError(self.env._("There is no such number on the map."))
        __, domain, fname, __, xmlid = counters[measure]
        name = self._get_map_measure_names()[measure]
        if municipality_id:
            place = self.browse(municipality_id)
            domain &= Domain(fname, 'in', place._with_predecessors().ids)
            name = f"{place.name}: {name}"
        elif municipality_id is False:
            domain &= Domain(fname, 'not in', self.search([])._with_predecessors().ids)
        action = self.env['ir.actions.act_window']._for_xml_id(f'maßarbeit_outreach.{xmlid}')
        # the list first, and without the filters that the action begins with
        return action | {
            'name': name,
            'domain': list(domain),
            'context': {},
            'views': sorted(action['views'], key=lambda view: view[1] != 'list'),
        }

    @api.model
    def _get_map_measure_names(self):
        return {
            'visits': self.env._("Visits"),
            'joint': self.env._("Joint Visits"),
            'demands': self.env._("Open Demands"),
            'due': self.env._("Companies Due"),
            'companies': self.env._("Companies"),
        }
