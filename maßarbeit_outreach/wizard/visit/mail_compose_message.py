from odoo import api, fields, models
from odoo.tools import email_normalize_all

from ...models.base.groups import OUTREACH


class MailComposeMessage(models.TransientModel):
    """Says what speaks against an e-mail to a company while it is written; see `models/visit/mail_thread.py`."""

    _inherit = 'mail.compose.message'

    outreach_reasons = fields.Text("Conflicts", compute='_compute_outreach_reasons', export_string_translation=False)
    outreach_anyway_reason = fields.Char(
        "Reason for Going Ahead", help="Kept with what spoke against it. All officers and managers can read it."
    )

    @api.depends('partner_ids', 'model', 'res_ids', 'res_domain', 'composition_mode', 'template_id')
    def _compute_outreach_reasons(self):
        self.outreach_reasons = False
        if not self.env.user.has_group(OUTREACH):
            return
        for composer in self:
            is_mass = composer.composition_mode == 'mass_mail'
            composer.outreach_reasons = (
                '\n'.join(
                    f"{company.name}: {reason['text']}"
                    for records in composer._get_outreach_sources()
                    for company, reasons in self.env['outreach.visit']
                    ._get_mail_reasons(
                        composer._get_outreach_mailed(records)
                        if is_mass
                        else records._get_outreach_addressed(composer.partner_ids._origin),
                        records,
                        is_mass,
                    )
                    .items()
                    for reason in reasons
                )
                or False
            )

    def _get_outreach_sources(self):
        """The records from which this is written, those of employer outreach and others apart, see `models/visit/mail_thread.py`. Others,
        or none, only count where what the company said about e-mail does."""
        Model = self.env[self.model] if self.model else self.env['mail.thread']
        if not isinstance(Model, self.env.registry['mail.thread']):
            Model = self.env['mail.thread']  # core notifies by itself, from no record
        if Model._abstract:
            records = Model
        else:
            records = Model.search(self._evaluate_res_domain()) if self.res_domain else Model.browse(self._evaluate_res_ids())
        ours = records.filtered(lambda record: record._is_outreach_record())
        counts = self.composition_mode == 'mass_mail' or self.env.user.has_group(OUTREACH)
        return [*filter(None, [ours]), *([records - ours] if counts and (records != ours or not records) else [])]

    def _manage_mail_values(self, mail_values_all):
        values = super()._manage_mail_values(mail_values_all)
        if self.composition_mode == 'comment' and self.outreach_anyway_reason:
            for post_values in values.values():
                post_values['outreach_anyway_reason'] = self.outreach_anyway_reason
        return values

    # OVERRIDE since a mailing goes past message_post, and is sent in parts: all its companies are asked about before the first.
    def _action_send_mail(self, auto_commit=False):
        for composer in self.filtered(lambda composer: composer.composition_mode == 'mass_mail'):
            for records in composer._get_outreach_sources() if not self.env.su else ():
                self.env['outreach.visit']._check_mail(
                    composer._get_outreach_mailed(records), records, composer.outreach_anyway_reason, is_mass=True
                )
        return super()._action_send_mail(auto_commit=auto_commit)

    def _action_schedule_message(self):
        for composer in self:
            for records in composer._get_outreach_sources() if not self.env.su and not composer.subtype_is_log else ():
                followers = records.sudo().message_partner_ids.filtered('partner_share')
                self.env['outreach.visit']._check_mail(
                    records._get_outreach_addressed(composer.partner_ids | followers), records, composer.outreach_anyway_reason, keep=False
                )
        return super()._action_schedule_message()

    def _get_outreach_mailed(self, records):
        """The companies to which this mailing goes, as core finds its recipients."""
        if self.template_id:
            found = self._generate_template_for_composer(
                records.ids, {'email_cc', 'email_to', 'partner_ids'}, find_or_create_partners=False
            )
        elif self.partner_ids:
            found = {}
        else:
            found = records._message_get_default_recipients()
        partners, addresses = self.partner_ids._origin, {}
        for record in records:
            values = found.get(record.id, {})
            partners |= partners.browse(values.get('partner_ids') or [])
            addresses[record] = email_normalize_all(f"{values.get('email_to') or ''},{values.get('email_cc') or ''}")
        return records._get_outreach_addressed(partners, addresses)
