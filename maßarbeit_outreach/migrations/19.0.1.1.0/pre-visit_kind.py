"""Kinds of visit get a channel and the windows of the guard, where so far they only were on site or not."""

# What ships with this version; whatever else a manager added is a visit or a call.
SHIPPED = {
    'visit_kind_video': ('video', 14),
    'visit_kind_phone': ('phone', 7),
    'visit_kind_fair_talk': ('fair', 7),
    'visit_kind_crisis': ('visit', 3),
}


def migrate(cr, version):
    cr.execute("""
        ALTER TABLE outreach_visit_kind
          ADD COLUMN channel varchar, ADD COLUMN guard_days_back int4, ADD COLUMN guard_days_ahead int4
    """)
    cr.execute("""
        UPDATE outreach_visit_kind
           SET channel = CASE WHEN is_visit THEN 'visit' ELSE 'phone' END,
               guard_days_back = CASE WHEN is_visit THEN 30 ELSE 7 END,
               guard_days_ahead = CASE WHEN is_visit THEN 30 ELSE 7 END
    """)
    for name, (channel, days) in SHIPPED.items():
        cr.execute(
            """
            UPDATE outreach_visit_kind kind
               SET channel = CASE WHEN kind.is_visit = (%(channel)s = 'visit') THEN %(channel)s ELSE kind.channel END,
                   guard_days_back = %(days)s, guard_days_ahead = %(days)s
              FROM ir_model_data data
             WHERE data.module = 'maßarbeit_outreach' AND data.name = %(name)s
               AND data.model = 'outreach.visit.kind' AND data.res_id = kind.id
        """,
            {'channel': channel, 'days': days, 'name': name},
        )
