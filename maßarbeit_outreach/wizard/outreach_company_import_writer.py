"""Writing companies in batches: many times a day's work for the ORM, so the INSERT is plain SQL where that is safe."""
import logging
from collections import defaultdict

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# No tracking, followers or "created" note per company: an import of thousands is told once, by the import itself.
QUIET = {
    'tracking_disable': True,
    'mail_create_nolog': True,
    'mail_create_nosubscribe': True,
    'mail_notrack': True,
    'no_vat_validation': True,
    '_partners_skip_fields_sync': True,    # what `_load_records_create` does: a company without parent has nothing to sync
}
# The add-ons whose overrides of `res.partner.create` have been read and do nothing, under QUIET and without parent,
# that `_insert` does not do. Any other override (another add-on, an automation rule) means: create through the ORM.
KNOWN_CREATE = frozenset({
    'odoo.orm.models', 'odoo.orm.decorators', 'odoo.addons.base.models.res_partner',
    'odoo.addons.base.models.properties_base_definition_mixin', 'odoo.addons.mail.models.mail_thread',
})


class CompanyWriter:
    """Creates and updates companies with the rights of the user. Queries per call do not depend on the rows."""

    def __init__(self, env, job):
        self.env = env
        self.job = job
        self.partners = env['res.partner'].with_context(**QUIET)

    def create(self, vals_list):
        """Create companies.

        :param list vals_list: values by field name, see ``WRITABLE``
        :return: list of ids, in the same order
        :raises AccessError, ValidationError: as the ORM does
        """
        if not vals_list:
            return []
        vals_list = [dict(vals, is_company=True) for vals in vals_list]
        if not self._can_insert():
            return self.partners.create(vals_list).ids
        return self._insert(vals_list).ids

    def _can_insert(self):
        foreign = {
            definition.__module__
            for definition in self._definitions('create')
        } - KNOWN_CREATE
        foreign = {name for name in foreign if not name.startswith('odoo.addons.maßarbeit_outreach.')}
        if foreign:
            _logger.info("Company import: creating through the ORM, because of %s", ', '.join(sorted(foreign)))
        return not foreign

    def _definitions(self, name):
        for cls in type(self.partners).__mro__:
            method = cls.__dict__.get(name)
            if method:
                yield getattr(method, '__wrapped__', method)

    def _insert(self, vals_list):
        """What ``create`` does, for rows that have columns only: defaults, INSERT, computed fields, constraints, rules.

        The computed fields are left to the ORM, so that those of any add-on are right.
        """
        partners = self.partners
        partners.check_access('create')
        names = {name for vals in vals_list for name in vals}
        for name in names:
            partners._check_field_access(partners._fields[name], 'write')
        defaults = partners._add_missing_default_values({})
        if any(value for name, value in defaults.items() if not partners._fields[name].column_type and value):
            return partners.create(vals_list)   # a default that is no column, such as tags from the context
        defaults = {name: value for name, value in defaults.items() if partners._fields[name].column_type}
        columns = sorted((names | defaults.keys()) - {'id'})
        now = self.env.cr.now()
        log = {'create_uid': self.env.uid, 'create_date': now, 'write_uid': self.env.uid, 'write_date': now}
        rows = []
        converters = [(name, partners._fields[name].convert_to_column_insert) for name in columns]
        for vals in vals_list:
            vals = {**defaults, **vals}
            rows.append((*(convert(vals.get(name, False), partners, vals) for name, convert in converters), *log.values()))
        self.env.cr.execute(SQL(
            "INSERT INTO res_partner (%s) VALUES %s RETURNING id",
            SQL(', ').join(map(SQL.identifier, [*columns, *log])), SQL(', ').join(rows)))
        records = partners.browse([row[0] for row in self.env.cr.fetchall()])
        # as `_create` does: what is written is in the cache, the rest of the columns is known to be empty
        empty = [field for field in partners._fields.values() if field.store and field.name not in names
                 and field.name not in defaults and field.name not in log and field.name != 'id']
        for field in empty:
            value = () if field.type in ('one2many', 'many2many') else None
            for record in records:
                field._update_cache(record, value)
        for name in columns:
            field = partners._fields[name]
            for record, vals in zip(records, vals_list, strict=True):
                field._update_cache(record, field.convert_to_cache(vals.get(name, defaults.get(name, False)), record))
        records.modified(partners._fields, create=True)
        for name in names | defaults.keys():
            field = partners._fields[name]
            if field.compute and field.store:
                self.env.remove_to_compute(field, records)
        records._validate_fields(set(columns))
        records.check_access('create')
        self.env.flush_all()
        records.invalidate_recordset(flush=False)
        return records

    def update(self, differences):
        """Write changes to companies that exist and note them in their chatter.

        :param differences: (id, values, the changes in words, line in the file)
        :raises AccessError: a company that the user may not change
        """
        if not differences:
            return
        partners = self.partners.with_context(active_test=False).browse([partner_id for partner_id, *_rest in differences])
        if partners._filtered_access('write') != partners:
            raise AccessError(self.env._("You may not change this company."))
        alike = defaultdict(list)
        for partner_id, vals, _changes, _line in differences:
            alike[tuple(sorted(vals.items()))].append(partner_id)
        for vals, ids in alike.items():
            partners.browse(ids).with_prefetch(partners._prefetch_ids).write(dict(vals))
        bodies = {}
        for partner_id, _vals, changes, line in differences:
            title = self.env._("Changed by the import of “%(file)s”, line %(line)s:", file=self.job.name, line=line)
            bodies[partner_id] = Markup("%s<br/>%s") % (title, Markup("<br/>").join(changes.split('\n')))
        self.env['res.partner'].browse(bodies)._message_log_batch(bodies)
        self.env.flush_all()
