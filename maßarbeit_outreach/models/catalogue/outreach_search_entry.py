"""The index behind the search of the catalogues: labels as they are ranked, and the features by which they are found."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.search.catalogue_ranking import LONGEST_WORD, features, read, vocabulary_number, vocabulary_of
from ...tools.search.german_words import pieces, words

CATALOGUES = [('occupation', "Occupation"), ('skill', "Skill")]
KINDS = [('name', "Name"), ('alternative', "Alternative label"), ('hidden', "Hidden label"), ('title', "Occupation title")]


class OutreachSearchEntry(models.Model):
    """One label of an occupation or a skill, prepared for the search.

    SPECIFICATION
     * Every label has an entry: the name in each language, and the further labels. Labels of one concept that read the
       same (gender, spelling) have one, the name before the others.
     * An entry knows its words and units as `tools.catalogue_ranking` reads them, and all its features as numbers.
     * `outreach.search.feature` knows of each feature which entries have it, and how many these are.
     * The index is part of the transaction that changes a label, and belongs to nobody: only this code reads or writes it.
    """

    _name = 'outreach.search.entry'
    _description = "Search Entry of a Catalogue"
    _log_access = False
    _rec_name = 'name'

    # from this number of concepts on, counting everything anew is quicker than correcting the counts
    REBUILD_FROM = 300
    BATCH = 2000

    catalogue = fields.Selection(CATALOGUES, required=True)
    res_id = fields.Integer("Concept", required=True, aggregator=None)
    fingerprint = fields.Char(required=True, help="Of all labels of the concept, to see whether one has changed")
    name = fields.Char(required=True)
    kind = fields.Selection(KINDS, required=True)
    words = fields.Char(required=True)
    units = fields.Char(required=True)
    size = fields.Integer(required=True, help="Number of trigrams")

    _concept_idx = models.Index('(catalogue, res_id)')
    _words_idx = models.Index('(catalogue, words)')

    def init(self):
        # PostgreSQL's arrays are no field type of the ORM
        self.env.cr.execute("ALTER TABLE outreach_search_entry ADD COLUMN IF NOT EXISTS features int4[]")

    @api.model
    def _refresh(self):
        """Index what differs from the labels as they are now, after a set-based import, or when translations were loaded:
        both pass by the ORM."""
        for catalogue, __ in CATALOGUES:
            self._reindex(f'outreach.{catalogue}')

    @api.model
    def _reindex(self, model, ids=None):
        """Index the labels that have changed, as they are now; those of concepts that are gone leave the index.

        :param str model: 'outreach.occupation' or 'outreach.skill'
        :param ids: of the concepts whose labels may have changed; None: of all
        """
        if ids is not None and not ids:
            return
        catalogue = model.removeprefix('outreach.')
        self.env[model].flush_model(['name'])
        self.env['outreach.label'].flush_model()
        changed = self.env.execute_query(
            SQL(
                """
            SELECT coalesce(concept.res_id, entry.res_id), concept.fingerprint, concept.labels
              FROM (SELECT res_id, md5(string_agg(concat_ws('|', kind, name), '||' ORDER BY kind, name)) AS fingerprint,
                           array_agg(ARRAY[kind, name] ORDER BY kind, name) AS labels
                      FROM (%(labels)s) label GROUP BY res_id) concept
              FULL JOIN (SELECT DISTINCT res_id, fingerprint FROM outreach_search_entry
                          WHERE catalogue = %(catalogue)s AND %(of_entries)s) entry
                ON entry.res_id = concept.res_id
             WHERE entry.fingerprint IS DISTINCT FROM concept.fingerprint
            """,
                labels=self._get_labels_query(catalogue, ids),
                catalogue=catalogue,
                of_entries=SQL("res_id = ANY(%s)", ids) if ids is not None else SQL("TRUE"),
            )
        )
        if changed:
            self._replace(catalogue, changed)

    @api.model
    def _replace(self, catalogue, concepts):
        """Write new entries for these (id, fingerprint, labels), and what follows for the features."""
        rebuild = len(concepts) >= self.REBUILD_FROM
        removed = self.env.execute_query(
            SQL(
                "DELETE FROM outreach_search_entry WHERE catalogue = %s AND res_id = ANY(%s) RETURNING id, features",
                catalogue,
                [res_id for res_id, __, __ in concepts],
            )
        )
        values = self._read_entries(catalogue, concepts)
        added = []
        for start in range(0, len(values), self.BATCH):
            batch = values[start : start + self.BATCH]
            added += self.env.cr.execute_values(
                "INSERT INTO outreach_search_entry"
                " (catalogue, res_id, fingerprint, name, kind, words, units, size, features) VALUES %s RETURNING id, features",
                batch,
                page_size=self.BATCH,
                fetch=True,
            )
            if rebuild:
                added.clear()
        Feature = self.env['outreach.search.feature']
        if rebuild:
            Feature._rebuild(catalogue)
        else:
            Feature._correct(catalogue, removed, added)

    @api.model
    def _read_entries(self, catalogue, concepts):
        """The rows of the concepts' labels, in the order of the columns of `_replace`."""
        rank = {kind: number for number, (kind, __) in enumerate(KINDS)}
        found = {}
        for res_id, fingerprint, labels in concepts:
            for kind, name in sorted(labels or (), key=lambda label: rank[label[0]]):
                found.setdefault((res_id, tuple(words(name))), (fingerprint, name, kind))
        vocabulary = set().union(*(vocabulary_of(text_words) for __, text_words in found))
        vocabulary |= self._get_vocabulary(catalogue, {word for __, text_words in found for word in text_words})
        readings, values = {}, []
        for (res_id, text_words), entry in found.items():
            if not text_words:
                continue
            if text_words not in readings:
                reading = read(text_words, vocabulary)
                numbers = features(reading) | {vocabulary_number(word) for word in vocabulary_of(text_words)}
                readings[text_words] = (' '.join(text_words), ' '.join(reading.units), len(reading.grams), list(numbers))
            values.append((catalogue, res_id, *entry, *readings[text_words]))
        return values

    @api.model
    def _get_vocabulary(self, catalogue, text_words):
        """Uninflected words of the catalogue: all, or if few words are asked about, those that may be parts of them."""
        if len(text_words) > self.REBUILD_FROM:
            rows = self.env.execute_query(
                SQL("SELECT DISTINCT regexp_split_to_table(words, ' ') FROM outreach_search_entry WHERE catalogue = %s", catalogue)
            )
            return vocabulary_of(word for (word,) in rows)
        asked = {vocabulary_number(piece): piece for word in text_words for piece in pieces(word[:LONGEST_WORD])}
        return {asked[number] for number in self.env['outreach.search.feature']._get_frequencies(catalogue, asked)}

    @api.model
    def _get_labels_query(self, catalogue, ids=None):
        """`SQL` of (res_id, kind, name) of all labels, or of those of some concepts."""
        table, column = SQL.identifier(f'outreach_{catalogue}'), SQL.identifier(f'{catalogue}_id')
        return SQL(
            """
            SELECT concept.id AS res_id, 'name' AS kind, translation.value AS name
              FROM %(table)s concept, jsonb_each_text(concept.name) translation
             WHERE %(of_concepts)s
             UNION
            SELECT label.%(column)s, label.kind, label.name
              FROM outreach_label label
             WHERE %(of_labels)s
            """,
            table=table,
            column=column,
            of_concepts=SQL("concept.id = ANY(%s)", ids) if ids is not None else SQL("TRUE"),
            of_labels=SQL("label.%s = ANY(%s)", column, ids) if ids is not None else SQL("label.%s IS NOT NULL", column),
        )


class OutreachSearchFeature(models.Model):
    """A trigram, a unit, a meaning or a word of the vocabulary, as a number; which entries of the catalogue have it."""

    _name = 'outreach.search.feature'
    _description = "Search Feature of a Catalogue"
    _log_access = False
    _rec_name = 'number'

    #: stands for the catalogue as a whole: its frequency is the number of entries
    EVERYTHING = 0

    catalogue = fields.Selection(CATALOGUES, required=True)
    number = fields.Integer(required=True)
    frequency = fields.Integer(required=True)

    _number_uniq = models.UniqueIndex('(catalogue, number) INCLUDE (frequency)')

    def init(self):
        # EXTERNAL: to unpack compressed numbers takes longer than to read them
        self.env.cr.execute("ALTER TABLE outreach_search_feature ADD COLUMN IF NOT EXISTS entry_ids int4[]")
        self.env.cr.execute("ALTER TABLE outreach_search_feature ALTER COLUMN entry_ids SET STORAGE EXTERNAL")

    @api.model
    def _get_frequencies(self, catalogue, numbers):
        """:return: `{number: frequency}` of those that occur"""
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT number, frequency FROM outreach_search_feature WHERE catalogue = %s AND number = ANY(%s)",
                    catalogue,
                    list(numbers),
                )
            )
        )

    @api.model
    def _rebuild(self, catalogue):
        """Count everything anew."""
        self.env.execute_query(SQL("DELETE FROM outreach_search_feature WHERE catalogue = %s RETURNING 1", catalogue))
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO outreach_search_feature (catalogue, number, frequency, entry_ids)
            SELECT catalogue, number, count(*), array_agg(id)
              FROM outreach_search_entry, unnest(features) number
             WHERE catalogue = %(catalogue)s
             GROUP BY catalogue, number
             UNION ALL
            SELECT %(catalogue)s, %(everything)s, count(*), '{}' FROM outreach_search_entry WHERE catalogue = %(catalogue)s
            """,
                catalogue=catalogue,
                everything=self.EVERYTHING,
            )
        )

    @api.model
    def _correct(self, catalogue, removed, added):
        """Take entries out of the counts, and others in: both as rows of (id, features)."""
        lost, won = defaultdict(list), defaultdict(list)
        for rows, changes in ((removed, lost), (added, won)):
            for entry_id, numbers in rows:
                for number in numbers:
                    changes[number].append(entry_id)
        if lost:
            self.env.cr.execute_values(
                """
                UPDATE outreach_search_feature feature
                   SET frequency = frequency - cardinality(lost.ids),
                       entry_ids = ARRAY(SELECT id FROM unnest(feature.entry_ids) id WHERE id <> ALL(lost.ids))
                  FROM (VALUES %s) lost (catalogue, number, ids)
                 WHERE feature.catalogue = lost.catalogue AND feature.number = lost.number
                """,
                [(catalogue, number, lost[number]) for number in sorted(lost)],
                page_size=5000,
            )
        rows = [(catalogue, number, len(won[number]), won[number]) for number in sorted(won)]
        rows.append((catalogue, self.EVERYTHING, len(added) - len(removed), []))
        self.env.cr.execute_values(
            """
            INSERT INTO outreach_search_feature AS feature (catalogue, number, frequency, entry_ids) VALUES %s
                ON CONFLICT (catalogue, number) DO UPDATE
               SET frequency = feature.frequency + excluded.frequency, entry_ids = feature.entry_ids || excluded.entry_ids
            """,
            rows,
            template='(%s, %s, %s, %s::int4[])',
            page_size=5000,
        )
        if lost:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM outreach_search_feature WHERE catalogue = %s AND frequency <= 0 AND number = ANY(%s)",
                    catalogue,
                    list(lost),
                )
            )
