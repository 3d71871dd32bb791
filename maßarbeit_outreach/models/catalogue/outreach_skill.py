from odoo import api, fields, models


class OutreachSkill(models.Model):
    """A skill of ESCO, or one of our own (without `uri`)."""

    _name = 'outreach.skill'
    _inherit = ['outreach.kept.mixin', 'outreach.search.mixin', 'outreach.catalogue.usage.mixin', 'outreach.licence.mixin']
    _description = "Skill"
    _order = 'name'

    name = fields.Char(required=True, translate=True, index='trigram')
    active = fields.Boolean(default=True)
    is_obsolete = fields.Boolean(
        "Obsolete", readonly=True, help="The classification dropped it; it stays for what refers to it, and is archived."
    )
    kind = fields.Selection(
        [
            ('skill', "Skill"),
            ('knowledge', "Knowledge"),
            ('language', "Language"),
            ('licence', "Licence or certificate"),
            ('transversal', "Transversal skill"),
        ],
        required=True,
        default='skill',
    )
    driving_licence = fields.Char(
        "Is Driving Licence", help="Class, e.g. “CE”: the skill and the class are one fact, whichever of them somebody notes"
    )
    uri = fields.Char("URI", help="Identifies the concept in ESCO, in every version and language")
    description = fields.Text(translate=True)
    reuse_level = fields.Selection(
        [  # ESCO
            ('transversal', "Transversal"),
            ('cross-sector', "Across sectors"),
            ('sector-specific', "One sector"),
            ('occupation-specific', "One occupation"),
        ]
    )
    group_id = fields.Many2one(
        'outreach.skill.group', "Skill Group", ondelete='set null', index='btree_not_null', help="The first one where ESCO names several"
    )
    group_ids = fields.Many2many('outreach.skill.group', string="Skill Groups")
    section_id = fields.Many2one(related='group_id.section_id', string="Skill Section")
    label_ids = fields.One2many('outreach.label', 'skill_id', "Further Labels")
    occupation_ids = fields.One2many('outreach.occupation.skill', 'skill_id', "Occupations")
    relation_ids = fields.One2many('outreach.skill.relation', 'skill_id', "Related Skills")
    label_text = fields.Char("Also Called", compute='_compute_label_text')
    occupation_count = fields.Integer(compute='_compute_occupation_count')

    _uri_uniq = models.UniqueIndex('(uri) WHERE uri IS NOT NULL', "There is a skill with this URI already.")

    @api.depends('label_ids.name', 'label_ids.kind')
    def _compute_label_text(self):
        for skill in self:
            skill.label_text = skill.label_ids._get_shown_text()

    @api.depends('occupation_ids')
    def _compute_occupation_count(self):
        counts = dict(self.env['outreach.occupation.skill']._read_group([('skill_id', 'in', self.ids)], ['skill_id'], ['__count']))
        for skill in self:
            skill.occupation_count = counts.get(skill._origin, 0)

    def action_open_occupations(self):
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_occupation_action')
        return action | {'domain': [('skill_ids.skill_id', 'in', self.ids)], 'context': {}}


class OutreachSkillRelation(models.Model):
    """How ESCO relates a skill to another one."""

    _name = 'outreach.skill.relation'
    _description = "Relation of Skills"
    _order = 'skill_id, kind, related_id'
    _rec_name = 'related_id'
    _log_access = False

    skill_id = fields.Many2one('outreach.skill', required=True, ondelete='cascade')
    related_id = fields.Many2one('outreach.skill', "Related Skill", required=True, index=True, ondelete='cascade')
    kind = fields.Selection([('broader', "Broader"), ('essential', "Essential for it"), ('optional', "Optional for it")], required=True)

    _relation_uniq = models.UniqueIndex('(skill_id, related_id, kind)', "This relation is listed already.")


class OutreachSkillGroup(models.Model):
    """The groups of ESCO's skills pillar, including the fields of knowledge (ISCED-F)."""

    _name = 'outreach.skill.group'
    _inherit = ['outreach.catalogue.mixin']
    _description = "Skill Group"

    code = fields.Char(required=True)
    uri = fields.Char("URI")
    description = fields.Text(translate=True)
    parent_id = fields.Many2one('outreach.skill.group', ondelete='restrict', index='btree_not_null')
    child_ids = fields.One2many('outreach.skill.group', 'parent_id')
    section_id = fields.Many2one(
        'outreach.skill.group',
        compute='_compute_section_id',
        store=True,
        recursive=True,
        index='btree_not_null',
        help="The top of the hierarchy",
    )
    skill_ids = fields.One2many('outreach.skill', 'group_id', "Skills")
    skill_count = fields.Integer(compute='_compute_skill_count', help="With those of all groups below it")

    _uri_uniq = models.UniqueIndex('(uri) WHERE uri IS NOT NULL', "There is a skill group with this URI already.")

    @api.depends('skill_ids')
    def _compute_skill_count(self):
        counts = self._sum_up(self.env['outreach.skill']._read_group([('group_id', '!=', False)], ['group_id'], ['__count']))
        for group in self:
            group.skill_count = counts[group._origin.id]

    def action_open_skills(self):
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_skill_action')
        return action | {'domain': [('group_id', 'child_of', self.ids)], 'context': {}}
