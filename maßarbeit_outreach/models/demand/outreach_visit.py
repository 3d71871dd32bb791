from odoo import api, fields, models


class OutreachVisit(models.Model):
    """Demands that were heard at a visit."""

    _inherit = 'outreach.visit'

    demand_ids = fields.One2many('outreach.demand', 'visit_id', "Demands")
    demand_count = fields.Integer(compute='_compute_demand_count')

    @api.depends('demand_ids')
    def _compute_demand_count(self):
        counts = dict(self.env['outreach.demand']._read_group([('visit_id', 'in', self.ids)], ['visit_id'], ['__count']))
        for visit in self:
            visit.demand_count = counts.get(visit._origin, 0)

    def write(self, vals):
        """A visit to another company takes its demands along."""
        demands = (
            {visit: visit.demand_ids.filtered(lambda demand, visit=visit: demand.partner_id == visit.partner_id) for visit in self}
            if 'partner_id' in vals
            else {}
        )
        res = super().write(vals)
        for visit, logged in demands.items():
            logged.filtered(lambda demand, visit=visit: demand.partner_id != visit.partner_id).partner_id = visit.partner_id
        return res

    def _get_outcome_words(self):
        count = len(self.demand_ids)
        return [
            *super()._get_outcome_words(),
            count and (self.env._("1 demand") if count == 1 else self.env._("%(count)s demands", count=count)),
        ]

    def action_view_demands(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_demand_action')
        return action | {
            'domain': [('visit_id', '=', self.id)],
            'context': {'default_visit_id': self.id, 'default_partner_id': self.partner_id.id},
        }

    def action_quick_demand(self):
        """Log a demand that was heard at this visit."""
        self.ensure_one()
        return self.env['outreach.demand'].with_context(default_partner_id=self.partner_id.id, default_visit_id=self.id).action_quick()
