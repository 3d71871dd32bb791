"""From files to temporary tables, by COPY."""

import io

from odoo.tools import SQL

from ...tools.catalogue.catalogue_kinds import STAGES

BATCH = 4000
TYPES = {'obsolete': 'boolean', 'complete': 'boolean', 'is_regulated': 'boolean', 'sequence': 'integer'}


class CatalogueStage:
    """The rows of one reading in temporary tables `stage_<name>`, gone with the transaction; empty texts are NULL.

    Memory is that of one batch."""

    def __init__(self, env):
        self.cr = env.cr

    def fill(self, rows):
        """:param rows: iterable of ``(stage, values)``
        :raises CatalogueProblem: whatever is wrong with the files
        """
        for name, columns in STAGES.items():
            table = SQL.identifier(f'stage_{name}')
            self.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", table))
            self.cr.execute(
                SQL(
                    "CREATE TEMPORARY TABLE %s (%s) ON COMMIT DROP",
                    table,
                    SQL(', ').join(SQL("%s %s", SQL.identifier(column), SQL(TYPES.get(column, 'text'))) for column in columns),
                )
            )
        buffers = {name: [] for name in STAGES}
        for name, values in rows:
            buffer = buffers[name]
            buffer.append('\t'.join(map(_escape, values)))
            if len(buffer) >= BATCH:
                self._copy(name, buffer)
        for name, buffer in buffers.items():
            self._copy(name, buffer)
            self.cr.execute(SQL("ANALYZE %s", SQL.identifier(f'stage_{name}')))

    def _copy(self, name, buffer):
        if buffer:
            buffer.append('')
            # COPY has no parameters; the name is one of ours
            self.cr.copy_expert(f'COPY stage_{name} FROM STDIN', io.StringIO('\n'.join(buffer)))
            buffer.clear()


def _escape(value):
    """A value as COPY reads it."""
    if value is None or value == '':
        return '\\N'
    if isinstance(value, bool):
        return 't' if value else 'f'
    text = str(value)
    if '\\' in text or '\n' in text or '\t' in text or '\r' in text:
        text = text.replace('\\', '\\\\').replace('\n', '\\n').replace('\t', '\\t').replace('\r', '\\r')
    return text
