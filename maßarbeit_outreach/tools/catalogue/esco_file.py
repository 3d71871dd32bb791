"""The files of the ESCO download (CSV, German), from version 1.1 on.

Columns come by their headers, which differ between the versions in order and number. Each parser yields
``(stage, values)``, the rows of the tables in :data:`STAGES`:

>>> sorted(STAGES['occupation'])
['code', 'description', 'is_regulated', 'isco', 'name', 'obsolete', 'uri']
"""

import re
from itertools import pairwise

from .catalogue_file import Layout, Unique, check_cycle, one_line, split_labels
from .catalogue_sources import ESCO

STAGES = {
    'isco': ('uri', 'code', 'name', 'description', 'obsolete'),
    'skill_group': ('uri', 'code', 'name', 'description', 'obsolete'),
    'skill_group_parent': ('uri', 'parent_uri'),
    'occupation': ('uri', 'code', 'isco', 'name', 'description', 'is_regulated', 'obsolete'),
    'occupation_broader': ('uri', 'broader_uri'),
    # from the skills file (`complete`) or from one of the collections
    'skill': ('uri', 'name', 'fold', 'kind', 'reuse_level', 'description', 'obsolete', 'complete'),
    'label': ('uri', 'name', 'kind'),
    'skill_broader': ('uri', 'broader_uri', 'sequence', 'complete'),
    'skill_relation': ('uri', 'related_uri', 'kind'),
    'occupation_skill': ('occupation_uri', 'skill_uri', 'need'),
}

_URI = re.compile(r'https?://data\.europa\.eu/esco/(occupation|skill|isco|isced-f)/\S+')
_NEEDS = {'essential': 'essential', 'optional': 'optional'}
REUSE_LEVELS = ('transversal', 'cross-sector', 'sector-specific', 'occupation-specific')

_LABEL = r'preferredlabel(de)?'
_COMMON = {
    'type': 'concepttype',
    'uri': 'concepturi',
    'name': _LABEL,
    'name_en': 'preferredlabelen',
    'labels': 'altlabels(de)?',
    'hidden': 'hiddenlabels(de)?',
    'status': 'status',
    'description': 'description(de)?',
    'code': 'code',
}


def uri_kind(text):
    """What an ESCO address names.

    >>> uri_kind('http://data.europa.eu/esco/isco/C01'), uri_kind('http://example.com/esco/isco/C01')
    ('isco', None)
    """
    match = _URI.fullmatch(text)
    return match[1] if match else None


def _of(concept_type, *kinds):
    """Accept a file whose first row is of this type, or, without that column, has an address of these kinds."""

    def accepts(row):
        return row['type'] == concept_type if row.get('type') else uri_kind(row['uri']) in kinds

    return accepts


def _is_obsolete(status):
    return bool(status) and status != 'released'


def _concepts(table, layout, kinds, *names):
    """Yield ``(line, uri, status, name, description, others)`` for each concept of a file, once.

    Concepts without a label (not translated) have the English one if there is a column of that, else ''.

    :raises CatalogueProblem: bad_value, missing_value, contradiction
    """
    unique = Unique(table)
    columns = ('uri', 'status', 'name', 'name_en', 'description', *names)
    for line, (uri, status, name, english, description, *others) in table.rows(layout, *columns):
        if uri_kind(uri) not in kinds:
            raise table.problem('bad_value' if uri else 'missing_value', line, 'uri', layout=layout, value=uri)
        name = one_line(name or english)
        if unique.is_new(line, 'conceptUri', uri, status, name, description, *others):
            yield line, uri, status, name, description, others


def _labels(uri, alternative, hidden=''):
    shown = split_labels(alternative)
    for name in shown:
        yield 'label', (uri, name, 'alternative')
    for name in split_labels(hidden):
        if name not in shown:
            yield 'label', (uri, name, 'hidden')


def _need_code(table, layout, line, code, pattern, unique):
    if not re.fullmatch(pattern, code):
        raise table.problem('bad_value' if code else 'missing_value', line, 'code', layout=layout, value=code)
    if not unique.is_new(line, 'code', code, line):
        raise AssertionError  # the line differs, so that is_new raises


def _parse_isco(table, layout):
    codes = Unique(table)
    for line, uri, status, name, description, (code,) in _concepts(table, layout, ('isco',), 'code'):
        _need_code(table, layout, line, code, r'\d{1,4}', codes)
        yield 'isco', (uri, code, _need_name(table, layout, line, name), description, _is_obsolete(status))


def _need_name(table, layout, line, name):
    if not name:
        raise table.problem('missing_value', line, 'name', layout=layout)
    return name


def _parse_skill_groups(table, layout):
    codes = Unique(table)
    for line, uri, status, name, description, (code,) in _concepts(table, layout, ('skill', 'isced-f'), 'code'):
        _need_code(table, layout, line, code, r'[\w.\-]+', codes)
        yield 'skill_group', (uri, code, _need_name(table, layout, line, name), description, _is_obsolete(status))


def _parse_hierarchy(table, layout):
    """Each row is a path from the top; the last group in it has the one before as parent."""
    edges, lines = {}, {}
    for line, uris in table.rows(layout, 'level0', 'level1', 'level2', 'level3'):
        path = [uri for uri in uris if uri]
        for uri in path:
            if not uri_kind(uri):
                raise table.problem('bad_value', line, f'level{uris.index(uri)}', layout=layout, value=uri)
        for parent, child in pairwise(path):
            if child in edges and edges[child] != [parent]:
                raise table.problem('contradiction', line, f'level{uris.index(child)}', layout=layout, value=child, other=lines[child])
            if child not in edges:
                edges[child], lines[child] = [parent], line
                yield 'skill_group_parent', (child, parent)
    check_cycle(table, edges, lines)


def _parse_occupations(table, layout):
    codes = Unique(table)
    others = ('code', 'isco', 'regulated', 'labels', 'hidden')
    for line, uri, status, name, description, (code, isco, regulated, labels, hidden) in _concepts(table, layout, ('occupation',), *others):
        _need_code(table, layout, line, code, r'\d{1,4}(\.\d+)*', codes)
        if not re.fullmatch(r'\d{1,4}', isco):
            raise table.problem('bad_value' if isco else 'missing_value', line, 'isco', layout=layout, value=isco)
        # a spreadsheet program may have taken the leading zeros
        yield 'occupation', (uri, code, isco.zfill(4), name, description, regulated.endswith('/regulated'), _is_obsolete(status))
        yield from _labels(uri, labels, hidden)


def _parse_skills(table, layout):
    others = ('skill_type', 'reuse_level', 'labels', 'hidden')
    for _line, uri, status, name, description, (kind, reuse, labels, hidden) in _concepts(table, layout, ('skill',), *others):
        yield (
            'skill',
            (
                uri,
                name,
                name.casefold(),
                _skill_kind(kind, reuse),
                reuse if reuse in REUSE_LEVELS else '',
                description,
                _is_obsolete(status),
                True,
            ),
        )
        yield from _labels(uri, labels, hidden)


def _parse_collection(table, layout):
    language = table.file.name.lower().startswith('language')
    others = ('skill_type', 'reuse_level', 'labels', 'broader')
    for _line, uri, status, name, description, (kind, reuse, labels, broader) in _concepts(table, layout, ('skill',), *others):
        kind = 'language' if language else _skill_kind(kind, reuse)
        yield 'skill', (uri, name, name.casefold(), kind, reuse if reuse in REUSE_LEVELS else '', description, _is_obsolete(status), False)
        yield from _labels(uri, labels)
        for sequence, parent in enumerate(split_labels(broader)):
            yield 'skill_broader', (uri, parent, sequence, False)


def _skill_kind(skill_type, reuse):
    if reuse == 'transversal':
        return 'transversal'
    return {'knowledge': 'knowledge', 'skill/competence': 'skill'}.get(skill_type, '')


def _edges(table, layout, kinds):
    """Yield ``(line, child, parent)`` of a file of broader relations, and find cycles at its end."""
    edges, lines = {}, {}
    for line, (child, parent) in table.rows(layout, 'uri', 'broader'):
        for name, uri in (('uri', child), ('broader', parent)):
            if uri_kind(uri) not in kinds:
                raise table.problem('bad_value' if uri else 'missing_value', line, name, layout=layout, value=uri)
        if parent in edges.setdefault(child, []):
            table.duplicates += 1
            continue
        edges[child].append(parent)
        lines.setdefault(child, line)
        yield line, child, parent
    check_cycle(table, edges, lines)


def _parse_occupation_broader(table, layout):
    for _line, child, parent in _edges(table, layout, ('occupation', 'isco')):
        # the hierarchy of ISCO is in its codes
        if uri_kind(child) == 'occupation' == uri_kind(parent):
            yield 'occupation_broader', (child, parent)


def _parse_skill_broader(table, layout):
    """Which of the two is a group and which a skill, only the other files tell."""
    for line, child, parent in _edges(table, layout, ('skill', 'isced-f')):
        yield 'skill_broader', (child, parent, line, True)


def _parse_skill_relations(table, layout):
    for line, (uri, kind, related) in table.rows(layout, 'uri', 'relation', 'related'):
        if kind not in _NEEDS:
            raise table.problem('bad_value', line, 'relation', layout=layout, value=kind)
        yield 'skill_relation', (uri, related, kind)


def _parse_occupation_skills(table, layout):
    for line, (occupation, need, skill) in table.rows(layout, 'occupation', 'need', 'skill'):
        if need not in _NEEDS:
            raise table.problem('bad_value', line, 'need', layout=layout, value=need)
        if '/occupation/' not in occupation:
            raise table.problem('bad_value', line, 'occupation', layout=layout, value=occupation)
        if '/skill/' not in skill:
            raise table.problem('bad_value', line, 'skill', layout=layout, value=skill)
        yield 'occupation_skill', (occupation, skill, need)


def _levels(row):
    return uri_kind(row['level0']) is not None


_BROADER = {'type': 'concepttype', 'uri': 'concepturi', 'broader_type': 'broadertype', 'broader': 'broaderuri'}
_SKILL = {**_COMMON, 'skill_type': 'skilltype', 'reuse_level': 'reuselevel'}
_COLLECTION = {**_SKILL, 'broader': 'broaderconcepturi'}

# More special ones first: a collection has all columns of the skills file.
LAYOUTS = [
    Layout(
        'esco_occupation_skills',
        ESCO,
        r'occupationSkillRelations',
        {'occupation': 'occupationuri', 'need': 'relationtype', 'skill': 'skilluri'},
        ('occupation', 'need', 'skill'),
        _parse_occupation_skills,
    ),
    Layout(
        'esco_skill_relations',
        ESCO,
        r'skillSkillRelations',
        {'uri': 'originalskilluri', 'relation': 'relationtype', 'related': 'relatedskilluri'},
        ('uri', 'relation', 'related'),
        _parse_skill_relations,
    ),
    Layout(
        'esco_occupation_broader',
        ESCO,
        r'broaderRelationsOccPillar',
        _BROADER,
        ('type', 'uri', 'broader'),
        _parse_occupation_broader,
        lambda row: uri_kind(row['uri']) in ('occupation', 'isco'),
    ),
    Layout(
        'esco_skill_broader',
        ESCO,
        r'broaderRelationsSkillPillar',
        _BROADER,
        ('type', 'uri', 'broader'),
        _parse_skill_broader,
        lambda row: uri_kind(row['uri']) in ('skill', 'isced-f'),
    ),
    Layout(
        'esco_skill_hierarchy',
        ESCO,
        r'skillsHierarchy',
        {f'level{level}': f'level{level}uri' for level in range(4)},
        ('level0', 'level1'),
        _parse_hierarchy,
        _levels,
        ragged=True,
    ),
    Layout(
        'esco_other',
        None,
        r'.*OccupationsCollection|greenShareOcc|dictionary|conceptSchemes|ISCED',
        {**_COLLECTION, 'share': 'greenshare'},
        ('uri', 'name', 'broader'),
        None,
        lambda row: uri_kind(row['uri']) == 'occupation',
    ),
    Layout(
        'esco_collection',
        ESCO,
        r'\w+SkillsCollection',
        _COLLECTION,
        ('uri', 'name', 'broader'),
        _parse_collection,
        _of('KnowledgeSkillCompetence', 'skill'),
        parts=True,
    ),
    Layout(
        'esco_occupations',
        ESCO,
        r'occupations_',
        {**_COMMON, 'isco': 'iscogroup', 'regulated': 'regulatedprofessionnote'},
        ('uri', 'isco', 'name', 'code'),
        _parse_occupations,
        _of('Occupation', 'occupation'),
    ),
    Layout('esco_isco', ESCO, r'ISCOGroups', _COMMON, ('uri', 'code', 'name'), _parse_isco, _of('ISCOGroup', 'isco')),
    Layout('esco_skill_groups', ESCO, r'skillGroups', _COMMON, ('uri', 'code', 'name'), _parse_skill_groups, _of('SkillGroup', 'isced-f')),
    Layout('esco_skills', ESCO, r'skills_', _SKILL, ('uri', 'skill_type', 'name'), _parse_skills, _of('KnowledgeSkillCompetence', 'skill')),
    Layout('esco_other', None, r'dictionary', {'file': 'filename', 'header': 'dataheader'}, ('file', 'header'), None),
    Layout('esco_other', None, r'greenShareOcc', {'uri': 'concepturi', 'share': 'greenshare'}, ('uri', 'share'), None),
    Layout('esco_other', None, r'conceptSchemes', _COMMON, ('type', 'uri'), None, _of('ConceptScheme')),
]
