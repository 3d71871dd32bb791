"""What had one name for several things: the counts of who fits a demand are no "supply", a skill that comes with the
occupation is "suggested", as only people are proposed."""

RENAMED = (('outreach_demand_supply', 'outreach_match_count'), ('ir_cron_count_supply', 'ir_cron_count_matches'))


def migrate(cr, version):
    cr.execute("ALTER TABLE outreach_demand_supply RENAME TO outreach_match_count")
    # keys, indexes and the sequence are called after the table
    cr.execute("SELECT relname, relkind = 'S' FROM pg_class WHERE relname LIKE 'outreach\\_demand\\_supply\\_%'")
    for name, is_sequence in cr.fetchall():
        kind = 'SEQUENCE' if is_sequence else 'INDEX'
        cr.execute(f'ALTER {kind} "{name}" RENAME TO "{name.replace("outreach_demand_supply", "outreach_match_count")}"')
    cr.execute("""
        SELECT conname FROM pg_constraint
         WHERE conrelid = 'outreach_match_count'::regclass AND conname LIKE 'outreach\\_demand\\_supply\\_%'
    """)
    for (name,) in cr.fetchall():
        new = name.replace('outreach_demand_supply', 'outreach_match_count')
        cr.execute(f'ALTER TABLE outreach_match_count RENAME CONSTRAINT "{name}" TO "{new}"')
    cr.execute("UPDATE ir_model SET model = 'outreach.match.count' WHERE model = 'outreach.demand.supply'")
    for column in ('model', 'relation'):
        cr.execute(f"UPDATE ir_model_fields SET {column} = 'outreach.match.count' WHERE {column} = 'outreach.demand.supply'")
    cr.execute("UPDATE ir_model_constraint SET name = replace(name, 'outreach_demand_supply', 'outreach_match_count')")
    cr.execute("UPDATE ir_model_fields SET name = 'match_count_ids' WHERE model = 'outreach.demand' AND name = 'supply_ids'")
    cr.execute("ALTER TABLE outreach_demand_skill RENAME COLUMN is_proposed TO is_suggested")
    cr.execute("UPDATE ir_model_fields SET name = 'is_suggested' WHERE model = 'outreach.demand.skill' AND name = 'is_proposed'")
    cr.execute("UPDATE ir_model_fields SET name = 'suggested_skill_count' WHERE model = 'outreach.demand' AND name = 'proposal_count'")
    for old, new in (
        *RENAMED,
        ('field_outreach_demand__supply_ids', 'field_outreach_demand__match_count_ids'),
        ('field_outreach_demand__proposal_count', 'field_outreach_demand__suggested_skill_count'),
        ('field_outreach_demand_skill__is_proposed', 'field_outreach_demand_skill__is_suggested'),
    ):
        cr.execute("UPDATE ir_model_data SET name = replace(name, %s, %s) WHERE module = 'maßarbeit_outreach'", [old, new])
