from odoo import fields, models

from ..base.selections import SIZE_CLASSES


class OutreachCadence(models.Model):
    """After how many months companies of a size class are due for the next joint visit."""

    _name = 'outreach.cadence'
    _description = "Cadence of Joint Visits"
    _order = 'months, id'
    _rec_name = 'size_class'

    size_class = fields.Selection(SIZE_CLASSES, help="Empty: companies whose size is not known")
    months = fields.Integer(required=True)

    _size_class_uniq = models.UniqueIndex("(coalesce(size_class, ''))", "There is a cadence for this size class already.")
    _months_check = models.Constraint('CHECK(months > 0)', "The cadence is at least one month.")
