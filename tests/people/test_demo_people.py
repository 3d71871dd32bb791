"""The invented people of the demo could be people."""

import re
from collections import defaultdict
from pathlib import Path

from lxml import etree

DEMO = Path(__file__).resolve().parents[2] / 'maßarbeit_outreach' / 'demo'
YOUNGEST = {'15_17': 15, '18_24': 18, '15_24': 15, '25_34': 25, '35_49': 35, '50_59': 50, '60_plus': 60}


def _read_people():
    for path in sorted(DEMO.glob('*/*.xml')):
        for record in etree.parse(path).iterfind('record[@model="outreach.candidate"]'):
            yield (
                record.get('id'),
                {field.get('name'): field.get('ref') or field.get('eval') or (field.text or '') for field in record.iterfind('field')},
            )


def test_nobody_worked_as_a_child():
    people = dict(_read_people())
    assert len(people) > 50, 'the files were found'
    for name, values in people.items():
        if band := values.get('age_band'):
            years = sum(map(int, re.findall(r"'years': (\d+)", values.get('occupation_ids', ''))))
            assert years <= max(YOUNGEST[band] - 16, 0), name
            assert band != '15_17' or not values.get('driving_licence'), name


def test_a_household_lives_together():
    """Several people of SGB II, in one municipality."""
    households = defaultdict(list)
    for __, values in _read_people():
        if number := values.get('household_number'):
            households[number].append(values)
    assert any(len(members) > 1 for members in households.values())
    for members in households.values():
        assert len({values['municipality_id'] for values in members}) == 1
        assert all("'regime': 'sgb2'" in values['regime_ids'] for values in members)
