"""What follows a visit: promises, referrals, warnings, and a recap for the agencies that were not there."""
from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date, format_datetime

RECAP_TYPE = 'maßarbeit_outreach.mail_activity_type_recap'


class OutreachVisit(models.Model):
    """Recaps.

    SPECIFICATION
     * When a visit is done, each agency with an open interest in the company (see `_get_outreach_interests`) that was
       not in the team gets one recap: an activity on the visit for one of its people, without an e-mail.
     * Only for visits of the last `RECAP_DAYS` days, and not while data is loaded or imported.
     * One recap for a visit and agency, ever: done again, or promises changed, an open recap is brought up to date.
    """

    _inherit = 'outreach.visit'

    RECAP_DAYS = 14
    RECAP_READ_DAYS = 7  # until when a recap should be read

    def unlink(self):
        self.promise_ids.sudo().unlink()  # the database would delete them too, but leave their to-dos
        return super().unlink()

    # History that is loaded is no news
    def _load_records_create(self, vals_list):
        return super(OutreachVisit, self.with_context(outreach_no_recap=True))._load_records_create(vals_list)

    def _load_records_write(self, values):
        return super(OutreachVisit, self.with_context(outreach_no_recap=True))._load_records_write(values)

    def action_refer(self):
        """Open an empty referral of this visit's company in a dialog."""
        self.ensure_one()
        return self.with_context(
            default_visit_id=self.id, default_topic_ids=self.topic_ids.ids).partner_id.action_refer_outreach()

    def action_note_warning(self):
        """Open an empty early warning about this visit's company in a dialog."""
        self.ensure_one()
        return self.partner_id.action_note_outreach_warning()

    def _action_post_done(self):
        res = super()._action_post_done()
        if not self.env.context.get('outreach_no_recap'):
            self._send_recaps()
        return res

    # OVERRIDE so that who gets a recap does not follow the visit, and with it get e-mails; core subscribes whoever has an
    # activity. Remove when core can leave that out.
    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        if self.env.context.get('outreach_recap'):
            return True
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)

    def _send_recaps(self):
        since = fields.Datetime.now() - timedelta(days=self.RECAP_DAYS)
        visits = self.sudo().filtered(lambda visit: visit.stage == 'done' and visit.start >= since)
        if not visits:
            return
        visits._refresh_recaps()
        told = self.env['mail.activity'].sudo().with_context(active_test=False)._read_group(
            [('res_model', '=', self._name), ('res_id', 'in', visits.ids), ('outreach_agency_id', '!=', False)],
            ['res_id'], ['outreach_agency_id:recordset'])
        told = {visit: agencies.ids for visit, agencies in told}
        interests = visits.partner_id._get_outreach_interests()
        recap = {
            'activity_type_id': self.env.ref(RECAP_TYPE).id,
            'date_deadline': fields.Date.context_today(self) + timedelta(days=self.RECAP_READ_DAYS),
            'automated': True,
            'res_model_id': self.env['ir.model']._get_id(self._name),
        }
        values = []
        for visit in visits:
            for agency, users in interests[visit.partner_id].items():
                user = agency not in visit.agency_ids and agency.id not in told.get(visit.id, ()) and next(
                    (user for user in users if visit._may_get_recap(user, agency)), None)
                if user:
                    values.append({
                        **recap, **visit._prepare_recap_values(user.lang),
                        'user_id': user.id, 'outreach_agency_id': agency.id, 'res_id': visit.id})
        self.env['mail.activity'].sudo().with_context(outreach_recap=True, mail_activity_quick_update=True).create(values)

    def _may_get_recap(self, user, agency):
        """Whether this person stands for the agency today and may read the visit."""
        return (user.active and user in agency.user_ids and self.company_id in user.company_ids
                and user.has_group('maßarbeit_outreach.group_outreach_user'))

    def _refresh_recaps(self):
        """Bring the open recaps of these visits up to date."""
        for visit in self.sudo():
            for recap in visit.activity_ids.filtered('outreach_agency_id'):
                recap.write(visit._prepare_recap_values(recap.user_id.lang))

    def _prepare_recap_values(self, lang):
        """Who was there, what came of it, and what was promised, by whom, until when; never the report itself."""
        visit = self.with_context(lang=lang or self.env.lang)
        env = visit.env
        sides = dict(env['outreach.promise']._fields['side']._description_selection(env))
        results = dict(visit._fields['result']._description_selection(env))
        promises = Markup().join(
            Markup("<li>%s: %s – %s, %s</li>") % (
                sides[promise.side], promise.name, env._(
                    "%(person)s (%(agency)s)", person=promise.user_id.name, agency=promise.agency_id.name),
                env._("until %(date)s", date=format_date(env, promise.date_deadline)))
            for promise in visit.promise_ids if promise.state == 'open')
        return {
            'summary': env._("%(company)s was visited: %(result)s",
                             company=visit.partner_id.name, result=results.get(visit.result, '')),
            'note': Markup("<p>%s, %s: %s</p><ul>%s</ul>") % (
                visit.kind_id.name, format_datetime(env, visit.start, dt_format='short'),
                ', '.join(f"{member.user_id.name} ({member.agency_id.name})" for member in visit.member_ids),
                promises or Markup("<li>%s</li>") % env._("Nothing was promised.")),
        }
