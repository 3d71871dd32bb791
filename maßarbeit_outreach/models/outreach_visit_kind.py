from odoo import fields, models


class OutreachVisitKind(models.Model):
    _name = 'outreach.visit.kind'
    _description = "Kind of visit"
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    is_visit = fields.Boolean("On Site", default=True, help="Somebody goes there; calls and video calls do not count as visits.")
    report_definition = fields.PropertiesDefinition("Questionnaire")
