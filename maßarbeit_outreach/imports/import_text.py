"""The wording of what `tools/files` only names by a code, for all imports."""

from ..tools.files import company_file


def file_problem_text(env, problem):
    """Why a file cannot be read, and what to do. Unknown codes show themselves."""
    params = problem.params
    texts = {
        'empty': lambda: env._("The file is empty."),
        'too_large': lambda: env._("The file is larger than %(limit)s MB. Split it into several files.", limit=params.get('limit')),
        'too_many_files': lambda: env._(
            "There are more than %(limit)s files in the archive. Take out the ones that are needed.", limit=params.get('limit')
        ),
        'too_many_rows': lambda: env._("The file has more than %(limit)s rows. Split it into several files.", limit=params.get('limit')),
        'too_much': lambda: env._(
            "The file holds more than %(limit)s MB of text or more than %(cells)s cells. Copy the rows and columns that are needed"
            " into a new file.",
            limit=params.get('limit'),
            cells=params.get('cells'),
        ),
        'line_too_long': lambda: env._(
            "Line %(line)s has more than %(limit)s characters. Is this a table, with one row per line?",
            line=params.get('line'),
            limit=company_file.MAX_LINE,
        ),
        **_row_problem_texts(env),
        'binary': lambda: env._("This is not a text file. Save the table as CSV or XLSX and upload that."),
        'nul': lambda: env._("The file contains zero bytes (line %(line)s): it is damaged, or no text file.", line=params.get('line', 1)),
        'wrong_type': lambda: env._("This is a %(kind)s file. A table is needed: CSV, XLSX, XLS or ODS.", kind=params.get('kind')),
        'html': lambda: env._("This is a web page, whatever its name says. Open it in a spreadsheet program and save it as CSV or XLSX."),
        'encoding': lambda: env._(
            "The file cannot be read as “%(encoding)s” (line %(line)s). Choose another encoding.",
            encoding=params.get('encoding'),
            line=params.get('line', 1),
        ),
        'library': lambda: env._(
            "This server cannot read such files (the Python module “%(name)s” is missing). Save the table as CSV.", name=params.get('name')
        ),
        'damaged': lambda: env._(
            "The %(kind)s file is damaged or protected by a password. Save the table again, or as CSV.", kind=params.get('kind')
        ),
        'no_sheet': lambda: env._("The file has no sheet."),
        'no_such_sheet': lambda: env._(
            "The file has %(count)s sheets, not %(number)s.", count=params.get('count'), number=params.get('number')
        ),
        'no_header_line': lambda: env._(
            "Line %(line)s is empty or does not exist, so it cannot name the columns.", line=params.get('line')
        ),
        'no_rows': lambda: env._("The file has a header, but no rows below it."),
        'no_header': lambda: env._("The first row is empty. It has to name the columns."),
        'header_quoting': lambda: env._("The first row has a quotation mark that is not closed, so that the columns cannot be told apart."),
        'duplicate_headers': lambda: env._("Several columns have the same name: %(names)s. Give each its own.", names=params.get('names')),
    }
    return texts[problem.code]() if problem.code in texts else str(problem)


def _row_problem_texts(env):
    """What makes a row unreadable, wherever rows are read."""
    return {
        'bad_cell': lambda: env._("The row has a cell with a formula error, such as #REF!."),
        'cell_too_long': lambda: env._("A cell has more than %(limit)s characters.", limit=company_file.MAX_CELL),
        'too_many_columns': lambda: env._("There are more than %(limit)s columns.", limit=company_file.MAX_COLUMNS),
        'too_many_cells': lambda: env._("The row has more cells than there are columns. Is a delimiter inside a cell not quoted?"),
    }


def quoting_text(env, value=''):
    """A record that cannot be split into cells; `value` is left out where it must not be told."""
    if not value:
        return env._("A quotation mark is not closed, or text follows behind a closing one.")
    return env._("A quotation mark is not closed, or text follows behind a closing one: %(value)s", value=value[:200])


def row_problem_text(env, problem, columns, labels, texts):
    """What is wrong with a row or a cell of it.

    :param problem: of `tools/files/record_columns.py`
    :param Columns columns: of the import
    :param labels: callable target -> what its column is called
    :param dict texts: code -> callable for words of the import's own
    """
    texts = {
        **_row_problem_texts(env),
        'quoting': lambda: quoting_text(env, problem.value),
        'undecodable': lambda: env._("Broken characters: this row is not in the encoding of the file."),
        'missing': lambda: env._("%(column)s is missing.", column=labels(problem.target)),
        'same_in_file': lambda: env._(
            "%(column)s: the same is in line %(line)s already.", column=labels(problem.target), line=problem.value
        ),
        **texts,
    }
    if problem.code in texts:
        return texts[problem.code]()
    column = columns.get(problem.target)
    if column and column.problem:
        return env._(column.problem, value=problem.value)
    return env._("%(column)s: not understood.", column=labels(problem.target))
