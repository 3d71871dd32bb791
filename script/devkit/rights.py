"""Who may do what with which record, as a table of the file for data protection: from the security files, and nothing else.

    PYTHONPATH=script python3 -m devkit.rights    # writes the table anew into docs/datenschutz/berechtigungskonzept.md

A role has the rights of all groups that it implies. Record rules and fields with groups narrow them; the document says how.
"""

import csv
import re
import xml.etree.ElementTree as ET

from devkit.paths import ADDON, ADDON_DIR, ROOT

DOCUMENT = ROOT / 'docs/datenschutz/berechtigungskonzept.md'
BEGIN, END = '<!-- Rechte: Anfang, geschrieben von script/devkit/rights.py -->', '<!-- Rechte: Ende -->'
# The columns, by group and as they are headed.
ROLES = {
    'group_economic_development': 'WiFö',
    'group_municipal_development': 'Gemeinde',
    'group_job_centre': 'Jobcenter',
    'group_migration_centre': 'Migration',
    'group_immigration_office': 'ABH',
    'group_partner_agency': 'Partner',
    'group_fair_helper': 'Messe',
    'group_outreach_manager': 'Leitung',
    'group_data_protection': 'DSB',
    'group_portal_employer': 'Arbeitgeber',
    'base.group_system': 'Admin',
}
# What a role of core brings along, as far as the addon gives rights to it.
CORE_IMPLIED = {'base.group_system': {'base.group_system', 'base.group_erp_manager'}}
LETTERS = {'perm_read': 'L', 'perm_write': 'S', 'perm_create': 'A', 'perm_unlink': 'X'}


def read_groups():
    """Return `{xml id of a group: ids of the groups that it implies, itself included}`, core's with their module."""
    implied = {}
    for path in sorted((ADDON_DIR / 'security').glob('*.xml')):
        for record in ET.parse(path).iter('record'):
            if record.get('model') == 'res.groups':
                said = ' '.join(field.get('eval', '') for field in record.iter('field') if field.get('name') == 'implied_ids')
                implied[record.get('id')] = set(re.findall(r"ref\('([\w.]+)'\)", said))

    def closure(group):
        return {group}.union(*map(closure, implied.get(group, ())))

    return {group: closure(group) for group in implied} | CORE_IMPLIED


def read_rights():
    """Return `{model: {heading of a role: letters}}`, in the order of the file, without roles that have none."""
    groups = read_groups()
    rights = {}
    with (ADDON_DIR / 'security/ir.model.access.csv').open(encoding='utf-8') as file:
        for row in csv.DictReader(file):
            model = row['name'].split()[0]
            for role, heading in ROLES.items():
                if row['group_id:id'] in groups.get(role, {role}):
                    letters = rights.setdefault(model, {}).setdefault(heading, set())
                    letters.update(letter for column, letter in LETTERS.items() if row[column] == '1')
    return {
        model: {heading: ''.join(filter(letters.__contains__, LETTERS.values())) for heading, letters in roles.items() if letters}
        for model, roles in rights.items()
    }


def read_names():
    """Return `{model with underscores: its German name}`."""
    names, said = {}, re.compile(rf'#: model:ir\.model,name:{ADDON}\.model_(\w+)')
    for entry in (ADDON_DIR / 'i18n/de.po').read_text('utf-8').split('\n\n'):
        if models := said.findall(entry):
            text = entry.partition('\nmsgstr ')[2]
            names |= dict.fromkeys(models, ''.join(re.findall(r'"(.*)"', text)))
    return names


def render():
    """Return the lines of the table."""
    names = read_names()
    yield f'| Modell | Bezeichnung | {" | ".join(ROLES.values())} |'
    yield '|---' * (len(ROLES) + 2) + '|'
    for model, roles in read_rights().items():
        cells = [f'`{model}`', names.get(model.replace('.', '_'), ''), *(roles.get(heading, '–') for heading in ROLES.values())]
        yield f'| {" | ".join(cells)} |'


def main():
    before, _, rest = DOCUMENT.read_text('utf-8').partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f'{DOCUMENT}: the two comments around the table are missing')
    DOCUMENT.write_text('\n'.join([before + BEGIN, *render(), END + after]), 'utf-8')


if __name__ == '__main__':
    main()
