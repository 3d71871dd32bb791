"""What `outreach.live.query.mixin` takes of core's internals, by name, so that a new Odoo says what it changed."""

import inspect

from odoo.fields import Field
from odoo.models import BaseModel
from odoo.tests import TransactionCase
from odoo.tools import SQL, Query


class TestLiveQuery(TransactionCase):
    def _get_parameters(self, function):
        return list(inspect.signature(function).parameters)

    def test_methods_of_core_that_are_replaced(self):
        for name, parameters in {
            '_search': ['self', 'domain', 'offset', 'limit', 'order', 'active_test', 'bypass_access'],
            '_field_to_sql': ['self', 'alias', 'field_expr', 'query'],
            '_fetch_query': ['self', 'query', 'fields'],
            'exists': ['self'],
            'web_search_read': ['self', 'domain', 'specification', 'offset', 'limit', 'order', 'count_limit'],
        }.items():
            core = getattr(BaseModel, name, None) or getattr(self.env.registry['base'], name)
            self.assertEqual(self._get_parameters(core), parameters, f"core's `{name}` has changed: see outreach_live_query_mixin.py")

    def test_methods_of_core_that_are_called(self):
        for of, name, parameters in (
            (BaseModel, '_determine_fields_to_fetch', ['self', 'field_names', 'ignore_when_in_cache']),
            (BaseModel, '_check_field_access', ['self', 'field', 'operation']),
            (Field, '_insert_cache', ['self', 'records', 'values']),
        ):
            self.assertEqual(self._get_parameters(getattr(of, name)), parameters, f"core's `{name}` has changed")

    def test_a_query_reads_the_table_that_it_is_given(self):
        """`Query._tables` decides what a table is, until the query is written."""
        query = Query(self.env, 'rows', SQL("(SELECT 1 AS id)"))
        query._tables['rows'] = SQL("(SELECT 2 AS id)")
        self.assertEqual(self.env.execute_query(query.select()), [(2,)])

    def test_nothing_without_a_question(self):
        """All columns are there, with their types, so that core can read a table without rows."""
        Match = self.env['outreach.match']
        self.env.cr.execute(SQL("SELECT * FROM %s AS match", SQL("(%s)", Match._table_query)))
        self.assertFalse(self.env.cr.fetchall())
        columns = {column.name for column in self.env.cr.description}
        self.assertEqual(
            columns, {Match._get_code_column(name)[0] or name for name, field in Match._fields.items() if field.store and field.column_type}
        )
