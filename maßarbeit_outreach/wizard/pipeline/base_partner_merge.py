from odoo import models
from odoo.fields import Domain


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = 'base.partner.merge.automatic.wizard'

    # OVERRIDE so that a company has one open lead in each pipeline of employer outreach, as ever: two of them become one, with
    # the visits and demands of both. Remove when core tells what it merged.
    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        companies = self.env['res.partner'].sudo().browse(partner_ids).exists().commercial_partner_id
        found = (
            self.env['crm.lead']
            .sudo()
            .search(
                Domain('partner_id.commercial_partner_id', 'in', companies.ids)
                & Domain('team_id.is_outreach', '=', True)
                & Domain('won_status', '=', 'pending')
            )
        )
        for (company, team), leads in found.grouped(lambda lead: (lead.partner_id.commercial_partner_id, lead.team_id)).items():
            if len(leads) > 1:
                company.with_company(team.company_id).outreach_lead_id = leads._merge_opportunity(max_length=0)
        return result
