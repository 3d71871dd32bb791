"""The wording of what `tools/company/municipality_list.py` only names by a code."""

from ..import_text import file_problem_text, quoting_text

COLUMNS = {
    'record': "Satzart",
    'type': "Textkennzeichen",
    'state': "Land",
    'district': "RB",
    'county': "Kreis",
    'association': "VB",
    'municipality': "Gem",
    'name': "Gemeindename",
}


def problem_text(env, problem):
    """Where and why a file is no list of municipalities, and what to do."""
    params = problem.params
    value, line = str(params.get('value') or '')[:80], params.get('line')
    texts = {
        'no_list': lambda: env._(
            "This is not a list of municipalities. Needed is the official list of Destatis: GV100AD (a text file, or the zip that"
            " holds it), or the spreadsheet “Alle politisch selbständigen Gemeinden”."
        ),
        'is_postcodes': lambda: env._(
            "This is a table of postcodes. Choose the list of municipalities here; the table has its turn in the next step."
        ),
        'is_list': lambda: env._(
            "This is a list of municipalities. The table of postcodes has a column for the AGS and one for the postcode."
        ),
        'no_postcodes': lambda: env._("The table needs a column “AGS” and a column “PLZ”, named in its first row."),
        'missing_column': lambda: env._(
            "The spreadsheet lacks these columns: %(names)s. Download it again and leave its headings as they are.",
            names=', '.join(COLUMNS.get(name, name) for name in (params.get('names') or '').split(', ')),
        ),
        'record_type': lambda: env._(
            "“%(value)s” is not a record type of the list (10, 20, 30, 40, 50, 60). Was the file changed, or is it a different one?",
            value=value,
        ),
        'cut_off': lambda: env._("The line ends too early. Download the file again."),
        'dates': lambda: env._(
            "This record is dated %(value)s, those before it %(other)s. A list has one date.", value=value, other=params.get('other')
        ),
        'bad_value': lambda: env._("“%(value)s” does not belong there.", value=value) if value else env._("The value is missing."),
        'coordinate': lambda: env._(
            "“%(value)s” is not a coordinate within Germany. Were latitude and longitude swapped, or was a comma lost?", value=value
        ),
        'contradiction': lambda: env._("The municipality %(value)s is already in line %(other)s.", value=value, other=params.get('other')),
        'no_county': lambda: env._(
            "The county %(value)s of this municipality is not in the list. Is a part of the file missing?", value=value
        ),
        'undecodable': lambda: env._("Broken characters: the file was changed, or saved in another encoding. Download it again."),
        'quoting': lambda: quoting_text(env, value),
    }
    reason = texts[problem.code]() if problem.code in texts else file_problem_text(env, problem)
    if problem.code not in texts or not line:
        return reason
    place = env._("line %(line)s", line=line)
    if params.get('column'):
        place += ', ' + env._("column “%(column)s”", column=params['column'])
    return env._("%(place)s: %(reason)s", place=place[0].upper() + place[1:], reason=reason)
