"""Fields to several records whose conditions find what the user may read, nothing else.

Core looks past the record rules where a domain names ids or asks whether there are any: `('line_ids', '!=', False)` and
`('line_ids', 'in', [7])` would tell of lines that are closed. Remove when core asks the rules there, too.
"""

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL


class _VisibleMixin:
    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        if model.env.su or operator not in ('in', 'not in') or isinstance(value, (Domain, SQL)):
            return super().condition_to_sql(field_expr, operator, value, model, alias, query)
        yes, no = ('any', 'not any') if operator == 'in' else ('not any', 'any')
        ids = set(value)
        parts = [super().condition_to_sql(field_expr, yes, Domain('id', 'in', list(ids - {False})), model, alias, query)]
        if False in ids:
            parts.append(super().condition_to_sql(field_expr, no, Domain.TRUE, model, alias, query))
        return SQL("(%s)", (SQL(" OR ") if operator == 'in' else SQL(" AND ")).join(parts))


class VisibleOne2many(_VisibleMixin, fields.One2many):
    pass


class VisibleMany2many(_VisibleMixin, fields.Many2many):
    pass
