from odoo import fields, models

from ..base.groups import OUTREACH


class ResPartner(models.Model):
    _inherit = 'res.partner'

    outreach_lead_id = fields.Many2one(
        'crm.lead',
        company_dependent=True,
        copy=False,
        help="The lead that visits and demands of this company move forward.",
        groups=OUTREACH,
    )
