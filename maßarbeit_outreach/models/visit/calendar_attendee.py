from odoo import models


class CalendarAttendee(models.Model):
    _inherit = 'calendar.attendee'

    # OVERRIDE so that no template is looked for where nobody gets an e-mail, which core finds out afterwards.
    def _send_invitation_emails(self):
        if self.env.context.get('no_mail_to_attendees'):
            return None
        return super()._send_invitation_emails()

    # OVERRIDE so that the appointment of a visit sends e-mail to the contacts whom the officer wants to invite and to
    # nobody else, whoever moves it where. Reminders, which come with `notify_author`, stay.
    # Remove when core knows appointments without e-mail.
    def _should_notify_attendee(self, notify_author=False):
        visits = self.event_id.sudo().outreach_visit_ids
        if visits and not notify_author and self.partner_id not in visits.filtered('invite_contacts').contact_ids:
            return False
        return super()._should_notify_attendee(notify_author)
