"""The small catalogues that users pick from. They share one form: a name, perhaps a code, perhaps a parent."""

from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

CATALOGUES = ('outreach.occupation', 'outreach.skill', 'outreach.isco.group', 'outreach.skill.group', 'outreach.industry')


def find_or_create(model, key, vals_list, create):
    """The records of these values, by the fields of their key; only those that are not there are created."""
    records = model.browse()
    for vals in vals_list:
        values = model.default_get(key) | vals
        records += model.search([(fname, '=', values.get(fname, False)) for fname in key], limit=1) or create([vals])
    return records


class OutreachCatalogueUsageMixin(models.AbstractModel):
    """What is in use is archived, not deleted."""

    _name = 'outreach.catalogue.usage.mixin'
    _description = "Catalogue entry that others refer to"

    @api.model
    def _get_uses(self):
        """`(model, field)` of what refers to this catalogue and would break, or lose what it says, when an entry goes.

        Within the catalogues that are the links that refuse it; what is recorded about companies counts always.
        """
        for name, model in self.env.registry.items():
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                if (
                    field.type == 'many2one'
                    and field.store
                    and field.comodel_name == self._name
                    and (field.ondelete == 'restrict' or (field.ondelete == 'set null' and name not in CATALOGUES))
                ):
                    yield name, field.name

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for model, fname in self._get_uses():
            domain = Domain(fname, 'in', self.ids)
            if model == self._name:
                domain &= Domain('id', 'not in', self.ids)
            user = self.env[model].sudo().with_context(active_test=False).search(domain, limit=1)
            if user and not user.sudo(self.env.su).has_access('read'):
                raise UserError(
                    self.env._(
                        "“%(name)s” is in use, so it cannot be deleted."
                        " Archive it instead: nobody is offered it any more, and what refers to it stays as it is.",
                        name=user[fname].display_name,
                    )
                )
            if user:
                raise UserError(
                    self.env._(
                        "“%(name)s” is in use (%(model)s: “%(user)s”), so it cannot be deleted."
                        " Archive it instead: nobody is offered it any more, and what refers to it stays as it is.",
                        name=user[fname].display_name,
                        model=self.env['ir.model']._get(model).name,
                        user=user.display_name,
                    )
                )


class OutreachCatalogueMixin(models.AbstractModel):
    _name = 'outreach.catalogue.mixin'
    _inherit = ['outreach.catalogue.usage.mixin']
    _description = "Coded catalogue entry in a hierarchy"
    _parent_store = True
    _order = 'code, name'
    _rec_names_search = ['name', 'code']

    name = fields.Char(required=True, translate=True, index='trigram')
    active = fields.Boolean(default=True)
    is_obsolete = fields.Boolean(
        "Obsolete", readonly=True, help="The classification dropped it; it stays for what refers to it, and is archived."
    )
    code = fields.Char(index=True)
    parent_path = fields.Char(index=True, export_string_translation=False)
    path = fields.Char("Belongs To", compute='_compute_path', help="What is above it, from the top down")

    @api.depends('name', 'code')
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.code} {entry.name}" if entry.code else entry.name

    @api.depends('parent_id.section_id')
    def _compute_section_id(self):
        """For the catalogues that have such a field."""
        for entry in self:
            entry.section_id = entry.parent_id.section_id or entry

    @api.depends('parent_id.parent_path', 'parent_id.name')
    def _compute_path(self):
        above = {entry: [int(key) for key in (entry.parent_id.parent_path or '').split('/') if key] for entry in self}
        names = {entry.id: entry.display_name for entry in self.browse({key for keys in above.values() for key in keys})}
        for entry, keys in above.items():
            entry.path = ' › '.join(names[key] for key in keys)

    @api.model
    def _sum_up(self, counts):
        """Counts (`{entry: number}`) of entries together with those of all below them, as `{id: number}`."""
        totals = Counter()
        for entry, count in counts:
            for key in filter(None, (entry.parent_path or '').split('/')):
                totals[int(key)] += count
        return totals

    @api.constrains('parent_id')
    def _check_hierarchy(self):
        if self._has_cycle():
            raise ValidationError(self.env._("An entry cannot be placed below itself."))


class OutreachLanguage(models.Model):
    _name = 'outreach.language'
    _inherit = ['outreach.kept.mixin']
    _description = "Language spoken"
    _order = 'name'
    _rec_names_search = ['name', 'code']

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="ISO 639 code")
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex('(code)', "There is a language with this code already.")


class OutreachTopic(models.Model):
    _name = 'outreach.topic'
    _description = "Topic of a visit"
    _order = 'sequence, name'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
