"""What the guides call something is what the screen calls it.

The guides name a label as *German* (English). The rule:

* In brackets stands a label if it begins with a capital letter or is the English of a text of the addon; else it is an explanation.
* Behind a label, after a comma, colon or semicolon, more may be said; `→` stands between a menu and what is in it, and the English may
  leave out the menu.
* The addon's texts are those of `i18n/de.po` and of its data files; dots, colons and capitals do not matter.
* A label that the addon does not have is one of Odoo's own, and stands in `CORE`.
"""

import re
from pathlib import Path

import polib
import pytest
from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
ADDON = next(path.parent for path in ROOT.glob('*/__manifest__.py'))
GUIDES = sorted(path for path in ROOT.glob('docs/*guide*.md')) + sorted(ROOT.glob('docs/guide*/*.md')) + [ROOT / 'docs/administration.md']
PAIR = re.compile(r'(?<![*\w])(\*{1,3})(?![*\s])([^*\n]+?)\1 \(((?:[^()*]|\([^()*]*\))+)\)')
CORE = {
    ('alle exportieren', 'export all'),
    ('aktionen', 'actions'),
    ('arbeitszeitpläne', 'working schedules'),
    ('einstellungen', 'settings'),
    ('exportieren', 'export'),
    ('nachricht senden', 'send message'),
}


def normal(text):
    return re.sub(r'<[^>]*>|…|\.\.\.', '', text).strip(' :·').lower()


def read_scheduled_actions():
    """`{code: German name}` of what the addon does by itself."""
    german = {
        occurrence: entry.msgstr
        for entry in polib.pofile(str(ADDON / 'i18n/de.po'), encoding='utf-8')
        for occurrence, __ in entry.occurrences
    }
    return {
        record.get('id'): german[f'model:ir.actions.server,name:{ADDON.name}.{record.get("id")}_ir_actions_server']
        for path in ADDON.glob('data/*.xml')
        for record in etree.parse(path).iter('record')
        if record.get('model') == 'ir.cron'
    }


def read_texts():
    """`{English: {German}}` of all that the addon says."""
    texts = {}
    for entry in polib.pofile(str(ADDON / 'i18n/de.po'), encoding='utf-8'):
        texts.setdefault(normal(entry.msgid), set()).add(normal(entry.msgstr))
    for path in ADDON.glob('data/*.xml'):
        for record in etree.parse(path).iter('record'):
            fields = {field.get('name'): field.text for field in record.iter('field')}
            for name in list(fields):
                if f'{name}@de' in fields:
                    texts.setdefault(normal(fields[name] or ''), set()).add(normal(fields[f'{name}@de'] or ''))
    return texts


def find_wrong(text, texts):
    """The pairs of a guide that the screen does not have, as `[(German, English)]`."""
    wrong = []
    for match in PAIR.finditer(text):
        english = match[3] if normal(match[3]) in texts else re.split(r'[:;]|, (?=[a-z§])', match[3])[0].strip()
        german = [part.strip() for part in match[2].split('→')]
        labels = [part.strip() for part in english.split('→')]
        if not labels[0][:1].isupper() and normal(labels[-1]) not in texts:
            continue
        wrong += [
            pair
            for pair in zip(reversed(german), reversed(labels), strict=False)
            if normal(pair[0]) not in texts.get(normal(pair[1]), ()) and (normal(pair[0]), normal(pair[1])) not in CORE
        ]
    return wrong


def test_rule():
    texts = {'find a time': {'termin finden'}, 'visits': {'besuche'}, 'pause': {'ruhend stellen'}}
    for good in (
        '*Termin finden* (Find a Time)',
        '*Besuche → Termin finden* (Visits → Find a Time)',
        '*Besuche → Termin finden* (Find a Time: when all are free)',
        '***Ruhend stellen …*** (Pause…): so that',
        '*Kunde* (whoever buys)',
        '*Exportieren* (Export)',
    ):
        assert find_wrong(good, texts) == [], good
    for bad in (
        '*Zeit finden* (Find a Time)',
        '*Termin finden* (Search a Time)',
        '**Ruht** (pause)',
        '*Termine → Termin finden* (Visits → Find a Time)',
    ):
        assert len(find_wrong(bad, texts)) == 1, bad


@pytest.mark.parametrize('guide', GUIDES, ids=lambda path: path.name)
def test_guide_calls_it_as_the_screen_does(guide):
    text = guide.read_text('utf-8')
    assert PAIR.search(text), 'there are some'
    assert not find_wrong(text, read_texts())


def test_scheduled_actions_are_listed():
    [section] = re.findall(r'\*\*Scheduled actions\*\*.*?(?=\n## )', (ROOT / 'docs/administration.md').read_text('utf-8'), re.S)
    actions = read_scheduled_actions()
    assert len(actions) > 5
    assert set(re.findall(r'^ +- "(.+?)"', section, re.M)) == set(actions.values())
