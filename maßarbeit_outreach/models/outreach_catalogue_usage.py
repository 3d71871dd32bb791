"""Where the entries of the catalogues are used, and what that means for deleting them."""
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

CATALOGUES = ('outreach.occupation', 'outreach.skill', 'outreach.isco.group', 'outreach.skill.group', 'outreach.industry')


class OutreachCatalogueUsageMixin(models.AbstractModel):
    """What is in use is archived, not deleted."""

    _name = 'outreach.catalogue.usage.mixin'
    _description = "Catalogue entry that others refer to"

    @api.model
    def _get_uses(self):
        """`(model, field)` of what refers to this catalogue and would break, or lose what it says, when an entry goes.

        Within the catalogues that are the links that refuse it; what is recorded about companies counts always.
        """
        for name, model in self.env.registry.items():
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                if field.type == 'many2one' and field.store and field.comodel_name == self._name and (
                        field.ondelete == 'restrict' or (field.ondelete == 'set null' and name not in CATALOGUES)):
                    yield name, field.name

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for model, fname in self._get_uses():
            domain = Domain(fname, 'in', self.ids)
            if model == self._name:
                domain &= Domain('id', 'not in', self.ids)
            user = self.env[model].sudo().with_context(active_test=False).search(domain, limit=1)
            if user:
                raise UserError(self.env._(
                    "“%(name)s” is in use (%(model)s: “%(user)s”), so it cannot be deleted."
                    " Archive it instead: nobody is offered it any more, and what refers to it stays as it is.",
                    name=user[fname].display_name, model=self.env['ir.model']._get(model).name, user=user.display_name))


class OutreachCatalogueMixin(models.AbstractModel):
    _name = 'outreach.catalogue.mixin'
    _inherit = ['outreach.catalogue.mixin', 'outreach.catalogue.usage.mixin']  # pylint: disable=consider-merging-classes-inherited

    path = fields.Char("Belongs To", compute='_compute_path', help="What is above it, from the top down")

    @api.depends('parent_id.parent_path', 'parent_id.name')
    def _compute_path(self):
        above = {entry: [int(key) for key in (entry.parent_id.parent_path or '').split('/') if key] for entry in self}
        names = {entry.id: entry.display_name for entry in self.browse({key for keys in above.values() for key in keys})}
        for entry, keys in above.items():
            entry.path = ' › '.join(names[key] for key in keys)

    @api.model
    def _sum_up(self, counts):
        """Counts (`{entry: number}`) of entries together with those of all below them, as `{id: number}`."""
        totals = Counter()
        for entry, count in counts:
            for key in filter(None, (entry.parent_path or '').split('/')):
                totals[int(key)] += count
        return totals


class OutreachOccupation(models.Model):
    _inherit = 'outreach.occupation'  # pylint: disable=consider-merging-classes-inherited

    level = fields.Selection([
        ('1', "Area"),
        ('2', "Main group"),
        ('3', "Group"),
        ('4', "Subgroup"),
        ('5', "Occupation"),
        ('esco', "ESCO occupation"),
    ], compute='_compute_level')
    label_text = fields.Char("Also Called", compute='_compute_label_text')
    skill_count = fields.Integer(compute='_compute_skill_count')
    demand_count = fields.Integer("Open Demands", compute='_compute_demand_count', help="With those of all occupations below it")

    @api.depends('scheme', 'code')
    def _compute_level(self):
        levels = dict(self._fields['level'].selection)
        for occupation in self:
            level = str(len(occupation.code or ''))
            occupation.level = 'esco' if occupation.scheme == 'esco' else level if level in levels else False

    @api.depends('label_ids.name', 'label_ids.kind')
    def _compute_label_text(self):
        for occupation in self:
            occupation.label_text = occupation.label_ids._get_shown_text()

    @api.depends('skill_ids')
    def _compute_skill_count(self):
        counts = dict(self.env['outreach.occupation.skill']._read_group(
            [('occupation_id', 'in', self.ids)], ['occupation_id'], ['__count']))
        for occupation in self:
            occupation.skill_count = counts.get(occupation._origin, 0)

    @api.model
    def _get_open_demand_domain(self):
        return self.env['outreach.demand']._get_open_domain() & Domain('occupation_id', '!=', False)

    @api.depends_context('uid')
    def _compute_demand_count(self):
        counts = self._sum_up(self.env['outreach.demand']._read_group(
            self._get_open_demand_domain(), ['occupation_id'], ['__count']))
        for occupation in self:
            occupation.demand_count = counts[occupation._origin.id]

    @api.onchange('code', 'scheme')
    def _onchange_code(self):
        """Propose the occupation with the longest code that this one begins with."""
        if self.scheme == 'kldb' and self.code:
            self.parent_id = self.search(
                [('scheme', '=', 'kldb'), ('code', 'in', [self.code[:length] for length in range(1, len(self.code))])],
                order='code desc', limit=1)

    def action_open_demands(self):
        """The demands that `demand_count` counts."""
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_demand_action')
        return action | {
            'domain': list(self._get_open_demand_domain() & Domain('occupation_id', 'child_of', self.ids)),
            'context': {'default_occupation_id': self[:1].id},
        }


class OutreachSkill(models.Model):
    _name = 'outreach.skill'
    _inherit = ['outreach.skill', 'outreach.catalogue.usage.mixin']  # pylint: disable=consider-merging-classes-inherited

    label_text = fields.Char("Also Called", compute='_compute_label_text')
    occupation_count = fields.Integer(compute='_compute_occupation_count')
    demand_count = fields.Integer("Open Demands", compute='_compute_demand_count')

    @api.depends('label_ids.name', 'label_ids.kind')
    def _compute_label_text(self):
        for skill in self:
            skill.label_text = skill.label_ids._get_shown_text()

    @api.depends('occupation_ids')
    def _compute_occupation_count(self):
        counts = dict(self.env['outreach.occupation.skill']._read_group(
            [('skill_id', 'in', self.ids)], ['skill_id'], ['__count']))
        for skill in self:
            skill.occupation_count = counts.get(skill._origin, 0)

    @api.depends_context('uid')
    def _compute_demand_count(self):
        open_demand = self.env['outreach.demand']._get_open_domain()
        counts = dict(self.env['outreach.demand.skill']._read_group(
            [('skill_id', 'in', self.ids), ('demand_id', 'any', open_demand)], ['skill_id'], ['__count']))
        for skill in self:
            skill.demand_count = counts.get(skill._origin, 0)

    def action_open_demands(self):
        """The demands that `demand_count` counts."""
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_demand_action')
        return action | {
            'domain': list(self.env['outreach.demand']._get_open_domain() & Domain('skill_ids.skill_id', 'in', self.ids)),
            'context': {},
        }

    def action_open_occupations(self):
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_occupation_action')
        return action | {'domain': [('skill_ids.skill_id', 'in', self.ids)], 'context': {}}


class OutreachIscoGroup(models.Model):
    _inherit = 'outreach.isco.group'  # pylint: disable=consider-merging-classes-inherited

    occupation_ids = fields.One2many('outreach.occupation', 'isco_id', "Occupations")
    occupation_count = fields.Integer(
        compute='_compute_occupation_count', help="With those of all groups below it")

    @api.depends('occupation_ids')
    def _compute_occupation_count(self):
        counts = self._sum_up(self.env['outreach.occupation']._read_group([('isco_id', '!=', False)], ['isco_id'], ['__count']))
        for group in self:
            group.occupation_count = counts[group._origin.id]

    def action_open_occupations(self):
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_occupation_action')
        return action | {'domain': [('isco_id', 'child_of', self.ids)], 'context': {}}


class OutreachSkillGroup(models.Model):
    _inherit = 'outreach.skill.group'  # pylint: disable=consider-merging-classes-inherited

    skill_ids = fields.One2many('outreach.skill', 'group_id', "Skills")
    skill_count = fields.Integer(compute='_compute_skill_count', help="With those of all groups below it")

    @api.depends('skill_ids')
    def _compute_skill_count(self):
        counts = self._sum_up(self.env['outreach.skill']._read_group([('group_id', '!=', False)], ['group_id'], ['__count']))
        for group in self:
            group.skill_count = counts[group._origin.id]

    def action_open_skills(self):
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_skill_action')
        return action | {'domain': [('group_id', 'child_of', self.ids)], 'context': {}}
