"""A demand in under a minute: what the employer says, the occupation with a tap, how many, done."""
from odoo import api, models

QUICK_VIEW = 'maßarbeit_outreach.outreach_demand_view_form_quick'


class OutreachDemand(models.Model):
    _inherit = 'outreach.demand'  # pylint: disable=consider-merging-classes-inherited

    SUGGESTIONS = 5

    @api.model
    @api.readonly
    def suggest_occupations(self, words):
        """What the employer's words may mean, the best first, as `search_by_words` gives it. Nothing is chosen by it.

        A group is better than nothing, an occupation better than its group.
        """
        if not isinstance(words, str) or len(words.strip()) < 2:
            return []
        found = self.env['outreach.occupation'].search_by_words(words, limit=2 * self.SUGGESTIONS)
        return sorted(found, key=lambda entry: entry['scheme'] == 'kldb' and not entry['requirement_level'])[:self.SUGGESTIONS]

    def action_quick(self):
        """Open the quick entry; `default_*` keys of the context fill it."""
        return {
            'name': self.env._("Log a Demand"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.demand',
            'views': [(self.env.ref(QUICK_VIEW).id, 'form')],
            'target': 'new',
            'context': {key: value for key, value in self.env.context.items() if key.startswith('default_')},
        }

    def action_quick_another(self):
        """The dialog has saved this demand; open it again for the next one of the same company."""
        self.ensure_one()
        return self.with_context(
            default_partner_id=self.partner_id.id, default_visit_id=self.visit_id.id).action_quick()


class OutreachVisit(models.Model):
    _inherit = 'outreach.visit'  # pylint: disable=consider-merging-classes-inherited

    def action_quick_demand(self):
        """Log a demand that was heard at this visit."""
        self.ensure_one()
        return self.env['outreach.demand'].with_context(
            default_partner_id=self.partner_id.id, default_visit_id=self.id).action_quick()


class ResPartner(models.Model):
    _inherit = 'res.partner'  # pylint: disable=consider-merging-classes-inherited

    def action_quick_outreach_demand(self):
        """Log a demand of this company."""
        self.ensure_one()
        return self.env['outreach.demand'].with_context(default_partner_id=self.commercial_partner_id.id).action_quick()
