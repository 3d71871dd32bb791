from odoo import fields, models


class OutreachCatalogueImportTable(models.Model):
    """How many rows of one table an import would change or has changed."""

    _name = 'outreach.catalogue.import.table'
    _description = "Catalogue Import: Table"
    _order = 'import_id, id'
    _rec_name = 'table'
    _log_access = False

    import_id = fields.Many2one('outreach.catalogue.import', required=True, index=True, ondelete='cascade')
    table = fields.Selection(
        [
            ('kldb', "KldB occupations"),
            ('esco', "ESCO occupations"),
            ('skill', "Skills"),
            ('isco_group', "ISCO groups"),
            ('skill_group', "Skill groups"),
            ('wz2008', "Industries (WZ 2008)"),
            ('wz2025', "Industries (WZ 2025)"),
            ('label', "Further labels"),
            ('occupation_skill', "Skills of occupations"),
            ('skill_relation', "Relations of skills"),
            ('skill_in_group', "Skills in groups"),
            ('mapping', "Mapping of ESCO to KldB"),
            ('crosswalk', "Crosswalk of industries"),
        ],
        required=True,
    )
    new_count = fields.Integer("New", aggregator=None)
    changed_count = fields.Integer("Changed", aggregator=None)
    unchanged_count = fields.Integer("Unchanged", aggregator=None)
    obsolete_count = fields.Integer("Becomes Obsolete", aggregator=None)
    back_count = fields.Integer("Back Again", aggregator=None)
    gone_count = fields.Integer("Removed", aggregator=None)
