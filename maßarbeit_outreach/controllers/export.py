import json

from werkzeug.datastructures import FileStorage

from odoo.http import request, route

from odoo.addons.web.controllers.export import ExcelExport
from odoo.addons.web.controllers.pivot import TableExporter

from ..models.base.outreach_access_log import is_about_persons


class PersonExcelExport(ExcelExport):
    # OVERRIDE since groups are read beside the export, and their headings are names. Remove when core exports them with it.
    def base(self, data):
        params = json.loads(data)
        request.env[params['model']]._check_person_export_groups(params.get('groupby') or ())
        return super().base(data)


class PersonPivotExport(TableExporter):
    # OVERRIDE since core writes down whatever the client sends, without asking for the right to export.
    @route()
    def export_xlsx(self, data, **kw):
        text = data.read() if isinstance(data, FileStorage) else data
        name = (json.loads(text) or {}).get('model')
        if is_about_persons(request.env, name):
            model = request.env[name]
            model.check_access('read')
            model._check_person_export()
            request.env['outreach.access.log']._write_down(model, 'export')
        return super().export_xlsx(text, **kw)
