"""Which companies are presumably no employer, see `outreach_no_employer`; empty at first, where the ORM would compute contact by
contact. `post-no_employer.py` fills it for the companies that the offices deal with."""


def migrate(cr, version):
    cr.execute("ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS outreach_no_employer bool")
