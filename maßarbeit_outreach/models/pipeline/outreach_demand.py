from odoo import api, fields, models


class OutreachDemand(models.Model):
    """Demands move the lead of their company forward, see `crm.lead`."""

    _inherit = 'outreach.demand'

    lead_id = fields.Many2one('crm.lead', index='btree_not_null', ondelete='set null', copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        demands = super().create(vals_list)
        demands._advance_lead()
        return demands

    def write(self, vals):
        res = super().write(vals)
        if 'stage' in vals:
            self._advance_lead()
        return res

    def _take_company(self):
        res = super()._take_company()
        self._link_lead()
        return res

    def _link_lead(self):
        """A demand hangs on the lead of its visit, else on the open lead of its company."""
        for demand in self:
            if demand.visit_id.lead_id and demand.visit_id.partner_id == demand.partner_id:
                demand.lead_id = demand.visit_id.lead_id
        homeless = self.filtered(lambda demand: demand.sudo().lead_id.partner_id.commercial_partner_id != demand.partner_id)
        self.env['crm.lead']._link_outreach_leads(homeless)

    def _advance_lead(self):
        """A signal is a talk, anything from "recorded" on is a demand."""
        self.filtered(lambda demand: demand.stage == 'signal').lead_id._advance_outreach('contacted')
        self.filtered(lambda demand: demand.stage not in ('signal', 'closed')).lead_id._advance_outreach('demand_recorded')

    def _get_checkers(self):
        """After the officer responsible, who leads the outreach team."""
        return self.user_id | self.env['crm.team']._get_outreach_team().user_id | super()._get_checkers()
