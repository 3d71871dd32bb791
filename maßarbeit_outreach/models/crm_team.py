from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = 'crm.team'

    is_outreach = fields.Boolean("Employer Outreach", index='btree_not_null',
                                 help="Leads of this team are outreach to employers: every outreach officer works on them.")
