"""The small catalogues that users pick from. They share one form: a name, perhaps a code, perhaps a parent."""
from odoo import api, fields, models
from odoo.exceptions import ValidationError


def find_or_create(model, key, vals_list, create):
    """The records of these values, by the fields of their key; only those that are not there are created."""
    records = model.browse()
    for vals in vals_list:
        values = model.default_get(key) | vals
        records += model.search([(fname, '=', values.get(fname, False)) for fname in key], limit=1) or create([vals])
    return records


class OutreachCatalogueMixin(models.AbstractModel):
    _name = 'outreach.catalogue.mixin'
    _description = "Coded catalogue entry in a hierarchy"
    _parent_store = True
    _order = 'code, name'
    _rec_names_search = ['name', 'code']

    name = fields.Char(required=True, translate=True, index='trigram')
    active = fields.Boolean(default=True)
    is_obsolete = fields.Boolean(
        "Obsolete", readonly=True, help="The classification dropped it; it stays for what refers to it, and is archived.")
    code = fields.Char(index=True)
    parent_path = fields.Char(index=True, export_string_translation=False)

    @api.depends('name', 'code')
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.code} {entry.name}" if entry.code else entry.name

    @api.depends('parent_id.section_id')
    def _compute_section_id(self):
        """For the catalogues that have such a field."""
        for entry in self:
            entry.section_id = entry.parent_id.section_id or entry

    @api.constrains('parent_id')
    def _check_hierarchy(self):
        if self._has_cycle():
            raise ValidationError(self.env._("An entry cannot be placed below itself."))


class OutreachLanguage(models.Model):
    _name = 'outreach.language'
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
