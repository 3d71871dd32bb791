from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = 'calendar.event'

    outreach_visit_ids = fields.One2many('outreach.visit', 'event_id', export_string_translation=False)

    # OVERRIDE so that a visit whose appointment goes away does not stay planned without a time; the visit itself
    # stays, with what happened to it. Remove when visits own their time.
    def unlink(self):
        self._cancel_outreach_visits()
        return super().unlink()

    def write(self, vals):
        if vals.get('active') is False:
            self._cancel_outreach_visits()
        # moving the appointment is planning anew
        visits = self.sudo().outreach_visit_ids if {'start', 'start_date', 'active'} & vals.keys() else ()
        if not visits:
            return super().write(vals)
        with visits._guard_changes():
            return super().write(vals)

    def _cancel_outreach_visits(self):
        visits = self.sudo().outreach_visit_ids.filtered(lambda visit: visit.stage in ('planned', 'confirmed'))
        visits._cancel(self.env._("The appointment was deleted in the calendar."))
