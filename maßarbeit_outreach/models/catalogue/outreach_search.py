"""Search of the catalogues by what people type, for all who look up an occupation or a skill."""

import re
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.search.catalogue_ranking import (
    LONGEST_TEXT,
    Reading,
    Typed,
    Weights,
    families,
    grams_of,
    grams_of_words,
    meaning_number,
    read_typed,
    unit_number,
    vocabulary_number,
    wanted_pieces,
)
from ...tools.search.german_words import words as words_of

CODE = re.compile(r'\s*[0-9][0-9.]*\s*')


class Hit(NamedTuple):
    """Why an entry of the catalogue was found, and how well it fits."""

    id: int
    score: float
    label: str
    kind: str


class OutreachSearchMixin(models.AbstractModel):
    """A catalogue that is searched by what people type.

    SPECIFICATION
     * `name_search` (every many2one) ranks by `tools.catalogue_ranking` over all labels of an entry, in all languages;
       the best label counts, and says why it was found. Domain, access and `active` hold.
     * What people say every day, see `outreach.everyday.word`, comes before all but an entry of that name.
     * What one says is a trained occupation, unless one says otherwise: see `_get_search_factor`.
     * Numbers are codes, other operators than "ilike" are exact: both search as core does.
     * The search of a list by name finds by label too, but only what fits well.
    """

    _name = 'outreach.search.mixin'
    _description = "Catalogue searched by what people type"

    SEARCH_CANDIDATES = 80  # are ranked exactly
    SEARCH_POSTINGS = 6000  # are read to find the candidates; the rarest features first
    SEARCH_LIMIT = 100
    # what a typed feature counts when candidates are looked for
    SEARCH_UNIT, SEARCH_MEANING = 3, 1
    FITS_AT_ALL, FITS_WELL = 0.08, 0.3
    # a name counts more than a label that fits as well
    SEARCH_LABEL = 0.98
    # an everyday word comes after the same words as a name (1.5) and before the same words as a label; its beginning before most
    SEARCH_EVERYDAY, SEARCH_EVERYDAY_BEGUN = 1.49, 0.5

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env['outreach.search.entry'].sudo()._reindex(self._name, records.ids)
        return records

    def write(self, vals):
        res = super().write(vals)
        if 'name' in vals:
            self.env['outreach.search.entry'].sudo()._reindex(self._name, self.ids)
        return res

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=''):
        # OVERRIDE: the dialog of translations does not write
        res = super()._update_field_translations(field_name, translations, digest, source_lang)
        if field_name == 'name':
            self.env['outreach.search.entry'].sudo()._reindex(self._name, self.ids)
        return res

    def unlink(self):
        ids = self.ids
        res = super().unlink()
        self.env['outreach.search.entry'].sudo()._reindex(self._name, ids)
        return res

    @api.model
    @api.readonly
    def search_by_words(self, words, limit=8):
        """Look entries up by what somebody typed; best first.

        :param str words: at most 200 characters count
        :param int limit: 1 to 100
        :return: list of dict: id, name, score, the label that was found (never a hidden one) with its kind, and what tells
            the entry apart as one text
        """
        if not isinstance(words, str) or not isinstance(limit, int):
            raise UserError(self.env._("Please give the words as text, and the limit as a number."))
        hits = self._search_hits(words, limit=min(max(limit, 1), self.SEARCH_LIMIT))
        return [
            {
                **record._prepare_search_result(),
                'score': round(hit.score, 4),
                'label': hit.label if hit.kind != 'hidden' else False,
                'label_kind': hit.kind,
                'details': record._describe_hit(hit),
            }
            for hit, record in zip(hits, self.browse([hit.id for hit in hits]), strict=True)
        ]

    def _prepare_search_result(self):
        return {'id': self.id, 'name': self.name}

    @api.model
    @api.readonly
    def name_search(self, name='', domain=None, operator='ilike', limit=100):
        # OVERRIDE to rank; core sorts by `_order`
        hits = self._search_hits(name, domain, limit) if self._is_search_by_words(operator, name) else []
        if not hits:
            return super().name_search(name, domain, operator, limit)
        return [(record.id, record.display_name) for record in self.browse([hit.id for hit in hits]).sudo()]

    @api.model
    @api.readonly
    def web_name_search(self, name, specification, domain=None, operator='ilike', limit=100):
        # OVERRIDE to say in the list below the input why an entry was found; the value chosen shows the plain name
        plain = specification.keys() != {'display_name'} or not self._is_search_by_words(operator, name)
        hits = [] if plain else self._search_hits(name, domain, limit)
        if not hits:
            return super().web_name_search(name, specification, domain, operator, limit)
        return [
            {'id': record.id, 'display_name': record.display_name, '__formatted_display_name': record._format_search_result(hit)}
            for hit, record in zip(hits, self.browse([hit.id for hit in hits]).sudo(), strict=True)
        ]

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if self._is_search_by_words(operator, value):
            domain |= Domain('id', 'in', self.sudo().with_context(active_test=False)._search_fitting(value, self.SEARCH_LIMIT).ids)
        return domain

    @api.model
    def _search_fitting(self, words, limit):
        """The records that fit well what was typed, best first."""
        if not self._is_search_by_words('ilike', words):
            return self.browse()
        return self.browse(hit.id for hit in self._search_hits(words, limit=limit) if hit.score >= self.FITS_WELL)

    @api.model
    def _is_search_by_words(self, operator, value):
        return operator == 'ilike' and isinstance(value, str) and not CODE.fullmatch(value) and bool(words_of(value[:LONGEST_TEXT]))

    def _describe_search_result(self):
        """What tells entries with similar names apart: list of str."""
        return []

    def _describe_hit(self, hit):
        """What tells the entry apart and, unless it says so itself, why it was found."""
        details = self._describe_search_result()
        if hit.kind != 'hidden' and words_of(hit.label) != words_of(self.name or ''):
            details.append(self.env._("found as “%(label)s”", label=hit.label))
        return ' · '.join(details)

    def _format_search_result(self, hit):
        """Name and, below it, what tells it apart and why it was found, in the markup of core's dropdown."""
        name, muted = (re.sub(r'--+|\*\*+|[`\n\t]', ' ', text) for text in (self.name or '', self._describe_hit(hit)))
        return f"{name}\n--{muted}--" if muted else name

    # ------------------------------------------------------------
    # RANKING
    # ------------------------------------------------------------

    @api.model
    def _search_hits(self, typed, domain=None, limit=None):
        """Entries that fit what was typed, best first, as :class:`Hit`; as the user may see them."""
        typed = typed.replace('\x00', ' ')[:LONGEST_TEXT]
        self.browse().check_access('read')
        best = {hit.id: hit for hit in self._rank_labels(typed, domain)}
        for hit in self._search_everyday(typed, domain):
            if hit.id not in best or hit.score > best[hit.id].score:
                best[hit.id] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, len(hit.label), hit.id))[:limit]

    @api.model
    def _search_everyday(self, typed, domain=None):
        """Hits by the list of everyday words."""
        found = self.env['outreach.everyday.word']._find(self._name.removeprefix('outreach.'), typed)
        if not found:
            return []
        meant, above = self._get_everyday_targets({target for *__, targets in found for target in targets}, domain)
        hits = []
        for share, word, targets in found:
            score = self.SEARCH_EVERYDAY if share == 1 else self.SEARCH_EVERYDAY_BEGUN * (1 + share)
            ids = [meant[target] for target in targets if target in meant] or [above[target] for target in targets if target in above]
            hits += [Hit(res_id, score - place / 1000, word, 'alternative') for place, res_id in enumerate(dict.fromkeys(ids))]
        return hits

    @api.model
    def _get_everyday_targets(self, targets, domain=None):
        """`({target: id of its entry}, {target: id of what stands above it})` of what the user may see."""
        names = {' '.join(words_of(target)): target for target in targets}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (words) words, res_id FROM outreach_search_entry
                 WHERE catalogue = %s AND words = ANY(%s) AND res_id IN %s
                 ORDER BY words, kind = 'name' DESC, res_id
                """,
                self._name.removeprefix('outreach.'),
                list(names),
                self._search(Domain(domain or Domain.TRUE)).subselect(),
            )
        )
        return {names[words]: res_id for words, res_id in rows}, {}

    @api.model
    def _get_search_column(self):
        """What `_get_search_factor` wants to know of a label's concept, as SQL on the table `entry`."""
        return SQL("NULL")

    @api.model
    def _get_search_factor(self, known, units):
        """How much a concept counts for somebody who typed these units, by what `_get_search_column` says of it."""
        return 1.0

    @api.model
    def _rank_labels(self, typed, domain=None):
        """Hits by the labels, best first."""
        catalogue = self._name.removeprefix('outreach.')
        Feature = self.env['outreach.search.feature'].sudo()

        asked = {vocabulary_number(piece): piece for piece in wanted_pieces(typed)}
        frequencies = Feature._get_frequencies(catalogue, [*asked, *grams_of(typed), Feature.EVERYTHING])
        readings = read_typed(typed, {piece for number, piece in asked.items() if number in frequencies})
        units = {unit for reading, __ in readings for unit in reading.units}
        meanings = {number for unit in units for number in map(meaning_number, families(unit))}
        grams = {gram for reading, __ in readings for gram in reading.grams}
        frequencies |= Feature._get_frequencies(catalogue, {*map(unit_number, units), *meanings, *grams})
        weights = Weights(frequencies.get(Feature.EVERYTHING, 0), frequencies)

        factors = dict.fromkeys(grams, 1) | dict.fromkeys(meanings, self.SEARCH_MEANING)
        factors |= dict.fromkeys(map(unit_number, units), self.SEARCH_UNIT)
        candidates = self._search_candidates(catalogue, factors, weights, domain)
        label_units = {unit_number(unit) for __, __, text, *__ in candidates for unit in text.split()}
        weights.frequencies.update(Feature._get_frequencies(catalogue, label_units - frequencies.keys()))

        wanted = Typed(readings, weights)
        best, meant, near = {}, set(), set()
        for res_id, words, text_units, label, kind, known in candidates:
            label_words = tuple(words.split())
            reading = Reading(label_words, tuple(text_units.split()), grams_of_words(label_words))
            score = wanted.score(reading) * self._get_search_factor(known, units)
            if kind != 'name':
                score *= self.SEARCH_LABEL
            if score < self.FITS_AT_ALL:
                continue
            if wanted.means(reading):
                meant.add(res_id)
            elif not meant and wanted.is_near(reading):
                near.add(res_id)
            if res_id not in best or score > best[res_id].score:
                best[res_id] = Hit(res_id, score, label, kind)
        # where nothing is meant something was misspelt, and what is near is better than nothing; what is far is not
        best = {res_id: hit for res_id, hit in best.items() if res_id in (meant or near)}
        return sorted(best.values(), key=lambda hit: (-hit.score, len(hit.label), hit.id))

    @api.model
    def _search_candidates(self, catalogue, factors, weights, domain=None):
        """Rows of labels that share the most with what was typed: concept, words, units, label, kind, `_get_search_column`."""
        chosen, postings = {}, 0
        for number in sorted(factors, key=lambda number: weights.frequencies.get(number, 0)):
            frequency = weights.frequencies.get(number, 0)
            if frequency and postings < self.SEARCH_POSTINGS:
                chosen[number] = factors[number] * weights.of(number)
                postings += frequency
        if not chosen:
            return []
        visible = self._search(Domain(domain or Domain.TRUE))
        limit = 4 * self.SEARCH_CANDIDATES
        while True:
            rows = self.env.execute_query(
                SQL(
                    """
                WITH hit AS (
                    SELECT entry_id, sum(typed.weight) AS weight
                      FROM unnest(%(numbers)s::int4[], %(weights)s::float4[]) typed (number, weight)
                      JOIN outreach_search_feature feature ON feature.catalogue = %(catalogue)s AND feature.number = typed.number,
                           unnest(feature.entry_ids) entry_id
                     GROUP BY entry_id
                     ORDER BY weight DESC, entry_id
                     LIMIT %(limit)s
                )
                SELECT entry.res_id, entry.words, entry.units, entry.name, entry.kind, %(known)s
                  FROM hit JOIN outreach_search_entry entry ON entry.id = hit.entry_id
                 WHERE entry.res_id IN %(visible)s
                 ORDER BY hit.weight / sqrt(entry.size) DESC, entry.id
                 LIMIT %(candidates)s
                """,
                    numbers=list(chosen),
                    weights=list(chosen.values()),
                    catalogue=catalogue,
                    limit=limit,
                    visible=visible.subselect(),
                    candidates=self.SEARCH_CANDIDATES,
                    known=self._get_search_column(),
                )
            )
            # a narrow domain leaves little of the first ones
            if limit is None or len(rows) >= self.SEARCH_CANDIDATES or postings <= limit:
                return rows
            limit = None
