from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = 'ir.module.module'

    @api.model
    def _update_translations(self, filter_lang=None, overwrite=False):
        # OVERRIDE: names in the catalogues are loaded by SQL, at installation, update, and with a new language
        res = super()._update_translations(filter_lang, overwrite)
        self.env['outreach.search.entry'].sudo()._refresh()
        return res
