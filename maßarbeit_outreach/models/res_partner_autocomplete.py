from odoo import api, models

# The address of the service is core's own parameter. One that is no address keeps every request in the house, also
# after this addon is gone.
AUTOCOMPLETE_ENDPOINT = 'iap.partner_autocomplete.endpoint'


class ResPartner(models.Model):
    """Company autocomplete switched off by the privacy check: ask neither the service nor, for a VAT number, the EU.

    Core has no switch but removing its module. These methods belong to `partner_autocomplete`, which is installed with
    `mail` but is no dependency of ours; where it is missing, they answer as if nothing was found.
    """

    _inherit = 'res.partner'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _is_company_autocomplete_off(self):
        endpoint = self.env['ir.config_parameter'].sudo().get_param(AUTOCOMPLETE_ENDPOINT)
        return bool(endpoint) and not endpoint.startswith('http')

    def _ask_company_autocomplete(self, method, *args, nothing, **kwargs):
        if self._is_company_autocomplete_off() or not hasattr(super(), method):
            return nothing
        return getattr(super(), method)(*args, **kwargs)

    @api.model
    def autocomplete_by_name(self, query, query_country_id, timeout=15):
        return self._ask_company_autocomplete(
            'autocomplete_by_name', query, query_country_id, timeout=timeout, nothing=[])

    @api.model
    def autocomplete_by_vat(self, vat, query_country_id, timeout=15):
        return self._ask_company_autocomplete(
            'autocomplete_by_vat', vat, query_country_id, timeout=timeout, nothing=[])

    @api.model
    def enrich_by_domain(self, domain, timeout=15):
        return self._ask_company_autocomplete('enrich_by_domain', domain, timeout=timeout, nothing={})

    @api.model
    def enrich_by_duns(self, duns, timeout=15):
        return self._ask_company_autocomplete('enrich_by_duns', duns, timeout=timeout, nothing={})

    @api.model
    def enrich_by_gst(self, gst, timeout=15):
        return self._ask_company_autocomplete('enrich_by_gst', gst, timeout=timeout, nothing={})
