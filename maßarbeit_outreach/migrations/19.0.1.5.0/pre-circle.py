"""Visits and early warnings get a circle of those who may know what they are about (§ 35 (4) SGB I).

What was written stays as visible as it was, since everybody has read it and works with it. Crisis visits and warnings of closures
and layoffs come down to their own agency: their harm grows with every new reader, and the law asks for it from now on. Where nobody's
agency is known, they are kept by the two offices, as otherwise nobody could open them. Columns are filled here, as the ORM would
ask for the preset of each one.
"""

from odoo.tools.sql import column_exists, create_column

CRISIS = 'visit_kind_crisis'


def migrate(cr, version):
    for table, column, column_type in (
        ('outreach_visit_kind', 'circle', 'varchar'),
        ('outreach_visit', 'circle', 'varchar'),
        ('outreach_early_warning', 'circle', 'varchar'),
        ('outreach_early_warning', 'agency_id', 'int4'),
    ):
        if not column_exists(cr, table, column):
            create_column(cr, table, column, column_type)
    cr.execute(
        """
        UPDATE outreach_visit_kind
           SET circle = CASE WHEN id IN (SELECT res_id FROM ir_model_data
                                          WHERE module = 'maßarbeit_outreach' AND name = %s AND model = 'outreach.visit.kind')
                             THEN 'agency' ELSE 'all' END
         WHERE circle IS NULL
        """,
        [CRISIS],
    )
    cr.execute(
        """
        UPDATE outreach_visit v
           SET circle = CASE WHEN k.circle = 'all' THEN 'all'
                             WHEN EXISTS (SELECT FROM outreach_visit_member m WHERE m.visit_id = v.id) THEN k.circle
                             ELSE 'offices' END
          FROM outreach_visit_kind k
         WHERE k.id = v.kind_id AND v.circle IS NULL
        """
    )
    cr.execute(
        """
        UPDATE outreach_early_warning w
           SET agency_id = (SELECT a.id FROM outreach_agency_user_rel r JOIN outreach_agency a ON a.id = r.agency_id
                             WHERE r.user_id = w.user_id AND a.active ORDER BY a.id LIMIT 1)
         WHERE agency_id IS NULL
        """
    )
    cr.execute(
        """
        UPDATE outreach_early_warning
           SET circle = CASE WHEN kind NOT IN ('closure', 'layoffs') THEN 'all' WHEN agency_id IS NULL THEN 'offices' ELSE 'agency' END
         WHERE circle IS NULL
        """
    )
    # what everybody reads: the calendar, which begins with the kind in the language of whoever planned it
    cr.execute(
        """
        UPDATE calendar_event e
           SET name = CASE WHEN kind.lang LIKE 'de%%' THEN 'Termin' ELSE 'Appointment' END || substr(e.name, length(kind.name) + 1)
          FROM outreach_visit v
          JOIN outreach_visit_kind k ON k.id = v.kind_id
         CROSS JOIN LATERAL jsonb_each_text(k.name) kind (lang, name)
         WHERE v.event_id = e.id AND v.circle != 'all' AND starts_with(e.name, kind.name || ': ')
        """,
        [],
    )
