from odoo import api, models


class IrConfigParameter(models.Model):
    _inherit = 'ir.config_parameter'

    @api.model
    def _is_service_off(self, parameter):
        """Whether the address of a service stands in this parameter and is none, so that nothing is sent there.

        Without a value, core takes an address of its own.
        """
        address = self.sudo().get_param(parameter)
        return bool(address) and not address.startswith('http')
