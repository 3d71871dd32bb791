import babel.dates

from odoo import fields, models
from odoo.tools import babel_locale_parse, format_time, get_lang

from ...tools.base import deadline


class OutreachWordsMixin(models.AbstractModel):
    """Days, times and deadlines in the words of whoever reads a page."""

    _name = 'outreach.words.mixin'
    _description = "Words for days and deadlines"

    def _get_day(self):
        return fields.Date.context_today(self)

    def _get_local_day(self, moment):
        return fields.Datetime.context_timestamp(self, moment).date()

    def _say_deadline(self, day):
        """ "10 days overdue", "today", "in 4 days"."""
        word, days = deadline.distance(day, self._get_day())
        return {
            'ago': lambda: self.env._("%(days)s days overdue", days=days),
            'yesterday': lambda: self.env._("since yesterday"),
            'today': lambda: self.env._("today"),
            'tomorrow': lambda: self.env._("tomorrow"),
            'ahead': lambda: self.env._("in %(days)s days", days=days),
        }[word]()

    def _say_wait(self, start):
        word, count = deadline.wait(start, fields.Datetime.now())
        if word == 'now':
            return self.env._("now")
        if word == 'minutes':
            return self.env._("in one minute") if count == 1 else self.env._("in %(count)s minutes", count=count)
        return self.env._("in %(count)s hours", count=count)

    def _say_day(self, day):
        """A day with its weekday, without the year: "Di., 1. Dezember"."""
        return babel.dates.format_skeleton('MMMMEd', day, locale=babel_locale_parse(get_lang(self.env).code))

    def _say_short_day(self, day):
        return babel.dates.format_skeleton('MMMd', day, locale=babel_locale_parse(get_lang(self.env).code))

    def _say_long_day(self, day):
        return babel.dates.format_skeleton('yMMMd', day, locale=babel_locale_parse(get_lang(self.env).code))

    def _say_time(self, moment):
        return format_time(self.env, moment, tz=self.env.tz.zone, time_format='short')

    def _join(self, *parts):
        return ' · '.join(filter(None, parts))
