from odoo import api, fields, models

from .outreach_catalogue import find_or_create


class OutreachLabel(models.Model):
    """What else an occupation or a skill is called; its `name` is not repeated here."""

    _name = 'outreach.label'
    _description = "Label of an Occupation or Skill"
    _order = 'kind, name'

    name = fields.Char(required=True)
    lang = fields.Char("Language", required=True, default='de', help="ISO 639 code")
    kind = fields.Selection(
        [
            ('alternative', "Alternative label"),
            ('hidden', "Hidden label"),  # found, never shown: misspellings, outdated words
            ('title', "Occupation title"),
        ],
        required=True,
        default='alternative',
    )
    source = fields.Selection(
        [('own', "Own"), ('esco', "ESCO"), ('kldb', "KldB 2010"), ('mapping', "KldB to ESCO")],
        required=True,
        default='own',
        readonly=True,
        help="An import replaces the labels of its own source only.",
    )
    occupation_id = fields.Many2one('outreach.occupation', index='btree_not_null', ondelete='cascade')
    skill_id = fields.Many2one('outreach.skill', index='btree_not_null', ondelete='cascade')

    _concept_check = models.Constraint(
        'CHECK(num_nonnulls(occupation_id, skill_id) = 1)', "A label belongs to one occupation or to one skill."
    )
    _occupation_uniq = models.UniqueIndex(
        '(occupation_id, lang, name) WHERE occupation_id IS NOT NULL', "The occupation has this label already."
    )
    _skill_uniq = models.UniqueIndex('(skill_id, lang, name) WHERE skill_id IS NOT NULL', "The skill has this label already.")

    @api.model
    def _load_records_create(self, vals_list):
        # OVERRIDE: a shipped label that somebody removed comes back with an update, unless it is there again already
        return find_or_create(self, ('occupation_id', 'skill_id', 'lang', 'name'), vals_list, super()._load_records_create)

    @api.model_create_multi
    def create(self, vals_list):
        labels = super().create(vals_list)
        labels._reindex_concepts()
        return labels

    def write(self, vals):
        moved = vals.keys() & {'occupation_id', 'skill_id'}
        before = [(model, self[fname].ids) for fname, model in self._get_concept_fields()] if moved else []
        res = super().write(vals)
        if moved or vals.keys() & {'name', 'kind'}:
            self._reindex_concepts()
            for model, ids in before:
                self.env['outreach.search.entry'].sudo()._reindex(model, ids)
        return res

    def unlink(self):
        before = [(model, self[fname].ids) for fname, model in self._get_concept_fields()]
        res = super().unlink()
        for model, ids in before:
            self.env['outreach.search.entry'].sudo()._reindex(model, ids)
        return res

    @api.model
    def _get_concept_fields(self):
        return [('occupation_id', 'outreach.occupation'), ('skill_id', 'outreach.skill')]

    def _reindex_concepts(self):
        for fname, model in self._get_concept_fields():
            self.env['outreach.search.entry'].sudo()._reindex(model, self[fname].ids)

    def _get_shown_text(self):
        """Hidden labels are found, but never shown."""
        return ', '.join(dict.fromkeys(self.filtered(lambda label: label.kind != 'hidden').mapped('name')))
