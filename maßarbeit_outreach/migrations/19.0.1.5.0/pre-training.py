"""Probation of apprentices is one to four months (§ 20 BBiG): placements in an apprenticeship end it after four, not after six.

Of nurses it is six (§ 20 PflBG).
"""


def migrate(cr, version):
    cr.execute("ALTER TABLE outreach_placement ADD COLUMN IF NOT EXISTS is_training bool")
    cr.execute("""
        UPDATE outreach_placement p SET is_training = TRUE
          FROM outreach_demand d WHERE d.id = p.demand_id AND d.kind = '4'
    """)
    cr.execute("""
        UPDATE outreach_placement p SET
               probation_end = greatest(least(p.probation_end, (p.date_start + interval '4 months')::date),
                                        (p.date_start + interval '1 month')::date)
          FROM outreach_demand d LEFT JOIN outreach_occupation o ON o.id = d.occupation_id
         WHERE d.id = p.demand_id AND d.kind = '4' AND coalesce(o.code, '') !~ '^(813[0-2]|8210)[2-9]$'
    """)
