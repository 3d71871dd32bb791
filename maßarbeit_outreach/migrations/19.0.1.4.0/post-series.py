"""Appointments of visits that somebody made a series stand alone again: moved as a series, they cancelled their visits."""

STATEMENTS = (
    """
    CREATE TEMPORARY TABLE outreach_alone ON COMMIT DROP AS
    SELECT id, recurrence_id FROM calendar_event
     WHERE (recurrency OR recurrence_id IS NOT NULL) AND id IN (SELECT event_id FROM outreach_visit)
    """,
    """
    UPDATE calendar_event SET recurrence_id = NULL, recurrency = FALSE, follow_recurrence = FALSE
     WHERE id IN (SELECT id FROM outreach_alone)
    """,
    # what others planned in the series goes on without it
    """
    UPDATE calendar_recurrence r
       SET base_event_id = (SELECT id FROM calendar_event WHERE recurrence_id = r.id AND active ORDER BY start LIMIT 1)
     WHERE base_event_id IN (SELECT id FROM outreach_alone)
    """,
    """
    DELETE FROM calendar_recurrence r
     WHERE id IN (SELECT recurrence_id FROM outreach_alone)
       AND NOT EXISTS (SELECT FROM calendar_event WHERE recurrence_id = r.id)
    """,
)


def migrate(cr, version):
    for statement in STATEMENTS:
        cr.execute(statement)
