"""Columns of contacts, visits and demands that the ORM would compute row by row: the key by which a company is found, and sites,
which nobody has yet."""


def migrate(cr, version):
    cr.execute("ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS outreach_search_key varchar")
    for table in ('outreach_visit', 'outreach_demand'):
        cr.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS site_id int4")
