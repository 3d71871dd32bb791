"""Lists about persons are exported with a right of its own and a reason, not with the role of the manager.

SPECIFICATION
 * Whoever is a manager and in the job centre reads both, and exports the rest only. The right is `group_person_export`, the reason
   is given before and holds for an hour, `outreach.export.permit`; who was exported is written down, `outreach.access.log`.
 * A row is about a person when its model is, or when it refers to a record of such a model: an activity, an attachment,
   a message, a follower.
 * The same where the list of another model takes along fields of such a row, or its names in one cell; and where its rows
   are grouped by persons, whose names are the headings.

What holds for all models stands in `base.py`.
"""

import itertools
import threading
from urllib.parse import urlsplit

from odoo import api, models
from odoo.http import request

from .outreach_access_log import is_about_persons, logged_as

# Doors for scripts, on which the server looks up little for itself.
SCRIPT_PATHS = ('/json/2/', '/jsonrpc', '/xmlrpc/')


def _is_asked_by_client(model):
    """Whether this request is for the numbers that `search` finds in this model."""
    # core hides the request on the older doors for scripts
    url = request.httprequest.url if request else getattr(threading.current_thread(), 'url', None)
    if urlsplit(url or '').path.startswith(SCRIPT_PATHS):
        return True
    params = (request and getattr(request, 'params', None)) or {}
    return params.get('method') == 'search' and params.get('model') == model


class OutreachPersonExportMixin(models.AbstractModel):
    _name = 'outreach.person.export.mixin'
    _description = "List about persons"

    _person_field = None  # of what belongs to a person: the many2one that says to whom
    _pseudonym_field = None  # of a person

    def _get_accessed_persons(self):
        """Whom somebody gets to know of who reads these records."""
        return self.sudo()[self._person_field].sudo(False) if self._person_field else self

    def _write_access_down(self, kind=None):
        """See `outreach.access.log`."""
        if self and not self._transient and not self.env.su and any(self._ids):
            self.env['outreach.access.log']._write_down(self._get_accessed_persons().with_env(self.env), kind)

    # OVERRIDE since `read` and `search_read` both end here. Remove when core says what was read.
    def _read_format(self, fnames, load='_classic_read'):
        rows = super()._read_format(fnames, load)
        if set(fnames) - {'id'}:
            self.browse(row['id'] for row in rows)._write_access_down()
        return rows

    @api.model
    @api.readonly
    def search_read(self, domain=None, fields=None, offset=0, limit=None, order=None, **read_kwargs):
        with logged_as('search'):
            return super().search_read(domain, fields, offset, limit, order, **read_kwargs)

    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        with logged_as('search'):
            return super().web_search_read(domain, specification, offset, limit, order, count_limit)

    @api.model
    @api.readonly
    def web_read_group(self, *args, **kwargs):
        with logged_as('search'):
            return super().web_read_group(*args, **kwargs)

    @api.model
    @api.readonly
    def name_search(self, name='', domain=None, operator='ilike', limit=100):
        found = super().name_search(name, domain, operator, limit)
        self.browse(number for number, __ in found)._write_access_down('search')
        return found

    # OVERRIDE since groups by a field of few are values of each.
    @api.model
    @api.readonly
    def formatted_read_group(self, domain, groupby=(), aggregates=(), *args, **kwargs):
        self._write_groups_down(domain, [*groupby, *aggregates])
        return super().formatted_read_group(domain, groupby, aggregates, *args, **kwargs)

    @api.model
    @api.readonly
    def formatted_read_grouping_sets(self, domain, grouping_sets, aggregates=(), *args, **kwargs):
        self._write_groups_down(domain, [*itertools.chain(*grouping_sets), *aggregates])
        return super().formatted_read_grouping_sets(domain, grouping_sets, aggregates, *args, **kwargs)

    @api.model
    @api.readonly
    def read_group(self, domain, fields, groupby, *args, **kwargs):
        self._write_groups_down(domain, [groupby] if isinstance(groupby, str) else groupby)
        return super().read_group(domain, fields, groupby, *args, **kwargs)

    @api.model
    @api.readonly
    def read_progress_bar(self, domain, group_by, progress_bar):
        self._write_groups_down(domain, [group_by])
        return super().read_progress_bar(domain, group_by, progress_bar)

    # OVERRIDE since a client that asks for numbers, condition by condition, reads without reading. What the server looks up for itself
    # tells nobody anything. Remove when core says who asks.
    @api.model
    @api.readonly
    def search(self, domain, offset=0, limit=None, order=None):
        found = super().search(domain, offset=offset, limit=limit, order=order)
        if not self._transient and _is_asked_by_client(self._name):
            self._write_figures_down()  # also that nobody is found tells something
            found._write_access_down('search')
        return found

    # OVERRIDE since whether somebody is found, or counted, tells what the condition asks for.
    @api.model
    @api.readonly
    def search_count(self, domain, limit=None):
        self._write_figures_down()
        return super().search_count(domain, limit)

    def _write_groups_down(self, domain, specs):
        """Groups of persons, or of what only one has, are a list of them by another name."""
        self._write_figures_down()
        if any(map(self._names_persons, specs)):
            self.search(domain)._write_access_down('search')

    def _names_persons(self, spec):
        """Whether groups by this, or values put together from it, say who is in them."""
        path, __, function = spec.partition(':')
        if function in ('count', 'count_distinct'):
            return False
        model = self
        for name in path.split('.'):
            field = model._fields.get(name)
            if field is None:
                return False
            if is_about_persons(self.env, field.comodel_name):
                return True
            if is_about_persons(self.env, model._name) and (name == 'id' or field.type in ('char', 'text', 'html')):
                return True
            if not field.comodel_name:
                return False
            model = self.env[field.comodel_name]
        return False

    def _write_figures_down(self):
        if not self._transient:
            self.browse().check_access('read')
            self.env['outreach.access.log']._write_down(self.browse(), 'group')

    def copy(self, default=None):
        self._write_access_down()  # the copy can be read instead
        return super().copy(default)

    def copy_data(self, default=None):
        self._write_access_down()
        return super().copy_data(default)

    def onchange(self, values, field_names, fields_spec):
        result = super().onchange(values, field_names, fields_spec)
        self._origin._write_access_down()
        return result

    # OVERRIDE so that no list offers core's import, see `outreach_person_import.py`.
    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in ('list', 'kanban'):
            arch.set('import', '0')
        return arch, view
