"""What belongs to a candidate, one line each."""

from odoo import api, fields, models

from ...tools.people.facts import PRESUMED, presume_recognition
from ..base.selections import CEFR_LEVELS, SKILL_LEVELS

RECOGNITIONS = [
    ('german', "German qualification"),
    ('not_needed', "Not needed"),
    ('not_applied', "Not applied for"),
    ('advice', "In advice"),
    ('applied', "Applied for"),
    ('full', "Full"),
    ('partial', "Partial (compensation measure)"),
    ('none', "Not equivalent"),
]


class OutreachCandidateSkill(models.Model):
    _name = 'outreach.candidate.skill'
    _inherit = ['outreach.person.mixin']
    _person_field = 'candidate_id'
    _description = "Skill of a Candidate"
    _order = 'candidate_id, level desc, id'
    _rec_name = 'skill_id'

    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade')
    skill_id = fields.Many2one('outreach.skill', required=True, ondelete='restrict')
    level = fields.Selection(SKILL_LEVELS, required=True, default='2')

    _candidate_skill_uniq = models.UniqueIndex('(candidate_id, skill_id)', "The candidate has this skill already.")
    # for matching: who has a skill, without a look at the table
    _skill_idx = models.Index('(skill_id, candidate_id, level)')


class OutreachCandidateOccupation(models.Model):
    _name = 'outreach.candidate.occupation'
    _inherit = ['outreach.person.mixin']
    _person_field = 'candidate_id'
    _description = "Occupation of a Candidate"
    _order = 'candidate_id, years desc, id'
    _rec_name = 'occupation_id'

    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade')
    occupation_id = fields.Many2one('outreach.occupation', required=True, ondelete='restrict')
    years = fields.Integer("Years of Experience", aggregator=None)
    qualification = fields.Selection(
        [
            ('none', "No qualification"),
            ('school', "School"),
            ('partial', "Partial qualification"),
            ('vocational_de', "Vocational (Germany)"),
            ('vocational_abroad', "Vocational (abroad)"),
            ('degree_de', "Degree (Germany)"),
            ('degree_abroad', "Degree (abroad)"),
        ],
        default='none',
        required=True,
    )
    recognition = fields.Selection(
        RECOGNITIONS,
        required=True,
        compute='_compute_recognition',
        store=True,
        readonly=False,
        precompute=True,
        help="A procedure takes three to four months as a rule, from complete papers on. “Not needed” is not enough for a regulated"
        " profession.",
    )

    _candidate_occupation_uniq = models.UniqueIndex('(candidate_id, occupation_id)', "The candidate has this occupation already.")
    _occupation_idx = models.Index('(occupation_id, candidate_id)')
    _years_check = models.Constraint('CHECK(years BETWEEN 0 AND 60)', "Years of experience are 0 to 60.")

    @api.depends('qualification')
    def _compute_recognition(self):
        """What follows from where somebody learnt; a procedure that was recorded stays what it is."""
        for line in self:
            known = line.recognition
            line.recognition = presume_recognition(line.qualification) if known in (False, *PRESUMED) else known


class OutreachCandidateLanguage(models.Model):
    _name = 'outreach.candidate.language'
    _inherit = ['outreach.person.mixin']
    _person_field = 'candidate_id'
    _description = "Language of a Candidate"
    _order = 'candidate_id, level desc, id'
    _rec_name = 'language_id'

    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade')
    language_id = fields.Many2one('outreach.language', required=True, ondelete='restrict')
    level = fields.Selection(CEFR_LEVELS, required=True, default='7_native')

    _candidate_language_uniq = models.UniqueIndex('(candidate_id, language_id)', "The candidate has this language already.")


class OutreachCandidateRegime(models.Model):
    """The legal regime (Rechtskreis) that somebody is under from a date on; a change adds a line, so history stays."""

    _name = 'outreach.candidate.regime'
    _inherit = ['outreach.person.mixin']
    _person_field = 'candidate_id'
    _description = "Legal Regime of a Candidate"
    _order = 'candidate_id, date_from desc'
    _rec_name = 'regime'

    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade')
    regime = fields.Selection(
        [
            ('sgb2', "SGB II"),
            ('sgb3', "SGB III"),
            ('asylblg', "AsylbLG"),
            ('sgb12', "SGB XII"),
            ('none', "No Legal Regime"),
            ('unknown', "Unknown"),
        ],
        required=True,
        default='unknown',
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)

    _day_uniq = models.UniqueIndex('(candidate_id, date_from)', "There is another regime from this day on.")
