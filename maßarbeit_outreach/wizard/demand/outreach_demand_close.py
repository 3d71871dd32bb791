from odoo import fields, models


class OutreachDemandClose(models.TransientModel):
    _name = 'outreach.demand.close'
    _description = "Close Demands"

    demand_ids = fields.Many2many('outreach.demand', required=True)
    closed_reason = fields.Selection(
        selection=lambda self: self.env['outreach.demand']._fields['closed_reason']._description_selection(self.env),
        string="Closed Because",
        required=True,
    )

    def action_close(self):
        self.ensure_one()
        self.demand_ids.write({'stage': 'closed', 'closed_reason': self.closed_reason})
        return {'type': 'ir.actions.act_window_close'}
