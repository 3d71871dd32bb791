from odoo import models
from odoo.exceptions import UserError

from ...models.base.outreach_circle_mixin import CIRCLES
from ...models.company.res_partner import CONSENT_CHANNELS, CONSENT_FIELDS, SITE
from ...tools.company import merged_values

CONSENT = merged_values.strictest('refused', 'granted', 'unknown')
# What a company keeps: each of its fields that somebody fills has a rule.
MERGE_RULES = {
    # what it asked for, and how the offices stand to it
    'outreach_consent_phone': CONSENT,
    'outreach_consent_email': CONSENT,
    'outreach_consent_visit': CONSENT,
    'outreach_blocked_until': merged_values.latest,
    'outreach_max_contacts': merged_values.lowest_limit,
    'outreach_wish_note': merged_values.all_texts,
    # to whom what it tells may be passed on
    'outreach_agreed_circle': merged_values.strictest(*(circle for circle, __ in CIRCLES)),
    'outreach_agreed_date': merged_values.latest,
    'outreach_agreed_by_id': merged_values.first,
    'outreach_vetting': merged_values.strictest('blocked', 'checked', 'new'),
    # what it is; of the municipality only what a person chose, else the address says it
    **dict.fromkeys(
        (
            'outreach_company',
            'outreach_ags',
            'outreach_municipality_id',
            'outreach_industry_id',
            'outreach_size_class',
            'outreach_betriebsnummer',
            'outreach_business_number',
            'outreach_register_court',
            'outreach_register_kind',
            'outreach_register_number',
            'outreach_training_company',
            'outreach_collective_agreement',
            'outreach_works_council',
            'outreach_bus_stop',
            'outreach_mentor',
            'outreach_childcare_help',
            'outreach_transport_help',
            'outreach_accessible',
            'outreach_preferred_channel',
            'outreach_employer',
        ),
        merged_values.first,
    ),
}


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Two records of one company become one, whoever merges them: nothing that it asked for and nothing that is known is lost.

    Core keeps what the record that stays says, and a default counts as said; what whoever merges does not see is lost.
    """

    _inherit = 'base.partner.merge.automatic.wizard'

    # OVERRIDE so that two lines of one agency become one, where core fails at the unique index, and so that what visits,
    # demands and leads keep of the company follows; core moves them in SQL. Remove when core merges by the ORM.
    def _update_foreign_keys(self, src_partners, dst_partner):
        lines = self.env['outreach.responsibility'].sudo().search([('partner_id', 'in', (src_partners | dst_partner).ids)])
        for group in lines.grouped('agency_id').values():
            kept = group.filtered(lambda line: line.partner_id == dst_partner) or group[:1]
            kept.user_id = kept.user_id or group.user_id[:1]
            (group - kept).unlink()
        self.env.flush_all()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        dst_partner.sudo().outreach_merged_numbers = sorted(
            {
                *(dst_partner.sudo().outreach_merged_numbers or ()),
                *src_partners.ids,
                *(number for partner in src_partners.sudo() for number in partner.outreach_merged_numbers or ()),
            }
        )
        dst_partner.modified(['outreach_municipality_id', 'outreach_industry_id'])
        return result

    # OVERRIDE for what the class says. Remove when core lets fields say how they merge.
    def _update_values(self, src_partners, dst_partner):
        kept = dst_partner.sudo()
        merged = kept + src_partners.sudo()
        chosen = merged._filter_outreach_municipality_chosen()
        values = {
            name: rule(
                [
                    partner[name].id if partner._fields[name].relational else partner[name]
                    for partner in (chosen if name == 'outreach_municipality_id' else merged)
                ]
            )
            for name, rule in MERGE_RULES.items()
        }
        if not chosen:
            del values['outreach_municipality_id']
        channel = values['outreach_preferred_channel']
        if channel and (values.get(CONSENT_FIELDS[channel]) == 'refused' or kept._refuses_outreach_channel(channel)):
            # a no of the company stands against it; core would take it from the other record
            del values['outreach_preferred_channel']
            src_partners.sudo().outreach_preferred_channel = False
        result = super()._update_values(src_partners, dst_partner)
        kept.write(values)
        self.env['outreach.consent']._take_down(
            [(kept, channel, kept[CONSENT_FIELDS[channel]] or 'unknown') for channel, __ in CONSENT_CHANNELS]
        )  # those of the other records came along
        return result

    # OVERRIDE so that a site stays one. Remove when core asks of which type contacts are before it merges them.
    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env['res.partner'].sudo().browse(partner_ids).exists()
        sites = partners.filtered(lambda partner: partner.type == SITE)
        if sites and (sites != partners or len(sites.parent_id) > 1):
            raise UserError(
                self.env._(
                    "A site can only be merged with another site of the same company. What was entered as a company and is a site is"
                    " moved by hand: add the site to the company, then archive the other one."
                )
            )
        return super()._merge(partner_ids, dst_partner, extra_checks)
