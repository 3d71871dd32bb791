from odoo import fields, models


class OutreachVisit(models.Model):
    """Planning and doing move the lead of the company forward, see `crm.lead`."""

    _inherit = 'outreach.visit'

    lead_id = fields.Many2one(
        'crm.lead',
        index='btree_not_null',
        ondelete='set null',
        copy=False,
        domain="[('is_outreach', '=', True), ('partner_id', 'child_of', partner_id)]",
    )

    def _take_company(self):
        res = super()._take_company()
        self._link_lead()
        return res

    def _link_lead(self):
        """Every visit hangs on an open lead of its own company."""
        homeless = self.filtered(lambda visit: visit.sudo().lead_id.partner_id.commercial_partner_id != visit.partner_id)
        self.env['crm.lead']._link_outreach_leads(homeless)

    def _action_post_plan(self):
        planned = self.filtered('is_open')
        for on_site, visits in planned.grouped(lambda visit: visit.kind_id.is_visit).items():
            visits.lead_id._advance_outreach('visit_planned' if on_site else 'contacted')
        return super()._action_post_plan()

    def _action_post_done(self):
        for on_site, visits in self.grouped(lambda visit: visit.kind_id.is_visit).items():
            visits.lead_id._advance_outreach('visited' if on_site else 'contacted')
        return super()._action_post_done()

    def _get_told_records(self):
        return [*super()._get_told_records(), *self.lead_id]

    def _get_formerly_told_records(self):
        companies = self.partner_id | self._get_former_companies()
        leads = self.env['crm.lead'].sudo().with_context(active_test=False)
        leads = leads.search([('partner_id', 'child_of', companies.ids), ('is_outreach', '=', True)])
        return [*super()._get_formerly_told_records(), *(leads - self.lead_id)]

    def write(self, vals):
        before = {visit: visit.lead_id for visit in self.sudo()} if 'lead_id' in vals else {}
        res = super().write(vals)
        for visit, lead in before.items():
            visit._unsay(lead - visit.lead_id)
        return res
