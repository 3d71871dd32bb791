from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.demand import lawful


class OutreachMinimumWage(models.Model):
    """A minimum wage from a day on: the general one (§ 1 MiLoG), or one that is binding in an industry (AEntG)."""

    _name = 'outreach.minimum.wage'
    _description = "Minimum Wage"
    _order = 'key, date_from desc, id'

    name = fields.Char(required=True, translate=True)
    key = fields.Char(required=True, help="What it is about: of several with the same key the latest counts, e.g. “general”")
    amount = fields.Float("Euros per Hour", required=True, digits=(16, 2), aggregator=None)
    date_from = fields.Date("From", required=True)
    industry_codes = fields.Char("Industries (WZ)", help="Beginnings of codes, e.g. “81.2, 87”. Empty: all industries")
    occupation_codes = fields.Char("Occupations (KldB)", help="Beginnings of codes, e.g. “541, 82102”. Empty: all occupations")
    source = fields.Char(required=True, help="Regulation and paragraph")
    active = fields.Boolean(default=True)

    _amount_check = models.Constraint('CHECK(amount > 0)', "A minimum wage is more than nothing.")
    _day_uniq = models.UniqueIndex('(key, date_from) WHERE active', "There is one of this key from this day on already.")

    @api.constrains('industry_codes', 'occupation_codes')
    def _check_codes(self):
        for wage in self:
            if any(not code.isdigit() for text in (wage.industry_codes, wage.occupation_codes) for code in lawful.codes(text)):
                raise ValidationError(self.env._("Codes are numbers, separated by commas, e.g. “81.2, 87”."))

    @api.model
    def _get_wages(self):
        """All, as the rule wants them; the keys are the ids."""
        return {
            wage: lawful.Wage(wage.key, wage.amount, wage.date_from, lawful.codes(wage.industry_codes), lawful.codes(wage.occupation_codes))
            for wage in self.sudo().search([])
        }


class OutreachRestrictionWord(models.Model):
    """Words by which an employer may restrict whom it wants in a way that the law forbids (§ 36 (2) SGB III, § 1 AGG)."""

    _name = 'outreach.restriction.word'
    _description = "Restriction"
    _order = 'ground, name'

    name = fields.Char(
        "Words",
        required=True,
        help="As they begin: “Muttersprach” finds “Muttersprache” and “muttersprachlich”; ## is an age, e.g. “bis ## Jahre”",
    )
    ground = fields.Selection(
        [
            ('sex', "Sex"),
            ('origin', "Origin"),
            ('language', "Language as origin"),
            ('nationality', "Nationality"),
            ('religion', "Religion"),
            ('belief', "World view"),
            ('union', "Trade union or party"),
            ('age', "Age"),
            ('disability', "Disability"),
            ('health', "Health"),
            ('identity', "Sexual identity"),
        ],
        required=True,
        default='origin',
    )
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex('(lower(name))', "These words are on the list already.")
