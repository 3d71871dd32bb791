from odoo import api, models


class OutreachMunicipality(models.Model):
    """The rule of a pool names an association."""

    _inherit = 'outreach.municipality'

    @api.model
    def _get_lost_association_texts(self, names):
        texts = super()._get_lost_association_texts(names)
        if pools := self.env['outreach.pool'].sudo().search([('association', 'in', list(names))]):
            texts.append(
                self.env._(
                    "Pools by an association that no longer exists, to be corrected afterwards: %(names)s.",
                    names=', '.join(pools.mapped('name')),
                )
            )
        return texts

    @api.model
    def _follow_renamed_associations(self, renamed):
        for before, after in renamed.items():
            self.env['outreach.pool'].sudo().search([('association', '=', before)]).association = after
        return super()._follow_renamed_associations(renamed)
