"""The rooms of the addon: their order, and in which one a file stands."""

import re
from pathlib import PurePath

# From the ground up. What each is for stands in its `models/<room>/__init__.py`.
ROOMS = ('base', 'catalogue', 'company', 'visit', 'demand', 'pipeline', 'people', 'matching', 'fair', 'placement', 'portal', 'start')
# Folders that are called otherwise than their room, and what several rooms share at the root of a layer.
HOMES = {
    ('tools', 'files'): 'base',
    ('tools', 'search'): 'base',
    ('imports', 'municipality'): 'company',  # it places companies
    ('imports', 'candidate'): 'people',
    ('imports',): 'base',
    ('report', 'sheets'): 'visit',
}


def room_of(path):
    """Return the room of a file by its path relative to the addon; None where it belongs to the whole.

    >>> room_of('imports/candidate/x.py'), room_of('imports/import_text.py'), room_of('security/visit_rules.xml')
    ('people', 'base', 'visit')
    >>> room_of('static/src/company/map.js'), room_of('__manifest__.py')
    ('company', None)
    """
    *folders, name = PurePath(path).parts
    rules = re.fullmatch(r'(\w+)_rules\.xml', name)
    names = [*folders[1:], *(rules.groups() if rules else ())]
    return HOMES.get(tuple(folders[:2])) or next((name for name in names if name in ROOMS), None)
