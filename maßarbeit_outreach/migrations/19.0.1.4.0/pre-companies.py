"""Companies are kept, see `outreach_was_company`; by SQL, where the ORM would compute contact by contact."""


def migrate(cr, version):
    cr.execute("ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS outreach_was_company bool")
    cr.execute("UPDATE res_partner SET outreach_was_company = TRUE WHERE is_company OR outreach_company")
