"""Who a row is, what it would change, and writing that: what imports of records have in common."""

from collections import defaultdict

from odoo.fields import Date
from odoo.tools.misc import formatLang

from ..tools.files.record_columns import Problem

# Of floats: as many as coordinates have.
DIGITS = 6
# No tracking, followers or "created" note per record: an import of thousands is told once, by the import itself.
QUIET = {'tracking_disable': True, 'mail_create_nolog': True, 'mail_create_nosubscribe': True, 'mail_notrack': True}


class RecordMatcher:
    """One batch of rows against the records that exist, recognised by one key. Queries per batch, not per row.

    An import says at least `model` and `key`; catalogues to look into, other ways to recognise a record, lines below it or notes in
    its history are its own.

    :cvar model: what is imported
    :cvar quiet: context in which is written
    :cvar key: field by which a record is recognised; the required column is about it
    """

    model = key = ''
    quiet = QUIET

    def __init__(self, env):
        self.env = env
        self.records = env[self.model].with_context(active_test=False)
        self._lines = {}  # key: line in which it was first
        self._cache = {}

    # ------------------------------------------------------------
    # RECOGNISING
    # ------------------------------------------------------------

    def resolve(self, rows):
        """``[(vals, problems)]`` for the values of parsed rows: JSON, with words replaced by ids."""
        return [(values, []) for values in rows]

    def find(self, keys):
        """``{key: record}`` of those that exist, with all that :meth:`get_difference` compares."""
        return {record[self.key]: record for record in self.records.search([(self.key, 'in', list(keys))])}

    def match(self, rows):
        """Set category, `vals` and changes of a batch of rows (see `RecordReader`), after rejecting those that say nothing."""
        for row, (vals, problems) in zip(rows, self.resolve([row['values'] for row in rows]), strict=True):
            row['vals'] = vals
            row['problems'] += problems
            key = row['values'].get(self.key)
            if not key and not any(problem.rejects for problem in row['problems']):
                row['problems'].append(Problem('missing', self.key, rejects=True))
            elif key and self._lines.setdefault(key, row['line']) != row['line']:
                row['problems'].append(Problem('same_in_file', self.key, str(self._lines[key]), rejects=True))
        found = self.find({row['vals'][self.key] for row in rows if row['vals'].get(self.key)})
        for row in rows:
            record = found.get(row['vals'].get(self.key))
            if any(problem.rejects for problem in row['problems']):
                row['category'] = 'rejected'
            elif record is None:
                row['category'] = 'new'
            else:
                change = self.get_difference(row['vals'], record)
                row['category'] = 'changed' if change else 'unchanged'
                row['changes'] = self.describe(change, self.get_current(record, change)) if change else None

    # ------------------------------------------------------------
    # COMPARING
    # ------------------------------------------------------------

    def get_current(self, record, names):
        """``{field: value}`` of a record, as rows have them: an id, a key of a selection, a date as text."""
        current = {}
        for name in names:
            value, field = record[name], record._fields[name]
            if field.type == 'many2one':
                value = value.id
            elif field.type == 'date':
                value = Date.to_string(value)
            elif field.type == 'float':
                value = round(value, DIGITS)
            current[name] = value
        return current

    def get_difference(self, vals, record):
        """The part of `vals` that would change something; only what the row says counts."""
        return self.compare(vals, self.get_current(record, vals))

    @staticmethod
    def compare(vals, current):
        """The part of `vals` that differs from `current` values; empty and missing are the same."""
        return {name: value for name, value in vals.items() if (value or False) != (current[name] or False)}

    def describe(self, change, current):
        """The changes in words, one per line.

        :param dict change: values by field
        :param dict current: values of the same fields before
        """
        return '\n'.join(
            f"{self.get_label(name)}: {self._get_text(name, current[name])} → {self._get_text(name, value)}"
            for name, value in change.items()
        )

    def _get_text(self, name, value):
        field = self.env[self.model]._fields[name]
        if field.type == 'boolean':
            return self.env._("yes") if value else self.env._("no")
        if field.type == 'many2one':
            value = self._get_names(field.comodel_name).get(value)
        elif field.type == 'selection':
            value = self._keep(name, lambda: dict(field._description_selection(self.env))).get(value)
        elif field.type in ('integer', 'float') and value:
            value = formatLang(self.env, value, DIGITS if field.type == 'float' else 0)
        return value or '–'

    def _get_names(self, model):
        # The whole catalogue at once: asked for row by row, the number of queries would grow with the rows.
        domain = [('share', '=', False)] if model == 'res.users' else []
        return self._keep(
            model,
            lambda: {record.id: record.display_name for record in self.env[model].sudo().with_context(active_test=False).search(domain)},
        )

    def get_label(self, name):
        """What a field is called."""
        field = self.env[self.model]._fields.get(name)
        return self._keep(('label', name), lambda: field._description_string(self.env) if field else name)

    def _keep(self, key, make):
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    def insert(self, vals_list):
        """New records.

        :return: their ids, in the same order
        """
        return self.env[self.model].with_context(**self.quiet).create(vals_list).ids

    def update(self, changes):
        """Write differences to records that exist.

        :param changes: list of (record, difference, row)
        """
        alike = defaultdict(list)
        for record, change, __ in changes:
            alike[tuple(sorted(change.items()))].append(record.id)
        records = self.env[self.model].browse([record.id for record, *__ in changes]).with_context(**self.quiet)
        for change, ids in alike.items():
            records.browse(ids).with_prefetch(records._prefetch_ids).write(dict(change))
