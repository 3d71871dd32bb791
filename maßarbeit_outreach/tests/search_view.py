"""What a search view does in the web client, as far as it decides which records are shown.

After `search_arch_parser.js` and `search_model.js` of core's web client: a separator, a field, and a change between
filters and groupings begin a new group; the domains of one group are joined by OR, the groups by AND.
"""

from datetime import datetime, time
from typing import NamedTuple

import pytz
from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import fields
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval


class Filter(NamedTuple):
    name: str
    group: int
    domains: dict  # {period or '': domain}; the first one is what a press on the filter adds
    paths: frozenset  # the fields that decide, as far as the first dot
    visible: bool

    @property
    def domain(self):
        return next(iter(self.domains.values()))

    @property
    def asks_for_archived(self):
        """Core leaves archived records out, unless a domain names `active`."""
        return 'active' in self.paths


class Field(NamedTuple):
    name: str
    filter_domain: str
    operator: str


class SearchView:
    """The search view of a model as `env.user` gets it.

    By name: `filters`, `fields`, `group_bys` (`{name: path}`) and `panel` (`{field: whether several values can be chosen}`).
    """

    def __init__(self, env, model, view_id=False, context=None, arch=None):
        self.model = env[model].with_context(**(context or {}))
        description = self.model.get_views([(view_id, 'search')])['views']['search']
        self.view_id = description['id']
        self.known = self.model.fields_get()
        self.filters, self.fields, self.group_bys, self.panel = {}, {}, {}, {}
        self._group, self._tag = 0, None
        self._read(etree.fromstring(arch or description['arch']))

    def _read(self, node):
        for child in node.iterchildren(tag=etree.Element):
            if child.tag == 'separator':
                self._begin(None)
            elif child.tag == 'group':
                self._begin(None)
                self._read(child)
                self._begin(None)
            elif child.tag == 'field':
                self._begin('field')
                self.fields[child.get('name')] = Field(child.get('name'), child.get('filter_domain'), child.get('operator'))
            elif child.tag == 'searchpanel':
                self.panel = {field.get('name'): field.get('select') == 'multi' for field in child.iter('field')}
            elif child.tag == 'filter':
                self._read_filter(child)

    def _begin(self, tag):
        self._group += 1
        self._tag = tag

    def _read_filter(self, node):
        group_by = self._evaluate(node.get('context') or '{}').get('group_by')
        tag = 'groupBy' if group_by else 'filter'
        if tag != self._tag:
            self._begin(tag)
        if group_by:
            date = self.known[group_by.partition(':')[0]]['type'] in ('date', 'datetime')
            self.group_bys[node.get('name')] = f'{group_by}:month' if date and ':' not in group_by else group_by
            return
        domain = Domain(self._evaluate(node.get('domain') or '[]'))
        domains = {'': domain}
        if node.get('date'):
            domains = {period: domain & self._between(node.get('date'), *bounds) for period, bounds in self._get_periods(node).items()}
        paths = {node.get('date')} - {None} | {condition.field_expr.split('.')[0] for condition in domain.iter_conditions()}
        self.filters[node.get('name')] = Filter(
            node.get('name'), self._group, domains, frozenset(paths), node.get('invisible') not in ('1', 'True')
        )

    def _evaluate(self, text, values=None):
        return safe_eval(text, {'uid': self.model.env.uid, **(values or {})})

    def _get_periods(self, node):
        """`{period: (first, last day)}` of the months and years, the one that is chosen at first before all others."""
        today = fields.Date.context_today(self.model)
        periods = {}
        for unit, years, months, offsets in (
            ('month', 0, 1, range(int(node.get('start_month', -2)), int(node.get('end_month', 0)) + 1)),
            ('year', 1, 0, range(int(node.get('start_year', -2)), int(node.get('end_year', 0)) + 1)),
        ):
            begin = today.replace(day=1) if months else today.replace(day=1, month=1)
            for offset in offsets:
                first = begin + relativedelta(years=years * offset, months=months * offset)
                name = f'{unit}{offset:+}' if offset else unit
                periods[name] = (first, first + relativedelta(years=years, months=months, days=-1))
        chosen = node.get('default_period', 'month')
        return {chosen: periods[chosen], **periods}

    def _between(self, path, first, last):
        if self.known[path]['type'] == 'date':
            return Domain(path, '>=', first) & Domain(path, '<=', last)
        zone = pytz.timezone(self.model.env.user.tz or 'UTC')
        first, last = (
            zone.localize(datetime.combine(day, moment)).astimezone(pytz.utc).replace(tzinfo=None)
            for day, moment in ((first, time.min), (last, time(23, 59, 59)))
        )
        return Domain(path, '>=', first) & Domain(path, '<=', last)

    def get_group(self, item):
        """The names of the filters that are joined by OR with this one."""
        return frozenset(other.name for other in self.filters.values() if other.group == item.group)

    def get_defaults(self):
        """The filters that the context of the action turns on."""
        return [name for name in self.filters if self.model.env.context.get(f'search_default_{name}')]

    def get_default_fields(self):
        """The domain of the fields for which the context has a value."""
        return Domain.AND(
            Domain(name, '=', value) for name in self.fields if (value := self.model.env.context.get(f'search_default_{name}'))
        )

    def get_domain(self, *chosen):
        """The domain of these, each a name or a pair of name and period: OR within a group, AND between groups."""
        groups = {}
        for name, period in ((item, None) if isinstance(item, str) else item for item in chosen):
            item = self.filters[name]
            groups.setdefault(item.group, []).append(item.domain if period is None else item.domains[period])
        return Domain.AND([self.get_default_fields(), *map(Domain.OR, groups.values())])

    def get_text_domain(self, name, text):
        """What typing `text` and choosing this field asks for; `None` if it offers values to choose from instead."""
        field = self.fields[name]
        if field.filter_domain:
            return Domain(self._evaluate(field.filter_domain, {'self': text, 'raw_value': text}))
        if self.known[name]['type'] not in ('char', 'text', 'html', 'many2one', 'many2many', 'one2many'):
            return None
        return Domain(name, field.operator or 'ilike', text)
