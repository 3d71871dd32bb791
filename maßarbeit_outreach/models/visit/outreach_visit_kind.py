from odoo import api, fields, models

from ..base.outreach_circle_mixin import CIRCLES


class OutreachVisitKind(models.Model):
    _name = 'outreach.visit.kind'
    _description = "Kind of visit"
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    channel = fields.Selection(
        [('visit', "On site"), ('phone', "Phone"), ('video', "Video"), ('email', "E-mail"), ('fair', "Job fair")],
        required=True,
        default='visit',
    )
    is_visit = fields.Boolean(
        "On Site",
        compute='_compute_is_visit',
        store=True,
        precompute=True,
        help="Somebody goes there; calls and video calls do not count as visits.",
    )
    is_first = fields.Boolean(
        "For the First Visit", help="Proposed for the first visit of a company; afterwards the next kind in this list is, if it is on site."
    )
    is_mass = fields.Boolean("To Many at Once", help="Mailings and invitations: companies that refused the channel are left out.")
    circle = fields.Selection(
        CIRCLES,
        "Who May Know",
        required=True,
        default='all',
        help="Who reads such a visit at first; its team may change that for each one.",
    )
    guard_days_back = fields.Integer(
        "Days After Others", default=30, help="So many days after a contact by another agency, such a contact needs a decision. 0: never."
    )
    guard_days_ahead = fields.Integer(
        "Days Before Others",
        default=30,
        help="So many days before a contact that another agency has planned, such a contact needs a decision. 0: never.",
    )
    report_definition = fields.PropertiesDefinition("Questionnaire")

    _guard_days_check = models.Constraint('CHECK(guard_days_back >= 0 AND guard_days_ahead >= 0)', "A number of days cannot be negative.")

    @api.model
    def _get_usual_kinds(self):
        """`(first, next)`: the kinds proposed for the first visit of a company and for those that follow; empty without any kind."""
        kinds = self.search([('is_mass', '=', False)])
        on_site = kinds.filtered('is_visit') or kinds
        follow_up = on_site.filtered(lambda kind: not kind.is_first)[:1] or on_site[:1]
        return on_site.filtered('is_first')[:1] or follow_up, follow_up

    @api.depends('channel')
    def _compute_is_visit(self):
        for kind in self:
            kind.is_visit = kind.channel == 'visit'
