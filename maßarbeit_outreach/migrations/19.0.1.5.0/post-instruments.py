"""The instruments that were shipped say who decides, how long and how much at most, and whether to apply before the start. What a
manager wrote stays: the paragraph changes only where it is as it was shipped."""

from odoo import SUPERUSER_ID, api

# (name of the record, paragraph as it was shipped, paragraph now, who decides, limits, in German, before the start)
SHIPPED = (
    (
        'mag',
        '§ 45 SGB III',
        '§ 45 SGB III, § 16 (1) SGB II',
        'job_centre',
        '6 weeks at an employer, 12 for long-term unemployed people with severe obstacles',
        '6 Wochen bei einem Arbeitgeber, 12 bei Langzeitarbeitslosen mit schwerwiegenden Vermittlungshemmnissen',
        True,
    ),
    (
        'egz',
        '§§ 88–92 SGB III',
        '§§ 88–92 SGB III, § 16 (1) SGB II',
        'job_centre',
        'Up to 50 % for up to 12 months; from 55 years of age up to 36 months if begun by 31 December 2028 (§ 89 sentence 3); with a'
        ' disability up to 70 % for up to 24 months (§ 90 (1)), for severely disabled people who are particularly affected longer (§ 90'
        ' (2))',
        'Bis zu 50 %, bis zu 12 Monate; ab 55 Jahren bis zu 36 Monate, wenn bis 31. Dezember 2028 begonnen (§ 89 Satz 3); bei Behinderung'
        ' bis 70 %, bis 24 Monate (§ 90 Abs. 1), bei besonders betroffenen schwerbehinderten Menschen länger (§ 90 Abs. 2)',
        True,
    ),
    ('eq', '§ 54a SGB III', '§ 54a SGB III, § 16 (1) SGB II', 'job_centre', '4 to 12 months', '4 bis 12 Monate', True),
    ('16e', None, '§ 16e SGB II', 'job_centre', '24 months: 75 %, then 50 %', '24 Monate: 75 %, dann 50 %', True),
    ('16i', None, '§ 16i SGB II', 'job_centre', '5 years: 100, 100, 90, 80, 70 %', '5 Jahre: 100, 100, 90, 80, 70 %', True),
    ('16k', None, '§ 16k SGB II', 'job_centre', '', '', False),
    ('16b', None, '§ 16b SGB II', 'job_centre', '24 months', '24 Monate', True),
    ('16f', None, '§ 16f SGB II', 'job_centre', '', '', True),
    ('avgs', '§ 45 SGB III', '§ 45 SGB III, § 16 (1) SGB II', 'job_centre', '', '', True),
    (
        'fbw',
        None,
        '§§ 81 ff. SGB III',
        'employment_agency',
        'Since 2025 the Federal Employment Agency advises, decides and pays',
        'Seit 2025 berät, entscheidet und zahlt die Agentur für Arbeit',
        True,
    ),
    (
        'partial_qualification',
        None,
        '§ 81 SGB III',
        'employment_agency',
        'Since 2025 the Federal Employment Agency advises, decides and pays',
        'Seit 2025 berät, entscheidet und zahlt die Agentur für Arbeit',
        True,
    ),
    ('job_bsk', None, '§ 45a AufenthG', 'bamf', '', '', True),
    ('assisted_training', '§§ 74–75a SGB III', '§§ 74–75a SGB III, § 16 (1) SGB II', 'job_centre', '', '', False),
    (
        'recognition_grant',
        None,
        'Förderrichtlinie Anerkennungszuschuss (BMBFSFJ)',
        'other',
        'Fixed term, see the guideline',
        'Befristet, siehe Richtlinie',
        True,
    ),
    ('mobility', '§ 44 SGB III', '§ 44 SGB III, § 16 (1) SGB II', 'job_centre', '', '', True),
)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False})
    has_german = 'de_DE' in dict(env['res.lang'].get_installed())
    for name, former, law, decided_by, limits, german, is_before_start in SHIPPED:
        instrument = env.ref(f'maßarbeit_outreach.instrument_{name}', raise_if_not_found=False)
        if not instrument:
            continue
        if instrument.law == former or not instrument.law:
            instrument.law = law
        instrument.write({'decided_by': decided_by, 'is_before_start': is_before_start})
        if limits:
            instrument.limits = limits
            if has_german:
                instrument.with_context(lang='de_DE').limits = german
