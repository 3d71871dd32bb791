"""What holds for every file that claims to be a catalogue, and for every hierarchy."""

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st
from rules import catalogue_file, catalogue_kinds, kldb_file

from devkit.paths import ADDON_DIR

GOOD = (ADDON_DIR / 'tests/data/catalogue/occupations_de.csv').read_bytes()


def read(name, content):
    """All rows of an upload, or the problem."""
    try:
        files = catalogue_file.check_files(catalogue_file.unpack(name, lambda: io.BytesIO(content)))
        return list(catalogue_kinds.Reading(files).rows())
    except catalogue_file.CatalogueProblem as problem:
        return problem


@given(st.binary(max_size=400), st.sampled_from(['occupations_de.csv', 'wz2008.csv', 'kldb2010.csv', 'a.csv', 'a.zip']))
def test_any_bytes_are_a_catalogue_or_a_problem(content, name):
    read(name, content)


@given(st.integers(0, len(GOOD)), st.integers(0, 60), st.binary(max_size=8))
def test_any_damage_is_read_or_named(start, length, put):
    found = read('occupations_de.csv', GOOD[:start] + put + GOOD[start + length :])
    assert isinstance(found, list) or found.file == 'occupations_de.csv'


@given(st.integers(2, 12_000), st.binary(max_size=3), st.sampled_from(['utf-16', 'utf-16-le', 'utf-16-be', 'utf-8-sig', 'cp1252']))
def test_other_encodings_are_read_or_named(start, put, encoding):
    content = GOOD.decode().encode(encoding)
    read('occupations_de.csv', content[:start] + put + content[start:])


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=30))
def test_any_damaged_zip_is_read_or_named(start, put):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('occupations_de.csv', GOOD)
    content = stream.getvalue()
    read('esco.zip', content[:start] + put + content[start + len(put) :])


@given(st.dictionaries(st.integers(0, 12), st.lists(st.integers(0, 12), max_size=3)))
def test_cycles(edges):
    """A cycle is found exactly if somebody is above himself."""

    def above(node):
        seen, todo = set(), list(edges.get(node, ()))
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += edges.get(at, ())
        return seen

    circular = {node for node in edges if node in above(node)}
    found = catalogue_file.find_cycle(edges)
    assert found in circular if circular else found is None


@given(st.sets(st.from_regex(r'[0-9]{1,5}', fullmatch=True), max_size=40))
def test_leading_zeros_come_back(leaves):
    """A whole classification in its order: with the level always, and without where area 0 has but one main group."""
    codes = sorted({code[:n] for code in leaves if not code.startswith('0') or code.startswith('01') for n in range(1, len(code) + 1)})
    with_level, without = kldb_file.Codes(), kldb_file.Codes()
    for code in codes:
        lost = str(int(code))
        assert with_level.restore(lost, len(code)) == code
        if '0' in codes and '01' in codes and '1' in codes:
            assert without.restore(lost) == code


@given(st.lists(st.text(alphabet='aä ß/-|\n', max_size=8), max_size=6))
def test_labels(parts):
    """No label is empty or twice, and all can be read again."""
    labels = catalogue_file.split_labels('\n'.join(parts))
    assert all(label and label == label.strip() for label in labels)
    assert len(set(labels)) == len(labels)
    assert catalogue_file.split_labels('\n'.join(labels)) == labels
