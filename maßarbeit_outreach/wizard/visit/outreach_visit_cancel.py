from odoo import fields, models


class OutreachVisitCancel(models.TransientModel):
    _name = 'outreach.visit.cancel'
    _description = "Cancel Visits"

    visit_ids = fields.Many2many('outreach.visit', required=True)
    reason = fields.Char(required=True)

    def action_cancel(self):
        self.ensure_one()
        self.visit_ids.check_access('write')
        self.visit_ids._cancel(self.reason)
        return {'type': 'ir.actions.act_window_close'}
