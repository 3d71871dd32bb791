from odoo import api, fields, models

from ..tools import municipality as municipality_rule


class OutreachMunicipality(models.Model):
    _name = 'outreach.municipality'
    _description = "Municipality"
    _order = 'name'
    _rec_names_search = ['name', 'official_name', 'ags', 'postcodes']

    name = fields.Char(required=True, index='trigram')
    official_name = fields.Char()
    active = fields.Boolean(default=True)
    kind = fields.Selection([
        ('town', "Town"),
        ('municipality', "Municipality"),
        ('member_town', "Town in an association"),
        ('member_municipality', "Municipality in an association"),
    ], required=True, default='municipality')
    ags = fields.Char("AGS", required=True, size=8, help="Official municipality key (Amtlicher Gemeindeschlüssel), 8 digits")
    ars = fields.Char("ARS", size=12, help="Official regional key (Amtlicher Regionalschlüssel), 12 digits")
    association = fields.Char(help="Association of municipalities (Samtgemeinde) that it belongs to")
    postcodes = fields.Char(help="Separated by spaces. A postcode may serve several municipalities.")
    latitude = fields.Float(digits=(9, 6))
    longitude = fields.Float(digits=(9, 6))
    population = fields.Integer(aggregator='sum')
    company_count = fields.Integer("Companies", compute='_compute_company_count')

    _ags_uniq = models.UniqueIndex('(ags)', "There is a municipality with this AGS already.")
    _ags_check = models.Constraint("CHECK(ags ~ '^[0-9]{8}$')", "The AGS has 8 digits.")

    def _compute_company_count(self):
        counts = dict(self.env['res.partner']._read_group(
            self._company_domain(), ['outreach_municipality_id'], ['__count']))
        for municipality in self:
            municipality.company_count = counts.get(municipality, 0)

    def _company_domain(self):
        return [('is_company', '=', True), ('outreach_municipality_id', 'in', self.ids)]

    def action_view_companies(self):
        """Open the companies that `company_count` counts."""
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.res_partner_action')
        return action | {'domain': self._company_domain(), 'context': {'default_is_company': True}}

    @api.model
    def _get_directory(self):
        """All municipalities as the rule in `tools/municipality.py` wants them; built once per batch."""
        return municipality_rule.Directory(
            (m.id, m.name, m.official_name or '', m.ags, m.postcodes or '')
            for m in self.sudo().with_context(active_test=False).search_fetch(
                [], ['name', 'official_name', 'ags', 'postcodes'])
        )
