import re

from odoo import api, fields, models
from odoo.exceptions import AccessError

_GROUP_BY = re.compile(r"""['"]group_by['"]\s*:\s*['"]([\w.]+)""")


class ResCompany(models.Model):
    _inherit = 'res.company'

    outreach_staff_figures = fields.Boolean("Figures by Name of Staff")


class OutreachStaffMixin(models.AbstractModel):
    """Records that would tell how much each colleague does: they are not grouped by name unless the organisation says so.

    Software that can monitor what staff do needs the consent of the staff council, § 67 (1) no. 2 NPersVG (§ 80 (1) no. 21
    BPersVG for federal bodies); other Länder have the same in their laws. Who was at a company is read in each record, and
    found by a filter: that is needed to work. Lists by agency, place and month stay.
    """

    _name = 'outreach.staff.mixin'
    _description = "Not Counted by Name of Staff"

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == 'search' and not self.env.company.outreach_staff_figures:
            for node in arch.xpath('//filter[@context]'):
                group = _GROUP_BY.search(node.get('context'))
                if group and self._counts_staff(group[1]):
                    node.getparent().remove(node)
        return arch, view

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        return (*super()._get_view_cache_key(view_id, view_type, **options), self.env.company.outreach_staff_figures)

    # OVERRIDE since core takes every stored column for one to group by, without asking.
    @api.model
    def fields_get(self, allfields=None, attributes=None):
        res = super().fields_get(allfields, attributes)
        if not self.env.company.outreach_staff_figures:
            for name, description in res.items():
                if description.get('groupable') and self._counts_staff(name):
                    description['groupable'] = False
        return res


class Base(models.AbstractModel):
    _inherit = 'base'

    # OVERRIDE for all models, as a path leads from one to another.
    def _read_group_groupby(self, alias, groupby_spec, query):
        if not self.env.su and self._counts_staff(groupby_spec) and not self.env.company.outreach_staff_figures:
            raise AccessError(
                self.env._("Figures by name of staff are switched off in this organisation. Group by agency, or ask an administrator.")
            )
        return super()._read_group_groupby(alias, groupby_spec, query)

    @api.model
    def _counts_staff(self, groupby_spec):
        """Whether groups by this field, or path of fields, are those of each colleague at records of `outreach.staff.mixin`.

        A contact person of a company is no colleague; the contact of a user is, and core keeps those of messages and meetings.
        """
        counted = self.env.registry['outreach.staff.mixin']
        model, is_counted = self, False
        for name in groupby_spec.partition(':')[0].split('.'):
            is_counted = is_counted or isinstance(model, counted)
            field = model._fields.get(name)
            if field is None or not field.comodel_name:
                return False
            if is_counted and (field.comodel_name == 'res.users' or name in ('message_partner_ids', 'message_follower_ids')):
                return True
            model = self.env[field.comodel_name]
        return False
