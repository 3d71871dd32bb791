from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    """The token itself is no setting: core hands defaults of settings to every employee who asks for them."""

    _inherit = 'res.config.settings'

    outreach_staff_figures = fields.Boolean(related='company_id.outreach_staff_figures', readonly=False)
    is_outreach_monitored = fields.Boolean(compute='_compute_is_outreach_monitored', export_string_translation=False)

    @api.depends_context('uid')
    def _compute_is_outreach_monitored(self):
        self.is_outreach_monitored = self.env['outreach.health']._is_monitored()

    def action_draw_health_token(self):
        return self.env['outreach.health']._draw_token()

    def action_take_health_token_back(self):
        return self.env['outreach.health']._take_token_back()
