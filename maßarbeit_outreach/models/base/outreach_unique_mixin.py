"""What has to be unique is told before the database refuses it."""

import re

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.orm.table_objects import UniqueIndex
from odoo.tools import SQL

# "(a, b) WHERE c": keys and condition
_DEFINITION = re.compile(r"\((?P<keys>.+?)\)(?:\s+WHERE\s+(?P<where>.+))?", re.DOTALL)
_NEXT_KEY = re.compile(r",\s*(?![^()]*\))")


class OutreachUniqueMixin(models.AbstractModel):
    """A value that somebody else has is refused with the index's own words, on every path that ends in the ORM.

    The indexes stay: of two who write at the same moment neither sees the other, and the database refuses one of them. That
    is not enough by itself, since code that calls the ORM gets an error of the database that spoils its transaction, and
    since core writes the statement into the server's log (see `tools/base/log_values.py`).

    It is asked where the columns are settled, right before INSERT and UPDATE: with defaults, with what was computed, and
    for all rows of a batch in one query per index.
    """

    _name = 'outreach.unique.mixin'
    _description = "Unique values, told in time"

    def _create(self, data_list):
        self._check_unique(
            [data['stored'] for data in data_list],
            lambda name, stored: self._fields[name].convert_to_column_insert(stored.get(name), self, stored),
        )
        return super()._create(data_list)

    def _write_multi(self, vals_list):
        leaving = self._check_unique(vals_list, lambda name, vals: vals[name], self)
        if not leaving:
            return super()._write_multi(vals_list)
        # the database checks row by row, in an order of its own: who leaves a value goes before who takes it
        for goes_first in (True, False):
            part = [(record_id, vals) for record_id, vals in zip(self._ids, vals_list, strict=True) if (record_id in leaving) is goes_first]
            if part:
                super(OutreachUniqueMixin, self.browse(record_id for record_id, __ in part))._write_multi([vals for __, vals in part])
        return None

    @api.model
    def _get_unique_indexes(self):
        """Those that say something to people, as `[(index, keys, condition, names of the fields that either of them reads)]`."""
        found = []
        for index in self._table_objects.values():
            if isinstance(index, UniqueIndex) and index.message:
                definition = _DEFINITION.fullmatch(index._index_definition.strip())
                words = re.findall(r'\w+', re.sub(r"'[^']*'", '', definition[0]))
                found.append(
                    (index, _NEXT_KEY.split(definition['keys']), definition['where'] or 'TRUE', sorted(self._fields.keys() & set(words)))
                )
        return found

    def _check_unique(self, rows, value_of, records=None):
        """
        :param rows: dicts with the columns to be written, those of `records` where such are updated
        :param value_of: `(name, row)` -> what goes into the column
        :return: ids of those among `records` whose present value another one of them takes
        :raise ValidationError: if somebody else has a value, or two of `rows` are alike
        """
        leaving = set()
        ids = records._ids if records else range(0, -len(rows), -1)
        for index, keys, where, names in self._get_unique_indexes():
            touched = [(record_id, row) for record_id, row in zip(ids, rows, strict=True) if not records or row.keys() & set(names)]
            if not touched:
                continue
            stored = None
            if records and any(set(names) - row.keys() for __, row in touched):
                stored = {
                    record_id: dict(zip(names, values, strict=True))
                    for record_id, *values in self.env.execute_query(
                        SQL(
                            "SELECT id, %s FROM %s WHERE id = ANY(%s)",
                            SQL(', ').join(map(SQL.identifier, names)),
                            SQL.identifier(self._table),
                            [record_id for record_id, __ in touched],
                        )
                    )
                }

            def cell(name, record_id, row, stored=stored):
                value = stored[record_id][name] if records and name not in row else value_of(name, row)
                return SQL("%s::%s", value, SQL(self._fields[name].column_type[1]))

            labels = [SQL.identifier(f'key{number}') for number, __ in enumerate(keys)]
            clash = self.env.execute_query(
                SQL(
                    """WITH arriving AS (
                       SELECT id, %(keys)s FROM (VALUES %(values)s) AS typed(id, %(names)s) WHERE %(where)s
                   )
                   SELECT there.id FROM arriving JOIN (SELECT id, %(keys)s FROM %(table)s WHERE %(where)s) AS there USING (%(labels)s)
                    WHERE there.id <> arriving.id
                   UNION ALL
                   (SELECT NULL FROM arriving WHERE NOT (%(unset)s) GROUP BY %(labels)s HAVING count(*) > 1 LIMIT 1)""",
                    keys=SQL(', ').join(SQL("%s AS %s", SQL(key), label) for key, label in zip(keys, labels, strict=True)),
                    values=SQL(', ').join(
                        SQL("(%s::int, %s)", record_id, SQL(', ').join(cell(name, record_id, row) for name in names))
                        for record_id, row in touched
                    ),
                    names=SQL(', ').join(map(SQL.identifier, names)),
                    where=SQL(where),
                    table=SQL.identifier(self._table),
                    labels=SQL(', ').join(labels),
                    unset=SQL(' OR ').join(SQL("%s IS NULL", label) for label in labels),
                )
            )
            others = {record_id for (record_id,) in clash}
            if others - {record_id for record_id, __ in touched if records}:
                raise ValidationError(self._get_unique_message(index))
            leaving |= others
        return leaving

    @api.model
    def _get_unique_message(self, index):
        """The index's message in the user's language, as core finds it once the database has refused."""
        constraint = (
            self.env['ir.model.constraint']
            .sudo()
            .search_fetch([('name', '=', index.full_name(self)), ('model.model', '=', self._name)], ['message'], limit=1)
        )
        return constraint.message or index.get_error_message(self)
