"""What searches need of the database: extensions, and indexes. A plain `pg_restore` loses those over `unaccent`, since the dump
does not say that the function may be indexed with; and a role that may create no extensions has none."""

import psycopg2

from odoo.modules import db
from odoo.orm.registry import _unaccent
from odoo.orm.table_objects import Index
from odoo.tools import SQL, config, remove_accents, sql

CREATE = 'CREATE EXTENSION IF NOT EXISTS {};'
INDEXABLE = 'ALTER FUNCTION unaccent(text) IMMUTABLE;'


def get_missing_sql(cr):
    """The statements that a database administrator has to run; none where all is there."""
    missing = []
    if not db.has_trigram(cr):
        missing.append(CREATE.format('pg_trgm'))
    unaccent = db.has_unaccent(cr)
    if config['unaccent'] and not unaccent:
        missing.append(CREATE.format('unaccent'))
    if unaccent == db.FunctionStatus.PRESENT or (config['unaccent'] and not unaccent):
        missing.append(INDEXABLE)
    return missing


def prepare(env):
    """Run what is missing, as far as the own role may.

    :return: what is missing still, as statements
    """
    cr = env.cr
    for statement in get_missing_sql(cr):
        try:
            with cr.savepoint(flush=False):
                cr.execute(statement, log_exceptions=False)
        except psycopg2.Error:
            continue  # another role has to; what is missing is told
    registry = env.registry
    registry.has_trigram, registry.has_unaccent = db.has_trigram(cr), db.has_unaccent(cr)
    registry.unaccent = _unaccent if registry.has_unaccent else lambda x: x
    registry.unaccent_python = remove_accents if registry.has_unaccent else lambda x: x
    return get_missing_sql(cr)


def get_missing_indexes(env):
    """The names of the indexes that this version of Odoo and its modules want and the database does not have, sorted; in two
    queries. One that was made without `unaccent`, where there is `unaccent` now, serves no search, and counts as missing."""
    registry = env.registry
    by_field, others = _get_expected(env)
    if not registry.has_trigram:
        by_field = {name: field for name, field in by_field.items() if field.index != 'trigram'}
    rows = env.execute_query(SQL("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema"))
    found = dict(rows)
    missing = {name for name in [*by_field, *others] if name not in found}
    if db.has_unaccent(env.cr) == db.FunctionStatus.INDEXABLE:
        missing |= {
            name for name, field in by_field.items() if field.index == 'trigram' and 'unaccent(' not in found.get(name, 'unaccent(')
        }
    return sorted(missing)


def _get_expected(env):
    """``{name: field}`` of the indexes of fields, and ``{name: (model, index)}`` of the others."""
    by_field, others = {}, {}
    for model in env.registry.models.values():
        if not model._auto or model._abstract:
            continue
        for field in model._fields.values():
            if field.column_type and field.store and field.index and (field.index == 'trigram' or not field.translate):
                by_field[sql.make_index_name(model._table, field.name)] = field
        for index in model._table_objects.values():
            if isinstance(index, Index) and index.get_definition(env.registry):
                others[index.full_name(env[model._name])] = (model._name, index)
    return by_field, others


def put_back(env):
    """Make what is missing, as far as the own role and the data allow.

    :return: the names of what is missing still
    """
    prepare(env)
    cr, registry = env.cr, env.registry
    by_field, others = _get_expected(env)
    missing = get_missing_indexes(env)
    for name in missing:
        if name in by_field:  # made without `unaccent`, or not there
            cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(name)))
    registry.check_indexes(cr, {by_field[name].model_name for name in missing if name in by_field})
    for name in missing:
        if name in others:
            model, index = others[name]
            try:
                with cr.savepoint(flush=False):
                    sql.add_index(
                        cr,
                        name,
                        env[model]._table,
                        comment=index.get_definition(registry),
                        definition=index.get_definition(registry).partition('INDEX ')[2],
                        unique=index.unique,
                    )
            except psycopg2.Error:
                continue  # rows that are not unique any more; the name stays in the list
    registry.registry_invalidated = True  # other processes look at the extensions when they load
    return get_missing_indexes(env)
