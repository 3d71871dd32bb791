"""Checks of the addon's XML and PO files. Runs under the environment's Python: needs lxml and polib.

python -m devkit.data_files ADDON_FOLDER ODOO_FOLDER
"""

import re
import sys
from pathlib import Path

import polib
from lxml import etree

# What stands for a value in a message: %s, %(name)s, {name}; "100 %" does not.
_PLACEHOLDER = re.compile(r'%\(\w+\)[sdif]|%[sdif]|%\.\d+f|\$\{[^}]*\}|\{\w*\}')
_VIEW_GRAMMARS = ('activity', 'calendar', 'graph', 'list', 'pivot', 'search')


def check_text(path, text):
    """Return complaints about the form of an XML file: (line, message) pairs."""
    found = []
    for number, line in enumerate(text.split('\n'), 1):
        if '\t' in line:
            found.append((number, 'tab'))
        if line != line.rstrip():
            found.append((number, 'white space at the end of the line'))
        indent = len(line) - len(line.lstrip(' '))
        if indent % 2 and line.lstrip().startswith('<') and not line.lstrip().startswith('<!'):
            found.append((number, 'odd indentation'))
    if not text.endswith('\n') or text.endswith('\n\n'):
        found.append((text.count('\n') + 1, 'the file must end with one line break'))
    if not text.startswith('<?xml version="1.0" encoding="utf-8"'):
        found.append((1, 'the first line must be <?xml version="1.0" encoding="utf-8"?>'))
    return found


def _grammar_errors(grammar, tree, offset=0):
    return [] if grammar.validate(tree) else [(error.line + offset, error.message) for error in grammar.error_log]


def check_ids(tree):
    """Return complaints about ids that occur twice in a data file."""
    seen, found = set(), []
    for element in tree.iter('record', 'template', 'menuitem', 'asset'):
        name = element.get('id')
        if name and (name in seen):
            found.append((element.sourceline, f'the id {name} occurs twice'))
        seen.add(name)
    return found


def check_xml(addon, odoo):
    """Yield (path, line, message) for the addon's XML files; the grammars are Odoo's."""
    data_grammar = etree.RelaxNG(etree.parse(str(odoo / 'import_xml.rng')))
    views = {name: etree.RelaxNG(etree.parse(str(odoo / f'addons/base/rng/{name}_view.rng'))) for name in _VIEW_GRAMMARS}
    for path in sorted(addon.rglob('*.xml')):
        text = path.read_text('utf-8')
        found = check_text(path, text)
        try:
            tree = etree.fromstring(text.encode())
        except etree.XMLSyntaxError as error:
            yield path, error.lineno, error.msg
            continue
        if tree.tag == 'odoo':
            found += _grammar_errors(data_grammar, tree) + check_ids(tree)
            for arch in tree.iterfind('.//record[@model="ir.ui.view"]/field[@name="arch"]'):
                # A view that inherits holds changes, not a whole view.
                inherits = arch.getparent().find('field[@name="inherit_id"]') is not None
                for view in () if inherits else arch.iterchildren(tag=etree.Element):
                    if view.tag in views:
                        found += _grammar_errors(views[view.tag], view)
        for line, message in found:
            yield path, line, message


def check_entry(entry):
    """Return a complaint about one message of a translation, or None."""
    if entry.obsolete:
        return 'is obsolete'
    if entry.fuzzy:
        return 'is fuzzy'
    if not entry.translated():
        return 'is not translated'
    for source, target in _pairs(entry):
        if sorted(_PLACEHOLDER.findall(source)) != sorted(_PLACEHOLDER.findall(target)):
            return 'has other placeholders than its original'
        if source.startswith('\n') != target.startswith('\n') or source.endswith('\n') != target.endswith('\n'):
            return 'begins or ends with a line break, its original does not (or the other way round)'
    return None


def _pairs(entry):
    if entry.msgid_plural:
        return [(entry.msgid_plural, text) for text in entry.msgstr_plural.values()]
    return [(entry.msgid, entry.msgstr)]


def check_po(addon):
    """Yield (path, line, message) for the addon's translations."""
    for path in sorted(addon.glob('i18n/*.po')):
        try:
            catalogue = polib.pofile(str(path), check_for_duplicates=True, encoding='utf-8')
        except (OSError, ValueError, UnicodeDecodeError) as error:
            yield path, 1, str(error)
            continue
        for entry in catalogue:
            if complaint := check_entry(entry):
                yield path, entry.linenum, f'"{entry.msgid[:60]}" {complaint}'
        template = next(iter(addon.glob('i18n/*.pot')), None)
        if template:
            wanted = {entry.msgid for entry in polib.pofile(str(template), encoding='utf-8')}
            here = {entry.msgid for entry in catalogue}
            for message in sorted(wanted - here):
                yield path, 1, f'"{message[:60]}" of {template.name} is missing'
            for message in sorted(here - wanted):
                yield path, 1, f'"{message[:60]}" is not in {template.name}'


def main(addon, odoo):
    """Print all complaints; return 1 if there is any."""
    count = 0
    for path, line, message in [*check_xml(addon, odoo), *check_po(addon)]:
        count += 1
        print(f'{path.relative_to(addon.parent)}:{line}: {message}')
    return 1 if count else 0


if __name__ == '__main__':
    sys.exit(main(*map(Path, sys.argv[1:3])))
