"""A KldB occupation that is marked as regulated was marked by a person: imports marked those of ESCO only."""


def migrate(cr, version):
    cr.execute("ALTER TABLE outreach_occupation ADD COLUMN IF NOT EXISTS is_regulation_decided bool")
    cr.execute("UPDATE outreach_occupation SET is_regulation_decided = TRUE WHERE is_regulated AND scheme = 'kldb'")
