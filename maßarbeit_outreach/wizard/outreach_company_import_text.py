"""The wording of what the pure rules in `tools/company_*` only name by a code."""

from .outreach_company_import_column import TARGETS


def file_problem_text(env, problem):
    """Why a file cannot be read, and what to do. Unknown codes show themselves."""
    params = problem.params
    texts = {
        'empty': lambda: env._("The file is empty."),
        'too_large': lambda: env._(
            "The file is larger than %(limit)s MB. Split it into several files.", limit=params.get('limit')
        ),
        'too_many_rows': lambda: env._(
            "The file has more than %(limit)s rows. Split it into several files.", limit=params.get('limit')
        ),
        'binary': lambda: env._("This is not a text file. Save the table as CSV or XLSX and upload that."),
        'nul': lambda: env._(
            "The file contains zero bytes (line %(line)s): it is damaged, or no text file.",
            line=params.get('line', 1),
        ),
        'wrong_type': lambda: env._(
            "This is a %(kind)s file. A table is needed: CSV, XLSX, XLS or ODS.", kind=params.get('kind')
        ),
        'html': lambda: env._(
            "This is a web page, whatever its name says. Open it in a spreadsheet program and save it as"
            " CSV or XLSX."
        ),
        'encoding': lambda: env._(
            "The file cannot be read as “%(encoding)s” (line %(line)s). Choose another encoding.",
            encoding=params.get('encoding'),
            line=params.get('line', 1),
        ),
        'library': lambda: env._(
            "This server cannot read such files (the Python module “%(name)s” is missing). Save the table"
            " as CSV.",
            name=params.get('name'),
        ),
        'damaged': lambda: env._(
            "The %(kind)s file is damaged or protected by a password. Save the table again, or as CSV.",
            kind=params.get('kind'),
        ),
        'no_sheet': lambda: env._("The file has no sheet."),
        'no_rows': lambda: env._("The file has a header, but no rows below it."),
        'no_header': lambda: env._("The first row is empty. It has to name the columns."),
        'header_quoting': lambda: env._(
            "The first row has a quotation mark that is not closed, so that the columns cannot be told apart."
        ),
        'duplicate_headers': lambda: env._(
            "Several columns have the same name: %(names)s. Give each its own.", names=params.get('names')
        ),
        'no_name_column': lambda: env._(
            "No column holds the company's name. Choose it under “Columns” below, then open the preview"
            " again."
        ),
    }
    return texts[problem.code]() if problem.code in texts else str(problem)


def row_problem_text(env, problem, rejected):
    """What is wrong with a cell or row, in plain words; if the row goes in, also what becomes of the cell."""
    value = problem.value
    texts = {
        'quoting': lambda: env._(
            "A quotation mark is not closed, or text follows behind a closing one: %(value)s",
            value=value[:200],
        ),
        'bad_cell': lambda: env._("The row has a cell with a formula error, such as #REF!."),
        'too_many_cells': lambda: env._(
            "The row has more cells than there are columns. Is a delimiter inside a cell not quoted?"
        ),
        'undecodable': lambda: env._("Broken characters: this row is not in the encoding of the file."),
        'name_missing': lambda: env._("The name is missing."),
        'name_long': lambda: env._("The name has more than 250 characters."),
        'too_long': lambda: env._("The text is too long."),
        'zip': lambda: env._("“%(value)s” is not a postcode.", value=value),
        'register_court': lambda: env._("The register court is missing: the number alone says nothing."),
        'register_kind': lambda: env._(
            "The register kind must be HRA, HRB, GnR, VR, PR or GsR, not “%(value)s”.", value=value
        ),
        'register_number': lambda: env._("“%(value)s” is not a register number.", value=value),
        'register_kind_mismatch': lambda: env._(
            "The register kind in the number differs from the one in its own column."
        ),
        'register_format': lambda: env._(
            "“%(value)s” is not a register entry such as “Osnabrück HRB 1234”.", value=value
        ),
        'status': lambda: env._("The status “%(value)s” is not known.", value=value),
        'ags': lambda: env._("“%(value)s” is not an AGS (8 digits).", value=value),
        'vat': lambda: env._("“%(value)s” is not a VAT number, or its check digit is wrong.", value=value),
        'betriebsnummer': lambda: env._(
            "“%(value)s” is not a Betriebsnummer (8 digits, the last one a check digit).", value=value
        ),
        'phone': lambda: env._("“%(value)s” is not a phone number.", value=value),
        'email': lambda: env._("“%(value)s” is not an e-mail address.", value=value),
        'website': lambda: env._("“%(value)s” is not a web address.", value=value),
        'industry': lambda: env._("“%(value)s” is not an industry code (WZ).", value=value),
        'industry_unknown': lambda: env._(
            "The industry code “%(value)s” is not in the catalogue.", value=value
        ),
        'size_class': lambda: env._("“%(value)s” is not a size class or number of employees.", value=value),
        'same_in_file': lambda: env._("The same register entry is in line %(line)s already.", line=value),
    }
    text = texts[problem.code]() if problem.code in texts else problem.code
    return text if rejected else env._("%(reason)s The cell is left out.", reason=text)


def target_label(env, target):
    """How the mapping calls a target; the header of the file is shown where there is one."""
    field = env['outreach.company.import.column']._fields['target']
    return dict(field._description_selection(env)).get(target) or dict(TARGETS).get(target, '')
