"""The small catalogues that users pick from. They share one form: a name, perhaps a code, perhaps a parent."""
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OutreachCatalogueMixin(models.AbstractModel):
    _name = 'outreach.catalogue.mixin'
    _description = "Coded catalogue entry in a hierarchy"
    _parent_store = True
    _order = 'code, name'
    _rec_names_search = ['name', 'code']

    name = fields.Char(required=True, translate=True, index='trigram')
    active = fields.Boolean(default=True)
    code = fields.Char(index=True)
    parent_path = fields.Char(index=True, export_string_translation=False)

    @api.depends('name', 'code')
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.code} {entry.name}" if entry.code else entry.name

    @api.constrains('parent_id')
    def _check_hierarchy(self):
        if self._has_cycle():
            raise ValidationError(self.env._("An entry cannot be placed below itself."))


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

    _code_uniq = models.UniqueIndex('(version, code)', "There is an industry with this code in this version already.")


class OutreachOccupation(models.Model):
    """Occupations of the Klassifikation der Berufe 2010 (KldB). The fifth digit is the requirement level."""

    _name = 'outreach.occupation'
    _inherit = ['outreach.catalogue.mixin']
    _description = "Occupation (KldB)"

    code = fields.Char("KldB", required=True, help="Code of the Klassifikation der Berufe 2010")
    parent_id = fields.Many2one('outreach.occupation', ondelete='restrict', index='btree_not_null')
    child_ids = fields.One2many('outreach.occupation', 'parent_id')
    requirement_level = fields.Selection([
        ('1', "Helper"),
        ('2', "Skilled worker"),
        ('3', "Specialist"),
        ('4', "Expert"),
    ], compute='_compute_requirement_level', store=True, help="From the fifth digit of the KldB code")

    _code_uniq = models.UniqueIndex('(code)', "There is an occupation with this KldB code already.")
    _code_check = models.Constraint("CHECK(code ~ '^[0-9]{1,5}$')", "A KldB code has 1 to 5 digits.")

    @api.depends('code')
    def _compute_requirement_level(self):
        levels = dict(self._fields['requirement_level'].selection)
        for occupation in self:
            digit = (occupation.code or '')[4:5]
            occupation.requirement_level = digit if digit in levels else False


class OutreachSkill(models.Model):
    _name = 'outreach.skill'
    _description = "Skill"
    _order = 'name'

    name = fields.Char(required=True, translate=True, index='trigram')
    active = fields.Boolean(default=True)
    kind = fields.Selection([
        ('skill', "Skill"),
        ('knowledge', "Knowledge"),
        ('language', "Language"),
        ('licence', "Licence or certificate"),
        ('transversal', "Transversal skill"),
    ], required=True, default='skill')


class OutreachLanguage(models.Model):
    _name = 'outreach.language'
    _description = "Language spoken"
    _order = 'name'
    _rec_names_search = ['name', 'code']

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="ISO 639 code")
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex('(code)', "There is a language with this code already.")


class OutreachTopic(models.Model):
    _name = 'outreach.topic'
    _description = "Topic of a visit"
    _order = 'sequence, name'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
