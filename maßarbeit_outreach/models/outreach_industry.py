from odoo import fields, models


class OutreachIndustry(models.Model):
    """Classification of economic activities (WZ). The version belongs to the key: section C means
    another thing in another version."""

    _name = 'outreach.industry'
    _inherit = ['outreach.catalogue.mixin']
    _description = "Industry (WZ)"

    version = fields.Selection([('2008', "WZ 2008"), ('2025', "WZ 2025")], required=True, default='2008')
    code = fields.Char(required=True)
    parent_id = fields.Many2one('outreach.industry', ondelete='restrict', index='btree_not_null',
                                domain="[('version', '=', version)]")
    child_ids = fields.One2many('outreach.industry', 'parent_id')
    section_id = fields.Many2one(
        'outreach.industry', compute='_compute_section_id', store=True, recursive=True, index='btree_not_null',
        help="The letter at the top of the hierarchy")

    _code_uniq = models.UniqueIndex('(version, code)', "There is an industry with this code in this version already.")


class OutreachIndustryCrosswalk(models.Model):
    """Which industry of WZ 2025 continues which one of WZ 2008 (Statistisches Bundesamt); many to many."""

    _name = 'outreach.industry.crosswalk'
    _description = "Crosswalk of Industries"
    _order = 'wz2008_id, wz2025_id'
    _rec_name = 'wz2025_id'
    _log_access = False

    wz2008_id = fields.Many2one('outreach.industry', "WZ 2008", required=True, index=True, ondelete='cascade',
                                domain="[('version', '=', '2008')]")
    wz2025_id = fields.Many2one('outreach.industry', "WZ 2025", required=True, index=True, ondelete='cascade',
                                domain="[('version', '=', '2025')]")
    is_partial = fields.Boolean("In Part", help="Only a part of the one goes into the other.")

    _pair_uniq = models.UniqueIndex('(wz2008_id, wz2025_id)', "This pair is listed already.")
