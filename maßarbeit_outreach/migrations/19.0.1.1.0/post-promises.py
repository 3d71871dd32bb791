"""The next step of a visit becomes a promise of the agency's side."""

from odoo import SUPERUSER_ID, api
from odoo.tools.sql import column_exists

COLUMNS = ('next_step', 'next_step_user_id', 'next_step_date', 'next_step_activity_id')

# Whoever is named stood for the agency with which they were in the team, else for that of today, else for the team's
# first one, else for the organisation's first one.
INSERT = """
    INSERT INTO outreach_promise
           (name, side, visit_id, partner_id, user_id, agency_id, date_deadline, state, outcome, date_closed, company_id,
            create_uid, write_uid, create_date, write_date)
    SELECT v.next_step, 'agency', v.id, v.partner_id, v.user_id, v.agency_id, v.until,
           CASE WHEN v.done THEN 'kept' ELSE 'open' END,
           CASE WHEN v.done THEN coalesce(nullif(btrim(v.feedback), ''), %(done)s) END,
           CASE WHEN v.done THEN coalesce(v.date_done, v.until) END,
           v.company_id, v.create_uid, v.write_uid, v.create_date, v.write_date
      FROM (SELECT visit.*, person.user_id, coalesce(visit.next_step_date, visit.start::date + 14) AS until,
                   NOT coalesce(activity.active, true) AS done, activity.feedback, activity.date_done,
                   coalesce(
                       (SELECT agency_id FROM outreach_visit_member
                         WHERE visit_id = visit.id AND user_id = person.user_id LIMIT 1),
                       (SELECT rel.agency_id FROM outreach_agency_user_rel rel
                          JOIN outreach_agency agency ON agency.id = rel.agency_id
                         WHERE rel.user_id = person.user_id AND agency.company_id = visit.company_id
                         ORDER BY agency.active DESC, agency.id LIMIT 1),
                       (SELECT agency_id FROM outreach_visit_member WHERE visit_id = visit.id ORDER BY id LIMIT 1),
                       (SELECT id FROM outreach_agency WHERE company_id = visit.company_id
                         ORDER BY active DESC, sequence, id LIMIT 1)) AS agency_id
              FROM outreach_visit visit
              LEFT JOIN mail_activity activity ON activity.id = visit.next_step_activity_id
             CROSS JOIN LATERAL (SELECT coalesce(visit.next_step_user_id, activity.user_id, visit.create_uid, %(root)s)
                                     AS user_id) person
             WHERE btrim(visit.next_step) <> '') v
     WHERE v.agency_id IS NOT NULL
 RETURNING id, visit_id
"""


def migrate(cr, version):
    if not column_exists(cr, 'outreach_visit', 'next_step'):
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.flush_all()
    cr.execute(INSERT, {'done': env._("Done"), 'root': SUPERUSER_ID})
    moved = dict(cr.fetchall())
    # without any agency there is nobody to promise: the text stays, in the report
    cr.execute(
        """
        UPDATE outreach_visit SET report_text = concat_ws(E'\\n', report_text, next_step)
         WHERE btrim(next_step) <> '' AND NOT id = ANY(%s)
        """,
        [list(moved.values())],
    )
    if moved:
        cr.execute(
            """
            UPDATE mail_activity a
               SET res_model_id = %s, res_model = 'outreach.promise', res_id = p.id, res_name = p.name, automated = true
              FROM outreach_promise p
              JOIN outreach_visit v ON v.id = p.visit_id
             WHERE a.id = v.next_step_activity_id AND a.active AND p.id = ANY(%s)
            """,
            [env['ir.model']._get_id('outreach.promise'), list(moved)],
        )
    for column in COLUMNS:
        cr.execute(f'ALTER TABLE outreach_visit DROP COLUMN IF EXISTS {column}')
    env.invalidate_all()
    # a step of a visit that had not taken place yet had no to-do until now; one that somebody threw away stays away
    env['outreach.promise'].browse(moved).filtered(lambda promise: promise.visit_id.stage in ('planned', 'confirmed'))._sync_activity()
