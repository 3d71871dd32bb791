from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import free_slots

MAX_DAYS = 92
# A trip that takes longer than this goes on over the lunch hour.
HALF_A_DAY = 240


class OutreachVisit(models.Model):
    """When a whole team has time: see `tools/free_slots.py` for the rule."""

    _inherit = 'outreach.visit'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _find_free_slots(self, users, date_from, date_to, minutes, ignored_events=()):
        """When all these colleagues are free, from now on and within the working hours of the organisation.

        Private, since what it answers says when colleagues are busy: the wizard "Find a Time", for officers, is the
        door. Working hours and days are meant in the time zone of whoever asks. The number of queries does not depend
        on the number of persons, days or appointments.

        :param date_from, date_to: days, both included; at most `MAX_DAYS` apart
        :param ignored_events: appointments that may be overlapped, such as the one that is to be moved
        :return: [(start, stop)] in UTC without time zone, as `Datetime` fields have it
        :raise UserError: no team, somebody who is no colleague of an agency, or bad limits
        """
        users = users._filtered_access('read')
        if not users:
            raise UserError(self.env._("Choose who is to come along; then a time can be found."))
        if strangers := users.filtered(lambda user: not user._get_outreach_agency() or self.env.company not in user.sudo().company_ids):
            raise UserError(self.env._(
                "%(users)s: only the calendars of colleagues in an agency are looked at.",
                users=', '.join(strangers.mapped('name'))))
        if not 5 <= minutes <= 600:
            raise UserError(self.env._("A visit takes 5 minutes to 10 hours."))
        if not date_from <= date_to <= date_from + timedelta(days=MAX_DAYS):
            raise UserError(self.env._("Choose a period of one day to three months."))
        begin, end = self._to_utc(date_from), self._to_utc(date_to + timedelta(days=1))
        busy = self._get_busy_intervals(users, begin, end, ignored_events)
        working = self._get_working_intervals(begin, end, over_breaks=minutes > HALF_A_DAY)
        slots = free_slots.find_free(busy, working, minutes)
        now = fields.Datetime.now()
        return [slot for slot in slots if slot[0] >= now]

    @api.model
    def _to_utc(self, day, hour=0.0):
        """The UTC time of a day and hour in the time zone of the user, also on a day on which clocks change."""
        local = datetime.combine(day, time()) + timedelta(minutes=round(hour * 60))
        return self.env.tz.localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_next_morning(self):
        """Nine o'clock on the next working day."""
        day = fields.Date.context_today(self) + timedelta(days=1)
        while day.isoweekday() > 5:
            day += timedelta(days=1)
        return self._to_utc(day, 9)

    @api.model
    def _get_working_intervals(self, begin, end, over_breaks=False):
        calendar = self.env.company.sudo().resource_calendar_id
        if not calendar:  # no working hours kept: whole days
            return [(begin, end)]
        working = [(start, stop) for start, stop, __ in calendar._work_intervals_batch(
            begin.replace(tzinfo=pytz.utc), end.replace(tzinfo=pytz.utc), tz=self.env.tz)[False]]
        if over_breaks:
            days = {}
            for start, stop in working:
                days.setdefault(start.date(), []).extend((start, stop))
            working = [(min(limits), max(limits)) for limits in days.values()]
        return [tuple(limit.astimezone(pytz.utc).replace(tzinfo=None) for limit in interval) for interval in working]

    @api.model
    def _get_busy_intervals(self, users, begin, end, ignored_events=()):
        """Appointments that one of these persons has not declined and that show them as busy; without what they are."""
        a_day = timedelta(days=1)  # the hours of an all-day appointment are nobody's time
        events = self.env['calendar.attendee'].sudo().search_fetch([
            ('partner_id', 'in', users.sudo().partner_id.ids),
            ('state', '!=', 'declined'),
            ('event_id.active', '=', True),
            ('event_id.show_as', '=', 'busy'),
            ('event_id.start', '<', end + a_day),
            ('event_id.stop', '>', begin - a_day),
        ], ['event_id']).event_id
        return [
            (self._to_utc(event.start_date), self._to_utc(event.stop_date + a_day)) if event.allday
            else (event.start, event.stop)
            for event in events if event.id not in set(ignored_events)]

    def action_find_time(self):
        """Offer the next times at which the whole team is free."""
        self.ensure_one()
        minutes = round((self.stop - self.start).total_seconds() / 60)
        return self.env['outreach.visit.slot']._open({
            'visit_id': self.id,
            'user_ids': self.user_ids.ids,
            'minutes': minutes or 60,
        })
