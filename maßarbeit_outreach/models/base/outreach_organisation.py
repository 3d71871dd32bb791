"""What belongs to an organisation stays in it.

Core asks the record rules before it writes, not afterwards: who may change a record could hand it to another organisation, or
put a line, a stand or an activity below a record of another one. Read from the rules themselves, so that no model with an
organisation can be left out, whether it has one of its own or that of a record above it.
"""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import ormcache
from odoo.tools.safe_eval import safe_eval

ORGANISATION = 'res.company'


class Base(models.AbstractModel):
    _inherit = 'base'

    # OVERRIDE to ask afterwards as well. Remove when core does.
    def write(self, vals):
        res = super().write(vals)
        # administrators say to which organisations a user belongs, also where they do not work themselves
        if not self.env.su and self and self._name != 'res.users':
            names, domain = self.env['ir.rule']._get_outreach_organisation_lock(self._name)
            if not names.isdisjoint(vals):
                moved = self - self.sudo().with_context(active_test=False).filtered_domain(domain)
                if moved:
                    raise AccessError(
                        self.env._(
                            "%(what)s stays in its organisation. To work for another one, switch to it first.",
                            what=self.env['ir.model']._get(self._name).name,
                        )
                    )
        return res


class IrRule(models.Model):
    _inherit = 'ir.rule'

    @api.model
    @ormcache('self.env.uid', 'model_name', 'tuple(self.env.companies.ids)')
    def _get_outreach_organisation_lock(self, model_name):
        """What keeps records of a model in the organisations that this user works for.

        :return: ``(names, domain)``: the fields that decide to which organisation a record belongs, those behind computed
            ones included, and what holds for records of these organisations, by the global rules that speak of them
        """
        rules = (
            self._get_rules(model_name, 'write')
            .sudo()
            .filtered(lambda rule: not rule.groups and 'company_ids' in (rule.domain_force or ''))
        )
        if not rules:
            return frozenset(), Domain.TRUE
        model = self.env[model_name]
        context = self._eval_context()
        domain = Domain.AND(Domain(safe_eval(rule.domain_force, context)) for rule in rules)
        names = {path[0] for path in _iter_paths(model, domain) if path[1] == ORGANISATION}
        todo = list(names)
        while todo:
            for path in self.env.registry.field_depends.get(model._fields[todo.pop()], ()):
                if (name := path.partition('.')[0]) not in names:
                    names.add(name)
                    todo.append(name)
        return frozenset(names), domain.optimize(model)


def _iter_paths(model, domain):
    """Yield the first field of each condition, and the name of the model at which it arrives (False: none)."""
    for condition in domain.iter_conditions():
        first, *rest = condition.field_expr.split('.')
        if first not in model._fields:
            continue  # TRUE and FALSE of a domain in XML
        comodel = model._fields[first].comodel_name
        for name in rest:
            field = model.env[comodel]._fields.get(name) if comodel else None
            comodel = field.comodel_name if field is not None else False
        if condition.operator in ('any', 'not any') and comodel:
            for __, end in _iter_paths(model.env[comodel], Domain(condition.value)):
                yield first, end
        else:
            yield first, comodel


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    # OVERRIDE since core asks only the record that an activity leaves, not the one to which it moves. Remove when it does.
    def write(self, vals):
        res = super().write(vals)
        if {'res_model', 'res_model_id', 'res_id'} & vals.keys():
            self.check_access('create')
        return res
