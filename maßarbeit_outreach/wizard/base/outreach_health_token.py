from odoo import fields, models


class OutreachHealthToken(models.TransientModel):
    """Shows a new token for monitoring, once: it is never stored, only what it is compared with."""

    _name = 'outreach.health.token'
    _description = "New Token for Monitoring"

    token = fields.Char(store=False, readonly=True)
