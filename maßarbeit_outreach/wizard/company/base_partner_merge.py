from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
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
        dst_partner.sudo().outreach_merged_numbers = sorted({
            *(dst_partner.sudo().outreach_merged_numbers or ()), *src_partners.ids,
            *(number for partner in src_partners.sudo() for number in partner.outreach_merged_numbers or ())})
        dst_partner.modified(['outreach_municipality_id', 'outreach_industry_id'])
        return result
