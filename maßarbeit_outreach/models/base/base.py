"""What holds for all models, those of core as well."""

import json

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.base.reason import is_reason
from .outreach_access_log import is_about_persons, logged_as

MODULE = 'maßarbeit_outreach'
# How much text a field takes, stated once for all fields of the addon, whichever way the text comes: characters, by the type
# of the field. Far more than anybody types, and little enough that neither a page nor the database suffers from what a script
# sends.
LIMITS = {'char': 500, 'text': 20_000, 'html': 50_000, 'properties': 20_000}


class Base(models.AbstractModel):
    _inherit = 'base'

    @api.model
    def _with_defaults(self, vals_list, *names):
        """These values of new records, with what is not given of these fields but comes from the context (`default_…`) or from a saved
        default: both are in the hand of whoever calls, so what is checked of the values is checked of them as well."""
        missing = [name for name in names if any(name not in vals for vals in vals_list)]
        defaults = self.default_get(missing) if missing else {}
        return [defaults | vals for vals in vals_list]

    @api.model
    def _check_outreach_reason(self, *texts):
        """Raise UserError unless each of these says something."""
        for text in texts:
            if not is_reason(text):
                raise UserError(self.env._("“%(text)s” says nothing to whoever reads it later. Please say it in words.", text=text or ''))

    # OVERRIDE since core knows no limit but `size`, which cuts off without a word. Here and not in a mixin, so that no
    # model of the addon, and no field that it gives to a model of core, can be left out.
    def _validate_fields(self, field_names, excluded_names=()):
        field_names = set(field_names)
        for name in field_names:
            field = self._fields[name]
            if field.type in LIMITS and field._module == MODULE and field.store:
                self._check_outreach_text(field)
        return super()._validate_fields(field_names, excluded_names)

    # OVERRIDE for the same reason: core writes translations past the checks.
    def _update_field_translations(self, field_name, translations, digest=None, source_lang=''):
        field = self._fields[field_name]
        if field.type in LIMITS and field._module == MODULE:
            for value in translations.values():
                self._refuse_outreach_text(field, sum(map(len, value.values())) if isinstance(value, dict) else len(value or ''))
        return super()._update_field_translations(field_name, translations, digest=digest, source_lang=source_lang)

    def _check_outreach_text(self, field):
        for record in self.sudo():
            if field.type == 'properties':
                # whatever is in them: core keeps answers as they come, also where a number is asked for
                value = json.dumps(dict(record[field.name] or {}), default=str, ensure_ascii=False)
            else:
                value = record[field.name] or ''
            self._refuse_outreach_text(field, len(value))

    def _refuse_outreach_text(self, field, size):
        """Raise ValidationError where so many characters are more than fit."""
        if size > LIMITS[field.type]:
            raise ValidationError(
                self.env._(
                    "%(field)s: these are %(size)s characters, and %(limit)s fit. Please shorten the text.",
                    field=field._description_string(self.env),
                    size=size,
                    limit=LIMITS[field.type],
                )
            )

    # OVERRIDE since core asks who may read a field when a condition on it becomes SQL, but not when the field has a search
    # method, such as `has_message`. Remove when it does. Here for all models, as a condition reaches one through another.
    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not bypass_access and not self.env.su:
            domain = Domain(domain)
            self._check_condition_fields(domain)
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    @api.model
    def _check_condition_fields(self, domain):
        """Raise AccessError if a condition leads through a field with a search method that this user may not read."""
        for condition in domain.iter_conditions():
            model = self
            for name in condition.field_expr.split('.'):
                field = model._fields.get(name)
                if field is None:
                    break  # a part of a date or a property; core names what does not exist
                if field.search:
                    model._check_field_access(field, 'read')
                if field.comodel_name:
                    model = self.env[field.comodel_name]
            if isinstance(condition.value, Domain):
                model._check_condition_fields(condition.value)

    # OVERRIDE since core asks who may read what becomes SQL: of a related field the one at its end, of a many2many to group
    # by nothing. Remove when it asks for the field that is named.
    def _read_group_select(self, aggregate_spec, query):
        self._check_first_field(aggregate_spec)
        return super()._read_group_select(aggregate_spec, query)

    # OVERRIDE for the same reason.
    def _read_group_groupby(self, alias, groupby_spec, query):
        self._check_first_field(groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    # OVERRIDE for the same reason.
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        self._check_first_field(field_name)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _check_first_field(self, expression):
        field = self._fields.get(expression.partition('.')[0].partition(':')[0])
        if field is not None and not self.env.su:
            self._check_field_access(field, 'read')

    # OVERRIDE for the rules of `outreach_person_export_mixin`. Remove when core can keep a model out of exports.
    def _export_rows(self, fields, *, _is_toplevel_call=True):
        if self._takes_persons(fields):
            self._check_person_export()
            with logged_as('export'):
                self._write_exported_persons_down(fields)
        if _is_toplevel_call:
            self._write_exported_paths_down(fields)
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    def _check_person_export(self):
        """Raise UserError unless this user may export persons, and has said why; see `outreach.export.permit`."""
        self.env['outreach.export.permit']._check()

    def _check_person_export_groups(self, groupby):
        """Raise UserError if the headings of groups would be persons.

        :param groupby: list of str, `field`, `field.field` or `field:granularity`
        """
        for spec in groupby:
            model = self
            for name in spec.partition(':')[0].split('.'):
                field = model._fields.get(name)
                if field is None:
                    break
                if field.type == 'properties':
                    comodel = model.get_property_definition(spec.partition(':')[0]).get('comodel')
                else:
                    comodel = field.comodel_name
                if is_about_persons(self.env, comodel):
                    self._check_person_export()
                if not comodel or comodel not in self.env:
                    break
                model = self.env[comodel]

    def _takes_persons(self, paths):
        """Whether a list of these records is about persons. Core comes back for what lies behind a field, except for the names
        of a many2many, and for properties."""
        if not self:
            return False
        if is_about_persons(self.env, self._name) or self._refers_to_persons():
            return True
        for name in {path[0] for path in paths if path}:
            field = self._fields.get(name.partition('.')[0])
            if field is None or field.type not in ('many2many', 'properties'):
                continue
            if field.type == 'properties':
                if '.' in name and is_about_persons(self.env, self.get_property_definition(name).get('comodel')):
                    return True
            elif is_about_persons(self.env, field.comodel_name):
                if self[name]:
                    return True
            elif self.env[field.comodel_name]._get_reference_fields() and self[name]._refers_to_persons():
                return True
        return False

    def _write_exported_persons_down(self, paths=()):
        """Of whom these columns tell besides those behind a field, see `_takes_persons` and `outreach.access.log`."""
        if is_about_persons(self.env, self._name):
            self._write_access_down()
        for field in self._get_reference_fields():
            self.env['outreach.access.log']._write_references_down([(row[field.model_field], row[field.name]) for row in self.sudo()])
        for name in {path[0] for path in paths if path}:
            field = self._fields.get(name.partition('.')[0])
            if field is not None and field.type == 'many2many':
                self[name]._write_exported_persons_down()
            elif field is not None and field.type == 'properties' and '.' in name:
                for row in self:
                    value = row[field.name].get(name.partition('.')[2])
                    if isinstance(value, models.BaseModel):
                        value._write_exported_persons_down()

    def _write_exported_paths_down(self, paths):
        """Of whom these columns tell that lie behind a field, for all rows at once: core comes back for them row by row."""
        behind = {}
        for name, *rest in filter(None, paths):
            if rest and (field := self._fields.get(name)) is not None and field.relational and field.type != 'many2many':
                behind.setdefault(name, []).append(rest)
        for name, rest in behind.items():
            lines = self[name]
            if lines._takes_persons(rest):
                self._check_person_export()
                with logged_as('export'):
                    lines._write_exported_persons_down(rest)
            lines._write_exported_paths_down(rest)

    def _refers_to_persons(self):
        return any(
            is_about_persons(self.env, name)
            for field in self._get_reference_fields()
            for name in set(self.sudo().mapped(field.model_field)) - {False}
        )

    # OVERRIDE for the rules of `outreach_person_import.py`: the one door through which core's import goes, and scripts may.
    @api.model
    def load(self, fields, data):
        self._check_person_import(fields)
        result = super().load(fields, data)
        if not self.env.su and result['ids'] and self.browse(result['ids'])._refers_to_persons():
            self._refuse_person_import()
        return result

    @api.model
    def _check_person_import(self, paths=()):
        """Raise UserError if rows of this model, or what these columns write, would be about persons.

        :param paths: columns as core names them: `field`, `field/field/id`, `properties.name`
        """
        if self.env.su:
            return
        if is_about_persons(self.env, self._name):
            self._refuse_person_import()
        for path in filter(None, paths):
            model = self
            for name in path.split('/'):
                field = model._fields.get(name.partition('.')[0])
                if field is None:
                    break
                if field.type == 'properties':
                    comodel = model.get_property_definition(name).get('comodel') if '.' in name else None
                else:
                    comodel = field.comodel_name
                if is_about_persons(self.env, comodel):
                    self._refuse_person_import()
                if not comodel or comodel not in self.env:
                    break
                model = self.env[comodel]

    def _refuse_person_import(self):
        raise UserError(
            self.env._(
                "What is known of persons is not imported here, since Odoo keeps the file for hours. Jobseekers are imported under"
                " Jobseekers → Import Candidates, where the file is not stored."
            )
        )

    def _get_reference_fields(self):
        """Fields that hold the id of a record, whose model stands in another field."""
        return [field for field in self._fields.values() if field.type == 'many2one_reference' and field.model_field]
