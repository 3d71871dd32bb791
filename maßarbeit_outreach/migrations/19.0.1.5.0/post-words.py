"""Words of the field in what was shipped and belongs to the organisation since: changed only where it stands as it was shipped."""

import json

from odoo.tools import SQL

MODULE = 'maßarbeit_outreach'
# (table, name of the record, German as it was shipped, German now)
NAMES = (
    ('crm_stage', 'crm_stage_candidates_proposed', "Bewerber vorgeschlagen", "Vorauswahl getroffen"),
    ('mail_activity_type', 'mail_activity_type_permission', "Arbeitserlaubnis prüfen", "Beschäftigungserlaubnis prüfen"),
    (
        'outreach_instrument',
        'instrument_mag',
        "Maßnahme bei einem Arbeitgeber, MAG (bis 6 Wochen, in schweren Fällen 12)",
        "Maßnahme bei einem Arbeitgeber (MAG): bis 6 Wochen, bei Langzeitarbeitslosen mit schwerwiegenden Vermittlungshemmnissen bis 12",
    ),
)
# labels of questions and of their answers; what was answered is kept by key
QUESTIONS = {
    "Was würde die Einstellung von Neuzugewanderten erleichtern?": "Einstellungshilfen für Neuzugewanderte",
    "Praktikum oder Probearbeit": "Praktikum oder Maßnahme beim Arbeitgeber (MAG)",
    "Lohnkostenzuschuss": "Eingliederungszuschuss",
    "Klärung der Arbeitserlaubnis": "Klärung des Arbeitsmarktzugangs",
    "Was sollte bei der nächsten Messe anders sein?": "Was sollte bei der nächsten Jobmesse anders sein?",
}


def migrate(cr, version):
    for table, name, former, now in NAMES:
        cr.execute(
            SQL(
                """
                UPDATE %(table)s t SET name = t.name || jsonb_build_object('de_DE', %(now)s)
                  FROM ir_model_data d
                 WHERE d.module = %(module)s AND d.name = %(name)s AND d.res_id = t.id AND t.name ->> 'de_DE' = %(former)s
                """,
                table=SQL.identifier(table),
                now=now,
                module=MODULE,
                name=name,
                former=former,
            )
        )
    cr.execute("SELECT id, report_definition FROM outreach_visit_kind WHERE report_definition IS NOT NULL")
    for kind_id, questions in cr.fetchall():
        changed = [_reword(question) for question in questions]
        if changed != questions:
            cr.execute("UPDATE outreach_visit_kind SET report_definition = %s WHERE id = %s", [json.dumps(changed), kind_id])


def _reword(question):
    changed = {**question, 'string': QUESTIONS.get(question.get('string'), question.get('string'))}
    if 'tags' in question:
        changed['tags'] = [[key, QUESTIONS.get(label, label), *rest] for key, label, *rest in question['tags']]
    return changed
