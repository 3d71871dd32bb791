"""Fields of core whose records the addon closes to some who read what they stand on; see `event_event.py`, too."""

from odoo import models

from ..base.visible_fields import VisibleOne2many


class EventEventTicket(models.Model):
    _inherit = 'event.event.ticket'

    registration_ids = VisibleOne2many()


class EventSlot(models.Model):
    _inherit = 'event.slot'

    registration_ids = VisibleOne2many()


class EventBoothCategory(models.Model):
    _inherit = 'event.booth.category'

    booth_ids = VisibleOne2many()
