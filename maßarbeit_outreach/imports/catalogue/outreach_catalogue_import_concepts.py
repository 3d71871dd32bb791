"""From staged rows to concepts: occupations, skills, their groups, industries.

For each table there is a temporary `target_<name>`: all its rows as they will be, new ones with the id that they will
get. So names, parents and computed columns can be settled before anything is written, compared in one statement, and
each row that differs is written once. In a preview new rows have negative ids.

`staged` in it: NULL, the files do not know the concept; TRUE, they do; FALSE, they call it obsolete.
"""

from odoo.tools import SQL

from ...models.catalogue.outreach_occupation import KLDB_LEVELS
from ...tools.catalogue.catalogue_file import CatalogueProblem

# {name: columns that an import writes}; the table is outreach_<name>. What refers to others comes behind them.
CONCEPTS = {
    'isco_group': ('code', 'uri', 'name', 'description', 'active', 'is_obsolete', 'parent_id', 'parent_path', 'main_id'),
    'skill_group': ('code', 'uri', 'name', 'description', 'active', 'is_obsolete', 'parent_id', 'parent_path', 'section_id'),
    'occupation': (
        'scheme',
        'code',
        'uri',
        'name',
        'description',
        'is_regulated',
        'active',
        'is_obsolete',
        'parent_id',
        'parent_path',
        'broader_id',
        'isco_id',
        'requirement_level',
        *KLDB_LEVELS.values(),
    ),
    'skill': ('uri', 'name', 'description', 'kind', 'reuse_level', 'active', 'is_obsolete', 'group_id'),
    'industry': ('version', 'code', 'name', 'active', 'is_obsolete', 'parent_id', 'parent_path', 'section_id', 'division_id'),
}


def german(old, new):
    """A translated column with a new German text. English follows where it was missing or only repeated the German
    one; other languages stay, and so does everything where there is no new text."""
    return SQL(
        """CASE WHEN %(new)s IS NULL THEN %(old)s
                WHEN %(old)s->>'en_US' IS NULL OR %(old)s->>'en_US' = %(old)s->>'de_DE'
                THEN coalesce(%(old)s, '{}') || jsonb_build_object('en_US', %(new)s, 'de_DE', %(new)s)
                ELSE %(old)s || jsonb_build_object('de_DE', %(new)s) END""",
        old=SQL(old),
        new=SQL(new),
    )


class CatalogueConcepts:
    """:param env: environment whose user is named as author
    :param set kinds: kinds of the files that were staged; a table is compared as a whole only where they say all of it
    :param bool preview: nothing will be written
    """

    def __init__(self, env, kinds, preview):
        self.env = env
        self.cr = env.cr
        self.kinds = kinds
        self.sign = SQL("-1" if preview else "1")

    def settle(self):
        """Fill the target and difference tables.

        :raises CatalogueProblem: cycle
        """
        for name, columns in CONCEPTS.items():
            self.cr.execute(
                SQL("DROP TABLE IF EXISTS pg_temp.%s, pg_temp.%s", SQL.identifier(f'target_{name}'), SQL.identifier(f'changed_{name}'))
            )
            self.cr.execute(
                SQL(
                    "CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT id, %s, NULL::boolean AS staged FROM %s",
                    SQL.identifier(f'target_{name}'),
                    _list(columns),
                    SQL.identifier(f'outreach_{name}'),
                )
            )
            self.cr.execute(SQL("ALTER TABLE %s ADD PRIMARY KEY (id)", SQL.identifier(f'target_{name}')))
            self.cr.execute(SQL("ANALYZE %s", SQL.identifier(f'target_{name}')))
        self._settle_isco()
        self._settle_skill_groups()
        self._settle_links()
        self._settle_occupations()
        self._settle_skills()
        self._settle_industries()
        for name, columns in CONCEPTS.items():
            self._compare(name, columns)

    def _retire(self, name, is_complete, scope="TRUE"):
        """What a complete file lacks, or any file calls obsolete, is retired; what is back from there is active again.

        What somebody archived by hand is not obsolete, and stays archived.
        """
        self.cr.execute(
            SQL(
                """UPDATE %s SET is_obsolete = staged IS NOT TRUE, active = staged IS TRUE
                WHERE coalesce(is_obsolete, FALSE) != (staged IS NOT TRUE) AND (staged IS NOT NULL OR %s) AND (%s)""",
                SQL.identifier(f'target_{name}'),
                is_complete,
                SQL(scope),
            )
        )

    def _settle_tree(self, name, top):
        """`parent_path` and the top of the hierarchy, as the ORM computes them."""
        table = SQL.identifier(f'target_{name}')
        self.cr.execute(
            SQL(
                """WITH RECURSIVE tree AS (
                    SELECT id, id AS top, id || '/' AS path FROM %(table)s WHERE parent_id IS NULL
                    UNION ALL
                    SELECT t.id, tree.top, tree.path || t.id || '/' FROM %(table)s t JOIN tree ON t.parent_id = tree.id)
               UPDATE %(table)s t SET parent_path = path, %(top)s = tree.top FROM tree WHERE t.id = tree.id""",
                table=table,
                top=SQL.identifier(top),
            )
        )
        self._check_tree(table)

    def _check_tree(self, table):
        """Together with what was there before, a hierarchy may still be cyclic: then its rows have no way to the top."""
        self.cr.execute(
            SQL(
                """WITH RECURSIVE tree AS (
                    SELECT id FROM %(table)s WHERE parent_id IS NULL
                    UNION ALL SELECT t.id FROM %(table)s t JOIN tree ON t.parent_id = tree.id)
               SELECT t.code FROM %(table)s t LEFT JOIN tree ON tree.id = t.id WHERE tree.id IS NULL
                ORDER BY t.code LIMIT 1""",
                table=table,
            )
        )
        if found := self.cr.fetchone():
            raise CatalogueProblem('cycle', value=found[0])

    # -- ESCO's groups

    def _settle_isco(self):
        self.cr.execute(
            SQL(
                "UPDATE target_isco_group t SET uri = s.uri, name = %s, description = %s, staged = NOT s.obsolete"
                " FROM stage_isco s WHERE t.code = s.code",
                german('t.name', 's.name'),
                german('t.description', 's.description'),
            )
        )
        self.cr.execute(
            SQL(
                """INSERT INTO target_isco_group (id, code, uri, name, description, active, is_obsolete, staged)
               SELECT %s * nextval('outreach_isco_group_id_seq'), code, uri, %s, %s, TRUE, FALSE, TRUE FROM stage_isco s
                WHERE NOT obsolete AND NOT EXISTS (SELECT FROM target_isco_group t WHERE t.code = s.code)
                ORDER BY code""",
                self.sign,
                german('NULL::jsonb', 's.name'),
                german('NULL::jsonb', 's.description'),
            )
        )
        self._retire('isco_group', 'esco_isco' in self.kinds)
        self.cr.execute("""UPDATE target_isco_group t SET parent_id = p.id FROM target_isco_group p
                            WHERE t.staged IS NOT NULL AND p.code = left(t.code, -1)""")
        self._settle_tree('isco_group', 'main_id')

    def _settle_skill_groups(self):
        self.cr.execute(
            SQL(
                "UPDATE target_skill_group t SET code = s.code, name = %s, description = %s, staged = NOT s.obsolete"
                " FROM stage_skill_group s WHERE t.uri = s.uri",
                german('t.name', 's.name'),
                german('t.description', 's.description'),
            )
        )
        self.cr.execute(
            SQL(
                """INSERT INTO target_skill_group (id, code, uri, name, description, active, is_obsolete, staged)
               SELECT %s * nextval('outreach_skill_group_id_seq'), code, uri, %s, %s, TRUE, FALSE, TRUE
                 FROM stage_skill_group s
                WHERE NOT obsolete AND NOT EXISTS (SELECT FROM target_skill_group t WHERE t.uri = s.uri)
                ORDER BY code""",
                self.sign,
                german('NULL::jsonb', 's.name'),
                german('NULL::jsonb', 's.description'),
            )
        )
        self._retire('skill_group', 'esco_skill_groups' in self.kinds, "uri IS NOT NULL")
        if self.kinds & {'esco_skill_hierarchy', 'esco_skill_broader'}:
            self.cr.execute(
                """UPDATE target_skill_group t SET parent_id = s.parent_id
                     FROM (SELECT DISTINCT ON (g.id) g.id, p.id AS parent_id FROM target_skill_group g
                             LEFT JOIN (
                                SELECT uri, parent_uri, 0 AS sequence FROM stage_skill_group_parent
                                UNION ALL SELECT uri, broader_uri, sequence FROM stage_skill_broader WHERE complete
                             ) s ON s.uri = g.uri
                             LEFT JOIN target_skill_group p ON p.uri = s.parent_uri
                            WHERE g.uri IS NOT NULL AND coalesce(g.staged, TRUE) AND NOT coalesce(g.is_obsolete, FALSE)
                            ORDER BY g.id, p.id IS NULL, s.sequence) s
                    WHERE s.id = t.id"""
            )
        self._settle_tree('skill_group', 'section_id')

    # -- occupations

    def _settle_links(self):
        """What the classifications say of each other: what was read now, else what was read before."""
        self.cr.execute("DROP TABLE IF EXISTS pg_temp.target_link")
        self.cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE target_link ON COMMIT DROP AS
               SELECT DISTINCT ON (kind, left_key, right_key, code)
                      kind, left_key, coalesce(right_key, '') AS right_key, relation, coalesce(code, '') AS code, title
                 FROM stage_link ORDER BY kind, left_key, right_key, code, relation, title"""
            )
        )
        self.cr.execute(
            SQL(
                """INSERT INTO target_link SELECT kind, left_key, right_key, relation, code, title FROM outreach_catalogue_link
                WHERE NOT (kind = ANY(%s))""",
                list(self.kinds & {'mapping', 'crosswalk'}),
            )
        )
        self.cr.execute("ANALYZE target_link")

    def _settle_occupations(self):
        self.cr.execute(
            SQL(
                "UPDATE target_occupation t SET name = %s, description = %s, staged = TRUE"
                " FROM stage_kldb s WHERE t.scheme = 'kldb' AND t.code = s.code",
                german('t.name', 's.name'),
                german('t.description', 's.description'),
            )
        )
        self.cr.execute(
            SQL(
                """INSERT INTO target_occupation (id, scheme, code, name, description, active, is_obsolete, staged)
               SELECT %s * nextval('outreach_occupation_id_seq'), 'kldb', code, %s, %s, TRUE, FALSE, TRUE FROM stage_kldb s
                WHERE NOT EXISTS (SELECT FROM target_occupation t WHERE t.scheme = 'kldb' AND t.code = s.code)
                ORDER BY code""",
                self.sign,
                german('NULL::jsonb', 's.name'),
                german('NULL::jsonb', 's.description'),
            )
        )
        self._retire('occupation', 'kldb' in self.kinds, "scheme = 'kldb'")
        self.cr.execute(
            SQL(
                """UPDATE target_occupation t SET code = s.code, name = %s, description = %s, is_regulated = CASE
                          WHEN EXISTS (SELECT FROM outreach_occupation o WHERE o.id = t.id AND o.is_regulation_decided)
                          THEN t.is_regulated ELSE s.is_regulated END,
                      isco_id = coalesce(i.id, t.isco_id), staged = NOT s.obsolete
                 FROM stage_occupation s LEFT JOIN target_isco_group i ON i.code = s.isco WHERE t.uri = s.uri""",
                german('t.name', 's.name'),
                german('t.description', 's.description'),
            )
        )
        self.cr.execute(
            SQL(
                """INSERT INTO target_occupation (id, scheme, code, uri, name, description, is_regulated, isco_id, active,
                                              is_obsolete, staged)
               SELECT %s * nextval('outreach_occupation_id_seq'), 'esco', s.code, s.uri, %s, %s, is_regulated, i.id, TRUE,
                      FALSE, TRUE
                 FROM stage_occupation s LEFT JOIN target_isco_group i ON i.code = s.isco
                WHERE NOT obsolete AND s.name IS NOT NULL
                  AND NOT EXISTS (SELECT FROM target_occupation t WHERE t.uri = s.uri)
                ORDER BY s.code""",
                self.sign,
                german('NULL::jsonb', 's.name'),
                german('NULL::jsonb', 's.description'),
            )
        )
        self._retire('occupation', 'esco_occupations' in self.kinds, "scheme = 'esco'")
        # a new concept may have the code of one that is gone
        self.cr.execute(
            """UPDATE target_occupation t SET code = t.code || ' #' || t.id
                 FROM target_occupation o
                WHERE t.scheme = 'esco' AND o.scheme = 'esco' AND o.code = t.code AND o.id != t.id
                  AND t.staged IS NOT TRUE AND o.staged"""
        )
        if 'esco_occupation_broader' in self.kinds:
            self.cr.execute(
                """UPDATE target_occupation t SET broader_id = s.broader_id
                     FROM (SELECT o.id, min(b.id) AS broader_id FROM target_occupation o
                             LEFT JOIN stage_occupation_broader s ON s.uri = o.uri
                             LEFT JOIN target_occupation b ON b.uri = s.broader_uri
                            WHERE o.scheme = 'esco' AND NOT coalesce(o.is_obsolete, FALSE) GROUP BY o.id) s
                    WHERE s.id = t.id"""
            )
        self._settle_parents()
        self._settle_levels()

    def _settle_parents(self):
        """KldB: the longest code that this one begins with. ESCO: the strongest mapped KldB occupation."""
        if 'kldb' in self.kinds:
            self.cr.execute(
                """UPDATE target_occupation t SET parent_id = s.parent_id
                     FROM (SELECT t.id, (array_agg(p.id ORDER BY length(p.code) DESC))[1] AS parent_id
                             FROM target_occupation t
                             JOIN generate_series(1, 4) AS n ON n < length(t.code)
                             JOIN target_occupation p ON p.scheme = 'kldb' AND p.code = left(t.code, n)
                            WHERE t.scheme = 'kldb' GROUP BY t.id) s
                    WHERE s.id = t.id"""
            )
        self.cr.execute("DROP TABLE IF EXISTS pg_temp.target_mapping")
        self.cr.execute(
            """CREATE TEMPORARY TABLE target_mapping ON COMMIT DROP AS
               SELECT e.id AS esco_id, k.id AS kldb_id, min(l.relation) AS relation, count(*) AS titles
                 FROM target_link l
                 JOIN target_occupation e ON e.uri = l.left_key
                 JOIN target_occupation k ON k.scheme = 'kldb' AND k.code = l.right_key
                WHERE l.kind = 'mapping' GROUP BY e.id, k.id"""
        )
        if self.kinds & {'kldb', 'mapping', 'esco_occupations'}:
            self.cr.execute(
                """UPDATE target_occupation t SET parent_id = s.kldb_id
                     FROM (SELECT DISTINCT ON (m.esco_id) m.esco_id, m.kldb_id
                             FROM target_mapping m JOIN target_occupation k ON k.id = m.kldb_id
                            ORDER BY m.esco_id, coalesce(k.is_obsolete, FALSE), m.relation, m.titles DESC, k.code) s
                    WHERE t.id = s.esco_id"""
            )

    def _settle_levels(self):
        """`parent_path`, the KldB levels and the requirement level, as the ORM computes them."""
        names = list(KLDB_LEVELS.values())
        own = SQL(', ').join(SQL("CASE WHEN t.scheme = 'kldb' AND length(t.code) = %s THEN t.id END", level) for level in KLDB_LEVELS)
        below = SQL(', ').join(
            SQL("CASE WHEN t.scheme = 'kldb' AND length(t.code) = %s THEN t.id ELSE tree.%s END", level, SQL.identifier(name))
            for level, name in KLDB_LEVELS.items()
        )
        digit = SQL("CASE WHEN substr(t.code, 5, 1) IN ('1', '2', '3', '4') THEN substr(t.code, 5, 1) END")
        self.cr.execute(
            SQL(
                """WITH RECURSIVE tree (id, path, level, %(names)s) AS (
                    SELECT id, id || '/', CASE WHEN t.scheme = 'kldb' THEN %(digit)s END, %(own)s
                      FROM target_occupation t WHERE parent_id IS NULL
                    UNION ALL
                    SELECT t.id, tree.path || t.id || '/',
                           CASE WHEN t.scheme = 'kldb' THEN %(digit)s ELSE tree.level END, %(below)s
                      FROM target_occupation t JOIN tree ON t.parent_id = tree.id)
               UPDATE target_occupation t SET parent_path = path, requirement_level = level, %(set)s
                 FROM tree WHERE t.id = tree.id""",
                names=_list(names),
                digit=digit,
                own=own,
                below=below,
                set=SQL(', ').join(SQL("%s = tree.%s", SQL.identifier(name), SQL.identifier(name)) for name in names),
            )
        )
        self._check_tree(SQL("target_occupation"))

    # -- skills

    def _settle_skills(self):
        self.cr.execute("DROP TABLE IF EXISTS pg_temp.stage_skill_merged")
        # what the skills file leaves open, the collections may know
        self.cr.execute(
            """CREATE TEMPORARY TABLE stage_skill_merged ON COMMIT DROP AS
               SELECT uri, NULL::integer AS id, max(kind) FILTER (WHERE kind = 'language') AS language,
                      (array_agg(name ORDER BY complete DESC) FILTER (WHERE name IS NOT NULL))[1] AS name,
                      (array_agg(fold ORDER BY complete DESC) FILTER (WHERE fold IS NOT NULL))[1] AS fold,
                      (array_agg(kind ORDER BY complete DESC) FILTER (WHERE kind IS NOT NULL))[1] AS kind,
                      (array_agg(reuse_level ORDER BY complete DESC) FILTER (WHERE reuse_level IS NOT NULL))[1] AS reuse_level,
                      (array_agg(description ORDER BY complete DESC) FILTER (WHERE description IS NOT NULL))[1] AS description,
                      (array_agg(obsolete ORDER BY complete DESC))[1] AS obsolete
                 FROM stage_skill GROUP BY uri"""
        )
        self.cr.execute("UPDATE stage_skill_merged s SET id = t.id FROM target_skill t WHERE t.uri = s.uri")
        self._adopt()
        # people know better what is a licence; that something is a language, only one of the files tells
        self.cr.execute(
            SQL(
                """UPDATE target_skill t SET uri = s.uri, name = %s, description = %s, staged = NOT s.obsolete,
                      kind = CASE WHEN t.kind IN ('licence', 'language') THEN t.kind ELSE coalesce(language, s.kind, t.kind) END,
                      reuse_level = coalesce(s.reuse_level, t.reuse_level)
                 FROM stage_skill_merged s WHERE t.id = s.id""",
                german('t.name', 's.name'),
                german('t.description', 's.description'),
            )
        )
        self.cr.execute(
            SQL(
                """INSERT INTO target_skill (id, uri, name, description, kind, reuse_level, active, is_obsolete, staged)
               SELECT %s * nextval('outreach_skill_id_seq'), uri, %s, %s, coalesce(language, kind, 'skill'), reuse_level,
                      TRUE, FALSE, TRUE
                 FROM stage_skill_merged s WHERE id IS NULL AND name IS NOT NULL AND NOT obsolete ORDER BY uri""",
                self.sign,
                german('NULL::jsonb', 's.name'),
                german('NULL::jsonb', 's.description'),
            )
        )
        self._retire('skill', 'esco_skills' in self.kinds, "uri IS NOT NULL")
        self._settle_skill_group_of()

    def _adopt(self):
        """A skill of our own, with a German name that ESCO has, becomes that one."""
        self.cr.execute("SELECT id, coalesce(name->>'de_DE', name->>'en_US') FROM target_skill WHERE uri IS NULL ORDER BY id")
        own = {}
        for skill_id, name in self.cr.fetchall():
            own.setdefault((name or '').strip().casefold(), skill_id)
        self.cr.execute(
            SQL(
                """UPDATE stage_skill_merged s SET id = o.id
                 FROM (SELECT DISTINCT ON (fold) m.uri, x.id FROM stage_skill_merged m
                         JOIN unnest(%s::text[], %s::integer[]) AS x (fold, id) USING (fold)
                        WHERE m.id IS NULL AND NOT m.obsolete ORDER BY fold, m.uri) o
                WHERE o.uri = s.uri""",
                list(own),
                list(own.values()),
            )
        )

    def _settle_skill_group_of(self):
        """The groups of each skill, and the first one: its own, else that of the skill above it."""
        self.cr.execute("DROP TABLE IF EXISTS pg_temp.target_skill_in_group, pg_temp.target_skill_above")
        where = SQL("complete" if 'esco_skill_broader' in self.kinds else "TRUE")
        self.cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE target_skill_in_group ON COMMIT DROP AS
               SELECT t.id AS skill_id, g.id AS group_id, min(s.sequence) AS sequence
                 FROM stage_skill_broader s JOIN target_skill t ON t.uri = s.uri JOIN target_skill_group g ON g.uri = s.broader_uri
                WHERE %s GROUP BY t.id, g.id""",
                where,
            )
        )
        self.cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE target_skill_above ON COMMIT DROP AS
               SELECT t.id AS skill_id, b.id AS broader_id, min(s.sequence) AS sequence
                 FROM stage_skill_broader s JOIN target_skill t ON t.uri = s.uri JOIN target_skill b ON b.uri = s.broader_uri
                WHERE %s GROUP BY t.id, b.id""",
                where,
            )
        )
        self.cr.execute(
            """WITH RECURSIVE up AS (
                    SELECT skill_id, skill_id AS at, 0 AS depth, 0 AS sequence FROM (
                        SELECT skill_id FROM target_skill_in_group UNION SELECT skill_id FROM target_skill_above) s
                    UNION ALL
                    SELECT up.skill_id, a.broader_id, depth + 1, a.sequence
                      FROM up JOIN target_skill_above a ON a.skill_id = up.at
                     WHERE depth < 8 AND NOT EXISTS (SELECT FROM target_skill_in_group g WHERE g.skill_id = up.at))
               UPDATE target_skill t SET group_id = s.group_id
                 FROM (SELECT DISTINCT ON (up.skill_id) up.skill_id, g.group_id
                         FROM up JOIN target_skill_in_group g ON g.skill_id = up.at
                        ORDER BY up.skill_id, depth, up.sequence, g.sequence, g.group_id) s
                WHERE t.id = s.skill_id"""
        )

    # -- industries

    def _settle_industries(self):
        self.cr.execute(
            SQL(
                "UPDATE target_industry t SET name = %s, staged = TRUE FROM stage_wz s WHERE t.version = s.version AND t.code = s.code",
                german('t.name', 's.name'),
            )
        )
        self.cr.execute(
            SQL(
                """INSERT INTO target_industry (id, version, code, name, active, is_obsolete, staged)
               SELECT %s * nextval('outreach_industry_id_seq'), version, code, %s, TRUE, FALSE, TRUE FROM stage_wz s
                WHERE NOT EXISTS (SELECT FROM target_industry t WHERE t.version = s.version AND t.code = s.code)
                ORDER BY version, code""",
                self.sign,
                german('NULL::jsonb', 's.name'),
            )
        )
        for version in ('2008', '2025'):
            self._retire('industry', f'wz{version}' in self.kinds, f"version = '{version}'")
        self.cr.execute(
            """UPDATE target_industry t SET parent_id = p.id
                 FROM stage_wz s LEFT JOIN target_industry p ON p.version = s.version AND p.code = s.parent
                WHERE t.version = s.version AND t.code = s.code"""
        )
        self._settle_tree('industry', 'section_id')
        self.cr.execute(
            """UPDATE target_industry t SET division_id = (
                 SELECT d.id FROM unnest(string_to_array(rtrim(t.parent_path, '/'), '/')::int[]) above (id)
                   JOIN target_industry d ON d.id = above.id WHERE length(d.code) = 2)"""
        )

    # -- compare and write

    def _compare(self, name, columns):
        """`changed_<name>`: ids of the rows that differ, what happens to each, and whether the German name changes."""
        row = SQL(', ').join(SQL("t.%s", SQL.identifier(column)) for column in columns)
        before = SQL(', ').join(SQL("o.%s", SQL.identifier(column)) for column in columns)
        self.cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE %(changed)s ON COMMIT DROP AS
               SELECT t.id, CASE WHEN o.id IS NULL THEN 'new'
                                 WHEN t.is_obsolete AND NOT coalesce(o.is_obsolete, FALSE) THEN 'obsolete'
                                 WHEN o.is_obsolete AND NOT t.is_obsolete THEN 'back' ELSE 'changed' END AS action,
                      coalesce(o.name->>'de_DE', o.name->>'en_US') AS former, t.name->>'de_DE' AS name,
                      o.id IS NOT NULL AND coalesce(o.name->>'de_DE', o.name->>'en_US') IS DISTINCT FROM t.name->>'de_DE' AS is_renamed,
                      o.id IS NOT NULL AND coalesce(o.active, FALSE) != coalesce(t.active, FALSE) AS is_moved
                 FROM %(target)s t LEFT JOIN %(table)s o ON o.id = t.id
                WHERE o.id IS NULL OR ROW(%(row)s) IS DISTINCT FROM ROW(%(before)s)""",
                changed=SQL.identifier(f'changed_{name}'),
                target=SQL.identifier(f'target_{name}'),
                table=SQL.identifier(f'outreach_{name}'),
                row=row,
                before=before,
            )
        )
        self.cr.execute(SQL("ANALYZE %s", SQL.identifier(f'target_{name}')))

    def apply(self):
        """Write the rows that differ, each once."""
        # Codes that change hands would meet on their way.
        self.cr.execute(
            """UPDATE outreach_occupation o SET code = '~' || o.id
                 FROM target_occupation t JOIN changed_occupation c ON c.id = t.id
                WHERE o.id = t.id AND o.code != t.code
                  AND EXISTS (SELECT FROM target_occupation x WHERE x.scheme = o.scheme AND x.code = o.code AND x.id != o.id)"""
        )
        for name, columns in CONCEPTS.items():
            values = {
                'table': SQL.identifier(f'outreach_{name}'),
                'target': SQL.identifier(f'target_{name}'),
                'changed': SQL.identifier(f'changed_{name}'),
                'columns': _list(columns),
                'uid': self.env.uid,
                'row': SQL(', ').join(SQL("t.%s", SQL.identifier(column)) for column in columns),
                'set': SQL(', ').join(SQL("%s = t.%s", SQL.identifier(c), SQL.identifier(c)) for c in columns),
            }
            # new rows first: others may refer to them
            self.cr.execute(
                SQL(
                    """INSERT INTO %(table)s (id, %(columns)s, create_uid, create_date, write_uid, write_date)
                   SELECT t.id, %(row)s, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM %(target)s t JOIN %(changed)s c ON c.id = t.id AND c.action = 'new' ORDER BY t.id""",
                    **values,
                )
            )
            self.cr.execute(
                SQL(
                    """UPDATE %(table)s o SET %(set)s, write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                     FROM %(target)s t JOIN %(changed)s c ON c.id = t.id AND c.action != 'new' WHERE o.id = t.id""",
                    **values,
                )
            )


def _list(columns):
    return SQL(', ').join(map(SQL.identifier, columns))
