"""The file for data protection, `docs/datenschutz`, says what the source says; where it goes stale, this fails.

Read are files, nothing is run. What can only be read (purposes, legal bases, periods) is not held by any test.
"""

import ast
import re
from urllib.parse import unquote

import pytest

from devkit import rights
from devkit.paths import ADDON_DIR, ROOT

FOLDER = ROOT / 'docs/datenschutz'
DOCUMENTS = sorted(FOLDER.glob('*.md'))
PERSON_MIXINS = {'outreach.person.mixin', 'outreach.person.export.mixin'}


def read(name):
    return (FOLDER / name).read_text('utf-8')


def code_of(text):
    """The words in `backticks`."""
    return set(re.findall(r'`([^`\n]+)`', text))


def said_by(node):
    """The string or strings that a class says by `_name = …` or `_inherit = …`, as `{name: set}`."""
    return {
        target.id: {value} if isinstance(value := ast.literal_eval(statement.value), str) else set(value or ())
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if getattr(target, 'id', '') in ('_name', '_inherit')
    }


def sources():
    """`(path, tree)` of the addon's Python files, without its tests."""
    for layer in ('models', 'imports', 'wizard', 'report'):
        for path in sorted((ADDON_DIR / layer).rglob('*.py')):
            yield path, ast.parse(path.read_text('utf-8'))


def person_models():
    found = set()
    for _path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                said = said_by(node)
                if said.get('_inherit', set()) & PERSON_MIXINS:
                    found |= said.get('_name', set()) - PERSON_MIXINS
    return found


def vacuums():
    """The names of the methods that delete by themselves, every day."""
    return {
        node.name
        for _path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and 'api.autovacuum' in map(ast.unparse, node.decorator_list)
    }


def anchors(text):
    """The anchors that GitHub gives to the headings of a text, and those that it sets itself."""
    headings = re.findall(r'^#+ (.+)$', text, re.MULTILINE)
    return {re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-') for heading in headings} | set(re.findall(r'<a id="([^"]+)"', text))


def test_every_group_is_named():
    groups = set(rights.read_groups())
    assert len(groups) > 10
    assert not groups - code_of(read('berechtigungskonzept.md'))


def test_rights_are_those_of_the_security_files():
    """But for German names, which follow the translation."""

    def cells(lines):
        return [[cell.strip() for cell in line.split('|')[1:-1]] for line in lines]

    table = read('berechtigungskonzept.md').partition(rights.BEGIN)[2].partition(rights.END)[0].strip().splitlines()
    written, wanted = ([row[:1] + row[2:] for row in cells(lines)] for lines in (table, rights.render()))
    assert len(wanted) > 50
    assert written == wanted, 'PYTHONPATH=script python3 -m devkit.rights writes the table anew'


@pytest.mark.parametrize('document', ['verarbeitungsverzeichnis.md', 'loeschkonzept.md'])
def test_every_model_about_persons_is_named(document):
    models = person_models()
    assert 'outreach.candidate' in models
    assert not models - code_of(read(document))


def test_everything_that_is_deleted_by_itself_is_named():
    found = vacuums()
    assert '_gc_figures' in found
    assert found <= code_of(read('loeschkonzept.md'))
    told = {word for word in code_of(read('loeschkonzept.md')) if word.startswith('_gc_')}
    assert told <= found, 'told, but not in the source any more'


def test_every_point_of_the_privacy_check_is_named():
    tree = ast.parse((ADDON_DIR / 'models/base/outreach_privacy_check.py').read_text('utf-8'))
    codes = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple) and isinstance(node.targets[0], ast.Tuple):
            codes |= {
                value.value
                for target, value in zip(node.targets[0].elts, node.value.elts, strict=True)
                if getattr(target, 'id', '') == 'code' and isinstance(value, ast.Constant)
            }
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == 'code' and isinstance(node.value, ast.Constant):
            codes.add(node.value.value)
    codes -= {None}
    assert {'two_factor', 'gif_search'} <= codes
    assert not codes - code_of(read('massnahmen.md'))


def test_models_that_are_named_are_there():
    names = set()
    for _path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                names |= said_by(node).get('_name', set())
    told = {word for path in DOCUMENTS for word in code_of(path.read_text('utf-8')) if re.fullmatch(r'outreach(\.\w+)+', word)}
    assert len(told) > 20
    assert not told - names


@pytest.mark.parametrize('path', DOCUMENTS, ids=lambda path: path.stem)
def test_links_lead_somewhere(path):
    links = re.findall(r'\]\(([^)\s]+)\)', path.read_text('utf-8'))
    assert links or path.stem == 'offene-punkte'
    for link in links:
        name, _, anchor = link.partition('#')
        target = (path.parent / name).resolve() if name else path
        assert target.is_file(), link
        if anchor:
            assert unquote(anchor) in anchors(target.read_text('utf-8')), link


def test_every_document_is_in_the_list():
    listed = set(re.findall(r'\]\(([\w-]+\.md)\)', read('README.md')))
    assert listed >= {path.name for path in DOCUMENTS} - {'README.md'}
