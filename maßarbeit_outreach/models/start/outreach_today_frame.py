"""What the blocks of the start page are made of: lists behind numbers, rows, buttons."""

from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

MODULE = 'maßarbeit_outreach'

# The page on which a record has an address of its own, see `_get_link`.
PATHS = {
    'res.partner': 'outreach-companies',
    'outreach.visit': 'outreach-visits',
    'outreach.demand': 'outreach-demands',
    'outreach.promise': 'outreach-promises',
    'outreach.referral': 'outreach-referrals',
    'outreach.candidate': 'outreach-candidates',
    'outreach.barrier': 'outreach-barriers',
    'outreach.contact.decision': 'outreach-decisions',
    'event.event': 'outreach-fairs',
}


class ListBehind(NamedTuple):
    """A list that a number of the page opens. Number and list share the domain, so that they cannot disagree."""

    model: str
    domain: Domain
    action: str  # the window action that shows it, without the module's name
    name: str
    split: str = ''  # field whose value may be given as well: the number is one of several by this field
    view: str = 'list'


class OutreachTodayFrame(models.AbstractModel):
    """See `outreach.today`."""

    _name = 'outreach.today.frame'
    _inherit = ['outreach.words.mixin']
    _description = "Frame of the start page"

    @api.model
    def _get_lists(self):
        """`{name: ListBehind}`; the blocks add theirs."""
        return {}

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _read_rows(self, behind, columns, order, limit):
        """The first rows of a list and how many it has, in one query.

        :param columns: stored fields, of a many2one also those behind it (`'kind_id.name'`), or SQL on the list's table
        :return: `([(id, value, ...)], number of rows)`
        """
        model = self.env[behind.model]
        query = model._search(behind.domain, order=order, limit=limit)
        if query.is_empty():
            return [], 0
        rows = self.env.execute_query(
            query.select(
                SQL.identifier(model._table, 'id'),
                SQL("count(*) OVER ()"),
                *(column if isinstance(column, SQL) else self._get_column(model, column, query) for column in columns),
            )
        )
        return [(number, *values) for number, __, *values in rows], rows[0][1] if rows else 0

    def _get_column(self, model, path, query):
        fname, __, behind = path.partition('.')
        if not behind:
            return model._field_to_sql(model._table, fname, query)
        model._check_field_access(model._fields[fname], 'read')
        comodel = self.env[model._fields[fname].comodel_name].sudo()  # what a many2one is called is read with it
        alias = query.left_join(model._table, fname, comodel._table, 'id', fname)
        return comodel._field_to_sql(alias, behind, query)

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    def _get_link(self, model, number):
        """What the client needs to open a record, and the address that a new tab opens."""
        return {'model': model, 'id': number, 'url': f'/odoo/{PATHS[model]}/{number}' if model in PATHS else False}

    def _get_row(self, model, number, title, text='', day=None, **values):
        """A row of a block. `day` is its deadline; `values` are `kind`, `icon`, `note`, `place`, `buttons`, the `page` on which
        the record opens, and `when` where it is no deadline."""
        if day:
            values |= {'when': self._say_deadline(day), 'late': day < self._get_day()}
        return {
            'key': f'{model},{number}',
            **self._get_link(model, number),
            'title': title,
            'text': text,
            'when': '',
            'late': False,
            'kind': '',
            'icon': '',
            'note': '',
            'place': '',
            'buttons': [],
            **values,
        }

    def _get_count(self, name, count, shown):
        """The number beside the title of a block, which opens its list; where not all are shown, a link says so."""
        return {
            'count': count,
            'count_list': name,
            'list': {'name': name, 'label': self.env._("All %(count)s", count=count)} if count > shown else False,
        }

    def _get_button(self, label, model, method, ids, undo=None):
        """A button that calls a method of records. `undo` names the method that takes it back."""
        return {'label': label, 'model': model, 'method': method, 'ids': ids, 'undo': undo or False}

    def _get_open_button(self, label):
        return {'label': label, 'open': True}
