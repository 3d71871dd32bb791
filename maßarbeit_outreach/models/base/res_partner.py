from odoo import api, models

from .visible_fields import VisibleMany2many, VisibleOne2many

# The address of the service is core's own parameter. One that is no address keeps every request in the house, also
# after this addon is gone.
AUTOCOMPLETE_ENDPOINT = 'iap.partner_autocomplete.endpoint'


class ResPartner(models.Model):
    """What closed roles read of a contact, and the company autocomplete that the privacy check switches off.

    A closed role, see `ResUsers._is_outreach_closed`, reads of a company that it has to do with how to reach it.

    Without autocomplete neither the service is asked nor, for a VAT number, the EU. Core has no switch but removing its module.
    These methods belong to `partner_autocomplete`, which is installed with `mail` but is no dependency of ours; where it is
    missing, they answer as if nothing was found.
    """

    _inherit = 'res.partner'

    # of core, closed to some who read the contact
    opportunity_ids = VisibleOne2many()
    meeting_ids = VisibleMany2many()

    def _has_field_access(self, field, operation):
        if field.name == 'comment' and not self.env.su and self.env.user._is_outreach_closed():
            return False
        return super()._has_field_access(field, operation)

    # OVERRIDE so that the form asks for no field and no number that these roles may not read: core leaves out what a
    # group may not read, and they are no group. Remove when views leave out whatever `_has_field_access` refuses.
    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        if view_type == 'form' and self.env.user._is_outreach_closed():
            view_id = self.env.ref('maßarbeit_outreach.res_partner_view_form_closed').id
        return super()._get_view(view_id, view_type, **options)

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        return (*super()._get_view_cache_key(view_id, view_type, **options), self.env.user._is_outreach_closed())

    # ------------------------------------------------------------
    # AUTOCOMPLETE
    # ------------------------------------------------------------

    @api.model
    def _is_company_autocomplete_off(self):
        return self.env['ir.config_parameter']._is_service_off(AUTOCOMPLETE_ENDPOINT)

    def _ask_company_autocomplete(self, method, *args, nothing, **kwargs):
        if self._is_company_autocomplete_off() or not hasattr(super(), method):
            return nothing
        return getattr(super(), method)(*args, **kwargs)

    @api.model
    def autocomplete_by_name(self, query, query_country_id, timeout=15):
        return self._ask_company_autocomplete('autocomplete_by_name', query, query_country_id, timeout=timeout, nothing=[])

    @api.model
    def autocomplete_by_vat(self, vat, query_country_id, timeout=15):
        return self._ask_company_autocomplete('autocomplete_by_vat', vat, query_country_id, timeout=timeout, nothing=[])

    @api.model
    def enrich_by_domain(self, domain, timeout=15):
        return self._ask_company_autocomplete('enrich_by_domain', domain, timeout=timeout, nothing={})

    @api.model
    def enrich_by_duns(self, duns, timeout=15):
        return self._ask_company_autocomplete('enrich_by_duns', duns, timeout=timeout, nothing={})

    @api.model
    def enrich_by_gst(self, gst, timeout=15):
        return self._ask_company_autocomplete('enrich_by_gst', gst, timeout=timeout, nothing={})
