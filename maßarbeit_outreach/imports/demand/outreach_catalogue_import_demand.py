from odoo import fields, models
from odoo.tools import SQL


class OutreachCatalogueImport(models.Model):
    """Which open demands an import touches."""

    _inherit = 'outreach.catalogue.import'

    demand_ids = fields.One2many('outreach.catalogue.import.demand', 'import_id', "Open Demands", readonly=True, copy=False)

    def _forget_preview(self):
        self.sudo().demand_ids.unlink()
        return super()._forget_preview()

    def _store_effects(self):
        self.env['outreach.catalogue.import.demand']._fill(self)
        return super()._store_effects()

    def action_open_demands(self):
        """Open the demands that the import touches."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Open Demands"),
            'res_model': 'outreach.demand',
            'view_mode': 'list,form',
            'domain': [('id', 'in', self.demand_ids.demand_id.ids)],
        }


class OutreachCatalogueImportDemand(models.Model):
    """What an import means for one open demand."""

    _name = 'outreach.catalogue.import.demand'
    _description = "Catalogue Import: Open Demand"
    _order = 'import_id, effect, demand_id'
    _rec_name = 'demand_id'
    _log_access = False

    import_id = fields.Many2one('outreach.catalogue.import', required=True, index=True, ondelete='cascade')
    demand_id = fields.Many2one('outreach.demand', required=True, index=True, ondelete='cascade')
    partner_id = fields.Many2one(related='demand_id.partner_id')
    effect = fields.Selection(
        [
            ('1_occupation_obsolete', "Occupation becomes obsolete"),
            ('2_skill_obsolete', "Skill becomes obsolete"),
            ('3_skills_changed', "Essential skills of the occupation change"),
            ('4_occupation_renamed', "Occupation is renamed"),
            ('5_skill_renamed', "Skill is renamed"),
        ],
        required=True,
    )
    former = fields.Char("So Far")
    name = fields.Char("From Now On")

    def action_open(self):
        """Open the demand."""
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'outreach.demand', 'res_id': self.demand_id.id, 'views': [(False, 'form')]}

    def _fill(self, job):
        """Find the open demands of all organisations that a settled import touches; who reads them, a rule decides."""
        cr = self.env.cr
        cr.execute(SQL("DELETE FROM outreach_catalogue_import_demand WHERE import_id = %s", job.id))
        demands = self.env['outreach.demand'].sudo()
        is_open = demands._search(demands._get_open_domain()).subselect()
        cr.execute(
            SQL(
                """WITH demand AS (SELECT id, occupation_id FROM outreach_demand WHERE id IN %(is_open)s),
               essential AS (
                    SELECT d.occupation_id,
                           left(string_agg(t.name->>'de_DE', ', ' ORDER BY t.name->>'de_DE') FILTER (WHERE is_new), 500) AS gained,
                           left(string_agg(t.name->>'de_DE', ', ' ORDER BY t.name->>'de_DE') FILTER (WHERE NOT is_new), 500) AS lost
                      FROM differ_occupation_skill d
                      LEFT JOIN outreach_occupation_skill s USING (occupation_id, skill_id)
                      JOIN target_skill t ON t.id = d.skill_id,
                           LATERAL (SELECT CASE WHEN d.need = 'essential' THEN TRUE WHEN s.need = 'essential' THEN FALSE END) x (is_new)
                     WHERE d.occupation_id IN (SELECT occupation_id FROM demand) AND is_new IS NOT NULL
                     GROUP BY d.occupation_id)
               INSERT INTO outreach_catalogue_import_demand (import_id, demand_id, effect, former, name)
               SELECT %(job)s, d.id, CASE WHEN c.action = 'obsolete' THEN '1_occupation_obsolete' ELSE '4_occupation_renamed' END,
                      c.former, CASE WHEN c.action != 'obsolete' THEN c.name END
                 FROM demand d JOIN changed_occupation c ON c.id = d.occupation_id
                WHERE c.action = 'obsolete' OR c.is_renamed
                UNION ALL
               SELECT %(job)s, d.id, CASE WHEN c.action = 'obsolete' THEN '2_skill_obsolete' ELSE '5_skill_renamed' END,
                      c.former, CASE WHEN c.action != 'obsolete' THEN c.name END
                 FROM demand d JOIN outreach_demand_skill s ON s.demand_id = d.id JOIN changed_skill c ON c.id = s.skill_id
                WHERE c.action = 'obsolete' OR c.is_renamed
                UNION ALL
               SELECT %(job)s, d.id, '3_skills_changed', e.lost, e.gained
                 FROM demand d JOIN essential e ON e.occupation_id = d.occupation_id""",
                is_open=is_open,
                job=job.id,
            )
        )
