from odoo import api, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Contact several companies at once: plan visits, log contacts, write to them."""

    _inherit = 'res.partner'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_outreach_context_companies(self):
        """The companies that a wizard was opened for: `default_partner_ids`, else those chosen in a list or form."""
        ids = self.env.context.get('default_partner_ids')
        if ids is None and self.env.context.get('active_model') == self._name:
            ids = self.env.context.get('active_ids')
        partners = self.search(Domain('id', 'in', ids or []))
        by_id = {partner.id: partner.commercial_partner_id for partner in partners}
        companies = self.union(*(by_id[partner] for partner in ids or [] if partner in by_id))
        return companies.filtered('is_company')

    def _open_outreach_wizard(self, model):
        return self.env[model].with_context(default_partner_ids=self.ids)._open()

    def action_open_outreach_plan(self):
        """Plan visits to these companies."""
        return self._open_outreach_wizard('outreach.visit.plan')

    def action_open_outreach_log(self):
        """Log a contact with these companies."""
        return self._open_outreach_wizard('outreach.contact.log')

    def action_open_outreach_mailing(self):
        """Write to these companies."""
        return self._open_outreach_wizard('outreach.contact.mailing')
