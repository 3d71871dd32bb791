"""What another agency answered it reads for a while, and what was declined, withdrawn or has expired not at all.

Rules are not overwritten by an update; those that the organisation has changed stay. When a referral was settled is not known; its
last change is no earlier.
"""

from odoo import SUPERUSER_ID, api

FORMER = "[('to_agency_id.user_ids', 'in', [user.id])]"
RULES = {
    'outreach_permit_request_rule_immigration_office': 'outreach.permit.request',
    'outreach_referral_rule_partner': 'outreach.referral',
}


def migrate(cr, version):
    cr.execute("UPDATE outreach_referral SET done_on = write_date WHERE state = 'done' AND done_on IS NULL")
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, model in RULES.items():
        rule = env.ref(f'maßarbeit_outreach.{name}', raise_if_not_found=False)
        if rule and rule.domain_force == FORMER:
            rule.domain_force = f"user._get_outreach_question_domain('{model}')"
