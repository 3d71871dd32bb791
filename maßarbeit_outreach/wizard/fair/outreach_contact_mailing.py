from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime, is_html_empty


class OutreachContactMailing(models.TransientModel):
    """Invite companies to a job fair."""

    _inherit = 'outreach.contact.mailing'

    fair_id = fields.Many2one('event.event', "Job Fair", ondelete='cascade', domain="[('is_job_fair', '=', True)]")

    @api.depends('fair_id')
    def _compute_kind_id(self):
        invitation = self._get_invitation_kind().filtered(lambda kind: kind.active and kind.is_mass)
        invites = self.filtered('fair_id') if invitation else self.browse()
        invites.kind_id = invitation
        return super(OutreachContactMailing, self - invites)._compute_kind_id()

    @api.depends('fair_id')
    def _compute_text(self):
        """An invitation to start from."""
        invites = self.filtered('fair_id')
        for mailing in invites:
            fair = mailing.fair_id
            when = format_datetime(self.env, fair.date_begin, tz=fair.date_tz, dt_format='short')
            mailing.subject = mailing.subject or self.env._("Invitation to %(fair)s on %(when)s", fair=fair.name, when=when)
            if not is_html_empty(mailing.body):
                mailing.body = mailing.body
                continue
            mailing.body = Markup("<p>%s</p><p>%s</p><p>%s</p>") % (
                self.env._("Dear Sir or Madam,"),
                self.env._(
                    "We invite you to take part in %(fair)s with a stand of your own: %(when)s, %(place)s.",
                    fair=fair.name,
                    when=when,
                    place=fair.address_id.name or fair.outreach_municipality_id.name or self.env._("place to be announced"),
                ),
                self.env._("Just answer this e-mail, and we reserve a stand for you."),
            )
        return super(OutreachContactMailing, self - invites)._compute_text()


class OutreachContactMailingLine(models.TransientModel):
    _inherit = 'outreach.contact.mailing.line'

    def _prepare_visit_values(self):
        return super()._prepare_visit_values() | {'fair_id': self.mailing_id.fair_id.id}
