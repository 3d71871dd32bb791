from odoo import fields, models


class OutreachPool(models.Model):
    _inherit = 'outreach.pool'

    event_ids = fields.Many2many(
        'event.event', 'outreach_pool_event_rel', 'pool_id', 'event_id', string="Job Fairs", domain=[('is_job_fair', '=', True)]
    )
