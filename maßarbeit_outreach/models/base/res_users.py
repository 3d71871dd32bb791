from odoo import api, models
from odoo.fields import Domain

from .groups import (
    DATA_PROTECTION,
    ECONOMIC_DEVELOPMENT,
    FAIR_HELPER,
    JOB_CENTRE,
    MANAGER,
    MIGRATION_CENTRE,
    MUNICIPAL,
    OUTREACH,
    PARTNER_AGENCY,
)
from .visible_fields import VisibleMany2many

# Roles that have to do with some companies only, and see no other contact.
CLOSED_ROLES = (PARTNER_AGENCY, FAIR_HELPER, DATA_PROTECTION)
# Besides one of these, or the right to change contacts, they see all; the migration centre is a partner agency, too.
OPEN_ROLES = (OUTREACH, 'event.group_event_registration_desk', 'base.group_erp_manager')
# Besides one of these, the role of a municipality narrows nothing.
COUNTY_ROLES = (ECONOMIC_DEVELOPMENT, JOB_CENTRE, MIGRATION_CENTRE, MANAGER, 'maßarbeit_outreach.group_outreach_import')
# Who saves filters for everybody.
SHARING_ROLES = (MANAGER, 'base.group_erp_manager')


class ResUsers(models.Model):
    _inherit = 'res.users'

    # active agencies only: `_check_one_agency_per_user` keeps them to one
    outreach_agency_ids = VisibleMany2many(
        'outreach.agency',
        'outreach_agency_user_rel',
        'user_id',
        'agency_id',
        string="Agency",
        groups='maßarbeit_outreach.group_outreach_user,maßarbeit_outreach.group_data_protection,base.group_erp_manager',
    )

    # OVERRIDE since core asks the user, not the contact behind it, about fields of the contact. Remove when it asks both.
    def _has_field_access(self, field, operation):
        contact_field = self.env['res.partner']._fields.get(field.name) if field.inherited else None
        if contact_field and not self.env['res.partner']._has_field_access(contact_field, operation):
            return False
        return super()._has_field_access(field, operation)

    def _get_outreach_agency(self):
        """The agency that this user stands for today, or an empty recordset."""
        return self.sudo().outreach_agency_ids.filtered('active')[:1]

    def _is_outreach_only(self):
        """Whether this user has roles of employer outreach, and none of another application besides."""
        groups = self.sudo().all_group_ids
        category = self.env.ref('maßarbeit_outreach.module_category_outreach')
        roles = groups.filtered(lambda group: group.privilege_id.category_id == category)
        others = groups - roles.all_implied_ids
        return bool(roles) and not others.privilege_id and not self.has_group('base.group_system')

    @api.constrains('outreach_agency_ids')
    def _check_one_agency(self):
        self.sudo().outreach_agency_ids._check_one_agency_per_user()

    # ------------------------------------------------------------
    # ROLES AND AGENCIES, see `outreach.role.grant`
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        self.env['outreach.role.grant']._write_down()
        self.env['outreach.role.grant']._write_agencies_down()
        return users

    def write(self, vals):
        with self.env['outreach.agency']._follow_staff(vals.keys() & {'active', 'outreach_agency_ids'}):
            res = super().write(vals)
        if not vals.keys().isdisjoint({'active', 'group_ids', 'role'}):
            self.env['outreach.role.grant']._write_down()
        if 'outreach_agency_ids' in vals:
            self.env.registry.clear_cache()  # as in `outreach.agency`
        return res

    def unlink(self):
        res = super().unlink()
        self.env['outreach.role.grant']._write_down()
        self.env['outreach.role.grant']._write_agencies_down()
        return res

    # ------------------------------------------------------------
    # CONTACTS; record rules ask these, and keep the answer per user
    # ------------------------------------------------------------

    def _is_outreach_closed(self):
        """Whether this user sees some contacts and their own appointments only."""
        self.ensure_one()
        return (
            any(map(self.has_group, CLOSED_ROLES))
            and not any(map(self.has_group, OPEN_ROLES))
            and not self.env['res.partner'].with_user(self).browse().has_access('write')
        )

    def _is_outreach_local(self):
        """Whether this user works on the companies of some municipalities only: those of their agency."""
        self.ensure_one()
        return self.has_group(MUNICIPAL) and not any(map(self.has_group, COUNTY_ROLES))

    def _sees_some_contacts(self):
        return self._is_outreach_closed() or self._is_outreach_local()

    def _get_outreach_place_domain(self, path):
        """What belongs to a municipality of this user by the field `path`, nothing where their agency has none; for everybody else all.
        An agency that changes clears what record rules keep of this."""
        if self.share or not self._is_outreach_local():
            return Domain.TRUE
        return Domain(path, 'in', self._get_outreach_agency()._get_places().ids)

    def _get_outreach_contact_domain(self, path=None):
        """The contacts that this user may see, or what names one of them in the field `path`. What changes without this user
        is looked up each time.
        """
        if not self._sees_some_contacts():
            return Domain.TRUE
        contacts = self._get_outreach_own_contacts()
        return Domain(path, 'any', contacts) if path else contacts

    def _get_outreach_own_contacts(self):
        """What a role that sees some contacts has to do with: colleagues, the own organisation, and what other rooms add."""
        return Domain('partner_share', '=', False) | Domain('id', 'in', self.company_ids.partner_id.ids)

    def _get_outreach_question_domain(self, model):
        """The questions to the agency of this user that still concern it; `model` carries `outreach.answer.mixin`."""
        return self.env[model]._get_partner_domain(self)

    # ------------------------------------------------------------
    # FILTERS; record rules ask
    # ------------------------------------------------------------

    def _may_share_filters(self):
        return any(map(self.has_group, SHARING_ROLES))

    def _get_outreach_filter_domain(self, may_be_shared=True):
        """The saved filters on models that this user reads; if they may not be shared, of these their own only, unless this user
        saves filters for everybody."""
        domain = Domain('model_id', 'in', list(self.env['ir.model.access'].with_user(self)._get_allowed_models('read')))
        if not may_be_shared and not self._may_share_filters():
            domain &= Domain('user_ids', 'in', self.ids) & Domain('user_ids', 'not any', [('id', '!=', self.id)])
        return domain
