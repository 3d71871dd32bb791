"""Writing companies in batches: many times a day's work for the ORM, so the INSERT is plain SQL where that
is safe."""

import logging
from collections import defaultdict

from markupsafe import Markup

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import SQL
from odoo.tools.mail import email_normalize

from ..tools import municipality

_logger = logging.getLogger(__name__)

# No tracking, followers or "created" note per company: an import of thousands is told once, by the import
# itself.
QUIET = {
    'tracking_disable': True,
    'mail_create_nolog': True,
    'mail_create_nosubscribe': True,
    'mail_notrack': True,
    'no_vat_validation': True,
    # what `_load_records_create` does: a company without parent has nothing to sync
    '_partners_skip_fields_sync': True,
}
# The code whose overrides of `res.partner.create` have been read and do nothing, under QUIET and without
# parent, that `_insert_by_sql` does not do. Any other override (another add-on, an automation rule) means:
# create through the ORM.
KNOWN_CREATE = frozenset(
    {
        'odoo.orm.models',
        'odoo.addons.base.models.res_partner',
        'odoo.addons.base.models.properties_base_definition_mixin',
        'odoo.addons.mail.models.mail_thread',
        'odoo.addons.maßarbeit_outreach.models.res_partner',
    }
)


class CompanyWriter:
    """Creates and updates companies with the rights of the user. Queries per call do not depend on the
    rows."""

    def __init__(self, env, job):
        self.env = env
        self.job = job
        self.partners = env['res.partner'].with_context(**QUIET)

    def insert(self, vals_list):
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
        return self._insert_by_sql(vals_list).ids

    def _can_insert(self):
        foreign = {definition.__module__ for definition in self._definitions('create')} - KNOWN_CREATE
        if foreign:
            _logger.info(
                "Company import: creating through the ORM, because of %s", ', '.join(sorted(foreign))
            )
        return not foreign

    def _definitions(self, name):
        for cls in type(self.partners).__mro__:
            method = cls.__dict__.get(name)
            if method:
                yield getattr(method, '__wrapped__', method)

    def _insert_by_sql(self, vals_list):
        """What ``create`` does, for rows that have columns only: defaults, INSERT, computed fields,
        constraints, rules."""
        partners = self.partners
        partners.check_access('create')
        names = {name for vals in vals_list for name in vals}
        for name in names:
            partners._check_field_access(partners._fields[name], 'write')
        defaults = self._column_defaults()
        if defaults is None:
            return partners.create(vals_list)
        self.env.cr.execute(
            SQL("SELECT nextval('res_partner_id_seq') FROM generate_series(1, %s)", len(vals_list))
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        computed = self._computers(defaults)
        now = self.env.cr.now()
        defaults.update(create_uid=self.env.uid, create_date=now, write_uid=self.env.uid, write_date=now)
        columns = sorted(names | defaults.keys() | computed.keys())
        converters = [(name, partners._fields[name].convert_to_column_insert) for name in columns]
        rows = []
        for partner_id, vals in zip(ids, vals_list, strict=True):
            vals = {**defaults, **vals, 'id': partner_id}
            vals.update({name: compute(vals) for name, compute in computed.items()})
            rows.append(
                (
                    partner_id,
                    *(
                        convert(vals[name], partners, vals) if name in vals else None
                        for name, convert in converters
                    ),
                )
            )
        self.env.cr.execute(
            SQL(
                "INSERT INTO res_partner (id, %s) VALUES %s",
                SQL(', ').join(map(SQL.identifier, columns)),
                SQL(', ').join(rows),
            )
        )
        records = partners.browse(ids)
        records.modified(partners._fields, create=True)
        for name in columns:
            self.env.remove_to_compute(partners._fields[name], records)
        for name in self._empty_images():
            self.env.remove_to_compute(partners._fields[name], records)
        records._validate_fields(names | defaults.keys())
        records.check_access('create')
        partners.env.flush_all()
        records.invalidate_recordset(flush=False)
        return records

    def _computers(self, defaults):
        """Computed columns whose rule is known for a company without parent, user and image: name ->
        f(values).

        Only where the methods come from the add-ons whose code that is; a field whose rule another add-on
        overrides is left to the ORM, like every computed field that is not named here. A test compares all
        columns with those that ``create`` writes.
        """
        partners = self.partners
        base, mail, own = 'odoo.addons.base', 'odoo.addons.mail', 'odoo.addons.maßarbeit_outreach'
        computers = {}
        if self._comes_from(base, '_compute_complete_name', '_get_complete_name'):
            computers['complete_name'] = lambda vals: vals['name'].strip()
        if self._comes_from(base, '_compute_commercial_partner', '_compute_commercial_company_name'):
            computers['commercial_partner_id'] = lambda vals: vals['id']
            computers['commercial_company_name'] = lambda vals: vals['name']
        if self._comes_from(base, '_compute_partner_share'):
            computers['partner_share'] = lambda vals: True
        if self._comes_from(base, '_compute_company_registry'):
            computers['company_registry'] = lambda vals: vals.get('company_registry')
        if self._comes_from((base, mail), '_compute_user_id'):
            computers['user_id'] = lambda vals: vals.get('user_id')
        if self._comes_from(mail, '_compute_email_normalized') and partners._primary_email == 'email':
            computers['email_normalized'] = lambda vals: email_normalize(vals.get('email'), strict=False)
        if (
            self._comes_from('odoo.addons.phone_validation', '_compute_phone_sanitized')
            and partners._phone_get_number_fields() == ['phone']
            and not defaults.get('country_id')
        ):
            computers['phone_sanitized'] = lambda vals: (
                vals.get('phone') and partners.browse()._phone_format(number=vals['phone'])
            )
        if self._comes_from(
            own,
            '_compute_outreach_municipality',
            '_compute_outreach_municipality_status',
            '_resolve_outreach_municipality',
        ):
            directory = self.env['outreach.municipality']._get_directory()

            def resolve(vals):
                return municipality.resolve(
                    vals.get('zip') or '', vals.get('city') or '', vals.get('outreach_ags') or '', directory
                )

            computers['outreach_municipality_id'] = lambda vals: resolve(vals).key
            computers['outreach_municipality_status'] = lambda vals: resolve(vals).status
        return {name: compute for name, compute in computers.items() if name in partners._fields}

    def _empty_images(self):
        """The smaller sizes of an image that is not there."""
        return [
            name
            for name, field in self.partners._fields.items()
            if field.type == 'binary' and field.store and field.related == 'image_1920'
        ]

    def _comes_from(self, addons, *methods):
        addons = tuple(f'{addon}.' for addon in ((addons,) if isinstance(addons, str) else addons))
        return all(
            definition.__module__.startswith(addons)
            for method in methods
            for definition in self._definitions(method)
        )

    def _column_defaults(self):
        """Default values of the columns, the same for every company; None if there is a default that is no
        column, such as tags from the context."""
        partners = self.partners
        defaults = partners._add_missing_default_values({})
        for name in [name for name in defaults if not partners._fields[name].column_type]:
            if any(
                not (command[0] == Command.SET and not command[2]) for command in defaults.pop(name) or ()
            ):
                return None
        # properties that an administrator added to contacts may have defaults
        field = partners._fields['properties']
        defaults['properties'] = field._add_default_values(
            self.env,
            {
                'properties': defaults.get('properties'),
                field.definition_record: partners.new()[field.definition_record].id,
            },
        )
        return defaults

    def update(self, differences):
        """Write changes to companies that exist and note them in their chatter.

        :param differences: (id, values, the changes in words, line in the file)
        :raises AccessError: a company that the user may not change
        """
        if not differences:
            return
        partners = self.partners.with_context(active_test=False).browse(
            [partner_id for partner_id, *_rest in differences]
        )
        if partners._filtered_access('write') != partners:
            raise AccessError(self.env._("You may not change this company."))
        alike = defaultdict(list)
        for partner_id, vals, _changes, _line in differences:
            alike[tuple(sorted(vals.items()))].append(partner_id)
        for vals, ids in alike.items():
            partners.browse(ids).with_prefetch(partners._prefetch_ids).write(dict(vals))
        bodies = {}
        for partner_id, _vals, changes, line in differences:
            title = self.env._(
                "Changed by the import of “%(file)s”, line %(line)s:", file=self.job.name, line=line
            )
            bodies[partner_id] = Markup("%s<br/>%s") % (title, Markup("<br/>").join(changes.split('\n')))
        self.env['res.partner'].browse(bodies)._message_log_batch(bodies)
        self.env.flush_all()
