from collections import defaultdict

from odoo import api, fields, models

from .res_partner import SITE


class OutreachMunicipality(models.Model):
    """The companies of a municipality."""

    _inherit = 'outreach.municipality'

    company_count = fields.Integer("Companies", compute='_compute_company_count')

    def _compute_company_count(self):
        successors = self._get_successors()
        counts = defaultdict(int)
        for municipality, count in self.env['res.partner']._read_group(self._company_domain(), ['outreach_municipality_id'], ['__count']):
            counts[successors.get(municipality.id, municipality.id)] += count
            if municipality.id in successors:
                counts[municipality.id] += count
        for municipality in self:
            municipality.company_count = counts[municipality._origin.id]

    def _company_domain(self):
        return [('is_company', '=', True), ('outreach_municipality_id', 'in', self._with_predecessors().ids)]

    def action_view_companies(self):
        """Open the companies that `company_count` counts."""
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.res_partner_action')
        return action | {'domain': self._company_domain(), 'context': {'default_is_company': True}}

    @api.model
    def _place_companies(self):
        """Look again at all companies and sites without a municipality, once there are more.

        :return: of those that the offices work with, how many have one now, and how many a person has to assign
        """
        partners = (
            self.env['res.partner']
            .sudo()
            .with_context(active_test=False)
            .search(['|', ('is_company', '=', True), ('type', '=', SITE), ('outreach_municipality_id', '=', False)])
        )
        names = ('outreach_municipality_id', 'outreach_municipality_status')
        for fname in names:
            self.env.add_to_compute(partners._fields[fname], partners)
        partners.flush_recordset(names)
        ours = partners.filtered('outreach_company')
        return (
            len(ours.filtered('outreach_municipality_id')),
            len(ours.filtered(lambda partner: partner.outreach_municipality_status == 'to_assign' and partner.active)),
        )
