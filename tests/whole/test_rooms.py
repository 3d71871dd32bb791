"""The rooms of the addon and the order between them: a room names only itself and those below it.

Read are the Python files, not run: imports, names of models wherever they stand as text (`env['…']`, comodels, `_inherit`), and
the fields and methods that only a room above gives to a model. Core's own models belong to no room, what a room adds to them
does.
"""

import ast
import xml.etree.ElementTree as ET
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from devkit.paths import ADDON_DIR
from devkit.rooms import ROOMS, room_of

LAYERS = ('models', 'imports', 'wizard', 'tools')
# Files of one concern across several models of core: a lock is read, and removed, as a whole.
CONCERNS = {
    'outreach_organisation',
    'outreach_staff_mixin',
    'mail_author',
    'closed_contacts',
    'outreach_person_appointment',
    'outreach_person_files',
    'outreach_person_mail',
}


class Member(NamedTuple):
    """A field, method or constant that a class gives to a model."""

    model: str
    name: str
    file: str
    line: int
    room: str
    value: ast.expr | None  # of a field: its call


def is_field(value):
    function = value.func if isinstance(value, ast.Call) else None
    return (isinstance(function, ast.Attribute) and getattr(function.value, 'id', '') == 'fields') or (
        isinstance(function, ast.Name) and function.id.startswith('Visible')
    )


class Reading:
    """What the files of an addon say, by their syntax trees.

    :ivar files: `{path relative to the addon: (room, tree)}`
    :ivar classes: `[(model, path, line, room)]`
    :ivar members: list of `Member`
    :ivar owners: `{model: the room that makes it}`
    """

    def __init__(self, addon):
        self.addon, self.files, self.classes, self.members, self.owners = addon, {}, [], [], {}
        for path in sorted(path for layer in LAYERS for path in (addon / layer).rglob('*.py')):
            name = path.relative_to(addon)
            if (room := room_of(name)) and path.stem != '__init__':
                self.files[name] = room, ast.parse(path.read_text('utf-8'))
        for name, (room, tree) in self.files.items():
            for node in tree.body:
                if isinstance(node, ast.ClassDef):
                    self._read_class(name, room, node)

    def _read_class(self, file, room, node):
        said = {
            target.id: ast.literal_eval(statement.value)
            for statement in node.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if getattr(target, 'id', '') in ('_name', '_inherit')
        }
        inherited = said.get('_inherit') or []
        inherited = [inherited] if isinstance(inherited, str) else inherited
        model = said.get('_name') or next(iter(inherited), None)
        if not model:
            return
        self.classes.append((model, file, node.lineno, room))
        if said.get('_name') and model not in inherited:
            self.owners[model] = room
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef):
                self.members.append(Member(model, statement.name, file, statement.lineno, room, None))
            elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                value = statement.value if is_field(statement.value) else None
                self.members.append(Member(model, statement.targets[0].id, file, statement.lineno, room, value))

    def find_upwards(self):
        """Sorted texts with file, line and the two rooms of whatever names a higher room."""
        rooms = defaultdict(set)
        for member in self.members:
            rooms[member.name].add(ROOMS.index(member.room))
        lowest = {name: ROOMS[min(found)] for name, found in rooms.items()}
        models, found = defaultdict(set), set()
        for model, file, *__ in self.classes:
            models[file].add(model)
        of_model = defaultdict(set)
        for member in self.members:
            of_model[member.model].add(member.name)
        for file, (room, tree) in self.files.items():
            # whose a common name is cannot be told, except in a file about the model that has it
            own = set().union(*(of_model[model] for model in models[file]))
            known = {name: other for name, other in lowest.items() if 'outreach' in name or name in own}
            for line, other, what in self._find_named(file, tree, known):
                if ROOMS.index(other) > ROOMS.index(room):
                    found.add((file.as_posix(), line, f"{file.as_posix()}:{line}: {room} names {what} of {other}"))
        return [text for *__, text in sorted(found)]

    def _find_named(self, file, tree, lowest):
        """`(line, room, what)` of all that a file names."""
        here = file.with_suffix('').parts
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = (*here[: len(here) - node.level], *filter(None, (node.module or '').split('.')))
                for alias in node.names:
                    if room := room_of(Path(*base, alias.name, 'x')):
                        yield node.lineno, room, '.'.join((*base, alias.name))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if node.value in self.owners:
                    yield node.lineno, self.owners[node.value], node.value
                elif len(node.value) < 200:
                    for name in node.value.split('.'):
                        if name in lowest:
                            yield node.lineno, lowest[name], name
            elif isinstance(node, ast.Attribute) and node.attr in lowest:
                yield node.lineno, lowest[node.attr], node.attr

    def find_fields_declared_twice(self):
        """A field stands in one place. A higher room may add to a selection, or change an attribute if a comment says why."""
        declared, found = defaultdict(list), []
        for member in self.members:
            if member.value is not None:
                declared[member.model, member.name].append(member)
        for (model, name), members in declared.items():
            first, *others = sorted(members, key=lambda member: ROOMS.index(member.room))
            for member in others:
                lines = (self.addon / member.file).read_text('utf-8').splitlines()
                is_explained = lines[member.line - 2].strip().startswith('#') and member.room != first.room
                if not is_explained and 'selection_add' not in {keyword.arg for keyword in member.value.keywords}:
                    found.append(f"{member.file.as_posix()}:{member.line}: {model}.{name} is declared in {first.file.as_posix()}, too")
        return sorted(found)

    def find_models_declared_twice(self):
        """A room says in one class what it says about a model."""
        declared = defaultdict(list)
        for model, file, line, room in self.classes:
            if file.stem not in CONCERNS:
                declared[room, model].append(f'{file.as_posix()}:{line}')
        return sorted(
            f"{', '.join(places)}: {len(places)} classes of {model} in {room}"
            for (room, model), places in declared.items()
            if len(places) > 1
        )


def find_wrong_views(views):
    """Views that inherit one of their own room or of a higher one, and second ones of a room for one view; `views` is a folder.

    A view of its own that begins with what another has (mode primary) is none of these.
    """
    rooms, inheriting, found = {}, defaultdict(list), []
    for path in sorted(views.glob('*/*.xml')):
        for record in ET.parse(path).getroot().iter():
            if record.tag not in ('record', 'template'):
                continue
            rooms[record.get('id')] = path.parent.name
            said = {field.get('name'): field for field in record.iter('field') if field.get('name') in ('inherit_id', 'mode')}
            parent = said['inherit_id'].get('ref') if 'inherit_id' in said else record.get('inherit_id')
            if parent and 'mode' not in said and record.get('primary') != 'True':
                inheriting[path.parent.name, parent.removeprefix(f'{ADDON_DIR.name}.')].append(record.get('id'))
    for (room, parent), names in inheriting.items():
        if parent in rooms and ROOMS.index(rooms[parent]) >= ROOMS.index(room):
            found.append(f"{', '.join(names)}: in {room}, inherits {parent} of {rooms[parent]}")
        elif len(names) > 1:
            found.append(f"{', '.join(names)}: {room} inherits {parent} more than once")
    return sorted(found)


def find_lost_tests(tests):
    """Test modules that Odoo's loader does not run: it takes those that `tests/__init__.py` knows by their own name."""
    tree = ast.parse((tests / '__init__.py').read_text('utf-8'))
    imported = {((node.module or ''), alias.name) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    paths = sorted(path.relative_to(tests) for path in tests.rglob('test_*.py'))
    names = defaultdict(list)
    for path in paths:
        names[path.stem].append(path.as_posix())
    return [
        f"{path.as_posix()}: not imported by tests/__init__.py" for path in paths if ('.'.join(path.parts[:-1]), path.stem) not in imported
    ] + [f"{', '.join(found)}: one name in two rooms" for found in names.values() if len(found) > 1]


# ------------------------------------------------------------
# THE ADDON
# ------------------------------------------------------------


@pytest.fixture(scope='module')
def reading():
    reading = Reading(ADDON_DIR)
    # the precondition of all that follows: every room is read, with models of its own and fields on models of others
    assert {room for *__, room in reading.classes} == set(ROOMS)
    assert reading.owners['outreach.visit'] == 'visit' and reading.owners['outreach.visit.plan'] == 'visit'
    assert {member.room for member in reading.members if member.model == 'res.partner' and member.value} >= {'company', 'visit', 'fair'}
    return reading


def test_a_room_names_lower_rooms_only(reading):
    assert not reading.find_upwards()


def test_a_field_is_declared_once(reading):
    assert not reading.find_fields_declared_twice()


def test_a_room_has_one_class_of_a_model(reading):
    assert not reading.find_models_declared_twice()


def test_a_view_inherits_lower_rooms_once():
    assert not find_wrong_views(ADDON_DIR / 'views')


def test_odoo_finds_every_test():
    assert not find_lost_tests(ADDON_DIR / 'tests')


# ------------------------------------------------------------
# THE CHECK ITSELF, on an addon made up
# ------------------------------------------------------------


@pytest.fixture
def write(tmp_path):
    """Write the files of an addon, `{path: text}`, and return its folder."""

    def write_files(files):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, 'utf-8')
        return tmp_path

    return write_files


VISIT = """
class Visit(models.Model):
    _name = 'outreach.visit'

    partner_id = fields.Many2one('res.partner')


class Partner(models.Model):
    _inherit = 'res.partner'

    outreach_visit_ids = fields.One2many('outreach.visit', 'partner_id')

    def _plan(self):
        return self
"""


@pytest.mark.parametrize(
    ('path', 'text', 'found'),
    [
        ('models/company/partner.py', "x = self.env['outreach.visit']", "1: company names outreach.visit of visit"),
        ('models/company/partner.py', "\nx = fields.One2many(\n    'outreach.visit', 'x')", "3: company names outreach.visit of visit"),
        (
            'imports/company/partner.py',
            "class A(models.Model):\n    _inherit = 'outreach.visit'",
            "2: company names outreach.visit of visit",
        ),
        ('wizard/company/partner.py', "from ...models.visit.visit import Visit", "1: company names models.visit.visit.Visit of visit"),
        ('models/base/partner.py', "from ..visit import visit", "1: base names models.visit.visit of visit"),
        ('tools/files/partner.py', "from ..visit import rule", "1: base names tools.visit.rule of visit"),
        ('tools/company/partner.py', "from .. import visit", "1: company names tools.visit of visit"),
        ('imports/candidate/partner.py', "from ...tools.matching import matching", "1: people names tools.matching.matching of matching"),
        ('models/company/partner.py', "x = partner.outreach_visit_ids", "1: company names outreach_visit_ids of visit"),
        (
            'models/company/partner.py',
            "x = [('partner_id.outreach_visit_ids', '=', False)]",
            "1: company names outreach_visit_ids of visit",
        ),
        # a common name counts where the file is about the model that has it
        (
            'models/company/partner.py',
            "class P(models.Model):\n    _inherit = 'res.partner'\n    def f(self):\n        self._plan()",
            "4: company names _plan of visit",
        ),
        ('models/company/other.py', "x = car._plan()", None),
        ('models/demand/partner.py', "x = self.env['outreach.visit'].outreach_visit_ids", None),
        ('models/company/partner.py', '"""About an outreach.visit."""\nfrom ..base import groups', None),
        ('report/company/partner.py', "x = self.env['outreach.visit']", None),
    ],
)
def test_the_check_finds_what_is_named_upwards(write, path, text, found):
    reading = Reading(write({'models/visit/visit.py': VISIT, path: text}))
    assert reading.find_upwards() == ([f'{path}:{found}'] if found else [])


@pytest.mark.parametrize(
    ('text', 'is_wrong'),
    [
        ("    partner_id = fields.Many2one(required=True)", True),
        ("    # since it follows the demand\n    partner_id = fields.Many2one(required=True)", False),
        ("    partner_id = fields.Selection(selection_add=[('x', 'X')])", False),
        ("    other_id = fields.Many2one('res.partner')", False),
    ],
)
def test_the_check_finds_fields_declared_twice(write, text, is_wrong):
    reading = Reading(
        write(
            {'models/visit/visit.py': VISIT, 'models/demand/visit.py': f"class V(models.Model):\n    _inherit = 'outreach.visit'\n{text}"}
        )
    )
    wrong = "models/demand/visit.py:3: outreach.visit.partner_id is declared in models/visit/visit.py, too"
    assert reading.find_fields_declared_twice() == ([wrong] if is_wrong else [])


def test_the_check_finds_models_declared_twice(write):
    again = "class V(models.Model):\n    _inherit = 'outreach.visit'"
    reading = Reading(write({'models/visit/visit.py': VISIT, 'wizard/visit/again.py': again, 'models/demand/visit.py': again}))
    assert reading.find_models_declared_twice() == [
        "models/visit/visit.py:2, wizard/visit/again.py:1: 2 classes of outreach.visit in visit"
    ]


def test_the_check_finds_lost_tests(write):
    tests = write(
        {
            '__init__.py': "from .visit import test_day\nfrom . import test_all",
            'test_all.py': '',
            'visit/__init__.py': '',
            'visit/test_day.py': '',
            'visit/test_lost.py': '',
            'demand/__init__.py': '',
            'demand/test_day.py': '',
        }
    )
    assert find_lost_tests(tests) == [
        "demand/test_day.py: not imported by tests/__init__.py",
        "visit/test_lost.py: not imported by tests/__init__.py",
        "demand/test_day.py, visit/test_day.py: one name in two rooms",
    ]


@pytest.mark.parametrize(
    ('room', 'views', 'found'),
    [
        ('demand', ['<record id="b"><field name="inherit_id" ref="a"/></record>'], []),
        ('demand', ['<template id="b" inherit_id="a"/>', '<template id="c" inherit_id="a"/>'], ["b, c: demand inherits a more than once"]),
        ('visit', ['<template id="b" inherit_id="a"/>'], ["b: in visit, inherits a of visit"]),
        ('visit', ['<record id="b"><field name="inherit_id" ref="a"/><field name="mode">primary</field></record>'], []),
        ('company', ['<template id="b" inherit_id="a"/>'], ["b: in company, inherits a of visit"]),
        ('company', ['<template id="b" inherit_id="portal.a"/>'], []),
    ],
)
def test_the_check_finds_wrong_views(write, room, views, found):
    folder = write({'visit/visit_views.xml': '<odoo><record id="a"/></odoo>', f'{room}/views.xml': f"<odoo>{''.join(views)}</odoo>"})
    assert find_wrong_views(folder) == found
