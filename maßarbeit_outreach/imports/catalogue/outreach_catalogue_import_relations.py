"""What hangs on the concepts: further labels, skills of occupations, relations, mappings, crosswalk.

For each there is a temporary `wanted_<name>`, the rows as they should be, and `differ_<name>`, what that changes: 'new',
'changed' or 'gone'. Rows that no file speaks of are left alone.
"""

from typing import NamedTuple

from odoo.tools import SQL


class Relation(NamedTuple):
    """A table that is compared row by row. `rows` is the part of it that an import may touch at all."""

    name: str
    table: str
    rows: str
    keys: tuple
    values: tuple
    is_logged: bool = False


RELATIONS = {
    relation.name: relation
    for relation in (
        Relation(
            'link', 'outreach_catalogue_link', 'outreach_catalogue_link', ('kind', 'left_key', 'right_key', 'code'), ('relation', 'title')
        ),
        Relation(
            'occupation_label',
            'outreach_label',
            "(SELECT * FROM outreach_label WHERE occupation_id IS NOT NULL AND lang = 'de')",
            ('occupation_id', 'lang', 'name'),
            ('kind', 'source'),
            True,
        ),
        Relation(
            'skill_label',
            'outreach_label',
            "(SELECT * FROM outreach_label WHERE skill_id IS NOT NULL AND lang = 'de')",
            ('skill_id', 'lang', 'name'),
            ('kind', 'source'),
            True,
        ),
        Relation('occupation_skill', 'outreach_occupation_skill', 'outreach_occupation_skill', ('occupation_id', 'skill_id'), ('need',)),
        Relation('skill_relation', 'outreach_skill_relation', 'outreach_skill_relation', ('skill_id', 'related_id', 'kind'), ()),
        Relation(
            'skill_in_group',
            'outreach_skill_outreach_skill_group_rel',
            'outreach_skill_outreach_skill_group_rel',
            ('outreach_skill_id', 'outreach_skill_group_id'),
            (),
        ),
        Relation('mapping', 'outreach_occupation_mapping', 'outreach_occupation_mapping', ('esco_id', 'kldb_id'), ('relation',)),
        Relation('crosswalk', 'outreach_industry_crosswalk', 'outreach_industry_crosswalk', ('wz2008_id', 'wz2025_id'), ('is_partial',)),
    )
}


class CatalogueRelations:
    """:param env: environment whose user is named as author
    :param set kinds: kinds of the files that were staged
    """

    def __init__(self, env, kinds):
        self.env = env
        self.cr = env.cr
        self.kinds = kinds

    def settle(self):
        """Fill the `wanted_` and `differ_` tables; the concepts are settled before."""
        read = self.kinds & {'mapping', 'crosswalk'}
        self._want(
            'link',
            SQL("SELECT kind, left_key, right_key, code, relation, title FROM target_link WHERE kind = ANY(%s)", list(read)),
            SQL("t.kind = ANY(%s)", list(read)),
        )
        self._want('occupation_label', SQL(self.OCCUPATION_LABELS), SQL("t.source != 'own'"))
        self._want('skill_label', SQL(self.SKILL_LABELS), SQL("t.source != 'own'"))
        self._want(
            'occupation_skill',
            SQL(
                # ESCO has a few pairs as both: what is essential is not optional
                """SELECT o.id AS occupation_id, k.id AS skill_id, min(s.need) AS need
                 FROM stage_occupation_skill s JOIN target_occupation o ON o.uri = s.occupation_uri
                 JOIN target_skill k ON k.uri = s.skill_uri
                WHERE NOT coalesce(o.is_obsolete, FALSE) GROUP BY o.id, k.id"""
            ),
            SQL(
                """%s AND t.skill_id IN (SELECT id FROM target_skill WHERE uri IS NOT NULL)
                   AND t.occupation_id IN (SELECT id FROM target_occupation
                                            WHERE scheme = 'esco' AND NOT coalesce(is_obsolete, FALSE))""",
                'esco_occupation_skills' in self.kinds,
            ),
        )
        # A skill's place is compared where a file tells it: in the file of all places, or in a collection.
        told = SQL("TRUE" if 'esco_skill_broader' in self.kinds else "uri IN (SELECT uri FROM stage_skill_broader)")
        known = SQL("SELECT id FROM target_skill WHERE uri IS NOT NULL AND NOT coalesce(is_obsolete, FALSE)")
        self._want(
            'skill_relation',
            SQL(
                """SELECT a.id AS skill_id, b.id AS related_id, s.kind
                 FROM stage_skill_relation s JOIN target_skill a ON a.uri = s.uri JOIN target_skill b ON b.uri = s.related_uri
                GROUP BY a.id, b.id, s.kind
               UNION ALL SELECT skill_id, broader_id, 'broader' FROM target_skill_above"""
            ),
            SQL(
                """CASE WHEN t.kind = 'broader' THEN t.skill_id IN (%(known)s AND %(told)s) AND t.related_id IN (
                        SELECT id FROM target_skill WHERE uri IS NOT NULL)
                   ELSE %(all)s AND t.skill_id IN (%(known)s) AND t.related_id IN (
                        SELECT id FROM target_skill WHERE uri IS NOT NULL) END""",
                known=known,
                told=told,
                all='esco_skill_relations' in self.kinds,
            ),
        )
        self._want(
            'skill_in_group',
            SQL("SELECT skill_id AS outreach_skill_id, group_id AS outreach_skill_group_id FROM target_skill_in_group"),
            SQL("t.outreach_skill_id IN (%s AND %s)", known, told),
        )
        self._want('mapping', SQL("SELECT esco_id, kldb_id, relation FROM target_mapping"), SQL("%s", 'mapping' in self.kinds))
        self._want(
            'crosswalk',
            SQL(
                """SELECT a.id AS wz2008_id, b.id AS wz2025_id,
                      CASE l.relation WHEN 'partial' THEN TRUE WHEN 'whole' THEN FALSE
                           ELSE count(*) OVER (PARTITION BY l.left_key) > 1 END AS is_partial
                 FROM target_link l JOIN target_industry a ON a.version = '2008' AND a.code = l.left_key
                 JOIN target_industry b ON b.version = '2025' AND b.code = l.right_key
                WHERE l.kind = 'crosswalk'"""
            ),
            SQL("%s", 'crosswalk' in self.kinds),
        )

    # Of one name from several sources the first one counts: our own, ESCO, KldB, its titles. A concept's name is none of
    # its labels. What the files do not speak of stays as it is.
    OCCUPATION_LABELS = """
        SELECT DISTINCT ON (t.id, l.name) t.id AS occupation_id, 'de' AS lang, l.name, l.kind, l.source
          FROM (
            SELECT occupation_id, name, kind, source, 0 AS rank FROM outreach_label
             WHERE occupation_id IS NOT NULL AND lang = 'de' AND source = 'own'
            UNION ALL
            SELECT c.id, c.former, 'alternative', 'own', 1 FROM changed_occupation c JOIN target_occupation t ON t.id = c.id
             WHERE c.is_renamed AND c.former IS NOT NULL AND t.scheme = 'kldb'
            UNION ALL
            SELECT t.id, s.name, s.kind, 'esco', 2 FROM stage_label s JOIN target_occupation t ON t.uri = s.uri
            UNION ALL
            SELECT t.id, s.short_name, 'alternative', 'kldb', 3 FROM stage_kldb s
              JOIN target_occupation t ON t.scheme = 'kldb' AND t.code = s.code WHERE s.short_name IS NOT NULL
            UNION ALL
            SELECT t.id, s.name, 'title', 'kldb', 3 FROM stage_kldb_title s
              JOIN target_occupation t ON t.scheme = 'kldb' AND t.code = s.code
            UNION ALL
            SELECT o.occupation_id, o.name, o.kind, o.source, CASE o.source WHEN 'esco' THEN 2 ELSE 3 END
              FROM outreach_label o JOIN target_occupation t ON t.id = o.occupation_id
             WHERE o.lang = 'de' AND o.source IN ('esco', 'kldb') AND t.staged IS NULL
            UNION ALL
            SELECT t.id, l.title, 'title', 'mapping', 4 FROM target_link l
              JOIN target_occupation t ON t.scheme = 'kldb' AND t.code = l.right_key
             WHERE l.kind = 'mapping' AND l.title IS NOT NULL
            UNION ALL
            SELECT t.id, l.title, 'title', 'mapping', 4 FROM target_link l JOIN target_occupation t ON t.uri = l.left_key
             WHERE l.kind = 'mapping' AND l.title IS NOT NULL AND l.relation < '4'
          ) l JOIN target_occupation t ON t.id = l.occupation_id
         WHERE l.rank = 0 OR l.name IS DISTINCT FROM t.name->>'de_DE'
         ORDER BY t.id, l.name, l.rank, l.kind"""

    # A collection does not know all labels of its skills.
    SKILL_LABELS = """
        SELECT DISTINCT ON (t.id, l.name) t.id AS skill_id, 'de' AS lang, l.name, l.kind, l.source
          FROM (
            SELECT skill_id, name, kind, source, 0 AS rank FROM outreach_label
             WHERE skill_id IS NOT NULL AND lang = 'de' AND source = 'own'
            UNION ALL
            SELECT t.id, s.name, s.kind, 'esco', 2 FROM stage_label s JOIN target_skill t ON t.uri = s.uri
            UNION ALL
            SELECT o.skill_id, o.name, o.kind, o.source, 3 FROM outreach_label o JOIN target_skill t ON t.id = o.skill_id
             WHERE o.lang = 'de' AND o.source = 'esco'
               AND NOT EXISTS (SELECT FROM stage_skill s WHERE s.complete AND s.uri = t.uri)
          ) l JOIN target_skill t ON t.id = l.skill_id
         WHERE l.rank = 0 OR l.name IS DISTINCT FROM t.name->>'de_DE'
         ORDER BY t.id, l.name, l.rank, l.kind"""

    def _want(self, name, wanted, may_go):
        """:param SQL wanted: query of the rows as they should be
        :param SQL may_go: condition on a row `t` that is not wanted, under which it is deleted
        """
        relation = RELATIONS[name]
        tables = {'wanted': SQL.identifier(f'wanted_{name}'), 'differ': SQL.identifier(f'differ_{name}')}
        self.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%(wanted)s, pg_temp.%(differ)s", **tables))
        self.cr.execute(SQL("CREATE TEMPORARY TABLE %(wanted)s ON COMMIT DROP AS %(query)s", query=wanted, **tables))
        self.cr.execute(SQL("ANALYZE %(wanted)s", **tables))
        first = SQL.identifier(relation.keys[0])
        changed = SQL(' OR ').join([SQL("FALSE"), *(SQL("w.%(c)s IS DISTINCT FROM t.%(c)s", c=SQL.identifier(c)) for c in relation.values)])
        self.cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE %(differ)s ON COMMIT DROP AS
               SELECT %(keys)s%(values)s, CASE WHEN t.%(first)s IS NULL THEN 'new' WHEN w.%(first)s IS NULL THEN 'gone'
                                               ELSE 'changed' END AS action
                 FROM %(wanted)s w FULL JOIN %(rows)s t ON %(same)s
                WHERE t.%(first)s IS NULL OR CASE WHEN w.%(first)s IS NULL THEN %(may_go)s ELSE %(changed)s END""",
                keys=SQL(', ').join(SQL("coalesce(w.%(c)s, t.%(c)s) AS %(c)s", c=SQL.identifier(c)) for c in relation.keys),
                values=SQL('').join(SQL(", w.%s", SQL.identifier(c)) for c in relation.values),
                first=first,
                rows=SQL(relation.rows),
                may_go=may_go,
                changed=changed,
                same=SQL(' AND ').join(SQL("w.%(c)s = t.%(c)s", c=SQL.identifier(c)) for c in relation.keys),
                **tables,
            )
        )

    def apply(self):
        """Write what differs."""
        for relation in RELATIONS.values():
            columns = (*relation.keys, *relation.values)
            by_key = SQL(' AND ').join(SQL("t.%(c)s = d.%(c)s", c=SQL.identifier(c)) for c in relation.keys)
            values = {
                'table': SQL.identifier(relation.table),
                'differ': SQL.identifier(f'differ_{relation.name}'),
                'by_key': by_key,
                'columns': SQL(', ').join(map(SQL.identifier, columns)),
                'row': SQL(', ').join(SQL("d.%s", SQL.identifier(c)) for c in columns),
            }
            self.cr.execute(SQL("DELETE FROM %(table)s t USING %(differ)s d WHERE d.action = 'gone' AND %(by_key)s", **values))
            if relation.values:
                changes = [SQL("%(c)s = d.%(c)s", c=SQL.identifier(c)) for c in relation.values]
                if relation.is_logged:
                    changes.append(SQL("write_uid = %s, write_date = now() AT TIME ZONE 'UTC'", self.env.uid))
                self.cr.execute(
                    SQL(
                        "UPDATE %(table)s t SET %(set)s FROM %(differ)s d WHERE d.action = 'changed' AND %(by_key)s",
                        set=SQL(', ').join(changes),
                        **values,
                    )
                )
            log = SQL(", create_uid, create_date, write_uid, write_date") if relation.is_logged else SQL()
            logged = (
                SQL(", %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'", uid=self.env.uid)
                if relation.is_logged
                else SQL()
            )
            self.cr.execute(
                SQL(
                    "INSERT INTO %(table)s (%(columns)s%(log)s) SELECT %(row)s%(logged)s FROM %(differ)s d WHERE d.action = 'new'"
                    " ORDER BY %(row)s",
                    log=log,
                    logged=logged,
                    **values,
                )
            )
