from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    outreach_setup_dismissed = fields.Boolean(related='company_id.outreach_setup_dismissed', readonly=False)
    outreach_imprint = fields.Char(related='company_id.outreach_imprint', readonly=False)
    outreach_privacy_notice = fields.Char(related='company_id.outreach_privacy_notice', readonly=False)
    outreach_accessibility = fields.Char(related='company_id.outreach_accessibility', readonly=False)
