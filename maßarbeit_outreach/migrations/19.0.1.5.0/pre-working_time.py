"""A demand has several working times, and shifts, nights and weekends are told apart.

What was "shift, night or weekend" may be each of them: people who said that they do all three, and demands ask for all three until
somebody says which, so that the same people fit as before. Pools ask for shifts.
"""

DEMAND = {
    'is_full_time': "'vz'",
    'is_part_time': "'tz'",
    'is_mini_job': "'mj'",
    'is_home_office': "'ho'",
    'is_shift': "'snw'",
    'is_night': "'snw'",
    'is_weekend': "'snw'",
}


def migrate(cr, version):
    for column, former in DEMAND.items():
        cr.execute(f'ALTER TABLE outreach_demand ADD COLUMN IF NOT EXISTS {column} bool')
        cr.execute(f'UPDATE outreach_demand SET {column} = TRUE WHERE working_time = {former}')
    for column in ('does_nights', 'does_weekends'):
        cr.execute(f'ALTER TABLE outreach_candidate ADD COLUMN IF NOT EXISTS {column} bool')
        cr.execute(f'UPDATE outreach_candidate SET {column} = TRUE WHERE does_shifts')
    cr.execute("UPDATE outreach_pool SET working_time = 'shift' WHERE working_time = 'snw'")
