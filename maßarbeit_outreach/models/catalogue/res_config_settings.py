import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.catalogue import esco_service


class ResConfigSettings(models.TransientModel):
    """Only system administrators save settings, and so decide which address the server calls."""

    _inherit = 'res.config.settings'

    outreach_esco_enabled = fields.Boolean("Look Up in the ESCO Web Service", config_parameter='outreach.esco_enabled')
    outreach_esco_url = fields.Char("Address of ESCO", config_parameter='outreach.esco_url', default='https://ec.europa.eu/esco/api')
    outreach_esco_version = fields.Char("Version of ESCO", config_parameter='outreach.esco_version', default='v1.2.1')
    outreach_esco_languages = fields.Char(
        "Languages of ESCO",
        config_parameter='outreach.esco_languages',
        default='de, en',
        help="ISO 639 codes; texts are searched for and shown in the first one",
    )
    outreach_esco_timeout = fields.Integer("Patience with ESCO (seconds)", config_parameter='outreach.esco_timeout', default=20)

    @api.constrains(
        'outreach_esco_url', 'outreach_esco_version', 'outreach_esco_languages', 'outreach_esco_timeout', 'outreach_esco_enabled'
    )
    def _check_outreach_esco(self):
        for settings in self.filtered('outreach_esco_enabled'):
            try:
                esco_service.check_address(settings.outreach_esco_url or '')
            except esco_service.InvalidAddress as error:
                raise ValidationError(
                    self.env._(
                        "The address of the ESCO web service begins with https:// or http://, names a server,"
                        " and has no password and no question mark."
                    )
                ) from error
            if not re.fullmatch(r'v\d+(\.\d+)+', settings.outreach_esco_version or ''):
                raise ValidationError(self.env._("A version of ESCO is written like v1.2.1."))
            if not re.fullmatch(r'\s*[a-z]{2}(\s*,\s*[a-z]{2})*\s*', settings.outreach_esco_languages or ''):
                raise ValidationError(self.env._("The languages of ESCO are codes of two letters, separated by commas: de, en"))
            if not 1 <= settings.outreach_esco_timeout <= 60:
                raise ValidationError(self.env._("Between 1 and 60 seconds can be waited for ESCO."))
