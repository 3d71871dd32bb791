from odoo import models


class OutreachPortalMixin(models.AbstractModel):
    """What an employer in the portal may read of a record, as a white list.

    A record rule says *which* records an employer reads, this mixin says *what* of them: the listed fields, and
    neither chatter nor attachments. A field that is added later stays inside the house until somebody lists it here.
    """

    _name = 'outreach.portal.mixin'
    _description = "Portal white list"

    _portal_fields = frozenset()

    def _has_field_access(self, field, operation):
        if self.env.user.share and not self.env.su and field.name not in self._portal_fields:
            return False
        return super()._has_field_access(field, operation)

    # OVERRIDE so that the chatter follows the right to write, which no employer has; core lets whoever reads a record
    # read what was written on it. Remove when a record can be read without its chatter.
    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        if self.env.user.share:
            return dict.fromkeys(self, 'write')
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    # OVERRIDE since core checks the fields of a domain, but not a many2many to group by. Remove when it does.
    def _read_group_groupby(self, alias, groupby_spec, query):
        fname = groupby_spec.partition('.')[0].partition(':')[0]
        if self.env.user.share and not self.env.su and fname in self._fields:
            self._check_field_access(self._fields[fname], 'read')
        return super()._read_group_groupby(alias, groupby_spec, query)


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    # OVERRIDE for the same reason as the chatter above: core lets whoever reads a record follow it, and followers get
    # by e-mail what the chatter does not show them.
    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        if self.env.user.share and isinstance(self, self.env.registry['outreach.portal.mixin']):
            self.check_access('write')
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)


class IrAttachment(models.Model):
    _inherit = 'ir.attachment'

    # OVERRIDE for the same reason as the chatter above.
    def _inaccessible_comodel_records(self, model_and_ids, operation):
        yield from super()._inaccessible_comodel_records(model_and_ids, operation)
        if self.env.user.share and not self.env.su:
            for model, ids in model_and_ids.items():
                if model in self.env and isinstance(self.env[model], self.env.registry['outreach.portal.mixin']):
                    yield from ((model, res_id) for res_id in ids)
