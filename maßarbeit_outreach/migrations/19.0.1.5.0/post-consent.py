"""What companies said about channels was noted without date, words and who said it: it holds, and a line says what is known of it."""

from odoo.tools import SQL

CHANNELS = {'visit': 'outreach_consent_visit', 'phone': 'outreach_consent_phone', 'email': 'outreach_consent_email'}


def migrate(cr, version):
    for channel, column in CHANNELS.items():
        cr.execute(
            SQL(
                """
                INSERT INTO outreach_consent (partner_id, channel, state, company_id)
                SELECT p.id, %(channel)s, p.%(column)s, p.company_id
                  FROM res_partner p
                 WHERE p.%(column)s IN ('granted', 'refused')
                   AND NOT EXISTS (SELECT FROM outreach_consent c WHERE c.partner_id = p.id AND c.channel = %(channel)s)
                """,
                channel=channel,
                column=SQL.identifier(column),
            )
        )
