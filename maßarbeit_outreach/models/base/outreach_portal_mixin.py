import functools
import re

from odoo import api, models
from odoo.fields import Domain

# What was said about a record, or who has to do with it: messages, activities, ratings.
SPOKEN = re.compile(r'\b(?:(?:message|activity|rating)_\w+|has_message|website_message_ids|my_activity_date_deadline)\b')


def is_closed(model):
    """Whether a closed role, see `ResUsers._is_outreach_closed`, keeps out of what is said about the records of this model: it
    follows the right to write. A question to another agency has a white list of its own."""
    return (
        not model.env.su
        and model.env.user._is_outreach_closed()
        and not hasattr(model, '_partner_fields')
        and not getattr(model, '_history_for_readers', False)
        and not model.browse().has_access('write')
    )


@functools.cache
def _is_spoken(name):
    """:data:`SPOKEN` for the name of a field, which is asked for each field of each reading."""
    return bool(SPOKEN.fullmatch(name))


def is_kept(model, field):
    """Whether a field tells what is said about a record, and not to this user."""
    return not model.env.su and _is_spoken(field.name) and (model.env.user.share or is_closed(model))


class OutreachPortalMixin(models.AbstractModel):
    """What an employer in the portal may read of a record, as a white list.

    A record rule says *which* records an employer reads, this mixin says *what* of them: the listed fields, and
    neither chatter nor attachments. A field that is added later stays inside the house until somebody lists it here.
    """

    _name = 'outreach.portal.mixin'
    _description = "Portal white list"

    _portal_fields = frozenset()

    def _has_field_access(self, field, operation):
        if not self.env.su and self.env.user.share and field.name not in self._portal_fields:
            return False
        return super()._has_field_access(field, operation)

    # OVERRIDE so that the chatter follows the right to write, which no employer has; core lets whoever reads a record
    # read what was written on it. Remove when a record can be read without its chatter.
    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        if self.env.user.share:
            return dict.fromkeys(self, 'write')
        return super()._mail_get_operation_for_mail_message_operation(message_operation)


class IrAttachment(models.Model):
    _inherit = 'ir.attachment'

    def _get_outreach_closed_models(self):
        """Models whose records this user may read, but not what is attached to them; pictures are read with the record."""
        user, registry = self.env.user, self.env.registry
        if self.env.su:
            return []
        closed = [
            name
            for name, model in registry.items()
            if issubclass(model, registry['outreach.answer.mixin']) and not model._abstract and not user.has_groups(model._insider_groups)
        ]
        if user.share:
            closed += [name for name, model in registry.items() if issubclass(model, registry['outreach.portal.mixin'])]
        elif user._is_outreach_closed():
            closed += [name for name, model in registry.items() if issubclass(model, registry['mail.thread']) and is_closed(self.env[name])]
        return closed

    # OVERRIDE for the same reason as the chatter above: core asks whether the record may be read.
    def _inaccessible_comodel_records(self, model_and_ids, operation):
        yield from super()._inaccessible_comodel_records(model_and_ids, operation)
        for model in self._get_outreach_closed_models():
            yield from ((model, res_id) for res_id in model_and_ids.get(model, ()))

    # OVERRIDE since core asks the model instead where a search names it.
    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        if not bypass_access and (closed := self._get_outreach_closed_models()):
            domain = Domain(domain) & (Domain('res_model', 'not in', closed) | Domain('public', '=', True))
        return super()._search(domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access)
