from odoo import fields, models


class OutreachCatalogueLink(models.Model):
    """What a publisher says one classification has to do with another, by the codes of both, as it was published.

    Kept so that the files may be imported in any order: a mapping to ESCO is read before ESCO, and used when ESCO is there.
    """

    _name = 'outreach.catalogue.link'
    _description = "Link between Classifications"
    _order = 'kind, left_key, right_key'
    _rec_name = 'left_key'
    _log_access = False

    kind = fields.Selection([('mapping', "KldB to ESCO"), ('crosswalk', "WZ 2008 to WZ 2025")], required=True)
    left_key = fields.Char("From", required=True, help="URI in ESCO, or code in WZ 2008")
    right_key = fields.Char("To", required=True, help="Code in KldB 2010 or WZ 2025; empty for titles without")
    code = fields.Char("Title Code", required=True, help="Number of the occupation title; empty in a crosswalk")
    relation = fields.Char(help="How well they match, or whether only in part")
    title = fields.Char("Occupation Title")

    _link_uniq = models.UniqueIndex('(kind, left_key, right_key, code)', "This link is listed already.")
