"""The skills that the catalogue names for the occupation of a demand are proposed for it."""
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Command

# What ESCO says of a skill, and what it becomes for a demand.
NEEDS = {'essential': 'must', 'optional': 'nice'}


class OutreachDemand(models.Model):
    """Choosing an occupation proposes its skills.

    SPECIFICATION
     * Essential skills become "must", optional ones "nice to have"; each can be removed or changed.
     * Another occupation takes the proposals of the former one away, except those that somebody changed, and never
       what somebody added.
     * Who gives skills along with the occupation gets those and nothing else, so a copy stays as it was.
     * A KldB occupation gets the skills listed for itself, not those of the ESCO occupations below it: they are up to
       some hundred skills that mostly do not belong together.
    """

    _inherit = 'outreach.demand'  # pylint: disable=consider-merging-classes-inherited

    skill_ids = fields.One2many(compute='_compute_skill_ids', store=True, readonly=False, precompute=True)
    proposal_count = fields.Integer("Proposed Skills", compute='_compute_proposal_count')

    @api.depends('occupation_id')
    def _compute_skill_ids(self):
        proposals = self.occupation_id._origin._get_proposed_skills()
        stored = self.filtered(lambda demand: isinstance(demand.id, int))
        for demand in self - stored:
            stale, missing = demand.skill_ids._compare(proposals[demand.occupation_id._origin])
            demand.skill_ids = [*(Command.delete(line.id) for line in stale), *map(Command.create, missing)]
        if stored:
            stored._replace_proposals(proposals)

    def _replace_proposals(self, proposals):
        """As above for demands that are in the database already: all in one go."""
        Line = self.env['outreach.demand.skill']
        all_stale, all_missing = Line, []
        by_demand = Line.search([('demand_id', 'in', self.ids)]).grouped('demand_id')
        for demand in self:
            stale, missing = by_demand.get(demand, Line)._compare(proposals[demand.occupation_id])
            all_stale += stale
            all_missing += [{**values, 'demand_id': demand.id} for values in missing]
        all_stale.unlink()
        Line.create(all_missing)

    @api.depends('skill_ids.is_proposed')
    def _compute_proposal_count(self):
        for demand in self:
            demand.proposal_count = len(demand.skill_ids.filtered('is_proposed'))

    def action_propose_skills(self):
        """Propose again what was removed."""
        self._replace_proposals(self.occupation_id._get_proposed_skills())

    def action_remove_optional_proposals(self):
        self.skill_ids.filtered(lambda line: line.is_proposed and line.need == 'nice').unlink()

    def action_remove_proposals(self):
        """Leave what somebody added or changed."""
        self.skill_ids.filtered('is_proposed').unlink()

    def action_accept_proposals(self):
        """These skills are the demand's own from now on, whatever occupation is chosen later."""
        self.skill_ids.filtered('is_proposed').is_proposed = False


class OutreachDemandSkill(models.Model):
    _inherit = 'outreach.demand.skill'  # pylint: disable=consider-merging-classes-inherited

    is_proposed = fields.Boolean(
        "Proposed", compute='_compute_is_proposed', store=True, readonly=False,
        help="Came with the occupation, and nobody has changed it")

    @api.depends('skill_id', 'level', 'need')
    def _compute_is_proposed(self):
        """Whoever changes a proposal makes it their own."""
        self.is_proposed = False

    def _compare(self, proposals):
        """:return: `(lines of one demand that are proposed no longer, values of those that lack)`"""
        stale, missing = self.browse(), dict(proposals)
        for line in self:
            skill = line.skill_id._origin
            if line.is_proposed and missing.get(skill) != line.need:
                stale += line
            else:
                missing.pop(skill, None)
        return stale, [{'skill_id': skill.id, 'need': need, 'is_proposed': True} for skill, need in missing.items()]


class OutreachOccupation(models.Model):
    _inherit = 'outreach.occupation'  # pylint: disable=consider-merging-classes-inherited

    def _get_proposed_skills(self):
        """`{occupation: {skill: need of a demand}}`, the essential ones first; one query for all occupations."""
        found = defaultdict(dict)
        for line in self.env['outreach.occupation.skill'].sudo().search(
                [('occupation_id', 'in', self.ids), ('skill_id.active', '=', True)], order='need, id'):
            found[line.occupation_id][line.skill_id] = NEEDS[line.need]
        return found
