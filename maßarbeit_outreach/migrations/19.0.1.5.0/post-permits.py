"""Answers of the immigration office get their own list, and what was granted for one job does not count for all any more.

Whether an answer was for one job stood in the words of its condition only ("nur bei diesem Betrieb"). Where it did, it becomes a
permission for that job, with its dates; the person needs one for any other job, unless somebody has recorded something else since.
"""

ONE_JOB = r"\m(nur|only|ausschlie|allein)|betrieb|arbeitgeber|employer|company|firma|unternehmen"


def migrate(cr, version):
    cr.execute(
        """
        WITH tied AS (
            SELECT r.id, r.candidate_id, r.partner_id, r.occupation_id, r.answer, r.answer_date, r.answer_until, r.answer_note,
                   coalesce(r.answer_date, r.answered_on::date, r.create_date::date) AS begins
              FROM outreach_permit_request r
             WHERE r.answer IN ('free', 'free_from') AND r.answer_note ~* %s AND (r.partner_id IS NOT NULL OR r.occupation_id IS NOT NULL)),
        permits AS (
            INSERT INTO outreach_job_permit (candidate_id, state, partner_id, occupation_id, date_from, date_until, note,
                                             create_uid, write_uid, create_date, write_date)
            SELECT candidate_id, 'granted', partner_id, occupation_id, begins, greatest(answer_until, begins), answer_note,
                   1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM tied ORDER BY id),
        people AS (
            UPDATE outreach_candidate c SET permission = 'with_permit', permission_date = NULL, permission_until = NULL
              FROM tied t
             WHERE t.candidate_id = c.id AND c.permission = t.answer AND c.permission_date IS NOT DISTINCT FROM t.answer_date
               AND c.permission_until IS NOT DISTINCT FROM t.answer_until)
        UPDATE outreach_permit_request r SET answer = 'granted' FROM tied t WHERE t.id = r.id
        """,
        [ONE_JOB],
    )
    for former, answer in (('free_from', 'free'), ('blocked_until', 'waiting'), ('forbidden', 'refused')):
        cr.execute("UPDATE outreach_permit_request SET answer = %s WHERE answer = %s", [answer, former])
