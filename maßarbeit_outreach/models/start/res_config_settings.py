from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    outreach_setup_dismissed = fields.Boolean(related='company_id.outreach_setup_dismissed', readonly=False)
