from odoo import fields, models
from odoo.tools import clean_context

from .outreach_portal_mixin import is_kept

TO_DO = 'mail.mail_activity_data_todo'


class MailActivityMixin(models.AbstractModel):
    _inherit = 'mail.activity.mixin'

    # OVERRIDE so that activities follow the right to write, see `outreach.portal.mixin`.
    def _has_field_access(self, field, operation):
        if is_kept(self, field):
            return False
        return super()._has_field_access(field, operation)

    def _outreach_give_to_dos(self, to_dos, activity_type=TO_DO):
        """Give people to-dos about these records, in one go: they find them in their lists, nobody gets an e-mail.

        :param to_dos: dictionaries with ``'res_id'``, ``'user_id'``, ``'summary'`` and, unless it is for today,
            ``'date_deadline'``
        :param activity_type: xml id
        """
        common = {
            'activity_type_id': self.env.ref(activity_type).id,
            'automated': True,
            'res_model_id': self.env['ir.model']._get_id(self._name),
            'date_deadline': fields.Date.context_today(self),
        }
        quiet = self.sudo().with_context(clean_context(self.env.context), mail_activity_quick_update=True)
        quiet.env['mail.activity'].create([common | to_do for to_do in to_dos])

    def _outreach_take_to_dos_back(self):
        """Delete the to-dos that were given about these records."""
        quiet = self.sudo().with_context(mail_activity_quick_update=True)
        quiet.activity_ids.filtered('automated').unlink()
