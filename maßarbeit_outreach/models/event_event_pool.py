from odoo import fields, models


class EventEvent(models.Model):
    _inherit = 'event.event'  # pylint: disable=consider-merging-classes-inherited

    outreach_pool_ids = fields.Many2many(
        'outreach.pool', 'outreach_pool_event_rel', 'event_id', 'pool_id', "Candidate Pools", copy=False,
        groups='maßarbeit_outreach.group_outreach_user', help="Whom to invite")
