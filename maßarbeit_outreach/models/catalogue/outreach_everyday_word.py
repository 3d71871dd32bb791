from bisect import bisect_left

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ...tools.search.german_words import everyday_key
from .outreach_search_entry import CATALOGUES


class OutreachEverydayWord(models.Model):
    """What people say every day, and what the catalogues call it.

    SPECIFICATION
     * A classification has no everyday words and none in English: what it calls "Berufe in der Gebäudetechnik" is a Hausmeister, and
       a caretaker. The search puts what this list says before all but an entry of that very name.
     * What is meant stands as KldB codes or as names of entries, the most usual first; so the list is right with any catalogue,
       before and after an import. Of a code that the catalogue does not have, what stands above it is taken; of names that there
       are, each once. A word whose entries are all missing is no word.
     * Gender, umlauts, hyphens and the endings of case and number make no difference, see `german_words.everyday_key`.
    """

    _name = 'outreach.everyday.word'
    _description = "Everyday Word"
    _order = 'catalogue, name'

    # from so many letters on the beginning of a word is enough
    BEGINNING = 4
    MOST = 5

    name = fields.Char("Word", required=True, help="As people say it, in any language")
    catalogue = fields.Selection(CATALOGUES, required=True, default='occupation')
    targets = fields.Char(
        "Means", required=True, help="KldB codes, or names of occupations or skills; the most usual first, with semicolons between them"
    )
    key = fields.Char(compute='_compute_key', store=True, export_string_translation=False)
    active = fields.Boolean(default=True)

    _key_uniq = models.UniqueIndex('(catalogue, key)', "This word is in the list already.")

    @api.depends('name')
    def _compute_key(self):
        for word in self:
            word.key = everyday_key(word.name or '')

    @api.constrains('name', 'targets')
    def _check_says_something(self):
        if empty := self.filtered(lambda word: not word.key or not word._split_targets(word.targets)):
            raise ValidationError(self.env._("“%(word)s”: enter a word, and what it means.", word=empty[0].name))

    @api.model_create_multi
    def create(self, vals_list):
        words = super().create(vals_list)
        self.env.registry.clear_cache()
        return words

    def write(self, vals):
        res = super().write(vals)
        self.env.registry.clear_cache()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    @api.model
    def _split_targets(self, targets):
        return [target.strip() for target in (targets or '').split(';') if target.strip()]

    @api.model
    @ormcache('catalogue')
    def _get_words(self, catalogue):
        """`({key: (word, targets)}, keys in order)`."""
        words = self.sudo().search([('catalogue', '=', catalogue)])
        found = {word.key: (word.name, tuple(self._split_targets(word.targets))) for word in words}
        return found, sorted(found)

    @api.model
    def _find(self, catalogue, typed):
        """What was typed, or what begins so, or a part of it, as `[(share, word, targets)]`; share is 1 for the word itself.

        Beginnings come in the order of the alphabet; parts are tried only where nothing else is there.
        """
        words, keys = self._get_words(catalogue)
        key = everyday_key(typed)
        if key in words:
            return [(1.0, *words[key])]
        found = []
        if len(key) >= self.BEGINNING:
            for other in keys[bisect_left(keys, key) :][: self.MOST]:
                if not other.startswith(key):
                    break
                found.append((len(key) / len(other), *words[other]))
        return found
