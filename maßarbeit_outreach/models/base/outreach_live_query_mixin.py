from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class OutreachLiveQueryMixin(models.AbstractModel):
    """Records that are a question to the database, with rows that depend on what is asked for.

    Core's `_table_query` gives the same rows whatever the domain is. A model with this mixin builds them from the
    domain, gives no rows otherwise, and may keep codes in them that are put into words when it is known which rows are
    shown. What that takes of core's internals stands in this file, and `tests/base/test_live_query.py` names what a new
    Odoo has changed.
    """

    _name = 'outreach.live.query.mixin'
    _description = "Rows that depend on the question"

    def _build_rows_for(self, domain):
        """The rows that an optimized domain is about, as SQL with all columns; None if there can be none."""
        raise NotImplementedError

    @api.model
    def _get_conditions(self, domain):
        """The conditions of an optimized domain that all rows have to meet, each by itself."""
        return domain.children if getattr(domain, 'OPERATOR', None) == '&' else [domain]

    def _get_fields_to_flush(self):
        """What the rows are made of, by `_depends`: core flushes it for the table that the rows stand in for."""
        return [self.env[model]._fields[name] for model, names in self._depends.items() for name in names]

    def _get_code_column(self, name):
        """For a field whose rows hold numbers: their column, and the keys of the selection in the order of the numbers.
        ``(None, ())`` for others."""
        return None, ()

    @property
    def _table_query(self):
        """No rows but those that `_search` asks for."""
        columns = {}
        for name, field in self._fields.items():
            if field.store and field.column_type:
                code, __ = self._get_code_column(name)
                columns[code or name] = 'int' if code else field.column_type[1]
        return SQL(
            "SELECT %s WHERE FALSE",
            SQL(', ').join(SQL("NULL::%s AS %s", SQL(kind), SQL.identifier(name)) for name, kind in columns.items()),
        )

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        query = super()._search(domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access)
        if not query.is_empty():
            rows = self._build_rows_for(Domain(domain).optimize(self))
            if rows is None:
                return self.browse()._as_query()
            query._tables[self._table] = SQL("(%s)", rows)
        return query

    @api.private
    def exists(self):
        ids = [number for number in self._ids if isinstance(number, int)]
        found = set(self.sudo()._search([('id', 'in', ids)])) if ids else ()
        return self.browse(number for number in self._ids if number in found or not isinstance(number, int))

    def _field_to_sql(self, alias, field_expr, query=None):
        """Codes are numbers in the rows; in conditions and groups they are what the field says."""
        column, keys = self._get_code_column(field_expr)
        if not column:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], 'read')
        return SQL("(%s::varchar[])[%s + 1]", list(keys), SQL.identifier(alias, column))

    def _fetch_query(self, query, fields):
        has_columns = any(field.column_type and field.name != 'id' for field in fields)
        records = self._fetch_rows(query, fields)[0] if has_columns else self.browse(query)
        for field in fields:
            if records and field.name != 'id' and not field.column_type:
                field.read(records)
        return records

    @api.model
    def _fetch_rows(self, query, fields):
        """The records of a query with these fields in memory, and how many there would be without its limit. Codes are
        put into words here: the database would do that for all rows before it knows which ones are shown."""
        columns = [field for field in fields if field.column_type and field.name != 'id']
        codes = [self._get_code_column(field.name) for field in columns]
        rows = self.env.execute_query(
            query.select(
                SQL.identifier(self._table, 'id'),
                SQL("count(*) OVER ()"),
                *(SQL.identifier(self._table, column or field.name) for field, (column, __) in zip(columns, codes, strict=True)),
            )
        )
        if not rows:
            return self.browse(), 0
        ids, counts, *values = zip(*rows, strict=True)
        records = self.browse(ids)
        for field, (column, keys), found in zip(columns, codes, values, strict=True):
            field._insert_cache(records, [keys[code] for code in found] if column else found)
        return records, counts[0]

    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        """One run of the question for both, the rows and their number."""
        query = self._search(domain, offset=offset, limit=limit, order=order or self._order)
        # and whatever rules and computed fields read later, which would run the question again
        columns = dict.fromkeys([*self._determine_fields_to_fetch(specification.keys()), *self._determine_fields_to_fetch()])
        records, count = (self.browse(), 0) if query.is_empty() else self._fetch_rows(query, columns)
        return {'length': min(count, count_limit or count), 'records': records.web_read(specification)}
