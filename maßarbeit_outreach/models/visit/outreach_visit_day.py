from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ...tools.visit import visit_day
from ..base.visible_fields import VisibleOne2many


class OutreachVisitDay(models.Model):
    """Several companies in one trip.

    SPECIFICATION
     * The stops are the visits of the day that are not cancelled, in the order of `day_sequence`. Distances are
       estimated between the centroids of municipalities: see `tools/visit/visit_day.py`.
     * "Suggest Order" looks for the shortest round trip from the start municipality, "Set Times" keeps the order.
       Both give the planned visits times one after the other; visits that are confirmed or done keep theirs.
     * A visit whose appointment was moved to another date stays on the day, with a hint, until somebody decides.
    """

    _name = 'outreach.visit.day'
    _inherit = ['outreach.conflict.mixin', 'outreach.staff.mixin']
    _description = "Visit Day"
    _order = 'date desc, id desc'
    _check_company_auto = True

    name = fields.Char(required=True, default=lambda self: self.env._("Visit day of %(name)s", name=self.env.user.name))
    date = fields.Date(required=True, index=True, default=fields.Date.context_today)
    user_ids = fields.Many2many(
        'res.users',
        'outreach_visit_day_user_rel',
        'day_id',
        'user_id',
        string="Team",
        domain="[('outreach_agency_ids', '!=', False)]",
        default=lambda self: self.env.user,
    )
    start_municipality_id = fields.Many2one(
        'outreach.municipality',
        "Start From",
        ondelete='restrict',
        default=lambda self: self._default_start_municipality_id(),
        help="The trip starts and ends here. Without it, it starts at the first company and ends at the last one.",
    )
    visit_ids = VisibleOne2many('outreach.visit', 'day_id', "Visits")
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    # times, in hours of the day
    start_time = fields.Float("First Visit At", default=9.0, aggregator=None)
    break_time = fields.Float("Break From", default=12.0, aggregator=None)
    break_minutes = fields.Integer("Break in Minutes", default=30, aggregator=None, help="0: no break")

    # the trip as it is planned now
    visit_count = fields.Integer("Stops", compute='_compute_trip')
    km = fields.Integer("Kilometres", compute='_compute_trip', help="Estimated between the centres of municipalities")
    travel_minutes = fields.Integer("Minutes on the Road", compute='_compute_trip')
    hint = fields.Text(compute='_compute_hint')
    day_off = fields.Text(compute='_compute_day_off')

    _hours_check = models.Constraint(
        'CHECK(start_time >= 0 AND start_time < 24 AND break_time >= 0 AND break_time < 24)',
        "An hour of the day is between 0:00 and 23:59.",
    )
    _break_check = models.Constraint('CHECK(break_minutes >= 0)', "The length of a break cannot be negative.")

    @api.model
    def _default_start_municipality_id(self):
        """Where this person started last time, else where their agency is."""
        last = self.search([('user_ids', 'in', self.env.uid), ('start_municipality_id', '!=', False)], limit=1)
        agency = self.env.user._get_outreach_agency()
        return last.start_municipality_id or agency.municipality_id or agency.partner_id.outreach_municipality_id

    @api.depends('name', 'date')
    @api.depends_context('lang')
    def _compute_display_name(self):
        for day in self:
            day.display_name = ', '.join(filter(None, [day.date and format_date(self.env, day.date), day.name]))

    @api.depends('start_municipality_id', 'visit_ids.municipality_id', 'visit_ids.day_sequence', 'visit_ids.stage')
    def _compute_trip(self):
        for day in self:
            visits = day._get_stops()
            legs = visit_day.legs(day._get_start(), [visit._get_place() for visit in visits])
            driven = legs if day.start_municipality_id else legs[1:-1]
            day.visit_count = len(visits)
            day.km = round(sum(legs))
            day.travel_minutes = sum(map(visit_day.travel_minutes, driven))

    @api.depends('date', 'visit_ids.start', 'visit_ids.stage')
    @api.depends_context('tz', 'lang')
    def _compute_hint(self):
        for day in self:
            moved = day._get_moved_visits()
            day.hint = (
                '\n'.join(
                    self.env._(
                        "%(company)s is now on %(when)s.",
                        company=visit.partner_id.name,
                        when=format_datetime(self.env, visit.start, dt_format='short'),
                    )
                    for visit in moved
                )
                or False
            )

    @api.depends('date', 'user_ids')
    @api.depends_context('tz', 'lang', 'allowed_company_ids')
    def _compute_day_off(self):
        """Of days to come; a constant number of queries."""
        self.day_off = False
        coming = self.filtered(lambda day: day.date and day.date >= fields.Date.context_today(day))
        if not coming:
            return
        Visit = self.env['outreach.visit']
        first, last = min(coming.mapped('date')), max(coming.mapped('date'))
        working = Visit._get_working_days(first, last)
        busy = Visit._get_busy_by_user(coming.user_ids._origin, Visit._to_utc(first), Visit._to_utc(last + timedelta(days=1)))
        for day in coming:
            begin, end = day._to_utc(7), day._to_utc(18)
            lines = []
            if day.date not in working:
                lines.append(self.env._("%(date)s is not a working day.", date=format_date(self.env, day.date)))
            if away := [user.name for user in day.user_ids._origin if any(start <= begin and end <= stop for start, stop in busy[user])]:
                lines.append(self.env._("%(names)s: away all day.", names=', '.join(away)))
            day.day_off = '\n'.join(lines) or False

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_suggest_order(self):
        """Put the stops into the order of the shortest trip, set times, and say what that saves."""
        self.ensure_one()
        visits = self._get_stops()
        order = visit_day.suggest_order(self._get_start(), [visit._get_place() for visit in visits])
        return self._set_times(visits.browse([visits[number].id for number in order]))

    def action_set_times(self):
        """Keep the order of the stops, and set times for it."""
        self.ensure_one()
        return self._set_times(self._get_stops())

    def action_collect_visits(self):
        """Take the visits of the team on that date that are on no visit day yet."""
        self.ensure_one()
        visits = self.env['outreach.visit'].search(
            Domain([('user_ids', 'in', self.user_ids.ids), ('day_id', '=', False), ('kind_id.is_visit', '=', True), ('is_open', '=', True)])
            & self._get_date_domain(),
            order='start, id',
        )
        visits.day_id = self
        return self._notify(
            self.env._("%(count)s visits were put on this day.", count=len(visits))
            if visits
            else self.env._("The team has no other visit on that date."),
            'success' if visits else 'info',
        )

    def action_release_moved(self):
        """Take visits that were moved to another date off this day."""
        self._get_moved_visits().day_id = False

    def action_plan(self):
        """Plan visits to more companies on this day."""
        self.ensure_one()
        last = self._get_stops()[-1:]
        return (
            self.env['outreach.visit.plan']
            .with_context(
                default_day_id=self.id, default_start=last.stop or self._to_utc(self.start_time), default_user_ids=self.user_ids.ids
            )
            ._open()
        )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _get_stops(self):
        stops = self.visit_ids.filtered(lambda visit: visit.stage != 'cancelled').sorted(
            lambda visit: (visit.day_sequence, visit.start or fields.Datetime.now(), visit.id or 0)
        )
        return stops.with_prefetch(self.visit_ids._prefetch_ids)  # days are read together

    def _get_travel_text(self, visit):
        """How far it is to this stop, for the day sheet; empty for the first one when nobody knows where from."""
        visits = self._get_stops()
        position = visits.ids.index(visit.id) if visit in visits else 0
        if visit not in visits or not (position or self.start_municipality_id):
            return ''
        km = visit_day.legs(self._get_start(), [stop._get_place() for stop in visits])[position]
        return self.env._("%(km)s km, about %(minutes)s min", km=round(km), minutes=visit_day.travel_minutes(km))

    def _get_start(self):
        return self.start_municipality_id._get_place()

    def _to_utc(self, hour):
        return self.env['outreach.visit']._to_utc(self.date, hour)

    def _get_date_domain(self):
        return Domain('start', '>=', self._to_utc(0)) & Domain('start', '<', self._to_utc(24))

    def _get_moved_visits(self):
        """Visits of these days that are on another date."""
        return self.visit_ids.filtered(
            lambda visit: (
                visit.stage != 'cancelled'
                and visit.start
                and visit.day_id.date
                and fields.Datetime.context_timestamp(visit, visit.start).date() != visit.day_id.date
            )
        )

    def _number_by_time(self):
        """Put the stops into the order of their times."""
        for day in self:
            for number, visit in enumerate(day._get_stops().sorted('start'), start=1):
                visit.day_sequence = number

    def _set_times(self, visits):
        """Give the planned visits times in this order, and tell how the trip changed.

        A time that conflicts with other contacts of that company is not set, and told; the others are.
        """
        agreed = visits.filtered(lambda visit: visit.stage != 'planned')
        visits -= agreed & self._get_moved_visits()  # they are not on this trip
        if not visits:
            raise UserError(self.env._("Add visits to this day first."))
        km_before = self.km
        stops = [
            visit_day.Stop(
                visit, visit._get_place(), round((visit.stop - visit.start).total_seconds() / 60), visit.start if visit in agreed else None
            )
            for visit in visits
        ]
        times = visit_day.set_times(
            self._to_utc(self.start_time), self._get_start(), stops, self._to_utc(self.break_time), self.break_minutes
        )
        problems = []
        for number, (visit, start, stop, late) in enumerate(times, start=1):
            visit.day_sequence = number
            if late:
                problems.append(
                    self.env._("%(company)s: one would come %(minutes)s minutes late.", company=visit.partner_id.name, minutes=late)
                )
            if (visit.start, visit.stop) == (start, stop):
                continue
            try:
                with self.env.cr.savepoint():
                    visit.write({'start': start, 'stop': stop})
            except UserError as error:
                problems.append(f"{visit.partner_id.name}: {error}")
        message = (
            self.env._("%(new)s km instead of %(old)s km. The times are set.", new=self.km, old=km_before)
            if self.km != km_before
            else self.env._("%(new)s km. The times are set.", new=self.km)
        )
        return self._notify('\n'.join([message, *problems]), 'warning' if problems else 'success')

    def _notify(self, message, kind):
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': kind,
                'message': message,
                'sticky': kind == 'warning',
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }
