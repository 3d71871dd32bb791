from odoo import models


class IrModuleModule(models.Model):
    _inherit = 'ir.module.module'

    def _update_translations(self, filter_lang=None, overwrite=False):
        # OVERRIDE: names in the catalogues are loaded by SQL, at installation, update, and with a new language
        res = super()._update_translations(filter_lang, overwrite)
        if 'maßarbeit_outreach' in self.mapped('name') + self.dependencies_id.mapped('name'):
            self.env['outreach.search.entry'].sudo()._refresh()
        return res
