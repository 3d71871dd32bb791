from odoo import api, fields, models
from odoo.fields import Domain

# their own to-dos follow them; the start page shows the records
FOLLOWED = ('outreach.promise', 'outreach.barrier')


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    # to be asked for only
    outreach_is_listed = fields.Boolean(store=False, search='_search_outreach_is_listed', export_string_translation=False)

    @api.model
    def _search_outreach_is_listed(self, operator, value):
        """To-dos that the offices' records make by themselves, and whose record another list of the start page shows: what was
        promised, what is to be answered, what came from the portal. Of a question that came back there is no other list."""
        if operator != 'in':
            return NotImplemented
        listed = Domain('res_model', 'in', FOLLOWED)
        for name in ('outreach.referral', 'outreach.permit.request'):
            asked = self.env[name].sudo()
            listed |= Domain('res_model', '=', name) & Domain('res_id', 'in', asked._search(asked._get_open_domain()))
        Demand = self.env['outreach.demand'].sudo()
        listed |= Domain('res_model', '=', Demand._name) & Domain('res_id', 'in', Demand._search(Demand._get_portal_domain()))
        listed &= Domain('automated', '=', True)
        return listed if True in value else ~listed
