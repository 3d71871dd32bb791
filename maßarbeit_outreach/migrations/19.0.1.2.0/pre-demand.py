"""Stored computes that are empty for every demand so far: made by SQL, so that none is computed one by one."""


def migrate(cr, version):
    cr.execute("""
        ALTER TABLE outreach_demand
          ADD COLUMN IF NOT EXISTS reopen_date date,
          ADD COLUMN IF NOT EXISTS course_partner_id int4,
          ADD COLUMN IF NOT EXISTS course_positions int4
    """)
    cr.execute("UPDATE outreach_demand SET course_positions = 0 WHERE course_positions IS NULL")
    cr.execute("ALTER TABLE outreach_demand_skill ADD COLUMN IF NOT EXISTS is_proposed bool")
    cr.execute("UPDATE outreach_demand_skill SET is_proposed = false WHERE is_proposed IS NULL")
