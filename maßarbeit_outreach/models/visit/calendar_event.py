from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..base.groups import OUTREACH
from ..base.visible_fields import VisibleOne2many


class CalendarEvent(models.Model):
    _inherit = 'calendar.event'

    outreach_visit_ids = VisibleOne2many('outreach.visit', 'event_id', export_string_translation=False, groups=OUTREACH)
    outreach_company_id = fields.Many2one(
        'res.company', compute='_compute_outreach_company_id', store=True, export_string_translation=False
    )

    @api.depends('outreach_visit_ids.company_id')
    def _compute_outreach_company_id(self):
        """The organisation of the visit, since appointments know none."""
        for event in self:
            event.outreach_company_id = event.outreach_visit_ids.company_id[:1]

    @api.constrains('recurrence_id', 'recurrency')
    def _check_outreach_no_series(self):
        """Core archives and replaces the appointments of a series when it is moved, so a visit would lose its own."""
        self.sudo().outreach_visit_ids._check_one_appointment()

    # OVERRIDE so that a visit whose appointment goes away does not stay planned without a time; the visit itself
    # stays, with what happened to it. Remove when visits own their time.
    def unlink(self):
        self._check_outreach_circle()
        self._cancel_outreach_visits()
        return super().unlink()

    def write(self, vals):
        self._check_outreach_circle()
        if vals.get('active') is False:
            self._cancel_outreach_visits()
        # moving the appointment is planning anew
        visits = self.sudo().outreach_visit_ids if {'start', 'start_date', 'active'} & vals.keys() else ()
        if not visits:
            return super().write(vals)
        with visits._guard_changes():
            return super().write(vals)

    def _check_outreach_circle(self):
        """Core lets every employee write every appointment. That of a visit which somebody may not know, they neither move nor cancel."""
        if self.env.su:
            return
        visits = self.sudo().with_context(active_test=False).outreach_visit_ids.sudo(False)
        if closed := visits - visits._filter_known():
            raise AccessError(
                self.env._(
                    "This is the appointment of a visit that stays within %(agencies)s. Please ask a colleague there.",
                    agencies=', '.join(closed.sudo().agency_ids.mapped('name')) or self.env._("its circle"),
                )
            )

    # OVERRIDE since core looks at the privacy of appointments before it asks whether they may be read, which is not so for
    # everybody here. Remove when it asks first.
    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        readable = self._filtered_access('read')
        operations = super(CalendarEvent, readable)._mail_get_operation_for_mail_message_operation(message_operation)
        return operations | dict.fromkeys(self - readable, 'read')

    # OVERRIDE so that core adds no activity for what is a visit already.
    def _get_activity_excluded_models(self):
        return [*super()._get_activity_excluded_models(), 'outreach.visit']

    def _cancel_outreach_visits(self):
        visits = self.sudo().outreach_visit_ids.filtered('is_open')
        visits._cancel(self.env._("The appointment was deleted in the calendar."))
