from odoo import fields, models


class OutreachPromiseClose(models.TransientModel):
    _name = 'outreach.promise.close'
    _description = "Settle Promises"

    promise_ids = fields.Many2many('outreach.promise', required=True)
    state = fields.Selection(
        selection=lambda self: [
            option for option in self.env['outreach.promise']._fields['state']._description_selection(self.env) if option[0] != 'open'
        ],
        string="Was It Kept?",
        required=True,
        default='kept',
    )
    outcome = fields.Char("What Came of It", required=True)

    def action_close(self):
        self.ensure_one()
        self._check_outreach_reason(self.outcome)
        self.promise_ids.check_access('write')
        self.promise_ids._close(self.state, self.outcome)
        return {'type': 'ir.actions.act_window_close'}
