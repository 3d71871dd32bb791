from odoo import api, fields, models
from odoo.fields import Domain


class OutreachOpenMixin(models.AbstractModel):
    """Something that is open until it ends. What "open" means is said once, for Python, SQL, views and filters."""

    _name = 'outreach.open.mixin'
    _description = "Open Until It Ends"

    _open_field = 'stage'
    OPEN_STAGES = ()

    is_open = fields.Boolean("Open", compute='_compute_is_open', search='_search_is_open')

    @api.depends(lambda self: (self._open_field,))
    def _compute_is_open(self):
        for record in self:
            record.is_open = record[self._open_field] in self.OPEN_STAGES

    def _search_is_open(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return self._get_open_domain() if True in value else ~self._get_open_domain()

    @api.model
    def _get_open_domain(self):
        """What "open" means wherever open ones are counted."""
        return Domain(self._open_field, 'in', self.OPEN_STAGES)
