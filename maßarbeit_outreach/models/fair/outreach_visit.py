from odoo import fields, models


class OutreachVisit(models.Model):
    _inherit = 'outreach.visit'

    fair_id = fields.Many2one(
        'event.event',
        "Job Fair",
        index='btree_not_null',
        ondelete='set null',
        domain="[('is_job_fair', '=', True)]",
        help="The fair at which, or for which, you meet",
    )
    stand_ids = fields.One2many(related='partner_id.outreach_stand_ids', string="Fair Stands of the Company")
