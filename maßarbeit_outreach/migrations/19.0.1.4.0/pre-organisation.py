"""Outreach teams, their leads and job fairs had no organisation, so that each organisation of the database saw them."""

STATEMENTS = (
    # the organisation of most visits of the team, else the first one
    """
    UPDATE crm_team t
       SET company_id = coalesce(
               (SELECT v.company_id FROM outreach_visit v JOIN crm_lead l ON l.id = v.lead_id WHERE l.team_id = t.id
                 GROUP BY v.company_id ORDER BY count(*) DESC, v.company_id LIMIT 1),
               (SELECT min(id) FROM res_company))
     WHERE t.is_outreach AND t.company_id IS NULL
    """,
    """
    UPDATE crm_lead l SET company_id = t.company_id FROM crm_team t
     WHERE t.id = l.team_id AND t.is_outreach AND l.company_id IS DISTINCT FROM t.company_id
    """,
    """
    UPDATE event_event e
       SET company_id = coalesce((SELECT company_id FROM res_users WHERE id = e.user_id), (SELECT min(id) FROM res_company))
     WHERE e.is_job_fair AND e.company_id IS NULL
    """,
    """
    UPDATE event_registration r SET company_id = e.company_id FROM event_event e
     WHERE e.id = r.event_id AND e.is_job_fair AND r.company_id IS DISTINCT FROM e.company_id
    """,
    # a company remembers one lead per organisation
    "ALTER TABLE res_partner RENAME COLUMN outreach_lead_id TO outreach_lead_old",
    "ALTER TABLE res_partner ADD COLUMN outreach_lead_id jsonb",
    """
    UPDATE res_partner p SET outreach_lead_id = jsonb_build_object(l.company_id::text, l.id) FROM crm_lead l
     WHERE l.id = p.outreach_lead_old AND l.company_id IS NOT NULL
    """,
    "ALTER TABLE res_partner DROP COLUMN outreach_lead_old",
    # as a column of its own, since the ORM would work it out for each appointment of the house
    "ALTER TABLE calendar_event ADD COLUMN outreach_company_id int4",
    "UPDATE calendar_event e SET outreach_company_id = v.company_id FROM outreach_visit v WHERE v.event_id = e.id",
)


def migrate(cr, version):
    for statement in STATEMENTS:
        cr.execute(statement)
