from odoo import api, models

# The address of the service is core's own parameter, as that of the company autocomplete.
LEAD_GENERATION_ENDPOINT = 'reveal.endpoint'


class CrmLead(models.Model):
    """Leads without the button that buys addresses, where the privacy check switches that off.

    The button belongs to `crm_iap_mine`, which is installed with `crm` but is no dependency of ours.
    """

    _inherit = 'crm.lead'

    @api.model
    def _is_lead_generation_off(self):
        return self.env['ir.config_parameter']._is_service_off(LEAD_GENERATION_ENDPOINT)

    # OVERRIDE since core shows the button whether the service may be asked or not. Remove when it asks its setting.
    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if self._is_lead_generation_off():
            for button in arch.xpath("//button[@name='action_generate_leads']"):
                button.getparent().remove(button)
        return arch, view

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        return (*super()._get_view_cache_key(view_id, view_type, **options), self._is_lead_generation_off())
