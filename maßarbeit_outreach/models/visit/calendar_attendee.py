from odoo import models


class CalendarAttendee(models.Model):
    _inherit = 'calendar.attendee'

    # OVERRIDE so that no template is looked for where nobody gets an e-mail, which core finds out afterwards.
    def _send_invitation_emails(self):
        if self.env.context.get('no_mail_to_attendees'):
            return None
        return super()._send_invitation_emails()

    def _refuses_outreach_mail(self):
        """Whether this is somebody of a company that wants no e-mail."""
        return self.partner_id.partner_share and self.sudo().partner_id._refuses_outreach_channel('email')

    # OVERRIDE since nobody else would say who was left out; without why, as everybody reads appointments.
    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        res = super()._notify_attendees(mail_template, notify_author=notify_author, force_send=force_send)
        if not self.env.context.get('no_mail_to_attendees'):
            for event, attendees in self.filtered(lambda attendee: attendee._refuses_outreach_mail()).grouped('event_id').items():
                event.sudo()._message_log(
                    body=self.env._(
                        "No e-mail about this appointment went to %(names)s. Please tell them in another way, or ask an officer of"
                        " employer outreach.",
                        names=', '.join(attendees.partner_id.mapped('name')),
                    ),
                    author_id=self.env.user.partner_id.id,
                )
        return res

    # OVERRIDE so that the appointment of a visit sends e-mail to the contacts whom the officer wants to invite and to
    # nobody else, whoever moves it where. Reminders, which come with `notify_author`, stay. Whoever wants no e-mail gets none of any
    # appointment.
    # Remove when core knows appointments without e-mail.
    def _should_notify_attendee(self, notify_author=False):
        if self._refuses_outreach_mail():
            return False
        visits = self.event_id.sudo().outreach_visit_ids
        if visits and not notify_author and self.partner_id not in visits.filtered('invite_contacts').contact_ids:
            return False
        return super()._should_notify_attendee(notify_author)
