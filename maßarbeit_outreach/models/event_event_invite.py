from odoo import models
from odoo.fields import Domain


class EventEvent(models.Model):
    _inherit = 'event.event'  # pylint: disable=consider-merging-classes-inherited

    def action_invite_companies(self):
        """Choose companies that have neither a stand nor an invitation yet; "Write" in that list invites them here."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.res_partner_action')
        domain = Domain([
            ('outreach_company', '=', True), ('is_company', '=', True), ('outreach_vetting', '!=', 'blocked'),
            ('outreach_stand_ids', 'not any', [('event_id', '=', self.id)]),
            ('outreach_visit_ids', 'not any', [
                ('fair_id', '=', self.id), ('kind_id.is_mass', '=', True), ('stage', '=', 'done')]),
        ])
        context = {'default_fair_id': self.id}
        if self.outreach_municipality_id:
            context['search_default_outreach_municipality_id'] = self.outreach_municipality_id.id
        return action | {
            'name': self.env._("Invite to %(fair)s", fair=self.name),
            'domain': list(domain),
            'context': context,
        }
