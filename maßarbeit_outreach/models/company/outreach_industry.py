from odoo import api, fields, models


class OutreachIndustry(models.Model):
    _inherit = 'outreach.industry'

    company_count = fields.Integer("Companies", compute='_compute_company_count', help="With those of all industries below it")

    @api.depends_context('uid')
    def _compute_company_count(self):
        counts = self._sum_up(
            self.env['res.partner']._read_group(
                [('outreach_industry_id', '!=', False), ('is_company', '=', True)], ['outreach_industry_id'], ['__count']
            )
        )
        for industry in self:
            industry.company_count = counts[industry._origin.id]

    def action_open_companies(self):
        """The companies that `company_count` counts."""
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.res_partner_action')
        return action | {'domain': [('outreach_industry_id', 'child_of', self.ids), ('is_company', '=', True)]}
