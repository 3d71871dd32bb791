from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_datetime

MAX_SLOTS_A_DAY = 8
MAX_SLOTS = 40


class OutreachVisitSlot(models.TransientModel):
    """Find a time at which a team is free, for a visit or for the visits that are being planned."""

    _name = 'outreach.visit.slot'
    _description = "Find a Time"

    visit_id = fields.Many2one('outreach.visit', readonly=True, ondelete='cascade')
    plan_id = fields.Many2one('outreach.visit.plan', readonly=True, ondelete='cascade')
    user_ids = fields.Many2many('res.users', string="Team", required=True, domain="[('outreach_agency_ids', '!=', False)]")
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To", required=True, default=lambda self: fields.Date.context_today(self) + timedelta(days=14))
    minutes = fields.Integer("Length in Minutes", required=True, default=60)
    line_ids = fields.One2many('outreach.visit.slot.line', 'slot_id', "Free Times", readonly=True)

    @api.model
    def _open(self, values):
        """Make a dialog with these values, search with them and show it."""
        dialog = self.create(values)
        if dialog.user_ids:
            dialog._search_slots()
        return dialog._show()

    def _show(self):
        return {
            'name': self.env._("Find a Time"),
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
        }

    def action_search(self):
        self.ensure_one()
        self._search_slots()
        return self._show()

    def _search_slots(self):
        """Fill the list; of slots that overlap the first one is shown, and not too many of a day."""
        slots = self.env['outreach.visit']._find_free_slots(
            self.user_ids, self.date_from, self.date_to, self.minutes, self.visit_id.event_id.ids
        )
        shown, per_day = [], {}
        for start, stop in slots:
            day = fields.Datetime.context_timestamp(self, start).date()
            if len(shown) < MAX_SLOTS and per_day.get(day, 0) < MAX_SLOTS_A_DAY and not (shown and start < shown[-1][1]):
                shown.append((start, stop))
                per_day[day] = per_day.get(day, 0) + 1
        self.line_ids = [Command.clear(), *(Command.create({'start': start, 'stop': stop}) for start, stop in shown)]


class OutreachVisitSlotLine(models.TransientModel):
    _name = 'outreach.visit.slot.line'
    _description = "Free Time"
    _order = 'start'
    _rec_name = 'label'

    slot_id = fields.Many2one('outreach.visit.slot', required=True, index=True, ondelete='cascade')
    start = fields.Datetime(required=True)
    stop = fields.Datetime("End", required=True)
    label = fields.Char("When", compute='_compute_label')

    @api.depends('start', 'stop')
    @api.depends_context('tz', 'lang')
    def _compute_label(self):
        for line in self:
            line.label = (
                f"{format_datetime(self.env, line.start, dt_format='EEE, d MMM, HH:mm')}"
                f"–{format_datetime(self.env, line.stop, dt_format='HH:mm')}"
            )

    def action_take(self):
        """Move the visit, or begin planning, at this time."""
        self.ensure_one()
        slot = self.slot_id
        if slot.visit_id:
            if slot.visit_id.stage != 'planned':
                raise UserError(self.env._("Only a visit that is planned can be moved here."))
            slot.visit_id.write({'start': self.start, 'stop': self.stop})
            return {'type': 'ir.actions.act_window_close'}
        slot.plan_id.write({'start': self.start, 'user_ids': [Command.set(slot.user_ids.ids)]})
        return slot.plan_id._show()
