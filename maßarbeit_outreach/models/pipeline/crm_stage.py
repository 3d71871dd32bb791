from odoo import fields, models

from ..base.selections import MILESTONES


class CrmStage(models.Model):
    _inherit = 'crm.stage'

    outreach_milestone = fields.Selection(MILESTONES, help="Reaching this point moves the company's lead into this stage, never back.")
