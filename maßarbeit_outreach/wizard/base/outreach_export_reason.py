from odoo import fields, models


class OutreachExportReason(models.TransientModel):
    _name = 'outreach.export.reason'
    _description = "Give Reason for Export"

    reason = fields.Text(required=True, help="What the export is needed for, and where it goes")

    def action_give(self):
        self.ensure_one()
        permit = self.env['outreach.export.permit']._give_reason(self.reason)
        until = fields.Datetime.context_timestamp(self, permit.date_until).strftime('%H:%M')
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._(
                    "Persons can be exported until %(time)s, by Actions → Export. Whom you export is written down.", time=until
                ),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }
