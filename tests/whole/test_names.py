"""No name of a real company or person stands in this repository.

The names of the register extract are compared with every text file that is checked in, where the extract is there. The rule:

* Compared are words: case, punctuation, line breaks and the spelling of umlauts do not matter.
* A whole name counts, with its legal form, however ordinary its words are.
* A name of several words counts without its legal form, too, and so do the names of owners that many companies bear.
* A name of one word counts without its legal form if it has six letters or more and only one company bears it. Shorter ones,
  and words that several companies have in their names, are ordinary words as well.

Pictures cannot be read by a test. That they show invented companies only is seen to where they are taken: by tests that use
the demo data and files of `tests/data`, whatever else is there; see `test_pictures_are_taken_from_invented_data`.
"""

import csv
import re
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTRACT = 'shared/data/companies'
SIGNS = str.maketrans({'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'ß': 'ss'})
LEGAL_FORMS = frozenset(
    [
        'gmbh',
        'ggmbh',
        'mbh',
        'ag',
        'kg',
        'kgaa',
        'ohg',
        'gbr',
        'se',
        'ug',
        'haftungsbeschraenkt',
        'eg',
        'ev',
        'e',
        'v',
        'k',
        'kfm',
        'kfr',
        'co',
        'und',
        'gesellschaft',
        'mit',
        'beschraenkter',
        'haftung',
        'eingetragener',
        'verein',
        'genossenschaft',
        'inh',
    ]
)
LETTERS_OF_ONE_WORD = 6


def split(text):
    return re.findall(r'[a-z0-9]+', text.lower().translate(SIGNS))


def get_forms(names):
    """What of these names counts, as `{tuple of words: name}`."""
    forms = {}
    words = {name: split(name) for name in names}
    bearers = Counter(word for name in words for word in set(words[name]))
    for name, whole in words.items():
        core = whole[:]
        while core and core[-1] in LEGAL_FORMS:
            core.pop()
        distinctive = len(core) > 1 or (len(core) == 1 and len(core[0]) >= LETTERS_OF_ONE_WORD and bearers[core[0]] == 1)
        for form in (whole, core if distinctive else whole):
            if len(form) > 1 or distinctive:
                forms[tuple(form)] = name
    return forms


def find_names(names, texts):
    """Return `{(path, name)}` of the names that stand in `texts` (`{path: text}`)."""
    beginnings = defaultdict(list)
    for form, name in get_forms(names).items():
        beginnings[form[0]].append((form, name))
    found = set()
    for path, text in texts.items():
        words = split(text)
        for place, word in enumerate(words):
            for form, name in beginnings.get(word, ()):
                if tuple(words[place : place + len(form)]) == form:
                    found.add((path, name))
    return found


def read_texts():
    """`{path: text}` of all files that are checked in, or to be; what is no text is left out."""
    try:
        listed = subprocess.run(
            ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], cwd=ROOT, capture_output=True, check=True
        )
        paths = [ROOT / name for name in listed.stdout.decode().split('\0') if name]
    except (OSError, subprocess.CalledProcessError):  # not a git checkout
        paths = [path for path in ROOT.rglob('*') if '.odoo' not in path.parts]
    texts = {}
    for path in paths:
        try:
            texts[str(path.relative_to(ROOT))] = path.read_text('utf-8')
        except (UnicodeDecodeError, OSError):
            continue
    return texts


def read_extract():
    """The names of the extract, and those who are named in it, or None; it lies beside the checkout or further up."""
    folder = next((parent / EXTRACT for parent in ROOT.parents if (parent / EXTRACT).is_dir()), None)
    if folder is None:
        return None
    names = set()
    for path in folder.glob('*.csv'):
        with path.open(encoding='utf-8-sig', newline='') as file:
            for row in csv.DictReader(file):
                names |= {row[column] for column in row if column and 'name' in column and row[column]}
    return names


def test_no_name_of_the_extract():
    names = read_extract()
    if names is None:
        pytest.skip(f'the register extract is not there: {EXTRACT} beside the checkout')
    assert len(names) > 1000
    found = find_names(names, read_texts())
    assert not found, '\n'.join(f'{path}: {name}' for path, name in sorted(found))


@pytest.mark.parametrize(
    ('name', 'text', 'counts'),
    [
        ('Testbrunnen Landhandel GmbH & Co. KG', 'bei der TESTBRUNNEN-Landhandel GmbH &amp; Co.\nKG', True),
        ('Testbrunnen Landhandel GmbH & Co. KG', 'msgid "Testbrunnen "\n"Landhandel"', True),
        ('"Müßiggang" Prüfverein e.V.', 'Muessiggang Pruefverein', True),
        ('Otto Testbrunnen e.K.', 'Herr Otto Testbrunnen kam', True),
        ('Testbrunnen GmbH', 'der Testbrunnen', True),
        ('Testbrunnen GmbH', 'die Testbrunnenstraße', False),
        ('Probe GmbH', 'eine Probe', False),
        ('Probe GmbH', 'die Probe GmbH', True),
        ('Der Verein e.V.', 'der eingetragene Verein', False),
    ],
)
def test_rule(name, text, counts):
    assert bool(find_names({name}, {'text': text})) == counts


def test_words_of_several_companies_are_ordinary():
    names = {'Testbrunnen GmbH', 'Testbrunnen Handel GmbH'}
    assert not find_names(names, {'text': 'der Testbrunnen'})
    assert find_names(names, {'text': 'Testbrunnen Handel', 'other': 'Testbrunnen GmbH'}) == {
        ('text', 'Testbrunnen Handel GmbH'),
        ('other', 'Testbrunnen GmbH'),
    }


def test_this_repository_is_read():
    """The test above can fail: what stands here is found, in code, data, documents and translations."""
    found = find_names({'Autohaus Wiehengebirge Muster GmbH', 'Grönegau Möbelwerke Muster GmbH', 'Wilma Wirtschaft'}, read_texts())
    folders = {Path(path).parts[0] for path, __ in found}
    assert {'tests', 'maßarbeit_outreach'} <= folders
    assert len({name for __, name in found}) == 3


def test_pictures_are_taken_from_invented_data():
    """Whoever takes a picture reads nothing from outside of the repository."""
    takers = [path for path in (ROOT / 'tests').rglob('*.py') if re.search(r'\bshoot\(|screenshot_to\(', path.read_text('utf-8'))]
    assert len(takers) > 10
    for path in takers:
        assert 'shared/' not in path.read_text('utf-8'), path.name
