"""The wording of what reading and comparing catalogues only name by a code."""

from odoo.tools import SQL

from ..import_text import file_problem_text, quoting_text


def kind_name(env, kind):
    """What a kind of file is called; unknown ones show themselves."""
    texts = {
        'esco_occupations': lambda: env._("ESCO occupations"),
        'esco_skills': lambda: env._("ESCO skills"),
        'esco_isco': lambda: env._("ISCO groups of ESCO"),
        'esco_skill_groups': lambda: env._("ESCO skill groups"),
        'esco_skill_hierarchy': lambda: env._("ESCO hierarchy of skill groups"),
        'esco_occupation_skills': lambda: env._("ESCO skills of occupations"),
        'esco_skill_relations': lambda: env._("ESCO relations of skills"),
        'esco_occupation_broader': lambda: env._("ESCO hierarchy of occupations"),
        'esco_skill_broader': lambda: env._("ESCO hierarchy of skills"),
        'esco_collection': lambda: env._("ESCO collection of skills"),
        'esco_other': lambda: env._("other file of ESCO"),
        'kldb': lambda: env._("KldB 2010"),
        'kldb_isco': lambda: env._("KldB 2010 to ISCO"),
        'mapping': lambda: env._("KldB 2010 to ESCO"),
        'wz': lambda: env._("WZ"),
        'wz2008': lambda: env._("WZ 2008"),
        'wz2025': lambda: env._("WZ 2025"),
        'crosswalk': lambda: env._("WZ 2008 to WZ 2025"),
    }
    return texts[kind]() if kind in texts else kind


def problem_text(env, problem):
    """Where and why files are no catalogue."""
    params = problem.params
    value = str(params.get('value') or '')[:80]
    texts = {
        'no_files': lambda: env._("There is no CSV file in it."),
        'nothing_known': lambda: env._(
            "No file of a catalogue that can be read: ESCO (CSV, German), KldB 2010, WZ 2008 or 2025, their crosswalk, or"
            " KldB 2010 to ESCO."
        ),
        'swapped': lambda: (
            env._(
                "By its name this is “%(claimed)s”, by its content “%(found)s”. Were files swapped?",
                claimed=kind_name(env, params.get('claimed')),
                found=kind_name(env, params['found']),
            )
            if params.get('found')
            else env._(
                "By its name this is “%(claimed)s”, but the first row is not of that kind. Were files swapped?",
                claimed=kind_name(env, params.get('claimed')),
            )
        ),
        'language': lambda: env._("Only German files are read; this one is in “%(language)s”.", language=params.get('language')),
        'missing_column': lambda: env._(
            "“%(kind)s” lacks the column for: %(names)s.", kind=kind_name(env, params.get('kind')), names=params.get('names')
        ),
        'twice': lambda: env._("“%(kind)s” is there twice. Upload one version at a time.", kind=kind_name(env, params.get('kind'))),
        'too_many_cells': lambda: env._(
            "The row has %(found)s cells, but there are %(expected)s columns.", found=params.get('found'), expected=params.get('expected')
        ),
        'too_few_cells': lambda: env._(
            "The row has %(found)s cells, but there are %(expected)s columns.", found=params.get('found'), expected=params.get('expected')
        ),
        'quoting': lambda: quoting_text(env, value),
        'undecodable': lambda: env._("Broken characters: the file is not in the encoding UTF-8, or was changed."),
        'missing_value': lambda: env._("The value is missing."),
        'bad_value': lambda: env._("“%(value)s” does not belong there.", value=value),
        'contradiction': lambda: env._(
            "“%(value)s” is in line %(line)s already, with other values.", value=value, line=params.get('other')
        ),
        'cycle': lambda: env._("The hierarchy is a circle: “%(value)s” is above itself.", value=value),
        'no_parent': lambda: env._("The entry above, “%(value)s”, is not in the file.", value=value),
        'no_version': lambda: env._(
            "Whether this is WZ 2008 or WZ 2025 cannot be told: the last section and the divisions 61 and 99 are missing."
        ),
        'too_large': lambda: env._("More than %(limit)s MB, or too many files.", limit=params.get('limit')),
        'wrong_type': lambda: env._("This is a %(kind)s file. Needed are CSV files, or a zip of them.", kind=params.get('kind')),
        'no_rows': lambda: env._("The file has a header, but no rows below it."),
        'damaged': lambda: env._("The zip file is cut off, damaged or protected by a password. Download it again."),
    }
    reason = texts[problem.code]() if problem.code in texts else file_problem_text(env, problem)
    place = [params['file']] if params.get('file') else []
    if params.get('line'):
        place.append(env._("line %(line)s", line=params['line']))
    if params.get('column'):
        place.append(env._("column “%(column)s”", column=params['column']))
    return env._("%(place)s: %(reason)s", place=', '.join(place), reason=reason) if place else reason


def remarks(env, reading):
    """What a settled import leaves out or decides by itself, each with its number; one line each."""
    texts = []
    if reading.ignored:
        texts.append(env._("Not needed or not known, left out: %(names)s.", names=', '.join(sorted(reading.ignored))))
    if reading.duplicates:
        texts.append(env._("%(count)s rows are there twice; they count once.", count=reading.duplicates))

    def count(query):
        env.cr.execute(SQL(query))
        return env.cr.fetchone()[0]

    for query, text in (
        (
            "SELECT count(*) FROM (SELECT occupation_uri, skill_uri FROM stage_occupation_skill"
            " GROUP BY occupation_uri, skill_uri HAVING count(DISTINCT need) > 1) s",
            lambda n: env._("%(count)s skills are both essential and optional for an occupation; they count as essential.", count=n),
        ),
        (
            "SELECT count(*) FROM stage_occupation_skill s WHERE NOT EXISTS (SELECT FROM target_occupation t WHERE t.uri ="
            " s.occupation_uri) OR NOT EXISTS (SELECT FROM target_skill t WHERE t.uri = s.skill_uri)",
            lambda n: env._(
                "%(count)s skills of occupations name a concept that is neither in the files nor in the catalogue; left out.", count=n
            ),
        ),
        (
            "SELECT count(*) FROM stage_skill_relation s WHERE NOT EXISTS (SELECT FROM target_skill t WHERE t.uri = s.uri)"
            " OR NOT EXISTS (SELECT FROM target_skill t WHERE t.uri = s.related_uri)",
            lambda n: env._(
                "%(count)s relations of skills name a concept that is neither in the files nor in the catalogue; left out.", count=n
            ),
        ),
        (
            "SELECT count(*) FROM stage_skill_merged WHERE name IS NULL AND id IS NULL",
            lambda n: env._("%(count)s skills have no label; left out.", count=n),
        ),
        (
            "SELECT count(*) FROM stage_occupation WHERE isco NOT IN (SELECT code FROM target_isco_group)",
            lambda n: env._("%(count)s occupations name an ISCO group that is neither in the files nor in the catalogue.", count=n),
        ),
        (
            "SELECT count(*) FROM stage_link s WHERE kind = 'mapping' AND (NOT EXISTS (SELECT FROM target_occupation t WHERE"
            " t.uri = s.left_key) OR NOT EXISTS (SELECT FROM target_occupation t WHERE t.scheme = 'kldb' AND t.code = s.right_key))",
            lambda n: env._(
                "%(count)s rows of the mapping name an occupation that is not in the catalogue (yet); they are kept and"
                " used as soon as it is.",
                count=n,
            ),
        ),
        (
            "SELECT count(*) FROM stage_link s WHERE kind = 'crosswalk' AND (NOT EXISTS (SELECT FROM target_industry t WHERE"
            " t.version = '2008' AND t.code = s.left_key) OR NOT EXISTS (SELECT FROM target_industry t WHERE t.version = '2025'"
            " AND t.code = s.right_key))",
            lambda n: env._(
                "%(count)s rows of the crosswalk name an industry that is not in the catalogue (yet); they are kept and"
                " used as soon as it is.",
                count=n,
            ),
        ),
    ):
        if found := count(query):
            texts.append(text(found))
    return '\n'.join(texts)
