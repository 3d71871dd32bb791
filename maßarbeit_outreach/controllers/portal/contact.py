"""The own contact of an employer, on core's pages."""

from werkzeug.exceptions import Forbidden

from odoo import tools
from odoo.http import request

from ...models.base.groups import EMPLOYER
from .home import OutreachPortal

# What employers change of themselves; the offices keep their company, with its address.
OWN_FIELDS = ('name', 'email', 'phone')
MAX_OWN_CHARACTERS = 200


class OutreachPortalContact(OutreachPortal):
    # OVERRIDE since core writes what comes to the company as well: its name, and the address at which the offices visit it.
    def _create_or_update_address(self, partner_sudo, **form_data):
        if not request.env.user.has_group(EMPLOYER):
            return super()._create_or_update_address(partner_sudo, **form_data)
        if partner_sudo != request.env.user.partner_id:
            raise Forbidden
        values, __ = self._parse_form_data(form_data)
        own = {name: values.pop(name) or '' for name in OWN_FIELDS if name in values}
        shown = {'company_name': partner_sudo.commercial_company_name}  # as the page fills it in
        refused = {
            name
            for name, value in values.items()
            if (value or False)
            != (shown.get(name) or partner_sudo._fields[name].convert_to_cache(partner_sudo[name], partner_sudo) or False)
        }
        if refused:
            return partner_sudo, {
                'invalid_fields': sorted(refused),
                'messages': [
                    request.env._(
                        "The offices keep the name and the address of your company. Please tell your contact person there what has changed."
                    )
                ],
            }
        wrong = {name for name, value in own.items() if len(value) > MAX_OWN_CHARACTERS}
        if not own.get('name'):
            wrong.add('name')
        if not tools.single_email_re.match(own.get('email', '')):
            wrong.add('email')
        if wrong:
            return partner_sudo, {
                'invalid_fields': sorted(wrong),
                'messages': [
                    request.env._(
                        "Please enter your name and a valid e-mail address, each with at most %(limit)s characters.",
                        limit=MAX_OWN_CHARACTERS,
                    )
                ],
            }
        changed = {name: value for name, value in own.items() if value != (partner_sudo[name] or '')}
        if changed:
            partner_sudo.write(changed)
        return partner_sudo, {'redirectUrl': '/my'}
